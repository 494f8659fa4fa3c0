"""What the runtime writes when it is told to abort: where the program stands, and much else."""

import re

_ABORTED = re.compile(r"(?m)^SIGABRT: abort$")
_REGISTER = re.compile(r"(?m)^(?:[re]?[a-z]{1,2}\d{0,2}|[re]flags|pc|fault|lr)\s+0x[0-9a-f]+\n?")
_POSITION = re.compile(r"(?m)^PC=0x[0-9a-f]+ .*\n?")
_POINTERS = re.compile(r"(?m) \+0x[0-9a-f]+.*$| fp=0x.*$| gp=0x.*(?= \[)")
_RUNTIMES = re.compile(r"(?m)^runtime\..*\n\truntime/.*\n?")
_OWN = "snippet.go:"


def readable(stderr: bytes) -> str | None:
    """The text without registers and goroutines that never were in the snippet; None: as it is.

    A program whose time is over is told to abort; https://pkg.go.dev/runtime says what it writes.
    """
    text = stderr.decode("utf-8", "replace")
    found = _ABORTED.search(text)
    if found is None:
        return None
    said, dump = text[: found.start()], text[found.end() :]
    parts = re.split(r"\n\n+", _REGISTER.sub("", _POSITION.sub("", dump)))
    own = [_frames(part) for part in parts if part.startswith("goroutine ") and _OWN in part]
    return said + "".join(f"{part}\n\n" for part in own)


def _frames(goroutine: str) -> str:
    return _POINTERS.sub("", _RUNTIMES.sub("", goroutine)).strip("\n")
