"""What the code map reads of a Python file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.python import mapping
from doc_healing.model import Outline, ParameterKind, Symbol, SymbolKind, Visibility


def _outline(code: str, path: str = "pkg/mod.py") -> Outline:
    return mapping.outline(path, code.encode())


def _symbol(code: str, name: str) -> Symbol:
    return next(one for one in _outline(code).symbols if one.name + one.discriminator == name)


def _shown(code: str, name: str) -> str:
    taken = _symbol(code, name).parameters
    marks = {
        ParameterKind.RECEIVER: "@",
        ParameterKind.POSITIONAL_ONLY: "/",
        ParameterKind.POSITIONAL: "",
        ParameterKind.VARIADIC: "*",
        ParameterKind.KEYWORD_ONLY: "!",
        ParameterKind.KEYWORDS: "**",
    }
    if taken is None:
        return "nothing"
    return " ".join(
        f"{marks[one.kind]}{one.name}"
        + (f":{one.type}" if one.type else "")
        + (f"={one.default}" if one.default is not None else "")
        for one in taken
    )


KINDS = [
    ("def f(): pass", "f", SymbolKind.FUNCTION),
    ("class A: pass", "A", SymbolKind.TYPE),
    ("class A:\n    def m(self): pass", "A.m", SymbolKind.METHOD),
    ("class A:\n    x: int = 1", "A.x", SymbolKind.FIELD),
    ("class A:\n    class B:\n        y = 1", "A.B.y", SymbolKind.FIELD),
    ("class A:\n    def __init__(self):\n        self.z = 1", "A.z", SymbolKind.FIELD),
    ("class A:\n    @property\n    def p(self): return 1", "A.p", SymbolKind.FIELD),
    ("class A(enum.Enum):\n    RED = 1", "A.RED", SymbolKind.ENUM_MEMBER),
    ("LIMIT = 3", "LIMIT", SymbolKind.CONST),
    ("a, (b) = 1, 2", "a", SymbolKind.CONST),
    ("first = second = {}", "second", SymbolKind.CONST),
    ("type Pair[T] = tuple[T, T]", "Pair", SymbolKind.TYPE),
    ("Id = NewType('Id', int)", "Id", SymbolKind.TYPE),
    ("Text: TypeAlias = str", "Text", SymbolKind.TYPE),
    ("double = lambda x: 2 * x", "double", SymbolKind.FUNCTION),
    ("if PY3:\n    def f(): pass", "f", SymbolKind.FUNCTION),
    ("try:\n    import x\nexcept ImportError:\n    x = None", "x", SymbolKind.CONST),
    ("@decorated\n@twice(1)\nasync def f(): pass", "f", SymbolKind.FUNCTION),
]


@pytest.mark.parametrize(("code", "name", "kind"), KINDS)
def test_what_a_file_defines(code: str, name: str, kind: SymbolKind) -> None:
    assert _symbol(code, name).kind is kind


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    def inner(): pass",
        "def f():\n    x = 1",
        'if __name__ == "__main__":\n    x = 1\n    def f(): pass',
        "class A:\n    def m(self):\n        class Inner: pass",
    ],
)
def test_nobody_can_use_what_is_within_a_function(code: str) -> None:
    assert not {one.last for one in _outline(code).symbols} & {"inner", "x", "Inner"}


PARAMETERS = [
    ("def f(a, /, b: int, c=1, *d, e: str = 'x', **g): pass", "/a b:int c=1 *d !e:str='x' **g"),
    ("def f(a, *, b): pass", "a !b"),
    ("def f(*args: int, **kw: str): pass", "*args:int **kw:str"),
    ("class f:\n    def __init__(self, a, b=None): pass", "a b=None"),
    ("class f:\n    def __new__(cls, a): pass", "a"),
    (
        "@dataclass\nclass f:\n    a: int\n    b: str = 'x'\n    c: ClassVar[int] = 1",
        "a:int b:str='x'",
    ),
    ("@dataclass(kw_only=True)\nclass f:\n    a: int", "!a:int"),
    ("@dataclass\nclass f:\n    a: int\n    _: KW_ONLY\n    b: int", "a:int !b:int"),
    ("@dataclass\nclass f:\n    a: list = field(default_factory=list)", "a:list=list()"),
    ("@attr.s\nclass f:\n    _a = attr.ib(default=1)\n    b = 2", "a=1"),
    ("@attrs.define\nclass f:\n    a: int = field(init=False)\n    b: int", "b:int"),
    ("class f(BaseModel):\n    a: int\n    b: str = Field(..., alias='c')", "!a:int !c:str"),
    ("class f(NamedTuple):\n    a: int\n    b: int = 2", "a:int b:int=2"),
    ("f = namedtuple('f', 'a b')", "a b"),
    ("f = lambda a, b=1: a", "a b=1"),
    ("class f: pass", ""),
    ("class f(Base): pass", "nothing"),
    ("f = 3", "nothing"),
]


@pytest.mark.parametrize(("code", "shown"), PARAMETERS)
def test_what_a_call_takes(code: str, shown: str) -> None:
    assert _shown(code, "f") == shown


def test_a_method_has_its_receiver_and_a_static_one_none() -> None:
    code = "class A:\n    def m(self, a): pass\n    @staticmethod\n    def s(a): pass"
    assert (_shown(code, "A.m"), _shown(code, "A.s")) == ("@self a", "a")


FLAGS = [
    ("async def f(): pass", "f", {"async"}),
    ("class A:\n    @classmethod\n    def f(cls): pass", "A.f", {"classmethod"}),
    ("class A:\n    @abc.abstractmethod\n    def f(self): pass", "A.f", {"abstract"}),
    ("class A:\n    @functools.cached_property\n    def f(self): pass", "A.f", {"property"}),
    ("if X:\n    def f(): pass", "f", {"conditional"}),
    ("def g(): pass\nf = g", "f", {"alias"}),
    ("def f(*a):\n    return g(*a)", "f", {"forwards"}),
    ("f = TypeVar('f')", "f", {"hidden"}),
]


@pytest.mark.parametrize(("code", "name", "flags"), FLAGS)
def test_flags(code: str, name: str, flags: set[str]) -> None:
    assert _symbol(code, name).flags == flags


DEPRECATED = [
    ('def f():\n    """Old.\n\n    .. deprecated:: 2\n       Use :func:`~pkg.g` instead.\n    """',
     "pkg.g"),
    ('def f():\n    warnings.warn("f is deprecated, use g_two()", DeprecationWarning)', "g_two"),
    ('def f():\n    warnings.warn("Please use `g` instead.", category=DeprecationWarning)', "g"),
    ('@deprecated("Use :meth:`A.g`.")\ndef f(): pass', "A.g"),
    ('@deprecated(version="1", reason="renamed to new_f")\ndef f(): pass', "new_f"),
    ('@deprecated("1.2", alternative="new_f")\ndef f(): pass', "new_f"),
    ('def f(a):\n    _warn_deprecated("f")\n    return g(a)', "g"),
    ("def g(): pass\nf = g", "g"),
    ("f = deprecated_alias('f', g)", "g"),
    ('class g: pass\nclass f(g):\n    def __init__(self):\n'
     '        warnings.warn("gone soon", DeprecationWarning)', "g"),
    ('def f():\n    """Deprecated: will be removed in the next version."""', ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "successor"), DEPRECATED)
def test_what_is_to_be_used_instead(code: str, successor: str) -> None:
    one = _symbol(code, "f")
    assert one.successor == successor
    assert (one.deprecated is not None) is ("alias" not in one.flags)


@pytest.mark.parametrize(
    "code",
    [
        'def f(a=None):\n    if a:\n        warnings.warn("a is deprecated", DeprecationWarning)',
        'def f():\n    """Says whether a name is deprecated."""',
        'def f():\n    warnings.warn("slow", RuntimeWarning)  # not deprecated',
    ],
)
def test_a_deprecated_argument_is_no_deprecated_function(code: str) -> None:
    assert _symbol(code, "f").deprecated is None


def test_overloads_and_accessors_are_told_apart_and_the_name_means_the_last() -> None:
    code = (
        "class A:\n"
        "    @overload\n    def f(self, a: int) -> int: ...\n"
        "    @overload\n    def f(self, a: str) -> str: ...\n"
        "    def f(self, a): return a\n"
        "    @property\n    def p(self): return 1\n"
        "    @p.setter\n    def p(self, value): pass\n"
    )
    names = [one.name + one.discriminator for one in _outline(code).symbols]
    assert names == ["A", "A.f(self,int)", "A.f(self,str)", "A.f", "A.p", "A.p[setter]"]
    assert _symbol(code, "A.f").line == 6


def test_of_two_branches_the_name_means_the_first() -> None:
    code = "try:\n    def f(a): pass\nexcept E:\n    def f(b): pass\n"
    assert (_shown(code, "f"), _shown(code, "f@2")) == ("a", "b")


def test_equal_bodies_are_equal_whatever_they_are_called_and_say() -> None:
    first = 'def f(a):\n    """One."""\n    return f(a - 1) + 2  # so\n'
    second = 'def g(a):\n    """Other."""\n\n    return g(a\n             - 1) + 2\n'
    one, other = _symbol(first, "f"), _symbol(second, "g")
    assert one.digest == other.digest != ""
    assert _symbol("def f(a):\n    return f(a - 2) + 2", "f").digest != one.digest


@pytest.mark.parametrize(
    ("code", "gives"),
    [
        ("def f():\n    return Client(1)", "Client()"),
        ("def f():\n    if x:\n        return None\n    return await a.make()", "a.make()"),
        ("def f():\n    if x:\n        return A()\n    return B()", ""),
        ("f = Client()", "Client()"),
        ("def f(self):\n    return self", "self"),
    ],
)
def test_what_it_gives_without_a_written_type(code: str, gives: str) -> None:
    assert _symbol(code, "f").gives == gives


def test_imports() -> None:
    code = "import a.b, c as d\nfrom . import e\nfrom .f import g as h, i as i\nfrom j import *\n"
    found = {(one.name, one.module, one.member, one.exported) for one in _outline(code).imports}
    assert found == {
        ("a", "a", "", False),
        ("", "a.b", "", False),
        ("d", "c", "", False),
        ("e", ".", "e", False),
        ("h", ".f", "g", False),
        ("i", ".f", "i", True),
        ("", "j", "*", True),
    }


EXPORTS = [
    ('__all__ = ["a", "b"]', ("a", "b")),
    ('__all__ = ("a",)\n__all__ += ["b"]\n__all__.extend(["c"])\n__all__.append("d")',
     ("a", "b", "c", "d")),
    ('__all__ = ["a"] + [\n    "b",  # why\n]', ("a", "b")),
    ('__all__ = ["a", *sub.__all__]', ("a",)),
    ("__all__ = make()", None),
    ("a = 1", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "exports"), EXPORTS)
def test_a_list_of_public_names(code: str, exports: tuple[str, ...] | None) -> None:
    assert _outline(code).exports == exports


def test_visibility_is_a_matter_of_names() -> None:
    code = "def _f(): pass\nclass A:\n    def __call__(self): pass\n    def __x(self): pass\n"
    shown = {one.name: one.visibility for one in _outline(code).symbols}
    assert shown["_f"] is shown["A.__x"] is Visibility.PRIVATE
    assert shown["A.__call__"] is shown["A"] is Visibility.PUBLIC


def test_what_does_not_parse_is_told_as_far_as_it_goes() -> None:
    found = _outline("def f(a): return 1\n\nclass A(:\n    x ===\n\ndef g(b): pass\n")
    assert {"f", "g"} <= {one.name for one in found.symbols}
    assert found.faults


@pytest.mark.parametrize("data", [b"\0\1\2", b"x = 1\n" * 2_000_000])
def test_what_is_not_read_is_said(data: bytes) -> None:
    found = mapping.outline("x.py", data)
    assert found.faults
    assert not found.symbols


def test_a_mark_at_the_front_and_bytes_of_another_encoding_do_no_harm() -> None:
    found = mapping.outline("x.py", b'\xef\xbb\xbfdef f(a="\xe9"):\n    pass\n')
    assert [one.name for one in found.symbols] == ["f"]


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 3_000 + ")" * 3_000,
        "x = " + "+".join(["a"] * 5_000),
        "".join("    " * at + f"class A{at}:\n" for at in range(150)) + "    " * 150 + "pass\n",
        "x = a" + ".b()" * 3_000,
    ],
)
def test_depth_is_no_danger(code: str) -> None:
    assert _outline(code).path
    assert mapping.tokens("x.py", code.encode())
    assert mapping.uses(code) is not None


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="defclassimport from*()[]{}:=.,@#'\"\n\t ax0_>", max_size=200))
def test_whatever_stands_in_a_file_nothing_is_raised(code: str) -> None:
    found = _outline(code)
    assert len({one.id for one in found.symbols}) == len(found.symbols)
    assert mapping.publish({"a/__init__.py": found}, lambda _: None) is not None
    assert mapping.uses(code) is not None
