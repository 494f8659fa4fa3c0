"""Contestants take turns, so that a busy machine slows them all; their medians and ratios."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """What is said of two contestants: ours takes at most `target` times the other's time.

    Without another, `target` is seconds: a promise for the machines that the text speaks of.
    """

    name: str
    ours: float  # seconds
    against: str = ""
    other: float | None = None
    target: float | None = None  # None: shown and not promised

    @property
    def ratio(self) -> float | None:
        return self.ours / self.other if self.other else None

    def holds(self, factor: float = 1.0) -> bool:
        """Whether it is kept, or nearly: `factor` is what a noisy machine is granted."""
        measured = self.ours if self.ratio is None else self.ratio
        return self.target is None or measured <= self.target * factor


def medians(
    rounds: int,
    contestants: Mapping[str, Callable[[], object]],
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The seconds of each contestant, the median of so many rounds in which each has one turn."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            before = clock()
            run()
            times[name].append(clock() - before)
    return {name: statistics.median(found) for name, found in times.items()}


def of_processes() -> float:
    """The processor time of all processes that were started here and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def machine() -> str:
    """The machine, as a sentence of the report."""
    cores = len(os.sched_getaffinity(0))
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"{cores} cores, {system}, Python {platform.python_version()}"
