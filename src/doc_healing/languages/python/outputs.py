"""Whether a snippet's output is the documented one of an output block."""

import re

from doc_healing.languages.python.driver import compare
from doc_healing.model import Expectation, Symptom, SymptomKind


def matches(expectation: Expectation, got: str) -> bool:
    """Whether `got` is what the document shows, trailing white space aside."""
    want, have = _even(expectation.text), _even(got)
    if expectation.unordered:
        want, have = "\n".join(sorted(want.split("\n"))), "\n".join(sorted(have.split("\n")))
    if expectation.normalise_whitespace:
        want, have = " ".join(want.split()), " ".join(have.split())
    if want == have or (not expectation.wildcards and compare.same_output(want, have, _EXACT)):
        return True
    return bool(expectation.wildcards) and _with_wildcards(want, have, expectation.wildcards)


def symptom(expectation: Expectation, got: str) -> Symptom:
    """The difference, at the first line of the documented output."""
    return Symptom(
        kind=SymptomKind.OUTPUT,
        message="the output differs from the documented one",
        path=expectation.path,
        line=expectation.line,
        column=expectation.column,
        expected=expectation.text,
        actual=got.rstrip("\n"),
    )


_EXACT = ("-ELLIPSIS",)


def _with_wildcards(want: str, have: str, wildcards: tuple[str, ...]) -> bool:
    """Whether the text between the wildcards stands in the output, in this order."""
    marks = "|".join(re.escape(one) for one in sorted(wildcards, key=len, reverse=True))
    pieces = re.split(marks, want)
    if len(pieces) == 1:
        return False
    first, *middle, last = pieces
    if not have.startswith(first) or not have.endswith(last):
        return False
    at, end = len(first), len(have) - len(last)
    for piece in middle:
        found = have.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


def _even(text: str) -> str:
    text = re.sub(r"\b0x[0-9a-fA-F]{4,}\b", "0x...", text.replace("\r\n", "\n"))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
