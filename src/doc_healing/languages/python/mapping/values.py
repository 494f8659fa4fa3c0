"""What a variable is made of: its written type, its value, and what that tells of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.python.mapping.drafts import Draft
from doc_healing.languages.python.mapping.grammar import (
    dotted,
    one_line,
    string_of,
    text_of,
    without_arguments,
)
from doc_healing.languages.python.mapping.parameters import arguments, parameters
from doc_healing.model import Parameter

_MAKERS = frozenset("namedtuple NamedTuple TypedDict NewType Enum IntEnum StrEnum Flag".split())
_FORMS = frozenset("Union Optional Callable Literal Annotated Type".split())
_INTERNAL = frozenset("TypeVar ParamSpec TypeVarTuple getLogger get_logger".split())
_CONSTANTS = frozenset({"None", "True", "False", "NotImplemented", "Ellipsis"})


@dataclass(frozen=True, slots=True)
class Value:
    """One name's part of an assignment."""

    type: str = ""
    node: Node | None = None  # its value

    @property
    def callee(self) -> str:
        """What is called, where the value is a call."""
        if self.node is None or self.node.type != "call":
            return ""
        return dotted(self.node.child_by_field_name("function"))


def value(draft: Draft) -> Value:
    """What an assignment gives to the name of this definition."""
    node: Node | None = draft.node
    while node is not None and node.type == "assignment":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        for name, part in _parts(left, _last(right)):
            if name == draft.last:
                return Value(one_line(node.child_by_field_name("type")), part)
        node = right
    return Value()


def _last(node: Node | None) -> Node | None:
    while node is not None and node.type == "assignment":
        node = node.child_by_field_name("right")
    return node


def _parts(left: Node | None, right: Node | None) -> Iterator[tuple[str, Node | None]]:
    if left is None:
        return
    if left.type not in ("pattern_list", "tuple_pattern"):
        yield _name(left), right
        return
    names = left.named_children
    given = right.named_children if right is not None else []
    fits = right is not None and right.type in ("tuple", "expression_list", "list")
    paired = fits and len(given) == len(names)
    for at, one in enumerate(names):
        yield _name(one), given[at] if paired else right


def _name(node: Node) -> str:
    return text_of(node.child_by_field_name("attribute") if node.type == "attribute" else node)


def aliased(draft: Draft) -> str:
    """The name that this one is only another name of; empty where it is more than that."""
    got = value(draft)
    name = dotted(got.node)
    if got.type in ("", "TypeAlias", "Final") and name and name not in _CONSTANTS:
        return name if name != draft.last else ""
    if "deprecat" in got.callee.lower() and got.node is not None:
        given, named = arguments(got.node.child_by_field_name("arguments"))
        return next((dotted(one) for one in (*given, *named.values()) if dotted(one)), "")
    return ""


def is_type(got: Value) -> bool:
    """Whether what is assigned is a type."""
    if got.type.rpartition(".")[2] == "TypeAlias":
        return True
    if got.callee.rpartition(".")[2] in _MAKERS:
        return True
    node = got.node
    return (
        node is not None
        and node.type == "subscript"
        and without_arguments(node).rpartition(".")[2] in _FORMS
    )


def is_internal(got: Value) -> bool:
    """Whether it serves only the module itself: a type variable, a logger."""
    return got.callee.rpartition(".")[2] in _INTERNAL


def called(got: Value) -> tuple[Parameter, ...] | None:
    """What a value takes when it is called: that of a lambda, the fields of a named tuple."""
    if got.node is None:
        return None
    if got.node.type == "lambda":
        return parameters(got.node.child_by_field_name("parameters"), receiver=False)
    if got.callee.rpartition(".")[2].lower() != "namedtuple":
        return None
    given = arguments(got.node.child_by_field_name("arguments"))[0]
    if len(given) < 2:
        return None
    said = string_of(given[1])
    if said is not None:
        return tuple(Parameter(name) for name in said.replace(",", " ").split())
    names = [_first_string(one) for one in given[1].named_children]
    return tuple(Parameter(name) for name in names if name)


def _first_string(node: Node) -> str:
    said = string_of(node)
    if said is None and node.named_children:
        said = string_of(node.named_children[0])
    return said or ""


def gives(node: Node | None) -> str:
    """What an expression gives, as far as its text alone tells: `Client()`, `self`, `a.b`."""
    while node is not None and node.type in ("await", "parenthesized_expression"):
        node = node.named_children[0] if node.named_children else None
    if node is None:
        return ""
    if node.type == "call":
        name = dotted(node.child_by_field_name("function"))
        return f"{name}()" if name else ""
    name = dotted(node)
    return "" if name in _CONSTANTS else name
