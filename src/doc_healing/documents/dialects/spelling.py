"""The nearest valid spelling of a word: edit distance with transpositions, small and bounded."""

from collections.abc import Iterable
from functools import lru_cache

_LONGEST = 80  # characters; a longer text is prose


def nearest(word: str, candidates: Iterable[str], *, most: int | None = None) -> str:
    """The candidate at the smallest distance, or "" where none is near enough.

    Near enough is one edit for up to seven characters and two for more, or `most` edits. A word
    that is itself a candidate is near to nothing.
    """
    best, least = "", 99
    for candidate in candidates:
        limit = most if most is not None else 1 if min(len(word), len(candidate)) < 8 else 2
        found = distance(word.lower(), candidate.lower(), min(limit, least - 1))
        if found <= min(limit, least - 1):
            best, least = candidate, found
    return best if least else ""


@lru_cache(maxsize=20_000)
def distance(first: str, second: str, limit: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours; limit + 1 where it is more."""
    if abs(len(first) - len(second)) > limit or max(len(first), len(second)) > _LONGEST:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
