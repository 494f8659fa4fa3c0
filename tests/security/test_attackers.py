"""Every attack of the table from every language, by way of its own jobs and readings."""

import os
import platform
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doc_healing.documents import read as read_document
from doc_healing.languages import LANGUAGES
from doc_healing.model import Job, Limits, Mount, Outcome, Reading, Verdict
from doc_healing.protocols import Language, Sandbox
from tests import needs
from tests.security.attackers import attacker
from tests.security.conftest import canary

pytestmark = pytest.mark.sandbox
LIMITS = Limits(wall_seconds=40, cpu_seconds=40, memory_mib=1024, processes=64, disk_mib=64)
SECRET = "SECRET-of-the-operator"
# What must work, so that a program that fails at everything does not count as a wall.
CONTROLS = (
    "read /etc/passwd", "write /tmp/.planted", "write /dev/shm/.planted",
    "write /home/doc/.profile", "hard .filled", "soft /etc/passwd", "mode .filled",
    "run echo x > .filled", "run setsid sleep 4747 >/dev/null 2>&1 &",
)  # fmt: skip
READS = (
    "/etc/shadow", "/etc/ssh/sshd_config", "/root/.bashrc", "/root/.ssh/id_rsa", "/root/.profile",
    "/proc/1/root/etc/shadow", "/proc/kcore", "/proc/keys", "/proc/kallsyms", "/proc/1/mem",
    "/var/lib/dpkg/status", "/var/log/dpkg.log", "/sys/kernel/notes", "/boot/grub/grub.cfg",
    "/run/docker.sock", "/var/run/secrets/kubernetes.io/serviceaccount/token",
)  # fmt: skip
WRITES = (
    "/x", "/usr/x", "/usr/bin/env", "/etc/passwd", "/etc/ld.so.preload", "/opt/x", "/root/x",
    "/var/x", "/dev/x", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
    "/proc/1/oom_score_adj", "/proc/1/mem", "/lib/x", "/run/x", "/sys/x",
)  # fmt: skip
RUNS = (
    "su -c true", "mount -t tmpfs none /tmp", "mount -o remount,rw /", "unshare -r true",
    "unshare -n true", "chroot / true", "nsenter -t 1 -m true", "mknod /tmp/d b 8 0",
    "hostname pwned", "date -s 2001-01-01", "sysctl -w kernel.core_pattern=x", "renice -n -5 $$",
    "cp /usr/bin/id /tmp/id && chmod 4755 /tmp/id && chown root /tmp/id",
    "cat /proc/*/cmdline | tr '\\\\0' ' ' | grep -q '[p]ytest'",
    "cat /proc/*/environ | grep -q SECRET", "ls -d /proc/[0-9]* | grep -c . | grep -Eq '...'",
    "kill -0 2000", "ulimit -Hn 1000000", "ping -c 1 -W 1 192.0.2.1", "test -e /proc/self/fd/9",
)  # fmt: skip
# Numbers of x86-64: keyrings, ptrace, namespaces, io_uring, bpf, other processes' memory and files,
# vsock and packet sockets, mounts, the clock.
CALLS = (
    "250 0 -3 1", "248 0 0 0 0 -3", "101 16 1 0 0", "272 268435456", "272 131072", "425 8 0",
    "321 0 0 0", "323 0", "298 0 0 0 0 0", "304 3 0 0", "310 1 0 0 0 0 0", "438 3 0 0", "41 40 1 0",
    "41 17 3 0", "41 16 3 9", "165 0 0 0 32 0", "155 0 0", "308 0 0", "169 0 0 0 0", "227 0 0",
    "105 0", "135 262144", "175 0 0 0", "246 0 0 0 0", "430 0 0", "428 -100 0 1", "161 0",
)  # fmt: skip


def table(
    secret: Path, checkout: Path, mounts: tuple[Mount, ...], services: tuple[int, str]
) -> list[str]:
    """The rows: what is the same everywhere, and what is mounted for this very program."""
    port, name = services
    rows = [f"read {path}" for path in (*READS, secret, checkout, Path.home() / ".bashrc")]
    rows += [f"write {path}" for path in (*WRITES, secret, checkout)]
    for mount in mounts:
        held = _held(mount)
        rows += [f"write {mount.target}/x", f"mode {mount.target}"]
        rows += [f"{what} {held}" for what in ("write", "mode", "hard") if held]
    rows += [f"{what} /usr/bin/env" for what in ("hard", "mode")]
    rows += [f"{what} /etc/shadow" for what in ("soft", "hard")]
    rows += [f"secret {path}" for path in ("/proc/1/environ", "/proc/self/environ")]
    rows += [f"run {line}" for line in RUNS]
    rows += [f"tcp {host} {port}" for host in ("127.0.0.1", "::1", "10.0.2.2", "172.17.0.1")]
    rows += ["tcp 169.254.169.254 80", "tcp 192.0.2.1 443", "tcp fd00:ec2::254 80"]
    rows += ["udp 192.0.2.53 53", "udp 169.254.169.254 53", "dns secret.example.com"]
    own = "/work /tmp /dev /proc /home/doc /usr /etc /memfd"
    rows += [f"abstract {name}", "env", f"files {own} {' '.join(one.target for one in mounts)}"]
    calls = [f"call {numbers}" for numbers in CALLS if platform.machine() == "x86_64"]
    return [*CONTROLS[7:8], *CONTROLS[:7], *rows, *calls, *CONTROLS[8:]]


def _held(mount: Mount) -> str:
    """Some file in a mounted directory, as the program sees it."""
    at = Path(mount.source)
    if at.is_file():
        return mount.target
    found = next((one for one in sorted(at.rglob("*")) if one.is_file()), None)
    return f"{mount.target}/{found.relative_to(at)}" if found else ""


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[int, str]]:
    """A TCP port and an abstract Unix socket of the host that really answer."""
    name = f"doc-healing-attacked-{os.getpid()}"
    with socket.create_server(("", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind("\0" + name)
        unix.listen()
        yield tcp.getsockname()[1], name


def job_of(language: Language, code: str, info: str = "") -> Job:
    text = f"# Title\n\n```{info or language.fences[0]}\n{code.rstrip()}\n```\n"
    (snippet,) = read_document(text.encode(), "README.md", lambda _: None).snippets
    (answer,) = language.jobs([snippet], needs.toolchain(language.name), None)
    assert isinstance(answer, Job), answer
    return answer


def examine(
    language: Language, sandbox: Sandbox, job: Job, limits: Limits = LIMITS
) -> tuple[Reading, Outcome]:
    outcome = sandbox.run(job.program, limits)
    return language.read(job, outcome, None), outcome


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
def test_nothing_of_the_table_works(
    language: Language,
    sandbox: Sandbox,
    host: Callable[[], None],
    services: tuple[int, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "CARGO_REGISTRY_TOKEN", "NODE_OPTIONS_X"):
        monkeypatch.setenv(name, SECRET)
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    mounts = job_of(language, attacker(language.name, [])).program.mounts
    rows = table(secret, Path(__file__).resolve(), mounts, services)
    reading, outcome = examine(language, sandbox, job_of(language, attacker(language.name, rows)))
    said = outcome.stdout.decode().splitlines()
    told = (reading, outcome.stderr[-1500:], said[-5:])
    assert said[-1:] == [f"DONE {len(rows)}"], told
    skipped = {line.split()[1] for line in said if line.startswith("SKIP")}
    assert skipped <= {"call", "abstract"}, skipped
    opened = [line.removeprefix("OPEN ") for line in said if line.startswith("OPEN")]
    assert set(opened) == set(CONTROLS), sorted(set(opened) ^ set(CONTROLS))
    assert reading.verdict is Verdict.PASSED, told
    assert secret.read_text() == SECRET
    host()
    assert canary(sandbox).stdout == b"pristine\n"
