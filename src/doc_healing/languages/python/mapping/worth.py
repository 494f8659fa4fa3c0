"""What a name of a snippet stands for, as far as the snippet tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from doc_healing.model import CALL, ELEMENT, Origin


@dataclass(frozen=True, slots=True)
class Known:
    """Something of a module, and the steps that lead to it."""

    module: str
    names: tuple[str, ...]
    origin: Origin = Origin.IMPORTED

    def then(self, *steps: str) -> "Known":
        """What comes of it by further steps."""
        return Known(self.module, (*self.names, *steps), self.origin)


@dataclass(frozen=True, slots=True)
class Own:
    """A function of the snippet itself."""

    returns: "Worth" = None


@dataclass(slots=True)
class OwnClass:
    """A class of the snippet itself."""

    bases: "tuple[Worth, ...]" = ()
    members: "dict[str, Worth]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the snippet."""

    of: OwnClass


@dataclass(frozen=True, slots=True)
class Many:
    """Something whose elements are known: `list[Client]`."""

    element: "Worth"


@dataclass(frozen=True, slots=True)
class Plain:
    """A value of the language itself: none of its members is anybody's."""


# None: it is somebody's, and nobody knows whose.
Worth = Known | Own | OwnClass | Instance | Many | Plain | None
PLAIN: Final = Plain()


def called(one: Worth) -> Worth:
    """What calling it gives."""
    if isinstance(one, Known):
        return one.then(CALL)
    if isinstance(one, Own):
        return one.returns
    if isinstance(one, OwnClass):
        return Instance(one)
    return PLAIN if isinstance(one, Plain) else None


def element(one: Worth) -> Worth:
    """An element of it."""
    if isinstance(one, Known):
        return one.then(ELEMENT)
    if isinstance(one, Many):
        return one.element
    if isinstance(one, OwnClass):
        return one  # `Model[int]`
    return PLAIN if isinstance(one, Plain) else None


def member(one: Worth, name: str) -> tuple[bool, Worth]:
    """Whether a member is of the snippet's own (or the language's), and what it is."""
    if isinstance(one, Known):
        return False, one.then(name)
    if isinstance(one, Instance | OwnClass):
        return _inherited(one, name)
    return isinstance(one, Plain | Many), PLAIN if isinstance(one, Plain | Many) else None


def _inherited(one: Instance | OwnClass, name: str) -> tuple[bool, Worth]:
    """By the classes of the snippet first, and then the first base that is somebody else's."""
    todo = [one.of if isinstance(one, Instance) else one]
    steps = (CALL,) if isinstance(one, Instance) else ()
    for _ in range(20):
        if not todo:
            break
        first = todo.pop(0)
        if name in first.members:
            return True, first.members[name]
        for base in first.bases:
            if isinstance(base, Known):
                return False, base.then(*steps, name)
            if isinstance(base, OwnClass):
                todo.append(base)
    return True, None


Scope = dict[str, Worth]
Scopes = Mapping[str, Worth]
