"""A snippet of Java as a tree: without prompts and elisions, and completed where it must be."""

import re
from collections.abc import Iterator
from functools import lru_cache

from doc_healing.languages import completed
from doc_healing.languages.completed import Parsed
from doc_healing.languages.java.mapping import leaves

MAX_CHARACTERS = 400_000
ELISION = "___"  # stands for arguments that are not told
WRAPPER = "_"  # the name of a type put around members

_PROMPT = re.compile(r"^\s*(?:jshell>|\.\.\.>) ?")
_LINE = re.compile(r"(?m)^([ \t]*)(?:\.\.\.|…)([ \t]*;?[ \t]*)$")
_ARGUMENT = re.compile(r"(?<=[(,])([ \t]*)(\.\.\.|…)(?=\s*[),])")
_BODY = re.compile(r"(?<=[{;}])([ \t]*)(\.\.\.|…)(?=\s*(?:[}\n]|$))")
_WRAPS = ("", f"class {WRAPPER} {{\n", f"interface {WRAPPER} {{\n", f"enum {WRAPPER} {{\n")
_ENDS = ("", ";", "}", "};", "}}", "}}}", "});", "});}", "});}}")


@lru_cache(maxsize=256)
def parsed(code: str) -> Parsed | None:
    """The best tree of a snippet; None of one that is too large."""
    if len(code) > MAX_CHARACTERS:
        return None
    return completed.best(_completions(_plain(code)), leaves.parse)


def _completions(text: str) -> Iterator[tuple[str, int]]:
    yield text, 0
    bare = text.rstrip()
    for wrap in _WRAPS:
        for end in _ENDS[:2] if wrap else _ENDS[1:]:
            closing = "\n}\n" if wrap else "\n"
            yield f"{wrap}{bare}{end}{closing}", 1 if wrap else 0


def _plain(code: str) -> str:
    """The text without prompts and elisions, every line and column as it was."""
    if "jshell>" in code:
        code = "\n".join(_unprompted(line) for line in code.split("\n"))
    code = _LINE.sub(lambda match: " " * len(match.group()), code)
    code = _ARGUMENT.sub(lambda match: match.group(1) + ELISION[: len(match.group(2))], code)
    return _BODY.sub(lambda match: " " * len(match.group()), code)


def _unprompted(line: str) -> str:
    match = _PROMPT.match(line)
    if match is None or line[match.end() :].startswith("/"):
        return " " * len(line)  # what the tool answered, or was told
    return " " * match.end() + line[match.end() :]
