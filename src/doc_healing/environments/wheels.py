"""Reads a wheel's own words from its bytes: name, version, requirements, top-level modules.

The wheel was made by a stranger's code: everything is bounded and checked, nothing is unpacked.
Format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/.
"""

import email.parser
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from doc_healing.environments.desk import InstallFailed

_MOST_METADATA = 4 * 1024 * 1024
_MOST_FILES = 100_000
_MOST_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wheel:
    """What a wheel says of itself. `requires` are its requirements as they stand in it."""

    file_name: str
    name: str
    version: str
    requires: tuple[str, ...]
    extras: tuple[str, ...]
    modules: tuple[str, ...]


def inspect(file_name: str, data: bytes) -> Wheel:
    """Read a wheel. Raises `InstallFailed` where it is none, or lies about its size or names."""
    try:
        name, version, _, _ = parse_wheel_filename(file_name)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive)
            metadata = _metadata(archive, members, name)
    except (InvalidWheelFilename, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InstallFailed(f"the build made no valid wheel: {error}") from error
    message = email.parser.Parser().parsestr(metadata)
    return Wheel(
        file_name=file_name,
        name=canonicalize_name(name),
        version=str(version),
        requires=tuple(message.get_all("Requires-Dist") or ()),
        extras=tuple(message.get_all("Provides-Extra") or ()),
        modules=_modules(members),
    )


def requirement(text: str) -> Requirement | None:
    """A requirement as the standard spells it, or None."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _members(archive: zipfile.ZipFile) -> list[str]:
    found = archive.infolist()
    if len(found) > _MOST_FILES or sum(item.file_size for item in found) > _MOST_BYTES:
        raise ValueError("it is too large")
    names = [item.filename for item in found]
    for item in found:
        parts = item.filename.split("/")
        if item.filename.startswith("/") or ".." in parts or "\\" in item.filename:
            raise ValueError(f"it holds the path {item.filename!r}")
        if (item.external_attr >> 16) & 0o170000 == 0o120000:
            raise ValueError(f"it holds a symbolic link, {item.filename!r}")
    return names


def _metadata(archive: zipfile.ZipFile, members: Sequence[str], name: str) -> str:
    for member in members:
        folder, _, rest = member.partition("/")
        if rest == "METADATA" and folder.endswith(".dist-info"):
            if canonicalize_name(folder.split("-")[0]) != name:
                continue
            with archive.open(member) as stream:
                return stream.read(_MOST_METADATA).decode("utf-8", "replace")
    raise KeyError("no METADATA")


def _modules(members: Sequence[str]) -> tuple[str, ...]:
    """Importable top-level names; the trees of `.data` are installed to the top as well."""
    found = set()
    for member in members:
        parts = member.split("/")
        if parts[0].endswith(".data") and len(parts) > 2 and parts[1] in ("purelib", "platlib"):
            parts = parts[2:]
        first = parts[0]
        if len(parts) == 1:
            stem, _, ending = first.partition(".")
            if ending in ("py", "pyc") or ending.endswith("so"):
                found.add(stem)
        elif "." not in first and parts[-1].rpartition(".")[2] in ("py", "so", "pyi"):
            found.add(first)
    return tuple(sorted(name for name in found if name.isidentifier()))
