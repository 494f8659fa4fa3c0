"""The report channel: one JSON line per event, each led by this run's nonce."""

from __future__ import annotations

import faulthandler
import os

from doc_healing.languages.python.driver.lazy import text_of

_LIMIT = 60_000


class Channel:
    """Writes events to a private copy of file descriptor 3, from this very process only."""

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce
        self.owner = os.getpid()
        try:
            self.fd = os.dup(3)
            os.close(3)
        except OSError:
            self.fd = os.open(os.devnull, os.O_WRONLY)
        self.known = self._identity()

    def watch(self) -> None:
        """Let the interpreter note where it stands on a fatal signal.

        Nothing more: a timer or a thread of ours would change what the snippet sees of signals,
        of interrupted calls and of forks.
        """
        faulthandler.enable(file=self.fd, all_threads=False)

    def send(self, event: str, **facts: object) -> None:
        """Write one event; long texts are cut. A closed channel is no error of the snippet."""
        if os.getpid() == self.owner:
            self.write(event, **facts)

    def write(self, event: str, **facts: object) -> None:
        """The same, from a process that the snippet forked as well."""
        cut = {key: _cut(value) for key, value in facts.items()}
        line = self.nonce + " " + text_of({"event": event, **cut}) + "\n"
        try:
            if self._identity() == self.known:
                os.write(self.fd, line.encode("utf-8", "backslashreplace"))
        except OSError:
            return

    def _identity(self) -> tuple[int, int]:
        """Which file it is: closed by the snippet, its number may be that of another by now."""
        status = os.fstat(self.fd)
        return status.st_dev, status.st_ino


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > _LIMIT:
        return value[:_LIMIT] + "..."
    return value
