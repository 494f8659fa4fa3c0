"""The expressions of a snippet: what each stands for, and the uses on the way there."""

from collections.abc import Callable

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import bindings
from doc_healing.languages.javascript.mapping.annotations import (
    bind_parameters,
    instance_of,
    read_types,
)
from doc_healing.languages.javascript.mapping.reader import CLASSES, FUNCTIONS
from doc_healing.languages.javascript.mapping.scopes import MAX_DEPTH, Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.traced import (
    PLAIN,
    UNKNOWN,
    Known,
    Own,
    Value,
    called,
    element_of,
    member_of,
)
from doc_healing.languages.javascript.mapping.values import arguments, key_of
from doc_healing.model import ELEMENT, UseKind

Statements = Callable[[Scopes, Node], None]
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


def value_of(scopes: Scopes, node: Node | None, block: Statements) -> Known:
    """What an expression stands for. `block` reads the statements of a function's body."""
    if node is None or scopes.depth > MAX_DEPTH:
        return UNKNOWN
    scopes.depth += 1
    try:
        return _value(scopes, node, block)
    finally:
        scopes.depth -= 1


def _value(scopes: Scopes, node: Node, block: Statements) -> Known:
    kind = node.type
    if kind in _LITERALS:
        return PLAIN
    if kind in FUNCTIONS:
        return read_function(scopes, node, block)
    if kind in CLASSES:
        return read_class(scopes, node, block)
    if kind in _THROUGH:
        return _through(scopes, node, block)
    task = _TASKS.get(kind)
    if task is not None:
        return task(scopes, node, block)
    if kind.startswith("jsx_"):
        return _jsx(scopes, node, block)
    known = [value_of(scopes, child, block) for child in node.named_children]
    plain = kind == "template_string" or all(isinstance(k, Own) and k.plain for k in known)
    return PLAIN if plain else UNKNOWN


def _through(scopes: Scopes, node: Node, block: Statements) -> Known:
    inner = [child for child in node.named_children if child.type != "comment"]
    if node.type == "satisfies_expression":
        for child in inner[1:]:
            read_types(scopes, child)
    return value_of(scopes, inner[0], block) if inner else UNKNOWN


def _name(scopes: Scopes, node: Node, block: Statements) -> Known:
    del block
    known = scopes.look_up(text(node))
    scopes.use(known, UseKind.ATTRIBUTE, node)
    return known


def _this(scopes: Scopes, node: Node, block: Statements) -> Known:
    del node, block
    return scopes.this[-1] if scopes.this else UNKNOWN


def _super(scopes: Scopes, node: Node, block: Statements) -> Known:
    del node, block
    own = scopes.this[-1] if scopes.this else None
    if own is None or own.base is None:
        return UNKNOWN
    return own.base.called()


def _member(scopes: Scopes, node: Node, block: Statements) -> Known:
    known, at = _path(scopes, node, block)
    scopes.use(known, UseKind.ATTRIBUTE, at)
    return known


def _path(scopes: Scopes, node: Node, block: Statements) -> tuple[Known, Node]:
    """What a callee or a chain stands for, and where its last name is: not told yet."""
    if node.type == "identifier":
        return scopes.look_up(text(node)), node
    if node.type == "member_expression":
        owner = value_of(scopes, node.child_by_field_name("object"), block)
        at = node.child_by_field_name("property") or node
        return member_of(owner, text(at)), at
    if node.type == "subscript_expression":
        owner = value_of(scopes, node.child_by_field_name("object"), block)
        index = node.child_by_field_name("index")
        if index is not None and index.type == "string":
            return member_of(owner, text(index).strip("\"'")), index
        value_of(scopes, index, block)
        return element_of(owner), node
    if node.type in _THROUGH and node.named_children:
        return _path(scopes, node.named_children[0], block)
    if node.type == "instantiation_expression" and node.named_children:
        return _path(scopes, node.named_children[0], block)
    return value_of(scopes, node, block), node


def _call(scopes: Scopes, node: Node, block: Statements) -> Known:
    needed = bindings.needed(scopes, node)
    if needed is not None:
        return needed
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    if callee is None:
        return UNKNOWN
    read_types(scopes, node.child_by_field_name("type_arguments"))
    known, at = _path(scopes, callee, block)
    known = known.itself() if isinstance(known, Value) else known
    arity, keywords = _shape(node)
    awaited = isinstance(known, Value) and known.names[-1:] in _AWAITED
    if callee.type != "super" and not awaited:
        scopes.use(known, UseKind.CALL, at, arity, keywords)
    results = _given(scopes, node, callee, known, block)
    if callee.type == "member_expression" and text(callee.child_by_field_name("property")) in (
        "then",
        "catch",
        "finally",
    ):
        return results[0] if results else UNKNOWN
    return called(known)


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


def _given(
    scopes: Scopes, call: Node, callee: Node, known: Known, block: Statements
) -> list[Known]:
    """Read the arguments; what their functions give back."""
    owner: Known | None = None
    last = ""
    if callee.type == "member_expression":
        last = text(callee.child_by_field_name("property"))
        if last == "then" or last in _EACH:
            owner = _quietly(scopes, callee.child_by_field_name("object"), block)
    found = []
    first: Known = UNKNOWN
    if owner is not None:
        first = owner if last == "then" else element_of(owner)
    elif isinstance(known, Own) and known.plain:
        first = PLAIN
    listed = call.child_by_field_name("arguments")
    for item in listed.named_children if listed is not None else ():
        if item.type in FUNCTIONS:
            made = read_function(scopes, item, block, first)
            found.append(made.result or UNKNOWN)
        elif item.type != "comment":
            value_of(scopes, item, block)
    return found


def _quietly(scopes: Scopes, node: Node | None, block: Statements) -> Known:
    """What an expression stands for that has been told already."""
    if scopes.depth > 20:  # a chain of many callbacks would be read again for each of them
        return UNKNOWN
    before, scopes.quiet = scopes.quiet, True
    try:
        return value_of(scopes, node, block)
    finally:
        scopes.quiet = before


def _object(scopes: Scopes, node: Node, block: Statements) -> Known:
    fields: dict[str, Known] = {}
    for child in node.named_children:
        if child.type == "pair":
            known = value_of(scopes, child.child_by_field_name("value"), block)
            key = child.child_by_field_name("key")
            if key is not None and key.type == "computed_property_name":
                value_of(scopes, key, block)
            elif key_of(child):
                fields[key_of(child)] = known
        elif child.type == "shorthand_property_identifier":
            fields[text(child)] = _name(scopes, child, block)
        elif child.type == "method_definition":
            fields[text(child.child_by_field_name("name"))] = read_function(scopes, child, block)
        elif child.type == "spread_element":
            known = value_of(scopes, child, block)
    plain = all(isinstance(known, Own) and known.plain for known in fields.values())
    return Own(plain=plain, fields=fields)


def _array(scopes: Scopes, node: Node, block: Statements) -> Known:
    known = [value_of(scopes, child, block) for child in node.named_children]
    traced = next((item for item in known if isinstance(item, Value)), None)
    if traced is None:
        return Own(plain=all(isinstance(k, Own) and k.plain for k in known))
    return Own(fields={ELEMENT: traced})


def _assignment(scopes: Scopes, node: Node, block: Statements) -> Known:
    left = node.child_by_field_name("left")
    known = value_of(scopes, node.child_by_field_name("right"), block)
    if left is None or node.type == "augmented_assignment_expression":
        value_of(scopes, left, block)
    elif left.type == "identifier":
        scopes.assign(text(left), known)
    elif left.type == "member_expression":
        owner = value_of(scopes, left.child_by_field_name("object"), block)
        at = left.child_by_field_name("property")
        if at is not None and isinstance(owner, Own) and owner is not PLAIN:
            owner.fields[text(at)] = known
        elif at is not None:
            scopes.use(member_of(owner, text(at)), UseKind.ATTRIBUTE, at)
    elif left.type in ("object_pattern", "array_pattern"):
        bindings.bind_pattern(scopes, left, known)
    else:
        value_of(scopes, left, block)
    return known


def _choice(scopes: Scopes, node: Node, block: Statements) -> Known:
    known = [value_of(scopes, child, block) for child in node.named_children]
    operator = node.child_by_field_name("operator")
    if node.type == "binary_expression" and text(operator) not in ("||", "??", "&&", ","):
        return PLAIN
    return next((item for item in known[-2:] if isinstance(item, Value)), known[-1])


def _cast(scopes: Scopes, node: Node, block: Statements) -> Known:
    inner = [child for child in node.named_children if child.type != "comment"]
    if len(inner) < 2:
        return value_of(scopes, inner[0], block) if inner else UNKNOWN
    value, type_ = (inner[0], inner[1]) if node.type == "as_expression" else (inner[1], inner[0])
    known = value_of(scopes, value, block)
    read_types(scopes, type_)
    typed = instance_of(scopes, type_)
    return known if isinstance(typed, Value) and not typed.names else typed


def _tagged(scopes: Scopes, node: Node, block: Statements) -> Known:
    return _call(scopes, node, block)


# --- Functions and classes -----------------------------------------------------------------


def read_function(scopes: Scopes, node: Node, block: Statements, first: Known | None = None) -> Own:
    """A function of the snippet; `first` is what its first parameter is called with."""
    own = Own()
    scopes.scopes.append({})
    scopes.results.append([])
    bind_parameters(scopes, node)
    read_parameters(scopes, node, first, block)
    read_types(scopes, node.child_by_field_name("return_type"))
    body = node.child_by_field_name("body")
    if body is not None and body.type == "statement_block":
        block(scopes, body)
    elif body is not None:
        scopes.results[-1].append(value_of(scopes, body, block))
    given = scopes.results.pop()
    written = node.child_by_field_name("return_type")
    typed = instance_of(scopes, written) if written is not None else None
    scopes.scopes.pop()
    traced = [item for item in given if isinstance(item, Value) or not item.plain]
    own.result = typed or (traced[0] if traced else PLAIN if given else UNKNOWN)
    return own


def read_parameters(scopes: Scopes, node: Node, first: Known | None, block: Statements) -> None:
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
        default = value_of(scopes, value, block) if value is not None else None
        declared = {child.type for child in item.children} & {"accessibility_modifier", "readonly"}
        known = (first if index == 0 and first is not None else None) or UNKNOWN
        if written is not None:
            known = instance_of(scopes, written)
        elif known is UNKNOWN and isinstance(default, Value):
            known = default
        for child in item.children:
            if child.type == "decorator":
                value_of(scopes, child, block)
        if declared and scopes.this:
            scopes.this[-1].fields[text(pattern)] = known
        bindings.bind_pattern(scopes, pattern, known)


def read_class(scopes: Scopes, node: Node, block: Statements) -> Known:
    """A class of the snippet: what it extends, and the members that it has itself."""
    own = Own()
    name = node.child_by_field_name("name")
    if name is not None:
        scopes.bind(text(name), own)
    scopes.scopes.append({})
    bind_parameters(scopes, node)
    heritage = next((child for child in node.children if child.type == "class_heritage"), None)
    if heritage is not None:
        own.base = _heritage(scopes, heritage, block)
    for child in node.children:
        if child.type == "decorator":
            value_of(scopes, child, block)
    body = node.child_by_field_name("body")
    for member in body.named_children if body is not None else ():
        label = member.child_by_field_name("name") or member.child_by_field_name("property")
        if label is not None:
            own.fields[text(label)] = Own()
    scopes.this.append(Own(fields=own.fields, base=own.base, made=True))
    for member in body.named_children if body is not None else ():
        _class_member(scopes, member, own, block)
    scopes.this.pop()
    scopes.scopes.pop()
    own.result = Own(fields=own.fields, base=own.base, made=True)
    return own


def _class_member(scopes: Scopes, member: Node, own: Own, block: Statements) -> None:
    label = member.child_by_field_name("name") or member.child_by_field_name("property")
    for child in member.children:
        if child.type == "decorator":
            value_of(scopes, child, block)
    if member.type == "method_definition":
        made = read_function(scopes, member, block)
        own.fields[text(label)] = made
    elif member.type in ("field_definition", "public_field_definition"):
        written = member.child_by_field_name("type")
        read_types(scopes, written)
        known = value_of(scopes, member.child_by_field_name("value"), block)
        own.fields[text(label)] = instance_of(scopes, written) if written is not None else known
    elif member.type == "class_static_block":
        block(scopes, member)


def _heritage(scopes: Scopes, heritage: Node, block: Statements) -> Value | None:
    base: Value | None = None
    for clause in heritage.named_children:
        if clause.type == "implements_clause":
            read_types(scopes, clause)
            continue
        value = clause.child_by_field_name("value") if clause.type == "extends_clause" else clause
        if value is None:
            continue
        known, at = _path(scopes, value, block)
        known = known.itself() if isinstance(known, Value) else known
        scopes.use(known, UseKind.SUBCLASS, at)
        base = known if isinstance(known, Value) else known.base
        read_types(scopes, clause.child_by_field_name("type_arguments"))
    return base


# --- JSX -----------------------------------------------------------------------------------


def _jsx(scopes: Scopes, node: Node, block: Statements) -> Known:
    if node.type in ("jsx_opening_element", "jsx_self_closing_element"):
        _element(scopes, node, block)
    elif node.type != "jsx_closing_element":
        for child in node.named_children:
            value_of(scopes, child, block)
    return PLAIN


def _element(scopes: Scopes, node: Node, block: Statements) -> None:
    label = node.child_by_field_name("name")
    attributes = [child for child in node.named_children if child.type == "jsx_attribute"]
    keywords = tuple(text(item.named_children[0]) for item in attributes if item.named_children)
    name = text(label)
    if label is not None and (name[:1].isupper() or "." in name):
        known, at = _path(scopes, label, block)
        known = known.itself() if isinstance(known, Value) else known
        scopes.use(known, UseKind.CALL, at, None, keywords)
    for child in node.named_children:
        if child.type == "jsx_attribute":
            for value in child.named_children[1:]:
                value_of(scopes, value, block)
        elif child.type in ("jsx_expression", "spread_element"):
            value_of(scopes, child, block)


_TASKS: dict[str, Callable[[Scopes, Node, Statements], Known]] = {
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
