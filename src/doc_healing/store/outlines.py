"""Outlines by content: what a mapper told of a file is asked for once.

Kept like outcomes and as loseable, in a file of its own beside theirs: one is large and many are
small. Every key holds the shape of the nouns, and the mapper's version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from doc_healing.model import Outline, Symbol
from doc_healing.store import codec
from doc_healing.store.results import Results

KEPT_SECONDS = 7 * 24 * 3600.0
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError)
_SHAPE = codec.shape(Outline)


class Outlines:
    """What is kept in the cache directory `cache`."""

    def __init__(self, cache: Path) -> None:
        self.pages = Results(cache / "outlines.sqlite3")

    def get(self, keys: Iterable[str]) -> Mapping[str, bytes]:
        """The packed outlines under those of the keys that are known."""
        return self.pages.pages(list(keys))

    def keep(self, outlines: Mapping[str, bytes]) -> None:
        """Keep packed outlines."""
        self.pages.put_pages(outlines, KEPT_SECONDS)

    def receipt(self, name: str) -> Any:
        """What was noted under that name; None where nothing is."""
        key = address("receipt", name)
        data = self.pages.pages([key]).get(key)
        try:
            return None if data is None else codec.unpacked(data)
        except ValueError:
            return None

    def note(self, name: str, facts: Any) -> None:
        """Note something under a name, as JSON has it."""
        self.pages.put_pages({address("receipt", name): codec.packed(facts)}, KEPT_SECONDS)

    def close(self) -> None:
        """Let go of the file."""
        self.pages.close()


def address(*facts: str) -> str:
    """The key of what these facts decide, for these nouns."""
    digest = sha256(f"{_SHAPE}".encode())
    for fact in facts:
        data = fact.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def packed(outline: Outline) -> bytes:
    """An outline in few bytes."""
    row = codec.written(outline, Outline)
    row[2:3] = [[symbol[1:] for symbol in row[2]]] if row[2:] else []
    return codec.packed(row)


def unpacked(data: bytes) -> Outline | None:
    """The outline; None where the bytes are none of ours."""
    try:
        row = codec.unpacked(data)
        path = row[0]
        symbols = tuple(codec.read_after(path, one, Symbol) for one in (row[2] if row[2:] else ()))
        row[2:3] = [[]] if row[2:] else []
        outline: Outline = codec.read(row, Outline)
    except _UNREADABLE:
        return None
    return replace(outline, symbols=symbols)
