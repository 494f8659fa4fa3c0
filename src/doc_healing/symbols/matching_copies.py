"""What went up or down among types that inherit, and what became one of several or several of one.

A pair of the comparison is one to one. Where equal methods of several classes became one of what
these extend, each of them has the same successor; where one went into several classes, it has
several, and nobody can say which of them a caller wants.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_sides import Side, is_constructor, own_name
from doc_healing.symbols.signatures import parameter_likeness

PULLED_UP = "pulled up"
PUSHED_DOWN = "pushed down"
JOINED = "joined with its equals"
COPIED = "one of several copies"
_LIKE = 0.5  # bodies that are less alike are others, whatever they are called
_LEAST_SIZE = 12  # tokens from which an equal body of the same name is a copy
_MOST_LEVELS = 20  # of types that extend one another


def inherited(pairing: Pairing) -> None:
    """Pair what went to a type that its own one extends, or to those that extend it."""
    families = Families(pairing)
    for how, found in (
        (PULLED_UP, _pulled_up(pairing, families)),
        (PUSHED_DOWN, _pushed_down(pairing, families)),
    ):
        for like, old, new in sorted(found, key=_best_first):
            match = Match(old, new, how=how, score=like)
            free_old, free_new = old.id not in pairing.matches, new.id not in pairing.taken
            if free_old and free_new:
                pairing.add(match)
            elif (free_old and _went(pairing, new)) or (free_new and _left(pairing, old)):
                pairing.copies.append(match)
    _tie(pairing, PUSHED_DOWN)


_Found = tuple[float, Symbol, Symbol]


def _best_first(found: _Found) -> tuple[float, str, str]:
    return -found[0], found[1].id, found[2].id


def _went(pairing: Pairing, new: Symbol) -> bool:
    """Whether what a new one was before went up to it as well."""
    was = pairing.taken.get(new.id)
    return was is not None and pairing.matches[was].how == PULLED_UP


def _left(pairing: Pairing, old: Symbol) -> bool:
    match = pairing.matches.get(old.id)
    return match is not None and match.how == PUSHED_DOWN


def _pulled_up(pairing: Pairing, families: "Families") -> Iterator[_Found]:
    for old in pairing.free_old():
        container = None if is_constructor(old) else pairing.old.container(old)
        match = pairing.matches.get(container.id) if container else None
        if match is not None:
            for above in families.above(match.new):
                yield from _fitting(pairing, (old,), pairing.new.members.get(above.id, ()))


def _pushed_down(pairing: Pairing, families: "Families") -> Iterator[_Found]:
    for new in pairing.free_new():
        container = None if is_constructor(new) else pairing.new.container(new)
        for above in families.above(container) if container else ():
            was = pairing.taken.get(above.id)
            if was is not None:
                yield from _fitting(pairing, pairing.old.members.get(was, ()), (new,))


def _fitting(pairing: Pairing, olds: Iterable[Symbol], news: Sequence[Symbol]) -> Iterator[_Found]:
    """Of two types the members of one name that may be the same; what stayed is not among them."""
    for old in olds:
        known = pairing.matches.get(old.id)
        if known is not None and known.how != PUSHED_DOWN:
            continue
        for new in news:
            if own_name(old) == own_name(new) and pairing.old.group(old) == pairing.new.group(new):
                like = _alike(pairing, old, new)
                if like >= _LIKE:
                    yield like, old, new


def _alike(pairing: Pairing, old: Symbol, new: Symbol) -> float:
    """How alike they are: by their bodies, and without those by how they are declared."""
    if old.digest or new.digest:
        return pairing.likeness(old, new)[0] if old.digest and new.digest else 0.0
    same = parameter_likeness(old, new)
    return same if old.returns == new.returns else same / 2


def _tie(pairing: Pairing, how: str) -> None:
    """One that has several successors names them all, and none of them is sure."""
    groups: defaultdict[str, list[Match]] = defaultdict(list)
    for match in pairing.copies:
        if match.how == how:
            groups[match.old.id].append(match)
    for old, further in groups.items():
        first = pairing.matches[old]
        every = [first, *further]
        told = [replace(one, tied=True, rivals=_others(one, every)) for one in every]
        pairing.matches[old] = told[0]
        pairing.copies[:] = [one for one in pairing.copies if one not in further] + told[1:]


def _others(match: Match, every: Sequence[Match]) -> tuple[Symbol, ...]:
    return tuple(one.new for one in every if one.new.id != match.new.id)


def joined(pairing: Pairing) -> None:
    """Give what had an equal of the same name the successor that this one has.

    An added one with an equal that is taken is another successor of the old one; both are a tie.
    """
    went = _gone(pairing)
    for old in tuple(pairing.free_old()):
        match = went.get(_key(old))
        if match is not None:
            pairing.copies.append(_further(pairing, match, old, match.new, JOINED))
    for new in tuple(pairing.free_new()):
        match = went.get(_key(new))
        if match is not None:
            pairing.copies.append(_further(pairing, match, match.old, new, COPIED))
    _tie(pairing, COPIED)
    _untie(pairing)


_Key = tuple[str, str, str]


def _key(symbol: Symbol) -> _Key:
    return own_name(symbol), symbol.digest, symbol.discriminator


def _gone(pairing: Pairing) -> Mapping[_Key, Match]:
    """What went to another place with its name and its whole body."""
    return {
        _key(match.old): match
        for match in pairing.matches.values()
        if match.old.digest == match.new.digest
        and match.old.size >= _LEAST_SIZE
        and own_name(match.old) == own_name(match.new)
        and not is_constructor(match.old)
        and not pairing.old.is_container(match.old)
        and match.traits is not None
        and not pairing.same_place(match.old, match.new)
    }


def _further(pairing: Pairing, match: Match, old: Symbol, new: Symbol, how: str) -> Match:
    scored = pairing.considered.get((old.id, new.id), match)
    return Match(old, new, scored.traits, scored.score, how=how)


def _untie(pairing: Pairing) -> None:
    """What vied for one successor, and all have it by now, is no tie."""
    joined_by: defaultdict[str, set[str]] = defaultdict(set)
    for match in pairing.copies:
        if match.how == JOINED:
            joined_by[match.new.id].add(match.old.id)
    for new, olds in joined_by.items():
        first = pairing.matches[pairing.taken[new]]
        left = tuple(rival for rival in first.rivals if rival.id not in olds)
        pairing.matches[first.old.id] = replace(first, rivals=left, tied=bool(left), how=JOINED)


class Families:
    """Which types of the new side extend which, as far as both are there."""

    def __init__(self, pairing: Pairing) -> None:
        self._side = pairing.new
        self._above: dict[str, tuple[Symbol, ...]] = {}

    def above(self, symbol: Symbol) -> Sequence[Symbol]:
        """All that it extends, directly or not, the nearest first."""
        found = self._above.get(symbol.id)
        if found is None:
            found = self._above[symbol.id] = tuple(self._walk(symbol))
        return found

    def _walk(self, symbol: Symbol) -> Iterator[Symbol]:
        seen, level = {symbol.id}, [symbol]
        for _ in range(_MOST_LEVELS):
            level = [
                base
                for one in level
                for name in one.bases
                if (base := base_of(self._side, one, name)) is not None and base.id not in seen
            ]
            seen.update(one.id for one in level)
            yield from level


def base_of(side: Side, symbol: Symbol, name: str) -> Symbol | None:
    """The type that a base as written means: beside it, in its file or package, anywhere."""
    last = name.rpartition(".")[2].rpartition("::")[2]
    found = [
        one
        for one in side.by_last.get(last, ())
        if one.id != symbol.id
        and side.group(one) == "container"
        and side.language(one.path) == side.language(symbol.path)
    ]
    for near in (
        lambda one: (one.path, one.container) == (symbol.path, symbol.container),
        lambda one: one.path == symbol.path,
        lambda one: side.scope(one.path) == side.scope(symbol.path) and not one.container,
    ):
        close = [one for one in found if near(one)]
        if len(close) == 1:
            return close[0]
    return found[0] if len(found) == 1 else None
