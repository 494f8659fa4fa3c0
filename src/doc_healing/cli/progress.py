"""What a command says on stderr while it works: a live line on a terminal, a heartbeat elsewhere.

Strangers' text is never given to rich as markup, and nothing here writes to stdout.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from doc_healing.cli.streams import say
from doc_healing.model import Finding, Verdict, Wants
from doc_healing.report.github import disarmed
from doc_healing.report.screen import visible

if TYPE_CHECKING:
    from rich.status import Status

HEARTBEAT_SECONDS = 10.0
SAID_AFTER_SECONDS = 0.5  # an installation that takes less is not worth a line


class Progress:
    """A watcher of the pipeline that keeps one line up to date."""

    def __init__(self, total: int, quiet: bool, live: "Status | None") -> None:
        self._total = total
        self._quiet = quiet
        self._live = live
        self._lock = Lock()
        self._done = 0
        self._broken = 0
        self._installing: list[str] = []
        self._last = ""

    def installing(self, language: str, wants: Wants) -> None:
        """An environment is being prepared."""
        with self._lock:
            self._installing.append(_what(language, wants))
        self._update()

    def installed(self, language: str, wants: Wants, seconds: float, failure: str) -> None:
        """It is ready, or it failed."""
        what = _what(language, wants)
        with self._lock:
            self._installing.remove(what)
        if failure:
            first = failure.strip().splitlines()[0] if failure.strip() else "no message"
            self._line(f"install  {what}  failed: {first}")
        elif seconds >= SAID_AFTER_SECONDS:
            self._line(f"install  {what}  {seconds:.1f} s")
        self._update()

    def found(self, finding: Finding) -> None:
        """A snippet has its verdict."""
        with self._lock:
            self._done += 1
            self._broken += finding.verdict is Verdict.BROKEN
            self._last = f"{visible(finding.snippet.path)}:{finding.snippet.line}"
        if finding.verdict is Verdict.BROKEN and self._live is not None:
            self._line(f"BROKEN   {self._last}")
        self._update()

    def state(self) -> str:
        """The line that says how far it is."""
        with self._lock:
            if self._installing:
                doing = f"installing {', '.join(self._installing)}"
            else:
                doing = self._last
            broken = f", {self._broken} broken so far" if self._broken else ""
            return f"checked {self._done}/{self._total}{broken}   {doing}"

    def _update(self) -> None:
        if self._live is not None:
            from rich.markup import escape

            self._live.update(escape(self.state()))

    def _line(self, text: str) -> None:
        if self._quiet:
            return
        text = disarmed(visible(text))
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            say(text + "\n")


def _what(language: str, wants: Wants) -> str:
    where = wants.project or "this checkout"
    packages = f" + {', '.join(wants.packages)}" if wants.packages else ""
    what = f"{language} for {where}{packages}" if wants.install_project else f"{language}{packages}"
    return visible(what)


@contextmanager
def progress(total: int, *, quiet: bool, live: bool) -> Iterator[Progress]:
    """Show progress until the block ends. `live` is for a terminal only."""
    if live and not quiet:
        from rich.console import Console
        from rich.status import Status

        with Status("starting", console=Console(stderr=True)) as status:
            yield Progress(total, quiet, status)
        return
    watcher = Progress(total, quiet, None)
    if quiet:
        yield watcher
        return
    stop = Event()
    beat = Thread(target=_beat, args=(watcher, stop), daemon=True)
    beat.start()
    try:
        yield watcher
    finally:
        stop.set()
        beat.join()


def _beat(watcher: Progress, stop: Event) -> None:
    started = time.monotonic()
    while not stop.wait(HEARTBEAT_SECONDS):
        seconds = time.monotonic() - started
        say(f"{disarmed(watcher.state())}  ({seconds:.0f} s)\n")
