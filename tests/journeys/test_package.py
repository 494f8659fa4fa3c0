"""What is shipped is what is in the folder, and it works from there."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests import needs

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/doc_healing"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and the source distribution, as any front end builds them."""
    needs.module("poetry.core", "poetry-core comes with the developers' tools")
    folder = tmp_path_factory.mktemp("dist")
    code = (
        "import sys; from poetry.core.masonry import api; "
        "api.build_wheel(sys.argv[1]); api.build_sdist(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True)
    return folder


def shipped() -> set[str]:
    """Every file of the package that git would keep, by its path in an archive."""
    found = [path for path in PACKAGE.rglob("*") if path.is_file()]
    kept = [path for path in found if "__pycache__" not in path.parts]
    return {path.relative_to(PACKAGE.parent).as_posix() for path in kept}


def test_the_wheel_holds_the_whole_package(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = {each for each in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in each}
    assert names == shipped()
    assert {"doc_healing/report/report.html.j2", "doc_healing/schemas/report.v1.json"} <= names


def test_the_source_distribution_holds_the_whole_package(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {each.split("/", 2)[2] for each in archive.getnames() if "/src/" in each}
    assert shipped() <= names


@pytest.mark.sandbox
def test_the_wheel_works_where_it_is_installed(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "a.md").write_text("```python\nprint('x')\n```\n\n```js\nlet a = 1\n```\n")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    env["DOC_HEALING_CACHE_DIR"] = str(tmp_path / "cache")
    for form in ("text", "html"):
        command = [sys.executable, "-m", "doc_healing", "check", "a.md", "--format", form]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "2 passed" in done.stdout
    code = "import doc_healing; print(doc_healing.__file__)"
    where = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert where.stdout.startswith(str(tmp_path))
