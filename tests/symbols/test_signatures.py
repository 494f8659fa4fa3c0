"""How two signatures differ, over pairs of Python and Java declarations."""

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import Symbol
from doc_healing.symbols.signatures import differences

PYTHON = {
    ("def f(a, b): ...", "def f(a, b): ..."): [],
    ("def f(a, b): ...", "def f(a): ..."): [("removed", "b", "")],
    ("def f(a): ...", "def f(a, b): ..."): [("added_required", "", "b")],
    ("def f(a): ...", "def f(a, b=1): ..."): [("added_optional", "", "b")],
    ("def f(a): ...", "def f(a, **more): ..."): [("added_optional", "", "more")],
    ("def f(a, b): ...", "def f(b, a): ..."): [("reordered", "a, b", "b, a")],
    ("def f(size): ...", "def f(max_size): ..."): [("renamed", "size", "max_size")],
    ("def f(a, old): ...", "def f(a, fresh): ..."): [("renamed", "old", "fresh")],
    ("def f(a=1): ...", "def f(a=2): ..."): [("default_changed", "a = 1", "a = 2")],
    ("def f(a: int): ...", "def f(a: str): ..."): [("type_changed", "a: int", "a: str")],
    ("def f() -> int: ...", "def f() -> str: ..."): [("return_changed", "int", "str")],
    ("def f(): ...", "async def f(): ..."): [("async_changed", "sync", "async")],
    ("def f(a): ...", "def f(*, a): ..."): [("kind_changed", "a: positional", "a: keyword_only")],
    ("def f(a, x, b): ...", "def f(b, a): ..."): [
        ("removed", "x", ""),
        ("reordered", "a, b", "b, a"),
    ],
}
JAVA = {
    ("public int f(int a) {}", "protected int f(int a) {}"): [
        ("visibility_lowered", "public", "protected")
    ],
    ("int f(int a) {}", "static int f(int a) {}"): [("receiver_changed", "", "static")],
    ("int f(int a) {}", "long f(long a) {}"): [
        ("return_changed", "int", "long"),
        ("type_changed", "a: int", "a: long"),
    ],
}


def _function(language: str, path: str, text: str) -> Symbol:
    (mapper,) = (one for one in MAPPERS if one.name == language)
    symbols = mapper.outline(path, text.encode()).symbols
    return next(symbol for symbol in symbols if symbol.last == "f")


@pytest.mark.parametrize(("old", "new"), PYTHON)
def test_python_signatures(old: str, new: str) -> None:
    left, right = (_function("python", "a.py", text + "\n") for text in (old, new))

    found = [(item.kind, item.old, item.new) for item in differences(left, right)]
    assert sorted(found) == sorted(PYTHON[old, new])


@pytest.mark.parametrize(("old", "new"), JAVA)
def test_java_signatures(old: str, new: str) -> None:
    left, right = (
        _function("java", "A.java", f"public class A {{ {text} }}\n") for text in (old, new)
    )

    found = [(item.kind, item.old, item.new) for item in differences(left, right)]
    assert sorted(found) == sorted(JAVA[old, new])


def test_a_property_that_became_a_method_is_told() -> None:
    mapper = next(one for one in MAPPERS if one.name == "python")
    texts = (
        b"class A:\n    @property\n    def size(self): ...\n",
        b"class A:\n    def size(self): ...\n",
    )
    old, new = (mapper.outline("a.py", text).symbols[-1] for text in texts)

    assert [(one.kind, one.old, one.new) for one in differences(old, new)] == [
        ("kind_changed", "property", "method")
    ]
