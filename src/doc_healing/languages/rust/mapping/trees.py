"""Rust's bytes as a tree, and the leaves of one.

Tree-sitter is a C parser with a bounded stack; no walk here recurses.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser, Range, Tree

from doc_healing.languages import bodies
from doc_healing.model import Token

MAX_BYTES = 4_000_000
COMMENTS = frozenset({"line_comment", "block_comment"})
_NAMES = frozenset(
    "identifier type_identifier field_identifier shorthand_field_identifier".split()
)  # fmt: skip
_LITERALS = frozenset(
    "string_literal raw_string_literal char_literal integer_literal float_literal "
    "boolean_literal".split()
)
_BLANK = re.compile(r"\s+")


@lru_cache(maxsize=1)
def grammar() -> Language:
    """The grammar, loaded once."""
    return Language(tree_sitter_rust.language())


def parse(data: bytes, within: tuple[int, int, Node] | None = None) -> Tree:
    """The tree of a file; of a part of it alone where one is given, at the same offsets."""
    if within is None:
        return Parser(grammar()).parse(data)
    start, end, node = within
    first = (node.start_point[0], node.start_point[1] + 1)
    part = Range(first, (node.end_point[0], max(node.end_point[1] - 1, 0)), start, end)
    return Parser(grammar(), included_ranges=[part]).parse(data)


def tokens(path: str, data: bytes) -> Sequence[Token]:  # noqa: ARG001 - the protocol's shape
    """The leaves of a file in order, without comments; of one that is too large none."""
    if len(data) > MAX_BYTES:
        return ()
    return bodies.tokens(parse(data), names=_NAMES, literals=_LITERALS, comments=COMMENTS)


def one_line(data: bytes) -> str:
    """A piece of source on one line."""
    return _BLANK.sub(" ", data.decode("utf-8", "replace")).strip()
