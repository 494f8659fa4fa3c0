"""Reads files of a checkout without following a link out of it, and hashes or packs its tree."""

import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from doc_healing.environments.desk import InstallFailed
from doc_healing.model import Checkout

_MOST_MIB = 256
_MOST_FILES = 50_000


@dataclass(frozen=True, slots=True)
class Source:
    """One regular file of a tree."""

    name: str
    data: bytes
    executable: bool


def read_text(checkout: Checkout, path: str) -> str:
    """A text file of the checkout; empty where it is missing, too long, or no regular file."""
    source = read(checkout, path) if path in checkout.files else None
    return source.data.decode("utf-8-sig", "replace") if source else ""


def join(project: str, name: str) -> str:
    """A path in the checkout; a project of "" is its root."""
    return f"{project}/{name}" if project else name


def read(checkout: Checkout, path: str) -> Source | None:
    """One file: every folder on the way and the file itself are opened without following links."""
    try:
        descriptor = _open(checkout.root, path)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MOST_MIB * 1024 * 1024:
            return None
        return Source(path, stream.read(), bool(facts.st_mode & 0o100))


def tree(checkout: Checkout, paths: Iterable[str]) -> list[Source]:
    """The files at `paths` that can be read. Raises `InstallFailed` for a tree out of measure."""
    found: list[Source] = []
    size = 0
    for source in _readable(checkout, paths):
        size += len(source.data)
        if size > _MOST_MIB * 1024 * 1024 or len(found) >= _MOST_FILES:
            raise InstallFailed(
                f"the repository is larger than {_MOST_MIB} MiB or {_MOST_FILES} files: "
                "it is not copied for a build"
            )
        found.append(source)
    return found


def digest(sources: Iterable[Source]) -> str:
    """A hash over names, contents and execute bits."""
    total = hashlib.sha256()
    for source in sources:
        name = source.name.encode("utf-8", "surrogateescape")
        inner = hashlib.sha256(source.data).digest()
        total.update(b"%d:%s%d%s" % (len(name), name, source.executable, inner))
    return total.hexdigest()


def pack(sources: Iterable[Source]) -> bytes:
    """The files as an uncompressed tar, owners and times left out."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for source in sources:
            info = tarfile.TarInfo(source.name)
            info.size = len(source.data)
            info.mode = 0o755 if source.executable else 0o644
            info.mtime = 315_532_800  # 1980: a wheel is a zip, which knows no earlier time
            archive.addfile(info, io.BytesIO(source.data))
    return buffer.getvalue()


def _readable(checkout: Checkout, paths: Iterable[str]) -> Iterator[Source]:
    for path in paths:
        source = read(checkout, path)
        if source:
            yield source


def _open(root: str, path: str) -> int:
    *folders, name = path.split("/")
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            below = os.open(folder, flags, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)
