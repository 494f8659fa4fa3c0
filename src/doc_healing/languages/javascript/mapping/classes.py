"""Types and their members: classes, interfaces, type aliases, enums."""

from collections.abc import Iterator

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import signatures
from doc_healing.languages.javascript.mapping.reader import FUNCTIONS, Place, Reader, Work
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.model import SymbolKind

_METHODS = frozenset({"method_definition", "method_signature", "abstract_method_signature"})
_FIELDS = frozenset({"field_definition", "public_field_definition", "property_signature"})


def read_class(reader: Reader, work: Work) -> None:
    """A class of any spelling: `work.name` where it has a name by what it is assigned to."""
    node, place = work.node, work.place
    name = work.name or text(node.child_by_field_name("name")) or "default"
    body = node.child_by_field_name("body")
    maker = _constructor(body)
    abstract = {"abstract"} if node.type.startswith("abstract") else set()
    said = reader.said(work.outer or node)
    added = reader.add(
        name,
        SymbolKind.TYPE,
        work.outer or node,
        place,
        body=body,
        parameters=signatures.parameters(maker, reader.said(maker)) if maker else None,
        bases=tuple(_bases(node)),
        flags=frozenset(abstract | _decorated(node) | _decorated(work.outer or node)),
        said=said,
    )
    if added and body is not None:
        _members(reader, body, place.inside(name, "type"))


def read_interface(reader: Reader, work: Work) -> None:
    """An interface, or an alias of a type: its object type's members are its own."""
    node, place = work.node, work.place
    name = text(node.child_by_field_name("name"))
    alias = node.type == "type_alias_declaration"
    body = node.child_by_field_name("value" if alias else "body")
    listed = [] if alias else [c for c in node.children if c.type == "extends_type_clause"]
    added = reader.add(
        name,
        SymbolKind.TYPE,
        work.outer or node,
        place,
        body=body,
        bases=tuple(_plain(kid) for clause in listed for kid in clause.named_children),
        flags=frozenset({"type" if alias else "interface"}),
        returns=text(body)[:200] if alias else "",
    )
    if added and body is not None:
        for shape in _shapes(body):
            _members(reader, shape, place.inside(name, "type"))


def read_enum(reader: Reader, work: Work) -> None:
    """An enum with its members."""
    node, place = work.node, work.place
    name = text(node.child_by_field_name("name"))
    body = node.child_by_field_name("body")
    outer = work.outer or node
    if not reader.add(name, SymbolKind.TYPE, outer, place, body=body, flags=frozenset({"enum"})):
        return
    within = place.inside(name, "type")
    for child in body.named_children if body is not None else ():
        label = child.child_by_field_name("name") if child.type == "enum_assignment" else child
        value = child.child_by_field_name("value")
        if label is not None and child.type != "comment":
            key = text(label).strip("\"'")
            reader.add(key, SymbolKind.ENUM_MEMBER, child, within, body=value)


def read_this(reader: Reader, work: Work) -> None:
    """`this.x = ...` in a constructor: a member, unless it is declared already."""
    name, place = work.name, work.place
    if place.qualified(name) in reader.seen:
        return
    value = work.node.child_by_field_name("right")
    function = value if value is not None and value.type in FUNCTIONS else None
    kind = SymbolKind.METHOD if function is not None else SymbolKind.FIELD
    body = function.child_by_field_name("body") if function is not None else value
    made = signatures.made(value)
    outer = work.outer or work.node
    reader.add(name, kind, outer, place, body=body, function=function, gives=made)


def _constructor(body: Node | None) -> Node | None:
    for child in body.children if body is not None else ():
        if child.type in _METHODS and text(child.child_by_field_name("name")) == "constructor":
            return child
    return None


def _decorated(node: Node) -> set[str]:
    return {"decorated"} if any(child.type == "decorator" for child in node.children) else set()


def _bases(node: Node) -> Iterator[str]:
    heritage = next((child for child in node.children if child.type == "class_heritage"), None)
    for child in heritage.named_children if heritage is not None else ():
        if child.type == "extends_clause":
            value = child.child_by_field_name("value")
            if value is not None:
                yield _plain(value)
        elif child.type == "implements_clause":
            yield from (_plain(kid) for kid in child.named_children)
        elif child.type != "comment":
            yield _plain(child)


def _plain(node: Node) -> str:
    """A type without its arguments."""
    if node.type == "generic_type":
        return text(node.child_by_field_name("name"))
    return text(node)[:120]


def _shapes(node: Node) -> Iterator[Node]:
    """The object types of an alias: its own, and those of an intersection."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if item.type in ("interface_body", "object_type"):
            yield item
        elif item.type in ("intersection_type", "parenthesized_type"):
            waiting.extend(item.named_children)


def _members(reader: Reader, body: Node, place: Place) -> None:
    for child in body.named_children:
        if child.type in _METHODS:
            _method(reader, child, place)
        elif child.type in _FIELDS:
            _field(reader, child, place)


def _named(node: Node) -> str:
    """A member's name; a computed one by its text where that is a plain word."""
    label = node.child_by_field_name("name") or node.child_by_field_name("property")
    return text(label).strip("\"'[]")


def _method(reader: Reader, node: Node, place: Place) -> None:
    name = _named(node)
    flags = signatures.flags(node)
    body = node.child_by_field_name("body")
    kind = SymbolKind.FIELD if "property" in flags else SymbolKind.METHOD
    function = node if kind is SymbolKind.METHOD else None
    returns = signatures.type_of(node.child_by_field_name("return_type"))
    reader.add(
        name,
        kind,
        node,
        place,
        body=body,
        function=function,
        returns=returns,
        flags=frozenset(flags | ({"signature"} if body is None else set())),
    )
    if body is not None:
        inner = place.inside(name, "function", local=True)
        if name == "constructor":
            _properties(reader, node, place)
            inner = inner._replace(this=place)
        reader.later(Work("block", body, inner))


def _properties(reader: Reader, maker: Node, place: Place) -> None:
    """The constructor's parameters that declare a field: `private readonly x: number`."""
    listed = maker.child_by_field_name("parameters")
    for item in listed.named_children if listed is not None else ():
        kinds = {child.type for child in item.children}
        if kinds & {"accessibility_modifier", "readonly"}:
            name = text(item.child_by_field_name("pattern"))
            type_ = signatures.type_of(item.child_by_field_name("type"))
            flags = frozenset({"readonly"} if "readonly" in kinds else ())
            reader.add(name, SymbolKind.FIELD, item, place, returns=type_, flags=flags)


def _field(reader: Reader, node: Node, place: Place) -> None:
    name = _named(node)
    value = node.child_by_field_name("value")
    written = node.child_by_field_name("type")
    function = value if value is not None and value.type in FUNCTIONS else called(written)
    flags = frozenset(signatures.flags(node))
    if function is None:
        reader.add(
            name,
            SymbolKind.FIELD,
            node,
            place,
            body=value,
            returns=signatures.type_of(written),
            gives=signatures.made(value),
            flags=flags,
        )
        return
    body = function.child_by_field_name("body")
    reader.add(name, SymbolKind.METHOD, node, place, body=body, function=function, flags=flags)
    if body is not None:
        reader.later(Work("block", body, place.inside(name, "function", local=True)))


def called(written: Node | None) -> Node | None:
    """The function type that an annotation consists of."""
    inner = written.named_children[0] if written is not None and written.named_children else None
    while inner is not None and inner.type == "parenthesized_type" and inner.named_children:
        inner = inner.named_children[0]
    return inner if inner is not None and inner.type == "function_type" else None
