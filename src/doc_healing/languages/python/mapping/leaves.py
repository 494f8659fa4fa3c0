"""The leaves of a Python file, in order."""

from collections.abc import Sequence

from doc_healing.languages import bodies
from doc_healing.languages.python.mapping.grammar import parse
from doc_healing.model import Token

_LITERALS = frozenset({"string", "integer", "float", "true", "false", "none", "ellipsis"})


def tokens(path: str, data: bytes) -> Sequence[Token]:  # noqa: ARG001 - one grammar for all
    """Its names, literals and signs; an interpolated string is one literal."""
    return bodies.tokens(
        parse(data), names={"identifier"}, literals=_LITERALS, comments={"comment"}
    )
