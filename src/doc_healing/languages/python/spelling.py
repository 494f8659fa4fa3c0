"""Near-misses of names, strict enough that a name of the reader's own is never taken for one."""

import builtins
import re
from collections.abc import Collection

_BUILTINS = frozenset(name for name in dir(builtins) if len(name) >= 5 and name.islower())


def is_typo(name: str, bound: Collection[str], defined: Collection[str]) -> str:
    """The name that an undefined one plainly misspells, or an empty text.

    Two neighbouring letters swapped count for any name of four letters or more; one other edit
    inside a long name counts for what the block imports or defines. A plural, a digit, an
    underscore or a changed first or last letter is a name of its own (`point` is not `print`).
    """
    if len(name) < 4:
        return ""
    for other in sorted(set(bound) | _BUILTINS):
        if len(other) >= 4 and _swapped(name, other):
            return other
    for other in sorted(set(defined)):
        if len(name) >= 6 and len(other) >= 6 and _edited(name, other):
            return other
    return ""


def _swapped(name: str, other: str) -> bool:
    if len(name) != len(other) or name == other:
        return False
    places = [at for at, (a, b) in enumerate(zip(name, other, strict=True)) if a != b]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return name[first] == other[second] and name[second] == other[first]


def _edited(name: str, other: str) -> bool:
    if re.sub(r"[\d_]", "", name) == re.sub(r"[\d_]", "", other) or name.lower() == other.lower():
        return False
    start = 0
    while start < min(len(name), len(other)) and name[start] == other[start]:
        start += 1
    left, right = name[start:], other[start:]
    same_ends = start > 0 and name[-1] == other[-1] and len(left) > 1 and len(right) > 1
    if not same_ends:
        return False
    return left[1:] == right or left == right[1:] or left[1:] == right[1:]
