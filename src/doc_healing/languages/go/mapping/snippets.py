"""A snippet of Go as a tree: without elisions, and completed where it must be."""

import re
from collections.abc import Iterator
from functools import lru_cache

from doc_healing.languages import completed
from doc_healing.languages.completed import Parsed
from doc_healing.languages.go.mapping import leaves

MAX_CHARACTERS = 400_000
ELISION = "___"  # stands for arguments that are not told

_LINE = re.compile(r"(?m)^([ \t]*)(?:\.\.\.|…)([ \t]*,?[ \t]*)$")
_ARGUMENT = re.compile(r"(?<=[(,])([ \t]*)(\.\.\.|…)(?=\s*[),])")
_BODY = re.compile(r"(?<=[{;])([ \t]*)(\.\.\.|…)(?=\s*(?:[}\n]|$))")
_WRAPS = (
    ("func _() {\n", "\n}\n"),
    ("type _ struct {\n", "\n}\n"),
    ("type _ interface {\n", "\n}\n"),
    ("var _ = _{\n", "\n}\n"),
    ("var _ = _{\n", ",\n}\n"),
    ("func _() { switch _ {\n", "\n} }\n"),
    ("func _() { _(\n", ") }\n"),
    ("func _() { x", "\n}\n"),  # a chain that starts with its dot
    ("import (\n", "\n)\n"),
)
_ENDS = ("}", "})", "}\n}", "})\n}", ")", "]", "})\n})")


@lru_cache(maxsize=256)
def parsed(code: str) -> Parsed | None:
    """The best tree of a snippet; None of one that is too large."""
    if len(code) > MAX_CHARACTERS:
        return None
    return completed.best(_completions(_plain(code)), leaves.parse)


def _completions(text: str) -> Iterator[tuple[str, int]]:
    yield text, 0
    bare = text.rstrip()
    for end in _ENDS:
        yield f"{bare}\n{end}\n", 0
    if re.match(r"\s*package\s", text):
        return
    for before, after in _WRAPS:
        yield f"{before}{bare}{after}", before.count("\n")


def _plain(code: str) -> str:
    """The text without elisions, every line and column as it was."""
    code = _LINE.sub(lambda match: " " * len(match.group()), code)
    code = _ARGUMENT.sub(lambda match: match.group(1) + ELISION[: len(match.group(2))], code)
    return _BODY.sub(lambda match: " " * len(match.group()), code)
