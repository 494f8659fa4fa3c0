"""Sessions: each member is judged on its own run, and only where that was reached."""

import pytest

from doc_healing.languages.python.lint import lint
from doc_healing.model import (
    Expectation,
    FailKind,
    Instructions,
    Level,
    Mode,
    MustFail,
    Role,
    Snippet,
    SymptomKind,
    Verdict,
)
from tests.languages.stages import examine, snippet, verdict

PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED
SETUP, TEARDOWN = Role.SETUP, Role.TEARDOWN


def member(code: str, line: int, role: Role = Role.EXAMPLE, output: str = "") -> Snippet:
    expected = (Expectation(output, "README.md", line + 9),) if output else ()
    instructions = Instructions(session="a", role=role, expected=expected)
    return snippet(code, instructions, line=line, index=line)


def test_a_promise_that_one_member_breaks_is_not_another_s() -> None:
    first, second, third = examine(
        member(">>> 1 + 1\n3", 10),
        member("print('fine')", 20, output="fine"),
        member(">>> 2 + 2\n5", 30),
    )
    assert (first.verdict, first.symptom and first.symptom.line) == (BROKEN, 12)
    assert (second.verdict, second.level) == (PASSED, Level.OUTPUT)
    assert (third.verdict, third.symptom and third.symptom.line) == (BROKEN, 32)


@pytest.mark.parametrize(
    "teardown",
    ["1 / 0", "assert False", "import sys\nsys.exit(1)", "import os\nos._exit(3)", "x.gone"],
)
def test_a_failing_teardown_is_a_finding_of_its_own(teardown: str) -> None:
    good, bad, last = examine(
        member("x = 1\nprint(x)", 10, output="1"),
        member(">>> x\n2", 20),
        member(teardown, 30, TEARDOWN),
    )
    assert (good.verdict, good.level) == (PASSED, Level.OUTPUT), good
    assert (bad.verdict, bad.symptom and bad.symptom.line) == (BROKEN, 22)
    assert last.verdict is BROKEN, last
    assert last.symptom is not None
    assert last.symptom.line > 30
    if "exit" not in teardown:
        assert "its teardown at line 31 failed" in good.reason


@pytest.mark.parametrize(
    "ends",
    ["exit(0)", "raise SystemExit", "import os; os._exit(0)", "quit()", "import os; os._exit(4)"],
)
def test_what_an_earlier_member_ended_was_never_run(ends: str) -> None:
    readings = examine(member(ends, 10), member("x = 1", 20), member("1 / 0", 30))
    for one in readings[1:]:
        assert one.verdict is UNVERIFIED, one
        assert "its context at line 11 ended the program" in one.reason
    promised = Instructions(session="a", mode=Mode.FAIL)
    late = snippet("x = 1", promised, line=40, index=40)
    assert examine(member(ends, 10), late)[1].verdict is UNVERIFIED


def test_a_setup_that_fails_or_hangs_is_no_failure_of_the_examples() -> None:
    for setup in ("assert 1 == 2", "import os\nos.abort()"):
        first, second = examine(member(setup, 10, SETUP), member("print('fine')", 20))
        assert first.verdict is BROKEN
        assert second.verdict is UNVERIFIED, second
        assert "its setup at line 1" in second.reason
    slow = examine(member("while True: pass", 10), member("x = 1", 20), wall_seconds=2)
    assert [one.verdict for one in slow] == [BROKEN, UNVERIFIED]
    slow = examine(member("x = 1", 10), member("while True: pass", 20, TEARDOWN), wall_seconds=2)
    assert [one.verdict for one in slow] == [PASSED, BROKEN]


def test_the_first_deviation_is_the_one_that_is_told() -> None:
    for later in ("1 / 0", "raise SystemExit(3)", "import no_such_thing_at_all"):
        reading = verdict(f">>> 2 + 2\n5\n>>> {later}")
        assert reading.verdict is BROKEN
        assert reading.symptom is not None
        assert (reading.symptom.kind, reading.symptom.line) == (SymptomKind.OUTPUT, 12)


PROMISES = [
    ("x = 1 / 0", MustFail(FailKind.BUILD), ("must not compile", "fails when it runs", "Zero")),
    ("x = (", MustFail(FailKind.RUN), ("fail when it runs", "does not compile", "never closed")),
    ("1 / 0", MustFail(code="ValueError"), ("`ValueError`", "ZeroDivisionError")),
    ("1 / 0", MustFail(pattern="no.*way"), ("`no.*way`", "division by zero")),
    ("raise SystemExit(3)", MustFail(code="4"), ("exit code 4", "exit code 3")),
]


@pytest.mark.parametrize(("code", "promise", "said"), PROMISES)
def test_a_failure_that_was_not_promised_says_both(
    code: str, promise: MustFail, said: tuple[str, ...]
) -> None:
    reading = verdict(code, Instructions(mode=Mode.FAIL, must_fail=promise))
    assert reading.verdict is BROKEN
    assert all(part in reading.reason for part in said), reading.reason


SAID = [
    ("x = 1\ny = 'abc\n", "detected at line 12"),
    ("x = 1\nif x:\ny = 2\n", "on line 12"),
    ("x = (1,\n     2]\n", "on line 11"),
    (">>> x = 1\n>>> y = (1,\n...      2]\n", "on line 12"),
    ("exec('x = (1,\\n 2]')", "on line 1 (<string>, line 2)"),
]


@pytest.mark.parametrize(("code", "said"), SAID)
def test_a_syntax_error_names_the_document_s_lines(code: str, said: str) -> None:
    (reading,) = examine(snippet(code))
    assert reading.symptom is not None, reading
    assert said in reading.symptom.message, reading
    assert "snippet.py" not in reading.symptom.message + reading.reason
    found = lint(snippet(code))
    assert found is None or said in found.message
    late = examine(
        snippet("a = 1\nb = 2", Instructions(session="a"), index=0),
        snippet(code, Instructions(session="a"), index=1),
    )[1]
    assert late.symptom is not None
    assert said in late.symptom.message, late


def test_statements_of_an_inner_function_are_a_fragment() -> None:
    assert verdict("nonlocal count\ncount += 1").verdict is Verdict.ILLUSTRATIVE


ENDS = [
    (
        "import os, threading\nthreading.Timer(0.1, lambda: os._exit(0)).start()\nq = 1",
        "assert q == 2",
    ),
    ("q = 1", "assert q == 1"),
    ("q = 1", ">>> q\n1"),
    ("q = 1", "import sys\nsys.exit(0)"),
]


@pytest.mark.parametrize(("before", "code"), ENDS)
def test_an_end_by_its_context_proves_nothing(before: str, code: str) -> None:
    session = Instructions(session="a")
    wait = "import time\ntime.sleep(0.5)\n" if "_exit" in before else ""
    late = examine(snippet(before, session), snippet(wait + code, session, line=30, index=1))[1]
    assert late.verdict is (Verdict.UNVERIFIED if wait else Verdict.PASSED), late
    assert late.cause == ("context" if wait else "")
