"""A missing thing fails in CI: nothing is skipped there but what takes root."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from doc_healing.errors import InfraError
from doc_healing.model import Toolchain
from tests import needs

TESTS = Path(__file__).parents[1]
OWN = {TESTS / "needs.py", Path(__file__)}


class Toolless:
    """A language whose toolchain is nowhere."""

    name = "none"

    def toolchain(self, wanted: str) -> Toolchain:
        raise InfraError("no toolchain", help="install one")


def test_what_is_missing_skips_at_a_desk_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Callable[[], object]] = [
        lambda: needs.program("no-such-program"),
        lambda: needs.file("/no/such/file", "made up"),
        lambda: needs.module("no_such_module.inner", "made up"),
        lambda: needs.toolchain("none"),
    ]
    monkeypatch.setattr(needs, "LANGUAGES", [Toolless()])
    for attempt in tries:
        monkeypatch.setattr(needs, "IN_CI", False)
        with pytest.raises(pytest.skip.Exception):
            attempt()
        monkeypatch.setattr(needs, "IN_CI", True)
        with pytest.raises(pytest.fail.Exception):
            attempt()


def test_a_right_that_nobody_can_install_is_a_skip_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "IN_CI", True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(pytest.skip.Exception, match=needs.ROOT_ONLY):
        needs.root("to mount")


class Old:
    """A language with one toolchain, whatever is wanted."""

    name = "java"

    def toolchain(self, wanted: str) -> Toolchain:
        return Toolchain("java", "/opt/jdk/bin/java", "17.0.2")


def test_a_jdk_that_nobody_offers_is_a_skip_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "IN_CI", True)
    monkeypatch.setattr(needs, "LANGUAGES", [Old()])
    assert needs.jdk(17).version == "17.0.2"
    monkeypatch.setattr(needs, "_offered", lambda package: False)
    with pytest.raises(pytest.skip.Exception, match=needs.NO_NEWER_JDK):
        needs.jdk(25)
    monkeypatch.setattr(needs, "_offered", lambda package: True)
    with pytest.raises(pytest.fail.Exception):
        needs.jdk(25)


OTHERS = {  # rooms and files that ask for CI in their own way, or speak of what cannot be had
    "tests/languages/",
}
_SILENT = re.compile(
    r"^ *(?:pytest\.(?:skip\(|importorskip\()|@?pytest\.mark\.skipif\()", re.MULTILINE
)


def test_no_test_skips_by_itself() -> None:
    """`pytest.skip`, `skipif` and `importorskip` are silent in CI: only `needs` says them."""
    found = [
        path.relative_to(TESTS.parent).as_posix()
        for path in sorted(TESTS.rglob("*.py"))
        if path not in OWN and _SILENT.search(path.read_text())
    ]
    assert [path for path in found if not path.startswith(tuple(OTHERS))] == []
