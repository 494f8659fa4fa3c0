"""What a class takes when it is called, and what kind of class it is."""

from collections.abc import Sequence

from doc_healing.languages.python.mapping.drafts import Draft
from doc_healing.languages.python.mapping.grammar import text_of
from doc_healing.languages.python.mapping.parameters import arguments, of_fields, parameters
from doc_healing.model import Parameter, ParameterKind

_ENUMS = frozenset("Enum IntEnum StrEnum Flag IntFlag ReprEnum TextChoices IntegerChoices".split())
_RECORDS = frozenset(
    "dataclass define frozen mutable attrs attributes s dataclass_transform".split()
)
_MODELS = frozenset("NamedTuple TypedDict BaseModel BaseSettings Struct SQLModel RootModel".split())
_KEYWORDS = frozenset("TypedDict BaseModel BaseSettings SQLModel RootModel".split())


def is_enum(bases: Sequence[str]) -> bool:
    """Whether a class with these bases has members that are values."""
    return any(base.rpartition(".")[2] in _ENUMS for base in bases)


def constructor(
    draft: Draft, bases: Sequence[str], decorators: Sequence[str]
) -> tuple[Parameter, ...] | None:
    """The parameters that calling the class takes; None where a base decides that."""
    for name in ("__init__", "__new__"):
        for member in reversed(draft.members):
            if member.last == name and member.tag == "function":
                node = member.node.child_by_field_name("parameters")
                taken = parameters(node, receiver=True)
                return tuple(one for one in taken if one.kind is not ParameterKind.RECEIVER)
    records = [name for name in decorators if name.rpartition(".")[2] in _RECORDS]
    models = [base.rpartition(".")[2] for base in bases if base.rpartition(".")[2] in _MODELS]
    if records or models:
        only = any(base in _KEYWORDS for base in models) or _keywords_only(draft)
        strip = any(name.rpartition(".")[2] != "dataclass" for name in records)
        return of_fields(draft.assignments, keywords_only=only, strip=strip)
    plain = all(base in ("object", "Generic", "ABC", "abc.ABC", "Protocol") for base in bases)
    return () if plain else None


def _keywords_only(draft: Draft) -> bool:
    """`@dataclass(kw_only=True)`, `class A(Struct, kw_only=True)`."""
    calls = [one.named_children[0] for one in draft.decorators if one.named_children]
    given = [one.child_by_field_name("arguments") for one in calls if one.type == "call"]
    given.append(draft.node.child_by_field_name("superclasses"))
    said = [arguments(one)[1].get("kw_only") for one in given if one is not None]
    return any(text_of(one) == "True" for one in said if one is not None)
