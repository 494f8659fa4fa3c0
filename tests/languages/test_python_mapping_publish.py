"""Under which names a reader can import what a tree of Python files defines."""

from collections.abc import Mapping

import pytest

from doc_healing.languages.python import mapping
from doc_healing.model import Target


def _public(tree: Mapping[str, str]) -> dict[str, str]:
    """`module.name` -> the symbol's id, or the module, of all that is public."""
    return {
        f"{module}.{name}": one.symbol or one.module
        for module, name, one in _all(tree)
        if not one.hidden
    }


def _hidden(tree: Mapping[str, str]) -> set[str]:
    return {f"{module}.{name}" for module, name, one in _all(tree) if one.hidden}


def _all(tree: Mapping[str, str]) -> list[tuple[str, str, Target]]:
    outlines = {
        path: mapping.outline(path, text.encode())
        for path, text in tree.items()
        if path.endswith((".py", ".pyi"))
    }
    surface = mapping.publish(outlines, lambda path: tree[path].encode() if path in tree else None)
    return [(module, name, one) for module in surface for name, one in surface[module].items()]


TREES: list[tuple[str, dict[str, str], dict[str, str]]] = [
    (
        "a module of a package, in src",
        {"src/a/__init__.py": "", "src/a/b.py": "def f(): pass\n_x = 1\nimport os\n"},
        {"a.b": "a.b", "a.b.f": "src/a/b.py#f"},
    ),
    (
        "a package offers on what it imports of its own",
        {"a/__init__.py": "from .b import f as g\nimport os\n", "a/b.py": "def f(): pass\n"},
        {"a.b": "a.b", "a.b.f": "a/b.py#f", "a.g": "a/b.py#f"},
    ),
    (
        "a chain, by a list, from a private module",
        {
            "a/__init__.py": "from ._b import *\nfrom ._b import _h\n__all__ = ['f', '_h']\n",
            "a/_b.py": "from a._c import f, g\ndef _h(): pass\n__all__ = ['f', 'g']\n",
            "a/_c.py": "def f(): pass\ndef g(): pass\n",
        },
        {"a.f": "a/_c.py#f", "a._h": "a/_b.py#_h"},
    ),
    (
        "what is deleted again is not there, unless something binds it anew",
        {
            "a/__init__.py": "from ._b import f, g\nfrom ._b import h\nk = 1\n"
            "if g:\n    import os\n    del os\ndel f, k\ndel h\nfrom ._b import h\n",
            "a/_b.py": "def f(): pass\ndef g(): pass\ndef h(): pass\n",
        },
        {"a.g": "a/_b.py#g", "a.h": "a/_b.py#h"},
    ),
    (
        "a stub says what is loaded when it is asked for",
        {
            "a/__init__.py": "import lazy_loader as _lazy\n"
            "__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)\n",
            "a/__init__.pyi": "__all__ = ['f']\nfrom ._b import f, g\n",
            "a/_b.py": "def f(): pass\ndef g(): pass\n",
        },
        {"a.f": "a/_b.py#f", "a.g": "a/_b.py#g"},
    ),
    (
        "a list made of other lists",
        {
            "a/__init__.py": "from . import b\nfrom .b import *\n__all__ = ['b'] + b.__all__\n",
            "a/b.py": "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n",
        },
        {"a.b": "a.b", "a.f": "a/b.py#f", "a.b.f": "a/b.py#f"},
    ),
    (
        "names that are loaded when they are asked for",
        {
            "a/__init__.py": "_NAMES = {'f': '.b', 'old': ('.b', 'g')}\n"
            "def __getattr__(name):\n"
            "    if name == 'older':\n        from .b import f\n        return f\n"
            "    return load(_NAMES[name])\n",
            "a/b.py": "def f(): pass\ndef g(): pass\n",
        },
        {"a.b": "a.b", "a.b.f": "a/b.py#f", "a.b.g": "a/b.py#g",
         "a.f": "a/b.py#f", "a.old": "a/b.py#g", "a.older": "a/b.py#f"},
    ),
    (
        "names that a lazy loader attaches",
        {
            "a/__init__.py": "import lazy_loader as lazy\n"
            "__getattr__, __dir__, _ = lazy.attach(__name__, ['b'], {'b': ['f']})\n",
            "a/b.py": "def f(): pass\n",
        },
        {"a.b": "a.b", "a.b.f": "a/b.py#f", "a.f": "a/b.py#f"},
    ),
    (
        "a namespace, as the project's own files import it",
        {"src/n/a/__init__.py": "", "src/n/a/b.py": "f = 1\n", "tests/t.py": "import n.a.b\n"},
        {"n.a": "n.a", "n.a.b": "n.a.b", "n.a.b.f": "src/n/a/b.py#f"},
    ),
    (
        "tests and documents are nobody's",
        {
            "a/__init__.py": "x = 1\n", "a/tests/__init__.py": "y = 1\n",
            "tests/__init__.py": "z = 1\n", "docs_src/b/__init__.py": "w = 1\n",
            "setup.py": "setup(name='a')\n", "conftest.py": "v = 1\n",
        },
        {"a.x": "a/__init__.py#x"},
    ),
    (
        "a distribution of one file",
        {"one.py": "def f(): pass\n", "setup.py": "setup(name='one', py_modules=['one'])\n",
         "other.py": "g = 1\n", "pyproject.toml": "[project]\nname = 'one'\n"},
        {"one.f": "one.py#f"},
    ),
    (
        "a stub stands for what has no source",
        {"a/__init__.py": "from ._c import f\n", "a/_c.pyi": "def f(x: int) -> int: ...\n"},
        {"a.f": "a/_c.pyi#f"},
    ),
    (
        "where there is a source, it counts",
        {"a/__init__.py": "def f(x): pass\n", "a/__init__.pyi": "def f(x): ...\nT = 1\n"},
        {"a.f": "a/__init__.py#f"},
    ),
    (
        "imports in a circle",
        {"a/__init__.py": "from .b import x\n", "a/b.py": "from . import x\nfrom .b import y\n"},
        {"a.b": "a.b"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tree", "public"), [one[1:] for one in TREES], ids=[one[0] for one in TREES]
)
def test_what_is_public(tree: dict[str, str], public: dict[str, str]) -> None:
    assert _public(tree) == public


def test_what_can_be_imported_all_the_same_is_hidden() -> None:
    tree = {
        "a/__init__.py": "",
        "a/b.py": "from .c import f\n_x = 1\n",
        "a/c.py": "__all__ = ['f']\ndef f(): pass\ndef g(): pass\n",
        "a/_d.py": "h = 1\n",
    }
    assert _hidden(tree) == {"a.b.f", "a.b._x", "a.c.g", "a._d", "a._d.h"}
