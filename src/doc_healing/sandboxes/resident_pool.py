"""The residents of a sandbox: started when they are worth it, lent to one run at a time, replaced.

A program whose resident broke is run cold, and a resident that cannot be had is not asked for
again. Nothing here decides how a run ends: without a resident it is run cold.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import replace

from doc_healing.errors import InfraError
from doc_healing.model import Limits, Program
from doc_healing.model import Resident as Wanted
from doc_healing.sandboxes.resident import Broken, Resident, Unfit
from doc_healing.sandboxes.resident_plan import key
from doc_healing.sandboxes.supervisor import Observed

_MOST = 12  # at rest, together: each holds an interpreter with what it imported
_MOST_FAULTS = 4  # one after the other: a program can break what it is forked from
_WORTH = 2  # programs that want one which can do with a plainer one

Key = tuple[object, ...]
Start = Callable[[Program, Limits], Resident]
Proof = Callable[[Resident, Limits], bool]


class Residents:
    """All residents of one sandbox. One object serves any number of threads."""

    def __init__(self, start: Start, proof: Proof) -> None:
        """`start` starts a resident; `proof` says whether its jails have every wall."""
        self._start = start
        self._proof = proof
        self._lock = threading.Lock()
        self._resting: OrderedDict[Key, list[Resident]] = OrderedDict()
        self._faults: Counter[Key] = Counter()
        self._wanted: Counter[Key] = Counter()
        self._closed = False

    def run(self, program: Program, limits: Limits) -> Observed | None:
        """One program on its fast path; None where it has to be run cold."""
        chosen = self._choice(program, limits)
        if chosen is None:
            return None
        name = key(chosen, limits)
        try:
            lent = self._lend(name) or self._begin(chosen, limits)
        except (Unfit, InfraError):
            return self.run(chosen, limits) if self._despair(name, _MOST_FAULTS) else None
        except (Broken, OSError):
            return self.run(chosen, limits) if self._despair(name, _MOST_FAULTS // 2) else None
        try:
            seen = lent.run(chosen, limits)
        except (Broken, OSError):
            seen = None
        with self._lock:
            self._faults[name] = 0 if seen else self._faults[name] + 1
        self._give_back(name, lent, kept=seen is not None and not seen.stop)
        return seen

    def close(self) -> None:
        """End those at rest, and start no other; those at work end with their runs."""
        with self._lock:
            self._closed = True
        self.rest()

    def rest(self) -> None:
        """End those at rest."""
        with self._lock:
            left = [one for each in self._resting.values() for one in each]
            self._resting.clear()
        for one in left:
            one.hang_up()
        for one in left:
            one.close()

    def _choice(self, program: Program, limits: Limits) -> Program | None:
        """The program with the resident that serves it: the plainer one at first."""
        wanted: Wanted | None = program.resident
        while wanted is not None:
            chosen = replace(program, resident=wanted)
            name = key(chosen, limits)
            with self._lock:
                self._wanted[name] += 1
                worth = wanted.plainer is None or self._wanted[name] >= _WORTH
                if self._faults[name] < _MOST_FAULTS and worth and not self._closed:
                    return chosen
            wanted = wanted.plainer
        return None

    def _lend(self, name: Key) -> Resident | None:
        with self._lock:
            resting = self._resting.get(name)
            return resting.pop() if resting else None

    def _despair(self, name: Key, faults: int) -> bool:
        """Ask less for this one, or never again: it would end as it ended now."""
        with self._lock:
            self._faults[name] += faults
            return not self._closed

    def _begin(self, program: Program, limits: Limits) -> Resident:
        made = self._start(program, limits)
        try:
            made.ready()
            if not self._proof(made, limits):
                self._closed = True
                raise Broken("its jails lack a wall")
        except Broken:
            made.close()
            raise
        return made

    def _give_back(self, name: Key, lent: Resident, *, kept: bool) -> None:
        """Let it rest, or end it: what ran into a limit may have left its mark."""
        ended = []
        with self._lock:
            if kept and not lent.spent and not self._closed:
                self._resting.setdefault(name, []).append(lent)
                self._resting.move_to_end(name)
            else:
                ended.append(lent)
            while sum(map(len, self._resting.values())) > _MOST:
                oldest = next(iter(self._resting))
                ended.append(self._resting[oldest].pop(0))
                if not self._resting[oldest]:
                    del self._resting[oldest]
        for one in ended:
            one.close()
