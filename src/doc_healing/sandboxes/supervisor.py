"""Watches one jail from its start to its end: reads its pipes, keeps its limits, ends it.

Everything that comes back does so through pipes. The only path opened here is the root of the
tmpfs, in the launcher's mount namespace, where no program can reach; it stays open so that the
kernel can be asked how full it is, even after everything in the jail is dead.
"""

import contextlib
import fcntl
import os
import re
import select
import selectors
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from doc_healing.model import Limits, Program
from doc_healing.sandboxes import cgroups, jail, processes, spawn

_TICK_SECONDS = 0.02
_SETUP_SECONDS = 20.0
_DRAIN_SECONDS = 2.0
_PARTING_SECONDS = 0.5
_LAST_WORDS_SECONDS = 0.06
_STATUS_BYTES = 1 << 20
_CHUNK = 1 << 16
_PIPE_BYTES = 1 << 20
_OWN_TASKS = 8  # the jail's first process, its shells, and some to spare
_URGENT = -10  # nice
_LISTEN = "0A"  # st of /proc/net/tcp: TCP_LISTEN


class Stop(StrEnum):
    """Why we ended a run; empty where it ended by itself."""

    NONE = ""
    SETUP = "setup"
    CANCELLED = "cancelled"
    STDOUT = "stdout"
    STDERR = "stderr"
    REPORT = "report"
    WALL = "wall"
    CPU = "cpu"
    MEMORY = "memory"  # these two only where no cgroup does it
    PROCESSES = "processes"
    WRITABLE = "writable"


@dataclass(frozen=True, slots=True)
class Observed:
    """The facts of one run, before anything is made of them."""

    stop: Stop
    code: int  # of the launcher: an exit code, or the negated signal
    started: bool
    stdout: bytes
    stderr: bytes
    report: bytes
    status: bytes
    seconds: float
    cpu_seconds: float
    peak_memory_mib: float
    oom_kills: int
    denied_forks: int
    disk_full: bool
    inodes_full: bool
    listening: bool


@dataclass(slots=True)
class Watch:
    """The changing state of one run: owned by the one thread that watches it."""

    program: Program
    limits: Limits
    group: cgroups.Group | None
    cancel: threading.Event
    pid: int = 0
    exits: tuple[int, ...] = ()  # what becomes readable when it has ended: the launcher's pidfd
    init: int = 0  # the jail's first process, by its number out here
    init_exit: int = -1
    tree: int = 0  # whose descendants are weighed where no cgroup does it, if not `init`'s
    space: int = -1
    stop: Stop = Stop.NONE
    started: float = 0.0
    cpu_before: float = 0.0
    counted_before: tuple[int, int] = (0, 0)  # memory kills and refused forks, of a group in use
    urge: Callable[[], None] | None = None  # makes the program say where it stands
    usage: processes.Usage = field(default_factory=processes.Usage)
    peak: processes.Usage = field(default_factory=processes.Usage)
    disk_full: bool = False
    inodes_full: bool = False
    listening: bool = False
    go: int = -1
    next_scan: float = 0.0
    weight_before: tuple[int, float] = (0, 0.0)  # a shared cache is not empty when a run begins
    output: dict[Stop, bytearray] = field(default_factory=dict)
    status: bytearray = field(default_factory=bytearray)


def watch(
    command: Sequence[str],
    inputs: Mapping[int, bytes],
    program: Program,
    limits: Limits,
    group: cgroups.Group | None,
    cancel: threading.Event,
) -> Observed:
    """Start the launcher with `inputs` at its file descriptors and see it through to the end.

    When this returns, or raises, no process of the jail is alive.
    """
    state = Watch(program, limits, group, cancel, weight_before=_weight(program))
    with contextlib.ExitStack() as stack:
        reads: dict[int, Stop | None] = {}
        code = 0
        try:
            _start(state, command, inputs, reads, stack)
            if group is None:
                _hurry(stack)  # not before: the jail would inherit it
            follow(state, reads, stack)
        finally:
            if state.pid:
                code = _end(state)
        drain(state, reads)
        measure(state)
        return observed(state, code)


def _hurry(stack: contextlib.ExitStack) -> None:
    """Where nobody but us stops a fork bomb, be awake before it: this thread alone, if we may."""
    thread = threading.get_native_id()
    with contextlib.suppress(OSError):
        usual = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, _URGENT)
        stack.callback(os.setpriority, os.PRIO_PROCESS, thread, usual)


def _start(
    state: Watch,
    command: Sequence[str],
    inputs: Mapping[int, bytes],
    reads: dict[int, Stop | None],
    stack: contextlib.ExitStack,
) -> None:
    """Spawn the launcher; `reads` gets the reading ends of its pipes and what each is for."""
    layout: dict[int, int] = {}
    child_ends = stack.enter_context(contextlib.ExitStack())
    for target, data in inputs.items():
        layout[target] = owned(child_ends, spawn.memory_file(data))
    layout |= outputs(state, reads, stack, child_ends)
    status, layout[jail.STATUS] = _pipe(stack, child_ends)
    reads[status] = None
    layout[jail.INFO] = layout[jail.STATUS]
    layout[jail.GO], go = os.pipe2(os.O_CLOEXEC)
    owned(child_ends, layout[jail.GO])
    state.go = owned(stack, go)
    state.pid = spawn.spawn(command, layout)
    spawn.limit(state.pid)  # it forks its first child some milliseconds later
    state.exits = (owned(stack, os.pidfd_open(state.pid)),)
    child_ends.close()


def outputs(
    state: Watch,
    reads: dict[int, Stop | None],
    stack: contextlib.ExitStack,
    child_ends: contextlib.ExitStack,
) -> Mapping[int, int]:
    """The writing ends of a program's three channels, by its numbers; `reads` gets the others."""
    layout = {}
    for target, meaning in (
        (jail.STDOUT, Stop.STDOUT),
        (jail.STDERR, Stop.STDERR),
        (jail.REPORT, Stop.REPORT),
    ):
        read, layout[target] = _pipe(stack, child_ends)
        reads[read] = meaning
        state.output[meaning] = bytearray()
    return layout


def _pipe(stack: contextlib.ExitStack, child_ends: contextlib.ExitStack) -> tuple[int, int]:
    read, write = os.pipe2(os.O_CLOEXEC)
    owned(stack, read)
    owned(child_ends, write)
    os.set_blocking(read, False)
    _widen(write)
    return read, write


def _widen(pipe: int) -> None:
    """Make room for as much as a pipe may hold: 1 MiB, where the machine keeps to its default.

    Node.js writes without blocking and keeps what does not fit for its event loop. A program that
    never returns there, or ends by `process.exit()`, never writes the rest: with 64 KiB, how much
    came out (and so whether a flood ran into its limit) hung on how soon we were awake to read.
    """
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def follow(state: Watch, reads: Mapping[int, Stop | None], stack: contextlib.ExitStack) -> None:
    """Read and check until the launcher has ended or a limit is reached."""
    deadline, next_tick = time.monotonic() + _SETUP_SECONDS, 0.0
    with selectors.DefaultSelector() as selector:
        for fd in (*state.exits, *reads):
            selector.register(fd, selectors.EVENT_READ)
        while not state.stop:
            now = time.monotonic()
            if state.started:
                deadline = state.started + state.limits.wall_seconds
            if now >= deadline:
                _time_out(state)
                break
            events = selector.select(min(_TICK_SECONDS, deadline - now))
            if any(key.fd in state.exits for key, _ in events):
                return
            for key, _ in events:
                if not _read(state, key.fd, reads[key.fd]):
                    selector.unregister(key.fd)
            if not state.started and b"ready\n" in state.status:
                _release(state, stack)
            if state.started and now >= next_tick and not state.stop:
                _tick(state)
                next_tick = time.monotonic() + _TICK_SECONDS
            if state.cancel.is_set():
                state.stop = Stop.CANCELLED
        if state.stop in (Stop.WALL, Stop.CPU):
            _last_words(state, reads, selector)


def _last_words(
    state: Watch, reads: Mapping[int, Stop | None], selector: selectors.BaseSelector
) -> None:
    """Let a program whose time is over say where it stands: interpreters do so on SIGABRT.

    It is killed a moment later whatever it makes of the signal, and its verdict stands already.
    """
    if state.urge:
        state.urge()
    for pid in () if state.urge else processes.programs(state.init):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGABRT)
    end = time.monotonic() + _LAST_WORDS_SECONDS
    while (left := end - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            if key.fd in state.exits or not _read(state, key.fd, reads[key.fd]):
                selector.unregister(key.fd)
        if not selector.get_map():
            return


def _release(state: Watch, stack: contextlib.ExitStack) -> None:
    """The jail stands and dies with us from here on: let the program start."""
    match = re.search(rb'"child-pid":\s*(\d+)', state.status)
    if match:
        state.init = int(match[1])
        state.init_exit = owned(stack, os.pidfd_open(state.init))
    root = f"/proc/{state.pid}/root{jail.SPACE}"
    state.space = owned(stack, os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    if state.group is not None:
        state.cpu_before = cgroups.cpu_seconds(state.group)
    state.started = time.monotonic()
    os.write(state.go, b"go\n")


def _read(state: Watch, fd: int, meaning: Stop | None) -> bool:
    """Take what is there; False at the end of the stream."""
    try:
        data = os.read(fd, _CHUNK)
    except BlockingIOError:
        return True
    if meaning is None:
        if len(state.status) < _STATUS_BYTES:
            state.status += data
        return bool(data)
    kept, limit = state.output[meaning], _limit(state, meaning)
    kept += data[: limit + 1 - len(kept)]  # one byte more is how we know that it went over
    if len(kept) > limit and not state.stop:
        state.stop = meaning
    return bool(data)


def _limit(state: Watch, meaning: Stop) -> int:
    kib = state.program.report_kib if meaning is Stop.REPORT else state.limits.output_kib
    return kib * 1024


def _time_out(state: Watch) -> None:
    state.stop = Stop.WALL if state.started else Stop.SETUP
    state.listening = bool(state.init) and _is_listening(state.init)


def _is_listening(pid: int) -> bool:
    """Whether anything in the network namespace of a process waits for connections."""
    for name in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
            if any(line.split()[3] == _LISTEN for line in lines):
                return True
    return False


def _tick(state: Watch) -> None:
    """What no kernel limit does: total CPU, how full the disk is, memory without a cgroup."""
    measure(state)
    limits = state.limits
    if _cpu_seconds(state) >= limits.cpu_seconds:
        state.stop = Stop.CPU
    elif state.group is None and state.usage.memory_mib >= limits.memory_mib:
        state.stop = Stop.MEMORY
    elif state.group is None and state.usage.tasks > _most_tasks(limits):
        state.stop = Stop.PROCESSES
    elif state.program.writable and time.monotonic() >= state.next_scan:
        _scan(state)


def measure(state: Watch) -> None:
    """Note how full the disk is, and what is used where no cgroup counts it."""
    if state.space >= 0:
        facts = os.fstatvfs(state.space)
        state.disk_full |= facts.f_bavail == 0
        state.inodes_full |= facts.f_favail == 0
        if state.group is None and state.init:
            used = (facts.f_blocks - facts.f_bfree) * facts.f_frsize / 2**20
            limit = state.limits.memory_mib - used
            most = _most_tasks(state.limits)
            state.usage = processes.usage(state.tree or state.init, limit, most).plus(
                memory_mib=used
            )
            state.peak = state.peak.most(state.usage)


def _most_tasks(limits: Limits) -> int:
    """RLIMIT_NPROC stops a program before; but not root's, whom the kernel exempts from it."""
    return limits.processes + _OWN_TASKS


def _cpu_seconds(state: Watch) -> float:
    if state.group is None:
        return max(0.0, state.peak.cpu_seconds - state.cpu_before)
    return max(0.0, cgroups.cpu_seconds(state.group) - state.cpu_before)


def _scan(state: Watch) -> None:
    """Weigh what the writable directories gained, as seldom as it takes long."""
    before = time.monotonic()
    inodes, mib = _weight(state.program)
    state.disk_full |= mib - state.weight_before[1] > state.limits.disk_mib
    state.inodes_full |= inodes - state.weight_before[0] > state.limits.inodes
    if state.disk_full or state.inodes_full:
        state.stop = Stop.WRITABLE
    now = time.monotonic()
    state.next_scan = now + max(0.5, 10 * (now - before))


def _weight(program: Program) -> tuple[int, float]:
    """Inodes and MiB in all writable directories together."""
    each = [processes.weigh(mount.source) for mount in program.writable]
    return sum(inodes for inodes, _ in each), sum(mib for _, mib in each)


def _end(state: Watch) -> int:
    """Kill all that lives and wait until it is dead; gives the launcher's exit code.

    The launcher is our child and the first process is held by a descriptor, so neither number can
    have come to mean somebody else; and with the first process its whole namespace dies.
    """
    if state.init_exit >= 0:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(state.init_exit, signal.SIGKILL)
        wait_readable(state.exits, _PARTING_SECONDS)  # bwrap reaps it then, and goes by itself
    with contextlib.suppress(ProcessLookupError):
        os.kill(state.pid, signal.SIGKILL)
    if state.group is not None:
        cgroups.kill(state.group)
    _, status = os.waitpid(state.pid, 0)
    if state.init_exit >= 0:
        wait_readable([state.init_exit], _DRAIN_SECONDS)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(state.init, os.WNOHANG)  # orphans are ours where we are process 1
    return os.waitstatus_to_exitcode(status)


def drain(state: Watch, reads: Mapping[int, Stop | None]) -> None:
    """Read what is left in the pipes. They end when the last process is dead, so it is soon."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    left = dict(reads)
    while left and (rest := deadline - time.monotonic()) > 0:
        for fd in wait_readable(list(left), rest):
            if not _read(state, fd, left[fd]):
                del left[fd]


def wait_readable(fds: Sequence[int], seconds: float) -> list[int]:
    """Those that can be read, or have ended, within some time; select() stops at number 1023."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(seconds * 1000)]


def observed(state: Watch, code: int) -> Observed:
    """The facts of a run that has ended with this code."""
    group, (kills, denied) = state.group, state.counted_before
    return Observed(
        stop=state.stop,
        code=code,
        started=bool(state.started),
        stdout=bytes(state.output[Stop.STDOUT][: _limit(state, Stop.STDOUT)]),
        stderr=bytes(state.output[Stop.STDERR][: _limit(state, Stop.STDERR)]),
        report=bytes(state.output[Stop.REPORT][: _limit(state, Stop.REPORT)]),
        status=bytes(state.status),
        seconds=time.monotonic() - state.started if state.started else 0.0,
        cpu_seconds=_cpu_seconds(state),
        peak_memory_mib=cgroups.peak_memory_mib(group) if group else state.peak.memory_mib,
        oom_kills=cgroups.oom_kills(group) - kills if group else 0,
        denied_forks=(
            cgroups.denied_forks(group) - denied
            if group
            else int(state.peak.tasks >= state.limits.processes)
        ),
        disk_full=state.disk_full,
        inodes_full=state.inodes_full,
        listening=state.listening,
    )


def owned(stack: contextlib.ExitStack, fd: int) -> int:
    """A descriptor that is closed with the stack."""
    stack.callback(os.close, fd)
    return fd
