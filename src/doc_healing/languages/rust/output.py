"""A run that ended well, held against the output that the document promises."""

import re
from collections.abc import Sequence

from doc_healing.languages.printed import contains, matches
from doc_healing.languages.rust.plan import Plan
from doc_healing.languages.rust.promises import all_kept, broken_promise, promises
from doc_healing.languages.rust.source import code_of, rows
from doc_healing.model import (
    Expectation,
    Job,
    Level,
    Outcome,
    Reading,
    Symptom,
    SymptomKind,
    Verdict,
)

# What a document can only show an example of: addresses, ids, times.
_VOLATILE = (
    re.compile(r"\b0x[0-9a-f]{6,}\b"),
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"),
    re.compile(r"\b\d+(?:\.\d+)?(?= ?(?:ms|[µun]s|s|milliseconds|seconds)\b)"),
    re.compile(r"\b1\d{9}(?:\d{3}){0,3}\b"),
)
_UNSTABLE = re.compile(
    r"\brand\b|\brandom|Instant::now|SystemTime|thread::spawn|HashMap|HashSet|env::args|stdin\(\)|"
    r"process::id|elapsed|\{:p\}|Uuid|Utc::now|Local::now"
)


def passed(job: Job, outcome: Outcome, plan: Plan) -> Reading:
    """PASSED with its level, or BROKEN where a promise is certainly not kept."""
    whole = [item for item in job.snippet.instructions.expected if item.after_line is None]
    if not plan.runs:
        return Reading(Verdict.PASSED, level=job.level)
    printed = outcome.stdout.decode("utf-8", "replace")
    broken, kept = _lines(job, printed) if not job.context else (None, False)
    if broken is None and whole:
        broken, kept = _stdout(whole, printed), True
    if broken is None:
        return Reading(Verdict.PASSED, level=Level.OUTPUT if kept else job.level)
    symptom = broken.symptom
    if symptom and _masked(symptom.expected) == _masked(symptom.actual):
        return Reading(Verdict.PASSED, level=job.level)
    named = _UNSTABLE.search(job.snippet.code)
    if named:
        reason = f"depends on the machine, the time or chance: `{named[0]}`"
        return Reading(Verdict.UNVERIFIED, reason, symptom, cause="unstable")
    return broken


def _lines(job: Job, printed: str) -> tuple[Reading | None, bool]:
    """What the comments behind its `println!`s say: a broken promise, and whether all are kept."""
    found = rows(job.snippet)
    told, count = promises(code_of(found))
    broken = broken_promise(told, count, printed)
    if broken is None:
        return None, all_kept(told, count, printed)
    promise, actual = broken
    row = found[promise.row]
    column = row.column(promise.column)
    return differs(row.line.path, row.line.line, column, promise.text, actual), False


def differs(path: str, line: int, column: int, expected: str, actual: str) -> Reading:
    """The reading of a promise that is not kept."""
    message = f"expected {_short(expected)}, got {_short(actual) or 'no output'}"
    symptom = Symptom(
        SymptomKind.OUTPUT, message, path, line, column, expected=expected, actual=actual
    )
    return Reading(Verdict.BROKEN, message, symptom)


def _stdout(expected: Sequence[Expectation], printed: str) -> Reading | None:
    if len(expected) == 1:
        item = expected[0]
        return None if matches(item, item.text, printed) else _broken(item, printed)
    joined = "\n".join(item.text.rstrip("\n") for item in expected)
    if matches(expected[0], joined, printed):
        return None
    for item in expected:
        if not contains(item, printed):
            return differs(item.path, item.line, item.column, item.text, printed)
    return None


def _broken(item: Expectation, printed: str) -> Reading:
    row, wanted, got = _first_difference(item, printed)
    message = f"expected {wanted}, got {got}"
    symptom = Symptom(
        SymptomKind.OUTPUT,
        message,
        item.path,
        item.line + row,
        item.column,
        expected=item.text,
        actual=printed,
    )
    return Reading(Verdict.BROKEN, message, symptom)


def _first_difference(item: Expectation, printed: str) -> tuple[int, str, str]:
    """The first row of a promise that is not kept; it and what is in its place, in words."""
    wild = any(wildcard in item.text for wildcard in item.wildcards)
    whole = (0, _short(item.text), _short(printed) or "no output")
    wanted, got = _numbered(item.text), _numbered(printed)
    if item.normalise_whitespace or item.unordered or wild or len(wanted) < 2 or not got:
        return whole
    for (row, line), (_, other) in zip(wanted, got, strict=False):
        if _masked(line) != _masked(other):
            return row, _short(line), _short(other)
    if len(wanted) > len(got):
        row, line = wanted[len(got)]
        return row, _short(line), "nothing more"
    if len(got) > len(wanted):
        return wanted[-1][0], "nothing more", _short(got[len(wanted)][1])
    return whole


def _numbered(text: str) -> list[tuple[int, str]]:
    return [(row, line) for row, line in enumerate(text.split("\n")) if line.strip()]


def _masked(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.strip().split("\n"))
    for pattern in _VOLATILE:
        text = pattern.sub("#", text)
    return text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."
