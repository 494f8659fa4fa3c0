"""What went from one definition into another: extracted out of it, or put into it (inlined)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from doc_healing.model import Symbol
from doc_healing.symbols.matching_sides import Side
from doc_healing.symbols.similarity import Body, Rarity

_LEAST_SIZE = 20  # tokens
_MOST_OF = 0.5
_Moved = list[tuple[str, Mapping[bytes, int]]]  # the id of what changed, and its words


class Movements:
    """The words that left and entered the definitions that stayed, by the names these call."""

    def __init__(
        self, old: Side, new: Side, rarity: Rarity, stayed: Iterable[tuple[Symbol, Symbol]]
    ) -> None:
        self._old, self._new, self._rarity = old, new, rarity
        self._out: defaultdict[bytes, _Moved] = defaultdict(list)
        self._into: defaultdict[bytes, _Moved] = defaultdict(list)
        self._extracted: dict[str, float] = {}  # by the new id, once it was asked for
        self._inlined: dict[str, float] = {}  # by the old id
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
        if new.id not in self._extracted:
            moved = self._out.get(new.last.encode(), ())
            self._extracted[new.id] = self._most(self._new.body(new), moved)
        return self._extracted[new.id]

    def inlined(self, old: Symbol) -> float:
        """How much of a removed definition entered a definition that called it before."""
        if old.id not in self._inlined:
            moved = self._into.get(old.last.encode(), ())
            self._inlined[old.id] = self._most(self._old.body(old), moved)
        return self._inlined[old.id]

    def out_of(self, new: Symbol) -> str:
        """The old id of what an added definition is a part of, of more than half of it."""
        return self._from(self._new.body(new), self._out.get(new.last.encode(), ()))

    def put_into(self, old: Symbol) -> str:
        """The new id of what took a removed definition in, more than half of it."""
        return self._from(self._old.body(old), self._into.get(old.last.encode(), ()))

    def _from(self, body: Body, moved: _Moved | tuple[()]) -> str:
        if body.size < _LEAST_SIZE:
            return ""
        shares = ((self._rarity.contained(body, words), one) for one, words in moved)
        share, found = max(shares, default=(0.0, ""))
        return found if share >= _MOST_OF else ""

    def _most(self, body: Body, moved: Iterable[tuple[str, Mapping[bytes, int]]]) -> float:
        return max((self._rarity.contained(body, words) for _, words in moved), default=0.0)

    def elsewhere(self, old: Symbol, new: Symbol, here: float) -> float:
        """How much more of either is in a third one than in each other: that is no rename.

        Of a body of some words any caller has most.
        """
        if min(old.size, new.size) < _LEAST_SIZE:
            return 0.0
        return max(self.extracted(new) - here, self.inlined(old) - here, 0.0)
