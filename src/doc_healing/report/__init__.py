"""Every format of the report: pure functions of one `Run`. Nothing here does any I/O.

Each is loaded when it is asked for: of all of them a command needs one.
"""

import importlib
from collections.abc import Callable, Mapping

from doc_healing.model import Run
from doc_healing.report.options import Options, Verbosity

__all__ = ["FORMATS", "LIST_FORMATS", "Options", "Verbosity"]


def _late(module: str, name: str) -> Callable[..., str]:
    """A function of a module of this room, which the first call loads."""

    def report(*arguments: object) -> str:
        found = importlib.import_module(f"doc_healing.report.{module}")
        return str(getattr(found, name)(*arguments))

    return report


FORMATS: Mapping[str, Callable[[Run, Options], str]] = {
    "text": _late("text", "check_text"),
    "json": _late("json", "check_json"),
    "junit": _late("junit", "check_junit"),
    "sarif": _late("sarif", "check_sarif"),
    "github": _late("github", "check_github"),
    "html": _late("html", "check_html"),
}
"""What `check --format` offers, in the order of its help."""

LIST_FORMATS: Mapping[str, Callable[..., str]] = {
    "text": _late("listing", "list_text"),
    "json": _late("json", "list_json"),
}
"""What `list --format` offers."""
