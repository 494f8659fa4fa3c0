"""What an installation needs from outside, and how it fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from doc_healing.environments.locks import Leases
from doc_healing.errors import InfraError
from doc_healing.protocols import Sandbox
from doc_healing.settings import InstallLimits, Registries


def _silent(_message: str) -> None:
    """Say nothing."""


class Clock:
    """The working time of one installation, over all its phases; waiting for others is free."""

    def __init__(self) -> None:
        self._spent_seconds = 0.0

    def left(self, wall_seconds: float) -> float:
        """The seconds that are left of a limit; 0 where it is used up."""
        return max(0.0, wall_seconds - self._spent_seconds)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time that the body takes."""
        start = monotonic()
        try:
            yield
        finally:
            self._spent_seconds += monotonic() - start


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything an installation needs: the jail, the cache, the registries and the limits.

    `cache` is the cache directory of the product; environments stand in `cache/environments`,
    the installers' own caches in `cache/downloads`. `allowed_hosts` are hosts (`host` or
    `host:port`) that the operator lets installers reach beyond the configured registries.
    """

    sandbox: Sandbox
    cache: Path
    registries: Registries
    limits: InstallLimits = field(default_factory=InstallLimits)
    report: Callable[[str], None] = _silent
    allowed_hosts: tuple[str, ...] = ()
    source_builds: bool = False  # dependencies without a wheel: built in the jail, no network
    leases: Leases = field(default_factory=Leases)
    clock: Clock = field(default_factory=Clock)  # one for each environment

    @property
    def wait_seconds(self) -> float:
        """How long to wait for whoever builds the same thing: its whole limit, and a reserve."""
        return 1.25 * self.limits.wall_seconds + 30


class InstallFailed(InfraError):  # noqa: N818 - a state of affairs, like a Symptom
    """Dependencies could not be installed: the installer's own words, trimmed, without secrets.

    `connection` tells trouble on the way to a registry from a registry's answer: the first is
    worth a new try soon.
    """

    def __init__(self, message: str, *, help: str = "", connection: bool = False) -> None:  # noqa: A002
        super().__init__(message, help=help)
        self.connection = connection

    @property
    def slow(self) -> bool:
        """Whether it was only its time that it ran out of."""
        return "time limit of" in self.message or "no time is left" in self.message
