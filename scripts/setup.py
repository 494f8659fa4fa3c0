"""Make `.venv` with all that `make run` (argument `run`) or `make test` (argument `dev`) needs.

Needs Python 3.11 or newer and its standard library. What else is missing is installed: bubblewrap,
Python's venv, a C linker and a JDK (and ps, for the tests) with apt-get, as root or through sudo;
Python packages with pip from the hashed files in requirements/, Node.js too where the machine has
none; the compilers that the machine lacks into `.venv/toolchains`, see `toolchains`. The registry
settings of the environment and of the installers' own files hold. A second call does nothing.

Without root and without a registry the rest is still set up: what is missing is said with the
command that installs it, and its snippets are reported as unverified.
"""

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts import toolchains

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18
INSTALL = ("install", "-qqy", "-o=Dpkg::Use-Pty=0", "--no-install-recommends")


def main(arguments: list[str]) -> int:
    """Set up for `run` or `dev`. The exit code."""
    wanted = arguments[0] if arguments else "run"
    if sys.version_info < OLDEST_PYTHON:
        return _with_newer_python(arguments)
    if _is_done(wanted, "") and _is_done(wanted, "-toolchains") and shutil.which("bwrap"):
        return 0
    try:
        complete = _system_packages(list(_packages(wanted)))
        if not _is_done(wanted, ""):
            _python_packages(wanted)
        complete = _toolchains() and complete
        _say("making ready what is compiled once (Go's standard library takes up to a minute)")
        _ask_product("prepare")
    except subprocess.CalledProcessError as error:
        _say(f"failed: {' '.join(map(str, error.cmd))}")
        return 1
    if complete:
        _stamp(wanted, "-toolchains").write_text(_state(wanted), "utf-8")
    _say(f"ready: {VENV / 'bin/doc-healing'}")
    return 0


def _python_packages(wanted: str) -> None:
    _virtual_environment()
    for name in [f"{wanted}.txt", *([] if _has_node() else ["node.txt"])]:
        _say(f"installing requirements/{name}")
        _pip("--require-hashes", "-r", str(ROOT / "requirements" / name))
    _pip("--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT))
    _stamp(wanted, "").write_text(_state(wanted), "utf-8")


def _toolchains() -> bool:
    """Put in place what the product says it lacks, and whatever was renewed. Whether all is there.

    The product is asked because it knows which of a machine's compilers it can use: a Go that is
    too old and a `rustc` that is only rustup's shim are none.
    """
    known, place = toolchains.tools(), VENV / "toolchains"
    lacking = set(_without_toolchain()) | (set() if shutil.which("mvn") else {"maven"})
    own = {name for name in known if (place / name / ".pin").exists()}
    missing = [
        tool
        for name, tool in known.items()
        if name in lacking | own and not toolchains.is_there(tool, place)
    ]
    if missing:
        said = ", ".join(f"{tool.title} ({tool.mib} MiB)" for tool in missing)
        _say(f"downloading {said} into {place}")
    done = [_installed(tool, place) for tool in missing]
    left = set(_without_toolchain()) if missing else lacking - set(known)
    return all(done) and not left


def _installed(tool: toolchains.Tool, place: Path) -> bool:
    try:
        toolchains.install(tool, place)
    except toolchains.FetchError as error:
        _say(f"without {tool.title}: {error}\n        by hand: {tool.by_hand}")
        return False
    return True


def _without_toolchain() -> list[str]:
    """The languages whose toolchain the product does not find."""
    return _ask_product("missing").split()


def _ask_product(what: str) -> str:
    command = [str(VENV / "bin/python"), "-m", "scripts.languages", what]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def _stamp(wanted: str, part: str) -> Path:
    return VENV / f".doc-healing-{wanted}{part}"


def _is_done(wanted: str, part: str) -> bool:
    stamp = _stamp(wanted, part)
    return stamp.is_file() and stamp.read_text("utf-8") == _state(wanted)


def _state(wanted: str) -> str:
    """Everything that would make another environment."""
    tools = [shutil.which(name) for name in ("go", "rustc", "cc", "javac", "mvn", "tsc", "npm")]
    digest = hashlib.sha256(f"{sys.version} {sys.prefix} {ROOT} {_has_node()} {tools}".encode())
    files = [f"requirements/{wanted}.txt", "requirements/node.txt", "pyproject.toml"]
    scripts = [ROOT / "scripts/setup.py", *sorted((ROOT / "scripts/toolchains").rglob("*.[pj]*"))]
    for path in [*(ROOT / name for name in files), *scripts]:
        if path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Package:
    """What Debian calls it (the first name that the machine's sources offer), and what for."""

    names: tuple[str, ...]
    what: str
    needed: bool = True  # without it nothing goes on
    offered_everywhere: bool = True


def _packages(wanted: str) -> Iterator[Package]:
    """What the machine lacks."""
    if not shutil.which("bwrap"):
        yield Package(("bubblewrap",), "the sandbox (bwrap)")
    if wanted == "dev" and not shutil.which("ps"):
        yield Package(("procps",), "ps, with which tests look for what is left running")
    if not _has_venv():
        venv = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        yield Package((venv,), "Python's venv and pip")
    if not _has_certificates():
        yield Package(("ca-certificates",), "the certificates of the registries", needed=False)
    if not shutil.which("cc"):
        yield Package(("gcc",), "the linker of Rust's programs", needed=False)
        yield Package(("libc6-dev",), "what they are linked with", needed=False)
    if not _has_jdk():
        jdk = ("openjdk-17-jdk-headless", "default-jdk-headless")
        yield Package(jdk, "Java (about 120 MiB)", needed=False)
    if wanted == "dev" and not _has_jdk("25"):
        newer = ("openjdk-25-jdk-headless",)
        yield Package(newer, "Java 25, for its tests", needed=False, offered_everywhere=False)


def _has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).iterdir()))


def _has_jdk(release: str = "") -> bool:
    if not release and shutil.which("javac"):
        return True
    homes = [*Path("/usr/lib/jvm").glob(f"*{release}*"), VENV / f"toolchains/jdk{release}"]
    return any((home / "bin/javac").exists() for home in homes)


def _has_venv() -> bool:
    if (VENV / "bin/pip").exists():
        return True
    check = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


def _system_packages(missing: list[Package]) -> bool:
    """Install them with apt-get. Whether all are there then."""
    for package in missing:
        _say(f"missing: {package.what}, Debian's package {package.names[0]}")
    needed = [package.names[0] for package in missing if package.needed]
    apt = _apt()
    if missing and apt is None:
        names = " ".join(package.names[0] for package in missing if package.offered_everywhere)
        _say(
            f"install these as root and try again: {names}\n"
            f"        on Debian and Ubuntu: sudo apt-get install {names}"
        )
        if needed:
            raise SystemExit(1)
    if not missing or apt is None:
        return not missing
    _run_apt(apt, "update", "-qq")
    if needed:
        _run_apt(apt, *INSTALL, *needed)
    done = [_install_wanted(apt, package) for package in missing if not package.needed]
    return all(done)


def _install_wanted(apt: list[str], package: Package) -> bool:
    """The first of the names that the machine's sources offer; none is no reason to stop."""
    name = next((one for one in package.names if _works(["apt-cache", "show", one])), None)
    if name is None:
        _say(f"the package sources of this machine have no {package.names[0]}: left out")
        return not package.offered_everywhere
    try:
        _run_apt(apt, *INSTALL, name)
    except subprocess.CalledProcessError:
        _say(f"{name} could not be installed: what needs it will be unverified")
        return False
    return True


def _apt() -> list[str] | None:
    """How apt-get is called here; None where it cannot be."""
    found = shutil.which("apt-get")
    if found is None:
        return None
    if os.geteuid() == 0:
        return [found]
    if not _works(["sudo", "-n", "true"]):
        return None
    return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", found]


def _run_apt(apt: list[str], *words: str) -> None:
    _say(f"apt-get {' '.join(words)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run([*apt, *words], env=quiet, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()


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
            command = [newer, "-m", "scripts.setup", *arguments]
            return subprocess.run(command, cwd=ROOT, check=False).returncode
    _say("Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11 ...")
    return 1


def _say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
