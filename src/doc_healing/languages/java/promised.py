"""Blocks that are marked to fail: whether they fail as they promise."""

import json
import re
import subprocess
import sys

from doc_healing.languages.java.places import Spot
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

_FREE = "may-pass"
_MOST = 20_000
_SECONDS = 3
_SEARCH = """
import json, re, sys
pattern, message = json.load(sys.stdin)
sys.exit(0 if re.search(pattern, message) else 1)
"""
_LIMITS = frozenset(
    {
        SymptomKind.TIMEOUT,
        SymptomKind.MEMORY,
        SymptomKind.OUTPUT_LIMIT,
        SymptomKind.PROCESS_LIMIT,
        SymptomKind.DISK_LIMIT,
    }
)
_OUTSIDE = (SymptomKind.DEPENDENCY, SymptomKind.TOOLCHAIN, SymptomKind.NETWORK)


def promised_failure(job: Job, outcome: Outcome, reading: Reading, spot: Spot) -> Reading:
    """PASSED where the block failed as promised, BROKEN where it ran clean or failed otherwise."""
    promise = job.snippet.instructions.must_fail or MustFail()
    symptom = reading.symptom
    if reading.verdict is Verdict.PASSED and _FREE in job.snippet.instructions.flags:
        return reading
    if reading.verdict is Verdict.PASSED and not reading.reason:
        return _broken(spot, "it is marked to fail, and it ran clean")
    if symptom is None or symptom.kind in _LIMITS:
        return reading
    built = outcome.step == "build"
    if reading.verdict is Verdict.UNVERIFIED and (symptom.kind in _OUTSIDE or not built):
        return reading
    kept = _as_promised(promise, symptom, outcome, built)
    if kept is None:
        reason = f"the pattern of its promise takes too long: {promise.pattern[:80]}"
        return Reading(Verdict.UNVERIFIED, reason, symptom)
    if not kept and reading.verdict is Verdict.UNVERIFIED:
        return reading
    if not kept:
        return _broken(spot, f"it is marked to fail otherwise; it failed with {symptom.message}")
    return Reading(Verdict.PASSED, f"fails as it is marked to: {symptom.message}", level=job.level)


def _as_promised(promise: MustFail, symptom: Symptom, outcome: Outcome, built: bool) -> bool | None:
    if promise.kind is FailKind.BUILD and not built:
        return False
    if promise.kind is FailKind.RUN and built:
        return False
    names = (symptom.exception, symptom.exception.rpartition(".")[2], str(outcome.exit_code))
    codes = (*names, symptom.exception.removeprefix("compiler.err."))
    if promise.code and promise.code not in codes:
        return False
    return _found(promise.pattern, f"{symptom.message}\n{symptom.trace}")


def _found(pattern: str, message: str) -> bool | None:
    """Whether a stranger's pattern is found; None where the search does not end in time.

    In a process of its own: `re` can take ages over a short pattern and cannot be interrupted.
    """
    if pattern in message:
        return True
    if re.fullmatch(r"[\w\s'\"`,:;/<>=-]*", pattern):
        return False
    command = [sys.executable, "-I", "-S", "-c", _SEARCH]
    given = json.dumps([pattern[:_MOST], message[:_MOST]]).encode()
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=_SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode == 0


def _broken(spot: Spot, message: str) -> Reading:
    symptom = Symptom(SymptomKind.EXCEPTION, message, spot.line.path, spot.line.line, spot.column)
    return Reading(Verdict.BROKEN, message, symptom)
