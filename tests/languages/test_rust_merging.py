"""Rust blocks that share a compilation: it is taken, and no neighbour changes a verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from doc_healing.languages import rust
from doc_healing.model import (
    Document,
    Finding,
    Layer,
    Limits,
    Outcome,
    Program,
    Snippet,
    SymptomKind,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.protocols import Language
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests import needs
from tests.languages.rust_stage import page

pytestmark = pytest.mark.sandbox
K = SymptomKind
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
    seen: Seen, snippets: Sequence[Snippet], *, merged: bool = True, jobs: int = 1
) -> list[Finding]:
    """The findings of one page, its builds shared or not."""
    one = {name: getattr(rust, name) for name in rust.__all__}
    language = rust if merged else SimpleNamespace(**{**one, "merger": None})
    tools = Tools({"rust": cast(Language, language)}, seen, LIMITS, MemoryPreparer(), jobs=jobs)
    document = Document("README.md", b"", tuple(snippets))
    return list(examine(tools, [document], RecordingWatcher()).findings)


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
    "no such name": ("let x = 1;\nmissing(x);\n", 1),
    "another type": ("let x = 1;\nlet y: u8 = 'x';\n", 1),
    "borrowed twice": ("let mut v = vec![1];\nlet a = &mut v;\nlet b = &mut v;\na.push(1);\n", 1),
    "does not parse": ("let x = ;\n", 0),
    "panics": ('let x = 1;\nassert_eq!(x, 2, "one");\n', 0),
    "returns an error": ('let n: u8 = "x".parse()?;\n', 0),
    "exits": ("let x = 1;\nstd::process::exit(3);\n", 0),
    "aborts": ("let x = 1;\nstd::process::abort();\n", 0),
    "overflows the stack": (
        "fn deep(n: u64) -> u64 { let a = [n; 99]; deep(n + 1) + a[7] }\n"
        'println!("{}", deep(0));\n',
        0,
    ),
    "floods": ('loop { println!("{}", "x".repeat(9000)); }\n', 0),
    "hangs": ("loop { std::hint::spin_loop(); }\n", 0),
    "takes all memory": ("let mut v = vec![];\nloop { v.push(vec![1u8; 1 << 20]); }\n", 0),
}


@pytest.mark.parametrize(("code", "builds"), FAILING.values(), ids=FAILING.keys())
def test_a_failing_block_is_told_as_alone_and_leaves_its_neighbours(
    code: str, builds: int, seen: Seen
) -> None:
    """The block that fails has just the finding that it has without neighbours."""
    first, bad, last = together(seen, page(SMALL.format(1), code, SMALL.format(2)))
    assert (first.verdict, last.verdict) == (Verdict.PASSED, Verdict.PASSED)
    assert (first.warnings, last.warnings) == ((), ())
    assert seen.count("together") == 1 + builds
    (alone,) = together(seen, [page(SMALL.format(1), code)[1]], merged=False)
    assert bad.verdict is alone.verdict is not Verdict.PASSED
    assert (bad.symptom, bad.reason, bad.added) == (alone.symptom, alone.reason, alone.added)
    assert bad.warnings == ()
