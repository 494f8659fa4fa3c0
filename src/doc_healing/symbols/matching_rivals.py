"""Whether a name stands for something else than before: a swap of names, or a new body."""

from collections.abc import Iterable, Sequence

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_turns import turned

_LEAST_SIZE = 12  # words from which a body says anything at all
_LIKE = 0.7  # above this likeness of its own body no other one is looked for
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
        self._news = _by_place(s for s in news if s.digest and s.id not in pairing.taken)
        self._turned = turned(
            pairing,
            (one for ones in self._olds.values() for one in ones.values()),
            (one for ones in self._news.values() for one in ones.values()),
        )

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
        return own < _LIKE and (
            self._left(match, own + _BETTER, whole) or self._came(match, own + _BETTER, whole)
        )

    def swapped(self, match: Match) -> bool:
        """Whether it changed names with others beside it: each has another one's body now."""
        old, new = match.old, match.new
        if old.digest == new.digest:
            return False
        if old.id in self._turned:
            return True
        beside = self._olds.get(_place(old), {})
        for name, came in self._news.get(_place(new), {}).items():
            went = beside.get(name)
            if went is None or name == old.last or went.digest == came.digest:
                continue
            crossed = (old.digest, went.digest) == (came.digest, new.digest)
            if crossed and min(old.size, went.size) >= _LEAST_SIZE:
                return True  # smaller ones may as well have changed their values
            if self._crossed(match, went, came):
                return True
        return False

    def _crossed(self, match: Match, went: Symbol, came: Symbol) -> bool:
        pairing, ones = self._pairing, (match.old, went)
        if min(pairing.old.body(one).size for one in ones) < _LEAST_SIZE:
            return False
        cross = min(pairing.likeness(match.old, came)[0], pairing.likeness(went, match.new)[0])
        if cross < _LIKE:
            return False
        own = (pairing.likeness(match.old, match.new)[0], pairing.likeness(went, came)[0])
        return cross >= max(own) + _BETTER

    def _passed_on(self, match: Match, least: float) -> bool:
        """Whether its body went into one that it calls now, or came from one that it called."""
        likeness, old, new = self._pairing.likeness, match.old, match.new
        if old.id in self._pairing.old.members or new.id in self._pairing.new.members:
            return False
        calls, called = self._pairing.new.body(new).bag, self._pairing.old.body(old).bag
        out = (likeness(old, one)[0] for one in self._fresh if one.last.encode() in calls)
        short = self._pairing.old.body(old).size < _WRAPPER
        into = (
            likeness(one, new)[0] for one in self._gone if short and one.last.encode() in called
        )
        return max((*out, *into), default=0.0) >= least

    def _left(self, match: Match, least: float, whole: bool) -> bool:
        """Whether the old one goes on under a new name, which the new one does not just call."""
        called = () if whole else self._pairing.new.body(match.new).bag.keys()
        return any(
            self._pairing.likeness(match.old, other)[0] >= least
            for other in _near(self._fresh, match.new, whole)
            if other.last.encode() not in called and other.last not in match.new.bases
        )

    def _came(self, match: Match, least: float, whole: bool) -> bool:
        """Whether the new one had another name before, which the old one did not just call."""
        called = () if whole else self._pairing.old.body(match.old).bag.keys()
        return any(
            self._pairing.likeness(other, match.new)[0] >= least
            for other in _near(self._gone, match.old, whole)
            if other.last.encode() not in called and other.last not in match.old.bases
        )


def _near(rivals: Sequence[Symbol], symbol: Symbol, whole: bool) -> Iterable[Symbol]:
    """Of the same kind, and for what is no container in the same one."""
    same = [other for other in rivals if other.kind is symbol.kind]
    if whole:
        return same
    return (s for s in same if (s.path, s.container) == (symbol.path, symbol.container))


_Place = tuple[str, str, str]


def _place(symbol: Symbol) -> _Place:
    return symbol.path, symbol.container, symbol.kind.value


def _by_place(symbols: Iterable[Symbol]) -> dict[_Place, dict[str, Symbol]]:
    """The symbols of each place by name; of overloads the first."""
    found: dict[_Place, dict[str, Symbol]] = {}
    for one in symbols:
        found.setdefault(_place(one), {}).setdefault(one.last, one)
    return found
