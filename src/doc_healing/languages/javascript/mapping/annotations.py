"""Types in a snippet: which names they use, and what an annotated name is an instance of."""

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.known import TYPES
from doc_healing.languages.javascript.mapping.scopes import Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.traced import (
    PLAIN,
    UNKNOWN,
    Known,
    Value,
    called,
    member_of,
)
from doc_healing.model import UseKind

_THROUGH = frozenset({"Promise", "Readonly", "Partial", "Required", "Awaited", "NonNullable"})
_LISTS = frozenset({"Array", "ReadonlyArray", "Set", "Iterable", "AsyncIterable", "Generator"})
_KEYS = frozenset({"property_signature", "method_signature", "index_signature"})


def read_types(scopes: Scopes, node: Node | None) -> None:
    """Tell every name that a type uses."""
    waiting = [node] if node is not None else []
    while waiting:
        item = waiting.pop()
        kind = item.type
        if kind == "type_identifier":
            _tell(scopes, item, scopes.look_up(text(item)))
        elif kind == "nested_type_identifier":
            _nested(scopes, item)
        elif kind == "type_query":
            _query(scopes, item)
        elif kind in ("type_parameters", "infer_type"):
            _parameters(scopes, item)
            waiting.extend(item.named_children)
        else:
            waiting.extend(child for child in reversed(item.named_children))


def bind_parameters(scopes: Scopes, node: Node) -> None:
    """The names of `<T extends X>` are the snippet's own."""
    found = next((child for child in node.children if child.type == "type_parameters"), None)
    if found is not None:
        _parameters(scopes, found)
        read_types(scopes, found)


def instance_of(scopes: Scopes, annotation: Node | None) -> Known:
    """What is known of a value by its type."""
    node = annotation
    while node is not None:
        kind = node.type
        if kind in ("type_annotation", "parenthesized_type", "readonly_type") and (
            node.named_children
        ):
            node = node.named_children[-1]
        elif kind == "union_type":
            kept = [c for c in node.named_children if text(c) not in ("null", "undefined")]
            node = kept[0] if len(kept) == 1 else None
        elif kind == "generic_type":
            return _generic(scopes, node)
        elif kind == "array_type" and node.named_children:
            return UNKNOWN
        else:
            return _instance(scopes, node)
    return UNKNOWN


def _instance(scopes: Scopes, node: Node) -> Known:
    if node.type in ("predefined_type", "literal_type"):
        return PLAIN
    if node.type == "type_identifier":
        name = text(node)
        return PLAIN if name in TYPES else called(scopes.look_up(name))
    if node.type == "nested_type_identifier":
        return called(_path(scopes, text(node)))
    return UNKNOWN


def _generic(scopes: Scopes, node: Node) -> Known:
    label = node.child_by_field_name("name")
    given = node.child_by_field_name("type_arguments")
    if text(label) in _THROUGH and given is not None and given.named_children:
        return instance_of(scopes, given.named_children[0])
    if text(label) in _LISTS and given is not None and given.named_children:
        return UNKNOWN
    return _instance(scopes, label) if label is not None else UNKNOWN


def _path(scopes: Scopes, dotted: str) -> Known:
    first, *rest = dotted.replace(" ", "").split(".")
    known = scopes.look_up(first)
    for name in rest:
        known = member_of(known, name)
    return known


def _nested(scopes: Scopes, node: Node) -> None:
    _tell(scopes, node.named_children[-1], _path(scopes, text(node)))


def _query(scopes: Scopes, node: Node) -> None:
    inner = node.named_children[0] if node.named_children else None
    if inner is not None and all(part.isidentifier() for part in text(inner).split(".")):
        known = _path(scopes, text(inner))
        if isinstance(known, Value):
            scopes.use(known, UseKind.TYPE, inner)


def _parameters(scopes: Scopes, node: Node) -> None:
    for item in node.named_children:
        name = item.child_by_field_name("name") if item.type == "type_parameter" else item
        if name is not None and name.type == "type_identifier":
            scopes.bind(text(name), PLAIN)


def _tell(scopes: Scopes, at: Node, known: Known) -> None:
    parent = at.parent
    if parent is not None and parent.type in _KEYS and parent.child_by_field_name("name") == at:
        return
    scopes.use(known, UseKind.TYPE, at)
