"""Fakes that ship with the product, for tests of ours and of others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from doc_healing.model import (
    Environment,
    Finding,
    Layer,
    Limits,
    Memo,
    Outcome,
    Program,
    Record,
    Status,
    Toolchain,
    Wants,
)

Script = Callable[[Program, Limits], Outcome]


def passing(program: Program, limits: Limits) -> Outcome:
    """A script for `ScriptedSandbox`: everything passes and prints nothing."""
    del program, limits
    return Outcome(Status.PASSED, 0, b"", b"", sandbox="scripted", layers=("script",))


@dataclass
class ScriptedSandbox:
    """A sandbox that runs nothing and answers what its script says; it remembers the programs."""

    script: Script = passing
    name: str = "scripted"
    programs: list[Program] = field(default_factory=list)
    closed: bool = False

    def probe(self) -> Sequence[Layer]:
        """One layer, and it is active."""
        return (Layer("script", active=True),)

    def run(self, program: Program, limits: Limits) -> Outcome:
        """The script's answer."""
        self.programs.append(program)
        return self.script(program, limits)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


@dataclass
class MemoryPreparer:
    """Environments that are made of nothing; `failures` maps a language to an error to raise."""

    wanted: Wants | None = None
    failures: dict[str, Exception] = field(default_factory=dict)

    def wants(self, language: str, document: str) -> Wants | None:
        """The same for every document."""
        del language, document
        return self.wanted

    def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
        """An empty environment, or the failure of that language."""
        del wants, toolchain
        if language in self.failures:
            raise self.failures[language]
        return Environment(key="memory", language=language)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class MemoryResults:
    """Outcomes that are kept in a dictionary, with how long they were to be kept."""

    kept: dict[str, tuple[Memo, float]] = field(default_factory=dict)
    met: dict[str, tuple[Record, ...]] = field(default_factory=dict)

    def get(self, key: str) -> Memo | None:
        """The outcome of that key; nothing expires."""
        found = self.kept.get(key)
        return found[0] if found else None

    def put(self, key: str, memo: Memo, kept_seconds: float) -> None:
        """Keep it."""
        self.kept[key] = (memo, kept_seconds)

    def records(self, key: str) -> Sequence[Record]:
        """Those of that key; none expires."""
        return self.met.get(key, ())

    def put_records(self, key: str, records: Sequence[Record], kept_seconds: float) -> None:
        """Keep them."""
        del kept_seconds
        self.met[key] = tuple(records)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class RecordingWatcher:
    """Remembers what an examination told it, in the order in which it was told."""

    findings: list[Finding] = field(default_factory=list)
    installations: list[tuple[str, str]] = field(default_factory=list)

    def installing(self, language: str, wants: Wants) -> None:
        """Nothing to remember yet."""

    def installed(self, language: str, wants: Wants, seconds: float, failure: str) -> None:
        """Remember the language and the failure, empty where there was none."""
        del wants, seconds
        self.installations.append((language, failure))

    def found(self, finding: Finding) -> None:
        """Remember the finding."""
        self.findings.append(finding)
