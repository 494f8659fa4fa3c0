"""What Java blocks take from around them: names of earlier blocks, and classes that are meant."""

from pathlib import Path

import pytest

from doc_healing.languages.java import running as java
from doc_healing.languages.java.kept import kept
from doc_healing.model import SymptomKind, Verdict
from doc_healing.pipeline.context import INFERRED, chained
from tests.languages.java_stage import examine, library, snippet, verdict

pytestmark = pytest.mark.sandbox
K = SymptomKind
PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("code", "bound", "free"),
    [
        ("Map<String, Foo> all = make(x);\n", {"all"}, {"Map", "String", "Foo", "make", "x"}),
        ("client.get(url).body().size();\n", set(), {"client", "url"}),
        ("int twice(int n) { return n * factor; }\n", {"twice"}, {"factor"}),
        ("static int two() { return 2; }\nint three;\n", {"two", "three"}, set()),
        ("void go(int n);\n", set(), set()),
        ("xs.stream().map(Foo::bar).map(v -> v + k);\n", set(), {"xs", "Foo", "k"}),
        ("for (Item one : items) { use(one, a.b); }\n", set(), {"Item", "items", "use", "a"}),
        ("class Foo { int n; int go() { return n + m; } }\n", set(), {"m"}),
        ("private static class Foo {}\n", set(), set()),
        ("import a.b.C;\nC c = new C();\n", {"c"}, {"C"}),
        ("Point(int x) { this.x = y; }\nint x;\n", {"x"}, {"y"}),
        ("out: for (;;) { break out; }\n", set(), set()),
        ("run(a, ...);\n", set(), set()),
        ("int x = ;\n", set(), set()),
    ],
)
def test_names_are_what_jshell_would_remember(code: str, bound: set[str], free: set[str]) -> None:
    found = java.names(snippet(code))
    assert found.bound == bound, found
    assert found.free - {"Point"} == free, found


@pytest.mark.parametrize(
    ("codes", "last"),
    [
        # Statements go on where others ended; methods and fields are there for later ones.
        (["int n = 2;\n", "assert n + 1 == 3;\n"], PASSED),
        (["int twice(int n) { return 2 * n; }\n", "assert twice(2) == 4;\n"], PASSED),
        (["private static int n = 2;\n", "n += 1;\nassert n == 3;\n"], PASSED),
        (["import java.time.*;\nvar d = Duration.ZERO;\n", "assert d.isZero();\n"], PASSED),
        # A block that starts anew with a name: the last one holds, of whatever type.
        (["String s = \"a\";\n", "int s = 2;\nassert s == 2;\n"], PASSED),
        (["var s = \"a\";\nvar t = s;\n", "var s = 2;\nassert s == t.length() + 1;\n"], PASSED),
        (["String s = \"a\";\n", "for (int s = 0; s < 2; s++) { }\n"], PASSED),
        (["String s = \"a\";\n", "List.of(1).forEach(s -> { });\n"], PASSED),
        (["record P(int a) {}\n", "record P(int b) {}\nassert new P(1).b() == 1;\n"], PASSED),
        # Each of them in a file of its own.
        (["package a.b;\nclass A { int n = 1; }\n", "package a.c;\nclass B { A a; }\n"], PASSED),
        # Context that fails is no fault of the block.
        (["int n = 1 / 0;\n", "assert n == 0;\n"], UNVERIFIED),
        (["int n = 2;\n", "assert n == 3;\n"], BROKEN),
    ],
)  # fmt: skip
def test_a_block_goes_on_where_another_ended(codes: list[str], last: Verdict) -> None:
    blocks = [
        snippet(code, line=10 * (at + 1), index=at, continues=at > 0)
        for at, code in enumerate(codes)
    ]
    readings = examine(*blocks)
    assert readings[-1].verdict is last, readings


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('int x = 1;\n\nString x = "a";\nx.length(); // => 1\n', PASSED),
        ('var x = 1;\n// or\nvar x = "a";\nRunnable r = () -> x.length();\n', PASSED),
        ("int x = 1; // => 1\n\nint x = 2; // => 2\nx + 1; // => 3\n", PASSED),
        ("int x = 1;\n\nlong x = 2; // => 3\n", BROKEN),
        ('int x = 1;\n\nint x = "a";\n', BROKEN),
        ("int x = 1;\nint go() { return x; }\n\nlong x = 2;\n", UNVERIFIED),
        ("class Snippet { int n = 1; }\nassert new Snippet().n == 1;\n", PASSED),
        ("int x = " + "(" * 3000 + "1" + ")" * 3000 + ";\n", UNVERIFIED),
        ("System.out.println(x);\n\nint x = 1;\n\nint x = 2;\n", UNVERIFIED),
    ],
)
def test_two_ways_in_one_block(code: str, expected: Verdict) -> None:
    assert verdict(code).verdict is expected, verdict(code)


def test_columns_stay_where_a_name_is_declared_twice() -> None:
    reading = verdict('String name = "é";\nname.shout();\n\nint name = 1;\n')
    symptom = reading.symptom
    assert symptom is not None
    assert (symptom.line, symptom.column) == (12, 5), reading
    assert "name" in symptom.message


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # The project has classes of these names: the page means them, or may.
        ('Error error = new Error("a", 1);\nerror.code(); // => 1\n', PASSED),
        ('Error error = new Error("a", 1);\nerror.gone();\n', UNVERIFIED),
        ('Error error = new Error("a", 1, 2);\n', UNVERIFIED),
        ("org.acme.Made.all().get(0).gone();\n", BROKEN),
        ("List<Error> all = Made.all();\nall.get(0).code(); // => 1\n", PASSED),
        # It means that of java.lang where only that fits, or where it says so.
        ("throw new Error();\n", BROKEN),
        ("import java.lang.Error;\nError e = new Error(1, 2, 3);\n", BROKEN),
        # What lacks a text fails for that.
        ('org.acme.Made.parse("...");\n', UNVERIFIED),
        ('org.acme.Made.parse("{ ... }");\n', UNVERIFIED),
        ('Integer.parseInt("eyJhbGci...");\n', UNVERIFIED),
        ('Integer.parseInt("Loading ...");\n', BROKEN),
        ('String text = "...";\ntext.length(); // => 42\n', UNVERIFIED),
        # A library's exception without a trace is the library's all the same.
        ('org.acme.Made.parse("x");\n', UNVERIFIED),
    ],
)
def test_which_class_is_meant(code: str, expected: Verdict, tmp_path: Path) -> None:
    sources = {
        "org/acme/Error.java": "package org.acme;\npublic record Error(String text, int code) {}\n",
        "org/acme/Made.java": "package org.acme;\npublic class Made {\n  public static "
        "java.util.List<Error> all() { return java.util.List.of(new Error(null, 1)); }\n"
        "  public static int parse(String text) { throw new Quick(); }\n"
        "  static class Quick extends RuntimeException {\n    Quick() { super(null, null, false, "
        "false); }\n  }\n}\n",
    }
    reading = verdict(code, library(tmp_path, sources, own='["org.acme"]'))
    assert reading.verdict is expected, reading


@pytest.mark.parametrize(
    ("first", "code", "expected"),
    [
        # No class of the project has it: whatever the variable is, the page is wrong.
        ("var made = new org.acme.Made();\n", "made.gone();\n", BROKEN),
        # Another class has it, or may: the variable can be of that one.
        ("var made = new org.acme.Made();\n", "made.other();\n", UNVERIFIED),
        ('String made = "a";\n', "made.gone();\n", UNVERIFIED),
        ('String made = "a";\n', "int x = made;\n", UNVERIFIED),
        ("var made = new org.acme.Made();\n", "made.one(1, 2);\n", UNVERIFIED),
        ("var made = new org.acme.Made();\n", "made.one();\n", PASSED),
    ],
)
def test_a_context_that_nobody_asked_for_leaves_doubts(
    first: str, code: str, expected: Verdict, tmp_path: Path
) -> None:
    sources = {
        "org/acme/Made.java": "package org.acme;\npublic class Made { public void one() {} }\n",
        "org/acme/Other.java": "package org.acme;\npublic class Other { public void other() {} }\n",
    }
    blocks = chained([snippet(first)], snippet(code, line=20, index=1), INFERRED)
    environment = library(tmp_path, sources, own='["org.acme"]')
    assert examine(*blocks, environment=environment)[-1].verdict is expected


def test_a_cache_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOC_HEALING_CACHE_DIR", "/proc/nowhere")
    kept.cache_clear()
    (reading,) = examine(snippet("int x = 1;\n"))
    kept.cache_clear()
    assert (reading.verdict, "DOC_HEALING_CACHE_DIR" in reading.reason) == (UNVERIFIED, True)
