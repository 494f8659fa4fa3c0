"""The local sandbox: bubblewrap's namespaces, our own cgroup, seccomp and disk layers.

Every run is a jail of its own, made and destroyed with it. It needs no privilege: as an ordinary
user the launcher gets a user namespace first, and where no cgroup can be had, a poller keeps the
memory limit, and the layers say so.
"""

import itertools
import os
import platform
import shutil
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Layer, Limits, Outcome, Program, Status
from doc_healing.sandboxes import (
    cgroups,
    classify,
    jail,
    namespaces,
    processes,
    resident_plan,
    seccomp,
    supervisor,
    walls,
)
from doc_healing.sandboxes.resident import Resident
from doc_healing.sandboxes.resident_pool import Residents

_CLOSE_SECONDS = 10.0
_CLOSED = "the sandbox was closed"


class Bubblewrap:
    """Runs programs under bubblewrap. One object serves any number of threads."""

    name = "bubblewrap"

    def __init__(self, bwrap: str = "") -> None:
        self._bwrap = bwrap or settings.program("bwrap") or ""
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._running = 0
        self._ended = threading.Condition()
        self._layers: tuple[Layer, ...] | None = None
        self._cgroups: cgroups.Hierarchy | cgroups.Unusable | None = None
        self._open: tuple[int, ...] = ()  # what holds our own mounts of cgroups, if we had to
        self._mounts: int | None = None  # the namespace that jails start in, instead of ours
        self._residents = Residents(self._start_resident, self._has_walls)
        self._fast: tuple[Layer, ...] | None = None  # the layers of what a resident forks

    def probe(self) -> Sequence[Layer]:
        """Each layer, found out by running a program that tries to get past it; done once."""
        with self._lock:
            if self._layers is None and not Path("/proc/self/status").exists():
                self._layers = (walls.NO_PROC,)
            if self._layers is None:
                self._mounts = namespaces.of_our_root()
                self._layers = walls.probe(self._bwrap, self._hierarchy(), self._run_bare)
            return self._layers

    def run(self, program: Program, limits: Limits) -> Outcome:
        """Run a program in a jail of its own; refuses where a required layer is missing."""
        if self._cancel.is_set():
            return Outcome(Status.CANCELLED, None, b"", b"", detail=_CLOSED, sandbox=self.name)
        layers = self.probe()
        missing = [layer for layer in layers if layer.required and not layer.active]
        if missing:
            return _refused(missing)
        active = tuple(layer.name for layer in layers if layer.active)
        if program.resident is not None:
            outcome = self._run_fast(program, limits)
            if outcome is not None:
                return replace(outcome, layers=active)
        return replace(self._run_bare(program, limits), layers=active)

    def rest(self) -> None:
        """End the residents that wait for programs; the next program starts another."""
        self._residents.rest()

    def close(self) -> None:
        """End every run: those under way come back as CANCELLED, and so do later ones."""
        self._cancel.set()
        with self._ended:
            ended = self._ended.wait_for(lambda: self._running == 0, timeout=_CLOSE_SECONDS)
        self._residents.close()
        if ended:
            for fd in (*self._open, *([self._mounts] if self._mounts is not None else [])):
                os.close(fd)
            self._open, self._mounts = (), None

    def _has_walls(self, made: Resident, limits: Limits) -> bool:
        """Whether what a resident forks has every layer of a cold run; found out once."""
        layers = self.probe()
        with self._lock:
            if self._fast is None:
                self._fast = walls.probe(
                    self._bwrap,
                    self._hierarchy(),
                    lambda program, most: classify.outcome(
                        made.prove(program, most), program, most
                    ),
                    limits,
                )
            stands = {layer.name for layer in self._fast if layer.active}
        return stands >= {layer.name for layer in layers if layer.active}

    def _run_fast(self, program: Program, limits: Limits) -> Outcome | None:
        """Run on the fast path; None where it has to be run cold."""
        with self._ended:
            self._running += 1
        try:
            seen = self._residents.run(program, limits)
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()
        if seen is None:
            return None
        outcome = classify.outcome(seen, program, limits)
        return replace(outcome, sandbox=self.name, fast=True)

    def _start_resident(self, program: Program, limits: Limits) -> Resident:
        """Raises InfraError or OSError where none can be started."""
        hierarchy = self._hierarchy()
        counted = isinstance(hierarchy, cgroups.Hierarchy)
        group = None
        if isinstance(hierarchy, cgroups.Hierarchy):
            group = cgroups.create(hierarchy, limits)
        try:
            entrances = group.entrances if group else ()
            filters = resident_plan.filters(_machine(), weighed=counted)
            plan = resident_plan.plan(program, limits, entrances, filters)
            return Resident(self._namespaces(), plan, group, self._cancel)
        except (InfraError, OSError):
            if group is not None:
                cgroups.remove(group)
            raise

    def _run_bare(self, program: Program, limits: Limits) -> Outcome:
        """Run without asking which layers are there: the probe itself runs this way."""
        with self._ended:
            self._running += 1
        try:
            seen = self._observe(program, limits)
        except InfraError as error:
            return _fault(error.message)
        except OSError as error:
            return _fault(f"{error.strerror}: {error.filename or 'in starting the jail'}")
        finally:
            with self._ended:
                self._running -= 1
                self._ended.notify_all()
        return replace(classify.outcome(seen, program, limits), sandbox=self.name)

    def _observe(self, program: Program, limits: Limits) -> supervisor.Observed:
        if not program.steps:
            raise InfraError("a program without a step")
        hierarchy = self._hierarchy()
        counted = isinstance(hierarchy, cgroups.Hierarchy)
        inputs = {
            jail.STDIN: program.stdin,
            jail.ARGUMENTS: jail.arguments(program),
            jail.FILES: jail.archive(program.files, limits),
            jail.FILTER: seccomp.assemble(_machine(), weighed=counted),
        }
        group = None
        if isinstance(hierarchy, cgroups.Hierarchy):
            group = cgroups.create(hierarchy, limits)
        try:
            entrances = group.entrances if group else ()
            command = [*self._namespaces(), *jail.launcher(self._bwrap, program, limits, entrances)]
            return supervisor.watch(command, inputs, program, limits, group, self._cancel)
        finally:
            if group is not None:
                cgroups.remove(group)

    def _namespaces(self) -> list[str]:
        """The command that gives the launcher a mount namespace, and a user's one for a user."""
        own = ["--mount"] if processes.is_admin() else ["--user", "--map-root-user", "--mount"]
        command = [_tool("unshare"), *own, "--propagation", "private", "--"]
        if self._mounts is None:
            return command
        fd = f"/proc/{os.getpid()}/fd/{self._mounts}"
        return [_tool("nsenter"), f"--mount={fd}", "--", *command]

    def _hierarchy(self) -> cgroups.Hierarchy | cgroups.Unusable:
        if self._cgroups is None:
            mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
            own = Path("/proc/self/cgroup").read_text(encoding="utf-8")
            self._cgroups = cgroups.find(mounts, own)
            if isinstance(self._cgroups, cgroups.Unusable):
                mounts, self._open = namespaces.with_groups()
                found = cgroups.find(mounts, own)
                if isinstance(found, cgroups.Hierarchy):
                    self._cgroups = found
            if isinstance(self._cgroups, cgroups.Hierarchy):
                cgroups.reap(self._cgroups)
        return self._cgroups


def _tool(name: str) -> str:
    found = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
    if found is None:
        raise InfraError(f"{name} is missing", help="apt-get install util-linux")
    return found


def _machine() -> seccomp.Machine:
    machine = seccomp.MACHINES.get(platform.machine())
    if machine is None:
        raise InfraError(f"there is no system call filter for {platform.machine()}")
    return machine


def _refused(missing: Sequence[Layer]) -> Outcome:
    reasons = (f"{m.name}: {m.detail}" + (f" ({m.fix})" if m.fix else "") for m in missing)
    return _fault(
        "refused, required layers are missing: " + "; ".join(itertools.islice(reasons, 4))
    )


def _fault(detail: str) -> Outcome:
    return Outcome(Status.SANDBOX_ERROR, None, b"", b"", detail=detail, sandbox=Bubblewrap.name)
