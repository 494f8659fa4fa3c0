"""Containers that CommonMark does not know.

Two kinds. Indented ones (Material's `!!!`, `???` and `===`) hold the lines that are indented by
four columns more, and are parsed as a range of their own. Delimited ones (`:::`, `///`) are only
noted where they open and close: their content is parsed as if they were not there, so that a
`:::` inside a fence stays code and an unclosed one (mkdocstrings' `::: module`) does no harm.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from markdown_it.common.utils import unescapeAll
from markdown_it.rules_block import StateBlock

from doc_healing.documents.fences import Fenced, push_fence, rows
from doc_healing.documents.myst import DIRECTIVE, NESTING, holds_markup, is_directive

_LONGEST = 1000  # characters of a line that opens a container
_ADMONITION = re.compile(
    r"(!!!|\?\?\?\+?) ?(?:([\w-]+(?: +[\w-]+)*)?(?: +\"(.*?)\")|([\w-]+(?: +[\w-]+)*)) *$"
)
_TAB = re.compile(r"===[+!]{0,2} +(?:\"(.*)\"|'(.*)') *$")
_DEFINITION = re.compile(r":(?: {3,}|\t[ \t]*|[ \t]{1,2}(?![`~]))(?=\S)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:[ \t]*")
_COLON = re.compile(r"(:{3,})[ \t]*(?:\{?[ \t]*([.#]?[\w.-][\w:./-]*)(.*))?$")
_SLASHES = re.compile(r"(/{3,})[ \t]*(?:([\w-]+)[ \t]*(?:\|(.*))?)?$")
_TITLE = re.compile(r"\[(.*?)\](?:\{|$)|(?:title|label|name)=\"(.*?)\"")


def admonition(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Python-Markdown's admonitions and pymdownx.details."""
    found = _match(state, start, "!", _ADMONITION) or _match(state, start, "?", _ADMONITION)
    if not found:
        return False
    name = (found[2] or found[4] or "details").split()[0]
    return silent or _indented(state, start, "admonition", name, found[3] or "")


def tab(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """pymdownx.tabbed, alternate style."""
    found = _match(state, start, "=", _TAB)
    if not found:
        return False
    title = found[1] if found[1] is not None else found[2]
    new = "!" in found[0][:6].split(" ")[0]
    return silent or _indented(state, start, "tab", "new" if new else "", title)


def colon(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`:::` of Docusaurus, VitePress, Pandoc and MyST; a MyST one may hold code."""
    found = _match(state, start, ":", _COLON)
    if not found:
        return False
    at = state.bMarks[start] + state.tShift[start] + len(found[1])
    info = state.src[at : state.eMarks[start]]
    name = DIRECTIVE.match(info.strip())
    if silent:
        return True
    if name and is_directive(name[1]) and name[1] not in NESTING and _may_look(state):
        fenced = _colon_fence(state, start, end, len(found[1]), info)
        if not holds_markup(name[1], rows(state, start + 1, fenced.last)):
            return _code(state, replace(fenced, directive=name[1]))
    title = _TITLE.search(found[3] or "")
    text = (title[1] or title[2] or "") if title else (found[3] or "").strip(" \t}")
    return _mark(state, start, "colon", len(found[1]), found[2] or "", text)


def definition(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A definition: `:   text` behind its term, and the lines that are indented by four columns.

    Python-Markdown's def_list. Of MyST's, whose content may be less indented, the deeper part.
    """
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if at >= stop or state.src[at] != ":" or state.is_code_block(start):
        return False
    found = _DEFINITION.match(state.src, at, stop)
    if not found or silent or not _behind_term(state, start):
        return found is not None and silent
    return _hanging(state, start, found.end(), "definition")


def footnote(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """`[^1]: text`, and what is indented by four columns behind it (GitHub, Python-Markdown)."""
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if silent or state.src[at : at + 2] != "[^" or state.is_code_block(start):
        return False
    found = _FOOTNOTE.match(state.src, at, min(stop, at + _LONGEST))
    return found is not None and _hanging(state, start, found.end(), "footnote")


def slashes(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """pymdownx.blocks: `/// tab | Title` to `///`."""
    found = _match(state, start, "/", _SLASHES)
    if not found:
        return False
    title = (found[3] or "").strip()
    return silent or _mark(state, start, "slashes", len(found[1]), found[2] or "", title)


def _behind_term(state: StateBlock, start: int) -> bool:
    """Whether a paragraph, or another definition, stands before, a blank line in between or not."""
    last = state.tokens[-1] if state.tokens else None
    if last is None or last.level != state.level:
        return False
    if last.type == "container_close":
        return bool(last.meta.get("name") == "definition")
    is_term = last.type in ("paragraph", "html_block")  # Material writes terms as comments
    return is_term and last.map is not None and start - last.map[1] < 2


def _match(
    state: StateBlock, start: int, char: str, pattern: re.Pattern[str]
) -> re.Match[str] | None:
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if state.src[at : at + 3] != char * 3 or stop - at > _LONGEST or state.is_code_block(start):
        return None
    return pattern.match(state.src[at:stop].rstrip())


def _mark(state: StateBlock, start: int, style: str, count: int, name: str, title: str) -> bool:
    token = state.push("mark", "", 0)
    token.map = [start, start + 1]
    token.meta = {"style": style, "count": count, "name": name, "title": title, "open": bool(name)}
    state.line = start + 1
    return True


def _indented(state: StateBlock, start: int, style: str, name: str, title: str) -> bool:
    meta = {"name": name, "title": title, "style": style}
    _range(state, start, start + 1, state.sCount[start] + 4, meta)
    return True


def _hanging(state: StateBlock, start: int, text: int, name: str) -> bool:
    """A container whose first line begins with its mark, and its text at the offset `text`."""
    before = state.tShift[start], state.sCount[start], state.parentType
    indent = before[1] + 4
    state.tShift[start], state.sCount[start] = text - state.bMarks[start], indent
    _range(state, start, start, indent, {"name": name, "style": "list"})
    state.tShift[start], state.sCount[start], state.parentType = before
    return True


def _range(state: StateBlock, start: int, first: int, indent: int, meta: Mapping[str, str]) -> None:
    """A container at `start` that holds the lines from `first` on that are indented so far."""
    last, end = start + 1, state.lineMax
    while last < end and (state.isEmpty(last) or state.sCount[last] >= indent):
        last += 1
    token = state.push("container_open", "div", 1)
    token.map = [start, last]
    token.meta = {"title": "", "options": {}, **meta}
    before = state.blkIndent, state.lineMax, state.parentType, state.listIndent
    state.blkIndent, state.lineMax, state.parentType = indent, last, "container"
    state.listIndent = -1
    state.md.block.tokenize(state, first, last)
    state.blkIndent, state.lineMax, state.parentType, state.listIndent = before
    state.push("container_close", "div", -1).meta = {"name": meta["name"]}
    state.line = last


def _colon_fence(state: StateBlock, start: int, end: int, count: int, info: str) -> Fenced:
    last, closed = start + 1, False
    while last < end:
        at = state.bMarks[last] + state.tShift[last]
        text = state.src[at : state.eMarks[last]].rstrip()
        if text and state.sCount[last] < state.blkIndent:
            break
        if len(text) >= count and text == ":" * len(text):
            closed = True
            break
        last += 1
    state.env["colon_lines"] = state.env.get("colon_lines", 0) + last - start
    info_at = state.eMarks[start] - len(info.lstrip())
    return Fenced(start, last, closed, unescapeAll(info.strip()), info_at=info_at)


def _may_look(state: StateBlock) -> bool:
    """Bound the looks for an end that never comes, so that parsing stays linear."""
    return bool(state.env.get("colon_lines", 0) < 4 * len(state.bMarks) + 100_000)


def _code(state: StateBlock, found: Fenced) -> bool:
    state.line = found.last + found.closed
    push_fence(state, found)
    return True
