"""Members that Lombok writes: they are in no source, and readers call them all the same.

Source: https://projectlombok.org/features/ (`@Getter` and `@Setter`, `@Data`, `@Value`, `@With`,
constructors, `@Builder`). What `@Accessors` and `lombok.config` change is not followed but for
`fluent`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages import bodies
from doc_healing.languages.java.mapping.erasure import discriminator
from doc_healing.model import Parameter, ParameterKind, Span, Symbol, SymbolKind, Visibility

_LEVELS = {
    "PUBLIC": Visibility.PUBLIC,
    "PROTECTED": Visibility.PROTECTED,
    "PRIVATE": Visibility.PRIVATE,
    "PACKAGE": Visibility.INTERNAL,
    "MODULE": Visibility.INTERNAL,
}
_LEVEL = re.compile(r"\b(?:AccessLevel\.)?(PUBLIC|PROTECTED|PRIVATE|PACKAGE|MODULE|NONE)\b")
_NAMED = re.compile(r'\bstatic(?:Name|Constructor)\s*=\s*"(\w+)"')
_ANNOTATIONS = ("marker_annotation", "annotation")
Marks = Mapping[str, str]  # the name of an annotation -> its arguments as written


@dataclass(frozen=True, slots=True)
class _Written:
    """A member that Lombok writes; `""` is the name of a constructor."""

    name: str
    node: Node  # what it is made of
    visibility: Visibility = Visibility.PUBLIC
    parameters: tuple[tuple[str, str], ...] = ()  # names and types
    returns: str = ""
    body: str = ""
    static: bool = False


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    type: str
    node: Node
    marks: Marks
    words: frozenset[str]
    given: bool  # it has a value

    @property
    def required(self) -> bool:
        return not self.given and ("final" in self.words or "NonNull" in self.marks)


def members(path: str, data: bytes, node: Node, owner: str) -> tuple[Symbol, ...]:
    """What Lombok writes for a class of a file that names it."""
    return tuple(_symbol(path, owner, one) for one in _written(node, data))


def _symbol(path: str, owner: str, one: _Written) -> Symbol:
    """It stands where the field or the class does that it is made of."""
    name = one.name or owner.rpartition(".")[2]
    kind = ParameterKind.POSITIONAL_ONLY
    listed = tuple(Parameter(word, kind, type_) for word, type_ in one.parameters)
    code, inner = one.body.encode(), ", ".join(f"{type_} {word}" for word, type_ in one.parameters)
    digest, size = bodies.body(code, 0, len(code), (), name) if code else ("", 0)
    flags = {"generated", *(["static"] if one.static else [])}
    return Symbol(
        path,
        f"{owner}.{name}",
        SymbolKind.METHOD,
        one.node.start_point[0] + 1,
        one.node.end_point[0] + 1,
        Span(one.node.start_byte, one.node.end_byte),
        visibility=one.visibility,
        parameters=listed,
        returns=one.returns,
        flags=frozenset(flags if one.name else flags | {"constructor"}),
        signature=f"{one.returns} {name}({inner})".strip(),
        digest=digest,
        size=size,
        discriminator=discriminator(listed),
    )


def _written(node: Node, data: bytes) -> Iterator[_Written]:
    """All but what stands there already: that it leaves alone."""
    marks, _ = _before(node, data)
    body = node.child_by_field_name("body")
    listed = body.named_children if body is not None else []
    fields = [one for child in listed for one in _fields(child, data)]
    known = {_name(child, data).lower() for child in listed if child.type == "method_declaration"}
    found = [*_accessors(marks, fields, _name(node, data)), *_builder(marks, node, data)]
    yield from (one for one in found if one.name.lower() not in known)
    if not any(child.type == "constructor_declaration" for child in listed) or _asks(marks):
        own = [one for one in fields if "static" not in one.words]
        yield from _constructors(marks, node, _name(node, data), own)


def _text(node: Node | None, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace") if node else ""


def _name(node: Node, data: bytes) -> str:
    return _text(node.child_by_field_name("name"), data)


def _before(node: Node, data: bytes) -> tuple[Marks, frozenset[str]]:
    """The annotations and the other modifiers of a declaration."""
    first = node.children[0] if node.children else node
    parts = first.children if first.type == "modifiers" else []
    marks = {
        _name(part, data).rpartition(".")[2]: _text(part.child_by_field_name("arguments"), data)
        for part in parts
        if part.type in _ANNOTATIONS
    }
    return marks, frozenset(part.type for part in parts)


def _fields(node: Node, data: bytes) -> Iterator[_Field]:
    if node.type != "field_declaration":
        return
    marks, words = _before(node, data)
    written = " ".join(_text(node.child_by_field_name("type"), data).split())
    for one in node.children_by_field_name("declarator"):
        given = one.child_by_field_name("value") is not None
        yield _Field(_name(one, data), written, node, marks, words, given)


def _level(arguments: str) -> Visibility | None:
    """None: it is to be left out."""
    found = _LEVEL.search(arguments)
    return _LEVELS.get(found[1]) if found else Visibility.PUBLIC


def _accessors(marks: Marks, fields: Sequence[_Field], made: str) -> Iterator[_Written]:
    fluent = re.search(r"fluent\s*=\s*true", marks.get("Accessors", "")) is not None
    for one in fields:
        whole = marks if "static" not in one.words else {}
        final = "final" in one.words or "Value" in whole
        reads = _said("Getter", one.marks, whole, ("Data", "Value"))
        writes = _said("Setter", one.marks, {} if final else whole, ("Data",))
        copies = None if _fixed(marks, one) else _said("With", one.marks, whole, ())
        stem, shared = _stem(one), "static" in one.words
        if reads is not None:
            name = one.name if fluent else ("is" if one.type == "boolean" else "get") + stem
            code = f"{{ return this.{one.name}; }}"
            yield _Written(name, one.node, reads, (), one.type, code, shared)
        taken = ((one.name, one.type),)
        if writes is not None:
            name = one.name if fluent else f"set{stem}"
            code = f"{{ this.{one.name} = {one.name}; }}"
            yield _Written(name, one.node, writes, taken, "void", code, shared)
        if copies is not None:
            yield _Written(f"with{stem}", one.node, copies, taken, made)


def _said(mark: str, own: Marks, whole: Marks, others: Sequence[str]) -> Visibility | None:
    """The visibility of what an annotation asks for, of the field first; None: nothing asks."""
    if mark in own:
        return _level(own[mark])
    if mark in whole:
        return _level(whole[mark])
    return Visibility.PUBLIC if any(one in whole for one in others) else None


def _stem(one: _Field) -> str:
    plain = one.name
    if one.type == "boolean" and re.match(r"is[A-Z]", plain):
        plain = plain[2:]
    return plain[:1].upper() + plain[1:]


_MAKERS = ("NoArgsConstructor", "RequiredArgsConstructor", "AllArgsConstructor")


def _asks(marks: Marks) -> bool:
    return any(one in marks for one in _MAKERS)


def _constructors(
    marks: Marks, node: Node, made: str, fields: Sequence[_Field]
) -> Iterator[_Written]:
    asked = {one: marks[one] for one in _MAKERS if one in marks}
    if not asked and "Builder" not in marks:
        asked = {"RequiredArgsConstructor": marks["Data"]} if "Data" in marks else {}
        asked |= {"AllArgsConstructor": marks["Value"]} if "Value" in marks else {}
    chosen: dict[str, list[_Field]] = {
        "NoArgsConstructor": [],
        "RequiredArgsConstructor": [one for one in fields if one.required],
        "AllArgsConstructor": [one for one in fields if not _fixed(marks, one)],
    }
    seen: set[tuple[str, ...]] = set()
    for mark, arguments in asked.items():
        taken = tuple((one.name, one.type) for one in chosen[mark])
        static = _NAMED.search(arguments)
        level = _level(arguments)
        types = tuple(type_ for _, type_ in taken)
        if level is None or types in seen:
            continue
        seen.add(types)
        name = static[1] if static else ""
        yield _Written(
            name, node, level, taken, returns=made if static else "", static=bool(static)
        )


def _fixed(marks: Marks, one: _Field) -> bool:
    """Whether it has its value already, and cannot be given another."""
    return one.given and ("final" in one.words or "Value" in marks)


def _builder(marks: Marks, node: Node, data: bytes) -> Iterator[_Written]:
    for mark in ("Builder", "SuperBuilder"):
        if mark in marks:
            named = re.search(r'builderMethodName\s*=\s*"(\w*)"', marks[mark])
            owner = f"{_name(node, data)}Builder"
            yield _Written(named[1] if named else "builder", node, returns=owner, static=True)
            if re.search(r"toBuilder\s*=\s*true", marks[mark]):
                yield _Written("toBuilder", node, returns=owner)
