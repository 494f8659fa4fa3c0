"""Errors that a block announces beside its code: `// ❌`, `// Error: ...`, `// @ts-expect-error`.

A document shows what the compiler refuses on purpose. Such a comment speaks of the statement on
its line, of the one right above it, or of the one that it stands above.
"""

import re
from collections.abc import Sequence

_SAYS = re.compile(
    r"❌|✗|✘|✖|🚫|⛔|🔴|🚨|💥|⚠|\^[~^]*|~~~+"
    r"|@ts-(?:expect-error|ignore)|\bTS ?\(?\d{4,5}\b|\bts\(\d+\)"
    r"|\b(?:type|compile(?:r|[- ]?time)?|typescript|ts|runtime|syntax)?[ -]*errors?\b"
    r"|\b\w*Error\b|\bthrows?\b|\brejects?\b|\bfails?\b|\bfailed\b|\binvalid\b|\bwrong\b"
    r"|\bincorrect\b"
    r"|\bbad\b|\bavoid\b|\bdon'?t\b|\bdo not\b|\bdoesn'?t\b|\bdoes not\b|\bwon'?t\b|\bwill not\b"
    r"|\bcan(?:'?t|not)\b"
    r"|\bnot (?:allowed|assignable|valid|ok|okay|possible|exist|work|compile|match)"
    r"|\bunsafe\b|\boops\b|\bbroken\b|\billegal\b|\bcomplains?\b|\bdisallowed\b|\bforbidden\b"
    r"|\bproperty '\w+'|\bargument of type\b|\btype '.*' is\b|\bno longer\b"
    r"|^\W*(?:before|old|previously|instead of)\b|\bdeprecated\b|\bremoved\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"(?<![:\"'`\w])//+(.*)$|/\*+(.*?)\*/|^\s*\*(.*)$|\{/\*(.*?)\*/\}")
_FAR = 4


def announces(lines: Sequence[str], row: int) -> bool:
    """Whether a comment on or around a row says that something is wrong there."""
    if not 0 <= row < len(lines):
        return False
    if _says(lines[row]):
        return True
    return _around(lines, row, -1) or _around(lines, row, 1)


def _around(lines: Sequence[str], row: int, step: int) -> bool:
    """Of the comments above or below a row, the nearest ones without code between.

    Above it, code of the same paragraph may stand between: a comment heads a paragraph.
    """
    at = row + step
    for _ in range(_FAR if step > 0 else 12):
        if not 0 <= at < len(lines) or not lines[at].strip():
            return False
        if _alone(lines[at]):
            if _says(lines[at]):
                return True
        elif step > 0:
            return False
        at += step
    return False


def _alone(line: str) -> bool:
    return line.strip().startswith(("//", "/*", "*", "{/*"))


def _says(line: str) -> bool:
    return any(
        _SAYS.search(next((group for group in match.groups() if group), ""))
        for match in _COMMENT.finditer(line)
    )
