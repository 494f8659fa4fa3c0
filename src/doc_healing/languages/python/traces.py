"""The interpreter's error text as the reader of the document needs it: without our frames."""

import re
from collections.abc import Sequence

from doc_healing.model import Line

_FRAME = re.compile(
    r"^(?P<bars>[\s|]*)File \"(?P<path>[^\"\n]+)\", line (?P<line>\d+)(?P<rest>.*)$"
)
_PACKAGE = re.compile(r"^.*/(?:site-packages|dist-packages)/|^/opt/project/(?:src/)?")
_LIBRARY = re.compile(r"^.*/lib/python3(?:\.\d+)?/")
_LONGEST = 8000
_SAID = re.compile(r"\b(on line |detected at line )(\d+)")
_OWN = re.compile(r" \(snippet\.py, line \d+\)$")


def readable(text: str, lines: Sequence[Line | None]) -> str:
    """The text with document places for the snippet's frames and package paths for the others.

    `lines` leads each line of the snippet's file to the document.
    """
    found: list[str] = []
    dropped: str | None = None  # the margin of one of our frames, whose code lines follow
    for line in text.split("\n"):
        frame = _FRAME.match(line)
        if frame is None:
            if dropped is None or not line.startswith(dropped + "  "):
                dropped = None
                found.append(line)
            continue
        dropped = frame["bars"] if _is_ours(frame["path"]) else None
        if dropped is None:
            found.append(f"{frame['bars']}File {_place(frame, lines)}{frame['rest']}")
    return "\n".join(found)[-_LONGEST:]


def placed(message: str, lines: Sequence[Line | None]) -> str:
    """A syntax error's message, with the document's lines where it names the snippet's.

    `lines` leads each line that it may name to the document.
    """

    def line(said: re.Match[str]) -> str:
        number = int(said[2])
        found = lines[number - 1] if 0 < number <= len(lines) else None
        return f"{said[1]}{found.line}" if found else said[0]

    return _OWN.sub("", _SAID.sub(line, message))


def _is_ours(path: str) -> bool:
    return "/.doc-healing/" in path or path.startswith("<doc-healing")


def _place(frame: re.Match[str], lines: Sequence[Line | None]) -> str:
    path, number = frame["path"], int(frame["line"])
    if path.endswith("/snippet.py") and 0 < number <= len(lines):
        line = lines[number - 1]
        if line is not None:
            return f'"{line.path}", line {line.line}'
    short = _PACKAGE.sub("", path)
    return f'"{_LIBRARY.sub("", short)}", line {number}'
