"""Control groups: one per run, in version 1 or 2, with its limits and the kernel's counters.

Every run's group is a child of a group named `doc-healing`, and its name tells its owner, so
that the next start can remove what a killed process left behind. Facts of the interface are in
the kernel's admin-guide (cgroup-v1/memory.rst, cgroup-v1/pids.rst, cgroup-v2.rst).
"""

import contextlib
import itertools
import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from doc_healing.model import Limits

HOME = "doc-healing"
_CONTROLLERS_V1 = ("memory", "pids", "cpuacct")
_CONTROLLERS_V2 = ("memory", "pids")
_NAME = re.compile(r"(\d+)-(\d+)-(\d+)-(\d+)")  # pid namespace, pid, its start time, run
_run = itertools.count()
_LAUNCHER_TASKS = 4  # the launcher, the jail's first process, its shell, and one to spare


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Where runs get their groups: one parent per controller (the same for all in version 2)."""

    version: int
    parents: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why no group can be made here, and what would change that."""

    reason: str
    fix: str


@dataclass(frozen=True, slots=True)
class Group:
    """The group of one run: a directory per controller."""

    version: int
    directories: Mapping[str, Path]

    @property
    def entrances(self) -> tuple[str, ...]:
        """The files a process of one thread writes `0` to in order to enter.

        In version 1 that is `tasks`: to move a single thread the kernel skips the lock over all
        forks of the machine, for which `cgroup.procs` waits some milliseconds each.
        """
        name = "cgroup.procs" if self.version == 2 else "tasks"
        return tuple(sorted({str(path / name) for path in self.directories.values()}))


def find(mounts: str, own: str) -> Hierarchy | Unusable:
    """The usable hierarchy, from the texts of /proc/self/mountinfo and /proc/self/cgroup.

    Version 2 is preferred. The parents are made and tried, not guessed from permissions.
    """
    tried = []
    for hierarchy in itertools.chain(_version_2(mounts, own), _version_1(mounts)):
        problem = _prepare(hierarchy)
        if not problem:
            return hierarchy
        tried.append(problem)
    reason = "; ".join(dict.fromkeys(tried)) or "no memory and pids controllers are mounted"
    return Unusable(reason, _fix())


def create(hierarchy: Hierarchy, limits: Limits) -> Group:
    """Make the group of one run and set its limits. Raises OSError where the kernel refuses."""
    name = f"{_pid_namespace()}-{os.getpid()}-{_start_time(os.getpid())}-{next(_run)}"
    group = Group(hierarchy.version, {c: p / name for c, p in hierarchy.parents.items()})
    try:
        for path in set(group.directories.values()):
            path.mkdir()
        for path, value in _settings(group, limits):
            _write(path, value)
    except OSError:
        remove(group, seconds=0.0)
        raise
    return group


def kill(group: Group) -> None:
    """Kill every process of the group, however it forks."""
    path = group.directories["pids"]
    with contextlib.suppress(OSError):
        _write(path / "cgroup.kill", "1", existing=True)  # version 2 since Linux 5.14
        return
    for pid in _members(path):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def remove(group: Group, *, seconds: float = 2.0) -> bool:
    """Kill what is left and remove the group; False if it is still there after `seconds`."""
    deadline = time.monotonic() + seconds
    left = set(group.directories.values())
    while left:
        left = {path for path in left if not _removed(path)}
        if not left or time.monotonic() >= deadline:
            break
        kill(group)
        time.sleep(0.002)
    return not left


def reap(hierarchy: Hierarchy) -> int:
    """Remove the groups whose owner is dead, with all that runs in them; says how many.

    Only owners of our own pid namespace are judged: another container's process looks dead here.
    """
    names = {path.name for parent in hierarchy.parents.values() for path in _children(parent)}
    stale = [name for name in names if _is_stale(name)]
    for name in stale:
        remove(Group(hierarchy.version, {c: p / name for c, p in hierarchy.parents.items()}))
    return len(stale)


def oom_kills(group: Group) -> int:
    """How many processes the kernel killed for memory in this group."""
    name = "memory.events" if group.version == 2 else "memory.oom_control"
    return _counter(group.directories["memory"] / name, "oom_kill")


def denied_forks(group: Group) -> int:
    """How often the process limit made a fork fail."""
    return _counter(group.directories["pids"] / "pids.events", "max")


def cpu_seconds(group: Group) -> float:
    """CPU time of all processes that ever ran in the group."""
    if group.version == 2:
        return _counter(group.directories["memory"] / "cpu.stat", "usage_usec") / 1e6
    return _number(group.directories["cpuacct"] / "cpuacct.usage") / 1e9


def peak_memory_mib(group: Group) -> float:
    """The most memory it had at once; version 2 tells since Linux 5.19, else 0."""
    name = "memory.peak" if group.version == 2 else "memory.max_usage_in_bytes"
    return _number(group.directories["memory"] / name) / 2**20


def forget_peak(group: Group) -> None:
    """Let the peak begin anew; version 2 cannot, there it is that of all its runs."""
    if group.version == 1:
        with contextlib.suppress(OSError):
            _write(group.directories["memory"] / "memory.max_usage_in_bytes", "0", existing=True)


def _settings(group: Group, limits: Limits) -> Iterator[tuple[Path, str]]:
    memory, pids = group.directories["memory"], group.directories["pids"]
    size = str(limits.memory_mib * 2**20)
    yield pids / "pids.max", str(limits.processes + _LAUNCHER_TASKS)
    if group.version == 2:
        yield memory / "memory.max", size
        if (memory / "memory.swap.max").exists():
            yield memory / "memory.swap.max", "0"
        return
    yield memory / "memory.limit_in_bytes", size
    if (memory / "memory.memsw.limit_in_bytes").exists():
        yield memory / "memory.memsw.limit_in_bytes", size
    yield memory / "memory.swappiness", "0"


def _version_1(mounts: str) -> Iterator[Hierarchy]:
    found: dict[str, Path] = {}
    for point, kind, options in _mounted(mounts):
        if kind == "cgroup":
            found |= {c: point / HOME for c in _CONTROLLERS_V1 if c in options}
    if len(found) == len(_CONTROLLERS_V1):
        yield Hierarchy(1, found)


def _version_2(mounts: str, own: str) -> Iterator[Hierarchy]:
    """From the root down to our own group: a user may write only in a subtree given to them."""
    match = re.search(r"^0::/(.*)$", own, re.MULTILINE)
    for point, kind, _ in _mounted(mounts):
        if kind != "cgroup2" or match is None:
            continue
        parts = [part for part in match[1].split("/") if part and part != ".."]
        for depth in range(len(parts) + 1):
            parent = point.joinpath(*parts[:depth])
            offered = _read(parent / "cgroup.controllers").split()
            if all(c in offered for c in _CONTROLLERS_V2) and parent.name != HOME:
                yield Hierarchy(2, dict.fromkeys(_CONTROLLERS_V2, parent / HOME))


def _prepare(hierarchy: Hierarchy) -> str:
    """Make the parents ready; the problem in words if that fails."""
    try:
        for parent in set(hierarchy.parents.values()):
            if hierarchy.version == 2:
                if not os.access(parent.parent / "cgroup.procs", os.W_OK):
                    return f"cgroup {parent.parent} is not ours to write"
                _enable(parent.parent)
            parent.mkdir(exist_ok=True)
            if not os.access(parent, os.W_OK) or not os.access(parent / "cgroup.procs", os.W_OK):
                return f"cgroup {parent} is not ours to write"
            if hierarchy.version == 2:
                _enable(parent)
    except OSError as error:
        return f"cgroup {error.filename}: {error.strerror}"
    return ""


def _enable(parent: Path) -> None:
    """Give the controllers to a group's children (only where that is still to be done)."""
    enabled = _read(parent / "cgroup.subtree_control").split()
    missing = [c for c in _CONTROLLERS_V2 if c not in enabled]
    if missing:
        _write(parent / "cgroup.subtree_control", " ".join(f"+{c}" for c in missing))


def _mounted(mounts: str) -> Iterator[tuple[Path, str, list[str]]]:
    """Mount point, type and options of each line of a mountinfo text (proc_pid_mountinfo(5))."""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields, tail = left.split(), right.split()
        if len(fields) >= 5 and len(tail) >= 3:
            yield Path(fields[4].replace("\\040", " ")), tail[0], tail[2].split(",")


def _fix() -> str:
    if os.geteuid() == 0:
        return (
            "run on a host, or in a container with a writable /sys/fs/cgroup (docker: --privileged)"
        )
    return (
        "start it in a delegated group: systemd-run --user --scope -p Delegate=yes doc-healing ..."
    )


def _is_stale(name: str) -> bool:
    match = _NAME.fullmatch(name)
    if match is None or match[1] != _pid_namespace():
        return False
    return _start_time(int(match[2])) != match[3]


def _pid_namespace() -> str:
    return re.sub(r"\D", "", str(Path("/proc/self/ns/pid").readlink()))


def _start_time(pid: int) -> str:
    """Field 22 of /proc/pid/stat: with the pid it names a process for good. Empty if it is gone."""
    text = _read(Path(f"/proc/{pid}/stat"))
    return text.rpartition(")")[2].split()[19] if text else ""


def _removed(path: Path) -> bool:
    try:
        path.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _members(path: Path) -> list[int]:
    return [int(pid) for pid in _read(path / "cgroup.procs").split()]


def _children(parent: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return [path for path in parent.iterdir() if path.is_dir()]
    return []


def _counter(path: Path, key: str) -> int:
    """The number beside a key in a flat keyed file; 0 where the kernel has none."""
    for line in _read(path).splitlines():
        name, _, value = line.partition(" ")
        if name == key:
            return int(value)
    return 0


def _number(path: Path) -> int:
    text = _read(path).strip()
    return int(text) if text.isdigit() else 0


def _read(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="ascii", errors="replace")
    return ""


def _write(path: Path, value: str, *, existing: bool = False) -> None:
    """One write call, as the kernel wants it."""
    flags = os.O_WRONLY | os.O_CLOEXEC | (0 if existing else os.O_CREAT)
    fd = os.open(path, flags, 0o644)
    try:
        os.write(fd, value.encode("ascii"))
    finally:
        os.close(fd)
