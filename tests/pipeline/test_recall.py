"""What decides a remembered group of findings, and what is not remembered at all."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing.model import Environment, Finding, Limits, Mount, Toolchain, Verdict
from doc_healing.pipeline.recall import facts_of, seconds_to_keep
from tests.pipeline.test_examine import snippet

PASSED = Finding(snippet("one"), Verdict.PASSED)


def test_a_toolchain_that_changes_where_it_stands_is_seen(tmp_path: Path) -> None:
    binary = tmp_path / "bin" / "tool"
    binary.parent.mkdir()
    binary.write_text("one")
    toolchain = Toolchain("toy", "/opt/toy/bin/tool", "1", (Mount(str(tmp_path), "/opt/toy"),))
    made = Environment("key", "toy", (*toolchain.mounts, Mount("/a/entry", "/opt/env")))

    def facts(environment: Environment = made, limits: Limits | None = None) -> tuple[str, ...]:
        return facts_of("toy", "box", limits or Limits(), toolchain, environment)

    before = facts()
    assert facts(replace(made, mounts=(*toolchain.mounts, Mount("/b", "/opt/env")))) == before
    assert facts(replace(made, key="other")) != before
    assert facts(replace(made, facts={"release": "17"})) != before
    assert facts(limits=Limits(memory_mib=64)) != before
    os.utime(binary, (1, 1))
    assert facts() != before


CASES: list[tuple[Callable[[Finding], Finding], float]] = [
    (lambda one: one, 24 * 3600),
    (lambda one: replace(one, cached=True), 24 * 3600),
    (lambda one: replace(one, verdict=Verdict.BROKEN), 3600),
    (lambda one: replace(one, verdict=Verdict.UNVERIFIED, cause="network"), 3600),
    (lambda one: replace(one, verdict=Verdict.UNVERIFIED, cause="toolchain"), 0),
    (lambda one: replace(one, verdict=Verdict.UNVERIFIED, cause="unstable"), 0),
    (lambda one: replace(one, verdict=Verdict.UNVERIFIED, fault="trace"), 0),
]


@pytest.mark.parametrize(("made", "seconds"), CASES)
def test_how_long_findings_are_kept(made: Callable[[Finding], Finding], seconds: float) -> None:
    assert seconds_to_keep([PASSED, made(PASSED)]) == seconds


def test_a_remembered_finding_lives_no_longer_for_being_kept_again() -> None:
    broken = replace(PASSED, verdict=Verdict.BROKEN, cached=True)
    assert seconds_to_keep([PASSED, broken], 60.0) == 60.0
    assert seconds_to_keep([PASSED], 90_000.0) == 24 * 3600
    assert seconds_to_keep([PASSED, broken], 7200.0) == 3600
    assert seconds_to_keep([PASSED], -1.0) == 0.0
