"""A directory as a `Checkout`, and reading its files. The only I/O of this room.

The tree may be a stranger's: git is asked without running anything that its configuration names,
and no file outside the root is ever opened, whatever links or races the tree holds (invariant 15).
"""

import errno
import os
import posixpath
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from doc_healing import settings
from doc_healing.model import Checkout

if TYPE_CHECKING:  # loaded where a tree is none of git's
    from pathspec import GitIgnoreSpec

_GIT_SECONDS = 120
_MOST_LINKS = 40  # as the kernel's own limit
_IGNORE_BYTES = 256 * 1024
MOST_BYTES = 64 * 1024 * 1024

# Configuration of the repository that names programs or remotes. `ls-files` reads ignore files
# through the index, which in a partial clone would fetch them: no transport is allowed.
GIT_OPTIONS = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "safe.directory=*",
    "-c", "core.untrackedCache=false", "-c", "submodule.recurse=false",
)  # fmt: skip
GIT_VARIABLES = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


def checkout(root: Path) -> Checkout:
    """The regular files below `root` that git does not ignore, sorted.

    In a git repository these are its tracked and its new files; files of submodules and of
    repositories within it are left out. Elsewhere every `.gitignore` is honoured. A symbolic link
    counts as the file that it leads to, unless it leaves the root or leads to a directory.
    `left_out` tells what cannot be used and why.
    """
    top = Path(os.path.realpath(root))
    listed = _git_files(top)
    names = _walk(top) if listed is None else listed
    kept: list[str] = []
    left_out: list[tuple[str, str]] = []
    parents: dict[str, bool] = {}
    for name in sorted(set(names)):
        reason = _unusable(top, name, parents)
        if reason is None:
            kept.append(name)
        elif reason:
            left_out.append((_printable(name), reason))
    return Checkout(str(top), tuple(kept), tuple(left_out))


def files_below(root: str, directory: str) -> tuple[str, ...]:
    """Every usable file below a directory that git ignores, relative to the root, sorted."""
    parents: dict[str, bool] = {}
    found = _walk_from(Path(root), directory)
    return tuple(sorted(name for name in found if _unusable(Path(root), name, parents) is None))


def link_target(tree: Checkout, path: str) -> str | None:
    """The file, relative to the root, that a symbolic link of the checkout leads to."""
    full = Path(tree.root) / path
    if not full.is_symlink():
        return None
    return os.path.relpath(os.path.realpath(full), tree.root)


def why_unusable(tree: Checkout, path: str) -> str:
    """Why a path below the root cannot be used; empty where nothing speaks against it."""
    return _unusable(Path(tree.root), path, {}) or ""


def reader(tree: Checkout, most_bytes: int = MOST_BYTES) -> Callable[[str], bytes | None]:
    """A function that reads a file by its path relative to the root.

    None for what is not there, is no regular file, is larger than `most_bytes`, cannot be read, or
    lies outside the root: links are followed step by step and never out of it.
    """

    def read(path: str) -> bytes | None:
        try:
            with ExitStack() as stack:
                return _Way(stack, tree.root).read(path, most_bytes)
        except (OSError, ValueError):
            return None

    return read


@dataclass(slots=True)
class _Way:
    """A walk down from the root by directory handles, so that a swapped link cannot divert it."""

    stack: ExitStack
    root: str

    def read(self, path: str, most_bytes: int) -> bytes | None:
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if path.startswith("/") or not parts:
            return None
        handles = [self._open(self.root, os.O_RDONLY | os.O_DIRECTORY, None)]
        links = 0
        while parts:
            part = parts.pop(0)
            if part == "..":
                handles.pop()
                if not handles:
                    return None
                continue
            mode = os.stat(part, dir_fd=handles[-1], follow_symlinks=False).st_mode
            if stat.S_ISLNK(mode):
                links += 1
                target = os.readlink(part, dir_fd=handles[-1])
                if links > _MOST_LINKS or target.startswith("/"):
                    return None
                parts = [p for p in target.split("/") if p not in ("", ".")] + parts
            elif stat.S_ISDIR(mode):
                handles.append(self._open(part, os.O_RDONLY | os.O_DIRECTORY, handles[-1]))
            elif stat.S_ISREG(mode) and not parts:
                return self._bytes(part, handles[-1], most_bytes)
            else:
                return None
        return None

    def _bytes(self, name: str, directory: int, most_bytes: int) -> bytes | None:
        # Between the look and the opening it may have become a pipe: do not wait for a writer.
        handle = self._open(name, os.O_RDONLY | os.O_NONBLOCK, directory)
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > most_bytes:
            return None
        with os.fdopen(os.dup(handle), "rb") as file:
            data = file.read(most_bytes + 1)
        return data if len(data) <= most_bytes else None

    def _open(self, name: str, flags: int, directory: int | None) -> int:
        handle = os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
        self.stack.callback(os.close, handle)
        return handle


def _git_files(root: Path) -> list[str] | None:
    """What git lists, or None where there is no repository, no git, or it does not work."""
    git = settings.program("git")
    if git is None or not any((up / ".git").exists() for up in (root, *root.parents)):
        return None
    command = [git, *GIT_OPTIONS, "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(
            command,
            env=GIT_VARIABLES,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Nothing at all: the directory itself is ignored, and somebody asks for it nevertheless.
    names = [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
    return names if done.returncode == 0 and names else None


def _walk(root: Path) -> list[str]:
    return list(_walk_from(root, "", honour_ignores=True))


def _walk_from(root: Path, start: str, honour_ignores: bool = False) -> Iterator[str]:
    """Files below `start`, links to directories not followed; `.git` and ignored ones left out."""
    waiting: list[tuple[str, tuple[tuple[str, GitIgnoreSpec], ...]]] = [(start, ())]
    while waiting:
        directory, specs = waiting.pop()
        if honour_ignores:
            specs = (*specs, *_ignores(root, directory))
        for entry in _entries(root / directory):
            name = f"{directory}/{entry.name}" if directory else entry.name
            is_directory = entry.is_dir(follow_symlinks=False)
            if entry.name == ".git" or _ignored(name + "/" * is_directory, specs):
                continue
            if is_directory:
                waiting.append((name, specs))
            else:
                yield name


def _entries(directory: Path) -> list[os.DirEntry[str]]:
    """What a directory holds; nothing where it cannot be read or is gone by now.

    Only a failing disk is told: other errors belong to file systems that hold no documents, as
    `/proc/1/net` that answers EINVAL.
    """
    try:
        with os.scandir(directory) as entries:
            return list(entries)
    except OSError as error:
        if error.errno in (errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE):
            raise
        return []


def _ignores(root: Path, directory: str) -> Iterator[tuple[str, "GitIgnoreSpec"]]:
    name = f"{directory}/.gitignore" if directory else ".gitignore"
    data = reader(Checkout(str(root), ()), _IGNORE_BYTES)(name)
    if data is None:
        return
    from pathspec import GitIgnoreSpec

    lines = []
    for line in data.decode("utf-8", "replace").splitlines():
        # Each becomes a regular expression: many wildcards in one take forever (and a bad one
        # matches nothing in git).
        if line.count("*") <= 8:
            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                continue
            lines.append(line)
    yield directory, GitIgnoreSpec.from_lines(lines)


def _ignored(name: str, specs: "tuple[tuple[str, GitIgnoreSpec], ...]") -> bool:
    for base, spec in reversed(specs):  # the nearest file that says something has the last word
        verdict = spec.check_file(name[len(base) :].lstrip("/")).include
        if verdict is not None:
            return verdict
    return False


def _unusable(root: Path, name: str, parents: dict[str, bool]) -> str | None:
    """None for a usable file, a reason where somebody may miss it, "" where nobody will."""
    if not _encodes(name):
        return "its name is not UTF-8"
    parent = posixpath.dirname(name)
    if parent not in parents:
        parents[parent] = _within(root, os.path.realpath(root / parent))
    if not parents[parent]:
        return "it lies behind a link that leaves the repository"
    try:
        mode = os.lstat(f"{root}/{name}").st_mode
        if stat.S_ISLNK(mode):
            if not _within(root, os.path.realpath(root / name)):
                return "a link that leaves the repository"
            mode = (root / name).stat().st_mode
            return None if stat.S_ISREG(mode) else ""
    except OSError:
        return ""  # deleted and still tracked, or a dangling link
    if stat.S_ISDIR(mode):
        return ""  # a submodule or a repository of its own
    return None if stat.S_ISREG(mode) else "no regular file"


def _within(root: Path, real: str) -> bool:
    return real == str(root) or real.startswith(f"{str(root).rstrip('/')}/")


def _encodes(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
