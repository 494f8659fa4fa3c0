"""What the code map reads of a Python snippet."""

import pytest

from doc_healing.languages.python import mapping
from doc_healing.model import Use

SHORT = {"imported": "", "star": "*", "bare": "?", "receiver": "-"}


def _shown(use: Use) -> str:
    """`call httpx:Client.()` and the like: kind, where it is from, and the steps."""
    return f"{use.kind.value} {SHORT[use.origin.value]}{use.module}:{'.'.join(use.names)}"


def _uses(code: str, *before: str) -> set[str]:
    return {_shown(one) for one in mapping.uses(code, before) if one.kind.value != "import"}


USES = [
    ("import a\na.f(1)", {"call a:f"}),
    ("import a.b as c\nc.d.e", {"attribute a.b:d", "attribute a.b:d.e"}),
    ("from a import f as g\ng(x=1)", {"call a:f"}),
    ("from a import C\nc = C()\nc.m().n", {"call a:C", "call a:C.().m", "attribute a:C.().m.().n"}),
    ("from a import C\nwith C() as c:\n    c.m", {"call a:C", "attribute a:C.().m"}),
    ("from a import f\nfor x in f():\n    x.m", {"call a:f", "attribute a:f.().[].m"}),
    ("from a import f\n[x.m for x in f()]", {"call a:f", "attribute a:f.().[].m"}),
    ("from a import C\ndef g(c: C): c.m", {"type a:C", "attribute a:C.().m"}),
    ("from a import C\ndef g(c: 'C | None'): c.m", {"type a:C", "attribute a:C.().m"}),
    ("from a import C\ndef g(*c: C):\n    c[0].m", {"type a:C", "attribute a:C.().m"}),
    ("from a import C\ndef g(cs: list[C]):\n    cs[0].m", {"type a:C", "attribute a:C.().m"}),
    ("from a import C\ndef g(): return C()\ng().m", {"call a:C", "attribute a:C.().m"}),
    ("from a import C\ng().m\ndef g(): return C()", {"call a:C", "attribute a:C.().m"}),
    ("from a import C\nasync def g() -> C: ...\n(await g()).m", {"type a:C", "attribute a:C.().m"}),
    ("from a import B\nclass D(B):\n    def o(self): self.m()\nD().n",
     {"subclass a:B", "subclass a:B.o", "call a:B.().m", "call a:B", "attribute a:B.().n"}),
    ("from a import C\nclass D:\n    def __init__(self): self.c = C()\n    def o(self): self.c.m",
     {"call a:C", "attribute a:C.().m"}),
    ("from a import d\n@d(1)\ndef f(): ...\nf.m()", {"call a:d", "call a:d.().().m"}),
    ("from a import E\ntry: ...\nexcept (E, ValueError) as e:\n    e.m",
     {"attribute a:E", "attribute a:E.().m"}),
    ("from a import P\nmatch v:\n    case P(x=1): ...",
     {"type a:P", "attribute a:P.().x", "attribute ?:v"}),
    ("import a\nb = 1\ndel b, a.c, a.d[0]", {"attribute a:c", "attribute a:d"}),
    ("from a import f\nif (n := f()): n.m", {"call a:f", "attribute a:f.().m"}),
    ("from a import f\nprint(f'{f(1).m!r:>{w}}')",
     {"call a:f", "attribute a:f.().m", "attribute ?:w"}),
    ("from a import *\nf(C)", {"call *a:f", "attribute *a:C"}),
    ("import importlib\nm = importlib.import_module('a.b')\nm.f",
     {"call importlib:import_module", "attribute a.b:f"}),
    ("app.run()", {"attribute ?:app", "call ?:app.run"}),
    ("def g(x): x.m()", {"call -:m"}),
    ("import a\ndef a(): ...\na()", set()),
    ("x = [1]\nx.append(len(x))\n'a'.join(x)", set()),
    ("def f(x): return x\nf(1)\nclass A:\n    y = 1\nA().y", set()),
    ("mock.patch('a.b.c')", {"attribute ?:mock", "call ?:mock.patch"}),
    (">>> import a\n>>> for x in a.f():\n...     x.m\na.output()\n",
     {"call a:f", "attribute a:f.().[].m"}),
    ("In [1]: import a\n\nIn [2]: a.f()\nOut[2]: a.g()\n", {"call a:f"}),
    ("$ pip install a.b\nimport a\na.f()", {"call a:f"}),
    ("    import a\n    a.f()\n", {"call a:f"}),
    ("import a\na.f()\n>>> 'what it gives'\na.g()\n", {"call a:f", "call a:g"}),
    ('import a\n\n\ndef f():\n    """\n    >>> f()\n    1\n    """\n    a.g()\n', {"call a:g"}),
    ("import a\na.f(\n\ndef (:\n    ...\n", {"attribute a:f"}),
    ("import a\nclass X: ...\na.f(...).g(", {"call a:f", "attribute a:f.().g"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "shown"), USES)
def test_what_a_snippet_uses(code: str, shown: set[str]) -> None:
    assert _uses(code) == shown


def test_the_blocks_before_bind_and_are_not_told() -> None:
    assert _uses("c.m()", "from a import C", "c = C()") == {"call a:C.().m"}


def test_places_and_shapes() -> None:
    code = '>>> from a import C\n>>> c = "é", C(1, *x, k=2)\n>>> (C(1, 2,\n...    3, k=4, **y))\n'
    found = [one for one in mapping.uses(code) if one.names == ("C",)]
    assert [(one.line, one.column, one.arity, one.keywords) for one in found] == [
        (1, 19, None, ()),
        (2, 14, None, ("k",)),
        (3, 6, 3, ("k",)),
    ]


def test_an_import_is_a_use_of_what_it_names() -> None:
    found = mapping.uses("import a.b\nfrom .c import (\n    d,\n    e as f,\n)\n")
    assert [(one.module, one.names, one.line, one.column) for one in found] == [
        ("a.b", (), 1, 8),
        (".c", ("d",), 3, 5),
        (".c", ("e",), 4, 5),
    ]
