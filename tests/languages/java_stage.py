"""Java blocks run for real, in the jail, and what is read from them."""

import shutil
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from doc_healing.errors import InfraError
from doc_healing.languages.java import running as java
from doc_healing.model import (
    Environment,
    Instructions,
    Job,
    Limits,
    Line,
    Mount,
    Outcome,
    Reading,
    Snippet,
    Span,
    State,
    Toolchain,
    Unrunnable,
)
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests.needs import jdk, missing, program


@lru_cache(maxsize=4)
def toolchain(wanted: str = "") -> Toolchain:
    """A JDK; a skip where there is none."""
    program("bwrap")
    try:
        return java.toolchain(wanted)
    except InfraError as error:
        missing(error.message)


def exactly(version: int) -> Toolchain:
    """The JDK of one feature release; a skip where another is all that there is."""
    program("bwrap")
    return jdk(version)


def snippet(code: str, line: int = 10, column: int = 1, index: int = 0, **more: object) -> Snippet:
    """A block whose opening fence is at `line`, its code at `column`; `more` are instructions."""
    texts = code.removesuffix("\n").split("\n")
    lines = tuple(Line(text, "README.md", line + 1 + at, column) for at, text in enumerate(texts))
    made = Snippet(
        path="README.md",
        index=index,
        line=line,
        end_line=line + len(texts) + 1,
        language="java",
        info="java",
        code="\n".join(texts) + "\n",
        lines=lines,
        span=Span(0, 0),
        state=State.RUNNABLE,
    )
    return replace(made, instructions=replace(Instructions(), **more))  # type: ignore[arg-type]  # fields by name


def examine(
    *snippets: Snippet, environment: Environment | None = None, jdk: Toolchain | None = None
) -> list[Reading]:
    """The readings of a document's snippets, in order."""
    answers = java.jobs(snippets, jdk or toolchain(), environment)
    with closing(Bubblewrap()) as box:
        return [_reading(box, answer, environment) for answer in answers]


def verdict(code: str, environment: Environment | None = None, **more: object) -> Reading:
    """The reading of one block alone."""
    return examine(snippet(code, **more), environment=environment)[0]  # type: ignore[arg-type]  # fields by name


def outcome(code: str, environment: Environment | None = None) -> Outcome:
    """What happened to one block."""
    (answer,) = java.jobs([snippet(code)], toolchain(), environment)
    assert isinstance(answer, Job)
    with closing(Bubblewrap()) as box:
        return box.run(answer.program, _limits())


def library(folder: Path, sources: Mapping[str, str], **facts: str) -> Environment:
    """An environment with these classes of the repository's own, compiled now."""
    for name, text in sources.items():
        path = folder / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    classes = folder / "classes"
    classes.mkdir(exist_ok=True)
    home = toolchain("17").mounts[0].source
    javac = [f"{home}/bin/javac", "-proc:none", "--release", "17", "-d", str(classes)]
    paths = [str(folder / "src" / name) for name in sources if name.endswith(".java")]
    subprocess.run([*javac, *paths], check=True, capture_output=True, env={})
    for name in sources:
        if not name.endswith(".java"):
            (classes / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "src" / name, classes / name)
    return Environment(
        key="own",
        language="java",
        mounts=(Mount(str(classes), "/opt/java/own"),),
        facts={"classpath": "/opt/java/own", "release": "", "incomplete": "", **facts},
    )


def _reading(box: Bubblewrap, answer: Job | Unrunnable, environment: Environment | None) -> Reading:
    if isinstance(answer, Unrunnable):
        return Reading(answer.verdict, answer.reason, answer.symptom)
    return java.read(answer, box.run(answer.program, _limits()), environment)


def _limits() -> Limits:
    return Limits(wall_seconds=80, cpu_seconds=20, memory_mib=512, processes=60, disk_mib=64)
