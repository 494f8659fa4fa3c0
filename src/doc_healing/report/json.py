"""The JSON contract: `report.v1.json` and `list.v1.json`, explained in `docs/json.md`.

Only ASCII is written, so that no terminal and no locale can be hurt by a stranger's text.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from doc_healing.model import Document, Finding, Notice, Run, Snippet, Symptom
from doc_healing.report import tally
from doc_healing.report.codes import code_of, notice_code
from doc_healing.report.listing import LeftOut
from doc_healing.report.options import Options

SCHEMA = 1

_SURROGATES = re.compile("[\ud800-\udfff]")


def check_json(run: Run, options: Options) -> str:
    """The report of one run, as JSON of schema 1, one line end at its end."""
    return _dumps(
        {
            "schema": SCHEMA,
            "findings": [_finding(finding) for finding in run.findings],
            "summary": _summary(run),
            "notices": [_notice(notice) for notice in tally.notices(run)],
            "tool": {"name": "doc-healing", "version": options.version},
        }
    )


def list_json(documents: Sequence[Document], options: Options, left_out: LeftOut = ()) -> str:
    """All snippets of some documents, as JSON of schema 1, one line end at its end."""
    run = Run((), tuple(documents))
    return _dumps(
        {
            "schema": SCHEMA,
            "snippets": [
                _listed(snippet)
                for document in documents
                for snippet in document.snippets
                if not snippet.invisible
            ],
            "notices": [_notice(notice) for notice in tally.notices(run)],
            "left_out": _left_out(left_out),
            "tool": {"name": "doc-healing", "version": options.version},
        }
    )


def _left_out(left_out: LeftOut) -> list[dict[str, str]]:
    return [{"path": path, "reason": reason} for path, reason in left_out]


def _finding(finding: Finding) -> dict[str, Any]:
    snippet, code = finding.snippet, code_of(finding)
    return {
        "path": snippet.path,
        "line": snippet.line,
        "end_line": snippet.end_line,
        "language": snippet.language,
        "verdict": finding.verdict.value,
        "reason": tally.reason(finding),
        "symptom": _symptom(finding.symptom) if finding.symptom else None,
        "level": finding.level.value,
        "seconds": tally.seconds(finding.seconds),
        "cached": finding.cached,
        "sandbox": {"name": finding.sandbox, "layers": list(finding.layers)},
        "code": code.id if code else "",
        "slug": code.slug if code else "",
        "info": snippet.info,
        "added": list(finding.added),
        "warnings": list(finding.warnings),
        "stdout": finding.stdout,
        "stderr": finding.stderr,
        "fault": finding.fault,
        "chosen": finding.chosen,
    }


def _symptom(symptom: Symptom) -> dict[str, Any]:
    return {
        "kind": symptom.kind.value,
        "message": symptom.message,
        "line": symptom.line,
        "column": symptom.column,
        "path": symptom.path,
        "end_column": symptom.end_column,
        "expected": symptom.expected,
        "actual": symptom.actual,
        "exception": symptom.exception,
        "trace": symptom.trace,
    }


def _summary(run: Run) -> dict[str, Any]:
    return {
        "verdicts": {verdict.value: number for verdict, number in tally.counts(run).items()},
        "documents": len(run.documents),
        "snippets": len(run.findings),
        "runnable": tally.runnable(run),
        "checked": tally.checked(run),
        "seconds": tally.seconds(run.seconds),
        "notes": list(run.notes),
        "left_out": _left_out(run.left_out),
        "interrupted": run.interrupted,
        "conclusion": tally.conclusion(run),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "path": notice.path,
        "line": notice.line,
        "column": notice.column,
        "code": notice.code,
        "slug": notice_code(notice).slug,
        "message": notice.message,
        "suggestion": notice.suggestion,
    }


def _listed(snippet: Snippet) -> dict[str, Any]:
    return {
        "path": snippet.path,
        "line": snippet.line,
        "end_line": snippet.end_line,
        "language": snippet.language,
        "info": snippet.info,
        "code": snippet.code,
        "state": snippet.state.value,
        "reason": snippet.reason,
    }


def _dumps(value: dict[str, Any]) -> str:
    return json.dumps(_sound(value), ensure_ascii=True, allow_nan=False, indent=2) + "\n"


def _sound(value: Any) -> Any:
    """Without lone surrogates, which RFC 8259 section 8.2 leaves to each reader's mood."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {key: _sound(item) for key, item in value.items()}
    return value
