"""The filter, run by a small interpreter of classic BPF: neither kernel nor machine needed."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.sandboxes import seccomp

ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS, NO_FAMILY, NO_PROTOCOL, FULL = 0x50001, 0x50026, 0x50061, 0x5005D, 0x5000C

NEWEST = 470  # listns, of Linux 6.18; later ones are refused until somebody has judged them


def verdict(
    machine: seccomp.Machine, number: int, *arguments: int, audit: int = 0, weighed: bool = True
) -> int:
    data = struct.pack("<iIQ6Q", number, audit or machine.audit, 0, *(*arguments, *[0] * 6)[:6])
    code = list(struct.iter_unpack("=HBBI", seccomp.assemble(machine, weighed=weighed)))
    at = accumulator = 0
    while True:
        operation, yes, no, constant = code[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, constant)
        elif operation == 0x54:
            accumulator &= constant
        elif operation == 0x06:
            return int(constant)
        else:
            taken = {0x15: accumulator == constant, 0x35: accumulator >= constant,
                     0x45: bool(accumulator & constant)}[operation]  # fmt: skip
            at += yes if taken else no


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> seccomp.Machine:
    return seccomp.MACHINES[request.param]


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("socket", (1, 1, 0), ALLOW),
        ("socket", (2, 1 | 0o2000000, 0), ALLOW),
        ("socket", (10, 2, 0), ALLOW),
        ("socket", (2, 3, 1), EPERM),
        ("socket", (2, 3 | 0o2000000, 1), EPERM),
        ("socket", (10, 10, 0), EPERM),
        ("socket", (2, 1, 6), ALLOW),
        ("socket", (10, 2, 17), ALLOW),
        ("socket", (2, 1, 132), NO_PROTOCOL),  # SCTP
        ("socket", (2, 5, 132), EPERM),
        ("socket", (2, 6, 33), EPERM),  # DCCP
        ("socket", (2, 1, 262), NO_PROTOCOL),  # MPTCP: Go tries it and falls back
        ("socket", (2, 2, 1), NO_PROTOCOL),  # ICMP
        ("socketpair", (2, 1, 0), ALLOW),  # the kernel has none
        ("socket", (16, 3, 0), ALLOW),  # NETLINK_ROUTE, for getifaddrs
        ("socket", (16, 3, 9), NO_FAMILY),
        ("socket", (16, 3, 15), NO_FAMILY),
        ("socket", (17, 3, 0), NO_FAMILY),
        ("socket", (38, 5, 0), NO_FAMILY),
        ("socket", (40, 1, 0), NO_FAMILY),
        ("socketpair", (1, 1, 0), ALLOW),
        ("socketpair", (40, 1, 0), NO_FAMILY),
        ("clone", (0x1200011,), ALLOW),
        ("clone", (0x3D0F00,), ALLOW),  # a thread
        ("clone", (0x10000011,), EPERM),
        ("clone", (0x00020011,), EPERM),
        ("clone", (0x40000011,), EPERM),
        ("unshare", (0x400,), ALLOW),  # CLONE_FILES
        ("unshare", (0x10000000,), EPERM),
        ("unshare", (0x80,), EPERM),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), EPERM),
        ("ioctl", (0, 0x1_0000_5412), EPERM),  # the kernel looks at the low half, and so do we
        ("ioctl", (0, 0x541C), EPERM),
        ("ioctl", (0, 0x5423), EPERM),
        ("fcntl", (3, 2), ALLOW),
        ("fcntl", (3, 1024), EPERM),
        ("memfd_create", (0, 1), ALLOW),
        ("memfd_create", (0, 4), FULL),
        ("mmap", (0, 4096, 3, 0x22, -1 & 2**32 - 1), ALLOW),
        ("mmap", (0, 4096, 3, 0x40022), FULL),
        ("shmget", (1, 4096, 0o1666), ALLOW),
        ("shmget", (1, 4096, 0o5666), FULL),
        ("open_tree_attr", (), EPERM),
        ("personality", (0,), ALLOW),
        ("personality", (0xFFFFFFFF,), ALLOW),
        ("personality", (0x20008,), ALLOW),
        ("personality", (0x40000,), EPERM),
        ("keyctl", (), EPERM),
        ("ptrace", (), EPERM),
        ("mount", (), EPERM),
        ("io_uring_setup", (), ENOSYS),
        ("clone3", (), ENOSYS),
    ],
)
def test_calls(
    machine: seccomp.Machine, call: str, arguments: tuple[int, ...], expected: int
) -> None:
    assert verdict(machine, machine.calls[call], *arguments) == expected


UNWEIGHED = {"memfd_create", "shmget"}


def test_memory_that_nothing_weighs_is_refused_without_a_cgroup(machine: seccomp.Machine) -> None:
    for name in UNWEIGHED:
        assert verdict(machine, machine.calls[name]) == ALLOW
        assert verdict(machine, machine.calls[name], weighed=False) == ENOSYS


def test_every_other_listed_call_is_refused(machine: seccomp.Machine) -> None:
    by_argument = {
        "socket",
        "socketpair",
        "clone",
        "unshare",
        "ioctl",
        "personality",
        "mmap",
        "fcntl",
    }
    for name in machine.calls.keys() - by_argument - UNWEIGHED:
        assert verdict(machine, machine.calls[name]) in (EPERM, ENOSYS), name


@settings(max_examples=300)
@given(st.sampled_from(sorted(seccomp.MACHINES)), st.integers(0, 600))
def test_every_call_that_is_not_listed_is_allowed(name: str, number: int) -> None:
    machine = seccomp.MACHINES[name]
    if number not in machine.calls.values():
        assert verdict(machine, number) == (ALLOW if number <= NEWEST else ENOSYS)


@settings(max_examples=200)
@given(st.sampled_from(sorted(seccomp.MACHINES)), st.integers(0, 600), st.integers(1, 2**32 - 1))
def test_a_foreign_abi_is_killed(name: str, number: int, audit: int) -> None:
    machine = seccomp.MACHINES[name]
    if audit != machine.audit:
        assert verdict(machine, number, audit=audit) == KILL
    if machine.x32:
        assert verdict(machine, number | 0x40000000) == KILL


def test_no_number_stands_for_two_calls(machine: seccomp.Machine) -> None:
    assert len(set(machine.calls.values())) == len(machine.calls)
