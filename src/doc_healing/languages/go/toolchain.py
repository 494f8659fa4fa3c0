"""The Go on this machine."""

import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Mount, Toolchain

OLDEST = (1, 22)  # before it the packages that our driver is made of lack what it needs
ROOT = "/opt/go"  # where the toolchain stands in the jail
_HELP = (
    "install Go 1.22 or newer from https://go.dev/dl into /usr/local/go, or put its `bin` on PATH"
)
# Nothing of the operator's or a repository's own settings: no other toolchain, no flags, no cgo.
CLEAN = {
    "GOTOOLCHAIN": "local",
    "GOENV": "off",
    "GOFLAGS": "",
    "GOWORK": "off",
    "GOPROXY": "off",
    "GOSUMDB": "off",
    "GOTELEMETRY": "off",
    "CGO_ENABLED": "0",
    "PATH": "/usr/bin:/bin",
}


def toolchain(wanted: str) -> Toolchain:
    """Go from PATH, else our own, else the usual places; `wanted` is a specifier (`>=1.24`).

    A Go that does not satisfy it is used only where none does: a go.mod says with what its module
    builds, and a snippet may need less. Raises `InfraError` where there is none.
    """
    present = [item for item in (described(path) for path in _candidates()) if item is not None]
    usable = [item for item in present if _numbers(item.version) >= OLDEST]
    if not usable:
        found = f"Go {present[0].version} is too old" if present else "Go is not installed"
        raise InfraError(found, help=_HELP)
    fitting = [item for item in usable if satisfies(item.version, wanted)]
    return (fitting or usable)[0]


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version is one that is asked for; True where the question is not understood."""
    try:
        asked = wanted if re.match(r"\s*[<>=!~]", wanted) else f">={wanted}" if wanted else ""
        return SpecifierSet(asked).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _candidates() -> list[str]:
    """The `go` commands of this machine, by the root that each belongs to."""
    found = settings.program("go")
    named = Path(found).resolve() if found else None
    own = Path(sys.prefix) / "toolchains" / "go" / "bin" / "go"
    usual = [Path("/usr/local/go/bin/go"), Path("/usr/lib/go/bin/go")]
    paths = [named, own, *usual, *sorted(Path("/usr/lib").glob("go-1.*/bin/go"), reverse=True)]
    return list(dict.fromkeys(str(path.resolve()) for path in paths if path and path.is_file()))


@lru_cache(maxsize=32)
def described(path: str) -> Toolchain | None:
    """The toolchain of one `go` command: its version and root, as it says itself."""
    command = [path, "env", "GOVERSION", "GOROOT"]
    environ = {**CLEAN, "HOME": "/nonexistent", "GOCACHE": "/nonexistent"}
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=False, env=environ, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.split("\n")
    match = re.match(r"go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)", lines[0])
    if match is None or len(lines) < 2 or not (Path(lines[1]) / "pkg" / "tool").is_dir():
        return None
    mounts = (Mount(str(Path(lines[1]).resolve()), ROOT),)
    return Toolchain("go", f"{ROOT}/bin/go", match.group(1), mounts)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
