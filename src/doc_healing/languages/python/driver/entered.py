"""Which functions of the own code ran, and whether anything looked at code instead of running it.

From 3.12 the interpreter tells of each code object once. On 3.11 each code object counts its runs
until it is worth to be specialized, and that counter is read where it lies. Neither costs a run
anything that is worth a word; what is older tells nothing.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType
    from typing import Any


_LINES = frozenset(
    ("f_lineno", "tb_lineno", "co_firstlineno", "co_lines", "co_positions", "co_lnotab",
     "co_linetable", "__firstlineno__", "dump_traceback", "dump_traceback_later")
)  # fmt: skip
_CODES = frozenset(
    ("__code__", "func_code", "gi_code", "cr_code", "ag_code", "f_code", "co_code", "co_consts",
     "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_stacksize",
     "co_nlocals", "__static_attributes__", "setrecursionlimit")
)  # fmt: skip
# What these look at is a function's head, its file or its name.
_HARMLESS = ("inspect", "dataclasses", "types", "typing", "functools", "enum", "contextlib", "abc",
             "warnings", "traceback", "linecache", "logging/__init__", "collections/__init__",
             "asyncio/coroutines", "asyncio/format_helpers", "threading", "unittest/mock",
             "reprlib", "_weakrefset", "weakref", "copyreg", "selectors")  # fmt: skip
# But this is what only the body of a function says.
_BODY = frozenset(("co_names", "co_consts", "co_code"))
_NAME = "doc-healing"
_WARMUP = 52  # where 3.11 has `co_warmup` (Include/cpython/code.h)


class Watched:
    """What is known of code objects: where those of the own code stand, and what others name."""

    def __init__(self, own: str) -> None:
        self.own = own
        library = sys.modules["os"].__file__ or ""
        folder = library.rpartition("/")[0]
        self.harmless = frozenset(folder + "/" + name + ".py" for name in _HARMLESS)
        self.overloads = folder + "/typing.py"  # it takes a line for a key
        # The library's other parsers call by that name the lines of what they parse.
        self.library, self.warnings = folder + "/", folder + "/warnings.py"
        self.skipped = ("<frozen importlib", "<doc-healing>")
        self.lines = False  # somebody asked for line numbers
        self.codes = False  # or for what a code object holds

    def look(self, code: CodeType) -> None:
        """Note what code that ran may have asked for."""
        self.note(self.asks(code))

    def note(self, asked: int) -> None:
        """The same, of what is known of it."""
        self.lines = self.lines or bool(asked & 1)
        self.codes = self.codes or bool(asked & 2)

    def asks(self, code: CodeType) -> int:
        """What it names: 1 for line numbers, 2 for what a code object holds, 3 for both."""
        names, file = code.co_names, code.co_filename
        if file[: len(self.own)] == self.own:
            names += tuple(one for one in code.co_consts if type(one) is str)
        lines, codes = not _LINES.isdisjoint(names), not _CODES.isdisjoint(names)
        if not (lines or codes or "lineno" in names) or self.is_ours(code):
            return 0
        lines = lines and file != self.overloads
        if "lineno" in names:
            lines = lines or file == self.warnings or not file.startswith(self.library)
        harmless = file in self.harmless and _BODY.isdisjoint(names)
        return lines + 2 * (codes and not harmless)

    def is_late(self, code: CodeType) -> bool:
        """Whether it is one of the own code that counts where it first runs as all ends."""
        # What a finalizer does is never left out.
        return code.co_filename[: len(self.own)] == self.own and code.co_name != "__del__"

    def is_ours(self, code: CodeType) -> bool:
        """Whether it is of the driver, or of what imports."""
        return code.co_filename.startswith(self.skipped) or "/.doc-healing/" in code.co_filename


class Monitored:
    """Hears of each code object as it is first entered (PEP 669)."""

    how = "entered"

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.lines: dict[str, list[str]] = {}
        self.heard: list[CodeType] = []
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined]  # since 3.12
        tool = next(one for one in (4, 3, 0, 1, 2) if monitoring.get_tool(one) is None)
        monitoring.use_tool_id(tool, _NAME)
        note, done = self.heard.append, monitoring.DISABLE
        self.monitoring, self.tool = monitoring, tool
        self.tell_late: Callable[[], None] | None = None

        def started(code: CodeType, _offset: int) -> object:
            note(code)
            if self.tell_late is not None and watched.is_late(code):
                self.tell_late()
            return done

        monitoring.register_callback(tool, monitoring.events.PY_START, started)
        monitoring.set_events(tool, monitoring.events.PY_START)

    def stay(self, late: Callable[[], None]) -> None:
        """Say so where a function first runs after all was told."""
        self.tell_late = late

    def settle(self) -> None:
        """Work off what was heard."""
        heard, own = self.heard, self.watched.own
        while heard:
            code = heard.pop()
            if code.co_filename[: len(own)] == own and code.co_name != "<module>":
                self.lines.setdefault(code.co_filename, []).append(str(code.co_firstlineno))
            self.watched.look(code)

    def told(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        """By file the lines of what ran; nothing besides."""
        self.settle()
        monitoring, tool = self.monitoring, self.tool
        if monitoring.get_tool(tool) != _NAME or not monitoring.get_events(tool):
            self.watched.codes = True  # somebody turned it off
        return {}, self.lines


class Counted:
    """Reads the counters of code objects: of those that a function or another code object holds.

    What was there before a fork is not touched after it, but for its counter: a page of memory that
    is written to has to be copied, and a reference is written.
    """

    how = "idle"

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.kind = type(_nothing)
        self.code = type(_nothing.__code__)
        self.array = array = _quietly("array").array
        self.gc, ctypes = _quietly("gc"), _quietly("_ctypes")
        short = type("Short", (ctypes._SimpleCData,), {"_type_": "h"})
        # All that a process may reach, by pairs of bytes: only where a counter lies is it read.
        reach = {"_length_": 2**46, "_type_": short}
        self.memory: Any = type("Memory", (ctypes.Array,), reach).from_address(0)  # type: ignore[attr-defined]  # ctypes'
        self.getter = _quietly("_operator").itemgetter
        self.first = 0  # what a counter begins with
        self.before: list[set[int]] = []  # what a fork found is looked at, and not written to
        self.seen: set[int] = set()  # held by `kept`, so that no other has such an id
        self.kept: list[list[CodeType]] = []
        self.counters: list[Any] = []  # what gives those of `known`, in its order, and two more
        self.known: list[CodeType] = []  # that had not run, and in its order what is told of it
        self.asks, self.lines, self.places = array("b"), array("l"), array("l")
        self.files: list[str] = []
        self.idle: dict[str, str] = {}  # by file: the lines of those of the own code
        self.values: list[int] = []  # of the counters as they were told

    def stay(self, late: Callable[[], None]) -> None:
        """Say so where a function first runs after all was told, as far as this thread goes."""

        def called(frame: Any, event: str, _what: object) -> None:
            if event == "call" and self.watched.is_late(frame.f_code) and self._idled(frame.f_code):
                late()

        if sys.getprofile() is not None:
            late()
        sys.setprofile(called)

    def _idled(self, code: CodeType) -> bool:
        pairs = zip(self.known, self.values)  # noqa: B905  # 3.8
        return any(one is code and value == self.first for one, value in pairs)

    def works(self) -> bool:
        """Whether the counter is where it is looked for, and counts."""
        memory, once = self.memory, _at(_once.__code__)
        self.first = memory[_at(_nothing.__code__)]
        before = memory[once]
        _once()
        return before == self.first < 0 and bool(memory[once] == before + 1)

    def settle(self) -> None:
        """Look at all that is there; what is found later came later."""
        lines: dict[str, set[int]] = {}
        count = len(self.known)
        codes = list(self._all())
        self.kept.append(codes)
        for code in codes:
            own, asks = self._is_own(code), self.watched.asks(code)
            if self.memory[_at(code)] != self.first:
                self.watched.note(asks)
            elif own or asks:
                self.known.append(code)
                self.asks.append(asks)
                self.lines.append(code.co_firstlineno)
                self.places.append(self._place(code.co_filename) if own else -1)
                if own and code.co_name[:1] != "<":
                    lines.setdefault(code.co_filename, set()).add(code.co_firstlineno)
        never = _nothing.__code__
        self.counters.append(self.getter(*map(_at, (*self.known[count:], never, never))))
        self.before, self.seen = [*self.before, self.seen], set()
        for file, some in lines.items():
            before = self.idle.get(file, "")
            self.idle[file] = before + "," * bool(before) + ",".join(map(str, some))

    def _place(self, file: str) -> int:
        if file not in self.idle:
            self.idle[file] = ""
            self.files.append(file)
        return self.files.index(file)

    def _is_own(self, code: CodeType) -> bool:
        return code.co_filename[: len(self.watched.own)] == self.watched.own

    def _all(self) -> Iterator[CodeType]:
        """Each code object that was not seen before."""
        todo = [one.__code__ for one in self.gc.get_objects() if type(one) is self.kind]
        while todo:
            code = todo.pop()
            place = id(code)
            if place in self.seen or any(place in one for one in self.before):
                continue
            self.seen.add(place)
            todo += [one for one in code.co_consts if type(one) is self.code]
            yield code

    def told(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        """By file the lines of functions that had surely not run, and of those that did since."""
        self.settle()
        ran: dict[str, list[str]] = {}
        self.values = [value for get in self.counters for value in get(self.memory)[:-2]]
        for at, value in enumerate(self.values):
            if value != self.first:
                self.watched.note(self.asks[at])
                if self.places[at] >= 0:
                    ran.setdefault(self.files[self.places[at]], []).append(str(self.lines[at]))
        return self.idle, ran


def _at(code: CodeType) -> int:
    """Where its counter lies in memory."""
    return (id(code) + _WARMUP) // 2


def _nothing() -> None:
    """It never runs."""


def _once() -> None:
    """It runs once."""


def _quietly(name: str) -> Any:
    """A module of the interpreter's own, without a trace that it was asked for."""
    there = name in sys.modules
    found = __import__(name)
    if not there:
        del sys.modules[name]
    return found


def watch(watched: Watched) -> Monitored | Counted | None:
    """What tells of the functions that run from now on; None where nothing does."""
    if hasattr(sys, "monitoring"):
        return Monitored(watched)
    if sys.version_info[:2] != (3, 11) or sys.implementation.name != "cpython":
        return None
    counted = Counted(watched)
    return counted if counted.works() else None
