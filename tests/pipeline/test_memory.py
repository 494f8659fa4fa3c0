"""What is remembered of earlier runs, and under which key."""

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing.model import (
    Document,
    Environment,
    File,
    Finding,
    Job,
    Layer,
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
from doc_healing.pipeline.tools import Trail
from doc_healing.pipeline.trial import key_of
from doc_healing.store import Archive, Results
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


def test_a_failure_is_told_for_an_hour_however_often_it_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second check makes another group of what it remembers, and keeps that too."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    kept, sandbox = Results(tmp_path / "results.sqlite3"), answers(*[FAILED] * 4)
    tools = Tools(
        {"toy": Toy()}, sandbox, Limits(), MemoryPreparer(), 1, memory=kept, archive=Archive(kept)
    )

    def check(*codes: str) -> list[bool]:
        document = Document("a.md", b"", tuple(snippet(code, at) for at, code in enumerate(codes)))
        run = examine(replace(tools, trail=Trail()), [document], RecordingWatcher())
        return [finding.cached for finding in run.findings]

    assert check("one") == [False]
    now[0] += 3000
    assert check("one", "prose") == [True, False]
    now[0] += 500
    assert check("one", "prose") == [True, True]
    assert len(sandbox.programs) == 2
    now[0] += 200
    assert check("one", "prose") == [False, False]
    assert len(sandbox.programs) == 4
    now[0] -= 30 * 24 * 3600  # the clock was wrong, and is set right
    assert kept.get(next(iter(_keys(tmp_path)))) is None
    kept.close()


def _keys(folder: Path, table: str = "outcomes_1") -> list[str]:
    with closing(sqlite3.connect(folder / "results.sqlite3")) as database:
        return [key for (key,) in database.execute(f"SELECT key FROM {table}")]


def test_a_group_of_which_a_part_is_kept_is_not_remembered(tmp_path: Path) -> None:
    kept, memory = Results(tmp_path / "results.sqlite3"), MemoryResults()
    document = Document("a.md", b"", (snippet("one"), snippet("two", 1)))

    def check() -> list[Finding]:
        tools = Tools({"toy": Toy()}, ScriptedSandbox(), Limits(), MemoryPreparer(), memory=memory)
        tools = replace(tools, archive=Archive(kept))
        return list(examine(tools, [document], RecordingWatcher()).findings)

    first = check()
    for part in ((), first[:1]):
        (key,) = _keys(tmp_path, "pages_1")
        Archive(kept).keep(key, part, 60)
        again = check()
        assert [finding.verdict for finding in again] == [Verdict.PASSED] * 2
    assert [finding.verdict for finding in check()] == [Verdict.PASSED] * 2
    kept.close()


def test_other_walls_are_another_run() -> None:
    class Fewer(ScriptedSandbox):
        def probe(self) -> Sequence[Layer]:
            return (Layer("script", active=False, required=False),)

    memory, sandbox = MemoryResults(), Fewer()
    look(memory, ScriptedSandbox(), "one")
    look(memory, sandbox, "one")
    assert len(sandbox.programs) == 1


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
