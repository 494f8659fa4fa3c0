"""One fact explains the others: the order of the statuses, and exit codes told from signals."""

from typing import Any

import pytest

from doc_healing.model import Limits, Program, Status, Step
from doc_healing.sandboxes import classify
from doc_healing.sandboxes.supervisor import Observed, Stop

FACTS: dict[str, Any] = {
    "stop": Stop.NONE, "code": 0, "started": True, "stdout": b"", "stderr": b"", "report": b"",
    "status": b"ready\nstep 0\nexit 0\n", "seconds": 1.0, "cpu_seconds": 0.5,
    "peak_memory_mib": 9.0, "oom_kills": 0, "denied_forks": 0, "disk_full": False,
    "inodes_full": False, "listening": False,
}  # fmt: skip
PROGRAM = Program((), (Step(("build",), "build"), Step(("run",), "run")))
ALL = {"oom_kills": 1, "denied_forks": 1, "disk_full": True, "inodes_full": True}


@pytest.mark.parametrize(
    ("facts", "status", "detail"),
    [
        ({}, Status.PASSED, ""),
        (ALL, Status.PASSED, ""),  # handled, and it succeeded
        ({"code": 3}, Status.FAILED, "exit code 3"),
        ({**ALL, "code": 1}, Status.MEMORY, "memory limit of 1024 MiB"),
        ({**ALL, "code": 1, "oom_kills": 0}, Status.DISK_LIMIT, "disk limit of 256 MiB"),
        ({"code": 1, "inodes_full": True}, Status.DISK_LIMIT, "limit of 20000 files"),
        ({"code": 1, "denied_forks": 2}, Status.PROCESS_LIMIT, "limit of 128 processes"),
        ({**ALL, "stop": Stop.STDOUT}, Status.OUTPUT_LIMIT, "stdout limit of 1024 KiB"),
        ({**ALL, "stop": Stop.CANCELLED}, Status.CANCELLED, "closed"),
        ({"stop": Stop.WALL, "code": -9}, Status.TIMEOUT, "wall clock limit of 30 s"),
        ({"stop": Stop.CPU, "code": -9}, Status.TIMEOUT, "CPU time limit of 30 s"),
        ({"stop": Stop.WALL, "code": -9, "denied_forks": 3}, Status.PROCESS_LIMIT, "processes"),
        ({"stop": Stop.MEMORY, "code": -9}, Status.MEMORY, "memory limit"),
        ({"stop": Stop.WRITABLE, "disk_full": True, "code": -9}, Status.DISK_LIMIT, "disk"),
        ({"code": 137, "cpu_seconds": 30.0}, Status.TIMEOUT, "CPU time"),
        ({"started": False, "code": 91, "stderr": b"mount: no"}, Status.SANDBOX_ERROR, "mount: no"),
        ({"started": False, "stop": Stop.SETUP}, Status.SANDBOX_ERROR, "in time"),
        (
            {"started": False, "code": 127, "status": b"missing\n"},
            Status.SANDBOX_ERROR,
            "no such command",
        ),
        ({"code": 127, "status": b"step 0\nmissing\n"}, Status.FAILED, "exit code 127"),
    ],
)
def test_status(facts: dict[str, Any], status: Status, detail: str) -> None:
    if facts.get("code") == 137:
        facts = {**facts, "status": b"ready\nstep 0\nKilled\nexit 137\n"}
    outcome = classify.outcome(Observed(**{**FACTS, **facts}), PROGRAM, Limits())
    assert outcome.status is status
    assert detail in outcome.detail


@pytest.mark.parametrize(
    ("status", "code", "signal"),
    [
        (b"step 0\nexit 139\n", 139, None),
        (b"step 0\nSegmentation fault\nexit 139\n", 139, 11),
        (b"step 0\nsh: line 5: 7 Aborted   ( exec x )\nexit 134\n", 134, 6),
        (b"step 0\nexit 141\n", 141, 13),  # no shell speaks of SIGPIPE
        (b"step 0\n", 137, 9),  # the runner itself was killed
        (b"step 0\nexit 255\n", 255, None),
        (b"", -9, 9),
    ],
)
def test_signals(status: bytes, code: int, signal: int | None) -> None:
    seen = Observed(**{**FACTS, "status": status, "code": code})
    outcome = classify.outcome(seen, PROGRAM, Limits())
    assert outcome.signal == signal
    assert outcome.status is (Status.SIGNAL if signal else Status.FAILED)


@pytest.mark.parametrize(
    ("status", "step"),
    [(b"step 0\n", "build"), (b"step 0\nexit 0\nstep 1\n", "run"), (b"step 9999\n", "run")],
)
def test_the_step_that_ran_last(status: bytes, step: str) -> None:
    seen = Observed(**{**FACTS, "status": status, "code": 1})
    assert classify.outcome(seen, PROGRAM, Limits()).step == step
