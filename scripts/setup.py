"""Make `.venv` with all that `make run` (argument `run`) or `make test` (argument `dev`) needs.

Needs Python 3.11 or newer and its standard library. What else is missing is installed: bubblewrap
and Python's venv (and ps, for the tests) with apt-get, as root or through sudo; Python packages
with pip from the hashed files in requirements/, Node.js too where the machine has none. The
registry settings of the environment and of pip's own files hold. A second call does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18


def main(arguments: list[str]) -> int:
    """Set up for `run` or `dev`. The exit code."""
    wanted = arguments[0] if arguments else "run"
    if sys.version_info < OLDEST_PYTHON:
        return _with_newer_python(arguments)
    stamp = VENV / f".doc-healing-{wanted}"
    if stamp.is_file() and stamp.read_text("utf-8") == _state(wanted) and shutil.which("bwrap"):
        return 0
    try:
        _system_packages(dict(_missing(wanted)))
        _virtual_environment()
        for name in [f"{wanted}.txt", *([] if _has_node() else ["node.txt"])]:
            _say(f"installing requirements/{name}")
            _pip("--require-hashes", "-r", str(ROOT / "requirements" / name))
        _pip("--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT))
    except subprocess.CalledProcessError as error:
        _say(f"failed: {' '.join(map(str, error.cmd))}")
        return 1
    stamp.write_text(_state(wanted), "utf-8")
    _say(f"ready: {VENV / 'bin/doc-healing'}")
    return 0


def _state(wanted: str) -> str:
    """Everything that would make another environment."""
    digest = hashlib.sha256(f"{sys.version} {sys.prefix} {ROOT} {_has_node()}".encode())
    files = [f"requirements/{wanted}.txt", "requirements/node.txt", "pyproject.toml"]
    for name in [*files, "scripts/setup.py"]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _missing(wanted: str) -> Iterator[tuple[str, str]]:
    """Debian's package and what is missing without it."""
    if not shutil.which("bwrap"):
        yield "bubblewrap", "the sandbox (bwrap)"
    if wanted == "dev" and not shutil.which("ps"):
        yield "procps", "ps, with which tests look for what is left running"
    if not _has_venv():
        yield f"python{sys.version_info[0]}.{sys.version_info[1]}-venv", "Python's venv and pip"


def _has_venv() -> bool:
    if (VENV / "bin/pip").exists():
        return True
    check = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _system_packages(missing: dict[str, str]) -> None:
    if not missing:
        return
    for package, what in missing.items():
        _say(f"missing: {what}, Debian's package {package}")
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = shutil.which("apt-get")
    if apt is None or (become and not _works(["sudo", "-n", "true"])):
        by_hand = f"install these as root and try again: {' '.join(missing)}"
        _say(f"{by_hand}\n        on Debian and Ubuntu: sudo apt-get install {' '.join(missing)}")
        raise SystemExit(1)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"] if become else []
    for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *missing]):
        _say(f"apt-get {' '.join(words)}")
        subprocess.run([*become, *keep, apt, *words], env=quiet, check=True, stdout=sys.stderr)


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _virtual_environment() -> None:
    python = VENV / "bin/python"
    if python.exists() and _works([str(python), "-c", "import pip"]):
        return
    _say(f"making {VENV} with Python {sys.version.split()[0]}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def _pip(*words: str) -> None:
    python = str(VENV / "bin/python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr)


def _has_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _with_newer_python(arguments: list[str]) -> int:
    for minor in (13, 12, 11, 14):
        if newer := shutil.which(f"python3.{minor}"):
            return subprocess.run([newer, __file__, *arguments], check=False).returncode
    _say("Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11 ...")
    return 1


def _say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
