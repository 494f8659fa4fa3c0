"""Every format of the report: pure functions of one `Run`. Nothing here does any I/O."""

from collections.abc import Callable, Mapping

from doc_healing.model import Run
from doc_healing.report.codes import explain
from doc_healing.report.github import check_github
from doc_healing.report.json import check_json, list_json
from doc_healing.report.junit import check_junit
from doc_healing.report.listing import list_text
from doc_healing.report.opening import Terms, opening
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.sarif import check_sarif
from doc_healing.report.summary import check_summary
from doc_healing.report.text import check_text

__all__ = [
    "FORMATS",
    "LIST_FORMATS",
    "Options",
    "Terms",
    "Verbosity",
    "check_summary",
    "explain",
    "opening",
]


def _check_html(run: Run, options: Options) -> str:
    """The page; its template engine is loaded only when a page is asked for."""
    from doc_healing.report.html import check_html

    return check_html(run, options)


FORMATS: Mapping[str, Callable[[Run, Options], str]] = {
    "text": check_text,
    "json": check_json,
    "junit": check_junit,
    "sarif": check_sarif,
    "github": check_github,
    "html": _check_html,
}
"""What `check --format` offers, in the order of its help."""

LIST_FORMATS = {"text": list_text, "json": list_json}
"""What `list --format` offers."""
