"""Reading a document: bytes to a page, a page to snippets."""

from collections.abc import Callable
from dataclasses import replace

from doc_healing.documents import dialects, walk
from doc_healing.documents.dialects import Annotated
from doc_healing.documents.header import front_matter
from doc_healing.documents.includes import Includer
from doc_healing.documents.lines import Source, load
from doc_healing.documents.mdx import is_mdx
from doc_healing.documents.myst import is_myst
from doc_healing.documents.page import Block, Item, Page
from doc_healing.documents.parser import tokens
from doc_healing.model import Document, Snippet, State

Include = Callable[[str], bytes | None]


def read(data: bytes, path: str, include: Include) -> Document:
    """A document with all its fences, each in a state, in order.

    `include` gives the bytes of a file of the repository by its path, or None; it is asked for
    files that the document includes. Never raises, whatever the bytes are: a file that cannot be
    read says why in `Document.unreadable`.
    """
    source = load(data, path)
    if isinstance(source, str):
        return Document(path, data, (), unreadable=source)
    meaning = dialects.interpret(page(source, include))
    snippets = [_snippet(source.path, found) for found in meaning.blocks]
    for number, found in enumerate(meaning.invisible, start=len(snippets)):
        block = replace(found.block, index=number)
        snippets.append(_snippet(source.path, replace(found, block=block), invisible=True))
    snippets.sort(key=lambda snippet: (snippet.line, snippet.index))
    return Document(path, data, tuple(snippets), warnings=tuple(meaning.notices))


def page(source: Source, include: Include) -> Page:
    """What stands in a file, with its includes expanded and its blocks numbered."""
    count, keys = front_matter(source)
    kind = _kind(source)
    found = walk.items(source, tokens(source, kind, count), kind)
    includer = Includer(include, parse)
    items = tuple(_numbered(includer.expand(found, source.path)))
    return Page(source.path, items, keys, kind)


def parse(source: Source) -> list[Item]:
    """What stands in a file as it is, without its header; nothing is expanded or numbered."""
    kind = _kind(source)
    return walk.items(source, tokens(source, kind, front_matter(source)[0]), kind)


def _kind(source: Source) -> str:
    if is_mdx(source.path, source.text):
        return "mdx"
    return "myst" if is_myst(source.text) else "markdown"


def _numbered(items: list[Item]) -> list[Item]:
    numbered: list[Item] = []
    index = 0
    for item in items:
        if isinstance(item, Block):
            item, index = replace(item, index=index), index + 1
        numbered.append(item)
    return numbered


def _snippet(path: str, found: Annotated, *, invisible: bool = False) -> Snippet:
    block, state, reason = found.block, found.state, found.reason
    if block.unreadable and state is State.RUNNABLE:
        state, reason = State.UNREADABLE, block.unreadable
    return Snippet(
        path=path,
        index=block.index,
        line=block.line,
        end_line=block.end_line,
        language=found.language,
        info=block.info,
        code=block.code,
        lines=block.lines,
        span=block.span,
        state=state,
        reason=reason,
        instructions=found.instructions,
        containers=block.containers,
        headings=block.headings,
        invisible=invisible,
    )
