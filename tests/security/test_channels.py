"""The report channel belongs to the program as well: what it can forge, and what it cannot."""

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import doc_healing.languages
from doc_healing.languages import LANGUAGES
from doc_healing.model import Job, Outcome, Reading, Status, Verdict
from doc_healing.protocols import Language, Sandbox
from tests.contracts.contract import cases
from tests.security.conftest import canary
from tests.security.test_attackers import examine, job_of

pytestmark = pytest.mark.sandbox

# --- What is said on it is data ----------------------------------------------------------------


@functools.cache
def _words(language: str) -> tuple[str, ...]:
    """The short strings of a language's code: among them all that its reports are made of."""
    texts: set[str] = set()
    room = Path(doc_healing.languages.__path__[0])
    for name in {language, "javascript" if language == "typescript" else language}:
        for path in sorted((room / name).rglob("*.py")):
            texts.update(re.findall(r'"([\w.$-]{1,24})"', path.read_text("utf-8")))
    return tuple(sorted(texts))


@functools.cache
def _jobs(name: str) -> tuple[Job, ...]:
    (language,) = [one for one in LANGUAGES if one.name == name]
    shapes = [one.code for one in cases(language) if one.verdict is not Verdict.ILLUSTRATIVE]
    found: list[Job] = []
    for code in [language.smoke, *shapes[::3]]:
        try:
            found.append(job_of(language, code))
        except (AssertionError, ValueError):  # a case that is no program, or no single block
            continue
    return tuple(found)


def _values(words: tuple[str, ...]) -> st.SearchStrategy[object]:
    numbers = st.sampled_from((-1, 0, 1, 2, 3, 10**6, 2**63, -(2**70), 10**400))
    plain = st.one_of(
        st.none(), st.booleans(), numbers, st.floats(), st.text(max_size=8), st.sampled_from(words)
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=6),
            st.dictionaries(st.sampled_from(words), inner, max_size=5),
        ),
        max_leaves=12,
    )


def _line(job: Job, event: dict[str, object]) -> bytes:
    """An event as the language of a job writes it, with the right nonce."""
    nonce = job.facts.get("nonce", "")
    text = json.dumps({**event, "nonce": nonce})
    return (f"{nonce} {text}" if job.snippet.language == "python" else text).encode()


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_report_is_too_strange_to_read(language: Language, data: st.DataObject) -> None:
    job = data.draw(st.sampled_from(_jobs(language.name)))
    words = _words(language.name)
    event = st.dictionaries(st.sampled_from(words), _values(words), max_size=8)
    kinds = st.fixed_dictionaries({key: st.sampled_from(words) for key in ("type", "event")})
    lines = [
        _line(job, {**fields, **kind})
        for fields, kind in data.draw(st.lists(st.tuples(event, kinds), max_size=6))
    ]
    if language.name == "rust":
        made = data.draw(st.sampled_from([b"0", b"1", b"999", b"-"]))
        lines = [b"try 0", *lines, b"exit 1", b"try 998", b"exit 0", b"done " + made]
    lines += data.draw(st.lists(st.binary(max_size=30), max_size=2))
    status = data.draw(st.sampled_from(list(Status)))
    outcome = Outcome(
        status,
        data.draw(st.sampled_from((None, 0, 1, 255))),
        data.draw(st.binary(max_size=60)),
        data.draw(st.one_of(st.binary(max_size=60), st.sampled_from(lines or [b""]))),
        b"\n".join(lines),
        step=data.draw(st.sampled_from(("build", "run"))),
    )
    reading = language.read(job, outcome, None)
    assert isinstance(reading, Reading)
    if reading.symptom is not None:
        assert reading.symptom.line > 0
        assert reading.symptom.column > 0


# --- Its number may come to mean another file ----------------------------------------------------

_TAKEN = {
    "python": "import os\nos.closerange(3, 64)\n"
    'files = [os.open("a", os.O_RDWR | os.O_CREAT) for _ in range(6)]\n'
    '1 + 1  # => 2\nprint("left:", open("a").read() or "nothing")\n',
    "javascript": "const fs = require('fs');\nfs.closeSync(3);\nfs.openSync('a', 'w+');\n"
    "setTimeout(() => console.log('left:', fs.readFileSync('a', 'utf8') || 'nothing'), 900);\n",
    "typescript": "import * as fs from 'node:fs';\nfs.closeSync(3);\nfs.openSync('a', 'w+');\n"
    "setTimeout(() => console.log('left:', fs.readFileSync('a', 'utf8') || 'nothing'), 900);\n",
    "go": 'package main\n\nimport (\n\t"fmt"\n\t"os"\n\t"runtime"\n\t"syscall"\n)\n\n'
    "func double(n int) int { return 2 * n }\n\nfunc main() {\n\tdouble(1) // 2\n\truntime.GC()\n"
    '\truntime.GC()\n\tif CLOSE {\n\t\tsyscall.Close(3)\n\t}\n\tos.WriteFile("a", nil, 0o600)\n'
    '\tf, _ := os.OpenFile("a", os.O_RDWR, 0)\n\tdouble(2) // 4\n\truntime.KeepAlive(f)\n'
    '\ttext, _ := os.ReadFile("a")\n\tif len(text) == 0 {\n\t\ttext = []byte("nothing")\n\t}\n'
    '\tfmt.Println("left:", string(text))\n}\n',
}


@pytest.mark.parametrize("name", [*_TAKEN, "go, by itself"])
def test_a_file_of_the_snippet_is_never_reported_into(name: str, sandbox: Sandbox) -> None:
    """A closed channel's number goes to the next file that is opened."""
    (language,) = [one for one in LANGUAGES if one.name == name.partition(",")[0]]
    code = _TAKEN[language.name].replace("CLOSE", "false" if "," in name else "true")
    reading, outcome = examine(language, sandbox, job_of(language, code))
    assert outcome.stdout == b"left: nothing\n", (reading, outcome)


# --- A forged report does not make a failure a pass ---------------------------------------------

# Each looks for the nonce of its own run, says with it that all went well, and fails.
_FORGE = (
    "for n in $(cat .doc-healing/* /proc/$PPID/cmdline *.* 2>/dev/null"
    " | grep -oaE '[0-9a-f]{32,64}') x; do for t in finished end mark example value tests running"
    " output compared; do for fd in 3 4 5; do"
    r' echo "{\"nonce\":\"$n\",\"type\":\"$t\",\"same\":true,\"code\":0}"'
    r' "\n$n {\"event\":\"$t\",\"ok\":true}" > /proc/$PPID/fd/$fd; done; done; done'
)
_FORGED = {
    "python": "import subprocess\nsubprocess.run(['sh', '-c', FORGE])\nassert 1 == 2\n",
    "javascript": "require('child_process').spawnSync('sh', ['-c', FORGE]);\n"
    "throw new RangeError('no');\n",
    "typescript": "import { spawnSync } from 'node:child_process';\n"
    "spawnSync('sh', ['-c', FORGE]);\nthrow new RangeError('no');\n",
    "java": 'new ProcessBuilder("sh", "-c", FORGE).start().waitFor();\n'
    'throw new IllegalStateException("no");\n',
    "go": 'package main\n\nimport "os/exec"\n\nfunc main() {\n'
    '\texec.Command("sh", "-c", FORGE).Run()\n\tpanic("no")\n}\n',
    "rust": 'std::process::Command::new("sh").args(["-c", FORGE]).status().unwrap();\n'
    'std::process::Command::new("sh").args(["-c", "echo \'try 0\\nexit 0\\ndone 0\' >&3"])'
    '.status().unwrap();\npanic!("no");\n',
}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
def test_a_forged_report_is_no_pass(
    language: Language, sandbox: Sandbox, host: Callable[[], None]
) -> None:
    code = _FORGED[language.name].replace("FORGE", json.dumps(_FORGE))
    reading, outcome = examine(language, sandbox, job_of(language, code))
    assert outcome.report.count(b'"tests"') > 1, "it could not say anything"
    assert outcome.status is Status.FAILED, outcome
    assert reading.verdict is Verdict.BROKEN, reading
    host()
    assert canary(sandbox).stdout == b"pristine\n"
