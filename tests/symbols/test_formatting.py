"""What formatters change is the same code; what a program could tell is not."""

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.symbols.formatting import same_code
from doc_healing.symbols.matching import compare

SAME = (
    ("python", "def f(a,b=1):\n    return {'x':a,\n 'y':b}\n",
     'def f(a, b=1):\n    # why\n    return {\n        "x": a,\n        "y": b,\n    }\n'),
    ("python", "def f():\n  return (x +\n  y)\n", "def f():\n    return x + y\n"),
    ("python", "def f():\n  'doc'\n  return 1\n", 'def f():\n    """Other."""\n    return 1\n'),
    ("python", "if (a and\n   b):\n  pass\n", "if a and b:\n  pass\n"),
    ("python", "x = f(1,)", "x = f(1)"),
    ("javascript", "function f(a){return a=>a+'x'}",
     'function f(a) {\n  return (a) => a + "x";\n}'),
    ("javascript", "const o={'a':1,b:function(){return 1}}",
     "const o = {\n  a: 1,\n  b: function () {\n    return 1;\n  },\n};"),
    ("javascript", "a()\nb()\n", "a();\nb(); // c\n"),
    ("typescript", "type T='a'|'b'", 'type T = "a" | "b";'),
    ("java", "int f(int a){return a+1;}", "int f(int a) {\n  /* x */\n  return a + 1;\n}"),
    ("go", "func F(a int) []int { return []int{a, 1} }",
     "func F(a int) []int {\n\treturn []int{\n\t\ta,\n\t\t1, // one\n\t}\n}"),
    ("rust", "fn f<'a>(x: &'a str)->S{S{a:x,b:'c'}}",
     "fn f<'a>(\n    x: &'a str,\n) -> S {\n    S {\n        a: x,\n        b: 'c',\n    }\n}"),
)  # fmt: skip
OTHER = (
    ("python", "def f(a):\n    if a:\n        b()\n        c()\n",
     "def f(a):\n    if a:\n        b()\n    c()\n"),
    ("python", "x = (1,)", "x = (1)"),
    ("python", "x = (a + b) * c", "x = a + b * c"),
    ("python", "x = 'a'", "x = 'b'"),
    ("python", "x = r'a'", "x = 'a'"),
    ("javascript", "a\n(b)", "a;\n(b)"),
    ("javascript", "x=[1,,]", "x=[1,]"),
    ("javascript", "x = `a b`", "x = `a  b`"),
    ("javascript", "x = /[/*]/; a(); /* c */", "x = /[/*]/; b(); /* c */"),
    ("java", "a(); /* c", "a(); /* d"),
    ("java", "int f(int a){return (a+1)*2;}", "int f(int a){return a+1*2;}"),
    ("java", 'String s = "a  b";', 'String s = "a b";'),
    ("go", "var s = `a\nb`", "var s = `ab`"),
    ("rust", "fn f()->(u8,){(1,)}", "fn f()->(u8){(1)}"),
    ("rust", "fn f() -> u8 { 1 }", "fn f() -> u8 { 1; }"),
)  # fmt: skip


@pytest.mark.parametrize(("language", "old", "new"), SAME)
def test_formatters_change_nothing(language: str, old: str, new: str) -> None:
    assert same_code(language, old.encode(), new.encode())
    assert same_code(language, new.encode(), old.encode())


@pytest.mark.parametrize(("language", "old", "new"), OTHER)
def test_other_code_is_told(language: str, old: str, new: str) -> None:
    assert not same_code(language, old.encode(), new.encode())
    assert not same_code(language, new.encode(), old.encode())


@pytest.mark.parametrize("language", ["python", "javascript", "typescript", "java", "go", "rust"])
def test_whatever_a_text_holds_it_is_itself(language: str) -> None:
    texts = (b"", b"(", b"'''", b'"', b"/*", b"a,", b"=>", b"\xff\x00}", b"x = (", b"`${", b'r#"')

    assert all(same_code(language, text, text + b"\n") in (True, False) for text in texts)


def test_what_never_ends_is_read_once() -> None:
    text = b"/*" * 90_000 + b'"' * 20_001

    assert not same_code("java", text + b"a", text + b"b")


def test_a_reformatted_file_has_no_change() -> None:
    files = {
        "a.py": ("def f(a='x'):\n    return [a,\n 'b']\n",
                 'def f(a="x"):\n    return [\n        a,\n        "b",\n    ]\n'),
        "b.js": ("module.exports={g:function(){return 'x'}}\n",
                 'module.exports = {\n  g: function () {\n    return "x";\n  },\n};\n'),
        "C.java": ("class C{int f(){return 1;}}\n",
                   "class C {\n  int f() {\n    return 1;\n  }\n}\n"),
    }  # fmt: skip
    before = {path: old.encode() for path, (old, _) in files.items()}
    after = {path: new.encode() for path, (_, new) in files.items()}

    assert compare(before, after, MAPPERS) == ()


def test_a_line_that_left_its_block_is_told() -> None:
    old = b"def f(a):\n    if a:\n        b()\n        c()\n"

    (change,) = compare({"a.py": old}, {"a.py": old.replace(b"    c()", b"c()")}, MAPPERS)

    assert change.kind.value == "body_changed"
