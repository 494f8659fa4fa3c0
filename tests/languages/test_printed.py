"""What counts as the promised output, in the languages that agree on it."""

from typing import Any

import pytest

from doc_healing.languages.printed import contains, matches
from doc_healing.model import Expectation


def expectation(text: str, **more: Any) -> Expectation:
    return Expectation(text=text, path="guide.md", line=3, column=1, **more)


@pytest.mark.parametrize(
    ("promised", "printed", "more", "whole", "within"),
    [
        ("1\n2", "1  \n2\n\n", {}, True, True),
        ("2", "1\n2\n", {}, False, True),
        ("1 2", "1\n2\n", {}, False, False),
        ("1 2", "1\n2\n", {"normalise_whitespace": True}, True, True),
        ("b\na", "a\nb\n", {}, False, False),
        ("b\na", "a\nb\n", {"unordered": True}, True, False),
        ("took ... s", "took 12 s\n", {"wildcards": ("...",)}, True, True),
        ("took ... s", "it took 12 s\n", {"wildcards": ("...",)}, False, True),
        ("took (1) ...", "took 1 s\n", {"wildcards": ("...",)}, False, False),
        ("<id> kept", "7 kept\n", {"wildcards": ("<id>",)}, False, False),
        ("<...> kept", "7 kept\n", {"wildcards": ("<...>",)}, True, True),
    ],
)
def test_what_is_printed_is_held_against_what_is_promised(
    promised: str, printed: str, more: dict[str, Any], whole: bool, within: bool
) -> None:
    item = expectation(promised, **more)
    assert (matches(item, item.text, printed), contains(item, printed)) == (whole, within)
