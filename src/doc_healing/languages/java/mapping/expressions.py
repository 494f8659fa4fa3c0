"""What a snippet's expressions give, and what they use on the way."""

from collections.abc import Callable, Iterable, Mapping

from tree_sitter import Node

from doc_healing.languages.java.mapping.reading import Reader, head
from doc_healing.languages.java.mapping.values import (
    FOREIGN,
    OF_EVERYTHING,
    Class,
    Value,
    instance,
    is_foreign,
    member,
    of_foreign,
    result,
)
from doc_healing.model import Origin, UseKind

_FOREIGN = frozenset(
    "string_literal character_literal decimal_integer_literal decimal_floating_point_literal "
    "true false binary_expression unary_expression class_literal null_literal "
    "hex_integer_literal update_expression instanceof_expression".split()
)


def inner(reader: Reader, node: Node) -> Iterable[Node]:
    """The parts of a node that are read as expressions and types, before it is left itself."""
    kind = node.type
    if kind == "scoped_type_identifier":
        return ()
    if kind == "method_invocation":
        return _parts(node, "object", "type_arguments", "arguments")
    if kind == "field_access":
        return _parts(node, "object")
    if kind in ("annotation", "marker_annotation"):
        return _parts(node, "arguments")
    if kind == "element_value_pair":
        return _parts(node, "value")
    if kind == "object_creation_expression":
        _note_made(reader, node)
    return [one for one in node.named_children if not one.is_extra]


def leave(reader: Reader, node: Node) -> None:
    """Work out what a node gives, and tell what it uses."""
    handler = _HANDLERS.get(node.type)
    if handler is not None:
        handler(reader, node)
    elif node.type in _FOREIGN:
        reader.values[node.id] = FOREIGN


def _parts(node: Node, *words: str) -> list[Node]:
    found = [node.child_by_field_name(word) for word in words]
    return [one for one in found if one is not None]


def _note_made(reader: Reader, node: Node) -> None:
    named = head(node.child_by_field_name("type"))
    if named is not None:
        arity = reader.arity(node.child_by_field_name("arguments"))
        reader.kinds[named.id] = (UseKind.CALL, arity)


def _type(reader: Reader, node: Node) -> None:
    found = reader.type(node)
    if found is not None and found.known:
        kind, arity = reader.kinds.get(node.id, (UseKind.TYPE, None))
        _prefixes(reader, found, node)
        reader.use(found, kind, node, arity)


def _prefixes(reader: Reader, found: Value, node: Node) -> None:
    """Of `Outer.Inner` the outer type is used as well."""
    for count in range(1, len(found.names)):
        if found.names[count - 1] != "()":
            reader.tell(found.module, found.names[:count], UseKind.TYPE, node, found.origin)
        else:
            return


def _identifier(reader: Reader, node: Node) -> None:
    name = reader.text(node)
    bound, value = reader.scope.variable(name)
    if bound:
        reader.values[node.id] = value
        return
    fixed = reader.scope.static.get(name)
    if fixed is not None:
        if not is_foreign(fixed.module):
            found = Value(fixed.module, tuple(fixed.member.split(".")), Origin.IMPORTED)
            reader.use(found, UseKind.ATTRIBUTE, node)
            reader.values[node.id] = found
        else:
            reader.values[node.id] = FOREIGN
    elif name[:1].isupper():
        reader.values[node.id] = reader.scope.type(name)
    else:
        reader.values[node.id] = Value(path=(name,))


def _access(reader: Reader, node: Node) -> None:
    at = node.child_by_field_name("object")
    name = node.child_by_field_name("field")
    if at is None or name is None:
        return
    if name.type == "this":
        reader.values[node.id] = reader.value(at)
        return
    reader.values[node.id] = _member(reader, at, name, UseKind.ATTRIBUTE, None)


def _invocation(reader: Reader, node: Node) -> None:
    at, name = node.child_by_field_name("object"), node.child_by_field_name("name")
    if name is None:
        return
    arity = reader.arity(node.child_by_field_name("arguments"))
    if at is None:
        reader.values[node.id] = _free(reader, name, arity)
    elif any(child.type == "super" for child in node.children):
        reader.values[node.id] = _of_super(reader, name, arity)
    else:
        reader.values[node.id] = _member(reader, at, name, UseKind.CALL, arity)


def _member(reader: Reader, at: Node, name: Node, kind: UseKind, arity: int | None) -> Value | None:
    """A member of what a node gives; what that gives in turn."""
    word = reader.text(name)
    if at.type == "super":
        return _of_super(reader, name, arity, kind)
    value = reader.value(at)
    if value is not None and value.path:
        return _of_path(reader, at, value, name, kind, arity)
    if value is None:
        if at.type == "this" and kind is UseKind.ATTRIBUTE:
            return reader.scope.variable(word)[1]  # a field of a class that is not shown
        if word not in OF_EVERYTHING:
            reader.receiver(word, kind, name, arity)
        return None
    if value.foreign and not value.known:
        return of_foreign(value, word) if kind is UseKind.CALL else FOREIGN
    if value.typed and at.type == "identifier":
        reader.use(value, UseKind.ATTRIBUTE, at)
    if value.local:
        return _of_local(reader, value, name, kind, arity)
    return _asked(reader, value, name, kind, arity)


def _asked(
    reader: Reader, value: Value, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    word = reader.text(name)
    if word in ("class", "length") or (word in OF_EVERYTHING and not value.typed):
        return FOREIGN
    found = member(value, word)
    reader.use(found, kind, name, arity)
    if value.elements and kind is UseKind.CALL:
        inner = of_foreign(value, word)
        return inner if inner is not FOREIGN else result(found)
    if kind is UseKind.CALL:
        return result(found)
    nested = value.typed and word[:1].isupper() and not word.isupper()
    return Value(found.module, found.names, found.origin, typed=nested)


def _of_path(
    reader: Reader, at: Node, value: Value, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    """A member of what may be a package, or a variable that the snippet does not show."""
    word = reader.text(name)
    if kind is UseKind.CALL:
        if len(value.path) > 1:
            last = at.child_by_field_name("field") or at
            reader.receiver(value.path[-1], UseKind.ATTRIBUTE, last)
        if word not in OF_EVERYTHING:
            reader.receiver(word, kind, name, arity)
        return None
    if word[:1].isupper() and not (len(value.path) == 1 and word.isupper()):
        found = reader.scope.type(".".join([*value.path, word]))
        reader.use(found, UseKind.TYPE, at)
        return found
    return Value(path=(*value.path, word))


def _of_local(
    reader: Reader, value: Value, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    own = reader.scope.classes[value.local]
    return _of_class(reader, own, name, kind, arity)


def _of_class(
    reader: Reader, own: Class, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    """A member of a type of the snippet: its own, else one that it inherits."""
    word = reader.text(name)
    if word in own.members:
        return own.members[word]
    return _inherited(reader, own, name, kind, arity)


def _inherited(
    reader: Reader, own: Class, name: Node, kind: UseKind, arity: int | None
) -> Value | None:
    given: Value | None = None
    todo, seen = list(own.bases), 0
    while todo and seen < 50:
        base = todo.pop(0)
        seen += 1
        if base.local:
            known = reader.scope.classes[base.local]
            if reader.text(name) in known.members:
                return known.members[reader.text(name)]
            todo.extend(known.bases)
            continue
        made = instance(base)
        if made is not None and made.known:
            found = _asked(reader, made, name, kind, arity)
            given = given or found
    return given


def _of_super(
    reader: Reader, name: Node, arity: int | None, kind: UseKind = UseKind.CALL
) -> Value | None:
    around = reader.scope.around
    return _inherited(reader, around[-1], name, kind, arity) if around else None


def _free(reader: Reader, name: Node, arity: int | None) -> Value | None:
    """A method called without anything before it: own, imported, inherited, or unknown."""
    word, scope = reader.text(name), reader.scope
    for own in reversed(scope.around):
        if word in own.members:
            return own.members[word]
    if word in scope.functions:
        return scope.functions[word]
    fixed = scope.static.get(word)
    if fixed is not None:
        if is_foreign(fixed.module):
            return FOREIGN
        found = Value(fixed.module, tuple(fixed.member.split(".")), Origin.IMPORTED)
        reader.use(found, UseKind.CALL, name, arity)
        return result(found)
    told = len(reader.found)
    given = _of_stars(reader, name, arity)
    for own in reversed(scope.around):
        given = _inherited(reader, own, name, UseKind.CALL, arity) or given
    if len(reader.found) == told and word not in OF_EVERYTHING:
        reader.receiver(word, UseKind.CALL, name, arity)
    return given


def _of_stars(reader: Reader, name: Node, arity: int | None) -> Value | None:
    given: Value | None = None
    for package, owner in reader.scope.static_stars:
        if not is_foreign(package):
            names = (*owner.split("."), reader.text(name))
            found = Value(package, names, Origin.STAR)
            reader.use(found, UseKind.CALL, name, arity)
            given = given or result(found)
    return given


def _this(reader: Reader, node: Node) -> None:
    """It is known by the names of the class around; those are variables here already."""
    names = [key for key, own in reader.scope.classes.items() if own in reader.scope.around[-1:]]
    reader.values[node.id] = Value(local=names[0]) if names else None


def _made(reader: Reader, node: Node) -> None:
    reader.values[node.id] = instance(reader.type(node.child_by_field_name("type")))


def _reference(reader: Reader, node: Node) -> None:
    """`Foo::bar`, `foo::bar`, `Foo::new`."""
    parts = [one for one in node.named_children if one.type != "type_arguments"]
    if not parts:
        return
    reader.values[node.id] = FOREIGN
    if len(parts) == 1:  # a constructor
        value = reader.value(parts[0]) if parts[0].type == "identifier" else None
        if value is not None:
            reader.use(value, UseKind.ATTRIBUTE, parts[0])
    else:
        _member(reader, parts[0], parts[1], UseKind.ATTRIBUTE, None)


def _annotation(reader: Reader, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is None:
        return
    found = reader.scope.type("".join(reader.text(name).split()))
    reader.use(found, UseKind.TYPE, name)
    arguments = node.child_by_field_name("arguments")
    if arguments is None or not found.known:
        return
    for one in arguments.named_children:
        key = one.child_by_field_name("key") if one.type == "element_value_pair" else None
        word = reader.text(key) if key is not None else "value"
        if not one.is_extra:
            reader.use(member(found, word), UseKind.ATTRIBUTE, key or one)


def _constructor_call(reader: Reader, node: Node) -> None:
    """`super(a, b)` calls the constructor of what the class extends."""
    around = reader.scope.around
    if around and reader.field(node, "constructor") == "super":
        arity = reader.arity(node.child_by_field_name("arguments"))
        for base in around[-1].bases[:1]:
            reader.use(base, UseKind.CALL, node, arity)


def _method(reader: Reader, node: Node) -> None:
    """A method of a class that extends others' may be theirs, written anew."""
    around = reader.scope.around
    name = node.child_by_field_name("name")
    if not around or name is None:
        return
    before = next((one for one in node.children if one.type == "modifiers"), None)
    words = reader.text(before) if before is not None else ""
    if "static" in words or "private" in words:
        return
    parameters = node.child_by_field_name("parameters")
    arity = len(parameters.named_children) if parameters is not None else None
    for base in around[-1].bases:
        made = instance(base)
        if made is not None and made.known and not made.local:
            found = member(made, reader.text(name))
            if reader.text(name) not in OF_EVERYTHING:
                reader.use(found, UseKind.ATTRIBUTE, name, arity)


def _label(reader: Reader, node: Node) -> None:
    """`case RED`: a constant of what the switch is over."""
    switch = node.parent
    while switch is not None and switch.type not in ("switch_expression", "ERROR"):
        switch = switch.parent
    over = None
    if switch is not None:
        over = reader.value(switch.child_by_field_name("condition"))
    for one in node.named_children:
        if one.type != "identifier":
            continue
        if over is not None and over.known:
            reader.use(member(over, reader.text(one)), UseKind.ATTRIBUTE, one)
        elif over is None or over.path:
            reader.receiver(reader.text(one), UseKind.ATTRIBUTE, one)


def _same(word: str) -> Callable[[Reader, Node], None]:
    def handler(reader: Reader, node: Node) -> None:
        inner = node.child_by_field_name(word) if word else None
        if inner is None and node.named_children:
            inner = node.named_children[0]
        reader.values[node.id] = reader.value(inner)

    return handler


def _cast(reader: Reader, node: Node) -> None:
    reader.values[node.id] = instance(reader.type(node.child_by_field_name("type")))


def _element(reader: Reader, node: Node) -> None:
    value = reader.value(node.child_by_field_name("array"))
    reader.values[node.id] = value.elements[-1] if value is not None and value.elements else None


def _array(reader: Reader, node: Node) -> None:
    made = instance(reader.type(node.child_by_field_name("type")))
    reader.values[node.id] = Value(foreign=True, elements=(made,))


_HANDLERS: Mapping[str, Callable[[Reader, Node], None]] = {
    "type_identifier": _type,
    "scoped_type_identifier": _type,
    "identifier": _identifier,
    "field_access": _access,
    "method_invocation": _invocation,
    "object_creation_expression": _made,
    "array_creation_expression": _array,
    "array_access": _element,
    "method_reference": _reference,
    "annotation": _annotation,
    "marker_annotation": _annotation,
    "explicit_constructor_invocation": _constructor_call,
    "method_declaration": _method,
    "switch_label": _label,
    "cast_expression": _cast,
    "this": _this,
    "parenthesized_expression": _same(""),
    "assignment_expression": _same("right"),
    "ternary_expression": _same("consequence"),
}
