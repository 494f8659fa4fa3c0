"""Walks of trees that no grammar changes."""

from collections.abc import Iterator

from tree_sitter import Node

MAX_NODES = 400_000


def nodes(root: Node) -> Iterator[Node]:
    """All nodes below and with `root`, in the order of the text, up to a limit."""
    stack = [root]
    for _ in range(MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def first_error(root: Node) -> int | None:
    """The byte offset of the first ERROR or missing node, in the order of the text."""
    if not root.has_error:
        return None
    for node in nodes(root):
        if node.is_error or node.is_missing:
            return node.start_byte
    return 0
