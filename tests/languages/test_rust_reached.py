"""A block that runs behind others passes only where it was reached, and came to its own end."""

from dataclasses import replace

import pytest

from doc_healing.model import Reading, Snippet, Verdict
from tests.languages.rust_stage import examine, page

LOAD = "fn load() -> Option<u32> { None }\nlet Some(v) = load() else { return };\n"


def group(*blocks: str) -> list[Snippet]:
    return grouped(page(*blocks))


def grouped(snippets: list[Snippet]) -> list[Snippet]:
    return [replace(one, instructions=replace(one.instructions, session="a")) for one in snippets]


def last(*blocks: str) -> Reading:
    return examine(group(*blocks))[-1]


@pytest.mark.parametrize(
    "blocks",
    [
        (LOAD, "assert_eq!(v, 2);\n"),
        ("let x = 1;\nif x == 1 { std::process::exit(0); }\n", "assert_eq!(x, 2);\n"),
        ("let x = 1;\nstd::panic::set_hook(Box::new(|_| std::process::exit(0)));\n",
         "assert_eq!(x, 2);\n"),
        ("fn load() -> u32 { std::process::exit(0) }\n", "let v = load();\nassert_eq!(v, 2);\n"),
        ("fn load() -> u32 { std::process::exit(0) }\n",
         "fn main() {\n    let v = load();\n    assert_eq!(v, 2);\n}\n"),
        ("fn load() -> u32 { std::process::exit(0) }\n",
         "fn main() { let v = load(); assert_eq!(v, 2); }\n"),
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
        ("let x = 1;\n", "assert_eq!(x, 1);\n"),
        ("#![forbid(unsafe_code)]\nlet x = 1;\n", "use std::fmt::Write;\nassert_eq!(x, 1);\n"),
        ("let x = 1;\n", "if x == 1 { return; }\npanic!();\n"),
        ("let x = 1;\n", "if x == 1 { std::process::exit(0); }\npanic!();\n"),
        ("fn one() -> u32 { 1 }\n", "fn main() { assert_eq!(one(), 1); }\n"),
        ("let x = \"1\";\n", "let y: u32 = x.parse()?;\nassert_eq!(y, 1);\n"),
        ("fn one() -> u32 { 1 }\n", "struct P;\nimpl P { fn two(&self) -> u32 { 2 * one() } }\n"),
    ],
)  # fmt: skip
def test_a_block_that_came_to_its_end_passes(blocks: tuple[str, ...]) -> None:
    reading = last(*blocks)
    assert reading.verdict is Verdict.PASSED, reading


@pytest.mark.parametrize(
    ("blocks", "line"),
    [
        (("let x = 1;\n", "let y = 2;\nassert_eq!(x, y);\n"), 13),
        (("fn one() -> u32 { 1 }\n", "fn main() { assert_eq!(one(), 2); }\n"), 12),
    ],
)
def test_a_failure_behind_others_keeps_its_place(blocks: tuple[str, ...], line: int) -> None:
    reading = last(*blocks)
    assert reading.verdict is Verdict.BROKEN, reading
    assert reading.symptom is not None
    assert reading.symptom.line == line


def test_a_function_that_is_lent_may_end_the_program_too() -> None:
    reading = examine(
        page("fn load() -> u32 { std::process::exit(0) }\n", "let v = load();\nassert_eq!(v, 2);\n")
    )[-1]
    assert reading.verdict is Verdict.UNVERIFIED, reading


def test_a_promised_failure_is_not_that_of_another_block() -> None:
    blocks = page("let x = 1;\nif x == 1 { std::process::exit(3); }\n",
                  ("rust,should_panic", "assert_eq!(x, 2);\n"))  # fmt: skip
    assert examine(grouped(blocks))[-1].verdict is Verdict.UNVERIFIED
