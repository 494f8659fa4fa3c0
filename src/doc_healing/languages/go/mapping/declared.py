"""One declaration of a Go file as symbols."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node

from doc_healing.languages import bodies
from doc_healing.languages.bodies import altered
from doc_healing.languages.go.mapping import comments
from doc_healing.model import Parameter, ParameterKind, Span, Symbol, SymbolKind, Visibility

_SPECS = frozenset({"const_spec", "var_spec", "type_spec", "type_alias"})
_LISTS = frozenset({"var_spec_list", "ERROR"})
_NAMED = frozenset({"type_identifier", "qualified_type", "identifier", "selector_expression"})
_DEPTH = 8  # of structs within structs
_ARGUMENTS = re.compile(r"\[[^\[\]]*\]")


class File:
    """A file's bytes and comments, and the questions that declarations ask of them."""

    def __init__(self, path: str, data: bytes, ranges: Sequence[tuple[int, int]]) -> None:
        self.path, self.data, self.comments = path, data, ranges
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def text(self, node: Node | None) -> str:
        """The text of a node; "" for None."""
        if node is None:
            return ""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def line(self, start: int, end: int) -> str:
        """The text of some bytes on one line, without comments."""
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end)
        parts, at = [], start
        for left, right in self.comments[first:last]:
            parts.append(self.data[at:left])
            at = right
        whole = b" ".join([*parts, self.data[at:end]])
        return " ".join(whole.decode("utf-8", "replace").split())

    def documented(self, start: int) -> comments.Comment:
        """What the comment says that stands right before a byte, with no empty line between."""
        first = at = bisect_right(self._ends, start) - 1
        below = start
        while at >= 0 and self._adjoins(self._ends[at], below) and self._alone(at):
            below = self._starts[at]
            at -= 1
        if at == first:
            return comments.NOTHING
        text = self.data[below : self._ends[first]].decode("utf-8", "replace")
        return comments.read(text)

    def behind(self, end: int) -> str:
        """The comment on the same line behind a byte."""
        at = bisect_right(self._starts, end - 1)
        if at == len(self.comments):
            return ""
        left, right = self.comments[at]
        if self.data[end:left].strip(b" \t,;"):
            return ""
        text = self.data[left:right].decode("utf-8", "replace")
        return comments.read(text).doc if text.startswith("//") else ""

    def _adjoins(self, end: int, start: int) -> bool:
        between = self.data[end:start]
        return not between.strip() and between.count(b"\n") <= 1

    def _alone(self, at: int) -> bool:
        """Whether nothing but blanks stands before a comment on its line."""
        start = self._starts[at]
        line = self.data.rfind(b"\n", 0, start) + 1
        return not self.data[line:start].strip()


@dataclass(frozen=True, slots=True)
class _Spec:
    """A name that is declared: where its definition stands, and what is said of it."""

    name: str
    start: Node
    end: Node
    said: comments.Comment
    kind: SymbolKind
    signature: str
    body: Node | None = None


def function(file: File, node: Node) -> Iterator[Symbol]:
    """A function or a method; `init` is nobody's to call."""
    name = file.text(node.child_by_field_name("name"))
    receiver = _receiver(file, node)
    if not name or name == "_" or (name == "init" and receiver is None):
        return
    body = node.child_by_field_name("body")
    owner = owner_of(receiver.type) if receiver is not None else ""
    said = file.documented(node.start_byte)
    end = body.start_byte if body is not None else node.end_byte
    spec = _Spec(
        f"{owner}.{name}" if owner else name,
        node,
        node,
        said,
        SymbolKind.METHOD if receiver is not None else SymbolKind.FUNCTION,
        file.line(node.start_byte, end),
        body,
    )
    parameters = [*([receiver] if receiver is not None else []), *_parameters(file, node)]
    forwarded = _forwarded(file, body, [one.name for one in parameters])
    yield altered(
        _symbol(file, spec, forwarded),
        parameters=tuple(parameters),
        returns=_one_line(file, node.child_by_field_name("result")),
    )


def declarations(file: File, node: Node) -> Iterator[Symbol]:
    """The types, constants or variables of one declaration, grouped or not."""
    word = node.type.partition("_")[0]
    specs = _specs(node)
    grouped = len(specs) != 1 or any(child.type == "(" for child in node.children)
    whole = file.documented(node.start_byte)
    for spec in specs:
        own = file.documented(spec.start_byte) if grouped else whole
        if own.deprecated is None and whole.deprecated is not None:
            own = replace(own, deprecated=whole.deprecated, successor=whole.successor)
        if not own.doc:
            own = replace(own, doc=file.behind(spec.end_byte))
        start = spec if grouped else node
        if word == "type":
            yield from _type(file, spec, start, own)
        else:
            yield from _values(file, spec, start, own, word)


def owner_of(written: str) -> str:
    """The type that a receiver is of: `Stack` of `*Stack[T]`."""
    return _ARGUMENTS.sub("", written).strip("*() \t\n").rpartition(".")[2]


def _specs(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in node.named_children:
        if child.type in _SPECS:
            found.append(child)
        elif child.type in _LISTS:
            found.extend(one for one in child.named_children if one.type in _SPECS)
    return found


def _type(file: File, spec: Node, start: Node, said: comments.Comment) -> Iterator[Symbol]:
    name = file.text(spec.child_by_field_name("name"))
    written = spec.child_by_field_name("type")
    if not name or name == "_" or written is None:
        return
    shape = {"struct_type": "struct", "interface_type": "interface"}.get(written.type, "")
    body = _inside(written) if shape else written
    end = written.start_byte if shape else spec.end_byte
    signature = f"type {file.line(spec.start_byte, end)} {shape}".rstrip()
    found = _Spec(name, start, spec, said, SymbolKind.TYPE, signature, body)
    alias = spec.type == "type_alias"
    forwarded = _one_line(file, written) if alias and written.type in _NAMED else ""
    if alias and written.type == "generic_type":
        forwarded = _one_line(file, written.child_by_field_name("type"))
    flags = {shape} if shape else set()
    symbol = _symbol(file, found, forwarded)
    yield altered(
        symbol,
        bases=tuple(_bases(file, written)) or _underlying(file, written, alias),
        flags=symbol.flags | flags | ({"alias"} if alias else set()),
        returns="" if shape else _one_line(file, written),
    )
    yield from _members(file, name, written)


def _inside(written: Node) -> Node | None:
    """What a struct or an interface holds; of an interface, its node without the keyword."""
    lists = [one for one in written.children if one.type in ("field_declaration_list", "{")]
    return written if lists and lists[0].type == "{" else lists[0] if lists else None


def _bases(file: File, written: Node) -> Iterator[str]:
    """Embedded types, as written without type arguments and stars."""
    for one in _elements(written):
        if one.type == "field_declaration" and one.child_by_field_name("name") is None:
            yield _bare(file, one.child_by_field_name("type"))
        elif one.type == "type_elem" and len(one.named_children) == 1:
            inner = one.named_children[0]
            if inner.type in _NAMED or inner.type == "generic_type":
                yield _bare(file, inner)


def _underlying(file: File, written: Node, alias: bool) -> tuple[str, ...]:
    """`Opts` of `type CounterOpts Opts`: it has that one's fields."""
    named = written.type in _NAMED or written.type == "generic_type"
    return (_bare(file, written),) if named and not alias else ()


def _bare(file: File, node: Node | None) -> str:
    return _ARGUMENTS.sub("", _one_line(file, node)).lstrip("*")


def _elements(written: Node) -> list[Node]:
    found: list[Node] = []
    for child in written.named_children:
        if child.type in ("field_declaration_list", "ERROR"):
            found.extend(child.named_children)
        else:
            found.append(child)
    return found


def _members(file: File, owner: str, written: Node) -> Iterator[Symbol]:
    if written.type not in ("struct_type", "interface_type"):
        return
    for one in _elements(written):
        if one.type == "field_declaration":
            yield from _fields(file, owner, one)
        elif one.type == "method_elem":
            name = file.text(one.child_by_field_name("name"))
            said = file.documented(one.start_byte)
            signature = file.line(one.start_byte, one.end_byte)
            spec = _Spec(f"{owner}.{name}", one, one, said, SymbolKind.METHOD, signature)
            symbol = _symbol(file, spec)
            yield altered(
                symbol,
                parameters=tuple(_parameters(file, one)),
                returns=_one_line(file, one.child_by_field_name("result")),
                flags=symbol.flags | {"abstract"},
            )


def _fields(file: File, owner: str, node: Node) -> Iterator[Symbol]:
    names = node.children_by_field_name("name")
    written = node.child_by_field_name("type")
    said = file.documented(node.start_byte)
    if not said.doc:
        said = replace(said, doc=file.behind(node.end_byte))
    if not names and written is not None:  # embedded: a field by the name of its type
        star = "*" if any(child.type == "*" for child in node.children) else ""
        name = owner_of(_one_line(file, written))
        spec = _Spec(f"{owner}.{name}", node, node, said, SymbolKind.FIELD, file.text(written))
        symbol = _symbol(file, spec)
        yield altered(
            symbol, returns=star + _one_line(file, written), flags=symbol.flags | {"embedded"}
        )
    for one in names:
        if file.text(one) == "_":
            continue
        start, name = (node if len(names) == 1 else one), file.text(one)
        signature = f"{name} {_one_line(file, written)}"
        spec = _Spec(f"{owner}.{name}", start, start, said, SymbolKind.FIELD, signature)
        yield altered(_symbol(file, spec), returns=_one_line(file, written))
        nested = written is not None and written.type == "struct_type"
        if written is not None and nested and owner.count(".") < _DEPTH:
            yield from _members(file, f"{owner}.{name}", written)


def _values(
    file: File, spec: Node, start: Node, said: comments.Comment, word: str
) -> Iterator[Symbol]:
    names = spec.children_by_field_name("name")
    names = [one for one in names if one.type == "identifier"]
    listed = spec.child_by_field_name("value")
    values = [one for one in listed.named_children if not one.is_extra] if listed else []
    written = _one_line(file, spec.child_by_field_name("type"))
    for at, one in enumerate(names):
        name = file.text(one)
        if name == "_":
            continue
        value = values[at] if len(values) == len(names) else None
        forwarded = _one_line(file, value) if value is not None and value.type in _NAMED else ""
        place = start if len(names) == 1 else one
        end = spec if len(names) == 1 else one
        signature = f"{word} {name} {written}".rstrip()
        found = _Spec(name, place, end, said, SymbolKind.CONST, signature, value)
        symbol = _symbol(file, found, forwarded if forwarded[:1].isalpha() else "")
        flags = symbol.flags | ({"variable"} if word == "var" else set())
        made, gives = _made(file, value)
        yield altered(symbol, returns=written or made, gives="" if written else gives, flags=flags)


def _made(file: File, value: Node | None) -> tuple[str, str]:
    """The type of a literal (`&Client{}`), or the call that gives a value (`New()`)."""
    star = ""
    if value is not None and value.type == "unary_expression":
        star, value = "*", value.child_by_field_name("operand")
    if value is not None and value.type == "composite_literal":
        return star + _one_line(file, value.child_by_field_name("type")), ""
    if value is not None and value.type == "call_expression" and not star:
        called = value.child_by_field_name("function")
        if called is not None and called.type in _NAMED:
            return "", f"{_one_line(file, called)}()"
    named = value is not None and value.type in _NAMED and not star
    return "", _one_line(file, value) if named else ""


def _symbol(file: File, spec: _Spec, forwarded: str = "") -> Symbol:
    """`forwarded` is what it only stands for: its successor, where its comment names none."""
    last = spec.name.rpartition(".")[2]
    digest, size = "", 0
    if spec.body is not None:
        span = spec.body.start_byte, spec.body.end_byte
        digest, size = bodies.body(file.data, *span, file.comments, last)
    public = last[:1].isupper() or (last[:1].isalpha() and last[:1] != last[:1].lower())
    end = max(spec.end.end_byte, spec.start.end_byte)
    row = max(spec.end.end_point[0], spec.start.end_point[0])
    return Symbol(
        file.path,
        spec.name,
        spec.kind,
        spec.start.start_point[0] + 1,
        row + 1,
        Span(spec.start.start_byte, end),
        visibility=Visibility.PUBLIC if public else Visibility.INTERNAL,
        flags=frozenset({"alias"}) if forwarded else frozenset(),
        deprecated=spec.said.deprecated,
        successor=spec.said.successor or forwarded,
        doc=spec.said.doc,
        signature=spec.signature,
        digest=digest,
        size=size,
    )


def _receiver(file: File, node: Node) -> Parameter | None:
    listed = node.child_by_field_name("receiver")
    found = list(_listed(file, listed)) if listed is not None else []
    return Parameter(found[0].name, ParameterKind.RECEIVER, found[0].type) if found else None


def _parameters(file: File, node: Node) -> Iterator[Parameter]:
    listed = node.child_by_field_name("parameters")
    if listed is not None:
        yield from _listed(file, listed)


def _listed(file: File, listed: Node) -> Iterator[Parameter]:
    """The parameters of a list: all of them have names, or none has.

    The grammar takes the first names of a long `a, b, c int` for types; what follows tells.
    """
    found = list(_read(file, listed))
    if not any(one.name for one in found):
        yield from found
        return
    written = ""
    named: list[Parameter] = []
    for one in reversed(found):
        written = one.type if one.name else written
        named.append(one if one.name else Parameter(one.type, one.kind, written))
    yield from reversed(named)


def _read(file: File, listed: Node) -> Iterator[Parameter]:
    for one in listed.named_children:
        written = _one_line(file, one.child_by_field_name("type"))
        names = [file.text(name) for name in one.children_by_field_name("name")]
        if one.type == "variadic_parameter_declaration":
            yield Parameter(names[0] if names else "", ParameterKind.VARIADIC, written)
        elif one.type == "parameter_declaration":
            for name in names or [""]:
                yield Parameter(name, ParameterKind.POSITIONAL_ONLY, written)


def _forwarded(file: File, body: Node | None, names: Sequence[str]) -> str:
    """The function that one only passes its own parameters on to, in their order."""
    parts = [one for one in body.named_children if not one.is_extra] if body is not None else []
    if len(parts) == 1 and parts[0].type == "statement_list":
        parts = [one for one in parts[0].named_children if not one.is_extra]
    node = parts[0] if len(parts) == 1 else None
    while node is not None and node.type in _THROUGH and len(node.named_children) == 1:
        node = node.named_children[0]
    if node is None or node.type != "call_expression":
        return ""
    called, listed = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is None or listed is None or called.type not in _NAMED:
        return ""
    passed = [file.text(one).removesuffix("...") for one in listed.named_children]
    written = _one_line(file, called)
    owner, _, last = written.rpartition(".")
    if names and passed == list(names[1:]) and owner == names[0]:
        return last  # another method of the same receiver
    return written if passed == list(names) else ""


_THROUGH = frozenset({"return_statement", "expression_statement", "expression_list"})


def _one_line(file: File, node: Node | None) -> str:
    return file.line(node.start_byte, node.end_byte) if node is not None else ""
