"""A run that ended well, held against the output that the document promises."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from doc_healing.languages.java.notation import shortened
from doc_healing.languages.java.promises import firm, same
from doc_healing.languages.printed import contains, matches
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

Event = Mapping[str, Any]

_MACHINE = re.compile(
    r"\bnew\s+(?:Secure)?Random\b|\bMath\s*\.\s*random\b|\bThreadLocalRandom\b|\brandomUUID\b|"
    r"\b(?:currentTimeMillis|nanoTime|identityHashCode|hashCode|availableProcessors|freeMemory|"
    r"totalMemory|maxMemory|getenv|getProperty|lineSeparator|currentThread|threadId|parallelStream|"
    r"parallel|runAsync|supplyAsync|getClass|getDefault|getStackTrace|systemDefault|listFiles|"
    r"getLocalHost|pid)\s*\(|\b(?:Local(?:Date|Time|DateTime)|Zoned?DateTime|OffsetDateTime|Instant|"
    r"Year|YearMonth|Clock)\s*\.\s*(?:now|system\w*)\b|\bnew\s+(?:Date|GregorianCalendar)\s*\(\s*\)|"
    r"\bCalendar\s*\.\s*getInstance\b|\b(?:Hash(?:Set|Map)|Set|Map)\s*(?:<[^;]*>)?\s*(?:\(|\.\s*(?:of|"
    r"copyOf|entry|ofEntries)\b)|\bto(?:Set|Map)\s*\(|\bgroupingBy\b|\bnew\s+Thread\b|\bExecutor|"
    r"\bSystem\s*\.\s*in\b|\bargs\b\s*[.\[]"
)
_VOLATILE = (
    re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"),
    re.compile(r"@[0-9a-f]{4,8}\b"),
    re.compile(r"\b1\d{9}(?:\d{3})?\b"),
    re.compile(r"\b\d+(?:\.\d+)?(?= ?(?:ms|[µun]s|milliseconds|seconds)\b)"),
)


def passed(job: Job, outcome: Outcome, events: Sequence[Event]) -> Reading:
    """PASSED with its level, or BROKEN where a promise is certainly not kept."""
    types = {event.get("type") for event in events}
    level = Level.BUILDS if job.level is Level.RUNS and "nothing" in types else job.level
    broken, kept = _values(job, events)
    if broken is not None:
        return _on_this_machine(job, broken)
    whole = [item for item in job.snippet.instructions.expected if item.after_line is None]
    if whole and level is Level.RUNS:
        broken = _stdout(whole, _printed(outcome))
        if broken is not None and not _dated(broken):
            return _on_this_machine(job, broken)
        kept = kept or broken is None
    return Reading(Verdict.PASSED, level=Level.OUTPUT if kept else level)


def short(text: str) -> str:
    """A text in one line of at most 80 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."


def _on_this_machine(job: Job, broken: Reading) -> Reading:
    code = "\n".join(item.code for item in (*job.context, job.snippet))
    if shortened(code):
        reason = "a text is left out: an ellipsis stands for it"
        return Reading(Verdict.UNVERIFIED, reason, broken.symptom)
    named = _MACHINE.search(code)
    if named is None or broken.symptom is None:
        return broken
    words = " ".join(named.group().split())
    if words.startswith(("HashSet", "HashMap", "Set", "Map", "toSet", "toMap", "groupingBy")):
        if not _reordered(broken.symptom.expected, broken.symptom.actual):
            return broken
        words = f"order of `{words.rstrip('( ')}`"
    reason = f"depends on the machine or the time: `{words}`"
    return Reading(Verdict.UNVERIFIED, reason, broken.symptom)


def _reordered(expected: str, actual: str) -> bool:
    return sorted(re.findall(r"[\w.-]+", expected)) == sorted(re.findall(r"[\w.-]+", actual))


def _values(job: Job, events: Sequence[Event]) -> tuple[Reading | None, bool]:
    """The first promised value that was seen once, is certain, and differs; whether any held."""
    kept = False
    for index, item in enumerate(json.loads(job.facts.get("promises", "[]"))):
        row, column, text, printed, colon = item
        seen = [
            event
            for event in events
            if event.get("place") == index and event.get("type") in ("value", "printed")
        ]
        if len(seen) != 1:
            continue
        actual = str(seen[0].get("text", ""))
        if same(text, actual):
            kept = True
        elif firm(text, actual, printed, colon) and _masked(text) != _masked(actual):
            line = job.snippet.lines[row]
            symptom = Symptom(
                SymptomKind.OUTPUT,
                f"expected {short(text)}, got {short(actual) or 'no output'}",
                line.path,
                line.line,
                line.column + column,
                expected=text,
                actual=actual,
            )
            return Reading(Verdict.BROKEN, symptom.message, symptom), kept
    return None, kept


def _dated(broken: Reading) -> bool:
    symptom = broken.symptom
    return symptom is not None and _masked(symptom.expected) == _masked(symptom.actual)


def _masked(text: str) -> str:
    text = " ".join(text.split())
    for pattern in _VOLATILE:
        text = pattern.sub("#", text)
    return text


def _printed(outcome: Outcome) -> str:
    return outcome.stdout.decode("utf-8", "replace")


def _stdout(expected: Sequence[Expectation], printed: str) -> Reading | None:
    if len(expected) == 1:
        item = expected[0]
        if matches(item, item.text, printed):
            return None
        return _promise_broken(item, printed, _first_difference(item, printed))
    joined = "\n".join(item.text.rstrip("\n") for item in expected)
    if matches(expected[0], joined, printed):
        return None
    for item in expected:
        if not contains(item, printed):
            return _promise_broken(item, printed, _all_of(item, printed))
    return None


def _promise_broken(item: Expectation, printed: str, place: tuple[int, str, str]) -> Reading:
    row, wanted, got = place
    symptom = Symptom(
        SymptomKind.OUTPUT,
        f"expected {wanted}, got {got}",
        item.path,
        item.line + row,
        item.column,
        expected=item.text,
        actual=printed,
    )
    return Reading(Verdict.BROKEN, symptom.message, symptom)


def _first_difference(item: Expectation, printed: str) -> tuple[int, str, str]:
    """The row of a promise that is not kept, its text, and what is in its place, each in words."""
    wild = any(wildcard in item.text for wildcard in item.wildcards)
    wanted, got = _lines(item.text), _lines(printed)
    if item.normalise_whitespace or item.unordered or wild or len(wanted) < 2 or not got:
        return _all_of(item, printed)
    for (row, line), (_, other) in zip(wanted, got, strict=False):
        if _masked(line) != _masked(other):
            return row, short(line), short(other)
    if len(wanted) > len(got):
        row, line = wanted[len(got)]
        return row, short(line), "nothing more"
    if len(got) > len(wanted):
        return wanted[-1][0], "nothing more", short(got[len(wanted)][1])
    return _all_of(item, printed)


def _lines(text: str) -> list[tuple[int, str]]:
    return [(row, line) for row, line in enumerate(text.split("\n")) if line.strip()]


def _all_of(item: Expectation, printed: str) -> tuple[int, str, str]:
    return 0, short(item.text), short(printed) or "no output"
