"""Rewriting: every byte beside the code stays, whatever the lines look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doc_healing import documents
from doc_healing.errors import UserError
from doc_healing.model import Document
from tests.documents.nests import Nest, nests


def read(data: bytes, path: str = "page.md") -> Document:
    return documents.read(data, path, {"x.py": b"x = 1\n"}.get)


# before, index, new code, after
CASES = {
    "plain": (b"a\n```py\nx\n```\nb", 0, "y\nz\n", b"a\n```py\ny\nz\n```\nb"),
    "no line end in the new text": (b"```py\nx\n```\n", 0, "y", b"```py\ny\n```\n"),
    "CRLF": (
        b"```py\r\nx\r\ny\r\n```\r\n",
        0,
        "x\nz\n\ny\n",
        b"```py\r\nx\r\nz\r\n\r\ny\r\n```\r\n",
    ),
    "CR": (b"```py\rx\r```\r", 0, "y\n", b"```py\ry\r```\r"),
    "mixed ends": (b"```py\r\nx\ny\r\n```\n", 0, "x\nn\ny\n", b"```py\r\nx\nn\ny\r\n```\n"),
    "BOM": (b"\xef\xbb\xbf```py\nx\n```\n", 0, "y\n", b"\xef\xbb\xbf```py\ny\n```\n"),
    "quote": (b"> ```py\n> x\n> ```\n", 0, "y\n\n  z\n", b"> ```py\n> y\n>\n>   z\n> ```\n"),
    "tight quote": (b">```py\n>x\n>```\n", 0, "y\n", b">```py\n>y\n>```\n"),
    "list": (b"- ```py\n  x\n  ```\n", 0, "y\n\nz\n", b"- ```py\n  y\n\n  z\n  ```\n"),
    "empty in a list": (b"1. ```py\n   ```\n", 0, "y\n", b"1. ```py\n   y\n   ```\n"),
    "empty in a quote in a list": (
        b"- > ```py\n  > ```\n",
        0,
        "y\n",
        b"- > ```py\n  > y\n  > ```\n",
    ),
    "tab": (b"- a\n\n\t```py\n\tx\n\t```\n", 0, "y\n\tz\n", b"- a\n\n\t```py\n\ty\n\t\tz\n\t```\n"),
    "admonition": (
        b"!!! note\n    ```py\n    x\n    ```\n",
        0,
        "if y:\n    z\n",
        b"!!! note\n    ```py\n    if y:\n        z\n    ```\n",
    ),
    "never closed, no line end": (b"```py\nx", 0, "y\nz\n", b"```py\ny\nz"),
    "never closed, empty": (b"```py", 0, "y\n", b"```py\ny"),
    "emptied": (b"```py\nx\n```\n", 0, "", b"```py\n```\n"),
    "non-ASCII before": (
        "é\n> ```py\n> ü\n> ```\n".encode(),
        0,
        "ö\n",
        "é\n> ```py\n> ö\n> ```\n".encode(),
    ),
    "options stay": (
        b"```{code-block} python\n:linenos:\n\nx\n```\n",
        0,
        "y\n",
        b"```{code-block} python\n:linenos:\n\ny\n```\n",
    ),
    "twins": (b"```py\nx\n```\n```py\nx\n```\n", 1, "y\n", b"```py\nx\n```\n```py\ny\n```\n"),
    "an odd prefix stays": (
        b">  ```py\n>  x\n> y\n>  ```\n",
        0,
        "x\ny\nz\n",
        b">  ```py\n>  x\n> y\n>  z\n>  ```\n",
    ),
    "other ticks": (b"```py\nx\n```\n", 0, "~~~\n``\n", b"```py\n~~~\n``\n```\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_rewrite(name: str) -> None:
    before, index, text, after = CASES[name]
    assert documents.rewrite(read(before), {index: text}) == after


def test_several_at_once() -> None:
    data = b"```py\na\n```\n> ```py\n> b\n> ```\n"
    assert documents.rewrite(read(data), {0: "1\n2\n", 1: "3\n"}) == (
        b"```py\n1\n2\n```\n> ```py\n> 3\n> ```\n"
    )


REFUSED = {
    "a closing fence": (b"```py\nx\n```\n", "a\n```\nb\n"),
    "a longer closing fence": (b"> ~~~py\n> x\n> ~~~\n", "~~~~\n"),
    "a carriage return": (b"```py\nx\n```\n", "a\rb\n"),
    "an include": (b'```py\n--8<-- "x.py"\n```\n', "y\n"),
    "an included page's block": (b"<<< @/x.py\n", "y\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, text = REFUSED[name]
    with pytest.raises(UserError) as caught:
        documents.rewrite(read(data), {0: text})
    assert caught.value.place is not None
    assert caught.value.place.line == 1


def test_the_refusal_says_what_to_do() -> None:
    with pytest.raises(UserError, match="close its fence early") as caught:
        documents.rewrite(read(b"x\n\n```py\nx\n```\n"), {0: "```\n"})
    assert str(caught.value.place) == "page.md:3"
    assert "longer" in caught.value.help


@given(nests(), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans())
def test_a_block_with_its_own_text_changes_no_byte(
    nest: Nest, ending: str, bom: bool, last: bool
) -> None:
    text = nest.text if last else nest.text.rstrip("\n")
    data = (b"\xef\xbb\xbf" if bom else b"") + text.replace("\n", ending).encode()
    document = read(data, nest.path)
    own = {snippet.index: snippet.code for snippet in document.snippets}
    assert documents.rewrite(document, own) == data


@given(nests(), st.lists(st.sampled_from(["a", "  b", "", "\tc", "d é"]), min_size=1))
def test_a_new_text_is_what_is_read_back(nest: Nest, lines: list[str]) -> None:
    new = "".join(f"{line}\n" for line in lines)
    document = read(nest.text.encode(), nest.path)
    data = documents.rewrite(document, {0: new})
    assert read(data, nest.path).snippets[0].code == new
    assert len(read(data, nest.path).snippets) == len(document.snippets)
