"""A run that is spared for what it met of the project's own code: what else must still be found."""

from pathlib import Path
from typing import Any

from tests.environments.places import BACKEND, PYPROJECT
from tests.journeys.desk import call, fence, repository

PAGE = fence("python", "from sample import used\nassert used.f() == 1\n")
# The build reads its own code: what it makes of that decides whether there is anything to run.
VERSION = 'exec(open("sample/version.py").read())\n'


def findings(root: Path, *arguments: str) -> list[dict[str, Any]]:
    return call("check", "-f", "json", *arguments, cwd=root).json["findings"]  # type: ignore[no-any-return]


def made(tmp_path: Path) -> Path:
    backend = BACKEND.replace("    name = ", f"    {VERSION}    name = ", 1)
    root = repository(tmp_path, a_dot_md=PAGE, pyproject_dot_toml=PYPROJECT)
    (root / "backend.py").write_text(backend)
    (root / "requires.txt").write_text("")
    (root / "sample").mkdir()
    (root / "sample/__init__.py").write_text("")
    (root / "sample/used.py").write_text("def f(): return 1\n")
    (root / "sample/version.py").write_text("number = 1\n")
    return root


def test_an_installation_that_fails_is_found_although_the_run_would_be_the_same(
    tmp_path: Path,
) -> None:
    root = made(tmp_path)
    version = root / "sample/version.py"
    (first,) = findings(root)
    assert (first["verdict"], first["cached"]) == ("PASSED", False), first
    version.write_text("number = lost\n")
    (failed,), (still,) = findings(root), findings(root)
    (fresh,) = findings(root, "--no-cache")
    for one in (failed, still, fresh):
        assert (one["verdict"], one["cached"]) == ("UNVERIFIED", False), one
        assert one["reason"].startswith(fresh["reason"])
    version.write_text("number = 2\n")
    (spared,) = findings(root)
    assert (spared["verdict"], spared["cached"]) == ("PASSED", True)
    (root / "sample/used.py").write_text("def f(): return 2\n")
    (broken,) = findings(root)
    assert (broken["verdict"], broken["cached"]) == ("BROKEN", False)
