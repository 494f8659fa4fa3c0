"""Fenced code blocks of CommonMark 0.31.2 (examples 119 to 147), and markdown-it as an oracle."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from tests.conformance.extraction import Case, foil, read

FENCED = re.compile(r"<pre><code(?: class=\"language-([^\"]*)\")?>(.*?)</code></pre>", re.DOTALL)

# number, document, (info, code) of each block
EXAMPLES = [
    (119, "```\n<\n >\n```", [("", "<\n >\n")]),
    (120, "~~~\n<\n >\n~~~", [("", "<\n >\n")]),
    (121, "``\nfoo\n``", []),
    (122, "```\naaa\n~~~\n```", [("", "aaa\n~~~\n")]),
    (123, "~~~\naaa\n```\n~~~", [("", "aaa\n```\n")]),
    (124, "````\naaa\n```\n``````", [("", "aaa\n```\n")]),
    (125, "~~~~\naaa\n~~~\n~~~~", [("", "aaa\n~~~\n")]),
    (126, "```", [("", "")]),
    (127, "`````\n\n```\naaa", [("", "\n```\naaa\n")]),
    (128, "> ```\n> aaa\n\nbbb", [("", "aaa\n")]),
    (129, "```\n\n  \n```", [("", "\n  \n")]),
    (130, "```\n```", [("", "")]),
    (131, " ```\n aaa\naaa\n```", [("", "aaa\naaa\n")]),
    (132, "  ```\naaa\n  aaa\naaa\n  ```", [("", "aaa\naaa\naaa\n")]),
    (133, "   ```\n   aaa\n    aaa\n  aaa\n   ```", [("", "aaa\n aaa\naaa\n")]),
    (134, "    ```\n    aaa\n    ```", []),
    (135, "```\naaa\n  ```", [("", "aaa\n")]),
    (136, "   ```\naaa\n  ```", [("", "aaa\n")]),
    (137, "```\naaa\n    ```", [("", "aaa\n    ```\n")]),
    (138, "``` ```\naaa", []),
    (139, "~~~~~~\naaa\n~~~ ~~", [("", "aaa\n~~~ ~~\n")]),
    (140, "foo\n```\nbar\n```\nbaz", [("", "bar\n")]),
    (141, "foo\n---\n~~~\nbar\n~~~\n# baz", [("", "bar\n")]),
    (142, "```ruby\ndef foo(x)\n  return 3\nend\n```", [("ruby", "def foo(x)\n  return 3\nend\n")]),
    (
        143,
        "~~~~    ruby startline=3 $%@#$\ndef foo(x)\n  return 3\nend\n~~~~~~~",
        [("ruby startline=3 $%@#$", "def foo(x)\n  return 3\nend\n")],
    ),
    (144, "````;\n````", [(";", "")]),
    (145, "``` aa ```\nfoo", []),
    (146, "~~~ aa ``` ~~~\nfoo\n~~~", [("aa ``` ~~~", "foo\n")]),
    (147, "```\n``` aaa\n```", [("", "``` aaa\n")]),
]


# Of these, one regular expression finds the code too; of all others it does not.
CONTROLS = frozenset((119, 121, 122, 129, 130, 135, 136, 138, 140, 142, 144, 145))


@pytest.mark.parametrize(("number", "text", "blocks"), EXAMPLES)
def test_a_regular_expression_fails_all_but_the_controls(
    number: int, text: str, blocks: list[tuple[str, str]]
) -> None:
    found = [(info, code) for *_, info, code in foil(Case(str(number), text, ()))]
    assert (found == blocks) == (number in CONTROLS)


# Rendered, the indented code of example 134 cannot be told from a fence.
FENCES = [(number, text) for number, text, _ in EXAMPLES if number != 134]


@pytest.mark.parametrize(("number", "text", "blocks"), EXAMPLES)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_example_of_the_specification(
    number: int, text: str, blocks: list[tuple[str, str]], ending: str
) -> None:
    document = read(text.replace("\n", ending))
    assert [(s.info, s.code) for s in document.snippets] == blocks


@pytest.mark.parametrize(("number", "text"), FENCES)
def test_rendering_is_the_oracle(number: int, text: str) -> None:
    rendered = [
        (html.unescape(name or ""), html.unescape(code))
        for name, code in FENCED.findall(MarkdownIt("commonmark").render(text + "\n"))
    ]
    snippets = read(text).snippets
    assert [(" ".join(s.info.split()[:1]), s.code) for s in snippets] == rendered


def test_escapes_and_entities_in_the_info_string() -> None:
    text = "``` foo\\+bar&auml;\nfoo\n```\n~~~ a\\`b &#42;\n~~~\n"
    assert [s.info for s in read(text).snippets] == ["foo+barä", "a`b *"]
