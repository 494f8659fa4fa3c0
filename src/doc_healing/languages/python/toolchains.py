"""Where a Python interpreter is on this machine: ours, else others that are installed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Mount, Toolchain

_ASK = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.base_prefix)"
_OLDEST = (3, 6)  # whose grammar and library the driver still runs on
_MINORS = tuple(range(15, 5, -1))


def find(wanted: str) -> Toolchain:
    """An interpreter whose version is, or satisfies, `wanted` ("3.12", ">=3.9"; empty: any).

    Of alternatives (`<3.8 || >=3.6`) the first that some interpreter here satisfies counts.
    Raises `InfraError` with the command that installs one. Never asks the network.
    """
    *preferred, wanted = wanted.split("||")
    for choice in (*preferred, wanted):
        for executable in _candidates():
            found = _examined(executable)
            if found and _satisfies(found.version, choice):
                return found
    if _too_old(wanted):
        raise InfraError(
            f"Python {wanted} is older than the oldest supported, 3.6",
            help="ask for a newer one in `.doc-healing.yml`",
        )
    raise InfraError(
        f"no Python {wanted} on this machine",
        help=f"uv python install {_first_version(wanted)}",
    )


def _candidates() -> Iterator[str]:
    yield str(getattr(sys, "_base_executable", "") or sys.executable)
    for minor in _MINORS:
        found = settings.program(f"python3.{minor}")
        if found and "/shims/" not in found:
            yield found
    for folder in ("~/.pyenv/versions", "~/.local/share/uv/python", "/opt/python"):
        for path in sorted(Path(folder).expanduser().glob("*/bin/python3"), reverse=True):
            yield str(path)


@cache
def _examined(executable: str) -> Toolchain | None:
    path = os.path.realpath(executable)
    try:
        done = subprocess.run(  # an interpreter of the operator's own machine
            [path, "-I", "-S", "-c", _ASK],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            cwd="/",
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version, prefix = done.stdout.split("\n")[:2]
    if tuple(map(int, version.split(".")[:2])) < _OLDEST:
        return None
    return Toolchain("python", path, version, _mounts(prefix, path))


def _mounts(prefix: str, executable: str) -> tuple[Mount, ...]:
    """What the sandbox's own /usr does not hold."""
    # Not what stands around the executable: a script in somebody's `~/bin` has a home around it.
    roots = {prefix, executable}
    own = sorted(root for root in roots if not f"{root}/".startswith(("/usr/", "/bin/")))
    outer = [
        root for root in own if not any(f"{root}/".startswith(f"{o}/") and o != root for o in own)
    ]
    return tuple(Mount(root, root) for root in outer)


def _satisfies(version: str, wanted: str) -> bool:
    wanted = wanted.strip()
    if not wanted:
        return True
    if re.fullmatch(r"\d+(\.\d+)*", wanted):
        return f"{version}.".startswith(f"{wanted}.")
    try:
        return SpecifierSet(wanted).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _too_old(wanted: str) -> bool:
    """Whether nothing from the oldest supported version on satisfies it."""
    old = [f"2.7.{patch}" for patch in range(20)]
    old += [f"3.{minor}.{patch}" for minor in range(_OLDEST[1]) for patch in range(20)]
    newer = (f"3.{minor}.{patch}" for minor in range(_OLDEST[1], 40) for patch in range(30))
    return any(_satisfies(one, wanted) for one in old) and not any(
        _satisfies(one, wanted) for one in newer
    )


def _first_version(wanted: str) -> str:
    found = re.search(r"\d+\.\d+", wanted)
    return found[0] if found else "3.12"
