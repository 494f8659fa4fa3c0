"""Reading a document: bytes to a page, a page to snippets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from doc_healing.documents import dialects, walk
from doc_healing.documents.dialects import Annotated, Interpretation
from doc_healing.documents.fences import TooManyBlocksError
from doc_healing.documents.header import front_matter
from doc_healing.documents.includes import Includer
from doc_healing.documents.lines import Source, load
from doc_healing.documents.mdx import is_mdx
from doc_healing.documents.myst import is_myst
from doc_healing.documents.page import Block, Item, Page
from doc_healing.documents.parser import DEPTH, tokens
from doc_healing.model import Document, Notice, Snippet, State

_TOO_MANY = "the file has more blocks (paragraphs, list items, fences) than are read at once"
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
    kind, (count, keys) = _kind(source), front_matter(source)
    try:
        stream = tokens(source, kind, count)
    except TooManyBlocksError:
        return Document(path, data, (), unreadable=f"{_TOO_MANY}; split it or exclude it")
    items = Includer(include, parse).expand(walk.items(source, stream, kind), path)
    page = Page(path, tuple(_numbered(items)), keys, kind)
    meaning = dialects.interpret(page)
    warnings = [*meaning.notices, *_problems(page), *_depth(path, stream)]
    warnings.sort(key=lambda notice: notice.line)
    return Document(path, data, tuple(_snippets(path, meaning)), tuple(warnings))


def parse(source: Source) -> list[Item]:
    """What stands in a file as it is, without its header; nothing is expanded or numbered."""
    kind = _kind(source)
    return walk.items(source, tokens(source, kind, front_matter(source)[0]), kind)


def _kind(source: Source) -> str:
    if is_mdx(source.path, source.text):
        return "mdx"
    return "myst" if is_myst(source.text) else "markdown"


def _problems(seen: Page) -> Iterator[Notice]:
    for block in seen.items:
        if not isinstance(block, Block):
            continue
        if not block.closed:
            yield Notice(seen.path, block.line, 1, "DH106", "the fence is never closed")
        if block.unreadable:
            yield Notice(seen.path, block.line, 1, "DH107", block.unreadable)


def _depth(path: str, stream: Sequence[Token]) -> Iterator[Notice]:
    """Where containers are nested deeper than is read: what stands there is not looked at."""
    for token in stream:
        if token.nesting == 1 and token.level >= DEPTH - 1 and token.map:
            text = f"containers nested deeper than {DEPTH} are not read"
            yield Notice(path, token.map[0] + 1, 1, "DH100", text)
            return


def _numbered(items: list[Item]) -> list[Item]:
    numbered: list[Item] = []
    index = 0
    for item in items:
        if isinstance(item, Block):
            item, index = replace(item, index=index), index + 1
        numbered.append(item)
    return numbered


def _snippets(path: str, meaning: Interpretation) -> list[Snippet]:
    snippets = [_snippet(path, found) for found in meaning.blocks]
    for number, found in enumerate(meaning.invisible, start=len(snippets)):
        block = replace(found.block, index=number)
        snippets.append(_snippet(path, replace(found, block=block), invisible=True))
    return sorted(snippets, key=lambda snippet: (snippet.line, snippet.index))


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
