"""A snippet as a tree in which the calls of macros read as calls of functions.

`println!("{}", a.b())` has no tree inside: the grammar keeps a macro's arguments as tokens. Where
they read as arguments, its `!` and its brackets are replaced by what makes a call of it, byte for
byte, so that every place stays.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.rust.mapping.trees import parse

_BEFORE, _AFTER = b"fn main() {\n", b"\n}"
MAX_BYTES = 200_000
_MAX_NODES = 200_000
_MAX_MACROS = 300


@dataclass(frozen=True, slots=True)
class Read:
    """The body of a snippet: its bytes as parsed, and where the names of macros begin."""

    data: bytes
    body: Node
    macros: frozenset[int]

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def place(self, node: Node) -> tuple[int, int]:
        """Line and column of a node, from 1, in characters."""
        row, column = node.start_point
        start = node.start_byte - column
        return row, len(self.data[start : node.start_byte].decode("utf-8", "replace")) + 1


def read(code: str) -> Read | None:
    """The tree of a snippet; None of one that is too large to look at."""
    data = code.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        return None
    whole = _BEFORE + data + _AFTER
    root = parse(whole).root_node
    changed = bytearray(whole)
    names = [
        start for call in _calls(root, whole) if (start := _as_call(call, changed)) is not None
    ]
    if names:
        whole = bytes(changed)
        root = parse(whole).root_node
    function = root.children[0] if root.children else None
    body = function.child_by_field_name("body") if function is not None else None
    only = len(root.children) == 1 and body is not None
    return Read(whole, body if only and body is not None else root, frozenset(names))


@dataclass(frozen=True, slots=True)
class _Call:
    """A macro's call: the nodes of its name, of the `!` and of the arguments."""

    name: Node
    bang: Node
    arguments: Node


def _calls(root: Node, data: bytes) -> Iterator[_Call]:
    """The calls of macros in a tree and within each other, whose arguments read as such."""
    stack, seen = [root], 0
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        children = node.children
        for name, bang, arguments in zip(children, children[1:], children[2:], strict=False):
            if bang.type == "!" and arguments.type == "token_tree" and seen < _MAX_MACROS:
                seen += 1
                if _reads(arguments, data):
                    yield _Call(name, bang, arguments)
        stack.extend(children)


def _reads(arguments: Node, data: bytes) -> bool:
    """Whether what stands in round or square brackets is a list of expressions."""
    if not arguments.children or arguments.children[0].type == "{":
        return False
    inside = bytearray(data[arguments.start_byte + 1 : arguments.end_byte - 1])
    for child in arguments.children:
        if child.type == ";":
            inside[child.start_byte - arguments.start_byte - 1] = ord(",")
    tree = parse(b"fn main() { f(" + bytes(inside) + b"); }")
    return not tree.root_node.has_error


def _as_call(call: _Call, data: bytearray) -> int | None:
    data[call.bang.start_byte : call.bang.end_byte] = b" "
    data[call.arguments.start_byte] = ord("(")
    data[call.arguments.end_byte - 1] = ord(")")
    for child in call.arguments.children:
        if child.type == ";":
            data[child.start_byte] = ord(",")
    return call.name.start_byte
