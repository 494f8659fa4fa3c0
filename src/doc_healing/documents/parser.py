"""One CommonMark parser with exact positions, and the containers people use on top of it.

markdown-it-py does the block structure of CommonMark 0.31.2. Our own rules replace its fence, HTML
and paragraph rules with ones that also say where each line begins, and add what CommonMark does
not know. Inline parsing is left out: no code block depends on it.
"""

import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from doc_healing.documents.containers import admonition, colon, definition, footnote, slashes, tab
from doc_healing.documents.fences import fence, note
from doc_healing.documents.html import html_block
from doc_healing.documents.lines import Source
from doc_healing.documents.mdx import esm, flow

DEPTH = 100  # of containers within containers; CommonMark sets no limit, the stack does
_COMMENT = re.compile(r"\[[^\]]+\]:[ \t]*(?:<#?>|#)[ \t]*(\(.*\)|\".*\"|'.*')[ \t]*$")
_LINE_COMMENT = re.compile(r"(%|\.\.)(?=[ \t]|$)")
_PARAGRAPH = ["paragraph", "reference", "blockquote"]


def tokens(source: Source, kind: str, first: int = 0) -> list[Token]:
    """The block tokens of a file from the 0-based line `first` on (behind its front matter).

    A token's `map` counts lines from 0; its `meta` holds what the rules below note.
    """
    parser = _PARSERS[kind == "mdx"]
    env: dict[str, Any] = {"kind": kind}
    found: list[Token] = []
    if source.text:
        state = StateBlock(source.text, parser, env, found)
        parser.block.tokenize(state, first, state.lineMax)
    return found


def _paragraph(state: StateBlock, start: int, _end: int, _silent: bool) -> bool:
    """markdown-it's paragraph rule, as one token that keeps its lines' begins."""
    rules = state.md.block.ruler.getRules("paragraph")
    parent, state.parentType = state.parentType, "paragraph"
    line = start + 1
    while line < state.lineMax and not state.isEmpty(line):
        # Deeper lines and lazy ones (a quote's, marked by -1) continue whatever they hold; in
        # MDX, which has no indented code, no line is too deep to begin something.
        lazy = state.is_code_block(line) or state.sCount[line] < 0
        if not lazy and any(rule(state, line, state.lineMax, True) for rule in rules):
            break
        line += 1
    state.line, state.parentType = line, parent
    note(state, "paragraph", start, line)
    return True


def _comment(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A comment that fills one line: `[//]: # (text)`, MyST's `% text`, reST's `.. text`."""
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if silent or state.src[at : at + 1] not in ("[", "%", ".") or state.is_code_block(start):
        return False
    text = state.src[at:stop]
    if found := _COMMENT.match(text):
        inside, name = (at + found.start(1) + 1, at + found.end(1) - 1), "reference"
    elif found := _LINE_COMMENT.match(text):
        inside, name = (at + found.end(), stop), {"%": "myst", "..": "rst"}[found[1]]
    else:
        return False
    state.line = start + 1
    token = state.push("comment", "", 0)
    token.map, token.info = [start, start + 1], name
    token.meta = {"inside": inside, "column": at}
    return True


def _parser(mdx: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": DEPTH})
    rules = parser.block.ruler
    rules.at("fence", fence, {"alt": [*_PARAGRAPH, "list"]})
    rules.at("paragraph", _paragraph)
    rules.at("reference", _comment)
    rules.at("html_block", flow if mdx else html_block, {"alt": _PARAGRAPH})
    rules.before("code", "loose_fence", fence, {"alt": []})
    rules.before("fence", "colon", colon, {"alt": [*_PARAGRAPH, "list"]})
    rules.before("fence", "definition", definition, {"alt": ["paragraph"]})
    rules.before("fence", "footnote", footnote)
    rules.before("fence", "slashes", slashes, {"alt": [*_PARAGRAPH, "list"]})
    rules.before("fence", "admonition", admonition, {"alt": ["paragraph"]})
    rules.before("fence", "tab", tab, {"alt": ["paragraph"]})
    if mdx:
        rules.before("fence", "esm", esm)
        rules.disable("code")
    return parser


_PARSERS = (_parser(mdx=False), _parser(mdx=True))
