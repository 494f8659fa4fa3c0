"""What the code map tells of the names that a Rust snippet uses."""

import pytest

from doc_healing.languages.rust.mapping import uses
from doc_healing.model import Use

IMPORTS = "use shop::net::{self, Client, Builder as B};\n"


def told(code: str, *before: str) -> list[str]:
    return [_line(use) for use in uses(code, before) if use.kind.value != "import"]


def _line(use: Use) -> str:
    """`module: a.b() call/2 {key}`, with the way it came here where it is not imported."""
    names = ".".join(use.names).replace(".()", "()").replace(".[]", "[]")
    where = use.module if use.origin.value == "imported" else f"{use.origin.value} {use.module}"
    arity = "" if use.arity is None else f"/{use.arity}"
    keywords = f" {{{','.join(use.keywords)}}}" if use.keywords else ""
    return f"{where.strip()}: {names} {use.kind.value}{arity}{keywords}"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("let c = Client::new(1);", ["shop::net: Client.new call/1"]),
        (
            "let c = Client::new(1)?; c.get(2, 3).await?.body();",
            [
                "shop::net: Client.new call/1",
                "shop::net: Client.new().get call/2",
                "shop::net: Client.new().get().body call/0",
            ],
        ),
        (
            "let c: &Client = make(); c.url;",
            [
                "shop::net: Client type",
                "bare: make call/0",
                "shop::net: Client().url attribute",
            ],
        ),
        (
            "fn go(c: Option<Arc<Client>>) { c.unwrap().get(); }",
            ["shop::net: Client type", "shop::net: Client().get call/0"],
        ),
        ("net::send::<u8>(1, 2)", ["shop::net: send call/2"]),
        ("shop::other::run()", ["shop: other.run call/0"]),
        ("B::default().size(1)", ["shop::net: Builder type", "shop::net: Builder().size call/1"]),
        (
            "let b = B { url: u, retries };",
            [
                "shop::net: Builder call {url,retries}",
                "shop::net: Builder().url attribute",
                "shop::net: Builder().retries attribute",
            ],
        ),
        (
            'println!("{}", net::name(1)); assert_eq!(vec![net::one(); 3], x);',
            ["shop::net: name call/1", "shop::net: one call/0"],
        ),
        ("net::json!({ 1 + 2 })", ["shop::net: json call/1"]),
        (
            "odd! { net::first => Client::new }",
            [
                "bare: odd call",
                "shop::net: first attribute",
                "shop::net: Client.new attribute",
            ],
        ),
        (
            "for item in net::items() { item.name(); }",
            ["shop::net: items call/0", "shop::net: items()[].name call/0"],
        ),
        (
            "match net::kind() { net::Kind::A(x) => {} net::Kind::B { y, .. } => y.go(), _ => {} }",
            [
                "shop::net: kind call/0",
                "shop::net: Kind.A attribute",
                "shop::net: Kind.B type {y}",
                "shop::net: Kind.B.y attribute",
                "shop::net: Kind.B.y.go call/0",
            ],
        ),
        (
            "if let Some(reply) = net::ask() { reply.text(); }",
            ["shop::net: ask call/0", "shop::net: ask().text call/0"],
        ),
        (
            "impl<T: net::Bound> net::Store for Mine<T> { type Key = u8; fn load(&self) {} }",
            [
                "shop::net: Bound type",
                "shop::net: Store subclass",
                "bare: Mine type",
                "shop::net: Store.Key attribute",
                "shop::net: Store.load attribute",
            ],
        ),
        (
            "struct Mine; impl Mine { fn make() -> Client { todo!() } } fn f(m: Mine) { m.own(); }",
            ["shop::net: Client type", "receiver: own call/0"],
        ),
        (
            "fn make() -> Result<Client, E> { todo!() }\nmake()?.get();",
            ["shop::net: Client type", "bare: E type", "shop::net: Client().get call/0"],
        ),
        (
            "#[derive(Debug, net::Coded)]\nstruct A;\n#[net::main]\nasync fn f() {}",
            ["shop::net: Coded attribute", "shop::net: main attribute"],
        ),
        (
            "let f = |c: &Client| c.get();",
            ["shop::net: Client type", "shop::net: Client().get call/0"],
        ),
        ("let net = 3; net.abs();", []),
        ("let x = std::fs::read(p)?; Vec::new().push(String::from(\"\")); x.len();", []),
        ("v.iter().sorted_by(cmp)", ["receiver: iter call/0", "receiver: sorted_by call/1"]),
        ("Box::new(Client::new(1)).get()", ["shop::net: Client.new call/1",
                                            "shop::net: Client.new().get call/0"]),
        ("dbg!(net::a()).b()", ["shop::net: a call/0", "shop::net: a().b call/0"]),
        ("<Client as net::Store>::load()", ["shop::net: Client type", "shop::net: Store type"]),
    ],
)  # fmt: skip
def test_a_snippet_s_uses_are_traced_to_its_imports(code: str, expected: list[str]) -> None:
    assert sorted(told(IMPORTS + code)) == sorted(expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("use shop::prelude::*;\nuse std::fmt::*;\nrun(1);", ["star shop::prelude: run call/1"]),
        (
            "use shop::prelude::*;\nlet c = Client::new();\nc.get();",
            [
                "star shop::prelude: Client.new call/0",
                "star shop::prelude: Client.new().get call/0",
            ],
        ),
        ("use std::fmt::*;\nrun(1);", ["bare: run call/1"]),
        ("let t = add(1, LIMIT);", ["bare: add call/2", "bare: LIMIT attribute"]),
        ("use shop;\nshop::add(1);", ["shop: add call/1"]),
        ("extern crate shop as s;\ns::add(1);", ["shop: add call/1"]),
        ("use shop::Kind;\nuse Kind::A;\nlet a = A(1);", ["shop: Kind.A call/1"]),
        ("crate::own(); super::x(); Self::y();", []),
    ],
)
def test_what_is_not_imported_by_name(code: str, expected: list[str]) -> None:
    assert sorted(told(code)) == sorted(expected)


def test_imports_are_told_with_their_places() -> None:
    found = uses("use shop::net::{\n    self,\n    Client as C, wire::*\n};\nuse std::fmt;\n")
    assert [(use.module, use.names, use.line, use.column) for use in found] == [
        ("shop::net", (), 1, 11),
        ("shop::net", ("Client",), 3, 5),
        ("shop::net::wire", ("*",), 3, 18),
    ]


def test_earlier_blocks_bind_names_and_tell_nothing() -> None:
    assert told("c.get();", "use shop::Client;\nlet c = Client::new();") == [
        "shop: Client.new().get call/0"
    ]


def test_columns_are_of_characters() -> None:
    found = uses('let ä = "ööö"; shop::go();')
    assert [(use.line, use.column) for use in found] == [(1, 16)]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "}}}} shop::go()",
        "let x = (((",
        "fn",
        "shop::a(" * 2000 + ")" * 2000,
        "x" + ".a()" * 2000,
        "a!" * 500 + "(" * 500,
        "use {{{{a::b",
        "\0\ufffd\udcff",
        "m!(" * 400 + ")" * 400,
    ],
)
def test_no_text_raises(code: str) -> None:
    uses(code, [code])


@pytest.mark.parametrize("name", ["context", "with_context", "wrap_err"])
def test_what_crates_add_to_results_is_told_and_passed(name: str) -> None:
    code = f"use shop::Client;\nlet c = Client::new().{name}(x)?;\nc.get();\nread(p).{name}(x)?;"
    assert told(code) == [
        "shop: Client.new call/0",
        f"receiver: {name} call/1",
        "shop: Client.new().get call/0",
        "bare: read call/1",
        f"receiver: {name} call/1",
    ]
