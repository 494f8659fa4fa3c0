"""Blocks that are marked to fail: whether they fail as they promise."""

from doc_healing.languages.javascript.places import Spot
from doc_healing.languages.promises import FREE, LIMITS, found
from doc_healing.model import (
    FailKind,
    Job,
    MustFail,
    Outcome,
    Reading,
    Symptom,
    SymptomKind,
    Verdict,
)


def promised_failure(job: Job, outcome: Outcome, reading: Reading, spot: Spot) -> Reading:
    """PASSED where the block failed as promised, BROKEN where it ran clean or failed otherwise."""
    promise = job.snippet.instructions.must_fail or MustFail()
    symptom = reading.symptom
    free = FREE in job.snippet.instructions.flags
    if reading.verdict is Verdict.PASSED and free:
        return reading
    if reading.verdict is Verdict.PASSED and not reading.reason:
        return _broken(spot, "it is marked to fail, and it ran clean")
    if symptom is None or symptom.kind in LIMITS:
        return reading
    if reading.verdict is Verdict.UNVERIFIED and symptom.exception != "ReferenceError":
        return reading
    kept = _as_promised(promise, symptom, outcome)
    if kept is None:
        reason = f"the pattern of its promise takes too long: {promise.pattern[:80]}"
        return Reading(Verdict.UNVERIFIED, reason, symptom)
    if not kept:
        return _broken(spot, f"it is marked to fail otherwise; it failed with {symptom.message}")
    reason = f"fails as it is marked to: {symptom.message}"
    return Reading(Verdict.PASSED, reason, level=job.level)


def _as_promised(promise: MustFail, symptom: Symptom, outcome: Outcome) -> bool | None:
    syntax = symptom.kind is SymptomKind.SYNTAX
    if promise.kind is FailKind.BUILD and not syntax:
        return False
    if promise.kind is FailKind.RUN and syntax:
        return False
    if promise.code and promise.code not in (symptom.exception, str(outcome.exit_code)):
        return False
    return found(promise.pattern, symptom.message)


def _broken(spot: Spot, message: str) -> Reading:
    symptom = Symptom(
        SymptomKind.EXCEPTION, message, spot.line.path, spot.line.line, spot.line.column
    )
    return Reading(Verdict.BROKEN, symptom=symptom)
