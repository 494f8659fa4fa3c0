"""What a jail looks like from inside, as text: two small shell scripts and bwrap's arguments.

The *launcher* runs outside: it enters the control group, mounts the one sized tmpfs that is all
a program can write to, fills in `/etc` and the program's files, and becomes bwrap. No code of a
snippet has run by then, so none of these paths can have been planted. The *runner* runs inside:
it waits for our word, runs the steps, and says on its own channel how each ended.

bwrap 0.8 cannot limit a tmpfs' inodes, and its tmpfs are one limit each. So one is mounted here,
in a mount namespace of its own, over `/sys`: a directory that every Linux has and no jail needs.
"""

import functools
import io
import math
import os
import posixpath
import shlex
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from doc_healing.errors import InfraError
from doc_healing.model import File, Limits, Mount, Program

USER = 1000
HOST_NAME = "doc-healing"
SPACE = "/sys"  # where the tmpfs stands in the launcher's mount namespace

# The launcher's file descriptors. The program gets 0 to 3 and no other.
STDIN, STDOUT, STDERR, REPORT, STATUS, GO, ARGUMENTS, FILES, FILTER, INFO = range(10)

VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/home/doc",
        "USER": "doc",
        "LOGNAME": "doc",
        "SHELL": "/bin/sh",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "dumb",
        "COLUMNS": "80",
        "LINES": "24",
        "PYTHONHASHSEED": "0",
    }
)

_LAUNCHER = """
umask 022
options=$1; bwrap=$2; runner=$3; root=$4; shift 4
for entrance do echo 0 > "$entrance" || exit 90; done
mount -t tmpfs -o "$options" doc-healing /sys || exit 91
tar -xmof - -C /sys <&7 || exit 93
[ "$root" = 0 ] || mount -o bind,ro,nosuid /dev /sys/dev || exit 91
cd /sys/work || exit 92
exec 7<&-
exec "$bwrap" --args 6 -- /bin/sh -c "$runner"
"""

_DIRECTORIES = ("work", "home", "tmp", "shm", "etc", "etc/alternatives", "no", "dev")
SMALL_FILES: Mapping[str, str] = MappingProxyType(
    {
        "etc/passwd": (
            "root:x:0:0:root:/root:/bin/sh\n"
            f"doc:x:{USER}:{USER}:doc:/home/doc:/bin/sh\n"
            "nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n"
        ),
        "etc/group": f"root:x:0:\ndoc:x:{USER}:\nnogroup:x:65534:\n",
        "etc/hosts": f"127.0.0.1 localhost {HOST_NAME}\n::1 localhost ip6-localhost\n",
        "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "etc/hostname": f"{HOST_NAME}\n",
        "etc/os-release": 'PRETTY_NAME="doc-healing sandbox"\nID=linux\n',
        "etc/ld.so.cache": "",  # these two are covered by the host's, where it has them
        "etc/localtime": "",
        "etc/resolv.conf": "",
        "nothing": "",
    }
)

# Files and directories of /proc that tell of the host; those that are there are covered. Each
# costs a tenth of a millisecond a run, so what needs a capability to be read is not in the list.
HIDDEN_FILES = (
    "cmdline", "diskstats", "interrupts", "kallsyms", "kcore", "key-users", "keys", "kmsg",
    "latency_stats", "locks", "modules", "partitions", "sched_debug", "slabinfo",
    "sysrq-trigger", "timer_list", "vmallocinfo",
)  # fmt: skip
HIDDEN_DIRECTORIES = ("acpi", "asound", "driver", "fs", "scsi")
ROOT_DIRECTORIES = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
SHARED = (
    ("/etc/ld.so.cache", "/etc/ld.so.cache"),
    ("/usr/share/zoneinfo/UTC", "/etc/localtime"),
    ("/etc/alternatives", "/etc/alternatives"),
)  # of the host, where it has them
_KEPT = ("/proc", "/dev", "/sys", "/etc", "/usr", "/bin", "/sbin", "/work", "/tmp", "/")
_ARGUMENT_BYTES = 130_000  # Linux takes 128 KiB in one argument
_NAME_BYTES, _PATH_BYTES = 255, 4095


def launcher(bwrap: str, program: Program, limits: Limits, entrances: Iterable[str]) -> list[str]:
    """The launcher's argv after the command that gives it namespaces of its own."""
    options = (
        f"size={limits.disk_mib}m,nr_inodes={limits.inodes + _own_inodes()},mode=755,nosuid,nodev"
    )
    words = [options, bwrap, runner(program, limits), "1" if os.geteuid() == 0 else "0"]
    return ["/bin/sh", "-c", _LAUNCHER, "sh", *words, *entrances]


def arguments(program: Program) -> bytes:
    """Everything bwrap is told, NUL separated, for `--args`."""
    return b"\0".join(os.fsencode(word) for word in _arguments(program)) + b"\0"


def variables(program: Program) -> dict[str, str]:
    """The whole environment of a program. Raises InfraError for what no environment can hold."""
    whole = {**VARIABLES, **program.variables}
    for name, value in whole.items():
        if not name or "=" in name or "\0" in name + value:
            raise InfraError(f"environment variable {name!r} cannot be set")
    return whole


def archive(files: Iterable[File], limits: Limits) -> bytes:
    """All that stands in the tmpfs at the start, as a tar stream; the files are below `work`.

    One archive, because each command that the launcher would need instead costs a millisecond.
    Raises InfraError for a name that is not safe.
    """
    stream = io.BytesIO()
    stream.write(_fixed_members(limits.memory_mib))
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for file in files:
            check_name(file.name)
            _add(tar, replace(file, name=f"work/{file.name}"))
    return stream.getvalue()


@functools.lru_cache(maxsize=8)
def _fixed_members(memory_mib: int) -> bytes:
    """The directories and small files of every jail: the start of an archive, without its end."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in _DIRECTORIES:
            directory = tarfile.TarInfo(name)
            directory.type, directory.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(directory)
        for name, text in {**SMALL_FILES, "meminfo": memory_facts(memory_mib)}.items():
            _add(tar, File(name, text.encode()))
        return stream.getvalue()  # before the two empty records that end an archive


def _add(tar: tarfile.TarFile, file: File) -> None:
    member = tarfile.TarInfo(file.name)
    member.size = len(file.data)
    member.mode = 0o755 if file.executable else 0o644
    tar.addfile(member, io.BytesIO(file.data))


def memory_facts(memory_mib: int) -> str:
    """A /proc/meminfo by which runtimes choose the size of their heaps (proc_meminfo(5), kB)."""
    total = memory_mib * 1024
    sizes = {"MemTotal": total, "MemFree": total, "MemAvailable": total}
    sizes |= dict.fromkeys(("Buffers", "Cached", "SwapTotal", "SwapFree"), 0)
    return "".join(f"{name}: {size} kB\n" for name, size in sizes.items())


def check_name(name: str) -> None:
    """Refuse a file name that is absolute, climbs, is too long or cannot be one."""
    raw = os.fsencode(name)
    parts = name.split("/")
    problem = (
        "is empty" if not name
        else "holds a NUL" if "\0" in name
        else "is absolute" if name.startswith("/")
        else "leaves its directory" if ".." in parts
        else "has an empty part" if "" in parts or "." in parts
        else "is too long" if len(raw) > _PATH_BYTES - 64 or _longest(parts) > _NAME_BYTES
        else ""
    )  # fmt: skip
    if problem:
        raise InfraError(f"file name {name[:80]!r} {problem}")


def _longest(parts: Iterable[str]) -> int:
    return max(len(os.fsencode(part)) for part in parts)


def _own_inodes() -> int:
    """Inodes of the tmpfs that the launcher uses up before the program starts."""
    return 1 + len(_DIRECTORIES) + len(SMALL_FILES) + 1  # with its root and meminfo


def _arguments(program: Program) -> Iterator[str]:
    yield from ("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc")
    yield from ("--unshare-uts", "--unshare-cgroup", "--disable-userns")
    yield from ("--uid", str(USER), "--gid", str(USER), "--hostname", HOST_NAME)
    yield from ("--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv")
    yield from ("--seccomp", str(FILTER), "--info-fd", str(INFO))
    yield from _system()
    yield from _spaces()
    yield from _mounts(program)
    yield from ("--remount-ro", "/etc", "--remount-ro", "/", "--chdir", "/work")
    for name, value in variables(program).items():
        yield from ("--setenv", name, value)


def _system() -> Iterator[str]:
    """The read-only root: /usr and its links, a small /etc, /proc without the host, /dev."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ROOT_DIRECTORIES:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), f"/{name}")
        elif path.is_dir():
            yield from ("--ro-bind", f"/{name}", f"/{name}")
    yield from ("--bind", f"{SPACE}/etc", "/etc")  # sealed after the program's mounts
    for source, target in SHARED:
        yield from ("--ro-bind-try", source, target)
    yield from ("--proc", "/proc", "--ro-bind", f"{SPACE}/meminfo", "/proc/meminfo")
    for name in HIDDEN_FILES:
        if Path("/proc", name).exists():
            yield from ("--ro-bind", f"{SPACE}/nothing", f"/proc/{name}")
    for name in HIDDEN_DIRECTORIES:
        if Path("/proc", name).is_dir():
            yield from ("--ro-bind", f"{SPACE}/no", f"/proc/{name}")
    yield from ("--remount-ro", "/proc", "--dev", "/dev")


def _spaces() -> Iterator[str]:
    """The writable directories, all in the one tmpfs; then /dev is sealed.

    The device nodes are the host's own: where we are root, so is their owner in the jail, and a
    chmod of /dev/null would hit every process of the host. On a read-only mount it cannot; and it
    has to be read-only before bwrap gets it, whose own `--remount-ro` forbids devices as well.
    """
    yield from ("--bind", f"{SPACE}/shm", "/dev/shm")
    if os.geteuid() == 0:
        for name in DEVICES:
            yield from ("--dev-bind", f"{SPACE}/dev/{name}", f"/dev/{name}")
    yield from ("--remount-ro", "/dev")
    yield from ("--bind", f"{SPACE}/tmp", "/tmp", "--bind", f"{SPACE}/work", "/work")
    yield from ("--bind", f"{SPACE}/home", "/home/doc", "--symlink", "/tmp", "/var/tmp")


def _mounts(program: Program) -> Iterator[str]:
    for mount in program.mounts:
        check_mount(mount)
        if not (mount.source == mount.target and mount.source.startswith("/usr/")):
            yield from ("--ro-bind", mount.source, mount.target)
    for mount in program.writable:
        check_mount(mount)
        yield from ("--bind", mount.source, mount.target)


def check_mount(mount: Mount) -> None:
    """A mount is ours to name, so a bad one is a fault of ours; it must never widen the jail."""
    target = mount.target
    if not target.startswith("/") or posixpath.normpath(target) != target or "\0" in target:
        raise InfraError(f"mount target {target!r} is not a plain absolute path")
    if target in _KEPT or target.startswith(("/proc/", "/dev/", "/sys/")):
        raise InfraError(f"mount target {target!r} belongs to the sandbox")
    if not mount.source.startswith("/") or not Path(mount.source).exists():
        raise InfraError(f"mount source {mount.source!r} does not exist")


def runner(program: Program, limits: Limits) -> str:
    """The script that runs the steps in the jail.

    Its own stderr is the status channel: a shell reports there that a signal ended a command,
    which its exit code alone (128 + signal, or the program's own) does not tell.
    """
    last = len(program.steps) - 1
    seconds = math.ceil(limits.cpu_seconds) + 1
    lines = [
        "umask 022; exec 6>&2 2>&4 4>&-",
        "missing() { echo missing >&2; exit 127; }",
        f"ulimit -c 0; ulimit -n {limits.open_files}; ulimit -t {seconds}",
        f"ulimit -u {limits.processes} 2>/dev/null || ulimit -p {limits.processes}",
        *_presence(program),
        "echo ready >&2; read -r go <&5 || exit 125; exec 5<&-",
    ]
    for index, step in enumerate(program.steps):
        if not step.argv or any("\0" in word for word in step.argv):
            raise InfraError(f"step {step.name!r} is no command")
        source = "" if index == last else "</dev/null "
        lines += [
            f"echo step {index} >&2",
            # A subshell, because dash redirects itself for a plain command, words and all.
            f"( exec {shlex.join(step.argv)} ) {source}2>&6 6>&-",
            "code=$?; echo exit $code >&2; [ $code -eq 0 ] || exit $code",
        ]
    script = "\n".join(lines)
    if len(os.fsencode(script)) > _ARGUMENT_BYTES:
        raise InfraError("the steps' command lines are too long: put the data in a file")
    return script


def _presence(program: Program) -> Iterator[str]:
    """Says that a toolchain is missing before anything runs that could say so falsely.

    What an earlier step makes in the working directory cannot be there yet.
    """
    for command in dict.fromkeys(step.argv[0] for step in program.steps if step.argv):
        if "/" not in command or (command.startswith("/") and not command.startswith("/work/")):
            yield f"command -v {shlex.quote(command)} >/dev/null || missing"
