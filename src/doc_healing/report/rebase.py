"""Paths as a forge wants them: from the root of the git repository.

The root of a run may be a folder of that repository, where a config stands in it; an annotation
that begins there would point at another file.
"""

from dataclasses import replace

from doc_healing.model import Document, Finding, Line, Notice, Run, Snippet


def rebased(run: Run, prefix: str) -> Run:
    """The run with `prefix` (empty, or a folder that ends with a slash) before every path."""
    if not prefix:
        return run
    return replace(
        run,
        findings=tuple(_finding(each, prefix) for each in run.findings),
        documents=tuple(_document(each, prefix) for each in run.documents),
        warnings=tuple(_notice(each, prefix) for each in run.warnings),
        left_out=tuple((prefix + path, why) for path, why in run.left_out),
    )


def _finding(finding: Finding, prefix: str) -> Finding:
    symptom = finding.symptom
    moved = replace(symptom, path=prefix + symptom.path) if symptom else None
    return replace(finding, snippet=_snippet(finding.snippet, prefix), symptom=moved)


def _snippet(snippet: Snippet, prefix: str) -> Snippet:
    lines = tuple(_line(each, prefix) for each in snippet.lines)
    return replace(snippet, path=prefix + snippet.path, lines=lines)


def _line(line: Line, prefix: str) -> Line:
    return replace(line, path=prefix + line.path)


def _notice(notice: Notice, prefix: str) -> Notice:
    return replace(notice, path=prefix + notice.path)


def _document(document: Document, prefix: str) -> Document:
    snippets = tuple(_snippet(each, prefix) for each in document.snippets)
    warnings = tuple(_notice(each, prefix) for each in document.warnings)
    return replace(document, path=prefix + document.path, snippets=snippets, warnings=warnings)
