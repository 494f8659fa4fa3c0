"""Which statements of one body are which of another, as a reader would line them up. Pure.

Statements are told from the bytes, without a grammar: they end at `;`, at braces, and at the end of
a line that no round or square bracket holds open. What splits too much does so on both sides.
After RefactoringMiner's idea (Tsantalis et al., TSE 2020): equal ones first, then those that are
alike, each once. Bodies of which most statements are mapped are one body.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from doc_healing.symbols.similarity import WORD, Body, Rarity

_PIECE = re.compile(
    rb'"""(?s:.*?)"""|'
    rb"'''(?s:.*?)'''|"
    rb'"(?:\\.|[^"\\\n])*"|'
    rb"'(?:\\.|[^'\\\n])*'"
    rb"|//[^\n]*|/\*(?s:.*?)\*/|[()\[\]{};\n]"
)
_CONTINUED = re.compile(
    rb"\s*(?:\.(?!\.)|[&|?+*:=]|-(?!-)|->)"
)  # a line that goes on the one before
_LIKE = 0.5  # from here on two statements that differ are one
_MOST = 4_000  # pairs of statements that are compared for one pair of bodies
Statement = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """How much of two bodies is the same statements; all shares by weight, from 0 to 1."""

    both: float  # of both bodies, what differs within two statements left out
    exact: float  # of both, to the word
    inside: float  # of the one of which more is mapped
    consistent: float  # of the words that replaced others: how many did so everywhere alike


NOTHING = Mapped(0.0, 0.0, 0.0, 1.0)
ALL = Mapped(1.0, 1.0, 1.0, 1.0)


@lru_cache(maxsize=65_536)
def statements(data: bytes) -> tuple[Statement, ...]:
    """The words of each statement, in order; braces and blank ones left out."""
    found = []
    start = 0
    open_: list[bytes] = []
    for piece in _PIECE.finditer(data):
        text = piece[0]
        if len(text) > 1:
            continue  # a literal or a comment: nothing in it ends a statement
        if text in b"([":
            open_.append(text)
            continue
        if text in b")]":
            if open_ and open_[-1] != b"{":
                open_.pop()
            continue
        if text == b"{":
            open_.append(text)
        elif text == b"}":
            while open_ and open_.pop() != b"{":
                pass
        elif open_ and open_[-1] != b"{":
            continue  # inside of brackets
        elif text == b"\n" and _CONTINUED.match(data, piece.end()):
            continue
        words = WORD.findall(data, start, piece.end())
        start = piece.end()
        if words:
            found.append(tuple(words))
    words = WORD.findall(data, start)
    if words:
        found.append(tuple(words))
    return tuple(found)


def mapped(rarity: Rarity, left: Body, right: Body) -> Mapped:
    """How the statements of two bodies map, each as heavy as its words are rare."""
    olds = _own(left)
    news = _own(right)
    weigh = _Weigher(rarity)
    whole_old, whole_new = weigh.all(olds), weigh.all(news)
    if not whole_old or not whole_new:
        return ALL if not whole_old and not whole_new else NOTHING
    equal, olds, news = _equal(olds, news)
    exact = shared = weigh.all(equal)
    one = two = exact
    changed: Counter[tuple[bytes, bytes]] = Counter()
    for a, b, common in _alike(weigh, olds, news):
        shared += common
        one += weigh(a)
        two += weigh(b)
        _replaced(a, b, changed)
    return Mapped(
        both=2 * shared / (whole_old + whole_new),
        exact=2 * exact / (whole_old + whole_new),
        inside=min(max(one / whole_old, two / whole_new), 1.0),
        consistent=_consistent(changed),
    )


def _own(body: Body) -> Sequence[Statement]:
    return statements(body.data) if body.delegates else _without_name(body.data, body.name)


@lru_cache(maxsize=65_536)
def _without_name(data: bytes, own: bytes) -> tuple[Statement, ...]:
    """The statements with one word that stands for all names in place of the own one."""
    return tuple(
        tuple(b"\0" if word == own else word for word in one) if own in one else one
        for one in statements(data)
    )


@lru_cache(maxsize=65_536)
def _bag(statement: Statement) -> Counter[bytes]:
    """How often each word is there, the own name left out: it is in all of them."""
    bag = Counter(statement)
    del bag[b"\0"]
    return bag


class _Weigher:
    def __init__(self, rarity: Rarity) -> None:
        self.word = rarity.weight
        self._known = rarity.heavy

    def __call__(self, statement: Statement) -> float:
        found = self._known.get(statement)
        if found is None:
            found = sum(self.word(word) * count for word, count in _bag(statement).items())
            self._known[statement] = found
        return found

    def all(self, some: Iterable[Statement]) -> float:
        return sum(map(self, some))


def _equal(
    olds: Sequence[Statement], news: Sequence[Statement]
) -> tuple[list[Statement], list[Statement], list[Statement]]:
    """The statements that are on both sides, and the rest of either in order."""
    common = Counter(olds) & Counter(news)
    left, right = Counter(common), Counter(common)
    return list(common.elements()), _without(olds, left), _without(news, right)


def _without(some: Sequence[Statement], out: Counter[Statement]) -> list[Statement]:
    rest = []
    for one in some:
        if out[one] > 0:
            out[one] -= 1
        else:
            rest.append(one)
    return rest


def _alike(
    weigh: _Weigher, olds: Sequence[Statement], news: Sequence[Statement]
) -> list[tuple[Statement, Statement, float]]:
    """What is alike, the most alike first, then by the order, and how much both share."""
    if not olds or not news or len(olds) * len(news) > _MOST:
        return []
    index: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for to, new in enumerate(news):
        for word, count in _bag(new).items():
            index[word].append((to, count))
    weights = [weigh(new) for new in news]
    ranked = []
    for at, old in enumerate(olds):
        heavy = weigh(old)
        for to, common in _shared(weigh, _bag(old), index).items():
            total = heavy + weights[to]
            if 2 * common >= _LIKE * total:
                apart = abs(at / len(olds) - to / len(news))
                ranked.append((-2 * common / total, apart, at, to, common))
    found = []
    gone: set[int] = set()
    come: set[int] = set()
    for _, _, at, to, common in sorted(ranked):
        if at not in gone and to not in come:
            gone.add(at)
            come.add(to)
            found.append((olds[at], news[to], common))
    return found


def _shared(
    weigh: _Weigher, bag: Mapping[bytes, int], index: Mapping[bytes, Sequence[tuple[int, int]]]
) -> dict[int, float]:
    """How much a statement shares with each of those in an index that share a word with it."""
    shared: defaultdict[int, float] = defaultdict(float)
    for word, count in bag.items():
        rows = index.get(word, ())
        heavy = weigh.word(word) if rows else 0.0
        for to, other in rows:
            shared[to] += heavy * (min(other, count))
    return shared


def _replaced(old: Statement, new: Statement, changed: Counter[tuple[bytes, bytes]]) -> None:
    """Count the words that stand at the same place of two statements of one length."""
    if len(old) == len(new):
        changed.update((a, b) for a, b in zip(old, new, strict=True) if a != b)


def _consistent(changed: Counter[tuple[bytes, bytes]]) -> float:
    if not changed:
        return 1.0
    best_of: defaultdict[bytes, int] = defaultdict(int)
    for (old, _), count in changed.items():
        best_of[old] = max(best_of[old], count)
    return sum(best_of.values()) / changed.total()
