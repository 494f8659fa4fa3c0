"""Rust blocks that share a compilation: it is taken, and no neighbour changes a verdict."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.rust import running as rust
from doc_healing.languages.rust.elf import is_plain
from doc_healing.model import (
    Document,
    Environment,
    Finding,
    Job,
    Layer,
    Level,
    Limits,
    Outcome,
    Program,
    Snippet,
    Status,
    Unrunnable,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.protocols import Language
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests import needs
from tests.contracts.cases.rust import CASES
from tests.languages.rust_stage import page
from tests.languages.test_rust import project
from tests.languages.test_rust_context import Ready

__all__ = ["project"]
pytestmark = pytest.mark.sandbox
LIMITS = Limits(wall_seconds=60, cpu_seconds=2, memory_mib=512, processes=40, disk_mib=32,
                output_kib=128)  # fmt: skip
SMALL = 'let n: u8 = "{0}".parse().unwrap();\nassert_eq!(n, {0});\nprintln!("n is {{n}}");\n'


@dataclass
class Seen:
    """A sandbox that remembers what ran in it."""

    inner: Bubblewrap
    ran: list[tuple[Program, Outcome]] = field(default_factory=list)
    name: str = "bubblewrap"

    def probe(self) -> Sequence[Layer]:
        return self.inner.probe()

    def run(self, program: Program, limits: Limits) -> Outcome:
        outcome = self.inner.run(program, limits)
        self.ran.append((program, outcome))
        return outcome

    def close(self) -> None:
        self.inner.close()

    def count(self, steps: str) -> int:
        """How many programs had these steps: `build` (merged), `build run` with which script."""
        return sum(_kind(program) == steps for program, _ in self.ran)


def _kind(program: Program) -> str:
    names = {file.name for file in program.files}
    if "rust_out" in names:
        return "part"
    return "together" if any("__doc_part_" in name for name in names) else "alone"


@pytest.fixture
def seen() -> Iterator[Seen]:
    needs.program("bwrap")
    needs.toolchain("rust")
    sandbox = Seen(Bubblewrap())
    yield sandbox
    sandbox.close()


def together(
    seen: Seen,
    snippets: Sequence[Snippet],
    *,
    merged: bool = True,
    jobs: int = 1,
    environment: Environment | None = None,
) -> list[Finding]:
    """The findings of one page, its builds shared or not."""
    one = {name: getattr(rust, name) for name in rust.__all__}
    language = rust if merged else SimpleNamespace(**{**one, "merger": None})
    preparer = Ready(environment) if environment else MemoryPreparer()
    tools = Tools({"rust": cast(Language, language)}, seen, LIMITS, preparer, jobs=jobs)
    paths = dict.fromkeys(one.path for one in snippets)
    documents = [
        Document(path, b"", tuple(one for one in snippets if one.path == path)) for path in paths
    ]
    return list(examine(tools, documents, RecordingWatcher()).findings)


def test_many_blocks_share_one_compilation(seen: Seen) -> None:
    findings = together(seen, page(*(SMALL.format(at) for at in range(6))))
    assert [one.verdict for one in findings] == [Verdict.PASSED] * 6
    assert [one.stdout for one in findings] == [f"n is {at}\n" for at in range(6)]
    assert {kind: seen.count(kind) for kind in ("together", "part", "alone")} == {
        "together": 1,
        "part": 6,
        "alone": 0,
    }


FAILING = {
    "no such name": "let x = 1;\nmissing(x);\n",
    "another type": "let x = 1;\nlet y: u8 = 'x';\n",
    "borrowed twice": "let mut v = vec![1];\nlet a = &mut v;\nlet b = &mut v;\na.push(1);\n",
    "does not parse": "let x = ;\n",
    "panics": 'let x = 1;\nassert_eq!(x, 2, "one");\n',
    "returns an error": 'let n: u8 = "x".parse()?;\n',
    "exits": "let x = 1;\nstd::process::exit(3);\n",
    "aborts": "let x = 1;\nstd::process::abort();\n",
    "overflows the stack": (
        'fn deep(n: u64) -> u64 { let a = [n; 99]; deep(n + 1) + a[7] }\nprintln!("{}", deep(0));\n'
    ),
    "floods": 'loop { println!("{}", "x".repeat(9000)); }\n',
    "hangs": "loop { std::hint::spin_loop(); }\n",
    "takes all memory": "let mut v = vec![];\nloop { v.push(vec![1u8; 1 << 20]); }\n",
}


def test_a_failing_block_is_told_as_alone_and_leaves_its_neighbours(seen: Seen) -> None:
    """Each has just the finding that it has without neighbours."""
    bad = apart(page(*FAILING.values()))
    good = [replace(one, path=f"good{one.path}") for one in apart(page(*[SMALL.format(1)] * 3))]
    found = together(seen, [*good, *bad])
    assert [(one.verdict, one.warnings) for one in found[:3]] == [(Verdict.PASSED, ())] * 3
    # The compiler may tell names and types first, and borrows of what is left.
    assert 2 <= seen.count("together") <= 3
    assert seen.count("part") == 3 + 8
    alone = together(seen, bad, merged=False)
    for name, one, other in zip(FAILING, found[3:], alone, strict=True):
        assert one.verdict is other.verdict is not Verdict.PASSED, name
        assert (one.symptom, one.reason, one.added) == (other.symptom, other.reason, other.added)
        assert one.warnings == (), name


def apart(snippets: Sequence[Snippet]) -> list[Snippet]:
    """Each as the only one of its own document."""
    return [
        replace(one, path=path, lines=tuple(replace(line, path=path) for line in one.lines))
        for at, one in enumerate(snippets)
        for path in [f"{at}.md"]
    ]


def test_what_passes_alone_passes_as_a_part(seen: Seen) -> None:
    """The cases of the language's contract, which says what each is alone."""
    cases = [case for case in CASES if case.verdict is Verdict.PASSED]
    snippets = [
        replace(one, instructions=case.instructions)
        for one, case in zip(apart(page(*(case.code for case in cases))), cases, strict=True)
    ]
    for case, one in zip(cases, together(seen, snippets, jobs=2), strict=True):
        assert one.verdict is Verdict.PASSED, (case, one)
        assert case.level in (None, one.level), (case, one)
        assert case.reason in one.reason, (case, one)
        assert one.warnings == (), (case, one)
    assert seen.count("part") >= len(cases) / 4


LOOKING = {
    "arguments": 'println!("{:?}", std::env::args().collect::<Vec<_>>());\n',
    "variables": (
        "let mut all: Vec<_> = std::env::vars().collect();\nall.sort();\n"
        'println!("{all:?}");\n'
    ),
    "files": (
        'for at in [".", ".doc-healing", "/tmp", "/opt"] {\n'
        "    let found = std::fs::read_dir(at).into_iter().flatten();\n"
        "    let mut all: Vec<_> = found.map(|x| x.unwrap().file_name()).collect();\n"
        '    all.sort();\n    println!("{at} {all:?}");\n}\n'
    ),
    "its text": 'print!("{}", std::fs::read_to_string("main.rs").unwrap());\n',
    "its line": 'println!("{} {}", line!(), column!());\n',
    "its binary": 'println!("{:?}", std::env::current_exe().unwrap());\n',
    "input": (
        "let mut text = String::new();\n"
        "std::io::stdin().read_line(&mut text).unwrap();\nprintln!(\"{text:?}\");\n"
    ),
    "a thread's panic": (
        'let end = std::thread::spawn(|| panic!("in here")).join();\nassert!(end.is_err());\n'
    ),
    "its place": "fn main() {\n    println!(\"{}\", std::panic::Location::caller());\n}\n",
    "its path": 'println!("{}", module_path!());\n',
    "a type's path": 'struct A;\nprintln!("{}", std::any::type_name::<A>());\n',
    "a traced value": "let a = dbg!(1 + 1);\n",
    "its exit": "use std::process::ExitCode;\nfn main() -> ExitCode {\n    ExitCode::SUCCESS\n}\n",
    "its result": "fn main() -> Result<(), String> {\n    Ok(())\n}\n",
}  # fmt: skip


def test_a_block_cannot_tell_whether_its_compilation_was_shared(seen: Seen) -> None:
    """It prints what it prints alone, to both of its outputs."""
    snippets = page(*LOOKING.values())
    shared = together(seen, snippets)
    assert seen.count("together") == 1
    assert seen.count("part") >= len(LOOKING) - 5  # those that ask for their place are left out
    alone = together(seen, snippets, merged=False)
    for name, one, other in zip(LOOKING, shared, alone, strict=True):
        assert one.verdict is Verdict.PASSED, (name, one)
        assert (one.stdout, one.stderr) == (other.stdout, other.stderr), name
        assert (one.added, one.warnings, one.level) == (other.added, other.warnings, other.level)


MODULES = {
    "a private module": "mod a { pub(super) fn f() {} }\nfn main() { a::f() }\n",
    "tests": "fn f() {}\nmod tests { use super::*; fn t() { f() } }\nfn main() {}\n",
    "a grandchild": "mod a { mod b { fn f() { super::super::g() } } }\nfn g() {}\nfn main() {}\n",
    "for the crate": "pub(crate) fn f() {}\nfn main() {}\n",
    "tests of its own": "#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() {}\n}\nfn main() {}\n",
    "a library": "extern crate alloc;\nlet v: alloc::vec::Vec<u8> = alloc::vec![1];\n",
    "words as names": "let file = 1;\nlet used = 2;\nlet start = file + used;\n",
    "in a text": 'let words = "super crate extern #![x]"; // crate::x\n',
}
CRATES = {
    "its parent": "use super::x;\nfn main() {}\n",
    "for its parent": "pub(super) fn f() {}\nfn main() {}\n",
    "a parent too many": "mod a { fn f() { super::super::g() } }\nfn g() {}\nfn main() {}\n",
    "parents in a list": (
        "mod a { mod b { use super::{super::super::g}; } }\nfn g() {}\nfn main() {}\n"
    ),
    "a macro's parent": "macro_rules! m { () => { super::g() } }\nfn g() {}\nm!();\n",
    "its crate": "fn f() {}\nfn main() { crate::f() }\n",
    "its attribute": "#![deny(warnings)]\nfn main() {}\n",
    "a macro of the crate": "#[macro_export]\nmacro_rules! m { () => {} }\nfn main() { m!() }\n",
    "a name for the linker": "#[no_mangle]\npub fn f() {}\nfn main() {}\n",
    "another language": 'extern "C" { fn abs(n: i32) -> i32; }\nfn main() {}\n',
    "itself as a library": "extern crate self as other;\nfn main() {}\n",
    "a file of its own": "mod other;\nfn main() {}\n",
    "text of a file": 'let text = include_str!("__doc_part_0.rs");\n',
    "a main of lifetimes": "fn main<'a>() {}\n",
    "a main of any type": "fn main() -> impl std::process::Termination {}\n",
    "a main of conditions": "fn main() where String: Clone {}\n",
    "two mains": "mod a { pub fn main() {} }\nfn main() {}\n",
}


def test_only_what_means_the_same_as_a_module_shares_a_compilation() -> None:
    toolchain = needs.toolchain("rust")
    for admitted, cases in ((True, MODULES), (False, CRATES)):
        for name, code in cases.items():
            (job,) = rust.jobs(page(code), toolchain, None)
            assert isinstance(job, Job)
            shared = rust.merger.build([job, job]) is not None
            assert shared is admitted, name


def test_what_is_only_to_be_compiled_is_proven_by_the_common_build(seen: Seen) -> None:
    codes = ("struct A { n: u8 }\n", "pub trait B { fn b(&self); }\n", "fn c() -> u8 { 1 }\n")
    findings = together(seen, page(*codes, ("rust,no_run", "loop {}\n"), "fn d(n: u8) { n() }\n"))
    assert [one.verdict for one in findings] == [*[Verdict.PASSED] * 4, Verdict.BROKEN]
    assert [one.level for one in findings[:4]] == [Level.BUILDS] * 4
    assert all(one.layers for one in findings)
    assert (seen.count("together"), seen.count("part"), seen.count("alone")) == (2, 0, 1)


def test_a_deprecation_is_told_of_a_part_as_alone(seen: Seen, project: Environment) -> None:
    old = 'use widgets::Client;\nClient::new("a").fetch();\n'
    new = 'use widgets::Client;\nClient::new("a").get("/").unwrap();\n'
    snippets = page(old, new, old)
    first, second, third = together(seen, snippets, environment=project)
    assert (seen.count("together"), seen.count("part"), seen.count("alone")) == (1, 3, 0)
    assert second.warnings == ()
    for one in (first, third):
        assert one.verdict is Verdict.PASSED
        (warning,) = one.warnings
        assert "widgets::Client::fetch" in warning
        assert warning.startswith(f"README.md:{one.snippet.line + 2}: ")
        assert "use `get` instead" in warning
    alone = together(seen, snippets, merged=False, environment=project)
    assert [one.warnings for one in alone] == [one.warnings for one in (first, second, third)]


def test_what_runs_before_main_reaches_no_neighbour(seen: Seen, project: Environment) -> None:
    """A macro of a library makes a constructor, of which the block's text shows nothing."""
    codes = ('widgets::register!("first");\n', 'println!("a");\n', 'println!("b");\n')
    first, second, third = together(seen, page(*codes), environment=project)
    assert seen.count("together") == 1
    assert first.stdout == "first\n"
    assert (second.stdout, third.stdout) == ("a\n", "b\n")


ENDED = {
    "out of time": (Status.TIMEOUT, b"", [0, 1, 2]),
    "out of the compiler's time": (Status.FAILED, b"\nexit 152\n", [0, 1, 2]),
    "out of memory": (Status.MEMORY, b"\nexit 137\n", []),
    "without a place": (Status.FAILED, b'{"level":"error","spans":[]}\nexit 1\n', []),
    "in two of them": (
        Status.FAILED,
        b'{"level":"error","spans":[{"file_name":"__doc_part_2.rs"}]}\n'
        b'{"level":"warning","spans":[{"file_name":"__doc_part_1.rs"}]}\n'
        b'{"level":"error","spans":[{"file_name":"__doc_part_0.rs"}]}\nexit 1\n',
        [0, 2],
    ),
    "quoted in a text": (
        Status.FAILED,
        b'{"level":"error","message":"\\"file_name\\":\\"__doc_part_1.rs\\""}\nexit 1\n',
        [],
    ),
}


@pytest.mark.parametrize(("status", "report", "expected"), ENDED.values(), ids=ENDED.keys())
def test_a_failed_build_blames_those_whose_files_its_errors_name(
    status: Status, report: bytes, expected: list[int]
) -> None:
    jobs = [job for job in _jobs(3) if isinstance(job, Job)]
    outcome = Outcome(status, 1, b"", b"", report, step="build")
    assert list(rust.merger.culprits(jobs, outcome)) == expected


def _jobs(count: int) -> Sequence[Job | Unrunnable]:
    return rust.jobs(page(*["let n = 1;"] * count), needs.toolchain("rust"), None)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_no_binary_is_too_strange_to_be_refused(data: bytes, begun: bool) -> None:
    assert not is_plain(b"\x7fELF\x02\x01" + data if begun else data)


def test_twenty_blocks_take_less_than_half_of_twenty_builds(seen: Seen, tmp_path: Path) -> None:
    """Everything included, every wall up; a bare compiler and no wall at all against it."""
    codes = [SMALL.format(at) for at in range(20)]
    seen.probe()
    started = time.monotonic()
    findings = together(seen, page(*codes), jobs=2)
    ours = time.monotonic() - started
    assert {one.verdict for one in findings} == {Verdict.PASSED}
    assert seen.count("together") == 1
    rustc = _rustc()
    started = time.monotonic()
    for code in codes[::4]:
        (tmp_path / "main.rs").write_text(f"fn main() {{\n{code}}}\n")
        subprocess.run([rustc, "main.rs"], cwd=tmp_path, check=True, capture_output=True)
        subprocess.run([tmp_path / "main"], check=True, capture_output=True)
    bare = (time.monotonic() - started) * 4
    assert ours < bare / 2, (ours, bare)


def _rustc() -> str:
    toolchain = needs.toolchain("rust")
    mounted = {mount.target: mount.source for mount in toolchain.mounts}
    return str(Path(mounted.get(str(Path(toolchain.executable).parent), "/usr/bin"), "rustc"))
