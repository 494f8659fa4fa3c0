"""SARIF 2.1.0 (OASIS Standard, 27 March 2020), as GitHub's code scanning and others read it.

Results are what a person has to mend: broken snippets and near misses. What could not be
verified is no result but a notification of the tool's run (section 3.20.21).
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from doc_healing.model import Finding, Notice, Run, SymptomKind, Verdict
from doc_healing.report import tally
from doc_healing.report.codes import CODES, Code, Severity, code_of, notice_code
from doc_healing.report.difference import difference
from doc_healing.report.frame import Sources, frame, sources
from doc_healing.report.options import Options
from doc_healing.report.rebase import rebased
from doc_healing.report.screen import printable

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000  # GitHub refuses a run with more
MOST_CHARACTERS = 1024  # of a rule's descriptions

_RULES = tuple(CODES.values())
_NOTIFICATIONS = tuple(code for code in CODES.values() if code.id[2] == "3")
_REPORTED = (Verdict.BROKEN, Verdict.ALREADY_BROKEN, Verdict.NEEDS_REVIEW)
_LINK = re.compile(r"\[(?=[^\]\n]*\]\()")


def check_sarif(run: Run, options: Options) -> str:
    """The report as one SARIF run, ASCII only, one line end at its end."""
    run = rebased(run, options.prefix)
    results = [*_broken(run), *map(_near_miss, tally.notices(run))]
    log = {
        "$schema": SCHEMA_URI,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(options)},
                "automationDetails": {"id": "doc-healing/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {
                    "%SRCROOT%": {"description": {"text": "The root of the repository."}}
                },
                "invocations": [_invocation(run, len(results))],
                "results": _fingerprinted(results[:MOST_RESULTS]),
            }
        ],
    }
    return json.dumps(log, ensure_ascii=True, allow_nan=False, indent=2) + "\n"


# --- rules -----------------------------------------------------------------------------------


def _driver(options: Options) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "doc-healing"}
    if options.version:
        driver["version"] = printable(options.version)
    return {
        **driver,
        "rules": [_rule(code) for code in _RULES],
        "notifications": [_rule(code) for code in _NOTIFICATIONS],
    }


def _rule(code: Code) -> dict[str, Any]:
    help_text = f"{code.explanation}\n\nWhat to do: {code.advice}"
    return {
        "id": code.id,
        "name": "".join(part.capitalize() for part in code.slug.split("-")),
        "shortDescription": {"text": _cut(f"{code.title[0].upper()}{code.title[1:]}.")},
        "fullDescription": {"text": _cut(code.explanation)},
        "help": {"text": help_text, "markdown": _help_markdown(code, help_text)},
        "defaultConfiguration": {"level": code.severity.value},
        "properties": {
            "precision": "very-high" if code.severity is Severity.ERROR else "high",
            "problem.severity": _problem_severity(code),
            "tags": ["documentation", code.slug],
        },
    }


def _help_markdown(code: Code, help_text: str) -> str:
    if code.example is None:
        return help_text
    return (
        f"{help_text}\n\n````markdown\n{code.example.failing}````\n\n"
        f"Mended:\n\n````markdown\n{code.example.mended}````\n"
    )


def _problem_severity(code: Code) -> str:
    return "recommendation" if code.severity is Severity.NOTE else code.severity.value


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


# --- results ---------------------------------------------------------------------------------


def _broken(run: Run) -> Iterator[dict[str, Any]]:
    files = sources(run)
    for finding in tally.having(run, *_REPORTED):
        code = code_of(finding) or CODES["DH209"]
        level = "error" if finding.verdict is Verdict.BROKEN else "warning"
        result = _result(code, level, _message(finding, code), _location(finding, files))
        result["properties"] = {"verdict": finding.verdict.value, "reason": _text(finding.reason)}
        # What makes a finding the same in the next version of the document: not its line.
        result["partialFingerprints"] = {
            "primaryLocationLineHash": _hash(code.id, finding.snippet.path, finding.snippet.code)
        }
        yield result


def _near_miss(notice: Notice) -> dict[str, Any]:
    code = notice_code(notice)
    near = tally.suggestion(notice)
    near = f" Did you mean `{near}`?" if near else ""
    region = {"startLine": max(notice.line, 1), "startColumn": max(notice.column, 1)}
    location = _physical(notice.path, region)
    result = _result(code, "warning", notice.message + near, location)
    digest = _hash(code.id, notice.path, notice.message)
    result["partialFingerprints"] = {"primaryLocationLineHash": digest}
    return result


def _result(code: Code, level: str, message: str, location: dict[str, Any]) -> dict[str, Any]:
    return {
        "ruleId": code.id,
        "ruleIndex": _RULES.index(code),
        "level": level,
        "message": {"text": _text(message) or code.title},
        "locations": [location],
    }


def _message(finding: Finding, code: Code) -> str:
    symptom = finding.symptom
    parts = [symptom.message if symptom and symptom.message else tally.reason(finding)]
    if symptom and symptom.kind is SymptomKind.OUTPUT:
        parts += difference(symptom.expected, symptom.actual)
    return "\n".join([*parts, code.advice])


def _location(finding: Finding, files: Sources) -> dict[str, Any]:
    symptom, snippet = finding.symptom, finding.snippet
    if symptom is None:
        line = max(snippet.line, 1)
        return _physical(snippet.path, {"startLine": line, "startColumn": 1, "endLine": line})
    picture = frame(finding, symptom, files)
    line = max(symptom.line, 1)
    region: dict[str, Any] = {
        "startLine": line,
        "startColumn": picture.start + 1,
        "endLine": line,
        "endColumn": picture.end + 1,
    }
    text = next((each.text for each in picture.lines if each.number == picture.marked), None)
    if text is not None:
        region["snippet"] = {"text": _text(text)}
    return _physical(symptom.path, region)


def _physical(path: str, region: dict[str, Any]) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(path), "uriBaseId": "%SRCROOT%"},
            "region": region,
        }
    }


def _uri(path: str) -> str:
    """A relative reference (RFC 3986 section 4.2) with the bytes that the path has on disk."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that is no escaped byte
        data = path.encode("utf-8", "replace")
    return quote(data, safe="/").lstrip("/") or "."


def _text(text: str) -> str:
    """Without control characters, and without links (section 3.11.6) of a stranger's making."""
    return _LINK.sub(r"\\[", printable(text))


def _hash(*parts: str) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:16]


def _fingerprinted(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number the equal ones, as GitHub's own fingerprints do: `hash:1`, `hash:2`."""
    seen: Counter[str] = Counter()
    for result in results:
        digest = result["partialFingerprints"]["primaryLocationLineHash"]
        seen[digest] += 1
        result["partialFingerprints"] = {"primaryLocationLineHash": f"{digest}:{seen[digest]}"}
    return list(results)


# --- the run ---------------------------------------------------------------------------------


def _invocation(run: Run, results: int) -> dict[str, Any]:
    notes = [{"level": "note", "message": {"text": _text(note) or "-"}} for note in run.notes]
    if results > MOST_RESULTS:
        text = f"{results - MOST_RESULTS} more results are left out: {MOST_RESULTS} at most"
        notes.append({"level": "warning", "message": {"text": text}})
    notes.append({"level": "note", "message": {"text": tally.conclusion(run)}})
    unverified = [_notification(each) for each in tally.unverified(run)]
    return {
        "executionSuccessful": not run.interrupted,
        "toolExecutionNotifications": [*unverified, *notes],
    }


def _notification(finding: Finding) -> dict[str, Any]:
    code = code_of(finding) or CODES["DH300"]
    place = tally.place(finding)
    region = {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)}
    return {
        "descriptor": {"id": code.id, "index": _NOTIFICATIONS.index(code)},
        "level": "note",
        "message": {"text": _text(tally.reason(finding)) or code.title},
        "locations": [_physical(place.path, region)],
    }
