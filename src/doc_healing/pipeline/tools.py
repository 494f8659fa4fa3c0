"""What an examination is made with, and whom it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from doc_healing.model import Environment, Finding, Limits, Memo, Record, Snippet, Toolchain, Wants
from doc_healing.pipeline.pressure import Available, available_mib
from doc_healing.protocols import Language, Sandbox


class Preparer(Protocol):
    """Where environments come from; `compose` binds it to `environments` and the checkout."""

    def wants(self, language: str, document: str) -> Wants | None:
        """What the project of a document asks for; None where no project is to be installed."""

    def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
        """Install it, or find it installed. Raises `InfraError` with the installer's message."""

    def close(self) -> None:
        """Let go of every environment that was prepared: from now on they may be pruned."""


class Memory(Protocol):
    """Where outcomes are kept by content; `compose` binds it to `store`."""

    def get(self, key: str) -> Memo | None:
        """What is known of that key and has not expired. Never raises: a lost cache costs time."""

    def put(self, key: str, memo: Memo, kept_seconds: float) -> None:
        """Keep it for that long. Never raises."""

    def records(self, key: str) -> Sequence[Record]:
        """What runs under that key met, the latest first. Never raises."""

    def put_records(self, key: str, records: Sequence[Record], kept_seconds: float) -> None:
        """Keep these, and none of those before, for that long. Never raises."""

    def close(self) -> None:
        """Let go of it."""


class Archive(Protocol):
    """Where the findings of whole groups of snippets are kept; `compose` binds it to `store`."""

    def key(self, facts: Sequence[str], snippets: Sequence[Snippet]) -> str:
        """The address of these snippets' findings, where `facts` are all else that decides them."""

    def recall(
        self, keys: Sequence[str], snippets: Sequence[Snippet]
    ) -> Mapping[str, Sequence[Finding]]:
        """The findings under those of the keys that are known; of these snippets' document."""

    def keep(self, key: str, findings: Sequence[Finding], kept_seconds: float) -> None:
        """Keep findings of one document for that long. Never raises."""


@dataclass(slots=True)
class Trail:
    """What an examination left in the archive, and what of this machine it stood on."""

    keys: dict[str, list[str]] = field(default_factory=dict)  # by the document's path
    kept: set[tuple[str, int]] = field(default_factory=set)  # (path, index) of its snippets
    places: set[str] = field(default_factory=set)  # of the toolchains that were used
    left: dict[tuple[str, int], float] = field(default_factory=dict)  # seconds, by snippet

    def aged(self, snippet: Snippet, left: float) -> None:
        """What was remembered of a snippet may be told for so many seconds, and no longer."""
        place = (snippet.path, snippet.index)
        self.left[place] = min(left, self.left.get(place, left))


class Watcher(Protocol):
    """Is told what happens while it happens; called from several threads."""

    def installing(self, language: str, wants: Wants) -> None:
        """An environment is being prepared."""

    def installed(self, language: str, wants: Wants, seconds: float, failure: str) -> None:
        """It is ready, or `failure` says why not."""

    def found(self, finding: Finding) -> None:
        """A snippet has its verdict. Not in document order."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that an examination needs, made once by `compose.build`."""

    languages: Mapping[str, Language]
    sandbox: Sandbox
    limits: Limits
    preparer: Preparer
    jobs: int = 2
    memory: Memory | None = None  # None: nothing is remembered
    archive: Archive | None = None  # None: each snippet is asked for by itself
    trail: Trail = field(default_factory=Trail)
    available: Available = available_mib  # the memory that is left for runs
    turned_off: frozenset[str] = frozenset()  # languages that the repository's config leaves out
    only: frozenset[tuple[str, int]] | None = None  # (path, index) of what is run; None: all
    spared: frozenset[tuple[str, int]] = frozenset()  # of what a change cannot have touched
    stop: Event = field(default_factory=Event)  # set: nothing new is started

    @property
    def walls(self) -> str:
        """The sandbox and the layers of it that stand here: what ends a program may be one."""
        active = sorted(layer.name for layer in self.sandbox.probe() if layer.active)
        return f"{self.sandbox.name} {active}"
