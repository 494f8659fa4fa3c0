"""Many blocks in one build: a package for each, and one link for all.

The linker is what a Go program costs. Each part runs in a jail of its own, of which the bytes of
the common program say which part it is: its number, and a mark on every task of initialisation that
is not its own or of what it imports. So no variable, `init` or registration of another part, or of
what only that one imports, is ever there. The driver gives the places of these bytes.

Its package is called `main`, as alone, but has another path. What prints or compares paths is left
out here, and a part that prints its own path all the same is not believed (`betrays`).
"""

import json
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from doc_healing.languages.go.archives import DRIVER
from doc_healing.model import File, Job, Level, Mode, Outcome, Program, Step

PART = "part"  # the name of the only step of a part that runs
_PLAN = ".doc-healing/plan.json"
_PROGRAM = ".doc-healing/program"
_TOLD = ".doc-healing/told"
_SHARED = ("config", "packages", "standard", "tools")  # of a plan: alike in an environment
_REPORT_KIB = 64 * 1024
_MOST_BYTES = 256 << 20  # of all programs together, which are kept until they have run
_DONE = 2  # runtime.initTask: fully initialised
# What looks at the names of packages and functions, at the program's own file, or at what the go
# command does: alone it would see another path.
_LOOKS = re.compile(
    r"\b(?:PkgPath|FuncForPC|runtime\.\w|debug\.\w|gob\.\w|os\.Executable)\b|/proc/self|"
    r"//go:(?:linkname|embed|debug|cgo)|[\"`](?:runtime|plugin|encoding/gob|debug|C)(?:/\w+)*[\"`]"
)


def build(jobs: Sequence[Job]) -> Program | None:
    """One program that compiles all that may be merged, and links what of it runs."""
    chosen = _chosen(jobs)
    if len(chosen) < 2:
        return None
    plans = [_plan(jobs[at]) for at in chosen]
    shared = {key: plans[0].get(key) for key in _SHARED}
    parts = [{key: value for key, value in plan.items() if key not in _SHARED} for plan in plans]
    files = [
        File(f"p{number}/{file.name}", file.data)
        for number, at in enumerate(chosen)
        for file in jobs[at].program.files
        if file.name != _PLAN
    ]
    plan = File(_PLAN, json.dumps({**shared, "parts": parts}).encode())
    program = jobs[chosen[0]].program
    return replace(
        program,
        files=(*files, plan),
        steps=(Step((f"{DRIVER}/driver",), "build"),),
        report_kib=_REPORT_KIB,
    )


def parts(jobs: Sequence[Job], made: bytes) -> Sequence[Program | None]:
    """The program of each part that was made; a job that is another's twin shares its program."""
    head, _, image = made.partition(b"\n")
    told = _summary(head)
    found: list[Program | None] = [None] * len(jobs)
    if told.get("size") != len(image):
        return found
    chosen = _chosen(jobs)
    left, marked = _MOST_BYTES, _marked(told, image)
    for number, at in enumerate(chosen):
        part = told.get("parts", {}).get(str(number))
        if part is None or (part["runs"] and left < len(image)):
            continue
        left -= len(image) if part["runs"] else 0
        file = _runnable(told, part, number, marked) if part["runs"] else _compiled(part)
        found[at] = _program(jobs[at], file)
    for at, first in _twins(jobs, chosen):
        found[at] = found[first]
    return found


def culprits(jobs: Sequence[Job], outcome: Outcome) -> Sequence[int]:  # noqa: ARG001
    """Nobody: a part with a fault is left out of the build, which does not fail by it."""
    return ()


def betrays(job: Job, outcome: Outcome) -> bool:
    """Whether a part printed its own path, which it does not have where it is built alone."""
    name = job.facts.get("nonce", "").encode()
    return outcome.step == PART and (name in outcome.stdout or name in outcome.stderr)


def _chosen(jobs: Sequence[Job]) -> list[int]:
    """The places of those that may be merged with the first of them, without twins."""
    able = [at for at, job in enumerate(jobs) if _may_be_merged(job)]
    if not able:
        return []
    one = jobs[able[0]].program
    chosen: dict[str, int] = {}
    for at in able:
        other = jobs[at].program
        if (other.mounts, other.variables) == (one.mounts, one.variables):
            chosen.setdefault(jobs[at].facts["nonce"], at)
    return list(chosen.values())


def _twins(jobs: Sequence[Job], chosen: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Those whose program is that of a chosen one."""
    first = {jobs[at].facts["nonce"]: at for at in chosen}
    for at, job in enumerate(jobs):
        other = first.get(job.facts.get("nonce", ""), at)
        if other != at and job.program == jobs[other].program and _may_be_merged(job):
            yield at, other


def _may_be_merged(job: Job) -> bool:
    if job.snippet.instructions.mode is Mode.FAIL or not job.facts.get("nonce"):
        return False
    files = (file for file in job.program.files if file.name != _PLAN)
    texts = (file.data.decode("utf-8", "replace") for file in files)
    return not any(_LOOKS.search(text) for text in texts)


def _plan(job: Job) -> dict[str, Any]:
    (file,) = (one for one in job.program.files if one.name == _PLAN)
    plan: dict[str, Any] = json.loads(file.data)
    return plan


def _summary(head: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(head)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _marked(told: Mapping[str, Any], image: bytes) -> bytes:
    """The common program with all tasks of initialisation done."""
    data = bytearray(image)
    for offset in told.get("done") or ():
        struct.pack_into(_form(told), data, offset, _DONE)
    return bytes(data)


def _runnable(told: Mapping[str, Any], part: Mapping[str, Any], number: int, image: bytes) -> File:
    """The common program as this part, with its own tasks to be done."""
    data = bytearray(image)
    struct.pack_into(_form(told), data, told["which"], number)
    for index in part["needs"]:
        struct.pack_into(_form(told), data, told["done"][index], 0)
    return File(_PROGRAM, bytes(data), executable=True)


def _form(told: Mapping[str, Any]) -> str:
    return "<i" if told["order"] == "little" else ">i"


def _compiled(part: Mapping[str, Any]) -> File:
    """What the driver had to say of a part that is compiled and not run."""
    return File(_TOLD, part["told"].encode())


def _program(job: Job, file: File) -> Program:
    runs = job.level is Level.RUNS
    step = Step((_PROGRAM,), PART) if runs else Step((f"{DRIVER}/driver", _TOLD), "build")
    files = tuple(one for one in job.program.files if one.name != _PLAN)
    return replace(job.program, files=(*files, file), steps=(step,))
