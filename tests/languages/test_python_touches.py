"""What a run met of the project's own code, and which edits leave it as it was: real programs."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.python import bodies, running, touches
from doc_healing.model import Environment, Job, Limits, Mount, Outcome, Own, Status
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs
from tests.languages.stages import snippet

TWO = "def f():\n    return 1\n\ndef g():\n    return 1\n"
LONGER = "def f():\n    return 1\n\ndef g():\n    x = 2\n    return x\n"
LATE = "def g():\n    return 1\n\nimport sys\ndef f():\n    return sys._getframe().f_lineno\n"
USE = "from own import a\nassert a.f() == 1\n"
PATH = "import os, own\nhere = os.path.dirname(own.__file__)\n"

# block, the module before, the module after it was edited
SAME = {
    "what is not loaded": ("import own\n", TWO, "syntax error"),
    "a body that did not run": (USE, TWO, LONGER),
    "a body above what ran": (USE, "def h():\n    return 1\n" + TWO, "def h():\n    x = 1\n" + TWO),
    "a setter": (
        "from own import a\nassert a.A().x == 1\n",
        "class A:\n    @property\n    def x(self): return 1\n    @x.setter\n"
        "    def x(self, v): pass\n",
        "class A:\n    @property\n    def x(self): return 1\n    @x.setter\n"
        "    def x(self, v): 1 / 0\n",
    ),
    "a function in one that ran": (
        "from own import a\nassert a.f()\n",
        "def f():\n    def h(): return 1\n    return h\n",
        "def f():\n    def h(): return 2\n    return h\n",
    ),
    "a signature is asked for": (
        "import inspect\nfrom own import a\ninspect.signature(a.g)\n",
        TWO,
        LONGER,
    ),
    "an outer frame's names": (
        "from own import a\nassert a.f() == '__main__'\n",
        LATE.replace(".f_lineno", ".f_back.f_globals['__name__']"),
        LATE.replace(".f_lineno", ".f_back.f_globals['__name__']").replace(
            "    return 1", "    x = 1\n    return x"
        ),
    ),
    "lines are asked for where nothing ran": (
        USE,
        "def i():\n    return 1\n\n"
        + TWO
        + "def h():\n    import sys\n    sys._getframe().f_lineno\n",
        "def i():\n    x = 2\n    return x\n\n"
        + TWO
        + "def h():\n    import sys\n    sys._getframe().f_lineno\n",
    ),
    "a comment and a docstring speak of lines": (
        USE,
        "def i():\n    return 1\n\n# sys._getframe()\ndef f():\n"
        "    'a faulthandler'\n    return 1\n",
        "def i():\n    x = 2\n    return x\n\n# sys._getframe()\ndef f():\n"
        "    'a faulthandler'\n    return 1\n",
    ),
    "a finalizer as all ends": (
        "from own import a\nx = a.A()\n",
        "class A:\n    def __del__(self): pass\n    def g(self): pass\n",
        "class A:\n    def __del__(self): pass\n    def g(self): return 1\n",
    ),
    "a version is asked for": (
        "from importlib.metadata import PackageNotFoundError, version\ntry:\n    version('own')\n"
        "except PackageNotFoundError: pass\n" + USE,
        TWO,
        LONGER,
    ),
}
OTHER = {
    "a body that ran": ("from own import a\na.g()\n", TWO, LONGER),
    "a module's statement": ("from own import a\n", "x = 1\n", "x = 2\n"),
    "a default": ("from own import a\n", "def f(x=1): pass\n", "def f(x=2): pass\n"),
    "a docstring": (
        "from own import a\n",
        "def f():\n    'a'\n    1\n",
        "def f():\n    'b'\n    1\n",
    ),
    "a generator no more": (
        "from own import a\na.f()\n",
        "def f():\n    1 / 0\n    yield\n",
        "def f():\n    1 / 0\n",
    ),
    "a yield that went into another head": (
        "from own import a\na.f()\n",
        "def f():\n    1 / 0\n    def g(x=(yield)): pass\n",
        "def f():\n    1 / 0\n    def g(x=1): yield\n",
    ),
    "what makes a cell of a name": (
        "from own import a\nassert 'x' not in a.f()()\n",
        "def f():\n    x = 1\n    def h():\n        def k(): return 1\n        return locals()\n"
        "    return h\n",
        "def f():\n    x = 1\n    def h():\n        def k(): return x\n        return locals()\n"
        "    return h\n",
    ),
    "a function that is gone": (
        "from own import a\n",
        "def f(): return 1\nr = f()\ndel f\n",
        "def f(): return 2\nr = f()\ndel f\n",
    ),
    "a body that does not compile": (USE, TWO, "def f():\n    return 1\n\ndef g(): nonlocal x\n"),
    "a body that warns": (USE, TWO, "def f():\n    return 1\n\ndef g(): return '\\d'\n"),
    "a finalizer": (
        "from own import a\na.x = a.A()\n",
        "class A:\n    def __del__(self): pass\n",
        "class A:\n    def __del__(self): print(1)\n",
    ),
    "code that is looked at": ("from own import a\na.g.__code__.co_consts\n", TWO, LONGER),
    "code that is disassembled": (
        "import dis, io\nfrom own import a\ndis.dis(a.g, file=io.StringIO())\n",
        TWO,
        LONGER,
    ),
    "a text that is looked at": (
        "import inspect\nfrom own import a\ninspect.getsource(a.f)\n",
        TWO,
        LONGER,
    ),
    "a line number": (
        "from own import a\nassert a.f() == 6\n",
        LATE,
        LATE.replace("    return 1", "    x = 1\n    return x"),
    ),
    "a traceback": (
        "import traceback\nfrom own import a\n"
        "try: a.g()\nexcept TypeError: traceback.format_exc()\n",
        "def f():\n    return 1\n\ndef g(): len(1)\n",
        "def f():\n    x = 1\n    return x\n\ndef g(): len(1)\n",
    ),
    "a thread": (
        "import threading\nfrom own import a\n"
        "t = threading.Thread(target=a.g)\nt.start()\nt.join()\n",
        TWO,
        LONGER,
    ),
    "a thread that ends last": (
        "import threading, time\nfrom own import a\n"
        "threading.Thread(target=lambda: time.sleep(.1) or a.g()).start()\n",
        TWO,
        LONGER,
    ),
    "at exit": ("import atexit\nfrom own import a\natexit.register(a.g)\n", TWO, LONGER),
    "a profiler": (
        "import cProfile\nfrom own import a\ncProfile.Profile().runcall(a.g)\n",
        TWO,
        LONGER,
    ),
    "loaded twice": (
        "import importlib\nfrom own import a\na.g()\nimportlib.reload(a)\n",
        TWO,
        LONGER,
    ),
    "a file by its path": (PATH + "open(here + '/a.py').read()\n", TWO, LONGER),
    "a file beside": (PATH + "os.chdir(here)\nopen('a.py').read()\n", TWO, LONGER),
    "a file in a folder that is open": (
        PATH + "os.open('a.py', os.O_RDONLY, dir_fd=os.open(here, os.O_RDONLY))\n",
        TWO,
        LONGER,
    ),
    "a file below one that is open": (
        PATH + "os.open('project/own/a.py', os.O_RDONLY, dir_fd=os.open('/opt/', os.O_RDONLY))\n",
        TWO,
        LONGER,
    ),
    "a file by another root": (PATH + "open('/proc/self/root' + here + '/a.py')\n", TWO, LONGER),
    "a file by a detour": (PATH + "open('/tmp/..' + here + '/a.py')\n", TWO, LONGER),
    "a file by a link": (
        PATH + "os.symlink(here, '/tmp/l')\nopen('/tmp/l/a.py')\n",
        TWO,
        LONGER,
    ),
    "a file's size": (PATH + "os.path.getsize(here + '/a.py')\n", TWO, LONGER),
    "a file's facts": (PATH + "os.stat(here + '/a.py')[6]\n", TWO, LONGER),
    "a folder's files": (PATH + "[one.stat() for one in os.scandir(here)]\n", TWO, LONGER),
    "a copy": (PATH + "import shutil\nshutil.copytree(here, '/tmp/copy')\n", TWO, LONGER),
    "a process": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import own.a'])\n",
        TWO,
        LONGER,
    ),
    "a fork": (
        "import os\nif not os.fork():\n    import own.a\n    os._exit(0)\nos.wait()\n",
        TWO,
        LONGER,
    ),
    "a process of no event": (
        "from multiprocessing.util import spawnv_passfds as s\nimport os\n"
        "s(b'/bin/true', [b'x'], [])\nos.wait()\n",
        TWO,
        LONGER,
    ),
    "foreign calls": ("import ctypes\nctypes.CDLL(None).getpid()\n", TWO, LONGER),
    "a folder above where it stands": (
        PATH + "os.chdir(here)\nopen('/proc/self/cwd/../own/a.py').read()\n",
        TWO,
        LONGER,
    ),
    "a file by a root beside a number": (
        PATH + "open('/dev/fd/../root' + here + '/a.py').read()\n",
        TWO,
        LONGER,
    ),
    "a file above a folder that is open": (
        PATH + "os.makedirs('/tmp/a/b')\nos.chdir('/tmp/a/b')\n"
        "os.open('..' + here + '/a.py', os.O_RDONLY, dir_fd=os.open('/tmp', os.O_RDONLY))\n",
        TWO,
        LONGER,
    ),
    "a loader that sees the text": (
        PATH + "import importlib.machinery as m, importlib.util as u\n"
        "class Loader(m.SourceFileLoader):\n"
        "    def source_to_code(self, data, path, **more):\n        assert b'return 1' in data\n"
        "        return super().source_to_code(data, path, **more)\n"
        "s = u.spec_from_loader('own.a', Loader('own.a', here + '/a.py'))\n"
        "s.loader.exec_module(u.module_from_spec(s))\n",
        TWO,
        LONGER,
    ),
    "a loader's code": (
        "import marshal, importlib.util as u\n"
        "marshal.dumps(u.find_spec('own.a').loader.get_code('own.a'))\n",
        TWO,
        LONGER,
    ),
    "another compiler": (
        "import builtins\nreal = compile\nbuiltins.compile = lambda *a, **k: real(*a, **k)\n" + USE,
        TWO,
        LONGER,
    ),
    "another hook": (
        "import sys\nseen = []\nsys.addaudithook(lambda *a: seen.append(a))\n" + USE,
        TWO,
        LONGER,
    ),
    "what a function refers to": (
        "import gc\nfrom own import a\nassert gc.get_referents(a.g)\n",
        TWO,
        LONGER,
    ),
    "members that are packed": (
        "import inspect, marshal\nfrom own import a\n"
        "marshal.dumps([v for n, v in inspect.getmembers(a.g) if n.endswith('code__')][0])\n",
        TWO,
        LONGER,
    ),
    "the names in a body": (
        "import inspect\nfrom own import a\nassert not inspect.getclosurevars(a.g).globals\n",
        TWO,
        "x = 1\n" + LONGER.replace("x = 2\n", "").replace("return x", "return f"),
    ),
    "a stack that C writes": (
        "import faulthandler\nfrom own import a\n"
        "a.f(lambda: faulthandler.dump_traceback(open('/tmp/t', 'w')))\n",
        "def g():\n    return 1\n\ndef f(x):\n    x()\n",
        "def g():\n    x = 1\n    return x\n\ndef f(x):\n    x()\n",
    ),
    "what a frame shows": (
        "from own import a\nassert 'line 6,' in repr(a.f())\n",
        LATE.replace(".f_lineno", ""),
        LATE.replace(".f_lineno", "").replace("    return 1", "    x = 1\n    return x"),
    ),
    "what a finalizer calls": (
        "from own import a\nx = a.A()\n",
        "class A:\n    def __del__(self): g()\ndef g(): pass\n",
        "class A:\n    def __del__(self): g()\ndef g(): 1 / 0\n",
    ),
    "what ends a generator": (
        "from own import a\nx = a.f()\nnext(x)\n",
        "def f():\n    try: yield\n    finally: g()\ndef g(): pass\n",
        "def f():\n    try: yield\n    finally: g()\ndef g(): 1 / 0\n",
    ),
    "a stream that is closed last": (
        "from own import a\nx = a.A()\n",
        "import io\nclass A(io.RawIOBase):\n    def close(self): pass\n",
        "import io\nclass A(io.RawIOBase):\n    def close(self): 1 / 0\n",
    ),
    "an end that tells nothing": ("from own import a\nimport os\nos._exit(0)\n", TWO, LONGER),
}


# An interpreter that takes itself apart tells nothing of it; a forked one does not.
FORKED = {
    "a file that is read as all ends": (
        PATH + "class A:\n    def __del__(self, open=open, at=here + '/a.py'): open(at).read()\n"
        "x = A()\n",
        TWO,
        LONGER,
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Bubblewrap]:
    needs.program("bwrap")
    found = Bubblewrap()
    yield found
    found.close()


def environment(folder: Path, module: str) -> Environment:
    (folder / "own").mkdir(parents=True)
    (folder / "own" / "__init__.py").write_text("")
    (folder / "own" / "a.py").write_text(module)
    toolchain = running.toolchain("")
    return Environment(
        key="own",
        language="python",
        mounts=(*toolchain.mounts, Mount(str(folder), "/opt/project")),
        variables={"PYTHONPATH": "/opt/project"},
        modules=("own",),
        runtime_version=toolchain.version,
        own=Own(str(folder), "/opt/project", "rest"),
    )


def run(sandbox: Bubblewrap, code: str, where: Environment, *, fast: bool) -> tuple[Job, Outcome]:
    (job,) = running.jobs([snippet(code)], running.toolchain(""), where)
    assert isinstance(job, Job)
    program = job.program if fast else replace(job.program, resident=None)
    outcome = sandbox.run(program, Limits())
    assert outcome.status is Status.PASSED, outcome.stderr.decode()
    return job, outcome


def stands(
    sandbox: Bubblewrap, folder: Path, case: tuple[str, str, str], *, fast: bool = False
) -> bool:
    code, before, after = case
    old, new = environment(folder / "old", before), environment(folder / "new", after)
    assert touches.rest(old) == touches.rest(new) != ""
    job, outcome = run(sandbox, code, old, fast=fast)
    met = touches.touched(job, outcome, old)
    assert met is None or touches.stands(met, old)
    return met is not None and touches.stands(met, new)


@pytest.mark.parametrize("name", OTHER)
def test_an_edit_of_what_was_met_is_another_run(
    name: str, sandbox: Bubblewrap, tmp_path: Path
) -> None:
    assert not stands(sandbox, tmp_path, OTHER[name])


parts = pytest.mark.skipif(
    sys.version_info < (3, 11) or sys.implementation.name != "cpython",
    reason="before 3.11 nothing tells of functions",
)


@parts
@pytest.mark.parametrize("name", SAME)
def test_an_edit_of_anything_else_is_the_same_run(
    name: str, sandbox: Bubblewrap, tmp_path: Path
) -> None:
    assert stands(sandbox, tmp_path, SAME[name])


@parts
@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("a body that did not run", True),
        ("a body that ran", False),
        ("a line number", False),
        ("what a finalizer calls", False),
        ("a stream that is closed last", False),
        ("a file that is read as all ends", False),
    ],
)
def test_a_forked_run_tells_the_same(
    name: str, same: bool, sandbox: Bubblewrap, tmp_path: Path
) -> None:
    case = {**SAME, **OTHER, **FORKED}[name]
    warm = "from own import a\n" + case[0]
    assert stands(sandbox, tmp_path, (warm, *case[1:]), fast=True) == same


def test_who_monitors_finds_all_tools_free(sandbox: Bubblewrap, tmp_path: Path) -> None:
    """From 3.12 the interpreter has six of them, and none is ours where a block may want it."""
    code = "import sys\nm = getattr(sys, 'monitoring', None)\nfor one in range(6):\n"
    code += "    assert m is None or m.get_tool(one) is None\n"
    where = environment(tmp_path, TWO)
    job, outcome = run(sandbox, code, where, fast=False)
    assert touches.touched(job, outcome, where) is None


def test_names_and_data_are_in_what_is_common(tmp_path: Path) -> None:
    """A new file may stand before another; and nobody hears who reads data."""
    found = set()
    for at, name in enumerate(("", "own/b.py", "own/data.json", "own/sub/x.txt")):
        where = environment(tmp_path / str(at), TWO)
        if name:
            path = tmp_path / str(at) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("1")
        found.add(touches.rest(where))
    assert len(found) == 4


@pytest.mark.parametrize(
    ("code", "same"),
    [
        ("import own\n", True),
        ("import own\nfrom importlib.metadata import version\nversion('own')\n", False),
        ("import own, os\nos.listdir('/opt/project')\n", False),
    ],
)
def test_a_version_counts_for_who_asks_for_it(
    code: str, same: bool, sandbox: Bubblewrap, tmp_path: Path
) -> None:
    both = []
    for number in ("1", "2"):
        both.append(environment(tmp_path / number, TWO))
        folder = tmp_path / number / f"own-{number}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: own\nVersion: {number}\n")
    assert touches.rest(both[0]) == touches.rest(both[1])
    job, outcome = run(sandbox, code, both[0], fast=False)
    met = touches.touched(job, outcome, both[0])
    assert (met is not None and touches.stands(met, both[1])) == same


@pytest.mark.parametrize("name", ["sitecustomize.py", "usercustomize/__init__.py", "own.pth"])
def test_nothing_is_recorded_where_code_runs_unheard(name: str, tmp_path: Path) -> None:
    where = environment(tmp_path / "a", TWO)
    path = tmp_path / "a" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("import own.a\n")
    assert touches.rest(where) == ""


NAMES = st.sampled_from(["f", "g", "h"])
LEAVES = st.sampled_from(["pass", "return", "x = 'é'", "yield", "'doc'", "if 1:\n    x = 2"])


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("x = '#'  # a\ny = 1\n", "x = '#'  \ny = 1\n"),
        ("'a'\nfrom __future__ import annotations\n", '""\nfrom __future__ import annotations\n'),
        (
            "class A:\n    '''ü\n    '''\n    x = 'f_lineno'\n",
            "class A:\n    \"\"\n\n    x = 'f_lineno'\n",
        ),
        ("class A: 'é'; x = 'é'\n", "class A: \"\"; x = 'é'\n"),
        ("def f(:  # no program\n", "def f(:  # no program\n"),
    ],
)
def test_what_is_silent_is_comments_and_docstrings(text: str, silent: str) -> None:
    """And all else stays as it is, in its line."""
    assert bodies.silent(text.encode()).decode() == silent


@st.composite
def functions(draw: st.DrawFn, deep: int = 2) -> str:
    body = draw(st.lists(LEAVES, min_size=1, max_size=3))
    if deep:
        body += draw(st.lists(functions(deep - 1), max_size=1))
    head = draw(st.sampled_from(["", "@property\n", "@d(\n  1)\n", "async "]))
    lines = "\n".join(body).replace("\n", "\n    ")
    return f"{head}def {draw(NAMES)}(self, x=1):\n    {lines}"


@given(st.lists(functions(), min_size=1, max_size=4))
@settings(max_examples=120, deadline=None)
def test_what_is_left_out_is_bodies_alone(made: list[str]) -> None:
    """What is left still reads as Python once each gap has a statement, and keeps every head."""
    data = ("d = lambda x: lambda f: f\n" + "\n".join(made) + "\nend = 1\n").encode()
    found = bodies.bodies(data)
    assert found is not None
    everything = frozenset(one.name for one in found)
    assert bodies.without(data, everything, numbered=False) == data.rstrip()
    left = bodies.without(data, frozenset(), numbered=True)
    assert left is not None
    assert left.count(b"\n") == data.rstrip().count(b"\n")
    assert all(one.left in left for one in found if not one.keeps and one.name.count(".") == 1)
