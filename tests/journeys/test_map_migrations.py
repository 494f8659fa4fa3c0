"""What the configuration says replaces what, and what is said where there is nothing to list."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.desk import Result, fence
from tests.journeys.test_map import committed, git, here

__all__ = ["here"]

Here = Callable[..., Result]

CONFIG = "migrations:\n  - {from: lib.fetch, to: lib.load}\n"
OLD = (
    "def fetch(url):\n    return url.strip().lower()\n\n\ndef load(path):\n    return open(path)\n"
)
NEW = "def load(path):\n    return open(path)\n"
PAGE = "# Use\n\nCall `lib.fetch()` for it.\n\n" + fence("python", "import lib\n\nlib.fetch('u')\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "repo"
    made.mkdir()
    git(made, "init", "-q", "-b", "main")
    committed(made, {"lib.py": OLD, "README.md": PAGE, ".doc-healing.yml": CONFIG})
    git(made, "tag", "v1")
    committed(made, {"lib.py": NEW})
    return made


def test_a_migration_reaches_changes_orphans_and_affected(root: Path, here: Here) -> None:
    """Both names were there at the base: nothing but the configuration can tell."""
    changes = here("map", "changes", "--base", "v1", "-f", "json", cwd=root).json["changes"]
    (gone,) = [one for one in changes if one["old"] and one["old"]["name"] == "fetch"]
    assert gone["kind"] == "removed"
    assert [one["name"] for one in gone["candidates"]] == ["load"]
    assert gone["evidence"] == ["migration of the configuration"]
    orphans = here("map", "orphans", "--base", "v1", cwd=root).out.splitlines()
    assert len(orphans) == 2
    assert all("lib.fetch is gone; use `lib.load`" in line for line in orphans)
    affected = here("map", "affected", "--base", "v1", cwd=root).out
    assert "README.md:3:7: mentions lib.fetch()" in affected
    assert "mentions lib.fetch(): fetch is gone; use lib.load" in affected
    assert "README.md:5: python: fetch is gone" in affected
    (root / ".doc-healing.yml").write_text("migrations: []\n")
    assert "lib.load" not in here("map", "orphans", "--base", "v1", cwd=root).out


def test_a_migration_of_another_day_changes_nothing(root: Path, here: Here) -> None:
    committed(root, {"lib.py": OLD.replace("strip", "lstrip")})
    done = here("map", "changes", "--base", "v1", "-f", "json", "-v", cwd=root).json["changes"]
    assert [(one["kind"], one["new"]["name"]) for one in done] == [("body_changed", "fetch")]
    assert here("map", "changes", "--base", "v1", "-f", "json", cwd=root).json["changes"] == []


QUIET = [
    (["symbols"], "nothing to tell: no source here"),
    (["references"], "nothing to tell: no documents here"),
    (["affected", "--base", "HEAD"], "nothing to tell: no documents here"),
    (["orphans", "--base", "HEAD"], "nothing to tell: no documents here"),
    (["undocumented"], "nothing to tell: no source here"),
]


@pytest.mark.parametrize(("words", "told"), QUIET)
def test_who_waits_is_told_that_there_is_nothing(
    words: list[str], told: str, tmp_path: Path, here: Here
) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    git(root, "init", "-q")
    committed(root, {"data.bin": b"\0"})
    result = here("map", *words, cwd=root)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(told)
    assert here("map", *words, "-q", cwd=root).err == ""
