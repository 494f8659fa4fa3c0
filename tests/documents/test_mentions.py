"""Import statements that the text above a block shows between back-ticks."""

import pytest

from tests.documents.dialect_pages import interpret

BLOCK = "```python\nP.open(1, 2)\n```\n"


def mentioned(page: str) -> tuple[tuple[str, int], ...]:
    return interpret(page).blocks[-1].instructions.mentioned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Assuming it is imported using `import portion as P`, write:", "import portion as P"),
        ("With `import numpy as np`:", "import numpy as np"),
        ("First, `from lib.sub import Thing`:", "from lib.sub import Thing"),
        ("`from lib import A as B` and then:", "from lib import A as B"),
        ("`from lib import a, b`:", "from lib import a, b"),
    ],
)
def test_a_statement_in_the_text_is_seen_by_the_blocks_below(text: str, expected: str) -> None:
    assert mentioned(f"# G\n\n{text}\n\n{BLOCK}") == ((expected, 3),)
    assert mentioned(f"# G\n\n{text}\n\n{BLOCK}\n## Other\n\nMore.\n\n{BLOCK}") == ((expected, 3),)
    assert mentioned(f"{BLOCK}\nAnd:\n{text}\n\n{BLOCK}") == ((expected, 6),)


@pytest.mark.parametrize(
    "page",
    [
        f"{BLOCK}",
        f"The statement import portion as P.\n\n{BLOCK}",
        f"Use `import a` instead of `import b`:\n\n{BLOCK}",
        f"`import a` was renamed:\n\n{BLOCK}",
        f"`from . import a`:\n\n{BLOCK}",
        f"`import a; import b`:\n\n{BLOCK}",
        "With `import portion as P`:\n\n```js\nP.open(1)\n```\n",
        f"``import a``\n\n{BLOCK}",
    ],
)
def test_what_is_no_such_statement(page: str) -> None:
    assert mentioned(page) == ()


def test_a_block_sees_nothing_of_the_text_below() -> None:
    page = f"{BLOCK}\nWith `import portion as P`:\n\n{BLOCK}"
    first, second = interpret(page).blocks
    assert first.instructions.mentioned == ()
    assert second.instructions.mentioned == (("import portion as P", 5),)
