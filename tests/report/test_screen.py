import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.report.screen import Paint, Strip, cells, printable, visible, visible_lines
from tests.report.strategies import any_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain [x] [/x] </b>", "plain [x] [/x] </b>"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\u200bb", "a<U+200B>b"),
        ("\ufeff", "<U+FEFF>"),
        ("\u2028", "<U+2028>"),
        ("\ud800", "<U+D800>"),
        ("\ufffe", "<U+FFFE>"),
        ("👩‍👧 é 日本", "👩‍👧 é 日本"),
        ("a\nb\tc", "a␊b␉c"),
    ],
)
def test_what_a_terminal_would_obey_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_printable_keeps_lines_and_tabs() -> None:
    assert printable("a\r\n\tb\rc\x1b\n") == "a\n\tb␍c␛\n"


def test_visible_lines_know_the_last_line_end() -> None:
    assert visible_lines("a\r\nb\n") == ["a", "b"]
    assert visible_lines("a\n\n") == ["a", ""]
    assert visible_lines("") == []


@pytest.mark.parametrize(
    ("line", "index", "cell"),
    [
        ("abc", 2, 2),
        ("\tx", 1, 4),
        ("a\tx", 2, 4),
        ("abcd\tx", 5, 8),
        ("日本x", 2, 4),
        ("e\u0301x", 2, 1),
        ("\x1bx", 1, 1),
        ("日\tx", 2, 4),
    ],
)
def test_the_cell_of_a_character(line: str, index: int, cell: int) -> None:
    strip = Strip.of(line)
    assert strip.edges[index] == cell
    assert cells("".join(strip.pieces[:index])) == cell


def test_a_long_line_is_clipped_around_the_mark() -> None:
    strip = Strip.of("a" * 1000 + "HERE" + "b" * 1000)
    text, start, end = strip.window(60, 1000, 1004)
    assert text[start:end] == "HERE"
    assert cells(text) <= 60
    assert text.startswith("…")
    assert text.endswith("…")


def test_nothing_is_clipped_without_a_width() -> None:
    line = "x" * 100_000
    assert Strip.of(line).window(None, 50_000, 50_001) == (line, 50_000, 50_001)


@settings(max_examples=300)
@given(any_text, st.integers(20, 80), st.integers(0, 400), st.integers(0, 400))
def test_a_window_fits_and_holds_the_mark(line: str, width: int, start: int, end: int) -> None:
    strip = Strip.of(line.replace("\n", " "))
    text, left, right = strip.window(width, start, end)
    assert cells(text) <= max(width, 0)
    assert 0 <= left <= right <= width + 1
    if left < right and start < len(strip.pieces):
        shown = "".join(strip.pieces[start : start + 1])
        assert text[_index(text, left) :].startswith(shown) or not strip.edges[start + 1]


@settings(max_examples=300)
@given(any_text)
def test_no_control_character_is_left(text: str) -> None:
    for char in visible(text):
        assert unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}
    for char in printable(text):
        assert char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}


def test_colour_is_only_there_when_asked() -> None:
    assert Paint(False)("x", 31) == "x"
    assert Paint(True)("x", 1, 31) == "\x1b[1;31mx\x1b[0m"


def _index(text: str, cell: int) -> int:
    """The index of the first character at or after a cell."""
    return next((n for n in range(len(text) + 1) if cells(text[:n]) >= cell), len(text))
