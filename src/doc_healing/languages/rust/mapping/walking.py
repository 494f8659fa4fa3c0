"""A walk through a snippet: what is bound, what is found, and what a path or a type stands for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.rust.mapping import known
from doc_healing.languages.rust.mapping.bindings import OWN, Meaning, Names, Own, Value
from doc_healing.languages.rust.mapping.imports import imports
from doc_healing.languages.rust.mapping.snippets import Read
from doc_healing.model import STAR, Import, Use, UseKind

MAX_DEPTH = 180
OPAQUE = frozenset({"line_comment", "block_comment", "lifetime", "label", "visibility_modifier"})
_ITEMS = frozenset(
    "function_item function_signature_item struct_item enum_item union_item trait_item mod_item "
    "const_item static_item type_item macro_definition".split()
)
_TYPES = frozenset({"type_identifier", "scoped_type_identifier"})
_LITERALS = frozenset(
    "string_literal raw_string_literal char_literal integer_literal float_literal boolean_literal "
    "array_expression tuple_expression unit_expression range_expression binary_expression".split()
)


@dataclass(slots=True)
class Walk:
    """The state of a walk: what is bound, and the uses found."""

    handlers: "Mapping[str, Handler]"
    names: Names = field(default_factory=Names)
    found: list[Use] = field(default_factory=list)
    read: Read | None = None

    def run(self, read: Read) -> None:
        """Walk a snippet; what it binds at its top stays bound."""
        self.read = read
        statements(self, read.body, 0)

    def text(self, node: Node) -> str:
        """The source of a node."""
        return self.read.text(node) if self.read is not None else ""

    def tell(
        self,
        meaning: Meaning,
        kind: UseKind,
        node: Node,
        arity: int | None = None,
        keywords: Sequence[str] = (),
    ) -> None:
        """Note a use, where it is one of a project."""
        if isinstance(meaning, Value) and self.read is not None:
            line, column = self.read.place(node)
            self.found.append(
                Use(
                    meaning.module,
                    meaning.names,
                    kind,
                    line,
                    column,
                    meaning.origin,
                    arity,
                    tuple(keywords),
                )
            )


Handler = Callable[[Walk, Node, int], Meaning]


def visit(walk: Walk, node: Node, depth: int) -> Meaning:
    """Tell the uses in a node; what it gives."""
    if depth > MAX_DEPTH or node.type in OPAQUE:
        return None
    handler = walk.handlers.get(node.type)
    if handler is not None:
        return handler(walk, node, depth + 1)
    for child in node.named_children:
        visit(walk, child, depth + 1)
    return OWN if node.type in _LITERALS else None


def statements(walk: Walk, node: Node, depth: int) -> Meaning:
    """The items of a block are bound in all of it; its last expression is what it gives."""
    for child in node.named_children:
        if child.type in _ITEMS:
            _define(walk, child)
        elif child.type in ("use_declaration", "extern_crate_declaration"):
            _import(walk, child)
    given: Meaning = None
    for child in node.named_children:
        if child.type not in OPAQUE:
            given = visit(walk, child, depth + 1)
    return given


def block(walk: Walk, node: Node, depth: int) -> Meaning:
    """A block, whose names end with it."""
    walk.names.scopes.append({})
    given = statements(walk, node, depth)
    walk.names.scopes.pop()
    return given


def _define(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is None:
        return
    gives = node.child_by_field_name("return_type")
    value = typed(walk, gives) if gives is not None else None
    walk.names.bind(walk.text(name), Own(value if isinstance(value, Value) else None))


def _import(walk: Walk, node: Node) -> None:
    data = walk.read.data if walk.read is not None else b""
    for bound in imports(node, data, exported=False):
        meaning = walk.names.imported(bound)
        if bound.member == STAR and isinstance(meaning, Value):
            meaning = Value(bound.module, (STAR,))
        walk.names.take(bound)
        walk.tell(meaning, UseKind.IMPORT, _leaf(walk, node, bound))


def _leaf(walk: Walk, node: Node, bound: Import) -> Node:
    """Where an import names what it binds, within its tree."""
    last = bound.member if bound.member not in ("", STAR) else bound.module.rpartition("::")[2]
    stack = [node]
    while stack:
        child = stack.pop()
        if child.type in ("identifier", "type_identifier") and walk.text(child) == last:
            return child
        stack.extend(reversed(child.named_children))
    return node


# --- paths and types -----------------------------------------------------------------------------


def parts(walk: Walk, node: Node | None, depth: int) -> list[str] | None:
    """The names of a path; None of one that begins with a type in brackets."""
    if node is None:
        return []
    if depth > MAX_DEPTH:
        return None
    if node.type in ("scoped_identifier", "scoped_type_identifier"):
        path = node.child_by_field_name("path")
        before = parts(walk, path, depth + 1)
        name = node.child_by_field_name("name")
        return None if before is None or name is None else [*before, walk.text(name)]
    if node.type in ("generic_type", "generic_type_with_turbofish", "generic_function"):
        arguments = node.child_by_field_name("type_arguments")
        if arguments is not None:
            visit(walk, arguments, depth + 1)
        inner = node.child_by_field_name("type") or node.child_by_field_name("function")
        return parts(walk, inner, depth + 1)
    if node.type == "bracketed_type":
        visit(walk, node.named_children[0], depth + 1) if node.named_children else None
        return None
    return [walk.text(node).removeprefix("r#")] if not node.named_children else None


def path(walk: Walk, node: Node, depth: int) -> Meaning:
    """What a path or a single name stands for."""
    names = parts(walk, node, depth)
    return walk.names.path(names) if names else None


def typed(walk: Walk, node: Node, depth: int = 0) -> Meaning:
    """A value of a written type, references and what holds one value taken off; tells nothing."""
    if depth > MAX_DEPTH:
        return None
    if node.type in ("reference_type", "pointer_type"):
        inner = node.child_by_field_name("type")
        return typed(walk, inner, depth + 1) if inner is not None else None
    if node.type in ("dynamic_type", "abstract_type"):
        inner = node.child_by_field_name("trait")
        return typed(walk, inner, depth + 1) if inner is not None else None
    if node.type == "generic_type":
        inner = node.child_by_field_name("type")
        name = walk.text(inner).rpartition("::")[2] if inner is not None else ""
        arguments = node.child_by_field_name("type_arguments")
        if name in known.WRAPPERS and arguments is not None:
            kinds = [child for child in arguments.named_children if child.type != "lifetime"]
            return typed(walk, kinds[0], depth + 1) if kinds else None
        return typed(walk, inner, depth + 1) if inner is not None else None
    if node.type in _TYPES:
        meaning = path(walk, node, depth)
        return meaning.instance() if isinstance(meaning, Value) else meaning
    return OWN
