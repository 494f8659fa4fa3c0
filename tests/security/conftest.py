"""A sandbox to attack, and the state of the host before and after."""

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing.model import File, Limits, Mount, Outcome, Program, Resident, Step
from doc_healing.protocols import Sandbox
from doc_healing.sandboxes import SANDBOXES
from tests import needs

PREFIX = str(Path(sys.base_prefix).resolve())
PYTHON = str(Path(sys.executable).resolve())


@pytest.fixture(scope="session", params=SANDBOXES, ids=lambda make: make.__name__)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    made: Sandbox = request.param()
    missing = [layer for layer in made.probe() if layer.required and not layer.active]
    if missing:
        reason = f"{missing[0].name}: {missing[0].detail} ({missing[0].fix})"
        needs.missing(reason)
    yield made
    made.close()


def program(language: str, code: str) -> Program:
    names = {"python": "main.py", "sh": "main.sh", "node": "main.cjs"}
    argv = {"python": (PYTHON, "-I"), "sh": ("/bin/sh",), "node": ("node",)}[language]
    mounts = () if PREFIX == "/usr" else (Mount(PREFIX, PREFIX),)
    if language == "node":
        node = need("node")
        argv, mounts = (node,), (*mounts, *_outside_usr(node))
    return Program(
        (File(names[language], code.encode()),), (Step((*argv, names[language])),), mounts
    )


# A resident of any Python script: it forks, and the child runs the script as its own `__main__`.
FORKED = """
def serve():
    kept = {}
    with open(".doc-healing-fork.py") as file:
        exec(file.read(), kept)
    forking = kept["Forking"]()
    forking.say(b"ready")
    forking.serve()
serve()
with open("main.py") as file:
    text = file.read()
exec(compile(text, "main.py", "exec"))
"""


def forked(one: Program, before: str = "") -> Program:
    """The same Python program, forked from a resident that ran `before`."""
    code = File("run.py", (before + FORKED).encode())
    return replace(one, resident=Resident((*one.steps[0].argv[:-1], "run.py"), (code,)))


def need(tool: str) -> str:
    return needs.program(tool)


def _outside_usr(tool: str) -> tuple[Mount, ...]:
    prefix = str(Path(tool).parent.parent)
    return () if prefix == "/usr" else (Mount(prefix, prefix),)


CANARY = """
import os, socket
places = ("/tmp", "/work", "/home/doc", "/dev/shm")
left = [os.path.join(d, n) for d in places for n in os.listdir(d)]
assert left == ["/work/main.py"], left
assert os.uname().nodename == "doc-healing"
assert open("/proc/sysvipc/shm").read().count("\\n") == 1
assert len([n for n in os.listdir("/proc") if n.isdigit()]) <= 4
assert os.statvfs("/").f_flag & os.ST_RDONLY
open("/work/x", "w").write("x" * 1000)
print("pristine")
"""


def canary(sandbox: Sandbox) -> Outcome:
    return sandbox.run(program("python", CANARY), Limits(wall_seconds=10))


@pytest.fixture
def host(sandbox: Sandbox) -> Callable[[], None]:
    """Gives a check that nothing of the host is other than it was at the start of the test.

    Interpreters that wait for the next program are the sandbox's own: they are ended before.
    """
    rest = getattr(sandbox, "rest", lambda: None)
    rest()
    before = _facts()

    def check() -> None:
        rest()
        assert _facts() == before

    return check


def _facts() -> dict[str, object]:
    return {
        "children": _children(),
        "groups": own_groups(),
        "mounts": mounts(),
        "host name": socket.gethostname(),
        "null": oct(Path("/dev/null").stat().st_mode),
        "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "planted": [str(p) for d in ("/tmp", "/dev/shm") for p in Path(d).glob(".planted")],
        "core pattern": Path("/proc/sys/kernel/core_pattern").read_text(),
    }


def mounts() -> list[str]:
    """What is mounted, but for what other test workers mount in their own directories."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [line for line in lines if "/pytest-of-" not in line]


def own_groups(pid: int = 0) -> list[str]:
    """The control groups of this process' runs; others may use the machine as well."""
    name = re.compile(rf"\d+-{pid or os.getpid()}-\d+-\d+")
    return sorted(
        f"{folder}/{one}"
        for folder, inside, _ in os.walk("/sys/fs/cgroup")  # skips what goes away meanwhile
        if folder.endswith("/doc-healing")
        for one in inside
        if name.fullmatch(one)
    )


def _children() -> str:
    return "".join((task / "children").read_text() for task in Path("/proc/self/task").iterdir())
