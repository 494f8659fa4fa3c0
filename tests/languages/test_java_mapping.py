"""How Java source is read for the code map: definitions, public names, and what snippets use."""

import sys
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.java import mapping
from doc_healing.languages.java.mapping import javadoc
from doc_healing.model import Outline, ParameterKind, Symbol, SymbolKind, Use, Visibility

SOURCE = b"""\
package com.acme.net;

import java.util.List;
import static com.acme.Asserts.check;
import com.acme.Outer.Inner;
import com.acme.all.*;

/**
 * Talks to a server. It is <b>slow</b>.
 *
 * <p>Details follow.
 */
public abstract class Client<T extends Foo> extends base.Thing<T> implements A, B<T> {
    /** How long to wait, see {@link #wait}. */
    @Nonnull
    public static final int LIMIT = 3, OTHER[];
    private T held;

    static { setUp(); }

    protected Client(final String name, List<? extends T>... more) throws E { super(name); }

    /**
     * Asks.
     * @param a what
     * @deprecated since 2.0, use {@link Other#fetch(int)} instead
     */
    @Deprecated(since = "2.0")
    @Override
    public <R> java.util.Map.Entry<R, T>[] get(int a, @N(x = "(") java.lang.String b) {
        return new Object() { void inner() { } }.run(); // anonymous: nobody's symbol
    }

    abstract void bare();

    enum Op { PLUS("+") { int apply() { return 1; } }, MINUS;
        Op(String... x) { } int apply() { return 0; } }
    public record Point(int x, @N List<String> ys) { public Point { check(x); } }
    interface Way { int K = 1; void go(); default void stay() { } private void hide() { } }
    @interface Mark { String value() default "x"; }
}
"""


def _outline(text: str | bytes, path: str = "src/main/java/A.java") -> Outline:
    return mapping.outline(path, text.encode() if isinstance(text, str) else text)


def _named(outline: Outline) -> dict[str, Symbol]:
    return {symbol.name: symbol for symbol in outline.symbols}


GENERATED = [
    ("@Data class A { private final int a; boolean isB = true; static int c; }",
     {"getA()", "isB()", "setB(boolean)", "A(int)"}),
    ("@Value(staticConstructor = \"of\") class A { int a; @With String b; int c = 3; }",
     {"getA()", "getB()", "getC()", "withB(String)", "static of(int,String)"}),
    ("@Getter class A { int a; @Getter(AccessLevel.NONE) int b; int c; int getC() { return 1; } }",
     {"getA()"}),
    ("class A { @Setter static int a; @NonNull @Setter(AccessLevel.PROTECTED) Boolean isB; }",
     {"static setA(int)", "setIsB(Boolean)"}),
    ("@NoArgsConstructor @AllArgsConstructor class A { int a, b; A(long z) { } }",
     {"A()", "A(int,int)"}),
    ("@RequiredArgsConstructor class A { final int a; @NonNull String b; int c; }",
     {"A(int,String)"}),
    ("@Builder(toBuilder = true) class A { int a; }", {"static builder()", "toBuilder()"}),
    ("@Data @Accessors(fluent = true) class A { int a; A() { } }", {"a()", "a(int)"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), GENERATED)
def test_what_lombok_writes_is_told(text: str, wanted: set[str]) -> None:
    found = _outline("import lombok.*;\n" + text).symbols
    made = [one for one in found if "generated" in one.flags]
    static = {True: "static ", False: ""}
    assert {
        f"{static['static' in one.flags]}{one.last}{one.discriminator}" for one in made
    } == wanted
    assert not [one for one in _outline(text).symbols if "generated" in one.flags]


def test_a_file_tells_its_types_and_members() -> None:
    outline = _outline(SOURCE)
    found = _named(outline)
    assert outline.package == "com.acme.net"
    assert outline.faults == ()
    assert list(found) == [
        "Client", "Client.LIMIT", "Client.OTHER", "Client.held", "Client.Client", "Client.get",
        "Client.bare", "Client.Op", "Client.Op.PLUS", "Client.Op.PLUS.apply", "Client.Op.MINUS",
        "Client.Op.Op", "Client.Op.apply", "Client.Point", "Client.Point.x", "Client.Point.ys",
        "Client.Point.Point", "Client.Way", "Client.Way.K", "Client.Way.go", "Client.Way.stay",
        "Client.Way.hide", "Client.Mark", "Client.Mark.value",
    ]  # fmt: skip


def test_imports_are_split_by_their_capitals() -> None:
    found = [(one.name, one.module, one.member) for one in _outline(SOURCE).imports]
    assert found == [
        ("List", "java.util", "List"),
        ("check", "com.acme", "Asserts.check"),
        ("Inner", "com.acme", "Outer.Inner"),
        ("", "com.acme.all", "*"),
    ]


def test_a_symbol_tells_its_signature_and_its_words() -> None:
    found = _named(_outline(SOURCE))
    client, get, made = found["Client"], found["Client.get"], found["Client.Client"]
    assert client.doc == "Talks to a server. It is slow."
    assert client.bases == ("base.Thing", "A", "B")
    assert client.signature.startswith("public abstract class Client<T extends Foo> extends")
    assert SOURCE[client.span.start :].startswith(b"public abstract class")
    assert found["Client.LIMIT"].doc == "How long to wait, see wait."
    assert found["Client.LIMIT"].returns == "int"
    assert found["Client.OTHER"].returns == "int[]"
    assert get.discriminator == "(int,String)"
    assert get.returns == "java.util.Map.Entry<R, T>[]"
    assert (get.deprecated, get.successor) == (
        "since 2.0, use Other.fetch(int) instead",
        "Other.fetch",
    )
    assert get.flags == {"override"}
    assert SOURCE[get.span.start :].startswith(b"public <R> java.util")
    assert get.line == 30
    assert made.discriminator == "(String,List[])"
    assert made.parameters is not None
    assert [one.kind for one in made.parameters] == [
        ParameterKind.POSITIONAL_ONLY,
        ParameterKind.VARIADIC,
    ]
    assert found["Client.bare"].size == 0
    assert found["Client.Point"].parameters == found["Client.Point.Point"].parameters
    assert found["Client.Op.PLUS"].kind is SymbolKind.ENUM_MEMBER


@pytest.mark.parametrize(
    ("name", "visibility"),
    [
        ("Client", Visibility.PUBLIC),
        ("Client.held", Visibility.PRIVATE),
        ("Client.Client", Visibility.PROTECTED),
        ("Client.bare", Visibility.INTERNAL),
        ("Client.Op.Op", Visibility.PRIVATE),
        ("Client.Op.MINUS", Visibility.PUBLIC),
        ("Client.Way.go", Visibility.PUBLIC),
        ("Client.Way.hide", Visibility.PRIVATE),
        ("Client.Mark.value", Visibility.PUBLIC),
        ("Client.Point.x", Visibility.PUBLIC),
    ],
)
def test_visibility_is_by_modifiers_and_by_what_is_around(
    name: str, visibility: Visibility
) -> None:
    assert _named(_outline(SOURCE))[name].visibility is visibility


def test_a_body_is_the_same_whatever_its_name_and_its_comments() -> None:
    one = _named(_outline("class A { int f(int a) { return f(a - 1); } }"))["A.f"]
    two = _named(_outline("class A { int g(int a) { // less\n  return g(a-1); } }"))["A.g"]
    other = _named(_outline("class A { int g(int a) { return g(a + 1); } }"))["A.g"]
    assert one.digest == two.digest != other.digest


@pytest.mark.parametrize(
    ("comment", "successor"),
    [
        ("use {@link #other(int)} instead", "other"),
        ("Replaced by {@code Foo.bar()}", "Foo.bar"),
        ("use <code>newName</code>", "newName"),
        ("As of 2.1, {@link Foo} does this", "Foo"),
        ("use create() instead", "create"),
        ("renamed to {@linkplain a.b.Foo#bar the other}", "a.b.Foo.bar"),
        ("use the other one instead", ""),
        ("since 2.0; will go", ""),
        ("see {@link Foo} and {@link Bar}", "Foo"),
        ("neither {@link Foo} nor {@link Bar} help", ""),
    ],
)
def test_a_successor_is_what_its_author_names(comment: str, successor: str) -> None:
    assert javadoc.successor(comment) == successor


def test_documentation_may_be_written_as_markdown() -> None:
    text = "class A {\n  /// Goes.\n  ///\n  /// More.\n  void go() { }\n}"
    assert _named(_outline(text))["A.go"].doc == "Goes."


def test_no_two_symbols_have_one_id() -> None:
    text = (
        "class A { B B; static class B { } void f(x.y.P.Q a) { } void f(R.Q a) { }"
        " void f(java.sql.Date a) { } void f(java.util.Date a) { } }"
    )
    found = [symbol.id.partition("#")[2] for symbol in _outline(text).symbols]
    assert found == ["A", "A.B", "A.B~2", "A.f(P.Q)", "A.f(R.Q)", "A.f(Date)", "A.f(Date)~2"]


def test_what_does_not_parse_is_said_and_the_rest_is_told() -> None:
    outline = _outline("class A {\n void f() { }\n int int int;;; (\n void g() { }\n}\n")
    assert {"A", "A.f", "A.g"} <= set(_named(outline))
    assert outline.faults == ("line 3: it does not parse",)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"class A { \0 }", "it is no text: it holds NUL bytes"),
        (b"class A { // \xe9\n}", "line 1: it is not UTF-8"),
        (b"//" + b" " * 4_000_000, "it is too large to look at"),
    ],
)
def test_a_strange_file_is_a_fault(data: bytes, fault: str) -> None:
    assert _outline(data).faults[0].startswith(fault)


def test_the_public_types_of_shipped_sources_are_published() -> None:
    files = {
        "core/src/main/java/a/b/Pub.java": "package a.b; public class Pub { public class In {} }",
        "core/src/main/java/a/b/Own.java": "package a.b; class Own {}",
        "core/src/main/java/a/in/Hid.java": "package a.in; public class Hid {}",
        "core/src/main/java/module-info.java": "module m { exports a.b; exports a.in to x; }",
        "core/src/test/java/a/b/PubTest.java": "package a.b; public class PubTest {}",
        "more/src/main/java/a/test/Kit.java": "package a.test; public interface Kit {}",
    }
    outlines = {path: _outline(text, path) for path, text in files.items()}
    surface = mapping.publish(MappingProxyType(outlines), lambda _: None)
    found = {
        (module, name): target.hidden
        for module, names in surface.items()
        for name, target in names.items()
    }
    assert found == {("a.b", "Pub"): False, ("a.in", "Hid"): True, ("a.test", "Kit"): False}
    assert surface["a.b"]["Pub"].symbol == "core/src/main/java/a/b/Pub.java#Pub"


def _shown(use: Use) -> str:
    arity = "" if use.arity is None else f"/{use.arity}"
    return f"{use.kind.value} {use.origin.value} {use.module}:{'.'.join(use.names)}{arity}"


USES = [
    (
        "import com.acme.Client;\nClient c = Client.builder().limit(3).build();\nc.get(1, 2);",
        [
            "import imported com.acme:Client",
            "type imported com.acme:Client",
            "attribute imported com.acme:Client",
            "call imported com.acme:Client.builder/0",
            "call imported com.acme:Client.builder.().limit/1",
            "call imported com.acme:Client.builder.().limit.().build/0",
            "call imported com.acme:Client.().get/2",
        ],
    ),
    (
        "import static com.acme.Asserts.that;\nimport static com.acme.More.*;\n"
        "that(x).is(1);\nother(...);",
        [
            "import imported com.acme:Asserts",
            "import imported com.acme:Asserts.that",
            "import imported com.acme:More",
            "call imported com.acme:Asserts.that/1",
            "call imported com.acme:Asserts.that.().is/1",
            "call star com.acme:More.other",
        ],
    ),
    (
        "import java.util.*;\nimport a.*;\nList<Foo> foos = new ArrayList<>();\n"
        "for (var foo : foos) foo.go();\nfoos.forEach(f -> f.run());",
        [
            "import imported a:",
            "type star a:List",
            "type star a:Foo",
            "call star a:ArrayList/0",
            "call star a:Foo.().go/0",
            "call star a:List.().forEach/1",
            "call star a:Foo.().run/0",
        ],
    ),
    (
        "class Mine extends Base {\n  @Override void go() { super.go(); kept(1); own(); }\n"
        "  void own() { }\n}\nnew Mine().kept(2);",
        [
            "subclass bare :Base",
            "attribute bare :Base.().go/0",
            "call bare :Base.().go/0",
            "call bare :Base.().kept/1",
            "attribute bare :Base.().own/0",
            "call bare :Base.().kept/1",
        ],
    ),
    (
        "unknown.send(1).now();\nSystem.out.println(magic());",
        ["call receiver :send/1", "call receiver :now/0", "call receiver :magic/0"],
    ),
    (
        "@Get(path = \"/x\", deep = 1)\nString find(@Query(\"q\") Term term) { return term.text; }",
        [
            "type bare :Get", "attribute bare :Get.path", "attribute bare :Get.deep",
            "type bare :Query", "attribute bare :Query.value", "type bare :Term",
            "attribute bare :Term.().text",
        ],
    ),
    (
        "public Foo(Bar bar) {\n  this.bar = bar;\n  bar.map(Baz::of).map(Baz::new);\n}",
        [
            "type bare :Bar", "call bare :Bar.().map/1", "attribute bare :Baz",
            "attribute bare :Baz.of", "call bare :Bar.().map.().map/1", "attribute bare :Baz",
        ],
    ),
    (
        "a.b.Outer.Inner x = (a.b.Outer.Inner) y;\nx.go();\nswitch (x.kind()) { case RED: }",
        [
            "type imported a.b:Outer", "type imported a.b:Outer.Inner", "type imported a.b:Outer",
            "type imported a.b:Outer.Inner", "call imported a.b:Outer.Inner.().go/0",
            "call imported a.b:Outer.Inner.().kind/0",
            "attribute imported a.b:Outer.Inner.().kind.().RED",
        ],
    ),
    (
        "import a.*;\nif (x instanceof Circle(Point p, var r)) { p.go(); }",
        [
            "import imported a:", "type star a:Circle", "type star a:Point",
            "call star a:Point.().go/0",
        ],
    ),
    ("jshell> Foo.of(1)\n$1 ==> Foo\n", ["attribute bare :Foo", "call bare :Foo.of/1"]),
    ("String s = \"Foo.bar()\"; // Foo.baz()\nObject o = s.length();", []),
]  # fmt: skip


@pytest.mark.parametrize(("code", "wanted"), USES)
def test_a_snippet_tells_what_it_uses(code: str, wanted: list[str]) -> None:
    assert [_shown(use) for use in mapping.uses(code)] == wanted


def test_a_snippet_continues_those_before_it() -> None:
    before = ["import a.Client;\nClient c = new Client();", "var r = c.get();"]
    found = mapping.uses("r.text();\n\n   c.close();", before)
    assert [(_shown(use), use.line, use.column) for use in found] == [
        ("call imported a:Client.().get.().text/0", 1, 3),
        ("call imported a:Client.().close/0", 3, 6),
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("{}()<>;:,.@\"' \nABab1=*/é…") | st.characters(), max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    data = text.encode("utf-8", "replace")
    for symbol in mapping.outline("A.java", data).symbols:
        assert 0 <= symbol.span.start <= symbol.span.end <= len(data)
    lines = text.count("\n") + 1
    assert all(1 <= use.line <= lines + 1 for use in mapping.uses(text, [text[:50]]))
    assert all(token.text for token in mapping.tokens("A.java", data))


@pytest.mark.parametrize(
    "code", ["a" + ".b()" * 5000, "class A {" * 3000, "List<" * 800, "f(x -> " * 800]
)
def test_depth_overflows_nothing(code: str) -> None:
    mapping.uses(code)
    mapping.outline("A.java", code.encode())


def test_the_rest_of_endless_names_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["doc_healing.languages.java.mapping.outline"]
    monkeypatch.setattr(module, "_SYMBOLS", 600)
    outline = _outline(b"class A {" + b"int a, b, c;" * 210 + b"}")
    assert len(outline.symbols) == 600
    assert "the rest is not told" in outline.faults[0]
