"""HTML blocks: CommonMark's seven kinds, comments that span blank lines, and md_in_html."""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import HTML_SEQUENCES

from doc_healing.documents.fences import note

_MARKDOWN_TAG = re.compile(
    r"<([A-Za-z][\w-]*)(?:\s[^>]*)?\smarkdown(?:=[\"']?(?:1|block|span|true)?[\"']?)?(?:\s[^>]*)?>\s*$"
)
_LONGEST = 1000  # characters of a tag with the attribute `markdown`
_CLOSING_TAG = re.compile(r"</([A-Za-z][\w-]*)\s*>\s*$")


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """CommonMark 0.31.2, section 4.6.

    Two things beside it. A tag with the attribute `markdown` (Python-Markdown's md_in_html) and its
    closing tag stand alone, so that what follows is Markdown without a blank line. And a comment
    that opens in a block of kind 6 or 7 holds on over blank lines, as the browser sees it.
    """
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if state.src[at : at + 1] != "<" or state.is_code_block(start):
        return False
    text = state.src[at:stop]
    if _stands_alone(state, text, silent):
        return silent or _push(state, start, start + 1)
    kind = next((kind for kind in HTML_SEQUENCES if kind[0].search(text)), None)
    if kind is None:
        return False
    if silent:
        return kind[2]
    last = _last(state, start, end, kind[1])
    if kind[1].search(""):
        last = _behind_comment(state, start, last, end)
    return _push(state, start, last)


def _stands_alone(state: StateBlock, text: str, silent: bool) -> bool:
    if len(text) > _LONGEST:
        return False
    tags: dict[str, int] = state.env.setdefault("markdown_tags", {})
    step = 1
    found = _MARKDOWN_TAG.match(text)
    if not found:
        step, found = -1, _CLOSING_TAG.match(text)
    if not found or (step < 0 and not tags.get(found[1])):
        return False
    if not silent:
        tags[found[1]] = tags.get(found[1], 0) + step
    return True


def _last(state: StateBlock, start: int, end: int, ending: re.Pattern[str]) -> int:
    blank_ends = bool(ending.search(""))
    line = start
    while line < end:
        outdented = line > start and state.sCount[line] < state.blkIndent
        if outdented and (blank_ends or not state.isEmpty(line)):
            return line
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        if ending.search(text):
            return line if blank_ends else line + 1
        line += 1
    return end


def _behind_comment(state: StateBlock, start: int, last: int, end: int) -> int:
    src, stop = state.src, state.eMarks[last - 1]
    opened = src.rfind("<!--", state.bMarks[start], stop)
    if opened < 0 or src.find("-->", opened, stop) >= 0 or state.env.get("no_comment_ends"):
        return last
    closed = src.find("-->", stop)
    if closed < 0:
        state.env["no_comment_ends"] = True
        return last
    line = last
    while line < end and state.eMarks[line] <= closed:
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return last
        line += 1
    return line + 1 if line < end else last


def _push(state: StateBlock, start: int, last: int) -> bool:
    state.line = last
    note(state, "html_block", start, last, raw=True)
    return True
