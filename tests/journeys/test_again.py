"""The second check of a repository, and a check against a base, as a person uses them."""

import subprocess
from pathlib import Path

from tests.journeys.desk import call, fence, repository

PAGE = fence("python", "import os\nassert os.sep\n") + fence("js", "const a = 1;\n")
MODULE = "def old(n):\n    return n\n"


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, "-C", str(root), *words], check=True, capture_output=True)


def test_nothing_is_run_twice(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=PAGE)
    first = call("check", "--format", "json", cwd=root).json
    again = call("check", "--format", "json", cwd=root).json
    assert [one["cached"] for one in first["findings"]] == [False, False]
    assert [one["cached"] for one in again["findings"]] == [True, True]
    assert [one["verdict"] for one in again["findings"]] == ["PASSED", "PASSED"]
    assert "2 outcomes of blocks" in call("cache", "show", cwd=root).out
    other = call("check", "--timeout", "7", "--format", "json", cwd=root).json
    assert [one["cached"] for one in other["findings"]] == [False, False]
    assert "4 outcomes" in call("cache", "clear", cwd=root).out
    assert "0 outcomes of blocks" in call("cache", "show", cwd=root).out


def test_no_cache_runs_everything_and_keeps_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=PAGE)
    call("check", cwd=root)
    fresh = call("check", "--no-cache", "--format", "json", cwd=root).json
    assert [one["cached"] for one in fresh["findings"]] == [False, False]


def test_a_line_that_moved_is_still_told_at_its_place(tmp_path: Path) -> None:
    broken = fence("python", "import os\nos.nothing_of_that_name\n")
    root = repository(tmp_path, a_dot_md=broken)
    assert call("check", "--format", "json", cwd=root).json["findings"][0]["symptom"]["line"] == 3
    (root / "a.md").write_text(f"# Title\n\n{broken}")
    (found,) = call("check", "--format", "json", cwd=root).json["findings"]
    assert found["cached"]
    assert found["symptom"]["line"] == 5


def package(tmp_path: Path, module: str, page: str) -> Path:
    root = repository(tmp_path, thing_dot_py=module, a_dot_md=page)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    return root


def test_only_what_this_branch_broke_is_broken(tmp_path: Path) -> None:
    page = fence("python", "import json\njson.lost()\n") + fence("python", "1 + 1\n")
    root = package(tmp_path, MODULE, page)
    plain = call("check", cwd=root)
    assert plain.code == 1
    against = call("check", "--base", "HEAD", "--all", cwd=root)
    assert against.code == 0
    assert "1 already broken" in against.out
    assert "Nothing to run" in call("check", "--base", "HEAD", cwd=root).out
    (root / "a.md").write_text(page + fence("python", "import json\njson.gone()\n"))
    newer = call("check", "--base", "main", "--all", "--format", "json", cwd=root)
    assert newer.code == 1
    verdicts = [one["verdict"] for one in newer.json["findings"]]
    assert verdicts == ["ALREADY_BROKEN", "PASSED", "BROKEN"]


def test_a_base_that_does_not_exist(tmp_path: Path) -> None:
    root = package(tmp_path, MODULE, PAGE)
    found = call("check", "--base", "nowhere", cwd=root)
    assert found.code == 2
    assert "no revision `nowhere`" in found.err
    (tmp_path / "plain").mkdir()
    assert call("check", "--base", "HEAD", cwd=tmp_path / "plain").code == 2
