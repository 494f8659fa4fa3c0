"""From javac's and the runtime's positions back to the document."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doc_healing.languages.java.tree import COMMENTS, LOOPS, text_of, tree
from doc_healing.languages.trees import nodes
from doc_healing.model import Job, Line

Event = Mapping[str, Any]
_DEEP = 12  # levels of an event; ours have fewer
_ENDLESS = re.compile(r"while \( ?true ?\)|for ?\( ?; ?;|do\b.*\bwhile \( ?true ?\);?$")


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in the document; `part` is "snippet", or "context" for what it runs with."""

    line: Line
    column: int  # 1-based
    part: str = "snippet"


def events_of(job: Job, report: bytes) -> list[Event]:
    """The events that our tools told of this run; what anybody else wrote there is left out."""
    events: list[Event] = []
    aliases = json.loads(job.facts.get("aliases", "{}"))
    for line in report.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and event.get("nonce") == job.facts.get("nonce"):
            events.append(_plain(event, aliases) if aliases else event)
    return events


def _plain(told: Any, aliases: Mapping[str, str], depth: int = 0) -> Any:
    """With the names that the document has, in place of the program's aliases."""
    if isinstance(told, str):
        for alias, name in aliases.items():
            told = told.replace(alias, name)
        return told
    if depth > _DEEP:
        return told
    if isinstance(told, dict):
        return {key: _plain(value, aliases, depth + 1) for key, value in told.items()}
    if isinstance(told, list):
        return [_plain(value, aliases, depth + 1) for value in told]
    return told


def spot_at(job: Job, row: int, column: int | None = None) -> Spot | None:
    """The place of a row and column (0-based) of the program; None where the row is ours."""
    line = job.map[row] if 0 <= row < len(job.map) else None
    if line is None:
        return None
    if column is None:
        column = len(line.text) - len(line.text.lstrip())
    return Spot(line, line.column + column, _part(job, line))


def diagnosed(job: Job, event: Event) -> Spot | None:
    """The place that javac's diagnostic names; at the end of a block, its last line of code."""
    row, column = event.get("line"), event.get("column")
    if event.get("file") != job.facts.get("main") or not isinstance(row, int):
        return None
    if not isinstance(column, int):
        return None
    found = spot_at(job, row, column)
    if (found is None and row >= len(job.map)) or (found and not found.line.text.strip()):
        return last_spot(job)
    return found


def thrown_at(job: Job, frames: Sequence[Any]) -> Spot | None:
    """The innermost frame in the snippet, else in its context."""
    spots = thrown_through(job, frames)
    return next((spot for spot in spots if spot.part == "snippet"), spots[0] if spots else None)


def thrown_through(job: Job, frames: Sequence[Any]) -> list[Spot]:
    """All frames in the document, the innermost first."""
    spots = []
    for frame in frames:
        if isinstance(frame, list) and len(frame) == 5 and frame[4] is True:
            name = str(job.facts.get("main", "")).rpartition("/")[2]
            spot = spot_at(job, int(frame[1]) - 1) if frame[0] == name else None
            if spot is not None:
                spots.append(spot)
    return spots


def first_spot(job: Job) -> Spot:
    """The snippet's first line that holds code, for a failure without a place."""
    root = tree(job.snippet.code)
    heads = (*COMMENTS, "import_declaration", "package_declaration")
    for node in root.children if root is not None else ():
        row = node.start_point[0]
        if node.type not in heads and row < len(job.snippet.lines):
            return Spot(job.snippet.lines[row], _column(job.snippet.lines[row], node.start_point))
    line = job.snippet.lines[0] if job.snippet.lines else _fence(job)
    return Spot(line, line.column)


def last_spot(job: Job) -> Spot:
    """The end of the snippet's last line that holds anything."""
    for line in reversed(job.snippet.lines):
        if line.text.strip():
            return Spot(line, line.column + len(line.text.rstrip()))
    return first_spot(job)


def loop_spot(job: Job) -> Spot:
    """The only loop, or the only endless one; else the first line."""
    root = tree(job.snippet.code)
    loops = [node for node in nodes(root) if node.type in LOOPS] if root is not None else []
    bare = [node for node in loops if _ENDLESS.match(" ".join(text_of(node).split()))]
    likely = bare or loops
    if len(likely) != 1 or likely[0].start_point[0] >= len(job.snippet.lines):
        return first_spot(job)
    line = job.snippet.lines[likely[0].start_point[0]]
    return Spot(line, _column(line, likely[0].start_point))


def find(job: Job, pattern: str) -> Spot | None:
    """The first place of a text in the snippet's own lines, by a regular expression."""
    for line in job.snippet.lines:
        match = re.search(pattern, line.text)
        if match:
            return Spot(line, line.column + match.start())
    return None


def _column(line: Line, point: tuple[int, int]) -> int:
    before = line.text.encode("utf-8", "replace")[: point[1]].decode("utf-8", "ignore")
    return line.column + len(before)


def _fence(job: Job) -> Line:
    return Line("", job.snippet.path, job.snippet.line)


def _part(job: Job, line: Line) -> str:
    return "snippet" if any(line is own for own in job.snippet.lines) else "context"
