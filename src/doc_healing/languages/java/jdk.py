"""The JDKs on this machine, and the one that a repository asks for."""

import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Mount, Toolchain

OLDEST = 17
HOME = "/opt/jdk"  # in the jail
_HELP = "install a JDK 17 or newer: `apt-get install openjdk-17-jdk-headless`"


def toolchain(wanted: str) -> Toolchain:
    """The JDK that fits `wanted` ("17", ">=21", "1.8"), else the newest that there is.

    A plain version is the oldest that the repository's readers use, and a newer JDK knows all of
    it: the nearest that is not older fits. Raises `InfraError` where there is none.
    """
    found = [item for item in map(_described, _candidates()) if item is not None]
    usable = [item for item in found if feature(item[1]) >= OLDEST]
    if not usable:
        said = f"Java {found[0][1]} is too old" if found else "no JDK is installed"
        raise InfraError(said, help=_HELP)
    home, version = _chosen(usable, wanted)
    return Toolchain(
        language="java",
        executable=f"{HOME}/bin/java",
        version=version,
        mounts=(Mount(home, HOME), *_elsewhere(home)),
    )


def feature(version: str) -> int:
    """The feature release of a version: 17 of `17.0.2`, 8 of `1.8.0_292`."""
    numbers = re.findall(r"\d+", version)
    if not numbers:
        return 0
    return int(numbers[1]) if numbers[0] == "1" and len(numbers) > 1 else int(numbers[0])


def satisfies(version: str, wanted: str) -> bool:
    """Whether a JDK serves what is wanted; True where that is not understood."""
    own = feature(version)
    for operator, number in re.findall(r"(>=|<=|==|>|<|=|)\s*v?(\d[\d._]*)", wanted):
        asked = feature(number)
        holds = {
            ">": own > asked,
            "<": own < asked,
            "<=": own <= asked,
            "==": own == asked,
            "=": own == asked,
        }.get(operator, own >= asked)
        if not holds:
            return False
    return True


def _chosen(usable: list[tuple[str, str]], wanted: str) -> tuple[str, str]:
    newest = sorted(usable, key=lambda item: feature(item[1]), reverse=True)
    fitting = [item for item in newest if satisfies(item[1], wanted)]
    exact = re.fullmatch(r"\s*\d[\d._]*\s*", wanted)
    if fitting and exact and feature(wanted) >= OLDEST:
        return fitting[-1]
    return (fitting or newest)[0]


def _candidates() -> list[str]:
    """The homes of JDKs, each once: PATH, our own set-up's, the usual places of systems."""
    places: list[Path] = []
    on_path = settings.program("javac")
    if on_path:
        places.append(Path(on_path).resolve().parent.parent)
    places.append(Path(sys.prefix, "toolchains", "jdk"))
    for folder in ("/usr/lib/jvm", "/usr/java", "/opt/java"):
        places.extend(sorted(Path(folder).glob("*")))
    places.extend(sorted((Path.home() / ".sdkman/candidates/java").glob("*")))
    real = [str(place.resolve()) for place in places if (place / "bin" / "javac").is_file()]
    return [home for home in dict.fromkeys(real) if _is_home(Path(home))]


def _is_home(path: Path) -> bool:
    """A script called `javac` in somebody's `bin` makes no JDK of what is beside it."""
    return (path / "lib" / "modules").is_file() or (path / "modules" / "java.base").is_dir()


@lru_cache(maxsize=16)
def _elsewhere(home: str) -> tuple[Mount, ...]:
    """What links of a home lead to and a jail does not show, each at its own place.

    Debian's JDK has its configuration in `/etc/java-17-openjdk`, and does not start without.
    """
    groups: dict[str, list[str]] = {}
    for target in _led_to(Path(home)):
        groups.setdefault("/".join(target.split("/")[:3]), []).append(target)
    places = [posixpath.commonpath(targets) for targets in groups.values()]
    return tuple(Mount(os.path.realpath(place), place) for place in sorted(places))


def _led_to(home: Path) -> Iterator[str]:
    for part in ("bin", "conf", "lib"):
        for path in (home / part, *(home / part).rglob("*")):
            target = posixpath.normpath(path.readlink()) if path.is_symlink() else ""
            inside = target.startswith((f"{home}/", "/usr/", "/proc/", "/dev/", "/sys/"))
            # Certificates are for a network, which no snippet has.
            if target.startswith("/") and not inside and path.exists() and path.name != "cacerts":
                yield target


@lru_cache(maxsize=32)
def _described(home: str) -> tuple[str, str] | None:
    try:
        answer = subprocess.run(
            [f"{home}/bin/javac", "-version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={},
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"javac (\d[\w.]*)", answer.stdout)
    return (home, match.group(1)) if match else None
