"""A run that ended well, held against the output that the document promises."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from doc_healing.languages.go.ended import surroundings
from doc_healing.languages.go.places import Spot, first_spot, own_row, spot_at
from doc_healing.languages.printed import clean, contains, matches
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

# What a document can only show an example of: ids, times, durations, addresses.
_VOLATILE = (
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b(?:19|20)\d\d[-/]\d\d[-/]\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"),
    re.compile(r"\b0x?c[0-9a-f]{6,}\b|\b0x[0-9a-f]{6,}\b"),
    re.compile(r"\b\d+(?:\.\d+)?(?:ns|µs|us|ms|s|m|h)\b"),
    re.compile(r"\b1\d{9}(?:\d{3}){0,3}(?:\.\d+)?\b"),  # since 1970
    re.compile(r"[\w./-]+\.go:\d+"),
)
_STAMP = re.compile(r"(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? ")  # of package log
Event = Mapping[str, Any]


def passed(job: Job, outcome: Outcome, events: Sequence[Event]) -> Reading:
    """PASSED with its level, or BROKEN where a promise is certainly not kept."""
    broken = _values(job, events)
    if broken is not None:
        return broken
    kept = any(
        event.get("type") in ("example", "value") and event.get("same") is True for event in events
    )
    told = _announced_output(job, outcome, events)
    if told is not None and told.verdict is Verdict.BROKEN:
        return unless_guessed(job, told)
    kept = kept or told is not None
    whole = [item for item in job.snippet.instructions.expected if item.after_line is None]
    if whole and job.level is Level.RUNS:
        differs = _promised(whole, outcome)
        if differs is not None and not _volatile(differs.expected, differs.actual):
            return unless_guessed(job, _differing(job, differs))
        kept = kept or differs is None
    return Reading(Verdict.PASSED, level=Level.OUTPUT if kept else job.level)


def _announced_output(job: Job, outcome: Outcome, events: Sequence[Event]) -> Reading | None:
    """The last comment of `main`, held against all that is printed as `go test` does it."""
    found = [event for event in events if event.get("type") in ("output", "unordered")]
    if not found or job.level is not Level.RUNS:
        return None
    event, printed = found[-1], _printed(outcome)
    wanted, got = str(event.get("text") or "").strip(), printed.strip()
    if event.get("type") == "unordered":
        wanted, got = ("\n".join(sorted(text.split("\n"))) for text in (wanted, got))
    if " ".join(wanted.split()) == " ".join(got.split()):
        return Reading(Verdict.PASSED, level=Level.OUTPUT)
    row, column = event.get("line"), event.get("column")
    spot = spot_at(job, row, column) if isinstance(row, int) and isinstance(column, int) else None
    if spot is None or not spot.own or "..." in wanted or _volatile(wanted, got):
        return None
    if _RANDOM.search(job.snippet.code):
        return None
    message = f"expected {_short(wanted)}, got {_short(got) or 'no output'}"
    symptom = Symptom(
        SymptomKind.OUTPUT,
        message,
        spot.line.path,
        spot.line.line,
        spot.column,
        expected=wanted,
        actual=got,
    )
    return _differing(job, symptom)


def _printed(outcome: Outcome) -> str:
    """What a reader sees: the standard output, or the other where all goes there (`println`)."""
    printed = outcome.stdout.decode("utf-8", "replace")
    return printed if printed.strip() else outcome.stderr.decode("utf-8", "replace")


def _promised(whole: list[Expectation], outcome: Outcome) -> Symptom | None:
    """How the output differs from what is promised, whichever of the streams it went to."""
    printed = outcome.stdout.decode("utf-8", "replace")
    other = _STAMP.sub("", outcome.stderr.decode("utf-8", "replace"))
    differs = _stdout(whole, printed)
    if differs is None or not other.strip():
        return differs
    if all(_is_all_of(item, f"{printed}\n{other}") for item in whole):
        return None
    return differs if printed.strip() else _stdout(whole, other)


def _is_all_of(item: Expectation, both: str) -> bool:
    """Whether a promise holds the lines of both streams, in the order that a terminal had them."""
    wanted, got = ([line.strip() for line in _STAMP.sub("", text).split("\n") if line.strip()]
                   for text in (item.text, both))  # fmt: skip
    return sorted(wanted) == sorted(got)


def _differing(job: Job, symptom: Symptom) -> Reading:
    """A red reading, unless what was printed tells of the network or of files that are not here."""
    line = next((one for one in job.snippet.lines if one.line == symptom.line), None)
    spot = Spot(line, symptom.column) if line else first_spot(job)
    lacking = surroundings(symptom.actual, spot, symptom.message)
    if lacking is not None and surroundings(symptom.expected, spot, symptom.message) is None:
        return lacking
    return Reading(Verdict.BROKEN, symptom=symptom)


def unless_guessed(job: Job, broken: Reading) -> Reading:
    """UNVERIFIED where names were taken from another part of the page: they may mean others."""
    guessed = job.facts.get("guessed", "") or job.facts.get("lent", "")
    if not guessed or broken.verdict is not Verdict.BROKEN:
        return broken
    reason = f"needs context: it fails with {guessed}, which may not be what it means"
    return replace(broken, verdict=Verdict.UNVERIFIED, reason=reason)


def _values(job: Job, events: Sequence[Event]) -> Reading | None:
    """The first promised value that was seen once, is certain, and differs."""
    seen: dict[object, list[Event]] = {}
    for event in events:
        if event.get("type") == "value":
            seen.setdefault(event.get("line"), []).append(event)
    for row, found in () if _are_callouts(seen) else seen.items():
        one = found[0]
        if len(found) != 1 or one.get("same") is not False or one.get("firm") is not True:
            continue
        expected, actual = str(one.get("expected") or ""), str(one.get("actual") or "")
        if not isinstance(row, int) or _volatile(expected, actual):
            continue
        if _RANDOM.search(job.snippet.code):
            continue
        line = job.map[row - 1] if 0 < row <= len(job.map) else None
        if line is None or line not in job.snippet.lines:
            continue
        column = one.get("column")
        at = own_row(
            job, job.snippet.lines.index(line), column - 1 if isinstance(column, int) else 0
        )
        symptom = Symptom(
            SymptomKind.OUTPUT,
            f"expected {_short(expected)}, got {_short(actual)}",
            at.line.path,
            at.line.line,
            at.column,
            expected=expected,
            actual=actual,
        )
        return unless_guessed(job, _differing(job, symptom))
    return None


def _are_callouts(seen: Mapping[object, list[Event]]) -> bool:
    """Whether `// 1`, `// 2`, ... number the lines: in this order, and none of them is printed."""
    found = [event for events in seen.values() for event in events[:1]]
    numbers = [str(event.get("expected")) for event in found]
    counted = numbers == [str(at) for at in range(1, len(numbers) + 1)]
    return len(numbers) > 1 and counted and not any(event.get("same") is True for event in found)


# What gives another value in each run, or on each machine.
_RANDOM = re.compile(
    r"(?i)\brand\b|random|shuffle|sample|time\.(?:now|since|until)|uuid|\bgo\s+\w|\bgo func|"
    r"\bos\.(?!stdout|exit)|\bruntime\.|<-|\bexample\b"
)


def _volatile(expected: str, actual: str) -> bool:
    """Whether two outputs differ only in what differs from run to run: ids, times, addresses."""
    return _masked(expected) == _masked(actual)


def _masked(text: str) -> str:
    text = " ".join(text.split())
    for pattern in _VOLATILE:
        text = pattern.sub("#", text)
    return text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."


def _stdout(expected: list[Expectation], printed: str) -> Symptom | None:
    if len(expected) == 1:
        item = expected[0]
        return None if matches(item, item.text, printed) else _differs(item, printed, True)
    joined = "\n".join(item.text.rstrip("\n") for item in expected)
    if matches(expected[0], joined, printed):
        return None
    return next(
        (_differs(item, printed, False) for item in expected if not contains(item, printed)), None
    )


def _differs(item: Expectation, printed: str, alone: bool) -> Symptom:
    """A difference, at the first line of the promise that is not what was printed."""
    row, wanted, got = _first_difference(item, printed) if alone else (0, item.text, printed)
    return Symptom(
        SymptomKind.OUTPUT,
        f"expected {_short(wanted)}, got {_short(got) or 'no output'}",
        item.path,
        item.line + row,
        item.column,
        expected=item.text,
        actual=printed,
    )


def _first_difference(item: Expectation, printed: str) -> tuple[int, str, str]:
    """The row (0-based) of the promise from where it differs, and both sides of that row.

    Row 0 and the whole texts where lines cannot be held against each other one by one.
    """
    wanted, got = (text.rstrip().split("\n") for text in (item.text, printed.lstrip("\n")))
    loose = item.unordered or any(mark in item.text for mark in item.wildcards)
    if loose or len(wanted) < 2 or not wanted[0].strip() or not printed.strip():
        return 0, item.text, printed
    for row, pair in enumerate(zip(wanted, got, strict=False)):
        one, other = (clean(text, item) for text in pair)
        if one != other and not _volatile(one, other):
            return row, one or "an empty line", other or "an empty line"
    if len(got) < len(wanted):
        return len(got), wanted[len(got)] or "an empty line", "the end of the output"
    more = got[len(wanted)] if len(got) > len(wanted) else printed
    return len(wanted) - 1, "the end of the output", more
