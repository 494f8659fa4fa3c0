"""What the pipeline makes of a failure that the page announces."""

from dataclasses import replace

import pytest

from doc_healing.model import (
    Document,
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
PAGE = Document("a.md", b"", ())


def _finding(kind: SymptomKind, instructions: Instructions = ANNOUNCED) -> Finding:
    block = snippet("x", instructions=instructions)
    return Finding(block, Verdict.BROKEN, "no", Symptom(kind, "no", "a.md", 1))


@pytest.mark.parametrize(
    "kind", [SymptomKind.COMPILE, SymptomKind.TYPE, SymptomKind.EXCEPTION, SymptomKind.SYNTAX]
)
def test_an_announced_failure_is_not_held_against_the_page(kind: SymptomKind) -> None:
    found = heeded(_finding(kind), PAGE)
    assert (found.verdict, found.cause) == (Verdict.UNVERIFIED, "context")
    assert found.reason == "the text at line 3 says that it fails"


@pytest.mark.parametrize("kind", [SymptomKind.OUTPUT, SymptomKind.TIMEOUT, SymptomKind.MEMORY])
def test_limits_and_outputs_are_no_announced_failures(kind: SymptomKind) -> None:
    assert heeded(_finding(kind), PAGE).verdict is Verdict.BROKEN


def test_what_was_not_announced_or_is_marked_stays_as_it_is() -> None:
    plain = _finding(SymptomKind.TYPE, Instructions())
    marked = _finding(SymptomKind.TYPE, Instructions(mode=Mode.FAIL, announced_at=3))
    passed = replace(_finding(SymptomKind.TYPE), verdict=Verdict.PASSED)
    assert [heeded(one, PAGE) for one in (plain, marked, passed)] == [plain, marked, passed]


def _shown(message: str, page: str) -> Finding:
    block = snippet("x")
    symptom = Symptom(SymptomKind.EXCEPTION, message, "a.md", 1)
    document = Document("a.md", page.encode(), (block,))
    return heeded(Finding(block, Verdict.BROKEN, "no", symptom), document)


@pytest.mark.parametrize(
    ("message", "page"),
    [
        (
            "NoResultFound: No row was found when one was required",
            "sqlalchemy.exc.NoResultFound: No row was found when one was required",
        ),
        (
            "IntegrityError: (sqlite3.IntegrityError) FOREIGN KEY constraint failed\n[SQL: x]",
            "    sqlite3.IntegrityError: FOREIGN KEY constraint failed",
        ),
        (
            "TypeError: f() got an unexpected keyword argument 'a'",
            "You get: `f() got an unexpected keyword argument 'a'`.",
        ),
        (
            "error[E0382]: borrow of moved value: `s1`",
            "error[E0382]: borrow of moved value: `s1`",
        ),
    ],
)
def test_an_error_that_the_document_shows_is_not_held_against_it(message: str, page: str) -> None:
    found = _shown(message, f"# Page\n\n```x\nx\n```\n\n{page}\n")
    assert (found.verdict, found.cause) == (Verdict.UNVERIFIED, "context")
    assert found.reason == "the document shows this very error at line 7"


@pytest.mark.parametrize(
    ("message", "page"),
    [
        ("ValueError: bad", "A ValueError: bad."),
        ("KeyError: 'name'", "The key is 'name'."),
        ("AttributeError: module 'w' has no attribute 'gone'", "It has no attribute of the kind."),
    ],
)
def test_too_few_words_and_other_words_announce_nothing(message: str, page: str) -> None:
    assert _shown(message, f"# Page\n\n```x\nx\n```\n\n{page}\n").verdict is Verdict.BROKEN


def test_the_words_of_another_block_announce_nothing() -> None:
    page = "```x\nx\n```\n\n```x\nraise Gone('this thing is gone')\n```\n"
    first, second = snippet("x"), snippet("x", 1)
    first = replace(first, line=1, end_line=3)
    second = replace(second, line=5, end_line=7)
    symptom = Symptom(SymptomKind.EXCEPTION, "Gone: this thing is gone", "a.md", 2)
    document = Document("a.md", page.encode(), (first, second))
    found = heeded(Finding(first, Verdict.BROKEN, "no", symptom), document)
    assert found.verdict is Verdict.BROKEN


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
