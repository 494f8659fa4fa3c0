"""Documentation of what is gone, and public API that nothing mentions."""

import re
from collections.abc import Mapping, Sequence

import pytest

from doc_healing.documents.prose import Spot, SpotKind
from doc_healing.languages.maps import MAPPERS
from doc_healing.model import Reference
from doc_healing.pipeline.naming import named
from doc_healing.symbols.drafts import draft
from doc_healing.symbols.matching import compare
from doc_healing.symbols.orphans import Orphan, Placed, orphans
from doc_healing.symbols.past import is_log, of_older_versions, only_lists
from doc_healing.symbols.undocumented import said, undocumented
from tests.symbols.trees import documents, lookup, tree

BODY = "    total = 0\n    for one in range(n):\n        total += one * n - 1\n    return total\n"
OLD = {
    "lib/__init__.py": "from .core import old_name, kept, Thing\n",
    "lib/core.py": (
        f"def old_name(n):\n{BODY}\ndef kept(n): ...\n\n"
        "class Thing:\n    wait_seconds: int = 3\n    wait_minutes: int = 3\n"
        "    def gone(self): ...\n    def stays(self): ...\n"
    ),
}
NEW = {
    "lib/__init__.py": "from .core import new_name, kept, Thing\n",
    "lib/core.py": (
        f"def new_name(n):\n{BODY}\ndef kept(n): ...\n\nclass Thing:\n    def stays(self): ...\n"
        "\ndef later(wait_minutes): ...\n"
    ),
}
REMOVE = "no successor is known: remove it"
TEXTS = [
    ("Use `lib.old_name()`.", ["lib.old_name: use `lib.new_name`"]),
    ("```python\nfrom lib import old_name\n```", ["lib.old_name: use `lib.new_name`"]),
    ("Use `Thing.gone()`.", ["lib.Thing.gone: no successor is known: remove it"]),
    ("Use `Thing.stays()` and `kept()`, or `lib.kept`.", []),
    ("Use `never_there()` or `Thing.never`.", []),
    ("`lib.old_name()` was renamed to `new_name()`.", []),
    ("# Removed in 2.0\n\n`lib.old_name()` does it.", []),
    ("Instead of `lib.old_name()` call something.", []),
    (
        "Instead of looping we call it once; it will be fast.\n\n"
        "```python\nfrom lib import old_name\n```",
        ["lib.old_name: use `lib.new_name`"],
    ),
    ("The field `wait_seconds` says how long.", ["lib.Thing.wait_seconds: " + REMOVE]),
    ("The field `wait_minutes` says how long.", []),  # no type has it, but the code still says it
    ("It waits for wait_seconds.", []),
    ("`kept`, `gone` and `stays`", []),  # too short to be surely this one's
    (
        "```python\nfrom lib import Thing\n\nThing()\n\ndef use(it):\n    it.wait_seconds\n```",
        ["lib.Thing.wait_seconds: " + REMOVE],
    ),
    ("```python\ndef use(it):\n    it.wait_seconds\n```", []),
]


def gone(text: str, path: str = "docs/a.md", then: str | None = None) -> list[str]:
    then = text if then is None else then
    before, after = lookup(tree(OLD)), lookup(tree(NEW))
    pages = documents(tree({path: f"{text}\n"}))
    told = [(page, before) for page in named(pages, before, MAPPERS)]
    placed = [
        _placed(one, page.prose.spots)
        for page, _ in told
        for one in (*page.references, *page.mentions)
    ]
    alive = [
        one for page in named(pages, after, MAPPERS) for one in (*page.references, *page.mentions)
    ]
    changes = compare(_bytes(OLD), _bytes(NEW), MAPPERS)
    texts = {path: then}
    found = orphans(placed, alive, before, after, changes, texts, unsaid=_unsaid)
    return [_line(one) for one in found]


def _placed(one: Reference, spots: Sequence[Spot]) -> Placed:
    for spot in spots:
        if (spot.line, spot.column) == (one.line, one.column) and one.snippet is None:
            titles = "\n".join(spot.headings)
            return Placed(one, spot.sentence, "", titles, spot.kind is SpotKind.WORD)
    return Placed(one)


def _unsaid(names: frozenset[str]) -> frozenset[str]:
    return names.difference(*(re.findall(r"\w+", text) for text in NEW.values()))


def _line(one: Orphan) -> str:
    return f"{one.name}: {one.advice}"


def _bytes(texts: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in texts.items()}


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_orphans(text: str, expected: list[str]) -> None:
    assert gone(text) == expected


@pytest.mark.parametrize(
    ("paths", "older"),
    [
        (["docs/v1/a.md", "docs/v2/a.md", "docs/a.md"], ["docs/v1/a.md"]),
        (["docs/v1/a.md"], []),
        (
            ["docs/1.x/a.md", "docs/2.0/a.md", "docs/10.0/b/c.md"],
            ["docs/1.x/a.md", "docs/2.0/a.md"],
        ),
        (["book/1/a.md", "book/2/a.md"], []),  # chapters
        (["api/version-1/a.md", "guide/version-2/a.md"], []),
        (
            ["doc/1.x/a.md", "doc/1.x/b.md", "doc/1.x/c.md", "doc/a.md", "doc/b.md"],
            ["doc/1.x/a.md", "doc/1.x/b.md", "doc/1.x/c.md"],
        ),
        (["doc/2.x/README.md", "doc/2.x/index.md", "doc/README.md", "doc/index.md"], []),
    ],
)
def test_the_manual_of_an_older_version_may_name_what_is_gone(
    paths: list[str], older: list[str]
) -> None:
    assert of_older_versions(paths) == frozenset(older)


def test_a_changelog_may_name_what_is_gone() -> None:
    assert gone("Use `lib.old_name()`.", "docs/migration.md") == []


@pytest.mark.parametrize(
    ("path", "of_the_past", "lists"),
    [
        ("MIGRATION_GUIDE.md", True, False),
        ("docs/upgrading.md", True, False),
        ("rand_core/CHANGELOG.md", True, True),
        ("docs/releases/1.0.md", True, True),
        ("docs/guide.md", False, False),
    ],
)
def test_a_guide_for_migration_documents_what_is_new(
    path: str, of_the_past: bool, lists: bool
) -> None:
    assert (is_log(path), only_lists(path)) == (of_the_past, lists)


def test_what_the_page_did_not_name_at_the_base_is_something_else() -> None:
    assert gone("Use `lib.old_name()`.", then="Nothing of it.") == []


API = {
    "lib/__init__.py": 'from .core import Thing, make\n__all__ = ["Thing", "make"]\n',
    "lib/core.py": (
        "class Base:\n    def run_it(self): ...\n\nclass Thing(Base):\n"
        "    def new_one(self, n: int = 3) -> str:\n"
        '        """Make one more."""\n\n'
        "    def run_it(self): ...\n    def __len__(self): ...\n    def _private(self): ...\n\n"
        'def make(name: str) -> Thing:\n    """Make a thing of a name."""\n\n'
        "def inner(): ...\n"
    ),
    "tests/helpers.py": "def for_tests(): ...\n",
}


def test_undocumented() -> None:
    known = lookup(tree(API))
    found = undocumented(known, said(["The `Thing` class."]), None)
    assert [one.shown for one in found] == ["lib.Thing.new_one", "lib.make"]
    assert undocumented(known, said(["`Thing`, make() and new_one"]), None) == []
    assert undocumented(known, said([".. automodule:: lib\n   :members:\n"]), None) == []


APART = {
    "go.mod": "module example.com/lib\n",
    "zip.go": "package lib\n\n"
    + "".join(f"// Zip{n} joins.\nfunc Zip{n}(a []int) int {{ return {n} }}\n" for n in (2, 3, 4))
    + "func Code32() int { return 1 }\nfunc Code64() int { return 2 }\n",
    "exp/fast/fast.go": "package fast\n\nfunc Quick() int { return 1 }\n",
}
TWICE = {
    "package.json": '{"name": "cut", "main": "./index.js", "types": "./index.d.ts"}',
    "index.js": "class Help {\n  width(text) { return text.length; }\n}\nexports.Help = Help;\n",
    "index.d.ts": (
        "export class Help {\n  width(text: string): number;\n}\n"
        "export interface CutOptions { deep: boolean }\n"
        "export interface Cutter { name: string }\n"
        "export function cut(text: string, options?: CutOptions): string;\n"
    ),
}
BEAN = {
    "src/main/java/a/b/Config.java": (
        "package a.b;\npublic class Config {\n"
        "    public void setFailFast(boolean on) {}\n"
        "    public boolean isFailFast() { return true; }\n"
        "    public void setValid(boolean on) {}\n    public int getRetryCount() { return 1; }\n}\n"
    )
}


MEANT = {
    "lib/__init__.py": "from .api import run\n",
    "lib/api.py": "def run(): ...\n",
    "lib/web/__init__.py": "from lib.http import Used\nclass Own(Used): ...\n",
    "lib/http/__init__.py": "class Used: ...\nclass RunnerImpl: ...\n",
    "lib/utils.py": "__all__ = ['aid']\ndef aid(): ...\n",
    "lib/a/b/__init__.py": "",
    "lib/a/__init__.py": "",
    "lib/a/b/deep.py": "__all__ = ['Message']\nclass Message: ...\n",
    "lib/near.py": "__all__ = ['Near']\nclass Near: ...\n",
}


@pytest.mark.parametrize(
    ("files", "text", "expected"),
    [
        (MEANT, "`lib.web.x`, `lib.utils.x`", ["run", "Near", "Own"]),
        (MEANT, "`lib.a.b.deep.x`", ["Message", "run", "Near"]),
        (APART, "Call `Zip2` to `Code32`.", ["Code64"]),
        (APART, "Nothing.", ["Zip2", "Zip3", "Zip4", "Code32", "Code64"]),
        (BEAN, "`Config` | `failFast` | valid", ["Config.setValid", "Config.getRetryCount"]),
        (TWICE, "`Help` and `cut`", ["Cutter", "Help.width"]),
    ],
)
def test_what_another_name_documents_is_told_once(
    files: dict[str, str], text: str, expected: list[str]
) -> None:
    found = undocumented(lookup(tree(files)), said([text]), None)
    assert [one.name for one in found] == expected


def test_a_draft_is_made_of_what_the_source_says() -> None:
    (made,) = [
        one for one in undocumented(lookup(tree(API)), said(["Thing"]), None) if one.name == "make"
    ]
    assert draft(made, "python") == (
        "### `lib.make`\n\n`def make(name: str) -> Thing`\n\n"
        "```python\nfrom lib import make\n```\n\n"
        "Make a thing of a name.\n\n- `name` (`str`)\n\nReturns `Thing`.\n"
    )


SPOKEN = {
    "python": (
        {
            "lib/__init__.py": "class A:\n    def f(self): ...\n"
            '    def g(self):\n        """Do :func:`x`."""\n'
        },
        "`A`, f",
        [("lib.A.g", "from lib import A")],
    ),
    "javascript": (
        {
            "package.json": '{"name": "a-lib", "main": "i.js"}',
            "i.js": "export default function run() {}\nexport function go(x = '`') {}\n",
        },
        "",
        [("a-lib", 'import aLib from "a-lib";'), ("go", 'import { go } from "a-lib";')],
    ),
    "typescript": (
        {
            "package.json": '{"name": "lib", "types": "i.ts"}',
            "i.ts": "/** See {@link A<string>}.\n * ```ts\n * x\n * ```\n */\n"
            "export interface T { a: string }\nexport abstract class A<X> {}\n",
        },
        "",
        [("T", 'import type { T } from "lib";'), ("A", 'import { A } from "lib";')],
    ),
    "java": (
        {"src/main/java/a/b/C.java": "package a.b;\n/** A <b>List</b>. */\npublic class C {}\n"},
        "",
        [("a.b.C", "import a.b.C;")],
    ),
    "go": (
        {
            "go.mod": "module example.com/go-thing/v2\n",
            "a.go": "package thing\n\n// Run it.\nfunc Run[T any](a []T) error { return nil }\n",
        },
        "",
        [("thing.Run", 'import "example.com/go-thing/v2"')],
    ),
    "rust": (
        {
            "Cargo.toml": '[package]\nname = "lib"\nversion = "1.0.0"\n',
            "src/lib.rs": "pub mod m;\n",
            "src/m.rs": "/// Go.\n///\n/// # Errors\n/// Never.\npub fn go(a: u8) -> u8 { a }\n",
        },
        "",
        [("lib::m::go", "use lib::m::go;")],
    ),
}


@pytest.mark.parametrize("language", SPOKEN)
def test_a_draft_is_markdown_with_an_import_that_parses(language: str) -> None:
    files, text, expected = SPOKEN[language]
    mapper = next(one for one in MAPPERS if one.name == language)
    found = undocumented(lookup(tree(files)), said([text]), None)
    told = []
    for one in found:
        section = draft(one, language)
        page = documents(tree({"docs/a.md": section}))[0]
        (block,) = page.snippets
        assert not mapper.outline(f"a{mapper.suffixes[0]}", block.code.encode()).faults
        assert "{@" not in section
        told.append((section.partition("\n")[0].strip("# `"), block.code.strip()))
    assert told == expected
