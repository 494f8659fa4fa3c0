"""What the code map tells of Rust source: symbols, imports, surfaces."""

import sys
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.rust.mapping import outline, publish, tokens
from doc_healing.model import Outline, Parameter, ParameterKind, Surface, Symbol, Target

FILE = """
//! A crate.
use crate::net::{self, Client as Net, wire::*};
pub use inner::new as old;
pub(crate) use self::inner::Hidden;
extern crate alloc as heap;

/// Talks to a server.
/// On one line.
///
/// Not this.
#[derive(Debug)]
pub struct Client<'a, T: Clone = u8> where T: Send {
    /// Where to.
    pub url: &'a str,
    retries: u32, // private
}
pub struct Pair(pub u8, String);
pub enum Shape { Circle(f64), Square { side: f64 }, Dot = 3 }
pub union Bits { a: u8 }

impl<'a, T: Clone> Client<'a, T> {
    pub const MAX: usize = 3;
    pub fn new(url: &'a str, mut retries: u32) -> Result<Self, Error> { todo!() }
    pub async fn get(&self, (a, b): (u8, u8)) -> Option<Response> { None }
    pub(crate) fn inside(self: Box<Self>) {}
    fn own(&mut self) {}
}
impl<T> From<u8> for Client<'_, T> { fn from(x: u8) -> Self { todo!() } }
impl<T> From<u16> for Client<'_, T> { fn from(x: u16) -> Self { todo!() } }
impl<T> fmt::Display for Client<'_, T> { fn fmt(&self) {} }

pub trait Store: Send + fmt::Debug {
    type Key;
    const SIZE: u8;
    fn load(&self, key: Self::Key) -> u8;
    fn store(&mut self) {}
}

/// Adds.
#[deprecated(since = "1.0", note = "use `total` instead")]
pub fn add(left: i32, right: i32) -> i32 { left + right }
#[deprecated = "renamed to net::Other"]
pub fn other() {}
#[deprecated]
pub unsafe fn plain() {}
#[doc(hidden)]
pub fn unseen() {}

pub type Old<T> = New<T>;
pub type Small = Pair<u8>;
pub const LIMIT: u32 = 10;
pub static mut COUNT: u8 = 0;
const _: () = ();

#[macro_export]
macro_rules! square { ($x:expr) => { $x * $x }; }
macro_rules! private { () => {}; }

mod inner { pub struct Hidden; impl Hidden { pub fn go(&self) {} } pub use super::add as plus; }
pub mod net;
#[cfg(unix)] pub fn here() -> u8 { 1 }
#[cfg(windows)] pub fn here() -> u8 { 2 }
cfg_if! { if #[cfg(unix)] { pub fn branch() {} } else { pub mod elsewhere; } }
cfg_rt! { pub fn wrapped() {} }
extern "C" { pub fn c_call(x: i32, ...) -> i32; }
"""


@pytest.fixture(scope="module")
def file() -> Outline:
    return outline("src/lib.rs", FILE.encode())


def one(file: Outline, name: str) -> Symbol:
    return next(symbol for symbol in file.symbols if symbol.id == f"src/lib.rs#{name}")


@pytest.mark.parametrize(
    ("name", "kind", "visibility", "signature"),
    [
        ("Client", "type", "public", "pub struct Client<'a, T: Clone = u8> where T: Send"),
        ("Client.url", "field", "public", "pub url: &'a str"),
        ("Client.retries", "field", "private", "retries: u32"),
        ("Pair", "type", "public", "pub struct Pair(pub u8, String)"),
        ("Pair.0", "field", "public", "pub u8"),
        ("Shape", "type", "public", "pub enum Shape"),
        ("Shape.Circle", "enum_member", "public", "Circle(f64)"),
        ("Shape.Square.side", "field", "public", "side: f64"),
        ("Shape.Dot", "enum_member", "public", "Dot"),
        ("Bits", "type", "public", "pub union Bits"),
        ("Client.MAX", "field", "public", "pub const MAX: usize"),
        ("Client.inside", "method", "internal", "pub(crate) fn inside(self: Box<Self>)"),
        ("Client.own", "method", "private", "fn own(&mut self)"),
        ("Client.from(From<u8>)", "method", "public", "fn from(x: u8) -> Self"),
        ("Client.from(From<u16>)", "method", "public", "fn from(x: u16) -> Self"),
        ("Client.fmt", "method", "public", "fn fmt(&self)"),
        ("Store", "type", "public", "pub trait Store: Send + fmt::Debug"),
        ("Store.Key", "type", "public", "type Key"),
        ("Store.load", "method", "public", "fn load(&self, key: Self::Key) -> u8"),
        ("add", "function", "public", "pub fn add(left: i32, right: i32) -> i32"),
        ("Old", "type", "public", "pub type Old<T> = New<T>"),
        ("LIMIT", "const", "public", "pub const LIMIT: u32"),
        ("COUNT", "const", "public", "pub static mut COUNT: u8"),
        ("square", "macro", "public", "macro_rules! square"),
        ("private", "macro", "private", "macro_rules! private"),
        ("inner", "module", "private", "mod inner"),
        ("inner.Hidden.go", "method", "public", "pub fn go(&self)"),
        ("net", "module", "public", "pub mod net"),
        ("here", "function", "public", "pub fn here() -> u8"),
        ("here[cfg windows]", "function", "public", "pub fn here() -> u8"),
        ("branch", "function", "public", "pub fn branch()"),
        ("elsewhere", "module", "public", "pub mod elsewhere"),
        ("wrapped", "function", "public", "pub fn wrapped()"),
        ("c_call", "function", "public", "pub fn c_call(x: i32, ...) -> i32"),
    ],
)
def test_a_file_s_items_are_told_by_name(
    file: Outline, name: str, kind: str, visibility: str, signature: str
) -> None:
    found = one(file, name)
    assert (found.kind.value, found.visibility.value, found.signature) == (
        kind,
        visibility,
        signature,
    )


def test_nothing_else_is_told_and_each_has_an_id_of_its_own(file: Outline) -> None:
    ids = [symbol.id for symbol in file.symbols]
    assert len(ids) == len(set(ids)) == 45
    assert not file.faults
    lines = FILE.split("\n")
    for symbol in file.symbols:
        assert symbol.last.removesuffix("0") in lines[symbol.line - 1], symbol.id


def test_parameters_returns_and_flags(file: Outline) -> None:
    get = one(file, "Client.get")
    assert get.parameters == (
        Parameter("self", ParameterKind.RECEIVER, "&self"),
        Parameter("(a,b)", ParameterKind.POSITIONAL, "(u8, u8)"),
    )
    assert get.returns == "Option<Response>"
    assert get.flags == {"async"}
    new = one(file, "Client.new")
    assert new.parameters is not None
    assert [parameter.name for parameter in new.parameters] == ["url", "retries"]
    assert "static" in new.flags
    assert one(file, "Client.fmt").flags == {"trait"}
    assert one(file, "Store.load").flags == {"abstract"}
    assert one(file, "unseen").flags == {"hidden"}
    assert one(file, "plain").flags == {"unsafe"}
    assert one(file, "Store").bases == ("Send", "fmt::Debug")
    assert one(file, "Client").bases == ("From", "fmt::Display")
    variadic = one(file, "c_call").parameters
    assert variadic is not None
    assert variadic[-1].kind is ParameterKind.VARIADIC


def test_deprecations_successors_and_docs(file: Outline) -> None:
    assert (one(file, "add").deprecated, one(file, "add").successor) == (
        "use `total` instead",
        "total",
    )
    assert one(file, "other").successor == "net::Other"
    assert (one(file, "plain").deprecated, one(file, "plain").successor) == ("", "")
    assert one(file, "Old").successor == "New"
    assert one(file, "Small").successor == ""
    assert one(file, "Client").doc == "Talks to a server. On one line."
    assert one(file, "Client.url").doc == "Where to."
    assert one(file, "other").doc == ""


@pytest.mark.parametrize(
    ("note", "name"),
    [
        ("use `Client::connect()` instead", "Client::connect"),
        ("Use [`new_name`]", "new_name"),
        ("please use the `Builder` type", "Builder"),
        ("replaced by `a::b`", "a::b"),
        ("renamed to to_vec", "to_vec"),
        ("superseded by Foo::bar", "Foo::bar"),
        ("use the new thing", ""),
        ("will be removed in 2.0", ""),
        ("use `vec!` instead", "vec"),
    ],
)
def test_a_note_names_what_to_use_instead(note: str, name: str) -> None:
    text = f'#[deprecated(since = "1", note = "{note}")]\npub fn old() {{}}\n'
    assert outline("a.rs", text.encode()).symbols[0].successor == name


def test_imports_are_use_trees(file: Outline) -> None:
    told = {(i.name, i.module, i.member, i.exported) for i in file.imports}
    assert told == {
        ("net", "crate::net", "", False),
        ("Net", "crate::net", "Client", False),
        ("", "crate::net::wire", "*", False),
        ("old", "inner", "new", True),
        ("Hidden", "self::inner", "Hidden", False),
        ("heap", "alloc", "", False),
    }


def test_equal_bodies_have_equal_digests_whatever_their_names_and_comments() -> None:
    first = outline("a.rs", b"fn one(x: u8) -> u8 { /* why */ one(x) + 1 }").symbols[0]
    second = outline("b.rs", b"pub fn two(x: u8) -> u8 {\n  two(x)+1 // so\n}").symbols[0]
    third = outline("b.rs", b"fn two(x: u8) -> u8 { two(x) + 2 }").symbols[0]
    assert first.digest == second.digest != third.digest
    assert first.size == second.size == 8


def test_a_type_s_digest_is_of_its_impl_blocks_as_well() -> None:
    text = "struct A { x: u8 }\nimpl A { fn go(&self) -> u8 { %s } }\n"
    first, second, same = (
        outline("a.rs", (text % value).encode()).symbols[0] for value in ("1", "2", "1 /* x */")
    )
    assert first.digest == same.digest != second.digest


CRATE = {
    "Cargo.toml": '[package]\nname = "my-shop"\n',
    "src/lib.rs": """
        mod cart;
        pub mod money;
        mod private;
        #[doc(hidden)] pub mod secret;
        #[path = "odd/place.rs"] pub mod odd;
        pub use cart::{Cart, Item as Line};
        pub use private::*;
        pub use money::Currency::*;
        pub use shop_util as util;
        pub use outside::Thing;
        pub mod prelude { pub use crate::cart::Cart; pub use super::money::*; }
        #[macro_use] mod macros;
    """,
    "src/cart.rs": "pub struct Cart; pub struct Item; struct Own; pub(crate) fn within() {}",
    "src/money/mod.rs": "pub mod rates; pub enum Currency { Euro, Yen } pub fn sum() {}",
    "src/money/rates.rs": "pub use super::sum as total; pub const RATE: u8 = 1;",
    "src/private.rs": "pub fn helper() {} pub mod deep; pub use self::deep::Deep;",
    "src/private/deep.rs": "pub struct Deep; pub use super::super::cart::*;",
    "src/secret.rs": "pub fn back_door() {}",
    "src/odd/place.rs": "pub fn placed() {}",
    "src/macros.rs": """
        #[macro_export] macro_rules! price { () => {} }
        macro_rules! own { () => {} }
    """,
    "src/main.rs": "fn main() {} pub fn never() {}",
    "util/Cargo.toml": '[package]\nname = "shop_util"\n[lib]\npath = "lib.rs"\n',
    "util/lib.rs": "pub fn tool() {} pub use my_shop::Cart as Basket;",
    "derive/Cargo.toml": '[package]\nname = "shop-derive"\n[lib]\nproc-macro = true\n',
    "derive/src/lib.rs": """
        #[proc_macro_derive(Priced, attributes(price))] pub fn derive_priced(i: T) -> T { i }
        #[proc_macro] pub fn shelf(i: T) -> T { i }
        #[proc_macro_attribute] pub fn tagged(a: T, i: T) -> T { i }
    """,
    "examples/demo/Cargo.toml": '[package]\nname = "demo"\n',
    "examples/demo/src/lib.rs": "pub fn shown() {}",
}


def surface(files: dict[str, str]) -> Surface:
    outlines = {
        path: outline(path, dedent(text).encode())
        for path, text in files.items()
        if path.endswith(".rs")
    }
    return publish(outlines, lambda path: files[path].encode() if path in files else None)


def test_a_crate_offers_its_public_paths_and_no_others() -> None:
    found = surface(CRATE)
    told = {
        f"{module}::{name}": target.symbol.removeprefix("src/") or f"mod {target.module}"
        for module, names in found.items()
        for name, target in names.items()
        if not target.hidden
    }
    assert told == {
        "my_shop::Cart": "cart.rs#Cart",
        "my_shop::Line": "cart.rs#Item",
        "my_shop::helper": "private.rs#helper",
        "my_shop::Deep": "private/deep.rs#Deep",
        "my_shop::deep": "mod my_shop::deep",
        "my_shop::deep::Deep": "private/deep.rs#Deep",
        "my_shop::deep::Cart": "cart.rs#Cart",
        "my_shop::deep::Item": "cart.rs#Item",
        "my_shop::money": "mod my_shop::money",
        "my_shop::money::rates": "mod my_shop::money::rates",
        "my_shop::money::Currency": "money/mod.rs#Currency",
        "my_shop::money::sum": "money/mod.rs#sum",
        "my_shop::money::rates::total": "money/mod.rs#sum",
        "my_shop::money::rates::RATE": "money/rates.rs#RATE",
        "my_shop::Euro": "money/mod.rs#Currency.Euro",
        "my_shop::Yen": "money/mod.rs#Currency.Yen",
        "my_shop::odd": "mod my_shop::odd",
        "my_shop::odd::placed": "odd/place.rs#placed",
        "my_shop::util": "mod shop_util",
        "my_shop::price": "macros.rs#price",
        "my_shop::prelude": "mod my_shop::prelude",
        "my_shop::prelude::Cart": "cart.rs#Cart",
        "my_shop::prelude::Currency": "money/mod.rs#Currency",
        "my_shop::prelude::sum": "money/mod.rs#sum",
        "my_shop::prelude::rates": "mod my_shop::money::rates",
        "shop_util::tool": "util/lib.rs#tool",
        "shop_util::Basket": "cart.rs#Cart",
        "shop_derive::Priced": "derive/src/lib.rs#Priced",
        "shop_derive::shelf": "derive/src/lib.rs#shelf",
        "shop_derive::tagged": "derive/src/lib.rs#tagged",
    }
    assert found["my_shop::secret"]["back_door"] == Target("src/secret.rs#back_door", hidden=True)


def test_a_module_is_meant_before_two_colons_whatever_else_has_its_name() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "k"\n',
        "src/lib.rs": "mod pick; pub use crate::pick::Select;\n"
        "#[macro_export]\nmacro_rules! pick { () => {} }",
        "src/pick.rs": "pub struct Select;",
    }
    found = surface(files)["k"]
    assert (found["Select"].symbol, found["pick"].symbol) == (
        "src/pick.rs#Select",
        "src/lib.rs#pick[2]",
    )


def test_what_only_tests_have_or_is_hidden_where_it_stands_is_not_offered() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "k"\n',
        "src/lib.rs": "#[cfg(doctest)]\npub struct Readme;\n#[cfg(test)]\npub mod trial;\n"
        "mod deep; pub use deep::inner;\npub fn open() {}",
        "src/trial.rs": "pub fn f() {}",
        "src/deep.rs": "#[doc(hidden)]\npub mod inner { pub fn g() {} }",
    }
    found = surface(files)["k"]
    assert {name for name, target in found.items() if not target.hidden} == {"open"}


def test_modules_that_re_export_each_other_end() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "round"\n',
        "src/lib.rs": "pub mod a; pub mod b; pub use a::*; pub use b::*; pub use crate as me;",
        "src/a.rs": "pub use crate::b::*; pub use super::*; pub fn one() {}",
        "src/b.rs": "pub use crate::a::*; pub use crate::b as again; pub fn two() {}",
    }
    found = surface(files)
    for module in ("round", "round::a", "round::b"):
        assert found[module]["one"].symbol == "src/a.rs#one"
        assert found[module]["two"].symbol == "src/b.rs#two"


@pytest.mark.parametrize(
    "manifest", ["not toml [", "[package]", "[package]\nname = 3", '[workspace]\nmembers = ["x"]']
)
def test_a_manifest_that_names_no_crate_publishes_nothing(manifest: str) -> None:
    assert surface({"Cargo.toml": manifest, "src/lib.rs": "pub fn a() {}"}) == {}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"fn a() {}\nfn b( {\nfn c() {}", "does not parse"),
        (b"fn a() {}\0", "NUL"),
        (b"x" * 4_000_001, "larger than 4 MB"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, fault: str) -> None:
    assert any(fault in told for told in outline("a.rs", data).faults)


def test_the_rest_of_a_broken_file_is_told() -> None:
    found = outline("a.rs", b"pub fn a() {}\npub fn b(x: ) { }}}\npub struct C { x: u8 }\n")
    assert {"a", "C"} <= {symbol.name for symbol in found.symbols}
    assert found.faults


def test_deep_nesting_and_odd_bytes_do_no_harm() -> None:
    deep = "mod a { " * 3000 + "fn x() {}" + "}" * 3000
    assert outline("a.rs", deep.encode()).symbols
    blocks = "fn f() { " + "{" * 5000 + "}" * 5000 + "}"
    assert tokens("a.rs", blocks.encode())
    assert outline("a.rs", b"pub fn \xff\xfe() {}\npub fn good() {}").symbols
    assert outline("a.rs", "pub fn größe(ä: u8) {}".encode()).symbols[0].name == "größe"


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(FILE)), st.integers(0, 40), st.binary(max_size=6))
def test_no_damage_to_a_file_raises(at: int, gone: int, put: bytes) -> None:
    data = FILE.encode()[:at] + put + FILE.encode()[at + gone :]
    found = outline("a.rs", data)
    assert len({symbol.id for symbol in found.symbols}) == len(found.symbols)
    tokens("a.rs", data)
    publish({"src/lib.rs": found}, lambda path: b'[package]\nname = "a"' if path else None)


def test_tokens_are_the_leaves_without_comments() -> None:
    found = tokens("a.rs", b'fn a() { /* no */ b::c("x y", 3) }')
    assert [(token.text, token.kind) for token in found if token.kind != "other"] == [
        ("a", "name"),
        ("b", "name"),
        ("c", "name"),
        ('"x y"', "literal"),
        ("3", "literal"),
    ]


def test_a_private_module_named_like_its_function_is_not_offered() -> None:
    files = {
        "core/Cargo.toml": '[package]\nname = "inner-core"\n',
        "core/src/lib.rs": "mod scope;\nmod spawn { pub fn spawn() {} pub fn aside() {} }\n"
        "pub use self::scope::scope;\npub use spawn::*;\n",
        "core/src/scope.rs": "pub fn scope() {}\npub fn aside() {}\n",
        "Cargo.toml": '[package]\nname = "outer"\n',
        "src/lib.rs": "pub use inner_core::{scope, spawn};\n",
    }
    found = surface(files)
    assert set(found["outer"]) == {"scope", "spawn"}
    assert found["outer"]["scope"] == Target("core/src/scope.rs#scope")
    assert found["outer"]["spawn"] == Target("core/src/lib.rs#spawn.spawn")
    assert not {"outer::scope", "outer::spawn"} & set(found)


def test_items_in_any_brackets_of_a_macro_are_told() -> None:
    text = b"wrap![ #[macro_export] macro_rules! own { () => {} } ];\nwrap!(pub fn f() {});\n"
    text += b"list![a, b];\ncall!(x = 1);\n"
    assert [symbol.name for symbol in outline("src/lib.rs", text).symbols] == ["own", "f"]


def test_a_file_of_endless_names_or_calls_is_read_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["doc_healing.languages.rust.mapping.outline"]
    monkeypatch.setattr(module, "_MAX_SYMBOLS", 6_000)
    many = outline("src/lib.rs", b"const A:i32=1;" * 6_010)
    assert len({symbol.id for symbol in many.symbols}) == len(many.symbols) == 6_000
    assert "the rest is not told" in many.faults[-1]
    assert outline("src/lib.rs", b"m!{" * 3000 + b"}" * 3000).symbols == ()
