"""Many blocks of Java in one compiler: taken where it can be, and never another verdict by it."""

import io
import os
import subprocess
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.java import merging
from doc_healing.languages.java import running as java
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
    Snippet,
    Status,
    Toolchain,
    Verdict,
)
from doc_healing.pipeline import Tools
from doc_healing.pipeline import examine as examine_all
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests.contracts.cases.java import CASES
from tests.languages.java_stage import exactly, library, snippet, toolchain

pytestmark = pytest.mark.sandbox
PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED
LIMITS = Limits(wall_seconds=120, cpu_seconds=60, memory_mib=512, processes=60, disk_mib=64)

Said = tuple[Reading, Outcome]


def jobs_of(
    items: Sequence[Snippet], environment: Environment | None = None, jdk: Toolchain | None = None
) -> list[Job]:
    """The jobs of blocks that stand in documents of their own."""
    answers = [java.jobs([item], jdk or toolchain("17"), environment)[0] for item in items]
    return [answer for answer in answers if isinstance(answer, Job)]


def together(
    box: Bubblewrap, jobs: Sequence[Job], environment: Environment | None = None
) -> list[Said | None]:
    """What each part says that one build made; None for those that are left to be alone."""
    program = merging.build(jobs)
    assert program is not None
    built = box.run(program, LIMITS)
    assert built.status is Status.PASSED, built
    outcomes = [box.run(one, LIMITS) if one else None for one in merging.parts(jobs, built.report)]
    return [
        (java.read(job, one, environment), one) if one else None
        for job, one in zip(jobs, outcomes, strict=True)
    ]


def read_alone(box: Bubblewrap, job: Job, environment: Environment | None = None) -> Reading:
    return java.read(job, box.run(job.program, LIMITS), environment)


# --- fast and cold agree --------------------------------------------------------------------


def test_the_contracts_cases_are_read_alike() -> None:
    cases = {case.code: case for case in CASES if case.wall_seconds > 5}
    items = [replace(snippet(code), instructions=one.instructions) for code, one in cases.items()]
    jobs = jobs_of(items)
    with closing(Bubblewrap()) as box:
        said = together(box, jobs)
    passed = 0
    for job, one in zip(jobs, said, strict=True):
        case = cases[job.snippet.code]
        if one is None:  # it does not compile, or nothing is built of it
            left = case.verdict is not PASSED or job.facts["kind"] == "transcript"
            expected_to_fail = case.instructions.mode is Mode.FAIL
            assert left or expected_to_fail or "announce" in case.name, case
            continue
        reading = one[0]
        assert reading.verdict is case.verdict, (case, one)
        assert (reading.symptom.kind if reading.symptom else None) is case.kind, (case, one)
        assert case.level is None or reading.level is case.level, (case, one)
        if case.line:
            assert reading.symptom is not None
            assert reading.symptom.line == job.snippet.lines[case.line - 1].line, (case, one)
        assert case.added in " ".join(reading.added), (case, one)
        passed += reading.verdict is PASSED
    assert passed >= 12


OWN = {
    "org/acme/Widget.java": "package org.acme;\npublic class Widget {\n"
    "  @Deprecated public int size(int n) { return n; }\n}\n",
}
NEEDY = (
    "new Widget().size(1); // => 1\n",
    "Duration d = Duration.ofDays(1);\nassert d.toHours() == 24;\n",
    'class Größe {\n  public static void main(String[] a) { System.out.println("x"); }\n}\n',
    "int[] n = {1};\nRunnable r = () -> n[0]++;\nr.run();\nassert n[0] == 3 : n[0];\n",
    "new Date(1, 1, 1);\n",
)


def test_what_completed_it_and_what_is_deprecated_is_told_as_alone(tmp_path: Path) -> None:
    environment = library(tmp_path, OWN, own='["org.acme"]')
    jobs = jobs_of([snippet(code) for code in NEEDY], environment)
    with closing(Bubblewrap()) as box:
        said = together(box, jobs, environment)
        cold = [read_alone(box, job, environment) for job in jobs]
    assert all(one is not None for one in said)
    for one, other in zip(said, cold, strict=True):
        assert one is not None
        fast = one[0]
        if fast.symptom is not None and other.symptom is not None:  # object addresses, times
            fast = replace(fast, symptom=replace(fast.symptom, trace=other.symptom.trace))
        assert fast == other
    assert [one.verdict for one in cold] == [PASSED, PASSED, PASSED, BROKEN, PASSED]
    assert "Widget" in cold[0].added[-1]
    assert cold[0].warnings
    assert cold[4].warnings


def test_a_newer_jdk_merges_what_it_has_of_its_own() -> None:
    codes = (
        'void main() {\n  IO.println("x");\n}\n',
        "int _ = 1;\nassert List.of(1).getLast() == 1;",
    )
    with closing(Bubblewrap()) as box:
        said = together(box, jobs_of([snippet(code) for code in codes], jdk=exactly(25)))
    assert [one[0].verdict if one else None for one in said] == [PASSED, PASSED]


# --- neighbours -----------------------------------------------------------------------------


def test_neighbours_neither_help_nor_harm() -> None:
    deep = "int n = " + "(" * 9000 + "1" + ")" * 9000 + ";\n"
    codes = {
        "package a.b;\npublic class Foo {\n  public static int n = 1;\n}\n": True,
        "import a.b.Foo;\nassert Foo.n == 1;\n": False,
        "import a.b.*;\nassert 1 == 1;\n": False,
        "record Foo(int n) {}\nassert new Foo(2).n() == 2;\n": True,
        "assert new Foo(2).n() == 2;\n": False,
        "class Foo {}\nassert new Foo() != null;\n": True,
        "class String {}\nObject o = new String();\nassert !(o instanceof CharSequence);\n": True,
        "java.lang.String s = null;\nString t = s;\n": True,
        deep: False,
        "class Foo extends Foo {}\n": False,
        "enum Kind { A, B }\nswitch (Kind.B) { case A: throw new Error(); case B: }\n": True,
        "enum Kind { B, C }\nswitch (Kind.B) { case C: throw new Error(); case B: }\n": True,
        "Kind kind = Kind.B;\nassert kind != null;\n": False,
        "class Outer { static class Inner {} }\nassert new Outer.Inner() != null;\n": True,
        "class Outer {}\nassert new Outer.Inner() != null;\n": False,
        "class Base { static final int N = 1; }\nassert Base.N == 1;\n": True,
        "class Base { static final int N = 2; }\nassert Base.N == 2;\n": True,
        "assert Base.N == 2;\n": False,
        "module a.b {\n  requires java.base;\n}\n": True,
        "assert List.of(1).size() == 1;\n": True,
        "int x = ;\n": False,
        "assert Map.of().isEmpty();\n": True,
    }
    jobs = jobs_of([snippet(code) for code in codes])
    assert len(jobs) >= len(codes) - 1  # of the deep one may be said that it is too deep
    with closing(Bubblewrap()) as box:
        for job, one in zip(jobs, together(box, jobs), strict=True):
            good = one is not None and one[0].verdict is PASSED
            assert good is codes[job.snippet.code], (job.snippet.code[:200], one)


class Recording:
    """The sandbox, and what it was given to run."""

    def __init__(self) -> None:
        self.box = Bubblewrap()
        self.name = self.box.name
        self.probe = self.box.probe
        self.close = self.box.close
        self.built: list[int] = []  # of how many snippets each build was

    def run(self, program: Program, limits: Limits) -> Outcome:
        """What the sandbox says."""
        step = program.steps[0]
        if step.name == "build" and "-jar" in step.argv:
            self.built.append(int(step.argv[-1]) if step.argv[-1].isdigit() else 1)
        return self.box.run(program, limits)


def test_the_merged_path_is_taken_and_each_failure_stands_where_it_does_alone() -> None:
    table: list[tuple[str, Verdict, int]] = [
        ("assert List.of(1).size() == 1;\n", PASSED, 0),
        ("int a = 1;\nint b = a.length;\n", BROKEN, 2),
        ("int a = 1;\n\nassert a == 2;\n", BROKEN, 3),
        ("int a = 1;\nList.of(1, a).get(2);\n", BROKEN, 2),
        ("List.of(1).size(); // => 2\n", BROKEN, 1),
        ("int a = 1;\nint b = 'x' +;\n", BROKEN, 2),
        ("System.exit(3);\n", BROKEN, 1),
        ("interface Shape {\n  double area();\n}\n", PASSED, 0),
        ("class A {\n  static void main(String[] a) {}\n  int n = true;\n}\n", BROKEN, 3),
        ("class A {\n  int n;\n}\nassert new A().n == 0;\n", PASSED, 0),
    ]  # fmt: skip
    items = [snippet(code, line=10 + 20 * at, index=at) for at, (code, _, _) in enumerate(table)]
    fails = snippet("throw new Error();\n", line=300, index=len(items), mode=Mode.FAIL,
                    must_fail=MustFail(FailKind.RUN))  # fmt: skip
    page = Document("README.md", b"", (*items, fails))
    with closing(Recording()) as box:
        tools = Tools({"java": java}, box, LIMITS, MemoryPreparer(), jobs=1)
        run = examine_all(tools, [page], RecordingWatcher())
    for found, (code, verdict, line) in zip(run.findings, table, strict=False):
        assert found.verdict is verdict, (code, found)
        if line:
            assert found.symptom is not None
            assert found.symptom.line == found.snippet.line + line, (code, found)
        assert not any("report" in one for one in found.warnings), found
    assert run.findings[-1].verdict is PASSED
    assert box.built[0] == len(items)
    assert box.built.count(1) == len(box.built) - 1
    assert len(box.built) - 1 <= 2 * 7 + 1  # those that fail, twice at most, and the one that must


def test_what_earlier_blocks_give_is_found_where_builds_are_merged() -> None:
    table = [
        ('var names = List.of("a", "b");\n', PASSED, ""),
        ("assert names.size() == 2;\n", PASSED, "the block at line 10"),
        ("int n = names.length;\n", UNVERIFIED, ""),  # these names may be others
        ("client.send(names);\n", UNVERIFIED, ""),
        ("assert List.of(1).get(0) == 1;\n", PASSED, ""),
    ]
    items = [snippet(code, line=10 + 10 * at, index=at) for at, (code, _, _) in enumerate(table)]
    with closing(Recording()) as box:
        tools = Tools({"java": java}, box, LIMITS, MemoryPreparer(), jobs=1)
        page = Document("README.md", b"", tuple(items))
        run = examine_all(tools, [page], RecordingWatcher())
    for found, (code, verdict, after) in zip(run.findings, table, strict=True):
        assert found.verdict is verdict, (code, found)
        assert after in " ".join(found.added), (code, found)
    assert box.built[0] == len(items)


# --- what came back from a build -------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_a_build_reports_gives_programs_or_nothing(data: st.DataObject) -> None:
    jobs = jobs_of([snippet("int a = 1;\n"), snippet("int b = 1;\n")])
    names = st.sampled_from(
        ("0/.doc-healing/told", "1/.doc-healing/told", "1/.doc-healing/run", "1/../x.class",
         "0/.doc-healing/classes/A.class", "0/.doc-healing/classes/../../A.class", "2/x",
         "0/.doc-healing/classes//etc/A.class", "0//.doc-healing/run", "1/.doc-healing/plan")
    )  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in data.draw(st.lists(names, unique=True)):
            archive.writestr(name, data.draw(st.binary(max_size=20)))
    made = stream.getvalue()
    cut = data.draw(st.integers(0, len(made)))
    spoilt = data.draw(st.sampled_from((made, made[:cut], made[:cut] + b"x" + made[cut + 1 :])))
    found = merging.parts(jobs, spoilt)
    assert len(found) == 2
    safe = {".doc-healing/told", ".doc-healing/run", ".doc-healing/classes/A.class"}
    for job, program in zip(jobs, found, strict=True):
        if program is not None:
            new = program.files[len(job.program.files) :]
            assert {file.name for file in new} <= safe
            assert program.files[: len(job.program.files)] == job.program.files


# --- what it saves --------------------------------------------------------------------------


def test_many_in_one_compiler_cost_a_fraction_of_one_by_one(tmp_path: Path) -> None:
    """In CPU seconds, walls included; the goal is 0.1 on the clock of two cores that rest."""
    body = (
        'var all = List.of("a", "b");\nfor (var one : all) System.out.println(one + all.size());\n'
    )
    jobs = jobs_of([snippet(f"int n{at} = {at};\n{body}") for at in range(12)])
    with closing(Bubblewrap()) as box:
        program = merging.build(jobs)
        assert program is not None
        built = box.run(program, LIMITS)
        runs = [box.run(one, LIMITS) for one in merging.parts(jobs, built.report) if one]
    assert [one.status for one in runs] == [Status.PASSED] * len(jobs)
    ours = (built.cpu_seconds + sum(one.cpu_seconds for one in runs)) / len(jobs)
    home = toolchain("17").mounts[0].source
    source = tmp_path / "Main.java"
    source.write_text(
        "import java.util.*;\npublic class Main { public static void main(String[] args) {\n"
        + body + "}}\n"
    )  # fmt: skip
    before = os.times()
    for _ in range(3):
        subprocess.run([f"{home}/bin/javac", str(source)], check=True, env={})
        java_command = [f"{home}/bin/java", "-cp", str(tmp_path), "Main"]
        subprocess.run(java_command, check=True, env={}, stdout=subprocess.DEVNULL)
    after = os.times()
    theirs = (after.children_user + after.children_system) / 3
    theirs -= (before.children_user + before.children_system) / 3
    assert ours < 0.4 * theirs, (ours, theirs)
