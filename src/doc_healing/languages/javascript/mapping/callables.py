"""The functions and classes of a snippet: parameters, results, members, what is extended."""

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import bindings
from doc_healing.languages.javascript.mapping.annotations import (
    bind_parameters,
    instance_of,
    read_types,
)
from doc_healing.languages.javascript.mapping.scopes import Readers, Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.traced import PLAIN, UNKNOWN, Known, Own, Value
from doc_healing.model import UseKind


def read_function(scopes: Scopes, node: Node, read: Readers, first: Known | None = None) -> Own:
    """A function of the snippet; `first` is what its first parameter is called with."""
    own = Own()
    scopes.scopes.append({})
    scopes.results.append([])
    bind_parameters(scopes, node)
    read_parameters(scopes, node, first, read)
    read_types(scopes, node.child_by_field_name("return_type"))
    body = node.child_by_field_name("body")
    if body is not None and body.type == "statement_block":
        read.block(scopes, body)
    elif body is not None:
        scopes.results[-1].append(read.value(scopes, body))
    given = scopes.results.pop()
    written = node.child_by_field_name("return_type")
    typed = instance_of(scopes, written) if written is not None else None
    scopes.scopes.pop()
    traced = [item for item in given if isinstance(item, Value) or not item.plain]
    own.result = typed or (traced[0] if traced else PLAIN if given else UNKNOWN)
    return own


def read_parameters(scopes: Scopes, node: Node, first: Known | None, read: Readers) -> None:
    """Bind the parameters: by their types, by what is given, or to what nobody knows."""
    single = node.child_by_field_name("parameter")
    if single is not None:
        scopes.bind(text(single), first or UNKNOWN)
        return
    listed = node.child_by_field_name("parameters")
    for index, item in enumerate(listed.named_children if listed is not None else ()):
        pattern = item.child_by_field_name("pattern") or item
        written = item.child_by_field_name("type")
        value = item.child_by_field_name("value") or item.child_by_field_name("right")
        read_types(scopes, written)
        default = read.value(scopes, value) if value is not None else None
        declared = {child.type for child in item.children} & {"accessibility_modifier", "readonly"}
        known = (first if index == 0 and first is not None else None) or UNKNOWN
        if written is not None:
            known = instance_of(scopes, written)
        elif known is UNKNOWN and isinstance(default, Value):
            known = default
        for child in item.children:
            if child.type == "decorator":
                read.value(scopes, child)
        if declared and scopes.this:
            scopes.this[-1].fields[text(pattern)] = known
        bindings.bind_pattern(scopes, pattern, known)


def read_class(scopes: Scopes, node: Node, read: Readers) -> Known:
    """A class of the snippet: what it extends, and the members that it has itself."""
    own = Own()
    name = node.child_by_field_name("name")
    if name is not None:
        scopes.bind(text(name), own)
    scopes.scopes.append({})
    bind_parameters(scopes, node)
    heritage = next((child for child in node.children if child.type == "class_heritage"), None)
    if heritage is not None:
        own.base = _heritage(scopes, heritage, read)
    for child in node.children:
        if child.type == "decorator":
            read.value(scopes, child)
    body = node.child_by_field_name("body")
    for member in body.named_children if body is not None else ():
        label = member.child_by_field_name("name") or member.child_by_field_name("property")
        if label is not None:
            own.fields[text(label)] = Own()
    scopes.this.append(Own(fields=own.fields, base=own.base, made=True))
    for member in body.named_children if body is not None else ():
        _class_member(scopes, member, own, read)
    scopes.this.pop()
    scopes.scopes.pop()
    own.result = Own(fields=own.fields, base=own.base, made=True)
    return own


def _class_member(scopes: Scopes, member: Node, own: Own, read: Readers) -> None:
    label = member.child_by_field_name("name") or member.child_by_field_name("property")
    for child in member.children:
        if child.type == "decorator":
            read.value(scopes, child)
    if member.type == "method_definition":
        made = read_function(scopes, member, read)
        own.fields[text(label)] = made
    elif member.type in ("field_definition", "public_field_definition"):
        written = member.child_by_field_name("type")
        read_types(scopes, written)
        known = read.value(scopes, member.child_by_field_name("value"))
        own.fields[text(label)] = instance_of(scopes, written) if written is not None else known
    elif member.type == "class_static_block":
        read.block(scopes, member)


def _heritage(scopes: Scopes, heritage: Node, read: Readers) -> Value | None:
    base: Value | None = None
    for clause in heritage.named_children:
        if clause.type == "implements_clause":
            read_types(scopes, clause)
            continue
        value = clause.child_by_field_name("value") if clause.type == "extends_clause" else clause
        if value is None:
            continue
        known, at = read.path(scopes, value)
        known = known.itself() if isinstance(known, Value) else known
        scopes.use(known, UseKind.SUBCLASS, at)
        base = known if isinstance(known, Value) else known.base
        read_types(scopes, clause.child_by_field_name("type_arguments"))
    return base
