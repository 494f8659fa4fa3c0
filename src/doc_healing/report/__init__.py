"""Every format of the report: pure functions of one `Run`. Nothing here does any I/O."""

from collections.abc import Callable, Mapping

from doc_healing.model import Run
from doc_healing.report.codes import explain
from doc_healing.report.json import check_json, list_json
from doc_healing.report.listing import list_text
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.text import check_text

__all__ = ["FORMATS", "LIST_FORMATS", "Options", "Verbosity", "explain"]

FORMATS: Mapping[str, Callable[[Run, Options], str]] = {
    "text": check_text,
    "json": check_json,
}
"""What `check --format` offers, in the order of its help."""

LIST_FORMATS = {"text": list_text, "json": list_json}
"""What `list --format` offers."""
