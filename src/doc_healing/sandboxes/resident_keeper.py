"""The keeper of one resident: trusted, and in a user namespace of its own. Runs by itself.

It is started by the host as a program (its text comes through a descriptor) on the operator's own
interpreter, with the standard library alone, and takes these descriptors: 3 the host's socket, 4
this text, 5 the plan, 6 the resident's end of its socket, 7 what the resident writes to.

Three processes come of it. The *launcher* enters the control group, builds the read-only root, and
makes the user namespace in which the rest lives. The *keeper*, process 1 of its process
namespace, makes *slots*: jails with nothing in them but a first process. The *resident* is
started by it in a jail of the same walls and no powers. A slot's user namespace is twice nested:
the outer one owns its other namespaces, the inner one owns nothing. Who forks off the resident
joins all of them in one step and so never has any power over them (user_namespaces(7)).

The keeper and a slot's first process cannot be traced or written to while they have powers; once a
slot's first process gave up its own, the resident may look at it: to join its namespaces asks that.
"""

# It starts without pathlib, which costs a fifth of that.
# ruff: noqa: PTH102, PTH103, PTH110, PTH112, PTH120, PTH123, PTH211

from __future__ import annotations

import ctypes
import errno
import fcntl
import marshal
import os
import resource
import select
import struct
import sys

# What these are built on starts several times faster than they do.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    import socket
    from typing import Any, NoReturn
else:
    import _signal as signal
    import _socket as socket

HOST, TEXT, PLAN, SOCKET, NOISE = 3, 4, 5, 6, 7

_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_REST = _NEWNS | _NEWCGROUP | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REMOUNT, _BIND, _REC = 1, 2, 4, 8, 32, 4096, 16384
_DETACH = 2
_SET_PDEATHSIG, _SET_DUMPABLE, _SET_SECCOMP, _CAPBSET_DROP, _NO_NEW_PRIVS = 1, 4, 22, 24, 38
_MOUNT_SETATTR = 442
_HERE = -100  # AT_FDCWD
_CLONE = {"x86_64": 56, "aarch64": 220}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_ROOT = "/sys"  # where the new root is built, as in a cold run
_LAST_CAPABILITY = 63

# PyDLL: nothing here may let go of the interpreter's lock, for a raw clone() copies it as it is.
_libc = ctypes.PyDLL(None, use_errno=True)


def main() -> NoReturn:
    """Build the root, make the namespaces, and keep the resident until the host hangs up."""
    with open(PLAN, "rb") as file:
        plan: dict[str, Any] = marshal.load(file)  # noqa: S302  # ours
    _hide_arguments()
    for entrance in plan["entrances"]:
        _write(entrance, "0")
    os.umask(0o022)
    _build(plan)
    _call("prctl", _SET_DUMPABLE, 0, 0, 0, 0)
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    outside = os.getuid(), os.getgid()
    _call("unshare", _NEWUSER)
    _map(proc, plan["user"], *outside)
    child = _clone(_REST)
    if child == 0:
        _keep(plan)
    os.close(proc)
    for fd in (HOST, SOCKET, NOISE):
        os.close(fd)
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


# --- The root -----------------------------------------------------------------------------------


def _build(plan: dict[str, Any]) -> None:
    """The read-only root of every jail of this keeper; what is fresh in each is mounted over it."""
    _mount("doc-healing", _ROOT, "tmpfs", _NOSUID | _NODEV, "size=4m,mode=755")
    os.chdir(_ROOT)
    for name in plan["directories"]:
        os.makedirs(name, exist_ok=True)
    for name, data in plan["files"]:
        with open(name, "wb") as file:
            file.write(data)
    for name, target in plan["links"]:
        os.symlink(target, name)
    for name in plan["devices"]:
        _bind(f"/dev/{name}", f"dev/{name}", device=True)
    for source, target in plan["binds"]:
        _bind(source, target.lstrip("/"))


def _bind(source: str, target: str, *, device: bool = False) -> None:
    """Bind read-only at once, so that nothing can be made in what is not ours."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        if os.path.dirname(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb"):
            pass
    _mount(source, target, None, _BIND | _REC)
    wanted = _RDONLY | _NOSUID | (0 if device else _NODEV)
    attributes = struct.pack("=QQQQ", wanted, 0, 0, 0)
    _syscall(_MOUNT_SETATTR, _HERE, target.encode(), 0x8000, attributes, len(attributes))


def _enter_root() -> None:
    """Make the root that was built ours and drop the old one, which bears the host's files."""
    _mount("proc", f"{_ROOT}/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    # A copy of the tree: what came from a namespace with more powers is locked in its place.
    _mount(_ROOT, _ROOT, None, _BIND | _REC)
    os.chdir(_ROOT)
    _call("pivot_root", b".", b".")
    _call("umount2", b".", _DETACH)
    os.chdir("/")
    _mount(None, "/", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)


def _furnish(plan: dict[str, Any]) -> int:
    """Mount what is fresh in a jail; gives a descriptor of the one tmpfs that it may fill."""
    os.chdir("/work")  # of the root itself: it holds what covers files of /proc
    space = f"size={plan['disk_mib']}m,nr_inodes={plan['inodes'] + 5},mode=755"
    _mount("doc-healing", "/work", "tmpfs", _NOSUID | _NODEV, space)
    fd = os.open("/work", os.O_RDONLY | os.O_DIRECTORY)
    for name, target in (("tmp", "/tmp"), ("home", "/home/doc"), ("shm", "/dev/shm")):
        os.mkdir(f"/work/{name}")
        _mount(f"/work/{name}", target, None, _BIND)
    os.mkdir("/work/work")
    _mount("/work/work", "/work", None, _BIND)
    _mount("devpts", "/dev/pts", "devpts", _NOSUID | _NOEXEC, "newinstance,ptmxmode=0666,mode=620")
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    for source, target in plan["masks"]:
        _mount(source, f"/proc/{target}", None, _BIND)
    _mount(None, "/proc", None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV | _NOEXEC)
    os.chdir("/work")
    return fd


# --- The keeper ---------------------------------------------------------------------------------


class _Keeper:
    """What the keeper knows: its resident, and the slot that its next program takes."""

    def __init__(self, plan: dict[str, Any], host: socket.socket) -> None:
        self.plan = plan
        self.host = host
        self.resident = 0
        self.slot = 0  # its first process, while it lives
        self.open = False
        self.prover = 0


def _keep(plan: dict[str, Any]) -> NoReturn:
    _call("prctl", _SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.closerange(NOISE + 1, 64)
    _enter_root()
    _raise_loopback()
    _call("sethostname", plan["host_name"].encode(), len(plan["host_name"]))
    keeper = _Keeper(plan, socket.socket(fileno=HOST))
    awake, wake = os.pipe()
    for fd in (awake, wake):
        os.set_blocking(fd, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    keeper.resident = _clone(_NEWNS)
    if keeper.resident == 0:
        _guarded(_become_resident, plan)
    os.close(SOCKET)
    os.close(NOISE)
    poll = select.poll()
    poll.register(HOST, select.POLLIN)
    poll.register(awake, select.POLLIN)
    while True:
        for fd, _ in poll.poll():
            if fd == awake:
                os.read(awake, 4096)
                _reap(keeper)
            else:
                _obey(keeper)


def _obey(keeper: _Keeper) -> None:
    """Do what the host says; where it hangs up, end, and everything with us."""
    word, fds = _hear(keeper.host, 1)
    if word == b"slot":
        _open_slot(keeper)
    elif word == b"kill":
        if keeper.slot:
            os.kill(keeper.slot, signal.SIGKILL)
    elif word == b"abort":
        _abort(keeper)
    elif word == b"prove":
        _prove(keeper, fds[0])
    else:
        os._exit(0)


def _reap(keeper: _Keeper) -> None:
    """Bury the dead. Whoever came to us out of the slot is the slot's program."""
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if dead is None:
            return
        inside = _is_inside(dead.si_pid)
        pid, status = os.waitpid(dead.si_pid, 0)
        if pid == keeper.resident:
            os._exit(1)
        if pid == keeper.slot:
            keeper.slot = 0
        elif pid == keeper.prover:
            keeper.prover = 0
        elif keeper.open and inside:
            _end(keeper)
            _tell(keeper.host, b"exit %d" % os.waitstatus_to_exitcode(status))


def _is_inside(pid: int) -> bool:
    """Whether a child of ours lived in a namespace below: what the resident left behind did not.

    A module may have started a daemon when it was imported, whose end is nobody's verdict.
    """
    with open(f"/proc/{pid}/status") as file:
        numbers = next((line.split() for line in file if line.startswith("NSpid:")), [])
    return len(numbers) > 2


def _end(keeper: _Keeper) -> None:
    """Kill the slot's first process; when it is gone, so are all of its namespace."""
    if keeper.slot:
        os.kill(keeper.slot, signal.SIGKILL)
        os.waitpid(keeper.slot, 0)
    keeper.slot, keeper.open = 0, False


def _abort(keeper: _Keeper) -> None:
    with open("/proc/1/task/1/children") as file:
        children = [int(word) for word in file.read().split()]
    for pid in children:
        if pid not in (keeper.resident, keeper.slot, keeper.prover) and _is_inside(pid):
            os.kill(pid, signal.SIGABRT)


def _tell(to: socket.socket, word: bytes, fds: tuple[int, ...] = ()) -> None:
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack(f"={len(fds)}i", *fds))]
    to.sendmsg([word], rights if fds else [])


def _hear(of: socket.socket, most: int) -> tuple[bytes, list[int]]:
    word, rights, _, _ = of.recvmsg(16, socket.CMSG_SPACE(4 * most), socket.MSG_CMSG_CLOEXEC)
    return word, [fd for _, _, data in rights for (fd,) in struct.iter_unpack("=i", data)]


# --- Slots --------------------------------------------------------------------------------------


def _open_slot(keeper: _Keeper) -> None:
    """Make an empty jail and hand the host its first process and its tmpfs."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    opened, open_ = os.pipe()
    pid = _clone(_NEWUSER | _NEWNS | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET)
    if pid == 0:
        _guarded(_be_slot, keeper.plan, theirs, open_)
    keeper.slot, keeper.open = pid, True
    theirs.close()
    os.close(open_)
    word, fds = _hear(ours, 1)
    ours.close()
    process = os.pidfd_open(pid)
    if word == b"ready" and os.read(opened, 1):
        _tell(keeper.host, b"slot", (process, *fds))
    else:
        _tell(keeper.host, b"none")
    for fd in (process, opened, *fds):
        os.close(fd)


def _be_slot(plan: dict[str, Any], keeper: socket.socket, open_: int) -> NoReturn:
    """A slot's first process: furnishes the jail, gives up all powers, and sits in it."""
    user = plan["user"]
    signal.set_wakeup_fd(-1)
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)  # the keeper's own, whole and writable
    _map(proc, user, user, user)
    _call("unshare", _NEWCGROUP)
    _raise_loopback()
    _call("sethostname", plan["host_name"].encode(), len(plan["host_name"]))
    space = _furnish(plan)
    _call("unshare", _NEWUSER)
    _map(proc, user, user, user)
    _write("sys/user/max_user_namespaces", "0", proc)
    os.setsid()
    _drop_powers()
    _filter(plan["filter"])
    _tell(keeper, b"ready", (space,))
    os.dup2(open_, 0)
    os.closerange(1, 64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries its orphans
    _call("prctl", _SET_DUMPABLE, 1, 0, 0, 0)
    os.write(0, b".")
    os.close(0)
    while True:
        signal.pause()


# --- The resident -------------------------------------------------------------------------------


def _become_resident(plan: dict[str, Any]) -> NoReturn:
    """The same walls as a slot's program has, but for the one call that leads into a slot."""
    _settle(plan, SOCKET, NOISE)
    os.execve(plan["argv"][0], plan["argv"], plan["variables"])


def _settle(plan: dict[str, Any], host: int, noise: int) -> None:
    """Furnish a jail around us and give up all powers; nothing is open but the four streams."""
    signal.set_wakeup_fd(-1)
    os.close(_furnish(plan))
    os.setsid()
    for kind, most in plan["rlimits"]:
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    for name, data in plan["own_files"]:
        if os.path.dirname(name):
            os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "wb") as file:
            file.write(data)
    nothing = os.open("/dev/null", os.O_RDONLY)
    streams = [fcntl.fcntl(fd, fcntl.F_DUPFD, 16) for fd in (nothing, noise, noise, host)]
    for target, fd in enumerate(streams):
        os.dup2(fd, target)
    os.closerange(4, 64)
    for number in signal.valid_signals():
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
    _drop_powers()
    _filter(plan["joining_filter"])


# --- The proof ----------------------------------------------------------------------------------


def _prove(keeper: _Keeper, host: int) -> None:
    """Fork a resident that is no interpreter of its own, whose program tries to get out."""
    keeper.prover = _clone(_NEWNS)
    if keeper.prover == 0:
        _guarded(_become_prover, keeper.plan, host)
    os.close(host)


def _become_prover(plan: dict[str, Any], host: int) -> NoReturn:
    _settle(plan, host, 2)
    kept: dict[str, Any] = {}
    with open(plan["fork"]) as file:
        exec(file.read(), kept)  # noqa: S102  # ours
    forking = kept["Forking"]()
    forking.say(b"ready")
    forking.serve()
    exec(plan["attempts"], {})  # noqa: S102  # ours
    os._exit(0)


# --- System calls -------------------------------------------------------------------------------


def _guarded(work: Any, *arguments: Any) -> NoReturn:
    """Run a child's part; a child must never come back into its parent's loop."""
    try:
        work(*arguments)
    except BaseException as error:  # noqa: BLE001  # whatever it is, it ends here
        os.write(2, f"{work.__name__}: {error!r}\n".encode())
    os._exit(70)


def _drop_powers() -> None:
    """No capability, in no set, and none to be had again (capabilities(7))."""
    for number in range(_LAST_CAPABILITY):
        if _libc.prctl(_CAPBSET_DROP, number, 0, 0, 0):
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    _syscall(_CAPSET[os.uname().machine], header, bytes(24))
    _call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)


def _filter(program: bytes) -> None:
    kept = ctypes.create_string_buffer(program, len(program))
    text = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    _call("prctl", _SET_SECCOMP, 2, text, 0, 0)


def _map(proc: int, user: int, outer_user: int, outer_group: int) -> None:
    """Say who we are in the user namespace that we have just entered."""
    _write("self/setgroups", "deny", proc)
    _write("self/gid_map", f"{user} {outer_group} 1", proc)
    _write("self/uid_map", f"{user} {outer_user} 1", proc)


def _raise_loopback() -> None:
    any_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    request = struct.pack("16sh22x", b"lo", 0x41)  # IFF_UP | IFF_RUNNING
    fcntl.ioctl(any_socket.fileno(), 0x8914, request)  # SIOCSIFFLAGS
    any_socket.close()


def _hide_arguments() -> None:
    """Overwrite our command line, which names places of the host; a slot's program can read it."""
    with open("/proc/self/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    start, end = int(fields[45]), int(fields[46])  # arg_start, arg_end (proc_pid_stat(5))
    ctypes.memset(start, 0, end - start)
    ctypes.memmove(start, b"doc-healing", min(11, end - start - 1))


def _clone(flags: int) -> int:
    """A bare clone(2). There is but one thread, so nothing is left half done in the child."""
    return _syscall(_CLONE[os.uname().machine], flags | signal.SIGCHLD, 0, 0, 0, 0)


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    words = [None if word is None else word.encode() for word in (source, target, kind, data)]
    if _libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]):
        code = ctypes.get_errno()
        raise OSError(code, f"mount: {os.strerror(code)}", target)


def _syscall(number: int, *arguments: Any) -> int:
    words = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result: int = _libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"system call {number}: {os.strerror(code)}")
    return result


def _call(name: str, *arguments: Any) -> None:
    if getattr(_libc, name)(*arguments):
        code = ctypes.get_errno() or errno.EINVAL
        raise OSError(code, f"{name}: {os.strerror(code)}")


def _write(path: str, text: str, directory: int | None = None) -> None:
    fd = os.open(path, os.O_WRONLY, dir_fd=directory)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(str(error))
