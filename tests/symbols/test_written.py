"""Types as written: what they name and what an element of them is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.symbols.written import elements, names

NAMES = [
    ("Client", ["Client"]),
    ("Optional[Client]", ["Client"]),
    ('t.Optional["Client"]', ["Client"]),
    ('"Client | None"', ["Client"]),
    ("Union[Client, httpx.AsyncClient]", ["Client", "httpx.AsyncClient"]),
    ("Promise<Client>", ["Client"]),
    ("*Client", ["Client"]),
    ("(*Client, error)", ["Client"]),
    ("Result<Client, Error>", ["Client"]),
    ("&'a mut Client<'a>", ["Client"]),
    ("Map<String, List<Client>>", ["Map"]),
    ("Client[]", []),
    ("None", []),
    ("", []),
]
ELEMENTS = [
    ("list[Client]", ["Client"]),
    ("dict[str, Client]", ["Client"]),
    ("typing.Iterator[Client]", ["Client"]),
    ("Generator[Client, None, None]", ["Client"]),
    ("Vec<Client>", ["Client"]),
    ("[]*Client", ["Client"]),
    ("map[string]Client", ["Client"]),
    ("Client[]", ["Client"]),
    ("Optional[list[Client]]", ["Client"]),
    ("Client", []),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(("text", "expected"), ELEMENTS)
def test_elements(text: str, expected: list[str]) -> None:
    assert elements(text) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="AbC[]<>(){}|,.*&'\" :-=?!", max_size=60))
def test_any_text_is_read(text: str) -> None:
    names(text)
    elements(text)
