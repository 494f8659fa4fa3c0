"""From a place in a program to one in the document."""

import re
from dataclasses import dataclass

from doc_healing.languages.rust.build import file_name
from doc_healing.languages.rust.plan import Place, Plan
from doc_healing.languages.rust.reports import Diagnostic, Span
from doc_healing.model import Job


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the document; `own` says that it is the block's and not its context's."""

    path: str
    line: int
    column: int
    own: bool = True
    end_column: int | None = None


def spot_at(plan: Plan, number: int, line: int, column: int) -> Spot | None:
    """The document's place of a line and column (1-based); None for a line of ours."""
    rows = plan.programs[number].rows if number < len(plan.programs) else ()
    place = rows[line - 1] if 0 < line <= len(rows) else None
    if place is None:
        return None
    return Spot(place.path, place.line, _column(place, column), place.own)


def spot_of(plan: Plan, number: int, error: Diagnostic) -> Spot | None:
    """The place of an error: its primary span in the block, a macro's call, any other span."""
    name = file_name(number)
    spans = [span for span in error.spans if span.file == name]
    ordered = [*(span for span in spans if span.primary), *spans]
    found = [spot for span in ordered if (spot := _spot(plan, number, span)) is not None]
    return next((spot for spot in found if spot.own), found[0] if found else None)


def of_panic(plan: Plan, number: int, text: str) -> Spot | None:
    """The first place in a panic's message and backtrace that is the block's own."""
    name = re.escape(file_name(number))
    places = re.findall(rf"(?:^|[\s/]){name}:(\d+):(\d+)", text)
    found = [spot_at(plan, number, int(line), int(column)) for line, column in places]
    known = [spot for spot in found if spot is not None]
    return next((spot for spot in known if spot.own), known[0] if known else None)


def first_spot(job: Job) -> Spot:
    """The block's first line that holds code, for a failure without a place."""
    for line in job.snippet.lines:
        text = line.text.strip()
        if text and not text.startswith(("//", "#", "/*", "*", "use ", "}")):
            indent = len(line.text) - len(line.text.lstrip())
            return Spot(line.path, line.line, line.column + indent)
    first = job.snippet.lines[0] if job.snippet.lines else None
    if first is None:
        return Spot(job.snippet.path, job.snippet.line, 1)
    return Spot(first.path, first.line, first.column)


def find(job: Job, pattern: str) -> Spot | None:
    """The first place of a text in the block's lines, by a regular expression."""
    for line in job.snippet.lines:
        if match := re.search(pattern, line.text):
            return Spot(line.path, line.line, line.column + match.start())
    return None


def _spot(plan: Plan, number: int, span: Span) -> Spot | None:
    return spot_at(plan, number, span.line, span.column)


def _column(place: Place, column: int) -> int:
    """rustc counts characters from 1; what rustdoc's marks took off is added again."""
    characters = column - 1
    return place.column + characters + (place.shift if characters >= place.since else 0)
