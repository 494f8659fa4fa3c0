"""Programs run for real: in the sandbox where it works, else in a directory of their own."""

import os
import subprocess
import tempfile
from pathlib import Path

from doc_healing.languages import python
from doc_healing.model import (
    Environment,
    Instructions,
    Job,
    Line,
    Outcome,
    Program,
    Reading,
    Snippet,
    Span,
    State,
    Status,
    Unrunnable,
    Verdict,
)


def snippet(
    code: str,
    instructions: Instructions = Instructions(),  # noqa: B008  # frozen
    line: int = 10,
    column: int = 1,
    index: int = 0,
) -> Snippet:
    """A block whose opening fence is at `line`, indented or quoted by `column - 1` columns."""
    texts = code.removesuffix("\n").split("\n")
    lines = tuple(Line(text, "README.md", line + 1 + at, column) for at, text in enumerate(texts))
    return Snippet(
        path="README.md",
        index=index,
        line=line,
        end_line=line + len(texts) + 1,
        language="python",
        info="python",
        code="\n".join(texts) + "\n",
        lines=lines,
        span=Span(0, 0),
        state=State.RUNNABLE,
        instructions=instructions,
    )


def directly(program: Program, wall_seconds: float = 20.0) -> Outcome:
    """Run a program of ours in a fresh directory, without walls."""
    with tempfile.TemporaryDirectory() as folder:
        for file in program.files:
            path = Path(folder, file.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
        return _run(program, folder, wall_seconds)


def _run(program: Program, folder: str, wall_seconds: float) -> Outcome:
    reader, writer = os.pipe()
    script = f'exec 3>&{writer} {writer}>&-; exec "$@"'
    variables = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8"}
    with Path(folder, "stdout").open("w+b") as out, Path(folder, "stderr").open("w+b") as err:
        process = subprocess.Popen(
            ["/bin/bash", "-c", script, "bash", *program.steps[0].argv],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=(writer,),
            env={**variables, **program.variables},
        )
        os.close(writer)
        status = Status.PASSED
        try:
            code = process.wait(wall_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            code, status = process.wait(), Status.TIMEOUT
        with os.fdopen(reader, "rb") as report:
            told = report.read(1 << 20)
        out.seek(0)
        err.seek(0)
        if status is Status.PASSED and code:
            status = Status.SIGNAL if code < 0 else Status.FAILED
        return Outcome(status, code, out.read(), err.read(), told)


def examine(
    *snippets: Snippet, environment: Environment | None = None, wall_seconds: float = 20.0
) -> list[Reading]:
    """The readings of a document's snippets, in order."""
    readings = []
    for job in python.jobs(snippets, python.toolchain(""), environment):
        if isinstance(job, Unrunnable):
            readings.append(Reading(job.verdict, job.reason, job.symptom))
        else:
            readings.append(read(job, environment, wall_seconds))
    return readings


def read(job: Job, environment: Environment | None = None, wall_seconds: float = 20.0) -> Reading:
    """Run a job and read its outcome."""
    return python.read(job, directly(job.program, wall_seconds), environment)


def verdict(code: str, instructions: Instructions = Instructions()) -> Reading:  # noqa: B008  # frozen
    """The reading of one block alone."""
    return examine(snippet(code, instructions))[0]


__all__ = ["Verdict", "directly", "examine", "read", "snippet", "verdict"]
