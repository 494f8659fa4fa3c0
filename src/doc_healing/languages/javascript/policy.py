"""Whose fault an error is: the document's (red), or the missing surroundings' (never red)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from doc_healing.languages.javascript.ages import newer_call, newer_global, newer_syntax
from doc_healing.languages.javascript.modules import judge_module
from doc_healing.languages.javascript.names import BROWSER, NODE, TESTS, made_with, slip
from doc_healing.languages.javascript.tree import facts
from doc_healing.model import Environment, Job, SymptomKind, Verdict


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as the driver described it, with the text of the document's line it stands on."""

    name: str
    message: str
    code: str = ""
    syscall: str = ""
    path: str = ""
    stack: str = ""
    line: str = ""
    interop: bool = False
    child: bool = False  # it tells how a child process ended
    chain: Sequence["Fault"] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with its kind; `reason` is empty for a red one. `needle` finds its place."""

    verdict: Verdict
    kind: SymptomKind
    reason: str = ""
    needle: str = ""


def red(kind: SymptomKind, needle: str = "") -> Ruling:
    """The document is wrong."""
    return Ruling(Verdict.BROKEN, kind, needle=needle)


def unverified(kind: SymptomKind, reason: str, needle: str = "") -> Ruling:
    """It cannot be told here."""
    return Ruling(Verdict.UNVERIFIED, kind, reason, needle)


_NETWORK = re.compile(
    r"\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ETIMEDOUT|"
    r"EADDRNOTAVAIL|UND_ERR_\w+|ERR_NETWORK|getaddrinfo)\b|fetch failed|socket hang up|"
    r"network request failed|MongoServerSelectionError",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    r"api[ _-]?key|credential|access[ _-]?token|auth[ _-]?token|environment variable|env var|"
    r"secret[ _-]?(key|access)|connection string|not authenticated|unauthorized",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"does not exist|no such file|(file|executable|directory|config\w*) (was )?not found|"
    r"(can ?not|could not|unable to) (find|load|locate|open|read) (the |a |any )?"
    r"(file|executable|directory|config|preset|plugin)",
    re.IGNORECASE,
)
_NATIVE = re.compile(
    r"bindings file|node-gyp|invalid ELF header|shared object file|prebuil|\.node'|native module",
    re.IGNORECASE,
)
_HANDLER = re.compile(r"(e|err|error|ex|exception|reason)(\.\w+)+ is not ")
_NO_MODULE = re.compile(r"Cannot find (module|package) '")
_CHILD = re.compile(
    r"(Command|Process|Child process|Subprocess)\b.* (failed|was killed|timed out|exited)"
    r"|spawn\w* ",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"Failed to parse URL from (?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_BUILT_IN = re.compile(r"(Type|Range|Reference|Syntax|Eval|URI|Assertion)Error\b")
_GONE = re.compile(
    r"\b(renamed|removed|deprecated|no longer|obsolete|replaced by|was moved|use .{1,40} instead|"
    r"instead of|unknown (option|method|property|key))\b",
    re.IGNORECASE,
)
_TYPES: tuple[tuple[str, SymptomKind], ...] = (
    (r"[\w$\])]\.[\w$#]+ is not a (function|constructor)", SymptomKind.ATTRIBUTE),
    (r"\(intermediate value\).* is not a (function|constructor)", SymptomKind.ATTRIBUTE),
    (r"Cannot (read|set) propert", SymptomKind.ATTRIBUTE),
    (r"Cannot read private member", SymptomKind.ATTRIBUTE),
)
_ELIDED = re.compile(r"(//|/\*|#)\s*(\.\.\.|…)|\b(TODO|your code)\b|/\*\s*\*/", re.IGNORECASE)
_UNDEFINED = re.compile(r"of (undefined|null)\b|undefined|is not iterable|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Case:
    """What a rule may look at."""

    fault: Fault
    job: Job
    environment: Environment | None


def rule(fault: Fault, job: Job, environment: Environment | None) -> Ruling:
    """The ruling on an uncaught error: the first rule that knows it."""
    case = _Case(fault, job, environment)
    rules: tuple[Callable[[_Case], Ruling | None], ...] = (
        _network,
        _module,
        _reference,
        _syntax,
        _system,
        _secrets,
        _child,
        _newer,
        _surroundings,
        _refused,
    )
    for judge in rules:
        ruling = judge(case)
        if ruling is not None:
            return ruling
    return red(_kind(fault))


def _module(case: _Case) -> Ruling | None:
    """Errors of finding and loading modules."""
    fault = case.fault
    code = fault.code or ("MODULE_NOT_FOUND" if _NO_MODULE.match(fault.message) else "")
    found = judge_module(code, fault.message, fault.interop, case.environment)
    if found is None:
        return None
    is_red, kind, reason, needle = found
    return red(kind, needle) if is_red else unverified(kind, reason, needle)


def says_network(text: str) -> bool:
    """Whether a printed text tells of a network that is not there."""
    return _NETWORK.search(text) is not None


def _all(fault: Fault) -> list[Fault]:
    return [fault, *fault.chain]


def _network(case: _Case) -> Ruling | None:
    for item in _all(case.fault):
        if _NETWORK.search(f"{item.code} {item.message}"):
            words = (item.code or item.message).split("\n")[0][:120]
            return unverified(SymptomKind.NETWORK, f"needs the network ({words})")
    return None


def _reference(case: _Case) -> Ruling | None:
    fault, job = case.fault, case.job
    if "ReferenceError" not in fault.name:
        return None
    early = re.match(r"Cannot access '(.+)' before initialization", fault.message)
    if early:
        return red(SymptomKind.NAME)
    match = re.match(r"([\w$]+) is not defined", fault.message)
    if match is None:
        return None
    name = match.group(1)
    if "in ES module scope" in fault.message and case.job.facts.get("strict"):
        return red(SymptomKind.NAME)
    if newer_global(name):
        reason = f"this Node.js may be too old for it: `{name}` is not defined"
        return unverified(SymptomKind.TOOLCHAIN, reason)
    if name in BROWSER:
        return unverified(SymptomKind.CONTEXT, f"needs a browser: `{name}` is not defined")
    if name in TESTS:
        return unverified(SymptomKind.CONTEXT, f"needs a test framework: `{name}` is not defined")
    bound = set(NODE).union(*(facts(item.code).bound for item in (job.snippet, *job.context)))
    if slip(name, bound - {name} - made_with(name, job.snippet.code)):
        return red(SymptomKind.NAME)
    return unverified(SymptomKind.CONTEXT, f"needs context: `{name}` is not defined in this block")


def _syntax(case: _Case) -> Ruling | None:
    fault = case.fault
    if "SyntaxError" not in fault.name:
        return None
    message = fault.message
    if re.search(r"JSON|regular expression|BigInt", message) and "Invalid regular" not in message:
        return red(SymptomKind.EXCEPTION)
    if "'super' keyword" in message or message.startswith(("Illegal break", "Illegal continue")):
        return unverified(SymptomKind.CONTEXT, "a part of a class or a loop, without the rest")
    if message.startswith(("Private field", "new.target", "Undefined label")):
        return unverified(SymptomKind.CONTEXT, "a part of a class or a function, without the rest")
    if re.search(r"\bassert\b\s*\{", fault.line) and "import" in fault.line:
        return unverified(SymptomKind.TOOLCHAIN, "this Node.js reads `with`, not `assert`")
    newer = newer_syntax(fault.line)
    if newer:
        return unverified(SymptomKind.TOOLCHAIN, f"this Node.js does not know {newer}")
    return red(SymptomKind.SYNTAX)


def _system(case: _Case) -> Ruling | None:
    for item in _all(case.fault):
        if item.code == "ENOENT":
            what = "program" if item.syscall.startswith("spawn") else "file"
            path = item.path or item.message
            return unverified(SymptomKind.CONTEXT, f"needs the {what} `{path}`")
        if item.code in ("EACCES", "EPERM", "EROFS", "EADDRINUSE", "EISDIR", "ENOTDIR", "ENOTTY"):
            return unverified(SymptomKind.CONTEXT, f"not permitted here: {item.message}")
        if item.code == "ERR_DLOPEN_FAILED" or _NATIVE.search(item.message):
            return unverified(SymptomKind.DEPENDENCY, f"a native part is missing: {item.message}")
    if _ABSENT.search(case.fault.message) and not _thrown_here(case):
        words = case.fault.message.split("\n")[0]
        return unverified(SymptomKind.CONTEXT, f"needs files that are not here: {words}")
    return None


def _child(case: _Case) -> Ruling | None:
    """A program that the block starts: it hangs on what is installed, not on the document."""
    for item in _all(case.fault):
        if item.child or _CHILD.match(item.message):
            words = item.message.split("\n")[0][:120]
            return unverified(SymptomKind.CONTEXT, f"starts a program that fails here: {words}")
    return None


def _newer(case: _Case) -> Ruling | None:
    """A function of the language or of Node.js itself that this Node.js does not have yet."""
    static = re.match(r"([A-Z]\w+)\.\w+ is not a function", case.fault.message)
    inside = library_of(case.fault.stack, case.job) and static and static.group(1) in NODE
    code = "\n".join(item.code for item in (*case.job.context, case.job.snippet))
    if not inside and not newer_call(case.fault.message, code):
        return None
    words = case.fault.message.split("\n")[0]
    return unverified(SymptomKind.TOOLCHAIN, f"this Node.js may be too old for it: {words}")


def _refused(case: _Case) -> Ruling | None:
    """An error of a library's own making about the state of things, which fragments do not show.

    Told from the language's own errors (a TypeError, a missing function), which do not depend on
    a state, and from what a library says of its own removed parts.
    """
    fault = case.fault
    library = library_of(fault.stack, case.job)
    if not library or _kind(fault) is not SymptomKind.EXCEPTION or _BUILT_IN.match(fault.name):
        return None
    if _GONE.search(fault.message):
        return None
    words = fault.message.split("\n")[0][:160]
    return unverified(SymptomKind.CONTEXT, f"`{library}` refuses this here: {words}")


def library_of(stack: str, job: Job) -> str:
    """The package whose code made an error; empty where the block's own code or Node.js did."""
    main = job.facts.get("main", "")
    for frame in re.findall(r"(?m)^\s+at .*$", stack):
        if f"/{main}:" in frame and "/node_modules/" not in frame:
            return ""
        inside = re.search(r".*/node_modules/((?:@[^/]+/)?[^/]+)/", frame)
        if inside:
            return inside.group(1)
    return ""


def _secrets(case: _Case) -> Ruling | None:
    fault = case.fault
    if _kind(fault) is SymptomKind.ASSERTION:
        return None
    if _SECRETS.search(fault.message) and not _thrown_here(case):
        return unverified(SymptomKind.CONTEXT, f"needs credentials: {fault.message}")
    return None


def _thrown_here(case: _Case) -> bool:
    """Whether the block itself makes the error, and not a library that it calls."""
    frames = re.findall(r"(?m)^\s+at .*$", case.fault.stack)
    return bool(frames) and f"/{case.job.facts.get('main', '')}:" in frames[0]


def _surroundings(case: _Case) -> Ruling | None:
    """A value is missing that the block gets from the command line, the shell, or left-out code."""
    fault = case.fault
    strange = fault.code == "ERR_INVALID_URL" and library_of(fault.stack, case.job)
    if strange or _RELATIVE.match(fault.message):
        return unverified(SymptomKind.CONTEXT, "an address without a host needs a browser")
    if _HANDLER.match(fault.message):
        words = fault.message.split("\n")[0]
        return unverified(SymptomKind.CONTEXT, f"handles another error than it tells of: {words}")
    if fault.name not in ("TypeError", "TypeError [ERR_INVALID_ARG_TYPE]"):
        return None
    if not _UNDEFINED.search(fault.message):
        return None
    code = case.job.snippet.code
    if re.search(r"process\.argv", code):
        return unverified(SymptomKind.CONTEXT, "needs command-line arguments")
    if "process.env" in code and re.search(r"undefined|null", fault.message):
        return unverified(SymptomKind.CONTEXT, "needs variables of the environment")
    if _ELIDED.search(code):
        return unverified(SymptomKind.CONTEXT, "leaves code out that it needs")
    return None


def _kind(fault: Fault) -> SymptomKind:
    if "AssertionError" in fault.name or fault.code == "ERR_ASSERTION":
        return SymptomKind.ASSERTION
    if fault.code.startswith(("ERR_INVALID_ARG", "ERR_MISSING_ARGS")):
        return SymptomKind.ARGUMENT
    if fault.name.startswith("TypeError"):
        for pattern, kind in _TYPES:
            if re.search(pattern, fault.message):
                return kind
        return SymptomKind.TYPE
    return SymptomKind.EXCEPTION
