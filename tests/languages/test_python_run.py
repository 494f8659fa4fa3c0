"""Blocks, sessions and outputs, run by a real interpreter."""

from pathlib import Path

import pytest

from doc_healing.languages.python import running as python
from doc_healing.model import (
    Environment,
    Expectation,
    Instructions,
    Job,
    Level,
    Mode,
    Role,
    SymptomKind,
    Toolchain,
    Verdict,
)
from tests.languages.stages import examine, read, snippet, verdict

K = SymptomKind
PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED

REAL_SCRIPTS = [
    "import inspect\n\ndef f(): ...\n\nassert 'def f' in inspect.getsource(f)",
    "import pickle\n\nclass A: ...\n\nassert isinstance(pickle.loads(pickle.dumps(A())), A)",
    "import sys\nassert __name__ == '__main__' and sys.modules['__main__'].__file__ == __file__",
    "import sys\nassert sys.argv == [__file__] and 'doc_healing' not in sys.modules",
    "import os\nassert os.listdir('.') == ['snippet.py']",
    "import typing\n\nclass A:\n    x: 'B'\n\nclass B: ...\n\n"
    "assert typing.get_type_hints(A)['x'] is B",
    "from __future__ import annotations\n\ndef f(x: Nope): ...\n",
    "import multiprocessing\n\ndef f(x):\n    return x * 2\n\nif __name__ == '__main__':\n"
    "    with multiprocessing.get_context('spawn').Pool(1) as p:\n"
    "        assert p.map(f, [1]) == [2]",
    "import atexit, os\natexit.register(os._exit, 0)\nimport sys\nsys.exit(0)",
    "import sys, io\nsys.stdout = io.StringIO()\nprint('x')\nsys.stdout.close()",
    "import os\npid = os.fork()\nif pid == 0:\n    raise SystemExit(0)\nos.wait()",
    "import asyncio\n\nasync def f(): return 1\n\nassert asyncio.run(f()) == 1",
    "import asyncio\n\nasync def f(): return 1\n\nassert await f() == 1\nassert await f() == 1",
    "class C:\n    async def __aenter__(self): return 1\n    async def __aexit__(self, *a): ...\n\n"
    "async with C() as x:\n    assert x == 1",
]


@pytest.mark.parametrize("code", REAL_SCRIPTS)
def test_a_block_is_a_real_main_script(code: str) -> None:
    reading = verdict(code)
    assert (reading.verdict, reading.level) == (PASSED, Level.RUNS), reading


def test_every_interpreter_from_3_6_runs_the_driver() -> None:
    paths = Path("~/.pyenv/versions").expanduser().glob("3.*/bin/python3")
    for executable in {python.toolchain("").executable, *map(str, paths)}:
        tool = Toolchain("python", executable, "")
        (job,) = python.jobs([snippet(">>> x = 1\n>>> x + 1\n3\n")], tool, None)
        assert isinstance(job, Job)
        reading = read(job)
        assert reading.symptom is not None, (executable, reading)
        assert (reading.symptom.kind, reading.symptom.line) == (K.OUTPUT, 13), executable
        (job,) = python.jobs(
            [snippet("import asyncio\nawait asyncio.sleep(0)\nx = 1\nx.y\n")], tool, None
        )
        assert isinstance(job, Job)
        reading = read(job)
        assert reading.symptom is not None, (executable, reading)
        assert (reading.symptom.kind, reading.symptom.line) == (K.ATTRIBUTE, 14), executable


OLDER = [
    ("x = f(...)\n", Verdict.ILLUSTRATIVE, 0),
    ("def f(x):\n    return x\n\nf(\n    1,\n)  # => 2\n", BROKEN, 16),
    ("print(\n    'a'\n)\n#> b\n", BROKEN, 14),
    ("int(\n    'x'\n)\n# raises an error\n", PASSED, 0),
    ('t = """a\nb"""\nimport asyncio\nawait asyncio.sleep(0)\nassert t == \'a\\nb\'\n', PASSED, 0),
    ("async def f():\n    yield 1\n\nasync for x in f():\n    pass\nx.y\n", BROKEN, 16),
    ("import nothing_there_at_all\n", UNVERIFIED, 0),
    ("from importlib.metadata import version\n", UNVERIFIED, 0),
    ("from typing import Literal\n", UNVERIFIED, 0),
    ("import functools\nfunctools.cached_property\n", UNVERIFIED, 0),
    ("x = [1,\n", BROKEN, 11),
    (">>> x = 1\n>>> x.y\n", BROKEN, 12),
    ("import threading\nthreading.Thread(target=print).start()\n", PASSED, 0),
]


@pytest.mark.parametrize("minor", ["3.6", "3.7"])
@pytest.mark.parametrize(("code", "wanted", "line"), OLDER)
def test_the_oldest_interpreters_read_as_the_others(
    code: str, wanted: Verdict, line: int, minor: str
) -> None:
    paths = Path("~/.pyenv/versions").expanduser().glob(f"{minor}.*/bin/python3")
    executable = next(map(str, paths), "")
    if not executable:
        pytest.skip(f"no Python {minor} on this machine")
    (job,) = python.jobs([snippet(code)], Toolchain("python", executable, ""), None)
    assert isinstance(job, Job)
    reading = read(job)
    assert reading.verdict is wanted, reading
    if line:
        assert reading.symptom is not None
        assert reading.symptom.line == line or code.startswith("x = ["), reading


COMPARED = [
    (">>> {'b', 'a'}\n{'a', 'b'}", PASSED),
    (">>> object()\n<object object at 0x7f0000000000>", PASSED),
    (">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb", PASSED),
    (">>> print('a\\n\\nb')\na\n\nb", PASSED),
    (">>> list(range(20))\n[0, 1, ..., 19]", PASSED),
    (">>> 1 + 1  # doctest: +SKIP\n3\n>>> 1\n1", PASSED),
    (">>> 1 + 1\n>>> 2", PASSED),
    (">>> int('x')\nTraceback (most recent call last):\n  ...\nValueError: invalid ...", PASSED),
    (">>> int('x')\nValueError: something", PASSED),
    (">>> int('x')\nTraceback (most recent call last):\n  ...\nKeyError: 'x'", BROKEN),
    (">>> int('1')\nTraceback (most recent call last):\n  ...\nValueError: x", BROKEN),
    (">>> 'a'\n'b'", BROKEN),
    (">>> 0.1 + 0.2  # doctest: +NUMBER\n0.3", PASSED),
    ("x = 5\nx\n>>> 5\nx + 1\n>>> 6", PASSED),
    ("x = 5\nx\n>>> 5\nx + 1\n>>> 7", BROKEN),
    ("for x in (1, 2):\n    print(x)\n    #> 1\n    #> 2", PASSED),
    ("for x in (1, 2):\n    print(x)\n    #> 1\n    #> 3", BROKEN),
    ("1 / 3  # => 0.33", PASSED),
    ("{'b': 1, 'a': 2}  # => {'a': 2, 'b': 1}", PASSED),
    ("x = {1}  # -> a set of numbers", PASSED),
    ("x = [1]  # => [2]", BROKEN),
    ("print('a')  # => a", PASSED),
    ("'a'  # => a", PASSED),
    ("f = lambda: 1  # => <function f at 0x7f12345678>", PASSED),
]


@pytest.mark.parametrize(("code", "wanted"), COMPARED)
def test_documented_output_is_compared(code: str, wanted: Verdict) -> None:
    reading = verdict(code)
    assert reading.verdict is wanted, reading
    if wanted is BROKEN:
        assert reading.symptom is not None
        assert reading.symptom.kind is K.OUTPUT


ANNOUNCED = [
    "int('x')  # ValueError: invalid literal",
    "int('x')\n# ValueError: invalid literal",
    "int(\n    'x'\n)\n#> ValueError",
    "class A:\n    x = int('x')\n\n# raises an error",
    "int('x')  # ❌\nprint('goes on')",
]


@pytest.mark.parametrize("code", ANNOUNCED)
def test_an_error_shown_on_purpose_is_none(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is PASSED, reading
    assert "on purpose" in reading.reason


def _in(session: str = "", **more: object) -> Instructions:
    return Instructions(session=session, **more)  # type: ignore[arg-type]  # keywords of a table


def test_a_session_is_one_program_and_blames_the_right_block() -> None:
    readings = examine(
        snippet("x = 1\n", _in("s"), line=10, index=0),
        snippet("y = x + 1\n", _in("s"), line=20, index=1),
        snippet("y.foo\n", _in("s"), line=30, index=2),
        snippet("x\n", line=40, index=3),
        snippet("x = x\n", _in("s"), line=50, index=4),
    )
    assert [one.verdict for one in readings] == [PASSED, PASSED, BROKEN, UNVERIFIED, UNVERIFIED]
    assert readings[2].symptom is not None
    assert readings[2].symptom.line == 31
    assert "setup at line 31 failed" in readings[4].reason


def test_setup_runs_first_and_continues_joins() -> None:
    readings = examine(
        snippet("import math\n", line=5, index=0),
        snippet("math.pi\n", _in(continues=True), line=10, index=1),
        snippet("base\n", line=15, index=2),
        snippet("base = 1\n", _in(role=Role.SETUP), line=20, index=3),
    )
    assert [one.verdict for one in readings] == [PASSED] * 4


def test_output_of_a_session_is_the_block_s_own() -> None:
    expected = (Expectation("two", "README.md", 99, source="output-block"),)
    readings = examine(
        snippet("print('one')\n", _in("s"), line=10, index=0),
        snippet("print('two')\n", _in("s", expected=expected), line=20, index=1),
    )
    assert [(one.verdict, one.level) for one in readings] == [
        (PASSED, Level.RUNS),
        (PASSED, Level.OUTPUT),
    ]


def test_a_failed_block_leaves_its_place_in_column_and_quote() -> None:
    reading = examine(snippet("x = 1\nprint(x.foo)\n", column=7))[0]
    assert reading.symptom is not None
    assert (reading.symptom.line, reading.symptom.column, reading.symptom.end_column) == (
        12,
        13,
        18,
    )


IMPORTS = [
    ("import own.missing", BROKEN, K.IMPORT),
    ("from own import missing", BROKEN, K.IMPORT),
    ("from other import missing", UNVERIFIED, K.DEPENDENCY),
    ("import json.missing", BROKEN, K.IMPORT),
]


@pytest.mark.parametrize(("code", "wanted", "kind"), IMPORTS)
def test_whose_fault_an_import_is(
    code: str, wanted: Verdict, kind: SymptomKind, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "__init__.py").touch()
    environment = Environment("k", "python", (), {"PYTHONPATH": str(tmp_path)}, ("own",))
    reading = examine(snippet(code), environment=environment)[0]
    assert reading.verdict is wanted, reading
    assert reading.symptom is not None
    assert reading.symptom.kind is kind


def test_an_optional_dependency_of_the_project_is_a_dependency(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("import not_there_at_all\n")
    environment = Environment("k", "python", (), {"PYTHONPATH": str(tmp_path)}, ("own",))
    reading = examine(snippet("import own\n"), environment=environment)[0]
    assert reading.verdict is UNVERIFIED, reading


def test_a_deprecation_of_the_block_s_own_is_told() -> None:
    code = "import warnings\nwarnings.warn('old', DeprecationWarning)\n"
    reading = verdict(code)
    assert reading.verdict is PASSED
    assert reading.warnings == ("README.md:12: DeprecationWarning: old",)


def test_the_block_that_is_a_file_is_imported_by_its_session() -> None:
    readings = examine(
        snippet("value = 3\n", _in("s", file_name="config.py"), index=0),
        snippet("import config\nassert config.value == 3\n", _in("s"), line=20, index=1),
    )
    assert [(one.verdict, one.level) for one in readings] == [
        (PASSED, Level.BUILDS),
        (PASSED, Level.RUNS),
    ]


HOSTILE = [
    "import os\nos.closerange(3, 200)\nx = 1\n",
    "import os\nfor fd in range(3, 50):\n    try:\n        os.write(fd, b'{\\n')\n"
    "    except OSError:\n        pass\n",
    "import builtins\nbuiltins.isinstance = builtins.len = None\n",
    "import sys\nsys.modules.clear()\n",
    "import json\njson.dumps = None\nimport os\nos.write = None\n",
    "import sys\nsys.excepthook = None\nsys.stdout = sys.stderr = None\n1 / 0\n",
    "class E(Exception):\n    def __str__(self):\n        raise ValueError\nraise E\n",
    "class V:\n    def __repr__(self):\n        raise ValueError\nV()  # => V()\n",
    "import builtins\ndel builtins.Exception\n1 / 0\n",
    "raise KeyboardInterrupt\n",
    "raise BaseException\n",
    "raise GeneratorExit\n",
    "def f(): f()\nf()\n",
    "import threading\nthreading.Thread(target=lambda: 1 / 0).start()\n",
    "import sys\nsys.exit('message')\n",
    "import sys\nsys.exit(object())\n",
    "import os\nos.abort()\n",
    "print('\\ud800')\n",
    "x = '\\x00'\nraise ValueError('\\ud800\\x00' * 9)\n",
    "e = ValueError()\ne.__cause__ = e\nraise e\n",
    "import warnings\nwarnings.showwarning = None\nwarnings.warn('x')\n",
    "import os\nos.chdir('/')\nimport shutil\nopen(1, 'w').close()\n",
]


@pytest.mark.parametrize("code", HOSTILE)
def test_whatever_a_block_does_there_is_a_reading(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict in (PASSED, BROKEN, UNVERIFIED)
    if "1 / 0" in code or code.startswith("raise"):
        assert reading.verdict is BROKEN, reading


def test_build_and_lint_modes_run_nothing() -> None:
    for mode, level in ((Mode.BUILD, Level.BUILDS), (Mode.LINT, Level.PARSES)):
        reading = verdict("1 / 0\n", Instructions(mode=mode))
        assert (reading.verdict, reading.level) == (PASSED, level)
