"""Documents: the tree they stand in, their snippets, and what their markers say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

EMPTY: Mapping[str, str] = MappingProxyType({})
CONFIG_NAMES = (".doc-healing.yml", ".doc-healing.yaml")
"""What a repository's config is called. It stands at the root of what it speaks of."""


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
    extras: tuple[str, ...] = ()  # optional parts of the project: a crate's features too
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
    shown_as: str = ""  # the file that the page shows it as; it stays a program of its own
    name: str = ""  # what its document calls it, for those that say that they run after it
    after: tuple[str, ...] = ()  # the names of what it runs after, and nothing else: pinned
    mentioned: tuple[tuple[str, int], ...] = ()  # imports that the text above shows, their lines
    announced_at: int = 0  # the line of the text that says that it fails; 0: none does


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
class Names:
    """What a snippet gives to those after it, and what it takes from outside."""

    bound: frozenset[str] = frozenset()  # at its outermost level
    free: frozenset[str] = frozenset()  # read, and bound neither in it nor by the language
    # The files that its imports may mean: "app/models.py" from where it runs, "./x.js" from itself.
    files: frozenset[str] = frozenset()


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
