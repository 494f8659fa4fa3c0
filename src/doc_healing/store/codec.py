"""The nouns of the house as JSON, and back: what is kept is data, never code.

A value of a dataclass is the list of its fields, without those at the end that have their defaults.
The fields' declared types say how each is written and read, so that a noun may grow: `SHAPE` tells
one version of the nouns from another, and belongs into every key. The lines of a snippet, of which
there are many and alike, are written column by column.
"""

import json
import types
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from itertools import repeat
from types import MappingProxyType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from doc_healing.model import EMPTY, Document, Finding, Line, Snippet, Span

FORMAT = 1
Code = Callable[[Any], Any]


def packed(value: Any) -> bytes:
    """A JSON value in few bytes."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)


def unpacked(data: bytes) -> Any:
    """What was packed. Raises `ValueError` where the bytes are none of ours."""
    try:
        return json.loads(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(str(error)) from None


def written(value: Any, hint: Any) -> Any:
    """A value of a declared type as JSON has it."""
    return (_writer(hint) or _same)(value)


def read(data: Any, hint: Any) -> Any:
    """The value. Raises `ValueError`, `TypeError`, `KeyError` or `IndexError` for foreign data."""
    return (_reader(hint) or _same)(data)


def read_after(first: Any, data: list[Any], made: Any) -> Any:
    """A record whose first field is at hand already and is not in `data`. Raises as `read` does."""
    return made(first, *(code(one) if code else one for code, one in zip(_codes(made)[1:], data)))  # noqa: B905 - fields with their defaults are left out


def _same(value: Any) -> Any:
    return value


# --- writing ---------------------------------------------------------------------------------


@cache
def _writer(hint: Any) -> Code | None:
    """How a value of that type is written; None: as it is."""
    if hint == tuple[Line, ...]:
        return _columns_of
    kind, inner = _kind(hint)
    if kind == "record":
        return _record_writer(hint)
    if kind == "enum":
        return lambda value: value.value
    if kind == "bytes":
        return lambda value: value.decode("latin-1")
    codes = [_writer(one) for one in inner]
    if kind == "optional":
        code = codes[0]
        return code and (lambda value: None if value is None else code(value))
    if kind == "many":
        each = codes[0]
        return (lambda value: [each(one) for one in value]) if each else list
    if kind == "set":
        return sorted
    if kind == "several":
        return lambda value: [(c or _same)(one) for c, one in zip(codes, value, strict=True)]
    return dict if kind == "mapping" else None


def _record_writer(made: Any) -> Code:
    names = [field.name for field in fields(made)]
    usual = [_usual(field) for field in fields(made)]
    hints = get_type_hints(made)
    codes = [_writer(hints[name]) for name in names]

    def write(value: Any) -> list[Any]:
        row = [getattr(value, name) for name in names]
        while row and row[-1] == usual[len(row) - 1]:
            row.pop()
        return [code(one) if code else one for code, one in zip(codes, row, strict=False)]

    return write


def _usual(field: Any) -> Any:
    """The default of a field; of one without any a value that nothing equals."""
    if field.default is not MISSING:
        return field.default
    return MISSING if field.default_factory is MISSING else field.default_factory()


# --- reading ---------------------------------------------------------------------------------


@cache
def _reader(hint: Any) -> Code | None:
    """How a value of that type is read; None: as it is."""
    if hint == tuple[Line, ...]:
        return _lines_of
    kind, inner = _kind(hint)
    if kind == "record":
        return _record_reader(hint)
    if kind == "enum":
        return {one.value: one for one in hint}.__getitem__
    if kind == "bytes":
        return lambda value: value.encode("latin-1")
    codes = [_reader(one) for one in inner]
    if kind == "optional":
        code = codes[0]
        return code and (lambda value: None if value is None else code(value))
    if kind in ("many", "set"):
        each, made = codes[0], tuple if kind == "many" else frozenset
        return (lambda value: made([each(one) for one in value])) if each else made
    if kind == "several":
        return lambda value: tuple((c or _same)(one) for c, one in zip(codes, value, strict=True))
    if kind == "mapping":
        return lambda value: MappingProxyType(value) if value else EMPTY
    return None


@cache
def _codes(made: Any) -> list[Code | None]:
    hints = get_type_hints(made)
    return [_reader(hints[field.name]) for field in fields(made)]


def _record_reader(made: Any) -> Code:
    special = [(place, code) for place, code in enumerate(_codes(made)) if code]

    def build(row: list[Any]) -> Any:
        count = len(row)
        for place, code in special:
            if place >= count:
                break
            row[place] = code(row[place])
        return made(*row)

    return build


# --- types -----------------------------------------------------------------------------------


def _kind(hint: Any) -> tuple[str, tuple[Any, ...]]:
    """What kind of type it is, and the types within it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (one,) = [part for part in inner if part is not type(None)]
        return "optional", (one,)
    if origin is tuple:
        return ("many", inner[:1]) if inner[1:] == (...,) else ("several", inner)
    if origin is frozenset:
        return "set", inner
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "mapping", ()
    if isinstance(hint, type) and is_dataclass(hint):
        return "record", ()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "enum", ()
    if hint is bytes:
        return "bytes", ()
    if origin is Literal or hint in (str, int, float, bool):
        return "plain", ()
    raise TypeError(f"{hint} cannot be kept")


def _default(field: Any) -> str:
    usual = _usual(field)
    return "" if usual is MISSING else repr(usual)


def _shape(hint: Any, seen: set[Any]) -> str:
    """A type with all that its values hold, in words."""
    kind, inner = _kind(hint)
    if kind == "enum":
        return f"{hint.__name__}{[one.value for one in hint]}"
    if kind != "record" or hint in seen:
        return f"{hint}{[_shape(one, seen) for one in inner]}"
    seen.add(hint)
    hints = get_type_hints(hint)
    parts = (f"{f.name}={_default(f)}:{_shape(hints[f.name], seen)}" for f in fields(hint))
    return f"{hint.__name__}({', '.join(parts)})"


# --- the lines of a snippet ------------------------------------------------------------------


def _columns_of(lines: Sequence[Line]) -> list[Any]:
    spans = [one.span for one in lines]
    return [
        [one.text for one in lines],
        _column([one.path for one in lines]),
        _column([one.line for one in lines]),
        _column([one.column for one in lines]),
        _column([None if span is None else span.start for span in spans]),
        _column([None if span is None else span.end for span in spans]),
        _column([one.hidden for one in lines]),
    ]


def _column(values: list[Any]) -> Any:
    """Values that are all the same are one, numbers that count up are the first; else a list."""
    if not values:
        return []
    first = values[0]
    if values.count(first) == len(values):
        return [first]
    if isinstance(first, int) and values == list(range(first, first + len(values))):
        return {"from": first}
    return values


def _lines_of(columns: Any) -> tuple[Line, ...]:
    texts, *rest = columns
    paths, numbers, places, starts, ends, hidden = (_values(one, len(texts)) for one in rest)
    spans = [
        None if start is None else Span(start, end) for start, end in zip(starts, ends, strict=True)
    ]
    return tuple(map(Line, texts, paths, numbers, places, spans, hidden))


def _values(column: Any, count: int) -> Any:
    if isinstance(column, dict):
        first = column["from"]
        return range(first, first + count)
    return repeat(column[0], count) if len(column) == 1 else column


def shape(*nouns: Any) -> str:
    """Tells one version of these nouns, and of how they are written, from every other."""
    shapes = " ".join(_shape(noun, set()) for noun in nouns)
    return sha256(f"{FORMAT} {shapes}".encode()).hexdigest()


SHAPE = shape(Document, Snippet, Finding)
"""The version of what a document comes to."""
