"""How alike two definitions are, by the words of their text. Pure.

Words are read from the bytes without a grammar: that is ten times as fast as a second walk over
the tree, and what a comment says of a definition goes with it when it is renamed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log

WORD = re.compile(rb"[A-Za-z_$\x80-\xff][\w$\x80-\xff]*|\d[\w.]*|[^\s\w()\[\]{},;:.]+")
_BLANKS = re.compile(rb"\s+")
_OWN = b"\x00"  # stands for the own name of a definition


@dataclass(frozen=True)
class Body:
    """The text of one definition, without its own name."""

    data: bytes
    name: bytes
    delegates: bool = False  # inside of it the name means another one's: only the first is its own

    @cached_property
    def words(self) -> tuple[bytes, ...]:
        """Its words in order; the own name is one word that stands for all names."""
        own = self.name
        words = WORD.findall(self.data)
        if not self.delegates:
            return tuple(_OWN if word == own else word for word in words)
        if own in words:
            words[words.index(own)] = _OWN
        return tuple(words)

    @cached_property
    def bag(self) -> Counter[bytes]:
        """How often each word is there."""
        bag = Counter(self.words)
        del bag[_OWN]
        return bag

    @cached_property
    def lines(self) -> Counter[bytes]:
        """Its lines but the first, without blanks; those of a bracket alone left out."""
        lines = (_BLANKS.sub(b"", line) for line in self.data.split(b"\n")[1:])
        if self.delegates:
            return Counter(line for line in lines if len(line) > 3)
        own = self.name
        return Counter(line.replace(own, _OWN) for line in lines if len(line) > 3)

    @cached_property
    def delegating(self) -> "Body":
        """The same with its name inside of it left as it is; itself where it is not there again."""
        if self.delegates or self.words.count(_OWN) < 2:
            return self
        return Body(self.data, self.name, delegates=True)

    def after(self, renamed: Mapping[bytes, bytes]) -> "Body":
        """The same once other names have changed; itself where none of them is in it."""
        if renamed.keys().isdisjoint(self.bag):
            return self
        data = WORD.sub(lambda word: renamed.get(word[0], word[0]), self.data)
        return Body(data, renamed.get(self.name, self.name))

    @cached_property
    def size(self) -> int:
        """How many words it has."""
        return len(self.words)


class Rarity:
    """How much a word tells, by how few definitions have it (inverse document frequency)."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        seen: Counter[bytes] = Counter()
        self._all = 1
        for body in bodies:
            self._all += 1
            seen.update(body.bag.keys())
        self._weights = {word: log(1 + self._all / count) for word, count in seen.items()}
        self._unseen = log(1 + self._all)
        self.heavy: dict[tuple[bytes, ...], float] = {}  # of statements that were asked for
        self._totals: dict[int, tuple[Body, float]] = {}  # the body too: so its id stays its own

    def weight(self, word: bytes) -> float:
        """Of one word; one that no definition has tells the most."""
        return self._weights.get(word, self._unseen)

    def likeness(self, left: Body, right: Body) -> float:
        """Jaccard's index of the words of both, each as heavy as it is rare."""
        return self.jaccard(left.bag, right.bag)

    def jaccard(self, left: Mapping[bytes, int], right: Mapping[bytes, int]) -> float:
        """Of two bags of words."""
        shared = total = 0.0
        weight = self._weights.get
        for word, count in left.items():
            other = right.get(word, 0)
            heavy = weight(word, self._unseen)
            shared += heavy * min(count, other)
            total += heavy * max(count, other)
        for word, count in right.items():
            if word not in left:
                total += weight(word, self._unseen) * count
        return shared / total if total else 1.0

    def about(self, left: Body, right: Body) -> float:
        """The likeness but for rounding, for a fraction of the time: only shared words are seen."""
        one, two, shared = left.bag, right.bag, 0.0
        weight, unseen = self._weights.get, self._unseen
        for word in one.keys() & two.keys():
            shared += weight(word, unseen) * min(one[word], two[word])
        total = self._total(left) + self._total(right) - shared
        return shared / total if total > 0 else 1.0

    def _total(self, body: Body) -> float:
        found = self._totals.get(id(body))
        if found is None:
            weight, unseen = self._weights.get, self._unseen
            whole = sum(weight(word, unseen) * count for word, count in body.bag.items())
            found = self._totals[id(body)] = (body, whole)
        return found[1]

    def contained(self, part: Body, whole: Mapping[bytes, int]) -> float:
        """How much of the words of one body another bag has."""
        shared = total = 0.0
        for word, count in part.bag.items():
            heavy = self._weights.get(word, self._unseen)
            shared += heavy * min(count, whole.get(word, 0))
            total += heavy * count
        return shared / total if total else 0.0


def same_lines(left: Body, right: Body) -> float:
    """Dice's coefficient of the lines of both, each as heavy as it is long."""
    total = sum(len(line) * count for line, count in left.lines.items())
    total += sum(len(line) * count for line, count in right.lines.items())
    if not total:
        return 1.0 if left.bag == right.bag else 0.0
    shared = sum(
        len(line) * min(count, right.lines.get(line, 0)) for line, count in left.lines.items()
    )
    return 2 * shared / total
