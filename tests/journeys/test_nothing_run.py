"""Where the sandbox lets nothing run: exit code 3 and the fix, never a green nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from doc_healing import compose
from doc_healing.cli.main import start
from doc_healing.model import Layer, Limits, Outcome, Program, Status
from doc_healing.testing import ScriptedSandbox

FAULT = Outcome(Status.SANDBOX_ERROR, None, b"", b"", detail="refused: no wall", sandbox="scripted")
PROGRAM = "```python\nprint(1)\n```\n"
NETWORK = "<!-- doc-healing:network -->\n" + PROGRAM


class Refusing(ScriptedSandbox):
    """A sandbox without a required wall."""

    def probe(self) -> Sequence[Layer]:
        return (Layer("wall", active=False, detail="not built", fix="build the wall"),)

    def run(self, program: Program, limits: Limits) -> Outcome:
        return FAULT


class Failing(ScriptedSandbox):
    """All walls stand, and every run fails nevertheless."""

    def run(self, program: Program, limits: Limits) -> Outcome:
        return FAULT


def check(
    monkeypatch: pytest.MonkeyPatch, folder: Path, sandbox: type[ScriptedSandbox], text: str
) -> int:
    (folder / "a.md").write_text(text)
    monkeypatch.setattr(compose, "SANDBOXES", (sandbox,))
    monkeypatch.setenv("DOC_HEALING_CACHE_DIR", str(folder / "cache"))
    monkeypatch.chdir(folder)
    return start(["check", "--no-install", "a.md"])


def test_a_missing_wall_is_our_fault_and_its_fix_is_said_once_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert check(monkeypatch, tmp_path, Refusing, PROGRAM * 3) == 3
    said = capfd.readouterr().err.splitlines()[-2:]
    assert said == [
        "error: nothing was run: the sandbox scripted lacks wall: not built",
        "help: build the wall",
    ]


def test_a_sandbox_that_always_fails_is_our_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert check(monkeypatch, tmp_path, Failing, PROGRAM) == 3
    assert "error: nothing was run: refused: no wall" in capfd.readouterr().err


@pytest.mark.parametrize("text", ["no code", "```sh\nls\n```\n", NETWORK])
def test_a_missing_wall_matters_only_where_something_was_to_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    assert check(monkeypatch, tmp_path, Refusing, text) == 0
