"""Fences, and directives in the form of fences, with the begin of each of their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from doc_healing.documents.myst import DIRECTIVE, holds_markup, is_directive, option_lines

_ITEM = re.compile(r"( *)(?:[-+*]|\d{1,9}[.)]) +")
_MOST_OPTIONS = 100  # lines at the top of a directive in which its options are looked for
_LOOK_BACK = 200  # tokens in which the last list item is looked for


MOST_TOKENS = 1_500_000  # of a document; each takes about a KiB, however little text is behind it


class TooManyBlocksError(Exception):
    """A document has more blocks than memory should hold; the reader says so in words."""


@dataclass(frozen=True, slots=True)
class Fenced:
    """Lines `start` (of the opening fence) to `last` (excluded; of the closing one, if any)."""

    start: int
    last: int
    closed: bool
    info: str
    directive: str = ""
    in_item: bool = False  # of a list that CommonMark takes for closed
    info_at: int = 0  # the offset of the info string's first character


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A fence, or a directive in the form of one. CommonMark 0.31.2, section 4.5."""
    if len(state.tokens) > MOST_TOKENS:  # looked at here: every line that begins a block comes by
        raise TooManyBlocksError
    opening = _opening(state, start)
    if opening is None:
        return False
    loose = state.is_code_block(start)
    if silent or (loose and not _behind_loose_item(state, start)):
        return silent and not loose
    marker, length, info, info_at = opening
    last, closed = _closing(state, start, end, marker * length, loose)
    if loose and not closed:
        return False
    state.line = last + closed
    name = DIRECTIVE.match(info)
    if name and holds_markup(name[1], rows(state, start + 1, last)):
        nested(state, start, last, name[1], info[name.end() :].strip())
    else:
        directive = name[1] if name and is_directive(name[1]) else ""
        in_item = loose and _is_behind_list(state)
        found = Fenced(start, last, closed, unescapeAll(info), directive, in_item, info_at)
        push_fence(state, found)
    return True


def rows(state: StateBlock, first: int, last: int) -> Iterator[str]:
    """The text of some lines, without what stands before it."""
    return (state.src[state.bMarks[n] + state.tShift[n] : state.eMarks[n]]
            for n in range(first, last))  # fmt: skip


def push_fence(state: StateBlock, found: Fenced) -> None:
    """Note a code block; `state.line` already stands behind it."""
    token = state.push("fence", "code", 0)
    token.info = found.info
    token.map = [found.start, state.line]
    token.meta = {
        "begins": begins(state, found.start + 1, found.last, state.sCount[found.start]),
        "fenced": found,
    }


def nested(state: StateBlock, start: int, last: int, name: str, title: str) -> None:
    """Parse the lines of a directive as Markdown, without its options."""
    line = state.line
    body = begins(state, start + 1, min(last, start + 1 + _MOST_OPTIONS), state.sCount[start])
    count, options = option_lines([state.src[at : state.eMarks[n]] for n, at, _ in body])
    first = start + 1 + count
    indents = (state.sCount[n] for n in range(first, last) if not state.isEmpty(n))
    token = state.push("container_open", "div", 1)
    token.map = [start, line]
    token.meta = {"name": name, "title": title, "options": options, "style": "myst"}
    before = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent = max(state.blkIndent, min(state.sCount[start], min(indents, default=1 << 30)))
    state.lineMax, state.parentType = last, "container"
    state.md.block.tokenize(state, first, last)
    state.blkIndent, state.lineMax, state.parentType = before
    state.push("container_close", "div", -1)
    state.line = line


def begins(state: StateBlock, first: int, last: int, indent: int) -> list[tuple[int, int, int]]:
    """Line, offset and pad of each line: `StateBlock.getLines`, which drops the offsets."""
    if not indent:
        return [(line, state.bMarks[line], 0) for line in range(first, last)]
    return [(line, *_begin(state, line, indent)) for line in range(first, last)]


def note(state: StateBlock, name: str, start: int, last: int, *, raw: bool = False) -> Token:
    """Push a leaf token that keeps where its lines begin; `raw` ones keep their indentation."""
    token = state.push(name, "", 0)
    token.map = [start, last]
    if raw:
        token.meta = {"begins": begins(state, start, last, state.blkIndent)}
    else:
        shifted = [state.bMarks[line] + state.tShift[line] for line in range(start, last)]
        token.meta = {"begins": [(line, at, 0) for line, at in enumerate(shifted, start)]}
    return token


def _begin(state: StateBlock, line: int, indent: int) -> tuple[int, int]:
    have, at, stop = 0, state.bMarks[line], state.eMarks[line]
    shift = at + state.tShift[line]
    while at < stop and have < indent:
        char = state.src[at]
        if char == "\t":
            have += 4 - (have + state.bsCount[line]) % 4
        elif char == " " or at < shift:
            have += 1
        else:
            break
        at += 1
    return at, max(0, have - indent)


def _opening(state: StateBlock, start: int) -> tuple[str, int, str, int] | None:
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    marker = state.src[at : at + 1]
    if marker not in ("`", "~") or state.src[at : at + 3] != marker * 3:
        return None
    rest = state.src[at:stop]
    info = rest.lstrip(marker)
    if marker == "`" and "`" in info:
        return None
    info_at = stop - len(info.lstrip(" \t"))
    return marker, len(rest) - len(info), info.strip(" \t"), info_at


def _closing(state: StateBlock, start: int, end: int, fence: str, loose: bool) -> tuple[int, bool]:
    line, marker = start + 1, fence[0]
    while line < end:
        at, stop = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if at < stop and state.sCount[line] < state.blkIndent:
            return line, False  # it leaves the list item or is a lazy line behind a quote
        if at < stop and state.src[at] == marker and (loose or not state.is_code_block(line)):
            rest = state.src[at:stop].rstrip(" \t")
            if len(rest) >= len(fence) and rest == marker * len(rest):
                return line, True
        line += 1
    return end, False


def _behind_loose_item(state: StateBlock, start: int) -> bool:
    """Whether Python-Markdown takes an indented fence for a list item's, and CommonMark does not.

    It asks for four columns only, however far the item's text is indented: `  1. text` and then a
    fence at column 4. CommonMark sees indented code there.
    """
    if _is_behind_deeper_text(state, start):
        return True
    if not _is_behind_list(state):
        return False
    for token in reversed(state.tokens[-_LOOK_BACK:]):
        if token.type == "list_item_open" and token.map:
            line = token.map[0]
            row = state.src[state.bMarks[line] : state.eMarks[line]].expandtabs(4)
            found = _ITEM.match(row)
            return found is not None and len(found[1]) < state.sCount[start] < len(found[0])
    return False


def _is_behind_list(state: StateBlock) -> bool:
    return bool(state.tokens) and state.tokens[-1].type.endswith("_list_close")


def _is_behind_deeper_text(state: StateBlock, start: int) -> bool:
    """Whether the item's text before is indented deeper than CommonMark asks, and the fence by it.

    `* item`, then text at column 4 and a fence at column 6: for Python-Markdown, whose items hold
    what is indented by four columns, the fence is two columns deep, and not code.
    """
    for token in reversed(state.tokens[-_LOOK_BACK:]):
        if token.level != state.level or token.map is None:
            return False
        if token.type == "paragraph":
            text = state.sCount[token.map[0]]
            deeper = 0 < text - state.blkIndent < 4 and state.blkIndent > 0
            return deeper and state.sCount[start] - text < 4
        if token.type != "fence" or state.sCount[token.map[0]] - state.blkIndent < 4:
            return False
    return False
