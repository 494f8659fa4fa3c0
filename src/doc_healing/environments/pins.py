"""Lock files as constraints: name and version of everything that a lock pins.

Pins narrow a resolution, they never add a package. A name that a lock pins to several versions
(for several platforms) is narrowed only where each pin says where it applies.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

_MOST_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Pins:
    """Constraints in requirement syntax, and the file that they come from."""

    constraints: tuple[str, ...] = ()
    source: str = ""


def locked(checkout: Checkout, project: str) -> Pins:
    """The pins of the first lock of the project, or of the repository's root (a workspace)."""
    readers = (
        ("uv.lock", _uv),
        ("poetry.lock", _plain),
        ("pdm.lock", _plain),
        ("pylock.toml", _pylock),
    )
    for folder in dict.fromkeys((project, "")):
        for name, reader in readers:
            path = join(folder, name)
            data = _toml(read_text(checkout, path))
            if constraints := _unambiguous(reader(data)):
                return Pins(constraints, path)
        for name in ("requirements.lock", "constraints.txt", "requirements.txt"):
            path = join(folder, name)
            if constraints := _from_requirements(checkout, path):
                return Pins(constraints, path)
    return Pins()


def requirements_file(checkout: Checkout, path: str, depth: int = 0) -> list[str]:
    """The requirements of a requirements file and of those it includes; options are left out."""
    found: list[str] = []
    text = re.sub(r"\\\r?\n", " ", read_text(checkout, path))
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        line = re.split(r"\s--(?:hash|global-option|config-settings)\b", line)[0].strip()
        included = re.match(r"(?:-r|--requirement)[\s=]+(\S+)", line)
        if included and depth < _MOST_DEPTH:
            other = _beside(path, included[1])
            found += requirements_file(checkout, other, depth + 1) if other else []
        elif line and not line.startswith("-") and _parsed(line):
            found.append(line)
    return found


def _beside(path: str, other: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / other).parts:
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _parsed(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _from_requirements(checkout: Checkout, path: str) -> tuple[str, ...]:
    pins = []
    for line in requirements_file(checkout, path):
        parsed = _parsed(line)
        if parsed and re.fullmatch(r"===?[^*,]+", str(parsed.specifier)):
            marker = f" ; {parsed.marker}" if parsed.marker else ""
            pins.append((parsed.name, f"{parsed.name}{parsed.specifier}{marker}", bool(marker)))
    return _unambiguous(pins)


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


_Pin = tuple[str, str, bool]  # name, constraint, whether it says where it applies


def _uv(data: Mapping[str, Any]) -> Iterable[_Pin]:
    for package in _packages(data, "package"):
        source = package.get("source")
        if not isinstance(source, dict) or not {"registry"} & set(source):
            continue  # the project itself, a path, a git commit
        markers = package.get("resolution-markers")
        if isinstance(markers, list) and markers and all(isinstance(m, str) for m in markers):
            joined = " or ".join(f"({marker})" for marker in markers)
            yield from _pin(package, joined)
        else:
            yield from _pin(package, "")


def _plain(data: Mapping[str, Any]) -> Iterable[_Pin]:
    for package in _packages(data, "package"):
        source = package.get("source")
        if isinstance(source, dict) and source.get("type") in ("git", "directory", "file", "url"):
            continue
        yield from _pin(package, "")


def _pylock(data: Mapping[str, Any]) -> Iterable[_Pin]:
    """https://packaging.python.org/en/latest/specifications/pylock-toml/."""
    for package in _packages(data, "packages"):
        if not {"vcs", "directory", "archive"} & set(package):
            yield from _pin(package, str(package.get("marker", "")))


def _packages(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = data.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _pin(package: Mapping[str, Any], marker: str) -> Iterable[_Pin]:
    name, version = package.get("name"), package.get("version")
    if isinstance(name, str) and isinstance(version, str):
        text = f"{name}=={version}" + (f" ; {marker}" if marker else "")
        if _parsed(text):
            yield name, text, bool(marker)


def _unambiguous(pins: Iterable[_Pin]) -> tuple[str, ...]:
    by_name: dict[str, list[_Pin]] = {}
    for pin in pins:
        by_name.setdefault(canonicalize_name(pin[0]), []).append(pin)
    kept = []
    for name in sorted(by_name):
        group = by_name[name]
        if len({text for _, text, _ in group}) == 1 or all(marked for _, _, marked in group):
            kept += sorted({text for _, text, _ in group})
    return tuple(kept)
