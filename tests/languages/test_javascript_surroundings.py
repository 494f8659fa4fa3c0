"""What surrounds a block: earlier members that end it, no network, another Node.js, another day."""

import json
from pathlib import Path

import pytest

from doc_healing.languages.javascript import running as javascript
from doc_healing.languages.javascript.program import driver_files
from doc_healing.model import (
    Environment,
    Expectation,
    Job,
    Level,
    Mount,
    Outcome,
    Role,
    Status,
    Verdict,
)
from tests.languages.javascript_stage import examine, snippet, verdict

BROKEN, UNVERIFIED, PASSED = Verdict.BROKEN, Verdict.UNVERIFIED, Verdict.PASSED

ENDS = {
    "by an exit": "const a = 1;\nprocess.exit(0);",
    "by a failing exit": "const a = 1;\nprocess.exit(3);",
    "by a return": "const a = 1;\nreturn;",
    "without a word": "const a = 1;\nprocess.reallyExit(0);",
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("later", ["null.x;", "const b = a;", "import 'fs';\nconst b = a;"])
def test_a_context_that_ends_the_program_hides_nothing(code: str, later: str) -> None:
    first = snippet(code, line=1, index=0, session="s")
    found = examine(first, snippet(later, line=10, index=1, session="s"))[1]
    assert (found.verdict, found.cause) == (UNVERIFIED, "context"), found
    assert "its context at line 3 ended the program" in found.reason


def test_a_context_that_ends_the_program_later_is_told() -> None:
    first = snippet("const a = 1;\nsetTimeout(() => process.exit(0), 1);", line=1, session="s")
    later = snippet("setTimeout(() => null.x, 3000);", line=10, index=1, session="s")
    assert examine(first, later)[1].verdict is UNVERIFIED


def test_a_block_may_end_its_own_program() -> None:
    first = snippet("const a = 1;", line=1, session="s")
    later = snippet("process.exit(0);\nnull.x;", line=10, index=1, session="s")
    assert examine(first, later)[1].verdict is PASSED


def test_a_context_without_an_end_is_not_the_later_block() -> None:
    first = snippet("for (;;);", line=1, session="s")
    later = snippet("null.x;", line=10, index=1, session="s")
    readings = examine(first, later, wall=2)
    assert [item.verdict for item in readings] == [BROKEN, UNVERIFIED]


TEARDOWNS = {
    "an error": "null.foo;",
    "an exit": "process.exit(4);",
    "a clash": "var made = 1;\nnull.foo;",
    "a rejection": "await Promise.reject(new Error('x'));",
}


@pytest.mark.parametrize("code", TEARDOWNS.values(), ids=TEARDOWNS)
def test_a_failing_teardown_is_no_fault_of_the_example(code: str) -> None:
    example = snippet("var made = 1;\n'a' + 'b' // => 'ab'", index=0)
    teardown = snippet(code, line=30, index=1, role=Role.TEARDOWN)
    found = examine(example, teardown)[0]
    assert (found.verdict, found.level) == (PASSED, Level.OUTPUT), found
    assert "its teardown" in found.warnings[0]


def test_a_failing_teardown_does_not_hide_what_comes_later() -> None:
    example = snippet("setTimeout(() => null.x, 50);", index=0)
    teardown = snippet("null.foo;", line=30, index=1, role=Role.TEARDOWN)
    found = examine(example, teardown)[0]
    assert found.symptom is not None
    assert (found.verdict, found.symptom.line) == (BROKEN, 11)


NETWORK = {
    "caught": "let r;\ntry { r = await fetch('http://127.0.0.1:65123/'); } catch {}\nr.status;",
    "a value": "const r = await fetch('http://127.0.0.1:65123/').catch(() => 0);\nr; // => 200",
    "an old client": "let a = null;\nrequire('http').get('http://127.0.0.1:65123/')"
    ".on('error', () => a.b);",
    "a socket": "const s = require('net').connect(9, '127.0.0.1');\n"
    "const b = null;\ns.on('error', () => b.c);",
    "a name": "const dns = require('dns/promises');\nlet a = null;\n"
    "try { await dns.resolve4('no-such.invalid'); } catch {}\na.b;",
    "a program": "let out = null;\n"
    "try { out = require('child_process').execSync('npm --no-such ping', { stdio: 'ignore' }); }"
    "\ncatch {}\nout.length;",
    "thrown on": "try { await fetch('http://127.0.0.1:65123/'); } catch { throw new Error('no'); }",
}


@pytest.mark.parametrize("code", NETWORK.values(), ids=NETWORK)
def test_what_follows_a_failed_request_is_no_fault(code: str) -> None:
    found = verdict(code)
    assert (found.verdict, found.cause) == (UNVERIFIED, "network"), found
    assert found.symptom is not None
    assert found.symptom.kind == "network"


ALONE = {
    "before the request": "const a = null;\na.b;\nfetch('http://127.0.0.1:65123/').catch(() => 0);",
    "a server of its own": (
        "const s = require('http').createServer((q, r) => r.end('x')).listen(0, async () => {\n"
        "  const r = await fetch(`http://127.0.0.1:${s.address().port}/`);\n"
        "  s.close(); r.nope.x;\n});"
    ),
    "a program at home": "require('child_process').execSync('git --version');\nnull.x;",
}


@pytest.mark.parametrize("code", ALONE.values(), ids=ALONE)
def test_what_has_no_part_in_a_request_stays_red(code: str) -> None:
    assert verdict(code).verdict is BROKEN


AGES = {
    "a function of a module": ("const fs = require('fs');\nfs.nope();", BROKEN, "attribute"),
    "imported": ("import fs from 'fs';\nfs.nope();", BROKEN, "attribute"),
    "imported by name": ("import { nope } from 'fs';\nnope();", BROKEN, "import"),
    "taken apart": ("const { nope } = require('fs');\nnope();", BROKEN, "type"),
    "of the language": ("Promise.nope();", BROKEN, "attribute"),
    "of an object": ("const o = {};\no.hash();", BROKEN, "attribute"),
    "a later function": ("const z = require('zlib');\nz.zstdLater?.();\nconst v = require('v8');\n"
                         "v.startCpuProfile();", UNVERIFIED, "toolchain"),
    "a later import": ("import { argon2 } from 'node:crypto';\nargon2();", UNVERIFIED, "toolchain"),
    "a later name": ("const { argon2 } = require('crypto');\nargon2();", UNVERIFIED, "toolchain"),
    "a later static": ("Math.sumPrecise([1]);", UNVERIFIED, "toolchain"),
    "a later global": ("Temporal.Now.instant();", UNVERIFIED, "toolchain"),
    "a later module": ("import 'node:quic';", UNVERIFIED, "toolchain"),
    "a later syntax": ("using x = open();", UNVERIFIED, "toolchain"),
}  # fmt: skip

if int(javascript.toolchain("").version.lstrip("v").split(".")[0]) > 20:
    # What Node.js 22 and 24 brought is of no age there; the others no version has yet.
    for name in ("a later function", "a later import", "a later name", "a later syntax"):
        del AGES[name]


@pytest.mark.parametrize(("code", "wanted", "kind"), AGES.values(), ids=AGES)
def test_the_age_of_the_toolchain(code: str, wanted: Verdict, kind: str) -> None:
    found = verdict(code)
    assert found.symptom is not None, found
    assert (found.verdict, found.symptom.kind) == (wanted, kind), found
    assert found.cause == ("toolchain" if wanted is UNVERIFIED else "")


FRAGMENTS = {
    "taken apart": ("const { a } = this.props;", UNVERIFIED),
    "called": ("this.setState({ a: 1 });", UNVERIFIED),
    "deep": ("this.foo.bar();", UNVERIFIED),
    "in a module": ("import 'fs';\nthis.foo.bar();", UNVERIFIED),
    "in an arrow": ("const f = () => this.x.y;\nf();", UNVERIFIED),
    "a value": ("this.state; // => { a: 1 }", UNVERIFIED),
    "private": ("this.#count += 1;", UNVERIFIED),
    "in a class": ("class A { go() { this.x.y; } }\nnew A().go();", BROKEN),
    "in a function": ("const o = { go() { return this.x.y; } };\no.go();", BROKEN),
}


@pytest.mark.parametrize(("code", "wanted"), FRAGMENTS.values(), ids=FRAGMENTS)
def test_parts_of_a_class(code: str, wanted: Verdict) -> None:
    found = verdict(code)
    assert found.verdict is wanted, found


MACHINE = {
    "line ends": "const end = require('os').EOL;\nend; // => '\\r\\n'",
    "separator": "const path = require('path');\npath.sep; // => 'x'",
    "platform": "process.platform; // => 'darwin'",
    "printed": "console.log(process.platform); // => 'darwin'",
    "the year": "new Date().getFullYear(); // => 2020",
    "through names": "const now = new Date();\nconst year = now.getFullYear();\nyear; // => 2020",
    "through a function": "function age(born) { return new Date().getFullYear() - born; }\n"
    "age(1990); // => 30",
    "processors": "const os = require('os');\nos.cpus().length; // => 99",
    "taken apart": "const { cpus } = require('os');\nconsole.log(cpus().length); // => 99",
    "imported": "import { arch } from 'node:os';\narch(); // => 'pdp11'",
    "pid": "const { pid } = process;\npid; // => 1234567",
    "chance": "Math.random(); // => 7",
    "identifier": "const crypto = require('crypto');\ncrypto.randomUUID(); // => 'abc'",
    "clock": "performance.now(); // => 12",
    "in a template": "`on ${process.platform}`; // => 'on darwin'",
    "transcript": "> process.platform\n'darwin'\n",
    "asserted": "require('assert').equal(process.platform, 'darwin');",
    "refused": "if (process.platform !== 'darwin') {\n  throw new Error('only there');\n}",
}


@pytest.mark.parametrize("code", MACHINE.values(), ids=MACHINE)
def test_values_of_the_machine_are_examples(code: str) -> None:
    found = verdict(code)
    assert found.verdict is UNVERIFIED, found
    assert "depends on the machine" in found.reason


OF_THEIR_OWN = {
    "beside": "const pid = process.pid;\n1 + 1; // => 3",
    "a name in a text": "'process.platform'.length; // => 3",
    "a fixed date": "new Date(2020, 1).getFullYear(); // => 2021",
    "thrown with a time": "throw new Error(`at ${Date.now()}`);",
}


@pytest.mark.parametrize("code", OF_THEIR_OWN.values(), ids=OF_THEIR_OWN)
def test_other_values_stay_red(code: str) -> None:
    assert verdict(code).verdict is BROKEN


def test_printed_output_of_the_machine() -> None:
    promise = (Expectation("on darwin", "README.md", 20),)
    told = verdict("console.log('on', process.platform);", expected=promise)
    assert told.verdict is UNVERIFIED
    assert verdict("process.pid;\nconsole.log('on');", expected=promise).verdict is BROKEN


@pytest.mark.parametrize(
    ("printed", "wanted", "level"),
    [
        ("at 2020-01-02T03:04:05Z", PASSED, Level.RUNS),
        ("at 2026-01-01", PASSED, Level.OUTPUT),
        ("in 2026-01-01", BROKEN, Level.NONE),
    ],
)
def test_printed_times_are_examples(printed: str, wanted: Verdict, level: Level) -> None:
    promise = (Expectation(printed, "README.md", 20),)
    found = verdict("console.log('at 2026-01-01');", expected=promise)
    assert (found.verdict, found.level) == (wanted, level)


def test_an_end_of_its_own_hides_no_error() -> None:
    assert verdict("process.on('exit', () => process.exit(0));\nnull.x;").verdict is BROKEN
    handler = "process.on('uncaughtException', (error) => console.log(error.name));\nnull.x;"
    assert verdict(handler).verdict is PASSED


def test_the_reason_is_the_message() -> None:
    found = verdict("null.x;")
    assert found.symptom is not None
    assert found.reason == found.symptom.message
    assert "Cannot read properties of null" in found.reason


def test_what_was_added_is_said_once() -> None:
    assert len(verdict("{ a: 1 }").added) == 1


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("await fetch('http://127.0.0.1:65123/');", "network"),
        ("import 'no-such-package';", "dependency"),
        ("app.start();", "context"),
        ("require('http').createServer(() => 0).listen(0);", "server"),
    ],
)
def test_the_cause_is_named(code: str, cause: str) -> None:
    assert verdict(code).cause == cause


LABELS = {
    "require in a module": ("mjs", "const fs = require('fs');\nfs.x;", BROKEN, "name"),
    "a folder in a module": ("mjs", "console.log(__dirname);", BROKEN, "name"),
    "made by itself": (
        "mjs",
        "import { createRequire } from 'module';\nconst require = createRequire(import.meta.url);\n"
        "require('fs').existsSync('/');",
        PASSED,
        "",
    ),
    "asked for": ("mjs", "typeof require === 'undefined'; // => true", PASSED, ""),
    "return in a module": ("mjs", "return 1;", BROKEN, "syntax"),
    "import in a script": ("cjs", "import fs from 'fs';\nfs.existsSync('/');", BROKEN, "syntax"),
    "await in a script": ("cjs", "const x = await Promise.resolve(1);", BROKEN, "syntax"),
    "export in a script": ("cjs", "export const a = 1;", BROKEN, "syntax"),
    "loaded in a script": ("cjs", "import('fs').then((fs) => fs.existsSync('/'));", PASSED, ""),
    "both in a plain block": ("js", "import 'fs';\nconst p = require('path');\np.sep;", PASSED, ""),
    "require in a plain block": ("js", "const p = require('path');\nawait p.sep;", PASSED, ""),
}


@pytest.mark.parametrize(("info", "code", "wanted", "kind"), LABELS.values(), ids=LABELS)
def test_an_explicit_label_is_held(info: str, code: str, wanted: Verdict, kind: str) -> None:
    found = verdict(code, info=info)
    assert found.verdict is wanted, found
    assert (str(found.symptom.kind) if found.symptom else "") == kind, found


def test_an_explicit_label_in_a_session() -> None:
    first = snippet("const a = 1;\nconst b = require('fs');", line=1, session="s")
    later = snippet("const a = 2;\nexport default a;", line=10, index=1, session="s", info="mjs")
    assert [item.verdict for item in examine(first, later)] == [PASSED, PASSED]


def test_ways_to_load_may_stand_together() -> None:
    code = "const fs = require('fs');\nconst fs = require('fs/promises');\nfs.access;"
    found = verdict(code)
    assert found.verdict is PASSED, found
    assert "declared more than once" in found.added[0]


def test_a_program_that_never_came_to_run_is_no_broken_document() -> None:
    (job,) = javascript.jobs([snippet("f()\n")], javascript.toolchain(""), None)
    assert isinstance(job, Job)
    outcome = Outcome(Status.FAILED, 1, b"", b"Error: cannot find the driver\n")
    reading = javascript.read(job, outcome, None)
    assert (reading.verdict, reading.cause) == (Verdict.UNVERIFIED, "toolchain")
    assert "cannot find the driver" in reading.reason


def test_the_packages_that_come_with_node_are_not_the_projects(tmp_path: Path) -> None:
    """A Node.js outside of /usr is mounted with its `lib/node_modules`, before the project's."""
    for folder in ("node/lib/node_modules/npm", "env/node_modules/widgets"):
        (tmp_path / folder).mkdir(parents=True)
    targets = ("/opt/n/bin/node", "/opt/n/lib", "/opt/env")
    mounts = tuple(Mount(str(tmp_path), target) for target in targets)
    environment = Environment("key", "javascript", mounts=mounts, interpreter="/opt/n/bin/node")
    (*_, told) = driver_files("snippet.mjs", {}, "nonce", environment)
    assert json.loads(told.data)["modules"] == ["/opt/env"]
