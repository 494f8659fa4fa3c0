"""Outlines as they are kept: what comes out is what went in, whatever is in them."""

import sqlite3
from dataclasses import fields
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from doc_healing.model import (
    Import,
    Outline,
    Parameter,
    ParameterKind,
    Span,
    Symbol,
    SymbolKind,
    Visibility,
)
from doc_healing.store import Outlines
from doc_healing.store.outlines import address, faulty, packed, unpacked

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(0, 10_000)
PARAMETERS = st.builds(Parameter, TEXTS, st.sampled_from(ParameterKind), TEXTS, st.none() | TEXTS)
SYMBOLS = st.builds(
    Symbol,
    path=st.just("a.py"),
    name=TEXTS,
    kind=st.sampled_from(SymbolKind),
    line=NUMBERS,
    end_line=NUMBERS,
    span=st.builds(Span, NUMBERS, NUMBERS),
    visibility=st.sampled_from(Visibility),
    parameters=st.none() | st.lists(PARAMETERS, max_size=3).map(tuple),
    returns=TEXTS,
    bases=st.lists(TEXTS, max_size=2).map(tuple),
    flags=st.frozensets(TEXTS, max_size=2),
    deprecated=st.none() | TEXTS,
    successor=TEXTS,
    doc=TEXTS,
    signature=TEXTS,
    digest=TEXTS,
    size=NUMBERS,
    discriminator=TEXTS,
)
PLAIN = st.builds(
    Symbol,
    st.just("a.py"),
    TEXTS,
    st.sampled_from(SymbolKind),
    NUMBERS,
    NUMBERS,
    st.builds(Span, NUMBERS, NUMBERS),
)
OUTLINES = st.builds(
    Outline,
    path=st.just("a.py"),
    language=TEXTS,
    symbols=st.lists(SYMBOLS | PLAIN, max_size=4).map(tuple),
    imports=st.lists(st.builds(Import, TEXTS, TEXTS, TEXTS, NUMBERS, st.booleans())).map(tuple),
    exports=st.none() | st.lists(TEXTS, max_size=2).map(tuple),
    package=TEXTS,
    facts=st.dictionaries(TEXTS, TEXTS, max_size=2),
    faults=st.lists(TEXTS, max_size=2).map(tuple),
)


@given(OUTLINES)
def test_what_was_packed_is_unpacked(outline: Outline) -> None:
    data = packed(outline)
    assert unpacked(data) == outline
    assert faulty(data) == bool(outline.faults)


def test_every_field_of_the_nouns_is_tried_above() -> None:
    assert len(fields(Symbol)) == 19
    assert len(fields(Outline)) == 8
    assert len(fields(Parameter)) == 4


@given(st.binary(max_size=40))
def test_foreign_bytes_are_no_outline(data: bytes) -> None:
    assert unpacked(data) is None


@given(OUTLINES, st.integers(0, 400), st.integers(0, 255))
def test_damaged_bytes_are_no_outline(outline: Outline, at: int, value: int) -> None:
    data = bytearray(packed(outline))
    if 0 < at < len(data) and data[at] != value:
        data[at] = value
        assert unpacked(bytes(data)) is None


def test_pages_are_shared_by_processes_and_survive_no_damage(tmp_path: Path) -> None:
    one, other = Outlines(tmp_path), Outlines(tmp_path)
    one.keep({"a": b"1"})
    assert other.get(["a", "b"]) == {"a": b"1"}
    one.note("x", {"y": [1, None]})
    assert other.receipt("x") == {"y": [1, None]}
    assert other.receipt("z") is None
    for kept in (one, other):
        kept.close()
    (tmp_path / "outlines.sqlite3").write_bytes(b"damaged" * 1000)
    again = Outlines(tmp_path)
    assert again.get(["a"]) == {}
    again.keep({"a": b"2"})
    assert again.get(["a"]) == {"a": b"2"}
    again.close()


def test_what_is_old_is_not_taken(tmp_path: Path) -> None:
    kept = Outlines(tmp_path)
    kept.keep({"a": b"1"})
    kept.close()
    with sqlite3.connect(tmp_path / "outlines.sqlite3") as database:
        database.execute("UPDATE pages_1 SET expires = 1")
    database.close()
    assert kept.get(["a"]) == {}
    kept.close()


def test_an_address_tells_its_facts_apart() -> None:
    assert address("a", "bc") != address("ab", "c")
    assert address("a\udcff") == address("a\udcff")
