"""What an outcome means: the verdict, and the symptom at its place in the document."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from doc_healing.languages.go import merger, output
from doc_healing.languages.go.announced import announced
from doc_healing.languages.go.dump import readable
from doc_healing.languages.go.ended import ended
from doc_healing.languages.go.places import Spot, first_spot, own_row, spot_at, spot_of
from doc_healing.languages.go.policy import Fault, judge
from doc_healing.languages.go.promised import promised_failure
from doc_healing.languages.go.tree import endless_loop, facts
from doc_healing.languages.go.unfinished import only_fails, unfinished
from doc_healing.languages.verdicts import LIMITS, told
from doc_healing.model import (
    Cause,
    Environment,
    Job,
    Mode,
    Outcome,
    Reading,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)

Event = Mapping[str, Any]

_NEVER = frozenset((*LIMITS.values(), SymptomKind.SYNTAX, SymptomKind.OUTPUT))
_LOOPING = (SymptomKind.TIMEOUT, SymptomKind.OUTPUT_LIMIT, SymptomKind.MEMORY)


_TEXTS = ("code", "message", "file", "name", "owner", "near")


def read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    """The reading of one outcome. It never raises for anything that a snippet prints or does."""
    events = _events(job, outcome.report)
    reading = _unless_announced(job, _read(job, outcome, environment, events))
    if job.snippet.instructions.mode is Mode.FAIL:
        reading = promised_failure(job, outcome, reading, first_spot(job))
    said = [str(event.get("text")) for event in events if event.get("type") == "added"]
    said = [*json.loads(job.facts.get("added", "[]")), *said]
    added = tuple(dict.fromkeys(said))
    warnings = (*reading.warnings, *_closed_to_readers(job), *_deprecated(job, events))
    reading = replace(reading, warnings=warnings)
    return told(replace(reading, added=added, stderr=readable(outcome.stderr)))


def _deprecated(job: Job, events: Sequence[Event]) -> tuple[str, ...]:
    """What its package calls deprecated, with the words of that package: mostly a successor."""
    said: list[str] = []
    for event in events:
        row = event.get("line")
        spot = spot_at(job, row) if event.get("type") == "deprecated" and type(row) is int else None
        if spot is not None and spot.own:
            words = f"`{event.get('name')}` is deprecated: {event.get('text')}"
            said.append(f"{spot.line.path}:{spot.line.line}: {words}")
    return tuple(dict.fromkeys(said))


def _closed_to_readers(job: Job) -> tuple[str, ...]:
    """What only the repository itself can import: https://go.dev/doc/go1.4#internalpackages.

    A page for its contributors may show it, so that it is no fault.
    """
    module = job.facts.get("module", "")
    return tuple(
        f"`{path}`: internal packages cannot be imported from outside of the module"
        for path in sorted(set(facts(job.snippet.code).imports.values()))
        if module and path.startswith(f"{module}/") and "internal" in path.split("/")
    )


def _unless_announced(job: Job, reading: Reading) -> Reading:
    """PASSED where a comment at the place of a failure says that it fails."""
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None or symptom.kind in _NEVER:
        return reading
    at = next((one for one in job.snippet.lines if one.line == symptom.line), None)
    if at is None or not announced(job, Spot(at, symptom.column)):
        return reading
    reason = f"fails as its comment announces: {symptom.message}"
    return Reading(Verdict.PASSED, reason, level=job.level)


def _events(job: Job, report: bytes) -> list[Event]:
    events: list[Event] = []
    for line in report.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and event.get("nonce") == job.facts.get("nonce"):
            events.append(event)
    return events


def _read(
    job: Job, outcome: Outcome, environment: Environment | None, events: Sequence[Event]
) -> Reading:
    if outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        cause: Cause = "sandbox" if outcome.status is Status.SANDBOX_ERROR else "interrupted"
        return Reading(Verdict.UNVERIFIED, outcome.detail or str(outcome.status), cause=cause)
    if outcome.step == merger.PART and not _is_as_alone(job, outcome, events):
        words = "in a common build it is not what it is alone"
        return Reading(Verdict.UNVERIFIED, words, cause="toolchain")
    if outcome.step == "build":
        return _built(job, outcome, environment, events)
    if job.facts.get("marked") and not any(event.get("type") == "mark" for event in events):
        return _before_it(job, outcome)
    server = any(event.get("type") == "server" for event in events)
    if server or (outcome.status is Status.TIMEOUT and outcome.listening):
        return Reading(Verdict.UNVERIFIED, "starts a server, which keeps listening", cause="server")
    if outcome.status is Status.TIMEOUT and (waits := _waits(job, outcome)):
        reading = _limit(job, SymptomKind.TIMEOUT, outcome.detail or "time limit")
        return replace(reading, verdict=Verdict.UNVERIFIED, reason=waits)
    if outcome.status in LIMITS:
        reading = _limit(job, LIMITS[outcome.status], outcome.detail or str(outcome.status))
        return _ends_it(job, reading)
    if outcome.status is Status.PASSED:
        return _unended(job, events) or output.passed(job, outcome, events)
    return _ends_it(job, output.unless_guessed(job, ended(job, outcome, events)))


def _is_as_alone(job: Job, outcome: Outcome, events: Sequence[Event]) -> bool:
    begun = any(event.get("type") == "part" for event in events)
    return begun and not merger.betrays(job, outcome)


def _ends_it(job: Job, reading: Reading) -> Reading:
    """UNVERIFIED where all that a fragment shows is the statement that fails, or never ends."""
    whole = bool(job.facts.get("whole")) or job.snippet.instructions.mode is Mode.FAIL
    if whole or reading.verdict is not Verdict.BROKEN or not only_fails(job.snippet.code):
        return reading
    words = "needs context: it shows nothing but a statement that fails or never ends"
    return replace(reading, verdict=Verdict.UNVERIFIED, reason=words, cause="context")


def _before_it(job: Job, outcome: Outcome) -> Reading:
    """The context came to an end before the snippet began."""
    stderr = outcome.stderr.decode("utf-8", "replace")
    spot = spot_of(job, stderr)
    where = f" at line {spot.line.line}" if spot else ""
    how = outcome.detail or "it ends the program, or starts a server"
    words = "starts a server, which keeps listening" if outcome.listening else how
    reason = f"its context{where} does not lead to it: {words}"
    if spot is None:
        return Reading(Verdict.UNVERIFIED, reason)
    symptom = Symptom(SymptomKind.CONTEXT, reason, spot.line.path, spot.line.line, spot.column)
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def _unended(job: Job, events: Sequence[Event]) -> Reading | None:
    """UNVERIFIED where it is not shown that the snippet came to its end.

    What its context defers may recover from the snippet's own panic, and a goroutine of the context
    may end the program before it.
    """
    ended_ = any(event.get("type") == "end" for event in events)
    exits = [event for event in events if event.get("type") == "exit"]
    row = exits[-1].get("line") if exits else None
    spot = spot_at(job, row) if type(row) is int else None
    if not job.facts.get("ends") or ended_ or (spot is not None and spot.own):
        return None
    words = "needs context: the program ended well, and did not come to the end of the block"
    return Reading(Verdict.UNVERIFIED, words, cause="context")


def _limit(job: Job, kind: SymptomKind, message: str) -> Reading:
    return _broken(kind, message, _loop(job) if kind in _LOOPING else first_spot(job))


def _loop(job: Job) -> Spot:
    """The loop that may have run for ever, where the text shows which; else the first line."""
    found = endless_loop(job.snippet.code)
    return own_row(job, *found) if found else first_spot(job)


def _waits(job: Job, outcome: Outcome) -> str:
    """For what a program at its time limit was waiting, if for something that is no fault of it.

    A busy loop and a sleep of its own are the document's; so is a limit that the document sets.
    """
    # On a crowded machine a busy loop gets little; who waits takes next to nothing anywhere.
    busy = outcome.cpu_seconds > 0.1 + 0.01 * outcome.seconds
    if busy or job.snippet.instructions.wall_seconds is not None:
        return ""
    code = job.snippet.code
    if re.search(r"\btime\.Sleep\b|\btime\.After\b", code):
        return ""
    return "waits for something that does not come here"


def _broken(kind: SymptomKind, message: str, spot: Spot, **more: Any) -> Reading:
    symptom = Symptom(kind, message, spot.line.path, spot.line.line, spot.column, **more)
    return Reading(Verdict.BROKEN, symptom=symptom)


# --- What the driver and the compiler say ----------------------------------------------------


def _built(
    job: Job, outcome: Outcome, environment: Environment | None, events: Sequence[Event]
) -> Reading:
    if outcome.status is Status.PASSED:
        return Reading(Verdict.PASSED, level=job.level)
    if any(event.get("type") == "cgo" for event in events):
        spot = first_spot(job)
        symptom = Symptom(SymptomKind.TOOLCHAIN, "cgo is off", spot.line.path, spot.line.line)
        reason = 'cgo is off: `import "C"` would run a C compiler'
        return Reading(Verdict.UNVERIFIED, reason, symptom)
    faults = [_fault(event) for event in events if event.get("type") == "error"]
    if not faults:
        return _refused(outcome, events)
    fault, ruling = judge(faults, _with_guesses(job, events), environment)
    at = spot_at(job, fault.row, fault.column) if fault.file.endswith("snippet.go") else None
    if at is None and (end := unfinished(job, fault.message)) is not None:
        return _broken(SymptomKind.SYNTAX, end[1], end[0])
    if at is None or not at.own:
        return _context_fails(job, fault, at)
    symptom = Symptom(
        kind=ruling.kind,
        message=_headline(fault),
        path=at.line.path,
        line=at.line.line,
        column=at.column,
        names=tuple(name for name in (fault.name, fault.near) if name),
        trace=_trace(job, faults),
    )
    return Reading(ruling.verdict, ruling.reason, symptom)


def _with_guesses(job: Job, events: Sequence[Event]) -> Job:
    """The job with what the driver took from the repository's package without being told to."""
    said = [str(event.get("text")) for event in events if event.get("type") == "added"]
    dots = [text for text in said if text.startswith("import . ")]
    guessed = [one for one in (job.facts.get("guessed", ""), *dots) if one]
    return replace(job, facts={**job.facts, "guessed": ", ".join(guessed), "dot": "".join(dots)})


def _refused(outcome: Outcome, events: Sequence[Event]) -> Reading:
    """The tools ended without an error of the document's: too little memory or time, a bug."""
    said = [str(event.get("text")) for event in events if event.get("type") == "refused"]
    tail = (said or [outcome.stderr.decode("utf-8", "replace")])[-1].strip().splitlines()[-1:]
    words = tail[0][:200] if tail else outcome.detail or f"exit code {outcome.exit_code}"
    if outcome.status in LIMITS:
        words = outcome.detail or str(outcome.status)
    return Reading(Verdict.UNVERIFIED, f"it could not be compiled here: {words}", cause="toolchain")


def _context_fails(job: Job, fault: Fault, spot: Spot | None) -> Reading:
    where = f" at line {spot.line.line}" if spot else ""
    guessed = job.facts.get("guessed", "")
    reason = f"its context{where} does not compile: {fault.message}"
    if guessed:
        reason += f" ({guessed})"
    at = spot or first_spot(job)
    symptom = Symptom(SymptomKind.CONTEXT, _headline(fault), at.line.path, at.line.line, at.column)
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def _fault(event: Event) -> Fault:
    numbers = [event.get(key) for key in ("line", "column")]
    row, column = (one if isinstance(one, int) else 0 for one in numbers)
    texts = {key: str(event.get(key) or "") for key in _TEXTS}
    return Fault(row=row, column=column, **texts)


def _headline(fault: Fault) -> str:
    first = fault.message.split("\n", 1)[0]
    if fault.code == "UndeclaredName" and fault.owner:
        return f"{first} (`{fault.owner}` is not imported)"
    return f"{first} (did you mean {fault.near}?)" if fault.near else first


def _trace(job: Job, faults: Sequence[Fault]) -> str:
    lines = []
    for fault in faults[:20]:
        spot = spot_at(job, fault.row, fault.column)
        place = f"{spot.line.path}:{spot.line.line}:{spot.column}: " if spot else ""
        lines.append(place + fault.message)
    return "\n".join(lines)
