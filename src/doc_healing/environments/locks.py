"""File locks that the kernel releases when their owner dies (flock), by key.

A lock file is never removed: removing one while another process waits for it would let two
owners in. It is empty, and there is one per environment.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Leases:
    """Shared locks on environments in use; while one is held, no pruning removes it.

    They end with `close` or with the process, however it ends.
    """

    def __init__(self) -> None:
        self._held: dict[Path, int] = {}
        self._guard = threading.Lock()

    def hold(self, lock: Path) -> None:
        """Keep a shared lock on `lock`; waits for an owner that is building or removing."""
        with self._guard:
            if lock in self._held:
                return
        descriptor = _open(lock)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        with self._guard:
            if lock in self._held:
                os.close(descriptor)
            else:
                self._held[lock] = descriptor

    def drop(self, lock: Path) -> None:
        """Give one lease back."""
        with self._guard:
            descriptor = self._held.pop(lock, None)
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        """Give all leases back."""
        with self._guard:
            held, self._held = self._held, {}
        for descriptor in held.values():
            os.close(descriptor)


@contextmanager
def exclusive_if_free(lock: Path) -> Iterator[bool]:
    """Own `lock` if nobody holds it; gives whether it does."""
    descriptor = _open(lock)
    try:
        yield _try(descriptor)
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(lock: Path) -> int:
    return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
