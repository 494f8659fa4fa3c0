"""Rust blocks as documents show them, against a crate of the repository: verdict, exact place."""

import json
import subprocess
from pathlib import Path

import pytest

from doc_healing.documents import read as read_document
from doc_healing.environments.cargo_gates import gated, has_prelude
from doc_healing.environments.sources import Source
from doc_healing.model import Environment, Mount, SymptomKind, Verdict
from tests import needs
from tests.languages.rust_stage import examine, page, verdict

K = SymptomKind
WIDGETS = """
pub struct Client { pub name: String, secret: u8 }
impl Client {
    pub fn new(name: &str) -> Self { Client { name: name.to_string(), secret: 1 } }
    pub fn get(&self, path: &str) -> Result<String, std::io::Error> { Ok(path.to_string()) }
    fn hidden(&self) {}
    #[deprecated(since = "2.0", note = "use `get` instead")]
    pub fn fetch(&self) {}
    pub async fn call(&self) -> u8 { 1 }
}
pub trait Shout { fn shout(&self) -> String; }
impl Shout for str { fn shout(&self) -> String { self.to_uppercase() } }
pub struct Config { pub retries: u32, pub verbose: bool }
pub fn start(config: Config) -> u32 { config.retries }
fn internal() {}
pub mod prelude { pub use crate::deep::Gauge; }
mod deep { pub struct Gauge(pub u8); }
pub mod tools { pub fn twice(n: u32) -> u32 { n * 2 } }
#[cfg(feature = "extra")] pub fn extra() {}
#[cfg(feature = "extra")] impl Client { pub fn more(&self) {} }
#[cfg(feature = "extra")] impl std::fmt::Debug for Client {}
#[macro_export] macro_rules! widget { ($name:ident) => { let $name = 1; } }
#[macro_export] macro_rules! register { ($text:expr) => { const _: () = {
    extern "C" fn tell() { println!($text); }
    #[used] #[link_section = ".init_array"] static TELL: extern "C" fn() = tell;
}; } }
pub enum Shape { Circle(f64), Square { side: f64 } }
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The crate `widgets`, as an installer hands it over."""
    toolchain = needs.toolchain("rust")
    mounted = {mount.target: mount.source for mount in toolchain.mounts}
    rustc = Path(mounted.get(str(Path(toolchain.executable).parent), "/usr/bin"), "rustc")
    folder = tmp_path_factory.mktemp("crates")
    (folder / "lib.rs").write_text(WIDGETS)
    subprocess.run(
        [str(rustc), "--edition=2021", "--crate-type=rlib", "--crate-name=widgets",
         "-Awarnings", "--out-dir", str(folder), "lib.rs"],
        cwd=folder, check=True,
    )  # fmt: skip
    source = Source("src/lib.rs", WIDGETS.encode(), False)
    return Environment(
        key="k",
        language="rust",
        mounts=(Mount(str(folder), "/opt/crates"),),
        modules=("widgets",),
        facts={
            "externs": json.dumps({"widgets": "/opt/crates/libwidgets.rlib"}),
            "search": json.dumps(["dependency=/opt/crates"]),
            "edition": "2021",
            "own": json.dumps(["widgets"]),
            "preludes": json.dumps(["widgets"] if has_prelude([source], source.name) else []),
            "gated": json.dumps(gated([source])),
        },
    )


USED = {
    "its name": "assert_eq!(widgets::tools::twice(2), 4);",
    "imported": 'use widgets::Client;\nassert_eq!(Client::new("a").name, "a");',
    "its error": 'use widgets::Client;\nClient::new("a").get("/")?;',
    "extern crate": "extern crate widgets;\nuse widgets::tools;\ntools::twice(1);",
    "its macro": "widgets::widget!(x);\nassert_eq!(x, 1);",
    "nothing imported": 'let c = Client::new("a");\nassert_eq!(c.name, "a");',
    "a prelude of it": "assert_eq!(Gauge(1).0, 1);",
    "a trait of it": '"a".shout();',
    "awaited": 'use widgets::Client;\nClient::new("a").call().await;',
    "its name as a variable": "let widgets = 1;\nassert_eq!(widgets, 1);",
    "an item of its name": "mod widgets { pub fn go() {} }\nwidgets::go();",
}


@pytest.mark.parametrize("code", USED.values(), ids=USED.keys())
def test_a_block_uses_the_repositorys_crate(code: str, project: Environment) -> None:
    reading = verdict(code, environment=project)
    assert reading.verdict is Verdict.PASSED, reading


GONE = {
    "import": ("use widgets::Gone;", K.IMPORT, 1, 5),
    "one of several": ("use widgets::{start, Gone};", K.IMPORT, 1, 22),
    "module": ("use widgets::nowhere::x;", K.IMPORT, 1, 14),
    "function": ("widgets::gone(1);", K.NAME, 1, 10),
    "function of a module": ("widgets::tools::thrice(1);", K.NAME, 1, 17),
    "macro": ("widgets::gone!(1);", K.IMPORT, 1, 10),
    "private": ("widgets::internal();", K.IMPORT, 1, 10),
    "method": ('use widgets::Client;\nClient::new("a").gone();', K.ATTRIBUTE, 2, 18),
    "private method": ('use widgets::Client;\nClient::new("a").hidden();', K.ATTRIBUTE, 2, 18),
    "function of a type": ("use widgets::Client;\nClient::open();", K.ATTRIBUTE, 2, 9),
    "field": ('use widgets::Client;\nClient::new("a").label;', K.ATTRIBUTE, 2, 18),
    "private field": ('use widgets::Client;\nClient::new("a").secret;', K.ATTRIBUTE, 2, 18),
    "field of a value": (
        "use widgets::Config;\nConfig { retries: 1, verbose: true, level: 3 };",
        K.ATTRIBUTE,
        2,
        37,
    ),
    "new field": ("use widgets::Config;\nlet c = Config { retries: 1 };", K.ARGUMENT, 2, 9),
    "variant": ("use widgets::Shape;\nlet s = Shape::Triangle;", K.ATTRIBUTE, 2, 16),
    "field of a variant": (
        "use widgets::Shape;\nlet s = Shape::Square { size: 1.0 };",
        K.ATTRIBUTE,
        2,
        25,
    ),
    "arguments": ('use widgets::Client;\nClient::new("a", 1);', K.ARGUMENT, 2, 1),
    "type": ("widgets::tools::twice('a');", K.TYPE, 1, 23),
    "macro's input": ("widgets::widget!(1 + 1);", K.COMPILE, 1, 18),
    # What surrounds the call is missing, and the call is wrong all the same.
    "beside a missing value": ("let c = widgets::Client::new(name);\nc.gone();", K.ATTRIBUTE, 2, 3),
    "beside a missing type": (
        "impl App {\n    fn go(&self) {\n        widgets::start_all();\n    }\n}",
        K.NAME,
        3,
        18,
    ),
    "beside a missing crate": (
        "use serde::Serialize;\nuse widgets::{Client, Server};",
        K.IMPORT,
        2,
        23,
    ),
    "type beside a missing value": (
        "let x = make();\nwidgets::tools::twice('a');",
        K.TYPE,
        2,
        23,
    ),
    "beside left-out code": ("// ...\nwidgets::gone();", K.NAME, 2, 10),
    "nothing imported": ("let c = Client::new(name);\nc.gone();", K.ATTRIBUTE, 2, 3),
}


@pytest.mark.parametrize(("code", "kind", "line", "column"), GONE.values(), ids=GONE.keys())
def test_what_the_crate_no_longer_has_is_red(
    code: str, kind: SymptomKind, line: int, column: int, project: Environment
) -> None:
    reading = verdict(code, environment=project)
    assert reading.verdict is Verdict.BROKEN, reading
    assert reading.symptom is not None
    place = (reading.symptom.kind, reading.symptom.line, reading.symptom.column)
    assert place == (kind, 5 + line, column), reading


UNTOLD = {
    "feature": ("widgets::extra();", K.DEPENDENCY, "feature"),
    "method of a feature": ('let c = widgets::Client::new("a");\nc.more();', K.DEPENDENCY, "more"),
    "trait of a feature": ('format!("{:?}", widgets::Client::new("a"));', K.DEPENDENCY, "Debug"),
    "imported feature": ("use widgets::extra;", K.DEPENDENCY, "feature"),
    "another's type": ('Client::connect("a");', K.CONTEXT, "Client"),
    "another crate": (
        "use tokio::net::TcpStream;\nlet c = TcpStream::new();",
        K.DEPENDENCY,
        "tokio",
    ),
    "fields left out": (
        "use widgets::Config;\nlet c = Config {\n    retries: 1,\n    // ...\n};",
        K.CONTEXT,
        "leaves",
    ),
    "method of another trait": ('use rayon::prelude::*;\n"a".par_lines();', K.DEPENDENCY, "rayon"),
    "a name that stands for others": ("widgets::foo(1);", K.CONTEXT, "stands for"),
    "a comment for code": ("let n = 1; // ...\nlet m: u8 = ' ';", K.CONTEXT, "leaves"),
    "a type in part": (
        "struct Api {}\nlet v = make();\nlet n = Api::VERSION;",
        K.CONTEXT,
        "make",
    ),
    "a bound that is missing": (
        "fn go<T: Runs>(value: T) -> T::Output { value.run() }",
        K.CONTEXT,
        "Runs",
    ),
    "another function's value": ("if true {\n    return 5;\n}", K.CONTEXT, "part of a function"),
    "body left out": ("fn go() -> widgets::Client {}", K.CONTEXT, "leaves"),
}


@pytest.mark.parametrize(("code", "kind", "reason"), UNTOLD.values(), ids=UNTOLD.keys())
def test_what_cannot_be_told_is_not_red(
    code: str, kind: SymptomKind, reason: str, project: Environment
) -> None:
    reading = verdict(code, environment=project)
    assert reading.verdict is Verdict.UNVERIFIED, reading
    assert reading.symptom is not None
    assert reading.symptom.kind is kind, reading
    assert reason in reading.reason, reading


def test_a_deprecated_call_is_told_with_its_successor(project: Environment) -> None:
    reading = verdict('use widgets::Client;\nClient::new("a").fetch();', environment=project)
    assert reading.verdict is Verdict.PASSED
    (warning,) = reading.warnings
    assert warning.startswith("README.md:7: ")
    assert "use `get` instead" in warning


PAGES = {
    "an import": (["use widgets::Client;", 'Client::new("a");'], "PASSED", "line 5"),
    "an item": (["struct Point { x: u8 }", "let p = Point { x: 1 };"], "PASSED", "`Point`"),
    "an impl": (
        ["struct P;\nimpl P {\n    fn go(&self) {}\n}", "P.go();"],
        "PASSED",
        "`P` from line 5",
    ),
    "a variable": (["let mut v = vec![1];", "v.push(2);"], "PASSED", "the block of line 5"),
    "a trait": (
        ["use std::io::Read;\nlet x = 1;", 'let mut b = [0];\n(&b"ab"[..]).read(&mut b)?;'],
        "PASSED",
        "Read",
    ),
    "gone from a lent type": (["use widgets::Client;", "Client::gone();"], "BROKEN", ""),
    "gone from a variable": (
        ['let c = widgets::Client::new("a");', "c.gone();"],
        "BROKEN",
        "",
    ),
    "another block's method": (
        ["impl Client {\n    pub fn gone(&self) {}\n}", 'widgets::Client::new("a").gone();'],
        "UNVERIFIED",
        "another block defines",
    ),
    "another block's type": (
        ["struct Point {\n    x: u8,\n}", "let p = Point { x: 1 };\np.area();"],
        "UNVERIFIED",
        "",
    ),
    "failing with what it was lent": (["let v = vec![1];", "v[3];"], "UNVERIFIED", "may not be"),
    "a value of another block": (
        ['let n = "a";', "widgets::tools::twice(n);"],
        "UNVERIFIED",
        "`n`",
    ),
    "its own name": (
        ["use std::fmt::Result;", "fn f() -> Result<(), u8> { Ok(()) }\nf().unwrap();"],
        "PASSED",
        "",
    ),
}


@pytest.mark.parametrize(("blocks", "expected", "words"), PAGES.values(), ids=PAGES.keys())
def test_earlier_blocks_lend_what_a_block_lacks(
    blocks: list[str], expected: str, words: str, project: Environment
) -> None:
    reading = examine(page(*blocks), project)[-1]
    assert reading.verdict == expected, reading
    assert words in f"{reading.added} {reading.reason}", reading


def test_a_refusal_is_kept_though_a_feature_could_lift_it(project: Environment) -> None:
    code = 'format!("{:?}", widgets::Client::new("a"));'
    assert verdict(code, "rust,compile_fail", project).verdict is Verdict.PASSED


USUAL = {
    "a collection": ("let mut m = HashMap::new();\nm.insert(1, 2);", "PASSED", "HashMap"),
    "a wrong value": ("let m = BTreeMap::from([(1, 2)]);\nassert_eq!(m[&1], 3);", "BROKEN", ""),
    "a module": (
        "struct P;\nimpl fmt::Display for P {\n    fn fmt(&self, f: &mut fmt::Formatter) -> "
        "fmt::Result { Ok(()) }\n}",
        "PASSED",
        "std::fmt",
    ),
    "another's of that name": ("let d = Duration::hours(5);", "UNVERIFIED", "Duration"),
    "a wrong value by a usual name": (
        "let d = Duration::from_secs(5);\nassert_eq!(d.as_secs(), 6);",
        "UNVERIFIED",
        "may not be",
    ),
}


@pytest.mark.parametrize(("code", "expected", "words"), USUAL.values(), ids=USUAL.keys())
def test_the_standard_librarys_usual_names_are_imported(
    code: str, expected: str, words: str
) -> None:
    reading = verdict(code)
    assert reading.verdict == expected, reading
    assert words in f"{reading.added} {reading.reason}", reading


def test_an_edition_of_the_label_is_used_and_no_other() -> None:
    code = "let async = 1;\nassert_eq!(async, 1);"
    assert verdict(code, "rust,edition2015").verdict is Verdict.PASSED
    assert verdict(code, "rust,edition2021").verdict is Verdict.BROKEN


def test_an_older_edition_never_gives_the_error() -> None:
    reading = verdict("spawn(async move { client.get(1) });")
    assert reading.verdict is Verdict.UNVERIFIED
    assert "`spawn`" in reading.reason


def test_the_projects_edition_comes_first(project: Environment) -> None:
    reading = verdict("async fn f() {}", environment=project)
    assert reading.verdict is Verdict.PASSED
    assert not any("edition" in text for text in reading.added)


def test_a_harness_runs_its_tests() -> None:
    code = "#[test]\nfn adds() {\n    assert_eq!(1 + 1, 3);\n}"
    reading = verdict(code, "rust,test_harness")
    assert reading.verdict is Verdict.BROKEN, reading
    assert reading.symptom is not None
    assert (reading.symptom.kind, reading.symptom.line) == (K.ASSERTION, 8)


INCLUDED = {
    "the host's file": 'let s = include_str!("/root/.ssh/id_rsa");',
    "a parent's file": 'let s = include_str!("../../../etc/shadow");',
    "a module's path": '#[path = "/proc/1/environ"]\nmod stolen;',
    "a variable": 'let s = env!("DOC_HEALING_CACHE_DIR");',
}


@pytest.mark.parametrize("code", INCLUDED.values(), ids=INCLUDED.keys())
def test_the_compiler_sees_nothing_of_the_host(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is Verdict.UNVERIFIED, reading


def test_a_document_cannot_name_the_compilers_options() -> None:
    told = {"RUSTC_BOOTSTRAP": "1", "RUSTFLAGS": "-Zunstable-options", "LD_PRELOAD": "/work/x.so"}
    reading = verdict("#![feature(never_type)]\nlet x = 1;", env=told)
    assert reading.verdict is Verdict.UNVERIFIED
    assert reading.cause == "toolchain"


def test_a_backtrace_shows_the_block_and_not_the_library() -> None:
    read = verdict("fn last(v: Vec<u8>) -> u8 { v[7] }\nfn main() {\n    last(vec![1]);\n}")
    assert read.symptom is not None
    assert "rust_out::last" in read.symptom.trace
    assert "/rustc/" not in read.symptom.trace
    assert "rust_begin_unwind" not in read.symptom.trace


@pytest.mark.parametrize(
    ("shown", "row", "said"),
    [("a\nx\nc", 2, "expected x, got b"), ("a\nb\nc\nd", 4, "expected d, got nothing more")],
)
def test_output_is_placed_at_the_first_line_that_differs(shown: str, row: int, said: str) -> None:
    text = f'```rust\nprintln!("a\\nb\\nc");\n```\n\nOutput:\n\n```text\n{shown}\n```\n'
    snippets = list(read_document(text.encode(), "README.md", lambda _: None).snippets)
    symptom = examine(snippets)[0].symptom
    assert symptom is not None
    assert (symptom.line, symptom.message) == (7 + row, said)


def test_what_a_panic_printed_is_shown_without_the_library() -> None:
    shown = verdict('eprintln!("a");\nlet v: Vec<u8> = vec![];\nv[1];').stderr
    assert shown is not None
    assert "a\n" in shown
    assert "/rustc/" not in shown
    assert verdict('eprintln!("a");').stderr is None
