"""Documented against printed output, as a small difference."""

import difflib
from collections.abc import Iterator

from doc_healing.report.screen import visible_lines

MOST_COMPARED = 200  # lines of each: the comparison takes quadratic time
MOST_OF_A_PART = 12
MOST_SHOWN = 60


def difference(expected: str, actual: str) -> list[str]:
    """Lines that begin with `- ` (documented), `+ ` (printed) or two spaces (in both).

    Long texts are cut, and a line of ours says by how much.
    """
    old, new = visible_lines(expected), visible_lines(actual)
    lines = list(_compare(old[:MOST_COMPARED], new[:MOST_COMPARED]))
    left = max(len(lines) - MOST_SHOWN, 0)
    left += max(len(old) - MOST_COMPARED, 0) + max(len(new) - MOST_COMPARED, 0)
    return [*lines[:MOST_SHOWN], *_more(left)]


def _compare(old: list[str], new: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _part("  ", old[old_start:old_end])
        else:
            yield from _part("- ", old[old_start:old_end])
            yield from _part("+ ", new[new_start:new_end])


def _part(mark: str, lines: list[str]) -> Iterator[str]:
    yield from (f"{mark}{line}" for line in lines[:MOST_OF_A_PART])
    yield from _more(len(lines) - MOST_OF_A_PART)


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"  ... {number} more lines"
