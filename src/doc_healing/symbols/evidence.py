"""Where one name became another at the same place of the same text: votes for a rename. Pure.

All files that a change touches speak, whatever their language: callers, tests, documents. Only
the lines that differ are looked at, and within them only words that stand between equal ones.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[^\W\d][\w$]*|\d[\w.]*|[^\w\s]")
_NAME = re.compile(r"[^\W\d][\w$]*\Z")
_MOST_CELLS = 250_000  # of the table that aligns one hunk: beyond it its lines are taken in order
_AGREED = 0.5  # more than this share of the places of two names makes them one name
_LONGEST_RUN = 3  # words that are replaced together: `old.name(` by `new.other(`


@dataclass(frozen=True, slots=True)
class Site:
    """A place where a name was replaced: the lines of both sides, from 1."""

    path: str
    old_line: int
    new_line: int


@dataclass(frozen=True)
class Votes:
    """Which name became which, and where."""

    sites: Mapping[tuple[str, str], Sequence[Site]] = field(default_factory=dict)

    def for_pair(self, old: str, new: str) -> Sequence[Site]:
        """The places where `old` became `new`."""
        return self.sites.get((old, new), ())

    def share(self, old: str, new: str) -> float:
        """How many of the places where either was replaced speak for both together."""
        mine = len(self.for_pair(old, new))
        return mine / max(self._from[old], self._to[new], 1)

    def against(self, old: str, new: str) -> float:
        """How many of the places where `old` was replaced speak for another than `new`."""
        count = self._from[old]
        return (count - len(self.for_pair(old, new))) / count if count else 0.0

    def agreed(self, before: Counter[bytes], after: Counter[bytes]) -> dict[bytes, bytes]:
        """The names that became others wherever they were replaced, by the words of both sides.

        One place is enough for what was everywhere before and is nowhere now.
        """
        found = {}
        for (old, new), places in self.sites.items():
            one, two = old.encode(), new.encode()
            if self.share(old, new) <= _AGREED:
                continue
            fewer, more = before[one] - after[one], after[two] - before[two]
            whole = not after[one] and not before[two]
            if whole or (len(places) > 1 and min(fewer, more) > 0):
                found[one] = two
        return found

    def __post_init__(self) -> None:
        """Count each name's places once."""
        before: Counter[str] = Counter()
        after: Counter[str] = Counter()
        for (old, new), places in self.sites.items():
            before[old] += len(places)
            after[new] += len(places)
        object.__setattr__(self, "_from", before)
        object.__setattr__(self, "_to", after)

    _from: Counter[str] = field(init=False, repr=False)
    _to: Counter[str] = field(init=False, repr=False)


def votes(texts: Sequence[tuple[str, bytes, bytes]]) -> Votes:
    """From files by their new path, with their bytes before and after."""
    sites: defaultdict[tuple[str, str], list[Site]] = defaultdict(list)
    for path, before, after in texts:
        if before == after or b"\0" in before[:1024]:
            continue
        old = before.decode("utf-8", "replace").split("\n")
        new = after.decode("utf-8", "replace").split("\n")
        for left, right in hunks(old, new):
            for a, b, at, to in _replaced(old, new, left, right):
                if _same_spot(old[at - 1], new[to - 1]):
                    sites[a, b].append(Site(path, at, to))
    return Votes({pair: _apart(places) for pair, places in sites.items()})


def hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[range, range]]:
    """The stretches of lines that differ, both sides filled or one of them empty.

    Lines that are there once on each side, in the same order, part a text first (patience diff):
    a moved or rewritten block does not drag its neighbours along.
    """
    stack = [(0, len(old), 0, len(new))]
    while stack:
        a, b, c, d = stack.pop()
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        if a == b or c == d:
            if a < b or c < d:
                yield range(a, b), range(c, d)
            continue
        anchors = _anchors(old, new, range(a, b), range(c, d))
        if not anchors:
            yield from _plain(old, new, range(a, b), range(c, d))
            continue
        for left, right in anchors:
            stack.append((a, left, c, right))
            a, c = left + 1, right + 1
        stack.append((a, b, c, d))


def _anchors(
    old: Sequence[str], new: Sequence[str], left: range, right: range
) -> list[tuple[int, int]]:
    once_left = _once(old, left)
    once_right = _once(new, right)
    pairs = [(at, once_right[line]) for line, at in once_left.items() if line in once_right]
    return _rising(sorted(pairs))


def _once(lines: Sequence[str], among: range) -> dict[str, int]:
    seen = Counter(lines[at] for at in among)
    return {lines[at]: at for at in among if seen[lines[at]] == 1 and lines[at].strip()}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs that rises on both sides."""
    tails: list[int] = []  # the second of the pair that ends the best run of each length
    ends: list[int] = []
    before: list[int] = []
    for at, (_, second) in enumerate(pairs):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if tails[middle] < second else (low, middle)
        before.append(ends[low - 1] if low else -1)
        tails[low : low + 1] = [second]
        ends[low : low + 1] = [at]
    found = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _plain(
    old: Sequence[str], new: Sequence[str], left: range, right: range
) -> Iterator[tuple[range, range]]:
    if len(left) * len(right) > _MOST_CELLS:
        yield left, right
        return
    a, b = [old[at] for at in left], [new[at] for at in right]
    for tag, i, j, k, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield left[i:j], right[k:n]


def _replaced(
    old: Sequence[str], new: Sequence[str], left: range, right: range
) -> Iterator[tuple[str, str, int, int]]:
    """The words that replace one another in one hunk, with the lines that they stand in."""
    if not left or not right:
        return
    a, b = _words(old, left), _words(new, right)
    if len(left) == len(right):
        for at, to in zip(left, right, strict=True):
            one, two = _words(old, range(at, at + 1)), _words(new, range(to, to + 1))
            yield from _aligned(one, two)
        return
    if len(a) * len(b) <= _MOST_CELLS:
        yield from _aligned(a, b)


def _words(lines: Sequence[str], among: range) -> list[tuple[str, int]]:
    return [(word, at + 1) for at in among for word in _TOKEN.findall(lines[at])]


def _aligned(
    a: Sequence[tuple[str, int]], b: Sequence[tuple[str, int]]
) -> Iterator[tuple[str, str, int, int]]:
    left, right = [word for word, _ in a], [word for word, _ in b]
    if len(left) * len(right) > _MOST_CELLS:
        return
    for tag, i, j, k, n in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag != "replace" or j - i != n - k or j - i > _LONGEST_RUN:
            continue
        for at, to in zip(range(i, j), range(k, n), strict=True):
            one, two = left[at], right[to]
            if one != two and _NAME.match(one) and _NAME.match(two):
                yield one, two, a[at][1], b[to][1]


def _same_spot(old: str, new: str) -> bool:
    """Whether enough of a line stayed for its word to be the same place: half of its words."""
    left, right = Counter(_TOKEN.findall(old)), Counter(_TOKEN.findall(new))
    return 2 * (left & right).total() >= 0.5 * (left.total() + right.total())


def _apart(places: Sequence[Site]) -> tuple[Site, ...]:
    """One for each line: a line that says a name twice speaks once."""
    seen = {(site.path, site.new_line): site for site in places}
    return tuple(seen.values())
