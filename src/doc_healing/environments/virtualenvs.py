"""Requirements -> a lock -> a virtual environment at `/opt/env`, by uv, from wheels alone.

The lock (names, versions, hashes) is the address of the environment. A lock of open requirements
is kept for a day, one that a date bounds for ever.
"""

import functools
import hashlib
import json
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from doc_healing.environments import store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jail import Work, install
from doc_healing.environments.registries import Access
from doc_healing.model import File, Mount, Step, Toolchain

ENV = "/opt/env"
PROJECT = "/opt/project"
_UV = "/opt/uv/uv"
_DOWNLOADS = "/opt/downloads"
_LOCK_SECONDS = 24 * 3600.0
_NO_WHEEL = re.compile(
    r"no usable wheels|has no wheels|no compatible wheels|no binary distribution"
    r"|(?i:building (it |from )?(source|source distributions).{0,20}disabled)"
)

# The environment is read-only when it is used: compiled now or never. `-I -S` runs nothing that
# a wheel brought. The path file makes a project layer, where one is mounted, a site directory.
_FINISH = """
import compileall, sys
site = "/opt/env/lib/python%d.%d/site-packages" % sys.version_info[:2]
with open(site + "/_doc_healing_project.pth", "w") as stream:
    stream.write("import site; site.addsitedir('/opt/project')\\n")
compileall.compile_dir(site, quiet=2, force=False)
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """What every installation of one run shares."""

    desk: Desk
    access: Access
    toolchain: Toolchain

    @property
    def store(self) -> store.Store:
        """The store of this desk."""
        return store.Store(self.desk.cache / "environments", self.desk.leases)

    @property
    def wait_seconds(self) -> float:
        """How long to wait for another installation of the same key."""
        return self.desk.wait_seconds


@dataclass(frozen=True, slots=True)
class Demand:
    """What to install. `wheels` are local ones that may be resolved to (the project itself)."""

    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    exclude_newer: str = ""
    kind: str = "dependencies"
    wheels: tuple[tuple[str, bytes], ...] = ()
    without: str = ""  # a name to leave out of the result: the project itself
    identity: str = ""  # stands for the wheels in the key
    built: tuple[tuple[str, bytes], ...] = ()  # wheels of dependencies, made from source
    overrides: tuple[tuple[str, str], ...] = ()  # name -> the wheel that stands for it, always


def virtual_environment(bench: Bench, demand: Demand, what: str) -> store.Entry:
    """The environment for a demand, installed once. Raises `InstallFailed`."""
    lock = _lock(bench, demand, what)
    return _environment(bench, demand, lock, what)


def common_inputs(bench: Bench) -> dict[str, object]:
    """What belongs in the key of everything that uv makes."""
    return {
        "uv": uv_version(),
        "runtime": [bench.toolchain.version, bench.toolchain.executable],
        "platform": [platform.machine(), *platform.libc_ver()],
    }


def uv_mount() -> Mount:
    """uv's binary, as the jail sees it."""
    return Mount(_find_uv(), _UV)


def uv_command(bench: Bench, *arguments: str) -> tuple[str, ...]:
    """A command line of uv in the jail, with the operator's options."""
    return (_UV, *arguments, *bench.access.options)


@functools.cache
def uv_version() -> str:
    """`0.9.1`; part of every key."""
    command = [_find_uv(), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30, env={})
    return done.stdout.split()[1]


@functools.cache
def _find_uv() -> str:
    from uv import find_uv_bin  # the core dependency's binary; no PATH is asked

    return str(Path(find_uv_bin()).resolve())


def uv_variables() -> Mapping[str, str]:
    """uv's behaviour, the same everywhere."""
    return {
        "UV_CACHE_DIR": f"{_DOWNLOADS}",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "UV_LINK_MODE": "copy",  # a hard link would let one environment poison another
        "UV_HTTP_RETRIES": "2",
        "UV_CONCURRENT_INSTALLS": "2",
        "NO_COLOR": "1",
    }


def downloads(desk: Desk) -> Mount:
    """uv's cache of downloads, writable in install phases only."""
    folder = desk.cache / "downloads" / "uv"
    folder.mkdir(parents=True, exist_ok=True)
    return Mount(str(folder), _DOWNLOADS)


def _lock(bench: Bench, demand: Demand, what: str) -> str:
    if not demand.requirements and not demand.wheels:
        return ""
    inputs = {
        **common_inputs(bench),
        "requirements": sorted(demand.requirements),
        "constraints": sorted(demand.constraints),
        "exclude_newer": demand.exclude_newer,
        "wheels": demand.identity,
        "overrides": demand.overrides,
        "built": [[name, hashlib.sha256(data).hexdigest()] for name, data in demand.built],
        "registries": _identity(bench.access),
    }
    recipe = store.Recipe("python", "resolution", what, inputs)
    age = None if demand.exclude_newer else _LOCK_SECONDS

    def build(_: Path) -> Mapping[str, str]:
        bench.desk.report(f"resolving {what}")
        return {"lock": _resolve(bench, demand, what)}

    entry = store.obtain(
        bench.store, recipe, build, wait_seconds=bench.wait_seconds, max_age_seconds=age
    )
    return str(entry.facts["lock"])


def _identity(access: Access) -> str:
    """The registries and the way to them, hashed: they decide what a name means."""
    parts = [dict(access.variables), access.options, [file.data.hex() for file in access.files]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _resolve(bench: Bench, demand: Demand, what: str) -> str:
    local = (*demand.wheels, *demand.built)
    lines = [*demand.requirements, *(f"/work/{name}" for name, _ in local)]
    options = ["--python", bench.toolchain.executable, "--only-binary", ":all:"]
    overrides = [f"{name} @ file:///work/{wheel}" for name, wheel in demand.overrides]
    if overrides:
        options += ["--override", "overrides.txt"]
    files = [
        _text("overrides.txt", overrides),
        _text("requirements.in", lines),
        _text("constraints.txt", demand.constraints),
    ]
    files += [File(name.partition("[")[0], data) for name, data in local]
    if demand.constraints:
        options += ["--constraints", "constraints.txt"]
    if demand.exclude_newer:
        options += ["--exclude-newer", demand.exclude_newer]
    quiet = ("--generate-hashes", "--no-annotate", "--no-header", "--quiet")
    work = Work(
        argv=uv_command(bench, "pip", "compile", "requirements.in", *quiet, *options),
        mounts=(uv_mount(), *bench.toolchain.mounts),
        writable=(downloads(bench.desk),),
        files=tuple(files),
        variables=uv_variables(),
    )
    try:
        outcome = install(bench.desk, bench.access, work, f"cannot resolve {what}")
    except InstallFailed as failure:
        raise explained(failure) from failure
    return _without(outcome.stdout.decode("utf-8", "replace"), demand.without)


def explained(failure: InstallFailed) -> InstallFailed:
    """The failure with advice where the class of it is known."""
    if _NO_WHEEL.search(failure.message):
        help_ = (
            "a dependency has no wheel for this Python and platform; the operator may allow "
            "building it from source in the sandbox: unset DOC_HEALING_SOURCE_BUILDS"
        )
        return InstallFailed(failure.message, help=help_, connection=failure.connection)
    return failure


def _without(lock: str, name: str) -> str:
    """The lock's entries in uv's order, without that of `name`."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    kept = [entry for entry in entries if entry and _name(entry) != name]
    return "\n".join(kept) + "\n" if kept else ""


def _name(entry: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", entry)
    if entry.startswith(("/", "./", "file:")):
        wheel = entry.split()[0].rpartition("/")[2]
        return canonicalize_name(wheel.split("-")[0])
    return canonicalize_name(found[0]) if found else ""


def _environment(bench: Bench, demand: Demand, lock: str, what: str) -> store.Entry:
    inputs = {**common_inputs(bench), "lock": lock, "flags": "copy,wheels,compiled"}
    recipe = store.Recipe("python", demand.kind, what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"installing {what}")
        _install(bench, demand, root, lock, what)
        return {"packages": installed_packages(root / "lib"), "lock": lock}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)


def _install(bench: Bench, demand: Demand, root: Path, lock: str, what: str) -> None:
    python = bench.toolchain.executable
    create = (_UV, "venv", "--allow-existing", "--python", python, "--no-project", ENV)
    pip = ("pip", "install", "--python", f"{ENV}/bin/python", "--no-deps", "--require-hashes")
    fill = uv_command(bench, *pip, "--only-binary", ":all:", "-r", "lock.txt")
    # Both in one command: the second is the only one that needs the registries.
    both = 'set -e; "$@"; exec ' + " ".join(_quoted(part) for part in fill)
    argv = ("sh", "-c", both, "sh", *create) if lock else create
    work = Work(
        argv=argv,
        mounts=(uv_mount(), *bench.toolchain.mounts),
        writable=(Mount(str(root), ENV), downloads(bench.desk)),
        files=(File("lock.txt", lock.encode()), *(File(n, data) for n, data in demand.built)),
        variables=uv_variables(),
        after=(Step((python, "-I", "-S", "-c", _FINISH), "compile"),),
    )
    install(bench.desk, bench.access, work, f"cannot install {what}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def installed_packages(folder: Path) -> dict[str, str]:
    """Name -> version of the distributions below `folder`, by the names of their dist-info."""
    found: dict[str, str] = {}
    for path in sorted([*folder.glob("*.dist-info"), *folder.glob("*/*/*.dist-info")]):
        name, _, version = path.name.removesuffix(".dist-info").partition("-")
        found[canonicalize_name(name)] = version
    return found


def _text(name: str, lines: Iterable[str]) -> File:
    return File(name, "".join(f"{line}\n" for line in lines).encode())
