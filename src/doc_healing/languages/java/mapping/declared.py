"""One declaration of a Java file as symbols."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages import bodies
from doc_healing.languages.bodies import altered
from doc_healing.languages.java.mapping import javadoc, lombok
from doc_healing.languages.java.mapping.erasure import SIMPLE, discriminator
from doc_healing.model import Parameter, ParameterKind, Span, Symbol, SymbolKind, Visibility

_TYPES = {
    "class_declaration": "",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "record_declaration": "record",
    "annotation_type_declaration": "annotation",
}
_CALLABLES = frozenset(
    {
        "method_declaration",
        "constructor_declaration",
        "compact_constructor_declaration",
        "annotation_type_element_declaration",
    }
)
_FIELDS = frozenset({"field_declaration", "constant_declaration"})
_FLAGS = frozenset({"static", "abstract", "default", "final", "sealed", "native"})
_VISIBILITY = {
    "public": Visibility.PUBLIC,
    "protected": Visibility.PROTECTED,
    "private": Visibility.PRIVATE,
}
_ANNOTATIONS = frozenset({"marker_annotation", "annotation"})
_OPEN = frozenset({"interface_declaration", "annotation_type_declaration"})  # members are public


class File:
    """A file's bytes and comments, and the questions that declarations ask of them."""

    def __init__(self, path: str, data: bytes, comments: Sequence[tuple[int, int]]) -> None:
        self.path, self.data, self.comments = path, data, comments
        self._ends = [end for _, end in comments]

    def text(self, node: Node | None) -> str:
        """The text of a node; "" for None."""
        return self.between(node.start_byte, node.end_byte) if node is not None else ""

    def name(self, node: Node) -> str:
        """The name that a declaration declares."""
        return self.text(node.child_by_field_name("name"))

    def between(self, start: int, end: int) -> str:
        """The text of some bytes."""
        return self.data[start:end].decode("utf-8", "replace")

    def line(self, start: int, end: int) -> str:
        """The text of some bytes on one line, without comments."""
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end)
        parts, at = [], start
        for left, right in self.comments[first:last]:
            parts.append(self.between(at, left))
            at = right
        return " ".join(" ".join([*parts, self.between(at, end)]).split())

    def documented(self, start: int) -> javadoc.Javadoc:
        """What the comment says that stands before a byte."""
        at = bisect_right(self._ends, start) - 1
        while at >= 0:
            left, right = self.comments[at]
            if right < start and not self.data[right:start].isspace():
                break
            if self.data.startswith(b"/**", left):
                return javadoc.read(self.between(left, right))
            if self.data.startswith(b"///", left):
                return javadoc.read(self.between(self._first_of_lines(at), right))
            start, at = left, at - 1
        return javadoc.NOTHING

    def _first_of_lines(self, at: int) -> int:
        """Where the `///` lines start that end with a comment."""
        start = self.comments[at][0]
        while at > 0:
            left, right = self.comments[at - 1]
            if not self.data.startswith(b"///", left) or not self.data[right:start].isspace():
                break
            start, at = left, at - 1
        return start


@dataclass(frozen=True, slots=True)
class Place:
    """The type that a declaration is a member of: its qualified name and the kind of its node."""

    name: str
    kind: str = ""
    components: tuple[Parameter, ...] = ()  # of a record


@dataclass(frozen=True, slots=True)
class Members:
    """The symbols of a declaration, and what its own members are members of."""

    symbols: tuple[Symbol, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands before a declaration proper."""

    start: int
    line: int
    words: frozenset[str]
    deprecated: bool
    override: bool
    doc: javadoc.Javadoc


def members(file: File, node: Node, place: Place) -> Members:
    """What a member of a type, or of a file, declares; nothing where it declares nothing."""
    if node.type in _TYPES:
        return _type(file, node, place)
    if node.type in _CALLABLES:
        return Members((_callable(file, node, place),)) if place.name else Members()
    if node.type in _FIELDS and place.name:
        return Members(tuple(_fields(file, node, place)))
    return Members()


def constant(file: File, node: Node, place: Place) -> Iterator[Symbol]:
    """A constant of an enum; its arguments and its body are what it is."""
    header = _header(file, node)
    name = file.name(node)
    symbol = _symbol(file, node, header, _joined(place, name), SymbolKind.ENUM_MEMBER)
    end = node.child_by_field_name("name")
    start = end.end_byte if end is not None else node.start_byte
    digest, size = bodies.body(file.data, start, node.end_byte, file.comments, name)
    yield altered(
        symbol, visibility=Visibility.PUBLIC, signature=name, digest=digest, size=size,
        returns=place.name.rpartition(".")[2],
    )  # fmt: skip


def _type(file: File, node: Node, place: Place) -> Members:
    header = _header(file, node)
    name = _joined(place, file.name(node))
    body = node.child_by_field_name("body")
    kind = _TYPES[node.type]
    components = tuple(_parameters(file, node)) if kind == "record" else ()
    symbol = _symbol(file, node, header, name, SymbolKind.TYPE, body)
    symbol = altered(
        symbol,
        visibility=_visibility(header, place),
        parameters=components if kind == "record" else None,
        bases=tuple(_bases(file, node)),
        flags=symbol.flags | ({kind} if kind else set()),
    )
    parts = tuple(_components(file, node, name)) if kind == "record" else ()
    if not kind and b"lombok" in file.data:
        parts = lombok.members(file.path, file.data, node, name)
    return Members((symbol, *parts), Place(name, node.type, components))


def _components(file: File, node: Node, owner: str) -> Iterator[Symbol]:
    """The components of a record: what a reader calls as `point.x()`."""
    listed = node.child_by_field_name("parameters")
    for one in listed.named_children if listed is not None else ():
        parameter = _parameter(file, one)
        if parameter is not None:
            symbol = _symbol(
                file, one, _header(file, one), f"{owner}.{parameter.name}", SymbolKind.FIELD
            )
            yield altered(symbol, visibility=Visibility.PUBLIC, returns=parameter.type)


def _callable(file: File, node: Node, place: Place) -> Symbol:
    header = _header(file, node)
    body = node.child_by_field_name("body")
    if node.type == "annotation_type_element_declaration":
        body = node.child_by_field_name("value")
    name = _joined(place, file.name(node))
    parameters = tuple(_parameters(file, node))
    if node.type == "compact_constructor_declaration":
        parameters = place.components
    symbol = _symbol(file, node, header, name, SymbolKind.METHOD, body)
    flags = set(symbol.flags)
    if node.type.endswith("constructor_declaration"):
        flags.add("constructor")
    if header.override:
        flags.add("override")
    if place.kind in _OPEN and body is None:
        flags.add("abstract")
    return altered(
        symbol,
        visibility=_visibility(header, place, "constructor" in flags),
        parameters=parameters,
        returns=_written_type(file, node),
        flags=frozenset(flags),
        discriminator=discriminator(parameters),
    )


def _fields(file: File, node: Node, place: Place) -> Iterator[Symbol]:
    header = _header(file, node)
    declarators = node.children_by_field_name("declarator")
    written = node.child_by_field_name("type")
    for one in declarators:
        owner = node if len(declarators) == 1 else one
        value = one.child_by_field_name("value")
        name = _joined(place, file.name(one))
        symbol = _symbol(file, owner, header, name, SymbolKind.FIELD, value)
        dimensions = file.text(one.child_by_field_name("dimensions"))
        if len(declarators) > 1:
            symbol = altered(symbol, signature=_shared(file, header, written, one))
        implied = {"static", "final"} if place.kind in _OPEN else set()
        yield altered(
            symbol,
            visibility=_visibility(header, place),
            returns=_one_line(file, written) + dimensions,
            flags=symbol.flags | implied,
        )


def _shared(file: File, header: _Header, written: Node | None, one: Node) -> str:
    """The signature of one of several variables that share a type."""
    before = file.line(header.start, written.end_byte) if written is not None else ""
    return f"{before} {file.name(one)}".strip()


def _symbol(
    file: File,
    node: Node,
    header: _Header,
    name: str,
    kind: SymbolKind,
    body: Node | None = None,
) -> Symbol:
    start = max(header.start, node.start_byte)
    line = header.line if start == header.start else node.start_point[0] + 1
    digest, size = "", 0
    if body is not None:
        own = name.rpartition(".")[2]
        listed = node.child_by_field_name("parameters") if kind is SymbolKind.TYPE else None
        first = listed.start_byte if listed is not None else body.start_byte  # of a record
        digest, size = bodies.body(file.data, first, body.end_byte, file.comments, own)
    said = header.doc
    deprecated = (
        said.deprecated if said.deprecated is not None else "" if header.deprecated else None
    )
    return Symbol(
        file.path,
        name,
        kind,
        line,
        node.end_point[0] + 1,
        Span(start, node.end_byte),
        flags=(header.words & _FLAGS) | ({"hidden"} if said.hidden else frozenset()),
        deprecated=deprecated,
        successor=said.successor,
        doc=said.doc,
        signature=_signature(file, start, body.start_byte if body is not None else node.end_byte),
        digest=digest,
        size=size,
    )


def _signature(file: File, start: int, end: int) -> str:
    text = file.line(start, end).rstrip("; ")
    return text.removesuffix(" default").removesuffix("=").rstrip()


def _header(file: File, node: Node) -> _Header:
    """The modifiers; a definition starts behind its annotations."""
    first = node.children[0] if node.children else node
    words: set[str] = set()
    names: set[str] = set()
    start: Node | None = node
    if first.type == "modifiers":
        start = first.next_sibling
        for part in reversed(first.children):
            if part.type in _ANNOTATIONS:
                names.add(file.name(part).rpartition(".")[2])
            elif not part.is_extra:
                words.add(part.type)
                start = part
    start = start or node
    return _Header(
        start.start_byte,
        start.start_point[0] + 1,
        frozenset(words),
        "Deprecated" in names,
        "Override" in names,
        file.documented(node.start_byte),
    )


def _visibility(header: _Header, place: Place, constructor: bool = False) -> Visibility:
    for word, meaning in _VISIBILITY.items():
        if word in header.words:
            return meaning
    if place.kind in _OPEN:
        return Visibility.PUBLIC
    if constructor and place.kind == "enum_declaration":
        return Visibility.PRIVATE
    return Visibility.INTERNAL


def _bases(file: File, node: Node) -> Iterator[str]:
    for child in node.named_children:
        if child.type == "superclass":
            yield from _bare(file, child.named_children[:1])
        elif child.type in ("super_interfaces", "extends_interfaces"):
            for listed in child.named_children:
                yield from _bare(file, listed.named_children)


def _bare(file: File, types: Iterable[Node]) -> Iterator[str]:
    """Types as written, without arguments and annotations."""
    for node in types:
        if node.type.endswith("comment"):
            continue
        inner = node.named_children[0] if node.type == "generic_type" else node
        yield SIMPLE.sub("", _one_line(file, inner))


def _parameters(file: File, node: Node) -> Iterator[Parameter]:
    listed = node.child_by_field_name("parameters")
    if listed is not None:
        for child in listed.named_children:
            found = _parameter(file, child)
            if found is not None:
                yield found


def _parameter(file: File, node: Node) -> Parameter | None:
    if node.type == "formal_parameter":
        dimensions = file.text(node.child_by_field_name("dimensions"))
        written = _one_line(file, node.child_by_field_name("type")) + dimensions
        return Parameter(file.name(node), ParameterKind.POSITIONAL_ONLY, written)
    if node.type != "spread_parameter":
        return None  # a comment, or a receiver (`Outer this`), which nobody passes
    inner = [one for one in node.named_children if one.type not in ("modifiers", *_ANNOTATIONS)]
    name = next((one for one in inner if one.type == "variable_declarator"), None)
    written = _one_line(file, inner[0]) if inner else ""
    return Parameter(file.name(name) if name else "", ParameterKind.VARIADIC, written)


def _written_type(file: File, node: Node) -> str:
    written = node.child_by_field_name("type")
    dimensions = file.text(node.child_by_field_name("dimensions"))
    return _one_line(file, written) + dimensions if written is not None else ""


def _one_line(file: File, node: Node | None) -> str:
    return file.line(node.start_byte, node.end_byte) if node is not None else ""


def _joined(place: Place, name: str) -> str:
    return f"{place.name}.{name}" if place.name else name
