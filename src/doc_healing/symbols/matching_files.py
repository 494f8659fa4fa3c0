"""Which file became which: by path, by the hints of git, and by what they define. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from doc_healing.model import Symbol
from doc_healing.symbols.matching_sides import Side

_MARGIN = 0.01
_SAME_NAME = 0.05  # what the same base name adds
_ENOUGH = 0.5  # of what two files define, for one to be the other under a new path
_ANOTHER = 0.2  # less of it is the same: a file that has only its path left
_MOST_PAIRS = 10_000  # beyond it only pairs that share a rare word are looked at
_RARE = 20  # files that have it, at most
_LEFT, _RIGHT = 0, 1


def paired_files(old: Side, new: Side, renamed: Mapping[str, str]) -> dict[str, str]:
    """Old path to new path. A file that is there on both sides stays itself.

    Unless it defines almost nothing of what it did, and another file does: paths may be given
    from one file to the next. A hint counts for files that are gone; what is left is paired by
    shared definitions, the most alike first.
    """
    same = {path for path in old.outlines if path in new.outlines}
    others = {path for path in same if _another(old, new, path)}
    found = {path: path for path in same if path not in others}
    taken = set(found.values())
    for left, right in renamed.items():
        known = left in old.outlines and right in new.outlines
        if known and left not in found and right not in taken:
            found[left] = right
            taken.add(right)
    ranked = sorted(_alike(old, new, found), reverse=True)
    beside: defaultdict[tuple[int, str], list[_Likeness]] = defaultdict(list)
    for one in ranked:
        beside[_LEFT, one.left].append(one)
        beside[_RIGHT, one.right].append(one)
    for one in ranked:
        if one.left in found or one.right in taken:
            continue
        rivals = (*beside[_LEFT, one.left], *beside[_RIGHT, one.right])
        if not any(_rival(one, other, found, taken) for other in rivals):
            found[one.left] = one.right
            taken.add(one.right)
    found.update((path, path) for path in others if path not in found and path not in taken)
    return found


def _another(old: Side, new: Side, path: str) -> bool:
    """Whether a file defines almost nothing of what it did."""
    one, two = _shape(old, path), _shape(new, path)
    return bool(one and two) and _dice(one, two) < _ANOTHER


class _Likeness(NamedTuple):
    """How alike two files are; of what is as alike the one whose folders stayed comes first."""

    rounded: float
    folders: float
    score: float
    left: str
    right: str


def _rival(
    one: _Likeness, other: _Likeness, found: Mapping[str, str], taken: Collection[str]
) -> bool:
    """Whether another file fits as well, by its path too: then what they define decides."""
    return (
        other is not one
        and abs(other.score - one.score) < _MARGIN
        and other.folders >= one.folders
        and (other.left == one.left or other.left not in found)
        and (other.right == one.right or other.right not in taken)
    )


def _alike(old: Side, new: Side, found: Mapping[str, str]) -> Iterator[_Likeness]:
    taken = set(found.values())
    gone = [path for path in old.outlines if path not in found and old.outlines[path].symbols]
    fresh = [path for path in new.outlines if path not in taken and new.outlines[path].symbols]
    shapes = {path: _shape(old, path) for path in gone}
    others = {path: _shape(new, path) for path in fresh}
    for left, right in _thinkable(shapes, others):
        if old.language(left) != new.language(right):
            continue
        score = _dice(shapes[left], others[right])
        score += _SAME_NAME * (PurePosixPath(left).name == PurePosixPath(right).name)
        if score >= _ENOUGH:
            folders = _dice(Counter(left.split("/")), Counter(right.split("/")))
            yield _Likeness(round(score, 2), folders, score, left, right)


def _thinkable(
    gone: Mapping[str, Counter[str]], fresh: Mapping[str, Counter[str]]
) -> Iterator[tuple[str, str]]:
    """All pairs; of very many only those that share what few files have: a key, or a folder."""
    if len(gone) * len(fresh) <= _MOST_PAIRS:
        yield from ((left, right) for left in gone for right in fresh)
        return
    index: defaultdict[str, list[str]] = defaultdict(list)
    for path, shape in fresh.items():
        for key in (*shape, *path.split("/")):
            index[key].append(path)
    for path, shape in gone.items():
        rows = (index.get(key, ()) for key in (*shape, *path.split("/")))
        near = {right for row in rows if len(row) <= _RARE for right in row}
        yield from ((path, right) for right in sorted(near))


def _shape(side: Side, path: str) -> Counter[str]:
    """What a file defines, by names and by bodies: a renamed function still has its body."""
    symbols = side.outlines[path].symbols
    return Counter(key for symbol in symbols for key in _keys(symbol))


def _keys(symbol: Symbol) -> tuple[str, ...]:
    name = f"name {symbol.name}"
    return (name, f"body {symbol.digest}") if symbol.digest else (name,)


def _dice(left: Counter[str], right: Counter[str]) -> float:
    return 2 * (left & right).total() / (left.total() + right.total())
