"""What a snippet's own declarations bind: imports, types, methods, variables."""

from collections.abc import Iterator

from tree_sitter import Node

from doc_healing.languages.java.mapping.outline import imported, split
from doc_healing.languages.java.mapping.reading import Reader, head
from doc_healing.languages.java.mapping.snippets import WRAPPER
from doc_healing.languages.java.mapping.values import (
    FOREIGN,
    Class,
    Value,
    instance,
    is_foreign,
)
from doc_healing.model import Origin, UseKind

_MAX_NODES = 200_000
_TYPES = frozenset(
    "class_declaration interface_declaration enum_declaration record_declaration "
    "annotation_type_declaration".split()
)
_BASES = frozenset({"superclass", "super_interfaces", "extends_interfaces"})
_BODIES = frozenset({"class_body", "interface_body", "enum_body"})


def headers(reader: Reader) -> None:
    """Imports and the package clause, wherever they stand."""
    for node in reader.parsed.root.named_children:
        if node.type == "import_declaration":
            _import(reader, node)
        elif node.type == "package_declaration":
            words = reader.text(node).removeprefix("package").strip("; \t\r\n")
            reader.scope.package = "".join(words.split())


def definitions(reader: Reader) -> None:
    """The types and free methods of a snippet, before anything that may use them is read."""
    found = [node for node in _nodes(reader.parsed.root) if node.type in _TYPES]
    for node in found:
        name = reader.field(node, "name")
        if name != WRAPPER:
            reader.scope.classes[name] = Class()
    for node in _nodes(reader.parsed.root):
        if node.type == "type_parameter":
            reader.scope.type_parameters.add(reader.text(node.named_children[0]))
    for node in found:
        own = reader.scope.classes.get(reader.field(node, "name"))
        if own is not None:
            own.bases = tuple(_bases(reader, node))
            _members(reader, node, own.members)
        else:
            _members(reader, node, reader.scope.functions, methods_only=True)
    for node in reader.parsed.root.named_children:
        if node.type == "method_declaration":
            name = reader.field(node, "name")
            reader.scope.functions[name] = instance(reader.type(node.child_by_field_name("type")))


def enter(reader: Reader, node: Node) -> None:
    """What is bound before the inside of a node is read."""
    kind = node.type
    if kind in _TYPES:
        _enter_class(reader, reader.scope.classes.get(reader.field(node, "name"), Class()))
        _note_bases(reader, node)
    elif kind == "object_creation_expression" and _anonymous(node) is not None:
        made = reader.type(node.child_by_field_name("type"))
        own = Class((made,) if made is not None else ())
        _members(reader, node, own.members)
        _enter_class(reader, own)
    elif kind in _BODIES:
        _fields(reader, node)
    elif kind == "lambda_expression":
        _lambda(reader, node)
    elif kind in ("formal_parameter", "catch_formal_parameter"):
        written = node.child_by_field_name("type")
        if written is None:
            written = next((one for one in node.named_children if "type" in one.type), None)
        reader.scope.bind(reader.field(node, "name"), instance(reader.type(written)))
    elif kind == "spread_parameter":
        _spread(reader, node)
    elif kind in ("type_pattern", "record_pattern_component"):
        _pattern(reader, node)
    elif kind == "record_pattern":
        name = node.named_children[0]
        reader.use(reader.scope.type("".join(reader.text(name).split())), UseKind.TYPE, name)


def leave(reader: Reader, node: Node) -> None:
    """What is bound once the inside of a node has been read."""
    kind = node.type
    if kind in ("local_variable_declaration", "field_declaration", "constant_declaration"):
        _variables(reader, node)
    elif kind == "resource":
        reader.scope.bind(reader.field(node, "name"), _declared(reader, node, node))
    elif kind == "instanceof_expression" and node.child_by_field_name("name") is not None:
        written = node.child_by_field_name("right")
        reader.scope.bind(reader.field(node, "name"), instance(reader.type(written)))
    elif reader.scope.around and (kind in _TYPES or _anonymous(node) is not None):
        reader.scope.around.pop()


def loop(reader: Reader, node: Node) -> None:
    """The variable of a loop over a collection."""
    written = reader.type(node.child_by_field_name("type"))
    over = reader.value(node.child_by_field_name("value"))
    element = over.elements[-1] if over is not None and over.elements else None
    value = instance(written) if written is not None else element
    reader.scope.bind(reader.field(node, "name"), value)


def _import(reader: Reader, node: Node) -> None:
    text = reader.text(node)
    found = imported(text, reader.parsed.line(node))
    if found is None:
        return
    static = any(child.type == "static" for child in node.children)
    scope = reader.scope
    if found.member != "*":
        (scope.static if static else scope.imports)[found.name] = found
        if not static:
            scope.classes.pop(found.name, None)
        names = tuple(found.member.split("."))
        _told(reader, node, found.module, names)
        return
    package, inner = split(found.module) if _has_type(found.module) else (found.module, "")
    if inner:
        scope.static_stars.append((package, inner))
    else:
        scope.stars.append(package)
    _told(reader, node, package, tuple(inner.split(".")) if inner else ())


def _told(reader: Reader, node: Node, module: str, names: tuple[str, ...]) -> None:
    if is_foreign(module):
        return
    at = next((one for one in node.named_children if "identifier" in one.type), node)
    for count in range(min(1, len(names)), len(names) + 1):
        reader.tell(module, names[:count], UseKind.IMPORT, at, Origin.IMPORTED)


def _has_type(name: str) -> bool:
    return any(part[:1].isupper() for part in name.split("."))


def _nodes(root: Node) -> Iterator[Node]:
    stack = [root]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))


def _bases(reader: Reader, node: Node) -> Iterator[Value]:
    for base in base_nodes(node):
        found = reader.type(base)
        if found is not None:
            yield found


def base_nodes(node: Node) -> Iterator[Node]:
    """The types that a type extends and implements."""
    for child in node.named_children:
        if child.type in _BASES:
            listed = [one for one in child.named_children if one.type == "type_list"]
            for one in listed[0].named_children if listed else child.named_children:
                if not one.is_extra:
                    yield one


def _note_bases(reader: Reader, node: Node) -> None:
    for base in base_nodes(node):
        named = head(base)
        if named is not None:
            reader.kinds[named.id] = (UseKind.SUBCLASS, None)


def _members(
    reader: Reader, node: Node, into: dict[str, Value | None], *, methods_only: bool = False
) -> None:
    """The members of a type by name, each with what it gives."""
    body = node.child_by_field_name("body") or _anonymous(node)
    listed = list(body.named_children) if body is not None else []
    for one in listed:
        if one.type == "enum_body_declarations":
            listed.extend(one.named_children)
    for one in listed:
        if one.type == "method_declaration":
            into[reader.field(one, "name")] = instance(reader.type(one.child_by_field_name("type")))
        elif one.type in ("field_declaration", "constant_declaration") and not methods_only:
            for declarator in one.children_by_field_name("declarator"):
                value = instance(reader.type(one.child_by_field_name("type")))
                into[reader.field(declarator, "name")] = value
        elif one.type == "enum_constant":
            into[reader.field(one, "name")] = FOREIGN
    parameters = node.child_by_field_name("parameters")
    for one in parameters.named_children if parameters is not None else ():
        value = instance(reader.type(one.child_by_field_name("type")))
        into[reader.field(one, "name")] = value


def _anonymous(node: Node) -> Node | None:
    if node.type != "object_creation_expression":
        return None
    return next((one for one in node.named_children if one.type == "class_body"), None)


def _enter_class(reader: Reader, own: Class) -> None:
    reader.scope.around.append(own)


def _fields(reader: Reader, node: Node) -> None:
    """The fields of a type are bound for all of its methods, wherever they stand."""
    if reader.scope.around:
        reader.scope.variables[-1].update(reader.scope.around[-1].members)
    parts = [*node.named_children]
    for one in parts:
        if one.type in ("field_declaration", "constant_declaration"):
            value = instance(reader.type(one.child_by_field_name("type")))
            for declarator in one.children_by_field_name("declarator"):
                reader.scope.bind(reader.field(declarator, "name"), value)


def _lambda(reader: Reader, node: Node) -> None:
    """The parameters of a lambda: an element where it is passed to a method of a collection."""
    parameters = node.child_by_field_name("parameters")
    if parameters is None or parameters.type == "formal_parameters":
        return
    single = parameters.type == "identifier"
    names = [parameters] if single else parameters.named_children
    value = _element_of_receiver(reader, node) if len(names) == 1 else None
    for one in names:
        reader.scope.bind(reader.text(one), value)


def _element_of_receiver(reader: Reader, node: Node) -> Value | None:
    listed = node.parent
    call = listed.parent if listed is not None else None
    if call is None or call.type != "method_invocation":
        return None
    over = reader.value(call.child_by_field_name("object"))
    return over.elements[0] if over is not None and len(over.elements) == 1 else None


def _spread(reader: Reader, node: Node) -> None:
    inner = [one for one in node.named_children if one.type != "modifiers"]
    if len(inner) > 1:
        value = Value(foreign=True, elements=(instance(reader.type(inner[0])),))
        reader.scope.bind(reader.field(inner[-1], "name"), value)


def _pattern(reader: Reader, node: Node) -> None:
    inner = [one for one in node.named_children if one.type != "modifiers"]
    if len(inner) == 2:
        reader.scope.bind(reader.text(inner[1]), instance(reader.type(inner[0])))


def _variables(reader: Reader, node: Node) -> None:
    for one in node.children_by_field_name("declarator"):
        value = _declared(reader, node, one)
        if one.child_by_field_name("dimensions") is not None:
            value = Value(foreign=True, elements=(value,))
        reader.scope.bind(reader.field(one, "name"), value)


def _declared(reader: Reader, node: Node, declarator: Node) -> Value | None:
    """By the declared type; of `var`, and where a type tells no elements, by the first value."""
    written = instance(reader.type(node.child_by_field_name("type")))
    return written if written is not None else reader.value(declarator.child_by_field_name("value"))
