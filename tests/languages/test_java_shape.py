"""What a block of Java is, and that whatever it holds gets an answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.java.lint import lint
from doc_healing.languages.java.promises import firm, same
from doc_healing.languages.java.shape import Kind, shape
from doc_healing.languages.java.source import assemble
from doc_healing.languages.java.transcript import transcript
from tests.languages.java_stage import snippet

UNIT, MEMBERS, SCRIPT, NONE = Kind.UNIT, Kind.MEMBERS, Kind.SCRIPT, Kind.NONE


@pytest.mark.parametrize(
    ("code", "kind", "certain"),
    [
        ("class A {}\n", UNIT, True),
        ("package a;\nimport b.C;\nenum D { E }\n", UNIT, True),
        ("@Inject\nprivate Foo foo;\n", MEMBERS, True),
        ("static class B {}\n", MEMBERS, True),
        ("@Test\nvoid works() {}\n", MEMBERS, True),
        ("A(int x) { this.x = x; }\n", MEMBERS, True),
        ("static { load(); }\n", MEMBERS, True),
        ("default void go() {}\n", MEMBERS, True),
        ("int x = 1;\n", SCRIPT, True),
        ("foo.bar()\n  .baz()\n", SCRIPT, True),
        ("import a.B;\nnew B().go();\n", SCRIPT, True),
        ("return x;\n", SCRIPT, True),
        ("try (var in = open()) {\n  in.read();\n}\n", SCRIPT, True),
        ('@Entity\n@Table(name = "x")\n', UNIT, True),
        ("module a {}\n", Kind.MODULE, True),
        ("jshell> 1\n", Kind.TRANSCRIPT, True),
        ("void go(Object... all) {}\n", MEMBERS, True),
        ("int x = ;\n", SCRIPT, False),
        ("class A { int x = }\n", UNIT, False),
        ("foo(...);\n", NONE, True),
        ("List<String> names = ...;\n", NONE, True),
        ("class A {\n  ...\n}\n", NONE, True),
        (".map(x -> x)\n.toList();\n", NONE, True),
        ("} else {\n  go();\n}\n", NONE, True),
        ("case 1 -> go();\n", NONE, True),
        ("<dependency>\n  <groupId>x</groupId>\n</dependency>\n", NONE, True),
        ("implementation 'a:b:1'\n", NONE, True),
        ("val x = 1\nfun go() = x\n", NONE, True),
        ("- int a = 1;\n+ int a = 2;\n", NONE, True),
        ('Exception in thread "main" java.lang.Error\n\tat a.B.c(B.java:1)\n', NONE, True),
        ('{ "a": 1 }\n', NONE, True),
        ("x -> x + 1;\n", NONE, True),
        ("if (x) continue;\n", NONE, True),
        ("", NONE, True),
    ],
)
def test_the_kind_of_a_block(code: str, kind: Kind, certain: bool) -> None:
    form = shape(code)
    assert (form.kind, form.certain) == (kind, certain), form
    assert form.reason if kind is NONE else not form.reason


_PARTS = st.sampled_from(
    [
        "class A { int n; }", "int x = 1;", "x++;", "void go() { x(); }", "import a.B;", "foo()",
        "// note", "private int y;", "{", "}", "...", '"text', "return x;", "@Note", "1 + 2;",
        '\tx = "é😀";', "record R() {}", "package p;", '"""', "static { }", "", "jshell> 1",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_PARTS, max_size=8).map("\n".join) | st.text(max_size=80))
def test_every_text_gets_a_program_whose_lines_are_its_own(code: str) -> None:
    """Every line of the program that has a place holds text of that line, at its column."""
    item = snippet(code)
    form = shape(item.code)
    assert lint(item) is None or not form.certain
    if form.kind in (NONE, Kind.TRANSCRIPT):
        return
    source = assemble(item, form, [(item, form)])
    texts = source.text.split("\n")
    for text, line in zip(texts, source.map, strict=False):
        if line is not None and text.strip():
            start = len(text) - len(text.lstrip())
            shown = text.rstrip()
            own = line.text[start : len(shown)]
            assert own == shown[start:] or shown.startswith(line.text.rstrip()), (text, line)


@settings(max_examples=200, deadline=None)
@given(
    st.integers() | st.booleans() | st.lists(st.integers(), max_size=4) | st.text("abc", max_size=5)
)
def test_a_value_is_the_same_as_its_own_text(value: object) -> None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    assert same(text, text)
    assert same(f'"{text}"', text) or '"' in text


@pytest.mark.parametrize(
    ("promised", "actual", "equal", "sure"),
    [
        ("5", "5", True, True),
        ("5L", "5", True, True),
        ("5.0", "5", True, True),
        ("6", "5", False, True),
        ('"a"', "a", True, True),
        ('"b"', "a", False, True),
        ("[1, 2]", "[1,2]", True, True),
        ("['a']", "[a]", True, True),
        ("the length", "5", False, False),
        ("1", "Tom", False, False),
        ("Foo@1b2c3d4e", "Foo@9b2c3d4e", False, False),
        ("[1, 2, ...]", "[1, 2, 3]", False, False),
    ],
)
def test_promised_values(promised: str, actual: str, equal: bool, sure: bool) -> None:
    assert same(promised, actual) is equal
    if not equal:
        assert firm(promised, actual, printed=False, colon=False) is sure


def test_a_session_is_read_with_its_continuation_lines() -> None:
    code = (
        "jshell> int f(int x) {\n   ...>   return x;\n   ...> }\n|  created method f(int)\n\n"
        "jshell> f(2)\n$2 ==> 2\n\njshell> /exit\n"
    )
    entries = transcript(code)
    assert [(item.code, item.text) for item in entries] == [
        ("int f(int x) {\n  return x;\n}", ""),
        ("f(2)", "2"),
    ]
