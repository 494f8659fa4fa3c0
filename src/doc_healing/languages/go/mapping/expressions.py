"""What a snippet's expressions give, and what they use on the way."""

from collections.abc import Callable, Iterable, Mapping

from tree_sitter import Node

from doc_healing.languages.go.mapping.reading import Reader, results
from doc_healing.languages.go.mapping.values import (
    FOREIGN,
    NAMED,
    PREDECLARED,
    TYPES,
    Type,
    Value,
    element,
    instance,
    member,
    result,
)
from doc_healing.model import Origin, UseKind

_FOREIGN = frozenset(
    "interpreted_string_literal raw_string_literal int_literal float_literal rune_literal true "
    "false nil binary_expression imaginary_literal".split()
)
_WRITTEN = frozenset({"Error", "String"})  # what nearly every type has


def inner(reader: Reader, node: Node) -> Iterable[Node]:
    """The parts of a node that are read as expressions and types, before it is left itself."""
    kind = node.type
    if kind == "qualified_type":
        return ()
    if kind == "selector_expression":
        at = node.child_by_field_name("operand")
        return [at] if at is not None else []
    if kind == "composite_literal":
        _literal(reader, node)
    elif kind == "literal_value":
        return _elements(reader, node)
    elif kind == "call_expression":
        called = node.child_by_field_name("function")
        if called is not None:
            reader.kinds[called.id] = UseKind.CALL
            reader.kinds[_instantiated(reader, called).id] = UseKind.CALL
    elif kind == "type_conversion_expression":
        written = node.child_by_field_name("type")
        if written is not None:
            reader.kinds[_head(written).id] = None  # told as a call
    elif kind == "field_declaration" and node.child_by_field_name("name") is None:
        written = node.child_by_field_name("type")
        if written is not None:
            reader.kinds[_head(written).id] = UseKind.SUBCLASS
    elif kind in ("type_spec", "type_alias", "method_elem", "keyed_element"):
        return [one for one in node.named_children if one != node.child_by_field_name("name")]
    return [one for one in node.named_children if not one.is_extra]


def leave(reader: Reader, node: Node) -> None:
    """Work out what a node gives, and tell what it uses."""
    handler = _HANDLERS.get(node.type)
    if handler is not None:
        handler(reader, node)
    elif node.type in _FOREIGN:
        reader.values[node.id] = FOREIGN


def _head(node: Node) -> Node:
    while node.type in ("generic_type", "pointer_type") and node.named_children:
        node = node.child_by_field_name("type") or node.named_children[0]
    return node


def _literal(reader: Reader, node: Node) -> None:
    """`T{A: 1}`: the type is used with its keys, and each of them is a field."""
    written = node.child_by_field_name("type")
    body = node.child_by_field_name("body")
    if written is None or body is None:
        return
    kind = reader.type(written)
    value = instance(kind)
    if kind is not None and kind.local:
        own = reader.scope.types[kind.local]
        value = own.shape if own.shape is not None and own.shape.elements else value
    reader.literals[body.id] = value
    if kind is not None and kind.known:
        reader.kinds[_head(written).id] = None
        reader.use(kind, UseKind.TYPE, _head(written), None, _keys(reader, body))


def _keys(reader: Reader, body: Node) -> tuple[str, ...]:
    found = [one.child_by_field_name("key") for one in body.named_children]
    inner = [one.named_children[0] for one in found if one is not None and one.named_children]
    return tuple(reader.text(one) for one in inner if one.type == "identifier")


def _elements(reader: Reader, node: Node) -> list[Node]:
    """The values of a literal: the keys of a struct are its fields, those of a map are read."""
    kind = reader.literals.get(node.id)
    found: list[Node] = []
    for one in node.named_children:
        if one.type == "keyed_element":
            key, value = one.child_by_field_name("key"), one.child_by_field_name("value")
            if key is not None and not _field(reader, kind, key):
                found.append(key)
        else:
            value = one if one.type == "literal_element" else None
        if value is not None:
            within = value.named_children[0] if value.named_children else None
            if within is not None and within.type == "literal_value":
                reader.literals[within.id] = kind.elements[-1] if kind and kind.elements else None
            found.append(value)
    return found


def _field(reader: Reader, kind: Value | None, key: Node) -> bool:
    """Whether a key is a field; then it is told."""
    name = key.named_children[0] if key.named_children else None
    if name is None or name.type != "identifier":
        return False
    if kind is None:
        reader.receiver(reader.text(name), UseKind.ATTRIBUTE, name)
    elif kind.known:
        reader.use(member(kind, reader.text(name)), UseKind.ATTRIBUTE, name)
    return kind is None or not kind.elements  # those of a map are read


def _type(reader: Reader, node: Node) -> None:
    found = reader.type(node)
    kind = reader.kinds.get(node.id, UseKind.TYPE)
    if found is not None and kind is not None:
        reader.use(found, kind, node)


def _identifier(reader: Reader, node: Node) -> None:
    name = reader.text(node)
    found = _bound(reader, name)
    called = reader.kinds.get(node.id) is UseKind.CALL
    if not found:
        found = [reader.scope.type(name) if called else _unbound(reader, node, name)]
    reader.values[node.id] = found[0]


def _bound(reader: Reader, name: str) -> list[Value | None]:
    """What a name stands for, if anything binds it."""
    bound, value = reader.scope.variable(name)
    if bound:
        return [value]
    if name in reader.scope.functions:
        return [Value(foreign=True, results=reader.scope.functions[name])]
    if name in reader.scope.types:
        return [Value(local=name, typed=True)]
    if name in PREDECLARED:
        return [FOREIGN]
    package = reader.scope.package(name)
    return [package] if package is not None else []


def _unbound(reader: Reader, node: Node, name: str) -> Value:
    above = node.parent
    if above is not None and above.type == "selector_expression" and name[:1].islower():
        return Value(guess=name)
    found = reader.scope.type(name)
    if name[:1].isupper() and (above is None or above.type != "selector_expression"):
        reader.use(found, UseKind.ATTRIBUTE, node)
    return found if name[:1].isupper() else Value(guess=name)


def _selector(reader: Reader, node: Node) -> None:
    if reader.kinds.get(node.id) is not UseKind.CALL:
        reader.values[node.id] = _member(reader, node, UseKind.ATTRIBUTE, None)


def _call(reader: Reader, node: Node) -> None:
    called = node.child_by_field_name("function")
    listed = node.child_by_field_name("arguments")
    if called is None:
        return
    arity = reader.arity(listed)
    called = _instantiated(reader, called)
    if called.type == "selector_expression":
        reader.values[node.id] = _member(reader, called, UseKind.CALL, arity)
    elif called.type == "identifier":
        reader.values[node.id] = _free(reader, node, called, arity)
    else:
        reader.values[node.id] = _result(reader.value(called))


def _instantiated(reader: Reader, called: Node) -> Node:
    """The function of `a.f[int]`, which the grammar takes for an element of `a.f`."""
    of, index = called.child_by_field_name("operand"), called.child_by_field_name("index")
    if called.type != "index_expression" or of is None or index is None:
        return called
    if of.type != "selector_expression":
        return called
    name = reader.text(index).lstrip("*").rpartition(".")[2]
    is_type = name in TYPES or (name.isidentifier() and name[0].isupper())
    return of if is_type else called


def _free(reader: Reader, node: Node, called: Node, arity: int | None) -> Value | None:
    """A call of a bare name: one of the snippet, of the language, of a package imported whole."""
    name = reader.text(called)
    if name in ("make", "new", "append"):
        listed = node.child_by_field_name("arguments")
        first = listed.named_children[0] if listed is not None and listed.named_children else None
        if name == "append":
            return reader.value(first)
        return instance(reader.type(first)) if first is not None else None
    value = reader.value(called)
    if value is None or value.foreign or value.local:
        return _result(value)
    reader.use(value, UseKind.CALL, called, arity)
    return result(value)


def _result(value: Value | None) -> Value | None:
    if value is None:
        return None
    if value.typed:
        return instance(value)
    if value.results:
        first = value.results[0]
        if len(value.results) == 1:
            return first
        inner = first or FOREIGN
        return Value(
            inner.module, inner.names, inner.origin, inner.local, "", inner.foreign,
            inner.elements, inner.typed, value.results,
        )  # fmt: skip
    if value.foreign:
        return FOREIGN
    return result(value) if value.known else None


def _member(reader: Reader, node: Node, kind: UseKind, arity: int | None) -> Value | None:
    """A member of a package, of a type or of a value; of a call, what that gives."""
    at, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
    if at is None or name is None:
        return None
    return _of(reader, reader.value(at), name, kind, arity)


def _of(
    reader: Reader, value: Value | None, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    word, called = reader.text(name), kind is UseKind.CALL
    if value is None or value.guess:
        return _unknown(reader, value, name, kind, arity)
    if value.local:
        given = _of_local(reader, value.local, name, kind, arity)
        return _result(given) if called and given is not None and given.foreign else given
    if value.foreign:
        return FOREIGN
    if word in _WRITTEN and value.names:
        return FOREIGN
    found = member(value, word)
    reader.use(found, kind, name, arity)
    if called:
        return result(found)
    return Value(found.module, found.names, found.origin, typed=False)


def _unknown(
    reader: Reader, value: Value | None, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    """A member of what nothing binds: of a package not imported, or of a variable not shown."""
    word = reader.text(name)
    guessed = value.guess if value is not None else ""
    if guessed and word[:1].isupper():
        found = Value("", (guessed, word), Origin.BARE)
        reader.use(found, kind, name, arity)
        if guessed not in NAMED and word not in _WRITTEN:
            reader.receiver(word, kind, name, arity)
        return result(found) if kind is UseKind.CALL else found
    if word not in _WRITTEN:
        reader.receiver(word, kind, name, arity)
    return None


def _of_local(
    reader: Reader, local: str, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    """A member of a type of the snippet: its own, else one of what it embeds."""
    word = reader.text(name)
    todo, given, seen = [local], None, 0
    while todo and seen < 50:
        own = reader.scope.types.get(todo.pop(0), Type())
        seen += 1
        if word in own.members:
            return own.members[word]
        for base in own.bases:
            if base.local:
                todo.append(base.local)
                continue
            made = instance(base)
            if made is not None and made.known:
                found = member(made, word)
                reader.use(found, kind, name, arity)
                given = given or (result(found) if kind is UseKind.CALL else found)
    return given


def _composite(reader: Reader, node: Node) -> None:
    body = node.child_by_field_name("body")
    reader.values[node.id] = reader.literals.get(body.id) if body is not None else None


def _conversion(reader: Reader, node: Node) -> None:
    """The grammar takes `a.b(x)` and `f[int](x)` for conversions; what they are, names tell."""
    written = node.child_by_field_name("type")
    head = _head(written) if written is not None else None
    if head is None:
        return
    at, name = head.child_by_field_name("package"), head.child_by_field_name("name")
    if head.type == "qualified_type" and at is not None and name is not None:
        word = reader.text(at)
        found = _bound(reader, word)
        value = found[0] if found else Value(guess=word)
        reader.values[node.id] = _of(reader, value, name, UseKind.CALL, 1)
        return
    own = _bound(reader, reader.text(head)) if head.type == "type_identifier" else []
    kind = own[0] if own else reader.type(written)
    if kind is None or not kind.known:
        reader.values[node.id] = _result(kind) if kind is not None else None
        return
    reader.use(kind, UseKind.CALL, head, 1)
    reader.values[node.id] = result(kind)


def _index(reader: Reader, node: Node) -> None:
    value = reader.value(node.child_by_field_name("operand"))
    generic = value is not None and value.known and value.names[-1] not in ("()", "[]")
    called = reader.kinds.get(node.id) is UseKind.CALL
    reader.values[node.id] = value if generic and called else element(value)


def _slice(reader: Reader, node: Node) -> None:
    reader.values[node.id] = reader.value(node.child_by_field_name("operand"))


def _unary(reader: Reader, node: Node) -> None:
    value = reader.value(node.child_by_field_name("operand"))
    received = any(child.type == "<-" for child in node.children)
    reader.values[node.id] = element(value) if received else value


def _assertion(reader: Reader, node: Node) -> None:
    reader.values[node.id] = instance(reader.type(node.child_by_field_name("type")))


def _first(reader: Reader, node: Node) -> None:
    inner = [one for one in node.named_children if not one.is_extra]
    reader.values[node.id] = reader.value(inner[0]) if len(inner) == 1 else None


def _literal_function(reader: Reader, node: Node) -> None:
    given = results(reader, node.child_by_field_name("result"))
    reader.values[node.id] = Value(foreign=True, results=given)


_HANDLERS: Mapping[str, Callable[[Reader, Node], None]] = {
    "type_identifier": _type,
    "qualified_type": _type,
    "identifier": _identifier,
    "selector_expression": _selector,
    "call_expression": _call,
    "composite_literal": _composite,
    "type_conversion_expression": _conversion,
    "index_expression": _index,
    "slice_expression": _slice,
    "unary_expression": _unary,
    "type_assertion_expression": _assertion,
    "parenthesized_expression": _first,
    "expression_list": _first,
    "func_literal": _literal_function,
}
