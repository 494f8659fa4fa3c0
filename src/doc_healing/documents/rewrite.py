"""Writing new code into a document, and not one byte beside it (invariant 4)."""

from collections.abc import Iterator, Mapping, Sequence

from doc_healing.documents.lines import load, rows
from doc_healing.documents.page import Block
from doc_healing.documents.reader import parse
from doc_healing.errors import Place, UserError
from doc_healing.model import Document, Line, Snippet

_Edit = tuple[int, int, bytes]


def rewrite(document: Document, texts: Mapping[int, str]) -> bytes:
    """The document's bytes with the code of some snippets (by index) replaced.

    Lines that stay the same keep their bytes; new ones get the indentation, quote prefix and line
    end of their neighbours. The result is parsed again: every block must have the code that it is
    to have. Its own code changes nothing. Raises `UserError` for a block whose code stands in
    another file or in a comment, and for a text that its fence cannot hold.
    """
    known = {snippet.index: snippet for snippet in document.snippets}
    texts = {index: text for index, text in texts.items() if text != known[index].code}
    edits = [_edit(document.data, known[index], text) for index, text in texts.items()]
    data = _applied(document.data, sorted(edits))
    if data != document.data:
        _verify(document, data, {known[index].line: text for index, text in texts.items()})
    return data


def _applied(data: bytes, edits: Sequence[_Edit]) -> bytes:
    parts, at = [], 0
    for start, end, new in edits:
        parts += [data[at:start], new]
        at = end
    return b"".join([*parts, data[at:]])


def _edit(data: bytes, snippet: Snippet, text: str) -> _Edit:
    if snippet.invisible:
        raise _refusal(snippet, "its code stands in a comment")
    elsewhere = next((line for line in snippet.lines if line.span is None), None)
    if elsewhere or snippet.span.end <= snippet.span.start < 1:
        where = f"{elsewhere.path}:{elsewhere.line}" if elsewhere else "another file"
        raise _refusal(snippet, f"its code is included from {where}", help="edit that file")
    new = _split(text)
    old, raw = snippet.lines, rows(data[snippet.span.start : snippet.span.end])
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    kept_tail = raw[len(raw) - tail :] if tail else []
    middle = list(_written(data, snippet, raw, new[head : len(new) - tail], head))
    result = b"".join([*raw[:head], *middle, *kept_tail])
    return snippet.span.start, snippet.span.end, _joined(data, snippet, raw, result)


def _split(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if not lines[-1] else lines


def _common(old: Sequence[Line], new: Sequence[str]) -> int:
    count = 0
    for line, text in zip(old, new, strict=False):
        if line.text != text:
            break
        count += 1
    return count


def _written(
    data: bytes, snippet: Snippet, raw: Sequence[bytes], new: Sequence[str], head: int
) -> Iterator[bytes]:
    default = _prefix(data, snippet, raw)
    ending = _ending(data, snippet, raw, head)
    for offset, text in enumerate(new, start=head):
        prefix = default
        if offset < len(raw) and snippet.lines[offset].text.strip() and raw[offset].strip():
            prefix = _own_prefix(snippet, raw, offset)
        if not text:
            prefix = prefix.rstrip(b" \t")
        elif prefix.endswith(b">") and text[0] in " \t":
            prefix += b" "  # else the quote takes the code's own space for its
        yield prefix + text.encode() + ending


def _prefix(data: bytes, snippet: Snippet, raw: Sequence[bytes]) -> bytes:
    """What stands before the code: taken from a line of code, or else from the opening fence."""
    for offset, line in enumerate(snippet.lines):
        if line.text.strip():
            return _own_prefix(snippet, raw, offset)
    opening = rows(data[: snippet.span.start])[snippet.line - 1]
    marker = min(at for mark in (b"```", b"~~~", b":::") if (at := opening.find(mark)) >= 0)
    kept = opening[:marker].removeprefix(b"\xef\xbb\xbf").decode()
    return "".join(char if char in "> \t" else " " for char in kept).encode()


def _own_prefix(snippet: Snippet, raw: Sequence[bytes], offset: int) -> bytes:
    """The bytes of a line before its code; a tab that reaches into the code becomes spaces."""
    line = snippet.lines[offset]
    start = snippet.span.start + sum(map(len, raw[:offset]))
    assert line.span is not None
    prefix = raw[offset][: line.span.start - start]
    shown = raw[offset][line.span.start - start :].decode().rstrip("\r\n")
    pad = len(line.text) - len(shown)
    if pad <= 0:
        return prefix
    width = len(prefix.decode().expandtabs(4)) - pad
    return (prefix[:-1].decode().expandtabs(4)).ljust(width).encode()


def _ending(data: bytes, snippet: Snippet, raw: Sequence[bytes], head: int) -> bytes:
    """The line end of the line before, so that a file of mixed ends stays as it is around."""
    near = raw[head - 1] if 0 < head <= len(raw) else raw[0] if raw else b""
    near = near if near.endswith((b"\n", b"\r")) else data[: snippet.span.start]
    for ending in (b"\r\n", b"\n", b"\r"):
        if near.endswith(ending):
            return ending
    return b"\n"


def _joined(data: bytes, snippet: Snippet, raw: Sequence[bytes], result: bytes) -> bytes:
    """The new bytes, without a last line end where the file ends in its fence and had none."""
    at_end = snippet.span.end == len(data)
    before = data[: snippet.span.start]
    if at_end and result and not data.endswith((b"\n", b"\r")):
        result = result.removesuffix(b"\n").removesuffix(b"\r") if raw else result
        if before and not before.endswith((b"\n", b"\r")):
            return b"\n" + result.removesuffix(b"\n")
    return result


def _verify(document: Document, data: bytes, wanted: Mapping[int, str]) -> None:
    before, after = _blocks(document.data, document.path), _blocks(data, document.path)
    expected = []
    for block in before:
        text = wanted.get(block.line)
        expected.append(block.code if text is None else "".join(f"{t}\n" for t in _split(text)))
    if expected == [block.code for block in after]:
        return
    broken = next(
        (
            b
            for b, code, new in zip(before, expected, [*after, *before], strict=False)
            if new.code != code
        ),
        before[0],
    )
    raise UserError(
        "the new code would close its fence early, or cannot stand in its container",
        place=Place(document.path, broken.line),
        help="make the fence longer than any run of its character in the code",
    )


def _blocks(data: bytes, path: str) -> list[Block]:
    source = load(data, path)
    assert not isinstance(source, str)
    return [item for item in parse(source) if isinstance(item, Block)]


def _refusal(snippet: Snippet, why: str, help: str = "") -> UserError:  # noqa: A002 - errors.py's
    place = Place(snippet.path, snippet.line)
    return UserError(f"this block cannot be rewritten: {why}", place=place, help=help)
