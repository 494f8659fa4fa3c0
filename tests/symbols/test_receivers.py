"""Whose member a name is: an edit that a type leads to is chosen, and no more than that is.

Each case is the source of `lib/core.py`, where `# here` ends the line that is edited, and a block.
"""

import re

import pytest

from tests.symbols.trees import chosen

REACHED = {
    "an override of a subclass": (
        "class A:\n    def go(self):\n        return self.step()\n"
        "    def step(self):\n        return 1\n"
        "class B(A):\n    def step(self):\n        return 2  # here\n",
        "B().go()",
    ),
    "a mixin's sibling": (
        "class M:\n    def go(self):\n        return self.step()\n"
        "    def step(self):\n        return 1\n"
        "class A:\n    def step(self):\n        return 2  # here\n"
        "class C(A, M):\n    pass\n",
        "C().go()",
    ),
    "classes that the block marries": (
        "class M:\n    def go(self):\n        return self.step()\n"
        "    def step(self):\n        return 1\n"
        "class A:\n    def step(self):\n        return 2  # here\n",
        "class C(A, M):\n    pass\nC().go()",
    ),
    "a parameter's type": (
        "class A:\n    def step(self):\n        return 1\n"
        "class B(A):\n    def step(self):\n        return 2  # here\n"
        "def go(a: 'A'):\n    return a.step()\n",
        "go(B())",
    ),
    "a parameter that may be anything of its shape": (
        "from typing import Protocol\nclass P(Protocol):\n    def step(self): ...\n"
        "class B:\n    def step(self):\n        return 2  # here\n"
        "def go(a: P):\n    return a.step()\n",
        "go(B())",
    ),
    "a parameter with a type variable": (
        "from typing import TypeVar\nclass A:\n    pass\nT = TypeVar('T')\n"
        "class B:\n    def step(self):\n        return 2  # here\n"
        "def go(a: T) -> T:\n    return a.step()\n",
        "go(B())",
    ),
    "what a function says that it gives": (
        "class A:\n    def step(self):\n        return 1\n"
        "class B(A):\n    def step(self):\n        return 2  # here\n"
        "def make() -> A:\n    return B()\ndef go():\n    a = make()\n    return a.step()\n",
        "go()",
    ),
    "a local that is bound twice": (
        "class A:\n    def step(self):\n        return 1\n"
        "class B:\n    def step(self):\n        return 2  # here\n"
        "def go(n):\n    a = A()\n    if n:\n        a = n.pop()\n    return a.step()\n",
        "go([B()])",
    ),
    "a module's name that is a parameter": (
        "import json\nclass B:\n    def dumps(self, x):\n        return 2  # here\n"
        "def go(json):\n    return json.dumps(1)\n",
        "go(B())",
    ),
    "a module's name that is its own fallback": (
        "try:\n    import ujson as json\nexcept ImportError:\n    from lib import core as json\n"
        "def dumps(x):\n    return 2  # here\ndef go():\n    return json.dumps(1)\n",
        "go()",
    ),
    "a class method of a subclass": (
        "class A:\n    @classmethod\n    def make(cls):\n        return cls()\n"
        "class B(A):\n    def __init__(self):\n        self.n = 1  # here\n",
        "B.make()",
    ),
    "super": (
        "class A:\n    def step(self):\n        return 2  # here\n"
        "class B(A):\n    def step(self):\n        return super().step()\n",
        "B().step()",
    ),
    "a proxy": (
        "class P:\n    def __init__(self, a):\n        self._a = a\n"
        "    def __getattr__(self, name):\n        return getattr(self._a, name)\n"
        "class B:\n    def step(self):\n        return 2  # here\n"
        "def go() -> P:\n    return P(B())\ndef run():\n    p = go()\n    return p.step()\n",
        "run()",
    ),
    "a member that a string names": (
        "NAMES = ['step']\nclass B:\n    def step(self):\n        return 2  # here\n"
        "def go(a):\n    for name in NAMES:\n        getattr(a, name)()\n",
        "go(B())",
    ),
    "a type that an annotation alone names": (
        "from typing import get_type_hints\nclass B:\n    def __init__(self):\n"
        "        self.n = 1  # here\nclass A:\n    b: B\n"
        "def go(kind):\n    return [one() for one in get_type_hints(kind).values()]\n",
        "go(A)",
    ),
    "a type that a data class holds": (
        "from dataclasses import dataclass\n@dataclass\nclass B:\n    n: int\n"
        "    def __post_init__(self):\n        self.n = 1  # here\n@dataclass\n"
        "class A:\n    b: B\n",
        "import dacite\ndacite.from_dict(A, {})",
    ),
    "a name that a module gives when it is asked": (
        "def old():\n    return 2  # here\n"
        "def __getattr__(name):\n    if name == 'ancient':\n        return old\n"
        "    raise AttributeError(name)\n",
        "import lib.core\nlib.core.ancient()\n# old",
    ),
    "another function's self": (
        "class D:\n    def __call__(self, f):\n        def inner(self):\n"
        "            return self.step()\n        return inner\n"
        "    def step(self):\n        return 1\n"
        "class B:\n    def step(self):\n        return 2  # here\n    @D()\n    def go(self):\n"
        "        return 1\n",
        "B().go()",
    ),
    "a metaclass": (
        "class M(type):\n    def go(cls):\n        return cls.step()\n"
        "    def step(cls):\n        return 1\n"
        "class B(metaclass=M):\n    @classmethod\n    def step(cls):\n        return 2  # here\n",
        "B.go()",
    ),
    "a method that is put in from outside": (
        "class A:\n    def step(self):\n        return 1\n"
        "def quick(self):\n    return 2  # here\nA.step = quick\n",
        "A().step()",
    ),
    "a property behind hasattr": (
        "class B:\n    @property\n    def step(self):\n        return 2  # here\n"
        "def go(a, name):\n    return hasattr(a, name)\n",
        "go(B(), 'st' + 'ep')",
    ),
    "an alias of a type": (
        "from typing import Union\nclass A:\n    def step(self):\n        return 2  # here\n"
        "Any_ = Union[A, int]\ndef go(a: Any_):\n    return a.step()\n",
        "go(A())",
    ),
    "a type that is caught and made elsewhere": (
        "class E(Exception):\n    def __str__(self):\n        return 'e'  # here\n"
        "def go(kind):\n    try:\n        raise kind()\n    except E as error:\n"
        "        return str(error)\n",
        "go(E)",
    ),
    "a plugin that a decorator keeps": (
        "KEPT = []\ndef keep(one):\n    KEPT.append(one)\n    return one\n"
        "@keep\nclass B:\n    def step(self):\n        return 2  # here\n"
        "def go():\n    return [one().step() for one in KEPT]\n",
        "go()",
    ),
}
SPARED = {
    "the member of a module that is not ours": (
        "import os\nclass B:\n    def getcwd(self):\n        return 2  # here\n"
        "def go():\n    return os.getcwd(), B\n",
        "go()",
    ),
    "a namesake of no relation": (
        "class A:\n    def go(self):\n        return self.step()\n"
        "    def step(self):\n        return 1\n"
        "class B:\n    def step(self):\n        return 2  # here\n"
        "def both():\n    return A().go(), B()\n",
        "both()",
    ),
    "a type that is only compared with": (
        "class B:\n    def __init__(self):\n        self.n = 2  # here\n"
        "def go(a: B) -> bool:\n    return isinstance(a, B)\n",
        "go(1)",
    ),
    "a command that decorators of others keep": (
        "import click\n@click.command()\ndef main():\n    return 2  # here\n"
        "def go():\n    return 1\n",
        "go()",
    ),
}


@pytest.mark.parametrize("name", REACHED)
def test_a_type_leads_to_it(name: str) -> None:
    assert _chosen(*REACHED[name])


@pytest.mark.parametrize("name", SPARED)
def test_a_type_does_not_lead_to_it(name: str) -> None:
    assert not _chosen(*SPARED[name])


def _chosen(code: str, block: str) -> bool:
    assert code.count("  # here") == 1
    own = next(line for line in code.split("\n") if line.endswith("  # here"))
    edited = own.replace("  # here", "").replace("2", "22").replace("1", "11").replace("'e'", "'f'")
    offered = set(re.findall(r"^(?:def|class) (\w+)", code, re.MULTILINE))
    names = ", ".join(sorted(offered.intersection(re.findall(r"\w+", block)) or offered))
    page = f"```python\nfrom lib.core import {names}\n{block}\n```\n"
    before = {"lib/__init__.py": "", "lib/core.py": code.replace(own, own[:-8]), "page.md": page}
    after = {**before, "lib/core.py": code.replace(own, edited)}
    assert before != after
    return bool(chosen(before, after).chosen)
