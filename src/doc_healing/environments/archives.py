"""Reads a tar that a stranger's code wrote: regular files with safe names, and nothing else."""

import io
import tarfile
import zlib
from pathlib import Path
from typing import Literal

from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.sources import Source

_MOST_MIB = 512
_MOST_FILES = 100_000


def unpack(data: bytes, what: str, mode: Literal["r:", "r:gz"] = "r:") -> list[Source]:
    """The regular files of a tar, in memory.

    Links, devices and names that leave the tree are left out (invariant 15). Raises
    `InstallFailed` for something that is no tar or is out of measure.
    """
    found: list[Source] = []
    size = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode=mode) as archive:
            for info in archive:
                if not info.isreg() or info.issparse() or not safe(info.name):
                    continue
                size += info.size
                if size > _MOST_MIB * 1024 * 1024 or len(found) >= _MOST_FILES:
                    raise InstallFailed(f"{what} made more than {_MOST_MIB} MiB or too many files")
                stream = archive.extractfile(info)
                if stream:
                    found.append(Source(info.name, stream.read(), bool(info.mode & 0o100)))
    except (tarfile.TarError, EOFError, ValueError, OverflowError, OSError, zlib.error) as error:
        raise InstallFailed(f"{what} gave no readable result: {error}") from error
    return found


def safe(name: str) -> bool:
    """Whether a name is relative, stays below its root, and is no trick."""
    parts = name.split("/")
    return (
        bool(name)
        and "\0" not in name
        and "\\" not in name
        and not any(part in ("", ".", "..") or len(part) > 255 for part in parts)
    )


def write(root: Path, sources: list[Source]) -> None:
    """Write files below `root`, a folder that we made and that nobody else writes to.

    Only plain folders and files are ever made here, so no name can lead out of it.
    """
    for source in sources:
        if not safe(source.name):
            continue
        path = root / source.name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.data)
        except (NotADirectoryError, IsADirectoryError, FileExistsError) as error:
            raise InstallFailed(f"two files claim one place: {source.name}") from error
        path.chmod(0o755 if source.executable else 0o644)
