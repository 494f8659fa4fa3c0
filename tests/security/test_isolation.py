"""What no single attack shows: secrets, two runs at once, our own death, time and its limits."""

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doc_healing.model import File, Limits, Mount, Program, Status, Step
from doc_healing.protocols import Sandbox
from doc_healing.sandboxes import SANDBOXES
from tests.security.conftest import canary, own_groups, program

pytestmark = pytest.mark.sandbox
RUN = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# A shell is silent about SIGINT and SIGPIPE: their 128 + n cannot be told from an exit code.
EXIT_CODES = st.integers(0, 255).filter(lambda code: code not in (130, 141))
SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "SECRET-aws",
    "GITHUB_TOKEN": "SECRET-github",
    "NODE_EXTRA_CA_CERTS": "/SECRET/ca.pem",
    "SSL_CERT_FILE": "/SECRET/ca.pem",
    "PIP_INDEX_URL": "https://SECRET@registry.example",
    "LD_PRELOAD": "",
    "PYTHONPATH": "/SECRET",
    "PYTHONSTARTUP": "/SECRET",
    "NODE_OPTIONS": "--title=SECRET",
    "HTTPS_PROXY": "http://SECRET@proxy.example",
}


def test_no_variable_of_ours_is_inside(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    code = """
        import glob, os
        seen = repr(dict(os.environ)).encode()
        for path in glob.glob("/proc/[0-9]*/*"):
            if path.rsplit("/", 1)[1] in ("environ", "cmdline", "maps"):
                try: seen += open(path, "rb").read()
                except OSError: pass
        print(b"SECRET" in seen, sorted(os.environ))
    """
    outcome = sandbox.run(program("python", textwrap.dedent(code)), Limits())
    assert outcome.stdout.decode() == (
        "False ['COLUMNS', 'HOME', 'LANG', 'LC_ALL', 'LINES', 'LOGNAME', 'PATH', 'PWD',"
        " 'PYTHONHASHSEED', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER']\n"
    ), outcome


def test_no_file_of_ours_is_inside(sandbox: Sandbox) -> None:
    here = str(Path(__file__).resolve())
    users = [line.split(":")[0] for line in Path("/etc/passwd").read_text().splitlines()]
    code = f"import os\nprint(os.path.exists({here!r}), open('/etc/passwd').read())"
    said = sandbox.run(program("python", code), Limits()).stdout.decode()
    assert said.startswith("False root:x:0:0")
    assert not [u for u in users if u not in ("root", "nobody") and f"\n{u}:" in said]


def test_a_descriptor_we_leak_stays_with_us(sandbox: Sandbox) -> None:
    """CVE-2024-21626: an open directory of the host is a way out of any jail."""
    fd = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    os.set_inheritable(fd, True)
    high = fcntl.fcntl(fd, fcntl.F_DUPFD, 77)
    try:
        code = "for f in /proc/self/fd/* /proc/[0-9]*/fd/*; do readlink $f; done | sort -u"
        said = sandbox.run(program("sh", code), Limits()).stdout.decode().split()
        assert not [line for line in said if line.startswith("/") and not line.startswith("/memfd")
                    and not line.startswith(("/work", "/proc/", "/dev/"))], said  # fmt: skip
    finally:
        for each in (fd, high):
            os.close(each)


@RUN
@given(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(0, 10**6))
def test_two_runs_at_once_share_nothing(sandbox: Sandbox, kinds: tuple[int, int], key: int) -> None:
    """Whatever way one leaves something and the other looks for it, it finds nothing."""
    places = [
        (f"echo {key} > /tmp/k", "cat /tmp/k"),
        (f"echo {key} > /dev/shm/k", "cat /dev/shm/k"),
        (f"echo {key} > /work/k", "cat /work/k"),
        (f"ipcmk -M {key + 1} >/dev/null", "ipcs -m | grep 0x"),
        ("sleep 9 &", "ps -ef | grep '[s]leep 9'"),
        ("mkfifo /tmp/f; sleep 1 < /tmp/f &", "ls /tmp | grep f"),
    ]
    leave, look = places[kinds[0]][0], places[kinds[0]][1]
    first = f"{leave}\nsleep 0.04"
    second = f"sleep 0.02; {look} >&2 && exit 1; {places[kinds[1]][0]}\nexit 0"
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(sandbox.run, program("sh", c), Limits()) for c in (first, second)]
        outcomes = [run.result() for run in runs]
    assert [o.status for o in outcomes] == [Status.PASSED, Status.PASSED], outcomes


_STUBBORN = (
    "import time; time.sleep(60)",
    "while True: pass",
    "import signal, time\nsignal.signal(15, signal.SIG_IGN)\nsignal.signal(2, signal.SIG_IGN)\n"
    "while True: time.sleep(9)",
    "import os, time\nos.fork(); os.setsid() if os.getpid() % 2 else None\ntime.sleep(60)",
    "import os, signal\nos.kill(0, signal.SIGSTOP)",
    "import sys, time\nwhile True: print('x', flush=True); time.sleep(.01)",
    "import threading\nthreading.Lock().acquire(); l = threading.Lock(); l.acquire(); l.acquire()",
    "import os, time\nif os.fork(): os._exit(0)\ntime.sleep(60)",  # passes: its orphan is killed
)


def test_no_run_outlives_its_wall_limit(sandbox: Sandbox, host: Callable[[], None]) -> None:
    """Property, 112 examples two at a time: stubbornness times limits."""
    cases = [(s, 0.3 + 0.2 * (n / 14)) for n in range(14) for s in _STUBBORN]

    def run(case: tuple[str, float]) -> tuple[str, float, Status, float]:
        code, wall = case
        before = time.monotonic()
        outcome = sandbox.run(program("python", code), Limits(wall_seconds=wall, cpu_seconds=9))
        return code, wall, outcome.status, time.monotonic() - before

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(run, cases))
    for code, wall, status, took in results:
        passes = code == _STUBBORN[-1]
        assert status is (Status.PASSED if passes else Status.TIMEOUT), code
        assert took < wall + 8.0, (code, wall, took)  # starting the jail is not the program's time
    host()


@RUN
@given(EXIT_CODES, st.binary(max_size=200), st.binary(max_size=200))
def test_what_a_program_says_is_what_comes_back(
    sandbox: Sandbox, code: int, out: bytes, err: bytes
) -> None:
    text = f"import os\nos.write(1, {out!r})\nos.write(2, {err!r})\nos.write(3, {out + err!r})\n"
    outcome = sandbox.run(program("python", text + f"os._exit({code})"), Limits())
    assert (outcome.stdout, outcome.stderr, outcome.report) == (out, err, out + err)
    assert outcome.exit_code == code
    assert outcome.status is (Status.FAILED if code else Status.PASSED)


@pytest.mark.parametrize("number", [1, 2, 4, 6, 8, 9, 11, 13, 15, 31, 34, 64])
def test_a_signal_is_told_from_an_exit_code(sandbox: Sandbox, number: int) -> None:
    """128 + n is also an ordinary exit code."""
    killed = sandbox.run(
        program("python", f"import os\nos.kill(os.getpid(), {number})\nimport time; time.sleep(9)"
                if number != 2 and number != 13 else
                f"import os, signal\nsignal.signal({number}, signal.SIG_DFL)\n"
                f"os.kill(os.getpid(), {number})"),
        Limits(),
    )  # fmt: skip
    assert (killed.status, killed.signal, killed.exit_code) == (Status.SIGNAL, number, None)
    if number not in (2, 13):
        exited = sandbox.run(program("python", f"import os\nos._exit(128 + {number})"), Limits())
        assert (exited.status, exited.exit_code) == (Status.FAILED, 128 + number)


def test_steps_run_in_one_jail_and_the_first_failure_is_the_last(sandbox: Sandbox) -> None:
    steps = (
        Step(("/bin/sh", "-c", "echo built > out; cat; echo one >&3"), "build"),
        Step(("/bin/sh", "-c", "cat out -; echo two >&3; exit 3"), "run"),
        Step(("/bin/sh", "-c", "echo never"), "after"),
    )
    outcome = sandbox.run(Program((), steps[:2], stdin=b"typed"), Limits())
    assert outcome.stdout == b"built\ntyped"
    assert (outcome.step, outcome.exit_code, outcome.report) == ("run", 3, b"one\ntwo\n")
    outcome = sandbox.run(Program((), steps), Limits())
    assert b"never" not in outcome.stdout
    assert (outcome.step, outcome.status) == ("run", Status.FAILED)


def test_who_handles_a_refusal_and_succeeds_has_passed(sandbox: Sandbox) -> None:
    code = """
        import os
        try:
            with open("/tmp/x", "wb") as f:
                while True: f.write(b"x" * 10**6)
        except OSError: os.truncate("/tmp/x", 0)
        children = []
        try:
            while True:
                pid = os.fork()
                if pid == 0:
                    os.pause() if hasattr(os, "pause") else __import__("time").sleep(60)
                children.append(pid)
        except BlockingIOError: pass
        for pid in children: os.kill(pid, 9); os.waitpid(pid, 0)
        print("coped")
    """
    outcome = sandbox.run(
        program("python", textwrap.dedent(code)), Limits(processes=16, disk_mib=8)
    )
    assert (outcome.status, outcome.stdout) == (Status.PASSED, b"coped\n"), outcome


def test_a_server_is_seen_to_listen(sandbox: Sandbox) -> None:
    code = "import socket\ns = socket.create_server(('127.0.0.1', 0))\ns.accept()"
    assert sandbox.run(program("python", code), Limits(wall_seconds=0.5)).listening
    idle = sandbox.run(program("python", "import time; time.sleep(9)"), Limits(wall_seconds=0.5))
    assert not idle.listening


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a//b", "", "a\0b", "x" * 256])
def test_a_file_name_that_leaves_its_directory_is_refused(sandbox: Sandbox, name: str) -> None:
    outcome = sandbox.run(Program((File(name, b""),), (Step(("/bin/true",)),)), Limits())
    assert outcome.status is Status.SANDBOX_ERROR
    assert "file name" in outcome.detail


@pytest.mark.parametrize("target", ["/", "/etc", "/proc/x", "relative", "/a/../etc", "/dev/x"])
def test_a_mount_never_covers_a_wall(sandbox: Sandbox, target: str, tmp_path: Path) -> None:
    mount = Mount(str(tmp_path), target)
    outcome = sandbox.run(Program((), (Step(("/bin/true",)),), (mount,)), Limits())
    assert outcome.status is Status.SANDBOX_ERROR


def test_mounts_are_read_only_and_writable_ones_are_not(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "fixed").mkdir()
    (tmp_path / "open").mkdir()
    code = "touch /fixed/x 2>/dev/null && exit 1; echo kept > /open/x"
    mounts = (Mount(str(tmp_path / "fixed"), "/fixed"),), (Mount(str(tmp_path / "open"), "/open"),)
    outcome = sandbox.run(Program((), (Step(("/bin/sh", "-c", code)),), *mounts), Limits())
    assert outcome.status is Status.PASSED, outcome
    assert (tmp_path / "open" / "x").read_text() == "kept\n"
    assert not list((tmp_path / "fixed").iterdir())


def test_a_mount_may_stand_in_etc_and_etc_stays_read_only(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("x")
    code = "cat /etc/some/where/settings; touch /etc/x /etc/some/x 2>/dev/null && exit 1; exit 0"
    mounts = (Mount(str(tmp_path), "/etc/some/where"),)
    outcome = sandbox.run(Program((), (Step(("/bin/sh", "-c", code)),), mounts), Limits())
    assert (outcome.status, outcome.stdout) == (Status.PASSED, b"x"), outcome


def test_a_limit_above_our_own_is_no_fault(sandbox: Sandbox) -> None:
    outcome = sandbox.run(program("sh", "ulimit -n"), Limits(open_files=2_000_000))
    assert outcome.status is Status.PASSED, outcome


@pytest.mark.parametrize("files", [1, 100])
def test_open_files_are_limited(sandbox: Sandbox, files: int) -> None:
    code = "import os\nn = 0\ntry:\n  while True: os.dup(0); n += 1\nexcept OSError: print(n + 4)"
    outcome = sandbox.run(program("python", code), Limits(open_files=files + 16))
    assert int(outcome.stdout) == files + 16


def test_what_a_writable_directory_held_before_does_not_count(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "cached").write_bytes(b"x" * 12 * 2**20)
    writable = (Mount(str(tmp_path), "/open"),)
    steps = (Step(("/bin/sh", "-c", "head -c 3M /dev/zero > /open/new; sleep 1.2")),)
    outcome = sandbox.run(Program((), steps, writable=writable), Limits(disk_mib=8))
    assert outcome.status is Status.PASSED, outcome.detail


def test_a_writable_directory_counts_as_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "while :; do dd if=/dev/zero of=/open/$((i=i+1)) bs=1M count=1 2>/dev/null; done"
    writable = (Mount(str(tmp_path), "/open"),)
    limits = Limits(wall_seconds=20, cpu_seconds=20, disk_mib=20)
    steps = (Step(("/bin/sh", "-c", code)),)
    outcome = sandbox.run(Program((), steps, writable=writable), limits)
    assert outcome.status is Status.DISK_LIMIT, outcome


@pytest.mark.parametrize("make", SANDBOXES, ids=lambda make: make.__name__)
def test_close_ends_what_runs(make: Callable[[], Sandbox], host: Callable[[], None]) -> None:
    made = make()
    made.probe()
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(made.run, program("sh", "sleep 60"), Limits()) for _ in range(3)]
        time.sleep(0.3)
        before = time.monotonic()
        made.close()
        statuses = [run.result().status for run in runs]
    assert time.monotonic() - before < 12
    assert statuses == [Status.CANCELLED] * 3
    host()


_OWNER = """
import sys
from doc_healing.sandboxes import SANDBOXES
from doc_healing.model import Limits, Program, Step
made = SANDBOXES[0]()
made.probe()
print("started", flush=True)
made.run(Program((), (Step(("sleep", "4747")),)), Limits(wall_seconds=60))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_outlives_our_own_death(sandbox: Sandbox, number: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"started\n"
    deadline = time.monotonic() + 40
    while not _sleepers() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _sleepers(), "the program never ran"
    owner.send_signal(number)
    owner.wait(timeout=40)
    owner.stdout.close()
    deadline = time.monotonic() + 40
    while _sleepers() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _sleepers()
    fresh = SANDBOXES[0]()  # the next start removes what a kill left behind
    assert canary(fresh).stdout == b"pristine\n"
    fresh.close()
    assert not own_groups(owner.pid)


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == b"sleep\x004747\x00":
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_a_run_is_refused_where_a_required_wall_is_missing() -> None:
    from doc_healing.sandboxes.bubblewrap import Bubblewrap

    outcome = Bubblewrap("/nonexistent/bwrap").run(program("sh", "echo x"), Limits())
    assert outcome.status is Status.SANDBOX_ERROR
    assert outcome.stdout == b""
    assert "refused" in outcome.detail


def test_a_writer_that_never_waits_loses_nothing(sandbox: Sandbox) -> None:
    """Node.js writes so: what a pipe does not take at once is lost when the process exits."""
    code = "import os\nos.set_blocking(1, False)\nassert os.write(1, b'x' * 900_000) == 900_000"
    outcome = sandbox.run(program("python", code), Limits())
    assert (outcome.status, len(outcome.stdout)) == (Status.PASSED, 900_000), outcome.stderr


def test_a_flood_of_node_is_an_output_limit(sandbox: Sandbox) -> None:
    code = "for (;;) console.log('x'.repeat(1000))"
    outcome = sandbox.run(program("node", code), Limits(output_kib=256))
    assert outcome.status is Status.OUTPUT_LIMIT, outcome
