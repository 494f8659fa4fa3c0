"""Every attack on every sandbox: it ends as it must, the host is clean, the next run unaffected."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doc_healing.model import Outcome, Status
from doc_healing.protocols import Sandbox
from tests.security.attacks import ATTACKS, Attack
from tests.security.attacks_kernel import KERNEL_ATTACKS
from tests.security.conftest import canary, forked, program

pytestmark = pytest.mark.sandbox
ALL = [*ATTACKS, *KERNEL_ATTACKS]
# What only burns time, or asks for its parent's channel, finds nothing else in a resident's child.
PYTHON = [
    attack for attack in ALL if attack.language == "python" and attack.ends != {Status.TIMEOUT}
]


@pytest.fixture(scope="module")
def services() -> Iterator[tuple[int, str]]:
    """A TCP port and an abstract Unix socket of the host that really answer."""
    name = f"doc-healing-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind("\0" + name)
        unix.listen()
        yield tcp.getsockname()[1], name


@pytest.mark.parametrize("attack", ALL, ids=lambda a: a.name.replace(" ", "-"))
def test_the_wall_holds(
    attack: Attack, sandbox: Sandbox, host: Callable[[], None], services: tuple[int, str]
) -> None:
    code = attack.code.replace("HOST_PORT", str(services[0])).replace("HOST_SOCKET", services[1])
    clock = time.time() - time.monotonic()
    outcome = sandbox.run(program(attack.language, code), attack.limits)
    _check(outcome, attack, sandbox, host, clock)


@pytest.mark.parametrize("attack", PYTHON, ids=lambda a: a.name.replace(" ", "-"))
def test_the_wall_holds_in_what_a_resident_forks(
    attack: Attack, sandbox: Sandbox, host: Callable[[], None], services: tuple[int, str]
) -> None:
    code = attack.code.replace("HOST_PORT", str(services[0])).replace("HOST_SOCKET", services[1])
    clock = time.time() - time.monotonic()
    outcome = sandbox.run(forked(program("python", code)), attack.limits)
    # For memory the kernel may kill what it was forked from; then it is run once more, cold.
    assert outcome.fast or outcome.status is Status.MEMORY, outcome
    _check(outcome, attack, sandbox, host, clock)


def _check(
    outcome: Outcome, attack: Attack, sandbox: Sandbox, host: Callable[[], None], clock: float
) -> None:
    said = (outcome.detail, outcome.stdout[-500:], outcome.stderr[-1500:])
    assert outcome.status in attack.ends, said
    assert attack.prints.encode() in outcome.stdout, said
    assert outcome.seconds < attack.limits.wall_seconds + 4
    assert len(outcome.stdout) <= attack.limits.output_kib * 1024
    assert abs(time.time() - time.monotonic() - clock) < 1
    host()
    after = canary(sandbox)
    assert after.stdout == b"pristine\n", after


def test_names_are_unique() -> None:
    assert len({attack.name for attack in ALL}) == len(ALL)


def test_the_manual_lists_every_attack() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "isolation.md").read_text(encoding="utf-8")
    assert [a.name for a in ALL if f"\n| {a.name} | {a.language} |" not in manual] == []
