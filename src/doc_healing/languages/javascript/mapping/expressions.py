"""The expressions of a snippet: what each stands for, and the uses on the way there."""

from collections.abc import Callable

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import bindings
from doc_healing.languages.javascript.mapping.annotations import instance_of, read_types
from doc_healing.languages.javascript.mapping.callables import read_class, read_function
from doc_healing.languages.javascript.mapping.elements import read_jsx
from doc_healing.languages.javascript.mapping.reader import CLASSES, FUNCTIONS
from doc_healing.languages.javascript.mapping.scopes import MAX_DEPTH, Readers, Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.traced import (
    PLAIN,
    UNKNOWN,
    Known,
    Own,
    Value,
    called,
    element_of,
    is_plain,
    member_of,
)
from doc_healing.languages.javascript.mapping.values import arguments, key_of
from doc_healing.model import ELEMENT, UseKind

_EACH = frozenset(
    "map forEach filter find findLast findIndex some every flatMap partition groupBy".split()
)
_AWAITED = (("then",), ("catch",), ("finally",))  # of a promise, whoever gives it
_LITERALS = frozenset(
    {"string", "number", "regex", "true", "false", "null", "undefined", "meta_property"}
)
_THROUGH = frozenset(
    {"parenthesized_expression", "await_expression", "non_null_expression", "satisfies_expression"}
)


def value_of(scopes: Scopes, node: Node | None, read: Readers) -> Known:
    """What an expression stands for."""
    if node is None or scopes.depth > MAX_DEPTH:
        return UNKNOWN
    scopes.depth += 1
    try:
        return _value(scopes, node, read)
    finally:
        scopes.depth -= 1


def _value(scopes: Scopes, node: Node, read: Readers) -> Known:
    kind = node.type
    if kind in _LITERALS:
        return PLAIN
    if kind in FUNCTIONS:
        return read_function(scopes, node, read)
    if kind in CLASSES:
        return read_class(scopes, node, read)
    if kind in _THROUGH:
        return _through(scopes, node, read)
    task = _TASKS.get(kind)
    if task is not None:
        return task(scopes, node, read)
    if kind.startswith("jsx_"):
        return read_jsx(scopes, node, read)
    known = [read.value(scopes, child) for child in node.named_children]
    plain = kind == "template_string" or all(map(is_plain, known))
    return PLAIN if plain else UNKNOWN


def _through(scopes: Scopes, node: Node, read: Readers) -> Known:
    inner = [child for child in node.named_children if child.type != "comment"]
    if node.type == "satisfies_expression":
        for child in inner[1:]:
            read_types(scopes, child)
    return read.value(scopes, inner[0]) if inner else UNKNOWN


def _name(scopes: Scopes, node: Node, read: Readers) -> Known:
    del read
    known = scopes.look_up(text(node))
    scopes.use(known, UseKind.ATTRIBUTE, node)
    return known


def _this(scopes: Scopes, node: Node, read: Readers) -> Known:
    del node, read
    return scopes.this[-1] if scopes.this else UNKNOWN


def _super(scopes: Scopes, node: Node, read: Readers) -> Known:
    del node, read
    own = scopes.this[-1] if scopes.this else None
    if own is None or own.base is None:
        return UNKNOWN
    return own.base.called()


def _member(scopes: Scopes, node: Node, read: Readers) -> Known:
    known, at = path_of(scopes, node, read)
    scopes.use(known, UseKind.ATTRIBUTE, at)
    return known


def path_of(scopes: Scopes, node: Node, read: Readers) -> tuple[Known, Node]:
    """What a callee or a chain stands for, and where its last name is: not told yet."""
    if node.type == "identifier":
        return scopes.look_up(text(node)), node
    if node.type == "member_expression":
        owner = read.value(scopes, node.child_by_field_name("object"))
        at = node.child_by_field_name("property") or node
        return member_of(owner, text(at)), at
    if node.type == "subscript_expression":
        owner = read.value(scopes, node.child_by_field_name("object"))
        index = node.child_by_field_name("index")
        if index is not None and index.type == "string":
            return member_of(owner, text(index).strip("\"'")), index
        read.value(scopes, index)
        return element_of(owner), node
    if node.type in _THROUGH and node.named_children:
        return path_of(scopes, node.named_children[0], read)
    if node.type == "instantiation_expression" and node.named_children:
        return path_of(scopes, node.named_children[0], read)
    return read.value(scopes, node), node


def _call(scopes: Scopes, node: Node, read: Readers) -> Known:
    needed = bindings.needed(scopes, node)
    if needed is not None:
        return needed
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    if callee is None:
        return UNKNOWN
    read_types(scopes, node.child_by_field_name("type_arguments"))
    known, at = path_of(scopes, callee, read)
    known = known.itself() if isinstance(known, Value) else known
    arity, keywords = _shape(node)
    awaited = isinstance(known, Value) and known.names[-1:] in _AWAITED
    if callee.type != "super" and not awaited:
        scopes.use(known, UseKind.CALL, at, arity, keywords)
    results, plain = _given(scopes, node, _passed(callee, known), read)
    if callee.type == "member_expression" and text(callee.child_by_field_name("property")) in (
        "then",
        "catch",
        "finally",
    ):
        return results[0] if results else UNKNOWN
    made = called(known)
    return made if plain or made is not PLAIN else UNKNOWN


def _shape(call: Node) -> tuple[int | None, tuple[str, ...]]:
    """How many arguments a call has, and the keys of its options."""
    given = arguments(call)
    keys: list[str] = []
    for item in given:
        if item.type == "object":
            for child in item.named_children:
                key = key_of(child) if child.type == "pair" else ""
                if child.type == "shorthand_property_identifier":
                    key = text(child)
                elif child.type == "method_definition":
                    key = text(child.child_by_field_name("name"))
                keys += [key] if key else []
    spread = any(item.type == "spread_element" for item in given)
    return None if spread else len(given), tuple(dict.fromkeys(keys))


def _given(scopes: Scopes, call: Node, first: Known, read: Readers) -> tuple[list[Known], bool]:
    """Read the arguments: what their functions give back, and whether all is the language's own."""
    found: list[Known] = []
    plain = True
    listed = call.child_by_field_name("arguments")
    for item in listed.named_children if listed is not None else ():
        if item.type in FUNCTIONS:
            made = read_function(scopes, item, read, first)
            found.append(made.result or UNKNOWN)
            plain = plain and is_plain(found[-1])
        elif item.type != "comment":
            plain = is_plain(read.value(scopes, item)) and plain
    return found, plain


def _passed(callee: Node, known: Known) -> Known:
    """What a callback is called with first: what a promise gives, an element of a list."""
    if callee.type == "member_expression" and isinstance(known, Value):
        last = text(callee.child_by_field_name("property"))
        if last == "then" or last in _EACH:
            owner = known.owner()
            return owner if last == "then" else element_of(owner)
    return PLAIN if is_plain(known) else UNKNOWN


def _object(scopes: Scopes, node: Node, read: Readers) -> Known:
    fields: dict[str, Known] = {}
    for child in node.named_children:
        if child.type == "pair":
            known = read.value(scopes, child.child_by_field_name("value"))
            key = child.child_by_field_name("key")
            if key is not None and key.type == "computed_property_name":
                read.value(scopes, key)
            elif key_of(child):
                fields[key_of(child)] = known
        elif child.type == "shorthand_property_identifier":
            fields[text(child)] = _name(scopes, child, read)
        elif child.type == "method_definition":
            fields[text(child.child_by_field_name("name"))] = read_function(scopes, child, read)
        elif child.type == "spread_element":
            known = read.value(scopes, child)
    plain = all(map(is_plain, fields.values()))
    return Own(plain=plain, fields=fields)


def _array(scopes: Scopes, node: Node, read: Readers) -> Known:
    known = [read.value(scopes, child) for child in node.named_children]
    traced = next((item for item in known if isinstance(item, Value)), None)
    if traced is None:
        return Own(plain=all(map(is_plain, known)))
    return Own(fields={ELEMENT: traced})


def _assignment(scopes: Scopes, node: Node, read: Readers) -> Known:
    left = node.child_by_field_name("left")
    known = read.value(scopes, node.child_by_field_name("right"))
    if left is None or node.type == "augmented_assignment_expression":
        read.value(scopes, left)
    elif left.type == "identifier":
        scopes.assign(text(left), known)
    elif left.type == "member_expression":
        owner = read.value(scopes, left.child_by_field_name("object"))
        at = left.child_by_field_name("property")
        if at is not None and isinstance(owner, Own) and owner is not PLAIN:
            owner.fields[text(at)] = known
        elif at is not None:
            scopes.use(member_of(owner, text(at)), UseKind.ATTRIBUTE, at)
    elif left.type in ("object_pattern", "array_pattern"):
        bindings.bind_pattern(scopes, left, known)
    else:
        read.value(scopes, left)
    return known


def _choice(scopes: Scopes, node: Node, read: Readers) -> Known:
    known = [read.value(scopes, child) for child in node.named_children]
    operator = node.child_by_field_name("operator")
    if node.type == "binary_expression" and text(operator) not in ("||", "??", "&&", ","):
        return PLAIN
    return next((item for item in known[-2:] if isinstance(item, Value)), known[-1])


def _cast(scopes: Scopes, node: Node, read: Readers) -> Known:
    inner = [child for child in node.named_children if child.type != "comment"]
    if len(inner) < 2:
        return read.value(scopes, inner[0]) if inner else UNKNOWN
    value, type_ = (inner[0], inner[1]) if node.type == "as_expression" else (inner[1], inner[0])
    known = read.value(scopes, value)
    read_types(scopes, type_)
    typed = instance_of(scopes, type_)
    return known if isinstance(typed, Value) and not typed.names else typed


_TASKS: dict[str, Callable[[Scopes, Node, Readers], Known]] = {
    "identifier": _name,
    "this": _this,
    "super": _super,
    "member_expression": _member,
    "subscript_expression": _member,
    "call_expression": _call,
    "new_expression": _call,
    "object": _object,
    "array": _array,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _assignment,
    "ternary_expression": _choice,
    "binary_expression": _choice,
    "sequence_expression": _choice,
    "as_expression": _cast,
    "type_assertion": _cast,
}
