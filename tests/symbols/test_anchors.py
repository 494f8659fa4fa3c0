"""Links to lines of source: where these lines are after a change."""

import pytest

from doc_healing.documents.prose import prose
from doc_healing.symbols.anchors import anchors
from doc_healing.symbols.prose import Page
from tests.symbols.trees import tree

CODE = "def first(n):\n    return n\n\n\ndef second(n):\n    return n + 1\n\n\ndef last(): ...\n"
AT = "https://github.com/own/it/blob"


@pytest.mark.parametrize(
    ("target", "after", "now"),
    [
        ("../lib/a.py#L5-L6", f"import os\n\n{CODE}", ["L7-L8"]),
        ("/lib/a.py#L5", f"import os\n\n{CODE}", ["L7"]),
        (f"{AT}/main/lib/a.py#L5-L6", f"import os\n\n{CODE}", ["L7-L8"]),
        (f"{AT}/v1.0/lib/a.py#L5-L6", f"import os\n\n{CODE}", []),  # a tag stays
        ("https://github.com/other/it/blob/main/lib/a.py#L5", f"import os\n\n{CODE}", []),
        ("../lib/a.py#L1-L2", f"{CODE}\n\nlast = 1\n", []),  # in their place
        ("../lib/a.py#L5-L6", CODE.replace("n + 1", "n + 2"), [""]),
        ("../lib/a.py#L5-L6", CODE[:20], [""]),
        ("../lib/a.py#L5-L6", f"import os\n{CODE}{CODE}", [""]),  # two places
        ("../lib/a.py#L3-L4", f"import os\n\n{CODE}", []),  # empty lines
        ("../lib/a.py#L500-L504", f"import os\n\n{CODE}", []),
        ("../lib/a.py#L6-L5", f"import os\n\n{CODE}", []),
        ("../lib/a.py", f"import os\n\n{CODE}", []),
    ],
)
def test_a_link_to_lines_follows_them(target: str, after: str, now: list[str]) -> None:
    text = f"See [it]({target}).\n"
    page = Page("docs/a.md", repository="own/it")
    base, head = tree({"lib/a.py": CODE}), tree({"lib/a.py": after})
    spots = prose(text.encode(), page.path).spots
    assert [one.now for one in anchors(spots, page, text, head, base)] == now
    assert anchors(spots, page, "It had no link.", head, base) == []
    assert all(one.now == "" for one in anchors(spots, page, text, tree({}), base))
