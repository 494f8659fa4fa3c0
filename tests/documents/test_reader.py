"""Reading: what is extracted, where it stands, and that nothing makes it raise."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll

from doc_healing import documents
from doc_healing.documents import fences, lines
from doc_healing.documents.lines import BOM
from doc_healing.model import Document, State
from tests.documents.nests import Nest, nests


def read(text: str | bytes, path: str = "page.md") -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return documents.read(data, path, lambda _: None)


@given(nests())
@settings(max_examples=300)
def test_a_fence_is_found_wherever_it_is_nested(nest: Nest) -> None:
    first = read(nest.text, nest.path).snippets[0]
    found = (first.line, first.end_line, first.info, first.code)
    assert found == (nest.line, nest.end_line, nest.info, nest.code)


@given(nests(), st.sampled_from(["\r\n", "\r"]))
def test_line_ends_change_nothing(nest: Nest, ending: str) -> None:
    plain = read(nest.text, nest.path).snippets
    other = read(nest.text.replace("\n", ending), nest.path).snippets
    assert [(s.line, s.end_line, s.code) for s in plain] == [
        (s.line, s.end_line, s.code) for s in other
    ]


PIECES = st.sampled_from(
    [
        *"``` ```` ~~~ ```py > - 1. !!! === ::: :::{note} ```{note} <div> </div> <!-- -->".split(),
        *"<Tabs> </Tabs> {/* */} { } --- +++ # [//]: % .. /// --8<-- {! !} {{#include <<<".split(),
        *'import export é \0 x <pre> markdown ` \\ "a.md" === ??? @tab :a: a:b'.split(),
        *("\u2028", "\n", "\n\n", "\r\n", "\r", " ", "    ", "\t", "  "),
        *("!!! note\n    ", '=== "A"\n    '),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS, st.sampled_from(["a.md", "a.mdx"]))
@settings(max_examples=500)
def test_any_text_is_read_and_its_places_hold(text: str, path: str) -> None:
    data = text.encode(errors="replace")
    document = documents.read(data, path, {"a.md": data}.get)
    assert not document.unreadable
    for snippet in document.snippets:
        assert snippet.code == "".join(f"{line.text}\n" for line in snippet.lines)
        assert 1 <= snippet.line <= snippet.end_line
        for line in snippet.lines:
            if line.span:
                shown = data[line.span.start : line.span.end].decode().replace("\0", "\ufffd")
                assert line.text.lstrip(" ").endswith(shown.lstrip(" "))
                assert line.text.endswith(shown)


@given(TEXTS)
@settings(max_examples=300)
def test_own_text_changes_no_byte_of_any_document(text: str) -> None:
    data = text.encode(errors="replace")
    document = read(data)
    own = {s.index: s.code for s in document.snippets if not s.invisible}
    assert documents.rewrite(document, own) == data


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    document = read(data)
    assert bool(document.unreadable) == (not _is_utf8(data))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))


PLAIN = st.lists(
    st.sampled_from(
        [
            "```",
            "````",
            "~~~",
            "```py",
            "> ",
            ">",
            "- ",
            "1. ",
            "x",
            "    ",
            "  ",
            "\t",
            "\n",
            "\n",
            "\n\n",
            "# h",
            "<div>",
            "<pre>",
            "</pre>",
            "---",
            "`a`",
            "\\",
            "* ",
            "+ ",
        ]
    ),
    max_size=40,
).map("".join)


@given(PLAIN)
@settings(max_examples=500)
def test_plain_commonmark_agrees_with_markdown_it(text: str) -> None:
    text = text.lstrip("-\n") + "\n"
    tokens = MarkdownIt("commonmark", {"maxNesting": 100}).parse(text)
    fences = [t for t in tokens if t.type == "fence"]
    snippets = read(text).snippets
    assert [(s.line, s.info, s.code) for s in snippets] == [
        ((t.map or [0])[0] + 1, unescapeAll(t.info.strip()), t.content) for t in fences
    ]


UNREADABLE = {
    "UTF-16 LE": ("a".encode("utf-16"), "UTF-16 (little endian)"),
    "UTF-16 BE": (b"\xfe\xff\x00a", "UTF-16 (big endian)"),
    "Latin-1": (b"ab\ncd\xe9f\n", "offset 5 (line 2)"),
    "behind a BOM": (BOM + b"\xff", "offset 3 (line 1)"),
    "cut off": (b"a\r\nb\r\n\xc3", "offset 6 (line 3)"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable(name: str) -> None:
    data, words = UNREADABLE[name]
    document = read(data)
    assert words in document.unreadable
    assert "UTF-8" in document.unreadable
    assert document.snippets == ()


def test_too_large_is_said() -> None:
    assert "64 MiB" in read(b"a" * ((64 << 20) + 1)).unreadable


def test_lines_and_spans() -> None:
    data = BOM + "é\r\n\r\n- > ```py\r\n  > ü = 1\r\n  >\r\n  >  b\r\n  > ```\r\n".encode()
    (snippet,) = read(data).snippets
    assert [(line.text, line.line, line.column) for line in snippet.lines] == [
        ("ü = 1", 4, 5),
        ("", 5, 4),
        (" b", 6, 5),
    ]
    spans = [line.span for line in snippet.lines]
    assert [data[s.start : s.end].decode() for s in spans if s] == ["ü = 1", "", " b"]
    assert data[snippet.span.start : snippet.span.end].decode() == (
        "  > ü = 1\r\n  >\r\n  >  b\r\n"
    )


def test_headings_and_containers() -> None:
    text = (
        '# A\n\nB\n---\n\n## C `x`\n\n# D\n\n=== "One"\n\n    ```py\n    a\n    ```\n\n'
        '=== "Two"\n\n    !!! note\n        ```py\n        b\n        ```\n\n- > ```py\n  > c\n'
    )
    first, second, third = read(text).snippets
    assert first.headings == ("D",)
    assert first.containers == ("tabs#1/tab:One",)
    assert second.containers == ("tabs#1/tab:Two", "admonition:note")
    assert third.containers == ("list", "quote")


TABS = {
    "Material": '=== "A"\n\n    ```py\n    ```\n\n=== "B"\n\n    ```py\n    ```\n',
    "pymdownx": "/// tab | A\n```py\n```\n///\n\n/// tab | B\n```py\n```\n///\n",
    "MyST": (
        "````{tab-set}\n```{tab-item} A\n~~~py\n~~~\n```\n```{tab-item} B\n~~~py\n~~~\n```\n````\n"
    ),
    "MyST colons": (
        "::::{tab-set}\n:::{tab-item} A\n```py\n```\n:::\n:::{tab-item} B\n```py\n```\n:::\n::::\n"
    ),
    "VitePress": "::: code-group\n```py [A]\n```\n```py [B]\n```\n:::\n",
    "VuePress": "::: tabs\n@tab A\n```py\n```\n@tab B\n```py\n```\n:::\n",
    "Docusaurus": (
        'import Tabs from \'@theme/Tabs\'\n\n<Tabs>\n<TabItem value="a" label="A">\n```py\n```\n'
        "</TabItem>\n<TabItem value='B'>\n```py\n```\n</TabItem>\n</Tabs>\n"
    ),
}


@pytest.mark.parametrize("name", TABS)
def test_tabs_of_one_set_are_alternatives(name: str) -> None:
    labels = [s.containers[-1] for s in read(TABS[name]).snippets]
    assert labels == ["tabs#1/tab:A", "tabs#1/tab:B"]


def test_separate_tab_sets_have_separate_ids() -> None:
    tab = '=== "A"\n\n    ```py\n    ```\n\n'
    found = [s.containers[0] for s in read(f"{tab}text\n\n{tab}").snippets]
    assert found == ["tabs#1/tab:A", "tabs#2/tab:A"]


def test_an_unclosed_fence_is_warned_of() -> None:
    document = read("a\n\n```py\nx\n")
    assert [(n.line, n.code) for n in document.warnings] == [(3, "DH106")]


def test_too_deep_nesting_is_warned_of() -> None:
    document = read("> " * 10_000 + "```py\n")
    assert [n.code for n in document.warnings] == ["DH100"]


def test_front_matter_is_no_code() -> None:
    assert [s.line for s in read("---\nx: [\n---\n```py\n```\n").snippets] == [4]


LARGE = {
    "fences": "```py\nx = 1\n```\n\ntext\n\n" * 10_000,
    "quotes": ">" * 10_000 + "a\n",
    "unclosed": "```py\n" + "x\n" * 100_000,
    "braces": "{\n" * 20_000,
    "elements": "<A>\n" * 10_000 + "</A>\n" * 10_000,
    "tags": "<A b={`\n" * 20_000,
    "comments": "<div><!--\n\n" * 20_000,
    "exports": "export const a = {\n\n" * 10_000,
    "lists": "- " * 10_000 + "a\n",
    "definitions": "[a]: b\n" * 20_000,
    "colons": "::: a\n" * 20_000,
    "ticks": "".join("`" * n + " " for n in range(1000)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("path", ["a.md", "a.mdx"])
def test_time_is_linear(name: str, path: str) -> None:
    begin = time.process_time()
    document = read(LARGE[name], path)
    assert time.process_time() - begin < 15
    assert not document.unreadable
    if name == "fences":
        assert len(document.snippets) == 10_000
        assert all(s.state is State.RUNNABLE for s in document.snippets)


def test_invisible_code_is_numbered_behind_the_others() -> None:
    text = "<!-- invisible-code-block: python\nx = 1\n-->\n\n```py\nx\n```\n"
    hidden, shown = read(text).snippets
    assert (hidden.invisible, hidden.index, hidden.code) == (True, 1, "x = 1\n")
    assert (shown.invisible, shown.index) == (False, 0)


def test_a_file_of_too_many_lines_or_blocks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LIMIT_LINES", 1000)
    assert "1001 lines" in read(b"a\n" * 1001).unreadable
    assert "1001 lines" in read(b"a\r\n" * 1001).unreadable
    assert not read(b"a\n" * 1000).unreadable
    monkeypatch.setattr(fences, "MOST_TOKENS", 1000)
    assert "more blocks" in read(b"- a\n" * 900).unreadable
    assert not read(b"- a\n" * 300).unreadable
    included = documents.read(b'--8<-- "p.md"\n', "page.md", {"p.md": b"- a\n" * 900}.get)
    assert [notice.code for notice in included.warnings] == ["DH107"]


@pytest.mark.parametrize(
    "text",
    [
        ":::{foo}\n" * 20_000 + "```\n",
        "```{foo}\n~~~\n" * 5_000,
        "a\n: b\n" * 10_000,
        "[^a]: b\n" * 10_000,
        "[^a]: " * 10_000,
        "x\n" + ":   " * 10_000 + "a\n",
    ],
)
def test_a_page_of_openings_takes_no_square(text: str) -> None:
    begin = time.process_time()
    assert not read(text.encode()).unreadable
    assert time.process_time() - begin < 10
