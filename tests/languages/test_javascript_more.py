"""JavaScript: transcripts, promises to fail, documented output, borrowed imports, packages."""

from pathlib import Path

import pytest

from doc_healing.languages.javascript import running as javascript
from doc_healing.languages.javascript.node import satisfies
from doc_healing.languages.javascript.places import at_row
from doc_healing.model import (
    Environment,
    Expectation,
    FailKind,
    Job,
    Level,
    Mode,
    Mount,
    MustFail,
    Outcome,
    Role,
    Status,
)
from tests.languages.javascript_stage import added, examine, snippet, verdict

SESSIONS = {
    "values": "> 1 + 1\n2\n> 'a'\n'a'\n",
    "declared": "> const a = [1]\nundefined\n> a\n[ 1 ]\n",
    "continued": "> function f() {\n... return 3;\n... }\n> f()\n3\n",
    "object": "> { a: 1 }\n{ a: 1 }\n",
    "printed": "> console.log('x')\nx\nundefined\n",
    "printed only": "> console.log('x')\nx\n",
    "underscore": "> 2 * 3\n6\n> _ + 1\n7\n",
    "require": "> const path = require('path')\n> path.join('a', 'b')\n'a/b'\n",
    "await": "> const x = await Promise.resolve(4)\n> x\n4\n",
    "import": "> const p = await import('path')\n> p.join('a', 'b')\n'a/b'\n",
    "throws": "> null.x\nUncaught TypeError: Cannot read properties of null\n> 1\n1\n",
    "browser": "> 'a'.repeat(2)\n< 'aa'\n",
    "command": "> 1\n1\n> .exit\n",
}


@pytest.mark.parametrize("code", SESSIONS.values(), ids=SESSIONS.keys())
def test_sessions_are_run_entry_by_entry(code: str) -> None:
    reading = verdict(code)
    assert (reading.verdict, reading.level) == ("PASSED", Level.OUTPUT), reading


def test_a_session_that_differs_is_red_at_its_output() -> None:
    reading = verdict("> const a = 1\n> a + 1\n3\n> b\n")
    assert reading.symptom is not None
    assert (reading.verdict, reading.symptom.kind) == ("UNVERIFIED", "context")
    reading = verdict("> const a = 1\n> a + 1\n3\n")
    assert reading.symptom is not None
    assert (reading.verdict, reading.symptom.kind, reading.symptom.line) == ("BROKEN", "output", 13)
    assert (reading.symptom.expected, reading.symptom.actual) == ("3", "2")


def test_a_quotation_is_no_session() -> None:
    assert verdict("> this is what they said\n> and more of it\n").verdict == "ILLUSTRATIVE"


FAILURES: dict[str, tuple[str, MustFail | None, str]] = {
    "any": ("throw new Error('x');", None, "PASSED"),
    "clean": ("const a = 1;", None, "BROKEN"),
    "class": ("null.x;", MustFail(FailKind.RUN, code="TypeError"), "PASSED"),
    "other class": ("null.x;", MustFail(FailKind.RUN, code="RangeError"), "BROKEN"),
    "pattern": ("null.x;", MustFail(pattern="of null"), "PASSED"),
    "exit code": ("process.exit(2);", MustFail(code="2"), "PASSED"),
    "build": ("const a = ;", MustFail(FailKind.BUILD), "PASSED"),
    "builds": ("null.x;", MustFail(FailKind.BUILD), "BROKEN"),
    "unknown name": ("nothing();", None, "PASSED"),
    "not installed": ("require('nothing-here');", None, "UNVERIFIED"),
}


@pytest.mark.parametrize(("code", "promise", "wanted"), FAILURES.values(), ids=FAILURES.keys())
def test_blocks_that_are_marked_to_fail(code: str, promise: MustFail | None, wanted: str) -> None:
    assert verdict(code, mode=Mode.FAIL, must_fail=promise).verdict == wanted


OUTPUTS: dict[str, tuple[str, Expectation, str]] = {
    "equal": ("console.log('a\\nb');", Expectation("a\nb", "README.md", 20), "PASSED"),
    "differs": ("console.log('a');", Expectation("b", "README.md", 20), "BROKEN"),
    "nothing": ("const a = 1;", Expectation("b", "README.md", 20), "BROKEN"),
    "wildcard": (
        "console.log('took', Date.now(), 'ms');",
        Expectation("took [..] ms", "README.md", 20, wildcards=("[..]",)),
        "PASSED",
    ),
    "unordered": (
        "console.log('a\\nb');",
        Expectation("b\na", "README.md", 20, unordered=True),
        "PASSED",
    ),
    "whitespace": (
        "console.log('a   b');",
        Expectation("a b", "README.md", 20, normalise_whitespace=True),
        "PASSED",
    ),
}


@pytest.mark.parametrize(("code", "promise", "wanted"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_documented_output_is_compared(code: str, promise: Expectation, wanted: str) -> None:
    reading = verdict(code, expected=(promise,))
    assert reading.verdict == wanted
    if reading.symptom is not None:
        assert (reading.symptom.kind, reading.symptom.line) == ("output", 20)


def test_only_its_own_output_is_compared_in_a_session() -> None:
    first = snippet("console.log('before');", line=1, index=0)
    promise = Expectation("after", "README.md", 20)
    second = snippet("console.log('after');", index=1, continues=True, expected=(promise,))
    assert [item.verdict for item in examine(first, second)] == ["PASSED", "PASSED"]


def test_setup_and_teardown_surround_an_example() -> None:
    setup = snippet("const base = 2;", line=1, index=0, role=Role.SETUP, invisible=True)
    example = snippet("if (base !== 2) throw base;\nvar made = 1;", index=1)
    teardown = snippet("if (made !== 1) throw made;", line=30, index=2, role=Role.TEARDOWN)
    assert [item.verdict for item in examine(setup, example, teardown)] == ["PASSED"]


def test_imports_are_borrowed_from_earlier_blocks() -> None:
    first = snippet("import { join } from 'path';\nthrow new Error(join('a'));", line=1, index=0)
    second = snippet("console.log(join('a', 'b'));\nnull.x;", index=1)
    readings = examine(first, second)
    assert readings[1].symptom is not None
    assert (readings[1].symptom.kind, readings[1].symptom.line) == ("attribute", 12)
    assert readings[1].added == ("`join` from line 2",)


def test_only_what_does_nothing_is_borrowed() -> None:
    first = snippet("const list = makeList();", line=1, index=0)
    second = snippet("list.push(1);", index=1)
    assert examine(first, second)[1].verdict == "UNVERIFIED"


@pytest.fixture
def packages(tmp_path: Path) -> Environment:
    """A package of the project's own, `mine`, and one of others, `theirs`."""
    for name, text in (
        ("mine", "export const a = 1;\nexport function fail() { throw new Error('in mine'); }\n"),
        ("theirs", "export const b = 1;\nexport function leave() { process.exit(4); }\n"),
    ):
        folder = tmp_path / "node_modules" / name
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(text)
        (folder / "package.json").write_text(
            f'{{"name": "{name}", "type": "module", "exports": "./index.js"}}'
        )
    mounts = (Mount(str(tmp_path), str(tmp_path)),)
    return Environment(
        "k", "javascript", mounts=mounts, modules=("mine",), packages={"theirs": "1"}
    )


IMPORTS: dict[str, tuple[str, str, str, str]] = {
    "present": ("import { a } from 'mine';\nif (a !== 1) throw a;", "PASSED", "", ""),
    "gone export": ("import { a, c } from 'mine';", "BROKEN", "import", "c }"),
    "gone path": ("import { a } from 'mine/sub';", "BROKEN", "import", "'mine/sub"),
    "gone path of others": (
        "import { b } from 'theirs/sub';",
        "UNVERIFIED",
        "dependency",
        "'theirs/sub",
    ),
    "misspelt": ("import { a } from 'mines';", "UNVERIFIED", "dependency", "'mines"),
    "not there": ("import { a } from 'else';", "UNVERIFIED", "dependency", "'else"),
    "error within": ("import { fail } from 'mine';\nfail();", "UNVERIFIED", "context", "fail();"),
    "exit within": (
        "import { leave } from 'theirs';\nleave();",
        "UNVERIFIED",
        "context",
        "leave()",
    ),
    "undefined": ("import * as m from 'mine';\nm.gone();", "BROKEN", "attribute", "gone"),
    "dynamic": ("const { c } = await import('mine');\nc();", "BROKEN", "type", "c();"),
}


@pytest.mark.parametrize(("code", "wanted", "kind", "text"), IMPORTS.values(), ids=IMPORTS.keys())
def test_packages_of_an_environment(
    code: str, wanted: str, kind: str, text: str, packages: Environment
) -> None:
    reading = verdict(code, packages)
    assert (reading.verdict, str(reading.symptom.kind) if reading.symptom else "") == (
        wanted,
        kind,
    ), reading
    if reading.symptom is not None:
        before = code[: code.index(text)]
        column = len(before) - (before.rfind("\n") + 1) + 1
        assert (reading.symptom.line, reading.symptom.column) == (
            11 + before.count("\n"),
            column,
        ), reading


def test_a_deprecation_is_told() -> None:
    reading = verdict("process.emitWarning('use b', 'DeprecationWarning', 'DEP1');")
    assert reading.warnings == ("DeprecationWarning: use b",)


STATUSES = {
    Status.TIMEOUT: "timeout",
    Status.MEMORY: "memory",
    Status.OUTPUT_LIMIT: "output_limit",
    Status.PROCESS_LIMIT: "process_limit",
    Status.DISK_LIMIT: "disk_limit",
    Status.SIGNAL: "signal",
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items(), ids=STATUSES.values())
def test_limits_are_named(status: Status, kind: str) -> None:
    reading = javascript.read(_job("a = 1"), Outcome(status, None, b"", b"", signal=9), None)
    assert reading.symptom is not None
    assert (reading.verdict, reading.symptom.kind) == ("BROKEN", kind)


def test_our_faults_and_servers_are_never_red() -> None:
    job = _job("a = 1")
    broken = Outcome(Status.SANDBOX_ERROR, None, b"", b"", detail="no bwrap")
    server = Outcome(Status.TIMEOUT, None, b"", b"", listening=True)
    assert javascript.read(job, broken, None).verdict == "UNVERIFIED"
    assert javascript.read(job, server, None).verdict == "UNVERIFIED"


def test_a_heap_that_is_full_is_memory() -> None:
    text = b"FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"
    outcome = Outcome(Status.SIGNAL, None, b"", text, signal=6)
    reading = javascript.read(_job("a = 1"), outcome, None)
    assert reading.symptom is not None
    assert reading.symptom.kind == "memory"


def test_a_forged_or_broken_report_harms_nobody() -> None:
    for report in (b"\xff\xfe", b"[" * 100_000, b'{"type":"error"}', b"null\n1\n"):
        outcome = Outcome(Status.PASSED, 0, b"", b"", report=report)
        assert javascript.read(_job("a = 1"), outcome, None).verdict == "PASSED"


def test_the_same_snippet_gives_the_same_program() -> None:
    assert _job("a = 1").program == _job("a = 1").program


LINT = {
    "const a = ;": (11, 11),
    "const y = = 2;": (11, 11),
    "const o = { a: 1 b: 2 };": (11, 18),
    "const a = 1;": None,
    "a: 1,\nb: 2": None,
    "fetch(url[, options])": None,
    "const x: number = 1;": None,
    "import a from 'a' assert { type: 'json' };": None,
}


@pytest.mark.parametrize(("code", "place"), LINT.items(), ids=LINT.keys())
def test_lint_says_only_what_is_certain(code: str, place: tuple[int, int] | None) -> None:
    symptom = javascript.lint(snippet(code))
    assert ((symptom.line, symptom.column) if symptom else None) == place


RANGES = {
    ("20.1.0", ">=18"): True,
    ("20.1.0", "^18 || ^20"): True,
    ("20.1.0", "18.x"): False,
    ("20.1.0", "~20.1"): True,
    ("20.1.0", ">=16 <20"): False,
    ("20.1.0", "16 - 22"): True,
    ("20.1.0", "*"): True,
    ("20.1.0", "lts/*"): True,
}


@pytest.mark.parametrize(("words", "holds"), RANGES.items(), ids=map(" in ".join, RANGES))
def test_ranges_of_engines(words: tuple[str, str], holds: bool) -> None:
    assert satisfies(*words) is holds


def test_a_row_of_ours_leads_to_the_first_line() -> None:
    job = _job("\n// note\n  run();")
    assert at_row(job, 99, 0).line.line == 13
    assert added("a = 1;") == ()


def _job(code: str) -> Job:
    answer = javascript.jobs([snippet(code)], javascript.toolchain(""), None)[0]
    assert isinstance(answer, Job)
    return answer


@pytest.mark.parametrize(
    ("printed", "promised", "line", "message"),
    [
        ("a\\nc", "a\nb", 21, "expected b, got c"),
        ("a", "\na\nb", 22, "expected b, got no more"),
        ("a\\nb\\nc", "a\nb", 21, "expected no more, got c"),
        ("x\\nb", "a\nb", 20, "expected a, got x"),
    ],
)
def test_a_difference_in_output_stands_at_its_line(
    printed: str, promised: str, line: int, message: str
) -> None:
    expected = Expectation(promised, "README.md", 20)
    symptom = verdict(f"console.log('{printed}');", expected=(expected,)).symptom
    assert symptom is not None
    assert (symptom.line, symptom.message) == (line, message)
    assert symptom.expected == promised


CONTEXTS = [
    ("process.on('uncaughtException', () => {});", "if (true) throw new Error('x');", "UNVERIFIED"),
    (
        "process.on('uncaughtException', () => {});",
        "setTimeout(() => { throw new Error('x'); }, 10);",
        "UNVERIFIED",
    ),
    (
        "process.on('unhandledRejection', () => {});",
        "Promise.reject(new Error('x'));\nawait 1;\nthrow new Error('y');",
        "BROKEN",
    ),
    ("const z = 1;", "process.on('uncaughtException', () => {});\nthrow new Error('x');", "PASSED"),
    ("const z = 1;", "if (z !== 1) throw new Error('x');", "PASSED"),
    ("const z = 1;", "console.log(z);\nprocess.exit(0);", "PASSED"),
    ("const z = 1;", "if (z === 1) return;\nconsole.log(z);", "PASSED"),
]


@pytest.mark.parametrize(("before", "code", "wanted"), CONTEXTS)
def test_a_context_takes_no_error_of_the_block_after_it(
    before: str, code: str, wanted: str
) -> None:
    second = snippet(code, line=30, index=1, continues=True)
    assert examine(snippet(before), second)[1].verdict == wanted
