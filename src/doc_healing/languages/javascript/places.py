"""From Node's positions back to the document: line by the job's map, column by its pieces."""

import json
import re
from dataclasses import dataclass

from doc_healing.languages.javascript.edits import original_column
from doc_healing.model import Job, Line


@dataclass(frozen=True, slots=True)
class Spot:
    """A position of the program's main file that has a line in the document.

    `part` is "snippet", or "context" for a line of a snippet that runs before or after it.
    """

    line: Line
    column: int  # 1-based, in the document
    row: int  # 0-based, in the program
    part: str = "snippet"


def spot_of(job: Job, stack: str, stderr: str) -> Spot | None:
    """Where a failure is: the innermost frame in the snippet, else in its context.

    The stack is asked first, then what Node printed above the error (`file:line` and a caret).
    """
    spots = [spot for spot in _frames(job, stack) + _arrows(job, stack + "\n" + stderr) if spot]
    for spot in spots:
        if spot.part == "snippet":
            return spot
    return spots[0] if spots else None


def first_spot(job: Job) -> Spot:
    """The snippet's first line that holds code, for a failure without a place."""
    first = int(job.facts.get("first", "0"))
    for offset, line in enumerate(job.snippet.lines):
        if line.text.strip() and not line.text.lstrip().startswith(("//", "/*", "*")):
            indent = len(line.text) - len(line.text.lstrip())
            return Spot(line, line.column + indent, first + offset)
    line = job.snippet.lines[0] if job.snippet.lines else _fence(job)
    return Spot(line, line.column, first)


def find(job: Job, pattern: str) -> Spot | None:
    """The first place of a text in the snippet's own lines, by a regular expression."""
    first = int(job.facts.get("first", "0"))
    for offset, line in enumerate(job.snippet.lines):
        match = re.search(pattern, line.text)
        if match:
            return Spot(line, line.column + match.start(), first + offset)
    return None


def at_row(job: Job, row: int, byte_column: int) -> Spot:
    """The place of a row of the program and a byte column of the document's text."""
    line = job.map[row] if row < len(job.map) else None
    if line is None:
        return first_spot(job)
    before = line.text.encode("utf-8", "replace")[:byte_column].decode("utf-8", "ignore")
    return Spot(line, line.column + len(before), row, _part(job, row))


def is_main(job: Job, path: str) -> bool:
    """Whether a path of a stack frame is the program's own main file."""
    main = job.facts.get("main", "")
    return path.endswith(f"/{main}") and "/node_modules/" not in path


def _fence(job: Job) -> Line:
    return Line("", job.snippet.path, job.snippet.line)


def _frames(job: Job, stack: str) -> list[Spot | None]:
    frames = re.findall(r"(?:file://)?(/[^\s()]*):(\d+):(\d+)", stack)
    return [
        _spot(job, int(row) - 1, int(column) - 1)
        for path, row, column in frames
        if is_main(job, path)
    ]


def _arrows(job: Job, text: str) -> list[Spot | None]:
    found = re.findall(r"(?m)^(?:file://)?(/\S*):(\d+)\n(.*)\n([ \t]*)\^", text)
    return [
        _spot(job, int(row) - 1, len(caret)) for path, row, _, caret in found if is_main(job, path)
    ]


def _spot(job: Job, row: int, units: int) -> Spot | None:
    line = job.map[row] if 0 <= row < len(job.map) else None
    if line is None:
        return None
    program = _program_lines(job)
    text = program[row] if row < len(program) else line.text
    column = len(_characters(text, units).encode("utf-8", "replace"))
    places = json.loads(job.facts.get("columns", "{}")).get(str(row), ())
    original = original_column(tuple((a, b) for a, b in places), column)
    before = line.text.encode("utf-8", "replace")[: max(original, 0)].decode("utf-8", "ignore")
    return Spot(line, line.column + len(before), row, _part(job, row))


def _program_lines(job: Job) -> list[str]:
    main = job.facts.get("main", "")
    data = next((file.data for file in job.program.files if file.name == main), b"")
    if job.map == job.snippet.lines:  # a transcript: its text is not the main file's
        return [line.text for line in job.snippet.lines]
    return re.split("\r\n|[\n\r\u2028\u2029]", data.decode("utf-8", "replace"))


def _characters(text: str, units: int) -> str:
    """The part of a text before a number of UTF-16 units, which is how V8 counts columns."""
    if text.isascii():
        return text[:units]
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore")


def _part(job: Job, row: int) -> str:
    first = int(job.facts.get("first", "0"))
    return "snippet" if first <= row < first + len(job.snippet.lines) else "context"
