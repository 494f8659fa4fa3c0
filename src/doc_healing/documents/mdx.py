"""MDX: JSX elements, expressions and ESM as blocks. MDX 3, "What is MDX", and micromark's flow.

MDX has no indented code, so a fence may stand at any depth. A line of tags and expressions is a
block of its own, and what follows it is Markdown again, with or without a blank line. Attributes
and expressions are JavaScript: a fence inside one is text.
"""

import re
from collections.abc import Iterator

from markdown_it.rules_block import StateBlock

from doc_healing.documents.fences import note

_TAG_NAME = re.compile(r"[A-Za-z_$][\w$.:-]*")
_ESM = re.compile(r"(?:import|export)(?=[ \t{*\"'])")
_IMPORT = re.compile(
    r"^import[ \t]+(?:[\w$*{][^\n'\"]*[ \t]from[ \t]+)?['\"][^'\"\n]+['\"];?[ \t]*$", re.MULTILINE
)
_COMPONENT = re.compile(r"^[ \t]*<[A-Z]\w*", re.MULTILINE)
_SKIP = re.compile(r"[^{}'\"`/]+")
_TEMPLATE = re.compile(r"[^`\\$]+")
_CLOSERS = {"'": re.compile(r"(?:[^'\\\n]|\\.)*'"), '"': re.compile(r'(?:[^"\\\n]|\\.)*"')}
_REACH = 200_000  # characters that one tag or expression may take
_DEPTH = 50  # of templates within expressions


def is_mdx(path: str, text: str) -> bool:
    """Whether a page is MDX: by its ending, or a `.md` that imports and uses components."""
    if path.lower().endswith(".mdx"):
        return True
    return bool(_COMPONENT.search(text)) and bool(_IMPORT.search(text.split("\n```", 1)[0]))


def flow(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block of JSX tags and expressions, an HTML comment, or none of these."""
    at, stop = state.bMarks[start] + state.tShift[start], state.eMarks[end - 1]
    if state.src[at : at + 1] not in ("<", "{"):
        return False
    closed = _comment(state, at, stop) if state.src.startswith("<!--", at) else 0
    closed = closed or _tags(state, at, stop)
    if not closed:
        return False
    if silent:
        return True
    line = start
    while line + 1 < end and state.eMarks[line] < closed:
        line += 1
    state.line = line + 1
    note(state, "jsx", start, line + 1, raw=True)
    return True


def esm(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`import` and `export`, up to the first blank line outside of every bracket."""
    at = state.bMarks[start]
    if silent or state.level or state.tShift[start] or not _ESM.match(state.src, at):
        return False
    line, stop = start + 1, state.eMarks[end - 1]
    while line < end and not state.isEmpty(line):
        line += 1
    opened = _opening(state.src, at, state.eMarks[line - 1])
    while opened >= 0 and not _exhausted(state):
        closed = _spend(state, opened, _closing(state.src, opened, min(stop, opened + _REACH)))
        if not closed:
            break
        while line < end and (state.eMarks[line - 1] < closed or not state.isEmpty(line)):
            line += 1
        opened = _opening(state.src, closed, state.eMarks[line - 1])
    state.line = line
    note(state, "esm", start, line)
    return True


def _opening(src: str, at: int, stop: int) -> int:
    """Where the next bracket or template of a statement opens, outside of strings; or -1."""
    while at < stop:
        if src[at] in "{`":
            return at
        passed = _token(src, at, stop, 0)
        if passed <= at:
            return -1
        at = passed
    return -1


def _closing(src: str, at: int, stop: int) -> int:
    """The offset behind what opens at `at`, or 0."""
    return expression(src, at, stop) if src[at] == "{" else _template(src, at + 1, stop, 0)


def expression(src: str, at: int, stop: int, depth: int = 0) -> int:
    """The offset behind the `}` that closes the `{` at `at`, or 0 where there is none.

    Knows JavaScript's strings, templates and comments, and not its regular expressions.
    """
    level = 0
    while at < stop:
        char = src[at]
        if char == "{":
            level, at = level + 1, at + 1
        elif char == "}":
            level, at = level - 1, at + 1
            if not level:
                return at
        else:
            at = _token(src, at, stop, depth)
            if not at:
                return 0
    return 0


def tag(src: str, at: int, stop: int) -> int:
    """The offset behind the `>` of the JSX tag that begins at `at`, or 0."""
    at += 1 + (src[at + 1 : at + 2] == "/")
    name = _TAG_NAME.match(src, at, stop)
    at = name.end() if name else at
    if not name and src[at : at + 1] != ">":
        return 0
    while at < stop:
        char = src[at]
        if char == ">":
            return at + 1
        if char in "'\"":
            at = src.find(char, at + 1, stop) + 1
        elif char == "{":
            at = expression(src, at, stop)
        elif char == "<":
            return 0
        else:
            at += 1
            continue
        if not at:
            return 0
    return 0


def elements(src: str, at: int, stop: int) -> Iterator[tuple[str, str, int, int]]:
    """The tags and comments of a block: "open", "close", "self" or "comment", name, begin, end."""
    while at < stop:
        closed = 0
        if src.startswith("<!--", at):
            closed = src.find("-->", at + 4, stop) + 3
            yield "comment", "html", at + 4, closed - 3
        elif src[at] == "<" and (closed := tag(src, at, stop)):
            yield _element(src[at:closed], at, closed)
        elif src[at] == "{" and (closed := expression(src, at, stop)):
            inside = src[at + 1 : closed - 1].strip()
            if inside.startswith("/*") and inside.endswith("*/"):
                begin = src.index("/*", at) + 2
                yield "comment", "mdx", begin, src.rindex("*/", begin, closed)
        at = closed if closed > at else at + 1


def _element(text: str, at: int, closed: int) -> tuple[str, str, int, int]:
    kind = "close" if text.startswith("</") else "self" if text.endswith("/>") else "open"
    name = _TAG_NAME.match(text, 2 if kind == "close" else 1)
    return kind, name[0] if name else "", at, closed


def _tags(state: StateBlock, at: int, stop: int) -> int:
    """The end of the line that tags and expressions fill, or 0."""
    src, first = state.src, at
    if _exhausted(state):
        return 0
    stop = min(stop, at + _REACH)
    while at < stop and src[at] in "<{":
        closed = tag(src, at, stop) if src[at] == "<" else expression(src, at, stop)
        if not _spend(state, at, closed):
            return 0
        at = closed
        while src[at : at + 1] in (" ", "\t"):
            at += 1
    if src[at : at + 1] in ("\n", ""):
        return at
    # Text behind a tag makes a paragraph; one that spans lines is kept whole all the same.
    return at if "\n" in src[first:at] else 0


def _comment(state: StateBlock, at: int, stop: int) -> int:
    """MDX 1 and Docusaurus' `.md` still know HTML comments."""
    if state.env.get("no_comment_ends"):
        return 0
    state.env["no_comment_ends"] = state.src.find("-->", at + 4) < 0
    return state.src.find("-->", at + 4, stop) + 1


def _spend(state: StateBlock, at: int, closed: int) -> int:
    """Bound the work of look-aheads that find nothing, so that parsing stays linear."""
    if closed:
        return closed
    spent = state.env.get("spent", 0) + min(_REACH, len(state.src) - at)
    state.env["spent"] = spent
    return 0


def _exhausted(state: StateBlock) -> bool:
    return bool(state.env.get("spent", 0) > 2 * len(state.src) + 2_000_000)


def _token(src: str, at: int, stop: int, depth: int) -> int:
    """The offset behind a string, template, comment or other text; 0 where it never ends."""
    char = src[at]
    if char in _CLOSERS:
        closed = _CLOSERS[char].match(src, at + 1, stop)
        return closed.end() if closed else at + 1  # an apostrophe in JSX text
    if char == "`":
        return _template(src, at + 1, stop, depth)
    if src.startswith("/*", at):
        return src.find("*/", at + 2, stop) + 2 if src.find("*/", at + 2, stop) >= 0 else 0
    if src.startswith("//", at):
        newline = src.find("\n", at, stop)
        return max(0, newline)
    found = _SKIP.match(src, at, stop)
    return found.end() if found else at + 1


def _template(src: str, at: int, stop: int, depth: int) -> int:
    while at < stop and depth < _DEPTH:
        char = src[at]
        if char == "`":
            return at + 1
        if char == "\\":
            at += 2
        elif src.startswith("${", at):
            at = expression(src, at + 1, stop, depth + 1)
            if not at:
                return 0
        else:
            found = _TEMPLATE.match(src, at, stop)
            at = found.end() if found else at + 1
    return 0
