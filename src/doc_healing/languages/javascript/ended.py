"""Whether a snippet of a session ran at all: what runs before it may end the program."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from doc_healing.languages.javascript.places import Spot, is_main, spot_of
from doc_healing.languages.javascript.tree import facts
from doc_healing.model import Job, Line, Outcome, Reading, Status, Symptom, SymptomKind, Verdict

Event = Mapping[str, Any]

_LISTENS = re.compile(r"uncaughtException|unhandledRejection")
_ENDS = re.compile(r"\bprocess\s*\.\s*(exit|reallyExit|abort|kill)\b|^\s*(if\b.*)?\breturn\b")


def ended_early(job: Job, outcome: Outcome, events: Sequence[Event]) -> Reading | None:
    """UNVERIFIED where the context, or a library, ended the program before its snippet was done.

    None where the snippet was reached and ended by itself; an error is read elsewhere.
    """
    types = {event.get("type") for event in events}
    if "error" in types or outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        return None
    exits = [event for event in events if event.get("type") == "exit"]
    spot = spot_of(job, str(exits[0].get("stack") or ""), "") if exits else None
    mine = int(job.facts.get("first", "0"))
    unreached = job.facts.get("marked") == "yes" and "mark" not in types
    if unreached or (spot and spot.part == "context" and spot.row < mine):
        return _by_context(job, outcome, spot)
    if outcome.status is Status.PASSED and exits and "finished" not in types:
        return _by_library(job, exits[0])
    return None


def kept_back(job: Job, events: Sequence[Event]) -> Reading | None:
    """UNVERIFIED where an end without fault proves nothing of a snippet that has a context.

    A listener of the context may take the snippet's own error, and the context may end the program.
    A snippet that listens or ends by itself does what it shows.
    """
    code = job.snippet.code
    if job.facts.get("marked") != "yes" or _LISTENS.search(code):
        return None
    exits = [event for event in events if event.get("type") == "exit"]
    spot = spot_of(job, str(exits[0].get("stack") or ""), "") if exits else None
    own_end = spot is not None and spot.part != "context"
    returns = facts(code).returns
    words = ""
    if any(event.get("type") == "error" for event in events):
        words = "an error was taken by a listener of its context"
    elif job.facts.get("certain") and not (finished(events) or own_end or returns):
        words = "the program ended well, and did not come to the end of the block"
    return (
        Reading(Verdict.UNVERIFIED, f"needs context: {words}", cause="context") if words else None
    )


def after_it(job: Job, spot: Spot) -> bool:
    """Whether a place is in the teardown, behind the snippet's own lines."""
    return spot.part == "context" and spot.row >= int(job.facts.get("first", "0"))


def finished(events: Sequence[Event]) -> bool:
    """Whether the snippet's own code came to its last line."""
    return any(event.get("type") == "finished" for event in events)


def cleared_badly(events: Sequence[Event]) -> tuple[str, ...]:
    """What a teardown said that failed, in words."""
    return tuple(
        f"its teardown failed: {event.get('name')}: {event.get('message')}".split("\n")[0]
        for event in events
        if event.get("type") == "teardown"
    )


def _by_context(job: Job, outcome: Outcome, spot: Spot | None) -> Reading | None:
    if outcome.status is Status.FAILED and b"SyntaxError" in outcome.stderr:
        return None  # nothing ran, and whose syntax it is has its own place
    line = spot.line if spot is not None else _suspect(job)
    at = f"at line {line.line} " if line is not None else ""
    words = "ended the program"
    if outcome.status is Status.TIMEOUT and outcome.listening:
        words = "starts a server, which keeps listening"
    elif outcome.status not in (Status.PASSED, Status.FAILED):
        words = f"came to no end: {outcome.detail or outcome.status}"
    reason = f"its context {at}{words}"
    if line is None:
        return Reading(Verdict.UNVERIFIED, reason)
    column = spot.column if spot is not None else line.column
    symptom = Symptom(SymptomKind.CONTEXT, reason, line.path, line.line, column)
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def _suspect(job: Job) -> Line | None:
    lines = [line for item in job.context for line in item.lines if item.index < job.snippet.index]
    return next((line for line in lines if _ENDS.search(line.text)), lines[0] if lines else None)


def _by_library(job: Job, event: Event) -> Reading | None:
    frames = re.findall(r"(?:file://)?(/[^\s()]*):\d+:\d+", str(event.get("stack") or ""))
    if not frames or is_main(job, frames[0]):
        return None
    reason = "a library ends the program before the block is done"
    return Reading(Verdict.UNVERIFIED, reason)


def with_warnings(reading: Reading, *more: str) -> Reading:
    """The reading with what was only noticed."""
    return replace(reading, warnings=(*reading.warnings, *more))
