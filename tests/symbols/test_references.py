"""What snippets and prose name: the ladder, bases, factories, and what is not there."""

import pytest

from doc_healing.model import MAYBE
from tests.symbols.trees import lookup, pages, tree

CODE = {
    "pyproject.toml": '[project]\nname = "lib"\n',
    "lib/__init__.py": (
        "from .core import Client, open_client, clients\nfrom . import errors\n"
        '__all__ = ["Client", "open_client", "clients", "errors"]\n'
    ),
    "lib/core.py": (
        "from typing import Iterator, Optional\n\n"
        "class Base:\n    def close(self) -> None: ...\n    def reuse(self): ...\n\n"
        "class Client(Base):\n    def get(self, url: str) -> 'Response': ...\n\n"
        "class Response:\n    def read_text(self) -> str: ...\n\n"
        "class Other:\n    def close(self) -> None: ...\n\n"
        "def open_client() -> Optional[Client]: ...\n\n"
        "def clients() -> Iterator[Client]: ...\n"
    ),
    "lib/errors.py": "class ClientError(Exception): ...\n",
    "tests/test_core.py": "class Client:\n    def frobnicate(self): ...\n",
}
SNIPPETS = [
    ("from lib import Client\n", "lib/core.py#Client", 0.99),
    ("import lib\nlib.Client()\n", "lib/core.py#Client", 0.99),
    ("import lib\nlib.errors.ClientError\n", "lib/errors.py#ClientError", 0.99),
    ("from lib.core import Base\n", "lib/core.py#Base", 0.99),
    ("from lib import Client\nc = Client()\nc.get('x')\n", "lib/core.py#Client.get", 0.95),
    (
        "from lib import Client\nwith Client() as c:\n    c.close()\n",
        "lib/core.py#Base.close",
        0.95,
    ),
    ("import lib\nlib.open_client().get('x')\n", "lib/core.py#Client.get", 0.9),
    ("import lib\nfor c in lib.clients():\n    c.get('x')\n", "lib/core.py#Client.get", 0.9),
    ("import lib\nlib.Client().get('x').read_text()\n", "lib/core.py#Response.read_text", 0.9),
    ("from lib import *\nopen_client()\n", "lib/core.py#open_client", 0.6),
    ("def f(x):\n    x.read_text()\n", "lib/core.py#Response.read_text", 0.5),
    ("def f(x):\n    x.close()\n", "lib/core.py#Other.close", 0.2),
]
NOTHING = [
    "import os\nos.path.join('a')\n",
    "import requests\nrequests.Client()\n",
    "def f(x):\n    x.frobnicate()\n",  # only a test has it
    "def get(): ...\nget()\n",
    "this is ) no ( code\n",
]
PROSE = [
    ("Use `Client.get`.", "lib/core.py#Client.get", True),
    ("Use `lib.open_client()` here.", "lib/core.py#open_client", True),
    ("The [`ClientError`][lib.errors.ClientError] is raised.", "lib/errors.py#ClientError", True),
    ("# `Client`\n\nCall `get()` then.", "lib/core.py#Client.get", True),
    ("See [it](../lib/core.py#L3-L4).", "lib/core.py#Base", True),
    (
        "See [it](https://github.com/own/repo/blob/main/lib/core.py#L10).",
        "lib/core.py#Response",
        True,
    ),
    ("It is open_client that opens.", "lib/core.py#open_client", True),
    ("| a | `Client.close()` |\n|---|---|\n", "lib/core.py#Base.close", True),
    ("Use `close()` where you like.", "lib/core.py#Other.close", False),
    ("A Client is a person.", "lib/core.py#Client", None),
    (
        "See [it](https://github.com/other/repo/blob/main/lib/core.py#L10).",
        "lib/core.py#Base",
        None,
    ),
    ("Run `lib.open_client --all`.", "lib/core.py#open_client", None),
    ("The `Client Side` of it.", "lib/core.py#Client", None),
    ("A `Client<T> c` of it.", "lib/core.py#Client", True),
    ("Use `get` as you like.", "lib/core.py#Client.get", None),
    ("# Client\n\n- `get` fetches.", "lib/core.py#Client.get", True),
    ("```python\nimport lib\nlib.Client()\n```\n`get` fetches.", "lib/core.py#Client.get", True),
    ("```python\nimport lib\nlib.Client()\n```\n`.get` it.", "lib/core.py#Client.get", True),
    ("```python\nimport lib\nlib.Client()\n```\n`get=1` it.", "lib/core.py#Client.get", None),
    ("```python\nimport lib\nlib.Client()\n```\nWe get it.", "lib/core.py#Client.get", None),
]


@pytest.mark.parametrize(("code", "symbol", "confidence"), SNIPPETS)
def test_the_ladder(code: str, symbol: str, confidence: float) -> None:
    page = pages(tree({**CODE, "docs/a.md": f"```python\n{code}```\n"}))[0]
    found = {one.symbol: one.confidence for one in page.references}
    assert found.get(symbol) == confidence, found


@pytest.mark.parametrize("code", NOTHING)
def test_what_is_not_the_projects_is_named_by_nothing(code: str) -> None:
    page = pages(tree({**CODE, "docs/a.md": f"```python\n{code}```\n"}))[0]
    assert page.references == ()


@pytest.mark.parametrize(("text", "symbol", "sure"), PROSE)
def test_prose(text: str, symbol: str, sure: bool | None) -> None:
    page = pages(tree({**CODE, "docs/a.md": f"{text}\n"}))[0]
    found = {one.symbol: one.confidence >= MAYBE for one in page.mentions}
    assert found.get(symbol) is sure, found


def test_a_place_is_that_of_the_document() -> None:
    text = "Text.\n\n> ```python\n> import lib\n> lib.Client()\n> ```\n> Use `Client.get` so.\n"
    page = pages(tree({**CODE, "docs/a.md": text}))[0]
    (call,) = [one for one in page.references if one.symbol.endswith("#Client")]
    assert text.splitlines()[call.line - 1][call.column - 1 :].startswith(("lib.Client", "Client"))
    (mention,) = page.mentions
    assert text.splitlines()[mention.line - 1][mention.column - 1 :].startswith("Client.get")


def test_a_block_uses_what_an_earlier_one_binds() -> None:
    first = "```python\nimport lib\nclient = lib.Client()\n```\n"
    page = pages(tree({**CODE, "docs/a.md": f"{first}\n```python\nclient.get('x')\n```\n"}))[0]
    found = {one.symbol: one.confidence for one in page.references if one.snippet == 1}
    assert found["lib/core.py#Client.get"] == 0.95
    assert page.behind[1] == [0]


def test_an_import_of_what_is_not_there_is_told_with_the_nearest() -> None:
    page = pages(tree({**CODE, "docs/a.md": "```python\nfrom lib import Clients\n```\n"}))[0]
    (gap,) = page.unresolved
    assert (gap.line, gap.name) == (2, "lib.Clients")
    assert gap.nearest in ("Client", "clients")


def test_names_lead_to_their_shortest_public_name() -> None:
    known = lookup(tree(CODE))
    assert known.shown(known.symbols["lib/core.py#Client"]) == "lib.Client"
    assert known.shown(known.symbols["lib/core.py#Client.get"]) == "lib.Client.get"


LINKED = [
    ("https://docs.rs/kit/latest/kit/fn.open.html", "src/lib.rs#open", 0.95),
    ("https://docs.rs/kit/latest/kit/struct.Box.html#method.lid", "src/lib.rs#Box.lid", 0.95),
    ("https://docs.rs/kit/0.1.0/kit/fn.open.html", "src/lib.rs#open", 0.6),
    ("https://docs.rs/other/latest/other/fn.open.html", "src/lib.rs#open", None),
    ("https://pkg.go.dev/example.com/kit#Open", "kit.go#Open", 0.95),
    ("https://pkg.go.dev/example.com/kit@v1.2.0#Box.Lid", "kit.go#Box.Lid", 0.6),
    ("https://pkg.go.dev/example.com/other#Open", "kit.go#Open", None),
]
KIT = {
    "Cargo.toml": '[package]\nname = "kit"\nversion = "0.2.0"\nedition = "2021"\n',
    "src/lib.rs": "pub fn open() {}\n\npub struct Box;\nimpl Box {\n    pub fn lid(&self) {}\n}\n",
    "go.mod": "module example.com/kit\n",
    "kit.go": "package kit\n\nfunc Open() {}\n\ntype Box struct{}\n\nfunc (b Box) Lid() {}\n",
}


@pytest.mark.parametrize(("address", "symbol", "sure"), LINKED)
def test_a_link_to_a_page_of_an_api(address: str, symbol: str, sure: float | None) -> None:
    page = pages(tree({**KIT, "docs/a.md": f"See [it]({address}).\n"}))[0]
    assert {one.symbol: one.confidence for one in page.mentions}.get(symbol) == sure


TWINS = {
    f"packages/{name}-box/{file}": text
    for name in ("red", "blue")
    for file, text in (
        ("package.json", f'{{"name": "@lib/{name}-box", "types": "index.ts"}}'),
        ("index.ts", "export function openBox(): void {}\n"),
    )
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [("docs/red/a.md", {"red": 0.9}), ("docs/a.md", {"red": 0.5, "blue": 0.5})],
)
def test_the_page_of_one_package_means_its_name(path: str, expected: dict[str, float]) -> None:
    page = pages(tree({**TWINS, path: "Call `openBox()`.\n"}))[0]
    told = {one.symbol.split("-")[0].partition("/")[2]: one.confidence for one in page.mentions}
    assert told == expected


def test_what_a_language_has_for_everybody_is_no_members_name() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "lib"\nversion = "1.0.0"\n',
        "src/lib.rs": "pub enum Answer { Ok(u8), Never }\n",
    }
    text = "```rust\nlet a = 1;\n```\n\n`Ok(1)` or `Never(1)`\n"
    (page,) = pages(tree({**files, "a.md": text}))
    assert [one.text for one in page.mentions] == ["Never(1)"]


def test_what_only_tests_define_stands_in_nobodys_way() -> None:
    alike = "class Client:\n    def shut(self): ...\n    def mocked(self): ...\n"
    text = "# Use\n\nCall `client.shut()`, `client.mocked()`, `Client.mocked`.\n"
    files = {"tests/fakes.py": alike, "bench/fakes.py": alike, "docs/a.md": text}
    files["lib/__init__.py"] = "class Client:\n    def shut(self): ...\n"
    found = [one.symbol for one in pages(tree(files))[0].mentions if one.confidence >= MAYBE]
    assert found == ["lib/__init__.py#Client.shut"]


def test_a_link_around_a_code_span_names_its_symbol_once() -> None:
    text = "See [`Client`](lib/core.py) and [`Client.get`](https://example.com/get).\n"
    page = pages(tree({**CODE, "docs/a.md": text}))[0]
    places = [(text[one.column - 1 :].split("`")[0], one.symbol) for one in page.mentions]
    assert places == [(name, f"lib/core.py#{name}") for name in ("Client", "Client.get")]
    assert all(one.confidence >= 0.9 for one in page.mentions)
