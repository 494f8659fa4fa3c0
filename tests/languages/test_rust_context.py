"""Rust blocks that need what earlier blocks bind: their names, and the verdicts behind them."""

from collections.abc import Sequence
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.documents import read as read_document
from doc_healing.languages.rust import running as rust
from doc_healing.model import Environment, Finding, Limits, Names, Toolchain, Verdict, Wants
from doc_healing.pipeline import Tools, examine
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import RecordingWatcher
from tests import needs
from tests.languages.rust_stage import page
from tests.languages.test_rust import project

__all__ = ["project"]
LIMITS = Limits(wall_seconds=120, cpu_seconds=30, memory_mib=768, processes=64, disk_mib=64)


def names(code: str) -> Names:
    (snippet,) = page(code)
    return rust.names(snippet)


BINDS = {
    "a variable": ("let client = Client::new(1);", "client", "Client"),
    "its own value": ("let x = x + 1;", "x", "x"),
    "parts of a value": ("let Foo { a, b: c, .. } = foo;", "a c", "Foo foo"),
    "a pattern": ("let (mut d, Some(e)) = g else { return };", "d e", "g"),
    "a type": ("let v: Vec<Thing> = Vec::new();", "v", "Thing"),
    "a closure": ("let f = |a| a + b;", "f", "b"),
    "imports": ("use a::{B, c::D as E};\nlet v = B::new(E);", "B E v", "a c"),
    "a type of its own": ("struct A { n: u8 }\nenum B { C }\ntype D = A;", "A B D", ""),
    "a trait": ("trait A { fn go(&self, n: Other) -> u8; }", "A", "Other"),
    "values": ("const A: u8 = B;\nstatic C: u8 = 1;", "A C", "B"),
    "a macro": ("macro_rules! m { () => {} }\nm!();", "m", ""),
    "a module": ("mod a { pub fn b() {} }\na::b();", "a", ""),
    "a crate": ("extern crate a as b;", "b", ""),
    "a program": ("fn main() { let z = 1; help(z); }\nfn other() {}", "other", "help"),
    "an item below": ("go();\nfn go() {}", "go", ""),
    "methods": ("impl A { fn go(&self, k: u8) -> Other { self.n + k + j } }", "", "A Other j"),
    "a receiver": ('server.route("/", handler);', "", "handler server"),
    "a format": ('println!("{x} {:?} {}", y, z.n);', "", "x y z"),
    "a macro of others": ("my_macro!(w);", "", "my_macro w"),
    "a loop": ("for i in 0..n { let q = i; v.push(q); }", "", "n v"),
    "a match": ("match shape { Shape::Circle(r) => r, _ => 1 };", "", "Shape shape"),
    "a condition": ("if let Some(v) = opt { v; }", "", "opt"),
    "hidden lines": ("# let a = 1;\nb(a);", "a", "b"),
    "no Rust": ("let = ;", "", ""),
    "left out": ("let client = ...;", "", ""),
}


@pytest.mark.parametrize(("code", "bound", "free"), BINDS.values(), ids=BINDS.keys())
def test_names_that_a_block_binds_and_takes(code: str, bound: str, free: str) -> None:
    found = names(code)
    assert " ".join(sorted(found.bound)) == bound
    assert " ".join(sorted(found.free)) == free


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([code for code, _, _ in BINDS.values()])
        | st.text("let fnusemd{}()[];:=<>\"'#!&|.,ab\n /*é", max_size=30),
        max_size=6,
    ).map("\n".join)
)
def test_no_text_is_too_strange_to_name(code: str) -> None:
    found = names(code)
    assert all(name for name in found.bound | found.free)
    assert "main" not in found.bound


def test_a_declared_module_may_be_a_file_that_the_page_shows() -> None:
    assert names("mod shapes;\nfn main() {}").files == {"shapes.rs", "shapes/mod.rs"}
    text = "`src/shapes.rs`:\n\n```rust\npub mod round;\n```\n"
    (shown,) = read_document(text.encode(), "a.md", lambda _: None).snippets
    assert rust.names(shown).files == {"shapes/round.rs", "shapes/round/mod.rs"}


class Ready:
    """The environment of a project that is there already."""

    def __init__(self, environment: Environment | None) -> None:
        self.environment = environment

    def wants(self, language: str, document: str) -> Wants | None:
        return Wants() if self.environment else None

    def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
        assert self.environment is not None
        return self.environment

    def close(self) -> None:
        pass


def findings(text: str, environment: Environment | None = None) -> Sequence[Finding]:
    """What is found of a page; code blocks are the lines between `~` lines."""
    needs.program("bwrap")
    needs.toolchain("rust")
    fences = text.split("~\n")
    lines = [f"```rust\n{part}```\n" if at % 2 else part for at, part in enumerate(fences)]
    document = read_document("".join(lines).encode(), "README.md", lambda _: None)
    with closing(Bubblewrap()) as sandbox:
        tools = Tools({"rust": rust}, sandbox, LIMITS, Ready(environment), jobs=1)
        return examine(tools, [document], RecordingWatcher()).findings


@pytest.mark.sandbox
def test_a_block_goes_on_with_what_another_one_bound() -> None:
    first, broken, used, checked, wrong = findings(
        "# A\n\n~\nlet mut words = vec![1];\n~\n\n~\nlet n = undefined(1);\n~\n"
        "\n## B\n\n~\nwords.push(2);\n~\n\n~\nassert_eq!(words.len(), 2);\n~\n\n"
        "~\nassert_eq!(words.len(), 9);\n~\n"
    )
    assert [one.verdict for one in (first, used, checked)] == [Verdict.PASSED] * 3
    assert "line 3" in used.added[0]
    assert f"lines 3, {used.snippet.line}" in checked.added[0]
    # What another block left behind may be something else: not the document's fault for sure.
    assert [one.verdict for one in (broken, wrong)] == [Verdict.UNVERIFIED] * 2


GONE = '# A\n\n~\nuse widgets::Client;\nlet c = Client::new("a");\n~\n\n~\nlet n = lost(1);\n~\n\n'


@pytest.mark.sandbox
def test_what_a_value_of_another_block_does_not_have_is_red(project: Environment) -> None:
    """The repository's own type has no such method, whatever else the page leaves out."""
    *_, gone, kept = findings(GONE + "~\nc.gone();\n~\n\n~\nc.get(c.name.as_str())?;\n~\n", project)
    assert gone.verdict is Verdict.BROKEN, gone
    assert gone.symptom is not None
    assert (gone.symptom.line, gone.symptom.column) == (gone.snippet.line + 1, 3)
    assert kept.verdict is Verdict.PASSED, kept


@pytest.mark.sandbox
def test_a_value_of_another_part_of_the_page_may_be_another(project: Environment) -> None:
    *_, gone = findings("# A\n\n## B\n\n" + GONE[5:] + "## C\n\n~\nc.gone();\n~\n", project)
    assert gone.verdict is Verdict.UNVERIFIED, gone


@pytest.mark.sandbox
def test_the_block_of_another_tab_is_no_context() -> None:
    tabs = (
        '=== "One"\n\n    ```rust\n    let name = "one";\n    ```\n\n'
        '=== "Two"\n\n    ```rust\n    assert_eq!(name, "one");\n    ```\n'
    )
    one, two = findings(tabs)
    assert one.verdict is Verdict.PASSED
    assert two.verdict is Verdict.UNVERIFIED, two


@pytest.mark.sandbox
def test_a_program_of_its_own_follows_no_other() -> None:
    _, second = findings(
        "# A\n\n~\nlet secret = 7;\n~\n\n~\nfn main() {\n    assert_eq!(secret, 8);\n}\n~\n"
    )
    assert second.verdict is Verdict.UNVERIFIED, second
