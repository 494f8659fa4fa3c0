"""Trees as the code map wants them: paths, an id for each content, and reading on demand.

A revision is read from git's objects, without a checkout; a directory is read once, and again only
where the stamp of a file says that it may have changed.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from pathlib import Path

from doc_healing.documents.git import LINK, Entry, Revision, blobs, is_safe, listed, run, sizes
from doc_healing.documents.tree import MOST_BYTES as LARGEST
from doc_healing.documents.tree import checkout, reader
from doc_healing.model import Checkout

MOST_BYTES = 8 * 2**20  # of one file: no person has written a larger one
_BATCH_BYTES = 16 * 2**20
_AT_HAND_BYTES = 64 * 2**20  # of what was read for its id, and is likely to be asked for
# A file that changed so shortly before it was looked at can change again at the same time of day.
_FRESH_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class RevisionSource:
    """The tree of a commit."""

    revision: Revision
    files: Mapping[str, str]
    left_out: Sequence[tuple[str, str]] = ()

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """What these files hold; what is missing in this clone or too large is left out."""
        ids = [self.files[path] for path in paths]
        waiting: list[Entry] = []
        size = 0
        for path, blob, count in zip(paths, ids, sizes(self.revision.root, ids), strict=True):
            if not 0 <= count <= MOST_BYTES:
                continue
            if waiting and size + count > _BATCH_BYTES:
                yield from self._now(waiting)
                waiting, size = [], 0
            waiting.append(Entry("", blob, path))
            size += count
        yield from self._now(waiting)

    def _now(self, entries: Sequence[Entry]) -> Iterator[tuple[str, bytes]]:
        if entries:
            yield from ((entry.name, data) for entry, data in blobs(self.revision, entries))


def revision_source(revision: Revision) -> RevisionSource:
    """The tree of a revision. Raises `UserError` where its root is not in it."""
    entries = [one for one in listed(revision) if one.mode != LINK]
    files = {one.name: one.blob for one in entries if is_safe(one.name)}
    bad = [one.name for one in entries if one.name not in files]
    reason = "its name is not UTF-8, or none that git would write"
    shown = (name.encode("utf-8", "backslashreplace").decode() for name in bad)
    return RevisionSource(revision, files, tuple((name, reason) for name in shown))


Known = Mapping[str, Sequence[object]]  # path -> stamp and id, as it was the last time


@dataclass(frozen=True, slots=True)
class DirectorySource:
    """The files below a directory as they are now."""

    root: Path
    files: Mapping[str, str]
    left_out: Sequence[tuple[str, str]]
    stamps: Known  # what to remember
    _id: Callable[[bytes], str] = field(repr=False)
    _data: Mapping[str, bytes] = field(repr=False)  # of those that were read for their ids

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """What these files hold; what has gone or become too large is left out.

        It may have changed since its id was taken: then it counts as gone.
        """
        get = reader(Checkout(str(self.root), ()), MOST_BYTES)
        for path in paths:
            data = self._data.get(path)
            if data is None:
                data = get(path)
                if data is None or self._id(data) != self.files[path]:
                    continue
            if len(data) <= MOST_BYTES:
                yield path, data


def directory_source(root: Path, known: Known | None = None) -> DirectorySource:
    """The files below `root` that git does not ignore; links among them are left out.

    `known` is what the source remembered the last time: a file whose stamp is still the same is
    not read.
    """
    tree = checkout(root)
    top = Path(tree.root)
    look = _Look(top, reader(tree), _hash(top), known or {}, time.time_ns())
    found = {path: look.at(path) for path in tree.files}
    told = {path: one for path, one in found.items() if one.id}
    return DirectorySource(
        top,
        {path: one.id for path, one in told.items()},
        (*tree.left_out, *((path, one.reason) for path, one in found.items() if one.reason)),
        {path: [one.mark, one.id] for path, one in told.items() if one.mark},
        look.digest,
        look.at_hand,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file's id and its stamp, which is empty where it says nothing; else why there is none."""

    id: str = ""
    mark: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Look:
    """What is known of a directory, while it is looked at."""

    root: Path
    get: Callable[[str], bytes | None]
    digest: Callable[[bytes], str]
    known: Known
    now: int
    at_hand: dict[str, bytes] = field(default_factory=dict)
    room: int = _AT_HAND_BYTES

    def at(self, path: str) -> _Seen:
        try:
            seen = os.lstat(f"{self.root}/{path}")
        except OSError:  # it has gone meanwhile
            return _Seen()
        if not stat.S_ISREG(seen.st_mode):
            return _Seen()
        mark = f"{seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}"
        before = self.known.get(path)
        if before and before[0] == mark:
            return _Seen(str(before[1]), mark)
        data = self.get(path)
        if data is None:
            large = seen.st_size > LARGEST
            return _Seen(reason="it is larger than 64 MiB" if large else "it cannot be read")
        self._keep(path, data)
        fresh = self.now - max(seen.st_mtime_ns, seen.st_ctime_ns) < _FRESH_NS
        return _Seen(self.digest(data), "" if fresh else mark)

    def _keep(self, path: str, data: bytes) -> None:
        if len(data) <= min(MOST_BYTES, self.room):
            self.at_hand[path] = data
            self.room -= len(data)


def _hash(root: Path) -> Callable[[bytes], str]:
    """The id that git gives to a content, in the format of the repository around `root`."""
    made = sha1
    if any((up / ".git").exists() for up in (root, *root.parents)):
        told = run(root, "rev-parse", "--show-object-format").stdout.strip()
        made = sha256 if told == b"sha256" else sha1
    return lambda data: made(b"blob %d\0" % len(data) + data).hexdigest()


def is_bare(directory: Path) -> bool:
    """Whether a directory is itself a git repository, without a working tree around it."""
    return all((directory / name).exists() for name in ("HEAD", "objects", "refs"))
