"""Hostile repositories, checked by the real command: nothing outside of the jail may notice."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from doc_healing import settings
from doc_healing.languages import LANGUAGES
from tests import needs
from tests.security.hostile import EVIL, REPOSITORIES

pytestmark = pytest.mark.sandbox
SECRET = "SECRET-4bb1e0"
VARIABLES = ("GITHUB_TOKEN", "NPM_TOKEN", "AWS_SECRET_ACCESS_KEY", "CI_JOB_TOKEN", "DATABASE_URL")
_LANGUAGES = {"maven": "java", "gradle": "java", "node": "typescript"}


@contextmanager
def _listening() -> Iterator[tuple[int, list[object]]]:
    """A port of the host, and who has called it."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    one, address = server.accept()
                except OSError:
                    return
                calls.append(address)
                one.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache without results, and with the toolchains that were prepared once."""
    folder = tmp_path_factory.mktemp("cache")
    prepared = settings.read().cache_dir / "toolchains"
    prepared.mkdir(parents=True, exist_ok=True)
    (folder / "toolchains").symlink_to(prepared)
    return folder


def _write(root: Path, files: Mapping[str, str], outside: Path, port: int) -> None:
    def filled(text: str) -> str:
        text = EVIL if text == "EVIL" else text
        script = str(root / "evil.sh")
        text = text.replace("EVIL", script).replace("OUTSIDE", str(outside))
        return text.replace("PORT", str(port))

    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled(text), encoding="utf-8")
        path.chmod(0o755 if text == "EVIL" else 0o644)
    for name in ("secret", "shown/secret", "secret.d.ts", "node_modules"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).symlink_to(outside if name == "node_modules" else outside / "secret")


def _outside(folder: Path) -> Path:
    """What stands beside the checkout, and must be neither read nor changed."""
    folder.mkdir()
    for name in ("secret", "secret.d.ts", "outside.go", "Outside.java", "evil.cjs"):
        (folder / name).write_text(f"{SECRET}\n")
    (folder / "data.json").write_text(json.dumps(SECRET))
    (folder / "tsconfig.json").write_text('{"compilerOptions": {"target": "SECRET"}}')
    (folder / "go.mod").write_text("module example.org/outside\n\ngo 1.20\n")
    (folder / "package.json").write_text(f'{{"name": "outside", "version": "1.0.0-{SECRET}"}}')
    (folder / "pom.xml").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>evil</groupId><artifactId>parent"
        f"</artifactId><version>1</version><packaging>pom</packaging><name>{SECRET}</name></project>"
    )
    return folder


def _state(folder: Path) -> dict[str, object]:
    """Every file below a folder: kind, mode and bytes, or where it leads."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        at = path.lstat()
        data = path.read_bytes() if stat.S_ISREG(at.st_mode) else b""
        leads = str(path.readlink()) if path.is_symlink() else ""
        found[str(path)] = (stat.S_IFMT(at.st_mode), at.st_mode, data, leads)
    return found


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes() == b"sleep\x004748\x00":
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def _check(root: Path, variables: Mapping[str, str]) -> tuple[int, str, str]:
    """The command as it is installed: its own modules, whatever the checkout calls its files."""
    command = [sys.executable, "-P", "-m", "doc_healing", "check", "--format", "json"]
    env = {**os.environ, **variables, "DOC_HEALING_INSTALL_WALL_SECONDS": "100"}
    done = subprocess.run(
        command, cwd=root, env=env, capture_output=True, text=True, timeout=150, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_hostile_repository_reaches_nothing(name: str, cache: Path, tmp_path: Path) -> None:
    needs.program("bwrap")
    needs.toolchain(_LANGUAGES.get(name, name))
    outside, root = _outside(tmp_path / "outside"), tmp_path / "work" / "repository"
    secrets = {variable: f"{SECRET}-{variable}" for variable in VARIABLES}
    refused = {"npm_config_registry": "http://127.0.0.1:9/", "GOPROXY": "off", "UV_OFFLINE": "1"}
    with _listening() as (port, calls):
        _write(root, REPOSITORIES[name], outside, port)
        before = _state(tmp_path)
        code, out, err = _check(root, {**secrets, **refused, "DOC_HEALING_CACHE_DIR": str(cache)})
        assert code in (0, 1, 2), err
        assert calls == []
    assert _state(tmp_path) == before
    assert SECRET not in out
    assert SECRET not in err
    assert "PROCESSED" not in out
    for path in cache.rglob("*"):
        if path.is_file() and not path.is_relative_to(cache / "toolchains"):
            assert SECRET.encode() not in path.read_bytes(), path
            assert path.name != "PWNED"
    assert _sleepers() == []
    found = [(one["verdict"], one["reason"]) for one in json.loads(out)["findings"]]
    # Passed: nothing of it got into the way, and what it asks of itself (Rust) is so. A backend of
    # Python that fails has no package.
    assert found[0][0] == ("UNVERIFIED" if name == "python" else "PASSED"), found
    assert {verdict for verdict, _ in found[1:]} <= {"PASSED", "UNVERIFIED"}, found


def test_every_language_has_a_hostile_repository() -> None:
    covered = {_LANGUAGES.get(name, name) for name in REPOSITORIES} | {"javascript"}
    assert covered == {language.name for language in LANGUAGES}
    assert os.access("/bin/sh", os.X_OK)


def test_the_manual_lists_every_repository() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "isolation.md").read_text(encoding="utf-8")
    assert [name for name in REPOSITORIES if f"\n| {name} | " not in manual] == []
