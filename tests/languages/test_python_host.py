"""What the host does alone: spelling, needs, toolchains, lint, reports that lie."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.errors import InfraError
from doc_healing.languages.python import outputs, reports, shipping, toolchains
from doc_healing.languages.python import running as python
from doc_healing.languages.python.spelling import is_typo
from doc_healing.model import Environment, Expectation, Job, Outcome, Status, SymptomKind, Verdict
from tests.languages.stages import read, snippet, verdict

TYPOS = [
    ("pritn", (), "print"),
    ("improt_data", ("import_data",), "import_data"),
    ("cleint", ("client",), "client"),
    ("serializr", (), ""),
    ("recieve_all", ("receive_all",), "receive_all"),
    ("dataclas", ("dataclass",), ""),
    ("datacclass", ("dataclass",), "dataclass"),
    ("point", (), ""),
    ("item", (), ""),
    ("inputs", ("input",), ""),
    ("clients", ("client",), ""),
    ("client2", ("client",), ""),
    ("client_", ("client",), ""),
    ("reader", ("header",), ""),
    ("data", ("date",), ""),
    ("Session", ("session",), ""),
]


@pytest.mark.parametrize(("name", "defined", "meant"), TYPOS)
def test_only_a_plain_slip_is_a_typo(name: str, defined: tuple[str, ...], meant: str) -> None:
    assert is_typo(name, defined, defined) == meant


def test_needs_reads_inline_metadata() -> None:
    code = (
        '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "rich>=13",\n'
        '#   "httpx",\n# ]\n# ///\nimport rich\n'
    )
    assert python.needs(snippet(code)) == ("rich>=13", "httpx")
    assert python.needs(snippet("import rich\n")) == ()
    assert python.needs(snippet("# /// script\n# dependencies = [\n# ///\n")) == ()


def test_a_toolchain_is_found_or_its_fix_is_told() -> None:
    found = python.toolchain("")
    assert found.executable.startswith("/")
    minor = ".".join(found.version.split(".")[:2])
    assert python.toolchain(minor).version.startswith(minor)
    assert python.toolchain(f">={minor},<4").version
    with pytest.raises(InfraError) as told:
        python.toolchain("==3.99.*")
    assert told.value.help == "uv python install 3.99"


def test_a_python_that_is_too_old_is_refused_clearly() -> None:
    for wanted in ("2.7", "<3", "==3.5.*"):
        with pytest.raises(InfraError, match="older than the oldest supported"):
            python.toolchain(wanted)


def test_lint_finds_what_is_certain_and_nothing_else() -> None:
    symptom = python.lint(snippet("x = 1\nprint 'x'\n", column=3))
    assert symptom is not None
    assert (symptom.kind, symptom.line, symptom.column) == (SymptomKind.SYNTAX, 12, 3)
    for code in ("f(x: int) -> str\n", "return 1\n", "undefined\n", ">>> x\n5\n"):
        assert python.lint(snippet(code)) is None


OUTPUTS = [
    ("a", "a\n", (), True),
    ("a  \nb", "a\nb\n\n", (), True),
    ("a", "b", (), False),
    ("a...z", "a and z", ("...",), True),
    ("a...z", "a and y", ("...",), False),
    ("a...z", "a...z", (), True),
    ("a...z", "a and z", (), False),
    ("[..] b", "xx b", ("[..]",), True),
    ("<A at 0x7f00aa00bb>", "<A at 0x55aa00bb11>", (), True),
    ("{'a', 'b'}", "{'b', 'a'}", (), True),
]


@pytest.mark.parametrize(("want", "got", "wildcards", "same"), OUTPUTS)
def test_an_output_block_is_compared(
    want: str, got: str, wildcards: tuple[str, ...], same: bool
) -> None:
    assert outputs.matches(Expectation(want, "a.md", 1, wildcards=wildcards), got) is same


def _job() -> Job:
    (job,) = python.jobs([snippet("x = 1\nx.y\n")], python.toolchain(""), None)
    assert isinstance(job, Job)
    return job


JOB = _job()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
EVENTS = st.sampled_from(
    ["begin", "shapes", "failed", "exit", "thread", "compared", "output", "end"]
)
KEYS = st.sampled_from(
    ["chain", "frames", "line", "column", "chunk", "shapes", "bound", "shift", "text", "ok", "kind"]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(EVENTS, st.dictionaries(KEYS, JSON, max_size=4)), max_size=5),
    st.sampled_from(list(Status)),
    st.binary(max_size=40),
)
def test_no_report_is_too_wild_to_be_read(
    events: list[tuple[str, dict[str, object]]], status: Status, noise: bytes
) -> None:
    nonce = JOB.facts["nonce"]
    lines = [f"{nonce} {json.dumps({**facts, 'event': event})}" for event, facts in events]
    report = "\n".join(lines).encode() + b"\n" + noise
    reading = python.read(JOB, Outcome(status, 1, noise, noise, report), None)
    assert reading.verdict in Verdict
    if status is Status.SANDBOX_ERROR:
        assert reading.verdict is Verdict.UNVERIFIED
    if reading.symptom:
        assert reading.symptom.path == "README.md"
        assert reading.symptom.line >= 1


def test_a_foreign_nonce_says_nothing() -> None:
    line = json.dumps({"event": "begin"})
    assert not reports.read(f"other {line}\n".encode(), JOB.facts["nonce"]).began


def test_the_same_snippet_makes_the_same_program() -> None:
    assert _job().program == JOB.program
    other = replace(snippet("x = 1\nx.y\n"), line=50)
    assert python.jobs([other], python.toolchain(""), None)[0] != JOB


def test_the_driver_costs_little_and_leaves_nothing_of_its_own_behind() -> None:
    """What a snippet finds imported is what plain Python has imported; the rest would cost time."""
    code = (
        "import sys\nheavy = {'ast', 're', 'json', 'typing', 'enum', 'shutil', 'threading', "
        "'linecache', 'contextlib', 'collections', 'inspect', 'doctest'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert not [one for one in sys.meta_path if 'Driver' in repr(one)]\n"
        "assert not [one for one in sys.modules if 'doc_healing' in one]\n"
    )
    reading = verdict(code)
    assert reading.verdict is Verdict.PASSED, reading


def test_the_driver_is_compiled_once_and_runs_from_source_elsewhere() -> None:
    tool = python.toolchain("")
    names = [name for name, _ in shipping.files(tool)]
    assert names == ["driver.bin", "run.py"]  # the fast path is really taken
    other = Environment(
        key="k", language="python", interpreter=tool.executable, runtime_version="3.0"
    )
    code = "import json\n\n>>> json.dumps(1)\n'2'\n"
    (job,) = python.jobs([snippet(code)], tool, other)
    assert isinstance(job, Job)
    assert any(file.name.endswith("driver/main.py") for file in job.program.files)
    for found in (read(job, other), verdict(code)):
        assert (found.verdict, found.symptom and found.symptom.line) == (Verdict.BROKEN, 14)


def test_of_alternatives_the_first_that_is_here_counts() -> None:
    here = toolchains.find("").version
    assert toolchains.find(f"==99.1 || =={here}").version == here
    assert toolchains.find(">=3 || >=99").version == here
    with pytest.raises(InfraError, match="no Python"):
        toolchains.find("==99.1 || ==99.2")
