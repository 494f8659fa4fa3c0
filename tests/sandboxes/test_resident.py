"""What a resident forks has its own jail; a resident that is hostile or broken gains nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing.model import File, Limits, Outcome, Program, Status
from doc_healing.sandboxes import resident as residents
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs
from tests.security.conftest import CANARY, FORKED, forked, own_groups, program

pytestmark = pytest.mark.sandbox
LIMITS = Limits(
    wall_seconds=10, cpu_seconds=5, memory_mib=128, processes=24, disk_mib=16, output_kib=64
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Bubblewrap]:
    needs.program("bwrap")
    with closing(Bubblewrap()) as one:
        yield one


def code(text: str, before: str = "") -> Program:
    return forked(program("python", text), before)


def run(sandbox: Bubblewrap, text: str, before: str = "") -> Outcome:
    return sandbox.run(code(text, before), LIMITS)


def test_the_fast_path_is_taken_with_every_layer(sandbox: Bubblewrap) -> None:
    first, second = run(sandbox, "print(1)"), run(sandbox, "print(2)")
    alone = sandbox.run(replace(code("print(2)"), resident=None), LIMITS)
    assert [one.fast for one in (first, second, alone)] == [True, True, False]
    assert (first.stdout, second.stdout) == (b"1\n", b"2\n")
    assert second.layers == alone.layers
    assert len(alone.layers) > 15


def test_one_resident_serves_many_and_is_replaced(
    sandbox: Bubblewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residents, "_MOST_RUNS", 3)
    before = "import random\nme = random.random()\n"
    said = [run(sandbox, "print(me)", before) for _ in range(5)]
    assert all(one.fast for one in said)
    names = [one.stdout for one in said]
    assert len(set(names[:3])) == 1
    assert len(set(names[2:])) == 2


def test_every_program_starts_clean(sandbox: Bubblewrap) -> None:
    look = CANARY.replace("import os, socket", "import os, socket\nassert os.getpid() == 2")
    leave = (
        "import os, subprocess\n"
        "for d in '/tmp', '/work', '/home/doc', '/dev/shm': open(d + '/left', 'w').write('x')\n"
        "subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "import ctypes\nctypes.CDLL(None).shmget(77, 4096, 0o1666)\n"
    )
    assert run(sandbox, leave).status is Status.PASSED
    seen = run(sandbox, look)
    assert (seen.stdout, seen.fast) == (b"pristine\n", True), seen


ENDS = {
    "passes": ("pass", Status.PASSED),
    "fails": ("raise SystemExit(3)", Status.FAILED),
    "is killed": ("import os\nos.kill(os.getpid(), 9)", Status.SIGNAL),
    "sleeps": ("import time\ntime.sleep(99)", Status.TIMEOUT),
    "ignores signals": (
        "import signal, time\nsignal.signal(signal.SIGABRT, signal.SIG_IGN)\ntime.sleep(99)",
        Status.TIMEOUT,
    ),
    "takes memory": ("x = [b'x' * (1 << 20) for _ in range(1000)]", Status.MEMORY),
    "takes the disk": ("open('x', 'wb').write(bytes(40 << 20))", Status.DISK_LIMIT),
    "talks": ("while True: print('x' * 1000)", Status.OUTPUT_LIMIT),
    "forks": ("import os\nwhile True:\n    os.fork() or __import__('time').sleep(9)",
              Status.PROCESS_LIMIT),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_it_ends_as_it_would_alone(name: str, sandbox: Bubblewrap) -> None:
    text, status = ENDS[name]
    limits = replace(LIMITS, wall_seconds=2)
    made = code(text)
    seen, alone = (sandbox.run(one, limits) for one in (made, replace(made, resident=None)))
    assert (seen.status, alone.status) == (status, status), (seen, alone)
    assert seen.fast or status is Status.MEMORY
    assert (seen.exit_code, seen.signal) == (alone.exit_code, alone.signal)
    after = run(sandbox, CANARY)
    assert after.stdout == b"pristine\n", after


# Residents that do not serve: their programs are run cold, and nobody notices.
BROKEN = {
    "it fails": "1 / 0\n",
    "it prints": "print('hello', flush=True)\n",
    "it ends": "import os\nos._exit(0)\n",
    "it says something else": "import socket\nsocket.socket(fileno=3).send(b'x' * 9000)\n",
    "it says too much": "import socket\ns = socket.socket(fileno=3)\n"
    "[s.send(b'ready') for _ in 'x' * 9]\n",
    "it takes all memory": "x = [b'x' * (1 << 20) for _ in range(1000)]\n",
    "it forks without end": "import os\nwhile True: os.fork()\n",
    "it hangs up": "import os\nos.close(3)\n",
    "it kills all it can": "import os\nos.kill(-1, 9)\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_without_a_resident_a_program_runs_cold(
    name: str, sandbox: Bubblewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residents, "_START_SECONDS", 3.0)
    outcome = run(sandbox, CANARY, BROKEN[name])
    assert (outcome.status, outcome.stdout) == (Status.PASSED, b"pristine\n"), outcome
    assert not outcome.fast


def test_a_resident_that_dies_at_work_costs_nobody_a_verdict(sandbox: Bubblewrap) -> None:
    dying = "import os\nhere = os.fork\ndef fork():\n    os._exit(0)\nos.fork = fork\n"
    outcome = run(sandbox, "print('ran')", dying)
    assert (outcome.status, outcome.stdout, outcome.fast) == (Status.PASSED, b"ran\n", False)


def test_one_that_is_gone_before_it_serves_is_started_again(
    sandbox: Bubblewrap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody killed it, or the machine had no process left: that says nothing of the next."""
    started, start = [], sandbox._residents._start

    def dying(program: Program, limits: Limits) -> residents.Resident:
        started.append(start(program, limits))
        if len(started) == 1:
            os.kill(started[0]._pid, signal.SIGKILL)
        return started[-1]

    monkeypatch.setattr(sandbox._residents, "_start", dying)
    outcome = run(sandbox, "print('again')", "again = 1\n")
    assert (outcome.stdout, outcome.fast, len(started)) == (b"again\n", True, 2)


def test_what_a_resident_left_behind_ends_no_program(sandbox: Bubblewrap) -> None:
    """A daemon that an import started is adopted by the keeper, and dies during a run."""
    daemon = (
        "import os, time\nif os.fork() == 0:\n    if os.fork() == 0:\n"
        "        time.sleep(1.5)\n    os._exit(0)\nos.wait()\n"
    )
    outcome = run(sandbox, "import time\ntime.sleep(2.5)\nprint('whole')", daemon)
    assert (outcome.status, outcome.stdout, outcome.fast) == (Status.PASSED, b"whole\n", True)


# What a hostile resident tries before it serves; each item is (what, whether it was refused).
_TRIES = r"""
import ctypes, os, signal
_libc = ctypes.CDLL(None, use_errno=True)
def refused(call):
    try:
        return call() == -1
    except OSError:
        return True
def reads(path):
    with open(path, "rb") as file:
        return file.read(1) and 0
tried = {
    "mount": refused(lambda: _libc.mount(b"x", b"/tmp", b"tmpfs", 0, 0)),
    "unshare": refused(lambda: _libc.unshare(0x10000000)),
    "a namespace of its own": refused(lambda: _libc.setns(os.open("/proc/self/ns/mnt", 0), 0)),
    "the keeper's namespaces": refused(lambda: _libc.setns(os.pidfd_open(1), 0x7E020000)),
    "some of them": refused(lambda: _libc.setns(os.pidfd_open(1), 0x20000)),
    "ptrace": refused(lambda: _libc.ptrace(16, 1, 0, 0)),
    "the keeper's memory": refused(lambda: os.open("/proc/1/mem", os.O_RDWR)),
    "the keeper's files": refused(lambda: os.open("/proc/1/fd/3", os.O_RDWR)),
    "names of them": refused(lambda: len(os.readlink("/proc/1/fd/3"))),
    "the keeper's root": refused(lambda: os.listdir("/proc/1/root")),
    "the keeper's map": refused(lambda: reads("/proc/1/maps")),
    "files of the host": refused(lambda: os.listdir("/root/.ssh") and 0),
    "chroot": refused(lambda: os.chroot("/tmp")),
    "writing /etc": refused(lambda: os.open("/etc/x", os.O_CREAT | os.O_RDWR)),
    "writing /usr": refused(lambda: os.open("/usr/x", os.O_CREAT | os.O_RDWR)),
    "the keeper's end": (os.kill(1, signal.SIGKILL), True)[1],
    "powers": not any(
        int(line.split()[1], 16) for line in open("/proc/self/status") if line.startswith("Cap")
    ),
    "a network": open("/proc/net/route").read().count("\n") == 1,
}
"""


def test_a_hostile_resident_is_held_by_the_same_walls(sandbox: Bubblewrap) -> None:
    outcome = run(sandbox, "print([what for what, held in tried.items() if not held])", _TRIES)
    assert outcome.fast, outcome
    assert outcome.stdout == b"[]\n"


def test_a_child_that_keeps_its_powers_has_none_over_its_jail(sandbox: Bubblewrap) -> None:
    """A resident could leave out what gives up the powers that joining gave: they are idle."""
    keep = FORKED.replace(
        "forking = kept", 'kept["Forking"]._drop = lambda self: None\n    forking = kept'
    )
    text = _TRIES + (
        "import fcntl, socket, struct\n"
        "lo = struct.pack('16sh22x', b'lo', 0)\n"
        "tried['its network'] = refused(lambda: fcntl.ioctl(socket.socket(), 0x8914, lo) and 0)\n"
        "tried['its name'] = refused(lambda: socket.sethostname('x'))\n"
        "tried['its first process'] = refused(lambda: os.setpriority(0, 1, -5))\n"
        "del tried['powers'], tried['the keeper\\'s map']\n"
        "for name in list(tried):\n"
        "    if 'keeper' in name: del tried[name]\n"
        "print([what for what, held in tried.items() if not held])\n"
    )
    made = code(text)
    assert made.resident is not None
    hostile = replace(made, resident=replace(made.resident, files=(File("run.py", keep.encode()),)))
    outcome = sandbox.run(hostile, LIMITS)
    assert (outcome.stdout, outcome.fast) == (b"[]\n", True), outcome


def test_a_resident_that_keeps_a_programs_streams_is_replaced(sandbox: Bubblewrap) -> None:
    """It may write into a run that is its own; the run after it is another's."""
    keeping = "import os\nclose = os.close\nos.close = lambda fd: None\n"
    first = run(sandbox, "print('one')", keeping)
    second = run(sandbox, CANARY)
    assert first.stdout == b"one\n"
    assert second.stdout == b"pristine\n"


def test_nothing_is_left_when_the_sandbox_is_closed() -> None:
    with closing(Bubblewrap()) as one:
        before, groups = _below(os.getpid()), set(own_groups())
        assert run(one, "print(1)").fast
        # Not what the other sandbox of these tests makes meanwhile, for its next program.
        made = {pid for pid in _below(os.getpid()) - before if not _below_any(pid, before)}
        mine = set(own_groups()) - groups
        assert len(made) >= 3
    assert not _left(made)
    assert not mine & set(own_groups())


def test_nothing_outlives_its_host() -> None:
    """The host is killed at once: its keepers hear that nobody is there any more."""
    text = (
        "import os, sys, time\nfrom tests.sandboxes.test_resident import run\n"
        "from doc_healing.sandboxes.bubblewrap import Bubblewrap\n"
        "box = Bubblewrap()\nassert run(box, 'print(1)').fast\n"
        "print('up', flush=True)\ntime.sleep(60)\n"
    )
    places = os.pathsep.join(("src", "."))
    with subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": places},
    ) as host:
        assert host.stdout is not None
        assert host.stdout.readline() == b"up\n"
        kept = _below(host.pid)
        assert len(kept) >= 3
        host.send_signal(signal.SIGKILL)
        host.wait()
    assert not _left(kept)


def _below_any(pid: int, others: set[int]) -> bool:
    return any(pid in _below(one) for one in others)


def _left(made: set[int]) -> set[int]:
    """Those that are still there after a while: whoever adopts orphans here has to bury them."""
    deadline = time.monotonic() + 10
    while made & _named() and time.monotonic() < deadline:
        time.sleep(0.05)
    return made & _named()


def _below(pid: int) -> set[int]:
    """All descendants of a process."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        with suppress(OSError):
            for task in Path(f"/proc/{waiting.pop()}/task").iterdir():
                children = [int(one) for one in (task / "children").read_text().split()]
                found.update(children)
                waiting += children
    return found


def _named() -> set[int]:
    return {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}
