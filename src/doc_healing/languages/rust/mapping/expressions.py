"""Expressions: what they use, and what they give."""

import re
from collections.abc import Mapping, Sequence

from tree_sitter import Node

from doc_healing.languages.rust.mapping import known
from doc_healing.languages.rust.mapping.bindings import OWN, Meaning, Own, Value
from doc_healing.languages.rust.mapping.walking import (
    OPAQUE,
    Handler,
    Walk,
    block,
    parts,
    path,
    typed,
    visit,
)
from doc_healing.model import CALL, ELEMENT, Origin, UseKind


def _name(walk: Walk, node: Node, depth: int) -> Meaning:
    """A name or path as an expression."""
    meaning = path(walk, node, depth)
    if isinstance(meaning, Value):
        single = node.type == "identifier"
        variable = meaning.held or meaning.names[-1:] in ((CALL,), (ELEMENT,))
        lower = single and walk.text(node)[:1].islower()
        if not variable and not (lower and meaning.origin is not Origin.IMPORTED):
            walk.tell(meaning, UseKind.ATTRIBUTE, node)
        if meaning.variant:
            return meaning.instance()
        if lower and meaning.origin is not Origin.IMPORTED and not variable:
            return None
    return meaning


def _self(walk: Walk, node: Node, depth: int) -> Meaning:  # noqa: ARG001
    return OWN


def _type(walk: Walk, node: Node, depth: int) -> Meaning:
    meaning = path(walk, node, depth)
    walk.tell(meaning, UseKind.TYPE, node)
    return meaning


def _shown(walk: Walk, node: Node, depth: int) -> Meaning:
    """A generic type, whose arguments are types as well."""
    inner = node.child_by_field_name("type")
    meaning = _type(walk, inner, depth) if inner is not None else None
    arguments = node.child_by_field_name("type_arguments")
    if arguments is not None:
        visit(walk, arguments, depth + 1)
    return meaning


def _call(walk: Walk, node: Node, depth: int) -> Meaning:
    function, arguments = (
        node.child_by_field_name("function"),
        node.child_by_field_name("arguments"),
    )
    if function is None or arguments is None:
        return None
    listed = [child for child in arguments.named_children if child.type not in OPAQUE]
    named = function.type in ("identifier", "scoped_identifier")
    if named and walk.read is not None and function.start_byte in walk.read.macros:
        return _macro_call(walk, function, listed, depth)
    if function.type == "field_expression" or (
        function.type == "generic_function"
        and (inner := function.child_by_field_name("function")) is not None
        and inner.type == "field_expression"
    ):
        return _method(walk, function, listed, depth)
    meaning = path(walk, function, depth) if _is_path(function) else visit(walk, function, depth)
    given = [visit(walk, child, depth) for child in listed]
    wrapped = re.split(r"\W+", walk.text(function))
    if isinstance(meaning, Own):
        if given and wrapped[0] in known.WRAPPERS and wrapped[-1] in ("new", "pin", wrapped[0]):
            return given[0]
        return meaning.value or OWN
    if not isinstance(meaning, Value) or not _is_path(function):
        return None
    if meaning.held or meaning.names[-1:] in ((CALL,), (ELEMENT,)):
        return None  # a value that is called: a closure
    if len(meaning.names) > 1 and meaning.names[-1] in known.CONSTRUCTORS:
        owner = Value(meaning.module, meaning.names[:-1], meaning.origin)
        walk.tell(owner, UseKind.TYPE, function)
        return owner.instance()
    walk.tell(meaning, UseKind.CALL, function, len(listed))
    return meaning.instance()


def _is_path(node: Node) -> bool:
    if node.type == "generic_function":
        inner = node.child_by_field_name("function")
        return inner is not None and _is_path(inner)
    return node.type in ("identifier", "scoped_identifier")


def _macro_call(walk: Walk, name: Node, listed: Sequence[Node], depth: int) -> Meaning:
    given = [visit(walk, child, depth) for child in listed]
    names = parts(walk, name, depth) or [""]
    if names[0] in known.MACROS and len(names) == 1 and not walk.names.bound(names[0]):
        return given[0] if names[0] == "dbg" and given else OWN
    meaning = walk.names.path(names)
    walk.tell(meaning, UseKind.CALL, name, len(listed))
    return meaning.instance() if isinstance(meaning, Value) else OWN


def _method(walk: Walk, function: Node, listed: Sequence[Node], depth: int) -> Meaning:
    if function.type == "generic_function":
        arguments = function.child_by_field_name("type_arguments")
        visit(walk, arguments, depth) if arguments is not None else None
        function = function.child_by_field_name("function") or function
    value, field_ = function.child_by_field_name("value"), function.child_by_field_name("field")
    receiver = visit(walk, value, depth) if value is not None else None
    for child in listed:
        visit(walk, child, depth)
    if field_ is None:
        return None
    name = walk.text(field_)
    if name in known.PASSED:
        return receiver
    if name in known.PASSED_ELSEWHERE:
        walk.tell(Value("", (name,), Origin.RECEIVER), UseKind.CALL, field_, len(listed))
        return receiver
    if isinstance(receiver, Value):
        if name not in known.DERIVED_METHODS:
            walk.tell(receiver.step(name), UseKind.CALL, field_, len(listed))
        return receiver.step(name, CALL)
    usual = known.DERIVED_METHODS if receiver is None else known.STD_METHODS
    if name not in usual:
        unknown = Value("", (name,), Origin.RECEIVER)
        walk.tell(unknown, UseKind.CALL, field_, len(listed))
    return receiver


def _field(walk: Walk, node: Node, depth: int) -> Meaning:
    value, field_ = node.child_by_field_name("value"), node.child_by_field_name("field")
    receiver = visit(walk, value, depth) if value is not None else None
    if field_ is None or walk.text(field_) == "await":
        return receiver
    if isinstance(receiver, Value):
        walk.tell(receiver.step(walk.text(field_)), UseKind.ATTRIBUTE, field_)
        return receiver.step(walk.text(field_))
    if receiver is None and field_.type == "field_identifier":
        unknown = Value("", (walk.text(field_),), Origin.RECEIVER)
        walk.tell(unknown, UseKind.ATTRIBUTE, field_)
    return None


def _struct(walk: Walk, node: Node, depth: int) -> Meaning:
    """`Client { url, retries: 3, ..rest }`."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    meaning = path(walk, name, depth) if name is not None else None
    fields: list[str] = []
    made = meaning.instance() if isinstance(meaning, Value) else meaning
    for child in body.named_children if body is not None else ():
        if child.type == "shorthand_field_initializer":
            named: Node | None = child.named_children[-1] if child.named_children else None
        else:
            named = child.child_by_field_name("field")
        if named is not None and child.type != "base_field_initializer":
            fields.append(walk.text(named))
            if isinstance(meaning, Value):
                walk.tell(meaning.field(fields[-1]), UseKind.ATTRIBUTE, named)
        inner = child.child_by_field_name("value")
        for part in [inner] if inner is not None else child.named_children:
            if part is not named:
                visit(walk, part, depth)
    walk.tell(meaning, UseKind.CALL, name or node, None, fields)
    return made


def _through(walk: Walk, node: Node, depth: int) -> Meaning:
    given: Meaning = None
    for child in node.named_children:
        if child.type != "mutable_specifier":
            given = visit(walk, child, depth)
    return given


def _index(walk: Walk, node: Node, depth: int) -> Meaning:
    given = [visit(walk, child, depth) for child in node.named_children]
    first = given[0] if given else None
    return first.step(ELEMENT) if isinstance(first, Value) else first


def _cast(walk: Walk, node: Node, depth: int) -> Meaning:
    value, type_ = node.child_by_field_name("value"), node.child_by_field_name("type")
    visit(walk, value, depth) if value is not None else None
    visit(walk, type_, depth) if type_ is not None else None
    return typed(walk, type_) if type_ is not None else None


def _statement(walk: Walk, node: Node, depth: int) -> Meaning:
    given: Meaning = None
    for child in node.named_children:
        given = visit(walk, child, depth)
    return None if walk.text(node).endswith(";") else given


def _loose_macro(walk: Walk, node: Node, depth: int) -> Meaning:
    """A macro's call whose arguments do not read: its bound names are told all the same."""
    name = node.child_by_field_name("macro")
    names = parts(walk, name, depth) or [""]
    if name is not None and not (len(names) == 1 and names[0] in known.MACROS):
        walk.tell(walk.names.path(names), UseKind.CALL, name)
    tree = node.named_children[-1] if node.named_children else None
    if tree is not None and tree.type == "token_tree":
        _tokens(walk, tree)
    return OWN


def _tokens(walk: Walk, tree: Node) -> None:
    """The paths among the tokens of a macro that begin with a name that the snippet binds."""
    stack = [tree]
    while stack:
        node = stack.pop()
        children = node.children
        skip = 0
        for at, child in enumerate(children):
            if child.type == "token_tree":
                stack.append(child)
            if at < skip or child.type != "identifier" or (at and children[at - 1].type == "."):
                continue
            names, skip = [walk.text(child)], at + 1
            while skip + 1 < len(children) and children[skip].type == "::":
                if children[skip + 1].type != "identifier":
                    break
                names.append(walk.text(children[skip + 1]))
                skip += 2
            meaning = walk.names.path(names) if _is_known(walk, names) else None
            if isinstance(meaning, Value) and not meaning.held:
                walk.tell(meaning, UseKind.ATTRIBUTE, child)


def _is_known(walk: Walk, names: list[str]) -> bool:
    return walk.names.bound(names[0]) or (len(names) > 1 and names[0] not in known.STD)


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(("identifier", "scoped_identifier", "generic_function"), _name),
    **dict.fromkeys(("type_identifier", "scoped_type_identifier"), _type),
    "self": _self,
    "generic_type": _shown,
    "generic_type_with_turbofish": _shown,
    "call_expression": _call,
    "field_expression": _field,
    "struct_expression": _struct,
    **dict.fromkeys(
        (
            "try_expression",
            "await_expression",
            "reference_expression",
            "parenthesized_expression",
            "unary_expression",
        ),
        _through,
    ),
    "index_expression": _index,
    "type_cast_expression": _cast,
    "expression_statement": _statement,
    "macro_invocation": _loose_macro,
    "block": block,
    "unsafe_block": _through,
    "async_block": _through,
}
