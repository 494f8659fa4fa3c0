"""Changes of a text that keep its lines, and the way back from a changed column.

A program differs from its document only where something had to be completed or watched. Every
replacement keeps the number of lines, so that a line needs no search; for the columns each
changed line holds the places where a kept piece begins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Line (0-based) -> places of its kept pieces: byte column in the program, and in the document.
Columns = Mapping[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes `start` to `end` become `text`; an insertion where both are equal."""

    start: int
    end: int
    text: str


def insert(at: int, text: str) -> Edit:
    """An edit that only adds."""
    return Edit(at, at, text)


def blank(start: int, end: int) -> Edit:
    """An edit that puts spaces in place of a text of ASCII, so that no column moves."""
    return Edit(start, end, " " * (end - start))


def rewrite(data: bytes, edits: Iterable[Edit]) -> tuple[str, Columns]:
    """The text after the edits, and its columns. An edit that overlaps an earlier one is left out.

    Insertions at one place stand in the order in which they are given.
    """
    output: list[bytes] = []
    columns: dict[int, list[tuple[int, int]]] = {}
    position = 0
    for edit in sorted(edits, key=lambda item: (item.start, item.end)):
        if edit.start < position:
            continue
        output.append(data[position : edit.start])
        output.append(_with_lines(edit.text, data[edit.start : edit.end]))
        position = edit.end
        written = b"".join(output)
        output = [written]
        line = written.count(b"\n")
        place = (_column(written), _column(data[:position]))
        columns.setdefault(line, []).append(place)
    output.append(data[position:])
    text = b"".join(output).decode("utf-8", "replace")
    return text, {line: tuple(places) for line, places in columns.items()}


def original_column(places: tuple[tuple[int, int], ...], column: int) -> int:
    """The byte column (0-based) in the document for one in the program."""
    found = column
    for program, document in places:
        if program <= column:
            found = document + column - program
        elif found == column and document < column:
            found = min(found, document)
    return found


def _with_lines(text: str, removed: bytes) -> bytes:
    missing = removed.count(b"\n") - text.count("\n")
    return text.encode("utf-8", "replace") + b"\n" * max(missing, 0)


def _column(written: bytes) -> int:
    return len(written) - (written.rfind(b"\n") + 1)
