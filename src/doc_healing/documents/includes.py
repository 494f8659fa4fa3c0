"""Expanding includes: code that stands in another file of the repository, attributed to it."""

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from doc_healing.documents.dialects import labels
from doc_healing.documents.dialects.info import parse as parse_info
from doc_healing.documents.fences import TooManyBlocksError
from doc_healing.documents.includes_select import Chosen, choose, choose_for_sphinx
from doc_healing.documents.includes_syntax import (
    HINTS,
    Request,
    request,
    snippet,
    snippet_fence,
    unescaped,
)
from doc_healing.documents.lines import Source, load
from doc_healing.documents.page import Block, Comment, Item, Text
from doc_healing.model import Line, Span

DEPTH = 10  # of includes within includes, as in mdBook
MOST_LINES = 200_000  # that one document may include in all
_BASE_PATH = re.compile(r"base_path:[ \t]*(?:\[(.*?)\]|([^\n\[]+)|((?:\n[ \t]*-[^\n]*)+))")
_PAGES = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".txt", ".inc", ".myst", "")
_MARKUP = frozenset("markdown md mdx myst rst text txt plain".split())
_PRIVATE = Span(0, 0)


class _UnreadableError(Exception):
    """Why the text of a block cannot be got at; it becomes `Block.unreadable`."""


@dataclass(slots=True)
class Includer:
    """Reads the included files of one document. `files` gives them, `parse` reads a page."""

    files: Callable[[str], bytes | None]
    parse: Callable[[Source], list[Item]]
    lines_left: int = MOST_LINES
    sources: dict[str, Source | str | None] = field(default_factory=dict)
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def expand(self, items: Sequence[Item], path: str, stack: tuple[str, ...] = ()) -> list[Item]:
        """The items with every include replaced by what it stands for."""
        stack = stack or (path,)
        found: list[Item] = []
        for item in items:
            if isinstance(item, Block):
                found.extend(self._block(item, stack))
            elif isinstance(item, Text) and any(hint in item.text for hint in HINTS):
                found.extend(self._text(item, stack))
            else:
                found.append(item)
        return found

    def _block(self, block: Block, stack: tuple[str, ...]) -> list[Item]:
        try:
            if block.directive == "include":
                return self._page_of_directive(block, stack)
            if block.directive == "literalinclude":
                return [_with_lines(block, self._literal(block, stack))]
            if not any(hint in block.code for hint in HINTS):
                return [block]
            if labels.plain(parse_info(block.info).label) in _MARKUP and self._lacks(block, stack):
                return [block]
            return [_with_lines(block, self._lines(block.lines, stack, top=True))]
        except _UnreadableError as error:
            return [replace(block, unreadable=str(error))]

    def _lacks(self, block: Block, stack: tuple[str, ...]) -> bool:
        """Whether a file that a block of markup includes is nowhere: then it shows the syntax."""
        wanted = [request(line.text) for line in block.lines]
        return any(each and self._find(each, stack) is None for each in wanted)

    def _lines(self, lines: Sequence[Line], stack: tuple[str, ...], *, top: bool) -> list[Line]:
        found: list[Line] = []
        listing = False
        for line in lines:
            if snippet_fence(line.text):
                listing = not listing
                continue
            wanted = snippet(line.text) if listing else request(line.text)
            if wanted and not wanted.whole_block:
                found.extend(self._included(wanted, line, stack, top=top))
            elif not listing:
                found.append(_escaped(line))
        return found

    def _included(
        self, wanted: Request, line: Line, stack: tuple[str, ...], *, top: bool
    ) -> list[Line]:
        source = self._find(wanted, stack)
        if source is None:
            if not top:
                return [line]
            raise _UnreadableError(f"the included file `{wanted.path}` is not in the repository")
        rows = [source.row(index) for index in range(source.count)]
        chosen = choose(rows, wanted)
        if isinstance(chosen, str):
            raise _UnreadableError(chosen)
        lines = self._take(source, rows, chosen, wanted.indent)
        if not any(hint in source.text for hint in HINTS):
            return lines
        return self._lines(lines, (*stack, source.path), top=False)

    def _take(
        self, source: Source, rows: Sequence[str], chosen: Chosen, indent: str = ""
    ) -> list[Line]:
        self.lines_left -= len(chosen)
        if self.lines_left < 0:
            raise _UnreadableError(f"the document includes more than {MOST_LINES} lines")
        return [
            Line(indent + rows[n], source.path, n + 1, 1 - len(indent), None, hidden)
            for n, hidden in chosen
        ]

    def _literal(self, block: Block, stack: tuple[str, ...]) -> list[Line]:
        source, chosen = self._sphinx(block, stack)
        rows = [source.row(index) for index in range(source.count)]
        lines = self._take(source, rows, chosen)
        width = _dedent(block.options or {}, lines)
        return [replace(line, text=line.text[width:], column=1 + width) for line in lines]

    def _sphinx(self, block: Block, stack: tuple[str, ...]) -> tuple[Source, Chosen]:
        path = block.info.partition("}")[2].strip()
        source = self._find(Request(path, "myst"), stack)
        if source is None:
            raise _UnreadableError(f"the included file `{path}` is not in the repository")
        rows = [source.row(index) for index in range(source.count)]
        chosen = choose_for_sphinx(rows, block.options or {}, path)
        if isinstance(chosen, str):
            raise _UnreadableError(chosen)
        return source, chosen

    def _page_of_directive(self, block: Block, stack: tuple[str, ...]) -> list[Item]:
        source, chosen = self._sphinx(block, stack)
        if not source.path.lower().endswith(_PAGES[:5]) or "code" in (block.options or {}):
            return [block]
        return self._page(source, chosen, Text("", block.line, block.end_line), stack)

    def _text(self, text: Text, stack: tuple[str, ...]) -> list[Item]:
        found: list[Item] = [text]
        listing = False
        for offset, row in enumerate(text.text.split("\n")):
            if snippet_fence(row):
                listing = not listing
                continue
            wanted = snippet(row) if listing else request(row)
            if wanted:
                line = text.line + offset
                found.extend(self._at(replace(text, line=line, end_line=line), wanted, stack))
        return found

    def _at(self, text: Text, wanted: Request, stack: tuple[str, ...]) -> list[Item]:
        """What a request outside of any fence gives: a block, or the items of a page."""
        try:
            if wanted.whole_block:
                return [self._made_block(text, wanted, stack)]
            source = self._find(wanted, stack)
            if source is None or posixpath.splitext(source.path)[1].lower() not in _PAGES:
                return []
            chosen = choose([source.row(n) for n in range(source.count)], wanted)
            return [] if isinstance(chosen, str) else self._page(source, chosen, text, stack)
        except _UnreadableError as error:
            return [_made(text, wanted.info, (), str(error))]

    def _made_block(self, text: Text, wanted: Request, stack: tuple[str, ...]) -> Block:
        line = Line("", stack[-1], text.line)
        return _made(text, wanted.info, self._included(wanted, line, stack, top=True))

    def _page(self, source: Source, chosen: Chosen, at: Text, stack: tuple[str, ...]) -> list[Item]:
        self.lines_left -= len(chosen)
        if self.lines_left < 0:
            raise _UnreadableError(f"the document includes more than {MOST_LINES} lines")
        wanted = {index + 1 for index, _ in chosen}
        try:
            items = [item for item in self.parse(source) if item.line in wanted]
        except TooManyBlocksError:
            raise _UnreadableError(f"`{source.path}` has more blocks than are read") from None
        inner = self.expand(items, source.path, (*stack, source.path))
        return [_moved(item, at) for item in inner]

    def _find(self, wanted: Request, stack: tuple[str, ...]) -> Source | None:
        """The file that is meant, by the rules of the tool; refuses what leaves the repository."""
        if "://" in wanted.path:
            raise _UnreadableError(f"`{wanted.path}` is a URL; nothing is fetched")
        inside = False
        for name in self._candidates(wanted, stack[-1]):
            if name.startswith("../") or name in ("..", ".", "") or "\0" in name:
                continue
            inside = True
            source = self._source(name)
            if isinstance(source, str):
                raise _UnreadableError(f"the included file `{name}`: {source}")
            if source is None:
                continue
            if name in stack:
                raise _UnreadableError(f"a cyclic include: {' -> '.join((*stack, name))}")
            if len(stack) > DEPTH:
                raise _UnreadableError(f"includes go deeper than {DEPTH} files")
            return source
        if not inside:
            raise _UnreadableError(f"the include `{wanted.path}` leaves the repository")
        return None

    def _candidates(self, wanted: Request, document: str) -> list[str]:
        path = wanted.path.removeprefix("@/").replace("\\", "/").lstrip("/")
        rooted = path != wanted.path
        folder = posixpath.dirname(document)
        if wanted.style in ("mdbook", "myst", "vitepress") and not rooted:
            return [posixpath.normpath(posixpath.join(folder, path))]
        folders = _upwards(folder)
        if wanted.style == "snippet":
            folders = ["", *folders[:-1]]
        folders += [base for place in _upwards(folder) for base in self._bases(place)]
        found = [posixpath.normpath(posixpath.join(place, path)) for place in folders]
        return list(dict.fromkeys(found))

    def _bases(self, folder: str) -> tuple[str, ...]:
        """The docs roots that a `mkdocs.yml` names; `docs` is MkDocs' own default."""
        if folder not in self.bases:
            data = self.files(posixpath.join(folder, "mkdocs.yml"))
            text = data.decode(errors="replace") if data else ""
            names = [
                name.strip(" \t\"'")
                for found in _BASE_PATH.finditer(text)
                for name in re.split(
                    r"[,\n]+[ \t]*-?|^[ \t]*-", "".join(filter(None, found.groups()))
                )
            ]
            bases = [posixpath.normpath(posixpath.join(folder, n)) for n in names if _plain(n)]
            self.bases[folder] = (*bases, posixpath.join(folder, "docs")) if data else ()
        return self.bases[folder]

    def _source(self, name: str) -> Source | str | None:
        if name not in self.sources:
            data = self.files(name)
            self.sources[name] = None if data is None else load(data, name)
        return self.sources[name]


def _plain(name: str) -> bool:
    return bool(name) and not name.startswith(("!", "$", "/")) and "\0" not in name


def _upwards(folder: str) -> list[str]:
    """The folder, its parent, ..., the root."""
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found


def _escaped(line: Line) -> Line:
    text = unescaped(line.text) if line.text.lstrip()[:1] in (";", "\\") else None
    if text is None:
        return line
    at_start = line.span is not None and text == line.text[1:]
    span = Span(line.span.start + 1, line.span.end) if line.span and at_start else None
    return replace(line, text=text, column=line.column + at_start, span=span)


def _dedent(options: dict[str, str] | object, lines: Sequence[Line]) -> int:
    value = options.get("dedent") if isinstance(options, dict) else None
    if value is None:
        return 0
    if value.isdigit():
        return int(value)
    filled = [line.text for line in lines if line.text.strip()]
    return min((len(text) - len(text.lstrip(" ")) for text in filled), default=0)


def _with_lines(block: Block, lines: Sequence[Line]) -> Block:
    return replace(block, lines=tuple(lines), code="".join(f"{line.text}\n" for line in lines))


def _made(text: Text, info: str, lines: Sequence[Line], unreadable: str = "") -> Block:
    """A block that a line outside of any fence asks for."""
    block = Block(-1, text.line, text.line, info, "", (), _PRIVATE, text.containers)
    return replace(_with_lines(block, lines), unreadable=unreadable)


def _moved(item: Item, at: Text) -> Item:
    """An item of an included page, as if it stood at the line that includes it."""
    if isinstance(item, Block):
        lines = tuple(replace(line, span=None) for line in item.lines)
        item = replace(item, lines=lines, span=_PRIVATE, end_line=at.line, info_column=0)
        return replace(item, line=at.line, containers=(*at.containers, *item.containers))
    if isinstance(item, Comment):
        lines = tuple(replace(line, span=None) for line in item.lines)
        return replace(item, lines=lines, line=at.line, end_line=at.line)
    if isinstance(item, Text):
        return replace(item, line=at.line, end_line=at.line)
    return replace(item, line=at.line)
