"""One break, one red block: which blocks only suffer from another, and how far a block came.

A block that runs after others fails where one of these fails. The reader who mends that one has
mended both, so only the culprit is red. And a block that could not end on the base still proves
what it did there: where its failure here lies before the place that it came to, that is new.
"""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

from doc_healing.model import Finding, Names, Snippet, Symptom, SymptomKind, Verdict

# What a block meets on the head too where it comes that far: so it does not come that far.
_LATER = ("network", "context", "server")
_FAILED = (Verdict.BROKEN, Verdict.ALREADY_BROKEN)

Key = tuple[str, int]


def without_consequences(
    findings: Sequence[Finding],
    doubted: Set[Key],
    names: Callable[[Snippet], Names],
) -> tuple[Finding, ...]:
    """The findings, in document order, without red for what another block is to blame for.

    `doubted` are those of which the head alone could not say whether the failure is their own.
    """
    judged: dict[Key, Finding] = {}
    causes: dict[Key, Finding] = {}
    for finding in findings:
        key = (finding.snippet.path, finding.snippet.index)
        judged[key] = finding
        if finding.verdict is Verdict.BROKEN and key in doubted:
            above = [one for place, one in judged.items() if place[0] == key[0] and place != key]
            found = _culprit(finding, above, causes, names)
            if found:
                causes[key] = found
                judged[key] = _told(finding, found)
    return tuple(judged.values())


def came_further(base: Finding, head: Finding) -> bool:
    """Whether a block that did not end on the base came further there than it does now.

    Its failure on the base stands below that on the head. A library may well have stopped asking
    the network, so that only tells where the one stands in the suite of the other, or further in: a
    function above is called below. A server that listens has come to its end.
    """
    symptom = base.symptom
    cause = base.cause or (symptom.kind.value if symptom else "")
    here = _at(head.snippet, head.symptom)
    if base.verdict is not Verdict.UNVERIFIED or cause not in _LATER or here is None:
        return False
    there = _at(base.snippet, symptom)
    if cause == "server" or there is None:
        return cause == "server"
    further = here < there
    if cause == "network":
        return further and _indent(head.snippet, here) <= _indent(base.snippet, there)
    return further


def _culprit(
    finding: Finding,
    above: Sequence[Finding],
    causes: Mapping[Key, Finding],
    names: Callable[[Snippet], Names],
) -> Finding | None:
    """The failed block that this one fails for; None where its failure is its own.

    Its own it is too where it holds the very line at which the other one fails.
    """
    symptom = finding.symptom
    if symptom is None:
        return None
    if _at(finding.snippet, symptom) is not None:
        missing = symptom.kind in (SymptomKind.NAME, SymptomKind.CONTEXT)
        found = _binder(finding.snippet, symptom, above, names) if missing else None
    else:
        found = next((one for one in above if _at(one.snippet, symptom) is not None), None)
        if found and _repeats(finding.snippet, found.snippet, symptom):
            return None
    if found is None or found.verdict in _FAILED:
        return found
    return causes.get((found.snippet.path, found.snippet.index))


def _binder(
    snippet: Snippet,
    symptom: Symptom,
    above: Sequence[Finding],
    names: Callable[[Snippet], Names],
) -> Finding | None:
    """The nearest block above that binds what this one misses."""
    free = names(snippet).free
    missing = free & set(symptom.names) or free
    binders = [one for one in above if names(one.snippet).bound & missing]
    same = [one for one in binders if one.snippet.language == snippet.language]
    return same[-1] if same and not _is_gone(same[-1], missing) else None


def _is_gone(binder: Finding, missing: Set[str]) -> bool:
    """Whether the binder fails because there is no such name any more: both have to be mended."""
    said = binder.symptom.message if binder.symptom else ""
    return not missing.isdisjoint(re.findall(r"\w+", said))


def _told(finding: Finding, culprit: Finding) -> Finding:
    reason = f"runs after the block at line {culprit.snippet.line}, which fails"
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")


def _at(snippet: Snippet, symptom: Symptom | None) -> int | None:
    """Which of a snippet's lines a symptom is about, from 0."""
    here = (symptom.path, symptom.line) if symptom else None
    places = enumerate(snippet.lines)
    return next((at for at, line in places if (line.path, line.line) == here), None)


def _repeats(snippet: Snippet, other: Snippet, symptom: Symptom) -> bool:
    """Whether it holds the line at which the other one fails."""
    at = _at(other, symptom)
    text = other.lines[at].text.strip() if at is not None else ""
    return any(line.text.strip() == text for line in snippet.lines)


def _indent(snippet: Snippet, at: int) -> int:
    text = snippet.lines[at].text
    return len(text) - len(text.lstrip())
