"""Includes: what stands in another file is read from there, and attributed to it."""

import pytest

from doc_healing import documents
from doc_healing.model import Document, Snippet, State

FILES = {
    "src/a.py": b"# --8<-- [start:x]\nx = 1\n# --8<-- [end:x]\ny = 2\nz = 3\n",
    "src/b.rs": b"use a;\n// ANCHOR: f\nfn f() {}\n// ANCHOR_END: f\nfn main() {}\n",
    "src/c.ts": b"a\n// #region r\nb\n// #endregion r\nc\n",
    "src/d.py": b"import a\n\n@deco\ndef f():\n    return 1\n\n"
    b"class C:\n    def g(self):\n        pass\n",
    "src/nest.py": b'n = 0\n--8<-- "src/a.py:5"\n',
    "src/latin.py": b"\xe9\n",
    "src/loop.py": b'--8<-- "src/loop2.py"\n',
    "src/loop2.py": b'--8<-- "src/loop.py"\n',
    "docs/part.md": b"# Part\n\n<!-- skip: next -->\n\n```py\nskipped\n```\n\n```py\npart\n```\n",
    "docs/self.md": b'--8<-- "docs/self.md"\n\n```py\nself\n```\n',
    "mkdocs.yml": b"markdown_extensions:\n  - pymdownx.snippets:\n"
    b"      base_path: ['parts', \"more\"]\n",
    "parts/p.py": b"parts\n",
    "more/m.py": b"more\n",
    **{f"deep/{n}.py": f'--8<-- "deep/{n + 1}.py"\n'.encode() for n in range(20)},
    "wide/0.py": b"w\n" * 1000,
    **{f"wide/{n}.py": f'--8<-- "wide/{n - 1}.py"\n'.encode() * 100 for n in range(1, 5)},
}


def read(text: str, path: str = "docs/guide/page.md") -> Document:
    return documents.read(text.encode(), path, FILES.get)


def fence(line: str, label: str = "py") -> str:
    return f"```{label}\n{line}\n```\n"


def only(text: str, path: str = "docs/guide/page.md") -> Snippet:
    (snippet,) = read(text, path).snippets
    return snippet


# what stands in the fence, the code, the file and line of the code's first line
EXPANDED = {
    "snippets": ('--8<-- "src/a.py:4"', "y = 2\nz = 3\n", "src/a.py", 4),
    "snippets, single quotes": ("--8<-- 'src/a.py:2:2'", "x = 1\n", "src/a.py", 2),
    "snippets, to a line": ('-8<- "src/a.py::2"', "# --8<-- [start:x]\nx = 1\n", "src/a.py", 1),
    "snippets, several ranges": ('--8<-- "src/a.py:2:2,5:5"', "x = 1\nz = 3\n", "src/a.py", 2),
    "snippets, section": ('--8<-- "src/a.py:x"', "x = 1\n", "src/a.py", 2),
    "snippets, nested": ('--8<-- "src/nest.py"', "n = 0\nz = 3\n", "src/nest.py", 1),
    "snippets, indented": ('  --8<-- "src/a.py:x"', "  x = 1\n", "src/a.py", 2),
    "snippets, list": (
        "--8<--\nsrc/a.py:x\n; src/no.py\n\nmore/m.py\n--8<--",
        "x = 1\nmore\n",
        "src/a.py",
        2,
    ),
    "snippets, base path": ('--8<-- "p.py"', "parts\n", "parts/p.py", 1),
    "snippets, second base path": ('--8<-- "m.py"', "more\n", "more/m.py", 1),
    "markdown-include": ("{!../../src/a.py!lines=2 4-5}", "x = 1\ny = 2\nz = 3\n", "src/a.py", 2),
    "mdx_include": ("{!> ../src/a.py [ln:4-5] !}", "y = 2\nz = 3\n", "src/a.py", 4),
    "mdBook": ("{{#include ../../src/b.rs}}", FILES["src/b.rs"].decode(), "src/b.rs", 1),
    "mdBook, line": ("{{#include ../../src/b.rs:3}}", "fn f() {}\n", "src/b.rs", 3),
    "mdBook, range": (
        "{{#include ../../src/b.rs:4:}}",
        "// ANCHOR_END: f\nfn main() {}\n",
        "src/b.rs",
        4,
    ),
    "mdBook, to a line": ("{{#include ../../src/b.rs::1}}", "use a;\n", "src/b.rs", 1),
    "mdBook, anchor": ("{{#include ../../src/b.rs:f}}", "fn f() {}\n", "src/b.rs", 3),
    "mdBook, playground": ("{{#playground ../../src/b.rs:f}}", "fn f() {}\n", "src/b.rs", 3),
}


@pytest.mark.parametrize("name", EXPANDED)
def test_expanded(name: str) -> None:
    line, code, path, first = EXPANDED[name]
    snippet = only(fence(line))
    assert snippet.state is not State.UNREADABLE, snippet.reason
    assert snippet.code == code
    assert (snippet.lines[0].path, snippet.lines[0].line) == (path, first)
    assert all(found.span is None for found in snippet.lines)
    assert (snippet.line, snippet.path) == (1, "docs/guide/page.md")


def test_only_the_included_lines_are_attributed_to_the_other_file() -> None:
    snippet = only(fence('a\n--8<-- "src/a.py:x"\nb'))
    assert [(line.text, line.path, line.line) for line in snippet.lines] == [
        ("a", "docs/guide/page.md", 2),
        ("x = 1", "src/a.py", 2),
        ("b", "docs/guide/page.md", 4),
    ]


def test_the_rest_of_a_rustdoc_include_is_hidden() -> None:
    snippet = only(fence("{{#rustdoc_include ../../src/b.rs:f}}", "rust"))
    assert [(line.text, line.hidden) for line in snippet.lines] == [
        ("use a;", True),
        ("fn f() {}", False),
        ("fn main() {}", True),
    ]


UNREADABLE = {
    "missing": ('--8<-- "src/none.py"', "`src/none.py` is not in the repository"),
    "missing section": ('--8<-- "src/a.py:nope"', "no section named `nope`"),
    "missing anchor": ("{{#include ../../src/b.rs:nope}}", "no section named `nope`"),
    "cyclic": ('--8<-- "src/loop.py"', "src/loop.py -> src/loop2.py -> src/loop.py"),
    "outside": ('--8<-- "../../../../etc/passwd"', "leaves the repository"),
    "outside, mdBook": ("{{#include ../../../x}}", "leaves the repository"),
    "outside, in the middle": ("{!a/../../../../x.py!}", "leaves the repository"),
    "URL": ('--8<-- "https://example.org/x.py"', "nothing is fetched"),
    "encoding": ('--8<-- "src/latin.py"', "not UTF-8"),
    "too deep": ('--8<-- "deep/0.py"', "deeper than 10"),
    "too much": ('--8<-- "wide/4.py"', "more than 200000 lines"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name: str) -> None:
    line, words = UNREADABLE[name]
    document = read(fence(line))
    (snippet,) = document.snippets
    assert snippet.state is State.UNREADABLE
    assert words in snippet.reason
    assert [notice.code for notice in document.warnings if notice.line == 1] == ["DH107"]


NOT_INCLUDES = {
    "escaped snippet": (';--8<-- "src/a.py"', '--8<-- "src/a.py"\n'),
    "escaped mdBook": ("\\{{#include ../../src/b.rs}}", "{{#include ../../src/b.rs}}\n"),
    "JSX": ("{!open && <A/>}", "{!open && <A/>}\n"),
    "a negation": ("{!open!}", "{!open!}\n"),
    "a template": ("{{ value }}", "{{ value }}\n"),
    "a comment": ("# --8<-- [start:x]", "# --8<-- [start:x]\n"),
    "text behind": ('--8<-- "src/a.py" # x', '--8<-- "src/a.py" # x\n'),
}


@pytest.mark.parametrize("name", NOT_INCLUDES)
def test_not_an_include(name: str) -> None:
    line, code = NOT_INCLUDES[name]
    assert only(fence(line)).code == code


LITERAL = {
    "lines": (":lines: 2,4-", "x = 1\ny = 2\nz = 3\n", "a.py"),
    "start and end": (":start-after: start:x\n:end-before: end:x", "x = 1\n", "a.py"),
    "start at": (':start-at: "y = "\n:end-at: y', "y = 2\n", "a.py"),
    "object": (":pyobject: f", "@deco\ndef f():\n    return 1\n", "d.py"),
    "method": (":pyobject: C.g\n:dedent: 4", "def g(self):\n    pass\n", "d.py"),
    "YAML": ("---\nlines: 5\nlanguage: python\n---", "z = 3\n", "a.py"),
}


@pytest.mark.parametrize("name", LITERAL)
def test_literalinclude(name: str) -> None:
    options, code, file = LITERAL[name]
    snippet = only(f"```{{literalinclude}} ../../src/{file}\n{options}\n```\n")
    assert snippet.code == code
    assert snippet.lines[0].path == f"src/{file}"


BLOCKS = {
    "VitePress": ("<<< @/src/c.ts#r{1}", "typescript", "b\n", "src/c.ts", 3),
    "VitePress, relative": (
        "<<< ../../src/c.ts",
        "typescript",
        FILES["src/c.ts"].decode(),
        "src/c.ts",
        1,
    ),
    "fastapi": (
        "{* ../../src/a.py ln[2,4:5] hl[2] *}",
        "python",
        "x = 1\ny = 2\nz = 3\n",
        "src/a.py",
        2,
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_line_that_makes_a_block(name: str) -> None:
    line, language, code, path, first = BLOCKS[name]
    snippet = only(f"text\n\n{line}\n\ntext\n")
    assert (snippet.line, snippet.end_line, snippet.language) == (3, 3, language)
    assert (snippet.code, snippet.lines[0].path, snippet.lines[0].line) == (code, path, first)


PAGES = {
    "snippets": '--8<-- "docs/part.md"',
    "markdown-include": "{!../part.md!}",
    "mdBook": "{{#include ../part.md}}",
    "MyST": "```{include} ../part.md\n```",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_included_with_its_blocks_and_markers(name: str) -> None:
    first, second, own = read(f"x\n\n{PAGES[name]}\n\n```py\nown\n```\n").snippets
    assert (first.code, first.state) == ("skipped\n", State.SKIPPED)
    assert (second.code, second.line, second.lines[0].path) == ("part\n", 3, "docs/part.md")
    assert second.lines[0].line == 10
    assert own.code == "own\n"
    assert [s.index for s in (first, second, own)] == [0, 1, 2]


def test_a_page_that_includes_itself_ends() -> None:
    document = documents.read(FILES["docs/self.md"], "docs/self.md", FILES.get)
    assert [s.code for s in document.snippets if s.state is not State.UNREADABLE] == ["self\n"]


def test_includes_in_containers_and_quotes() -> None:
    text = (
        '=== "A"\n\n    ```py\n    --8<-- "src/a.py:x"\n    ```\n\n> ```py\n> {!src/a.py!}\n> ```\n'
    )
    first, second = read(text, "page.md").snippets
    assert first.code == "x = 1\n"
    assert second.lines[-1].text == "z = 3"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("```{literalinclude} /src/a.py\n```\n", "python"),
        ("```{literalinclude} /src/c.ts\n```\n", "typescript"),
        ("```{literalinclude} /src/c.ts\n:language: js\n```\n", "javascript"),
        ("<<< @/src/c.ts\n", "typescript"),
        ("<<< @/src/c.ts{js}\n", "javascript"),
        ("<<< @/src/c.ts{1,3 js:line-numbers} [title]\n", "javascript"),
        ("<<< @/src/c.ts#r{2}\n", "typescript"),
    ],
)
def test_the_language_of_an_included_file(text: str, language: str) -> None:
    assert only(text).language == language


def test_the_label_of_an_included_page_has_no_column_here() -> None:
    page = b"x\n\n> ```pythonish\n> x\n> ```\n"
    document = documents.read(b'--8<-- "p.md"\n', "page.md", {"p.md": page}.get)
    assert [(n.code, n.line, n.column) for n in document.warnings] == [("DH101", 1, 1)]


@pytest.mark.parametrize("label", ["markdown", "md", "text"])
def test_markup_that_shows_how_to_include_is_shown_as_it_is(label: str) -> None:
    """A page about includes names files that are nowhere; no program is lost by that."""
    shown = '--8<-- "no-such-file.py"\n'
    document = read(f"````{label}\n{shown}````\n")
    assert [s.code for s in document.snippets] == [shown]
    assert document.warnings == ()
    program = read(f"```python\n{shown}```\n")
    assert [notice.code for notice in program.warnings] == ["DH107"]
