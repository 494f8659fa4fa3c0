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


def twoslash(codes: str = "", *flags: str) -> Instructions:
    """As documents/dialects reads ` ```ts twoslash `, with `// @errors:` or without."""
    found = ("twoslash", *flags)
    if not codes:
        return Instructions(flags=found)
    promise = MustFail(FailKind.BUILD, code=codes)
    return Instructions(mode=Mode.FAIL, must_fail=promise, flags=found)


CASES: tuple[Case, ...] = (
    # --- it runs
    Case("passing", "const n: number = [1, 2].length;\nif (n !== 2) throw n;\n", level=Level.RUNS),
    Case("module", "import { join } from 'node:path';\njoin('a', 'b');\n", level=Level.RUNS),
    Case("import equals", "import fs = require('fs');\nfs.existsSync('a');\n", level=Level.RUNS),
    Case("exit 0", "process.exit(0);\n"),
    Case("top-level await", "const x: number = await Promise.resolve(1);\nconsole.log(x);\n"),
    Case("output compared", "console.log('a  b');\n", level=Level.OUTPUT, instructions=out("a  b")),
    Case("output differs", "console.log('a');\n", BROKEN, K.OUTPUT, instructions=out("b")),
    Case("value comment", "[1].concat(2); // => [1, 2]\n", level=Level.OUTPUT),
    Case(
        "value comment differs", "[1].concat(2 as number); // => [1, 3]\n", BROKEN, K.OUTPUT, 1, 32
    ),
    Case("announced error", "JSON.parse('{'); // throws SyntaxError\nconst x = 1;\n"),
    Case(
        "enum, namespace, decorator, parameter property",
        "enum E { A = 4 }\n"
        "namespace N { export const b = 5; }\n"
        "function d(t: Function, c: ClassDecoratorContext) {}\n"
        "@d class K { constructor(readonly c: number) {} get(): number { return this.c; } }\n"
        "E.A + N.b + new K(6).get(); // => 15\n",
        level=Level.OUTPUT,
    ),
    # --- it is only checked
    Case("only types", "interface A { a: string }\ntype B = A | string;\n", level=Level.BUILDS),
    Case("a signature", "export const parse: (text: string) => number;\n", level=Level.BUILDS),
    Case(
        "overloads",
        "function f(a: string): void;\nfunction f(a: number): void;\n",
        level=Level.BUILDS,
    ),
    Case("ambient", "declare const a: { b: string };\ndeclare function f(x: typeof a): void;\n"),
    Case("jsx", "const a = () => <b title='x'>c</b>;\n", level=Level.BUILDS),
    # --- it does not compile, and how
    Case("syntax", "const a = 1;\nconst b = ;\n", BROKEN, K.SYNTAX, 2, 11),
    Case("unclosed call", "const a = 1;\nconsole.log('a'\n", BROKEN, K.SYNTAX, 2, 16),
    Case("unclosed block", "function f() {\n  if (1) {\n    f();\n}\n", BROKEN, K.SYNTAX, 4, 2),
    Case("unclosed class", "class A {\n  x = 1;\n", BROKEN, K.SYNTAX, 2, 9),
    Case("unclosed template", "const a = `b;\n", BROKEN, K.SYNTAX, 1, 14),
    Case("left out at its end", "class A {\n  x = 1;\n  // ... more\n", UNVERIFIED, K.CONTEXT),
    Case("type", "const a = 1;\nconst b: string = a;\n", BROKEN, K.TYPE, 2, 7),
    Case("type of a return", "function f(): string {\n  return 1;\n}\n", BROKEN, K.TYPE, 2, 3),
    Case("no such property", "const w = 'a';\nw.shout();\n", BROKEN, K.ATTRIBUTE, 2, 3),
    Case("no such option", "type O = { a: 1 };\nconst o: O = { b: 1 };\n", BROKEN, K.TYPE, 2, 16),
    Case("too few arguments", "parseInt();\n", BROKEN, K.ARGUMENT, 1, 1),
    Case("too many arguments", "const f = (a: 1) => a;\nf(1, 2);\n", BROKEN, K.ARGUMENT, 2, 6),
    Case("no such export", "import { nope } from 'node:fs';\n", BROKEN, K.IMPORT, 1, 10),
    Case("name misspelt", "const value = 3;\nconsole.log(vlaue);\n", BROKEN, K.NAME, 2, 13),
    Case("assigned twice", "const x = 1;\nx = 2;\n", BROKEN, K.TYPE, 2, 1),
    Case("after umlauts", "const s = 'äöü😀', t: number = 'a';\n", BROKEN, K.TYPE, 1, 19),
    Case("after types", "const s: 'ä' | 'ö' = 'ä'; (null as any).x;\n", BROKEN, K.ATTRIBUTE, 1, 41),
    # --- it fails when it runs, and where
    Case(
        "exception below what is erased",
        "interface A {\n  a: string;\n}\nconst a = {} as A;\nthrow new Error(a.a);\n",
        BROKEN,
        K.EXCEPTION,
        5,
        7,
    ),
    Case("assertion", "import assert from 'assert';\nassert(false);\n", BROKEN, K.ASSERTION, 2),
    Case("in a library", "const x = 1;\nJSON.parse('{');\n", BROKEN, K.EXCEPTION, 2, 6),
    Case("rejection", "(async () => {\n  (null as any).x;\n})();\n", BROKEN, K.ATTRIBUTE, 2, 17),
    Case("exit 3", "const x = 1;\nprocess.exit(3);\n", BROKEN, K.EXIT, 2, 9),
    Case("signal", "process.kill(process.pid, 'SIGSEGV');\n", BROKEN, K.SIGNAL, 1),
    Case("hanging", "let x = 1;\nwhile (true) x += 1;\n", BROKEN, K.TIMEOUT, wall_seconds=4),
    Case(
        "out of memory",
        "const x: Buffer[] = [];\nfor (;;) x.push(Buffer.alloc(1 << 24, 1));\n",
        BROKEN,
        K.MEMORY,
    ),
    Case("flooding", "for (;;) console.log('x'.repeat(999));\n", BROKEN, K.OUTPUT_LIMIT),
    Case(
        "forking",
        "import { spawn } from 'child_process';\n"
        "for (let i = 0; i < 200; i++) spawn('sleep', ['9']);\n",
        BROKEN,
        K.PROCESS_LIMIT,
    ),
    Case(
        "filling the disk",
        "import fs from 'fs';\nconst f: number = fs.openSync('x', 'w');\n"
        "for (;;) fs.writeSync(f, Buffer.alloc(1 << 16, 1));\n",
        BROKEN,
        K.DISK_LIMIT,
    ),
    # --- what no reader stumbles over
    Case("implicitly any", "const f = (a, b) => a + b;\nf(1, 2); // => 3\n", level=Level.OUTPUT),
    Case(
        "possibly undefined", "const x = [1].find((n) => n > 0);\nx.toFixed();\n", level=Level.RUNS
    ),
    Case("undefined passed", "const x = [1].find((n) => n > 0);\nisNaN(x);\n", level=Level.RUNS),
    Case("expected in vain", "let x = 1;\n// @ts-expect-error\nx = 2;\n", BROKEN, K.COMPILE, 2, 1),
    Case(
        "expected of a stranger",
        "import c from 'no-such';\n// @ts-expect-error\nc(1);\n",
        UNVERIFIED,
        K.DEPENDENCY,
    ),
    Case("caught", "try {\n  JSON.parse('{');\n} catch (e) {\n  e.message;\n}\n", level=Level.RUNS),
    Case("refused on purpose", "const x: number = 'a'; // Error: not assignable\n"),
    Case("refused above", "// ❌ a string is no number\nconst x: number = 'a';\n"),
    Case("refused below", "const x: number = 'a';\n//    ^ Type 'string' is not assignable\n"),
    Case("expected error", "// @ts-expect-error: a string\nconst x: number = 'a';\n"),
    Case("expected and thrown", "const x: any = null;\n// @ts-expect-error\nx.y;\n"),
    Case("two ways", "const x = 1;\n\nconst x = 'a';\nx.trim;\n", added="more than once"),
    # --- it lacks something that is not its own
    Case("undefined", "const r = client.get('/');\n", UNVERIFIED, K.CONTEXT, 1, 11, "`client`"),
    Case("no type", "const r: Client = {};\n", UNVERIFIED, K.CONTEXT, 1, 10, "`Client`"),
    Case("browser", "document.title = 'x';\n", UNVERIFIED, K.CONTEXT, 1, 1, "browser"),
    Case("tests", "describe('a', () => {});\n", UNVERIFIED, K.CONTEXT, 1, 1, "`describe`"),
    Case("not installed", "import x from 'no-such';\n", UNVERIFIED, K.DEPENDENCY, 1, 15, "no-such"),
    Case("no file", "import x from './lib';\n", UNVERIFIED, K.CONTEXT, 1, 15, "./lib"),
    Case("network", "await fetch('https://example.org');\n", UNVERIFIED, K.NETWORK, 1),
    Case(
        "server",
        "import { createServer } from 'node:http';\n"
        "createServer((q, r) => r.end()).listen(8000);\n",
        UNVERIFIED,
        reason="server",
    ),
    # --- fragments
    Case("return", "const x: number = 1;\nreturn x;\n"),
    Case("object", "{\n  a: 1,\n  b: 2\n}\n", added="object"),
    Case("members of an object", "a: 1,\nb: [2],\n", added="object"),
    Case(
        "a method with its modifier",
        "public f(a: number): number {\n  return a;\n}\n",
        level=Level.BUILDS,
        added="class",
    ),
    Case("a static method", "static of(): number {\n  return 1;\n}\n", added="class"),
    Case("a constructor", "constructor(private readonly a: number) {}\n", added="class"),
    Case("members of a type", "a: string;\nb?: number;\n", added="type"),
    Case(
        "method", "async go(x: string): Promise<void> {\n  await this.y(x);\n}\n", added="members"
    ),
    Case("open", "class A extends B<string> {\n", UNVERIFIED, K.CONTEXT, 1, 17, added="open"),
    # --- no program
    Case("signature", "fetch(url[, options]) -> Promise\n", ILLUSTRATIVE),
    Case("prose", "This is what we will talk about\n", ILLUSTRATIVE),
    Case("shell", "$ npm install this\n", ILLUSTRATIVE),
    Case("placeholder", "run(a, ...);\n", ILLUSTRATIVE),
    Case("only comments", "// nothing\n", ILLUSTRATIVE),
    # --- Twoslash
    Case(
        "expected codes",
        "// @errors: 2322 2339\nconst a: number = 'x';\na.b;\n",
        level=Level.BUILDS,
        instructions=twoslash("2322 2339"),
    ),
    Case(
        "an expected code is missing",
        "// @errors: 2345\nconst a = 'x';\n",
        BROKEN,
        K.COMPILE,
        reason="2345 does not occur",
        instructions=twoslash("2345"),
    ),
    Case(
        "another than the expected code",
        "// @errors: 2345\nparseInt(1);\nconst a: number = 'x';\n",
        BROKEN,
        K.TYPE,
        3,
        7,
        instructions=twoslash("2345"),
    ),
    Case(
        "several files",
        "// @filename: a.ts\nexport const a = 1;\n// @filename: b.ts\n"
        "import { a } from './a';\nconst b: string = a;\n",
        BROKEN,
        K.TYPE,
        5,
        7,
        instructions=twoslash("", "several-files"),
    ),
    Case(
        "options and cuts",
        "// @strict: false\n// ---cut---\nlet a: string = null;\n//  ^?\n",
        level=Level.RUNS,
        instructions=twoslash(),
    ),
    # --- what markers ask for
    Case("fails as promised", "JSON.parse('{');\n", instructions=fails("SyntaxError", "JSON")),
    Case("does not fail", "const x = 1;\n", BROKEN, K.EXCEPTION, instructions=fails()),
    Case("must not build", "const x: 1 = 2;\n", instructions=fails(kind=FailKind.BUILD)),
    Case("builds", "const x = 2;\n", BROKEN, K.COMPILE, instructions=fails(kind=FailKind.BUILD)),
    Case(
        "build only",
        "(null as any).x;\n",
        level=Level.BUILDS,
        instructions=Instructions(mode=Mode.BUILD),
    ),
    Case(
        "lint only",
        "const a: number = b;\n",
        level=Level.PARSES,
        instructions=Instructions(mode=Mode.LINT),
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
        "(globalThis as any).left = 1;\n",
        "import fs from 'fs';\nfs.writeFileSync('left.txt', 'x');\n",
        "process.env.LEFT = '1';\n",
        "import fs from 'fs';\nfs.writeFileSync('/tmp/left.txt', 'x');\n",
        "JSON.parse = null;\n",
    ),
    look=(
        "console.log(typeof (globalThis as any).left, process.env.LEFT);\n",
        "import fs from 'fs';\nconsole.log(fs.readdirSync('.'), fs.readdirSync('/tmp'));\n",
        "console.log(JSON.parse('1'), Object.keys(globalThis).length);\n",
    ),
    kinds_shown=frozenset(K) - {K.TOOLCHAIN},
)
