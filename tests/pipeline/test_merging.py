"""Many snippets in one build: what passes counts, what fails is tried alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.model import (
    Document,
    File,
    Job,
    Limits,
    Outcome,
    Program,
    Status,
    Step,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.testing import MemoryPreparer, MemoryResults, RecordingWatcher, ScriptedSandbox
from tests.pipeline.test_examine import (
    FAILED,
    PASSED,
    Toy,
    snippet,
)


@dataclass
class Joint:
    """Merges all jobs; a build fails with the codes of `poison`, and says whose if `said`."""

    poison: str = ""
    said: bool = True
    builds: list[str] = field(default_factory=list)

    def build(self, jobs: Sequence[Job]) -> Program | None:
        text = "".join(job.snippet.code for job in jobs)
        self.builds.append(text)
        return Program((File("all", f"build {text}".encode()),), (Step(("/bin/true",), "build"),))

    def parts(self, jobs: Sequence[Job], made: bytes) -> Sequence[Program | None]:
        return [
            Program((File("part", f"part {job.snippet.code}".encode()),), (Step(("/bin/true",)),))
            for job in jobs
        ]

    def culprits(self, jobs: Sequence[Job], outcome: Outcome) -> Sequence[int]:
        return [at for at, job in enumerate(jobs) if self.said and job.snippet.code in self.poison]


def together(
    codes: str, joint: Joint, bad_parts: str = "", bad_alone: str = "", jobs: int = 1
) -> tuple[list[Verdict], list[str]]:
    """The verdicts, and what the sandbox was given to run."""

    def script(program: Program, limits: Limits) -> Outcome:
        kind, _, code = program.files[0].data.decode().rpartition(" ")
        fails = {
            "build": bool(set(code) & set(joint.poison)),
            "part": code in bad_parts,
            "": code in bad_alone,
        }[kind]
        return FAILED if fails else PASSED

    sandbox = ScriptedSandbox(script)
    toy = Toy(merger=joint)
    document = Document("a.md", b"", tuple(snippet(code, at) for at, code in enumerate(codes)))
    tools = Tools({"toy": toy}, sandbox, Limits(), MemoryPreparer(), jobs=jobs)
    found = examine(tools, [document], RecordingWatcher()).findings
    ran = [program.files[0].data.decode() for program in sandbox.programs]
    return [finding.verdict for finding in found], ran


P, B = Verdict.PASSED, Verdict.BROKEN


def test_many_share_one_build_and_each_runs_by_itself() -> None:
    verdicts, ran = together("abc", Joint())
    assert verdicts == [P, P, P]
    assert ran == ["build abc", "part a", "part b", "part c"]


def test_one_alone_needs_no_common_build() -> None:
    assert together("a", Joint()) == ([P], ["a"])


def test_a_failing_part_is_tried_alone_which_has_the_last_word() -> None:
    assert together("abc", Joint(), bad_parts="b", bad_alone="b")[0] == [P, B, P]
    verdicts, ran = together("abc", Joint(), bad_parts="b")
    assert verdicts == [P, P, P]
    assert ran == ["build abc", "part a", "part b", "b", "part c"]


def test_a_fast_failure_that_the_cold_run_denies_is_said() -> None:
    sandbox_says = Joint()
    document = Document("a.md", b"", (snippet("a", 0), snippet("b", 1)))

    def script(program: Program, limits: Limits) -> Outcome:
        return FAILED if program.files[0].data == b"part b" else PASSED

    toy = Toy(merger=sandbox_says)
    tools = Tools({"toy": toy}, ScriptedSandbox(script), Limits(), MemoryPreparer(), jobs=1)
    first, second = examine(tools, [document], RecordingWatcher()).findings
    assert first.warnings == ()
    assert "please report it" in second.warnings[0]


def test_a_culprit_is_left_out_of_the_second_build() -> None:
    verdicts, ran = together("abcd", Joint(poison="c"), bad_alone="c")
    assert verdicts == [P, P, B, P]
    assert ran[:2] == ["build abcd", "build abd"]
    assert "part c" not in ran


def test_a_build_that_blames_nobody_is_split_until_the_culprit_is_alone() -> None:
    joint = Joint(poison="c", said=False)
    verdicts, ran = together("abcdefgh", joint, bad_alone="c")
    assert verdicts == [P, P, B, P, P, P, P, P]
    assert {f"part {code}" for code in "abdefgh"} >= {one for one in ran if "part" in one}
    assert "part h" in ran


def test_a_build_that_never_ends_is_waited_for_once() -> None:
    def script(program: Program, limits: Limits) -> Outcome:
        builds = program.files[0].data.startswith(b"build")
        return replace(FAILED, status=Status.TIMEOUT) if builds else PASSED

    sandbox, codes = ScriptedSandbox(script), "abcdefgh"
    toy = Toy(merger=Joint(said=False))
    document = Document("a.md", b"", tuple(snippet(code, at) for at, code in enumerate(codes)))
    tools = Tools({"toy": toy}, sandbox, Limits(), MemoryPreparer(), jobs=1)
    found = examine(tools, [document], RecordingWatcher()).findings
    assert [finding.verdict for finding in found] == [P] * 8
    ran = [program.files[0].data.decode() for program in sandbox.programs]
    assert ran == ["build abcdefgh", *codes]


def test_a_merger_that_fails_costs_nobody_a_verdict() -> None:
    class Broken(Joint):
        def parts(self, jobs: Sequence[Job], made: bytes) -> Sequence[Program | None]:
            raise ValueError("a bug of ours")

    assert together("abc", Broken(), bad_alone="b")[0] == [P, B, P]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_merging_never_changes_a_verdict(data: st.DataObject) -> None:
    codes = "".join(data.draw(st.permutations("abcdefghij")))[: data.draw(st.integers(1, 10))]
    some = st.text(st.sampled_from(codes), max_size=4)
    joint = Joint(poison=data.draw(some), said=data.draw(st.booleans()))
    bad_alone = data.draw(some)
    # What passes together may only be what passes alone, or the fast path would be unsound.
    bad_parts = data.draw(some) + bad_alone
    verdicts, _ = together(codes, joint, bad_parts, bad_alone, jobs=data.draw(st.integers(1, 3)))
    assert verdicts == [B if code in bad_alone else P for code in codes]


def test_what_is_remembered_takes_part_in_no_build() -> None:
    memory = MemoryResults()
    joint = Joint()
    tools = Tools(
        {"toy": Toy(merger=joint)},
        ScriptedSandbox(),
        Limits(),
        MemoryPreparer(),
        jobs=1,
        memory=memory,
    )
    page = Document("a.md", b"", tuple(snippet(code, at) for at, code in enumerate("abc")))
    examine(tools, [page], RecordingWatcher())
    again = examine(tools, [page], RecordingWatcher())
    assert joint.builds == ["abc"]
    assert [finding.cached for finding in again.findings] == [True] * 3
