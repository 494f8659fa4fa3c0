"""Many snippets compiled by one warm compiler, each as it is alone, and run in its own process.

javac in one JVM (`tools/Many.java`) has a task for each snippet: its texts, names, classes and
diagnostics are its own, and one that fails costs no other one anything. So nobody is to blame for
a build that fails, and two snippets may declare the same class. What is saved is the start of the
JVM, and compiling while javac's own code is still cold.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from doc_healing.languages.java.kept import JAR
from doc_healing.languages.java.program import FOLDER, compiler
from doc_healing.model import File, Job, Mode, Outcome, Program, Step

_REPORT_KIB = 16 * 1024
_MOST_BYTES = 1024 * 1024  # of one snippet's classes; `Many` leaves out what has more
_TOLD = f"{FOLDER}/told"
_CLASS = re.compile(r"(?!/)(?:(?!\.\.?/)[^/\0]+/)*[^/\0]+\.class")
# What a build alone does after it has compiled: it tells that, and is done.
_TELL = Step(("/bin/sh", "-c", f"cat {_TOLD} >&3"), "build")


def build(jobs: Sequence[Job]) -> Program | None:
    """One program that compiles these jobs, each in a folder of its number."""
    chosen = [(number, job) for number, job in enumerate(jobs) if _mergeable(job, jobs)]
    if len(chosen) < 2:
        return None
    first = chosen[0][1].program
    return Program(
        files=tuple(
            replace(file, name=f"{place}/{file.name}")
            for place, (_, job) in enumerate(chosen)
            for file in job.program.files
        ),
        steps=(compiler(first.steps[0].argv[0], JAR, str(len(chosen))),),
        mounts=first.mounts,
        variables={"JAVA_HOME": first.variables["JAVA_HOME"]},
        report_kib=_REPORT_KIB,
    )


def parts(jobs: Sequence[Job], made: bytes) -> Sequence[Program | None]:
    """The programs of those that did compile, as if they had been compiled where they run."""
    chosen = [number for number, job in enumerate(jobs) if _mergeable(job, jobs)]
    found: list[Program | None] = [None] * len(jobs)
    try:
        archive = zipfile.ZipFile(io.BytesIO(made))
        for place, number in enumerate(chosen):
            files = _files(archive, f"{place}/")
            if any(file.name == _TOLD for file in files):
                found[number] = _part(jobs[number].program, files)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        return [None] * len(jobs)  # cut off, or not what we wrote
    return found


def culprits(jobs: Sequence[Job], outcome: Outcome) -> Sequence[int]:  # noqa: ARG001 - the protocol's shape
    """Nobody: a snippet that does not compile fails no build."""
    return ()


def _mergeable(job: Job, jobs: Sequence[Job]) -> bool:
    """Whether a job is built at all, may pass, and sees what the others see."""
    program = job.program
    return (
        job.snippet.instructions.mode is not Mode.FAIL
        and program.steps[0].name == "build"
        and program.mounts == jobs[0].program.mounts
    )


def _part(alone: Program, files: Sequence[File]) -> Program:
    steps = alone.steps[1:] or (_TELL,)
    return replace(alone, files=(*alone.files, *files), steps=steps)


def _files(archive: zipfile.ZipFile, folder: str) -> list[File]:
    """What the build made of one snippet, by the names it has where that is compiled alone."""
    found, left = [], _MOST_BYTES
    for item in archive.infolist():
        name = item.filename.removeprefix(folder)
        if name == item.filename or not _is_ours(name):
            continue
        left -= item.file_size
        if left < 0:
            return []
        with archive.open(item) as file:
            found.append(File(name, file.read(item.file_size)))
    return found


def _is_ours(name: str) -> bool:
    classes = f"{FOLDER}/classes/"
    inside = name.startswith(classes) and _CLASS.fullmatch(name.removeprefix(classes)) is not None
    return inside or name in (_TOLD, f"{FOLDER}/run")
