"""Runs at the same time: as many as the machine has memory for, and the report none the wiser."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.model import Document, Limits, Outcome, Program, Status, Step
from doc_healing.pipeline import Tools, examine
from doc_healing.pipeline.pressure import Gate, available_mib, weight
from doc_healing.testing import MemoryPreparer, RecordingWatcher, ScriptedSandbox
from tests.pipeline.test_examine import Toy, snippet

PASSED = Outcome(Status.PASSED, 0, b"", b"", sandbox="scripted", layers=("script",))


@dataclass
class Machine:
    """A machine whose runs really take what their limit says, for a moment."""

    total: float
    seconds: float = 0.01
    running: int = 0
    most: int = 0
    lowest: float = float("inf")
    lock: threading.Lock = field(default_factory=threading.Lock)

    def available(self) -> float:
        with self.lock:
            return self.total - 100 * self.running

    def run(self, program: Program, limits: Limits) -> Outcome:
        del program
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
            self.lowest = min(self.lowest, self.total - limits.memory_mib * self.running)
        time.sleep(self.seconds)
        with self.lock:
            self.running -= 1
        return PASSED


def look(machine: Machine, blocks: int, jobs: int = 8) -> list[str]:
    document = Document("a.md", b"", tuple(snippet(str(at), at) for at in range(blocks)))
    tools = Tools(
        {"toy": Toy()}, ScriptedSandbox(machine.run), Limits(memory_mib=100), MemoryPreparer(),
        jobs=jobs, available=machine.available,
    )  # fmt: skip
    return [one.verdict for one in examine(tools, [document], RecordingWatcher()).findings]


@pytest.mark.parametrize(
    ("total", "at_most"),
    [pytest.param(100_000, 8, id="plenty"), pytest.param(700, 4, id="little"),
     pytest.param(50, 1, id="less than one may take")],
)  # fmt: skip
def test_no_more_run_than_there_is_memory_for(total: float, at_most: int) -> None:
    machine = Machine(total, seconds=0.03)
    assert set(look(machine, 24)) == {"PASSED"}
    assert machine.most <= at_most
    assert (machine.most > 1) == (at_most > 1)
    if at_most > 1:
        assert machine.lowest >= 0


def test_a_build_of_many_counts_more_than_one_block() -> None:
    run, build = Step(("x",)), Step(("x",), "build")
    limits = Limits(memory_mib=100)
    assert weight(Program((), (run,)), limits) == weight(Program((), (build, run)), limits) == 100
    assert weight(Program((), (build,)), limits) == 200


def test_who_waits_is_let_go_when_everything_stops() -> None:
    gate, stop = Gate(lambda: 0.0), threading.Event()
    entered = threading.Event()

    def wait() -> None:
        with gate.passing(100, stop):
            entered.set()

    with ThreadPoolExecutor(1) as threads, gate.passing(100, stop):
        waiting = threads.submit(wait)
        assert not entered.wait(0.1)
        stop.set()
        waiting.result(timeout=10)


def test_where_nobody_knows_nothing_waits() -> None:
    gate, stop = Gate(lambda: None), threading.Event()
    with gate.passing(100, stop), gate.passing(100, stop):
        pass


def test_this_machine_says_what_it_has() -> None:
    found = available_mib()
    assert found is not None
    assert 16 < found < 2**24


@settings(max_examples=100, deadline=None)
@given(
    delays=st.lists(st.integers(0, 4), min_size=2, max_size=10),
    jobs=st.integers(1, 8),
)
def test_the_order_of_the_report_is_that_of_the_documents(delays: list[int], jobs: int) -> None:
    def run(program: Program, limits: Limits) -> Outcome:
        del limits
        time.sleep(delays[int(program.files[0].data.split()[-1])] / 1000)
        return PASSED

    documents = [
        Document(name, b"", tuple(snippet(str(at), at, path=name) for at in range(len(delays))))
        for name in ("b.md", "a.md")
    ]
    tools = Tools({"toy": Toy()}, ScriptedSandbox(run), Limits(), MemoryPreparer(), jobs=jobs)
    found = examine(tools, documents, RecordingWatcher()).findings
    places = [(one.snippet.path, one.snippet.index) for one in found]
    assert places == [(name, at) for name in ("b.md", "a.md") for at in range(len(delays))]
