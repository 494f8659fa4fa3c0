"""The system call filter: a deny list as classic BPF, assembled here without a native library.

It closes what namespaces leave open: kernel keyrings, io_uring, vsock, netlink, nested
namespaces, tracing, and system calls of a foreign ABI (32 bit, x32), whose numbers differ and
would pass a filter that looks at numbers alone. The list is that of isolate 2.6 and of Docker's
default profile; see seccomp(2) for the layout of `struct seccomp_data`.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EPERM = 1
ENOMEM = 12
ENOSYS = 38
EPROTONOSUPPORT = 93
EAFNOSUPPORT = 97

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_X32 = 0x40000000

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; unshare also knows NEWTIME.
_NAMESPACES = 0x7E020000
_TIME_NAMESPACE = 0x80

_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_SOCK_STREAM, _SOCK_DGRAM = 1, 2
_TCP, _UDP = 6, 17
_TIOCSTI, _TIOCLINUX, _TIOCSETD = 0x5412, 0x541C, 0x5423
# Pages of the machine's pool of huge ones, which no memory cgroup counts: the flag of each call.
_MFD_HUGETLB, _SHM_HUGETLB, _MAP_HUGETLB = 0x4, 0o4000, 0x40000
# With a lease on a file that is ours, a reader holds up whoever opens it to write, for 45 seconds.
_F_SETLEASE = 1024
# The first number after the calls of Linux 6.18: what later kernels add has been judged by nobody.
# Above lie also those that x86_64 keeps for x32 (512 to 547).
_UNKNOWN = 471
_PERSONALITIES = (0, 8, 0x20000, 0x20008, 0xFFFFFFFF)  # Docker's list

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture: its audit number and its numbers of the system calls named below."""

    audit: int
    x32: bool
    calls: Mapping[str, int]


# Refused as not permitted. Numbers of asm/unistd_64.h and of asm-generic/unistd.h.
_X86_64 = {
    "ptrace": 101, "syslog": 103, "ustat": 136, "sysfs": 139, "modify_ldt": 154,
    "pivot_root": 155, "_sysctl": 156, "adjtimex": 159, "chroot": 161, "acct": 163,
    "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168,
    "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173,
    "create_module": 174, "init_module": 175, "delete_module": 176, "get_kernel_syms": 177,
    "query_module": 178, "quotactl": 179, "nfsservctl": 180, "lookup_dcookie": 212,
    "clock_settime": 227, "kexec_load": 246, "add_key": 248, "request_key": 249,
    "keyctl": 250, "migrate_pages": 256, "move_pages": 279, "vhangup": 153,
    "perf_event_open": 298, "fanotify_init": 300, "open_by_handle_at": 304,
    "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
    "kcmp": 312, "finit_module": 313, "kexec_file_load": 320, "bpf": 321,
    "userfaultfd": 323, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442,
    "quotactl_fd": 443, "uselib": 134,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432,
    "fspick": 433, "open_tree_attr": 467,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "clone3": 435,
    "memfd_secret": 447,
    "socket": 41, "socketpair": 53, "clone": 56, "unshare": 272, "ioctl": 16,
    "personality": 135, "memfd_create": 319, "shmget": 29, "mmap": 9, "fcntl": 72,
}  # fmt: skip
_AARCH64 = {
    "ptrace": 117, "syslog": 116, "pivot_root": 41, "adjtimex": 171, "chroot": 51, "acct": 89,
    "settimeofday": 170, "mount": 40, "umount2": 39, "swapon": 224, "swapoff": 225,
    "reboot": 142, "sethostname": 161, "setdomainname": 162, "init_module": 105,
    "delete_module": 106, "quotactl": 60, "nfsservctl": 42, "lookup_dcookie": 18,
    "clock_settime": 112, "kexec_load": 104, "add_key": 217, "request_key": 218,
    "keyctl": 219, "migrate_pages": 238, "move_pages": 239, "vhangup": 58,
    "perf_event_open": 241, "fanotify_init": 262, "open_by_handle_at": 265,
    "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "kcmp": 272, "finit_module": 273, "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282,
    "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432,
    "fspick": 433, "open_tree_attr": 467,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "clone3": 435,
    "memfd_secret": 447,
    "socket": 198, "socketpair": 199, "clone": 220, "unshare": 97, "ioctl": 29,
    "personality": 92, "memfd_create": 279, "shmget": 194, "mmap": 222, "fcntl": 25,
}  # fmt: skip

MACHINES: Mapping[str, Machine] = {
    "x86_64": Machine(0xC000003E, True, _X86_64),
    "aarch64": Machine(0xC00000B7, False, _AARCH64),
}

# Answered as if the kernel were too old, so that runtimes fall back: libuv to epoll, glibc to
# clone, whose flags (unlike those of clone3, which lie behind a pointer) a filter can read.
_NOT_THERE = ("io_uring_setup", "io_uring_enter", "io_uring_register", "clone3", "memfd_secret")
# Memory that belongs to no process and no file of the tmpfs: where there is no cgroup, nothing
# could weigh it.
_UNWEIGHED = ("memfd_create", "shmget")


def assemble(machine: Machine, *, weighed: bool = True, joins: bool = False) -> bytes:
    """The filter for a machine, as the array of `struct sock_filter` that bwrap takes.

    `weighed` says that a cgroup accounts for all memory; else what a poller cannot see is refused.
    `joins`: a resident may join all namespaces of a process at once, and never fewer.
    """
    program = [*_entry(machine)]
    rules = {n: r for n, r in _rules().items() if weighed or n not in _UNWEIGHED}
    if joins:
        rules["setns"] = _joining_rule()
    for name, number in machine.calls.items():
        if name in rules:
            continue
        error = ENOSYS if name in _NOT_THERE + _UNWEIGHED else EPERM
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]
    for name, rule in rules.items():
        program += [(_EQUAL, 0, len(rule), machine.calls[name]), *rule]
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _entry(machine: Machine) -> Sequence[Instruction]:
    """Kill on a foreign ABI, then have the number of the system call in the accumulator."""
    x32 = [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL_PROCESS)] if machine.x32 else []
    return [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
        *x32,
        (_AT_LEAST, 0, 1, _UNKNOWN),
        (_RETURN, 0, 0, _ERRNO | ENOSYS),
    ]


def _rules() -> Mapping[str, Sequence[Instruction]]:
    """What decides by arguments. Every rule ends with a return, so none has to go back."""
    deny = (_RETURN, 0, 0, _ERRNO | EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    return {
        "socket": _socket_rule(),
        "socketpair": _socket_rule(),
        "clone": [_argument(0), (_ANY_BIT, 0, 1, _NAMESPACES), deny, allow],
        "unshare": [
            _argument(0),
            (_ANY_BIT, 0, 1, _NAMESPACES | _TIME_NAMESPACE),
            deny,
            allow,
        ],
        "ioctl": [  # the last one loads the module of any line discipline
            _argument(1),
            (_EQUAL, 2, 0, _TIOCSTI),
            (_EQUAL, 1, 0, _TIOCLINUX),
            (_EQUAL, 0, 1, _TIOCSETD),
            deny,
            allow,
        ],
        "fcntl": [_argument(1), (_EQUAL, 0, 1, _F_SETLEASE), deny, allow],
        "memfd_create": _no_huge_pages(1, _MFD_HUGETLB),
        "shmget": _no_huge_pages(2, _SHM_HUGETLB),
        "mmap": _no_huge_pages(3, _MAP_HUGETLB),
        "personality": [
            _argument(0),
            *((_EQUAL, len(_PERSONALITIES) - at, 0, p) for at, p in enumerate(_PERSONALITIES)),
            deny,
            allow,
        ],
    }


def _joining_rule() -> Sequence[Instruction]:
    """Only a process can be joined in so many namespaces, and the new user namespace owns none.

    One of them alone, by a descriptor of its own, would be a way to powers over it.
    """
    deny, allow = (_RETURN, 0, 0, _ERRNO | EPERM), (_RETURN, 0, 0, _ALLOW)
    return [_argument(1), (_EQUAL, 0, 1, _NAMESPACES), allow, deny]


def _no_huge_pages(index: int, flag: int) -> Sequence[Instruction]:
    full = (_RETURN, 0, 0, _ERRNO | ENOMEM)  # what a machine without any says
    return [_argument(index), (_ANY_BIT, 0, 1, flag), full, (_RETURN, 0, 0, _ALLOW)]


def _socket_rule() -> Sequence[Instruction]:
    """Unix sockets, TCP and UDP, and the one netlink protocol getifaddrs needs.

    Of the internet's other protocols (SCTP, DCCP, MPTCP ...) asking is enough to load the module.
    """
    refuse = (_RETURN, 0, 0, _ERRNO | EAFNOSUPPORT)
    deny = (_RETURN, 0, 0, _ERRNO | EPERM)
    allow = (_RETURN, 0, 0, _ALLOW)
    return [
        _argument(0),
        (_EQUAL, 15, 0, _AF_UNIX),  # -> allow
        (_EQUAL, 5, 0, _AF_INET),  # -> the type
        (_EQUAL, 4, 0, _AF_INET6),  # -> the type
        (_EQUAL, 0, 2, _AF_NETLINK),
        _argument(2),
        (_EQUAL, 10, 0, 0),  # NETLINK_ROUTE -> allow
        refuse,
        _argument(1),  # the type, with flags above its low four bits
        (_AND, 0, 0, 0xF),
        (_EQUAL, 2, 0, _SOCK_STREAM),  # -> the protocol
        (_EQUAL, 1, 0, _SOCK_DGRAM),  # -> the protocol
        deny,
        _argument(2),
        (_EQUAL, 2, 0, 0),
        (_EQUAL, 1, 0, _TCP),
        (_EQUAL, 0, 1, _UDP),
        allow,
        (_RETURN, 0, 0, _ERRNO | EPROTONOSUPPORT),
    ]


def _argument(index: int) -> Instruction:
    """Load the low half of an argument: both machines are little endian."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)
