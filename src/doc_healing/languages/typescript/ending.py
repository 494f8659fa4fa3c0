"""A block that ends too early: the compiler says so behind its last line, in a row of ours.

What a block leaves open is its own error, with two exceptions: a later block of the page goes on
with it, or its last line says that something is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from doc_healing.languages.javascript.notation import closers
from doc_healing.languages.typescript.diagnostics import Diagnostic
from doc_healing.languages.typescript.erasure import parses
from doc_healing.model import Line, Snippet

_MOST = 4  # blocks that one program is told in
_LEFT_OUT = re.compile(r"\s*(//|/?\*).*(\.\.\.|…|\betc\b|\brest\b|\bmore\b)")
_UNTERMINATED = frozenset({1002, 1010, 1160, 1161})  # a string, a comment, a template


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a block, and what the compiler misses there; `sure` that nothing goes on."""

    line: Line
    column: int
    message: str
    sure: bool


def leaves_out(code: str) -> bool:
    """Whether the last line is a comment that stands for what is left out."""
    return _LEFT_OUT.match(code.rstrip().rpartition("\n")[2]) is not None


def goes_on(snippet: Snippet, later: Sequence[Snippet]) -> bool:
    """Whether the blocks that follow complete a block which does not parse."""
    text = snippet.code
    for item in later[:_MOST]:
        text = f"{text}\n{item.code}"
        if not parses(item.code) and parses(text):
            return True
    return False


def ending(snippet: Snippet, error: Diagnostic) -> Ending | None:
    """Where a block ends that the compiler refuses behind its end; None for other errors."""
    lines = [line for line in snippet.lines if line.text.strip()]
    if not 1000 <= error.code < 2000 or not lines:
        return None
    last = lines[-1]
    text = last.text.rstrip()
    opened = closers(snippet.code)
    message = f"'{opened[0]}' expected." if opened else error.message
    sure = bool(opened) or error.code in _UNTERMINATED
    return Ending(last, last.column + len(text), message, sure and not leaves_out(snippet.code))
