"""The Go of this machine, and what is compiled from it once."""

import importlib
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from doc_healing.errors import InfraError
from doc_healing.languages.go import archives as shelf
from doc_healing.languages.go import running as go
from doc_healing.model import Unrunnable
from tests import needs
from tests.languages.go_stage import snippet

# By its name: the package gives this name to the function of the protocol.
machine = importlib.import_module("doc_healing.languages.go.toolchain")


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("1.24.3", "", True),
        ("1.24.3", ">=1.24", True),
        ("1.24.3", ">=1.25", False),
        ("1.24.3", "1.23", True),
        ("1.25rc1", ">=1.24", True),
        ("1.24.3", "whatever", True),
    ],
)
def test_a_version_fits_what_a_module_asks_for(version: str, wanted: str, fits: bool) -> None:
    assert machine.satisfies(version, wanted) is fits


def test_the_toolchain_says_its_version_and_its_root() -> None:
    needs.program("go")
    found = go.toolchain(">=1.99")
    root = Path(found.mounts[0].source)
    assert (root / "VERSION").read_text().startswith(f"go{found.version}")
    assert (found.executable, found.mounts[0].target) == ("/opt/go/bin/go", "/opt/go")


def test_no_go_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_candidates", list)
    with pytest.raises(InfraError, match="not installed") as caught:
        go.toolchain("")
    assert "go.dev/dl" in caught.value.help


def test_an_old_go_is_too_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = tmp_path / "go"
    (tmp_path / "pkg" / "tool").mkdir(parents=True)
    command.write_text(f"#!/bin/sh\necho go1.19.8\necho {tmp_path}\n")
    command.chmod(0o755)
    monkeypatch.setattr(machine, "_candidates", lambda: [str(command)])
    with pytest.raises(InfraError, match=r"Go 1\.19\.8 is too old"):
        go.toolchain("")


def test_a_hanging_or_lying_go_is_none(tmp_path: Path) -> None:
    for name, text in {"a": "#!/bin/sh\nexit 3\n", "b": "#!/bin/sh\necho go9.9 lies\n"}.items():
        command = tmp_path / name
        command.write_text(text)
        command.chmod(0o755)
        assert machine.described(str(command)) is None


def test_a_cache_that_cannot_be_written_makes_blocks_unverified(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    needs.program("go")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DOC_HEALING_CACHE_DIR", str(tmp_path / "file" / "below"))
    (answer,) = go.jobs([snippet("x := 1")], go.toolchain(""), None)
    assert isinstance(answer, Unrunnable)
    assert (answer.verdict, answer.cause) == ("UNVERIFIED", "toolchain")
    assert "DOC_HEALING_CACHE_DIR" in answer.reason


def test_archives_are_made_once_and_whole(tmp_path: Path) -> None:
    """Four at the same time, the first of which fails: nobody sees a half-made folder."""
    folder, made = tmp_path / "shelf" / "x", []
    folder.parent.mkdir()

    def make(work: Path, into: Path) -> None:
        made.append(work)
        (into / "part").write_text("1")
        if len(made) == 1:
            raise OSError(28, "No space left on device")
        (into / "last").write_text("2")

    def once(_: int) -> str:
        try:
            shelf._once(folder, "last", make)
        except OSError as error:
            return error.strerror or ""
        return (folder / "part").read_text() + (folder / "last").read_text()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(once, range(4)))
    assert answers == ["12", "12", "12", "No space left on device"]
    assert len(made) == 2
    assert sorted(path.name for path in folder.parent.iterdir()) == ["x", "x.lock"]
    assert not os.access(folder / "last", os.W_OK) or os.geteuid() == 0


def test_the_archives_hold_the_whole_standard_library() -> None:
    needs.program("go")
    standard, driver = shelf.archives(go.toolchain(""))
    lines = (Path(standard.source) / "importcfg").read_text().splitlines()
    paths = {line.removeprefix("packagefile ").partition("=")[0] for line in lines}
    assert {"fmt", "net/http", "testing", "encoding/json", "iter", "slices"} <= paths
    assert not any(path.startswith("cmd/") for path in paths)
    assert (standard.target, driver.target) == ("/opt/gostd", "/opt/godriver")
    assert shutil.which(str(Path(driver.source) / "driver"))
