"""Fences that show how the block above fails, in every language's own form."""

import pytest

from doc_healing.model import FailKind, Mode, MustFail, State
from tests.documents.dialect_pages import interpret

RUN, BUILD, ANY = FailKind.RUN, FailKind.BUILD, FailKind.ANY
JAVA = 'Exception in thread "main" java.lang.{}\n\tat Main.main(Main.java:3)'
STACK = "/app/a.js:1\nf();\n^\n\n{}\n    at f (/app/a.js:1:1)\n\nNode.js v20.1.0"
PANIC = "thread 'main' panicked at src/main.rs:4:5:\n{}\nnote: run with `RUST_BACKTRACE=1`"
SHOWN = [
    ("java", JAVA.format("ArithmeticException: / by zero"),
     MustFail(RUN, r"/\ by\ zero", "ArithmeticException")),
    ("java", JAVA.format("ArrayIndexOutOfBoundsException: 5"),
     MustFail(RUN, "", "ArrayIndexOutOfBoundsException")),
    ("java", JAVA.format("NullPointerException"), MustFail(RUN, "", "NullPointerException")),
    ("java", "Main.java:3: error: incompatible types: String\n1 error", MustFail(BUILD)),
    ("go", "panic: boom\n\ngoroutine 1 [running]:\nmain.main()\n", MustFail(RUN, "boom")),
    ("go", "1\npanic: a [recovered]\n\npanic: b\n\ngoroutine 7 [running]:\n", MustFail(RUN, "a")),
    ("go", "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:",
     MustFail(RUN, r"all\ goroutines\ are\ asleep\ \-\ deadlock!")),
    ("go", "./prog.go:4:17: cannot use x", MustFail(BUILD)),
    ("go", "# command\n./prog.go:4:2: declared and not used: x", MustFail(BUILD)),
    ("rust", PANIC.format("boom"), MustFail(RUN, "boom")),
    ("rust", PANIC.replace("'main'", "'main' (81)").format("boom"), MustFail(RUN, "boom")),
    ("rust", "thread 'main' panicked at 'boom, it is', src/main.rs:4:5",
     MustFail(RUN, r"boom,\ it\ is")),
    ("rust", PANIC.format("assertion `left == right` failed"), MustFail(RUN)),
    ("rust", PANIC.format("called `Result::unwrap()` on an `Err` value: E { a: 1 }"),
     MustFail(RUN, r"called\ `Result::unwrap\(\)`\ on\ an\ `Err`\ value")),
    ("rust", "error[E0308]: mismatched types\n --> src/main.rs:1:1", MustFail(BUILD, "", "E0308")),
    ("rust", "error: expected `;`\n --> src/main.rs:1:1", MustFail(BUILD)),
    ("js", STACK.format("TypeError: x is null"), MustFail(RUN, r"x\ is\ null", "TypeError")),
    ("js", STACK.format("SyntaxError: Unexpected token"), MustFail(ANY, "", "SyntaxError")),
    ("js", "SyntaxError: no\n    at f (a.js)", MustFail(ANY, "", "SyntaxError")),
    ("ts", "a.ts(1,7): error TS2322: Type 'string' is not", MustFail(BUILD, "", "TS2322")),
    ("ts", "a.ts:1:7 - error TS2322: Type 'string' is not", MustFail(BUILD, "", "TS2322")),
    ("ts", STACK.format("RangeError: no"), MustFail(RUN, "no", "RangeError")),
    ("python", '  File "a.py", line 1\n    f(\n     ^\nSyntaxError: never closed',
     MustFail(ANY, "", "SyntaxError")),
]  # fmt: skip


@pytest.mark.parametrize(("label", "text", "expected"), SHOWN)
@pytest.mark.parametrize("cue", ["Output:\n\n```text", "This fails with:\n\n```", "```output"])
def test_a_shown_failure_has_to_happen(label: str, text: str, expected: MustFail, cue: str) -> None:
    code, shown = interpret(f"```{label}\nf()\n```\n\n{cue}\n{text}\n```\n").blocks
    assert (code.instructions.mode, code.instructions.must_fail) == (Mode.FAIL, expected)
    assert not code.instructions.expected
    assert shown.state is State.ILLUSTRATIVE


LOOSE = [case for case in SHOWN if case[0] != "python" and "\n" in case[1]]


@pytest.mark.parametrize(("label", "text", "expected"), LOOSE)
@pytest.mark.parametrize("fence", ["```", "```console\n$ make run", "```text"])
def test_one_that_merely_follows_allows_it(
    label: str, text: str, expected: MustFail, fence: str
) -> None:
    code, shown = interpret(f"```{label}\nf()\n```\n\n{fence}\n{text}\n```\n").blocks
    assert code.instructions.mode is Mode.RUN
    assert code.instructions.announced_at == shown.line


PRINTED = [
    ("rust", 'println!("error: no");', "error: no"),
    ("go", 'fmt.Println("panic: no")', "panic: no"),
    ("java", 'System.out.println("error: no");', "error: no"),
    ("go", 'fmt.Println("a.go:3: no")', "a.go:3: no"),
    ("rust", 'println!("thread")', "thread 'worker' panicked at 'x', a.rs:1:1"),
    ("js", 'console.log("RUN")', "at f (a.js)\nerror TS2322: x"),
]


@pytest.mark.parametrize(("label", "code", "text"), PRINTED)
def test_what_only_looks_like_a_failure_is_output(label: str, code: str, text: str) -> None:
    found = interpret(f"```{label}\n{code}\n```\n\nOutput:\n\n```\n{text}\n```\n").blocks[0]
    assert [one.text for one in found.instructions.expected] == [text]


def test_a_block_that_may_catch_what_is_shown_promises_nothing() -> None:
    code = "std::panic::catch_unwind(|| recover());"
    text = f"```rust\n{code}\n```\n\nOutput:\n\n```\n{PANIC.format('boom')}\n```\n"
    found = interpret(text).blocks[0].instructions
    assert (found.mode, found.expected, bool(found.announced_at)) == (Mode.RUN, (), True)


@pytest.mark.parametrize(
    ("sentence", "announced"),
    [
        ("When we run it with `cargo run`:", True),
        ("Here is what the compiler says of it:", True),
        ("If you change `1` to `2`, it says:", False),
        ("Without the semicolon:", False),
        ("Add a second borrow, and you see:", False),
    ],
)
def test_what_the_text_between_says_of_a_shown_failure(sentence: str, announced: bool) -> None:
    shown = "```console\n$ cargo run\nerror[E0382]: borrow of moved value\n```"
    text = f"```rust\nf();\n```\n\n{sentence}\n\n{shown}\n"
    assert bool(interpret(text).blocks[0].instructions.announced_at) is announced
