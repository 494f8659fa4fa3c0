"""What a snippet uses of other people's code, each name traced back to where it comes from."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from doc_healing.languages.python.mapping.grammar import parse
from doc_healing.languages.python.mapping.prompts import plain
from doc_healing.languages.python.mapping.walk import Walk
from doc_healing.languages.python.mapping.worth import Scope
from doc_healing.model import Use

_LONGEST = 400_000


@lru_cache(maxsize=512)
def _cached(code: str, before: tuple[str, ...]) -> tuple[Use, ...]:
    scope: Scope = {}
    stars: list[str] = []
    for text in before:
        _walked(plain(text)[0], scope, stars)
    text, margins = plain(code)
    last = _walked(text, scope, stars)
    lines = text.encode("utf-8", "replace").split(b"\n")
    found = dict.fromkeys(_placed(one, lines, margins) for one in last)
    return tuple(sorted(found, key=lambda one: (one.line, one.column, len(one.names))))


def _placed(one: Use, lines: Sequence[bytes], margins: Sequence[int]) -> Use:
    """In characters of the block's own lines, and no longer in bytes of the bare code."""
    at = one.line - 1
    before = lines[at][: one.column - 1] if at < len(lines) else b""
    column = len(before.decode("utf-8", "replace")) + 1 + (margins[at] if at < len(margins) else 0)
    return replace(one, column=column)


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:
    """What a snippet uses, in its order; a text that does not parse is read as far as it goes."""
    if len(code) > _LONGEST:
        return ()
    return _cached(code, tuple(one for one in before if len(one) <= _LONGEST))


def _walked(code: str, scope: Scope, stars: list[str]) -> list[Use]:
    """The uses of one text; `scope` and `stars` are as it leaves them.

    It is walked twice: a function may use what is bound only below it.
    """
    root = parse(code.encode("utf-8", "replace")).root_node
    first = Walk(dict(scope), list(stars), {})
    first.block(root)
    second = Walk(scope, stars, first.scope)
    second.block(root)
    return second.found
