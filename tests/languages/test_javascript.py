"""Blocks of JavaScript as documents show them, run by Node: verdict, kind, and exact place."""

import pytest

from doc_healing.model import Level
from tests.languages.javascript_stage import added, examine, place, snippet, verdict

PASSED = {
    "script": "const total = [1, 2, 3].reduce((a, b) => a + b, 0);\nconsole.log(total);",
    "module": "import { join } from 'node:path';\nconsole.log(join('a', 'b'));",
    "commonjs": "const path = require('path');\nmodule.exports = { join: path.join };",
    "top-level await": "const answer = await Promise.resolve(42);\nconsole.log(answer);",
    "for await": "for await (const item of [Promise.resolve(1)]) console.log(item);",
    "import and require": "import fs from 'fs';\nconst path = require('path');\npath.join('a');",
    "require and await": "const fs = require('fs/promises');\nawait fs.readFile(__filename);",
    "top-level return": "if (1 > 0) return;\nthrow new Error('never');",
    "module with return": "import fs from 'fs';\nif (fs.existsSync('/')) return;\nthrow 1;",
    "sloppy globals": "counter = 1;\ncounter += 1;\nconsole.log(counter);",
    "two ways": "const x = [1].concat(2);\n\n// or\nconst x = [1, 2];\nconsole.log(x.length);",
    "both systems": "const { join } = require('path');\nimport { join } from 'path';\njoin('a');",
    "import twice": "import fs from 'fs';\nimport fs from 'node:fs';\nfs.existsSync('/');",
    "class twice": "class A {}\n\nclass A { go() { return 1; } }\nnew A().go();",
    "two defaults": "export default { a: 1 };\nexport default function make() {}",
    "object alone": "{\n  name: 'x',\n  size: 2\n}",
    "members alone": "name: 'x',\nsize: [1, 2],",
    "method alone": "  greet(name) {\n    return `hi ${name}`;\n  }",
    "signature alone": "async function load(url, options)",
    "header alone": "class Animal {",
    "anonymous function": "function (a, b) {\n  return a + b;\n}",
    "yield alone": "const x = yield fetch('/');",
    "main module": "if (require.main !== module) throw new Error('not main');",
    "import meta": "if (!import.meta.url.endsWith('.mjs')) throw new Error(import.meta.url);",
    "argv": "if (process.argv.length !== 2) throw new Error(String(process.argv));",
    "caught": "try { JSON.parse('{'); } catch (error) { console.log(error.name); }",
    "exit zero": "console.log('bye');\nprocess.exit(0);",
    "hash bang": "#!/usr/bin/env node\nconsole.log(1);",
    "comment output": "console.log('x'); // 3 apples are printed",
    "prose after arrow": "[1].map(String); // => returns a new list",
    "ellipsis value": "[1, 2, 3].slice(); // => [1, ...]",
    "near number": "Math.PI; // => 3.14",
    "promise value": "Promise.resolve(5); // => 5",
    "sketched class": "class P { constructor() { this.x = 1; } }\nnew P(); // => { y: 2 }",
    "throws": "JSON.parse('{'); // throws SyntaxError\nconsole.log('goes on');",
    "throws in declaration": "const x = JSON.parse('{'); // SyntaxError: Unexpected end",
    "marked as refused": "JSON.parse('{'); // ❌ (no)\nJSON.parse(''); // => ❌",
    "marked above": "JSON.parse('1'); // ✅\n// ❌ no\nJSON.parse('{');\nconsole.log(1);",
    "marked within": "JSON.parse({\n  a: 1, // ✅\n  b: 2, // ❌\n});",
    "throws before": "// throws TypeError\nnull.name;",
    "raw text": "'a.b'.replace('.', '\\\\.'); // => 'a\\.b'",
    "worker": "const { Worker } = require('worker_threads');\nnew Worker('1', { eval: true });",
}


@pytest.mark.parametrize("code", PASSED.values(), ids=PASSED.keys())
def test_healthy_blocks_pass(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict == "PASSED", reading


KEPT = {
    "number": "1 + 2; // => 3",
    "string": "'a' + 'b' // => 'ab'",
    "bare string": "['a', 'b'].join('-') // -> a-b",
    "array below": "[3, 1].sort()\n// => [1, 3]",
    "object": "Object.assign({}, { a: 1 }, { b: 'x' }); // => { a: 1, b: \"x\" }",
    "over lines": "Object.fromEntries([['a', 1]]);\n// => {\n//   a: 1,\n// }",
    "log": "console.log([1, 2].length); // => 2",
    "log object": "console.log({ a: [1, 2] }); // → { a: [1, 2] }",
    "prints": "console.log('hi'); // prints: hi",
    "declared": "const sum = 1 + 2; // => 3",
    "class text": "new Map([['a', 1]]); // => Map(1) { 'a' => 1 }",
    "undefined": "[].find(Boolean); // => undefined",
    "awaited": "await Promise.resolve([1]); // => [1]",
    "own printer": "const print = (x) => console.log(x);\nprint(5); // => 5",
}


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT.keys())
def test_kept_promises_prove_the_output(code: str) -> None:
    reading = verdict(code)
    assert (reading.verdict, reading.level) == ("PASSED", Level.OUTPUT), reading


# A block, the kind of its fault, and the text at whose first occurrence it is.
BROKEN: dict[str, tuple[str, str, str]] = {
    "syntax": ("f = 1\nconst b = ;\n", "syntax", ";"),
    "syntax in a module": ("import fs from 'fs';\n  const x = 2);", "syntax", ")"),
    "missing bracket": ("console.log('hi'\nconsole.log('x');", "syntax", "'hi'"),
    "await in a function": ("function f() {\n  await g();\n}", "syntax", "await"),
    "exception": ("const a = 1;\n\nthrow new Error('boom');", "exception", "new Error"),
    "module exception": ("import 'fs';\nthrow new Error('boom');", "exception", "new Error"),
    "thrown text": ("console.log(1);\nthrow 'boom';", "exception", "throw"),
    "rejection": ("const a = 1;\nPromise.reject(new Error('x'));", "exception", "new Error"),
    "attribute": ("const list = [];\n  list.psuh(1);", "attribute", "psuh"),
    "undefined property": ("const a = {};\na.b.c;", "attribute", "c;"),
    "not a function": ("const f = 1;\nf();", "type", "f()"),
    "constant": ("const a = 1;\na = 2;", "type", "= 2"),
    "early": ("console.log(later);\nconst later = 1;", "name", "later"),
    "slip of an own name": ("const counter = 1;\nconsole.log(conter);", "name", "conter"),
    "slip of a global": ("cosnole.log(1);", "name", "cosnole"),
    "assertion": ("import assert from 'assert';\nassert.equal(1, 2);", "assertion", "equal"),
    "argument": ("const fs = require('fs');\nfs.readFileSync({});", "argument", "readFileSync"),
    "exit": ("console.log(1);\nprocess.exit(3);", "exit", "exit"),
    "value": ("1 + 1; // => 3", "output", "3"),
    "value of a call": ("const add = (a, b) => a + b;\nadd(1, 2) // => 4", "output", "4"),
    "value below": ("[1, 2].map((x) => x * 2);\n// => [2, 5]", "output", "[2, 5]"),
    "printed": ("console.log(1 + 1); // => 3", "output", "3"),
    "gone property": ("const o = { b: 1 };\no.a; // => 1", "output", "1\n"),
    "after an edit": ("add = (a) => a; // => x\nconst é = '😀'; null.foo;", "attribute", "foo"),
    "in a line of ours": ("null.foo; // => 3", "attribute", "foo"),
    "twice on two lines": ("const a = 1;\nconst a = 2;", "syntax", "a = 2"),
    "twice on one line": ("const a = 1; let a = 2;", "syntax", "a = 2"),
    "twice with a use": ("let a = 1;\na.b;\nlet a = 2;", "syntax", "a = 2"),
    "second of two": ("const x = 1;\n// or\nconst x = null;\nx.foo;", "attribute", "foo"),
}


@pytest.mark.parametrize(("code", "kind", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_blocks_are_red_at_their_place(code: str, kind: str, text: str) -> None:
    reading = verdict(code)
    assert reading.symptom is not None, reading
    found = reading.symptom
    assert (reading.verdict, found.kind) == ("BROKEN", kind), reading
    assert (found.line, found.column) == place(code + "\n", text), reading


UNVERIFIED: dict[str, tuple[str, str]] = {
    "unknown name": ("app.get('/', (req, res) => res.send('hi'));", "`app` is not defined"),
    "browser": ("document.querySelector('#a').focus();", "browser"),
    "tests": ("describe('a', () => { it('b', () => {}); });", "test framework"),
    "relative": ("import { a } from './lib/a.js';\na();", "`./lib/a.js`"),
    "relative require": ("const a = require('../lib');", "lib"),
    "package": ("import express from 'express';\nexpress();", "`express` is not installed"),
    "scoped package": ("const x = require('@scope/pkg/sub');", "`@scope/pkg` is not installed"),
    "network": ("await fetch('http://127.0.0.1:9/');", "network"),
    "host": ("await fetch('http://nowhere.invalid/');", "network"),
    "file": ("require('fs').readFileSync('config.json');", "config.json"),
    "program": ("require('child_process').execFileSync('no-such-tool');", "program"),
    "arguments": ("const name = process.argv[2];\nconsole.log(name.trim());", "arguments"),
    "usage": ("if (process.argv.length < 3) process.exit(1);", "arguments"),
    "output by arguments": ("console.log(process.argv[2] || 'x'); // => 'y'", "arguments"),
    "variable": ("const url = process.env.MY_URL;\nconsole.log(url.length);", "variables"),
    "waiting": ("await new Promise(() => {});", "waits"),
    "left out": ("function make() {\n  // ...\n}\nmake().go();", "leaves code out"),
    "server": (
        "const http = require('http');\nhttp.createServer((q, r) => r.end()).listen(0);",
        "server",
    ),
    "remote import": ("import x from 'https://example.org/x.js';", "network"),
}


@pytest.mark.parametrize(("code", "reason"), UNVERIFIED.values(), ids=UNVERIFIED.keys())
def test_what_is_missing_here_is_never_red(code: str, reason: str) -> None:
    reading = verdict(code)
    assert reading.verdict == "UNVERIFIED", reading
    assert reason in reading.reason, reading


ILLUSTRATIVE: dict[str, tuple[str, str]] = {
    "placeholder call": ("const x = load(...);", "placeholder"),
    "placeholder body": ("function f() { ... }", "placeholder"),
    "placeholder list": ("const a = [1, ..., 9];", "placeholder"),
    "placeholder line": ("start();\n...\nstop();", "placeholder"),
    "jsx": ("const App = () => <div className='a'>hi</div>;", "JSX"),
    "react": ("import React from 'react';\nrender(<App />, root);", "JSX"),
    "html": ("<script src='a.js'></script>", "HTML"),
    "shell": ("npm install --save thing", "shell"),
    "prompted shell": ("$ node index.js", "shell"),
    "types": ("function f(a: string): void {\n  return;\n}", "TypeScript"),
    "interface": ("interface A {\n  b: string;\n}", "TypeScript"),
    "typed constant": ("const x: number = 3;", "TypeScript"),
    "flow": ("import type { A } from 'a';\nconst x: A = 1;", "TypeScript"),
    "signature": ("chunk(list, [size=1]) -> Array", "notation"),
    "optional argument": ("parse(text[, options])", "notation"),
    "middle": (".then((x) => x)\n.catch(() => {});", "middle"),
    "difference": ("- const a = 1;\n+ const a = 2;", "difference"),
    "comments": ("// nothing but this", "comments"),
    "template": ("const a = {{ value }};", "template"),
    "stack": ("TypeError: x is not a function\n    at f (/a/b.js:1:2)", "output"),
}


@pytest.mark.parametrize(("code", "reason"), ILLUSTRATIVE.values(), ids=ILLUSTRATIVE.keys())
def test_what_is_no_program_says_why(code: str, reason: str) -> None:
    reading = verdict(code)
    assert reading.verdict == "ILLUSTRATIVE", reading
    assert reason in reading.reason, reading


def test_completions_are_recorded() -> None:
    assert "declared more than once" in added(PASSED["two ways"])[0]
    assert "object" in added(PASSED["members alone"])[0]
    assert "require" in added(PASSED["import and require"])[0]
    assert "return" in added(PASSED["module with return"])[-1]
    assert added(PASSED["script"]) == ()


def test_a_nested_block_is_placed_by_its_own_columns() -> None:
    reading = verdict("const a = 1;\nnull.foo;", line=3, column=7)
    assert reading.symptom is not None
    assert (reading.symptom.line, reading.symptom.column) == (5, 12)


def test_a_session_shares_state_and_blames_the_right_block() -> None:
    first = snippet("const a = 1;\nconst list = [a];", line=1, index=0)
    second = snippet("const a = 2;\nlist.push(a);\nlist.foo();", line=10, index=1, continues=True)
    readings = examine(first, second)
    assert [item.verdict for item in readings] == ["PASSED", "BROKEN"]
    assert readings[1].symptom is not None
    assert (readings[1].symptom.line, readings[1].symptom.column) == (13, 6)


def test_a_failing_setup_is_not_blamed_on_the_later_block() -> None:
    first = snippet("const a = 1;\nnull.foo;", line=1, index=0, session="s")
    second = snippet("console.log(a);", line=10, index=1, session="s")
    readings = examine(first, second)
    assert [item.verdict for item in readings] == ["BROKEN", "UNVERIFIED"]
    assert "line 3" in readings[1].reason


def test_no_state_without_a_session() -> None:
    first = snippet("globalThis.a = 1;\nrequire('fs').writeFileSync('left', '');", index=0)
    second = snippet("if (require('fs').existsSync('left')) throw 1;\na;", line=20, index=1)
    readings = examine(first, second)
    assert readings[1].verdict == "UNVERIFIED"
    assert "`a` is not defined" in readings[1].reason
