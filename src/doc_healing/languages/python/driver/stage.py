"""The stage: a `__main__` module of its own for the snippet, and what it writes, by line."""

from __future__ import annotations

import builtins
import io
import os
import sys

from doc_healing.languages.python.driver.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, ModuleType
    from typing import IO, Any


class Writes:
    """What the snippet wrote, in order: stream, text, and the innermost line of its own."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.entries: list[tuple[str, str, int]] = []
        self.size = 0

    def note(self, stream: str, text: str) -> None:
        """Remember a write, up to a million characters."""
        if self.size < 1_000_000:
            self.size += len(text)
            self.entries.append((stream, text, _line_of(sys._getframe(2), self.path)))

    def text(self, start: int, streams: str = "out") -> str:
        """What was written since entry `start` to `out`, `err` or `outerr` (both in order)."""
        return "".join(text for stream, text, _ in self.entries[start:] if stream in streams)

    def of_lines(self, first: int, last: int) -> str:
        """What the statement on these lines (1-based) wrote to stdout."""
        return "".join(t for s, t, line in self.entries if s == "out" and first <= line <= last)

    def whole_lines(self, first: int, last: int) -> str:
        """The same, with what others had begun of its lines."""
        found, begun, joined = "", "", False
        for stream, text, line in self.entries:
            if stream != "out":
                continue
            if first <= line <= last:
                found += text if joined else begun + text
                joined = True
            begun = (begun + text).rpartition("\n")[2]
            joined = joined and bool(begun)
        return found


def set_up(path: str, text: str) -> ModuleType:
    """A fresh `__main__`, as the interpreter makes it for the script `path` that holds `text`."""
    module = announce(path)
    show(path, text)
    return module


def announce(path: str) -> ModuleType:
    """The same without its text: what an import sees of who imports it."""
    module = type(sys)("__main__")  # `types.ModuleType`, without its import
    module.__file__ = path
    module.__dict__["__builtins__"] = builtins
    module.__dict__["__cached__"] = None
    module.__dict__["__spec__"] = None
    sys.modules["__main__"] = module
    sys.argv[:] = [path]
    return module


def show(path: str, text: str) -> None:
    """Put the text where tracebacks, `inspect` and child processes look for it."""
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123  # pathlib costs 5 ms
            file.write(text)
    except OSError:
        import linecache  # a full or read-only directory: it is not found by reading

        linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)


_BUILTINS = dict(vars(builtins))
_mend = vars(builtins).update


def mend_builtins() -> None:
    """Give the driver its built-in names back, whatever the snippet did to them."""
    _mend(_BUILTINS)


def listen(path: str) -> Writes:
    """Note what goes through `sys.stdout` and `sys.stderr` from now on, and let it pass."""
    writes = Writes(path)
    for name in ("stdout", "stderr"):
        tee = _tee(getattr(sys, name), name[3:], writes)
        setattr(sys, name, tee)
        setattr(sys, f"__{name}__", tee)
    return writes


def hear_end_of_input(channel: Channel) -> None:
    """Say once when something reads on at the end of stdin: nobody is there to type."""

    class FileIO(io.FileIO):
        """Stdin itself, with an ear."""

        heard = False

        def readinto(self, buffer: Any) -> int:
            count = super().readinto(buffer)
            self._noted(count)
            return count

        def readall(self) -> bytes:
            self._noted(0)  # it reads until the end
            return super().readall()

        def _noted(self, count: int | None) -> None:
            if not count and not FileIO.heard:
                FileIO.heard = True
                channel.send("waited")

    before = sys.stdin
    if before is None or type(before) is not io.TextIOWrapper:
        return
    raw = FileIO(0, "rb", closefd=False)
    raw.name = "<stdin>"
    mended = io.TextIOWrapper(io.BufferedReader(raw), before.encoding, before.errors)
    mended.mode = "r"  # type: ignore[misc]  # as the interpreter sets it
    sys.stdin = sys.__stdin__ = mended  # type: ignore[misc]  # as the interpreter sets both


def _tee(stream: Any, name: str, writes: Writes) -> Any:
    class TextIOWrapper(io.TextIOWrapper):
        """The stream itself, with an ear."""

        def write(self, text: str) -> int:
            count = super().write(text)
            writes.note(name, text)
            return count

    stream.flush()
    buffer: IO[bytes] = stream.detach()
    return TextIOWrapper(buffer, "utf-8", "backslashreplace", line_buffering=True)


def _line_of(frame: FrameType | None, path: str) -> int:
    while frame is not None:
        if frame.f_code.co_filename == path:
            return frame.f_lineno
        frame = frame.f_back
    return 0


def main_path() -> str:
    """The path of the snippet's file in the working directory."""
    return os.path.join(os.getcwd(), "snippet.py")  # noqa: PTH109, PTH118  # pathlib costs 5 ms
