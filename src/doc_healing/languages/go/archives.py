"""The standard library's compiled packages and our driver: made once for each Go.

The compiler wants a compiled archive of each package that is imported. Since Go 1.20 none come with
it, and the go command would compile them anew in each jail (measured: 12 s). They are made once on
this machine, from the toolchain's own sources, and mounted read-only.
"""

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.languages.go.toolchain import CLEAN
from doc_healing.model import Mount, Toolchain

STANDARD = "/opt/gostd"  # where they stand in the jail
DRIVER = "/opt/godriver"
_SECONDS = 900
_FLAGS = ("-trimpath",)


def archives(toolchain: Toolchain) -> tuple[Mount, ...]:
    """What a program needs beside the toolchain; made if it is not there yet (30 s, 170 MB).

    The driver has a place of its own, so that a new one of ours leaves the archives as they are.
    Raises `InfraError` where they cannot be made or kept: no compiler, no space, no right to write.
    """
    root = Path(toolchain.mounts[0].source)
    shelf = settings.read().cache_dir / "toolchains"
    identity = _identity(toolchain, root)
    texts = "\0".join(path.read_text("utf-8") for path in _sources())
    standard = shelf / f"go-{toolchain.version}-{_digest(identity)}"
    driver = shelf / f"go-driver-{_digest(identity, texts)}"
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        _once(standard, "importcfg", lambda work, made: _standard(root, work, made))
        _once(driver, "driver", lambda work, made: _driver(root, standard, work, made))
    except OSError as error:
        words = error.strerror or str(error)
        raise InfraError(
            f"cannot keep Go's compiled standard library in {shelf}: {words}",
            help="free some space (200 MB), or set DOC_HEALING_CACHE_DIR",
        ) from error
    return Mount(str(standard), STANDARD), Mount(str(driver), DRIVER)


def _identity(toolchain: Toolchain, root: Path) -> str:
    """Which Go it is: a compiler accepts the archives of its very own version alone."""
    try:
        stamp = tool(root, "compile").stat()
    except OSError as error:
        raise InfraError(f"Go {toolchain.version} has no compiler in {root}") from error
    said = (toolchain.version, str(root), stamp.st_mtime_ns, stamp.st_size, _FLAGS)
    return repr(said)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def tool(root: Path, name: str) -> Path:
    """The path of a tool below a root (`pkg/tool/linux_amd64/compile`)."""
    found = sorted((root / "pkg" / "tool").glob(f"*/{name}"))
    return found[0] if found else root / "pkg" / "tool" / name


def _sources() -> list[Path]:
    room = Path(str(files("doc_healing.languages.go"))) / "driver"
    return sorted(room.glob("*.go"))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _once(folder: Path, last: str, make: Callable[[Path, Path], None]) -> None:
    """Make a folder whole or not at all; `last` is the file without which it is none."""
    if (folder / last).is_file():
        return
    with (
        _locked(folder.with_name(f"{folder.name}.lock")),
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as name,
    ):
        if (folder / last).is_file():
            return
        work, made = Path(name), Path(name) / "made"
        for path in (work / "empty", made):
            path.mkdir()
        make(work, made)
        for path in made.iterdir():
            path.chmod(0o555 if path.name == "driver" else 0o444)
        made.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)  # one that was left without its last file
        made.replace(folder)


def _standard(root: Path, work: Path, made: Path) -> None:
    lines = []
    for path, archive in _compiled(root, work):
        target = made / f"{path.replace('/', '!')}.a"
        Path(archive).replace(target)
        lines.append(f"packagefile {path}={STANDARD}/{target.name}\n")
    (made / "importcfg").write_text("".join(lines))


def _compiled(root: Path, work: Path) -> list[tuple[str, str]]:
    """The packages of the standard library, the inner ones too, and the archive of each."""
    listing = "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"
    command = [str(root / "bin" / "go"), "list", "-export", *_FLAGS, "-f", listing, "std"]
    output = _run(command, root, work)
    pairs = [line.partition("=") for line in output.splitlines() if "=" in line]
    return [(path, archive) for path, _, archive in pairs]


def _driver(root: Path, standard: Path, work: Path, made: Path) -> None:
    """Our driver, compiled by this very Go."""
    config, archive = work / "importcfg", str(work / "driver.a")
    config.write_text((standard / "importcfg").read_text().replace(STANDARD, str(standard)))
    sources = [str(path) for path in _sources()]
    folder = sources[0].rpartition("/")[0]
    compile_ = [str(tool(root, "compile")), "-p", "main", "-complete", "-trimpath", f"{folder}=>"]
    _run([*compile_, "-importcfg", str(config), "-o", archive, *sources], root, work)
    link = [str(tool(root, "link")), "-s", "-w", "-buildid=", "-importcfg", str(config)]
    _run([*link, "-o", str(made / "driver"), archive], root, work)


def _run(command: list[str], root: Path, work: Path) -> str:
    environ = {
        **CLEAN,
        "GOROOT": str(root),
        "GOCACHE": str(work / "cache"),
        "GOPATH": str(work / "path"),
        "HOME": str(work),
        "TMPDIR": str(work),
    }
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            env=environ,
            cwd=work / "empty",
        )
    except subprocess.TimeoutExpired as error:
        raise InfraError("Go's standard library took too long to compile") from error
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise InfraError(f"Go's standard library cannot be compiled: {words[0][:300]}")
    return done.stdout
