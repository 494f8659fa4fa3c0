"""Red verdicts that must not be: what stands on a guess, on a library's state, on another program.

Beside each stands the red one that it must not hide.
"""

import time

import pytest

from doc_healing.languages.javascript.output import volatile
from doc_healing.model import Environment, FailKind, Mode, Mount, MustFail, Verdict
from tests.languages.javascript_stage import examine, snippet, verdict

BROKEN, UNVERIFIED, PASSED = Verdict.BROKEN, Verdict.UNVERIFIED, Verdict.PASSED
ILLUSTRATIVE = Verdict.ILLUSTRATIVE


def _package(tmp_path_factory: pytest.TempPathFactory, **manifest: object) -> Environment:
    import json

    root = tmp_path_factory.mktemp("installed")
    own = root / "node_modules" / "mine"
    own.mkdir(parents=True)
    (own / "package.json").write_text(json.dumps({"name": "mine", **manifest}))
    (own / "index.js").write_text(
        "exports.Clock = class { tell() { return 12; } };\n"
        "exports.refuse = () => { throw new Error('no such transport: x'); };\n"
        "exports.moved = () => { throw new Error('tell() was renamed to say()'); };\n"
        "exports.late = () => Promise.noSuchThing();\n"
        "exports.inner = () => require('./dist/part.js');\n"
    )
    mount = Mount(str(root), str(root))
    unbuilt = tuple(str(item) for item in manifest.get("unbuilt", ()))  # type: ignore[attr-defined]  # a tuple
    packages = {"mine": "1.0.0"}
    return Environment("key", "javascript", (mount,), modules=("mine",), packages=packages,
                       unbuilt=unbuilt)  # fmt: skip


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return _package(tmp_path_factory, main="index.js")


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    exports = {".": "./index.js", "./made": "./dist/made.js", "./each/*": "./out/*.js"}
    lacking = ("mine/dist/made.js", "mine/out/*.js")
    return _package(tmp_path_factory, exports=exports, unbuilt=lacking)


LIBRARY = {
    "refuses": ("require('mine').refuse();", UNVERIFIED, "refuses"),
    "says what it removed": ("require('mine').moved();", BROKEN, ""),
    "has no such function": ("require('mine').gone();", BROKEN, ""),
    "needs a newer Node.js": ("require('mine').late();", UNVERIFIED, "too old"),
    "the block's own error": ("throw new Error('no such transport');", BROKEN, ""),
}


@pytest.mark.parametrize(("code", "wanted", "reason"), LIBRARY.values(), ids=LIBRARY)
def test_errors_of_a_library(mine: Environment, code: str, wanted: Verdict, reason: str) -> None:
    found = verdict(code, mine)
    assert found.verdict is wanted, found
    assert reason in found.reason


BUILDS = {
    "promised": ("import 'mine/made';", UNVERIFIED, "`mine` is not built"),
    "promised, required": ("require('mine/made');", UNVERIFIED, "`mine` is not built"),
    "by a pattern": ("import 'mine/each/one';", UNVERIFIED, "`mine` is not built"),
    "asked for by its own file": ("require('mine').inner();", UNVERIFIED, "`mine` is not built"),
    "never promised": ("import 'mine/other';", BROKEN, ""),
    "there": ("import { Clock } from 'mine'; new Clock();", PASSED, ""),
    "there, another name": ("import { Watch } from 'mine';", BROKEN, ""),
}


@pytest.mark.parametrize(("code", "wanted", "reason"), BUILDS.values(), ids=BUILDS)
def test_files_that_nobody_built(
    unbuilt: Environment, code: str, wanted: Verdict, reason: str
) -> None:
    found = verdict(code, unbuilt)
    assert found.verdict is wanted, found
    assert reason in found.reason


OWN = {
    "a name that the package exports": ("const c = new Clock();\nc.tell(); // => 12", PASSED),
    "its failure may mean another": ("new Clock().strike();", UNVERIFIED),
    "a name that it does not export": ("new Hourglass();", UNVERIFIED),
    "with a date in a text": ("new Clock('2017-05-09'); // 08", PASSED),
    "after a hashbang": ("#!/usr/bin/env node\nnew Clock();", PASSED),
    "the package itself": ("mine.Clock;", PASSED),
    "numbers of old": ("new Clock();\nconst x = 09;", UNVERIFIED),
    "misspelt, of its own": ("const value = 1;\nconsole.log(vlaue);", BROKEN),
}


@pytest.mark.parametrize(("code", "wanted"), OWN.values(), ids=OWN)
def test_names_that_only_the_package_has(mine: Environment, code: str, wanted: Verdict) -> None:
    found = verdict(code, mine)
    assert found.verdict is wanted, found


PROGRAMS = {
    "a command that fails": ("require('child_process').execSync('exit 3');", UNVERIFIED),
    "a command that is not there": ("require('child_process').execFileSync('nope-x');", UNVERIFIED),
    "its own exit": ("process.exit(3);", BROKEN),
    "its own exit after an error": (
        "try { null.x; } catch (error) { process.exit(1); }",
        UNVERIFIED,
    ),
    "after a printed error": (
        "require('fs').readFile('nope', (err, d) => { console.error(err);\nd.length; });",
        UNVERIFIED,
    ),
    "an error in place of a value": (
        "require('fs').readFile('nope', (err) => {\n  console.log(err); // => null\n});",
        UNVERIFIED,
    ),
    "a handler of another error": ("try { null.x } catch (e) { e.toJSON(); }", UNVERIFIED),
    "a method of tomorrow": ("new Set().isSubsetOf && 1;\n[1].getOrInsert(1);", UNVERIFIED),
}


@pytest.mark.parametrize(("code", "wanted"), PROGRAMS.values(), ids=PROGRAMS)
def test_what_hangs_on_the_surroundings(code: str, wanted: Verdict) -> None:
    found = verdict(code)
    assert found.verdict is wanted, found


WAITS = {
    "an interval": ("setInterval(() => {}, 100);", UNVERIFIED),
    "somebody who speaks": (
        "const n = require('net').createServer();\nn.listen(0);\nnew Promise(() => {});",
        UNVERIFIED,
    ),
    "a sleep of its own": ("setTimeout(() => {}, 99e3);", BROKEN),
    "a busy loop": ("for (;;);", BROKEN),
}


@pytest.mark.parametrize(("code", "wanted"), WAITS.values(), ids=WAITS)
def test_what_never_ends(code: str, wanted: Verdict) -> None:
    found = verdict(code, wall=3)
    assert found.verdict is wanted, found


LOOPS = {
    "without a condition": ("let x = 1;\n[1].map(String);\nwhile (true) x += 1;", 13, 1),
    "the only one": ("let x = 1;\n  for (let i = 0; i < 9; i--) x += i;", 12, 3),
    "one of two": ("for (const a of [1]) a;\nfor (;;) {}", 12, 1),
    "nobody knows": ("let i = 1;\nwhile (i) i++;\nwhile (i) i--;", 11, 1),
}


@pytest.mark.parametrize(("code", "line", "column"), LOOPS.values(), ids=LOOPS)
def test_a_busy_loop_is_placed(code: str, line: int, column: int) -> None:
    found = verdict(code, wall=2)
    assert found.symptom is not None
    assert (found.verdict, found.symptom.kind) == (BROKEN, "timeout")
    assert (found.symptom.line, found.symptom.column) == (line, column)


NOTATION = {
    "a comment for a value": "const tracer = /* from elsewhere */\nconst x = 1;",
    "angles for a value": "const a = {\n  host: <the host>,\n  port: <the port>,\n};",
    "a shape": "{\n  ts = Number,\n  level: { label = String }\n}",
    "a command": "tool run file.js\n\n// or as a shebang",
    "a bookmark": "javascript:",
}


@pytest.mark.parametrize("code", NOTATION.values(), ids=NOTATION)
def test_notation_is_no_syntax_error(code: str) -> None:
    assert verdict(code).verdict is ILLUSTRATIVE


def test_a_name_from_another_part_of_the_page_is_a_guess() -> None:
    from dataclasses import replace

    first = replace(snippet("const util = require('util');\nutil.inspect;"), headings=("One",))
    near = replace(snippet("util.gone();", line=30, index=1), headings=("One",))
    far = replace(near, headings=("Two",))
    assert examine(first, near)[1].verdict is BROKEN
    assert examine(first, far)[1].verdict is UNVERIFIED
    assert "`util` from line 11" in examine(first, far)[1].reason


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("'9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d'", "'1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed'", True),
        ("2019-02-11T09:46:20.843Z", "2026-11-22T11:30:00.001Z", True),
        ("'contact_104'", "'contact_1'", True),
        ("V1StGXR8_Z5jdHi6B-myT", "'a8sjd8J2kd9w-s8dk3kd9'", True),
        ("12ms", "15ms", True),
        ("1546300800000", "1795351800000", True),
        ("3", "4", False),
        ("'abc'", "'abd'", False),
        ("[1, 2]", "[1, 3]", False),
        ("'a-1'", "'b-1'", False),
        ("{ a: 1 }", "{ a: 2 }", False),
    ],
)
def test_what_differs_from_run_to_run(expected: str, actual: str, same: bool) -> None:
    assert volatile(expected, actual) is same


def test_a_pattern_of_a_stranger_cannot_hang_us() -> None:
    promise = MustFail(FailKind.ANY, "(a+)+$")
    begin = time.monotonic()
    found = verdict(f"throw new Error('{'a' * 60}!');", mode=Mode.FAIL, must_fail=promise)
    assert time.monotonic() - begin < 60
    assert found.verdict is UNVERIFIED
    assert "takes too long" in found.reason


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [("b[ao]d", PASSED), ("bad (", BROKEN), ("g.od", BROKEN), ("bad", PASSED)],
)
def test_the_pattern_of_a_promise(pattern: str, wanted: Verdict) -> None:
    promise = MustFail(FailKind.ANY, pattern)
    found = verdict("throw new Error('very bad');", mode=Mode.FAIL, must_fail=promise)
    assert found.verdict is wanted


@pytest.mark.parametrize("code", ["const x = 1;", "throw new Error('x');"])
def test_a_failure_that_is_allowed_is_not_promised(code: str) -> None:
    found = verdict(code, mode=Mode.FAIL, must_fail=MustFail(), flags=("may-pass",))
    assert found.verdict is PASSED, found


def test_a_promise_is_for_a_failure_alone() -> None:
    assert verdict("const x = 1;", mode=Mode.FAIL, must_fail=MustFail()).verdict is BROKEN
