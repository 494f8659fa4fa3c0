"""A resident interpreter: imports what its programs begin by importing, waits, and forks.

Whatever those imports leave behind that an import in a program's own process would not is a reason
not to serve: the programs are then forked from an interpreter that imported nothing, or run cold.
"""

# pathlib costs 5 ms; and this runs on Python 3.8.
# ruff: noqa: PTH109, PTH118, PTH123, PTH208, UP031

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def serve(folder: str) -> None:
    """Wait for programs; returns in each of them, in its own working directory."""
    kept: dict[str, Any] = {}
    with open(".doc-healing-fork.py", encoding="utf-8") as file:
        exec(file.read(), kept)  # noqa: S102  # the sandbox's own
    forking = kept["Forking"]()
    names = _names(folder)
    problem = _import(names) if names else ""
    if problem:
        forking.say(problem.encode("ascii", "replace")[:60])
        os._exit(1)
    forking.say(b"ready")
    forking.serve()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # each run by itself


def _names(folder: str) -> list[str]:
    try:
        with open(os.path.join(folder, "imports.txt"), encoding="utf-8") as file:
            return file.read().split()
    except OSError:
        return []


def _import(names: list[str]) -> str:
    """Import as the program would: from `__main__`, from its directory. Says what went wrong."""
    before = _state()
    first, sys.path[0] = sys.path[0], os.getcwd()
    main: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        for name in names:
            code = compile("import " + name, "/work/snippet.py", "exec", dont_inherit=True)
            exec(code, main)  # noqa: S102  # this is the jail's purpose
    except BaseException as error:  # noqa: BLE001  # a stranger's module may raise anything
        return type(error).__name__
    finally:
        sys.path[0] = first
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    after = _state()
    return "" if after == before else "left " + _difference(before, after)


def _state() -> dict[str, object]:
    """What an import must leave as it was, for all its programs to start from."""
    import signal

    mask = os.umask(0)
    os.umask(mask)
    found: dict[str, object] = {
        "files": sorted(os.listdir("/proc/self/fd")),
        "tasks": len(os.listdir("/proc/self/task")),
        "signals": [signal.getsignal(number) for number in range(1, 32)],
        "directory": os.getcwd(),
        "mask": mask,
        "streams": (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__),
        "main": sys.modules["__main__"],
        "places": [sorted(os.listdir(one)) for one in ("/work", "/tmp", "/home/doc", "/dev/shm")],
    }
    with open("/proc/self/task/%d/children" % os.getpid()) as file:
        found["children"] = file.read()
    return found


def _difference(before: dict[str, object], after: dict[str, object]) -> str:
    return ", ".join(name for name in before if before[name] != after[name])
