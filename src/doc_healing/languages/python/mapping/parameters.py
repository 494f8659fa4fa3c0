"""What a function takes, and what its class takes in its place."""

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import one_line, text_of
from doc_healing.model import Parameter, ParameterKind

_SPLATS = {
    "list_splat_pattern": ParameterKind.VARIADIC,
    "dictionary_splat_pattern": ParameterKind.KEYWORDS,
}


def parameters(node: Node | None, *, receiver: bool) -> tuple[Parameter, ...]:
    """The parameters of a `def` or a `lambda`; `receiver`: the first is `self` or `cls`."""
    found: list[Parameter] = []
    kind = ParameterKind.POSITIONAL
    for child in node.named_children if node is not None else ():
        if child.type == "positional_separator":
            found = [_only_positional(one) for one in found]
            continue
        if child.type == "keyword_separator":
            kind = ParameterKind.KEYWORD_ONLY
            continue
        one = _parameter(child, kind)
        if one is None:
            continue
        if receiver and not found and one.kind is ParameterKind.POSITIONAL:
            one = Parameter(one.name, ParameterKind.RECEIVER, one.type, one.default)
        if one.kind is ParameterKind.VARIADIC:
            kind = ParameterKind.KEYWORD_ONLY
        found.append(one)
    return tuple(found)


def _only_positional(one: Parameter) -> Parameter:
    if one.kind is not ParameterKind.POSITIONAL:
        return one
    return Parameter(one.name, ParameterKind.POSITIONAL_ONLY, one.type, one.default)


def _parameter(node: Node, kind: ParameterKind) -> Parameter | None:
    if node.type == "identifier":
        return Parameter(text_of(node), kind)
    if node.type in _SPLATS:
        return _named(node, _SPLATS[node.type])
    type_ = one_line(node.child_by_field_name("type"))
    if node.type == "typed_parameter":
        inner = node.named_children[0]
        if inner.type in _SPLATS:
            return _named(inner, _SPLATS[inner.type], type_)
        return Parameter(text_of(inner), kind, type_)
    if node.type in ("default_parameter", "typed_default_parameter"):
        name = text_of(node.child_by_field_name("name"))
        return Parameter(name, kind, type_, one_line(node.child_by_field_name("value")))
    return None


def _named(node: Node, kind: ParameterKind, type_: str = "") -> Parameter | None:
    names = [one for one in node.named_children if one.type == "identifier"]
    return Parameter(text_of(names[0]), kind, type_) if names else None


def arguments(node: Node | None) -> tuple[list[Node], dict[str, Node]]:
    """The positional and the keyword arguments of a call or of a class's bases."""
    positional: list[Node] = []
    keywords: dict[str, Node] = {}
    for child in node.named_children if node is not None else ():
        if child.type == "keyword_argument":
            value = child.child_by_field_name("value")
            if value is not None:
                keywords[text_of(child.child_by_field_name("name"))] = value
        elif child.type != "comment":
            positional.append(child)
    return positional, keywords


def of_fields(
    assignments: Sequence[Node], *, keywords_only: bool, strip: bool
) -> tuple[Parameter, ...]:
    """What the `__init__` takes that is made of a class's fields (dataclasses, attrs, pydantic).

    `strip`: a leading underscore of a field is none of its parameter's (attrs).
    """
    found: list[Parameter] = []
    for name, type_, value in _fields(assignments):
        if type_ in ("KW_ONLY", "dataclasses.KW_ONLY"):
            keywords_only = True
            continue
        said = _said(value)
        if said.get("init") == "False" or type_.startswith(("ClassVar", "typing.ClassVar")):
            continue
        only = keywords_only or said.get("kw_only") == "True"
        kind = ParameterKind.KEYWORD_ONLY if only else ParameterKind.POSITIONAL
        shown = said.get("alias", "").strip("\"'") or (name.lstrip("_") if strip else name)
        found.append(Parameter(shown, kind, type_, _default(value, said)))
    return tuple(found)


def _fields(assignments: Sequence[Node]) -> Iterator[tuple[str, str, Node | None]]:
    for node in assignments:
        left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        type_ = one_line(node.child_by_field_name("type"))
        if left is None or left.type != "identifier":
            continue
        attrs = value is not None and _field_call(value).rpartition(".")[2] in ("ib", "attrib")
        if type_ or attrs or (value is not None and _field_call(value) in ("field", "attrs.field")):
            yield text_of(left), type_, value


_FIELD_CALLS = ("field", "Field", "ib", "attrib", "Factory", "mapped_column", "PrivateAttr")


def _field_call(value: Node) -> str:
    return text_of(value.child_by_field_name("function")) if value.type == "call" else ""


def _said(value: Node | None) -> dict[str, str]:
    """The keywords of `field(...)`, `attr.ib(...)`, `Field(...)`."""
    if value is None or _field_call(value).rpartition(".")[2] not in _FIELD_CALLS:
        return {}
    positional, keywords = arguments(value.child_by_field_name("arguments"))
    said = {name: one_line(node) for name, node in keywords.items()}
    if positional and "default" not in said and one_line(positional[0]) != "...":
        said["default"] = one_line(positional[0])
    return {"\0": "", **said}


def _default(value: Node | None, said: dict[str, str]) -> str | None:
    if value is None:
        return None
    if not said:
        return one_line(value)
    for key in ("default", "factory", "default_factory"):
        if key in said and said[key] != "...":
            return said[key] if key == "default" else f"{said[key]}()"
    return None
