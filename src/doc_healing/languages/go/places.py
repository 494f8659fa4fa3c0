"""From the compiler's and the runtime's positions back to the document."""

import re
from dataclasses import dataclass

from doc_healing.model import Job, Line

_FRAME = re.compile(r"(?m)^\t\S*snippet\.go:(\d+)(?: \+0x[0-9a-f]+)?\s*$")


@dataclass(frozen=True, slots=True)
class Spot:
    """A position that has a line in the document; `own` where it is the snippet's."""

    line: Line
    column: int  # 1-based, in the document
    own: bool = True


def spot_at(job: Job, row: int, byte_column: int = 0) -> Spot | None:
    """The place of a row (1-based) of the program; without a column, where its text begins."""
    line = job.map[row - 1] if 0 < row <= len(job.map) else None
    if line is None:
        return None
    own = line in job.snippet.lines
    if byte_column <= 0:
        return Spot(line, line.column + len(line.text) - len(line.text.lstrip()), own)
    before = line.text.encode("utf-8", "replace")[: byte_column - 1].decode("utf-8", "ignore")
    return Spot(line, line.column + len(before), own)


def spot_of(job: Job, trace: str) -> Spot | None:
    """Where a failure is: the innermost frame in the snippet, else in its context."""
    rows = [int(row[:9]) for row in _FRAME.findall(trace)]
    spots = [spot for spot in (spot_at(job, row) for row in rows) if spot]
    return next((spot for spot in spots if spot.own), spots[0] if spots else None)


def first_spot(job: Job) -> Spot:
    """The snippet's first line that holds code, for a failure without a place."""
    for line in job.snippet.lines:
        text = line.text.strip()
        if text and not text.startswith(("//", "/*", "*", "package ", "import ", ")", '"')):
            return Spot(line, line.column + len(line.text) - len(line.text.lstrip()))
    line = (
        job.snippet.lines[0] if job.snippet.lines else Line("", job.snippet.path, job.snippet.line)
    )
    return Spot(line, line.column)


def find(job: Job, pattern: str) -> Spot | None:
    """The first place of a text in the snippet's own lines, by a regular expression."""
    for line in job.snippet.lines:
        match = re.search(pattern, line.text)
        if match:
            return Spot(line, line.column + match.start())
    return None


def own_row(job: Job, row: int, byte_column: int) -> Spot:
    """The place of a row (0-based) of the snippet's own text."""
    if row >= len(job.snippet.lines):
        return first_spot(job)
    line = job.snippet.lines[row]
    before = line.text.encode("utf-8", "replace")[:byte_column].decode("utf-8", "ignore")
    return Spot(line, line.column + len(before))
