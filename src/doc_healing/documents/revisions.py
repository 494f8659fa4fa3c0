"""A revision of a git repository as a tree of its own, written without touching the repository.

The objects are read with `ls-tree` and `cat-file` and written by us: no filter, hook, attribute or
configuration of the repository has a say, its working tree and its index stay as they are.
"""

import difflib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from doc_healing import settings
from doc_healing.documents.git import LINK, PROGRAM, Entry, Revision, blobs, entries_of, run
from doc_healing.errors import UserError
from doc_healing.model import Checkout

_MOST_NAMES = 2000
_OLD_SECONDS = 60 * 24 * 3600


def base_of(root: Path, name: str) -> Revision:
    """Where the work in `root` began to differ from the revision `name`: their merge base.

    Without a common ancestor it is that revision itself. Raises `UserError` where there is no git
    repository or no such revision.
    """
    found = revision_of(root, name)
    common = run(root, "merge-base", found.commit, "HEAD")
    chosen = common.stdout.decode().split() if common.returncode == 0 else []
    return Revision(root, chosen[0] if chosen else found.commit, name)


def revision_of(root: Path, name: str, option: str = "--base") -> Revision:
    """The commit that `name` names. Raises `UserError` where there is none, or no repository.

    `option` is the one that asked for it.
    """
    if settings.program("git") is None:
        raise UserError("git is not installed", help=f"install git, or leave {option} out")
    if run(root, "rev-parse", "--git-dir").returncode:
        advice = f"only a repository has revisions: go into a clone, or do without {option}"
        raise UserError(f"{root} is in no git repository", help=advice)
    asked = f"{name}^{{commit}}"
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", asked)
    found = None if not name or "\0" in name else run(root, *words)
    if found is None or found.returncode:
        message = f"there is no revision `{name}` in this repository"
        raise UserError(message, help=_advice(root, name))
    return Revision(root, found.stdout.decode().strip(), name)


def _advice(root: Path, name: str) -> str:
    """What to do where no revision has that name: the nearest one that has one, if any is near."""
    listed = run(root, "for-each-ref", "--format=%(refname:short)").stdout.decode(
        "utf-8", "replace"
    )
    names = [line for line in listed.splitlines() if line]
    near = difflib.get_close_matches(name, names[:_MOST_NAMES], n=1, cutoff=0.7)
    meant = f"did you mean `{near[0]}`?" if near else ""
    if run(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        advice = "this clone is shallow: `git fetch --unshallow` (or `fetch-depth: 0`) brings more"
        return f"{meant} Else {advice}" if meant else advice
    if meant:
        return meant
    if run(root, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
        return "this repository has no commit yet"
    return "name a branch, a tag or a commit that is here: `git fetch` brings those of a remote"


def old_day(root: Path, now: float) -> str:
    """When the work in `root` was done, if that is long ago: the time of its commit (RFC 3339).

    Empty for a commit of the last two months, and where there is no git repository.
    """
    if settings.program("git") is None:
        return ""
    shown = run(root, "show", "--no-patch", "--format=%ct", "HEAD")
    word = shown.stdout.decode("ascii", "replace").strip()
    if shown.returncode or not word.isdigit() or now - int(word) < _OLD_SECONDS:
        return ""
    return datetime.fromtimestamp(int(word), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def materialise(revision: Revision, target: Path) -> Checkout:
    """Write the files of a revision, as far as they lie below its `root`, into an empty directory.

    Submodules are left out. Raises `UserError` for objects that are missing (a partial clone),
    for a tree of more than 2 GiB.
    """
    entries = list(entries_of(revision))
    try:
        _fill(revision, entries, target)
    except OSError as error:
        message = f"cannot write the files of {revision.short}: {error.strerror}"
        raise UserError(message, help="make room in the temporary directory (TMPDIR)") from None
    return Checkout(str(target), tuple(sorted(entry.name for entry in entries)))


def _fill(revision: Revision, entries: Sequence[Entry], target: Path) -> None:
    directories = {(target / entry.name).parent for entry in entries}
    for directory in sorted(directories):
        directory.mkdir(parents=True, exist_ok=True)
    links: list[tuple[Entry, bytes]] = []
    for entry, data in blobs(revision, entries):
        if entry.mode == LINK:
            links.append((entry, data))  # last, so that nothing is ever written through one
        else:
            _write(target / entry.name, data, 0o755 if entry.mode == PROGRAM else 0o644)
    for entry, data in links:
        (target / entry.name).symlink_to(os.fsdecode(data))


def _write(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(data)
