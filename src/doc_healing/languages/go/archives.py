"""The standard library's compiled packages and our driver: made once for each Go.

The compiler wants a compiled archive of each package that is imported. Since Go 1.20 none come with
it, and the go command would compile them anew in each jail (measured: 12 s). They are made once on
this machine, from the toolchain's own sources, and mounted read-only.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.languages.go.toolchain import CLEAN
from doc_healing.model import Mount, Toolchain

STANDARD = "/opt/gostd"  # where they stand in the jail
_SECONDS = 900
_FLAGS = ("-trimpath",)


def archives(toolchain: Toolchain) -> Mount:
    """Where the archives of a toolchain are; made if they are not there yet (about 30 s, 170 MB).

    Raises `InfraError` where they cannot be made or kept: no compiler, no space, no right to write.
    """
    root = Path(toolchain.mounts[0].source)
    shelf = settings.read().cache_dir / "toolchains"
    folder = shelf / f"go-{toolchain.version}-{_digest(toolchain, root)}"
    if not (folder / "importcfg").is_file():
        try:
            shelf.mkdir(parents=True, exist_ok=True)
            with _locked(shelf / f"{folder.name}.lock"):
                if not (folder / "importcfg").is_file():
                    _make(root, shelf, folder)
        except OSError as error:
            words = error.strerror or str(error)
            raise InfraError(
                f"cannot keep Go's compiled standard library in {shelf}: {words}",
                help="free some space (200 MB), or set DOC_HEALING_CACHE_DIR",
            ) from error
    return Mount(str(folder), STANDARD)


def _digest(toolchain: Toolchain, root: Path) -> str:
    """What they depend on: which Go, and our own driver."""
    compiler = next(iter((root / "pkg" / "tool").glob("*/compile")), root)
    try:
        stamp = compiler.stat()
    except OSError as error:
        raise InfraError(f"Go {toolchain.version} has no compiler") from error
    said = [toolchain.version, str(root), str(stamp.st_mtime_ns), str(stamp.st_size), *_FLAGS]
    texts = [path.read_text("utf-8") for path in _sources()]
    return hashlib.sha256("\0".join([*said, *texts]).encode()).hexdigest()[:16]


def _sources() -> list[Path]:
    room = Path(str(files("doc_healing.languages.go"))) / "driver"
    return sorted(room.glob("*.go"))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(root: Path, shelf: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=shelf, prefix=".making-") as name:
        work, made = Path(name), Path(name) / "made"
        (work / "empty").mkdir()
        made.mkdir()
        lines = []
        for path, archive in _compiled(root, work):
            target = made / f"{path.replace('/', '!')}.a"
            os.replace(archive, target)
            lines.append(f"packagefile {path}={STANDARD}/{target.name}")
        _driver(root, work, made, [line.replace(STANDARD, str(made)) for line in lines])
        for path_ in made.iterdir():
            path_.chmod(0o555 if path_.name == "driver" else 0o444)
        (made / "importcfg").write_text("\n".join(lines) + "\n")
        made.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)  # one that was left without its list
        os.replace(made, folder)


def _compiled(root: Path, work: Path) -> list[tuple[str, str]]:
    """The packages of the standard library, the inner ones too, and the archive of each."""
    listing = "{{if .Export}}{{.ImportPath}}={{.Export}}{{end}}"
    command = [str(root / "bin" / "go"), "list", "-export", *_FLAGS, "-f", listing, "std"]
    output = _run(command, root, work)
    pairs = [line.partition("=") for line in output.splitlines() if "=" in line]
    return [(path, archive) for path, _, archive in pairs]


def _driver(root: Path, work: Path, made: Path, lines: list[str]) -> None:
    """Our driver, compiled by this very Go."""
    tools = next(iter(sorted((root / "pkg" / "tool").glob("*/compile")))).parent
    config, archive = str(work / "importcfg"), str(work / "driver.a")
    Path(config).write_text("\n".join(lines) + "\n")
    sources = [str(path) for path in _sources()]
    common = ["-importcfg", config, "-o"]
    trim = f"{sources[0].rpartition('/')[0]}=>"
    _run(
        [str(tools / "compile"), *common, archive, "-p", "main", "-complete", "-trimpath", trim]
        + sources,
        root,
        work,
    )
    _run(
        [str(tools / "link"), "-s", "-w", "-buildid=", *common, str(made / "driver"), archive],
        root,
        work,
    )


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
