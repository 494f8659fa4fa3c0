"""The bytes of a document as lines: where each begins, in characters and in bytes.

Line ends are those of CommonMark (`\\n`, `\\r\\n`, a lone `\\r`) and no others: a form feed or a
U+2028 is text. The parser works on `Source.text`; nothing in it moves a line's number.
"""

import re
from dataclasses import dataclass
from itertools import accumulate

from doc_healing.model import Line, Span

BOM = b"\xef\xbb\xbf"
LIMIT_MIB = 64
LIMIT_LINES = 2_500_000  # each may be a block of its own: they cost more than the bytes
_LINE_END = re.compile(rb"\r\n?|\n")
_OTHER_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32 (little endian)"),
    (b"\x00\x00\xfe\xff", "UTF-32 (big endian)"),
    (b"\xff\xfe", "UTF-16 (little endian)"),
    (b"\xfe\xff", "UTF-16 (big endian)"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded file. `text` has `\\n` ends only, also after its last line, and no BOM.

    `chars` and `offsets` hold the begin of every line in `text` and in `data`; each has one entry
    more than there are lines, for the end.
    """

    path: str
    data: bytes
    text: str
    chars: tuple[int, ...]
    offsets: tuple[int, ...]
    ascii: bool

    @property
    def count(self) -> int:
        """How many lines there are; a last line without a line end counts, an empty one not."""
        return len(self.offsets) - 1

    def row(self, index: int) -> str:
        """The text of the 0-based line, without its line end."""
        return self.text[self.chars[index] : self.chars[index + 1] - 1]

    def line(self, index: int, start: int, pad: int = 0, end: int | None = None) -> Line:
        """The part of a line from `start` on (an offset in `text`), as a model line.

        `pad` is the number of columns that belong to the code of a tab that begins before it.
        """
        stop = self.chars[index + 1] - 1 if end is None else end
        text = " " * pad + self.text[start:stop]
        column = start - self.chars[index]
        first, last = self._bytes(index, column, stop - self.chars[index])
        return Line(text, self.path, index + 1, column + 1, Span(first, last))

    def _bytes(self, index: int, column: int, stop: int) -> tuple[int, int]:
        base = self.offsets[index]
        if index == 0 and self.data.startswith(BOM):
            base += len(BOM)
        if self.ascii:
            return base + column, base + stop
        row = self.data[base : self.offsets[index + 1]]
        if row.isascii():
            return base + column, base + stop
        text = row.decode()
        first = len(text[:column].encode())
        return base + first, base + first + len(text[column:stop].encode())


def load(data: bytes, path: str) -> Source | str:
    """The decoded file, or in words why it cannot be read and what to do about it."""
    if len(data) > LIMIT_MIB << 20:
        return (
            f"the file has {len(data) / (1 << 20):.0f} MiB, more than the {LIMIT_MIB} MiB that are "
            "read; split it or exclude it"
        )
    if (count := max(data.count(b"\n"), data.count(b"\r"))) > LIMIT_LINES:
        return (
            f"the file has {count} lines, more than the {LIMIT_LINES} that are read; "
            "split it or exclude it"
        )
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            return f"the file is {name}, not UTF-8; save it as UTF-8"
    try:
        decoded = data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        return _undecodable(data, error)
    return _source(data, decoded, path)


def rows(data: bytes) -> list[bytes]:
    """The lines of some bytes, each with its own line end."""
    ends = [match.end() for match in _LINE_END.finditer(data)]
    if not ends or ends[-1] != len(data):
        ends.append(len(data))
    return [data[a:b] for a, b in zip([0, *ends], ends, strict=False) if a < b]


def _undecodable(data: bytes, error: UnicodeDecodeError) -> str:
    at = error.start + (len(BOM) if data.startswith(BOM) else 0)
    line = len(_LINE_END.findall(data[:at])) + 1
    return (
        f"not UTF-8: byte 0x{data[at]:02x} at offset {at} (line {line}) is not valid there; "
        "save the file as UTF-8"
    )


def _source(data: bytes, decoded: str, path: str) -> Source:
    text = decoded
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\0", "\ufffd")
    if text and not text.endswith("\n"):
        text += "\n"
    chars = (0, *accumulate(len(row) + 1 for row in text.split("\n")[:-1]))
    offsets = [0, *(match.end() for match in _LINE_END.finditer(data))]
    if len(offsets) < len(chars):
        offsets.append(len(data))
    if not text:
        offsets = [0]
    return Source(path, data, text, chars, tuple(offsets), decoded.isascii())
