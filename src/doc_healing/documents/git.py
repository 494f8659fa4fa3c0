"""What git tells of a repository's objects, read with its plumbing and never through its filters.

No hook, attribute or configuration of the repository has a say.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from doc_healing.documents.tree import GIT_OPTIONS, GIT_VARIABLES
from doc_healing.errors import UserError

_GIT_SECONDS = 120
_MOST_BYTES = 2 * 2**30
LINK, PROGRAM = "120000", "100755"


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of the repository that `root` lies in; `name` is how it was asked for."""

    root: Path
    commit: str
    name: str

    @property
    def short(self) -> str:
        """Enough of the commit to recognise it."""
        return self.commit[:10]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a revision."""

    mode: str
    blob: str
    name: str


def entries_of(revision: Revision) -> Iterator[Entry]:
    """The files and links of a revision that lie below its `root`, relative to it.

    Submodules are left out, and names that git itself would not write. Raises `UserError` where
    that directory is not there.
    """
    return (entry for entry in listed(revision) if is_safe(entry.name))


def listed(revision: Revision) -> Iterator[Entry]:
    """The same, whatever their names are."""
    shown = run(revision.root, "rev-parse", "--show-prefix").stdout
    prefix = os.fsdecode(shown).removesuffix("\n")
    tree = f"{revision.commit}:{prefix}"
    found = run(revision.root, "ls-tree", "-r", "-z", "--full-tree", tree)
    if found.returncode:
        raise UserError(
            f"{revision.root.name}/ does not exist at {revision.short}",
            help="name a revision at which this directory is there",
        )
    for line in found.stdout.split(b"\0"):
        facts, _, name = line.partition(b"\t")
        if name:
            mode, kind, blob = facts.decode().split()
            if kind == "blob":
                yield Entry(mode, blob, os.fsdecode(name))


def is_safe(name: str) -> bool:
    """Whether a name of a tree is one that git itself would write, and one that we can print."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    parts = PurePosixPath(name).parts
    return not name.startswith("/") and ".." not in parts and ".git" not in map(str.lower, parts)


def blobs(revision: Revision, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
    """What these files hold. Raises `UserError` where an object is not in this clone."""
    asked = "".join(f"{entry.blob}\n" for entry in entries).encode()
    done = run(revision.root, "cat-file", "--batch", given=asked)
    rest = memoryview(done.stdout)
    if len(rest) > _MOST_BYTES:
        raise UserError(
            f"the tree of {revision.short} is larger than 2 GiB", help="leave --base out"
        )
    at = 0
    for entry in entries:
        end = done.stdout.find(b"\n", at)
        words = bytes(rest[at:end]).split()
        if len(words) != 3:
            raise UserError(
                f"{entry.name} of {revision.short} is not in this clone",
                help="fetch it: a partial clone lacks the objects of older revisions",
            )
        size = int(words[2])
        yield entry, bytes(rest[end + 1 : end + 1 + size])
        at = end + 1 + size + 1


def sizes(root: Path, names: Sequence[str]) -> list[int]:
    """The bytes of each of these objects; -1 for one that is not in this clone."""
    asked = "".join(f"{name}\n" for name in names).encode()
    told = run(root, "cat-file", "--batch-check=%(objectsize)", given=asked).stdout
    found = [int(word) if word.isdigit() else -1 for word in told.decode().splitlines()]
    return found if len(found) == len(names) else [-1] * len(names)


def run(
    root: Path, *words: str, given: bytes | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Git with these words, in `root`: nothing that the repository configures is run."""
    command = ["git", *GIT_OPTIONS, "-C", str(root), *words]
    try:
        return subprocess.run(
            command,
            env=GIT_VARIABLES,
            input=given if given is not None else b"",
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(
            f"git {words[0]} took longer than {_GIT_SECONDS} s", help="leave --base out"
        ) from None
