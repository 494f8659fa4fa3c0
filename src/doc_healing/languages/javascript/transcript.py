"""Sessions of Node's prompt: `> expression`, its continuation lines, and what it answered."""

import re
from dataclasses import dataclass

from doc_healing.languages.javascript.promises import is_literal
from doc_healing.languages.javascript.tree import parses

_PROMPT = re.compile(r"(\s*)> ?")
_CONTINUED = re.compile(r"\s*(\.{3,}|\|) ?")
_ANSWER = re.compile(r"\s*(<-|<|←) ")
_THROWS = re.compile(r"\s*(Thrown:|Uncaught|[A-Z]?\w*Error\b)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One input, with prompts as spaces so that columns hold, and the output it promises."""

    code: str
    line: int  # 0-based in the snippet
    text: str
    output_line: int

    def plan(self) -> dict[str, object]:
        """What the driver is told."""
        throws = _THROWS.match(self.text) is not None
        literal = is_literal(self.text)
        return {
            "code": self.code,
            "line": self.line,
            "text": self.text,
            "literal": literal,
            "throws": throws,
        }


def entries(code: str) -> list[Entry] | None:
    """The inputs of a session, or None where they are not JavaScript."""
    found: list[Entry] = []
    lines = code.split("\n")
    index = 0
    while index < len(lines):
        start = index
        if not _PROMPT.match(lines[index]):
            index += 1
            continue
        source = [_blanked(_PROMPT, lines[index])]
        index += 1
        while index < len(lines) and _CONTINUED.match(lines[index]):
            source.append(_blanked(_CONTINUED, lines[index]))
            index += 1
        answer = index
        while index < len(lines) and not _PROMPT.match(lines[index]):
            index += 1
        output = "\n".join(_ANSWER.sub("", line, count=1) for line in lines[answer:index])
        found.append(Entry("\n".join(source), start, output.strip("\n"), answer))
    inputs = [entry for entry in found if entry.code.strip() and not _is_command(entry.code)]
    if not inputs or any(not _is_code(entry.code) for entry in inputs):
        return None
    return inputs


def _blanked(pattern: re.Pattern[str], line: str) -> str:
    match = pattern.match(line)
    end = match.end() if match else 0
    return " " * end + line[end:]


def _is_command(code: str) -> bool:
    return re.match(r"\s*\.(exit|help|clear|load|save|break|editor)\b", code) is not None


def _is_code(code: str) -> bool:
    return parses(code) or parses(f"({code}\n)")
