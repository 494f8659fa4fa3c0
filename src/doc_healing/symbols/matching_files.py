"""Which file became which: by path, by the hints of git, and by what they define. Pure."""

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from doc_healing.model import Symbol
from doc_healing.symbols.matching_sides import Side

_MARGIN = 0.01
_SAME_NAME = 0.05  # what the same base name adds
_ENOUGH = 0.5  # of what two files define, for one to be the other under a new path


def paired_files(old: Side, new: Side, renamed: Mapping[str, str]) -> dict[str, str]:
    """Old path to new path. A file that is there on both sides stays itself.

    A hint counts for files that are gone; what is left is paired by shared definitions, the most
    alike first.
    """
    found = {path: path for path in old.outlines if path in new.outlines}
    taken = set(found.values())
    for left, right in renamed.items():
        known = left in old.outlines and right in new.outlines
        if known and left not in found and right not in taken:
            found[left] = right
            taken.add(right)
    ranked = sorted(_alike(old, new, found), reverse=True)
    for score, left, right in ranked:
        if left in found or right in taken or _tied(ranked, score, left, right, found):
            continue
        found[left] = right
        taken.add(right)
    return found


def _tied(
    ranked: list[tuple[float, str, str]],
    score: float,
    left: str,
    right: str,
    found: Mapping[str, str],
) -> bool:
    """Whether another file fits as well: then what they define decides, one by one."""
    taken = set(found.values())
    return any(
        (one == left) != (two == right) and one not in found and two not in taken
        for other, one, two in ranked
        if abs(other - score) < _MARGIN
    )


def _alike(old: Side, new: Side, found: Mapping[str, str]) -> list[tuple[float, str, str]]:
    taken = set(found.values())
    gone = [path for path in old.outlines if path not in found and old.outlines[path].symbols]
    fresh = [path for path in new.outlines if path not in taken and new.outlines[path].symbols]
    shapes = {path: _shape(old, path) for path in gone}
    others = {path: _shape(new, path) for path in fresh}
    ranked = []
    for left, shape in shapes.items():
        for right, other in others.items():
            score = _dice(shape, other)
            score += _SAME_NAME * (PurePosixPath(left).name == PurePosixPath(right).name)
            if score >= _ENOUGH and old.language(left) == new.language(right):
                ranked.append((score, left, right))
    return ranked


def _shape(side: Side, path: str) -> Counter[str]:
    """What a file defines, by names and by bodies: a renamed function still has its body."""
    symbols = side.outlines[path].symbols
    return Counter(key for symbol in symbols for key in _keys(symbol))


def _keys(symbol: Symbol) -> tuple[str, ...]:
    name = f"name {symbol.name}"
    return (name, f"body {symbol.digest}") if symbol.digest else (name,)


def _dice(left: Counter[str], right: Counter[str]) -> float:
    return 2 * (left & right).total() / (left.total() + right.total())
