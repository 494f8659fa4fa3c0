"""A snippet while it is read: what was found in it so far, and what its nodes stand for."""

from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.completed import Parsed
from doc_healing.languages.java.mapping.snippets import ELISION
from doc_healing.languages.java.mapping.values import FOREIGN, Scope, Value, instance
from doc_healing.model import Origin, Use, UseKind

_DEPTH = 40  # of types within types
_PRIMITIVES = frozenset({"integral_type", "floating_point_type", "boolean_type", "void_type"})


@dataclass(slots=True)
class Reader:
    """The tree, the names, and by the ids of nodes what expressions give."""

    parsed: Parsed
    scope: Scope
    found: list[Use] = field(default_factory=list)
    values: dict[int, Value | None] = field(default_factory=dict)
    kinds: dict[int, tuple[UseKind, int | None]] = field(default_factory=dict)  # of type nodes

    def text(self, node: Node | None) -> str:
        """The text of a node; "" for None."""
        return self.parsed.text(node)

    def field(self, node: Node, word: str) -> str:
        """The text of a child by its field."""
        return self.text(node.child_by_field_name(word))

    def value(self, node: Node | None) -> Value | None:
        """What an expression gives, once it has been read."""
        return self.values.get(node.id) if node is not None else None

    def use(self, value: Value, kind: UseKind, node: Node, arity: int | None = None) -> None:
        """Tell a use of what an index can be asked for."""
        if value.known:
            self.tell(value.module, value.names, kind, node, value.origin, arity)

    def receiver(self, name: str, kind: UseKind, node: Node, arity: int | None = None) -> None:
        """Tell a use of a member of something unknown."""
        self.tell("", (name,), kind, node, Origin.RECEIVER, arity)

    def tell(
        self,
        module: str,
        names: tuple[str, ...],
        kind: UseKind,
        node: Node,
        origin: Origin,
        arity: int | None = None,
    ) -> None:
        """Tell a use at a node."""
        line, column = self.parsed.line(node), self.parsed.column(node)
        self.found.append(Use(module, names, kind, line, column, origin, arity))

    def arity(self, arguments: Node | None) -> int | None:
        """How many arguments a list holds; None where some are not told."""
        if arguments is None:
            return None
        passed = [one for one in arguments.named_children if not one.is_extra]
        if any(self.text(one) in (ELISION, "_") or one.is_error for one in passed):
            return None
        return len(passed)

    def type(self, node: Node | None, depth: int = 0) -> Value | None:
        """The type that a node names; None of `var`."""
        if node is None or depth > _DEPTH:
            return None
        if node.type in _PRIMITIVES:
            return FOREIGN
        if node.type == "array_type":
            return Value(foreign=True, elements=(instance(self.type(element(node), depth + 1)),))
        if node.type == "generic_type":
            found = self.type(node.named_children[0], depth + 1) if node.named_children else None
            return self._with_arguments(found, node, depth)
        if node.type in ("annotated_type", "catch_type"):
            inner = [one for one in node.named_children if "annotation" not in one.type]
            return self.type(inner[0], depth + 1) if inner else None
        name = "".join(self.text(node).split())
        return None if name == "var" else self.scope.type(name)

    def _with_arguments(self, found: Value | None, node: Node, depth: int) -> Value | None:
        """The elements of what the platform defines; what others define is asked of the index."""
        if found is None or (not found.foreign and found.names[:1] not in _COLLECTIONS):
            return found
        listed = [one for one in node.named_children if one.type == "type_arguments"]
        inner = [one for part in listed for one in part.named_children]
        return Value(
            found.module, found.names, found.origin, foreign=found.foreign,
            elements=tuple(instance(self.type(bound(one), depth + 1)) for one in inner),
            typed=found.typed,
        )  # fmt: skip


_COLLECTIONS = frozenset(
    (word,)
    for word in """List Collection Set Iterator Optional Stream Map Queue Deque ArrayList LinkedList
    HashSet CompletableFuture Future Callable Supplier Function Consumer""".split()
)


def element(node: Node) -> Node | None:
    """The type of an array's elements."""
    return node.child_by_field_name("element")


def bound(node: Node) -> Node | None:
    """The type of a type argument: `Foo` of `? extends Foo`."""
    if node.type != "wildcard":
        return node
    inner = [one for one in node.named_children if one.type != "super"]
    return inner[-1] if inner else None


def head(node: Node | None) -> Node | None:
    """The node that names a type, without its arguments."""
    while node is not None and node.type in ("generic_type", "annotated_type", "array_type"):
        inner = [one for one in node.named_children if "annotation" not in one.type]
        node = inner[0] if inner else None
    return node
