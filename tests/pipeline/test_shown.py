"""Files that a document shows, beside the blocks that import or read them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from doc_healing.model import (
    Environment,
    Instructions,
    Mode,
    Names,
    Reading,
    Snippet,
    State,
    Symptom,
    SymptomKind,
    Verdict,
)
from doc_healing.pipeline.shown import beside, installed, lacks_file
from tests.pipeline.test_examine import snippet


def names(one: Snippet) -> Names:
    """The words of a block are the files that it imports."""
    return Names(files=frozenset(one.code.split()))


def page(*blocks: tuple[str, str]) -> list[Snippet]:
    """Blocks of (the file that it is shown as, what it imports)."""
    return [
        snippet(code, at, instructions=Instructions(shown_as=title))
        for at, (title, code) in enumerate(blocks)
    ]


def found(snippets: Sequence[Snippet], hidden: frozenset[str] = frozenset()) -> dict[str, int]:
    """The files beside the last block, and the place of the block that each is."""
    shown = [one for one in snippets if one.instructions.shown_as]
    return {one.name: one.snippet.index for one in beside(snippets[-1:], shown, names, hidden)}


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        pytest.param([("a.py", ""), ("", "a.py")], {"a.py": 0}, id="what is imported"),
        pytest.param([("a.py", ""), ("", "b.py")], {}, id="nothing else"),
        pytest.param([("a.py", ""), ("a.py", ""), ("", "a.py")], {"a.py": 1}, id="the nearest"),
        pytest.param(
            [("a.py", ""), ("b.py", "a.py"), ("", "b.py")],
            {"a.py": 0, "b.py": 1},
            id="and what that imports",
        ),
        pytest.param(
            [("a.py", "b.py"), ("b.py", "a.py"), ("", "b.py")], {"a.py": 0, "b.py": 1}, id="circles"
        ),
        pytest.param([("app/a.py", ""), ("", "app/a.py")], {"app/a.py": 0}, id="in a folder"),
        pytest.param([("src/a.py", ""), ("", "a.py")], {"a.py": 0}, id="below a root"),
        pytest.param([("x/a.py", ""), ("y/a.py", ""), ("", "a.py")], {}, id="below which?"),
        pytest.param([("a.js", ""), ("", "./a.js")], {"a.js": 0}, id="relative"),
        pytest.param([("src/a.js", ""), ("src/b.js", "./a.js")], {"a.js": 0}, id="its own folder"),
        pytest.param(
            [("lib/a.js", ""), ("lib/b.js", "./a.js"), ("", "./lib/b.js")],
            {"lib/a.js": 0, "lib/b.js": 1},
            id="relative to a file",
        ),
        pytest.param([("a.js", ""), ("", "../a.js")], {}, id="never above"),
        pytest.param([("c.json", ""), ("", "open('c.json')")], {"c.json": 0}, id="what is read"),
        pytest.param([("c.json", ""), ("", "c.jsonx")], {}, id="not between quotes"),
        pytest.param([("a.py", "a.py")], {}, id="not itself"),
    ],
)
def test_which_files_stand_beside_a_block(
    blocks: list[tuple[str, str]], expected: dict[str, int]
) -> None:
    assert found(page(*blocks)) == expected


def test_a_file_from_below_serves_in_its_own_section_alone() -> None:
    user, file = page(("", "a.py"), ("a.py", ""))
    assert [one.name for one in beside([user], [file], names, frozenset())] == ["a.py"]
    other = replace(file, headings=("Later",))
    assert beside([user], [other], names, frozenset()) == ()


def test_what_is_installed_is_hidden_by_no_file() -> None:
    environment = Environment("k", "toy", modules=("mine",), packages={"some-lib": "1"})
    hidden = installed(environment)
    blocks = [("mine/x.py", ""), ("some_lib.py", ""), ("a.py", "")]
    user = ("", "mine/x.py some_lib.py a.py")
    assert found(page(*blocks, user), hidden) == {"a.py": 2}


@pytest.mark.parametrize(
    ("change", "serves"),
    [
        ({"state": State.ILLUSTRATIVE}, True),
        ({"state": State.SKIPPED}, False),
        ({"state": State.UNREADABLE}, False),
        ({"instructions": Instructions(shown_as="a.py", mode=Mode.FAIL)}, False),
        ({"instructions": Instructions(shown_as="a.py", mode=Mode.BUILD)}, True),
        ({"containers": ("tabs#1/tab:Old",)}, False),
        ({"containers": ("tabs#1/tab:a.py",)}, True),
        ({"containers": ("tabs#2/tab:Old",)}, True),
    ],
)
def test_which_blocks_serve_as_a_file(change: dict[str, object], serves: bool) -> None:
    file, user = page(("a.py", ""), ("", "a.py"))
    user = replace(user, containers=("tabs#1/tab:New",))
    if change.get("containers") == ("tabs#2/tab:Old",):
        user = replace(user, containers=())
        change = {}
    assert bool(beside([user], [replace(file, **change)], names, frozenset())) is serves  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verdict", "kind", "lacks"),
    [
        (Verdict.UNVERIFIED, SymptomKind.DEPENDENCY, True),
        (Verdict.UNVERIFIED, SymptomKind.CONTEXT, True),
        (Verdict.UNVERIFIED, SymptomKind.NETWORK, False),
        (Verdict.BROKEN, SymptomKind.IMPORT, False),
        (Verdict.PASSED, SymptomKind.CONTEXT, False),
    ],
)
def test_only_a_lack_asks_for_files(verdict: Verdict, kind: SymptomKind, lacks: bool) -> None:
    assert lacks_file(Reading(verdict, symptom=Symptom(kind, "no", "a.md", 1))) is lacks
