"""Failures that the page itself announces: what it says is true, so it is no fault of it."""

from dataclasses import replace

from doc_healing.model import Finding, Mode, SymptomKind, Verdict

# A limit that was hit is no failure of the code's own, and an output that differs is none at all.
_OTHERS = (
    SymptomKind.OUTPUT,
    SymptomKind.TIMEOUT,
    SymptomKind.MEMORY,
    SymptomKind.OUTPUT_LIMIT,
    SymptomKind.PROCESS_LIMIT,
    SymptomKind.DISK_LIMIT,
)


def heeded(finding: Finding) -> Finding:
    """The finding; UNVERIFIED where the text beside a broken block says that it fails.

    Prose is no promise that can be held to its word, so a block that passes stays as it is, and
    so does one whose marker or shown error says how it must fail.
    """
    asked, symptom = finding.snippet.instructions, finding.symptom
    if finding.verdict is not Verdict.BROKEN or not asked.announced_at:
        return finding
    if asked.mode is Mode.FAIL or (symptom is not None and symptom.kind in _OTHERS):
        return finding
    reason = f"the text at line {asked.announced_at} says that it fails"
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")
