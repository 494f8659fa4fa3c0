"""Verdicts: what an outcome means, and the last word on a snippet and on a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from doc_healing.model.documents import EMPTY, Document, Line, Notice, Snippet
from doc_healing.model.programs import Program


class SymptomKind(StrEnum):
    """What a failure is, in every language the same words."""

    SYNTAX = "syntax"
    COMPILE = "compile"
    IMPORT = "import"
    NAME = "name"
    ATTRIBUTE = "attribute"
    ARGUMENT = "argument"
    TYPE = "type"
    ASSERTION = "assertion"
    EXCEPTION = "exception"
    OUTPUT = "output"
    EXIT = "exit"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    DISK_LIMIT = "disk_limit"
    NETWORK = "network"
    DEPENDENCY = "dependency"
    TOOLCHAIN = "toolchain"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Symptom:
    """A language's reading of a failed outcome. `line` and `column` are in the document `path`."""

    kind: SymptomKind
    message: str
    path: str
    line: int
    column: int = 1
    end_column: int | None = None
    expected: str = ""  # kind OUTPUT: what the document promises and what was printed
    actual: str = ""
    exception: str = ""  # the class, where there is one
    names: tuple[str, ...] = ()  # the identifiers it speaks of, for the healers
    trace: str = ""  # the language's own error text, with document places


class Verdict(StrEnum):
    """The engine's last word. Only BROKEN is red."""

    PASSED = "PASSED"
    BROKEN = "BROKEN"
    ALREADY_BROKEN = "ALREADY_BROKEN"
    HEALED = "HEALED"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    SKIPPED = "SKIPPED"
    ILLUSTRATIVE = "ILLUSTRATIVE"
    UNVERIFIED = "UNVERIFIED"


Cause = Literal["", "language", "toolchain", "install", "sandbox", "unstable", "interrupted",
                "network", "dependency", "context", "server", "only-read",
                "unaffected"]  # fmt: skip
"""Why a verdict is UNVERIFIED; "" leaves it to the symptom or to the words of the reason.

"unaffected" is of SKIPPED: a comparison did not run it, for the change cannot have touched it.
"""


class Level(StrEnum):
    """How far a snippet was proven (invariant 5). P4 and P6 compare two runs: they need a base."""

    NONE = ""
    PARSES = "P1"
    BUILDS = "P2"
    RUNS = "P3"
    OUTPUT = "P5"


@dataclass(frozen=True, slots=True)
class Job:
    """What a language makes of a snippet: the program to run and how to read it.

    The program decides `snippet`'s verdict and runs it after `context`. `added` says in words what
    completed it. `map` leads each line of the program's main file (0-based) to one of the document.
    """

    snippet: Snippet
    program: Program
    context: tuple[Snippet, ...] = ()
    added: tuple[str, ...] = ()
    map: tuple[Line | None, ...] = ()
    level: Level = Level.RUNS  # what a pass of this program proves
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # the language's own notes


@dataclass(frozen=True, slots=True)
class Unrunnable:
    """A language's answer for a snippet that is no program: the verdict and the reason."""

    snippet: Snippet
    verdict: Verdict  # ILLUSTRATIVE, UNVERIFIED or BROKEN (with a symptom: it does not parse)
    reason: str
    symptom: Symptom | None = None
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A language's reading of one outcome: the verdict, and the symptom where it failed."""

    verdict: Verdict
    reason: str = ""
    symptom: Symptom | None = None
    level: Level = Level.NONE
    warnings: tuple[str, ...] = ()  # deprecations that the run announced
    added: tuple[str, ...] = ()  # what a fragment was completed with, where the run decides it
    cause: Cause = ""
    stderr: str | None = None  # without what only the runtime's authors read; None: as it is


@dataclass(frozen=True, slots=True)
class Finding:
    """The engine's last word on one snippet: verdict, evidence, proof level or symptom."""

    snippet: Snippet
    verdict: Verdict
    reason: str = ""
    symptom: Symptom | None = None
    level: Level = Level.NONE
    seconds: float = 0.0
    cached: bool = False
    sandbox: str = ""
    layers: tuple[str, ...] = ()
    stdout: str = ""
    stderr: str = ""
    added: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fault: str = ""  # our own traceback, where a bug of ours cost this verdict
    cause: Cause = ""
    chosen: str = ""  # why a comparison ran it; empty where everything is run


@dataclass(frozen=True, slots=True)
class Run:
    """The examination of one tree: all its findings, in document order, and what was said of it."""

    findings: tuple[Finding, ...]
    documents: tuple[Document, ...]
    warnings: tuple[Notice, ...] = ()
    notes: tuple[str, ...] = ()  # "installed widgets from this checkout", "cgroups missing: ..."
    left_out: tuple[tuple[str, str], ...] = ()  # documents not examined: path, reason
    root: str = ""
    seconds: float = 0.0
    interrupted: bool = False
