"""Comments: text that only tools read, wherever it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from markdown_it.token import Token

from doc_healing.documents import mdx
from doc_healing.documents.lines import Source
from doc_healing.documents.page import Comment

_Names = tuple[str, ...]
_Begin = tuple[int, int, int]
_TICKS = re.compile(r"`+")
_NEXT = re.compile(r"\\.|`+|<!--|\{/\*", re.DOTALL)


def single(source: Source, token: Token, containers: _Names, headings: _Names) -> Comment:
    """A comment that the parser found to fill one line."""
    (index, _), (at, stop) = token.map or (0, 0), token.meta["inside"]
    line = source.line(index, at, end=stop)
    column = token.meta["column"] - source.chars[index] + 1
    return Comment(
        line.text, token.info, index + 1, index + 1, column, (line,), containers, headings
    )


def of_jsx(source: Source, token: Token, containers: _Names, headings: _Names) -> Iterator[Comment]:
    """The comments among the tags and expressions of an MDX block."""
    begins: list[_Begin] = token.meta["begins"]
    stop = source.chars[begins[-1][0] + 1] - 1
    for kind, name, at, end in mdx.elements(source.text, begins[0][1], stop):
        if kind == "comment":
            yield _comment(source, begins, name, (at, end), containers, headings)


def within(
    source: Source, token: Token, inline: bool, is_mdx: bool, containers: _Names, headings: _Names
) -> Iterator[Comment]:
    """The comments in a paragraph (`inline`: code spans and escapes hide) or an HTML block."""
    begins: list[_Begin] = token.meta["begins"]
    rows = [source.text[at : source.chars[line + 1] - 1] for line, at, _ in begins]
    text = "\n".join(rows)
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    for kind, first, last in _found(text, inline, is_mdx):
        span = tuple(_absolute(begins, starts, place) for place in (first, last))
        yield _comment(source, begins, kind, (span[0], span[1]), containers, headings)


def _absolute(begins: list[_Begin], starts: list[int], place: int) -> int:
    row = min(bisect_right(starts, place), len(begins)) - 1
    return begins[row][1] + place - starts[row]


def _found(text: str, inline: bool, is_mdx: bool) -> Iterator[tuple[str, int, int]]:
    at, closing = 0, {ticks[0] for ticks in _TICKS.finditer(text)}
    endless = set()  # signs that no end follows: looked for once, so that this stays linear
    while found := _NEXT.search(text, at):
        at, sign = found.end(), found[0]
        if sign not in endless and (sign == "<!--" or (sign == "{/*" and is_mdx)):
            kind, end = ("html", "-->") if sign == "<!--" else ("mdx", "*/")
            last = text.find(end, at)
            if last < 0:
                if inline:
                    endless.add(sign)
                    continue
                last = len(text)
            yield kind, at, last
            at = min(last + len(end), len(text))
        elif sign[0] == "`" and inline and sign in closing:
            at = _behind_code_span(text, sign, at)


def _behind_code_span(text: str, ticks: str, at: int) -> int:
    for found in _TICKS.finditer(text, at):
        if found[0] == ticks:
            return found.end()
    return at


def _comment(
    source: Source,
    begins: list[_Begin],
    kind: str,
    inside: tuple[int, int],
    containers: _Names,
    headings: _Names,
) -> Comment:
    first = bisect_right(source.chars, inside[0]) - 1
    last = bisect_right(source.chars, inside[1]) - 1
    offset = begins[0][0]
    lines = []
    for index in range(first, min(last, source.count - 1) + 1):
        _, at, pad = begins[index - offset]
        end = inside[1] if index == last else None
        at, pad = (inside[0], 0) if index == first else (at, pad)
        lines.append(source.line(index, at, pad, end))
    mark = {"html": 4, "mdx": 3}[kind]
    return Comment(
        "\n".join(line.text for line in lines),
        kind,
        first + 1,
        last + 1,
        inside[0] - mark - source.chars[first] + 1,
        tuple(lines),
        containers,
        headings,
    )
