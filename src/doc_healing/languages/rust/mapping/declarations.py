"""What binds names: `let`, patterns, loops, closures, functions, `impl` blocks; and attributes."""

import re
from collections.abc import Mapping
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.rust.mapping import known
from doc_healing.languages.rust.mapping.bindings import OWN, Meaning, Value
from doc_healing.languages.rust.mapping.walking import (
    MAX_DEPTH,
    OPAQUE,
    Handler,
    Walk,
    path,
    statements,
    typed,
    visit,
)
from doc_healing.model import ELEMENT, UseKind

_DERIVE = re.compile(r"\bderive\s*\(([^)]*)\)")
_WORD = re.compile(r"[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)*")


def _let(walk: Walk, node: Node, depth: int) -> Meaning:
    type_, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    given = visit(walk, value, depth) if value is not None else None
    if type_ is not None:
        visit(walk, type_, depth)
        written = typed(walk, type_)
        given = written if isinstance(written, Value) or not isinstance(given, Value) else given
    otherwise = node.child_by_field_name("alternative")
    if otherwise is not None:
        visit(walk, otherwise, depth)
    pattern = node.child_by_field_name("pattern")
    if pattern is not None:
        _bind(walk, pattern, given, depth)
    return None


def _bind(walk: Walk, pattern: Node, given: Meaning, depth: int) -> None:
    """Bind the names of a pattern, each to what it takes of the value as far as that is known."""
    if depth > MAX_DEPTH or pattern.type in OPAQUE:
        return
    match pattern.type:
        case "identifier":
            _bind_name(walk, pattern, given)
        case "tuple_struct_pattern":
            _bind_tuple(walk, pattern, given, depth)
        case "struct_pattern":
            _bind_struct(walk, pattern, depth)
        case "mut_pattern" | "ref_pattern" | "reference_pattern" | "captured_pattern":
            for child in pattern.named_children:
                if child.type != "mutable_specifier":
                    _bind(walk, child, given, depth + 1)
        case "match_pattern" | "or_pattern":
            condition = pattern.child_by_field_name("condition")
            for child in pattern.named_children:
                if child != condition:
                    _bind(walk, child, given, depth + 1)
            if condition is not None:
                visit(walk, condition, depth + 1)
        case "scoped_identifier":
            visit(walk, pattern, depth + 1)
        case _:
            for child in pattern.named_children:
                _bind(walk, child, None, depth + 1)


def _bind_name(walk: Walk, pattern: Node, given: Meaning) -> None:
    name = walk.text(pattern)
    if name[:1].isupper():  # a constant or a variant, not a new name
        walk.tell(walk.names.path([name]), UseKind.ATTRIBUTE, pattern)
    else:
        walk.names.bind(name, _held(given))


def _held(given: Meaning) -> Meaning:
    return replace(given, held=True) if isinstance(given, Value) else given


def _bind_tuple(walk: Walk, pattern: Node, given: Meaning, depth: int) -> None:
    type_ = pattern.child_by_field_name("type")
    inner = [child for child in pattern.named_children if child != type_]
    if type_ is not None and walk.text(type_) in known.WRAPPERS:
        passed = given
    else:
        passed = None
        if type_ is not None:
            walk.tell(path(walk, type_, depth), UseKind.ATTRIBUTE, type_)
    for child in inner:
        _bind(walk, child, passed, depth + 1)


def _bind_struct(walk: Walk, pattern: Node, depth: int) -> None:
    type_ = pattern.child_by_field_name("type")
    meaning = path(walk, type_, depth) if type_ is not None else None
    fields = []
    for child in pattern.named_children:
        if child.type != "field_pattern":
            continue
        name, inner = child.child_by_field_name("name"), child.child_by_field_name("pattern")
        if name is None:
            continue
        fields.append(walk.text(name))
        value = meaning.field(fields[-1]) if isinstance(meaning, Value) else None
        walk.tell(value, UseKind.ATTRIBUTE, name)
        if inner is not None:
            _bind(walk, inner, value, depth + 1)
        else:
            walk.names.bind(fields[-1], _held(value))
    walk.tell(meaning, UseKind.TYPE, type_ or pattern, None, fields)


def _for(walk: Walk, node: Node, depth: int) -> Meaning:
    value, pattern = node.child_by_field_name("value"), node.child_by_field_name("pattern")
    given = visit(walk, value, depth) if value is not None else None
    walk.names.scopes.append({})
    if pattern is not None:
        _bind(walk, pattern, given.step(ELEMENT) if isinstance(given, Value) else None, depth)
    body = node.child_by_field_name("body")
    if body is not None:
        visit(walk, body, depth)
    walk.names.scopes.pop()
    return OWN


def _condition(walk: Walk, node: Node, depth: int) -> Meaning:
    """`if let Some(x) = value`: bound for what follows it."""
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    given = visit(walk, value, depth) if value is not None else None
    if pattern is not None:
        _bind(walk, pattern, given, depth)
    return OWN


def _scoped(walk: Walk, node: Node, depth: int) -> Meaning:
    """What binds names for itself alone: `if`, `while`."""
    walk.names.scopes.append({})
    for child in node.named_children:
        visit(walk, child, depth)
    walk.names.scopes.pop()
    return None


def _match(walk: Walk, node: Node, depth: int) -> Meaning:
    value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    given = visit(walk, value, depth) if value is not None else None
    for arm in body.named_children if body is not None else ():
        pattern, result = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        walk.names.scopes.append({})
        if pattern is not None:
            _bind(walk, pattern, given, depth)
        if result is not None:
            visit(walk, result, depth)
        walk.names.scopes.pop()
    return None


def _closure(walk: Walk, node: Node, depth: int) -> Meaning:
    walk.names.scopes.append({})
    _parameters(walk, node, depth)
    body = node.child_by_field_name("body")
    if body is not None:
        visit(walk, body, depth)
    walk.names.scopes.pop()
    return OWN


def _parameters(walk: Walk, node: Node, depth: int) -> None:
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        pattern, type_ = child.child_by_field_name("pattern"), child.child_by_field_name("type")
        if type_ is not None:
            visit(walk, type_, depth)
        if child.type == "self_parameter":
            continue
        given = typed(walk, type_) if type_ is not None else None
        _bind(walk, pattern if pattern is not None else child, given, depth)


def _item(walk: Walk, node: Node, depth: int) -> Meaning:
    """A function, type or trait of the snippet: its generic names are its own."""
    walk.names.scopes.append({"self": OWN})
    _generics(walk, node, depth)
    if node.child_by_field_name("parameters") is not None:
        _parameters(walk, node, depth)
    name, listed = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    for child in node.named_children:
        if child not in (name, listed) and child.type != "type_parameters":
            visit(walk, child, depth)
    walk.names.scopes.pop()
    return OWN


def _generics(walk: Walk, node: Node, depth: int) -> None:
    listed = node.child_by_field_name("type_parameters")
    children = listed.named_children if listed is not None else []
    for child in children:
        name = child.child_by_field_name("name")
        if name is not None:
            walk.names.bind(walk.text(name), OWN)
    for child in children:
        for part in ("bounds", "default_type", "type"):
            inner = child.child_by_field_name(part)
            if inner is not None:
                visit(walk, inner, depth)


def _impl(walk: Walk, node: Node, depth: int) -> Meaning:
    """An `impl` of a project's trait names the members that it defines."""
    walk.names.scopes.append({})
    _generics(walk, node, depth)
    trait, type_ = node.child_by_field_name("trait"), node.child_by_field_name("type")
    meaning: Meaning = None
    if trait is not None:
        meaning = path(walk, trait, depth)
        walk.tell(meaning, UseKind.SUBCLASS, trait)
    if type_ is not None:
        visit(walk, type_, depth)
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        name = child.child_by_field_name("name")
        if isinstance(meaning, Value) and name is not None:
            walk.tell(meaning.step(walk.text(name)), UseKind.ATTRIBUTE, name)
        visit(walk, child, depth)
    walk.names.scopes.pop()
    return OWN


def _trait_bounds(walk: Walk, node: Node, depth: int) -> Meaning:
    """What a trait or a parameter asks for; of a trait of the snippet they are its bases."""
    for child in node.named_children:
        visit(walk, child, depth)
    return None


def _attribute(walk: Walk, node: Node, depth: int) -> Meaning:  # noqa: ARG001
    text = walk.text(node)
    derived = _DERIVE.search(text)
    if derived is not None:
        for name in _WORD.findall(derived[1]):
            parts = re.sub(r"\s+", "", name).split("::")
            if not (len(parts) == 1 and parts[0] in known.DERIVES):
                walk.tell(walk.names.path(parts), UseKind.ATTRIBUTE, node)
        return None
    found = _WORD.search(text)
    parts = re.sub(r"\s+", "", found[0]).split("::") if found is not None else [""]
    reached = len(parts) > 1 or walk.names.bound(parts[0]) or walk.names.stars
    if reached and parts[0] not in known.ATTRIBUTES:
        walk.tell(walk.names.path(parts), UseKind.ATTRIBUTE, node)
    return None


def _constant(walk: Walk, node: Node, depth: int) -> Meaning:
    type_, value = node.child_by_field_name("type"), node.child_by_field_name("value")
    for child in (type_, value):
        if child is not None:
            visit(walk, child, depth)
    name = node.child_by_field_name("name")
    written = typed(walk, type_) if type_ is not None else None
    if name is not None and isinstance(written, Value):
        walk.names.bind(walk.text(name), _held(written))
    return OWN


def _module(walk: Walk, node: Node, depth: int) -> Meaning:
    body = node.child_by_field_name("body")
    if body is not None:
        walk.names.scopes.append({})
        statements(walk, body, depth)
        walk.names.scopes.pop()
    return OWN


def _nothing(walk: Walk, node: Node, depth: int) -> Meaning:  # noqa: ARG001
    return None


HANDLERS: Mapping[str, Handler] = {
    "let_declaration": _let,
    "let_condition": _condition,
    "for_expression": _for,
    "match_expression": _match,
    "if_expression": _scoped,
    "while_expression": _scoped,
    "closure_expression": _closure,
    **dict.fromkeys(
        (
            "function_item",
            "function_signature_item",
            "struct_item",
            "enum_item",
            "union_item",
            "trait_item",
            "type_item",
        ),
        _item,
    ),
    "impl_item": _impl,
    "const_item": _constant,
    "static_item": _constant,
    "mod_item": _module,
    "trait_bounds": _trait_bounds,
    "attribute_item": _attribute,
    "inner_attribute_item": _attribute,
    **dict.fromkeys(("use_declaration", "extern_crate_declaration", "macro_definition"), _nothing),
}
