"""Which walls really stand on this machine: a program in the jail tries to get past each one.

Not what a version or a sysctl promises, but what was refused. The fixes are exact commands, for
the system that this is.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from doc_healing.model import File, Layer, Limits, Mount, Outcome, Program, Status, Step
from doc_healing.sandboxes import cgroups

_LIMITS = Limits(wall_seconds=10, cpu_seconds=10, memory_mib=256, processes=32, disk_mib=16)

NO_PROC = Layer("bubblewrap", False, "/proc is not mounted", "mount -t proc proc /proc")

# Runs in the jail, in this interpreter. Numbers of system calls: x86_64, else the generic ones.
ATTEMPTS = r"""
import _socket as socket, ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
first = os.uname().machine == "x86_64"
def call(x86, generic, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(x86 if first else generic, *arguments)
    return ctypes.get_errno() if result < 0 else 0
def sock(*arguments):
    try:
        socket.socket(*arguments).close()
    except OSError as error:
        return error.errno
    return 0
def writes(path):
    try:
        open(path, "w").close()
    except OSError:
        return False
    return True
def facts(path):
    with open(path) as stream:
        return dict(l.rstrip("\n").split(":", 1) for l in stream if ":" in l)
status, space = facts("/proc/self/status"), os.statvfs("/work")
terminal = int(open("/proc/self/stat").read().rpartition(")")[2].split()[4])
routes = open("/proc/net/route").read().splitlines()[1:]
links = [l.split(":")[0].strip() for l in open("/proc/net/dev").read().splitlines()[2:]]
os.write(3, repr({
    "namespaces": {n: os.readlink("/proc/self/ns/" + n) for n in os.listdir("/proc/self/ns")},
    "user": os.getuid(),
    "capabilities": [status[n].strip() for n in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "seccomp": status["Seccomp"].strip(),
    "unshare": call(272, 97, 0x10000000),
    "keyctl": call(250, 219, 0, -3, 0),
    "io_uring": call(425, 425, 1, 0),
    "netlink": sock(16, socket.SOCK_RAW, 15),
    "vsock": sock(40, socket.SOCK_STREAM, 0),
    "ptrace": call(101, 117, 0, 0, 0, 0),
    "nested": open("/proc/sys/user/max_user_namespaces").read().strip(),
    "routes": routes, "links": links,
    "writes": [p for p in ("/x", "/usr/x", "/etc/x", "/dev/x", "/proc/self/comm") if writes(p)],
    "host": [p for p in ("/root/.bashrc", "/var/log", "/sys/kernel", "/run") if os.path.exists(p)],
    "environment": sorted(os.environ), "terminal": terminal, "process": os.getpid(),
    "bytes": space.f_blocks * space.f_frsize, "inodes": space.f_files,
    "files": sorted(int(n) for n in os.listdir("/proc/self/fd")), "name": os.uname().nodename,
}).replace("'", '"').encode())  # JSON, without importing it
"""


def probe(
    bwrap: str,
    hierarchy: cgroups.Hierarchy | cgroups.Unusable,
    run: Callable[[Program, Limits], Outcome],
    limits: Limits = _LIMITS,
) -> tuple[Layer, ...]:
    """All layers, in the order in which they matter. `run` runs without asking for them."""
    if not bwrap:
        return (Layer("bubblewrap", False, "bwrap is not installed", _install("bubblewrap")),)
    outcome = run(_program(), limits)
    facts = _facts(outcome)
    if facts is None:
        detail = outcome.detail or outcome.stderr.decode("utf-8", "replace")[-300:]
        return (Layer("bubblewrap", False, detail, _why_no_jail()),)
    return (
        Layer("bubblewrap", True, bwrap),
        *_namespaces(facts),
        *_refusals(facts, limits),
        *_groups(hierarchy),
    )


def _program() -> Program:
    """The attempts, with the interpreter that runs us, wherever it is installed."""
    executable = str(Path(sys.executable).resolve())
    prefix = str(Path(sys.base_prefix).resolve())
    mounts = () if prefix == "/usr" else (Mount(prefix, prefix),)
    step = Step((executable, "-I", "-S", "attempts.py"))
    return Program((File("attempts.py", ATTEMPTS.encode()),), (step,), mounts)


def _facts(outcome: Outcome) -> Mapping[str, Any] | None:
    if outcome.status is not Status.PASSED:
        return None
    try:
        facts = json.loads(outcome.report)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def _namespaces(facts: Mapping[str, Any]) -> Sequence[Layer]:
    """One layer per kind: the jail's namespace is another one than ours."""
    layers = []
    for kind in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
        inside = facts["namespaces"].get(kind)
        try:
            outside = str(Path("/proc/self/ns", kind).readlink())
        except OSError:
            outside = None
        active = inside is not None and inside != outside
        detail = "of its own" if active else "shared with the host"
        fix = "" if active else "a kernel with all namespaces (CONFIG_NAMESPACES)"
        layers.append(Layer(f"{kind} namespace", active, detail, fix, kind != "cgroup"))
    return layers


def _refusals(facts: Mapping[str, Any], limits: Limits) -> Sequence[Layer]:
    """What the program tried and did not get."""
    seccomp = facts["seccomp"] == "2" and all(
        facts[name] for name in ("keyctl", "io_uring", "netlink", "vsock", "ptrace")
    )
    quiet = not facts["routes"] and facts["links"] == ["lo"]
    return [
        _layer("no network", quiet, f"interfaces: {', '.join(facts['links'])}"),
        _layer("no nested namespaces", bool(facts["unshare"]), "unshare(CLONE_NEWUSER) refused"),
        _layer("no capabilities", not any(int(c, 16) for c in facts["capabilities"]), "all empty"),
        _layer("no new privileges", facts["no_new_privileges"] == "1", "setuid has no effect"),
        _layer("seccomp", seccomp, "keyctl, io_uring, netlink, vsock, ptrace refused"),
        _layer("read-only root", not facts["writes"], f"writable: {facts['writes'] or 'nothing'}"),
        _layer("hidden host", not facts["host"], f"seen of it: {facts['host'] or 'nothing'}"),
        _layer("no inherited files", len(facts["files"]) <= 5, f"open: {facts['files']}"),
        _layer("sized disk", _is_sized(facts, limits), "one tmpfs, bytes and inodes limited"),
        _layer("own session", _is_alone(facts), "no controlling terminal"),
        _layer("fixed user", facts["user"] == 1000, f"uid {facts['user']} in the jail"),
    ]


def _layer(name: str, active: bool, detail: str) -> Layer:
    return Layer(name, active, detail, "" if active else "bubblewrap 0.8 or later on Linux 5.10+")


def _is_alone(facts: Mapping[str, Any]) -> bool:
    """Whether its session has no terminal (tty_nr, proc_pid_stat(5)).

    The session's number says nothing: each process namespace counts anew, and where the leader is
    outside it is 0, in the jail as perhaps here.
    """
    return bool(facts["terminal"] == 0)


def _is_sized(facts: Mapping[str, Any], limits: Limits) -> bool:
    fits = facts["bytes"] <= limits.disk_mib * 2**20
    return bool(fits and 0 < facts["inodes"] < limits.inodes + 100)


def _groups(hierarchy: cgroups.Hierarchy | cgroups.Unusable) -> Sequence[Layer]:
    """Limits kept by the kernel where there are cgroups, else by rlimits and a poller."""
    names = ("memory", "process", "CPU")
    if isinstance(hierarchy, cgroups.Hierarchy):
        detail = f"cgroup v{hierarchy.version}"
        return [Layer(f"{name} limit by cgroup", True, detail) for name in names]
    # the kernel exempts root from RLIMIT_NPROC
    tasks = "polled every 20 ms" if os.geteuid() == 0 else "RLIMIT_NPROC"
    how = ("polled every 20 ms", tasks, "polled every 20 ms, RLIMIT_CPU")
    return [
        Layer(
            f"{name} limit by cgroup",
            False,
            f"degraded: {instead} ({hierarchy.reason})",
            hierarchy.fix,
            required=False,
        )
        for name, instead in zip(names, how, strict=True)
    ]


def _why_no_jail() -> str:
    """The exact fix for the usual reasons why no user namespace can be made."""
    if _sysctl("kernel/apparmor_restrict_unprivileged_userns") == "1" and os.geteuid() != 0:
        return (
            "Ubuntu 24.04's AppArmor forbids it: sudo sysctl -w "
            "kernel.apparmor_restrict_unprivileged_userns=0 (for good: put it into "
            "/etc/sysctl.d/60-doc-healing.conf), or install an AppArmor profile for bwrap with "
            "`userns,`"
        )
    if _sysctl("kernel/unprivileged_userns_clone") == "0":
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _sysctl("user/max_user_namespaces") == "0":
        return "sudo sysctl -w user.max_user_namespaces=15000"
    if _in_container():
        return (
            "start the container with: docker run --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined "
            "--cap-add SYS_ADMIN (or --privileged)"
        )
    if _in_chroot():
        return (
            "the kernel gives no user namespace in a chroot, but to root: start it as root, or "
            "enter with systemd-nspawn -D <the directory>"
        )
    return f"{_install('bubblewrap util-linux tar')}; then: bwrap --unshare-all --ro-bind / / true"


def _in_container() -> bool:
    return any(Path(name).exists() for name in ("/.dockerenv", "/run/.containerenv"))


def _in_chroot() -> bool:
    """Whether our root is no mount point, or another one than that of process 1."""
    if not re.search(r"^(\S+ ){4}/ ", Path("/proc/self/mountinfo").read_text(), re.MULTILINE):
        return True
    try:
        return not Path("/").samefile("/proc/1/root")
    except OSError:
        return False


def _sysctl(name: str) -> str:
    path = Path("/proc/sys", name)
    return path.read_text().strip() if path.is_file() else ""


def _install(packages: str) -> str:
    """The command that installs packages on this distribution (os-release(5))."""
    path = Path("/etc/os-release")
    words = set(re.findall(r"[a-z]+", path.read_text().lower())) if path.is_file() else set()
    for known, command in (
        ({"debian", "ubuntu"}, "apt-get install"),
        ({"fedora", "rhel", "centos"}, "dnf install"),
        ({"arch"}, "pacman -S"),
        ({"alpine"}, "apk add"),
        ({"suse", "opensuse"}, "zypper install"),
    ):
        if words & known:
            return f"{command} {packages}"
    return f"install {packages} with the system's package manager"
