from doc_healing.model import (
    Condition,
    FailKind,
    Instructions,
    Level,
    Mode,
    MustFail,
    SymptomKind,
    Verdict,
)
from tests.contracts.cases import Case, Traits, expecting

BROKEN, UNVERIFIED = Verdict.BROKEN, Verdict.UNVERIFIED
ILLUSTRATIVE, SKIPPED = Verdict.ILLUSTRATIVE, Verdict.SKIPPED
K = SymptomKind


def out(text: str) -> Instructions:
    return Instructions(expected=expecting(text))


def fails(code: str = "", pattern: str = "", kind: FailKind = FailKind.ANY) -> Instructions:
    return Instructions(mode=Mode.FAIL, must_fail=MustFail(kind, pattern, code))


CASES: tuple[Case, ...] = (
    # --- it runs
    Case("passing", "const n = [1, 2].length;\nif (n !== 2) throw n;\n", level=Level.RUNS),
    Case("module", "import { join } from 'node:path';\njoin('a', 'b');\n", level=Level.RUNS),
    Case("commonjs", "const { join } = require('path');\nmodule.exports = join;\n"),
    Case("both systems", "import fs from 'fs';\nconst p = require('path');\np.join('a');\n"),
    Case("exit 0", "process.exit(0);\n"),
    Case("top-level await", "const x = await Promise.resolve(1);\nconsole.log(x);\n"),
    Case("output compared", "console.log('a  b');\n", level=Level.OUTPUT, instructions=out("a  b")),
    Case("output differs", "console.log('a');\n", BROKEN, K.OUTPUT, instructions=out("b")),
    Case("transcript", "> 1 + 1\n2\n> const x = 5\nundefined\n> x\n5\n", level=Level.OUTPUT),
    Case("transcript differs", "> const x = 5\n> x\n6\n", BROKEN, K.OUTPUT, 3, 1),
    Case("transcript fails", "> const x = null\n> x.foo\n", BROKEN, K.ATTRIBUTE, 2, 5),
    Case("value comment", "[1].concat(2); // => [1, 2]\n", level=Level.OUTPUT),
    Case("value comment differs", "[1].concat(2); // => [1, 3]\n", BROKEN, K.OUTPUT, 1, 22),
    Case("printed comment", "console.log('a'); // => a\n", level=Level.OUTPUT),
    Case("prose is no promise", "[1].concat(2); // => a longer list\n", level=Level.RUNS),
    Case("announced error", "JSON.parse('{'); // throws SyntaxError\nconst x = 1;\n"),
    # --- it fails, and how
    Case("syntax", "const a = 1;\nconst b = ;\n", BROKEN, K.SYNTAX, 2, 11),
    Case("syntax in a module", "import 'fs';\nconst b = 2);\n", BROKEN, K.SYNTAX, 2, 12),
    Case("name misspelt", "const value = 3;\nconsole.log(vlaue);\n", BROKEN, K.NAME, 2, 13),
    Case("name bound later", "show(a);\nconst a = 1;\nfunction show() {}\n", BROKEN, K.NAME, 1, 6),
    Case("attribute", "const word = 'a';\nword.shout();\n", BROKEN, K.ATTRIBUTE, 2, 6),
    Case("argument", "require('fs').existsSync;\nBuffer.from(5);\n", BROKEN, K.ARGUMENT, 2, 8),
    Case("type", "const x = 1;\nx = 2;\n", BROKEN, K.TYPE, 2, 3),
    Case("assertion", "import assert from 'assert';\nassert(false);\n", BROKEN, K.ASSERTION, 2),
    Case(
        "exception",
        "for (const x of [1]) {\n  throw new Error('x');\n}\n",
        BROKEN,
        K.EXCEPTION,
        2,
        9,
    ),
    Case("after umlauts", "const s = 'äöü😀'; null.x;\n", BROKEN, K.ATTRIBUTE, 1, 24),
    Case("in a library", "const x = 1;\nJSON.parse('{');\n", BROKEN, K.EXCEPTION, 2, 6),
    Case("rejection", "(async () => {\n  null.x;\n})();\n", BROKEN, K.ATTRIBUTE, 2, 8),
    Case("later", "setTimeout(() => {\n  null.x;\n}, 5);\n", BROKEN, K.ATTRIBUTE, 2, 8),
    Case("exit 3", "const x = 1;\nprocess.exit(3);\n", BROKEN, K.EXIT, 2, 9),
    Case("signal", "process.kill(process.pid, 'SIGSEGV');\n", BROKEN, K.SIGNAL, 1),
    Case("hanging", "let x = 1;\nwhile (true) x += 1;\n", BROKEN, K.TIMEOUT, wall_seconds=3),
    Case(
        "sleeping",
        "await new Promise((r) => setTimeout(r, 99e3));\n",
        BROKEN,
        K.TIMEOUT,
        wall_seconds=3,
    ),
    Case(
        "out of memory",
        "const x = [];\nfor (;;) x.push(Buffer.alloc(1 << 24, 1));\n",
        BROKEN,
        K.MEMORY,
    ),
    Case("flooding", "for (;;) console.log('x'.repeat(999));\n", BROKEN, K.OUTPUT_LIMIT),
    Case(
        "forking",
        "const { spawn } = require('child_process');\n"
        "for (let i = 0; i < 200; i++) spawn('sleep', ['9']);\n",
        BROKEN,
        K.PROCESS_LIMIT,
    ),
    Case(
        "filling the disk",
        "const fs = require('fs');\nconst f = fs.openSync('x', 'w');\n"
        "for (;;) fs.writeSync(f, Buffer.alloc(1 << 16, 1));\n",
        BROKEN,
        K.DISK_LIMIT,
    ),
    # --- it lacks something that is not its own
    Case("undefined", "const r = client.get('/');\n", UNVERIFIED, K.CONTEXT, 1, 11, "`client`"),
    Case("browser", "document.title = 'x';\n", UNVERIFIED, K.CONTEXT, 1, 1, "browser"),
    Case("tests", "describe('a', () => {});\n", UNVERIFIED, K.CONTEXT, 1, 1, "test framework"),
    Case("not installed", "import x from 'no-such';\n", UNVERIFIED, K.DEPENDENCY, 1, 15, "no-such"),
    Case("no file", "import x from './lib.js';\n", UNVERIFIED, K.CONTEXT, 1, 15, "./lib.js"),
    Case("network", "await fetch('https://example.org');\n", UNVERIFIED, K.NETWORK, 1),
    Case("data", "require('fs').readFileSync('a.csv');\n", UNVERIFIED, K.CONTEXT, 1, 15, "a.csv"),
    Case(
        "arguments",
        "console.log(process.argv[2].length);\n",
        UNVERIFIED,
        K.CONTEXT,
        1,
        29,
        "arguments",
    ),
    Case("newer node", "import 'node:no_such_part';\n", UNVERIFIED, K.TOOLCHAIN),
    Case(
        "server",
        "require('http').createServer((q, r) => r.end()).listen(8000);\n",
        UNVERIFIED,
        reason="server",
    ),
    # --- fragments
    Case("return", "const x = 1;\nreturn x;\n"),
    Case("object", "{\n  a: 1,\n  b: 2\n}\n", added="object"),
    Case("members", "a: 1,\nb: [2],\n", added="object"),
    Case("method", "go(x) {\n  return this.y;\n}\n", added="members"),
    Case("no body", "function go(a, b)\n", added="body"),
    Case("open", "class A extends B {\n", added="open"),
    Case("two ways", "const x = 1;\n\nconst x = 2;\n", added="more than once"),
    Case("declared twice", "const x = 1;\nconst x = 2;\n", BROKEN, K.SYNTAX, 2, 7),
    # --- no program
    Case("signature", "fetch(url[, options]) -> Promise\n", ILLUSTRATIVE),
    Case("prose", "This is what we will talk about\n", ILLUSTRATIVE),
    Case("shell", "$ npm install this\n", ILLUSTRATIVE),
    Case("placeholder", "run(a, ...);\n", ILLUSTRATIVE),
    Case("jsx", "const a = <b>c</b>;\n", ILLUSTRATIVE),
    Case("types", "const a: string = 'x';\n", ILLUSTRATIVE),
    Case("template", "{% if x %}\nx = 1\n{% endif %}\n", ILLUSTRATIVE),
    Case("only comments", "// nothing\n", ILLUSTRATIVE),
    # --- what markers ask for
    Case("fails as promised", "JSON.parse('{');\n", instructions=fails("SyntaxError", "JSON")),
    Case("fails otherwise", "null.x;\n", BROKEN, K.EXCEPTION, instructions=fails("RangeError")),
    Case("does not fail", "const x = 1;\n", BROKEN, K.EXCEPTION, instructions=fails()),
    Case("must not build", "const x = (;\n", instructions=fails(kind=FailKind.BUILD)),
    Case("build only", "null.x;\n", level=Level.BUILDS, instructions=Instructions(mode=Mode.BUILD)),
    Case("lint only", "null.x;\n", level=Level.PARSES, instructions=Instructions(mode=Mode.LINT)),
    Case(
        "does not build",
        "const a = ;\n",
        BROKEN,
        K.SYNTAX,
        1,
        11,
        instructions=Instructions(mode=Mode.BUILD),
    ),
    Case(
        "condition",
        "null.x;\n",
        SKIPPED,
        instructions=Instructions(conditions=(Condition("version", ">=", "99"),)),
    ),
    Case(
        "a result that is named like what it needs",
        "function App(users) {\n  const userQueries = useQueries(users);\n}\nApp([]);\n",
        UNVERIFIED,
        K.CONTEXT,
        reason="`useQueries` is not defined",
    ),
)

TRAITS = Traits(
    leave=(
        "globalThis.left = 1;\n",
        "require('fs').writeFileSync('left.txt', 'x');\n",
        "process.env.LEFT = '1';\n",
        "require('fs').writeFileSync('/tmp/left.txt', 'x');\n",
        "JSON.parse = null;\n",
        "const { spawn } = require('child_process');\n"
        "spawn('sleep', ['20'], { detached: true, stdio: 'ignore' }).unref();\n",
    ),
    look=(
        "console.log(typeof left, process.env.LEFT);\n",
        "const fs = require('fs');\nconsole.log(fs.readdirSync('.'), fs.readdirSync('/tmp'));\n",
        "console.log(JSON.parse('1'), Object.keys(globalThis).length);\n",
        "console.log(require('fs').readdirSync('/proc').filter(Number).length);\n",
    ),
    kinds_shown=frozenset(K) - {K.COMPILE, K.IMPORT},
)
