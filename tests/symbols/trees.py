"""Small trees in memory, mapped as the command maps them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from doc_healing.documents import read
from doc_healing.languages.maps import MAPPERS
from doc_healing.model import Document
from doc_healing.pipeline.affected import Choice, Side, choose, reader_of
from doc_healing.pipeline.naming import NamedPage, named
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.reach import Reach
from doc_healing.symbols.words import Words, words

BY_SUFFIX = {suffix: mapper for mapper in MAPPERS for suffix in mapper.suffixes}


@dataclass(frozen=True)
class Memory:
    """A tree that is a mapping."""

    texts: Mapping[str, str]
    left_out: Sequence[tuple[str, str]] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return ((path, self.texts[path].encode()) for path in paths)


def tree(texts: Mapping[str, str]) -> Memory:
    return Memory(texts, (), {p: sha256(t.encode()).hexdigest() for p, t in texts.items()})


def lookup(source: Memory) -> Lookup:
    outlines = {
        path: BY_SUFFIX[suffix].outline(path, text.encode())
        for path, text in source.texts.items()
        for suffix in [f".{path.rpartition('.')[2]}"]
        if suffix in BY_SUFFIX
    }
    surfaces = {}
    for mapper in MAPPERS:
        own = {path: one for path, one in outlines.items() if one.language == mapper.name}
        if own:
            surfaces[mapper.name] = mapper.publish(own, lambda path: _bytes(source, path))
    return Lookup(outlines, surfaces)


def side(source: Memory) -> Side:
    known = lookup(source)

    def of(path: str, data: bytes) -> Mapping[str, Words]:
        outline = known.outlines.get(path)
        mapper = BY_SUFFIX.get(f".{path.rpartition('.')[2]}")
        return words(outline, mapper.tokens(path, data), data) if outline and mapper else {}

    return Side(source, known, Reach(known, reader_of(source, of)))


def documents(source: Memory) -> list[Document]:
    return [
        read(text.encode(), path, lambda one: _bytes(source, one))
        for path, text in source.texts.items()
        if path.endswith(".md")
    ]


def pages(source: Memory, known: Lookup | None = None) -> list[NamedPage]:
    return named(documents(source), known or lookup(source), MAPPERS, "own/repo")


def chosen(before: Mapping[str, str], after: Mapping[str, str]) -> Choice:
    """What a change from one tree to the other may touch."""
    old, new = side(tree(before)), side(tree(after))
    return choose(new, old, pages(tree(after), new.known), documents(tree(before)))


def _bytes(source: Memory, path: str) -> bytes | None:
    return source.texts[path].encode() if path in source.texts else None
