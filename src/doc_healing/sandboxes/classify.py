"""From the facts of a run to its status, in the order in which one fact explains the others."""

import re
import signal

from doc_healing.model import Limits, Outcome, Program, Status
from doc_healing.sandboxes.supervisor import Observed, Stop

_QUIET = {signal.SIGINT, signal.SIGPIPE}  # a shell says nothing when these end a command


def outcome(seen: Observed, program: Program, limits: Limits) -> Outcome:
    """The outcome, without the sandbox's name and layers.

    Our own fault comes first, then what we or the kernel killed for, and a counter that merely
    moved (a refused fork, a disk that was full for a while) explains a failure but makes none:
    who handles a refusal and succeeds has passed.
    """
    # The exit code is the launcher's own, handed up from parent to parent: on the status channel
    # a program can write as well, by way of /proc.
    step, code = _last_step(seen), seen.code
    number = _signal(seen, code)
    status, detail = _status(seen, limits, code, number)
    name = program.steps[step].name if step < len(program.steps) else program.steps[-1].name
    return Outcome(
        status=status,
        exit_code=code if number is None and status not in _NO_CODE else None,
        stdout=seen.stdout,
        stderr=seen.stderr,
        report=seen.report,
        seconds=seen.seconds,
        cpu_seconds=seen.cpu_seconds,
        peak_memory_mib=seen.peak_memory_mib,
        signal=number if status is Status.SIGNAL else None,
        step=name,
        detail=detail,
        listening=seen.listening,
    )


_NO_CODE = {Status.SANDBOX_ERROR, Status.CANCELLED, Status.TIMEOUT, Status.OUTPUT_LIMIT}


def _status(seen: Observed, limits: Limits, code: int, number: int | None) -> tuple[Status, str]:
    if fault := _fault(seen):
        return Status.SANDBOX_ERROR, fault
    if seen.stop is Stop.CANCELLED:
        return Status.CANCELLED, "the sandbox was closed"
    if seen.stop in (Stop.STDOUT, Stop.STDERR):
        return Status.OUTPUT_LIMIT, f"{seen.stop} limit of {limits.output_kib} KiB"
    if seen.stop is Stop.REPORT:
        return Status.OUTPUT_LIMIT, "limit of the report channel"
    if not seen.stop and code == 0:
        return Status.PASSED, ""
    return _explained(seen, limits, number) or _plain(code, number)


def _explained(seen: Observed, limits: Limits, number: int | None) -> tuple[Status, str] | None:
    """The limit that explains a failure, if there is one."""
    if seen.oom_kills or seen.stop is Stop.MEMORY:
        return Status.MEMORY, f"memory limit of {limits.memory_mib} MiB"
    crowd = Status.PROCESS_LIMIT, f"limit of {limits.processes} processes and threads"
    if seen.denied_forks and seen.stop in (Stop.WALL, Stop.CPU):
        return crowd  # a fork bomb whose forks are refused runs until its time is over
    if seen.stop is Stop.WALL:
        return Status.TIMEOUT, f"wall clock limit of {limits.wall_seconds:g} s"
    spent = number in (signal.SIGKILL, signal.SIGXCPU) and seen.cpu_seconds >= limits.cpu_seconds
    if seen.stop is Stop.CPU or spent:
        return Status.TIMEOUT, f"CPU time limit of {limits.cpu_seconds:g} s"
    if seen.disk_full:
        return Status.DISK_LIMIT, f"disk limit of {limits.disk_mib} MiB"
    if seen.inodes_full:
        return Status.DISK_LIMIT, f"limit of {limits.inodes} files and directories"
    if seen.denied_forks or seen.stop is Stop.PROCESSES:
        return crowd
    return None


def _plain(code: int, number: int | None) -> tuple[Status, str]:
    if number is None:
        return Status.FAILED, f"exit code {code}"
    try:
        return Status.SIGNAL, f"killed by {signal.Signals(number).name}"
    except ValueError:
        return Status.SIGNAL, f"killed by signal {number}"


def _fault(seen: Observed) -> str:
    """What of ours failed: the jail did not come up, or holds no such command."""
    said = seen.stderr.decode("utf-8", "replace").strip()[:400]
    if not seen.started and re.search(rb"^missing$", seen.status, re.MULTILINE):
        return "the sandbox holds no such command (is its toolchain mounted?)"
    if not seen.started and seen.stop is not Stop.CANCELLED:
        if seen.stop is Stop.SETUP:
            return f"the jail did not come up in time: {said}".rstrip(": ")
        return f"the jail did not come up (exit {seen.code}): {said or 'no message'}"
    return ""


def _last_step(seen: Observed) -> int:
    """Which step was running last, by the runner's word (a program can forge it; it gains none)."""
    steps = re.findall(rb"^step (\d{1,4})$", seen.status, re.MULTILINE)
    return int(steps[-1]) if steps else 0


def _signal(seen: Observed, code: int) -> int | None:
    """The signal that ended the last step.

    128 + n is also an ordinary exit code. A shell that saw a signal says so in words, on the
    channel that is its alone; without such words the code is the program's own.
    """
    if code < 0:
        return -code
    if code <= 128 or code - 128 > 64:
        return None
    lines = seen.status.rpartition(b"step ")[2].splitlines()[1:]
    words = [line for line in lines if not line.startswith(b"exit ")]
    number = code - 128
    silent = number in _QUIET or not any(line.startswith(b"exit ") for line in lines)
    return number if words or silent else None
