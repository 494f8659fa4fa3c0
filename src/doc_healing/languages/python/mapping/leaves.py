"""The leaves of a Python file, in order."""

from collections.abc import Sequence

from doc_healing.languages import bodies
from doc_healing.languages.python.mapping.grammar import parse
from doc_healing.languages.python.mapping.outline import MOST
from doc_healing.model import Token

_LITERALS = frozenset(
    "string string_start string_content string_end integer float true false none ellipsis".split()
)


def tokens(path: str, data: bytes) -> Sequence[Token]:  # noqa: ARG001 - one grammar for all
    """Its names, literals and signs; what is interpolated into a string is code like other."""
    if len(data) > MOST:
        return ()
    return bodies.tokens(
        parse(data),
        names={"identifier"},
        literals=_LITERALS,
        comments={"comment"},
        opened="interpolation",
    )
