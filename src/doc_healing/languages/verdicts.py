"""What the readings of all languages say alike: of limits, and of why nothing could be verified."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from doc_healing.model import Cause, Reading, Status, SymptomKind, Verdict

LIMITS: Final[Mapping[Status, SymptomKind]] = {
    Status.TIMEOUT: SymptomKind.TIMEOUT,
    Status.MEMORY: SymptomKind.MEMORY,
    Status.OUTPUT_LIMIT: SymptomKind.OUTPUT_LIMIT,
    Status.PROCESS_LIMIT: SymptomKind.PROCESS_LIMIT,
    Status.DISK_LIMIT: SymptomKind.DISK_LIMIT,
}
_CAUSES: Mapping[SymptomKind, Cause] = {
    SymptomKind.NETWORK: "network",
    SymptomKind.DEPENDENCY: "dependency",
    SymptomKind.TOOLCHAIN: "toolchain",
}


def told(reading: Reading) -> Reading:
    """The reading with its reason and its cause in place."""
    found = caused(reading)
    if found is reading and reading.symptom is not None and not reading.reason:
        return replace(reading, reason=reading.symptom.message)
    return found


def caused(reading: Reading) -> Reading:
    """The reading with the cause in place that its symptom tells, where it told none."""
    if reading.verdict is not Verdict.UNVERIFIED or reading.cause:
        return reading
    kind = reading.symptom.kind if reading.symptom is not None else SymptomKind.CONTEXT
    return replace(reading, cause=_CAUSES.get(kind, "context"))
