"""What the host tells a keeper, as plain values: the root, the walls, the resident itself."""

import itertools
import marshal
import math
import os
import resource
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from doc_healing.model import File, Limits, Program
from doc_healing.sandboxes import jail, seccomp, walls

FORK = ".doc-healing-fork.py"  # in a resident's directory: its side of our protocol
_DIRECTORIES = (
    "usr", "proc", "tmp", "work/no", "home/doc", "etc/alternatives", "dev/pts", "dev/shm", "var",
)  # fmt: skip
_DEVICE_LINKS = (
    ("dev/fd", "/proc/self/fd"), ("dev/stdin", "/proc/self/fd/0"),
    ("dev/stdout", "/proc/self/fd/1"), ("dev/stderr", "/proc/self/fd/2"),
    ("dev/core", "/proc/kcore"), ("dev/ptmx", "pts/ptmx"), ("var/tmp", "/tmp"),
)  # fmt: skip


def plan(
    program: Program,
    limits: Limits,
    entrances: Sequence[str],
    filters: tuple[bytes, bytes],
) -> bytes:
    """All that a keeper is told. Raises InfraError for a mount or a name that is not safe.

    `filters` are those of a program and of a resident, which may join what a program cannot.
    """
    resident = program.resident
    assert resident is not None  # that is how the program came here
    for mount in program.mounts:
        jail.check_mount(mount)
    own = [*resident.files, File(FORK, _inside())]
    for file in own:
        jail.check_name(file.name)
    told: dict[str, Any] = {
        "entrances": list(entrances),
        "user": jail.USER,
        "host_name": jail.HOST_NAME,
        "directories": list(_DIRECTORIES),
        "files": list(_small_files(limits)),
        "links": [*_DEVICE_LINKS, *_root_links()],
        "devices": list(jail.DEVICES),
        "binds": list(_binds(program)),
        "masks": list(_masks()),
        "disk_mib": limits.disk_mib,
        "inodes": limits.inodes,
        "rlimits": list(_rlimits(limits)),
        "own_files": [(file.name, file.data) for file in own],
        "argv": list(resident.argv),
        "variables": {"PWD": "/work", **jail.variables(program)},
        "fork": FORK,
        "attempts": walls.ATTEMPTS,
        "filter": filters[0],
        "joining_filter": filters[1],
    }
    return marshal.dumps(told)


def packed(program: Program) -> bytes:
    """The program's files as the forked process unpacks them, but for those of its resident."""
    known = set(program.resident.files) if program.resident else set()
    parts = []
    for file in program.files:
        if file in known:
            continue
        jail.check_name(file.name)
        name = os.fsencode(file.name)
        mode = 0o755 if file.executable else 0o644
        lengths = (mode, len(name), len(file.data))
        parts += [b"".join(one.to_bytes(4, "little") for one in lengths), name, file.data]
    return b"".join(parts)


def filters(machine: seccomp.Machine, *, weighed: bool) -> tuple[bytes, bytes]:
    """A program's system call filter, and a resident's."""
    return (
        seccomp.assemble(machine, weighed=weighed),
        seccomp.assemble(machine, weighed=weighed, joins=True),
    )


def keeper() -> bytes:
    """The keeper's text."""
    return Path(__file__).with_name("resident_keeper.py").read_bytes()


def _inside() -> bytes:
    return Path(__file__).with_name("resident_inside.py").read_bytes()


def _small_files(limits: Limits) -> Iterator[tuple[str, bytes]]:
    for name, text in jail.SMALL_FILES.items():
        yield ("work/nothing" if name == "nothing" else name), text.encode()
    yield "work/meminfo", jail.memory_facts(limits.memory_mib).encode()


def _root_links() -> Iterator[tuple[str, str]]:
    for name in jail.ROOT_DIRECTORIES:
        if (path := Path("/", name)).is_symlink():
            yield name, str(path.readlink())


def _binds(program: Program) -> Iterator[tuple[str, str]]:
    yield "/usr", "/usr"
    for name in jail.ROOT_DIRECTORIES:
        if (path := Path("/", name)).is_dir() and not path.is_symlink():
            yield f"/{name}", f"/{name}"
    for source, target in jail.SHARED:
        if Path(source).exists():
            yield source, target
    for mount in program.mounts:
        if not (mount.source == mount.target and mount.source.startswith("/usr/")):
            yield mount.source, mount.target


def _masks() -> Iterator[tuple[str, str]]:
    """What covers files and directories of /proc, as a cold run covers them."""
    yield "meminfo", "meminfo"
    for source, name in itertools.chain(
        (("nothing", name) for name in jail.HIDDEN_FILES),
        (("no", name) for name in jail.HIDDEN_DIRECTORIES),
    ):
        if Path("/proc", name).exists():
            yield source, name


def _rlimits(limits: Limits) -> Iterator[tuple[int, int]]:
    yield resource.RLIMIT_CORE, 0
    yield resource.RLIMIT_NOFILE, limits.open_files
    yield resource.RLIMIT_CPU, math.ceil(limits.cpu_seconds) + 1
    yield resource.RLIMIT_NPROC, limits.processes
    yield resource.RLIMIT_SIGPENDING, 4096
    yield resource.RLIMIT_MSGQUEUE, 1 << 16


def key(program: Program, limits: Limits) -> tuple[object, ...]:
    """What two programs must share to be forked from one resident.

    Time on the clock and the length of what is printed are the host's to watch, run by run.
    """
    kept = replace(limits, wall_seconds=0.0, output_kib=0)
    variables: Mapping[str, str] = program.variables
    return program.resident, program.mounts, tuple(sorted(variables.items())), kept
