"""Runs installers and builds in the sandbox, and turns what they say into errors."""

import re
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from doc_healing.environments import proxy
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.registries import Access, redact
from doc_healing.errors import InfraError
from doc_healing.model import File, Limits, Mount, Outcome, Program, Status, Step

_MESSAGE_LINES = 25
_FIRST_LINES = 8
_LEAST_SECONDS = 0.2
_MEMORY_MIB = 3072
_SOCKET_FOLDER = "/opt/socket"
_CONNECTION = re.compile(
    r"(?i)error sending request|request failed after"
    r"|dns error|connection (refused|reset|closed)|timed? ?out"
    r"|tunnel error|502 bad gateway|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|network"
)


@dataclass(frozen=True, slots=True)
class Work:
    """One command in the jail. `writable[0]` is the folder whose size is watched."""

    argv: tuple[str, ...]
    mounts: tuple[Mount, ...] = ()
    writable: tuple[Mount, ...] = ()
    files: tuple[File, ...] = ()
    variables: Mapping[str, str] | None = None
    after: tuple[Step, ...] = ()  # further steps, without the registries
    report_kib: int = 1024


def install(desk: Desk, access: Access, work: Work, what: str) -> Outcome:
    """Run a trusted installer that may reach its registries. Raises `InstallFailed`."""
    limits = desk.limits
    watched = work.writable[0].target if work.writable else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="doc-healing-"))
    try:
        with proxy.serving(folder / "proxy", access.egress) as traffic:
            interpreter, base = own_python()
            wrapped = (interpreter, "-I", "-S", "/work/supervisor.py", f"{_SOCKET_FOLDER}/proxy")
            sizes = (str(limits.disk_mib), str(limits.inodes), watched)
            program = Program(
                files=(*work.files, *access.files, script("supervisor.py")),
                steps=(Step((*wrapped, *sizes, *work.argv), "install"), *work.after),
                mounts=(*base, *access.mounts, *work.mounts),
                writable=(*work.writable, Mount(str(folder), _SOCKET_FOLDER)),
                variables={**access.variables, **(work.variables or {})},
                report_kib=work.report_kib,
            )
            outcome = _timed(desk, program, what)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if outcome.status is not Status.PASSED or traffic_over(traffic):
        raise _failure(outcome, what, access.secrets, traffic)
    return outcome


def traffic_over(traffic: proxy.Traffic) -> bool:
    """Whether the download limit was met: an installer may go on from what it has cached."""
    return any(message.startswith("more than the") for message in traffic.refused)


def run_offline(desk: Desk, work: Work, what: str) -> Outcome:
    """Run code of the repository: no registry, no socket, nothing writable but its own jail."""
    program = Program(
        files=work.files,
        steps=(Step(work.argv, "build"), *work.after),
        mounts=work.mounts,
        variables=work.variables or {},
        report_kib=work.report_kib,
    )
    outcome = _timed(desk, program, what)
    if outcome.status is not Status.PASSED:
        raise _failure(outcome, what, (), None)
    return outcome


def _timed(desk: Desk, program: Program, what: str) -> Outcome:
    """Run within what earlier phases left of the one limit of the whole installation."""
    most = desk.limits.wall_seconds
    left = desk.clock.left(most)
    if left < _LEAST_SECONDS:
        # Not remembered for long: what is finished stays, and a next try has the whole time.
        raise InstallFailed(f"{what}: no time is left of its {most:g} s", connection=True)
    with desk.clock.running():
        outcome = desk.sandbox.run(program, _limits(desk, left))
    if outcome.status is Status.CANCELLED:
        # No failure of the installation: nobody may remember it as one.
        raise InfraError(f"{what}: it was interrupted")
    if outcome.status is Status.TIMEOUT:
        return replace(outcome, detail=f"over the installation's time limit of {most:g} s")
    return outcome


def _limits(desk: Desk, wall: float) -> Limits:
    return Limits(
        wall_seconds=wall,
        cpu_seconds=4 * wall,
        memory_mib=_MEMORY_MIB,
        processes=512,
        disk_mib=desk.limits.disk_mib,
        inodes=desk.limits.inodes,
        open_files=4096,
        output_kib=16 * 1024,
    )


def own_python() -> tuple[str, tuple[Mount, ...]]:
    """The interpreter under our own virtual environment; /usr is in every jail."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    prefix = Path(sys.base_prefix).resolve()
    interpreter = Path(sysconfig.get_config_var("BINDIR") or prefix / "bin") / f"python{version}"
    if prefix == Path("/usr"):
        return str(interpreter), ()
    return str(prefix / "bin" / f"python{version}"), (Mount(str(prefix), str(prefix)),)


def script(name: str) -> File:
    """One of our scripts that run in the jail."""
    return File(name, Path(__file__).with_name(name).read_bytes())


def _failure(
    outcome: Outcome, what: str, secrets: Sequence[str], traffic: proxy.Traffic | None
) -> InfraError:
    """What the installer said, and what the proxy refused, in the words of the reader."""
    if outcome.status is Status.SANDBOX_ERROR:
        return InfraError(f"{what}: the sandbox failed: {outcome.detail}")
    text = said(outcome, secrets)
    reasons = list(traffic.refused) if traffic else []
    if outcome.status is not Status.FAILED:
        reasons.append(outcome.detail or outcome.status.value)
    message = "\n".join([what, *reasons, *([text] if text else [])])
    slow = outcome.status is Status.TIMEOUT and traffic is not None
    troubled = traffic is not None and not reasons and bool(_CONNECTION.search(text))
    return InstallFailed(message, connection=slow or troubled)


def said(outcome: Outcome, secrets: Sequence[str]) -> str:
    """The end of what a command printed: no control characters, no secrets, 25 lines at most."""
    raw = outcome.stderr.strip() or outcome.stdout.strip()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw.decode("utf-8", "replace"))
    text = "".join(c for c in text if c == "\n" or c.isprintable())
    lines = [line.rstrip()[:500] for line in redact(text, secrets).splitlines() if line.strip()]
    if len(lines) > _MESSAGE_LINES:
        # uv ends with the cause and npm begins with it
        lines = [*lines[:_FIRST_LINES], "...", *lines[_FIRST_LINES - _MESSAGE_LINES :]]
    return "\n".join(lines)
