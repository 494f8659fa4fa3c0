"""rustdoc's reading of a block's lines: which are hidden, and where its `main` would begin.

Source of the rules: rustdoc's `html/markdown.rs` (`map_line`) and `doctest/make.rs`
(`partition_source`), https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from doc_healing.model import Line, Snippet

_CRATE = re.compile(r"\s*(?:#\[macro_use\]\s*)?extern crate\b")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of code as the compiler sees it. `shift` columns of the document were taken off
    its text behind column `since` (0-based).
    """

    text: str
    line: Line
    shift: int = 0
    since: int = 0

    def column(self, characters: int) -> int:
        """The document's column (1-based) for a number of characters before a place in `text`."""
        more = self.shift if characters >= self.since else 0
        return self.line.column + characters + more


def rows(snippet: Snippet) -> list[Row]:
    """The lines of a block, hidden ones included, with rustdoc's marks taken off."""
    prefix = next(
        (flag[9:] for flag in snippet.instructions.flags if flag.startswith("hidelines=")), ""
    )
    found = [_row(line, prefix.strip("\"'")) for line in snippet.lines]
    if found and re.match(
        r"#!(?!\s*\[)", found[0].text
    ):  # a script's first line, as rustc skips it
        found[0] = replace(found[0], text="")
    return found


def code_of(found: Sequence[Row]) -> str:
    """The text of these rows."""
    return "".join(f"{row.text}\n" for row in found)


@dataclass(frozen=True, slots=True)
class Parts:
    """How many rows come first: crate attributes, then `extern crate` lines."""

    attributes: int
    crates: int  # where the rest begins


def partition(found: Sequence[Row]) -> Parts:
    """Where rustdoc would put what it adds: behind the attributes, and before the rest."""
    at, count = 0, len(found)
    while at < count:
        text = found[at].text.strip()
        if text.startswith("#!["):
            at = _attribute_end(found, at)
        elif text and not _is_comment(text):
            break
        else:
            at += 1
    attributes = at
    while at < count:
        text = found[at].text.strip()
        if text and not _is_comment(text) and not _CRATE.match(text):
            break
        at += 1
    return Parts(attributes, at)


def _row(line: Line, prefix: str) -> Row:
    text = line.text
    trimmed = text.strip()
    if prefix:  # mdBook's other mark for this block
        if trimmed.startswith(prefix):
            return _without(line, text.index(prefix), len(prefix))
        return Row(text, line)
    if trimmed.startswith("##"):
        at = text.index("##")
        return Row(text[:at] + text[at + 1 :], line, 1, at + 1)
    if trimmed == "#":
        return Row("", line, len(text))
    if trimmed.startswith("# "):
        return _without(line, text.index("# "), 2)
    return Row(text, line)


def _without(line: Line, at: int, length: int) -> Row:
    """rustdoc takes the mark off with all that stands before it."""
    return Row(line.text[at + length :], line, at + length)


def _is_comment(text: str) -> bool:
    return text.startswith("//") and not text.startswith("///")


def _attribute_end(found: Sequence[Row], start: int) -> int:
    """The row behind an attribute, whose brackets may close on a later line."""
    depth = 0
    for at in range(start, len(found)):
        plain = re.sub(r'"(?:\\.|[^"\\])*"', "", found[at].text)
        depth += plain.count("[") - plain.count("]")
        if depth <= 0:
            return at + 1
    return start + 1
