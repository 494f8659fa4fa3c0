"""What an examination is made with, and whom it tells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol

from doc_healing.model import Environment, Finding, Limits, Memo, Toolchain, Wants
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

    def close(self) -> None:
        """Let go of it."""


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
    turned_off: frozenset[str] = frozenset()  # languages that the repository's config leaves out
    only: frozenset[tuple[str, int]] | None = None  # (path, index) of what is run; None: all
    stop: Event = field(default_factory=Event)  # set: nothing new is started
