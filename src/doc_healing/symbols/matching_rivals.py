"""Whether a name stands for something else than before: a swap of names, or a new body."""

from collections.abc import Iterable, Sequence

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing

_LEAST_SIZE = 12  # words from which a body says anything at all
_LIKE = 0.7  # above this likeness of its own body no other one is looked for
_BETTER = 0.15  # so much better another one must fit
_UNLIKE = 0.2  # below this likeness the rest is paired first
_UNLIKE_SIZE = 20


class Rivals:
    """The names that are there on one side only, for what kept its name."""

    def __init__(self, pairing: Pairing, olds: Iterable[Symbol], news: Iterable[Symbol]) -> None:
        olds, news = tuple(olds), tuple(news)
        before, after = {s.last for s in olds}, {s.last for s in news}
        self._pairing = pairing
        self._fresh = [s for s in news if s.last not in before and s.id not in pairing.taken]
        self._gone = [s for s in olds if s.last not in after and s.id not in pairing.matches]

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
            return True
        whole = pairing.old.is_container(old) or pairing.new.is_container(new)
        return own < _LIKE and (
            self._left(match, own + _BETTER, whole) or self._came(match, own + _BETTER, whole)
        )

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
