"""What went from one definition into another: extracted out of it, or put into it (inlined)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from doc_healing.model import Symbol
from doc_healing.symbols.matching_sides import Side
from doc_healing.symbols.similarity import Rarity

_LEAST_SIZE = 20  # tokens
_Moved = list[tuple[str, Mapping[bytes, int]]]  # the id of what changed, and its words


class Movements:
    """The words that left and entered the definitions that stayed, by the names these call."""

    def __init__(
        self, old: Side, new: Side, rarity: Rarity, stayed: Iterable[tuple[Symbol, Symbol]]
    ) -> None:
        self._old, self._new, self._rarity = old, new, rarity
        self._out: defaultdict[bytes, _Moved] = defaultdict(list)
        self._into: defaultdict[bytes, _Moved] = defaultdict(list)
        for left, right in stayed:
            if left.digest == right.digest or left.parameters is None:
                continue
            before, after = old.body(left).bag, new.body(right).bag
            gone, come = before - after, after - before
            for word in come:
                self._out[word].append((left.id, gone))
            for word in gone:
                self._into[word].append((right.id, come))

    def extracted(self, new: Symbol) -> float:
        """How much of an added definition left a definition that calls it now."""
        moved = self._out.get(new.last.encode(), ())
        body = self._new.body(new)
        return max((self._rarity.contained(body, words) for _, words in moved), default=0.0)

    def inlined(self, old: Symbol) -> float:
        """How much of a removed definition entered a definition that called it before."""
        moved = self._into.get(old.last.encode(), ())
        body = self._old.body(old)
        return max((self._rarity.contained(body, words) for _, words in moved), default=0.0)

    def elsewhere(self, old: Symbol, new: Symbol, here: float) -> float:
        """How much more of either is in a third one than in each other: that is no rename.

        Of a body of some words any caller has most.
        """
        if min(old.size, new.size) < _LEAST_SIZE:
            return 0.0
        return max(self.extracted(new) - here, self.inlined(old) - here, 0.0)
