"""Outlines by content: what a mapper told of a file is asked for once.

Kept like outcomes and as loseable, in a file of its own beside theirs: one is large and many are
small. Every key holds the shape of the nouns, and the mapper's version.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import Any

from doc_healing.model import (
    Outline,
    Parameter,
    ParameterKind,
    Span,
    Symbol,
    SymbolKind,
    Target,
    Visibility,
)
from doc_healing.store import codec
from doc_healing.store.results import Results

KEPT_SECONDS = 7 * 24 * 3600.0
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError)
_FORMAT = 2
_SHAPE = f"{_FORMAT} {codec.shape(Outline, Target)}"  # what has another shape has another key


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
    """An outline in few bytes; the first of them tells whether it has faults."""
    row = codec.written(replace(outline, symbols=()), Outline)
    columns = [_column(name, outline.symbols) for name in _FIELDS]
    return (_FAULTY if outline.faults else _SOUND) + codec.packed([row, columns])


def faulty(data: bytes) -> bool:
    """Whether a packed outline has faults, without unpacking it."""
    return data[:1] != _SOUND


def unpacked(data: bytes) -> Outline | None:
    """The outline; None where the bytes are none of ours."""
    try:
        row, columns = codec.unpacked(data[1:])
        outline: Outline = codec.read(row, Outline)
        count = len(columns[0])
        values = (_values(*each, count) for each in zip(_FIELDS, columns, strict=True))
        symbols = tuple(map(Symbol, repeat(outline.path, count), *values))
    except _UNREADABLE:
        return None
    return replace(outline, symbols=symbols)


# Symbols are many and alike: they are written field by field, and one that has its usual value in
# all of them is not written at all.
_FAULTY, _SOUND = b"!", b"."
_FIELDS = [field.name for field in fields(Symbol)][1:]
_USUAL = {one.name: one.default for one in fields(Symbol) if one.default is not MISSING}
_KINDS = {one.value: one for one in SymbolKind}
_VISIBILITIES = {one.value: one for one in Visibility}
_PARAMETER_KINDS = {one.value: one for one in ParameterKind}


def _column(name: str, symbols: Sequence[Symbol]) -> list[Any]:
    values = [getattr(one, name) for one in symbols]
    if name in _USUAL and values.count(_USUAL[name]) == len(values):
        return []
    if name == "span":
        return [[one.start, one.end] for one in values]
    if name == "parameters":
        return [each and [_parameter_row(one) for one in each] for each in values]
    if name == "flags":
        return [sorted(one) for one in values]
    return values


def _parameter_row(one: Parameter) -> list[Any]:
    return [one.name, one.kind, one.type, one.default]


def _values(name: str, column: list[Any], count: int) -> Iterable[Any]:
    """The values of a field: as many as there are symbols."""
    if not column and name in _USUAL:
        return repeat(_USUAL[name], count)
    reader = _READERS.get(name)
    return column if reader is None else reader(column)


def _parameters(rows: list[list[Any]] | None) -> tuple[Parameter, ...] | None:
    if not rows:
        return None if rows is None else ()
    return tuple([Parameter(name, _PARAMETER_KINDS[kind], *rest) for name, kind, *rest in rows])


_READERS: Mapping[str, Callable[[list[Any]], Iterable[Any]]] = {
    "kind": lambda column: map(_KINDS.__getitem__, column),
    "visibility": lambda column: map(_VISIBILITIES.__getitem__, column),
    "span": lambda column: [Span(start, end) for start, end in column],
    "parameters": lambda column: map(_parameters, column),
    "bases": lambda column: map(tuple, column),
    "flags": lambda column: map(frozenset, column),
}
