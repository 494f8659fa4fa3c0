"""Whether a name stands for something else than before: a swap of names, or a new body."""

from collections.abc import Callable, Iterable, Sequence

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_sides import Side, own_name

_LEAST_SIZE = 12  # words from which a body says anything at all
_LIKE = 0.7  # above this likeness of its own body no other one is looked for
_EQUAL = 0.9  # of what went round among three or more: like ones may do so by chance
_BETTER = 0.15  # so much better another one must fit
_UNLIKE = 0.2  # below this likeness the rest is paired first
_UNLIKE_SIZE = 20
_WRAPPER = 40  # words: what says more than this did not just call what has its name now


class Rivals:
    """The names that are there on one side only, for what kept its name."""

    def __init__(self, pairing: Pairing, olds: Iterable[Symbol], news: Iterable[Symbol]) -> None:
        olds, news = tuple(olds), tuple(news)
        before, after = {s.last for s in olds}, {s.last for s in news}
        self._pairing = pairing
        self._fresh = [s for s in news if s.last not in before and s.id not in pairing.taken]
        self._gone = [s for s in olds if s.last not in after and s.id not in pairing.matches]
        self._olds = _by_place(s for s in olds if s.digest and s.id not in pairing.matches)
        self._news = _by_place(
            (s for s in news if s.digest and s.id not in pairing.taken), self._before()
        )
        self._nexts: dict[tuple[_Place, str], str] = {}

    def _before(self) -> Callable[[Symbol], "_Place"]:
        """Where a new symbol was, if only its file and what it is a member of have other names."""
        pairing, paths = self._pairing, {new: old for old, new in self._pairing.files.items()}

        def before(new: Symbol) -> _Place:
            holder = pairing.new.container(new)
            match = pairing.matches.get(pairing.taken.get(holder.id, "")) if holder else None
            path = paths.get(new.path, new.path)
            if match is None or holder is None:
                return path, new.container, new.kind.value
            beside = holder.path == new.path  # in Go a method may be in another file
            return match.old.path if beside else path, match.old.name, new.kind.value

        return before

    def contradict(self, match: Match) -> bool:
        """Whether a pair of the same name should wait for what else its symbols may be."""
        old, new = match.old, match.new
        if old.digest == new.digest:
            return False
        pairing = self._pairing
        size = min(pairing.old.body(old).size, pairing.new.body(new).size)
        if size < _LEAST_SIZE:
            return False
        own = pairing.likeness(old, new)[0]
        if own < _UNLIKE and size >= _UNLIKE_SIZE:
            return not self._passed_on(match, own + _BETTER)
        whole = pairing.old.is_container(old) or pairing.new.is_container(new)
        least = own + _BETTER
        return (
            own < _LIKE
            and (self._left(match, least, whole) or self._came(match, least, whole))
            and (whole or not self._passed_on(match, least))  # types name one another anyhow
        )

    def swapped(self, match: Match) -> bool:
        """Whether names went round beside it: another has its body now, and it has another's."""
        old, new = match.old, match.new
        if old.digest == new.digest:
            return False
        place, ring = _place(old), [old.last]
        while (name := self._next(place, ring[-1])) and name not in ring:
            ring.append(name)
        if name != old.last or len(ring) < 2:
            return False
        return len(ring) == 2 or all(
            self._likeness(self._olds[place][one], self._news[place][self._next(place, one)])
            >= _EQUAL
            for one in ring
        )

    def _next(self, place: "_Place", name: str) -> str:
        """Which of the names that are there on both sides its body has now; "" for none."""
        known = self._nexts.get((place, name))
        if known is None:
            known = self._nexts[place, name] = self._follow(place, name)
        return known

    def _follow(self, place: "_Place", name: str) -> str:
        olds, news = self._olds.get(place, {}), self._news.get(place, {})
        old, new = olds.get(name), news.get(name)
        if old is None or new is None or old.digest == new.digest:
            return ""
        own: float | None = None
        for other, came in news.items():
            went = olds.get(other)
            if went is None or other == name or went.digest == came.digest:
                continue
            if own is None:
                own = self._likeness(old, new)
            if self._is(old, came, own):
                return other
        return ""

    def _is(self, old: Symbol, new: Symbol, own: float) -> bool:
        """Whether one is the other, rather than what is called like it."""
        if old.digest == new.digest and min(old.size, new.size) >= _LEAST_SIZE:
            return True  # smaller ones may as well have changed their values
        pairing = self._pairing
        if _members(pairing.old, old) and _members(pairing.new, new):
            return self._likeness(old, new) >= max(_LIKE, own + 2 * _BETTER)
        if min(pairing.old.body(old).size, pairing.new.body(new).size) < _LEAST_SIZE:
            return False
        return pairing.reaches(old, new, max(_LIKE, own + _BETTER))

    def _likeness(self, old: Symbol, new: Symbol) -> float:
        """Of their bodies; of what has members elsewhere by their names."""
        one, two = _members(self._pairing.old, old), _members(self._pairing.new, new)
        if one and two:
            return 2 * len(one & two) / (len(one) + len(two))
        return self._pairing.likeness(old, new)[0]

    def _passed_on(self, match: Match, least: float) -> bool:
        """Whether its body went into one that it calls now, or came from one that it called."""
        likeness, old, new = self._pairing.likeness, match.old, match.new
        if new.deprecated is not None and old.id in self._pairing.old.members:
            return False  # what a deprecated type stands for has its members
        calls, called = self._pairing.new.body(new).bag, self._pairing.old.body(old).bag
        out = (likeness(old, one)[0] for one in self._fresh if one.last.encode() in calls)
        if self._overloaded(match, least):
            return True
        short = self._pairing.old.body(old).size < _WRAPPER
        into = (
            likeness(one, new)[0] for one in self._gone if short and one.last.encode() in called
        )
        return max((*out, *into), default=0.0) >= least

    def _left(self, match: Match, least: float, whole: bool) -> bool:
        """Whether the old one goes on under a new name, which the new one does not just call."""
        body = self._pairing.new.body(match.new)
        used = {word.decode("utf-8", "replace") for word in body.bag}.union(match.new.bases)
        if whole and match.new.deprecated is not None:
            used = set()  # it may only be there for those who use its name
        return any(
            self._pairing.reaches(match.old, other, least)
            for other in _near(self._fresh, match.new, whole)
            if other.last not in used and self._may_leave(match.old, other)
        )

    def _overloaded(self, match: Match, least: float) -> bool:
        """Whether its body went into a new one of its own name beside it: callers see no other."""
        pairing, old, new = self._pairing, match.old, match.new
        place, group = pairing.new.place(new), pairing.new.group(new)
        ones = pairing.old.by_last.get(old.last, ())
        before = {one.discriminator for one in ones if _place(one) == _place(old)}
        return any(
            one.discriminator not in before
            and pairing.new.place(one) == place
            and pairing.new.group(one) == group
            and pairing.reaches(old, one, least)
            for one in pairing.new.by_last.get(new.last, ())
        )

    def _may_leave(self, old: Symbol, new: Symbol) -> bool:
        """Whether one may be the other although a third one has its name: a value is its name.

        What it holds may have been given to another one; its readers tell.
        """
        pairing = self._pairing
        return pairing.old.group(old) != "value" or bool(pairing.votes.for_pair(old.last, new.last))

    def _came(self, match: Match, least: float, whole: bool) -> bool:
        """Whether the new one had another name before, which the old one did not just call."""
        called = self._pairing.old.body(match.old).bag.keys()
        return any(
            self._pairing.reaches(other, match.new, least)
            for other in _near(self._gone, match.old, whole)
            if other.last.encode() not in called
            and other.last not in match.old.bases
            and self._may_leave(other, match.new)
        )


def _near(rivals: Sequence[Symbol], symbol: Symbol, whole: bool) -> Iterable[Symbol]:
    """Of the same kind, and for what is no container in the same one."""
    same = [other for other in rivals if other.kind is symbol.kind]
    if whole:
        return same
    return (s for s in same if (s.path, s.container) == (symbol.path, symbol.container))


def _members(side: Side, symbol: Symbol) -> frozenset[str]:
    """The names of its members, of two or more."""
    names = frozenset(own_name(one) for one in side.members.get(symbol.id, ()))
    return names if len(names) > 1 else frozenset()


_Place = tuple[str, str, str]


def _place(symbol: Symbol) -> _Place:
    return symbol.path, symbol.container, symbol.kind.value


def _by_place(
    symbols: Iterable[Symbol], place_of: Callable[[Symbol], _Place] = _place
) -> dict[_Place, dict[str, Symbol]]:
    """The symbols of each place by name; of overloads the first."""
    found: dict[_Place, dict[str, Symbol]] = {}
    for one in symbols:
        found.setdefault(place_of(one), {}).setdefault(one.last, one)
    return found
