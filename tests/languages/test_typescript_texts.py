"""What is made of a TypeScript text before any compiler sees it: shapes, erasure, directives."""

from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.javascript.shape import Kind
from doc_healing.languages.javascript.tree import facts
from doc_healing.languages.typescript.announced import announces
from doc_healing.languages.typescript.diagnostics import diagnostics
from doc_healing.languages.typescript.erasure import erased
from doc_healing.languages.typescript.naming import names
from doc_healing.languages.typescript.options import safe
from doc_healing.languages.typescript.shape import shape
from doc_healing.languages.typescript.twoslash import Part, directives
from tests.languages.typescript_stage import snippet

ERASED: tuple[tuple[str, str], ...] = (
    ("let a: string = 'x';", "let a         = 'x';"),
    ("f<A, B>(x as T, y!);", "f      (x     , y );"),
    ("import type { A } from 'a';", "{}                         "),
    ("import { type A, b } from 'a';", "import {         b } from 'a';"),
    ("import x = require('y');", "const  x = require('y');"),
    ("enum E { A = 1 }", "var  E;         "),
    ("abstract class A<T> implements B {}", "         class A                 {}"),
    ("class A { private a?: 1 = 1 }", "class A {         a     = 1 }"),
    ("function f(this: A, b?: B): b is C {}", "function f(         b    )         {}"),
    ("type A = 'ä';", "{}            "),
    ("import a from 'a'\n\ninterface B {}\n[a]", "import a from 'a'\n\n{}            \n[a]"),
    ("const a = <T,>(x: T): T => x;", "const a =     (x   )    => x;"),
)


def test_types_become_spaces_of_the_same_length() -> None:
    for code, expected in ERASED:
        found = erased(code)
        assert found.parses, code
        assert len(found.text.encode()) == len(code.encode()), (code, found.text)
        assert found.text == expected, (code, found.text)
        assert facts(found.text).parses, (code, found.text)


_TYPE = st.recursive(
    st.sampled_from(["string", "A", "'ö😀'", "1", "typeof x", "keyof A", "unknown"]),
    lambda inner: st.one_of(
        inner.map(lambda t: f"{t}[]" if t.isalpha() else f"({t})[]"),
        inner.map(lambda t: f"Array<{t}>"),
        inner.map(lambda t: f"{{ a: {t};\n b?: {t} }}"),
        inner.map(lambda t: f"(x: {t}) => {t}"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]}) | ({t[1]})"),
    ),
    max_leaves=6,
)
_STATEMENT = st.one_of(
    _TYPE.map(lambda t: f"const v: {t} = null as any;"),
    _TYPE.map(lambda t: f"type Q = {t};"),
    _TYPE.map(lambda t: f"function f<T extends {t}>(a: {t}, b?: T): {t} {{ return a as {t}; }}"),
    _TYPE.map(lambda t: f"class K {{ private p!: {t}; m(this: K, a: {t}): void {{}} }}"),
    _TYPE.map(lambda t: f"interface I extends J {{ x: {t} }}"),
    _TYPE.map(lambda t: f"go<{t}>(y!, z satisfies {t});"),
    _TYPE.map(lambda t: f"declare const d: {t};"),
    st.sampled_from(["enum E { A = 'ü' }", "export {};", "import { type A, b } from 'ä';"]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_STATEMENT, min_size=1, max_size=5))
def test_erasure_keeps_every_place_and_leaves_javascript(statements: list[str]) -> None:
    code = "\n".join(statements)
    found = erased(code)
    assert found.parses
    lengths = [len(line.encode()) for line in code.split("\n")]
    assert [len(line.encode()) for line in found.text.split("\n")] == lengths
    assert facts(found.text).parses
    kept = [(a, b) for a, b in zip(code, found.text, strict=False) if code.isascii()]
    assert all(a == b or b in " ;{}" or a in "enumimport" for a, b in kept)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    erased(text)
    shape(text)
    directives(text)
    diagnostics(text)
    for row in range(text.count("\n") + 1):
        announces(text.split("\n"), row)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["plugins", "outDir", "typeRoots", "paths", "strict", "target", "jsx", "rootDirs",
             "jsxImportSource", "tsBuildInfoFile", "declarationDir", "generateTrace"]
        ),
        st.one_of(st.booleans(), st.text(max_size=9), st.lists(st.text()), st.just("es2020")),
    )
)  # fmt: skip
def test_no_option_of_a_stranger_reads_or_writes_a_file(stated: dict[str, object]) -> None:
    kept = safe(stated)
    assert set(kept) <= {"strict", "target", "jsx", "jsxImportSource"}
    assert all(isinstance(value, bool | str) and ".." not in str(value) for value in kept.values())
    assert safe({"jsxImportSource": "../evil"}) == {}
    assert safe({"strict": "yes"}) == {}


# A block's names: those that it declares for others, and those that it takes from them.
NAMES = (
    ("import { B, type C } from 'x'; import D, * as E from 'y';", "B C D E", ""),
    ("import type { F } from 'z';\nexport interface G<T> { a: H<T> }", "F G", "H"),
    ("declare const i: J;\ndeclare function k(): L;", "i k", "J L"),
    ("enum M { A }\nnamespace N { const o = 1 }", "M N", ""),
    ("const { p, q: [r] } = s;\nfunction t(u: V) { return u }", "p r t", "V s"),
    ("abstract class T<U> extends V<U> implements W {}", "T", "V W"),
    ("export type X<Y> = Z | Promise<Y>;", "X", "Promise Z"),
    ("a: Foo;\nb?: string", "", "Foo"),
    ("a: foo,\nb: bar()", "", "bar foo"),
    ("run(a, ...);", "", ""),
)


def test_names() -> None:
    for code, bound, free in NAMES:
        found = names(snippet(code))
        assert (" ".join(sorted(found.bound)), " ".join(sorted(found.free))) == (bound, free), code


SHAPES = (
    ("const a: string = 'x';", Kind.MODULE, ""),
    ("a: string;\nb?: number;", Kind.MODULE, "type"),
    ("name: 'x',\nage: 3,", Kind.MODULE, "object"),
    ("private a: string;\nget b(): string { return this.a }", Kind.MODULE, "class"),
    ("describe('a', () => {", Kind.MODULE, "open"),
    ("run(a, ...);", Kind.NONE, ""),
    ("Some words that stand in a row", Kind.NONE, ""),
    ("$ npm install x", Kind.NONE, ""),
    ("✖ Invalid input: expected string\n  → at name", Kind.NONE, ""),
    ("ShapeError {\n  issues: [{ code: 'custom' }]\n}", Kind.NONE, ""),
    ("Shape {\n  issues: [{ code 'custom' }]\n}", Kind.MODULE, ""),
    ("Map(2) { 'a' => 1 }", Kind.MODULE, ""),
    ("function f<A>(a: A): B\nfunction f<A, B> => C\n// and so on", Kind.NONE, ""),
    ("function f(a: A): B {\n  return (;\n}", Kind.MODULE, ""),
    ("function f(a {\n}\nf(1);", Kind.MODULE, ""),
)


def test_shapes() -> None:
    for code, kind, added in SHAPES:
        found = shape(code)
        assert found.kind is kind, (code, found)
        assert added in " ".join(found.added), (code, found)


def test_directives_of_twoslash() -> None:
    code = (
        "// @strict: false\n// @errors: 2322 2345\n// @filename: a.ts\nx\n// @filename: b.ts\ny\n"
    )
    found = directives(code)
    assert found.options == {"strict": False}
    assert found.errors == ("2322", "2345")
    assert found.parts == (Part("a.ts", 2, 4), Part("b.ts", 4, 6))
    for name in ("../a.ts", "/etc/a.ts", "a.sh", ".hidden.ts", "node_modules/../../a.ts"):
        assert directives(f"// @filename: {name}\n").unsafe == name


def test_the_compiler_s_words_are_read() -> None:
    output = (
        "a.ts(3,7): error TS2345: Argument of type 'A' is not.\n"
        "  Type 'undefined' is not assignable.\n"
        "error TS5023: Unknown option.\n"
        "b/c.ts(1,1): error TS1005: ';' expected.\n"
    )
    first, second = diagnostics(output)
    assert (first.file, first.row, first.units, first.code) == ("a.ts", 2, 6, 2345)
    assert "undefined" in first.text
    assert (second.file, second.code) == ("b/c.ts", 1005)


ANNOUNCED = (
    ("f(1); // ❌", 0, True),
    ("f(1); // Error: Type 'x'", 0, True),
    ("f(1);\n//  ^ not a number", 0, True),
    ("// @ts-expect-error\nf(1);", 1, True),
    ("f(1); // one", 0, False),
    ("const url = 'http://error';", 0, False),
    ("// throws\n\nf(1);", 2, False),
    ("f(1);\ng(2);\n// Error", 0, False),
)


def test_announcements() -> None:
    for code, row, expected in ANNOUNCED:
        assert announces(code.split("\n"), row) is expected, code
