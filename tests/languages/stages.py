"""Programs run for real: in the sandbox where it works, else in a directory of their own."""

import contextlib
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from tempfile import TemporaryFile

from doc_healing.languages.python import running as python
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
    variables = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8"}
    with TemporaryFile() as out, TemporaryFile() as err, TemporaryFile() as report:
        script = f'exec 3>&{report.fileno()} {report.fileno()}>&-; exec "$@"'
        process = subprocess.Popen(
            ["/bin/bash", "-c", script, "bash", *program.steps[0].argv],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=(report.fileno(),),
            start_new_session=True,
            env={**variables, **program.variables},
        )
        status = Status.PASSED
        try:
            code = process.wait(wall_seconds)
        except subprocess.TimeoutExpired:
            status, code = Status.TIMEOUT, -9
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if status is Status.PASSED and code:
            status = Status.SIGNAL if code < 0 else Status.FAILED
        texts = []
        for file in (out, err, report):
            file.seek(0)
            texts.append(file.read(1 << 20))
        return Outcome(status, code, texts[0], texts[1], texts[2])


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
