"""Starts a process that has exactly the file descriptors it is given."""

import contextlib
import fcntl
import os
import resource
import signal
from collections.abc import Iterator, Mapping, Sequence

_UNCATCHABLE = {signal.SIGKILL, signal.SIGSTOP}
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def spawn(command: Sequence[str], layout: Mapping[int, int]) -> int:
    """Spawn with exactly the file descriptors of `layout` (ours, by the child's number).

    posix_spawn, because it neither runs Python code between fork and exec (other threads hold
    locks) nor copies our page tables. What we ourselves inherited is closed by name: a leaked
    descriptor of a directory is a way out of any jail (CVE-2024-21626).
    """
    high = {target: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 64) for target, fd in layout.items()}
    try:
        actions = [(os.POSIX_SPAWN_DUP2, fd, target) for target, fd in high.items()]
        leaked = [fd for fd in _inheritable() if fd not in layout]
        return os.posix_spawn(
            command[0],
            list(command),
            {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
            file_actions=[*actions, *((os.POSIX_SPAWN_CLOSE, fd) for fd in leaked)],
            setsid=True,
            setsigmask=(),
            setsigdef=[s for s in signal.valid_signals() if s not in _UNCATCHABLE],
        )
    finally:
        for fd in high.values():
            os.close(fd)


def limit(pid: int) -> None:
    """Lower what the kernel counts per user, so that a jail leaves its user enough of it.

    The shell that sets the other limits knows no word for these two (setrlimit(2)).
    """
    for kind, most in ((resource.RLIMIT_SIGPENDING, 4096), (resource.RLIMIT_MSGQUEUE, 1 << 16)):
        with contextlib.suppress(OSError):  # it may have ended, and it is a courtesy
            hard = resource.prlimit(pid, kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.prlimit(pid, kind, (most, most))


def _inheritable() -> Iterator[int]:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names, not paths, and it is faster
        with contextlib.suppress(OSError):
            if os.get_inheritable(int(name)):
                yield int(name)


def memory_file(data: bytes) -> int:
    """A sealed file in memory: the jail reads it and cannot change it under us."""
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with os.fdopen(os.dup(fd), "wb") as stream:
            stream.write(data)
        os.lseek(fd, 0, os.SEEK_SET)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, _SEALS)
    except OSError:
        os.close(fd)
        raise
    return fd
