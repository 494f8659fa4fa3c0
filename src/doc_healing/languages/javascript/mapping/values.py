"""What a name is given: functions, classes, objects as containers, wrapped and plain values."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import signatures
from doc_healing.languages.javascript.mapping.classes import called
from doc_healing.languages.javascript.mapping.reader import (
    CLASSES,
    FUNCTIONS,
    Place,
    Reader,
    Work,
)
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.model import SymbolKind

MAX_MEMBERS = 400  # a table of more plain values is data, and no container
MAX_DATA_DEPTH = 2
_SHELLS = frozenset(
    {
        "parenthesized_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "await_expression",
        "unary_expression",
    }
)
_AROUND = _SHELLS | {"type_assertion", "call_expression"}
_WRAPPERS = re.compile(
    r"curry|memo|forwardref|wrap|once|debounce|throttle|dual|observer|callback|promisify|"
    r"deprecate|definecomponent|universalify|fromcallback|frompromise|binary|unary|variadic",
    re.IGNORECASE,
)
_FREEZERS = frozenset({"Object.freeze", "Object.seal", "Object.preventExtensions", "markRaw"})
_FREEZING = {name[:1].encode() for name in _FREEZERS}
_EXTENDS = frozenset({"extend", "inherit", "subclass", "createClass", "mixin"})


def bare(node: Node | None) -> Node | None:
    """A value without parentheses, casts, `void`, `Object.freeze` and the like around it."""
    while node is not None:
        kind = node.type
        if kind not in _AROUND:
            return node
        if kind in _SHELLS and node.named_children:
            node = node.named_children[0]
        elif kind == "type_assertion" and node.named_children:
            node = node.named_children[-1]
        elif kind == "call_expression" and _freezes(node):
            node = arguments(node)[0]
        else:
            return node
    return None


def arguments(call: Node) -> list[Node]:
    """The arguments of a call, comments left out."""
    listed = call.child_by_field_name("arguments")
    if listed is None or listed.type != "arguments":
        return []
    return [child for child in listed.named_children if child.type != "comment"]


def _freezes(node: Node) -> bool:
    callee = node.child_by_field_name("function")
    if callee is None or callee.end_byte - callee.start_byte > 24:
        return False
    if (callee.text or b"")[:1] not in _FREEZING or text(callee) not in _FREEZERS:
        return False
    return len(arguments(node)) == 1


def read_value(reader: Reader, work: Work) -> None:
    """A name and the value it is given; of locals only what can be called or holds such."""
    value = bare(work.node)
    if value is None:
        return
    if value is not work.node:
        work = Work(work.task, value, work.place, work.name, work.outer)
    if value.type in FUNCTIONS:
        _function(reader, work, value)
    elif value.type in CLASSES:
        reader.later(work._replace(task="class"))
    elif value.type == "object":
        _container(reader, work, [value])
    elif value.type == "call_expression":
        _call(reader, work)
    elif not work.place.local:
        _plain(reader, work)


def read_function(reader: Reader, work: Work) -> None:
    """A function declaration, with or without a body."""
    name = work.name or text(work.node.child_by_field_name("name")) or "default"
    named = work if work.name else Work(work.task, work.node, work.place, name, work.outer)
    _function(reader, named, work.node)


def _function(reader: Reader, work: Work, function: Node) -> None:
    place, node = work.place, work.outer or work.node
    body = function.child_by_field_name("body")
    kind = SymbolKind.METHOD if place.kind == "type" else SymbolKind.FUNCTION
    flags = signatures.flags(function) | ({"signature"} if body is None else set())
    if function is not work.node:
        flags |= {"wrapped"}
    if not reader.add(
        work.name, kind, node, place, body=body, function=function, flags=frozenset(flags)
    ):
        return
    if body is not None and (body.type == "statement_block" or body.type in FUNCTIONS):
        if work.name == "default" and place.kind == "module":
            # A nameless function that is the whole module is often only its wrapping.
            reader.later(Work("block", body, place.deeper()._replace(within="")))
            return
        inner = place.inside(work.name, "function", local=True)
        maker = place.inside(work.name, "type") if work.name[:1].isupper() else None
        reader.later(Work("block", body, inner._replace(this=maker)))


def _container(
    reader: Reader, work: Work, objects: list[Node], bases: tuple[str, ...] = ()
) -> None:
    place = work.place
    live = any(_lives(item) for item in objects)
    if place.local and not live:
        return
    kind = SymbolKind.FIELD if place.kind == "type" else SymbolKind.CONST
    if bases:
        kind = SymbolKind.TYPE
    node = work.outer or work.node
    added = reader.add(
        work.name,
        kind,
        node,
        place,
        body=work.node,
        bases=bases,
        flags=frozenset({"container"} if live else ()),
        returns=declared_type(work.outer, work.node),
    )
    if added:
        inner = place.inside(work.name, "type" if bases else "object")
        for item in objects:
            reader.later(Work("object", item, inner))


def read_object(reader: Reader, work: Work) -> None:
    """The members of an object literal, of `work.place`."""
    place, members = work.place, work.node.named_children
    data = len(members) <= MAX_MEMBERS and place.within.count(".") < MAX_DATA_DEPTH
    for child in members:
        if child.type == "method_definition":
            _method(reader, child, place)
        elif child.type == "pair":
            value = bare(child.child_by_field_name("value"))
            name = key_of(child)
            if value is None or not name:
                continue
            if value.type in FUNCTIONS or value.type in CLASSES or value.type == "object":
                if data or _lives(value):
                    reader.later(Work("value", value, place, name, child))
            elif data and not place.local:
                reader.later(Work("value", value, place, name, child))
        elif child.type == "shorthand_property_identifier" and data:
            name = text(child)
            reader.add(name, SymbolKind.FIELD, child, place, flags=frozenset({"alias"}), alias=name)


def key_of(pair: Node) -> str:
    """The name of a member of an object; empty for a computed one."""
    label = pair.child_by_field_name("key")
    if label is None or label.type == "computed_property_name":
        return ""
    return text(label).strip("\"'")


def _method(reader: Reader, node: Node, place: Place) -> None:
    name = text(node.child_by_field_name("name")).strip("\"'[]")
    flags = signatures.flags(node)
    body = node.child_by_field_name("body")
    is_property = "property" in flags
    method = SymbolKind.METHOD if place.kind == "type" else SymbolKind.FUNCTION
    kind = SymbolKind.FIELD if is_property else method
    function = None if is_property else node
    if (
        reader.add(name, kind, node, place, body=body, function=function, flags=frozenset(flags))
        and body is not None
    ):
        reader.later(Work("block", body, place.inside(name, "function", local=True)))


def _lives(node: Node) -> bool:
    """Whether an object holds anything that can be called, at any of its first levels."""
    waiting = [(node, 0)]
    while waiting:
        item, depth = waiting.pop()
        if item.type in FUNCTIONS or item.type in CLASSES:
            return True
        if item.type == "object" and depth < 4:
            values = (child.child_by_field_name("value") or child for child in item.named_children)
            waiting.extend((value, depth + 1) for value in values)
    return False


def _call(reader: Reader, work: Work) -> None:
    """What a call gives: of a function at once, of a wrapper its function, of `extend` a type."""
    call, place = work.node, work.place
    callee = bare(call.child_by_field_name("function"))
    if callee is not None and callee.type in FUNCTIONS:
        _at_once(reader, work, callee)
        return
    given = [item for item in map(bare, arguments(call)) if item is not None]
    functions = [item for item in given if item.type in FUNCTIONS]
    objects = [item for item in given if item.type == "object" and _lives(item)]
    name = text(callee)
    last = name.rpartition(".")[2]
    if len(functions) == 1 and not objects and _WRAPPERS.search(last):
        _function(reader, work, functions[0])
    elif objects and last in _EXTENDS:
        base = name.rpartition(".")[0]
        is_type = base[:1].isupper() or base.rpartition(".")[2][:1].isupper()
        _container(reader, work, objects, bases=(base,) if is_type else ())
    elif objects:
        _container(reader, work, objects)
    elif not place.local:
        _plain(reader, work)
        if len(functions) == 1:
            body = functions[0].child_by_field_name("body")
            if body is not None:
                inner = place.inside(work.name, "function", local=True)
                reader.later(Work("block", body, inner))
    else:
        for function in functions:
            body = function.child_by_field_name("body")
            if body is not None:
                reader.later(Work("block", body, place.deeper()))


def _at_once(reader: Reader, work: Work, function: Node) -> None:
    """`const x = (function () { ... })()`: a container of what it returns."""
    body = function.child_by_field_name("body")
    if work.place.local or not reader.add(
        work.name, SymbolKind.CONST, work.outer or work.node, work.place, body=body
    ):
        return
    if body is not None:
        reader.later(Work("block", body, work.place.inside(work.name, "function", local=True)))


def _plain(reader: Reader, work: Work) -> None:
    """A value without members: a field of a type or an object, a constant elsewhere."""
    place, value = work.place, work.node
    field = place.kind in ("type", "object")
    written = declared(work.outer, value)
    function = called(written)
    kind = SymbolKind.FIELD if field else SymbolKind.CONST
    if function is not None:
        kind = SymbolKind.METHOD if place.kind == "type" else SymbolKind.FUNCTION
    alias = text(value) if value.type in ("identifier", "member_expression") else ""
    alias = alias if len(alias) < 80 and "(" not in alias else ""
    reader.add(
        work.name,
        kind,
        work.outer or value,
        place,
        body=value,
        function=function,
        returns="" if function else signatures.type_of(written),
        gives="" if function else signatures.made(value),
        flags=frozenset({"alias"} if alias and alias != "undefined" else ()),
        alias=alias if alias != "undefined" else "",
    )


def declared(outer: Node | None, value: Node) -> Node | None:
    """The type annotation of the variable that a value is given to."""
    node = value.parent
    while node is not None and node.type in _SHELLS:
        node = node.parent
    if node is None or node.type != "variable_declarator":
        return None
    return node.child_by_field_name("type") if outer is not None else None


def declared_type(outer: Node | None, value: Node) -> str:
    """The same as text."""
    return signatures.type_of(declared(outer, value))


def blocks_of(reader: Reader, nodes: Iterator[Node], place: Place) -> None:
    """Read the bodies of functions that are only passed on, for what they define."""
    for node in nodes:
        if node.type in FUNCTIONS:
            body = node.child_by_field_name("body")
            if body is not None:
                reader.later(Work("block", body, place))
        elif node.type == "object" and _lives(node):
            reader.later(Work("object", node, place))
