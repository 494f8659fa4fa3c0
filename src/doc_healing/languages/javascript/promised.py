"""Blocks that are marked to fail: whether they fail as they promise."""

import re

from doc_healing.languages.javascript.places import Spot
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

_LIMITS = frozenset(
    {
        SymptomKind.TIMEOUT,
        SymptomKind.MEMORY,
        SymptomKind.OUTPUT_LIMIT,
        SymptomKind.PROCESS_LIMIT,
        SymptomKind.DISK_LIMIT,
    }
)


def promised_failure(job: Job, outcome: Outcome, reading: Reading, spot: Spot) -> Reading:
    """PASSED where the block failed as promised, BROKEN where it ran clean or failed otherwise."""
    promise = job.snippet.instructions.must_fail or MustFail()
    symptom = reading.symptom
    if reading.verdict is Verdict.PASSED and not reading.reason:
        return _broken(spot, "it is marked to fail, and it ran clean")
    if symptom is None or symptom.kind in _LIMITS:
        return reading
    if reading.verdict is Verdict.UNVERIFIED and symptom.exception != "ReferenceError":
        return reading
    if not _as_promised(promise, symptom, outcome):
        return _broken(spot, f"it is marked to fail otherwise; it failed with {symptom.message}")
    reason = f"fails as it is marked to: {symptom.message}"
    return Reading(Verdict.PASSED, reason, level=job.level)


def _as_promised(promise: MustFail, symptom: Symptom, outcome: Outcome) -> bool:
    syntax = symptom.kind is SymptomKind.SYNTAX
    if promise.kind is FailKind.BUILD and not syntax:
        return False
    if promise.kind is FailKind.RUN and syntax:
        return False
    if promise.code and promise.code not in (symptom.exception, str(outcome.exit_code)):
        return False
    return _found(promise.pattern, symptom.message)


def _found(pattern: str, message: str) -> bool:
    try:
        return re.search(pattern, message) is not None
    except re.error:
        return pattern in message


def _broken(spot: Spot, message: str) -> Reading:
    symptom = Symptom(
        SymptomKind.EXCEPTION, message, spot.line.path, spot.line.line, spot.line.column
    )
    return Reading(Verdict.BROKEN, symptom=symptom)
