"""Go blocks run for real, in the jail, and what is read from them."""

import atexit
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from doc_healing import pipeline
from doc_healing.documents import read as read_document
from doc_healing.languages.go import running as go
from doc_healing.model import (
    Environment,
    Finding,
    Instructions,
    Job,
    Layer,
    Limits,
    Outcome,
    Program,
    Reading,
    Snippet,
)
from doc_healing.protocols import Language
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests import needs

LIMITS = Limits(
    wall_seconds=80, cpu_seconds=20, memory_mib=512, processes=64, disk_mib=64, output_kib=256
)


@lru_cache(maxsize=1)
def sandbox() -> Bubblewrap:
    """The one sandbox of this worker."""
    needs.program("bwrap")
    one = Bubblewrap()
    atexit.register(one.close)
    return one


def snippets(text: str) -> tuple[Snippet, ...]:
    """The Go blocks of a document."""
    found = read_document(text.encode(), "README.md", lambda _: None).snippets
    return tuple(item for item in found if item.language == "go")


def snippet(code: str, **more: object) -> Snippet:
    """A block alone, its first line at line 2; `more` are instructions."""
    (made,) = snippets(f"```go\n{code.removesuffix(chr(10))}\n```\n")
    return replace(made, instructions=replace(Instructions(), **more)) if more else made  # type: ignore[arg-type]  # fields by name


def examine(*items: Snippet, environment: Environment | None = None) -> list[Reading]:
    """The readings of a document's blocks, in order."""
    readings = []
    for answer in go.jobs(items, go.toolchain(""), environment):
        if isinstance(answer, Job):
            outcome = sandbox().run(answer.program, LIMITS)
            readings.append(go.read(answer, outcome, environment))
        else:
            reading = Reading(answer.verdict, answer.reason, answer.symptom, cause=answer.cause)
            readings.append(reading)
    return readings


def page(text: str, environment: Environment | None = None) -> list[Reading]:
    """The readings of all Go blocks of a document."""
    return examine(*snippets(text), environment=environment)


@dataclass
class Recording:
    """The sandbox of this worker, with what it was given to run."""

    programs: list[Program] = field(default_factory=list)
    name: str = "bubblewrap"

    def probe(self) -> Sequence[Layer]:
        return sandbox().probe()

    def run(self, program: Program, limits: Limits) -> Outcome:
        self.programs.append(program)
        return sandbox().run(program, limits)

    def close(self) -> None:
        """It is closed with the worker."""


def findings(
    text: str, language: Language = go, recording: Recording | None = None
) -> list[Finding]:
    """The findings of a document as the pipeline makes them."""
    document = read_document(text.encode(), "README.md", lambda _: None)
    stage = recording or Recording()
    tools = pipeline.Tools({"go": language}, stage, LIMITS, MemoryPreparer(), jobs=1)
    return list(pipeline.examine(tools, [document], RecordingWatcher()).findings)


def verdict(code: str, environment: Environment | None = None, **more: object) -> Reading:
    """The reading of one block alone."""
    return examine(snippet(code, **more), environment=environment)[0]


def place(code: str, text: str) -> tuple[int, int]:
    """The line and column in the document of the first occurrence of a text in a block."""
    before = code[: code.index(text)]
    return 2 + before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1
