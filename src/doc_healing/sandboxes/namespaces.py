"""Where root lacks what a jail needs, in a chroot or a container: mount namespaces of our own.

In a plain chroot the kernel gives nobody a user namespace: EPERM (user_namespaces(7)). Root can
mend that for its own processes. A mount namespace whose root *is* the chroot's directory is as
good as a container: the check only asks whether a process' root is that of its namespace.

And where no control group can be written, root mounts them for itself. It must: the kernel
exempts root from RLIMIT_NPROC, so that nothing else would stop a fork bomb (it took a poller two
minutes and 20,000 processes). Both are made once, by a short helper; nothing outside changes.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from doc_healing import settings
from doc_healing.sandboxes import processes

# They run in an interpreter of their own: only a process of one thread may enter a mount
# namespace. setns() into the namespace one is in sets root and directory to that namespace's own
# root; the chroot's directory is then bound on itself, for only a mount point can become a root.
_START = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
NEWNS, BIND, REC, PRIVATE, DETACH = 0x20000, 0x1000, 0x4000, 0x40000, 2
def attempt(name, *arguments):
    return getattr(libc, name)(*arguments) == 0
def call(name, *arguments):
    if not attempt(name, *arguments):
        sys.exit(name + ": " + os.strerror(ctypes.get_errno()))
call("unshare", NEWNS)
own, root = os.open("/proc/self/ns/mnt", os.O_RDONLY), os.open("/", os.O_PATH)
call("setns", own, NEWNS)
call("mount", None, b"/", None, REC | PRIVATE, None)
os.fchdir(root)
"""
_ROOT = """
here = os.getcwdb()
call("mount", here, here, None, BIND | REC, None)
os.chdir(here)
call("pivot_root", b".", b".")
call("umount2", b".", DETACH)
"""
_GROUPS = """
call("mount", b"none", b"sys", b"tmpfs", 0, b"size=64k")
for kind, name in (b"cgroup2", b""), *((b"cgroup", c) for c in (b"memory", b"pids", b"cpuacct")):
    point = b"sys/" + (name or kind)
    os.mkdir(point)
    if attempt("mount", b"none", point, kind, 0, name):
        print(name.decode(), os.open(point, os.O_PATH), flush=True)
"""
_END = """
print("ready", flush=True)
sys.stdin.read()
"""


def of_our_root() -> int | None:
    """A descriptor of a mount namespace in which our root is no chroot; the caller closes it.

    None where none is needed, and where none can be had (`probe` then finds that no jail starts).
    """
    if not processes.is_admin() or _gives_user_namespaces():
        return None
    with contextlib.suppress(OSError), _helper(_ROOT) as (pid, lines):
        if lines[-1:] == ["ready"]:
            return os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    return None


def with_groups() -> tuple[str, tuple[int, ...]]:
    """The control groups mounted for us alone, as a mountinfo text, and its descriptors.

    The text names them below our own /proc, so it holds while the descriptors are open.
    """
    text, fds = "", []
    if processes.is_admin():
        with contextlib.suppress(OSError), _helper(_GROUPS) as (pid, lines):
            for line in lines[:-1]:
                name, _, number = line.rpartition(" ")
                fd = os.open(f"/proc/{pid}/fd/{number}", os.O_RDONLY | os.O_CLOEXEC)
                fds.append(fd)
                kind = f"cgroup cgroup rw,{name}" if name else "cgroup2 cgroup2 rw"
                text += f"0 0 0:0 / /proc/{os.getpid()}/fd/{fd} rw - {kind}\n"
    return text, tuple(fds)


@contextlib.contextmanager
def _helper(work: str) -> Iterator[tuple[int, list[str]]]:
    """A process that did this work in a mount namespace of its own, and what it printed."""
    command = [sys.executable, "-I", "-S", "-c", _START + work + _END]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as helper:
        assert helper.stdout is not None  # it is a pipe
        lines: list[str] = []
        while lines[-1:] != ["ready"] and (line := helper.stdout.readline()):
            lines.append(line.removesuffix("\n"))
        yield helper.pid, lines


def _gives_user_namespaces() -> bool:
    """Whether the kernel makes one for us here, found out by asking it for one."""
    unshare = settings.program("unshare")
    if unshare is None:
        return True  # nothing can be made without it: the first run says so
    asked = subprocess.run(
        [unshare, "--user", "--", "/bin/true"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0
