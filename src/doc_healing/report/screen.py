"""What a terminal does with strangers' text: cells, tabs, and what must not reach it raw.

Documents, error messages and program output are hostile: an escape sequence in them could move
the cursor, hide a line or forge one of ours. Everything that is printed passes `visible` or
`Strip`; what has a shape of its own on the screen stays as it is, what has none is named.
"""

import unicodedata
from dataclasses import dataclass

TAB_CELLS = 4
ELLIPSIS = "…"

# Joiners belong to emoji and to several scripts: without them correct text falls apart.
_KEPT_FORMATS = frozenset("\u200c\u200d")
_HANGUL_MEDIALS = range(0x1160, 0x1200)


def visible(text: str) -> str:
    """One line of text without any character that a terminal would obey or hide."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def printable(text: str) -> str:
    """A text of several lines without anything that a page, a log or an XML parser would choke on.

    Tabs and line ends stay; `\\r\\n` becomes one line end.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = text.replace("\r\n", "\n")
    return "".join(char if char in "\n\t" else _shown(char) for char in kept)


def visible_lines(text: str) -> list[str]:
    """The lines of a program's output, each visible; `\\r\\n` and a last line end are no lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [Strip.of(line).text for line in lines]


def shown_path(path: str) -> str:
    """A path, visible, such that a line that begins with it is no command for a log's reader."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith((":", "#")) else shown


def cells(text: str) -> int:
    """How many terminal cells a visible text takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _shown(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # a control picture: one cell, like the thing itself
    if code == 0x7F:
        return "\u2421"
    category = unicodedata.category(char)
    hidden = category == "Cf" and char not in _KEPT_FORMATS
    if hidden or category in {"Cc", "Cs", "Zl", "Zp"} or _is_noncharacter(code):
        return f"<U+{code:04X}>"
    return char


def _is_noncharacter(code: int) -> bool:
    """Unicode 15 section 23.7; XML 1.0 forbids two of them."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _cells_of(char: str) -> int:
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"} or ord(char) in _HANGUL_MEDIALS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of a document as it stands on the screen.

    `pieces` has one text per character of the line; `edges[i]` is the cell where the piece `i`
    begins, and its last entry is the width of all.
    """

    pieces: tuple[str, ...]
    edges: tuple[int, ...]

    @classmethod
    def of(cls, line: str) -> "Strip":
        """Make one; tabs go to the next multiple of four cells."""
        if line.isascii() and line.isprintable():
            return cls(tuple(line), tuple(range(len(line) + 1)))
        pieces: list[str] = []
        edges = [0]
        for char in line:
            piece = " " * (TAB_CELLS - edges[-1] % TAB_CELLS) if char == "\t" else _shown(char)
            pieces.append(piece)
            edges.append(edges[-1] + cells(piece))
        return cls(tuple(pieces), tuple(edges))

    @property
    def text(self) -> str:
        """The whole line, visible."""
        return "".join(self.pieces)

    def window(self, width: int | None, start: int, end: int) -> "tuple[str, int, int]":
        """What of it fits in `width` cells around the characters `start` to `end` (excluded).

        Gives the text, and the cells at which the mark begins and ends in it. A cut end shows
        an ellipsis.
        """
        last = len(self.pieces)
        start, end = min(start, last), min(max(end, start), last)
        if width is None or self.edges[-1] <= width:
            return self.text, self.edges[start], self.edges[end]
        room = max(width - 2, 1)
        left = self._left(room, start, end)
        right = left
        while right < last and self.edges[right + 1] - self.edges[left] <= room:
            right += 1
        lead, tail = ELLIPSIS if left else "", ELLIPSIS if right < last else ""
        text = lead + "".join(self.pieces[left:right]) + tail
        shift = len(lead) - self.edges[left]
        inner = min(max(end, start), right)
        return text, self.edges[start] + shift, self.edges[inner] + shift

    def _left(self, room: int, start: int, end: int) -> int:
        if self.edges[min(end, len(self.pieces))] <= room:
            return 0
        left = start
        while left > 0 and self.edges[start] - self.edges[left - 1] <= room // 3:
            left -= 1
        return left


@dataclass(frozen=True, slots=True)
class Paint:
    """ANSI colours, or none. The words always carry the meaning; colour only repeats it."""

    on: bool

    def __call__(self, text: str, *codes: int) -> str:
        """The text in these SGR codes (ECMA-48 section 8.3.117)."""
        if not self.on or not text:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"


BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN = 1, 2, 31, 32, 33, 34, 36
