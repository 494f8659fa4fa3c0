"""Running one program until it is certain how it ends (invariants 2 and 7).

The fast path first, where the program has one: what passes there has passed. Everything else is run
in a process of its own, and a failure once more, unless the fast run failed in the very same way.
"""

from dataclasses import dataclass, replace

from doc_healing.model import (
    Environment,
    Job,
    Limits,
    Outcome,
    Reading,
    Snippet,
    Status,
    SymptomKind,
    Toolchain,
    Verdict,
)
from doc_healing.pipeline.tools import Tools
from doc_healing.protocols import Language

DIVERGED = "its fast run failed and the run alone passed: please report it"
# A second run says nothing new about these, or costs as much again as the limit that was hit.
_CERTAIN = (
    SymptomKind.SYNTAX,
    SymptomKind.TIMEOUT,
    SymptomKind.MEMORY,
    SymptomKind.OUTPUT_LIMIT,
    SymptomKind.PROCESS_LIMIT,
    SymptomKind.DISK_LIMIT,
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A job with everything that decides how it ends."""

    language: Language
    job: Job
    toolchain: Toolchain
    environment: Environment | None
    siblings: tuple[Snippet, ...] = ()  # of its document and language, for its context
    shown: tuple[Snippet, ...] = ()  # those of its document that it shows as files


def limits_of(tools: Tools, trial: Trial) -> Limits:
    """A document may ask for less time than the operator allows, never for more (invariant 10)."""
    operator, asked = tools.limits, trial.job.snippet.instructions.wall_seconds
    if asked is None:
        return operator
    return replace(operator, wall_seconds=min(asked, operator.wall_seconds))


Attempt = tuple[Outcome, Reading]


def quick(tools: Tools, trial: Trial, limits: Limits) -> Attempt | None:
    """One run on the fast path; None for a program that has none."""
    return _attempt(tools, trial, limits) if trial.job.program.resident else None


def settle(tools: Tools, trial: Trial, limits: Limits, fast: Attempt | None) -> Attempt:
    """How a trial ends, and what that means; a failure only if it is certain.

    `fast` is how it ended on the fast path, if it has one.
    """
    if fast and (fast[1].verdict is Verdict.PASSED or not fast[0].fast):
        return _repeated(tools, trial, limits, fast)
    alone = _cold(trial)
    found = _repeated(tools, alone, limits, _attempt(tools, alone, limits), fast)
    if fast and found[1].verdict is Verdict.PASSED and fast[0].status is Status.FAILED:
        outcome, reading = found
        return outcome, replace(reading, warnings=(*reading.warnings, DIVERGED))
    return found


def _cold(trial: Trial) -> Trial:
    program = replace(trial.job.program, resident=None)
    return replace(trial, job=replace(trial.job, program=program))


def _repeated(
    tools: Tools,
    trial: Trial,
    limits: Limits,
    first: Attempt,
    fast: Attempt | None = None,
) -> Attempt:
    """A run, again as often as its author allows it to fail, and once more to be sure."""
    outcome, reading = first
    for _ in range(trial.job.snippet.instructions.retries):
        if reading.verdict is not Verdict.BROKEN or tools.stop.is_set():
            break
        outcome, reading = _attempt(tools, trial, limits)
    if reading.verdict is not Verdict.BROKEN or tools.stop.is_set():
        return outcome, reading
    if fast and fast[1] == reading:
        return outcome, reading
    return _confirmed(tools, trial, limits, outcome, reading)


def _attempt(tools: Tools, trial: Trial, limits: Limits) -> Attempt:
    """One run; a fault of ours is tried once more (invariant 2)."""
    job = trial.job
    outcome = tools.sandbox.run(job.program, limits)
    if outcome.status is Status.SANDBOX_ERROR and not tools.stop.is_set():
        outcome = tools.sandbox.run(job.program, limits)
    if outcome.status is Status.SANDBOX_ERROR:
        reason = outcome.detail or "the sandbox failed"
        return outcome, Reading(Verdict.UNVERIFIED, reason, cause="sandbox")
    if outcome.status is Status.CANCELLED:
        reason = "not run to its end: it was interrupted"
        return outcome, Reading(Verdict.UNVERIFIED, reason, cause="interrupted")
    return outcome, trial.language.read(job, outcome, trial.environment)


def _confirmed(
    tools: Tools, trial: Trial, limits: Limits, outcome: Outcome, reading: Reading
) -> Attempt:
    """A failure is red only if a second run fails too, and a wrong output only if it is stable."""
    symptom = reading.symptom
    if symptom is None or symptom.kind in _CERTAIN or outcome.step == "build":
        return outcome, reading
    again, second = _attempt(tools, trial, limits)
    if second.verdict is not Verdict.BROKEN:
        reason = "flaky: it failed once and passed the second time"
        return again, replace(
            second, verdict=Verdict.UNVERIFIED, reason=reason, symptom=symptom, cause="unstable"
        )
    if second.symptom is not None and second.symptom.actual != symptom.actual:
        reason = "its output differs from run to run, so it cannot be compared"
        return again, replace(second, verdict=Verdict.UNVERIFIED, reason=reason, cause="unstable")
    return outcome, reading
