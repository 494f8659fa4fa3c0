"""The compiler's own words: `file(line,column): error TS2304: message`, and their places."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from doc_healing.model import Line

_HEAD = re.compile(
    r"^(?P<file>[^\n(]+)\((?P<row>\d+),(?P<column>\d+)\): error TS(?P<code>\d+): ?(?P<text>.*)$"
)
_MOST = 400


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error. `row` is 0-based in its file, `units` counts UTF-16 from 0; `more` elaborates."""

    file: str
    row: int
    units: int
    code: int
    message: str
    more: str = ""

    @property
    def text(self) -> str:
        """The message with what elaborates it."""
        return f"{self.message}\n{self.more}" if self.more else self.message


@dataclass(frozen=True, slots=True)
class Place:
    """A diagnostic's place in the document; `inside` is False in a snippet that runs before it."""

    line: Line
    column: int
    inside: bool = True


def diagnostics(output: str) -> tuple[Diagnostic, ...]:
    """What the compiler printed with `--pretty false`, in its order."""
    found: list[Diagnostic] = []
    for line in output.split("\n"):
        match = _HEAD.match(line)
        if match is not None and len(found) < _MOST:
            row, column = int(match["row"]) - 1, int(match["column"]) - 1
            found.append(
                Diagnostic(match["file"], row, column, int(match["code"]), match["text"].strip())
            )
        elif found and line.startswith("  "):
            last = found[-1]
            more = f"{last.more}\n{line.strip()}".strip()
            found[-1] = Diagnostic(
                last.file, last.row, last.units, last.code, last.message, more[:4000]
            )
    return tuple(found)


def column_of(line: Line, units: int, places: Sequence[Sequence[int]] = ()) -> int:
    """The column in the document of a number of UTF-16 units in a line with these edits."""
    if places:
        first = places[0]
        units = units - (first[0] - first[1]) if units >= first[0] else units
    if line.text.isascii():
        return line.column + min(max(units, 0), len(line.text))
    before = line.text.encode("utf-16-le", "replace")[: max(units, 0) * 2]
    return line.column + len(before.decode("utf-16-le", "ignore"))
