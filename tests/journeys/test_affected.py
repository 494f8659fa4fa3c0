"""`check --base` runs what a change may touch, and says what it left out."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.desk import call, environment, fence, repository
from tests.journeys.test_again import git

PROJECT = """
[project]
name = "lib"
version = "1"
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
packages = ["lib"]
"""
INIT = "from .shapes import Circle\nfrom .words import shout\n"
SHAPES = """
def _double(n):
    return n * 2


class Circle:
    def __init__(self, r):
        self.r = r

    def width(self):
        return _double(self.r)

    def name(self):
        return "circle"
"""
WORDS = "def shout(text):\n    return text.upper()\n"
PAGE = "".join(
    fence("python", code)
    for code in (
        "from lib import Circle\nassert Circle(1).width() == 2\n",
        "from lib import shout\nassert shout('a') == 'A'\n",
        "import os\nassert os.sep\n",
        "from lib import Circle\nassert Circle(1).name() == 'circle'\n",
    )
)


def project(folder: Path) -> Path:
    root = repository(
        folder,
        lib____init___dot_py=INIT,
        lib__shapes_dot_py=SHAPES,
        lib__words_dot_py=WORDS,
        pyproject_dot_toml=PROJECT,
        page_dot_md=PAGE,
    )
    package = root / "lib"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").write_text(INIT)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    return root


def told(root: Path, *more: str) -> list[tuple[str, str]]:
    findings: list[dict[str, Any]] = call(
        "check", "--base", "main", "--format", "json", *more, cwd=root
    ).json["findings"]
    return [(one["verdict"], one["chosen"]) for one in findings]


def test_only_what_a_private_function_is_reached_from_is_run(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "lib" / "shapes.py").write_text(SHAPES.replace("n * 2", "n * 3"))
    done = call("check", "--base", "main", "--format", "json", cwd=root)
    verdicts = [one["verdict"] for one in done.json["findings"]]
    assert verdicts == ["BROKEN", "SKIPPED", "SKIPPED", "SKIPPED"]
    assert done.code == 1
    first, second, *_ = done.json["findings"]
    assert first["chosen"] == "_double changed, through Circle.width"
    assert (second["reason"], second["code"]) == ("not affected by the change", "DH405")
    assert "1 of 4 blocks (1 may be affected); 3 not affected" in done.err
    whole = told(root, "--all")
    assert [verdict for verdict, _ in whole] == ["BROKEN", "PASSED", "PASSED", "PASSED"]


def test_what_nothing_touches_is_no_failure_and_no_pass(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "CHANGELOG.md").write_text("# Changes\n\nNone.\n")
    done = call("check", "--base", "main", "--fail-on-empty", cwd=root)
    assert (done.code, "0 of 4 blocks" in done.err) == (0, True)
    assert "4 skipped" in done.out
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "more")
    after = call("check", "--format", "json", cwd=root).json["findings"]
    assert [one["verdict"] for one in after] == ["PASSED"] * 4  # nothing of it was remembered


def test_what_may_change_everything_runs_everything(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "pyproject.toml").write_text(PROJECT.replace('"1"', '"2"'))
    assert told(root) == [("PASSED", "pyproject.toml changed, which may affect everything")] * 4
    git(root, "checkout", "-q", "pyproject.toml")
    (root / "lib" / "table.json").write_text("{}")
    assert {reason for _, reason in told(root)} == {
        "lib/table.json changed, which may affect everything"
    }


def test_a_block_that_changed_is_run_with_those_behind_it(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "page.md").write_text(PAGE.replace("assert os.sep", "assert os.name"))
    assert [reason for _, reason in told(root)] == [
        "",
        "",
        "changed itself",
        "follows a changed block",
    ]


FAULTY = """
import sys
from doc_healing.cli.main import start
from doc_healing.symbols import reach

def fault(*rest):
    raise {error}

reach.Walk.follow = fault
sys.exit(start(["check", "--base", "main"]))
"""


@pytest.mark.parametrize("error", ["KeyError('planted')", "RecursionError('planted')"])
def test_a_fault_of_the_map_runs_everything_and_says_so(tmp_path: Path, error: str) -> None:
    root = project(tmp_path)
    (root / "lib" / "shapes.py").write_text(SHAPES.replace("n * 2", "n * 3"))
    done = {}
    for debug in ("0", "1"):
        done[debug] = subprocess.run(
            [sys.executable, "-c", FAULTY.format(error=error)],
            cwd=root,
            env=environment(root, {"DOC_HEALING_DEBUG": debug}),
            capture_output=True,
            text=True,
            check=False,
        )
    told = done["0"]
    assert told.returncode == 1
    assert ("1 broken" in told.stdout, "3 passed" in told.stdout) == (True, True), told.stdout
    assert "the map of the code failed, so that nothing is left out" in told.stderr
    assert ("Traceback" in told.stderr, "Traceback" in done["1"].stderr) == (False, True)


def affected(root: Path, *more: str) -> tuple[str, list[bool]]:
    found = call("map", "affected", "--base", "start", *more, "--format", "json", cwd=root).json
    return found["everything"], [one["affected"] for one in found["snippets"]]


def test_a_submodule_at_another_commit_may_affect_everything(tmp_path: Path) -> None:
    root = project(tmp_path)
    # Git is told to overlook the change, and must not. Nobody has the submodule's files.
    (root / ".gitmodules").write_text(
        '[submodule "vendor"]\n\tpath = vendor\n\turl = ../vendor\n\tignore = all\n'
    )
    git(root, "add", "-A")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor")
    git(root, "commit", "-qm", "with a submodule")
    git(root, "tag", "start")
    assert affected(root, "--head", "HEAD") == ("", [False] * 4)
    git(root, "update-index", "--cacheinfo", f"160000,{'2' * 40},vendor")
    git(root, "commit", "-qm", "another one")
    why = "vendor changed, a link or a submodule, which may affect everything"
    assert affected(root, "--head", "HEAD") == (why, [True] * 4)
    assert affected(root) == (why, [True] * 4)
    listed = call("map", "affected", "--base", "start", cwd=root)
    assert listed.out.count(why) == 4


def test_links_to_lines_that_moved_are_told(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "links.md").write_text("See [shout](lib/words.py#L1-L2).\n")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "with a link")
    git(root, "tag", "start")
    (root / "lib" / "words.py").write_text(f"import os\n\n{WORDS}")
    where = "links.md:1:6: links to lib/words.py#L1-L2, which are L3-L4 now"
    assert where in call("map", "affected", "--base", "start", cwd=root).out
    found = call("map", "affected", "--base", "start", "--format", "json", cwd=root).json
    assert [one["now"] for one in found["links"]] == ["L3-L4"]
