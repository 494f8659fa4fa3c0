"""A run that ended well, held against the output that the document promises."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from doc_healing.languages.javascript.places import Spot, at_row
from doc_healing.languages.printed import clean, compared, contains, matches
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

_SYSTEM = re.compile(
    r"^\[?\w*Error\b.*\b(ENOENT|EACCES|EPERM|EROFS|ENOTDIR|ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b",
    re.DOTALL,
)
# What a document can only show an example of: unique ids, hashes, times, counted names.
_VOLATILE = (
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"),
    re.compile(r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{4}[\d:]*(?: [\d:]+)?(?: GMT[+-]\d+)?"),
    re.compile(r"\b1\d{9}(?:\d{3})?\b"),  # seconds or milliseconds since 1970
    re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{9,}\b"),  # a token of letters and digits
    re.compile(r"(?<=[A-Za-z][_-])\d+\b"),  # contact_104
    re.compile(r"\b\d+(?:\.\d+)?(?= ?(?:ms|[µun]s|milliseconds|seconds)\b)"),
    re.compile(r"\b0\.\d{8,}\b"),  # Math.random()
)
Event = Mapping[str, Any]


def passed(job: Job, outcome: Outcome, events: list[Event]) -> Reading:
    """PASSED with its level, or BROKEN where a promise is certainly not kept."""
    broken = _values(job, events)
    if broken is not None:
        return _without_arguments(job, unless_guessed(job, broken))
    kept = any(event.get("type") == "value" and event.get("same") is True for event in events)
    whole = [item for item in job.snippet.instructions.expected if item.after_line is None]
    if whole and job.level is Level.RUNS:
        broken = _stdout(whole, _printed(outcome, events))
        if broken is not None and not _dated(broken):
            return _without_arguments(job, unless_guessed(job, broken))
        kept = kept or broken is None
    thrown = [event for event in events if event.get("type") == "thrown"]
    lacking = [event for event in thrown if _lacks_context(event)]
    if lacking:
        return Reading(Verdict.UNVERIFIED, f"needs context: {lacking[0].get('message')}")
    reason = ""
    if thrown:
        first = f"{thrown[0].get('name')}: {thrown[0].get('message')}".split("\n")[0]
        reason = f"fails as its comment announces: {first}"
    return Reading(Verdict.PASSED, reason, level=Level.OUTPUT if kept else job.level)


def unless_guessed(job: Job, broken: Reading) -> Reading:
    """UNVERIFIED where names were taken from another part of the page: they may mean others."""
    guessed = job.facts.get("guessed", "")
    if not guessed or broken.verdict is not Verdict.BROKEN:
        return broken
    reason = f"needs context: it fails with {guessed}, which may not be what it means"
    return replace(broken, verdict=Verdict.UNVERIFIED, reason=reason)


def _without_arguments(job: Job, broken: Reading) -> Reading:
    """A program that reads its command line was documented with arguments that are not here."""
    if "process.argv" not in job.snippet.code:
        return broken
    return replace(broken, verdict=Verdict.UNVERIFIED, reason="needs command-line arguments")


def _lacks_context(event: Event) -> bool:
    """An announced error that came only from a name that is not there proves nothing."""
    return event.get("name") == "ReferenceError" and "is not defined" in str(event.get("message"))


def _values(job: Job, events: list[Event]) -> Reading | None:
    """The first promised value that was seen once, is certain, and differs."""
    promises = json.loads(job.facts.get("promises", "[]"))
    for index, (row, column, text) in enumerate(promises):
        seen = [item for item in events if item.get("type") == "value" and item.get("id") == index]
        if len(seen) == 1 and seen[0].get("same") is False and seen[0].get("firm") is True:
            actual = str(seen[0].get("actual") or "")
            if _SYSTEM.search(actual):
                reason = f"needs context: {_short(actual)}"
                return Reading(Verdict.UNVERIFIED, reason)
            if volatile(str(text), actual):
                continue
            return _differs(at_row(job, row, column), str(text), actual)
    return None


def volatile(expected: str, actual: str) -> bool:
    """Whether two values differ only in what differs from run to run: ids, times, counters."""
    return expected != actual and _masked(expected) == _masked(actual)


def _dated(broken: Reading) -> bool:
    """Whether printed output differs in ids and times alone; a token may be what it is about."""
    symptom = broken.symptom
    if symptom is None:
        return False
    patterns = _VOLATILE[:4]
    return _masked(symptom.expected, patterns) == _masked(symptom.actual, patterns)


def _masked(text: str, patterns: Sequence[re.Pattern[str]] = _VOLATILE) -> str:
    text = " ".join(text.strip().rstrip(";").split()).strip("'\"`")
    for pattern in patterns:
        text = pattern.sub("#", text)
    return text


def _differs(spot: Spot, expected: str, actual: str) -> Reading:
    symptom = Symptom(
        SymptomKind.OUTPUT,
        f"expected {_short(expected)}, got {_short(actual)}",
        spot.line.path,
        spot.line.line,
        spot.column,
        expected=expected,
        actual=actual,
    )
    return Reading(Verdict.BROKEN, symptom=symptom)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."


def _printed(outcome: Outcome, events: list[Event]) -> str:
    """What the snippet itself printed: stdout from the mark after its context on."""
    marks = [event.get("written") for event in events if event.get("type") == "mark"]
    start = marks[-1] if marks and isinstance(marks[-1], int) else 0
    return outcome.stdout[start:].decode("utf-8", "replace")


def _stdout(expected: list[Expectation], printed: str) -> Reading | None:
    if len(expected) == 1:
        item = expected[0]
        return (
            None
            if _matches(item, item.text, printed)
            else _promise_broken(item, printed, whole=True)
        )
    joined = "\n".join(item.text.rstrip("\n") for item in expected)
    if _matches(expected[0], joined, printed):
        return None
    for item in expected:
        if not contains(item, printed):
            return _promise_broken(item, printed, whole=False)
    return None


def _promise_broken(item: Expectation, printed: str, *, whole: bool) -> Reading:
    found = _first_difference(item, printed) if whole else None
    offset, wanted, got = found or (0, item.text, printed)
    symptom = Symptom(
        SymptomKind.OUTPUT,
        f"expected {_short(wanted) or 'no more'}, got {_short(got) or 'no output'}",
        item.path,
        item.line + offset,
        item.column,
        expected=item.text,
        actual=printed,
    )
    return Reading(Verdict.BROKEN, symptom=symptom)


def _first_difference(item: Expectation, printed: str) -> tuple[int, str, str] | None:
    """The first line that differs: its offset in the promised text, and what both have there.

    None where lines cannot be told apart: one line alone, another order, a wildcard before it.
    """
    wanted, got = clean(item.text, item).split("\n"), clean(printed, item).split("\n")
    if item.unordered or item.normalise_whitespace or len(wanted) < 2 or got == [""]:
        return None
    above = len(item.text) - len(item.text.lstrip("\n"))
    for index, (left, right) in enumerate(zip_longest(wanted, got)):
        if left is not None and any(one in left for one in item.wildcards):
            return None
        if left != right:
            offset = above + min(index, len(wanted) - 1)
            return offset, left or "", right if right is not None else "no more"
    return None


def _matches(item: Expectation, text: str, printed: str) -> bool:
    if matches(item, text, printed):
        return True
    # util.inspect breaks its lines differently from version to version
    wanted, got = ("".join(compared(part, item).split()) for part in (text, printed))
    return wanted == got and re.search(r"[{\[]", wanted) is not None
