"""A forked program cannot tell that it was: it sees, says and ends as in a process of its own."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing.languages.python import running as python
from doc_healing.languages.python.residents import IMPORTS
from doc_healing.model import (
    Environment,
    Instructions,
    Job,
    Limits,
    Mount,
    Outcome,
    Program,
    Status,
)
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs
from tests.contracts.cases import Case
from tests.contracts.cases.python import CASES
from tests.languages.stages import snippet

pytestmark = pytest.mark.sandbox
LIMITS = Limits(
    wall_seconds=20, cpu_seconds=5, memory_mib=512, processes=40, disk_mib=32, output_kib=128
)

# What a program can see of itself and of its world; each prints it, or ends in its own way.
LOOKS = {
    "modules and paths": "import sys, os\nprint(sorted(sys.modules), sys.argv, sys.path,"
    " sys.meta_path, sys.flags, os.getcwd(), sorted(os.environ.items()),"
    " sys.getrecursionlimit(), os.listdir('.'), sys.executable, sys.orig_argv)",
    "streams": "import sys\nfor s in sys.stdin, sys.stdout, sys.stderr:\n"
    "    print(s, s.fileno(), s.encoding, s.errors, s.line_buffering, s.isatty(), s.seekable())\n"
    "print(repr(sys.stdin.read()))",
    "descriptors": "import os\nprint(sorted(os.listdir('/proc/self/fd')), os.umask(0), os.getuid(),"
    " os.getgroups())",
    "signals": "import signal\nprint([signal.getsignal(n) for n in range(1, 32)],"
    " signal.pthread_sigmask(signal.SIG_BLOCK, []))",
    "limits": "import resource as r\nprint([(n, r.getrlimit(getattr(r, n))) for n in sorted(dir(r))"
    " if n.startswith('RLIMIT_')])",
    "its main module": "import __main__, inspect, pickle\nclass A: pass\n"
    "print(sorted(vars(__main__)), inspect.getsource(A), __file__, __spec__,"
    " pickle.loads(pickle.dumps(A)) is A)",
    "what others call its main module": "import rlcompleter, unittest\nx_1 = 2\n"
    "print(rlcompleter.Completer().complete('x_', 0))",
    "objects that outlive it": "import unittest, asyncio, multiprocessing\nclass A:\n"
    "    def __del__(self): print('gone') or 1 / 0\na = A()",
    "what it left to its end": "import atexit, sys\nclass A:\n"
    "    def __del__(self): print('gone')\na = A()\natexit.register(print, 'last')\n"
    "open('/dev/stdout', 'w').write('lost?')\n"
    "kept = open('/dev/stdout', 'w')\nkept.write('kept')\nprint('half', end='')\nsys.exit(3)",
    "a hook that keeps it alive": "import sys\nclass A:\n"
    "    def __del__(self): print('gone')\na = A()\nsys.excepthook = lambda *_: a",
    "a child that comes to the end": "import os\nclass A:\n"
    "    def __del__(self): print('gone')\na = A()\nif os.fork():\n    os.wait()\nelse:\n"
    "    print('child')",
    "a thread that is waited for": "import threading, time\n"
    "threading.Thread(target=lambda: (time.sleep(0.2), print('done'))).start()",
    "its own view of rubbish": "import gc\ngc.callbacks.append(lambda *_: print('swept'))",
    "an exit in words": "raise SystemExit('in words')",
    "an exit of -1": "raise SystemExit(-1)",
    "the last error of C": "import ctypes\nprint(ctypes.get_errno())",
    "the depth of its frame": "import sys\nframe, n = sys._getframe(), 0\nwhile frame:\n"
    "    frame, n = frame.f_back, n + 1\nprint(n)",
    "warnings": "import warnings\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('w')\n"
    "print(warnings.filters)",
    "submodules that nobody imported": "import xml\nxml.etree.ElementTree",
    "more of them": "import importlib\nimportlib.util",
    "after imports at its head": "import typing, asyncio, unittest.mock\nimport sys\n"
    "print(sorted(sys.modules))",
    "a class of its own": "from dataclasses import dataclass\nimport inspect\n@dataclass\n"
    "class A:\n    x: int\nprint(A(1), inspect.getsource(A))",
    "its jail": "import os\nprint(sorted(os.listdir('/')), sorted(os.listdir('/dev')),"
    " sorted(os.listdir('/etc')), os.uname().nodename, open('/proc/self/cgroup').read(),"
    " open('/proc/meminfo').read(), open('/etc/passwd').read(), os.listdir('/tmp'),"
    " [l for l in open('/proc/self/status') if l.startswith(('Cap', 'NoNew', 'Seccomp:', 'Uid'))])",
    "ctypes": "import ctypes, struct\nC = ctypes.CFUNCTYPE(ctypes.c_int,"
    " ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))\n"
    "a = (ctypes.c_int * 3)(3, 1, 2)\nctypes.CDLL(None).qsort(a, 3, 4,"
    " C(lambda x, y: x[0] - y[0]))\nprint(list(a))",
    "sockets": "import socket\ns = socket.create_server(('127.0.0.1', 0))\n"
    "c = socket.create_connection(s.getsockname())\nprint(c.getpeername()[0])",
    "no network": "import socket\nsocket.create_connection(('example.com', 80))",
    "processes": "import subprocess, sys, multiprocessing as m\ndef f(x): return x + 1\n"
    "if __name__ == '__main__':\n"
    "    print(subprocess.run([sys.executable, '-c', 'import sys; print(sys.flags)']))\n"
    "    for kind in 'fork', 'spawn', 'forkserver':\n"
    "        with m.get_context(kind).Pool(1) as pool: print(pool.map(f, [1, 2]))",
    "a terminal": "import pty, os\na, b = pty.openpty()\nprint(os.ttyname(b))",
    "a session": "import os\nos.setsid()\nprint(os.getsid(0) == os.getpid())",
    "a timer": "import signal, time\nsignal.signal(signal.SIGALRM, lambda *a: print('al'))\n"
    "signal.setitimer(signal.ITIMER_REAL, .01)\ntime.sleep(.2)",
    "input": "input('name? ')",
    "its end": "import atexit\natexit.register(print, 'bye')\nclass A:\n"
    "    def __del__(self): print('gone')\na = A()",
    "threads": "import threading, time\ndef f():\n    time.sleep(.05)\n    print('t')\n"
    "threading.Thread(target=f).start()\nt = threading.Thread(target=lambda: 1 / 0)\n"
    "t.start()\nt.join()\n"
    "print(threading.main_thread() is threading.current_thread())",
    "a message for the shell": "import sys\nsys.exit('bad')",
    "a code for the shell": "import os\nos._exit(7)",
    "an abort": "import os\nos.abort()",
    "a fault": "import ctypes\nctypes.string_at(0)",
    "a kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "an interrupt": "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(1)",
    "a recursion": "def f(): f()\nf()",
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Bubblewrap]:
    needs.program("bwrap")
    with closing(Bubblewrap()) as one:
        yield one


def job_of(code: str, instructions: Instructions = Instructions()) -> Job:  # noqa: B008  # frozen
    (job,) = python.jobs([snippet(code, instructions)], needs.toolchain("python"), None)
    assert isinstance(job, Job)
    return job


def fast(sandbox: Bubblewrap, program: Program) -> Outcome:
    """Its outcome from the resident that is its own, and not from the plainer one."""
    if program.resident and program.resident.plainer:
        sandbox.run(program, LIMITS)
    outcome = sandbox.run(program, LIMITS)
    assert outcome.fast
    return outcome


def cold(sandbox: Bubblewrap, program: Program) -> Outcome:
    outcome = sandbox.run(replace(program, resident=None), LIMITS)
    assert not outcome.fast
    return outcome


def facts(outcome: Outcome) -> tuple[object, ...]:
    stderr = re.sub(rb"0x[0-9a-f]+|[Tt]hread[- ][0-9a-fx]+", b"0x", outcome.stderr)
    rest = (outcome.status, outcome.exit_code, outcome.signal, outcome.detail, outcome.layers)
    return (outcome.stdout, stderr, outcome.report, *rest)


@pytest.mark.parametrize("name", LOOKS)
def test_what_it_sees_is_the_same(name: str, sandbox: Bubblewrap) -> None:
    job = job_of(LOOKS[name])
    seen, alone = fast(sandbox, job.program), cold(sandbox, job.program)
    assert facts(seen) == facts(alone)
    assert python.read(job, seen, None) == python.read(job, alone, None)


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.wall_seconds > 5], ids=lambda case: case.name
)
def test_a_case_of_the_contract_is_read_the_same(case: Case, sandbox: Bubblewrap) -> None:
    block = snippet(case.code, case.instructions)
    (made,) = python.jobs([block], needs.toolchain("python"), None)
    if not isinstance(made, Job) or made.program.resident is None:
        return  # no program, or one that is never forked
    outcome, alone = sandbox.run(made.program, LIMITS), cold(sandbox, made.program)
    assert outcome.fast or outcome.status is Status.MEMORY
    told = [python.read(made, one, None) for one in (outcome, alone)]
    assert [one.verdict for one in told] == [case.verdict] * 2, told
    assert outcome.status is alone.status


# What a module does when it is imported that it would not do for each of its programs.
MODULES = {
    "prints": ("print('hello')", False),
    "warns": ("import warnings\nwarnings.warn('old', UserWarning)", False),
    "is deprecated": (
        "import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)",
        False,
    ),
    "fails": ("1 / 0", False),
    "ends": ("import os\nos._exit(0)", False),
    "starts a thread": (
        "import threading as t, time\nt.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        False,
    ),
    "starts a process": ("import subprocess\nsubprocess.Popen(['sleep', '9'])", False),
    "takes a signal": ("import signal\nsignal.signal(signal.SIGUSR1, print)", False),
    "goes elsewhere": ("import os\nos.chdir('/tmp')", False),
    "leaves a file open": ("held = open(__file__)", False),
    "leaves a file": ("open('/tmp/left', 'w').close()", False),
    "takes the mask": ("import os\nos.umask(0)", False),
    "replaces a stream": ("import sys, io\nsys.stdout = io.StringIO()", False),
    "leaves a daemon": (
        "import os, time\nif os.fork() == 0:\n    os.fork() or time.sleep(9)\n"
        "    os._exit(0)\nos.wait()",
        False,
    ),
    "shares memory": ("import mmap\nshared = mmap.mmap(-1, 4096)", False),
    "asks a network": (
        "import socket\ntry:\n    socket.create_connection(('example.com', 80))\n"
        "except OSError:\n    pass",
        False,
    ),
    "asks for its program": (
        "import os, sys\nos.environ['LEFT'] = repr((sys.argv, sys.modules['__main__'].__file__,"
        " sys.path[0]))",
        True,
    ),
    "keeps its program": (
        "import os, __main__\nclass C:\n    def get(self, n): return vars(__main__)['__name__'],"
        " 'thing' in vars(__main__)\n    def __getattr__(self, n): return getattr(real, n)\n"
        "real, os.environ = os.environ, C()",
        False,
    ),
    "takes its time": ("import time\nstart = time.time()", True),
    "sets a variable": ("import os\nos.environ['LEFT'] = 'x'", True),
    "registers its end": ("import atexit\natexit.register(print, 'the end')", True),
    "patches a name": ("import builtins\nbuiltins.shout = lambda: 'loud'", True),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_loaded_once_where_that_changes_nothing(
    name: str, sandbox: Bubblewrap, tmp_path: Path
) -> None:
    """Where it does, its programs are forked from an interpreter that did not import it."""
    text, kept = MODULES[name]
    folder = tmp_path / name.replace(" ", "_")
    folder.mkdir()
    (folder / "thing.py").write_text(text)
    variables = {"PYTHONPATH": "/opt/things"}
    mount = Mount(str(folder), "/opt/things")
    environment = Environment("x", "python", (mount,), variables, modules=("thing",))
    block = snippet("import thing\nimport os\nprint(os.environ.get('LEFT'), os.getcwd())")
    (job,) = python.jobs([block], needs.toolchain("python"), environment)
    assert isinstance(job, Job)
    assert job.program.resident is not None
    assert IMPORTS in [file.name for file in job.program.resident.files]
    forked = fast(sandbox, job.program)
    alone = cold(sandbox, job.program)
    assert facts(forked) == facts(alone)
    assert (("thing",) in loaded(sandbox)) is kept


def loaded(sandbox: Bubblewrap) -> set[tuple[str, ...]]:
    """What the residents that wait have imported; ends them."""
    found = set()
    for name in list(sandbox._residents._resting):
        files = getattr(name[0], "files", ())
        found |= {tuple(_modules(one.data)) for one in files if one.name == IMPORTS}
    sandbox.rest()
    return found


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import asyncio, json\nfrom unittest import mock\n", ["asyncio", "unittest"]),
        ('"""A text."""\nimport asyncio\nx = 1\nimport unittest\n', ["asyncio"]),
        ("x = 1\nimport asyncio\n", []),
        ("import os\n", []),
        ("try:\n    import asyncio\nexcept ImportError:\n    pass\n", []),
        ("def f():\n    import asyncio\n", []),
        ("import asyncio as a, asyncio\n", ["asyncio"]),
        ("from . import asyncio\n", []),
        ("import asyncio\nthis is no Python\n", []),
    ],
)
def test_only_what_comes_first_is_loaded_before(code: str, names: list[str]) -> None:
    resident = job_of(code).program.resident
    assert resident is not None
    found = [_modules(file.data) for file in resident.files if file.name == IMPORTS]
    assert found == ([names] if names else [])
    assert (resident.plainer is not None) is bool(names)


def _modules(imports: bytes) -> list[str]:
    return [line.removeprefix("import ") for line in imports.decode().splitlines()]


def test_what_a_package_loads_late_is_asked_of_it(tmp_path: Path, sandbox: Bubblewrap) -> None:
    site = tmp_path / "lib/python3.11/site-packages"
    for name, text in {
        "late/__init__.py": "def __getattr__(name):\n    from late import deep\n"
        "    return getattr(deep, name)\n",
        "late/deep.py": "Model = 1\n",
        "early/__init__.py": "Model = 1\n",
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    variables = {"PYTHONPATH": "/opt/env/lib/python3.11/site-packages"}
    mounts = (Mount(str(tmp_path), "/opt/env"),)
    environment = Environment("x", "python", mounts, variables, modules=("late", "early"))
    code = "from late import Model\nfrom early import Model as M\nfrom early import *\n"
    block = snippet(code + "import sys\nassert 'late.deep' in sys.modules and Model == M\n")
    (job,) = python.jobs([block], needs.toolchain("python"), environment)
    assert isinstance(job, Job)
    assert job.program.resident is not None
    (imports,) = [file for file in job.program.resident.files if file.name == IMPORTS]
    assert imports.data.decode().splitlines() == ["from late import Model", "import early"]
    assert facts(fast(sandbox, job.program)) == facts(cold(sandbox, job.program))


def test_a_program_with_variables_of_its_own_starts_an_interpreter() -> None:
    assert job_of("x = 1", Instructions(env={"PYTHONUTF8": "1"})).program.resident is None


def test_what_a_program_leaves_reaches_no_other(sandbox: Bubblewrap) -> None:
    leave = (
        "import builtins, os, sys, socket, subprocess, signal\n"
        "builtins.len = None; sys.path.append('/x'); os.environ['LEFT'] = 'x'; os.umask(0)\n"
        "for d in '/tmp', '/work', '/home/doc', '/dev/shm': open(d + '/left', 'w').close()\n"
        "subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); os.chdir('/tmp')\n"
        "s = socket.socket(socket.AF_UNIX); s.bind('\\0left'); s.listen()\n"
        "sys.modules['json'] = None\n"
    )
    look = (
        "import os, sys, socket, json, signal\n"
        "print(len('abc'), '/x' in sys.path, os.environ.get('LEFT'), os.umask(0), os.getcwd(),"
        " [os.listdir(d) for d in ('/tmp', '/home/doc', '/dev/shm')], os.listdir('/work'),"
        " [n for n in os.listdir('/proc') if n.isdigit()], signal.getsignal(signal.SIGTERM))\n"
        "try: socket.socket(socket.AF_UNIX).connect('\\0left')\n"
        "except ConnectionRefusedError: print('nobody')\n"
    )
    before = fast(sandbox, job_of(look).program)
    assert fast(sandbox, job_of(leave).program).status is Status.PASSED
    after = fast(sandbox, job_of(look).program)
    assert after.stdout == before.stdout
    assert after.stdout.endswith(b"nobody\n")


def test_random_numbers_are_each_programs_own(sandbox: Bubblewrap) -> None:
    code = "import unittest, random, uuid, tempfile, os\nprint(random.random(), uuid.uuid4())"
    program = job_of(code).program
    assert len({fast(sandbox, program).stdout for _ in range(3)}) == 3
