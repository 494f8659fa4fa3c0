"""What the pipeline makes of a failure that the page announces."""

from dataclasses import replace

import pytest

from doc_healing.model import (
    Environment,
    Finding,
    Instructions,
    Job,
    Mode,
    Outcome,
    Reading,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)
from doc_healing.pipeline.announced import heeded
from tests.pipeline.test_examine import Toy, answers, run, snippet

ANNOUNCED = Instructions(announced_at=3)


def _finding(kind: SymptomKind, instructions: Instructions = ANNOUNCED) -> Finding:
    block = snippet("x", instructions=instructions)
    return Finding(block, Verdict.BROKEN, "no", Symptom(kind, "no", "a.md", 1))


@pytest.mark.parametrize(
    "kind", [SymptomKind.COMPILE, SymptomKind.TYPE, SymptomKind.EXCEPTION, SymptomKind.SYNTAX]
)
def test_an_announced_failure_is_not_held_against_the_page(kind: SymptomKind) -> None:
    found = heeded(_finding(kind))
    assert (found.verdict, found.cause) == (Verdict.UNVERIFIED, "context")
    assert found.reason == "the text at line 3 says that it fails"


@pytest.mark.parametrize("kind", [SymptomKind.OUTPUT, SymptomKind.TIMEOUT, SymptomKind.MEMORY])
def test_limits_and_outputs_are_no_announced_failures(kind: SymptomKind) -> None:
    assert heeded(_finding(kind)).verdict is Verdict.BROKEN


def test_what_was_not_announced_or_is_marked_stays_as_it_is() -> None:
    plain = _finding(SymptomKind.TYPE, Instructions())
    marked = _finding(SymptomKind.TYPE, Instructions(mode=Mode.FAIL, announced_at=3))
    passed = replace(_finding(SymptomKind.TYPE), verdict=Verdict.PASSED)
    assert [heeded(one) for one in (plain, marked, passed)] == [plain, marked, passed]


class Raising(Toy):
    """Whose programs fail with an exception."""

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        found = super().read(job, outcome, environment)
        symptom = Symptom(SymptomKind.EXCEPTION, "boom", "a.md", 2)
        return replace(found, symptom=symptom) if found.symptom else found


@pytest.mark.parametrize(("said", "verdict"), [(3, Verdict.UNVERIFIED), (0, Verdict.BROKEN)])
def test_an_examination_heeds_what_the_page_says(said: int, verdict: Verdict) -> None:
    block = snippet("x", instructions=Instructions(announced_at=said))
    fails = Outcome(Status.FAILED, 1, b"", b"")
    assert run(block, toy=Raising(), sandbox=answers(fails, fails))[0][0] is verdict
    assert run(block, toy=Raising())[0][0] is Verdict.PASSED
