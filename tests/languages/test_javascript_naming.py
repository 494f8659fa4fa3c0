"""What a block of JavaScript or TypeScript binds for others, and what it takes from them."""

import pytest

from doc_healing.languages.javascript import running as javascript
from doc_healing.languages.typescript import running as typescript
from tests.languages import javascript_stage, typescript_stage

# The code, what it binds, and what it takes; as TypeScript.
CASES = (
    (
        "const App = () => <Provider client={queryClient}><div/><Foo.Bar x={1}/></Provider>;\n",
        "App",
        "Foo Provider queryClient",
    ),
    ("const q: QueryClient = new QueryClient({ a, b: c });\n", "q", "QueryClient a c"),
    ("interface A { x: B }\nenum E { A }\nnamespace N { export const a = 1 }\n", "A E N", "B"),
    ("export const { p, q: [r] } = obj;\nfor (const i of list) { i }\n", "p r", "list obj"),
    ("import type { T } from 'a';\nimport def, * as ns from 'b';\n", "T def ns", ""),
    ("app.get('/', (req, res) => { res.send(db.x); });\n", "", "app db"),
    ("try { x() } catch (e) { log(e) }\nasync function* gen() { yield* other(); }\n", "gen",
     "log other x"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "bound", "free"), CASES)
def test_names_of_typescript(code: str, bound: str, free: str) -> None:
    found = typescript.names(typescript_stage.snippet(code))
    assert (found.bound, found.free) == (frozenset(bound.split()), frozenset(free.split()))


@pytest.mark.parametrize(("code", "bound", "free"), [CASES[0], CASES[3], CASES[5], CASES[6]])
def test_names_of_javascript(code: str, bound: str, free: str) -> None:
    found = javascript.names(javascript_stage.snippet(code))
    assert (found.bound, found.free) == (frozenset(bound.split()), frozenset(free.split()))
