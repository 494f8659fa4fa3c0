"""Whose fault an exception is: the document's (red), or missing surroundings' (never red)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from doc_healing.languages.java.notation import elided, shortened
from doc_healing.languages.java.policy import Ruling, declares, red, unverified
from doc_healing.languages.java.tree import COMMENTS, tree
from doc_healing.model import Environment, Job, SymptomKind

Event = Mapping[str, Any]
K = SymptomKind

_NETWORK = frozenset(
    "java.net.UnknownHostException java.net.ConnectException java.net.NoRouteToHostException "
    "java.net.SocketTimeoutException java.net.http.HttpConnectTimeoutException "
    "java.nio.channels.UnresolvedAddressException java.net.PortUnreachableException "
    "java.net.http.HttpTimeoutException javax.net.ssl.SSLHandshakeException".split()
)
_OFFLINE = re.compile(
    r"Network is (?:unreachable|down)|Connection refused|UnknownHost|Temporary failure in name|"
    r"nodename nor servname|No route to host|Unable to (?:connect|resolve host)",
    re.IGNORECASE,
)
# A port below 1024, an address of no interface here, a group to join: the jail's to refuse.
_REFUSED = re.compile(
    r"Permission denied|Operation not permitted|Address already in use|No such device|"
    r"annot assign requested address|Address family not supported|Protocol not (?:avail|supp)",
    re.IGNORECASE,
)
_NO_FILE = re.compile(
    r"(?:^|: )(?:Permission denied|Operation not permitted|Read-only file system|"
    r"No such file or directory)\W*$"
)
_FILES = frozenset(
    "java.io.FileNotFoundException java.nio.file.NoSuchFileException "
    "java.nio.file.AccessDeniedException java.nio.file.NotDirectoryException "
    "java.nio.file.ReadOnlyFileSystemException java.nio.file.FileSystemNotFoundException "
    "java.nio.file.ProviderNotFoundException".split()
)
_LINKAGE = ("java.lang.NoClassDefFoundError", "java.lang.ClassNotFoundException")
_MISMATCH = ("java.lang.IncompatibleClassChangeError", "java.lang.UnsatisfiedLinkError",
             "java.lang.VerifyError", "java.lang.UnsupportedClassVersionError",
             "java.util.ServiceConfigurationError")  # fmt: skip
_SECRETS = re.compile(
    r"api[ _-]?key|credential|access[ _-]?token|auth[ _-]?token|environment variable|"
    r"secret[ _-]?(?:key|access)|unauthorized|not authenticated",
    re.IGNORECASE,
)
_UNWRITTEN = re.compile(
    r"\bnot (?:yet )?(?:implemented|supported)\b|\bunimplemented\b|\btodo\b|\bunreachable\b",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:renamed|removed|no longer|obsolete|replaced by|was moved|use .{1,40} instead)\b",
    re.IGNORECASE,
)
_PROGRAMMING = frozenset(
    "java.lang.NullPointerException java.lang.ClassCastException "
    "java.lang.IndexOutOfBoundsException java.lang.ArithmeticException "
    "java.lang.ArrayStoreException java.lang.StackOverflowError".split()
)
_JDK = ("java.", "javax.", "jdk.", "sun.", "com.sun.", "dochealing.")


def rule_thrown(event: Event, job: Job, environment: Environment | None) -> Ruling:
    """The ruling on an uncaught exception, told with its causes."""
    chain = [event, *(one for one in event.get("causes", ()) if isinstance(one, dict))]
    outside = _surroundings(chain, environment) or _lacking(event, job)
    if outside is not None:
        return outside
    names = _kinds(event)
    if any(name.endswith(("AssertionError", "AssertionFailedError")) for name in names):
        return red(K.ASSERTION)
    library = _library(event, job)
    message = str(event.get("message", ""))
    if library and not names & _PROGRAMMING and not _GONE.search(message):
        words = f"{event.get('class')}: {message}".split("\n")[0][:160]
        return unverified(K.CONTEXT, f"`{library}` refuses this here: {words}")
    if names & {"java.lang.ClassCastException", "java.lang.ArrayStoreException"}:
        return red(K.TYPE)
    return red(K.EXCEPTION)


def resource(event: Event) -> SymptomKind | None:
    """The limit that an error of the virtual machine itself speaks of."""
    chain = [event, *(one for one in event.get("causes", ()) if isinstance(one, dict))]
    for one in chain:
        message = str(one.get("message", ""))
        if "java.lang.OutOfMemoryError" in _kinds(one):
            threads = "native thread" in message
            return K.PROCESS_LIMIT if threads else K.MEMORY
        if "Resource temporarily unavailable" in message:
            return K.PROCESS_LIMIT
        if "No space left on device" in message or "Disk quota exceeded" in message:
            return K.DISK_LIMIT
    return None


def _surroundings(chain: Sequence[Event], environment: Environment | None) -> Ruling | None:
    for one in chain:
        names, message = _kinds(one), str(one.get("message", ""))
        words = f"{str(one.get('class', '')).rpartition('.')[2]}: {message}".split("\n")[0][:160]
        if names & _NETWORK or _OFFLINE.search(message):
            return unverified(K.NETWORK, f"needs the network ({words})")
        if "java.net.SocketException" in names and _REFUSED.search(message):
            return unverified(K.NETWORK, f"opens what is not open to it here ({words})")
        if names & _FILES:
            return unverified(K.CONTEXT, f"needs files that are not here: {words}")
        if names & set(_LINKAGE):
            return _missing_class(message, environment)
        if names & set(_MISMATCH):
            return unverified(K.DEPENDENCY, f"what is installed does not fit together: {words}")
        if any(name in ("java.awt.HeadlessException", "java.awt.AWTError") for name in names):
            return unverified(K.CONTEXT, "needs a display")
        if names & {"java.util.MissingResourceException", "java.sql.SQLException"}:
            return unverified(K.CONTEXT, f"needs what is not here: {words}")
        if "Cannot run program" in message:
            return unverified(K.CONTEXT, f"starts a program that is not here: {words}")
        if "java.io.IOException" in names and _NO_FILE.search(message):
            return unverified(K.CONTEXT, f"needs files that are not here: {words}")
        if _SECRETS.search(message):
            return unverified(K.CONTEXT, f"needs credentials: {words}")
    return None


def _missing_class(message: str, environment: Environment | None) -> Ruling:
    name = message.split(" ")[0].replace("/", ".")
    del environment  # an own class that is gone was seen by javac; this one is asked for by name
    return unverified(K.DEPENDENCY, f"the class `{name}` is not installed")


def _lacking(event: Event, job: Job) -> Ruling | None:
    """What the block gets from the command line, the keyboard, or left-out code."""
    names, code = _kinds(event), job.snippet.code
    if "java.lang.ArrayIndexOutOfBoundsException" in names and re.search(r"\bargs\s*\[", code):
        return unverified(K.CONTEXT, "needs command-line arguments")
    reads = re.search(r"System\s*\.\s*in\b|IO\.readln|System\.console", code)
    if reads and names & {
        "java.util.NoSuchElementException",
        "java.lang.NullPointerException",
        "java.lang.NumberFormatException",
        "java.io.EOFException",
    }:
        return unverified(K.CONTEXT, "needs input from the keyboard")
    asks = re.search(r"System\s*\.\s*(?:getenv|getProperty)\b", code)
    if asks and names & {"java.lang.NullPointerException", "java.lang.IllegalArgumentException"}:
        return unverified(K.CONTEXT, "needs variables of the environment")
    if elided(code) and names & (_PROGRAMMING | {"java.lang.UnsupportedOperationException"}):
        return unverified(K.CONTEXT, "leaves code out that it needs")
    if any(shortened(item.code) for item in (job.snippet, *job.context)):
        return unverified(K.CONTEXT, "a text is left out: an ellipsis stands for it")
    stub = "java.lang.UnsupportedOperationException" in names
    if (stub or _UNWRITTEN.search(str(event.get("message", "")))) and _is_throw(code):
        return unverified(K.CONTEXT, "stands for code that is not written")
    return None


def _is_throw(code: str) -> bool:
    """Whether a fragment is nothing but a `throw`: part of a method, not a program that fails."""
    root = tree(code)
    parts = [node for node in root.children if node.type not in COMMENTS] if root else []
    return bool(parts) and all(node.type == "throw_statement" for node in parts)


def _library(event: Event, job: Job) -> str:
    """The class of a library that made an error; empty where the block or the JDK did."""
    if not event.get("frames"):  # some make their exceptions without a trace, to be quick
        simple = re.split(r"[.$]", str(event.get("class", "")))[-1]
        strange = not str(event.get("class", "")).startswith(_JDK)
        known = declares(simple, job)
        return simple if strange and simple and not known else ""
    for frame in event.get("frames", ()):
        if not isinstance(frame, list) or len(frame) != 5 or frame[4] is True:
            return ""
        name = str(frame[2])
        if not name.startswith(_JDK):
            return name.rpartition(".")[2].split("$")[0]
    return ""


def _kinds(event: Event) -> set[str]:
    kinds = event.get("kinds")
    names = set(map(str, kinds)) if isinstance(kinds, list) else set()
    return names | {str(event.get("class", ""))}
