"""A snippet while it is read: what was found in it so far, and what its nodes stand for."""

from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.completed import Parsed
from doc_healing.languages.go.mapping.snippets import ELISION
from doc_healing.languages.go.mapping.values import FOREIGN, Scope, Value, instance
from doc_healing.model import Origin, Use, UseKind

_LISTS = frozenset("slice_type array_type map_type channel_type implicit_length_array_type".split())
_DEPTH = 40  # of types within types
_THROUGH = frozenset({"pointer_type", "parenthesized_type", "type_elem", "type_constraint"})


@dataclass(slots=True)
class Reader:
    """The tree, the names, and by the ids of nodes what expressions give."""

    parsed: Parsed
    scope: Scope
    found: list[Use] = field(default_factory=list)
    values: dict[int, Value | None] = field(default_factory=dict)
    kinds: dict[int, UseKind | None] = field(default_factory=dict)  # of type nodes; None: silent
    literals: dict[int, Value | None] = field(default_factory=dict)  # the types of `{...}`

    def text(self, node: Node | None) -> str:
        """The text of a node; "" for None."""
        return self.parsed.text(node)

    def field(self, node: Node, word: str) -> str:
        """The text of a child by its field."""
        return self.text(node.child_by_field_name(word))

    def value(self, node: Node | None) -> Value | None:
        """What an expression gives, once it has been read."""
        return self.values.get(node.id) if node is not None else None

    def use(
        self,
        value: Value,
        kind: UseKind,
        node: Node,
        arity: int | None = None,
        keywords: tuple[str, ...] = (),
    ) -> None:
        """Tell a use of what an index can be asked for."""
        if value.known:
            self._tell(value.module, value.names, kind, node, value.origin, arity, keywords)

    def module(self, path: str, node: Node) -> None:
        """Tell the import of a whole package."""
        self._tell(path, (), UseKind.IMPORT, node, Origin.IMPORTED, None, ())

    def receiver(self, name: str, kind: UseKind, node: Node, arity: int | None = None) -> None:
        """Tell a use of a member of something unknown."""
        self._tell("", (name,), kind, node, Origin.RECEIVER, arity, ())

    def _tell(
        self,
        module: str,
        names: tuple[str, ...],
        kind: UseKind,
        node: Node,
        origin: Origin,
        arity: int | None,
        keywords: tuple[str, ...],
    ) -> None:
        line, column = self.parsed.line(node), self.parsed.column(node)
        self.found.append(Use(module, names, kind, line, column, origin, arity, keywords))

    def arity(self, arguments: Node | None) -> int | None:
        """How many arguments a list holds; None where some are not told, or spread."""
        if arguments is None:
            return None
        passed = [one for one in arguments.named_children if not one.is_extra]
        if any(one.is_error or one.type == "variadic_argument" for one in passed):
            return None
        if any(self.text(one) in (ELISION, "_") for one in passed):
            return None
        several = len(passed) == 1 and passed[0].type == "call_expression"  # f(g()) may pass more
        return None if several else len(passed)

    def type(self, node: Node | None, depth: int = 0) -> Value | None:
        """The type that a node names: of a pointer, what it points to."""
        if depth > _DEPTH:
            return None
        while node is not None and node.type in _THROUGH:
            node = node.named_children[0] if node.named_children else None
        if node is None:
            return None
        if node.type in _LISTS:
            inner = node.child_by_field_name("element") or node.child_by_field_name("value")
            return Value(foreign=True, elements=(instance(self.type(inner, depth + 1)),))
        if node.type == "generic_type":
            return self.type(node.child_by_field_name("type"), depth + 1)
        if node.type == "qualified_type":
            return self.scope.qualified(self.field(node, "package"), self.field(node, "name"))
        if node.type == "function_type":
            return Value(
                foreign=True, results=results(self, node.child_by_field_name("result"), depth + 1)
            )
        if node.type in ("type_identifier", "identifier"):
            return self.scope.type(self.text(node))
        return FOREIGN


def results(reader: Reader, node: Node | None, depth: int = 0) -> tuple[Value | None, ...]:
    """What a function gives, by its result types."""
    if node is None:
        return ()
    if node.type != "parameter_list":
        return (instance(reader.type(node, depth)),)
    found: list[Value | None] = []
    for one in node.named_children:
        names = one.children_by_field_name("name")
        found += [instance(reader.type(one.child_by_field_name("type"), depth))] * max(
            1, len(names)
        )
    return tuple(found)
