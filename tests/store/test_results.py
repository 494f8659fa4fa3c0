"""The outcomes that are kept: by content, for their time, shared, and never in the way."""

import multiprocessing
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.model import Memo, Outcome, Status
from doc_healing.store import Results

PASSED = Memo(Outcome(Status.PASSED, 0, b"\x00\xff out", b"err", b"report", 1.5, layers=("a", "b")))


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    found = Results(tmp_path / "new" / "results.sqlite3")
    yield found
    found.close()


outcomes = st.builds(
    Outcome,
    status=st.sampled_from(Status),
    exit_code=st.none() | st.integers(-255, 255),
    stdout=st.binary(max_size=200),
    stderr=st.binary(max_size=200),
    report=st.binary(max_size=200),
    seconds=st.floats(0, 100),
    signal=st.none() | st.integers(1, 64),
    step=st.sampled_from(["build", "run"]),
    detail=st.text(max_size=50).filter(lambda text: "\ud800" not in text),
    listening=st.booleans(),
    layers=st.lists(st.text(max_size=9), max_size=3).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(outcome=outcomes)
def test_an_outcome_comes_back_as_it_was(
    outcome: Outcome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = Results(tmp_path_factory.getbasetemp() / "kept.sqlite3")
    found.put("key", Memo(outcome), 60)
    assert found.get("key") == Memo(outcome)
    found.close()


def test_what_is_not_there_or_has_expired_is_nothing(results: Results) -> None:
    results.put("old", PASSED, 0.05)
    results.put("new", PASSED, 60)
    time.sleep(0.1)
    assert results.get("never") is None
    assert results.get("old") is None
    assert results.get("new") == PASSED
    assert results.tally().outcomes == 2
    assert results.prune() == 1
    assert results.tally().outcomes == 1
    assert results.clear() == 1
    assert results.get("new") is None


def test_what_is_kept_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite3"
    first = Results(path)
    first.put("key", PASSED, 60)
    first.close()
    second = Results(path)
    assert second.get("key") == PASSED
    assert second.tally().bytes > 0
    second.close()


@pytest.mark.parametrize(
    "garbage", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 9000]
)
def test_a_damaged_file_is_begun_anew(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "results.sqlite3"
    path.write_bytes(garbage)
    found = Results(path)
    assert found.get("key") is None
    found.put("key", PASSED, 60)
    assert found.get("key") == PASSED
    found.close()


def test_damage_while_it_is_open_is_survived(results: Results, tmp_path: Path) -> None:
    results.put("key", PASSED, 60)
    path = tmp_path / "new" / "results.sqlite3"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("UPDATE outcomes_1 SET facts = ?", (b"rubbish",))
    other.close()
    assert results.get("key") is None
    results.put("key", PASSED, 60)
    assert results.get("key") == PASSED


def test_no_place_for_it_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    found = Results(blocked / "results.sqlite3")
    found.put("key", PASSED, 60)
    assert found.get("key") is None
    assert found.tally().outcomes == 0
    assert found.clear() == 0
    found.close()


def test_somebody_elses_long_lock_is_waited_for_and_then_let_be(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite3"
    found = Results(path)
    found.put("key", PASSED, 60)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    found.put("other", PASSED, 60)  # not kept
    assert time.monotonic() - began < 40
    assert found.get("key") == PASSED  # readers are never blocked
    other.execute("ROLLBACK")
    assert found.get("other") is None
    found.close()


def _write(path: Path, name: str) -> None:
    found = Results(path)
    for at in range(50):
        found.put(f"{name}-{at}", PASSED, 60)
        found.put("shared", PASSED, 60)
    found.close()
    os._exit(0)


def test_processes_share_it(tmp_path: Path) -> None:
    path = tmp_path / "results.sqlite3"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(path, str(n))) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    found = Results(path)
    assert found.tally().outcomes == 4 * 50 + 1
    assert found.get("3-49") == PASSED
    found.close()


def test_a_very_large_outcome_is_not_kept(results: Results) -> None:
    huge = Memo(Outcome(Status.PASSED, 0, os.urandom(12 * 2**20), b""))
    results.put("huge", huge, 60)
    assert results.get("huge") is None
