"""Java text as a tree: its parser, its comments and its leaves."""

from collections.abc import Sequence
from functools import lru_cache

import tree_sitter_java
from tree_sitter import Language, Node, Parser, Tree

from doc_healing.languages import bodies
from doc_healing.model import Token

MAX_BYTES = 4_000_000
_BOM = b"\xef\xbb\xbf"
_NAMES = frozenset({"identifier", "type_identifier"})
_LITERALS = frozenset(
    "string_literal character_literal decimal_integer_literal hex_integer_literal "
    "octal_integer_literal binary_integer_literal decimal_floating_point_literal "
    "hex_floating_point_literal true false null_literal".split()
)
_COMMENTS = frozenset({"line_comment", "block_comment"})


def parse(data: bytes) -> Tree:
    """The tree of a file; a byte order mark counts as blanks."""
    if data.startswith(_BOM):
        data = b"   " + data[3:]
    return Parser(_grammar()).parse(data)


def comments(root: Node, data: bytes) -> list[tuple[int, int]]:
    """The byte ranges of all comments, in order."""
    return bodies.comments(root, data, _COMMENTS)


def tokens(path: str, data: bytes) -> Sequence[Token]:  # noqa: ARG001 - the protocol's shape
    """The leaves of its tree in order, comments left out; none of a file too large to look at."""
    if len(data) > MAX_BYTES:
        return ()
    return bodies.tokens(parse(data), names=_NAMES, literals=_LITERALS, comments=_COMMENTS)


@lru_cache(maxsize=1)
def _grammar() -> Language:
    return Language(tree_sitter_java.language())
