"""What is remembered of earlier runs, and under which key."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing.model import (
    Document,
    Environment,
    File,
    Finding,
    Job,
    Limits,
    Mount,
    Outcome,
    Program,
    Status,
    Step,
    Toolchain,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.pipeline.attempts import Trial
from doc_healing.pipeline.trial import key_of
from doc_healing.testing import MemoryPreparer, MemoryResults, RecordingWatcher, ScriptedSandbox
from tests.pipeline.test_examine import (
    FAILED,
    FAILED_OTHERWISE,
    OURS,
    PASSED,
    Continuing,
    Toy,
    answers,
    snippet,
)


def look(
    memory: MemoryResults, script: ScriptedSandbox, *codes: str, limits: Limits | None = None
) -> list[Finding]:
    document = Document("a.md", b"", tuple(snippet(code, at) for at, code in enumerate(codes)))
    tools = Tools(
        {"toy": Toy()}, script, limits or Limits(), MemoryPreparer(), jobs=1, memory=memory
    )
    return list(examine(tools, [document], RecordingWatcher()).findings)


def test_what_passed_is_not_run_again() -> None:
    memory, sandbox = MemoryResults(), ScriptedSandbox()
    first = look(memory, sandbox, "one", "two")
    second = look(memory, sandbox, "one", "three", "two")
    assert [finding.cached for finding in first] == [False, False]
    assert [finding.cached for finding in second] == [True, False, True]
    assert len(sandbox.programs) == 3
    assert {kept for _, kept in memory.kept.values()} == {24 * 3600}


def test_a_confirmed_failure_is_remembered_for_an_hour() -> None:
    memory = MemoryResults()
    first = look(memory, answers(FAILED, FAILED), "one")
    again = look(memory, answers(), "one")
    assert [finding.verdict for finding in (*first, *again)] == [Verdict.BROKEN] * 2
    assert again[0].symptom == first[0].symptom
    assert [kept for _, kept in memory.kept.values()] == [3600]


@pytest.mark.parametrize(
    "outcomes",
    [
        pytest.param([FAILED, PASSED], id="flaky"),
        pytest.param([FAILED, FAILED_OTHERWISE], id="unstable"),
        pytest.param([OURS, OURS], id="our fault"),
        pytest.param([replace(PASSED, status=Status.CANCELLED)], id="interrupted"),
    ],
)
def test_what_is_not_certain_is_not_remembered(outcomes: list[Outcome]) -> None:
    memory = MemoryResults()
    look(memory, answers(*outcomes), "one")
    assert memory.kept == {}


def test_other_limits_are_another_run() -> None:
    memory, sandbox = MemoryResults(), ScriptedSandbox()
    look(memory, sandbox, "one")
    look(memory, sandbox, "one", limits=Limits(wall_seconds=1))
    assert len(sandbox.programs) == 2


TRIAL = Trial(
    Toy(),
    Job(snippet("one"), Program((File("main", b"one"),), (Step(("/bin/true",)),))),
    Toolchain("toy", "/bin/true", "1"),
    Environment("key", "toy"),
)


@pytest.mark.parametrize(
    "other",
    [
        replace(TRIAL, toolchain=Toolchain("toy", "/bin/true", "2")),
        replace(TRIAL, environment=Environment("another", "toy")),
        replace(TRIAL, environment=None),
        replace(TRIAL, language=Continuing("other")),
        *[
            replace(TRIAL, job=replace(TRIAL.job, program=replace(TRIAL.job.program, **more)))
            for more in (
                {"files": (File("main", b"two"),)},
                {"files": (File("more", b"one"),)},
                {"files": (File("main", b"one", executable=True),)},
                {"files": (File("main", b"one"), File("b", b""))},
                {"steps": (Step(("/bin/false",)),)},
                {"stdin": b"x"},
                {"variables": {"A": "1"}},
                {"mounts": (Mount("/usr", "/opt/x"),)},
            )
        ],
    ],
)
def test_whatever_can_change_an_outcome_changes_its_key(other: Trial) -> None:
    assert key_of(TRIAL, Limits(), "a") == key_of(TRIAL, Limits(), "a")
    assert key_of(other, Limits(), "a") != key_of(TRIAL, Limits(), "a")


def test_a_toolchain_that_is_replaced_where_it_stands_is_another(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("1")
    program = replace(TRIAL.job.program, mounts=(Mount(str(tool), "/opt/tool"),))
    trial = replace(TRIAL, job=replace(TRIAL.job, program=program))
    before = key_of(trial, Limits(), "a")
    os.utime(tool, ns=(1, 1))
    assert key_of(trial, Limits(), "a") != before
