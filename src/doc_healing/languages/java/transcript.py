"""Sessions of `jshell`: its prompts, their continuation lines, and what it answered."""

import re
from dataclasses import dataclass

_PROMPT = re.compile(r"(\s*)jshell> ?")
_CONTINUED = re.compile(r"\s*\.\.\.> ?")
_SHOWN = re.compile(r"\s*(?:\|\s*)?([$\w]+) ==> (.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One input and what it promises: a value behind `==>`, and output; both may be empty.

    `line` is 0-based in the snippet, `column` (0-based) where the input's first line starts.
    """

    code: str
    line: int
    column: int
    text: str
    output: int  # the line of the answer


def transcript(code: str) -> list[Entry]:
    """The inputs of a session; commands of the tool itself (`/exit`) are left out."""
    found: list[Entry] = []
    lines = code.split("\n")
    at = 0
    while at < len(lines):
        start, prompt = at, _PROMPT.match(lines[at])
        at += 1
        if prompt is None:
            continue
        source = [lines[start][prompt.end() :]]
        while at < len(lines) and (more := _CONTINUED.match(lines[at])):
            source.append(" " * 0 + lines[at][more.end() :])
            at += 1
        answer = at
        while at < len(lines) and not _PROMPT.match(lines[at]):
            at += 1
        text = "\n".join(source)
        if text.strip() and not text.lstrip().startswith("/"):
            shown = _SHOWN.match("\n".join(lines[answer:at]).rstrip())
            value = shown.group(2).strip() if shown else ""
            found.append(Entry(text, start, prompt.end(), value, answer))
    return found
