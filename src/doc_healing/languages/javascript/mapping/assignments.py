"""Expressions that stand alone: assignments that define, calls that hold definitions."""

import re

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.exports import (
    own_export,
    read_own,
    read_whole,
    required,
)
from doc_healing.languages.javascript.mapping.reader import CLASSES, FUNCTIONS, Place, Reader, Work
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.values import arguments, bare, blocks_of
from doc_healing.languages.javascript.mapping.variables import chained
from doc_healing.model import SymbolKind

_TARGET = re.compile(r"[\w$]+(?:\.[\w$]+)*\Z")
_GLOBALS = frozenset({"window", "global", "globalThis", "self", "root", "this"})


def read_expression(reader: Reader, work: Work) -> None:
    """What an expression that stands alone defines."""
    for child in work.node.named_children:
        node = bare(child)
        if node is None:
            continue
        if node.type == "sequence_expression":
            read_expression(reader, work._replace(node=node))
        elif node.type == "assignment_expression":
            _assignment(reader, Work("", node, work.place), child.parent or child)
        elif node.type == "call_expression":
            _call(reader, node, work.place)
        elif node.type == "binary_expression":
            for side in node.named_children:
                inner = bare(side)
                if inner is not None and inner.type == "call_expression":
                    _call(reader, inner, work.place)
        elif node.type == "internal_module":
            reader.later(Work("block", work.node, work.place.deeper()))


def _assignment(reader: Reader, work: Work, outer: Node) -> None:
    targets, value = chained(work.node)
    first: str | None = None  # the name that the value is defined under
    for target in targets:
        within = bare(target.child_by_field_name("object"))
        if within is not None and within.type == "assignment_expression":
            _assignment(reader, Work("", within, work.place), outer)  # `(module.exports = a).b = a`
            continue
        own = own_export(target)
        if own is not None:
            if first is not None:
                if not own:
                    reader.facts["whole"] = first
                reader.offer(own or "default", "", first, target)
                continue
            if own or text(target) != "exports":
                read_own(reader, own, value, outer, work.place)
                first = own or "default"
        elif first is None:
            first = _member(reader, work, target, value, outer)


def _member(
    reader: Reader, work: Work, target: Node, value: Node | None, outer: Node
) -> str | None:
    """`A.prototype.b = ...`, `this.x = ...`, `A.b = ...`."""
    place, name = work.place, text(target) if target.end_byte - target.start_byte < 200 else ""
    value = bare(value)
    if value is None or not _TARGET.match(name) or "." not in name:
        return None
    owner, _, last = name.rpartition(".")
    if owner == "this" and place.this is not None:
        reader.later(Work("this", work.node, place.this, last, outer))
        return None
    if last == "prototype" or ".prototype." in f"{name}.":
        _prototype(reader, work, name, value, outer)
        return None
    if owner.startswith("this") or owner == "super":
        return None
    live = (
        value.type in FUNCTIONS
        or value.type in CLASSES
        or value.type
        in (
            "object",
            "call_expression",
        )
    )
    if owner in _GLOBALS and not place.local:
        if live:
            reader.later(Work("value", value, place, last, outer))
        return last
    if place.local and value.type == "identifier" and place.kind == "function":
        reader.given.append((place.qualified(owner), last, text(value)))
        return None
    if place.local and not (value.type in FUNCTIONS or value.type in CLASSES):
        return None
    if live or not place.local:
        known = reader.seen.get(owner, [])
        kind = "type" if SymbolKind.TYPE in known else "object"
        at = place._replace(within=owner, kind=kind, depth=place.depth + 1, local=False)
        reader.later(Work("value", value, at, last, outer))
    return None


def _prototype(reader: Reader, work: Work, name: str, value: Node, outer: Node) -> None:
    owner, _, rest = name.partition(".prototype")
    at = Place(owner, "type", depth=work.place.depth + 1)
    if rest:
        reader.later(Work("value", value, at, rest.strip("."), outer))
    elif value.type == "object":
        reader.later(Work("object", value, at))


def _call(reader: Reader, call: Node, place: Place) -> None:
    """A call on its own: a module in a function, members given to an object, callbacks."""
    callee = bare(call.child_by_field_name("function"))
    given = [item for item in map(bare, arguments(call)) if item is not None]
    name = text(callee) if callee is not None and callee.end_byte - callee.start_byte < 200 else ""
    owner, _, last = name.rpartition(".")
    if callee is not None and callee.type == "member_expression":
        holder = bare(callee.child_by_field_name("object"))
        if holder is not None and holder.type in FUNCTIONS:
            callee = holder  # `(function () { ... }).call(this)`
    if callee is not None and callee.type in FUNCTIONS:
        _module_function(reader, [callee, *given], place)
    elif name == "define" and given:
        _module_function(reader, given[-1:], place)
    elif last in ("assign", "extend", "mixin", "inherits", "merge") and len(given) > 1:
        _extend(reader, given, place)
    elif "__exportStar" in name and given:
        needed = required(given[0])
        if needed is not None:
            reader.offer("", needed[0], "*", call)
    else:
        blocks_of(reader, iter(given), place.deeper(local=True))
        inner = bare(callee.child_by_field_name("object")) if owner and callee is not None else None
        if inner is not None and inner.type == "call_expression" and place.depth < 8:
            reader.later(Work("call", inner, place.deeper()))


def read_call(reader: Reader, work: Work) -> None:
    """The call before another one in a chain."""
    _call(reader, work.node, work.place)


def _module_function(reader: Reader, functions: list[Node], place: Place) -> None:
    """The body of `(function () { ... })()` and of a UMD factory is the file's own top."""
    for function in functions:
        body = function.child_by_field_name("body") if function.type in FUNCTIONS else None
        if body is None:
            continue
        top = place.deeper(result=not place.local)
        if body.type == "statement_block":
            reader.later(Work("block", body, top))
        else:
            read_whole(reader, body, body, top)


def _extend(reader: Reader, given: list[Node], place: Place) -> None:
    target = text(given[0]) if given[0].type in ("identifier", "member_expression") else ""
    own = own_export(given[0]) if target else None
    for item in given[1:]:
        if item.type != "object":
            continue
        if own == "":
            read_whole(reader, item, item, place)
        elif _TARGET.match(target) and not target.startswith("this"):
            owner, found, _ = target.partition(".prototype")
            kind = "type" if found else "object"
            at = place._replace(within=owner, kind=kind, depth=place.depth + 1, local=False)
            reader.later(Work("object", item, at))
