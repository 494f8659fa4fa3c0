"""Runs in the jail, with the interpreter of doc-healing itself, beside cargo.

    cargo_runner.py PHASE REQUEST.json

Phases: `lock` completes Cargo.lock and reports it; `gather` copies what that lock names out of
cargo's shared cache to /opt/crates-io; `build` builds the libraries, without a network, and reports
what it made as a tar with a `result.json`. Only `build` runs code of the repository and of its
dependencies (build scripts, procedural macros): whatever that does stays in its jail.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

SOURCE = Path("/work/source")
TARGET = Path("/tmp/target")
DEBUG = TARGET / "debug"
SEED = Path("/opt/crates")  # dependencies that are compiled already
SHARED, HOME = Path("/opt/downloads/registry"), Path("/opt/crates-io/registry")
WHEN = 315_532_800  # 1980: cargo compares times, so all that is not new is of one time
_RUNNING = re.compile(r"^\s+Running `(.*)`$")
_NOISE = re.compile(
    r"^\s+(Running|Compiling|Fresh|Dirty|Checking|Locking|Adding|Finished) |^\[\S+ "
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LIBRARIES = (".rlib", ".so")


@dataclass(frozen=True)
class Done:
    """How cargo ended."""

    returncode: int
    stdout: str
    stderr: str
    in_time: bool = True


def main() -> int:
    """Run one phase; gives the exit code."""
    report = os.dup(3)
    os.set_inheritable(report, False)
    os.close(3)
    request = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    phases = {"lock": lock, "gather": gather, "build": build}
    code, data = phases[sys.argv[1]](request)
    with os.fdopen(report, "wb") as stream:
        stream.write(data)
    return code


def lock(request: Mapping[str, Any]) -> tuple[int, bytes]:
    """Cargo.lock, completed as far as it is wanting, and whether it is as of the asked time."""
    unpack(request)
    path = SOURCE / request["root"] / "Cargo.lock"
    dated = bool(request["before"]) and not path.exists() and resolve_before(request)
    if not dated:
        done = cargo(request, ["update", "--workspace"])
        if done.returncode:
            return complain(done.stderr)
    result = {"lock": path.read_text(encoding="utf-8"), "dated": dated}
    return 0, json.dumps(result).encode()


def resolve_before(request: Mapping[str, Any]) -> bool:
    """Resolve as of a time; cargo can since 1.95, and calls it unstable."""
    bootstrap = {**request, "prefix": ["/usr/bin/env", "RUSTC_BOOTSTRAP=1"]}
    when = ["--publish-time", request["before"]]
    return not cargo(bootstrap, ["generate-lockfile", "-Zunstable-options", *when]).returncode


def gather(request: Mapping[str, Any]) -> tuple[int, bytes]:
    """The packages of the lock, as a cargo home of their own."""
    unpack(request)
    options = ["--locked", *request["target"]]
    done = cargo(request, ["fetch", *options])
    if done.returncode:
        return complain(done.stderr)
    text = (SOURCE / request["root"] / "Cargo.lock").read_text(encoding="utf-8")
    for package in tomllib.loads(text).get("package", ()):
        if package.get("source"):
            copy_package(package["name"], package["version"])
    return 0, b""


def copy_package(name: str, version: str) -> None:
    """One package of every registry that has it: archive, sources and its line of the index."""
    for archive in SHARED.glob(f"cache/*/{name}-{version}.crate"):
        copy(archive, HOME / archive.relative_to(SHARED))
    for folder in SHARED.glob(f"src/*/{name}-{version}"):
        for here, _, names in os.walk(folder):
            for item in names:
                path = Path(here, item)
                copy(path, HOME / path.relative_to(SHARED))
    for index in SHARED.glob("index/*"):
        copy(index / "config.json", HOME / (index / "config.json").relative_to(SHARED))
        for path in (index / ".cache").glob(f"*/*/{name.lower()}"):
            copy(path, HOME / path.relative_to(SHARED))
        for path in (index / ".cache").glob(f"[123]/**/{name.lower()}"):
            copy(path, HOME / path.relative_to(SHARED))


def copy(path: Path, target: Path) -> None:
    """A regular file and nothing else, with our time."""
    if path.is_file() and not path.is_symlink() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
        os.utime(target, (WHEN, WHEN))


def build(request: Mapping[str, Any]) -> tuple[int, bytes]:
    """Build the libraries; without development dependencies where it cannot be with them."""
    unpack(request)
    seed()
    done = compiled(request, ["--locked"])
    running = probes(request, done.stderr)
    dropped = ""
    if len(running) < len(request["selected"]) and request["bare"]:
        overwrite(request["bare"])
        again = compiled(request, [])
        more = {**probes(request, again.stderr), **running}
        dropped = messages(done.stderr) if len(more) > len(running) else ""
        running, done = more, again
    order = [item["probe"] for item in request["selected"]]
    result = {
        "probes": {name: running[name] for name in order if name in running},
        "errors": messages(done.stderr) if done.returncode else "",
        "dropped": dropped,
        "in_time": done.in_time,
    }
    return 0, packed(request, result)


def compiled(request: Mapping[str, Any], options: Sequence[str]) -> Done:
    """One build of all libraries and probes; what fails does not stop the rest."""
    packages = [f"file://{SOURCE / item['folder']}#{item['name']}" for item in request["selected"]]
    probes = [f"--example={item['probe']}" for item in request["selected"]]
    selection = [option for package in packages for option in ("-p", package)]
    return cargo(
        request,
        ["build", "-vv", "--keep-going", *options,
         *selection, *probes, *request["features"]],
    )  # fmt: skip


def probes(request: Mapping[str, Any], text: str) -> dict[str, str]:
    """How cargo called the compiler for each probe: all that an example of the package gets."""
    names = {item["probe"] for item in request["selected"]}
    found = {}
    for line in text.splitlines():
        running = _RUNNING.match(line)
        name = re.search(r" --crate-name (doc_healing_probe_\w+) ", line) if running else None
        if running and name and name[1] in names:
            found[name[1]] = running[1]
    return found


def messages(text: str) -> str:
    """What the compiler and cargo said, without the commands and what build scripts print."""
    lines = [_COLOUR.sub("", line) for line in text.splitlines()]
    lines = [line for line in lines if not _NOISE.match(line)]
    first = next((n for n, line in enumerate(lines) if line.startswith("error")), 0)
    return "\n".join(line[:300] for line in lines[first : first + 25])


def seed() -> None:
    """Begin with the compiled dependencies: libraries as links, what cargo knows as copies."""
    if not SEED.is_dir():
        return
    for here, _, names in os.walk(SEED):
        for name in names:
            path = Path(here, name)
            target = DEBUG / path.relative_to(SEED)
            target.parent.mkdir(parents=True, exist_ok=True)
            if name.endswith((*_LIBRARIES, ".rmeta")):
                target.symlink_to(path)
            else:
                shutil.copyfile(path, target)
                target.chmod(0o755 if os.access(path, os.X_OK) else 0o644)
                os.utime(target, (WHEN, WHEN))


def packed(request: Mapping[str, Any], result: Mapping[str, Any]) -> bytes:
    """What was made, and was not there before, as a tar."""
    buffer = BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", dereference=True) as archive:
        add(archive, "result.json", json.dumps(result).encode())
        for path in wanted(request):
            add(archive, str(path.relative_to(DEBUG)), path.read_bytes(), os.access(path, os.X_OK))
    return buffer.getvalue()


def wanted(request: Mapping[str, Any]) -> Iterator[Path]:
    """The libraries; of compiled dependencies also what lets cargo know them again."""
    own = {name for item in request["members"] for name in (item["name"], item["crate"]) if name}
    whole = request["stubs"]
    for top in ("deps", "build", *((".fingerprint",) if whole else ())):
        for here, _, names in os.walk(DEBUG / top):
            folder = Path(here).relative_to(DEBUG)
            for name in names:
                path = Path(here, name)
                kept = (
                    not is_own(folder, name, own) if whole else name.endswith((*_LIBRARIES, ".a"))
                )
                # Links lead to the layer below; the next one of dependencies replaces that.
                if kept and path.is_file() and (whole or not path.is_symlink()):
                    yield path


def is_own(folder: Path, name: str, own: set[str]) -> bool:
    """Whether a file is of a stub, or of no use to anybody."""
    unit = name if folder.parts == ("deps",) else folder.parts[1] if folder.parts[1:] else name
    stem = unit.rpartition("-")[0].removeprefix("lib")
    names = {*own, *(item.replace("-", "_") for item in own)}
    return stem in names or stem.startswith("doc_healing_probe") or name.endswith((".d", ".o"))


def add(archive: tarfile.TarFile, name: str, data: bytes, executable: bool = False) -> None:
    """One file, without an owner."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o755 if executable else 0o644
    archive.addfile(info, BytesIO(data))


def unpack(request: Mapping[str, Any]) -> None:
    """The staged files, and the manifests as the host has written them."""
    with tarfile.open("/work/source.tar") as archive:
        # The scar: `filter=` is unknown to Python 3.11.2, which is Debian 12's.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = staticmethod(tarfile.data_filter)
        archive.extractall(SOURCE)
    overwrite(request["files"])
    names = (Path(item["folder"], f"{item['probe']}.rs") for item in request["selected"])
    overwrite({str(name): "fn main() {}\n" for name in names})


def overwrite(files: Mapping[str, str]) -> None:
    """Write texts by their names in the checkout."""
    for name, text in files.items():
        (SOURCE / name).parent.mkdir(parents=True, exist_ok=True)
        (SOURCE / name).write_text(text, encoding="utf-8")


def complain(text: str) -> tuple[int, bytes]:
    """What cargo said, for the reader."""
    sys.stderr.write(text)
    return 1, b""


def cargo(request: Mapping[str, Any], arguments: Sequence[str]) -> Done:
    """Run cargo in the root's folder, for `seconds` at most; what is made until then is kept."""
    command, *rest = arguments
    with subprocess.Popen(
        (
            *request.get("prefix", ()),
            request["cargo"],
            *request["options"],
            command,
            "--color=never",
            *rest,
        ),
        cwd=SOURCE / request["root"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=request.get("seconds"))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            return Done(-signal.SIGKILL, stdout, stderr, in_time=False)
    return Done(process.returncode, stdout, stderr)


if __name__ == "__main__":
    sys.exit(main())
