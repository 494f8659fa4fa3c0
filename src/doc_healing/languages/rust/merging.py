"""Many blocks in one crate, a module each, compiled once (the language's `Merger`).

rustdoc does so since the edition of 2024. A block's module is a file with just the lines of its
program alone, so that its lines are numbered alike. The binary holds all of them and runs the one
whose number stands in its selector; each part gets a copy with its own number and a jail of its
own, and sees the arguments, variables and files that its program alone sees.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from doc_healing.languages.rust.build import FOLDER, PROGRAM
from doc_healing.languages.rust.elf import is_plain
from doc_healing.languages.rust.merged_build import (
    PARTS,
    ROOT,
    SAID,
    merged_script,
    module,
    part_file,
    root,
)
from doc_healing.model import File, Job, Mount, Outcome, Program, Status, Step

FACT = "crate"  # of a job that may be merged: how its own program calls the compiler
_MOST = 200  # parts of one crate: the selector's last byte is the number
_REPORT_KIB = 96 * 1024
_MADE = b"\nmade\n"
_MERGED = SAID.split(b"\n")[0] + b"\n"
_SHOWN = (PARTS.encode(), b"panicked at", b"stack backtrace:", b"<unknown>")


def told(
    rustc: str, edition: str, options: Sequence[str], variables: Mapping[str, str]
) -> dict[str, str]:
    """The fact of a job that may be merged."""
    return {FACT: json.dumps([rustc, edition, list(options), dict(variables)], sort_keys=True)}


def build(jobs: Sequence[Job]) -> Program | None:
    """One program that compiles those that can be merged; None where fewer than two can."""
    chosen = _chosen(jobs)
    if len(chosen) < 2:
        return None
    rustc, edition, options, variables = json.loads(jobs[chosen[0]].facts[FACT])
    runs = [at for at in chosen if _runs(jobs[at])]
    script = merged_script(rustc, edition, options, variables, links=bool(runs))
    return Program(
        files=(
            File(ROOT, root(chosen, runs, _selector(jobs, chosen)).encode()),
            *(File(part_file(at), _text(jobs[at])) for at in chosen),
            File(f"{FOLDER}/build.sh", script.encode()),
        ),
        steps=(Step(("/bin/sh", f"{FOLDER}/build.sh"), "build"),),
        mounts=jobs[chosen[0]].program.mounts,
        report_kib=_REPORT_KIB,
    )


def parts(jobs: Sequence[Job], made: bytes) -> Sequence[Program | Outcome | None]:
    """For each job the program that runs its part; its outcome, where compiling it was all."""
    found: list[Program | Outcome | None] = [None] * len(jobs)
    said, _, binary = made.partition(_MADE)
    chosen = _chosen(jobs)
    selector = _selector(jobs, chosen)
    runnable = binary.count(selector) == 1 and is_plain(binary)
    for at in chosen:
        report = _report(said, at)
        if not _runs(jobs[at]):
            found[at] = Outcome(Status.PASSED, 0, b"", b"", report, step="build")
        elif runnable:
            number = binary.replace(selector, selector[:-1] + bytes([at]))
            found[at] = _part(jobs[at].program, number, report)
    return found


def culprits(jobs: Sequence[Job], outcome: Outcome) -> Sequence[int]:
    """The jobs in whose files the compiler found errors.

    All of them where it ran out of time: none of them may cost that once more. Nobody where memory
    was short: fewer of them may need less.
    """
    text = outcome.report.decode("utf-8", "replace")
    if outcome.status is Status.MEMORY:
        return ()
    if outcome.status is Status.TIMEOUT or re.search(r"(?m)^exit (?:137|152)$", text):
        return range(len(jobs))
    errors = (line for line in text.split("\n") if '"level":"error' in line)
    return sorted({at for line in errors for at in _parts_of(line) if at < len(jobs)})


def shows(outcome: Outcome) -> bool:
    """Whether a part's output tells that it was one: a place in the text, or a backtrace."""
    text = outcome.stdout + b"\n" + outcome.stderr
    return outcome.report.startswith(_MERGED) and any(mark in text for mark in _SHOWN)


@dataclass(frozen=True, slots=True)
class _Way:
    """What the parts of one crate have in common."""

    call: str
    mounts: tuple[Mount, ...]


def _chosen(jobs: Sequence[Job]) -> list[int]:
    """The places of the largest number of jobs that are compiled in the same way."""
    ways = {
        at: _Way(job.facts[FACT], job.program.mounts)
        for at, job in enumerate(jobs[:_MOST])
        if FACT in job.facts
    }
    common = Counter(ways.values()).most_common(1)
    return [at for at, way in ways.items() if way == common[0][0]]


def _runs(job: Job) -> bool:
    return len(job.program.steps) > 1


def _text(job: Job) -> bytes:
    return module(job.program.files[0].data.decode("utf-8", "replace")).encode()


def _selector(jobs: Sequence[Job], chosen: Sequence[int]) -> bytes:
    """Bytes that none of these texts can hold, for it is made of them; the last one is free."""
    digest = sha256()
    for at in chosen:
        digest.update(sha256(jobs[at].program.files[0].data).digest())
    return digest.digest()[:24] + b"\xff"


def _part(alone: Program, binary: bytes, report: bytes) -> Program:
    """A job's program with what its build would have left, made already."""
    made = (
        File(PROGRAM, binary, executable=True),
        File(f"{FOLDER}/now", report),
        File(f"{FOLDER}/errors", b""),
    )
    # Without a word of the compiler, the binary says all that there is to say.
    told = (
        [Step(("/bin/sh", "-c", f"exec cat {FOLDER}/now >&3"), "build")] if report != SAID else []
    )
    return replace(alone, files=(*alone.files, *made), steps=(*told, *alone.steps[1:]))


def _report(said: bytes, at: int) -> bytes:
    """What the compiler said of one part, as if it had been alone."""
    name = part_file(at)
    lines = [
        line.replace(name, ROOT)
        for line in said.decode("utf-8", "replace").split("\n")
        if line.startswith("{") and at in _parts_of(line)
    ]
    merged, attempt, *rest = SAID.decode().split("\n")
    return "\n".join([merged, attempt, *lines, *rest]).encode()


def _parts_of(line: str) -> Iterator[int]:
    """The parts whose files a diagnostic points at; quotes within its texts are escaped."""
    for match in re.finditer(rf'"file_name":"{PARTS}(\d+)\.rs"', line):
        yield int(match[1])
