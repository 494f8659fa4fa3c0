"""Documented against printed output, as a small difference."""

import difflib
from collections.abc import Iterator

from doc_healing.report.screen import visible_lines

MOST_LINES = 200  # compared: the comparison takes quadratic time
MOST_SHOWN = 40


def difference(expected: str, actual: str) -> list[str]:
    """Lines that begin with `- ` (documented), `+ ` (printed) or two spaces (in both).

    Long texts are cut, and a line of ours that begins with two spaces says so.
    """
    old, new = visible_lines(expected), visible_lines(actual)
    lines = list(_compare(old[:MOST_LINES], new[:MOST_LINES]))
    left = len(lines) - MOST_SHOWN + max(len(old) - MOST_LINES, 0) + max(len(new) - MOST_LINES, 0)
    if left <= 0:
        return lines
    return [*lines[:MOST_SHOWN], f"  ... {left} more lines"]


def _compare(old: list[str], new: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for _, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if old[old_start:old_end] == new[new_start:new_end]:
            yield from (f"  {line}" for line in old[old_start:old_end])
            continue
        yield from (f"- {line}" for line in old[old_start:old_end])
        yield from (f"+ {line}" for line in new[new_start:new_end])
