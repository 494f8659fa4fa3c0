"""What the code map tells of JavaScript source: symbols, imports, faults, tokens."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.javascript.mapping import outline, tokens
from doc_healing.model import Import, Outline, Symbol, SymbolKind, Visibility


def read(source: str, path: str = "lib/a.js") -> Outline:
    """The outline of a text."""
    return outline(path, dedent(source).encode())


def by_name(found: Outline) -> dict[str, Symbol]:
    """The symbols by what names them in their file."""
    return {symbol.id.partition("#")[2]: symbol for symbol in found.symbols}


# Source -> the names that it must define, in their order, with their kinds.
DEFINITIONS = {
    "functions": (
        """
        function plain(a) {}
        async function* gen() {}
        const arrow = (x) => x, other = async function () {};
        let lazy;
        """,
        "plain:function gen:function arrow:function other:function lazy:const",
    ),
    "a class": (
        """
        class Client extends net.Base {
          static #count = 0;
          timeout = 5;
          send = async (data) => data;
          constructor(url) { super(); this.url = url; this.queue = []; }
          get size() { return 1; }
          set size(value) {}
          static create() {}
          ['computed']() {}
        }
        """,
        "Client:type Client.#count:field Client.timeout:field Client.send:method "
        "Client.constructor:method Client.url:field Client.queue:field Client.size:field "
        "Client.size~2:field Client.create:method Client.computed:method",
    ),
    "an object is a container": (
        """
        const easing = {
          linear: (t) => t,
          quad: { in(t) { return t * t; }, out: function (t) {} },
          'quoted-name': 1,
        };
        """,
        "easing:const easing.linear:function easing.quad:const easing.quad.in:function "
        "easing.quad.out:function easing.quoted-name:field",
    ),
    "module.exports": (
        """
        function kept() {}
        module.exports = { kept, other: function (a) {}, third() {}, limit: 5 };
        """,
        "kept:function other:function third:function limit:const",
    ),
    "exports, one by one": (
        """
        exports.one = function () {};
        module.exports.two = exports.alias = (a) => a;
        """,
        "one:function two:function",
    ),
    "prototypes": (
        """
        function Old(options) { this.options = options; }
        Old.prototype.run = function (fast) {};
        Old.prototype = { stop() {} };
        Old.create = () => new Old();
        Object.assign(Old.prototype, { pause: function () {} });
        """,
        "Old:type Old.options:field Old.run:method Old.stop:method Old.create:function "
        "Old.pause:method",
    ),
    "a class of a library's making": (
        "const Line = Chart.Element.extend({ draw: function () {}, size: 3 });",
        "Line:type Line.draw:method Line.size:field",
    ),
    "members given to an object": (
        "var helpers = {};\nhelpers.each = function (list, fn) {};\nhelpers.max = 3;",
        "helpers:const helpers.each:function helpers.max:field",
    ),
    "a function at once": (
        "(function (root) { function inner() {} root.Lib = { run() {} }; })(this);",
        "inner:function Lib:const Lib.run:function",
    ),
    "a UMD factory": (
        """
        (function (root, factory) {
          if (typeof define === 'function') define([], factory);
        }(this, function () {
          function add(a, b) {}
          return { add: add, version: '1' };
        }));
        """,
        "add:function version:const",
    ),
    "a function called on something": (
        ";(function () { function inner() {} var pad = '" + "x" * 300 + "'; }.call(this));",
        "inner:function pad:const",
    ),
    "AMD": ("define(['a'], function (a) { return { go() {} }; });", "go:function"),
    "a nameless module function": (
        "module.exports = function (Chart) { Chart.Ticks = { time: function (o) {} }; };",
        "default:function Chart.Ticks:const Chart.Ticks.time:function",
    ),
    "a factory's object": (
        "function make() { const hidden = () => 1; return { get(key) {}, set: (key) => {} }; }",
        "make:function make.hidden:function make.get:function make.set:function",
    ),
    "an object that a factory fills": (
        "function make() { const api = { get(key) {} }; return api; }",
        "make:function make.api:const make.get:function",
    ),
    "functions that a factory passes on": (
        """
        function store() {
          function get() { function deep() {} }
          const set = (v) => v;
          function own() {}
          const api = { other() {} };
          api.late = late;
          function late() {}
          return { get, set, api };
        }
        """,
        "store:function store.get:function store.get.deep:function store.set:function "
        "store.own:function store.api:const store.api.other:function store.late:function",
    ),
    "wrapped functions": (
        "const add = curry(function add(a, b) { return a + b; });\n"
        "const Input = forwardRef((props, ref) => null);",
        "add:function Input:function",
    ),
    "default exports without a name": (
        "export default class { run() {} }",
        "default:type default.run:method",
    ),
    "a default object": (
        "export default { name: 'x', methods: { go() {} } };",
        "default:const default.name:field default.methods:const default.methods.go:function",
    ),
    "callbacks": ("it('x', () => { const helper = () => {}; });", "helper:function"),
    "destructured": ("export const { a, b: { c } } = make();", "a:const c:const"),
    "frozen": ("const O = Object.freeze({ a() {} });", "O:const O.a:function"),
    "what does not parse": (
        "function good() {}\nconst x = = 3;\nfunction fine() {}",
        "good:function fine:function",
    ),
    "JSX": ("export const App = () => <div>{render()}</div>;", "App:function"),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFINITIONS)
def test_definitions(case: str) -> None:
    source, wanted = DEFINITIONS[case]
    found = [f"{s.name}{s.discriminator}:{s.kind}" for s in read(source).symbols]
    kept = [item for item in found if not item.startswith("x:")]
    assert kept == wanted.split()


# Source -> symbol -> its parameters as `name:type=default`.
PARAMETERS = {
    "defaults and rest": ("function f(a, b = 1, ...c) {}", "f", "a b=1 *c"),
    "options": ("function f({ a, b: c = 2, ...d } = {}) {}", "f", "{a,b,...d}={}"),
    "an array": ("function f([a, b]) {}", "f", "[a,b]"),
    "one without parentheses": ("const f = x => x", "f", "x"),
    "types of a comment": (
        "/**\n * @param {string} a the first\n * @param {number} [b=1]\n */\nfunction f(a, b) {}",
        "f",
        "a:string b:number",
    ),
    "a class's are its constructor's": ("class A { constructor(x, y) {} }", "A", "x y"),
    "a wrapped function's": ("const f = memoize((a, b) => a)", "f", "a b"),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_parameters(case: str) -> None:
    source, name, wanted = PARAMETERS[case]
    listed = by_name(read(source))[name].parameters or ()
    found = [
        ("*" if p.kind == "variadic" else "")
        + p.name
        + (f":{p.type}" if p.type else "")
        + (f"={p.default}" if p.default is not None else "")
        for p in listed
    ]
    assert found == wanted.split()


# Source -> what its imports and exports are: `name<module:member`, `+` for what it offers.
IMPORTS = {
    "ES modules": (
        "import d, { a as b } from 'm';\nimport * as n from './n.js';\nimport './side.js';",
        "d<m:default b<m:a n<./n.js: <./side.js:",
        None,
    ),
    "re-exports": (
        "export { a as b, default as c } from './x';\nexport * from './y';\n"
        "export * as ns from './z';",
        "+b<./x:a +c<./x:default +<./y:* +ns<./z:",
        "b c ns",
    ),
    "exports of its own": (
        "const a = 1;\nfunction f() {}\nexport { a, f as g };\nexport const h = 2;\n"
        "export default f;",
        "+a<:a +g<:f +default<:f",
        "h a g default",
    ),
    "require": (
        "const a = require('a'), { b, c: d } = require('./b'), e = require('x').e;",
        "a<a: b<./b:b d<./b:c e<x:e",
        None,
    ),
    "CommonJS": (
        "const x = require('./x');\nmodule.exports = { x, y: require('./y'), z: require('./z').q, "
        "...require('./w'), own() {} };",
        "x<./x: +x<:x +y<./y: +z<./z:q +<./w:*",
        "own x y z",
    ),
    "a whole module": (
        "module.exports = require('./lib');",
        "+default<./lib:default +<./lib:*",
        "default",
    ),
    "TypeScript's helper": ("__exportStar(require('./a'), exports);", "+<./a:*", None),
}  # fmt: skip


@pytest.mark.parametrize("case", IMPORTS)
def test_imports_and_exports(case: str) -> None:
    source, wanted, exports = IMPORTS[case]
    found = read(source)
    told = [f"{'+' * i.exported}{i.name}<{i.module}:{i.member}" for i in found.imports]
    assert told == wanted.split()
    assert exports is None or set(found.exports or ()) == set(exports.split())


DOCUMENTED = """
/**
 * Adds two
 * numbers.
 *
 * More of it.
 * @deprecated since 2. Use {@link sum} instead.
 * @returns {Total}
 */
export function add(a, b) { return a + b; }

/** @internal */
export const hidden = 1;
/** @deprecated */
export function bare() {}
/** @deprecated in favor of `other()` */
export function third() {}
// A plain comment.
export function _under() { return new Client(); }
function unseen() {}
export class A { #secret() {} /** @private */ quiet() {} _low() {} }
"""


def test_what_comments_and_names_say() -> None:
    found = by_name(read(DOCUMENTED))
    add = found["add"]
    assert (add.doc, add.returns) == ("Adds two numbers.", "Total")
    assert (add.deprecated, add.successor) == ("since 2. Use {@link sum} instead.", "sum")
    assert add.signature == "export function add(a, b)"
    assert found["bare"].deprecated == ""
    assert found["third"].successor == "other"
    assert (found["hidden"].visibility, found["_under"].visibility) == (
        Visibility.INTERNAL,
        Visibility.PUBLIC,
    )
    assert "underscore" in found["_under"].flags
    assert found["_under"].gives == "Client()"
    assert found["unseen"].visibility is Visibility.INTERNAL
    assert {found[f"A.{name}"].visibility for name in ("#secret", "quiet")} == {Visibility.PRIVATE}
    assert found["A._low"].visibility is Visibility.PUBLIC
    assert found["_under"].doc == ""


def test_what_a_factory_returns_is_public() -> None:
    source = DEFINITIONS["functions that a factory passes on"][0] + "module.exports = store;"
    found = by_name(read(source))
    public = {name for name, symbol in found.items() if symbol.visibility is Visibility.PUBLIC}
    assert public >= {"store", "store.get", "store.set"}
    assert not public & {"store.own", "store.late", "store.get.deep"}
    assert found["store.get"].size > 0
    filled = by_name(
        read("""
        function make() { const api = function () {}; function one() {} api.one = one; return api; }
        (freeModule.exports = make()).x = 1;
    """)
    )
    assert filled["make.one"].visibility is not Visibility.PRIVATE


def test_places_are_those_of_the_whole_definition() -> None:
    source = "// x\nexport const add = (a) =>\n  a;\n"
    add = by_name(read(source))["add"]
    assert (add.line, add.end_line) == (2, 3)
    assert source.encode()[add.span.start : add.span.end] == b"export const add = (a) =>\n  a;"


def test_equal_bodies_have_equal_digests() -> None:
    one = by_name(read("function a(x) { return x + 1; // why\n}"))["a"]
    two = by_name(read("exports.b = function (x) { return x   + 1; }"))["b"]
    other = by_name(read("function a(x) { return x + 2; }"))["a"]
    assert one.digest == two.digest != other.digest
    assert one.size == two.size > 0


def test_aliases_name_what_they_stand_for() -> None:
    found = by_name(read("export function now() {}\nexport const old = now;"))
    assert "alias" in found["old"].flags
    assert found["old"].successor == "now"


FAULTS = {
    "minified": ("var a=1;" * 4000, "minified"),
    "generated and long": ("// @generated\n" + "export function f() {}\n" * 1500, "generated"),
    "binary": ("a\0b", "binary"),
    "flow": ("// @flow\nfunction f(x: ?string): number { return 1; }", "Flow"),
    "broken": ("function (", "does not parse"),
    "too large": ("x;\n" * 1_100_000, "larger than"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_said(case: str) -> None:
    source, wanted = FAULTS[case]
    found = outline("a.js", source.encode())
    assert any(wanted in fault for fault in found.faults)
    assert case in ("flow", "broken") or not found.symbols
    assert case != "flow" or by_name(found)["f"].returns == "number"


def test_a_generated_barrel_still_passes_on() -> None:
    found = outline("index.js", b"// @generated\n" + b"export * from './a.js';\n" * 1500)
    assert Import("", "./a.js", "*", 2, exported=True) in found.imports


def test_deep_nesting_does_not_overflow() -> None:
    for source in ("(" * 5000, "[" * 30_000, "if(a){" * 3000, "a.b(() => {" * 2000, "{a:" * 9000):
        outline("a.js", source.encode())
        tokens("a.js", source.encode())


def test_ids_are_unique() -> None:
    source = "function a() {}\nfunction a() {}\nvar a = 1;\nconst o = { x() {}, x() {} };"
    ids = [symbol.id for symbol in read(source).symbols]
    assert len(ids) == len(set(ids)) == 6


def test_tokens_are_the_leaves_without_comments() -> None:
    found = tokens("a.js", b"// no\nconst a = f(`x${b}`, 'lit', 1) /* no */;")
    assert [(t.text, t.kind) for t in found if t.kind != "other"] == [
        ("a", "name"),
        ("f", "name"),
        ("b", "name"),
        ("'lit'", "literal"),
        ("1", "literal"),
    ]


_PIECES = st.sampled_from(
    "function class const { } ( ) => = a b . exports module import export default from 'x' * , ; : "
    "... async get static # @ /** */ \n `${ return new this.x require('y') prototype".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=40).map(" ".join) | st.text(max_size=80))
def test_nothing_that_a_file_holds_raises(source: str) -> None:
    data = source.encode("utf-8", "surrogatepass")
    found = outline("a.js", data)
    for symbol in found.symbols:
        assert symbol.kind in SymbolKind
        assert 0 <= symbol.span.start <= symbol.span.end <= len(data)
    tokens("a.js", data)
