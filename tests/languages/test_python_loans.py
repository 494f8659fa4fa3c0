"""What a block gets from its document, what it does not, and what clears a red verdict."""

import time
from dataclasses import replace

import pytest

from doc_healing.languages.python import running as python
from doc_healing.model import (
    Environment,
    FailKind,
    Instructions,
    Job,
    Mode,
    MustFail,
    Reading,
    Snippet,
    State,
    SymptomKind,
    Verdict,
)
from tests.languages.stages import examine, snippet, verdict

K = SymptomKind
PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED


def page(*codes: str) -> list[Snippet]:
    """Blocks of one document, ten lines apart."""
    return [snippet(code, line=10 * (at + 1), index=at) for at, code in enumerate(codes)]


def last(*codes: str, environment: Environment | None = None) -> Reading:
    return examine(*page(*codes), environment=environment)[-1]


TAKEN = [
    ("import json as j", "assert j.dumps(1) == '1'", ("`import json as j` from line 11",)),
    (
        "x = 1\nfrom math import pi, tau",
        "def f():\n    return tau\n\nassert f() > 6",
        ("`from math import tau` from line 12",),
    ),
    (">>> import json\n>>> json.dumps(1)\n'1'", ">>> json.dumps(2)\n'2'", None),
    ("import os.path\nimport os", "os.path.join('a', 'b')", None),
    (
        "import xml.dom\nimport xml.sax",
        "xml.dom, xml.sax",
        ("`import xml.dom` from line 11", "`import xml.sax` from line 12"),
    ),
    (
        "from dataclasses import dataclass",
        "@dataclass\nclass A:\n    x: int\n\nassert A(1).x == 1",
        None,
    ),
    ("from typing import Any", "class A:\n    def f(self, x: Any) -> 'Any': ...\n", None),
    ("from decimal import Decimal", "x: 'list[Decimal]' = []\nawait_ = [Decimal(1)]", None),
    ("import json\nfoo(...)\ndef f(x) -> int\n", "json.dumps(1)", None),
    ("from enum import Enum", "class A(Enum):\n    a = 1\n", None),
    ("import math", "f = lambda x: math.floor(x)\nassert f(1.5) == 1", None),
]


@pytest.mark.parametrize(("earlier", "code", "added"), TAKEN)
def test_a_missing_import_is_taken_from_an_earlier_block(
    earlier: str, code: str, added: tuple[str, ...] | None
) -> None:
    reading = last(earlier, code)
    assert reading.verdict is PASSED, reading
    assert reading.added, reading
    assert added is None or reading.added == added


NOT_TAKEN = [
    ("x = 5", "print(x)"),  # only imports
    ("def f():\n    import json", "json.dumps(1)"),  # only the top level
    ("text = '''\nimport json\n'''", "json.dumps(1)"),  # a text is no import
    ("from os.path import *", "join('a', 'b')"),
    ("import nowhere_at_all", "nowhere_at_all.x()"),
    ("", "import_json = 1\njson.dumps(1)"),
]


@pytest.mark.parametrize(("earlier", "code"), NOT_TAKEN)
def test_nothing_but_an_import_is_taken(earlier: str, code: str) -> None:
    reading = last(earlier, code)
    assert (reading.verdict, reading.added) == (UNVERIFIED, ()), reading
    assert reading.reason.startswith("needs context")


def test_an_import_that_fails_is_named() -> None:
    reading = last("import nowhere_at_all", "nowhere_at_all.x()")
    assert "`import nowhere_at_all` of line 11 failed here (ModuleNotFoundError" in reading.reason


def test_later_blocks_lend_nothing_and_own_names_win() -> None:
    first, _ = examine(*page("json.dumps(1)", "import json"))
    assert first.verdict is UNVERIFIED
    assert last("import json", "json = 5\nassert json == 5").added == ()
    assert last("import json", "def f(json): return json\n\nassert f(2) == 2").added == ()
    assert last("import json", "[json for json in (1, 2)]").added == ()
    assert last("import json", "import json\njson.dumps(1)").added == ()
    assert last("from builtins import print", "print(1)").added == ()
    assert last("import json", "try:\n    json\nexcept NameError:\n    json = 1").added == ()


def test_alternative_tabs_lend_each_other_nothing() -> None:
    one, two = page("import json", "json.dumps(1)")
    here = replace(one, containers=("tabs#3/tab:A", "list"))
    there = replace(two, containers=("tabs#3/tab:B",))
    assert examine(here, there)[1].verdict is UNVERIFIED
    same = replace(two, containers=("tabs#3/tab:A",))
    assert examine(here, same)[1].verdict is PASSED
    below = replace(two, containers=("tabs#4/tab:B",))
    assert examine(here, below)[1].verdict is PASSED


def test_skipped_and_failing_blocks_lend_nothing() -> None:
    one, two = page("import json", "json.dumps(1)")
    assert examine(replace(one, state=State.SKIPPED), two)[0].verdict is UNVERIFIED
    failing = replace(one, instructions=Instructions(mode=Mode.FAIL))
    assert examine(failing, two)[1].verdict is UNVERIFIED


DOUBTFUL = [
    # One name, two meanings: the block may mean a third import that the page does not show.
    (("import datetime", "from datetime import datetime", "datetime.datetime.now()")),
    (("from datetime import datetime", "datetime.timedelta(1)")),
    (("import time", "time(1)")),
]


@pytest.mark.parametrize("codes", DOUBTFUL)
def test_a_failure_on_an_import_of_two_meanings_is_not_red(codes: tuple[str, ...]) -> None:
    reading = last(*codes)
    assert reading.verdict is UNVERIFIED, reading
    assert "which" in reading.reason


def test_a_name_that_the_project_no_longer_has_is_red_with_a_borrowed_import() -> None:
    own = Environment(key="k", language="python", modules=("json",))
    reading = last("import json", "x = 1\njson.dumpz(1)", environment=own)
    assert reading.verdict is BROKEN
    assert reading.symptom is not None
    assert (reading.symptom.kind, reading.symptom.line) == (K.ATTRIBUTE, 22)
    assert reading.added == ("`import json` from line 11",)


def test_a_promised_name_error_stays_one() -> None:
    code = (
        ">>> json.dumps(1)\nTraceback (most recent call last):\n"
        "NameError: name 'json' is not defined"
    )
    assert last("import json", code).verdict is PASSED


def test_the_offers_of_a_program_do_not_depend_on_lines() -> None:
    """A line inserted above must not cost every kept result below it."""
    programs = []
    for line in (10, 60):
        blocks = [snippet("import json", line=line), snippet("json", line=line + 9, index=1)]
        job = python.jobs(blocks, python.toolchain(""), None)[1]
        assert isinstance(job, Job)
        programs.append(job.program)
    assert programs[0] == programs[1]


WAITING = [
    "name = input('who? ')",
    "import sys\nline = sys.stdin.readline()\nassert line",
    "import sys\ndata = sys.stdin.read()\nassert data, 'nothing'",
    "import sys\nfor line in sys.stdin:\n    break\nelse:\n    sys.exit(3)",
    "import sys\ntry:\n    input()\nexcept EOFError:\n    print('Aborted!')\n    sys.exit(1)",
    "import getpass, warnings\nwarnings.simplefilter('ignore')\ngetpass.getpass()",
    "import sys\nassert sys.stdin.buffer.read(1) == b'y'",
    "import sys, os\nif not sys.stdin.read():\n    os._exit(4)",
    "import sys\nprint(len(sys.stdin.read()) == 0)\n#> False",
    ">>> input('a number: ')\n'5'",
]


@pytest.mark.parametrize("code", WAITING)
def test_what_fails_for_want_of_input_waits_for_it(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is UNVERIFIED, reading
    assert "input" in reading.reason


def test_reading_no_input_is_no_excuse() -> None:
    assert verdict("import sys\nassert sys.stdin.read() == ''").verdict is PASSED
    assert verdict("import sys\nsys.stdin.fileno(), sys.stdin.encoding\n1 / 0").verdict is BROKEN
    assert verdict("import sys\nassert sys.stdin.name == '<stdin>'").verdict is PASSED
    assert verdict("import sys\nassert sys.stdin.mode == 'r' and sys.stdin.readable()").verdict is (
        PASSED
    )


def test_without_an_environment_only_the_standard_library_is_there() -> None:
    code = (
        "import sys\nassert not [p for p in sys.path if 'packages' in p], sys.path\n"
        "exit, quit, copyright, help"
    )
    assert verdict(code).verdict is PASSED
    assert verdict("import pip").verdict is UNVERIFIED
    assert verdict("import sys\nexit(0)").verdict is PASSED


def must(pattern: str = "", code: str = "", flags: tuple[str, ...] = ()) -> Instructions:
    return Instructions(
        mode=Mode.FAIL, must_fail=MustFail(FailKind.ANY, pattern, code), flags=flags
    )


def test_a_pattern_that_never_ends_is_ended() -> None:
    began = time.monotonic()
    reading = verdict(f"raise ValueError('{'a' * 60}!')", must(r"(a|a|aa)+$"))
    assert time.monotonic() - began < 60
    assert reading.verdict is UNVERIFIED
    assert "pattern" in reading.reason


PROMISED = [
    (r"\bno+t\b.*found$", "", PASSED),
    (r"not found", "KeyError", BROKEN),
    (r"^ValueError: .*n[o]t", "ValueError", PASSED),
    (r"(unbalanced", "", BROKEN),
    ("absent", "", BROKEN),
    ("", "builtins.ValueError", PASSED),
]


@pytest.mark.parametrize(("pattern", "code", "wanted"), PROMISED)
def test_a_promised_failure_is_the_one_that_comes(pattern: str, code: str, wanted: Verdict) -> None:
    reading = verdict("raise ValueError('it is not found')", must(pattern, code))
    assert reading.verdict is wanted, reading


def test_a_failure_that_is_only_allowed_need_not_come() -> None:
    allowed = must(flags=("may-pass",))
    assert verdict("x = 1", allowed).verdict is PASSED
    assert verdict("1 / 0", allowed).verdict is PASSED
    assert verdict("x = 1", must()).verdict is BROKEN


def test_a_trace_reads_as_the_document_does() -> None:
    code = "import json\n\n\ndef f():\n    return json.loads('{')\n\n\nf()"
    symptom = verdict(code).symptom
    assert symptom is not None
    assert 'File "README.md", line 18, in <module>' in symptom.trace
    assert 'File "README.md", line 15, in f' in symptom.trace
    assert 'File "json/decoder.py", line ' in symptom.trace
    assert "doc-healing" not in symptom.trace
    assert "doc_healing" not in symptom.trace
    assert symptom.trace.rstrip().endswith("(char 1)")


def test_a_trace_of_several_errors_shows_no_frame_of_ours() -> None:
    code = (
        "import sys\ntry:\n    print('x', file=5)\nexcept AttributeError as e:\n"
        "    raise KeyError('k') from e"
    )
    for text in (code, "import asyncio\nasync def f(): 1 / 0\nawait f()", ">>> 1 / 0\n3"):
        symptom = verdict(text).symptom
        assert symptom is not None
        assert "driver" not in symptom.trace, symptom.trace
        assert ".doc-healing" not in symptom.trace, symptom.trace
        assert 'File "README.md", line ' in symptom.trace
