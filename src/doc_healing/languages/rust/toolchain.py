"""The Rust on this machine: a compiler with its libraries, and the linker that it needs."""

import re
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Mount, Toolchain

ROOT = "/opt/rust"
_HELP = "rustup toolchain install {channel} --profile minimal"
_INSTALL = "install Rust: https://rustup.rs, or `apt-get install rustc`"
_LINKER = "apt-get install gcc libc6-dev"
_STARTS = ("x86_64-linux-gnu", "aarch64-linux-gnu", "../lib64", ".")


def toolchain(wanted: str) -> Toolchain:
    """The compiler that fits `wanted`: a channel ("stable", "1.85.0", "nightly-2025-01-31") or
    a range (">=1.70"); without a fitting one the first on this machine, whose version says so.

    Raises `InfraError` with the command that installs what is missing: a compiler or a linker.
    """
    present = [item for item in map(_described, _roots()) if item is not None]
    if not present:
        raise InfraError("Rust is not installed", help=_INSTALL)
    fitting = [item for item in present if _fits(item, wanted)]
    if not fitting and _is_nightly(wanted):
        help_ = _HELP.format(channel=wanted)
        raise InfraError(f"no Rust of the channel {wanted} on this machine", help=help_)
    _require_linker()
    return (fitting or present)[0].toolchain()


@dataclass(frozen=True, slots=True)
class _Found:
    """A compiler that answered: its sysroot, and what it says of itself."""

    root: Path
    version: str  # "1.95.0", "1.97.0-nightly"
    date: str  # of its last commit

    def toolchain(self) -> Toolchain:
        """As the jail sees it. One that belongs to the system stands below /usr anyway."""
        if self.root == Path("/usr"):
            return Toolchain("rust", "/usr/bin/rustc", self.version)
        mounts = (
            Mount(f"{self.root}/bin", f"{ROOT}/bin"),
            Mount(f"{self.root}/lib", f"{ROOT}/lib"),
        )
        return Toolchain("rust", f"{ROOT}/bin/rustc", self.version, mounts)


def _roots() -> list[Path]:
    """Sysroots, in the order of preference: PATH, our own set-up's, rustup's, the system's."""
    on_path = settings.program("rustc")
    found = [_root_of(Path(on_path))] if on_path else []
    found.append(Path(sys.prefix, "toolchains", "rust"))
    found.extend(_of_rustup())
    found.append(Path("/usr"))
    return list(dict.fromkeys(path for path in found if path and _is_sysroot(path)))


def _is_sysroot(path: Path) -> bool:
    """A script called `rustc` in somebody's `bin` is none, and what is beside it is not ours."""
    return (path / "bin/rustc").is_file() and (path / "lib/rustlib").is_dir()


def _root_of(rustc: Path) -> Path | None:
    """The sysroot of a compiler; None for rustup's stand-in, which might begin a download."""
    real = rustc.resolve()
    if real.name != "rustc" or _is_stand_in(rustc):
        return None
    return real.parent.parent


def _is_stand_in(rustc: Path) -> bool:
    near = rustc.parent / "rustup"
    return near.exists() and (rustc.samefile(near) or not (rustc.parent.parent / "lib").is_dir())


def _of_rustup() -> list[Path]:
    """The toolchains that rustup has put in place, its default first, then stable ones."""
    home = Path.home() / ".rustup"
    try:
        found = sorted((home / "toolchains").iterdir(), reverse=True)
        settings = (home / "settings.toml").read_text("utf-8")
    except OSError:
        return []
    match = re.search(r'(?m)^default_toolchain\s*=\s*"([^"]+)"', settings)
    default = match.group(1) if match else ""
    return sorted(found, key=lambda path: (path.name != default, "nightly" in path.name))


@lru_cache(maxsize=32)
def _described(root: Path) -> _Found | None:
    command = [str(root / "bin/rustc"), "-vV"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=20, check=False, env={}, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    release = re.search(r"(?m)^release: (\S+)$", answer.stdout)
    date = re.search(r"(?m)^commit-date: (\S+)$", answer.stdout)
    if release is None:
        return None
    return _Found(root.resolve(), release.group(1), date.group(1) if date else "")


def _fits(found: _Found, wanted: str) -> bool:
    wanted = wanted.strip()
    plain = found.version.split("-")[0]
    nightly = "nightly" in found.version
    if not wanted:
        return True
    if wanted.startswith("nightly"):
        # The date of a nightly is the day after its last commit, mostly: another is not the same.
        return nightly and (wanted == "nightly" or _day_after(found.date, wanted))
    if wanted in ("stable", "beta"):
        return not nightly
    if not wanted[0].isdigit():
        return _satisfies(plain, wanted) and not nightly
    return found.version == wanted or plain == wanted or plain.startswith(f"{wanted}.")


def _day_after(commit: str, channel: str) -> bool:
    day = re.search(r"\d{4}-\d\d-\d\d", channel)
    return day is not None and commit[:7] == day[0][:7] and 0 <= _days(day[0], commit) <= 2


def _days(later: str, earlier: str) -> int:
    return int(later[8:10] or 0) - int(earlier[8:10] or 0)


def _is_nightly(wanted: str) -> bool:
    return wanted.strip().startswith("nightly")


def _satisfies(version: str, wanted: str) -> bool:
    try:
        return Version(version) in SpecifierSet(wanted)
    except (InvalidSpecifier, InvalidVersion):
        return True


@lru_cache(maxsize=1)
def _has_linker() -> bool:
    """Whether cc, ld and the start files of the C library are where the jail can see them."""
    tools = all(Path("/usr/bin", name).exists() for name in ("cc", "ld"))
    return tools and any(Path("/usr/lib", part, "crt1.o").exists() for part in _STARTS)


def _require_linker() -> None:
    if not _has_linker():
        raise InfraError("Rust needs a C linker, and there is none in /usr/bin", help=_LINKER)
