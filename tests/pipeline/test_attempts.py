"""The fast path: what passes there counts, what fails there is run in a process of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from doc_healing.model import (
    Document,
    Environment,
    Finding,
    Job,
    Limits,
    Outcome,
    Program,
    Resident,
    Snippet,
    Status,
    Toolchain,
    Unrunnable,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.testing import MemoryPreparer, RecordingWatcher, ScriptedSandbox
from tests.pipeline.test_examine import FAILED, FAILED_OTHERWISE, OURS, PASSED, Toy, snippet


@dataclass
class Forked(Toy):
    """The toy language, whose programs may all be forked."""

    def jobs(
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        found = Toy.jobs(self, snippets, toolchain, environment)
        home = Resident(("/bin/true",))
        return [
            replace(one, program=replace(one.program, resident=home))
            if isinstance(one, Job)
            else one
            for one in found
        ]


def look(*outcomes: Outcome) -> tuple[Finding, list[bool]]:
    """The finding, and of each run whether it was allowed to fork."""
    left = list(outcomes)
    ran: list[bool] = []

    def script(program: Program, limits: Limits) -> Outcome:
        del limits
        ran.append(program.resident is not None)
        return left.pop(0)

    tools = Tools({"toy": Forked()}, ScriptedSandbox(script), Limits(), MemoryPreparer(), jobs=1)
    document = Document("a.md", b"", (snippet("one", 0),))
    (finding,) = examine(tools, [document], RecordingWatcher()).findings
    assert not left
    return finding, ran


def fast(outcome: Outcome) -> Outcome:
    return replace(outcome, fast=True)


def test_what_passes_on_the_fast_path_has_passed() -> None:
    finding, ran = look(fast(PASSED))
    assert (finding.verdict, ran) == (Verdict.PASSED, [True])


def test_a_failure_is_confirmed_by_one_run_of_its_own() -> None:
    finding, ran = look(fast(FAILED), FAILED)
    assert (finding.verdict, ran) == (Verdict.BROKEN, [True, False])


def test_a_failure_that_differs_is_confirmed_by_two() -> None:
    finding, ran = look(fast(FAILED_OTHERWISE), FAILED, FAILED)
    assert (finding.verdict, ran) == (Verdict.BROKEN, [True, False, False])


def test_a_disagreement_passes_and_is_told_as_our_fault() -> None:
    finding, ran = look(fast(FAILED), PASSED)
    assert (finding.verdict, ran) == (Verdict.PASSED, [True, False])
    assert "please report it" in finding.warnings[0]


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.MEMORY, Status.SIGNAL])
def test_no_limit_that_was_hit_while_forked_decides(status: Status) -> None:
    finding, ran = look(fast(replace(FAILED, status=status)), PASSED)
    assert (finding.verdict, ran) == (Verdict.PASSED, [True, False])


def test_without_a_resident_at_hand_the_run_was_no_fast_one() -> None:
    finding, ran = look(FAILED, FAILED)
    assert (finding.verdict, ran) == (Verdict.BROKEN, [True, True])


def test_a_fault_of_the_fast_path_costs_time_only() -> None:
    finding, ran = look(fast(OURS), fast(OURS), PASSED)
    assert (finding.verdict, ran) == (Verdict.PASSED, [True, True, False])
