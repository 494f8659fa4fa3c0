"""The layers say what is really there: every wall that is open is named, and then nothing runs."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from doc_healing.model import Layer, Limits, Outcome, Program, Status, Step
from doc_healing.sandboxes import cgroups, walls
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs

NONE = cgroups.Unusable("no controllers", "mount them")


@pytest.fixture(scope="module")
def facts() -> Mapping[str, Any]:
    """What the attempts really report on this machine."""
    sandbox = Bubblewrap()
    outcome = sandbox.run(walls._program(), walls._LIMITS)
    if outcome.status is not Status.PASSED:
        needs.missing(outcome.detail)
    found = json.loads(outcome.report)
    assert isinstance(found, dict)
    return found


def layers(facts: Mapping[str, Any]) -> dict[str, Layer]:
    outcome = Outcome(Status.PASSED, 0, b"", b"", report=json.dumps(dict(facts)).encode())
    return {layer.name: layer for layer in walls.probe("/bin/bwrap", NONE, lambda *_: outcome)}


def test_all_walls_stand_here(facts: Mapping[str, Any]) -> None:
    found = layers(facts)
    assert [name for name, layer in found.items() if layer.required and not layer.active] == []


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ({"capabilities": ["0"] * 4 + ["1"]}, "no capabilities"),
        ({"no_new_privileges": "0"}, "no new privileges"),
        ({"seccomp": "0"}, "seccomp"),
        ({"keyctl": 0}, "seccomp"),
        ({"vsock": 0}, "seccomp"),
        ({"unshare": 0}, "no nested namespaces"),
        ({"links": ["lo", "eth0"]}, "no network"),
        ({"routes": ["eth0 0 0"]}, "no network"),
        ({"writes": ["/etc/x"]}, "read-only root"),
        ({"host": ["/var/log"]}, "hidden host"),
        ({"files": [0, 1, 2, 3, 4, 5]}, "no inherited files"),
        ({"inodes": 0}, "sized disk"),
        ({"bytes": 2**40}, "sized disk"),
        ({"user": 0}, "fixed user"),
    ],
)
def test_an_open_wall_is_named(facts: Mapping[str, Any], change: dict[str, Any], wall: str) -> None:
    found = layers({**facts, **change})
    assert [n for n, layer in found.items() if layer.required and not layer.active] == [wall]
    assert found[wall].fix


@pytest.mark.parametrize("kind", ["user", "mnt", "pid", "net", "ipc", "uts"])
def test_a_shared_namespace_is_named(facts: Mapping[str, Any], kind: str) -> None:
    ours = {**facts["namespaces"], kind: os.readlink(f"/proc/self/ns/{kind}")}  # noqa: PTH115 - the link's own text
    found = layers({**facts, "namespaces": ours})
    assert not found[f"{kind} namespace"].active


def test_missing_groups_are_degraded_and_not_fatal(facts: Mapping[str, Any]) -> None:
    layer = layers(facts)["memory limit by cgroup"]
    assert (layer.active, layer.required, layer.fix) == (False, False, "mount them")
    assert "degraded" in layer.detail


@pytest.mark.parametrize("report", [b"", b"[]", b"{", b"\xff"])
def test_a_jail_that_says_nothing_sensible_is_no_jail(report: bytes) -> None:
    outcome = Outcome(Status.PASSED, 0, b"", b"", report=report)
    (layer,) = walls.probe("/bin/bwrap", NONE, lambda *_: outcome)
    assert layer.required
    assert not layer.active


def test_a_jail_that_does_not_come_up_says_why_and_what_to_do() -> None:
    outcome = Outcome(Status.SANDBOX_ERROR, None, b"", b"", detail="bwrap: setting up uid map")
    (layer,) = walls.probe("/bin/bwrap", NONE, lambda *_: outcome)
    assert layer.detail == "bwrap: setting up uid map"
    assert layer.fix


def test_nothing_runs_behind_an_open_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    real = walls.probe

    def open_wall(*arguments: Any) -> tuple[Layer, ...]:
        return tuple(
            replace(layer, active=False, detail="shared")
            if layer.name == "net namespace"
            else layer
            for layer in real(*arguments)
        )

    monkeypatch.setattr(walls, "probe", open_wall)
    outcome = Bubblewrap().run(Program((), (Step(("echo", "ran")),)), Limits())
    assert outcome.status is Status.SANDBOX_ERROR
    assert outcome.stdout == b""
    assert "shared" in outcome.detail or "bwrap" in outcome.detail
