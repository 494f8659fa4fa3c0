"""The parts of one item: visibility, parameters, signature, bases, names without generics."""

import re
from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.rust.mapping.trees import one_line
from doc_healing.model import Parameter, ParameterKind, Visibility

_GENERICS = re.compile(r"<[^<>]*>")
_MODIFIERS = re.compile(r"^(?:(?:mut|ref)\s+)+")
_SELF = re.compile(r"^(?:mut\s+)?self$")


def visibility(node: Node, data: bytes, otherwise: Visibility) -> Visibility:
    """Whom an item's own modifier lets use it."""
    for child in node.children:
        if child.type == "visibility_modifier":
            return written(data[child.start_byte : child.end_byte])
        if child.type in ("identifier", "type_identifier", "field_identifier"):
            break
    return otherwise


def written(modifier: bytes) -> Visibility:
    """What a modifier says: `pub(crate)` and `pub(in path)` are within the crate."""
    inside = re.sub(rb"\s+", b"", modifier)
    if inside == b"pub":
        return Visibility.PUBLIC
    return Visibility.PRIVATE if inside == b"pub(self)" else Visibility.INTERNAL


def parameters(node: Node, data: bytes) -> tuple[Parameter, ...] | None:
    """The parameters of a function; None of what has none."""
    listed = node.child_by_field_name("parameters")
    if listed is None:
        return None
    return tuple(
        _parameter(child, data)
        for child in listed.named_children
        if child.type in ("parameter", "self_parameter", "variadic_parameter")
    )


def _parameter(node: Node, data: bytes) -> Parameter:
    if node.type == "self_parameter":
        return Parameter("self", ParameterKind.RECEIVER, one_line(_bytes(node, data)))
    pattern, type_ = node.child_by_field_name("pattern"), node.child_by_field_name("type")
    kind = one_line(_bytes(type_, data)) if type_ is not None else ""
    name = _MODIFIERS.sub("", one_line(_bytes(pattern, data))) if pattern is not None else "..."
    if node.type == "variadic_parameter":
        return Parameter(name, ParameterKind.VARIADIC, kind)
    if _SELF.match(name):
        return Parameter("self", ParameterKind.RECEIVER, kind)
    return Parameter(re.sub(r"\s+", "", name), ParameterKind.POSITIONAL, kind)


def ordered(body: Node, data: bytes) -> list[tuple[Node, Visibility]]:
    """The types of a tuple struct's fields, with who may use each."""
    found, shown = [], Visibility.PRIVATE
    for index, child in enumerate(body.children):
        if child.type == "visibility_modifier":
            shown = written(_bytes(child, data))
        elif body.field_name_for_child(index) == "type":
            found.append((child, shown))
            shown = Visibility.PRIVATE
    return found


def signature(node: Node, data: bytes, end: int) -> str:
    """The declaration from its first word up to a byte, on one line."""
    return one_line(data[node.start_byte : end]).rstrip(" ;,={")


def erased(written_type: str) -> str:
    """A type's or trait's name as written, without its arguments and without `dyn` and `&`."""
    text = re.sub(
        r"^(?:[&*!?(\s]|'\w+\s|(?:dyn|mut|const|impl)\s|for\s*<[^>]*>)+", "", written_type
    )
    text = text.replace("->", "")
    for _ in range(50):
        shorter = _GENERICS.sub("", text)
        if shorter == text:
            break
        text = shorter
    found = re.match(r"(?:::)?\s*[\w#]+(?:\s*::\s*[\w#]+)*", text)
    return re.sub(r"\s+|\br#", "", found[0]).removeprefix("::") if found else ""


def arguments(written_type: str) -> str:
    """The arguments of a generic type as written, without blanks: `<A,B>`."""
    start = written_type.find("<")
    return re.sub(r"\s+", "", written_type[start:]) if start >= 0 else ""


def bounds(node: Node | None, data: bytes) -> tuple[str, ...]:
    """The traits that a trait asks for, without lifetimes."""
    if node is None:
        return ()
    texts = (one_line(_bytes(child, data)) for child in node.named_children)
    return tuple(name for text in texts if not text.startswith("'") and (name := erased(text)))


def modifiers(node: Node) -> list[str]:
    """`async`, `const`, `unsafe` of a function or trait."""
    found: list[str] = []
    for child in node.children:
        if child.type == "function_modifiers":
            found += [part.type for part in child.children if part.type in _WORDS]
        elif child.type in _WORDS:
            found.append(child.type)
        elif child.type in ("identifier", "type_identifier"):
            break
    return found


_WORDS: Sequence[str] = ("async", "unsafe")


def _bytes(node: Node, data: bytes) -> bytes:
    return data[node.start_byte : node.end_byte]
