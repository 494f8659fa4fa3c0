"""The leaves of a file as tokens: what a matcher compares."""

from collections.abc import Sequence

from doc_healing.languages.bodies import tokens
from doc_healing.languages.javascript.mapping import grammar
from doc_healing.model import Token

_NAMES = frozenset(
    {
        "identifier",
        "property_identifier",
        "private_property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "type_identifier",
        "statement_identifier",
    }
)
_LITERALS = frozenset({"string", "number", "regex"})
_COMMENTS = frozenset({"comment", "html_comment"})
_WHOLE = frozenset({"jsx_text", "hash_bang_line"})


def read_tokens(path: str, data: bytes) -> Sequence[Token]:
    """The leaves in order; none of a file that is not read."""
    if grammar.refused(data):
        return ()
    tree = grammar.parse(grammar.dialect(path, data), data)
    return tokens(tree, names=_NAMES, literals=_LITERALS, comments=_COMMENTS, whole=_WHOLE)
