"""What the code map tells of a JavaScript snippet: every name that it uses, traced back."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.javascript.mapping import uses
from doc_healing.model import Origin, Use, UseKind


def told(found: tuple[Use, ...] | list[Use]) -> str:
    """The uses in short: line, kind, module and steps; `?` bare, `~` of an unknown owner."""
    marks = {Origin.IMPORTED: "", Origin.BARE: "?", Origin.RECEIVER: "~", Origin.STAR: "*"}
    return "|".join(
        f"{u.line} {u.kind} {marks[u.origin]}{u.module}:{'.'.join(u.names)}" for u in found
    )


USES = {
    "ES modules": (
        "import d, { a as b } from 'p';\nimport * as n from '@s/q/sub.js';\nb(); d.x; n.y.z();",
        "1 import p:default|1 import p:a|2 import @s/q/sub.js:|3 call p:a|3 attribute p:default|"
        "3 attribute p:default.x|3 attribute @s/q/sub.js:y|3 call @s/q/sub.js:y.z",
    ),
    "require": (
        "const p = require('p');\nconst { a, b: c } = require('q');\np.go(); p(); new p.K(); a(c);",
        "1 import p:|2 import q:a|2 import q:b|2 import q:|3 call p:go|3 call p:default|"
        "3 call p:K|3 call q:a|3 attribute q:b",
    ),
    "a member of what is required": (
        "const go = require('p').go;\ngo();",
        "1 import p:|1 attribute p:go|2 call p:go",
    ),
    "a dynamic import": (
        "const { a } = await import('p');\nconst m = await import('q');\na(); m.b();\n"
        "import('r').then((r) => r.c());",
        "1 import p:a|1 import p:|2 import q:|3 call p:a|3 call q:b|4 import r:|4 call r:c",
    ),
    "instances": (
        "import { C } from 'p';\nconst c = new C(), d = await C.open();\nc.get(); d.x.y;",
        "1 import p:C|2 call p:C|2 attribute p:C|2 call p:C.open|3 call p:C.().get|"
        "3 attribute p:C.open.().x|3 attribute p:C.open.().x.y",
    ),
    "chains": (
        "import { z } from 'zod';\nz.string().min(1).optional();",
        "1 import zod:z|2 attribute zod:z|2 call zod:z.string|2 call zod:z.string.().min|"
        "2 call zod:z.string.().min.().optional",
    ),
    "results taken apart": (
        "import { f } from 'p';\nconst { data, e: { code } } = f();\nconst [one] = f();\none.go();",
        "1 import p:f|2 attribute p:f.().data|2 attribute p:f.().e|2 attribute p:f.().e.code|"
        "2 call p:f|3 call p:f|4 call p:f.().[].go",
    ),
    "loops": (
        "import { all } from 'p';\nfor (const x of all()) x.go();\nall().forEach((y) => y.go());",
        "1 import p:all|2 call p:all|2 call p:all.().[].go|3 call p:all|3 call p:all.().forEach|"
        "3 call p:all.().[].go",
    ),
    "promises": (
        "import ax from 'p';\nax.get('u').then((r) => r.data).catch((e) => e.code);",
        "1 import p:default|2 attribute p:default|2 call p:default.get|"
        "2 attribute p:default.get.().data|2 attribute ~:code",
    ),
    "callbacks": (
        "import { app } from 'p';\napp.get('/', (req, reply) => { reply.send(req.body); });",
        "1 import p:app|2 attribute p:app|2 call p:app.get|2 call ~:send|2 attribute ~:body",
    ),
    "the snippet's own": (
        "import { C } from 'p';\nfunction make() { return new C(); }\nmake().go();\n"
        "const o = { c: new C(), n: 1 };\no.c.go(); o.n.toFixed();\nfunction C2() {}\nC2();",
        "1 import p:C|2 call p:C|3 call p:C.().go|4 call p:C|5 call p:C.().go",
    ),
    "a subclass": (
        "import { Base } from 'p';\nclass A extends Base { own() { this.own(); this.run(); }\n"
        "  end() { super.end(); } }\nnew A().run(); new A().own();",
        "1 import p:Base|2 subclass p:Base|2 call p:Base.().run|3 call p:Base.().end|"
        "4 call p:Base.().run",
    ),
    "a field of this": (
        "import { C } from 'p';\nclass A { c = new C(); constructor() { this.d = new C(); }\n"
        "  go() { this.c.x(); this.d.y(); } }",
        "1 import p:C|2 call p:C|2 call p:C|3 call p:C.().x|3 call p:C.().y",
    ),
    "assigned later": (
        "import { C } from 'p';\nlet c;\nasync function main() { c = new C(); }\nc.go();",
        "1 import p:C|3 call p:C|4 call p:C.().go",
    ),
    "names that nothing binds": (
        "program.option('-x').parse(argv);",
        "1 attribute ?:program|1 call ?:program.option|1 call ?:program.option.().parse|"
        "1 attribute ?:argv",
    ),
    "shadowed": (
        "import { a } from 'p';\n{ const a = 1; a.b; }\nfunction f(a) { return a; }\na();",
        "1 import p:a|4 call p:a",
    ),
    "globals and Node": (
        "import fs from 'node:fs';\nconst { join } = require('fs');\nconsole.log(fs.a, join());\n"
        "JSON.parse('1').x; document.body.b(); [1].map((n) => n.toFixed());\n"
        "fetch('u').then((r) => r.json());",
        "",
    ),
    "JSX": (
        "import { Box, N } from 'p';\nconst a = <Box id={N.x}><div /><N.Inner on /></Box>;",
        "1 import p:Box|1 import p:N|2 call p:Box|2 attribute p:N|2 attribute p:N.x|"
        "2 attribute p:N|2 call p:N.Inner",
    ),
    "passed on": ("export { a as b } from 'p';\nexport * from 'q';", "1 import p:a|2 import q:"),
    "a shell and its output": (
        "$ npm install p\nimport { a } from 'p';\na();",
        "2 import p:a|3 call p:a",
    ),
    "a prompt": (
        "> const p = require('p')\nundefined\n> p.go()\n'gone'",
        "1 import p:|3 call p:go",
    ),
    "ellipses": (
        "import { a } from 'p';\n...\na({ ... });\nfunction f() { ... }",
        "1 import p:a|3 call p:a",
    ),
    "a fragment of an object": (
        "plugins: [vue(), other],\nbuild: { go: run() }",
        "1 call ?:vue|1 attribute ?:other|2 call ?:run",
    ),
    "a fragment that breaks off": (
        "import { a } from 'p';\nit('x', async () => {\n  a.go(",
        "1 import p:a|2 call ?:it|3 attribute p:a|3 call p:a.go",
    ),
    "types in a block of JavaScript": (
        "import { a } from 'p';\nconst b: string = a();",
        "1 import p:a|2 call p:a",
    ),
    "tagged templates": ("import { css } from 'p';\ncss`x${css.y}`;", None),
    "optional chains": (
        "import p from 'p';\np?.a?.b();",
        "1 import p:default|2 attribute p:default|2 attribute p:default.a|2 call p:default.a.b",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", USES)
def test_uses(case: str) -> None:
    code, wanted = USES[case]
    found = told(list(uses(dedent(code))))
    if wanted is None:
        assert "2 call p:css" in found
        return
    assert found == wanted


def test_arguments_and_options() -> None:
    found = uses("import { f } from 'p';\nf(1, { a: 1, b, c() {} });\nf(...x);\nf();")
    calls = [use for use in found if use.kind is UseKind.CALL]
    assert [(c.arity, c.keywords) for c in calls] == [(2, ("a", "b", "c")), (None, ()), (0, ())]
    element = uses("const a = <Box id='x' open={1} />")[0]
    assert (element.keywords, element.arity) == (("id", "open"), None)


def test_columns_count_characters() -> None:
    found = uses("import { a } from 'p';\nconst s = '\u00e9\u4e16', t = a.b;")
    assert [(u.line, u.column) for u in found] == [(1, 10), (2, 21), (2, 23)]


def test_blocks_before_bind_and_are_not_told() -> None:
    before = ["import { C } from 'p';\nconst c = new C();", "c.first();\nconst d = c.sub;"]
    assert told(list(uses("c.go();\nd.end();", before))) == (
        "1 call p:C.().go|2 attribute p:C.().sub|2 call p:C.().sub.end"
    )


def test_deep_nesting_does_not_overflow() -> None:
    for code in (
        "f(" * 4000,
        "a.b()" + ".c()" * 4000,
        "[" * 9000,
        "a(() => {" * 900,
        "x?y:" * 3000,
    ):
        uses(code)


_PIECES = st.sampled_from(
    "import { a } from 'p' ; const let = new C ( ) . => await class extends this super [ ] ... < / "
    "> function async for of require x : , ? ?. ` ${ } \n $ > return as type".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40).map(" ".join) | st.text(max_size=80))
def test_nothing_that_a_snippet_holds_raises(code: str) -> None:
    lines = code.count("\n") + 1
    for use in uses(code, [code]):
        assert 1 <= use.line <= lines
        assert use.column >= 1
