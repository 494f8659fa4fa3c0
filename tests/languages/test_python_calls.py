"""The real callees of a Python snippet."""

import sys

from doc_healing.languages.python import running as python
from doc_healing.languages.python.calls import calls, traced
from doc_healing.model import Job, Outcome, Status
from tests.languages import stages

_CODE = """\
import json
import threading

print(json.loads("[1]"))
thread = threading.Thread(target=json.dumps, args=([2],))
thread.start()
thread.join()
"""


def _run(code: str, *, trace: bool) -> tuple[Job, Outcome]:
    (job,) = python.jobs([stages.snippet(code)], python.toolchain(""), None)
    assert isinstance(job, Job)
    job = traced(job, ["json"]) if trace else job
    return job, stages.directly(job.program)


def test_what_of_a_package_ran_is_told_on_demand() -> None:
    job, outcome = _run(_CODE, trace=True)
    assert outcome.status is Status.PASSED
    assert outcome.stdout == b"[1]\n"
    found = calls(job, outcome)
    names = {one.name.rpartition(".")[2] for one in found}
    assert {"<module>", "loads", "dumps", "raw_decode"} <= names
    assert "load" not in names  # defined, and never called
    assert all("/json/" in one.file for one in found)


def test_a_failure_tells_its_callees_too() -> None:
    job, outcome = _run('import json\njson.loads("[")\n', trace=True)
    assert outcome.status is Status.FAILED
    assert any(one.name.endswith("loads") for one in calls(job, outcome))


def test_nothing_is_traced_that_was_not_asked_for() -> None:
    job, outcome = _run(_CODE, trace=False)
    assert outcome.status is Status.PASSED
    assert not calls(job, outcome)
    assert b'"calls"' not in outcome.report
    assert job.program.resident is not None or sys.version_info < (3, 8)
