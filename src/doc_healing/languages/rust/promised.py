"""Blocks that are marked to fail (`should_panic`, `compile_fail`), and whether they do."""

import re

from doc_healing.languages.promises import FREE, LIMITS, found
from doc_healing.languages.rust.places import Spot
from doc_healing.languages.rust.reports import Build
from doc_healing.model import (
    FailKind,
    Job,
    Level,
    MustFail,
    Outcome,
    Reading,
    Symptom,
    SymptomKind,
    Verdict,
)


def promised_failure(
    job: Job, outcome: Outcome, built: Build, reading: Reading, spot: Spot
) -> Reading:
    """PASSED where the block failed as promised, BROKEN where it ran clean or failed otherwise."""
    promise = job.snippet.instructions.must_fail or MustFail()
    symptom = reading.symptom
    if reading.verdict is Verdict.PASSED:
        if FREE in job.snippet.instructions.flags or reading.reason:
            return reading
        what = (
            "not to compile, and it compiles" if _of_build(promise) else "to fail, and it ran clean"
        )
        return _broken(spot, f"it is marked {what}")
    if symptom is None or symptom.kind in LIMITS:
        return reading
    at_build = outcome.step == "build"
    if at_build and promise.kind is not FailKind.RUN:
        return _not_built(promise, built, reading, symptom, job, spot)
    if at_build:
        return reading  # it has to compile, and did not: that is the failure
    if promise.kind is FailKind.BUILD:
        return _broken(spot, "it is marked not to compile, and it compiles")
    if reading.verdict is Verdict.UNVERIFIED and promise.pattern:
        return reading
    return _ran(promise, outcome, symptom, job, spot)


def _not_built(
    promise: MustFail, built: Build, reading: Reading, symptom: Symptom, job: Job, spot: Spot
) -> Reading:
    if symptom.kind in (SymptomKind.DEPENDENCY, SymptomKind.TOOLCHAIN):
        return reading  # it does not compile, but for another reason than the page's
    errors = built.attempts[0].errors if built.attempts else ()
    codes = {error.code for error in errors}
    wanted = set(re.findall(r"E\d{4}", promise.code))
    if wanted and not wanted & codes and reading.verdict is Verdict.UNVERIFIED:
        return reading  # what it lacks here may hide the error that it promises
    if wanted and not wanted & codes:
        said = ", ".join(sorted(code for code in codes if code)) or symptom.message
        message = f"it is marked to fail with {promise.code}; it failed with {said}"
        return _broken(spot, message)
    return _kept(promise, "\n".join(error.words for error in errors), symptom, job, spot)


def _ran(promise: MustFail, outcome: Outcome, symptom: Symptom, job: Job, spot: Spot) -> Reading:
    code = promise.code
    if code and code not in (symptom.exception, str(outcome.exit_code)):
        return _broken(spot, f"it is marked to fail otherwise; it failed with {symptom.message}")
    return _kept(promise, symptom.message, symptom, job, spot)


def _kept(promise: MustFail, said: str, symptom: Symptom, job: Job, spot: Spot) -> Reading:
    kept = found(promise.pattern, said)
    if kept is None:
        reason = f"the pattern of its promise takes too long: {promise.pattern[:80]}"
        return Reading(Verdict.UNVERIFIED, reason, symptom)
    if not kept:
        return _broken(spot, f"it is marked to fail otherwise; it failed with {symptom.message}")
    reason = f"fails as it is marked to: {symptom.message}"
    level = Level.BUILDS if _of_build(promise) else job.level
    return Reading(Verdict.PASSED, reason, level=level)


def _of_build(promise: MustFail) -> bool:
    return promise.kind is FailKind.BUILD


def _broken(spot: Spot, message: str) -> Reading:
    symptom = Symptom(SymptomKind.EXCEPTION, message, spot.path, spot.line, spot.column)
    return Reading(Verdict.BROKEN, symptom=symptom)
