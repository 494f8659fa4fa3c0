"""The source frame: the document's own lines around the place of a symptom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from doc_healing.model import Finding, Run, Symptom

BEFORE = 2
AFTER = 1

# Line ends as CommonMark section 2.1 knows them; `str.splitlines` knows seven more.
_LINE_END = re.compile(r"\r\n|\n|\r")
_WORD = re.compile(r"\w+|\S")


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A line of a file. `number` is 1-based."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Some lines of one file, and in the line `marked` the characters `start` to `end`.

    `start` and `end` are 0-based character offsets into that line, `end` excluded. `lines` is
    empty where the file's text is not at hand.
    """

    path: str
    lines: tuple[FrameLine, ...]
    marked: int
    start: int
    end: int


Sources = Mapping[str, tuple[str, ...]]


def sources(run: Run) -> Sources:
    """The lines of each document of a run, by its path."""
    return {document.path: _lines(document.data) for document in run.documents}


def frame(finding: Finding, symptom: Symptom, files: Sources) -> Frame:
    """The frame of a symptom; for an included file, from the lines that the snippet took of it."""
    lines = _around(finding, symptom, files)
    text = next((line.text for line in lines if line.number == symptom.line), None)
    start, end = _mark(text, symptom)
    return Frame(symptom.path, lines, symptom.line, start, end)


def _lines(data: bytes) -> tuple[str, ...]:
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return tuple(_LINE_END.split(text))


def _around(finding: Finding, symptom: Symptom, files: Sources) -> tuple[FrameLine, ...]:
    snippet = finding.snippet
    if symptom.path == snippet.path and symptom.path in files:
        known = dict(enumerate(files[symptom.path], start=1))
        # The fence lines themselves say nothing, unless the symptom stands on one.
        first, last = snippet.line + 1, max(snippet.end_line - 1, snippet.line + 1)
    else:
        known = {
            line.line: " " * (line.column - 1) + line.text
            for line in snippet.lines
            if line.path == symptom.path
        }
        known |= dict(enumerate(files.get(symptom.path, ()), start=1))
        first, last = symptom.line - BEFORE, symptom.line + AFTER
    wanted = range(max(symptom.line - BEFORE, first), min(symptom.line + AFTER, last) + 1)
    numbers = sorted({*wanted, symptom.line} & known.keys())
    return tuple(FrameLine(number, known[number]) for number in numbers)


def _mark(text: str | None, symptom: Symptom) -> tuple[int, int]:
    """From the symptom's columns; where it names no end, the word that begins there."""
    start = max(symptom.column - 1, 0)
    if text is not None:
        start = min(start, len(text))
    if symptom.end_column is not None and symptom.end_column - 1 > start:
        last = symptom.end_column - 1 if text is None else max(len(text), start + 1)
        return start, min(symptom.end_column - 1, last)
    word = _WORD.match(text or "", start)
    return start, word.end() if word else start + 1
