"""What a test needs of the machine: missing, it is a skip at a desk and a failure in CI.

Two exceptions have names, since nothing can be added to the machine to change them. `root`: CI may
run as an ordinary user, who cannot mount or give files away. `jdk(25)`: Debian 12 has JDK 17 alone,
and later Debians' packages of 25 need a newer C library; set-up installs it where it is offered.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from doc_healing.errors import InfraError
from doc_healing.languages import LANGUAGES
from doc_healing.model import Toolchain

IN_CI = os.environ.get("CI") == "true"
ROOT_ONLY = "only root can do this"
NO_NEWER_JDK = "no JDK of this release is offered to this machine"


def missing(reason: str) -> NoReturn:
    """Skip, or fail in CI, where everything has to be there."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """The path of a program."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed")
    return str(Path(found).resolve())


def toolchain(language: str, wanted: str = "") -> Toolchain:
    """The toolchain of a language, as the product itself finds it (set-up puts each in place)."""
    (one,) = [one for one in LANGUAGES if one.name == language]
    try:
        return one.toolchain(wanted)
    except InfraError as error:
        missing(f"{error.message}: {error.help}")


def jdk(release: int) -> Toolchain:
    """A JDK of just that release; one that the machine's package sources lack may be missing."""
    found = toolchain("java", str(release))
    if found.version.split(".")[0] == str(release):
        return found
    if not _offered(f"openjdk-{release}-jdk-headless"):
        pytest.skip(f"{NO_NEWER_JDK}: {release}")
    missing(f"no JDK {release}")


def _offered(package: str) -> bool:
    """Whether apt knows the package, so that set-up would have installed it."""
    found = shutil.which("apt-cache")
    command = [found or "false", "show", package]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def file(path: str, why: str) -> str:
    """The path of a file of the machine."""
    if not Path(path).exists():
        missing(f"no {path}: {why}")
    return path


def module(name: str, why: str) -> None:
    """A module of the developers' environment."""
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        missing(f"no module {name}: {why}")


def root(what: str) -> None:
    """Root's rights; the only thing that may be missing in CI too."""
    if os.geteuid() != 0:
        pytest.skip(f"{ROOT_ONLY}: {what}")
