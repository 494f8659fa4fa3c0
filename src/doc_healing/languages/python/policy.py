"""Whose fault an exception is: the document's (BROKEN), or that of what we lack (UNVERIFIED).

A wrong red costs more trust than ten missed ones: whoever doubts, does not blame the document.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from doc_healing.languages.python import databases, lacking, newer
from doc_healing.languages.python.reports import Fault, Link
from doc_healing.languages.python.spelling import is_typo
from doc_healing.model import Environment, SymptomKind, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a fault, the kind of its symptom, and the reason in words."""

    verdict: Verdict
    kind: SymptomKind
    reason: str = ""
    names: tuple[str, ...] = ()


_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|Network is unreachable"
    r"|nodename nor servname|No address associated with hostname|getaddrinfo failed"
    r"|Failed to resolve|Max retries exceeded with url|Connection refused|Errno -[235]\]"
    r"|All connection attempts failed|Could not connect|Cannot connect to host|Errno 101\]"
    r"|connection attempt failed|No route to host|couldn't connect to server"
    r"|Can't connect to (?:\w+ )*server|could not translate host name|connection to server at"
    r"|Is the server running|Error -?\d+ connecting to|Cannot assign requested address",
    re.IGNORECASE,
)
_NETWORK_CLASSES = frozenset(
    {
        "gaierror", "herror", "URLError", "HTTPError", "ConnectError", "ConnectTimeout",
        "ConnectionRefusedError", "ConnectionResetError", "NewConnectionError", "MaxRetryError",
        "NameResolutionError", "ClientConnectorError", "ClientConnectorDNSError",
        "ServerSelectionTimeoutError", "NoBrokersAvailable", "EndpointConnectionError",
        "APIConnectionError", "TransportError", "SSLError", "SSLCertVerificationError",
        "OfflineModeIsEnabled", "LocalEntryNotFoundError",
    }
)  # fmt: skip
_CREDENTIALS = re.compile(
    r"api[_ ]?key|credential|access[_ ]token|auth(?:entication|orization)? (?:token|key)"
    r"|environment variable|env(?:ironment)? var|not logged in|secret[_ ]key|NoRegionError",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"no display name|\$DISPLAY|cannot open shared object file|could not connect to display"
    r"|Executable doesn't exist|not a tty|Inappropriate ioctl|stdin is not a terminal"
    r"|executable needs to be in PATH|Unable to (?:locate|find) .*(?:driver|executable|library)"
    r"|DJANGO_SETTINGS_MODULE|settings are not configured|Apps aren't loaded yet"
    r"|unsupported locale setting|Read-only file system|No such device|CUDA|no running event loop",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[str, SymptomKind], ...] = (
    ("builtins.MemoryError", SymptomKind.MEMORY),
    ("builtins.SyntaxError", SymptomKind.SYNTAX),
    ("builtins.ImportError", SymptomKind.IMPORT),
    ("builtins.NameError", SymptomKind.NAME),
    ("builtins.AttributeError", SymptomKind.ATTRIBUTE),
    ("builtins.AssertionError", SymptomKind.ASSERTION),
    ("builtins.TypeError", SymptomKind.TYPE),
)
_ARGUMENT = re.compile(
    r"unexpected keyword argument|positional argument|missing \d+ required|keyword-only argument"
    r"|takes no (?:keyword )?arguments|takes (?:exactly|at (?:most|least)|from) |missing a required"
    r"|got multiple values for|invalid keyword argument|got some positional-only"
    r"|too many positional"
)


def judge(fault: Fault, environment: Environment | None, running: str = "") -> Judgement:
    """The verdict on what stopped a run by Python `running`."""
    if not fault.chain:
        return Judgement(Verdict.BROKEN, SymptomKind.EXCEPTION)
    for link in fault.chain:
        name, since = newer.needed(link, fault.bound, running)
        if since and (link is fault.chain[0] or _is(link, "builtins.ImportError")):
            reason = f"`{name}` needs Python {since} or newer; this is {running}"
            return Judgement(Verdict.UNVERIFIED, SymptomKind.TOOLCHAIN, reason, (name,))
    for rule in _RULES:
        found = rule(fault, environment)
        if found is not None:
            return found
    return Judgement(Verdict.BROKEN, kind(fault.chain[0]))


def kind(link: Link) -> SymptomKind:
    """The kind of symptom that an exception's class and message stand for."""
    for base, found in _KINDS:
        if base in link.bases:
            if found is SymptomKind.TYPE and _ARGUMENT.search(link.message):
                return SymptomKind.ARGUMENT
            return found
    return SymptomKind.EXCEPTION


def _needs(reason: str, *names: str) -> Judgement:
    return Judgement(Verdict.UNVERIFIED, SymptomKind.CONTEXT, "needs context: " + reason, names)


def _placeholder(fault: Fault, _: Environment | None) -> Judgement | None:
    link = fault.chain[0]
    named = "ellipsis" in link.message.lower() or "Ellipsis" in link.message
    if fault.value:
        reason = "it shows a value and is no program"
        return Judgement(Verdict.ILLUSTRATIVE, SymptomKind.CONTEXT, reason)
    if named or (fault.placeholder and not _is(link, "builtins.ImportError")):
        reason = "`...` stands for something left out (a placeholder)"
        return Judgement(Verdict.ILLUSTRATIVE, SymptomKind.CONTEXT, reason)
    return None


def _network(fault: Fault, _: Environment | None) -> Judgement | None:
    for link in fault.chain:
        named = link.name in _NETWORK_CLASSES or "builtins.ConnectionError" in link.bases
        if named or _NETWORK.search(link.message):
            reason = f"needs the network: {line_of(link)}"
            return Judgement(Verdict.UNVERIFIED, SymptomKind.NETWORK, reason)
    return None


def _database(fault: Fault, _: Environment | None) -> Judgement | None:
    if kind(fault.chain[0]) is not SymptomKind.EXCEPTION:
        return None
    for link in fault.chain[:4]:
        if databases.lacks_state(link):
            return _needs(f"a database that this block does not set up ({line_of(link)})")
    return None


def _name(fault: Fault, _: Environment | None) -> Judgement | None:
    link = fault.chain[0]
    if not _is(link, "builtins.NameError") or _is(link, "builtins.UnboundLocalError"):
        return None
    found = re.search(r"name '([^']+)' is not defined", link.message)
    name = link.facts.get("name") or (found[1] if found else "")
    if name in ("true", "false", "null", "undefined"):
        reason = f"`{name}` is JSON or JavaScript, not Python"
        return Judgement(Verdict.ILLUSTRATIVE, SymptomKind.CONTEXT, reason, (name,))
    if not fault.inside:
        return Judgement(Verdict.BROKEN, SymptomKind.NAME, names=(name,)) if _own(fault) else None
    meant = is_typo(name, fault.bound, fault.defined)
    if meant:
        reason = f"did it mean `{meant}`?"
        return Judgement(Verdict.BROKEN, SymptomKind.NAME, reason, (name, meant))
    if name in fault.later & fault.defined:
        reason = f"`{name}` is bound only later in this block"
        return Judgement(Verdict.BROKEN, SymptomKind.NAME, reason, (name,))
    return _needs(f"`{name}` is not defined in this block", name)


def _import(fault: Fault, environment: Environment | None) -> Judgement | None:
    link = next((one for one in fault.chain if _is(one, "builtins.ImportError")), None)
    if link is None or (link is not fault.chain[0] and fault.inside):
        return None
    module = link.facts.get("name") or _named_module(link.message)
    top = module.partition(".")[0]
    own = environment.modules if environment else ()
    broken = Judgement(Verdict.BROKEN, SymptomKind.IMPORT, names=tuple(filter(None, (module,))))
    if "attempted relative import" in link.message:
        return _needs("its relative import belongs to a package that the document does not show")
    if _EXAMPLE_NAME.search(link.message):
        return _needs(f"the name is an example's: {line_of(link)}")
    if _MACHINE.search(link.message):
        return _needs(line_of(link))
    if top in own:
        return broken if _from_the_text(fault) else _broken_inside(link)
    missing = _is(link, "builtins.ModuleNotFoundError")
    if not _from_the_text(fault):
        return _dependency(f"an optional dependency is not installed: {line_of(link)}", top)
    if top in ("tkinter", "_tkinter", "turtle", "idlelib", "curses", "winreg", "msvcrt", "_winapi"):
        return _needs(f"`{top}` is not part of this machine's Python", top)
    if top in sys.stdlib_module_names or top in _REMOVED:
        return broken
    if missing:
        if module.count(".") and _installed(top, environment):
            return broken
        return _dependency(f"`{top or module}` is not installed", top)
    return broken if top else None


_PINNED = re.compile(r"versions as .* pins? them")


def _mismatch(fault: Fault, environment: Environment | None) -> Judgement | None:
    """A dependency whose version nobody pinned refuses how the project's own code uses it.

    The project may have been written for another one; with a lock, its versions are the right ones.
    """
    link = fault.chain[0]
    plain = link.module == "builtins" and link.name in ("TypeError", "AttributeError")
    if environment is None or not plain or fault.inside:
        return None
    if any(_PINNED.search(note) for note in environment.notes):
        return None
    after = next(
        (at for at, one in enumerate(reversed(fault.files)) if _is_own_file(one)), len(fault.files)
    )
    tops = [_top_of(one) for one in fault.files[len(fault.files) - after :]]
    raised = tops[-1] if tops else ""
    own = [top for top in tops if top in environment.modules]
    if not raised or raised in environment.modules or not own:
        return None
    return _dependency(
        f"`{own[-1]}` does not fit the installed `{raised}` ({line_of(link)})", raised
    )


def _top_of(name: str) -> str:
    """The package of an installed file; empty for any other."""
    inner = name.rpartition("/site-packages/")[2] if "/site-packages/" in name else ""
    return inner.partition("/")[0].removesuffix(".py")


def _broken_inside(link: Link) -> Judgement:
    """The project's own code cannot import a part of itself: not the document's fault."""
    return _dependency(f"the project's own code could not be imported: {line_of(link)}", link.name)


_EXAMPLE_NAME = re.compile(
    r"cannot import name '(?:(?:My|Your|Our|Some|Example|Foo|Bar)(?=[A-Z_'])"
    r"|(?:my|your|our|some|example)_|(?:foo|bar|baz|\w+_name)'"
    r"|\w*(?:Class|Model|Extension|Module|Package|Plugin|Type|Function|Component)Name')"
)
_REMOVED = frozenset(
    "distutils imp asynchat asyncore smtpd cgi cgitb crypt audioop aifc chunk imghdr mailcap "
    "msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib "
    "lib2to3 parser formatter symbol binhex macpath".split()
)


def _installed(top: str, environment: Environment | None) -> bool:
    packages = environment.packages if environment else {}
    return top.lower().replace("_", "-") in {name.lower().replace("_", "-") for name in packages}


def _dependency(reason: str, *names: str) -> Judgement:
    return Judgement(
        Verdict.UNVERIFIED, SymptomKind.DEPENDENCY, "needs a dependency: " + reason, names
    )


def _named_module(message: str) -> str:
    found = re.search(r"No module named '([^']+)'|from '([^']+)'", message)
    return (found[1] or found[2]) if found else ""


def _from_the_text(fault: Fault) -> bool:
    """Whether the import stands in the snippet itself, not in what it imports."""
    return all(_is_own_file(name) or name.startswith("<frozen importlib") for name in fault.files)


def _is_own_file(name: str) -> bool:
    return name.endswith("/snippet.py")


def _own(fault: Fault) -> bool:
    return bool(fault.files) and _is_own_file(fault.files[-1])


def _files(fault: Fault, _: Environment | None) -> Judgement | None:
    for link in fault.chain[:4]:
        if _is(link, "builtins.FileNotFoundError") or _is(link, "builtins.NotADirectoryError"):
            missing = link.facts.get("filename")
            return _needs(f"`{missing}` is not there" if missing else line_of(link))
        if _is(link, "builtins.PermissionError"):
            return _needs(line_of(link))
        if not fault.inside and lacking.package(link.message):
            return _dependency(line_of(link), "")
        if not fault.inside and lacking.place(f"{link.name}: {link.message}"):
            return _needs(line_of(link))
    return None


def _surroundings(fault: Fault, _: Environment | None) -> Judgement | None:
    for link in fault.chain[:6]:
        environ = any(name.endswith(("/os.py", "<frozen os>")) for name in fault.files[-2:])
        if _is(link, "builtins.KeyError") and environ:
            return _needs(f"the environment variable `{link.facts.get('key', '')}` is not set")
        if _is(link, "builtins.EOFError") and "reading a line" in link.message:
            return _needs("it reads input from its user")
        if link.name in ("TclError", "GetPassWarning", "NoBackendError"):
            return _needs(line_of(link))
        if _MACHINE.search(link.message):
            return _needs(line_of(link))
        if link.name == "CalledProcessError":
            return _needs(f"a command that works: {line_of(link)}")
        if _CREDENTIALS.search(link.message) and not fault.inside:
            return _needs(f"credentials or settings: {line_of(link)}")
    return None


def _depth(fault: Fault, _: Environment | None) -> Judgement | None:
    if any(_is(link, "builtins.RecursionError") for link in fault.chain):
        # How deep is too deep depends on the frames below, and ours are among them.
        return _needs("it recurses deeper than the interpreter allows here")
    return None


def _is(link: Link, base: str) -> bool:
    return base in link.bases


def line_of(link: Link) -> str:
    """An exception in one line, as the interpreter prints it."""
    first = link.message.strip().split("\n")[0][:200]
    return f"{link.name}: {first}" if first else link.name


_Rule = Callable[[Fault, Environment | None], Judgement | None]
_RULES: tuple[_Rule, ...] = (
    _placeholder,
    _network,
    _database,
    _name,
    _import,
    _files,
    _surroundings,
    _depth,
    _mismatch,
)
