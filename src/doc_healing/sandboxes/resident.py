"""One resident with its keeper, as the host holds them: started once, asked for one run at a time.

The host talks to two processes. The *keeper* is ours and is believed: it makes the jails, and says
how a program's process ended. The *resident* runs strangers' code from its first import on, and is
believed no more than a program is: what it sends is a word or two of a size that is known.
"""

import contextlib
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from doc_healing.model import Limits, Program
from doc_healing.sandboxes import cgroups, jail, resident_plan, spawn, supervisor
from doc_healing.sandboxes.resident_keeper import HOST, NOISE, PLAN, SOCKET, TEXT
from doc_healing.sandboxes.supervisor import Observed, Stop

_START_SECONDS = 20.0
_PARTING_SECONDS = 3.0
_MOST_RUNS = 200
_WORD_BYTES = 64


class Broken(Exception):  # noqa: N818  # it is what has become of it, and no fault of anybody
    """The resident or its keeper is no longer what it was: the run says nothing."""


class Unfit(Broken):
    """It will never serve: it says so, or takes too long to say anything."""


class Resident:
    """A started resident. It belongs to one thread at a time."""

    def __init__(
        self,
        namespaces: Sequence[str],
        plan: bytes,
        group: cgroups.Group | None,
        cancel: threading.Event,
    ) -> None:
        """Start it; `ready` waits until it serves. Raises OSError where nothing can be started."""
        self.runs = 0
        self._group = group
        self._cancel = cancel
        self._keeper, keepers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._forker, forkers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._noise, noise = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        inputs = [spawn.memory_file(data) for data in (resident_plan.keeper(), plan)]
        null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        text, told = inputs
        layout = {0: null, 1: noise, 2: noise, HOST: keepers.fileno(), TEXT: text, PLAN: told}
        layout |= {SOCKET: forkers.fileno(), NOISE: noise}
        command = [*namespaces, sys.executable, "-I", "-S", f"/proc/self/fd/{TEXT}"]
        try:
            self._pid = spawn.spawn(command, layout)
        finally:
            for fd in (*inputs, null, noise):
                os.close(fd)
            keepers.close()
            forkers.close()
        self._exit = os.pidfd_open(self._pid)

    def ready(self) -> None:
        """Wait until it has loaded everything.

        Raises Unfit where it fails or makes a noise, and Broken where it is gone without a word:
        then another may do.
        """
        self._keeper.settimeout(_START_SECONDS)
        self._forker.settimeout(_START_SECONDS)
        try:
            word = self._forker.recv(_WORD_BYTES)
            self._ask()
        except TimeoutError:
            raise Unfit("it takes too long") from None
        except OSError as error:
            raise Broken(str(error)) from None
        noise = self.noise()
        if not word and not noise:
            raise Broken("it is gone")
        if word != b"ready" or noise:
            raise Unfit(f"{word.decode('ascii', 'replace')} {noise}".strip())

    def noise(self) -> str:
        """What it wrote since it was last asked."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._noise, 4096).decode("utf-8", "replace")
        return ""

    def prove(self, program: Program, limits: Limits) -> Observed:
        """Run what tries to get out of a jail of this keeper: one that our own process joins.

        It is forked from the keeper itself, joins as the resident's children do, and tries then.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                socket.send_fds(self._keeper, [b"prove"], [theirs.fileno()])
            ours.settimeout(_START_SECONDS)
            try:
                word = ours.recv(_WORD_BYTES)
            except OSError as error:
                raise Broken(str(error)) from None
            if word != b"ready":
                raise Broken(f"no proof: {self.noise()}")
            return self._run(program, limits, ours)

    def run(self, program: Program, limits: Limits) -> Observed:
        """One program, forked in a jail of its own. Raises Broken: it has to be run cold then."""
        return self._run(program, limits, self._forker)

    def _run(self, program: Program, limits: Limits, forker: socket.socket) -> Observed:
        self.runs += 1
        state = supervisor.Watch(program, limits, self._group, self._cancel)
        with contextlib.ExitStack() as stack:
            reads: dict[int, Stop | None] = {}
            try:
                self._begin(state, forker, reads, stack)
                supervisor.follow(state, reads, stack)
                code = self._ended(state, forker)
            except OSError as error:
                raise Broken(f"{error.strerror}") from None
            supervisor.drain(state, reads)
            supervisor.measure(state)
            seen = supervisor.observed(state, code)
            if self.runs < _MOST_RUNS and not state.stop:
                self._ask()
            return seen

    @property
    def spent(self) -> bool:
        """Whether it is to be replaced: worn, or not heard of."""
        return self.runs >= _MOST_RUNS or self._exit < 0

    def hang_up(self) -> None:
        """Let it end: the keeper does when nobody is there, and all below it die with it."""
        self._keeper.close()
        self._forker.close()

    def close(self) -> None:
        """End everything of it and wait until it is dead. Never raises.

        The launcher buries the keeper; who kills the launcher at once leaves that to whoever
        adopts orphans here.
        """
        if self._exit < 0:
            return
        self.hang_up()
        supervisor.wait_readable([self._exit], _PARTING_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._exit, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        for fd in (self._exit, self._noise):
            os.close(fd)
        self._exit = -1
        if self._group is not None:
            cgroups.kill(self._group)
            cgroups.remove(self._group)

    # --- One run

    def _begin(
        self,
        state: supervisor.Watch,
        forker: socket.socket,
        reads: dict[int, Stop | None],
        stack: contextlib.ExitStack,
    ) -> None:
        """Take the slot that is ready and send the resident what its child needs."""
        state.pid = self._pid
        state.tree = self._pid
        state.exits = (self._keeper.fileno(), forker.fileno(), self._exit)
        process, state.space = self._slot(stack)
        state.init = _pid_of(process)
        state.urge = lambda: _send(self._keeper, b"abort")
        state.status += b"step 0\n"
        with contextlib.ExitStack() as child_ends:
            layout = dict(supervisor.outputs(state, reads, stack, child_ends))
            layout[jail.STDIN] = spawn.memory_file(state.program.stdin)
            supervisor.owned(child_ends, layout[jail.STDIN])
            files = spawn.memory_file(resident_plan.packed(state.program))
            supervisor.owned(child_ends, files)
            self._count(state)
            state.started = time.monotonic()
            streams = [layout[fd] for fd in (jail.STDIN, jail.STDOUT, jail.STDERR, jail.REPORT)]
            socket.send_fds(forker, [b"run"], [process, files, *streams])

    def _slot(self, stack: contextlib.ExitStack) -> tuple[int, int]:
        word, fds, _, _ = socket.recv_fds(self._keeper, _WORD_BYTES, 2, socket.MSG_CMSG_CLOEXEC)
        for fd in fds:
            supervisor.owned(stack, fd)
        if word != b"slot" or len(fds) != 2:
            raise Broken(f"no jail: {word.decode('ascii', 'replace')} {self.noise()}".strip())
        return fds[0], fds[1]

    def _ask(self) -> None:
        """Have the next jail made, while the host does something else."""
        _send(self._keeper, b"slot")

    def _count(self, state: supervisor.Watch) -> None:
        """Where the counters stand: this group had programs before."""
        if self._group is None:
            supervisor.measure(state)
            state.cpu_before = state.peak.cpu_seconds
            return
        cgroups.forget_peak(self._group)
        state.cpu_before = cgroups.cpu_seconds(self._group)
        state.counted_before = cgroups.oom_kills(self._group), cgroups.denied_forks(self._group)

    def _ended(self, state: supervisor.Watch, forker: socket.socket) -> int:
        """How its process ended, by the keeper's word; all of its jail is dead then.

        A resident speaks during a run only if it failed: whatever the keeper says then is not told.
        """
        if state.stop:
            _send(self._keeper, b"kill")
        elif not supervisor.wait_readable([self._keeper.fileno()], 0.05):
            raise Broken(f"the resident failed: {self.noise()}")
        if supervisor.wait_readable([forker.fileno()], 0):
            raise Broken("the resident spoke")
        self._keeper.settimeout(_PARTING_SECONDS)
        word = self._keeper.recv(_WORD_BYTES)
        self._keeper.settimeout(_START_SECONDS)
        ended = re.fullmatch(rb"exit (-?\d{1,3})", word)
        if ended is None:
            raise Broken(f"the keeper ended: {self.noise()}")
        return int(ended[1])


def _pid_of(process: int) -> int:
    """The number, out here, of the process of a descriptor (pidfd_open(2))."""
    text = Path(f"/proc/self/fdinfo/{process}").read_text(encoding="ascii")
    found = re.search(r"^Pid:\s*(\d+)", text, re.MULTILINE)
    if found is None:
        raise Broken("the jail's first process is gone")
    return int(found[1])


def _send(to: socket.socket, word: bytes) -> None:
    with contextlib.suppress(OSError):
        to.send(word)
