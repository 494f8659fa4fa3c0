"""Many TypeScript blocks in one run of the compiler: all is told of each as it is told alone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.typescript import running as typescript
from doc_healing.model import (
    Document,
    Environment,
    FailKind,
    Job,
    Limits,
    Mode,
    MustFail,
    Outcome,
    Program,
    Reading,
    Status,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.pipeline.attempts import DIVERGED
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests import needs
from tests.contracts.cases.typescript import CASES
from tests.languages.typescript_stage import environment, snippet

pytestmark = pytest.mark.sandbox
LIMITS = Limits(wall_seconds=90, cpu_seconds=60)
P = Verdict.PASSED


class Box:
    """The sandbox, which notes what it runs."""

    def __init__(self) -> None:
        self.jail = Bubblewrap()
        self.ran: list[Program] = []

    name = "bubblewrap"

    def run(self, program: Program, limits: Limits) -> Outcome:
        self.ran.append(program)
        return self.jail.run(program, limits)

    def probe(self) -> Sequence[object]:
        return self.jail.probe()

    def close(self) -> None:
        self.jail.close()


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    needs.program("bwrap")
    needs.toolchain("typescript")
    one = Box()
    yield one
    one.close()


def jobs_of(codes: Sequence[str], around: Environment | None = None, **more: object) -> list[Job]:
    """A job for each of these blocks, alone in a document."""
    toolchain = needs.toolchain("typescript")
    made = [
        typescript.jobs([snippet(code, at, 10, **more)], toolchain, around)[0]
        for at, code in enumerate(codes)
    ]
    assert all(isinstance(one, Job) for one in made), made
    return [one for one in made if isinstance(one, Job)]


def merged(box: Box, jobs: Sequence[Job]) -> list[Program | None]:
    """What a build of all of them makes."""
    program = typescript.merger.build(jobs)
    if program is None:
        return [None] * len(jobs)
    assert len(program.steps) == 1
    outcome = box.run(program, LIMITS)
    if outcome.status is Status.PASSED:
        return list(typescript.merger.parts(jobs, outcome.report))
    blamed = typescript.merger.culprits(jobs, outcome)
    assert blamed, outcome
    rest = iter(merged(box, [job for at, job in enumerate(jobs) if at not in blamed]))
    return [None if at in blamed else next(rest) for at in range(len(jobs))]


def readings(
    box: Box, jobs: Sequence[Job], around: Environment | None = None
) -> list[Reading | None]:
    """What the parts of a build mean; None for a job that has no part."""
    return [
        typescript.read(job, box.run(part, LIMITS), around) if part else None
        for job, part in zip(jobs, merged(box, jobs), strict=True)
    ]


def alone(box: Box, job: Job, around: Environment | None = None) -> Reading:
    return typescript.read(job, box.run(job.program, LIMITS), around)


def projects(program: Program) -> list[list[str]]:
    """For each project of a build the folders of its members."""
    configs = [json.loads(one.data) for one in program.files if one.name.startswith("project")]
    roots = [[root for root in one["files"] if "/" in root] for one in configs]
    return [sorted({root.split("/")[0] for root in one}) for one in roots]


# --- The fast path is taken ----------------------------------------------------------------


def test_blocks_share_one_run_of_the_compiler_and_each_runs_by_itself(box: Box) -> None:
    codes = [f"const n: number = {at};\nconsole.log(n);\n" for at in range(6)]
    jobs = jobs_of(codes)
    program = typescript.merger.build(jobs)
    assert program is not None
    assert projects(program) == [[f"s{at}" for at in range(6)]]
    parts = merged(box, jobs)
    for at, part in enumerate(parts):
        assert part is not None
        assert not any("tsc" in word for step in part.steps for word in step.argv)
        assert box.run(part, LIMITS).stdout == f"{at}\n".encode()


LOOK = """\
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import 'widgets';
const seen: string[] = readdirSync('.', { recursive: true, encoding: 'utf8' }).sort();
console.log(seen, process.argv, process.execArgv, process.env, realpathSync('node_modules'));
console.log(readFileSync(import.meta.filename ?? process.argv[1]!, 'utf8'));
export {};
"""


def test_a_part_sees_what_the_program_alone_sees(box: Box, tmp_path: Path) -> None:
    """Its own emitted text to the byte, the same files around it, the same process."""
    around = environment(tmp_path, {"index.js": "export {};\n"}, {"index.js": "export {};\n"})
    jobs = jobs_of([LOOK, LOOK], around)
    (part, _) = merged(box, jobs)
    assert part is not None
    fast, cold = box.run(part, LIMITS), box.run(jobs[0].program, LIMITS)
    assert (fast.stdout, fast.stderr) == (cold.stdout, cold.stderr)
    assert b"sourceMappingURL" in fast.stdout
    assert b"/opt/node/node_modules" in fast.stdout
    assert typescript.read(jobs[0], fast, around) == typescript.read(jobs[0], cold, around)


def test_an_error_in_a_part_is_at_its_line(box: Box) -> None:
    jobs = jobs_of(
        ["export {};\n", "type A = number;\nconst a: A = 1;\nthrow new Error(`${a}`);\n"]
    )
    fast = readings(box, jobs)[1]
    assert fast == alone(box, jobs[1])
    assert fast is not None
    assert fast.symptom is not None
    assert fast.symptom.line == 13


# --- Fast and cold agree -------------------------------------------------------------------

QUICK = [one for one in CASES if one.wall_seconds > 5 and one.kind not in
         ("memory", "output_limit", "process_limit", "disk_limit", "timeout")]  # fmt: skip


@pytest.mark.parametrize("third", range(3))
def test_no_case_of_the_contract_is_read_otherwise(box: Box, third: int) -> None:
    """Each case is known to be read as it says when alone: a part may pass only where it does."""
    toolchain = needs.toolchain("typescript")
    found = []
    for at, case in enumerate(QUICK[third::3]):
        block = replace(snippet(case.code, at), instructions=case.instructions)
        found += [(case, job) for job in typescript.jobs([block], toolchain, None)]
    running = [(case, job) for case, job in found if isinstance(job, Job)]
    read = readings(box, [job for _, job in running])
    assert sum(one is not None for one in read) > len(read) / 3
    for (case, _), one in zip(running, read, strict=True):
        if one is None:
            continue
        assert (one.verdict is P) == (case.verdict is P), (case, one)
        if case.verdict is P and case.level is not None:
            assert one.level is case.level, (case, one)


BAD = (
    "const n: number = 'x';\n",
    "let x = ;\n",
    "const open = `${1;\n",
    "/* never closed\n",
    "}\n",
    "// @ts-nocheck\nconst n: number = 'x';\n",
    "type Deep<T> = { a: Deep<Deep<T>> };\ndeclare const d: Deep<1>;\nd.a.a.a.b;\n",
    "import { nothing } from './nowhere';\nnothing();\n",
    "export default 1;\nexport default 2;\n",
    "process.exit(3);\n",
    "const Array = 1;\nArray.from([]);\n",
)


# The compiler cannot parse these; tree-sitter can.
UNPARSED = (
    "let yield = 1;\nlet a = 08n;\n",
    "const a = { b = 1 };\n",
    "class A { constructor?() {} }\n",
)


def test_one_that_is_not_parsed_hides_nothing_of_others(box: Box) -> None:
    for code in UNPARSED:
        jobs = jobs_of(["const n: number = 1;\n", code, "const f = (a: 1) => a;\nf(1, 2);\n"])
        fast = readings(box, jobs)
        assert fast[0] is not None
        assert fast[0].verdict is P
        assert fast[2] is not None
        assert fast[2].verdict is not P


def test_whatever_is_wrong_with_a_block_is_its_own_affair(box: Box) -> None:
    good = "const list: number[] = Array.from([1]);\nif (list.length !== 1) throw 0;\n"
    codes = [good, *(code for bad in BAD for code in (bad, good))]
    toolchain = needs.toolchain("typescript")
    found = [typescript.jobs([snippet(code, at)], toolchain, None)[0]
             for at, code in enumerate(codes)]  # fmt: skip
    jobs = [one for one in found if isinstance(one, Job)]
    for job, one in zip(jobs, readings(box, jobs), strict=True):
        if job.snippet.code == good:
            assert one is not None
            assert one.verdict is P, one
        elif one is not None:
            assert one.verdict is alone(box, job).verdict, (job.snippet.code, one)


# What one block says of the whole program, and a block that is wrong without it.
LEAKS: Mapping[str, tuple[str, str]] = {
    "a neighbour's file": (
        "export type Leaked = 1;\n",
        "import type { Leaked } from '../s0/snippet.check';\nexport type B = Leaked;\n",
    ),
    "a neighbour's file, by its whole name": (
        "export type Leaked = 1;\n",
        "import type { Leaked } from '/work/s0/snippet.check';\nexport type B = Leaked;\n",
    ),
    "a global type": (
        "declare global { interface Leaked { a: number } }\nexport {};\n",
        "type B = Leaked;\nexport type C = B;\n",
    ),
    "a global type behind a comment": (
        "declare global /* all */ { interface Hidden { a: number } }\nexport {};\n",
        "type B = Hidden;\nexport type C = B;\n",
    ),
    "a global type in other letters": (
        "declare gl\\u006fbal { interface Coded { a: number } }\nexport {};\n",
        "type B = Coded;\nexport type C = B;\n",
    ),
    "a module behind a comment": (
        "declare module /* all */ 'hidden' { export type T = 1 }\n",
        "import type { T } from 'hidden';\nexport type B = T;\n",
    ),
    "a method of a global": (
        "declare global { interface Array<T> { leaked(): T } }\nexport {};\n",
        "export type B = ReturnType<number[]['leaked']>;\n",
    ),
    "a module": (
        "declare module 'leaked' { export type T = 1 }\n",
        "import type { T } from 'leaked';\nexport type B = T;\n",
    ),
    "more of a module": (
        "import 'node:path';\ndeclare module 'node:path' { export type Leaked = 1 }\n",
        "import type { Leaked } from 'node:path';\nexport type B = Leaked;\n",
    ),
    "what a package makes global": (
        "import 'other';\nexport type A = OfOther;\n",
        "export type B = OfOther;\n",
    ),
    "what a package makes global, asked for in a comment": (
        '/// <reference types="other" />\nexport type A = OfOther;\n',
        "export type B = OfOther;\n",
    ),
    "what a package makes global, asked for around a comment": (
        "import /* all */ 'other';\nexport type A = OfOther;\n",
        "export type B = OfOther;\n",
    ),
    "what a package makes global, asked for as a type": (
        "export type A = typeof import('other') | OfOther;\n",
        "export type B = OfOther;\n",
    ),
}


def test_nothing_of_a_block_is_there_for_another(box: Box, tmp_path: Path) -> None:
    globals_ = "declare global { type OfOther = 1 }\nexport {};\n"
    around = environment(
        tmp_path,
        {"index.js": "export {};\n", "index.d.ts": "export {};\n"},
        {"index.js": "export {};\n", "index.d.ts": globals_},
        facts={},
    )
    jobs = jobs_of([code for pair in LEAKS.values() for code in pair], around)
    fast = readings(box, jobs, around)
    for at, name in enumerate(LEAKS):
        using = jobs[2 * at + 1]
        assert alone(box, using, around).verdict is not P, name
        read = fast[2 * at + 1]
        assert read is None or read.verdict is not P, (name, read)
    assert fast[0] is not None
    assert fast[0].verdict is P


def test_nothing_is_there_for_another_where_no_package_is_installed(box: Box) -> None:
    pairs = {name: pair for name, pair in LEAKS.items() if "other'" not in "".join(pair)}
    jobs = jobs_of([code for pair in pairs.values() for code in pair])
    for name, read in zip(pairs, readings(box, jobs)[1::2], strict=True):
        assert read is None or read.verdict is not P, (name, read)


def test_who_is_special_keeps_its_own_way() -> None:
    plain = jobs_of(["export {};\n"] * 2)
    promised = MustFail(FailKind.BUILD)
    for more in (
        {"mode": Mode.FAIL, "must_fail": promised},
        {"mode": Mode.LINT},
        {"flags": ("twoslash",)},
        {"env": {"NODE_DEBUG": "x"}},
    ):
        special = jobs_of(["const x: number = 1;\n"], **more)
        program = typescript.merger.build([*special, *plain])
        assert program is not None
        assert projects(program) == [["s1", "s2"]], more


PIECES = st.sampled_from(
    [
        *(f"import '{name}';" for name in ("a", "b", "node:fs")),
        "const x: number = 1;",
        "export type T = 1;",
        "import y = require('a');",
        "declare global { type G = 1 }",
        "declare module 'm' { type G = 1 }",
        '/// <reference types="a" />',
        "type Z = import('b').Z;",
        "// text: import 'c'",
    ]
)
FAR = ("declare global", "declare module", "///")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=4), min_size=2, max_size=8))
def test_a_project_holds_only_what_cannot_tell_its_members_apart(blocks: list[list[str]]) -> None:
    """Each job is in one project; none with another that says more of the whole program."""
    codes = ["\n".join([*pieces, "export {};\n"]) for pieces in blocks]
    jobs = jobs_of(codes)
    program = typescript.merger.build(jobs)
    assert program is not None
    found = projects(program)
    assert sorted(folder for one in found for folder in one) == [
        f"s{at}" for at in range(len(jobs))
    ]
    for members in found:
        said = [blocks[int(folder[1:])] for folder in members]
        asked = [{(one.split("'")[1], "require" in one) for one in pieces if "'" in one}
                 for pieces in said]  # fmt: skip
        assert len(members) == 1 or all(one == asked[0] for one in asked)
        far = any(one.startswith(FAR) for pieces in said for one in pieces)
        assert len(members) == 1 or not far


# --- In an examination ---------------------------------------------------------------------


def test_an_examination_compiles_once_and_tells_of_each(box: Box) -> None:
    codes = [
        "const a: number = 1;\n",
        "const b: string = 2;\n",
        "console.log(1 as number);\n",
        "type C = 1;\n",
        "([1] as number[]).at(0).foo;\n",
        "throw new Error('x');\n",
    ]
    blocks = tuple(snippet(code, at, 10 * at) for at, code in enumerate(codes))
    box.ran.clear()
    tools = Tools({"typescript": typescript}, box, LIMITS, MemoryPreparer(), jobs=1)  # type: ignore[arg-type]  # a module and a recorder
    document = Document("README.md", b"", blocks)
    findings = examine(tools, [document], RecordingWatcher()).findings
    made = typescript.jobs(blocks, needs.toolchain("typescript"), None)
    expected = [alone(box, job) for job in made if isinstance(job, Job)]
    assert [one.verdict for one in findings] == [one.verdict for one in expected]
    assert [one.symptom for one in findings] == [one.symptom for one in expected]
    assert not any(DIVERGED in one.warnings for one in findings)
    builds = [one for one in box.ran if any("--build" in word for word in one.steps[0].argv)]
    assert len(builds) == 1


def test_eight_at_once_are_checked_in_less_than_half_of_their_time(box: Box) -> None:
    codes = [f"const n: number = {at};\nconsole.log(n);\n" for at in range(8)]
    jobs = jobs_of(codes)
    single = replace(jobs[0].program, steps=jobs[0].program.steps[:1])
    once = min(box.run(single, LIMITS).cpu_seconds for _ in range(3))
    program = typescript.merger.build(jobs)
    assert program is not None
    together = min(box.run(program, LIMITS).cpu_seconds for _ in range(3))
    assert together < 0.5 * once * len(jobs), (together, once)


def test_an_archive_that_cannot_be_read_gives_no_parts() -> None:
    jobs = jobs_of(["export {};\n"] * 2)
    assert typescript.merger.parts(jobs, b"") == [None, None]
    assert typescript.merger.parts(jobs, b"x" * 2000) == [None, None]
    assert not typescript.merger.culprits(jobs, Outcome(Status.FAILED, 1, b"", b""))
