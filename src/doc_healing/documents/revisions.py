"""A revision of a git repository as a tree of its own, written without touching the repository.

The objects are read with `ls-tree` and `cat-file` and written by us: no filter, hook, attribute or
configuration of the repository has a say, its working tree and its index stay as they are.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from doc_healing import settings
from doc_healing.documents.tree import GIT_OPTIONS, GIT_VARIABLES
from doc_healing.errors import UserError
from doc_healing.model import Checkout

_GIT_SECONDS = 120
_MOST_BYTES = 2 * 2**30
_OLD_SECONDS = 60 * 24 * 3600
_LINK, _PROGRAM = "120000", "100755"


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
class _Entry:
    mode: str
    blob: str
    name: str


def base_of(root: Path, name: str) -> Revision:
    """Where the work in `root` began to differ from the revision `name`: their merge base.

    Without a common ancestor it is that revision itself. Raises `UserError` where there is no git
    repository or no such revision.
    """
    if settings.program("git") is None:
        raise UserError("git is not installed", help="install git, or leave --base out")
    if _git(root, "rev-parse", "--git-dir").returncode:
        raise UserError(f"{root} is in no git repository", help="leave --base out")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if found.returncode:
        shallow = _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        advice = "this clone is shallow: `git fetch --unshallow` (or `fetch-depth: 0`) brings more"
        usual = (
            "name a branch, a tag or a commit that is here: `git fetch` brings those of a remote"
        )
        help_text = advice if shallow else usual
        raise UserError(f"there is no revision `{name}` in this repository", help=help_text)
    commit = found.stdout.decode().strip()
    common = _git(root, "merge-base", commit, "HEAD")
    chosen = common.stdout.decode().split() if common.returncode == 0 else []
    return Revision(root, chosen[0] if chosen else commit, name)


def old_day(root: Path, now: float) -> str:
    """When the work in `root` was done, if that is long ago: the time of its commit (RFC 3339).

    Empty for a commit of the last two months, and where there is no git repository.
    """
    if settings.program("git") is None:
        return ""
    shown = _git(root, "show", "--no-patch", "--format=%ct", "HEAD")
    word = shown.stdout.decode("ascii", "replace").strip()
    if shown.returncode or not word.isdigit() or now - int(word) < _OLD_SECONDS:
        return ""
    return datetime.fromtimestamp(int(word), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def materialise(revision: Revision, target: Path) -> Checkout:
    """Write the files of a revision, as far as they lie below its `root`, into an empty directory.

    Submodules are left out. Raises `UserError` for objects that are missing (a partial clone),
    for a tree of more than 2 GiB.
    """
    entries = list(_entries(revision))
    try:
        _fill(revision, entries, target)
    except OSError as error:
        message = f"cannot write the files of {revision.short}: {error.strerror}"
        raise UserError(message, help="make room in the temporary directory (TMPDIR)") from None
    return Checkout(str(target), tuple(sorted(entry.name for entry in entries)))


def _fill(revision: Revision, entries: Sequence[_Entry], target: Path) -> None:
    directories = {(target / entry.name).parent for entry in entries}
    for directory in sorted(directories):
        directory.mkdir(parents=True, exist_ok=True)
    links: list[tuple[_Entry, bytes]] = []
    for entry, data in _blobs(revision, entries):
        if entry.mode == _LINK:
            links.append((entry, data))  # last, so that nothing is ever written through one
        else:
            _write(target / entry.name, data, 0o755 if entry.mode == _PROGRAM else 0o644)
    for entry, data in links:
        (target / entry.name).symlink_to(os.fsdecode(data))


def _entries(revision: Revision) -> Iterator[_Entry]:
    prefix = _git(revision.root, "rev-parse", "--show-prefix").stdout.decode().rstrip("\n")
    listed = _git(
        revision.root, "ls-tree", "-r", "-z", "--full-tree", f"{revision.commit}:{prefix}"
    )
    if listed.returncode:
        raise UserError(
            f"{revision.root.name}/ does not exist at {revision.short}",
            help="name a --base at which this directory is there",
        )
    for line in listed.stdout.split(b"\0"):
        facts, _, name = line.partition(b"\t")
        if not name or not _safe(os.fsdecode(name)):
            continue
        mode, kind, blob = facts.decode().split()
        if kind == "blob":
            yield _Entry(mode, blob, os.fsdecode(name))


def _safe(name: str) -> bool:
    """Whether a name of a tree is one that git itself would write, and one that we can print."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    parts = PurePosixPath(name).parts
    return not name.startswith("/") and ".." not in parts and ".git" not in map(str.lower, parts)


def _blobs(revision: Revision, entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, bytes]]:
    asked = "".join(f"{entry.blob}\n" for entry in entries).encode()
    done = _git(revision.root, "cat-file", "--batch", given=asked)
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


def _write(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)


def _git(
    root: Path, *words: str, given: bytes | None = None
) -> "subprocess.CompletedProcess[bytes]":
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
