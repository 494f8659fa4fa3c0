"""`cache`: what is kept between runs, and how it goes."""

import os
import time
from pathlib import Path

import pytest

from doc_healing.cli.main import start

DAYS = 86_400


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOC_HEALING_CACHE_DIR", str(tmp_path))
    for installer, age in (("npm", 40), ("uv", 40)):
        folder = tmp_path / "downloads" / installer / "inner"
        folder.mkdir(parents=True)
        (folder / "archive").write_bytes(b"x" * 2**20)
        then = time.time() - age * DAYS
        for path in (folder / "archive", folder, folder.parent):
            os.utime(path, (then, then))
    return tmp_path / "downloads"


def test_show_says_how_large_the_downloads_are(
    downloads: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert start(["cache", "show"]) == 0
    *_, installers, outcomes, pages = capfd.readouterr().out.splitlines()
    assert installers == f"installers' downloads, 2.0 MiB in {downloads}"
    assert outcomes.startswith("0 outcomes of blocks, ")
    assert pages.startswith("0 pages of the code map, ")


def test_prune_removes_downloads_that_are_older_than_the_age(
    downloads: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (downloads / "uv" / "inner" / "new").write_bytes(b"")
    assert start(["cache", "prune", "--days", "50"]) == 0
    assert "downloads" not in capfd.readouterr().out
    assert start(["cache", "prune"]) == 0
    assert "1.0 MiB of the installers' downloads" in capfd.readouterr().out
    assert [path.name for path in downloads.iterdir()] == ["uv"]


def test_clear_removes_all_of_them(downloads: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert start(["cache", "clear"]) == 0
    assert "2.0 MiB of the installers' downloads" in capfd.readouterr().out
    assert list(downloads.iterdir()) == []
    assert start(["cache", "show"]) == 0


def test_init_counts_its_documents_and_names_no_schema_that_nobody_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.md").write_text("```python\n1\n```\n")
    monkeypatch.chdir(tmp_path)
    assert start(["init"]) == 0
    assert "found 1 document\n" in capfd.readouterr().out
    assert "$schema" not in (tmp_path / ".doc-healing.yml").read_text()
