"""What an outcome means: the verdict, and the symptom at its place in the document."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from doc_healing.languages.javascript import output
from doc_healing.languages.javascript.ended import (
    after_it,
    cleared_badly,
    ended_early,
    finished,
    kept_back,
    with_warnings,
)
from doc_healing.languages.javascript.places import (
    Spot,
    at_row,
    find,
    first_spot,
    is_main,
    spot_of,
)
from doc_healing.languages.javascript.policy import (
    Fault,
    Ruling,
    red,
    rule,
    says_network,
    unverified,
)
from doc_healing.languages.javascript.promised import promised_failure
from doc_healing.languages.javascript.surroundings import excused
from doc_healing.languages.javascript.tree import endless_loop
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

_USAGE = re.compile(
    r"usage:|missing required|required (option|argument)|not enough|too many arguments|"
    r"unknown (command|option|argument)|--help|options:|commands:|must be provided|"
    r"missing (argument|command)|expected \d+ argument|specify",
    re.IGNORECASE,
)
_LOOPING = (SymptomKind.TIMEOUT, SymptomKind.OUTPUT_LIMIT, SymptomKind.MEMORY)
_ALIVE = 0.5  # of its time: a later heartbeat tells of a program that waits and is not busy
_HANDLED = re.compile(r"\b(ENOENT|EACCES|ENOTDIR|EPERM|EROFS)\b[:,]")
_HEAP = re.compile(rb"heap out of memory|Allocation failed|Fatal JavaScript (out of memory|OOM)")


def read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    """The reading of one outcome. It never raises for anything that a snippet prints or does."""
    events = events_of(job, outcome.report)
    warnings = tuple(
        dict.fromkeys(
            f"{event.get('name')}: {event.get('message')}"
            for event in events
            if event.get("type") == "warning" and "Deprecation" in str(event.get("name"))
        )
    )
    reading = _read(job, outcome, environment, events)
    noticed = (*warnings, *cleared_badly(events), *reading.warnings)
    added = tuple(json.loads(job.facts.get("added", "[]")))
    return told(replace(reading, warnings=noticed, added=added))


def _read(
    job: Job, outcome: Outcome, environment: Environment | None, events: list[Event]
) -> Reading:
    if outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        cause: Cause = "sandbox" if outcome.status is Status.SANDBOX_ERROR else "interrupted"
        return Reading(Verdict.UNVERIFIED, outcome.detail or str(outcome.status), cause=cause)
    early = ended_early(job, outcome, events)
    if early is not None:
        return early
    server = any(event.get("type") == "server" for event in events)
    if server or (outcome.status is Status.TIMEOUT and outcome.listening):
        reason = "starts a server, which keeps listening"
        return Reading(Verdict.UNVERIFIED, reason, cause="server")
    if _out_of_memory(outcome):
        return _limit(job, SymptomKind.MEMORY, "ran out of memory (V8's heap)")
    if outcome.status is Status.TIMEOUT and (waits := _waits(job, outcome, events)):
        reading = _limit(job, SymptomKind.TIMEOUT, outcome.detail or "time limit")
        return replace(reading, verdict=Verdict.UNVERIFIED, reason=waits)
    if outcome.status in LIMITS:
        reading = _limit(job, LIMITS[outcome.status], outcome.detail or str(outcome.status))
        return excused(job, reading, events)
    # A listener for the end can turn an error's exit code back to 0; one for errors handles it.
    hidden = any(item.get("type") == "error" and item.get("handled") is False for item in events)
    if outcome.status is Status.PASSED and not hidden:
        reading = kept_back(job, events) or output.passed(job, outcome, events)
    else:
        reading = _failed(job, outcome, environment, events)
    reading = excused(job, reading, events)
    if job.snippet.instructions.mode is Mode.FAIL:
        return promised_failure(job, outcome, reading, first_spot(job))
    return reading


def events_of(job: Job, report: bytes) -> list[Event]:
    """What the driver of this very run reported, in order."""
    events: list[Event] = []
    for line in report.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and event.get("nonce") == job.facts.get("nonce"):
            events.append(event)
    return events


def _out_of_memory(outcome: Outcome) -> bool:
    aborted = outcome.signal in (6, 5, 4) or outcome.exit_code in (134, 133, 132)
    return aborted and _HEAP.search(outcome.stderr) is not None


def _limit(job: Job, kind: SymptomKind, message: str) -> Reading:
    return _broken(kind, message, _loop(job) if kind in _LOOPING else first_spot(job))


def _loop(job: Job) -> Spot:
    """The loop that may have run for ever, where the text shows which; else the first line."""
    row, column = endless_loop(job.snippet.code) or (-1, 0)
    first = int(job.facts.get("first", "0"))
    return at_row(job, first + row, column) if row >= 0 else first_spot(job)


def _waits(job: Job, outcome: Outcome, events: list[Event]) -> str:
    """For what a program at its time limit was waiting, if for something that is no fault of it.

    A busy loop and a sleep of its own are the document's; so is a limit that the document sets.
    """
    beats = [event.get("at") for event in events if event.get("type") == "beat"]
    last = beats[-1] if beats else 0
    idle = isinstance(last, int | float) and last > _ALIVE * outcome.seconds
    if not idle or job.snippet.instructions.wall_seconds is not None:
        return ""
    if re.search(r"\bsetInterval\b", job.snippet.code):
        return "runs for ever, by `setInterval`"
    own_sleep = re.search(r"\bsetTimeout\b|\bsleep\b|\bdelay\b|Atomics\.wait", job.snippet.code)
    return "" if own_sleep else "waits for something that does not come here"


def _broken(kind: SymptomKind, message: str, spot: Spot, **more: Any) -> Reading:
    symptom = Symptom(kind, message, spot.line.path, spot.line.line, spot.column, **more)
    return Reading(Verdict.BROKEN, symptom=symptom)


def _failed(
    job: Job, outcome: Outcome, environment: Environment | None, events: list[Event]
) -> Reading:
    errors = [event for event in events if event.get("type") == "error"]
    stderr = outcome.stderr.decode("utf-8", "replace")
    if errors:
        printed_ = outcome.stdout.decode("utf-8", "replace") + stderr
        fault = _fault(errors[-1])
        spot = spot_of(job, fault.stack, stderr)
        if spot is not None and after_it(job, spot) and finished(events):
            return _cleared(job, outcome, events, _headline(fault), spot)
        return _doubted(job, _uncaught(job, fault, stderr, environment), printed_, stderr)
    exits = [event for event in events if event.get("type") == "exit"]
    if outcome.signal is not None or outcome.status is Status.SIGNAL:
        message = outcome.detail or f"killed by signal {outcome.signal}"
        return _limit(job, SymptomKind.SIGNAL, message)
    printed = re.search(r"(?m)^(\w*Error)(?: \[\w+\])?: (.*)$", stderr)
    if not exits and printed and "SyntaxError" in stderr:
        fault = Fault(printed.group(1), printed.group(2))
        return _uncaught(job, fault, stderr, environment)
    if not events:  # even a program that only exits says so: ours never came to run it
        tail = stderr.strip().splitlines()[-1:] or [f"exit code {outcome.exit_code}"]
        reason = f"Node.js did not come to run the program: {tail[0][:200]}"
        return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
    end = exits[-1] if exits else None
    spot = spot_of(job, str(end.get("stack") or ""), "") if end else None
    if spot is not None and after_it(job, spot) and finished(events):
        return _cleared(job, outcome, events, f"exit code {outcome.exit_code}", spot)
    return _exited(job, outcome, end, stderr)


def _cleared(job: Job, outcome: Outcome, events: list[Event], words: str, spot: Spot) -> Reading:
    """The reading of a snippet that was done when its teardown failed."""
    said = f"its teardown at line {spot.line.line} failed: {words}"
    return with_warnings(output.passed(job, outcome, events), said)


def _doubted(job: Job, reading: Reading, printed: str, stderr: str) -> Reading:
    """A red reading that stands on a guess of ours, or follows an error that was handled."""
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None:
        return reading
    if symptom.kind is SymptomKind.SYNTAX and "strict mode" in symptom.message:
        return output.unless_guessed(job, reading)
    if symptom.kind in (SymptomKind.SYNTAX, SymptomKind.IMPORT, SymptomKind.NAME):
        return reading
    words = printed if symptom.kind is SymptomKind.ATTRIBUTE else ""
    words = words.replace(symptom.message, "")
    handled = _HANDLED.search(words)
    if handled or says_network(words.removesuffix(stderr)):
        reason = "follows an error that it only prints" + (f" ({handled[1]})" if handled else "")
        return replace(reading, verdict=Verdict.UNVERIFIED, reason=f"needs context: {reason}")
    return output.unless_guessed(job, reading)


def _fault(event: Event) -> Fault:
    chain = event.get("chain")
    items = chain if isinstance(chain, list) else []
    texts = {key: str(event.get(key) or "") for key in ("code", "syscall", "path", "stack")}
    return Fault(
        name=str(event.get("name") or event.get("kind") or "Error"),
        message=str(event.get("message") or ""),
        interop=event.get("interop") is True,
        child=event.get("child") is True,
        chain=tuple(_fault(item) for item in items if isinstance(item, dict)),
        **texts,
    )


def _uncaught(job: Job, fault: Fault, stderr: str, environment: Environment | None) -> Reading:
    spot = spot_of(job, fault.stack, stderr)
    text = spot.line.text if spot else ""
    fault = replace(fault, line=text)
    ruling = rule(fault, job, environment)
    if spot is None or (ruling.kind is SymptomKind.IMPORT and ruling.needle):
        spot = (find(job, ruling.needle) if ruling.needle else None) or spot
    if spot is not None and spot.part == "context":
        return _setup(fault, spot, "teardown" if after_it(job, spot) else "setup")
    if spot is not None and ruling.verdict is Verdict.BROKEN and _announced(job, spot):
        reason = f"fails as its comment announces: {_headline(fault)}"
        return Reading(Verdict.PASSED, reason, level=job.level)
    return _ruled(fault, ruling, spot or first_spot(job), _trace(job, fault, stderr))


def _ruled(fault: Fault, ruling: Ruling, spot: Spot, trace: str) -> Reading:
    symptom = Symptom(
        kind=ruling.kind,
        message=_headline(fault),
        path=spot.line.path,
        line=spot.line.line,
        column=spot.column,
        exception=fault.name,
        names=_names(fault),
        trace=trace,
    )
    return Reading(ruling.verdict, ruling.reason, symptom)


def _setup(fault: Fault, spot: Spot, part: str) -> Reading:
    reason = f"its {part} at line {spot.line.line} failed: {_headline(fault)}"
    symptom = Symptom(
        SymptomKind.CONTEXT,
        _headline(fault),
        spot.line.path,
        spot.line.line,
        spot.column,
        exception=fault.name,
    )
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def _headline(fault: Fault) -> str:
    message = fault.message.strip().split("\n\nRequire stack")[0].split("\nRequire stack")[0]
    first = message.split("\n", 1)[0] if "AssertionError" not in fault.name else message
    first = first.replace("file:///work/", "").replace("/work/", "")
    return f"{fault.name}: {first}" if first else fault.name


def _names(fault: Fault) -> tuple[str, ...]:
    quoted = re.findall(r"'([\w$@./-]+)'", fault.message)
    leading = re.match(r"([\w$.]+) is not ", fault.message)
    names = [*(leading.group(1).split(".") if leading else ()), *quoted]
    return tuple(dict.fromkeys(name for name in names if not name.startswith("/")))


def _trace(job: Job, fault: Fault, stderr: str) -> str:
    def place(match: re.Match[str]) -> str:
        if not is_main(job, match.group(1)):
            return match.group()
        spot = spot_of(job, match.group(), "")
        return f"{spot.line.path}:{spot.line.line}:{spot.column}" if spot else match.group()

    lines = (fault.stack or stderr).split("\n")
    kept = [
        line for line in lines if "(node:internal" not in line and "at node:internal" not in line
    ]
    return re.sub(r"(?:file://)?(/[^\s()]*):\d+:\d+", place, "\n".join(kept[:40]))


def _announced(job: Job, spot: Spot) -> bool:
    rows = json.loads(job.facts.get("announced", "[]"))
    return any(first <= spot.row <= last for first, last in rows)


# --- Exit codes ----------------------------------------------------------------------------


def _exited(job: Job, outcome: Outcome, event: Event | None, stderr: str) -> Reading:
    printed = outcome.stdout.decode("utf-8", "replace") + stderr
    stack = str(event.get("stack") or "") if event else ""
    spot = spot_of(job, stack, "") or find(job, r"process\.exit") or first_spot(job)
    ruling = _exit_ruling(job, outcome, stack, printed)
    symptom = Symptom(
        ruling.kind,
        f"exits with code {outcome.exit_code}",
        spot.line.path,
        spot.line.line,
        spot.column,
        trace=stderr[-4000:],
    )
    return Reading(ruling.verdict, ruling.reason, symptom)


def _exit_ruling(job: Job, outcome: Outcome, stack: str, printed: str) -> Ruling:
    code = job.snippet.code
    if says_network(printed):
        return unverified(SymptomKind.NETWORK, "needs the network")
    if outcome.exit_code == 13:
        return unverified(
            SymptomKind.CONTEXT, "waits for something that never happens here (top-level await)"
        )
    library = _exits_in_library(job, stack)
    if not library and re.search(r"\bcatch\b|\.on\(\s*['\"]error|\berr(or)?\b *[)=,]", code):
        return unverified(SymptomKind.CONTEXT, "ends by its own handling of an error")
    if "process.argv" in code or (library and _USAGE.search(printed)):
        return unverified(SymptomKind.CONTEXT, "needs command-line arguments")
    if library:
        words = printed.strip().split("\n")[-1][:120]
        return unverified(SymptomKind.CONTEXT, f"a library ends the program: {words}")
    if "process.env" in code:
        return unverified(SymptomKind.CONTEXT, "needs variables of the environment")
    return red(SymptomKind.EXIT)


def _exits_in_library(job: Job, stack: str) -> bool:
    frames = re.findall(r"(?:file://)?(/[^\s()]*):\d+:\d+", stack)
    return bool(frames) and not is_main(job, frames[0])
