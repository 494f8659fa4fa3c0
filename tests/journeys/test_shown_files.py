"""Blocks that import what the page shows as files, with the real languages."""

from pathlib import Path

from tests.journeys.desk import call

PYTHON = """# Guide

Create a file `app/models.py` with:

```python
class User:
    def __init__(self, name):
        self.name = name
```

**app/main.py**

```python
from app.models import User

def make(name):
    return User(name)
```

Then test it:

```python
from app.main import make

assert make("x").name == "x"
```

`config.json`:

```json
{"a": 1}
```

```python
import json

with open("config.json") as file:
    assert json.load(file)["a"] == 1
```

Now it greets (`app/main.py`):

```python title="app/main.py"
def make(name, greeting): ...
# ... existing code
```

```python
from app.main import make, unmake
```

```python
from invented import client
```

```python
from app.main import make
assert make("x", "y") is None
user.name = "z"
```

```python
user = make("x", "y")
print(user)  # => None
```
"""
SCRIPTS = """
```js
// math.mjs
export const add = (a, b) => a + b;
```

```js
import { add } from "./math.mjs";
console.log(add(1, 2)); // => 3
```

```js
import { add } from "./math";
console.log(add(1, 2)); // => 3
```

```js
// lib/two.js
exports.two = 2;
```

```js
const { two } = require("./lib/two");
console.log(two); // => 2
```

```ts title="shapes.ts"
export interface Point { x: number }
export const origin: Point = { x: 0 };
```

```ts
import { origin, type Point } from "./shapes";
const p: Point = origin;
console.log(p.x); // => 0
```
"""


def _checked(folder: Path, text: str) -> list[tuple[str, str, list[str], bool]]:
    (folder / "README.md").write_text(text, encoding="utf-8")
    found = call("check", "--format", "json", cwd=folder).json
    return [
        (one["verdict"], one["reason"], one["added"], one["cached"]) for one in found["findings"]
    ]


def test_blocks_find_the_files_that_the_page_shows(tmp_path: Path) -> None:
    first = _checked(tmp_path, PYTHON)
    assert [verdict for verdict, *_ in first[:5]] == ["PASSED"] * 3 + ["ILLUSTRATIVE", "PASSED"]
    assert first[2][2] == [
        "`app/main.py` as the block at line 13 shows it",
        "`app/models.py` as the block at line 5 shows it",
    ]
    assert first[4][2] == ["`config.json` as the block at line 30 shows it"]
    # A part of a file, and a name that is nowhere: nobody's fault.
    assert [verdict for verdict, *_ in first[6:9]] == ["UNVERIFIED"] * 3
    assert first[9][0] == "PASSED"
    assert "`app/main.py` as the block at line 43 shows it" in first[9][2]


def test_scripts_find_them_as_bundlers_do_and_nothing_is_tried_twice(tmp_path: Path) -> None:
    first = _checked(tmp_path, SCRIPTS)
    assert [verdict for verdict, *_ in first] == ["PASSED"] * 7
    assert [bool(added) for *_, added, _ in first] == [False, True, True, False, True, False, True]
    again = _checked(tmp_path, SCRIPTS)
    assert [one[:3] for one in again] == [one[:3] for one in first]
    assert all(cached for *_, cached in again)


INVENTED = ("python", "js", "ts", "java", "go", "rust")


def test_what_a_page_never_defines_is_no_break_in_any_language(tmp_path: Path) -> None:
    calls = {"go": "client.Get(1)", "rust": "client.get(1);", "java": "client.get(1);"}
    pages = [f"```{name}\n{calls.get(name, 'client.get(1)')}\n```\n" for name in INVENTED]
    found = _checked(tmp_path, "\n".join(pages))
    reason = "needs context: `client` is defined nowhere in this document"
    assert [one[:2] for one in found] == [("UNVERIFIED", reason)] * len(INVENTED)
