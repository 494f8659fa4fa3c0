"""Which containers a document really opens and closes, as one stream of events.

CommonMark's own containers nest by construction. Delimited ones (`:::`, `///`, JSX elements) are
paired here, within the container that they stand in; one that is never closed is no container.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from doc_healing.documents import mdx
from doc_healing.documents.lines import Source

_LOOK_BACK = 100  # opened delimiters that a closing one is compared with
_STYLES = {
    "list_item_open": "list",
    "blockquote_open": "quote",
    "container_open": "container",
}
_ENDS = frozenset(("list_item_close", "blockquote_close", "container_close"))


@dataclass(slots=True)
class Event:
    """`kind` is "open", "close" or "leaf"; a leaf has a token."""

    kind: str
    style: str = ""
    name: str = ""
    title: str = ""
    count: int = 0
    token: Token | None = None
    soft: bool = False  # it may turn out to have no partner
    paired: bool = False


def events(source: Source, tokens: list[Token]) -> Iterator[Event]:
    """Opens and closes that match one another, and the leaves between them."""
    found = list(_all(source, tokens))
    opened: list[Event] = []
    for event in found:
        if event.kind == "open":
            opened.append(event)
        elif event.kind == "close" and event.soft:
            _pair(opened, event)
        elif event.kind == "close":
            while opened and opened[-1].soft:
                opened.pop()
            opened.pop()
    return (event for event in found if event.kind == "leaf" or not event.soft or event.paired)


def _pair(opened: list[Event], closing: Event) -> None:
    window = []
    for event in reversed(opened[-_LOOK_BACK:]):
        if not event.soft:
            break
        window.append(event)
    same = [
        e
        for e in window
        if (e.style, e.name if e.style == "jsx" else "")
        == (closing.style, closing.name if closing.style == "jsx" else "")
    ]
    partner = next((e for e in same if e.count == closing.count), None)
    partner = partner or next((e for e in same if e.count < closing.count), None)
    if partner is None:
        return
    partner.paired = closing.paired = True
    while opened.pop() is not partner:
        pass


def _all(source: Source, tokens: list[Token]) -> Iterator[Event]:
    heading: Token | None = None
    for token in tokens:
        if token.type in _STYLES:
            meta = token.meta
            style = meta.get("style") or _STYLES[token.type]
            yield Event("open", style, meta.get("name", ""), meta.get("title", ""))
        elif token.type in _ENDS:
            yield Event("close")
        elif token.type == "mark":
            yield _mark(token)
        elif token.type == "heading_open":
            heading = token
        elif token.type == "inline" and heading:
            yield Event("leaf", token=_with_text(heading, token.content))
            heading = None
        else:
            yield Event("leaf", token=token)
            if token.type == "jsx":
                yield from _elements(source, token)


def _with_text(heading: Token, text: str) -> Token:
    return Token("heading", heading.tag, 0, map=heading.map, content=text)


def _mark(token: Token) -> Event:
    meta = token.meta
    kind = "open" if meta["open"] else "close"
    return Event(kind, meta["style"], meta["name"], meta["title"], meta["count"], soft=True)


def _elements(source: Source, token: Token) -> Iterator[Event]:
    _, last = token.map or (0, 0)
    at, stop = token.meta["begins"][0][1], source.chars[last] - 1
    for kind, name, begin, end in mdx.elements(source.text, at, stop):
        if kind in ("open", "close"):
            yield Event(kind, "jsx", name, source.text[begin:end], soft=True)
