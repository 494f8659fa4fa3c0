"""A block that runs behind others passes only where it was reached, and came to its own end."""

import pytest

from doc_healing.model import Reading, Verdict
from tests.languages.java_stage import examine, snippet

CHECK = "if (x != 2) throw new RuntimeException();\n"
HANDLER = "Thread.setDefaultUncaughtExceptionHandler((t, e) -> System.exit(0));\n"


def last(*blocks: str) -> Reading:
    made = [
        snippet(code, line=10 * (at + 1), index=at, session="a") for at, code in enumerate(blocks)
    ]
    return examine(*made)[-1]


@pytest.mark.parametrize(
    "blocks",
    [
        ("Integer load() { return null; }\n", "Integer x = load();\nif (x == null) { return; }\n",
         CHECK),
        ("int x = 1;\nSystem.exit(0);\n", CHECK),
        ("int x = 1;\n" + HANDLER, CHECK),
        ("class A { static int go() { System.exit(0); return 1; } }\n",
         "int x = A.go();\n" + CHECK),
        ("class A { static int go() { System.exit(0); return 1; } }\n",
         "class B { public static void main(String[] args) { int x = A.go();\n" + CHECK + "} }\n"),
    ],
)  # fmt: skip
def test_a_block_that_another_kept_from_running_proves_nothing(blocks: tuple[str, ...]) -> None:
    reading = last(*blocks)
    assert reading.verdict is Verdict.UNVERIFIED, reading
    assert reading.cause == "context"
    assert "ended the program" in reading.reason


@pytest.mark.parametrize(
    "blocks",
    [
        ("int x = 2;\n", CHECK),
        ("int x = 1;\n", "if (x == 1) { return; }\nthrow new RuntimeException();\n"),
        ("int x = 1;\n", "if (x == 1) System.exit(0);\nthrow new RuntimeException();\n"),
        ("record P(int x) {}\n", "class B { static int f(P p) { return p.x(); } }\n"),
        ("int x = 2;\n", "int twice() { return 2 * x; }\n", "if (twice() != 4) { throw null; }\n"),
    ],
)
def test_a_block_that_came_to_its_end_passes(blocks: tuple[str, ...]) -> None:
    reading = last(*blocks)
    assert reading.verdict is Verdict.PASSED, reading


def test_a_failure_behind_others_keeps_its_place() -> None:
    reading = last("int x = 1;\n", CHECK)
    assert reading.verdict is Verdict.BROKEN, reading
    assert reading.symptom is not None
    assert reading.symptom.line == 21


def test_a_type_that_is_lent_may_end_the_program_too() -> None:
    first = snippet("class A { static int go() { System.exit(0); return 1; } }\n")
    second = snippet("int x = A.go();\n" + CHECK, line=20, index=1)
    assert examine(first, second)[-1].verdict is Verdict.UNVERIFIED


def test_a_type_that_a_page_defines_twice_turns_nothing_red() -> None:
    blocks = (
        "interface Shape { double area(); }\n",
        "interface Shape { double area(); String name(); }\n",
        "class Dot implements Shape { public double area() { return 0; } }\n",
    )
    made = [snippet(code, line=10 * (at + 1), index=at) for at, code in enumerate(blocks)]
    assert examine(*made)[-1].verdict is Verdict.UNVERIFIED
    assert examine(made[1], made[2])[-1].verdict is Verdict.BROKEN
