"""What became of symbols: small pairs of files in several languages, and what is said of them."""

from textwrap import indent

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import SymbolChange
from doc_healing.symbols.matching import compare

TOTAL = """    total = 0
    for item in items:
        if item.price > limit:
            total += item.price * rate
    return round(total, 2)
"""
GREET = """    words = [title, name.strip().capitalize()]
    return " ".join(word for word in words if word) + "!"
"""
SPLIT = """    left, _, right = text.partition(":")
    if not right:
        raise ValueError(f"no colon in {text!r}")
    return left.strip(), right.strip()
"""
BOX = f"""class Box:
    kind = "wood"

    def halves(self, text):
{indent(SPLIT, "    ")}
    def greet(self, title, name):
{indent(GREET, "    ")}"""


def _said(
    before: dict[str, str], after: dict[str, str], migrations: list[tuple[str, str]] | None = None
) -> list[SymbolChange]:
    old = {path: text.encode() for path, text in before.items()}
    new = {path: text.encode() for path, text in after.items()}
    return list(compare(old, new, MAPPERS, migrations=migrations or ()))


def _told(changes: list[SymbolChange]) -> set[tuple[str, str, str]]:
    """Kind, old and new name, without what only changed inside."""
    return {
        (
            change.kind.value,
            change.old.name if change.old else "",
            change.new.name if change.new else "",
        )
        for change in changes
        if change.kind.value != "body_changed"
    }


CASES = {
    "a function is renamed": (
        {"a.py": f"def total(items, limit, rate):\n{TOTAL}"},
        {"a.py": f"def sum_of(items, limit, rate):\n{TOTAL}"},
        {("renamed", "total", "sum_of")},
    ),
    "what a body calls has another name as well": (
        {
            "a.py": f"class A:\n    def events(self):\n{indent(TOTAL, '    ')}\n"
            "    def probs(self):\n        return zip(self.events, self.pmf)\n",
            "b.py": "def use(a, b):\n    a.events(1)\n    return b.events(2)\n",
        },
        {
            "a.py": f"class A:\n    def outcomes(self):\n{indent(TOTAL, '    ')}\n"
            "    def zipped(self):\n        return zip(self.outcomes, self.pmf)\n",
            "b.py": "def use(a, b):\n    a.outcomes(1)\n    return b.outcomes(2)\n",
        },
        {("renamed", "A.events", "A.outcomes"), ("renamed", "A.probs", "A.zipped")},
    ),
    "a method became the constructor": (
        {"a.py": f"class A:\n    def set_up(self, text):\n{indent(SPLIT, '    ')}"},
        {"a.py": f"class A:\n    def __init__(self, text):\n{indent(SPLIT, '    ')}"},
        {("renamed", "A.set_up", "A.__init__"), ("signature_changed", "A", "A")},
    ),
    "two names are swapped": (
        {"a.py": f"def one(items, limit, rate):\n{TOTAL}\n\ndef two(text):\n{SPLIT}"},
        {"a.py": f"def two(items, limit, rate):\n{TOTAL}\n\ndef one(text):\n{SPLIT}"},
        {("renamed", "one", "two"), ("renamed", "two", "one")},
    ),
    "a name goes on to another body": (
        {"a.py": f"def old(items, limit, rate):\n{TOTAL}\n\ndef joint(text):\n{SPLIT}"},
        {"a.py": f"def single(items, limit, rate):\n{TOTAL}\n\ndef old(text):\n{SPLIT}"},
        {("renamed", "old", "single"), ("renamed", "joint", "old")},
    ),
    "the members of a renamed class are not told": (
        {"a.py": BOX},
        {"a.py": BOX.replace("Box", "Crate")},
        {("renamed", "Box", "Crate")},
    ),
    "a function is moved": (
        {"a.py": f"def f(text):\n{SPLIT}\n\ndef g(title, name):\n{GREET}", "b.py": "X = 1\n"},
        {"a.py": f"def g(title, name):\n{GREET}", "b.py": f"X = 1\n\n\ndef f(text):\n{SPLIT}"},
        {("moved", "f", "f")},
    ),
    "what a function is extracted from keeps its name": (
        {"a.py": f"def f(text):\n{SPLIT}"},
        {"a.py": f"def f(text):\n    return _halves(text)\n\n\ndef _halves(text):\n{SPLIT}"},
        {("added", "", "_halves")},
    ),
    "unlike functions are removed and added": (
        {"a.py": f"def f(text):\n{SPLIT}"},
        {"a.py": f"def g(title, name):\n{GREET}"},
        {("removed", "f", ""), ("added", "", "g")},
    ),
    "tiny bodies are told by who calls them": (
        {
            "A.java": "class A {\n  int old() { return n; }\n  int other() { return m; }\n}\n",
            "B.java": "class B {\n  int f(A a) { return a.old() + 1; }\n"
            "  int g(A a) { return 2 * a.old(); }\n}\n",
        },
        {
            "A.java": "class A {\n  int fresh() { return n; }\n  int other() { return m; }\n}\n",
            "B.java": "class B {\n  int f(A a) { return a.fresh() + 1; }\n"
            "  int g(A a) { return 2 * a.fresh(); }\n}\n",
        },
        {("renamed", "A.old", "A.fresh")},
    ),
    "go": (
        {"a.go": "package a\n\nfunc Old(x int) int {\n\ty := x * 3\n\treturn y + len(name)\n}\n"},
        {"a.go": "package a\n\nfunc New(x int) int {\n\ty := x * 3\n\treturn y + len(name)\n}\n"},
        {("renamed", "Old", "New")},
    ),
    "rust": (
        {"src/lib.rs": "pub struct Old {\n    pub left: u8,\n    pub right: Vec<String>,\n}\n"},
        {"src/lib.rs": "pub struct Fresh {\n    pub left: u8,\n    pub right: Vec<String>,\n}\n"},
        {("renamed", "Old", "Fresh")},
    ),
    "typescript": (
        {"a.ts": "export interface Old { left: number; right: string[]; deep?: boolean }\n"},
        {"b.ts": "export interface Old { left: number; right: string[]; deep?: boolean }\n"},
        {("moved", "Old", "Old")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_changes_are_told(name: str) -> None:
    before, after, expected = CASES[name]

    assert _told(_said(before, after)) == expected


def test_equal_trees_have_no_change() -> None:
    files = {"a.py": f"def f(text):\n{SPLIT}", "A.java": "class A { int f() { return 1; } }\n"}

    assert _said(files, files) == []


def test_an_alias_declares_its_successor() -> None:
    before = {"a.py": f"def old(text):\n{SPLIT}"}
    after = {"a.py": f"def fresh(title, name):\n{GREET}\n\nold = fresh\n"}

    changes = _said(before, after)

    (change,) = [one for one in changes if one.old is not None and one.old.name == "old"]
    assert change.new is not None
    assert (change.kind.value, change.new.name) == ("renamed", "fresh")
    assert "declared successor" in change.evidence
    assert change.confidence >= 0.95


def test_a_deprecation_names_its_successor() -> None:
    before = {"a.py": f"def old(text):\n{SPLIT}"}
    after = {
        "a.py": "import warnings\n\n\ndef old(text):\n"
        '    warnings.warn("Use fresh() instead", DeprecationWarning)\n'
        f"    return fresh(text)\n\n\ndef fresh(text):\n{SPLIT}"
    }

    changes = _said(before, after)

    (change,) = [one for one in changes if one.kind.value == "deprecated"]
    assert [symbol.name for symbol in change.candidates] == ["fresh"]


def test_a_migration_of_the_configuration_pairs_what_nothing_else_would() -> None:
    before = {"a.py": f"def f(text):\n{SPLIT}"}
    after = {"a.py": f"def g(title, name):\n{GREET}"}

    changes = _said(before, after, [("f", "g")])

    assert _told(changes) == {("renamed", "f", "g")}


def test_two_equal_successors_are_a_tie() -> None:
    before = {"a.py": f"def halves(text):\n{SPLIT}"}
    after = {"b.py": f"def halves_b(text):\n{SPLIT}", "c.py": f"def halves_c(text):\n{SPLIT}"}

    changes = _said(before, after)

    (change,) = [one for one in changes if one.old is not None]
    assert change.confidence <= 0.5 or change.kind.value == "removed"
    assert change.candidates


def test_parameters_are_told_with_a_rename() -> None:
    before = {"a.py": f"def total(items, limit, rate):\n{TOTAL}"}
    after = {"a.py": f"def sum_of(items, limit, rate, *, digits=2):\n{TOTAL}"}

    (change,) = _said(before, after)

    assert [(item.kind, item.new) for item in change.parameters] == [("added_optional", "digits")]


def test_a_body_of_few_words_does_not_speak_for_its_own_names() -> None:
    before = {"a.py": "def first_alarm(bell):\n    return ring(bell)\n"}
    after = {"a.py": "def toll(bell):\n    return swing(bell)\n"}
    assert all(change.confidence < 0.9 for change in _said(before, after) if change.new)
    calls = (
        {"b.py": "def use(bell):\n    ring(bell)\n"},
        {"b.py": "def use(bell):\n    swing(bell)\n"},
    )
    told = _said(before | calls[0], after | calls[1])
    assert ("renamed", "first_alarm", "toll") in _told(told)
