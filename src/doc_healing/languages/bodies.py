"""What mappers share: leaves as tokens, comments, the digest of a body, altered symbols."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from tree_sitter import Node, Tree

from doc_healing.model import Symbol, Token

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
    text = b" ".join(words)
    if own in text:
        text = b" ".join([b"" if word == own else word for word in words])
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


_OPENED = re.compile(rb"/[/*]")
_MANY = 4000


def comments(root: Node, data: bytes, kinds: Collection[str]) -> list[tuple[int, int]]:
    """The byte ranges of the comments `// ...` and `/* ... */` of a tree, in order.

    Where one may begin the tree is asked: in a tenth of the time in which a query sees every node.
    It looks through all comments of a row for the last one, so that of very many it is not asked.
    """
    if data.count(b"//") + data.count(b"/*") > _MANY:
        return list(_walked(root, kinds))
    found: list[tuple[int, int]] = []
    opened = _OPENED.search(data)
    while opened is not None:
        at = opened.start()
        node = root.named_descendant_for_byte_range(at, at + 2)
        end = at + 1
        if node is not None and node.type in kinds:
            end = max(node.end_byte, end)
            found.append((node.start_byte, node.end_byte))
        opened = _OPENED.search(data, end)
    return found


def _walked(root: Node, kinds: Collection[str]) -> Iterator[tuple[int, int]]:
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None  # a cursor always stands on one
        is_comment = node.type in kinds
        if is_comment:
            yield node.start_byte, node.end_byte
        elif cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


_PLACES = {one.name: place for place, one in enumerate(fields(Symbol))}
_values = attrgetter(*_PLACES)


def altered(symbol: Symbol, **changes: Any) -> Symbol:
    """The symbol with other values in some fields: `replace`, in a third of its time."""
    values = list(_values(symbol))
    for name, value in changes.items():
        values[_PLACES[name]] = value
    return Symbol(*values)


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
