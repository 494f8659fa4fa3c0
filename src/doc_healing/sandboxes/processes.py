"""What the kernel tells in /proc: of us, and of a jail's processes where no cgroup counts."""

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_PAGE_MIB = os.sysconf("SC_PAGESIZE") / 2**20
_CLOCK = os.sysconf("SC_CLK_TCK")
_MOST_ASKED = 8
_SYS_ADMIN = 21  # CAP_SYS_ADMIN's bit


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tree of processes uses: CPU time so far, memory of its own, processes and threads."""

    cpu_seconds: float = 0.0
    memory_mib: float = 0.0
    tasks: int = 0

    def plus(self, *, memory_mib: float) -> "Usage":
        """The same with more memory, which lies in no process (files of a tmpfs)."""
        return replace(self, memory_mib=self.memory_mib + memory_mib)

    def most(self, other: "Usage") -> "Usage":
        """The greater of each."""
        return Usage(
            max(self.cpu_seconds, other.cpu_seconds),
            max(self.memory_mib, other.memory_mib),
            max(self.tasks, other.tasks),
        )


def is_admin() -> bool:
    """Whether this process may mount: root, with root's capabilities (capabilities(7))."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> _SYS_ADMIN & 1)
    return False


def usage(root: int, limit_mib: float, most_tasks: int) -> Usage:
    """The usage of a process and all below it; processes that end meanwhile count as nothing.

    Resident memory is cheap to read and counts shared pages once per process. Only where that
    sum reaches the limit is it weighed exactly. Beyond `most_tasks` processes none is looked at:
    whoever counts a fork bomb to its end is never done.
    """
    pids = list(itertools.islice(_tree(root), most_tasks + 1))
    cpu, tasks = 0.0, 0
    for fields in (_stat(pid) for pid in pids):
        if fields:
            # utime, stime, and those of the children it has waited for
            cpu += sum(int(ticks) for ticks in fields[11:15]) / _CLOCK
            tasks += int(fields[17])
    memory = sum(_resident_mib(pid) for pid in pids)
    if memory >= limit_mib:
        memory = sum(_own_share_mib(pid) for pid in pids)
    return Usage(cpu, memory, tasks)


def weigh(directory: str) -> tuple[int, float]:
    """Inodes and MiB on disk below a directory, following no link."""
    inodes, size = 0, 0
    for _, names, files, fd in os.fwalk(directory, follow_symlinks=False):
        inodes += len(names) + len(files)
        for name in files:
            with contextlib.suppress(OSError):
                facts = os.stat(name, dir_fd=fd, follow_symlinks=False)
                if stat.S_ISREG(facts.st_mode):
                    size += facts.st_blocks * 512
    return inodes, size / 2**20


def programs(init: int) -> list[int]:
    """The first processes of a jail's program: below its first process and the runner of steps.

    The direct child of the runner comes first. No more than a few: a fork bomb has thousands.
    """
    runners = _children(init)
    return [
        pid for runner in runners for pid in itertools.islice(_tree(runner), 1, 1 + _MOST_ASKED)
    ]


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _tree(root: int) -> Iterator[int]:
    """A process and its descendants: orphans are adopted by the jail's first process."""
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += _children(pid)


def _resident_mib(pid: int) -> float:
    """Resident memory, all of it (the second field of statm)."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MIB
    return 0.0


def _own_share_mib(pid: int) -> float:
    """Its share of memory that is not a page of a file on disk (smaps_rollup, in kB)."""
    total = 0
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                total += int(line.split()[1])
    return total / 1024


def _stat(pid: int) -> list[str]:
    """The fields of /proc/pid/stat after the name, which may hold spaces; empty if it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return []
