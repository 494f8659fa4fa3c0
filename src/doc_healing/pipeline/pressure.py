"""Back-pressure on memory: a run starts only where the machine can bear it at its worst.

Each may take as much as its limit says. What those under way may still take is set aside, and a
start waits where less than a reserve would be left. One is always under way, so nothing is ever
stuck; a build of many counts as much as its own limit allows it, and more than what it builds.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from doc_healing.model import Layer, Limits, Outcome, Program
from doc_healing.protocols import Sandbox

RESERVE_MIB = 256.0
_LOOK_SECONDS = 0.2  # memory is also set free by others, who do not tell
_BUILD_TIMES = 2  # a compiler runs beside others of the same build
_MIB = 2**20

Available = Callable[[], float | None]


class Gate:
    """Lets runs start one after another. `available` gives MiB, None where nobody knows."""

    def __init__(self, available: Available, reserve_mib: float = RESERVE_MIB) -> None:
        self._available = available
        self._reserve = reserve_mib
        self._changed = threading.Condition()
        self._promised: list[float] = []
        self._seen: tuple[float, float | None] = (float("-inf"), None)

    @contextmanager
    def passing(self, mib: float, stop: threading.Event) -> Iterator[None]:
        """Within it, so much memory is set aside. Waits for it, but not once `stop` is set."""
        with self._changed:
            while self._promised and not stop.is_set() and not self._fits(mib):
                self._changed.wait(_LOOK_SECONDS)
            self._promised.append(mib)
        try:
            yield
        finally:
            with self._changed:
                self._promised.remove(mib)
                self._changed.notify_all()

    def _fits(self, mib: float) -> bool:
        now = time.monotonic()
        if now - self._seen[0] > _LOOK_SECONDS / 2:  # to look costs a millisecond or two
            self._seen = (now, self._available())
        available = self._seen[1]
        return available is None or available - sum(self._promised) - mib >= self._reserve


@dataclass(frozen=True, slots=True)
class Restrained:
    """A sandbox whose runs pass a gate."""

    sandbox: Sandbox
    gate: Gate
    stop: threading.Event

    @property
    def name(self) -> str:
        """As it is."""
        return self.sandbox.name

    def probe(self) -> Sequence[Layer]:
        """As it is."""
        return self.sandbox.probe()

    def run(self, program: Program, limits: Limits) -> Outcome:
        """Run it when there is memory for it."""
        with self.gate.passing(weight(program, limits), self.stop):
            return self.sandbox.run(program, limits)

    def close(self) -> None:
        """As it is."""
        self.sandbox.close()


def weight(program: Program, limits: Limits) -> float:
    """The memory that a run may take, in MiB: its limit, and of a build of many twice that."""
    only_builds = all(step.name == "build" for step in program.steps)
    return float(limits.memory_mib * (_BUILD_TIMES if only_builds and program.steps else 1))


def available_mib() -> float | None:
    """What this machine, and the control groups that we are in, have left for more."""
    known = [free for free in (_of_machine(), *_of_groups()) if free is not None]
    return min(known, default=None)


def _of_machine() -> float | None:
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) / 1024
    return None


def _of_groups() -> Iterator[float | None]:
    """What each limit around us leaves: ours and those of the groups that ours is in."""
    root = Path("/sys/fs/cgroup")
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
            _, kinds, path = line.split(":", 2)
            if kinds == "":
                yield from _left(root, path, "memory.max", "memory.current")
            elif "memory" in kinds.split(","):
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
                yield from _left(root / "memory", path, *names)


def _left(root: Path, path: str, limit: str, used: str) -> Iterator[float | None]:
    here = root / path.lstrip("/")
    for group in (here, *here.parents):
        if group.is_relative_to(root):
            yield _free(group, limit, used)


def _free(group: Path, limit: str, used: str) -> float | None:
    """What a group may still take; what it only caches is given back when it is asked for."""
    with suppress(OSError, ValueError):
        most = (group / limit).read_text("ascii").strip()
        if most == "max":
            return None
        facts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        cached = int(facts.get("total_inactive_file", facts.get("inactive_file", 0)))
        return (int(most) - int((group / used).read_text("ascii")) + cached) / _MIB
    return None
