"""A resident interpreter: imports what its programs begin by importing, waits, and forks.

Whatever those imports leave behind that an import in a program's own process would not is a reason
not to serve: the programs are then forked from an interpreter that imported nothing, or run cold.
"""

# pathlib costs 5 ms; and this runs on Python 3.8.
# ruff: noqa: PTH109, PTH118, PTH123, PTH208, UP031

from __future__ import annotations

import _io
import _weakref
import os
import sys

from doc_healing.languages.python.driver import network, stage
from doc_healing.languages.python.driver.lazy import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from doc_healing.languages.python.driver import touches


def serve(folder: str, ear: touches.Ear | None) -> Ending:
    """Wait for programs; returns in each of them, in its own working directory."""
    kept: dict[str, Any] = {}
    with open(".doc-healing-fork.py", encoding="utf-8") as file:
        exec(file.read(), kept)  # noqa: S102  # the sandbox's own
    forking = kept["Forking"]()
    ending = Ending(forking)
    text_of("")  # what it imports, each program would
    names = _names(folder)
    problem = _import(names, ear) if names else ""
    if ear is not None:
        ear.settle()
    if problem:
        forking.say(problem.encode("ascii", "replace")[:60])
        os._exit(1)
    forking.say(b"ready")
    forking.serve()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # each run by itself
    ending.owner = os.getpid()
    if ear is not None:
        ear.deaf, ending.tell = False, ear.tell
    return ending


class Mark:
    """Tells by its own end that what held it is gone."""


class Ending:
    """The end of a forked program, without taking its interpreter apart.

    That would free everything that was there before the fork: most of what a small program costs,
    since each page that it touches is copied first. What can be seen of it is done here, when all
    that was registered with `atexit` is over: the program's own objects end with their `__main__`,
    and what was written is flushed. What C registered runs as the process exits. Where something
    outlives `__main__` that would end later, all is taken apart as ever.
    """

    code: object = None  # of the program's exit, once it is known
    owner = 0
    tell: Any = None  # what is still to be said then

    def __init__(self, forking: Any) -> None:
        # Before anything of a stranger, so that it comes last and finds what it needs.
        there = "atexit" in sys.modules
        import atexit

        atexit.register(self._end)
        if not there:
            del sys.modules["atexit"]
        self._gc, self._collect, self._debugged = (
            forking.gc,
            forking.gc.collect,
            forking.gc.get_debug,
        )
        self._objects = forking.gc.get_objects
        self._writers = (_io.TextIOWrapper, _io.BufferedWriter, _io.BufferedRandom, _io.FileIO)
        self._modules, self._pid = sys.modules, os.getpid
        self._exit = forking.ctypes.PyDLL(None).exit  # no thread goes on while it exits

    def _end(self) -> None:
        if self.tell is not None:
            self.tell()
        code = self.code
        if self._pid() != self.owner or type(code) is not int or not 0 <= code < 256:
            return
        if self._gc.callbacks or self._debugged():
            return
        try:
            self._flush()
            if not self._writes() and self._main_is_gone():
                self._flush()
                self._exit(code)
        except BaseException:  # noqa: BLE001  # then it ends as any interpreter does
            return

    def _writes(self) -> bool:
        """Whether a file is still open for writing: what is left in it is written in its turn."""
        own = [sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__]
        own += [getattr(stream, "buffer", None) for stream in own]
        known = {id(one) for one in own}
        return any(
            type(one) in self._writers and id(one) not in known and not one.closed
            for one in self._objects()
        )

    def _main_is_gone(self) -> bool:
        """Let go of the program's names, and whether nothing else holds on to them."""
        main = self._modules.get("__main__")
        if type(main) is not type(sys):
            return False
        mark = Mark()
        main.__dict__["\0"] = mark
        held = _weakref.ref(mark)
        for name in [name for name, module in self._modules.items() if module is main]:
            del self._modules[name]  # `multiprocessing` gives it a second name
        del main, mark
        there = self._modules.get("io")
        self._modules["io"] = None  # type: ignore[assignment]  # at its end it shows no source
        self._collect()
        if there is not None:
            self._modules["io"] = there
        return held() is None

    def _flush(self) -> None:
        for stream in {sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__}:
            if stream is not None and not stream.closed:
                stream.flush()


def _names(folder: str) -> list[str]:
    try:
        with open(os.path.join(folder, "imports.txt"), encoding="utf-8") as file:
            return file.read().splitlines()
    except OSError:
        return []


def _import(names: list[str], ear: touches.Ear | None) -> str:
    """Import as the program would: from `__main__`, from its directory. Says what went wrong."""
    stage.announce(stage.main_path())
    sys.path[0] = os.getcwd()
    tries = _Tries()
    network.watch(tries)  # type: ignore[arg-type]  # it takes what a channel takes
    before = _state()
    # What it binds, and the warnings that it notes, are not the program's yet.
    main: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    if ear is not None:
        ear.deaf = False
    try:
        for name in names:
            code = compile(name, stage.main_path(), "exec", dont_inherit=True)
            exec(code, main)  # noqa: S102  # this is the jail's purpose
    except BaseException as error:  # noqa: BLE001  # a stranger's module may raise anything
        return type(error).__name__
    if ear is not None:
        ear.deaf = True
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    tries.over = True
    after = _state()
    if tries.count:
        return "tried to reach a network"
    return "" if after == before else "left " + _difference(before, after)


class _Tries:
    """Counts what an import tries to reach: its program has to report that by itself."""

    def __init__(self) -> None:
        self.count = 0
        self.over = False

    def write(self, _event: str, **_facts: object) -> None:
        """Stands for the report channel's own."""
        if not self.over:
            self.count += 1


def _state() -> dict[str, object]:
    """What an import must leave as it was, for all its programs to start from."""
    import signal

    mask, main = os.umask(0), sys.modules["__main__"]
    os.umask(mask)
    found: dict[str, object] = {
        "files": sorted(os.listdir("/proc/self/fd")),
        "tasks": len(os.listdir("/proc/self/task")),
        "signals": [signal.getsignal(number) for number in range(1, 32)],
        "directory": os.getcwd(),
        "mask": mask,
        "streams": (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__),
        # Each program has a `__main__` of its own: who keeps hold of this one is mistaken.
        "main": (id(main), sorted(vars(main)), sys.getrefcount(main), sys.getrefcount(vars(main))),
        "arguments": list(sys.argv),
        "places": [sorted(os.listdir(one)) for one in ("/work", "/tmp", "/home/doc", "/dev/shm")],
        # Daemons, and memory that all of its programs would share.
        "processes": sorted(one for one in os.listdir("/proc") if one.isdigit()),
        "memory": _shared(),
    }
    with open("/proc/self/task/%d/children" % os.getpid(), encoding="utf-8") as file:
        found["children"] = file.read()
    return found


def _shared() -> list[str]:
    """The places of memory that a fork does not copy: it can be written to and is shared."""
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        words = [line.split(None, 2)[:2] for line in file]
    return [place for place, mode in words if mode[1::2] == "ws"]


def _difference(before: dict[str, object], after: dict[str, object]) -> str:
    return ", ".join(name for name in before if before[name] != after[name])
