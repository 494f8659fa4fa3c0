"""What the operator keeps beside a toolchain stays theirs, and no checkout chooses what runs."""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from doc_healing import settings
from doc_healing.documents.tree import checkout
from doc_healing.errors import InfraError
from doc_healing.languages import LANGUAGES
from doc_healing.protocols import Language

_PROBES = {
    "go.toolchain": "described",
    "java.jdk": "_described",
    "javascript.node": "_described",
    "python.toolchains": "_examined",
    "rust.toolchain": "_described",
    "typescript.toolchain": "_version",
}
_CACHES: list[Any] = [
    getattr(importlib.import_module(f"doc_healing.languages.{module}"), name)
    for module, name in _PROBES.items()
]
_COMMANDS = {
    "python": (f"python3.{sys.version_info.minor}", sys.executable),
    "javascript": ("node", "node"),
    "typescript": ("node", "node"),
    "java": ("javac", "javac"),
    "go": ("go", "go"),
    "rust": ("rustc", "rustc"),
}


@pytest.fixture
def fresh() -> Iterator[None]:
    """Toolchains are asked once for each process: here anew, before and after."""
    for cache in _CACHES:
        cache.cache_clear()
    yield
    for cache in _CACHES:
        cache.cache_clear()


def _wrapper(path: Path, real: str, seen: Path) -> None:
    """A script as people write them; it notes where it was started."""
    others = os.environ["PATH"]
    text = f'#!/bin/sh\n/bin/pwd >> {seen}\nPATH={others}; export PATH\nexec {real} "$@"\n'
    path.write_text(text)
    path.chmod(0o755)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
def test_a_wrapper_in_a_home_opens_no_home(
    language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    """`~/bin/node` is no reason to mount `~`; and it never starts within a checkout.

    There a version manager's stand-in would do what `.tool-versions` or `rust-toolchain` say.
    """
    home, checkout = tmp_path / "home", tmp_path / "checkout"
    for folder in (home / "bin", home / "lib", checkout):
        folder.mkdir(parents=True)
    (home / ".secret").write_text("SECRET")
    name, real = _COMMANDS[language.name]
    _wrapper(home / "bin" / name, real, tmp_path / "seen")
    monkeypatch.setenv("PATH", f"{home}/bin:{os.environ['PATH']}")
    monkeypatch.chdir(checkout)
    try:
        found = language.toolchain("")
    except InfraError:
        found = None
    for mount in found.mounts if found else ():
        assert not home.is_relative_to(mount.source), mount
    seen = (tmp_path / "seen").read_text().split() if (tmp_path / "seen").exists() else []
    assert str(checkout) not in seen


@pytest.mark.parametrize("entry", ["{checkout}/node_modules/.bin", "node_modules/.bin", "", "."])
def test_no_program_of_a_checkout_is_started(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    """`npm run` and `npx` put the checkout's `node_modules/.bin` before all else."""
    folder = tmp_path / "checkout" / ("node_modules/.bin" if "bin" in entry else "")
    folder.mkdir(parents=True)
    for name in {"git", "bwrap", "unshare", "mvn", "tsc", *(one for one, _ in _COMMANDS.values())}:
        _wrapper(folder / name, name, tmp_path / "seen")
    path = entry.format(checkout=tmp_path / "checkout")
    monkeypatch.setenv("PATH", f"{path}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path / "checkout")
    for language in LANGUAGES:
        with contextlib.suppress(InfraError):
            language.toolchain("")
    (tmp_path / "checkout" / "README.md").write_text("# Title\n")
    assert checkout(tmp_path / "checkout").files
    assert settings.program("git") != str(folder / "git")
    assert not (tmp_path / "seen").exists()
