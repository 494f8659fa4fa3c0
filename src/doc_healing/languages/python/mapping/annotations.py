"""What a value is whose type is written, and what the type uses."""

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import parse, string_of, text_of
from doc_healing.languages.python.mapping.reader import LITERALS, Reader
from doc_healing.languages.python.mapping.worth import PLAIN, Known, Many, OwnClass, Worth, called
from doc_healing.model import Use, UseKind

_SAME = frozenset("Optional Annotated Final ClassVar Required NotRequired Awaitable".split())
_COROUTINES = frozenset({"Coroutine"})
_ELEMENTS = frozenset(
    "list List set Set frozenset FrozenSet tuple Tuple Sequence Iterable Iterator Generator "
    "Collection AsyncIterator AsyncIterable AsyncGenerator deque Deque Reversible "
    "ContextManager".split()
)
_TYPES = frozenset({"type", "Type"})


@dataclass(slots=True)
class Annotations(Reader):
    """Types as they are written."""

    def annotation(self, node: Node) -> Worth:
        """What a value is that is declared to be of this type."""
        if self.deep():
            return None
        self.depth += 1
        worth = self.typed(node)
        self.depth -= 1
        return worth

    def typed(self, node: Node) -> Worth:
        """The same, without a look at how deep it stands."""
        if node.type in ("type", "parenthesized_expression") and node.named_children:
            return self.annotation(node.named_children[0])
        if node.type == "string":
            root = parse((string_of(node) or "").encode()).root_node
            quiet = len(self.found)
            worth = self.annotation(root.named_children[0]) if root.named_children else None
            self.moved(quiet, node)
            return worth
        if node.type == "expression_statement" and node.named_children:
            return self.annotation(node.named_children[0])
        if node.type in ("union_type", "binary_operator"):
            worths = [self.annotation(one) for one in node.named_children]
            return next((one for one in worths if one is not None and one is not PLAIN), None)
        if node.type in ("generic_type", "subscript"):
            return self.generic(node)
        if node.type in ("identifier", "attribute", "member_type"):
            return called(self.value(node, UseKind.TYPE))
        return PLAIN if node.type in LITERALS else self.children(node)

    def generic(self, node: Node) -> Worth:
        """`list[Client]`, `Optional[Client]`."""
        first = node.named_children[0]
        outer = self.value(first, UseKind.TYPE)
        inner = []
        for child in node.named_children[1:]:
            parts = child.named_children if child.type == "type_parameter" else [child]
            inner += [self.annotation(one) for one in parts]
        return _of_name(text_of(first).rpartition(".")[2], outer, inner)

    def moved(self, since: int, node: Node) -> None:
        """What was found within a string has its place in the string."""
        row, column = node.start_point
        quote = len(text_of(node)) - len(text_of(node).lstrip("rbfuRBFU'\""))
        for at in range(since, len(self.found)):
            one = self.found[at]
            self.found[at] = Use(
                one.module, one.names, one.kind, row + one.line,
                one.column + (column + quote if one.line == 1 else 0),
                one.origin, one.arity, one.keywords,
            )  # fmt: skip


def _of_name(name: str, outer: Worth, inner: Sequence[Worth]) -> Worth:
    """A value of type `name[inner]`; `outer` is what the name itself stands for."""
    first = inner[0] if inner else None
    if name in _SAME or name == "Union":
        return next((one for one in inner if one is not None and one is not PLAIN), first)
    if name in _COROUTINES:
        return inner[-1] if inner else None
    if name in _ELEMENTS:
        return Many(first)
    if name in _TYPES:
        return _class_of(first)
    return called(outer) if isinstance(outer, Known | OwnClass) else PLAIN


def _class_of(instance: Worth) -> Worth:
    if isinstance(instance, Known) and instance.names[-1:] == ("()",):
        return Known(instance.module, instance.names[:-1], instance.origin)
    return None
