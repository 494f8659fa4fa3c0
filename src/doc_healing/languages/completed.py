"""A snippet's text as the best tree that it can be given: whole, completed, or with its errors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tree_sitter import Node, Tree


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, its bytes, and how many of its lines stand before the snippet's own."""

    root: Node
    data: bytes
    above: int = 0

    def text(self, node: Node | None) -> str:
        """The text of a node; "" for None."""
        if node is None:
            return ""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def line(self, node: Node) -> int:
        """The line of a node in the snippet, from 1."""
        return max(1, node.start_point[0] + 1 - self.above)

    def column(self, node: Node) -> int:
        """Its column in characters, from 1."""
        start = node.start_byte - node.start_point[1]
        return len(self.data[start : node.start_byte].decode("utf-8", "replace")) + 1


def best(texts: Iterable[tuple[str, int]], parse: Callable[[bytes], Tree]) -> Parsed | None:
    """The first of some texts that parses, else the one of which most does; None without any.

    With each text, the number of lines that were put before it.
    """
    least: tuple[int, Parsed] | None = None
    for text, above in texts:
        data = text.encode("utf-8", "replace")
        root = parse(data).root_node
        found = Parsed(root, data, above)
        if not root.has_error:
            return found
        weight = _errors(root) + above
        if least is None or weight < least[0]:
            least = weight, found
    return least[1] if least else None


def _errors(root: Node) -> int:
    """How much of a text does not parse, in bytes."""
    weight, stack = 0, [root]
    while stack:
        node = stack.pop()
        if node.is_missing:
            weight += 2
        elif node.is_error:
            weight += node.end_byte - node.start_byte + 2
        elif node.has_error:
            stack.extend(node.children)
    return weight
