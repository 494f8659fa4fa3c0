"""Old names that stay for those who still use them: an alias, or what only passes its calls on.

Their author says it in many ways (`Old = New`, a method that is deprecated and calls the new one,
a class that only extends it), and means the same: what it was goes on under the other name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_sides import own_name
from doc_healing.symbols.successors import said_of

ALIAS = "old name kept as an alias"
PASSED_ON = "its body went to its successor"
_LIKE = 0.5  # from here on a body is that of the old one


@dataclass(frozen=True, slots=True)
class Kept:
    """A name that is there on both sides, and what it stands for by now."""

    old: Symbol
    name: Symbol  # on the new side
    successor: Symbol  # which has the old one's body

    @property
    def deprecated(self) -> bool:
        """Whether its author says that it should not be used any more."""
        return self.name.deprecated is not None and self.old.deprecated is None


def kept(pairing: Pairing) -> Mapping[str, Kept]:
    """By the ids of the old ones."""
    found = (*_of_renamed(pairing), *_of_deprecated(pairing))
    return {one.old.id: one for one in found}


def untold(pairing: Pairing, every: Mapping[str, Kept]) -> frozenset[str]:
    """The ids of the new side that are added by no one: the old names, and what has their bodies.

    A deprecated class that extends its successor has members of its own for nothing but that.
    """
    names = {one.name.id for one in every.values()}
    for name in tuple(names):
        names |= {one.id for one in pairing.new.members.get(name, ())}
    return frozenset(names | {one.successor.id for one in every.values()})


def _of_renamed(pairing: Pairing) -> Iterator[Kept]:
    """Of what has another name or place, while an alias or a deprecated one has its old name."""
    free = {(pairing.new.place(new), own_name(new)): new for new in pairing.free_new()}
    for match in pairing.matches.values() if free else ():
        name = free.get((pairing.place(match.old), own_name(match.old)))
        if name is not None and ("alias" in name.flags or _stands_for(pairing, name, match)):
            yield Kept(match.old, name, match.new)


def _stands_for(pairing: Pairing, name: Symbol, match: Match) -> bool:
    """Whether it is deprecated and says, calls or extends what the old one became."""
    if name.deprecated is None or match.old.deprecated is not None:
        return False
    said = said_of(pairing, match.old, name)
    return said is match.new or _uses(pairing, name, match.new)


def _uses(pairing: Pairing, name: Symbol, other: Symbol) -> bool:
    return other.last in name.bases or other.last.encode() in pairing.new.body(name).bag


def _of_deprecated(pairing: Pairing) -> Iterator[Kept]:
    """Of what kept its name and is deprecated now, while an added one has its body."""
    added = list(pairing.free_new())
    for match in pairing.matches.values() if added else ():
        old, new = match.old, match.new
        if new.deprecated is None or old.deprecated is not None or not old.digest:
            continue
        said = said_of(pairing, old, new)
        for other in (said,) if said is not None else added:
            if other.id not in pairing.taken and _has_its_body(pairing, match, other):
                yield Kept(old, new, other)
                break


def _has_its_body(pairing: Pairing, match: Match, other: Symbol) -> bool:
    if pairing.new.group(other) != pairing.new.group(match.new) or other.id == match.new.id:
        return False
    if not _uses(pairing, match.new, other):
        return False
    here = pairing.likeness(match.old, match.new)[0]
    return pairing.likeness(match.old, other)[0] >= max(_LIKE, here)
