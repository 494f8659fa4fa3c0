"""What an outcome means: the verdict, and the symptom at its place in the document."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from doc_healing.languages.java import output
from doc_healing.languages.java.announced import announced, announcement
from doc_healing.languages.java.answers import read_session
from doc_healing.languages.java.deprecations import deprecations
from doc_healing.languages.java.failures import resource, rule_thrown
from doc_healing.languages.java.places import (
    Spot,
    diagnosed,
    events_of,
    find,
    first_spot,
    loop_spot,
    spot_at,
    thrown_at,
    thrown_through,
)
from doc_healing.languages.java.policy import Case, Ruling, chosen, is_context, rule, said
from doc_healing.languages.java.promised import promised_failure
from doc_healing.languages.java.reached import unreached
from doc_healing.languages.verdicts import LIMITS, caused
from doc_healing.model import (
    Cause,
    Environment,
    Job,
    Line,
    Mode,
    Outcome,
    Reading,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)

Event = Mapping[str, Any]
K = SymptomKind

_LOOPING = (K.TIMEOUT, K.OUTPUT_LIMIT, K.MEMORY)
_SERVER = re.compile(r"(?i)ServerSocket|HttpServer|\.accept\(|\.listen\(|\bserver\b[\w.]*\.start\(")


def read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    """The reading of one outcome. It never raises for anything that a snippet prints or does."""
    events = events_of(job, outcome.report)
    reading = _unless_guessed(_read(job, outcome, environment, events), events)
    reading = _unless_disputed(reading, job.facts.get("disputed", ""))
    warnings = deprecations(job, events, environment)
    reading = replace(reading, warnings=(*warnings, *reading.warnings), added=_added(job, events))
    return caused(reading)


def _unless_guessed(reading: Reading, events: Sequence[Event]) -> Reading:
    """UNVERIFIED where a red block ran with a class that it may not mean."""
    guessed = [name for one in events if one.get("type") == "guessed" for name in one["names"]]
    if not guessed or reading.verdict is not Verdict.BROKEN:
        return reading
    reason = f"needs context: it fails with `{guessed[0]}`, which may not be what it means"
    return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason)


def _unless_disputed(reading: Reading, names: str) -> Reading:
    """UNVERIFIED where a red block was lent a type that the page defines in several ways."""
    if not names or reading.verdict is not Verdict.BROKEN:
        return reading
    reason = f"needs context: it fails with one of several definitions of {names} on this page"
    return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")


def _added(job: Job, events: Sequence[Event]) -> tuple[str, ...]:
    told = list(json.loads(job.facts.get("added", "[]")))
    for event in events:
        if event.get("type") == "imports":
            told.append("imports of " + ", ".join(f"`{name}`" for name in event.get("names", ())))
        elif event.get("type") == "preview":
            told.append("preview features enabled")
        elif event.get("type") == "newer":
            told.append(f"a newer Java than the repository's release {event.get('release')}")
    return tuple(dict.fromkeys(told))


def _read(
    job: Job, outcome: Outcome, environment: Environment | None, events: list[Event]
) -> Reading:
    if outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        cause: Cause = "sandbox" if outcome.status is Status.SANDBOX_ERROR else "interrupted"
        return Reading(Verdict.UNVERIFIED, outcome.detail or str(outcome.status), cause=cause)
    if outcome.step == "build" and not any(event.get("type") == "built" for event in events):
        return _no_build(outcome)
    proof = job.facts.get("proof", "") if outcome.step != "build" else ""
    reading = _run(job, outcome, environment, events)
    return unreached(job, outcome, events, proof, reading) or reading


def _run(
    job: Job, outcome: Outcome, environment: Environment | None, events: list[Event]
) -> Reading:
    if outcome.status is Status.TIMEOUT and (outcome.listening or _SERVER.search(job.snippet.code)):
        reason = "starts a server, which keeps listening"
        return Reading(Verdict.UNVERIFIED, reason, cause="server")
    if outcome.status in LIMITS and outcome.step != "build":
        return _limit(job, LIMITS[outcome.status], outcome.detail or str(outcome.status))
    reading = _ended(job, outcome, environment, events)
    if job.snippet.instructions.mode is Mode.FAIL:
        return promised_failure(job, outcome, reading, first_spot(job))
    return _unless_announced(job, reading, events)


def _unless_announced(job: Job, reading: Reading, events: Sequence[Event]) -> Reading:
    """UNVERIFIED where a comment of the block says that what failed fails."""
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None or symptom.kind is K.OUTPUT:
        return reading
    frames = [one for event in events if event.get("type") == "thrown"
              for one in event.get("frames", ())]  # fmt: skip
    spots = (Spot(Line("", symptom.path, symptom.line), 1), *thrown_through(job, frames))
    comment = announcement(job.snippet, [(spot.line.path, spot.line.line) for spot in spots])
    if comment is None:
        return reading
    reason = f"the comment at line {comment.line} says that it fails"
    return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")


def _no_build(outcome: Outcome) -> Reading:
    """The compiler itself did not end: a fault of the surroundings, whatever it compiled."""
    tail = outcome.stderr.decode("utf-8", "replace").strip().splitlines()[:1]
    crashed = "it gives up on this block, as on one nested too deeply"
    words = outcome.detail or (tail[0][:200] if tail else crashed)
    return Reading(
        Verdict.UNVERIFIED, f"the Java compiler did not come to an end: {words}", cause="toolchain"
    )


def _limit(job: Job, kind: SymptomKind, message: str) -> Reading:
    spot = loop_spot(job) if kind in _LOOPING else first_spot(job)
    return _broken(kind, message, spot)


def _broken(kind: SymptomKind, message: str, spot: Spot, **more: Any) -> Reading:
    symptom = Symptom(kind, message, spot.line.path, spot.line.line, spot.column, **more)
    return Reading(Verdict.BROKEN, message, symptom)


def _ended(
    job: Job, outcome: Outcome, environment: Environment | None, events: list[Event]
) -> Reading:
    if job.facts.get("kind") == "transcript":
        return read_session(job, outcome, events)
    thrown = [event for event in events if event.get("type") == "thrown"]
    if outcome.step == "build" and outcome.status is not Status.PASSED:
        return _not_built(job, outcome, environment, events)
    if thrown:
        return _thrown(job, outcome, environment, thrown[0])
    if outcome.status is Status.PASSED:
        return output.passed(job, outcome, events)
    if outcome.signal is not None or outcome.status is Status.SIGNAL:
        message = outcome.detail or f"killed by signal {outcome.signal}"
        return _broken(K.SIGNAL, message, first_spot(job))
    if not any(event.get("type") in ("running", "nothing") for event in events):
        return _no_start(outcome)
    return _exited(job, outcome)


def _no_start(outcome: Outcome) -> Reading:
    lines = (outcome.stdout + outcome.stderr).decode("utf-8", "replace").strip().splitlines()
    words = lines[0][:200] if lines else f"exit code {outcome.exit_code}"
    return Reading(Verdict.UNVERIFIED, f"Java did not start: {words}", cause="toolchain")


# --- what javac said ------------------------------------------------------------------------


def _not_built(
    job: Job, outcome: Outcome, environment: Environment | None, events: list[Event]
) -> Reading:
    errors = [event for event in events if event.get("type") == "error"]
    started = [event.get("java") for event in events if event.get("type") == "started"]
    java = started[0] if started and isinstance(started[0], int) else 0
    if not errors:
        return _no_build(outcome)
    cases = [Case(event, _line_text(job, event), job, environment, java) for event in errors]
    rulings = [(case.event, _placed(job, case, rule(case))) for case in cases]
    event, ruling = chosen(rulings)
    spot = diagnosed(job, event)
    if spot is not None and ruling.verdict is Verdict.BROKEN and announced(spot.line):
        return Reading(
            Verdict.PASSED, f"does not compile, as its comment announces: {said(event)}",
            level=job.level,
        )  # fmt: skip
    spot = spot or first_spot(job)
    symptom = Symptom(
        kind=ruling.kind,
        message=said(event),
        path=spot.line.path,
        line=spot.line.line,
        column=spot.column,
        exception=str(event.get("code", "")),
        names=_names(event),
        trace="\n".join(_trace(job, one) for one in errors[:20]),
    )
    return Reading(ruling.verdict, ruling.reason or symptom.message, symptom)


def _placed(job: Job, case: Case, ruling: Ruling) -> Ruling:
    """A ruling on a line that is not the snippet's own is about its context."""
    spot = diagnosed(job, case.event)
    inside = spot is not None and spot.part == "snippet"
    if inside or is_context(ruling) or not job.facts.get("certain"):
        return ruling
    at = f"at line {spot.line.line} " if spot is not None else ""
    reason = f"what it was completed with {at}does not compile: {said(case.event)}"
    return Ruling(Verdict.UNVERIFIED, K.CONTEXT, reason)


def _line_text(job: Job, event: Event) -> str:
    row = event.get("line")
    line = job.map[row] if isinstance(row, int) and 0 <= row < len(job.map) else None
    return line.text if line is not None else ""


def _names(event: Event) -> tuple[str, ...]:
    args = event.get("args")
    names = [arg for arg in args if isinstance(arg, str)] if isinstance(args, list) else []
    return tuple(name for name in dict.fromkeys(names) if re.fullmatch(r"[\w$.]+", name)
                 and not name.startswith("kindname") and name != "null")  # fmt: skip


def _trace(job: Job, event: Event) -> str:
    spot = diagnosed(job, event)
    at = f"{spot.line.path}:{spot.line.line}:{spot.column}: " if spot else ""
    return f"{at}{event.get('message', '')}"


# --- what was thrown ------------------------------------------------------------------------


def _thrown(job: Job, outcome: Outcome, environment: Environment | None, event: Event) -> Reading:
    spot, told = _origin(job, event)
    limit = resource(event)
    if limit is not None:
        return _broken(limit, _headline(told), spot or loop_spot(job))
    if spot is not None and spot.part == "context":
        reason = f"its context at line {spot.line.line} failed: {_headline(told)}"
        return _ruled(Ruling(Verdict.UNVERIFIED, K.CONTEXT, reason), told, spot, outcome)
    ruling = rule_thrown(told, job, environment)
    if spot is not None and ruling.verdict is Verdict.BROKEN and announced(spot.line):
        reason = f"fails as its comment announces: {_headline(told)}"
        return Reading(Verdict.PASSED, reason, level=job.level)
    return _ruled(ruling, told, spot or first_spot(job), outcome)


def _origin(job: Job, event: Event) -> tuple[Spot | None, Event]:
    """The place of an exception, and the exception or its cause that has one."""
    wraps = ("java.lang.ExceptionInInitializerError", "java.lang.reflect.InvocationTargetException")
    causes = [one for one in event.get("causes", ()) if isinstance(one, dict)]
    told = causes[0] if event.get("class") in wraps and causes else event
    for one in (told, *causes):
        spot = thrown_at(job, one.get("frames", ()))
        if spot is not None:
            return spot, told
    return None, told


def _headline(event: Event) -> str:
    name, message = str(event.get("class", "")), str(event.get("message", ""))
    simple = name.rpartition(".")[2].rpartition("$")[2]
    return f"{simple}: {message}" if message not in ("", "null") else simple


def _ruled(ruling: Ruling, event: Event, spot: Spot, outcome: Outcome) -> Reading:
    symptom = Symptom(
        kind=ruling.kind,
        message=_headline(event).split("\n")[0],
        path=spot.line.path,
        line=spot.line.line,
        column=spot.column,
        exception=str(event.get("class", "")),
        trace=outcome.stderr.decode("utf-8", "replace")[-4000:],
    )
    return Reading(ruling.verdict, ruling.reason or symptom.message, symptom)


# --- exit codes -----------------------------------------------------------------------------


def _exited(job: Job, outcome: Outcome) -> Reading:
    code = job.snippet.code
    spot = find(job, r"System\s*\.\s*exit|\.halt\s*\(") or first_spot(job)
    printed = (outcome.stdout + outcome.stderr).decode("utf-8", "replace")
    message = f"exits with code {outcome.exit_code}"
    reason = ""
    if re.search(r"\bcatch\b", code):
        reason = "ends by its own handling of an error"
    elif re.search(r"\bargs\s*[.\[]|(?i:usage:)", code + printed):
        reason = "needs command-line arguments"
    elif find(job, r"\bexit\s*\(|\.halt\s*\(") is None:
        reason = "a library ends the program"
    symptom = Symptom(
        K.CONTEXT if reason else K.EXIT, message, spot.line.path, spot.line.line, spot.column,
        trace=outcome.stderr.decode("utf-8", "replace")[-4000:],
    )  # fmt: skip
    verdict = Verdict.UNVERIFIED if reason else Verdict.BROKEN
    return Reading(verdict, reason or message, symptom)


__all__ = ["read", "spot_at"]
