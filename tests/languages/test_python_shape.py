"""What a text is: tables of fragments, notations and real errors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.python.driver import shape, transcript

ILLUSTRATIVE = [
    "connect(host: str, port: int = 80) -> Connection",
    "Client.get(url, *, params=None, timeout: float = 5)  -> Response",
    "def run(\n    first,  # the first\n    second: int = 0,\n) -> None",
    "class Thing(Base)",
    "@classmethod\ndef from_*(  # json or yaml\n    cls,\n    data,\n)",
    "x = <your value>",
    "decode(..., <type>)",
    "items = [1, 2, ..., 9 10 ...]",
    "from package import a, b, ...",
    "… and so on",
    "$ python setup.py install",
    "pip install package",
    "%matplotlib inline",
    "!ls",
    "python -m package --help",
    "{% for x in y %}\n{{ x }}\n{% endfor %}",
    "Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\nKeyError: 'a'",
    "the quick brown fox jumps over it",
    "'name': 'x',\n'size': 3,\n",
    "name='x',\nsize=3,\n**others,",
    ".filter(a)\n.select(b)",
    "else:\n    x = 1",
    "        x = 1\n    y = 2",
    "- old = 1\n+ new = = 2\n",
    "+-----+-----+\n| a   | b   |\n+-----+-----+",
    "const x = require('y');",
    "<Thing object at 0x7f00deadbeef>",
    "x.set('a', 1)\n--> {'a': 1}",
    "sink(.., lazy=True)",
    "",
    "# only a comment",
    "print(build(str, dialect=X, wi).to_json())",
    "import os\nI don't think that this is code",
    "x = 1\nsend(message to the user)",
    "import os\nsend(message to the user, one, two",
    "import os\nsend(the quick brown fox))",
]

BROKEN = [
    ("print 'x'", 1, 1),
    ("x = (1,\ny = 2", 1, 5),
    ("def f(x)\n    return x", 1, 9),
    ("class A\n    x = 1", 1, 8),
    ("try\n    x = 1\nfinally:\n    y = 2", 1, 4),
    ("x = {'a': 1\n     'b': 2}", 1, 11),
    ("call(a=1\n     b=2)", 1, 8),
    ("x = f(1))", 1, 9),
    ("y = 'abc", 1, 5),
    ("def f():\nreturn 1", 2, 1),
    ("x = 1\n  y = 2", 2, 2),
    ("f(a=1, a=2)", 1, 8),
    ("for x in range(3)\n    print(x)", 1, 18),
    ("retrun x", 1, 8),
    ("if x = 1:\n    pass", 1, 4),
    ("    a = 1\n    b = = 2", 2, 9),
    ("def f():\n    await x", 2, 5),
    ("from x import build\n\nprint(build(str, dialect=X, wi).to_json())", 3, 31),
    ("import os\nprint('hello world this is)", 2, 7),
    ("x = 1\nprint(f(the, best, of, all)))", 2, 29),
    ("import os\nprint(f(one, two, three, four)\nx = 2", 2, 6),
]

COMPLETED = [
    ("    a = 1\n    b = 2", "left"),
    ("return 1", "function"),
    ("if x:\n    return await y", "function"),
    ("yield 1", "function"),
    ("continue", "loop"),
    ("def f(self):", "body"),
    ("class A:\n    def f(self):\n\n    def g(self):  # why\n        # todo", "body"),
    ("with open('x') as f:\n    # read", "body"),
    ("@decorated\n", "decorator"),
    ("try:\n    f()", "finally"),
]

PLAIN = [
    "await f()",
    "async with a as b:\n    pass",
    "async for x in y:\n    print(x)",
    "[x async for x in y]",
    "f(...)",
    '"""\n>>> not a prompt\n"""',
    "def f(self): ...",
]


@pytest.mark.parametrize("text", ILLUSTRATIVE)
def test_notation_is_no_program(text: str) -> None:
    found = shape.shape(text)
    assert found.kind == "illustrative", found
    assert found.reason


@pytest.mark.parametrize(("text", "line", "column"), BROKEN)
def test_a_real_syntax_error_is_told_at_its_place(text: str, line: int, column: int) -> None:
    found = shape.shape(text)
    assert (found.kind, found.line) == ("syntax", line), found
    assert found.column == column, found


@pytest.mark.parametrize(("text", "added"), COMPLETED)
def test_a_fragment_is_completed_and_says_so(text: str, added: str) -> None:
    found = shape.shape(text)
    assert found.kind == "script", found
    assert added in " ".join(found.added)
    shape.parse(found.text) if found.tree is None else compile(
        found.tree, "x", "exec", shape.AWAIT, dont_inherit=True
    )


@pytest.mark.parametrize("text", PLAIN)
def test_what_parses_is_left_as_it_is(text: str) -> None:
    found = shape.shape(text)
    assert (found.kind, found.text, found.added) == ("script", text, ())


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text("()[]{}:'\"#.>\n\t =def@classreturn0", max_size=120))
def test_any_text_has_a_shape(text: str) -> None:
    found = shape.shape(text)
    assert found.kind in {"script", "transcript", "illustrative", "syntax", "newer"}
    if found.kind == "transcript":
        transcript.examples(text)


@settings(max_examples=100, deadline=None)
@given(st.text("()[]:'\"#.> \n=ab1", max_size=80), st.integers(0, 200))
def test_deep_and_long_texts_do_no_harm(text: str, depth: int) -> None:
    assert shape.shape("(" * depth * 10 + text).kind
    assert shape.shape("x = " + "-" * depth * 100 + "1").kind


EXAMPLES = [
    (">>> 1\n1\n>>> 2\n2", [(0, "1", "1"), (2, "2", "2")]),
    (">>> for x in y:\n...     print(x)\n1\n2", [(0, "for x in y:\n    print(x)", "1\n2")]),
    (
        ">>> f(1,\n...   2)\n>>> x = {\n    'a': 1,\n}",
        [(0, "f(1,\n  2)", ""), (2, "x = {\n    'a': 1,\n}", "")],
    ),
    (">>> x\n5\n```", [(0, "x", "5")]),
    (">>> x\n5\n\nSome prose here.\n>>> y\n6", [(0, "x", "5"), (4, "y", "6")]),
    ("In [1]: x = 1\n\nIn [2]: x\nOut[2]: 1", [(0, "x = 1", ""), (2, "x", "1")]),
    (
        ">>> def f():\n>>>     return 1\n>>> f()\n1",
        [(0, "def f():\n    return 1", ""), (2, "f()", "1")],
    ),
    (">>> x\n...\n>>> y", [(0, "x", "..."), (2, "y", "")]),
    ("    >>> x\n    5", [(0, "x", "5")]),
    (">>>x\n5", [(0, "x", "5")]),
]


@pytest.mark.parametrize(("text", "wanted"), EXAMPLES)
def test_a_transcript_falls_into_statements(text: str, wanted: list[tuple[int, str, str]]) -> None:
    assert [(one.line, one.source, one.want) for one in transcript.examples(text)] == wanted
