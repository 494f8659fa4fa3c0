"""What must not be paired, or not surely: bodies that say nothing, bodies that were passed on."""

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import SymbolChange
from doc_healing.symbols.confidence import LIKELY
from doc_healing.symbols.matching import compare

BODY = """    words = []
    for item in items:
        if item.price > limit:
            words.append(item.name.strip())
    return ", ".join(words)
"""
INDEX = "export function init(options) {\n  const a = options.v;\n  return a + start(a);\n}\n"


def _said(before: dict[str, str], after: dict[str, str]) -> list[SymbolChange]:
    old = {path: text.encode() for path, text in before.items()}
    new = {path: text.encode() for path, text in after.items()}
    return list(compare(old, new, MAPPERS))


BY_CHANCE = {
    "exceptions": (
        "e.py",
        "class NotFound(Exception):\n    pass\n",
        "class Timeout(Exception):\n    pass\n",
    ),
    "stubs": (
        "a.py",
        "class A:\n    def on_start(self):\n        pass\n",
        "class A:\n    def before(self):\n        pass\n",
    ),
    "delegators": (
        "A.java",
        "class A {\n  boolean isOpen() { return state.isOpen(); }\n}\n",
        "class A {\n  boolean isReady() { return state.isReady(); }\n}\n",
    ),
    "members of an enumeration": (
        "a.rs",
        "pub enum Color { Red, Green, Blue }\n",
        "pub enum Color { Cyan, Magenta, Yellow }\n",
    ),
    "associated types": (
        "a.rs",
        "pub struct A;\npub struct B;\nimpl Sub<B> for A { type Output = C; }\n"
        "impl Add<B> for B { type Output = D; }\n",
        "pub struct A;\npub struct B;\nimpl Sub<A> for B { type Output = C; }\n"
        "impl Add<B> for B { type Output = D; }\n",
    ),
}


@pytest.mark.parametrize("case", BY_CHANCE, ids=str)
def test_small_bodies_alone_make_no_likely_pair(case: str) -> None:
    path, before, after = BY_CHANCE[case]

    changes = _said({path: before}, {path: after})

    surer = [one for one in changes if one.kind.value in ("renamed", "moved")]
    assert all(one.confidence < LIKELY for one in surer)


def test_callers_vouch_for_a_small_body() -> None:
    use = "from e import {0}\n\ndef f():\n    raise {0}('a')\n\ndef g():\n    raise {0}('b')\n"
    texts = (f"class {name}(Exception):\n    pass\n" for name in ("NotFound", "Missing"))
    old, new = texts

    changes = _said(
        {"e.py": old, "u.py": use.format("NotFound")}, {"e.py": new, "u.py": use.format("Missing")}
    )

    (renamed,) = [one for one in changes if one.kind.value == "renamed"]
    assert renamed.confidence >= LIKELY


def test_what_passes_its_whole_body_on_keeps_its_name() -> None:
    before = {"a.py": f"def report(items, limit):\n{BODY}"}
    call = "    print('head')\n    yield from pad(_lines(items, limit), width=3, style=None)\n" * 2
    after = {"a.py": f"def report(items, limit):\n{call}\n\ndef _lines(items, limit):\n{BODY}"}

    assert "renamed" not in {one.kind.value for one in _said(before, after)}


def test_copies_elsewhere_make_no_tie_of_a_rename_in_place() -> None:
    paths = [f"bench/b{at}.py" for at in range(4)]
    before = dict.fromkeys(paths, f"def slow(items, limit):\n{BODY}")
    after = dict.fromkeys(paths, f"def quick(items, limit):\n{BODY}")

    changes = _said(before, after)

    assert [one.kind.value for one in changes] == ["renamed"] * 4
    assert all(one.old and one.new and one.old.path == one.new.path for one in changes)
    assert all(one.confidence >= LIKELY for one in changes)


def test_of_equal_files_the_one_whose_folder_stayed_is_the_same() -> None:
    before = {f"src/p{at}/index.js": INDEX for at in range(130)}
    after = {f"packages/p{at}/src/index.js": INDEX for at in range(130)}

    changes = _said(before, after)

    moved = [(one.old.path, one.new.path) for one in changes if one.old and one.new]
    assert sorted(moved) == sorted(zip(before, after, strict=True))
