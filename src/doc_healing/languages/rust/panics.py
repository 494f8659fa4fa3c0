"""How a program of Rust ended badly, read from what the runtime prints."""

import re
from dataclasses import dataclass

from doc_healing.languages.rust.policy import Ruling, red, unverified
from doc_healing.languages.rust.tree import plain
from doc_healing.model import SymptomKind

K = SymptomKind
_PANIC = re.compile(r"(?m)^thread '([^'\n]*)'(?: \(\d+\))? panicked at (.*)$")
_OLD_PANIC = re.compile(r"'(.*)', ([^\s']+:\d+:\d+)$", re.DOTALL)
_MISSING = re.compile(r"kind: NotFound|No such file or directory|entity not found|os error 2\b")
_NETWORK = re.compile(
    r"ConnectionRefused|ConnectionReset|NetworkUnreachable|HostUnreachable|AddrNotAvailable|"
    r"failed to lookup address|dns error|error trying to connect|Network is unreachable|"
    r"Connection refused|Name or service not known|Temporary failure in name resolution|"
    r"tcp connect error|os error (?:101|111|113|99)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"PermissionDenied|Permission denied|Operation not permitted|os error 13\b|"
                     r"ReadOnlyFilesystem|AddrInUse|NotConnected|Inappropriate ioctl")  # fmt: skip
_UNSET = re.compile(r"NotPresent\b|environment variable not found|must be set\b|not set\b")
_LEFT_OUT = re.compile(r"not (yet )?implemented")
_FRAME = re.compile(r"\s+\d+: \S")
_PLACE = re.compile(r"\s+at \S+:\d+(?::\d+)?$")
_OF_BLOCK = re.compile(r"at (?!/rustc/|\S*/lib/rustlib/|\S*/registry/)\S+:\d+")
_ONLY_PANIC = re.compile(
    r"\s*(?:(?:std|core)::)?(?:panic|unreachable)!\s*[(\[{][^;{}]*[)\]}]\s*;?\s*"
)
_RUNTIME = re.compile(
    r"no reactor running|must be called from the context of (a|the) Tokio|no (default|global) "
    r"(subscriber|executor|context|runtime)|Python (interpreter|is) .*not initialized"
)
_KEYS = re.compile(r"api[ _-]?key|credential|access[ _-]?token|unauthorized|secret", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Panic:
    """A panic: its message, and all that was printed of it."""

    message: str
    text: str  # its place and its backtrace


def panic_of(stderr: str) -> Panic | None:
    """The panic that ended the program: the main thread's, else the last one."""
    found = list(_PANIC.finditer(stderr))
    if not found:
        return None
    mains = [match for match in found if match[1] == "main"]
    # What a thread leaves out reaches the main one as an error of another kind.
    open_ = [match for match in found if _LEFT_OUT.match(_message(stderr[match.start() :]))]
    match = (open_ or mains or found)[-1]
    end = next((other.start() for other in found if other.start() > match.start()), len(stderr))
    text = stderr[match.start() : end]
    old = _OLD_PANIC.match(match[2])
    message = old[1] if old else _message(text)
    return Panic(message, text)


def rule(message: str, code: str) -> Ruling:
    """Whose fault a panic or an error that `main` returned is; `code` is the block's text."""
    first = message.split("\n")[0][:160]
    if _NETWORK.search(message):
        return unverified(K.NETWORK, f"needs the network ({first})")
    if _LEFT_OUT.match(message):
        return unverified(K.CONTEXT, "leaves code out that it needs (`todo!`)")
    if _MISSING.search(message):
        return unverified(K.CONTEXT, f"needs a file: {first}")
    if _DENIED.search(message):
        return unverified(K.CONTEXT, f"not permitted here: {first}")
    if _UNSET.search(message) and re.search(r"env::|env!|getenv|dotenv", code):
        return unverified(K.CONTEXT, f"needs variables of the environment: {first}")
    if _RUNTIME.search(message):
        return unverified(K.CONTEXT, f"needs its runtime around it: {first}")
    if message.startswith("assertion"):
        return red(K.ASSERTION)
    if (
        re.search(r"env::args|args\(\)|clap|structopt|Parser\b", code)
        and "Option::unwrap" in message
    ):
        return unverified(K.CONTEXT, "needs command-line arguments")
    if re.search(r"\bstdin\(\)|read_line", code):
        return unverified(K.CONTEXT, f"needs input from its reader: {first}")
    if re.search(r"env::args", code):
        return unverified(K.CONTEXT, "needs command-line arguments")
    if _KEYS.search(message) and "panic!" not in code:
        return unverified(K.CONTEXT, f"needs credentials: {first}")
    return red(K.EXCEPTION)


def is_alone(code: str) -> bool:
    """Whether a block is nothing but a panic, which belongs to code that is not shown."""
    return _ONLY_PANIC.fullmatch(plain(code)) is not None


def readable(stderr: bytes) -> str | None:
    """What was printed, without the library's frames; None where there are none: as it is."""
    text = stderr.decode("utf-8", "replace")
    return folded(text) if "stack backtrace:" in text else None


def folded(stderr: str) -> str:
    """What was printed, without the frames of a backtrace that are the library's own."""
    kept: list[str] = []
    frames = stderr.split("\n")
    for at, line in enumerate(frames):
        below = frames[at + 1].strip() if at + 1 < len(frames) else ""
        place = line.strip() if _PLACE.match(line) else below
        if (_FRAME.match(line) or _PLACE.match(line)) and not _OF_BLOCK.match(place):
            continue
        if not line.startswith("note: Some details are omitted"):
            kept.append(line)
    return "\n".join(kept)


def is_overflow(stderr: str) -> bool:
    """Whether the stack ran over."""
    return "has overflowed its stack" in stderr


def is_out_of_memory(stderr: str) -> bool:
    """Whether an allocation was refused."""
    return re.search(r"memory allocation of \d+ bytes failed", stderr) is not None


def returned_error(stderr: str) -> str:
    """The error that `main` returned, as the runtime prints it; empty where there is none."""
    match = re.search(r"(?ms)^Error: (.*)\Z", stderr)
    return match[1].strip() if match else ""


def _message(text: str) -> str:
    """What stands between the place and the backtrace."""
    lines = text.split("\n")[1:]
    kept: list[str] = []
    for line in lines:
        if line.startswith(("stack backtrace:", "note: run with", "note: Some details")):
            break
        kept.append(line)
    return "\n".join(kept).strip()
