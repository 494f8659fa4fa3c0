"""Java on a real JDK: completion, versions, sessions, and the repository's own classes."""

import json
from pathlib import Path

import pytest

from doc_healing.model import Level, SymptomKind, Verdict
from tests.languages.java_stage import (
    exactly,
    examine,
    library,
    outcome,
    snippet,
    toolchain,
    verdict,
)

pytestmark = pytest.mark.sandbox
K = SymptomKind
PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED

OWN = '["org.acme", "org.acme.util"]'
ACME = {
    "org/acme/Widget.java": "package org.acme;\npublic class Widget {\n"
    '  public String name() { return "w"; }\n  public int size(int n) { return n; }\n'
    "  @Deprecated public void old() {}\n  public static class Inner {}\n}\n",
    "org/acme/util/List.java": "package org.acme.util;\npublic class List {\n"
    "  public static List of() { return new List(); }\n  public int acme() { return 1; }\n}\n",
}


# --- versions of the JDK --------------------------------------------------------------------


@pytest.mark.parametrize("version", [17, 25])
def test_both_versions_compile_and_run(version: int) -> None:
    code = "record P(int a) {}\nSystem.out.println(new P(3).a()); // 3\n"
    (reading,) = examine(snippet(code), jdk=exactly(version))
    assert (reading.verdict, reading.level) == (PASSED, Level.OUTPUT), reading


@pytest.mark.parametrize(
    ("version", "code", "expected", "level"),
    [
        (25, 'void main() {\n  IO.println("x"); // x\n}\n', PASSED, Level.RUNS),
        (17, 'void main() {\n  IO.println("x");\n}\n', UNVERIFIED, Level.NONE),
        (25, "record P(int a) {}\nObject o = new P(1);\nif (!(o instanceof P(int a))) throw new "
             "Error();\n", PASSED, Level.RUNS),
        (17, "record P(int a) {}\nObject o = new P(1);\nif (!(o instanceof P(int a))) throw new "
             "Error();\n", UNVERIFIED, Level.NONE),
        (17, "java.util.List.of(1).getFirst();\n", UNVERIFIED, Level.NONE),
        (25, "java.util.List.of(1).getFirst(); // => 1\n", PASSED, Level.OUTPUT),
    ],
)  # fmt: skip
def test_what_a_version_lacks_is_no_fault_of_the_page(
    version: int, code: str, expected: Verdict, level: Level
) -> None:
    (reading,) = examine(snippet(code), jdk=exactly(version))
    assert (reading.verdict, reading.level) == (expected, level), reading
    if expected is UNVERIFIED:
        assert reading.cause == "toolchain", reading


def test_preparing_a_jdk_leaves_it_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tools once wrote to file 3, which outside of the jail is the JVM's own image."""
    from doc_healing.languages.java.kept import kept

    home = Path(toolchain().mounts[0].source)
    image = home / "lib" / "modules"
    before = image.stat().st_size, image.stat().st_mtime_ns
    monkeypatch.setenv("DOC_HEALING_CACHE_DIR", str(tmp_path))
    kept.cache_clear()
    try:
        made = kept(str(home), "0")
    finally:
        kept.cache_clear()
    assert (image.stat().st_size, image.stat().st_mtime_ns) == before
    sizes = {path.name: path.stat().st_size for path in Path(made).iterdir()}
    assert sizes["tools.jar"] > 10_000
    assert sizes["tools.jsa"] > 1_000_000


# --- the repository's own classes -----------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected", "kind", "line"),
    [
        ("import org.acme.Widget;\nnew Widget().name(); // => \"w\"\n", PASSED, None, 0),
        ("new Widget().name();\n", PASSED, None, 0),
        ("import org.acme.Gadget;\nGadget g;\n", BROKEN, K.IMPORT, 11),
        ("import org.acme.gone.Gadget;\nGadget g;\n", BROKEN, K.IMPORT, 11),
        ("import org.acme.Widget;\nnew Widget().title();\n", BROKEN, K.ATTRIBUTE, 12),
        ("Widget w = lookup();\nw.title();\n", BROKEN, K.ATTRIBUTE, 12),
        ("Widget w = lookup();\nw.size();\n", BROKEN, K.ARGUMENT, 12),
        ("Widget w = lookup();\nw.name();\n", UNVERIFIED, K.CONTEXT, 11),
        ("Widget.Outer o = null;\n", BROKEN, K.ATTRIBUTE, 11),
        ("Widget w = unknown.make();\nw.make().more();\n", BROKEN, K.ATTRIBUTE, 12),
        ("var w = unknown.make();\nw.make().more();\n", UNVERIFIED, K.CONTEXT, 11),
        ("List.of().acme(); // => 1\n", PASSED, None, 0),
        ("import java.util.List;\nList.of(1).size();\n", PASSED, None, 0),
        ("class Mine extends Widget {\n  void go() { title(); }\n}\n", UNVERIFIED, K.CONTEXT, 12),
        ("package org.acme;\nclass M {\n  String n = new Widget().name();\n}\n", PASSED, None, 0),
    ],
)  # fmt: skip
def test_own_classes(
    tmp_path: Path, code: str, expected: Verdict, kind: SymptomKind | None, line: int
) -> None:
    reading = verdict(code, library(tmp_path, ACME, own=OWN))
    assert reading.verdict is expected, reading
    assert (reading.symptom.kind if reading.symptom else None) is kind, reading
    assert not line or (reading.symptom and reading.symptom.line == line), reading


def test_an_own_class_that_could_not_be_built_is_no_fault_of_the_page(tmp_path: Path) -> None:
    environment = library(tmp_path, ACME, own=OWN, incomplete="3 files do not compile")
    for code in ("import org.acme.Gadget;\nGadget g;\n", "new Widget().title();\n"):
        assert verdict(code, environment).verdict is UNVERIFIED


OLD = (
    "package org.acme;\npublic class Old {\n  @Deprecated public Old() {}\n"
    "  @Deprecated public static final int SIZE = new java.util.Random().nextInt();\n"
    "  @Deprecated(forRemoval = true) public <T> void go(java.util.List<T> a, int... b) {}\n"
    "  @Deprecated public static class Inner {}\n}\n"
)
WORDS = {
    "org.acme.Old#Old()": "use {@link Fresh#of(int, int)}",
    "org.acme.Old#SIZE": "<b>since 2.0</b>, see {@code size()} &c.",
    "org.acme.Old#<T>go(java.util.List<T>,int...)": "use {@linkplain Fresh#go(int) the other one}",
    "org.acme.Widget#old()": "use {@link #renamed} instead",
    "org.acme.Old$Inner": "gone",
}


def test_what_is_deprecated_is_a_warning_that_names_its_line_and_its_successor(
    tmp_path: Path,
) -> None:
    sources = {**ACME, "org/acme/Old.java": OLD}
    environment = library(tmp_path, sources, own=OWN, deprecated=json.dumps(WORDS))
    code = (
        "new Widget().old();\nvar old = new Old();\nold.go(java.util.List.of(1), 1, 2);\n"
        "int n = Old.SIZE;\nObject i = new Old.Inner();\nnew Date(1, 1, 1);\n"
    )
    reading = verdict(code, environment)
    assert reading.verdict is PASSED, reading
    assert set(reading.warnings) == {
        "README.md:11: `Widget.old()` is deprecated: use `renamed` instead",
        "README.md:12: the constructor `Old()` is deprecated: use `Fresh.of(int, int)`",
        "README.md:13: `Old.go(List<T>,int...)` is deprecated and will be removed: "
        "use `the other one`",
        "README.md:14: `Old.SIZE` is deprecated: since 2.0, see `size()` &c.",
        "README.md:15: `Old.Inner` is deprecated: gone",
        "README.md:16: the constructor `Date(int,int,int)` is deprecated",
    }


def test_what_the_blocks_before_it_use_is_no_warning_of_a_block(tmp_path: Path) -> None:
    before = snippet("void f() { new Date(1, 1, 1); }\n")
    after = snippet("f();\n", line=20, index=1, continues=True)
    first, second = examine(before, after)
    assert (first.verdict, second.verdict) == (PASSED, PASSED)
    assert (len(first.warnings), second.warnings) == (1, ())


def test_a_newer_java_than_the_repositorys_release_is_said(tmp_path: Path) -> None:
    environment = library(tmp_path, ACME, own=OWN, release="8")
    assert not verdict("new Widget().name();\n", library(tmp_path, ACME, own=OWN)).added[2:]
    reading = verdict("var w = new Widget();\nw.name();\n", environment)
    assert reading.verdict is PASSED
    assert any("release 8" in item for item in reading.added), reading


def test_no_annotation_processor_runs(tmp_path: Path) -> None:
    """Neither one that a service file of the class path names, nor one that the block declares."""
    processor = (
        "package org.acme;\nimport java.util.*;\nimport javax.annotation.processing.*;\n"
        'import javax.lang.model.element.*;\n@SupportedAnnotationTypes("*")\n'
        "public class Evil extends AbstractProcessor {\n"
        '  static { System.out.println("RAN"); System.exit(7); }\n'
        "  public boolean process(Set<? extends TypeElement> a, RoundEnvironment e) "
        "{ return true; }\n}\n"
    )
    service = "META-INF/services/javax.annotation.processing.Processor"
    files = {"org/acme/Evil.java": processor, service: "org.acme.Evil\n"}
    environment = library(tmp_path, files, own='["org.acme"]')
    code = '@Deprecated class A {}\nSystem.out.println("fine");\n'
    seen = outcome(code, environment)
    assert (seen.exit_code, seen.stdout) == (0, b"fine\n"), seen


@pytest.mark.parametrize("name", ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"])
def test_a_document_gives_no_options_to_java(name: str) -> None:
    reading = verdict("assert true;\n", env={name: "-XX:NoSuchOption -version"})
    assert reading.verdict is PASSED, reading


# --- what runs together ---------------------------------------------------------------------


def test_a_session_is_one_program() -> None:
    first = snippet("import java.time.Duration;\nint n = 2;\n", session="s")
    second = snippet("int twice() { return n * 2; }\n", line=20, index=1, session="s")
    third = snippet("Duration.ofDays(twice()); // => PT96H\n", line=30, index=2, session="s")
    readings = examine(first, second, third)
    assert [item.verdict for item in readings] == [PASSED] * 3, readings


def test_an_earlier_import_and_an_earlier_type_are_lent() -> None:
    first = snippet("import java.time.Duration;\nrecord Point(int x) {}\n")
    second = snippet("new Point(3).x(); // => 3\nDuration.ZERO.toDays();\n", line=20, index=1)
    readings = examine(first, second)
    assert readings[1].level is Level.OUTPUT, readings
    assert any("`Point` from line 12" in item for item in readings[1].added), readings


def test_a_failing_context_is_not_the_snippets_fault() -> None:
    first = snippet('int n = Integer.parseInt("x");\n', session="s")
    second = snippet("int m = n;\n", line=20, index=1, session="s")
    readings = examine(first, second)
    assert [item.verdict for item in readings] == [BROKEN, UNVERIFIED], readings
    assert readings[1].symptom is not None
    assert readings[1].symptom.line == 11


def test_a_file_of_the_session_is_compiled_with_it() -> None:
    first = snippet("package a;\n\npublic class Tool {\n  public static int n = 4;\n}\n",
                    session="s", file_name="a/Tool.java")  # fmt: skip
    second = snippet("a.Tool.n; // => 4\n", line=30, index=1, session="s")
    assert [item.verdict for item in examine(first, second)] == [PASSED, PASSED]


# --- places ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ('int a = 1; int b = "x"; int c = 2;\n', 11, 20),
        ("class A {\n  void go() {\n\t\tint x = null;\n  }\n}\n", 13, 11),
        ("class A {}\nint f() { return 1; } int g = f(\n    2);\n", 12, 31),
        ("import java.util.*; List<String> l = 5;\n", 11, 38),
        ('// ünïcödé 😀\nString s = "😀" + missing.size();\n', 12, 18),
        ("int x = 1;\nif (x > 0) {\n  x++;\n", 13, 7),
    ],
)
def test_columns_are_the_documents(code: str, line: int, column: int) -> None:
    reading = verdict(code)
    assert reading.symptom is not None, reading
    assert (reading.symptom.line, reading.symptom.column) == (line, column), reading


def test_an_exception_points_at_the_line_of_the_block() -> None:
    code = (
        "int half(int n) {\n  return Objects.requireNonNull(map().get(n)) / 2;\n}\n\n"
        "Map<Integer, Integer> map() { return Map.of(1, 4); }\n\nSystem.out.println(half(1));\n"
        "half(2);\n"
    )
    reading = verdict(code)
    assert reading.symptom is not None, reading
    assert (reading.symptom.kind, reading.symptom.line) == (K.EXCEPTION, 12), reading
    assert reading.symptom.exception == "java.lang.NullPointerException"
