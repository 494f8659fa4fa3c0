"""Packages of the same checkout: by path, in a workspace, Poetry's way; and none outside of it."""

from pathlib import Path

import pytest

from doc_healing import environments
from doc_healing.environments.local_sources import Local, local_dependencies
from doc_healing.model import Wants
from tests.environments.places import BACKEND, PYPROJECT, desk, project, python_toolchain, run

OTHER = {
    "pyproject.toml": PYPROJECT.replace("sample", "other"),
    "backend.py": BACKEND.replace("sample", "other"),
    "requires.txt": "",
    "other/__init__.py": "where = 'this checkout'\n",
}
WORKSPACE = (
    '[tool.uv.workspace]\nmembers = ["libs/*"]\n[tool.uv.sources]\nother = {workspace = true}\n'
)
BY_PATH = '[tool.uv.sources]\nother = {path = "libs/other", editable = true}\n'
POETRY = '[tool.poetry.dependencies]\nother = {path = "libs/other", develop = true}\n'


def _files(sources: str, requires: str = "other") -> dict[str, str]:
    main = f'{PYPROJECT}dependencies = ["other"]\n{sources}'
    files = {f"libs/other/{name}": text for name, text in OTHER.items()}
    return {
        **files,
        "pyproject.toml": main,
        "backend.py": BACKEND,
        "requires.txt": f"Requires-Dist: {requires}\n",
        "sample/__init__.py": "import other\nanswer = other.where\n",
    }


@pytest.mark.parametrize("sources", [WORKSPACE, BY_PATH, POETRY], ids=["uv", "path", "poetry"])
def test_where_they_stand(tmp_path: Path, sources: str) -> None:
    checkout = project(tmp_path, _files(sources))
    assert local_dependencies(checkout, Wants()) == (Local("other", "libs/other"),)


@pytest.mark.parametrize(
    "sources",
    [
        '[tool.uv.sources]\nother = {path = "../other"}\n',
        '[tool.uv.sources]\nother = {path = "/etc"}\n',
        '[tool.uv.sources]\nother = {git = "https://example.org/other"}\n',
        '[tool.uv.sources]\nunused = {path = "libs/other"}\n',
        '[tool.uv.sources]\nother = {path = "libs/none"}\n',
        "[tool.uv.sources]\nother = 3\n",
        '[tool.poetry.dependencies]\nother = "^1"\n',
    ],
)
def test_what_is_none(tmp_path: Path, sources: str) -> None:
    assert local_dependencies(project(tmp_path, _files(sources)), Wants()) == ()


def test_a_requirement_that_only_the_wheel_shows(tmp_path: Path) -> None:
    files = _files(WORKSPACE)
    files["pyproject.toml"] = files["pyproject.toml"].replace('dependencies = ["other"]', "")
    checkout = project(tmp_path, files)
    assert local_dependencies(checkout, Wants()) == ()
    found = local_dependencies(checkout, Wants(), ("Other ==1.0; python_version > '3'",))
    assert found == (Local("other", "libs/other"),)


def test_packages_that_need_each_other(tmp_path: Path) -> None:
    files = _files(WORKSPACE)
    files["libs/other/pyproject.toml"] += 'dependencies = ["sample"]\n'
    files["libs/other/pyproject.toml"] += "[tool.uv.sources]\nsample = {workspace = true}\n"
    found = local_dependencies(project(tmp_path, files), Wants())
    assert found == (Local("other", "libs/other"),)


@pytest.mark.sandbox
@pytest.mark.parametrize("requires", ["other", "other @ file:///work/source/libs/other"])
def test_they_are_installed_from_the_checkout(tmp_path: Path, requires: str) -> None:
    checkout = project(tmp_path / "repo", _files(WORKSPACE, requires))
    at = desk(tmp_path / "cache", {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple"})
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    outcome = run(found, "a.py", "import sample; print(sample.answer)")
    assert outcome.stdout == b"this checkout\n", outcome.stderr
    assert set(found.modules) == {"sample", "other"}
    assert any("comes from libs/other" in note for note in found.notes)


@pytest.mark.sandbox
def test_one_that_does_not_build_is_said(tmp_path: Path) -> None:
    files = _files(WORKSPACE, "")
    files["requires.txt"] = ""
    files["libs/other/backend.py"] = "raise SystemExit('no luck today')"
    files["sample/__init__.py"] = "answer = 42\n"
    checkout = project(tmp_path / "repo", files)
    at = desk(tmp_path / "cache")
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert any("other was not installed from libs/other" in note for note in found.notes)
    assert run(found, "a.py", "import sample; print(sample.answer)").stdout == b"42\n"
