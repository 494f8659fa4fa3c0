"""The nouns of the house: frozen values and enums, and nothing that does anything.

Units are in the names. Lines and columns are 1-based and count characters, spans count bytes of the
file on disk. Paths of documents are relative to the repository's root, with forward slashes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Checkout:
    """A tree to examine: what git ignores and links that leave the root are no `files` of it."""

    root: str  # absolute
    files: tuple[str, ...]  # relative, sorted, regular files
    left_out: tuple[tuple[str, str], ...] = ()  # (path, reason) of those that somebody may miss


@dataclass(frozen=True, slots=True)
class Wants:
    """What a set of snippets asks of its environment, beyond the project's own manifests."""

    project: str = ""  # the project's directory in the checkout; "" is its root
    packages: tuple[str, ...] = ()  # requirements from the config, PEP 723 and `needs=`
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    runtime: str = ""  # a version or specifier: "3.12", ">=3.9"; empty: what the project asks for
    exclude_newer: str = ""  # RFC 3339 date: as the registries stood then
    install_project: bool = True


class State(StrEnum):
    """What becomes of a fence; every fence has one (invariant 1)."""

    RUNNABLE = "runnable"
    SKIPPED = "skipped"  # by a marker; the reason names the marker and its line
    ILLUSTRATIVE = "illustrative"  # no program here: output, data, an unsupported language
    UNREADABLE = "unreadable"  # we could not get at its code: a cyclic include, a bad encoding


class Mode(StrEnum):
    """What is asked of a snippet. Every marker dialect is mapped on these."""

    RUN = "run"
    BUILD = "build"  # compile or parse, do not run
    LINT = "lint"  # parse only; the author said "do not run, do not compile"
    FAIL = "fail"  # must fail; `must_fail` says how
    ILLUSTRATIVE = "illustrative"


class FailKind(StrEnum):
    """How a snippet of mode FAIL has to fail."""

    ANY = "any"
    RUN = "run"  # it builds, and fails when it runs (a panic, an exception, an exit code)
    BUILD = "build"  # it must not build


class Role(StrEnum):
    """What a snippet is for within its session."""

    EXAMPLE = "example"
    SETUP = "setup"  # runs before the session's examples; its own failure is reported
    TEARDOWN = "teardown"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` (included) to `end` (excluded) of one file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a snippet's code and where it stands.

    `text` has no line end. `path` and `line` name the file that holds it, which may be included.
    `column` is that of `text`'s first character (a prefix shifts it). `span` is its own bytes in
    the document without prefix and line end, None for text of another file.
    """

    text: str
    path: str
    line: int
    column: int = 1
    span: Span | None = None
    hidden: bool = False  # not shown to the reader (`# ` in Rust, a hidden setup block)


@dataclass(frozen=True, slots=True)
class MustFail:
    """The failure that a snippet of mode FAIL promises. An empty pattern accepts any message."""

    kind: FailKind = FailKind.ANY
    pattern: str = ""  # searched in the symptom's message; a regular expression
    code: str = ""  # a compiler's code (E0044), an exit code, an exception's class


@dataclass(frozen=True, slots=True)
class Condition:
    """A snippet runs only where this holds: `version>=3.12`, `module:numpy`, `os==linux`."""

    subject: str  # "version", "module", "os", "env", "expression"
    operator: str  # "==", "!=", ">=", ">", "<=", "<", "present", "absent", "python"
    value: str
    reason: str = ""
    skip_when_true: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """Output that the document promises for a snippet.

    `text` is what stdout must show, lines joined with `\\n`; `wildcards` (`...`) match anything.
    `after_line` is the index of the line that prints it, None for the output of all.
    """

    text: str
    path: str
    line: int  # of its first line, in the document
    column: int = 1
    wildcards: tuple[str, ...] = ()
    normalise_whitespace: bool = False
    unordered: bool = False
    after_line: int | None = None
    source: str = ""  # which convention: "output-block", "#>", "# =>", "// =>", "doctest", ...


@dataclass(frozen=True, slots=True)
class Marker:
    """An instruction found near a snippet: whose dialect, how it is spelt, and at which line."""

    dialect: str  # "doc-healing", "rustdoc", "sybil", ...
    spelling: str
    line: int


@dataclass(frozen=True, slots=True)
class Instructions:
    """Everything the markers around one snippet say, in one language (the internal model)."""

    mode: Mode = Mode.RUN
    must_fail: MustFail | None = None
    skip_reason: str = ""  # set together with state SKIPPED
    session: str = ""  # snippets of one document, language and session are one program
    continues: bool = False  # joins the session of the snippet before it
    role: Role = Role.EXAMPLE
    conditions: tuple[Condition, ...] = ()
    expected: tuple[Expectation, ...] = ()
    wall_seconds: float | None = None
    retries: int = 0
    file_name: str = ""  # the block is this file of its session, not a program of its own
    cwd: str = ""
    needs: tuple[str, ...] = ()  # packages, in the language's own requirement syntax
    network: bool = False  # the author says that it needs the network
    env: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    fixtures: tuple[str, ...] = ()  # names that a test harness would inject
    flags: tuple[str, ...] = ()  # a language's own: "edition2024", "standalone_crate", ...
    doctest_options: tuple[str, ...] = ()  # "+ELLIPSIS", "-NORMALIZE_WHITESPACE"
    generated_by: str = ""  # a tool writes this block from another source
    markers: tuple[Marker, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced code block (or an invisible one that a marker holds).

    `line` is that of the opening fence, `end_line` of the closing one (the last where it is never
    closed). `language` is python, javascript, typescript, java, go, rust, or the raw label. `code`
    is CommonMark's text with `\\n` ends and includes expanded: `lines` joined. `span` covers it
    with all prefixes, from its first line's start to its last line's end.
    """

    path: str
    index: int  # 0-based over all fences of the document
    line: int
    end_line: int
    language: str
    info: str
    code: str
    lines: tuple[Line, ...]
    span: Span
    state: State
    reason: str = ""
    instructions: Instructions = Instructions()
    containers: tuple[str, ...] = ()  # "list", "quote", "tab:macOS", "admonition", "jsx", ...
    headings: tuple[str, ...] = ()  # the headings above it, outermost first
    invisible: bool = False  # inside a comment that only a runner reads; never listed


@dataclass(frozen=True, slots=True)
class Notice:
    """Something near a near-miss: a label, an attribute or a marker that nobody understands."""

    path: str
    line: int
    column: int
    code: str  # "DH1xx"
    message: str
    suggestion: str = ""  # the nearest valid spelling


@dataclass(frozen=True, slots=True)
class Document:
    """One documentation file, read."""

    path: str
    data: bytes
    snippets: tuple[Snippet, ...]
    warnings: tuple[Notice, ...] = ()
    unreadable: str = ""  # why the whole file could not be read, else empty


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


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What runs a language on this machine, and what must be mounted for it."""

    language: str
    executable: str
    version: str
    mounts: tuple[Mount, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Layer:
    """One wall of a sandbox: whether it is active on this machine and, if not, the exact fix."""

    name: str
    active: bool
    detail: str = ""
    fix: str = ""
    required: bool = True  # without it nothing is run (invariant 11)


class SymptomKind(StrEnum):
    """What a failure is, in every language the same words."""

    SYNTAX = "syntax"
    COMPILE = "compile"
    IMPORT = "import"
    NAME = "name"
    ATTRIBUTE = "attribute"
    ARGUMENT = "argument"
    TYPE = "type"
    ASSERTION = "assertion"
    EXCEPTION = "exception"
    OUTPUT = "output"
    EXIT = "exit"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    PROCESS_LIMIT = "process_limit"
    DISK_LIMIT = "disk_limit"
    NETWORK = "network"
    DEPENDENCY = "dependency"
    TOOLCHAIN = "toolchain"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Symptom:
    """A language's reading of a failed outcome. `line` and `column` are in the document `path`."""

    kind: SymptomKind
    message: str
    path: str
    line: int
    column: int = 1
    end_column: int | None = None
    expected: str = ""  # kind OUTPUT: what the document promises and what was printed
    actual: str = ""
    exception: str = ""  # the class, where there is one
    names: tuple[str, ...] = ()  # the identifiers it speaks of, for the healers
    trace: str = ""  # the language's own error text, with document places


class Verdict(StrEnum):
    """The engine's last word. Only BROKEN is red."""

    PASSED = "PASSED"
    BROKEN = "BROKEN"
    ALREADY_BROKEN = "ALREADY_BROKEN"
    HEALED = "HEALED"
    NEEDS_REVIEW = "NEEDS_REVIEW"
    SKIPPED = "SKIPPED"
    ILLUSTRATIVE = "ILLUSTRATIVE"
    UNVERIFIED = "UNVERIFIED"


Cause = Literal["", "language", "toolchain", "install", "sandbox", "unstable", "interrupted",
                "network", "dependency", "context", "server", "only-read"]  # fmt: skip
"""Why a verdict is UNVERIFIED; "" leaves it to the symptom or to the words of the reason."""


class Level(StrEnum):
    """How far a snippet was proven (invariant 5). P4 and P6 compare two runs: they need a base."""

    NONE = ""
    PARSES = "P1"
    BUILDS = "P2"
    RUNS = "P3"
    OUTPUT = "P5"


@dataclass(frozen=True, slots=True)
class Job:
    """What a language makes of a snippet: the program to run and how to read it.

    The program decides `snippet`'s verdict and runs it after `context`. `added` says in words what
    completed it. `map` leads each line of the program's main file (0-based) to one of the document.
    """

    snippet: Snippet
    program: Program
    context: tuple[Snippet, ...] = ()
    added: tuple[str, ...] = ()
    map: tuple[Line | None, ...] = ()
    level: Level = Level.RUNS  # what a pass of this program proves
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # the language's own notes


@dataclass(frozen=True, slots=True)
class Unrunnable:
    """A language's answer for a snippet that is no program: the verdict and the reason."""

    snippet: Snippet
    verdict: Verdict  # ILLUSTRATIVE, UNVERIFIED or BROKEN (with a symptom: it does not parse)
    reason: str
    symptom: Symptom | None = None
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A language's reading of one outcome: the verdict, and the symptom where it failed."""

    verdict: Verdict
    reason: str = ""
    symptom: Symptom | None = None
    level: Level = Level.NONE
    warnings: tuple[str, ...] = ()  # deprecations that the run announced
    added: tuple[str, ...] = ()  # what a fragment was completed with, where the run decides it
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The engine's last word on one snippet: verdict, evidence, proof level or symptom."""

    snippet: Snippet
    verdict: Verdict
    reason: str = ""
    symptom: Symptom | None = None
    level: Level = Level.NONE
    seconds: float = 0.0
    cached: bool = False
    sandbox: str = ""
    layers: tuple[str, ...] = ()
    stdout: str = ""
    stderr: str = ""
    added: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    fault: str = ""  # our own traceback, where a bug of ours cost this verdict
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The examination of one tree: all its findings, in document order, and what was said of it."""

    findings: tuple[Finding, ...]
    documents: tuple[Document, ...]
    warnings: tuple[Notice, ...] = ()
    notes: tuple[str, ...] = ()  # "installed widgets from this checkout", "cgroups missing: ..."
    left_out: tuple[tuple[str, str], ...] = ()  # documents not examined: path, reason
    root: str = ""
    seconds: float = 0.0
    interrupted: bool = False
