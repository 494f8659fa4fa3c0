"""What the compiler said, read from the build's report (see `build.py`) into values.

Source of the shape: https://doc.rust-lang.org/rustc/json.html.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST = 300  # diagnostics that are looked at


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file; lines and columns are 1-based and count characters."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    primary: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error or a warning. `spans` has those of macro calls too, the innermost first."""

    level: str
    code: str
    message: str
    spans: tuple[Span, ...]
    notes: tuple[str, ...]  # its notes and helps
    near: tuple[Span, ...]  # where these point: what the error speaks of
    instead: tuple[str, ...]  # what the compiler would write in its place
    rendered: str

    @property
    def words(self) -> str:
        """All that it says."""
        return "\n".join([self.message, *(span.label for span in self.spans), *self.notes])


@dataclass(frozen=True, slots=True)
class Attempt:
    """One program that was compiled."""

    number: int
    code: int
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Build:
    """All attempts, and which program was made (None: none of them)."""

    attempts: tuple[Attempt, ...]
    made: int | None
    ended: bool  # the script came to its end


def read_build(report: bytes, programs: int) -> Build:
    """The build's part of a report; what the program itself may have added is not looked at.

    Nor is what speaks of another program than those that were sent.
    """
    attempts: list[Attempt] = []
    number, lines = -1, list[str]()
    for line in report.decode("utf-8", "replace").split("\n"):
        if match := re.fullmatch(r"try (\d{1,3})", line):
            number, lines = int(match[1]), []
        elif match := re.fullmatch(r"exit (\d{1,3})", line):
            if 0 <= number < programs:
                attempts.append(_attempt(number, int(match[1]), lines))
        elif match := re.fullmatch(r"done (\d{1,3}|-)", line):
            made = int(match[1]) if match[1] != "-" else None
            known = made if made is not None and made < programs else None
            return Build(tuple(attempts), known, True)
        else:
            lines.append(line)
    return Build(tuple(attempts), None, False)


def _attempt(number: int, code: int, lines: Sequence[str]) -> Attempt:
    found = [item for line in lines[:_MOST] if (item := _diagnostic(line)) is not None]
    errors = [item for item in found if item.level.startswith("error") and _is_real(item)]
    warnings = [item for item in found if item.level == "warning"]
    return Attempt(number, code, tuple(errors), tuple(warnings))


def _is_real(item: Diagnostic) -> bool:
    return not re.match(r"aborting due to|could not compile", item.message)


def _diagnostic(line: str) -> Diagnostic | None:
    if not line.startswith("{"):
        return None
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or "message" not in data:
        return None
    code = data.get("code")
    children = [child for child in _list(data.get("children")) if isinstance(child, dict)]
    return Diagnostic(
        level=str(data.get("level")),
        code=str(code.get("code")) if isinstance(code, dict) else "",
        message=str(data.get("message")),
        spans=_spans(data),
        notes=tuple(str(child.get("message")) for child in children),
        near=tuple(span for child in children for span in _spans(child)),
        instead=tuple(text for child in children for text in _replacements(child)),
        rendered=str(data.get("rendered") or ""),
    )


def _replacements(data: Mapping[str, Any]) -> list[str]:
    spans = [span for span in _list(data.get("spans")) if isinstance(span, dict)]
    found = [span.get("suggested_replacement") for span in spans]
    return [text.strip() for text in found if isinstance(text, str) and text.strip()]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _spans(data: Mapping[str, Any]) -> tuple[Span, ...]:
    found: list[Span] = []
    for item in _list(data.get("spans")):
        label = str(item.get("label") or "") if isinstance(item, dict) else ""
        primary = isinstance(item, dict) and item.get("is_primary") is True
        for _ in range(20):  # a macro in a macro in a macro
            if not isinstance(item, dict):
                break
            found.append(_span(item, primary, label))
            expansion = item.get("expansion")
            item = expansion.get("span") if isinstance(expansion, dict) else None
    return tuple(found)


def _span(item: Mapping[str, Any], primary: bool, label: str) -> Span:
    numbers = [item.get(key) for key in ("line_start", "column_start", "line_end", "column_end")]
    line, column, end_line, end_column = (n if isinstance(n, int) else 1 for n in numbers)
    return Span(str(item.get("file_name")), line, column, end_line, end_column, primary, label)
