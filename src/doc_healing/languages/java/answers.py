"""What `jshell` answered in a documented session, held against what the document shows."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from doc_healing.languages.java.ages import newer_or_gone
from doc_healing.languages.java.promises import firm, same
from doc_healing.model import Job, Level, Outcome, Reading, Symptom, SymptomKind, Verdict

Event = Mapping[str, Any]
K = SymptomKind


def read_session(job: Job, outcome: Outcome, events: Sequence[Event]) -> Reading:
    """The reading of a session: the first input that failed, or whose value is another."""
    entries = json.loads(job.facts.get("entries", "[]"))
    if not any(event.get("type") == "started" for event in events):
        tail = outcome.stderr.decode("utf-8", "replace").strip().splitlines()[:1]
        words = tail[0][:200] if tail else f"exit code {outcome.exit_code}"
        return Reading(Verdict.UNVERIFIED, f"jshell did not start: {words}", cause="toolchain")
    kept = False
    for number, entry in enumerate(entries):
        mine = [event for event in events if event.get("number") == number]
        for event in mine:
            if event.get("type") == "rejected":
                return _rejected(job, entry, event)
            if event.get("type") == "refused" and not _announced(job, entry):
                return _refused(job, entry, event)
        answers = [event for event in mine if event.get("type") == "answered"]
        if entry[2] and answers:
            actual = str(answers[-1].get("value", ""))
            if same(entry[2], actual):
                kept = True
            elif firm(entry[2], actual, printed=True, colon=True):
                return _differs(job, entry, actual)
    return Reading(Verdict.PASSED, level=Level.OUTPUT if kept else Level.RUNS)


def _announced(job: Job, entry: Sequence[Any]) -> bool:
    """Whether the session shows itself that an input throws."""
    rows = job.snippet.lines[entry[3] : entry[3] + 2]
    return any("xception" in line.text or "Error" in line.text for line in rows)


def _rejected(job: Job, entry: Sequence[Any], event: Event) -> Reading:
    code, message = str(event.get("code", "")), " ".join(str(event.get("message", "")).split())
    offset = event.get("offset")
    column = entry[1] + (offset if isinstance(offset, int) and offset > 0 else 0)
    if _shows_error(job, entry):
        return Reading(Verdict.PASSED, f"fails as the session shows: {message}", level=job.level)
    missing = "cant.resolve" in code or "doesnt.exist" in code
    if missing and _lacks_member(message):
        return _told(job, entry[0], column, Verdict.BROKEN, K.ATTRIBUTE, message, code)
    kind = K.CONTEXT if missing else K.TYPE if "prob.found" in code else K.SYNTAX
    verdict = Verdict.UNVERIFIED if missing else Verdict.BROKEN
    return _told(job, entry[0], column, verdict, kind, message, code)


def _lacks_member(message: str) -> bool:
    """Whether a type of the JDK lacks a member, and always did and will."""
    name = re.search(r"symbol: (?:method|variable) (\w+)", message)
    place = re.search(r"location: (?:.* of type |class |interface )java\.[\w.]+", message)
    return name is not None and place is not None and not newer_or_gone(name[1])


def _shows_error(job: Job, entry: Sequence[Any]) -> bool:
    rows = job.snippet.lines[entry[3] : entry[3] + 2]
    return any(line.text.lstrip().startswith("|") for line in rows)


def _refused(job: Job, entry: Sequence[Any], event: Event) -> Reading:
    name, message = str(event.get("class", "")), str(event.get("message", ""))
    words = f"{name.rpartition('.')[2]}: {message}" if name else message
    kind = K.EXCEPTION if name else K.CONTEXT
    verdict = Verdict.BROKEN if name else Verdict.UNVERIFIED
    return _told(job, entry[0], entry[1], verdict, kind, words, name)


def _differs(job: Job, entry: Sequence[Any], actual: str) -> Reading:
    message = f"expected {entry[2]}, got {actual}"
    return _told(job, entry[3], 0, Verdict.BROKEN, K.OUTPUT, message, "")


def _told(
    job: Job, row: int, column: int, verdict: Verdict, kind: SymptomKind, words: str, name: str
) -> Reading:
    line = job.snippet.lines[min(row, len(job.snippet.lines) - 1)]
    symptom = Symptom(kind, words, line.path, line.line, line.column + column, exception=name)
    return Reading(verdict, words, symptom)
