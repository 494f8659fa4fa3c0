"""`check --watch`: check again what a saved file touches, until somebody presses Ctrl-C.

The tree is looked at, not listened to: a library of notifications would be a dependency more, is
silent on network disks and in some containers, and floods where a build writes what git ignores.
Looking at the files that git does not ignore costs a few milliseconds, and never more than a
twentieth of the time. Each round is a process of its own, forked from one that has loaded
everything and remembered nothing: what a round knows of a tree is never an older tree's.
"""

import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from types import FrameType
from typing import IO, NoReturn

from doc_healing import config
from doc_healing.cli import exits
from doc_healing.cli.ended import Ended
from doc_healing.cli.main import guarded
from doc_healing.cli.selection import Selection
from doc_healing.cli.streams import say
from doc_healing.documents.tree import checkout
from doc_healing.errors import UserError
from doc_healing.report.github import disarmed
from doc_healing.report.screen import visible
from doc_healing.store import stamps

DEBOUNCE_SECONDS = 0.15  # an editor that saves in several steps is given so long
_LOOK_SECONDS = 0.2
_SHARE = 0.05  # of the time that looking may take
_WIDTH = 78

Round = Callable[[Sequence[str]], Ended]  # checks these paths and says what it found


def watch(check: Round, select: Callable[[], Selection], paths: Sequence[str], result: str) -> int:
    """Check `paths`, and again whenever they change; gives the exit code of the whole.

    That is of the last round and, where it was about some documents only, of what the rounds before
    it found in the others. `result` is a file that rounds write: it is none that anybody saves, and
    so is what our own output goes to.
    """
    selection = select()
    root = selection.root
    passed_over = _of_results(root, result)
    standing = Ended(exits.FINE, {})
    with _stopping() as stop:
        before = _seen(root, passed_over)
        standing = _round(check, paths, stop).after(standing)
        while not stop.asked:
            say(f"watch    waiting for a change of {_counted(selection)}; Ctrl-C ends\n")
            now = _changed(root, before, passed_over, stop)
            touched = sorted(now.differing(before))
            before = now
            if stop.asked or not touched:
                continue
            try:
                selection = select()
                targets = affected(touched, selection, paths)
            except UserError:  # the round will say it, and be tried again after the next change
                targets = list(paths)
            say(_told(touched, targets == list(paths)))
            if targets or not paths:
                standing = _round(check, targets, stop).after(standing)
    return standing.whole({document.path for document in selection.documents})


def affected(touched: Collection[str], selection: Selection, paths: Sequence[str]) -> list[str]:
    """What is to be checked after these files of the tree have changed.

    Documents alone, and what they are included in: just these. Anything else is code, a manifest
    or the configuration, and everything is looked at again; what it does not touch is remembered.
    """
    documents = {document.path: document for document in selection.documents}
    including = {
        path
        for path, document in documents.items()
        for snippet in document.snippets
        for line in snippet.lines[:1] + snippet.lines[-1:]
        if line.path != path and line.path in touched
    }
    texts = (".md", ".mdx", ".markdown")
    others = [one for one in touched if PurePosixPath(one).suffix.lower() not in texts]
    if any(one in config.NAMES for one in touched) or set(others) - _included(selection):
        return list(paths) or [str(selection.root)]
    found = sorted(including | (documents.keys() & set(touched)))
    return [str(selection.root / path) for path in found]


def _included(selection: Selection) -> set[str]:
    """The files that blocks of these documents come from."""
    return {
        line.path
        for document in selection.documents
        for snippet in document.snippets
        for line in snippet.lines
        if line.path != document.path
    }


# --- looking ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """The stamps of a tree's files, and of the folders that they stand in."""

    files: dict[str, stamps.Stamp]
    folders: dict[str, stamps.Stamp]

    def differing(self, other: "_Seen") -> set[str]:
        """The files that are new, gone or no longer the same."""
        every = self.files.keys() | other.files.keys()
        return {name for name in every if self.files.get(name) != other.files.get(name)}


def _seen(root: Path, passed_over: Collection[str]) -> _Seen:
    names = [name for name in checkout(root).files if name not in passed_over]
    if streams := _streams():
        names = [name for name in names if _place(Path(root, name)) not in streams]
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents} | {"."}
    return _Seen(_stamps(root, names), _stamps(root, sorted(folders)))


def _stamps(root: Path, names: Collection[str]) -> dict[str, stamps.Stamp]:
    return {name: stamps.stamp(f"{root}/{name}") for name in names}


def _changed(root: Path, before: _Seen, passed_over: Collection[str], stop: "_Stop") -> _Seen:
    """The tree once some of its files have changed and then nothing has for a moment."""
    known = before
    while not stop.asked:
        started = time.monotonic()
        now = _Seen(_stamps(root, known.files), _stamps(root, known.folders))
        if now == known and now.files == before.files:
            took = time.monotonic() - started
            stop.wait(max(_LOOK_SECONDS, took / _SHARE))
            continue
        known = _settled(root, passed_over, stop)
        if known.differing(before):
            return known
        before = known  # only a folder changed: what git ignores came or went
    return before


def _settled(root: Path, passed_over: Collection[str], stop: "_Stop") -> _Seen:
    seen = _seen(root, passed_over)
    while not stop.asked:
        stop.wait(DEBOUNCE_SECONDS)
        now = _seen(root, passed_over)
        if now == seen:
            break
        seen = now
    return seen


def _streams() -> set[tuple[int, int] | None]:
    """The files that our stdout and stderr go to: what we write there nobody saved."""
    return {_place(Path(f"/dev/fd/{number}")) for number in (1, 2)} - {None}


def _place(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _of_results(root: Path, result: str) -> tuple[str, ...]:
    given = Path(result)
    paths = (given.parent.resolve() / given.name, given.resolve())  # a link, and where it leads
    inside = [path for path in paths if result and path != root and path.is_relative_to(root)]
    return tuple(path.relative_to(root).as_posix() for path in inside)


# --- a round ---------------------------------------------------------------------------------


class _Stop:
    """Whether somebody asked for the end, and the round that is to be told of it."""

    def __init__(self) -> None:
        self.asked = False
        self.child = 0

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The handler of the signals: a round is interrupted as a check of its own would be."""
        del number, frame
        first, self.asked = not self.asked, True
        if first:
            self.tell()

    def tell(self) -> None:
        """Interrupt the round that is under way, if the end was asked for."""
        if self.asked and self.child:
            with suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGINT)

    def wait(self, seconds: float) -> None:
        """Sleep so long, or until it is asked for."""
        deadline = time.monotonic() + seconds
        while not self.asked and time.monotonic() < deadline:
            time.sleep(min(0.05, seconds))


@contextmanager
def _stopping() -> Iterator[_Stop]:
    stop = _Stop()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    for number, usual in zip(numbers, before, strict=True):
        if usual != signal.SIG_IGN:
            signal.signal(number, stop.ask)
    try:
        yield stop
    finally:
        for number, usual in zip(numbers, before, strict=True):
            signal.signal(number, usual)


def _round(check: Round, paths: Sequence[str], stop: _Stop) -> Ended:
    """How a check in a process of its own ends, in a group that no Ctrl-C reaches."""
    if stop.asked:
        return Ended(exits.INTERRUPTED)
    sys.stdout.flush()
    with TemporaryFile() as told:
        child = os.fork()
        if child == 0:
            _be_a_round(check, paths, told)
        stop.child = child
        stop.tell()  # it may have been asked for between the look above and now
        _load()
        _, status = os.waitpid(child, 0)
        stop.child = 0
        code = os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else exits.OUR_FAULT
        told.seek(0)
        return Ended.read(told.read(), code)


def _be_a_round(check: Round, paths: Sequence[str], told: IO[bytes]) -> NoReturn:
    """Check, write down how it ended document by document, and end this process."""
    os.setpgid(0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)

    def checked() -> int:
        ended = check(paths)
        told.write(ended.written())
        told.flush()
        return ended.code

    code = guarded(checked, ["check", "--watch"])
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    os._exit(code)


def _load() -> None:
    """Load what rounds need, while the first one is under way: later ones need not."""
    import doc_healing.cli.comparison
    import doc_healing.compose
    import doc_healing.documents.reader  # noqa: F401 - for the processes that are forked from here


def _counted(selection: Selection) -> str:
    count = len(selection.documents)
    return f"{count} document{'s' * (count != 1)}"


def _told(touched: Sequence[str], everything: bool) -> str:
    more = f" and {len(touched) - 1} more" if len(touched) > 1 else ""
    what = ": everything is looked at again" if everything else ""
    name = visible(touched[0])
    room = _WIDTH - len(f"watch     changed{more}{what}")
    short = name if len(name) <= room else f"...{name[-(room - 3) :]}"
    return disarmed(f"watch    {short}{more} changed{what}\n")
