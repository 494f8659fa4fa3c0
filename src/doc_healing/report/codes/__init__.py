"""The registry of findings: every kind has a code, a slug and a page that explains it."""

import difflib
from collections.abc import Mapping

from doc_healing.errors import UserError
from doc_healing.model import Finding, Mode, Notice, State, SymptomKind, Verdict
from doc_healing.report.codes import broken, notices, unverified
from doc_healing.report.codes.entry import Code, Example, Severity

__all__ = ["CODES", "Code", "Example", "Severity", "code_of", "explain", "notice_code", "page"]

_ALL: tuple[Code, ...] = (
    *notices.OURS,
    notices.FALLBACK,
    *notices.NOTICES,
    *broken.BROKEN,
    *unverified.UNVERIFIED,
    *unverified.NOT_RUN,
)
_OF_NOTICES = frozenset((*notices.OURS, *notices.NOTICES))
CODES: Mapping[str, Code] = {code.id: code for code in _ALL}
"""Every kind of finding, by its id, in order."""


def code_of(finding: Finding) -> Code | None:
    """The kind of a finding; None for one that passed and has nothing to explain."""
    symptom = finding.symptom
    match finding.verdict:
        case Verdict.PASSED:
            return None
        case Verdict.SKIPPED if finding.cause:
            return unverified.BY_CAUSE[finding.cause]
        case Verdict.SKIPPED:
            return unverified.SKIPPED
        case Verdict.ILLUSTRATIVE if "placeholder" in finding.reason:
            return unverified.PLACEHOLDER
        case Verdict.ILLUSTRATIVE:
            return unverified.ILLUSTRATIVE
        case Verdict.UNVERIFIED if finding.fault:
            return unverified.FAULT
        case Verdict.UNVERIFIED if finding.snippet.state is State.UNREADABLE:
            return unverified.UNREADABLE
        case Verdict.UNVERIFIED if finding.cause:
            return unverified.BY_CAUSE[finding.cause]
        case Verdict.UNVERIFIED:
            known = unverified.BY_KIND.get(symptom.kind) if symptom else None
            ran, isolated = bool(finding.sandbox), bool(finding.layers)
            return known or unverified.by_words(finding.reason, ran=ran, isolated=isolated)
    if symptom is None and finding.verdict is not Verdict.BROKEN:
        return None
    if finding.snippet.instructions.mode is Mode.FAIL:
        return broken.PROMISED_FAILURE
    if symptom is None:
        return broken.BY_KIND[SymptomKind.EXCEPTION]
    return broken.BY_KIND.get(symptom.kind) or unverified.BY_KIND[symptom.kind]


def notice_code(notice: Notice) -> Code:
    """The kind of a notice."""
    code = CODES.get(notice.code, notices.FALLBACK)
    return code if code in _OF_NOTICES else notices.FALLBACK


def explain(code_or_slug: str) -> str:
    """The page of one kind of finding as text; `UserError` with the nearest one for others."""
    wanted = code_or_slug.strip()
    for code in _ALL:
        if wanted.upper() == code.id or wanted.lower() == code.slug:
            return _page(code)
    raise UserError(f"there is no finding `{wanted}`", help=_nearest(wanted))


def page() -> str:
    """The manual's page of all findings, in Markdown (`docs/findings.md`)."""
    head = (
        "# Findings\n\n"
        "Every kind of finding has a code and a slug, the same in every format. "
        "`doc-healing explain DH205` shows one of these sections. Codes are never reused.\n\n"
        "This page is generated from the registry in `report/codes`; a test compares them.\n"
    )
    groups = (
        ("DH0", "## DH0xx: a file, a setting or the command itself"),
        ("DH1", "## DH1xx: nearly understood"),
        ("DH2", "## DH2xx: broken"),
        ("DH3", "## DH3xx: unverified, never red"),
        ("DH4", "## DH4xx: not run, on purpose"),
    )
    parts = [head]
    for prefix, title in groups:
        parts.append(f"{title}\n")
        parts += [f"### {_page(code)}" for code in _ALL if code.id.startswith(prefix)]
    return "\n".join(parts)


def _page(code: Code) -> str:
    text = (
        f"{code.id} {code.slug}\n\n{_sentence(code.title)} ({code.severity})\n\n"
        f"{code.explanation}\n\nWhat to do: {code.advice}\n"
    )
    if code.example is None:
        return text
    return (
        f"{text}\nA document that shows it:\n\n````markdown\n{code.example.failing}````\n\n"
        f"Mended:\n\n````markdown\n{code.example.mended}````\n"
    )


def _sentence(title: str) -> str:
    return f"{title[0].upper()}{title[1:]}."


def _nearest(wanted: str) -> str:
    names = {name.lower(): code for code in _ALL for name in (code.id, code.slug)}
    near = difflib.get_close_matches(wanted.lower(), names, n=1, cutoff=0.5)
    if not near:
        return "the list of all findings is in the manual, `docs/findings.md`"
    code = names[near[0]]
    return f"did you mean {code.id} ({code.slug})?"
