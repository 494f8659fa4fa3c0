"""Programs: what a sandbox is given, what it may use, and what happened."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from doc_healing.model.documents import EMPTY


@dataclass(frozen=True, slots=True)
class File:
    """A file that a program needs: a safe relative name (no `..`, no leading `/`), its bytes."""

    name: str
    data: bytes
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Mount:
    """A directory or file of the host that a program sees, read-only, at `target` (absolute)."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Own:
    """Where an environment holds the project's own code, apart from everything else.

    `source` is a directory of the host that never changes, seen at `target`; `rest` is the key of
    all that the environment holds beside it.
    """

    source: str
    target: str
    rest: str


@dataclass(frozen=True, slots=True)
class Environment:
    """The installed dependencies of a project for one language: content-addressed, read-only.

    A program needs its `mounts` and `variables` to see it.
    """

    key: str
    language: str
    mounts: tuple[Mount, ...] = ()
    variables: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    modules: tuple[str, ...] = ()  # the repository's own: a missing one is a broken document
    packages: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # installed name -> version
    interpreter: str = ""  # absolute path, as seen inside the sandbox
    runtime_version: str = ""
    notes: tuple[str, ...] = ()  # said in the report: "version pretended", "built from source"
    unbuilt: tuple[str, ...] = ()  # files that `modules` promise and nobody made: "name/index.js"
    # What the installer tells its language beyond that; each pair of them says which keys.
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    own: Own | None = None  # None: it is not kept apart


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What runs a language on this machine, and what must be mounted for it."""

    language: str
    executable: str
    version: str
    mounts: tuple[Mount, ...] = ()
    runtime_version: str = ""  # of what `executable` is, where `version` is a compiler's


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. Every one of them is enforced, or the layer is named as missing."""

    wall_seconds: float = 30.0
    cpu_seconds: float = 30.0
    memory_mib: int = 1024
    processes: int = 128
    disk_mib: int = 256  # all writable space together
    inodes: int = 20_000
    open_files: int = 1024
    output_kib: int = 1024  # stdout and stderr, each


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a program, run in the working directory."""

    argv: tuple[str, ...]
    name: str = "run"  # "build" for a compilation


@dataclass(frozen=True, slots=True)
class Resident:
    """A process that has loaded what many programs need, and becomes each of them by forking.

    A sandbox starts one for all programs that have the same resident, mounts and variables. It is
    jailed as they are, and each program still gets a jail of its own. `files` stand in the
    resident's own working directory. What passes there would have passed in a process of its own;
    what fails there proves nothing (`Outcome.fast`). `plainer` serves where this one is not worth
    its start, or cannot be had.
    """

    argv: tuple[str, ...]
    files: tuple[File, ...] = ()
    plainer: "Resident | None" = None


@dataclass(frozen=True, slots=True)
class Program:
    """Everything a sandbox needs to run something. It knows no language.

    `steps` run one after the other in one jail, in `/work`, where `files` stand; the first that
    fails is the last (`Outcome.step` names it). File descriptor 3 of every step is the report
    channel, which comes back as `Outcome.report`. `writable` are host directories mounted for
    writing: only an install phase has any. No program has a network, ever: an installer reaches its
    registries through a socket there, behind which a proxy of ours answers for their hosts alone.
    """

    files: tuple[File, ...]
    steps: tuple[Step, ...]
    mounts: tuple[Mount, ...] = ()
    writable: tuple[Mount, ...] = ()
    variables: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    stdin: bytes = b""
    report_kib: int = 1024  # the most that the report channel takes
    resident: Resident | None = None  # None: it is never forked from one


class Status(StrEnum):
    """How a run ended, told apart by the kernel's own counters and signals."""

    PASSED = "passed"  # exit code 0
    FAILED = "failed"  # another exit code
    SIGNAL = "signal"
    TIMEOUT = "timeout"  # wall or CPU
    MEMORY = "memory"  # the kernel killed for memory
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    DISK_LIMIT = "disk_limit"
    SANDBOX_ERROR = "sandbox_error"  # our fault or the machine's: never a red document
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened in one run. `detail` says in words what `status` names."""

    status: Status
    exit_code: int | None
    stdout: bytes
    stderr: bytes
    report: bytes = b""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mib: float = 0.0
    signal: int | None = None
    step: str = "run"
    detail: str = ""
    listening: bool = False  # at its time limit it was listening on a socket: a server
    sandbox: str = ""
    layers: tuple[str, ...] = ()  # the isolation layers that were really active
    fast: bool = False  # forked from a resident: where it failed, that is to be confirmed


@dataclass(frozen=True, slots=True)
class Memo:
    """An outcome that was kept: of a run that passed, or of a failure that was confirmed.

    One of a fast run that lacked context is no verdict: it saves the next try alone.
    """

    outcome: Outcome
    left: float = field(default=math.inf, compare=False)  # seconds for which it may still be told


@dataclass(frozen=True, slots=True)
class Record:
    """What a run that passed met of the project's own code, as the code stood then.

    `outcome` is the key under which its outcome is kept, `touched` the language's own words.
    """

    outcome: str
    touched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """One wall of a sandbox: whether it is active on this machine and, if not, the exact fix."""

    name: str
    active: bool
    detail: str = ""
    fix: str = ""
    required: bool = True  # without it nothing is run (invariant 11)
