"""What stands behind `cfg` in sources, read from their text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.environments.cargo_gates import gated, has_prelude
from doc_healing.environments.sources import Source

BEHIND = {
    "a function": ('#[cfg(feature = "x")]\npub fn go<T, U>(a: T, b: U) {}\nfn other() {}', ["go"]),
    "attributes between": ('#[cfg(unix)]\n#[inline]\n#[doc = "]"]\npub fn go() {}', ["go"]),
    "an impl": (
        '#[cfg(feature = "x")]\nimpl<T: Clone> Client<T> {\n    pub fn go(&self) { if 1 {} }\n'
        "    pub fn on() {}\n}\nfn other() {}",
        ["go", "on"],
    ),
    "a trait's impl": ("#[cfg(windows)]\nimpl<T> a::Run<T> for B {}", ["Run"]),
    "a field": ("struct A {\n    #[cfg(unix)]\n    pub more: u8,\n    less: u8,\n}", ["more"]),
    "a variant": ("enum A {\n    #[cfg(unix)]\n    More(u8),\n    Less,\n}", ["More"]),
    "an export": ('#[cfg(feature = "x")]\npub use a::b::{Go, on as Off};', ["Go", "Off"]),
    "a derive": (
        '#[cfg_attr(feature = "x", derive(Serialize, Eq))]\nstruct A;',
        ["Eq", "Serialize"],
    ),
    "a macro for it": ("cfg_rt! {\n    pub fn go() {}\n}\npub fn other() {}", ["go"]),
    "tests": ("#[cfg(test)]\nmod tests {\n    fn go() {}\n}", []),
    "tests among others": ('#[cfg(all(test, feature = "x"))]\nmod tests { fn go() {} }', []),
    "a comment": ('// #[cfg(unix)]\npub fn go() {}\nconst A: &str = "#[cfg(unix)] fn b() {}";', []),
    "nothing": ("pub fn go() {}", []),
    "cut off": ("#[cfg(unix)", []),
}


@pytest.mark.parametrize(("text", "names"), BEHIND.values(), ids=BEHIND.keys())
def test_names_behind_features_and_platforms(text: str, names: list[str]) -> None:
    assert gated([Source("src/lib.rs", text.encode(), False)]) == names


def test_a_module_behind_a_feature_is_its_file() -> None:
    lib = Source("src/lib.rs", b'#[cfg(feature = "net")]\npub mod net;', False)
    net = Source("src/net.rs", b"pub struct Conn;\nimpl Conn { pub async fn open() {} }", False)
    deep = Source("src/net/deep.rs", b"pub fn far() {}\nfn hidden() {}", False)
    test = Source("tests/net.rs", b"pub fn no() {}", False)
    assert gated([lib, net, deep, test]) == ["Conn", "far", "net", "open"]


def test_a_prelude_at_the_root_is_one() -> None:
    root = Source("lib.rs", b"mod a;\npub mod prelude;", False)
    inner = Source("src/lib.rs", b"mod lib {\n    pub mod prelude {}\n}", False)
    assert has_prelude([root, inner], "lib.rs")
    assert not has_prelude([root, inner], "src/lib.rs")
    assert not has_prelude([root, inner], "")


PARTS = (*"""#[cfg(unix)] #![cfg(a)] pub fn a ( ) { } [ ] < , ; " ' // /* mod cfg_x! use impl for
    r#" é""".split(), "\n")  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PARTS)))
def test_no_text_is_too_strange(words: list[str]) -> None:
    found = gated([Source("src/lib.rs", " ".join(words).encode(), False)])
    assert found == sorted(set(found))
