"""Proof that a block was reached at all: what runs with it may end the program before it.

A call at its first statement tells that it began, and the runner that `main` came back by itself.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from doc_healing.languages.java.lent import Lent
from doc_healing.languages.java.source import BEGUN, Source
from doc_healing.model import (
    Job,
    Mode,
    Outcome,
    Reading,
    Snippet,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)

Event = Mapping[str, Any]

_EXITS = re.compile(r"\b(?:exit|halt)\s*\(")
_WILD = re.compile(r"\b(?:exit|halt|setDefaultUncaughtExceptionHandler)\s*\(")
_ENDS = re.compile(r"\b(?:exit|halt|setDefaultUncaughtExceptionHandler)\s*\(|\breturn\b|\bthrow\b")
_NOTHING_RUN = (Status.SANDBOX_ERROR, Status.CANCELLED)


def proof_of(snippet: Snippet, source: Source, loan: Lent, context: Sequence[Snippet]) -> str:
    """What has to be told of a run, in words; empty where nothing else runs with the block.

    "exit" says that the block itself ends the program, and nothing else in it does.
    """
    others = "\n".join([*(item.code for item in context), *loan.types])
    if not others:
        return ""
    wanted = ["begun"] if BEGUN in source.text.split("\n") else []
    leaves = _EXITS.search(snippet.code) is not None and _WILD.search(others) is None
    return " ".join([*wanted, "exit" if leaves else "finished"])


def unreached(
    job: Job, outcome: Outcome, events: Sequence[Event], proof: str, reading: Reading
) -> Reading | None:
    """UNVERIFIED where nothing proves that the block ran to its end; None where that is proven.

    A failure needs no end: it is the block's own once it has begun.
    """
    types = {event.get("type") for event in events}
    if not proof or "nothing" in types or "running" not in types:
        return None
    if outcome.status in _NOTHING_RUN or reading.verdict is Verdict.UNVERIFIED:
        return None
    missing = {word for word in proof.split() if word != "exit"} - types
    promised = job.snippet.instructions.mode is Mode.FAIL
    if promised or "thrown" in types or reading.verdict is not Verdict.PASSED:
        missing -= {"finished"}
    return _ended_before(job) if missing else None


def _ended_before(job: Job) -> Reading:
    blocks = [item for item in job.context if item.index < job.snippet.index]
    lines = [(item, line) for item in blocks for line in item.lines if _ENDS.search(line.text)]
    named = lines[0][0] if lines else blocks[-1] if blocks else None
    where = f"the block at line {named.line} before it" if named else "what it was completed with"
    reason = f"needs context: {where} ended the program"
    if not lines:
        return Reading(Verdict.UNVERIFIED, reason, cause="context")
    line = lines[0][1]
    symptom = Symptom(SymptomKind.CONTEXT, reason, line.path, line.line, line.column)
    return Reading(Verdict.UNVERIFIED, reason, symptom, cause="context")
