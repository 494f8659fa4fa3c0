"""What mappers share: the leaves of a tree as tokens, and the digest of a body."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from hashlib import blake2b

from tree_sitter import Node, Tree

from doc_healing.model import Token

_WORD = re.compile(rb"\w+|[^\w\s]")
Ranges = Sequence[tuple[int, int]]  # byte ranges, sorted, none within another


def body(data: bytes, start: int, end: int, comments: Ranges, name: str) -> tuple[str, int]:
    """The digest of `data[start:end]` and its size in tokens.

    Comments and its own name do not count, and blanks only where they part two words.
    """
    words = _WORD.findall(_without(data, start, end, comments))
    if not words:
        return "", 0
    own = name.encode()
    text = b" ".join(b"" if word == own else word for word in words)
    return blake2b(text, digest_size=12).hexdigest(), len(words)


def _without(data: bytes, start: int, end: int, comments: Ranges) -> bytes:
    first = bisect_left(comments, (start, start))
    last = bisect_right(comments, (end, end))
    if first == last:
        return data[start:end]
    parts, at = [], start
    for left, right in comments[first:last]:
        if left >= at and right <= end:
            parts.append(data[at:left])
            at = right
    return b" ".join([*parts, data[at:end]])


def tokens(
    tree: Tree,
    *,
    names: Collection[str],
    literals: Collection[str],
    comments: Collection[str],
    whole: Collection[str] = (),
    opened: str = "",
) -> list[Token]:
    """The leaves of a tree in order, told apart by the types of their nodes.

    A node whose type is in `whole` or `literals` is one token however it is built inside, unless
    it has a child of the type `opened`: the code within an interpolated string.
    """
    found: list[Token] = []
    cursor = tree.walk()
    while True:
        node = cursor.node
        assert node is not None  # a cursor always stands on one
        kind = node.type
        inner = kind not in comments and kind not in literals and kind not in whole
        if opened and not inner and node.named_child_count > 2:
            inner = any(child.type == opened for child in node.named_children)
        if inner and cursor.goto_first_child():
            continue
        if kind not in comments:
            token = _token(node, kind, names, literals)
            if token.text:
                found.append(token)
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def _token(node: Node, kind: str, names: Collection[str], literals: Collection[str]) -> Token:
    text = (node.text or b"").decode("utf-8", "replace")
    is_name = kind in names
    word = "name" if is_name else "literal" if kind in literals else "other"
    return Token(node.start_byte, node.start_point[0] + 1, text, word)
