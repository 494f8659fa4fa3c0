"""Errors that a block's own comments announce: `// error: ...`, `// this does not compile`."""

import re
from collections.abc import Iterator

from doc_healing.languages.rust.tree import comments, facts

_LINE = re.compile(
    r"\b(error|compile.?error|fails?|failure|panics?|panic!|illegal|invalid|not allowed|forbidden|"
    r"nope|oops|wrong|can(?:not|'t|no longer)|bad)\b|\bERR\b|[✗✘❌⛔]|\bE\d{4}\b|\bUB\b"
    r"|(do(?:es)?|will|would|did)(?:n't| not)\s+(?:compile|work|build|type)",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"(do(?:es)?|will|would|did|should)(?:n't| not)\s+(?:actually\s+)?(?:compile|build|type.?check)"
    r"|fails? to compile|compil(?:e|er|ation)[- ](?:time )?error|error\[E\d{4}\]|won't compile"
    r"|not compile",
    re.IGNORECASE,
)


def announced_rows(code: str) -> frozenset[int]:
    """The lines (0-based) for which a comment on them, or right above or below, tells an error."""
    return frozenset(row for at, _ in _telling(code) for row in (at - 1, at, at + 1))


def all_announced(code: str) -> bool:
    """Whether a comment says of the block that it does not compile."""
    return any(_WHOLE.search(text) for _, text in comments(facts(code)))


def _telling(code: str) -> Iterator[tuple[int, str]]:
    for row, text in comments(facts(code)):
        if _LINE.search(text):
            yield row, text
