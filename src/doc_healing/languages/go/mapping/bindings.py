"""What a snippet's own declarations bind: imports, types, functions, variables."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from doc_healing.languages.go.mapping.declared import owner_of
from doc_healing.languages.go.mapping.outline import imported
from doc_healing.languages.go.mapping.reading import Reader, results
from doc_healing.languages.go.mapping.values import (
    FOREIGN,
    Type,
    Value,
    element,
    instance,
    is_foreign,
)

_MAX_NODES = 200_000
_ERRORS = frozenset({"err", "errs", "ok"})
_PARAMETERS = frozenset({"parameter_declaration", "variadic_parameter_declaration"})


def headers(reader: Reader, *, tell: bool) -> None:
    """Imports, wherever they stand."""
    for node in nodes(reader.parsed.root):
        if node.type == "import_spec":
            found = imported(reader.text(node), 1)
            if found is None:
                continue
            scope = reader.scope
            if found.member == "*":
                if not is_foreign(found.module):
                    scope.dots.append(found.module)
            elif node.child_by_field_name("name") is not None:
                scope.imports[found.name] = found.module
            else:
                scope.paths.append(found.module)
            if tell and not is_foreign(found.module):
                reader.module(found.module, node.child_by_field_name("path") or node)


def definitions(reader: Reader) -> None:
    """The types and functions of a snippet, before anything that may use them is read."""
    every = list(nodes(reader.parsed.root))
    specs = [node for node in every if node.type in ("type_spec", "type_alias")]
    for node in specs:
        reader.scope.types[reader.field(node, "name")] = Type()
    for node in every:
        if node.type == "type_parameter_declaration":
            names = node.children_by_field_name("name")
            reader.scope.parameters.update(reader.text(one) for one in names)
    reader.scope.types.pop("_", None)
    for node in specs:
        own = reader.scope.types.get(reader.field(node, "name"))
        if own is not None:
            _define(reader, own, node.child_by_field_name("type"))
    for node in every:
        if node.type == "function_declaration":
            given = results(reader, node.child_by_field_name("result"))
            reader.scope.functions[reader.field(node, "name")] = given
        elif node.type == "method_declaration":
            _method(reader, node)
    reader.scope.functions.pop("_", None)


def enter(reader: Reader, node: Node) -> None:
    """What is bound before the inside of a node is read."""
    if node.type in _PARAMETERS:
        value = instance(reader.type(node.child_by_field_name("type")))
        if node.type.startswith("variadic"):
            value = Value(foreign=True, elements=(value,))
        for name in node.children_by_field_name("name"):
            reader.scope.bind(reader.text(name), value)


def leave(reader: Reader, node: Node) -> None:
    """What is bound once the inside of a node has been read."""
    kind = node.type
    if kind in ("short_var_declaration", "assignment_statement", "receive_statement"):
        _assign(reader, node, fresh=kind != "assignment_statement")
    elif kind in ("var_spec", "const_spec"):
        _values(reader, node)
    elif kind == "range_clause":
        _range(reader, node)


def alias(reader: Reader, node: Node) -> None:
    """The variable of a type switch, within one of its cases."""
    switch = node.parent
    named = switch.child_by_field_name("alias") if switch is not None else None
    if switch is None or named is None:
        return
    types = node.children_by_field_name("type")
    value = instance(reader.type(types[0])) if len(types) == 1 else None
    for one in named.named_children:
        reader.scope.bind(reader.text(one), value)


def nodes(root: Node) -> Iterator[Node]:
    """All named nodes in the order of the text, up to a limit."""
    stack = [root]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))


def _define(reader: Reader, own: Type, written: Node | None) -> None:
    if written is None:
        return
    if written.type not in ("struct_type", "interface_type"):
        own.shape = instance(reader.type(written))
        base = reader.type(written)
        own.bases = (base,) if base is not None and (base.known or base.local) else ()
        return
    bases: list[Value] = []
    parts = [one for one in written.named_children if one.type != "field_declaration_list"]
    lists = [one for one in written.named_children if one.type == "field_declaration_list"]
    for one in [*parts, *(inner for part in lists for inner in part.named_children)]:
        names = one.children_by_field_name("name")
        kind = reader.type(one.child_by_field_name("type"))
        if one.type == "method_elem":
            given = results(reader, one.child_by_field_name("result"))
            own.members[reader.field(one, "name")] = Value(foreign=True, results=given)
        elif one.type == "field_declaration" and names:
            own.members.update((reader.text(name), instance(kind)) for name in names)
        elif one.type in ("field_declaration", "type_elem"):
            base = kind if one.type == "field_declaration" else reader.type(one)
            if base is not None and (base.known or base.local):
                bases.append(base)
                last = base.local or base.names[-1]
                own.members.setdefault(last, instance(base))
    own.bases = tuple(bases)


def _method(reader: Reader, node: Node) -> None:
    listed = node.child_by_field_name("receiver")
    inner = listed.named_children[0] if listed is not None and listed.named_children else None
    written = inner.child_by_field_name("type") if inner is not None else None
    own = reader.scope.types.setdefault(owner_of(reader.text(written)), Type())
    given = results(reader, node.child_by_field_name("result"))
    own.members[reader.field(node, "name")] = Value(foreign=True, results=given)


def _assign(reader: Reader, node: Node, *, fresh: bool) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    names = [one for one in left.named_children if not one.is_extra]
    values = _given(reader, right, len(names))
    for one, value in zip(names, values, strict=True):
        name = reader.text(one)
        if one.type == "identifier" and (fresh or not reader.scope.variable(name)[0]):
            reader.scope.bind(name, FOREIGN if name in _ERRORS and value is None else value)


def _given(reader: Reader, right: Node, count: int) -> Sequence[Value | None]:
    """What each of some variables gets."""
    parts = [right]
    if right.type == "expression_list":
        parts = [one for one in right.named_children if not one.is_extra]
    if len(parts) == count:
        return [reader.value(one) for one in parts]
    if len(parts) != 1:
        return [None] * count
    value = reader.value(parts[0])
    listed = value.results if value is not None else ()
    if len(listed) == count:
        return listed
    return [value, *[None] * (count - 1)]


def _values(reader: Reader, node: Node) -> None:
    names = [one for one in node.children_by_field_name("name") if one.type == "identifier"]
    written = node.child_by_field_name("type")
    listed = node.child_by_field_name("value")
    given: Sequence[Value | None] = [None] * len(names)
    if written is not None:
        given = [instance(reader.type(written))] * len(names)
    elif listed is not None:
        given = _given(reader, listed, len(names))
    for one, value in zip(names, given, strict=True):
        reader.scope.bind(reader.text(one), value)


def _range(reader: Reader, node: Node) -> None:
    left = node.child_by_field_name("left")
    over = reader.value(node.child_by_field_name("right"))
    names = [one for one in left.named_children if not one.is_extra] if left is not None else []
    for at, one in enumerate(names):
        # The first is an index or a key, except of a channel or an iterator.
        value = element(over) if at == 1 else None if over is None or over.known else FOREIGN
        reader.scope.bind(reader.text(one), value)
