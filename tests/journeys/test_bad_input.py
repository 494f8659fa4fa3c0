"""What bad input gets: a clear error and nothing lost."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import needs
from tests.journeys.desk import call, fence, repository

GOOD = fence("python", "print('fine')\n")


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    result = call("check", "b.md", cwd=root)
    assert result.code == 2
    assert "b.md" in result.err
    assert result.out == ""


def test_invalid_utf8_is_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=b"# a\n\xff\xfe\n" + GOOD.encode(), b_dot_md=GOOD)
    result = call("check", cwd=root)
    assert "a.md" in result.out
    assert "UTF-8" in result.out
    assert "1 passed" in result.out
    assert result.code == 2


def test_an_unreadable_file_is_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    root = repository(tmp_path, b_dot_md=GOOD)
    os.mkfifo(root / "a.md")  # not even root can read it as a file
    result = call("check", cwd=root)
    assert "1 passed" in result.out
    named = call("check", "a.md", cwd=root)
    assert named.code == 2
    assert "a.md" in named.out + named.err


def test_a_document_of_50_mb(tmp_path: Path) -> None:
    text = ("word " * 200 + "\n\n") * 52_000 + GOOD
    root = repository(tmp_path, big_dot_md=text, b_dot_md=GOOD)
    result = call("check", cwd=root)
    assert result.code in (0, 2)
    assert "big.md" in result.out or "2 passed" in result.out
    assert "passed" in result.out


def test_ten_thousand_fences(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=fence("text", "x\n") * 10_000 + GOOD)
    result = call("list", "--format", "json", cwd=root)
    assert len(result.json["snippets"]) == 10_001
    assert result.json["snippets"][-1]["line"] == 30_001
    assert call("check", cwd=root).code == 0


def test_a_fence_that_never_closes(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md="```python\nprint('fine')\n")
    result = call("check", cwd=root)
    assert "never closed" in result.out
    assert "a.md:1" in result.out


def test_a_cyclic_include(tmp_path: Path) -> None:
    cyclic = fence("python", '--8<-- "b.py"\n')
    root = repository(tmp_path, a_dot_md=cyclic, b_dot_py='--8<-- "b.py"\n')
    result = call("list", "--format", "json", cwd=root)
    assert result.json["snippets"][0]["state"] == "unreadable"
    assert "itself" in result.json["snippets"][0]["reason"] or "cycl" in str(result.json)


@pytest.mark.parametrize(
    ("text", "place", "near"),
    [
        ("exclud: []\n", ".doc-healing.yml:1:1", "exclude"),
        ("limits:\n  wall_second: 3\n", ".doc-healing.yml:2:3", "wall_seconds"),
        ("include: [\n", ".doc-healing.yml:", ""),
        ("limits:\n  memory_mib: many\n", ".doc-healing.yml:2:", ""),
    ],
)
def test_a_bad_config_stops_with_its_place(
    tmp_path: Path, text: str, place: str, near: str
) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    (root / ".doc-healing.yml").write_text(text)
    result = call("check", cwd=root)
    assert result.code == 2
    assert place in result.err
    assert near in result.err
    assert result.out == ""


def test_a_missing_toolchain_is_unverified_with_the_fix(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=fence("js", "let a = 1\n") + GOOD)
    (root / ".doc-healing.yml").write_text('languages:\n  python:\n    runtime: "3.99"\n')
    result = call("check", "--format", "json", cwd=root)
    verdicts = {one["language"]: one for one in result.json["findings"]}
    assert result.code == 0
    assert verdicts["javascript"]["verdict"] == "PASSED"
    assert verdicts["python"]["verdict"] == "UNVERIFIED"
    assert "3.99" in verdicts["python"]["reason"]
    assert "install" in verdicts["python"]["reason"]


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    needs.root("mounting a small file system")
    root = repository(
        tmp_path,
        pyproject_dot_toml='[project]\nname = "tiny"\nversion = "1"\ndependencies = ["attrs"]\n',
        tiny_dot_py="",
        a_dot_md=fence("python", "import attr\n") + fence("js", "let a = 1\n"),
    )
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(small)], check=True)
    try:
        result = call(
            "check", "--format", "json", cwd=root, variables={"DOC_HEALING_CACHE_DIR": str(small)}
        )
        verdicts = {one["language"]: one for one in result.json["findings"]}
        assert verdicts["python"]["verdict"] == "UNVERIFIED"
        assert "space" in verdicts["python"]["reason"]
        assert verdicts["javascript"]["verdict"] == "PASSED"
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_an_unknown_command_and_option_name_the_nearest(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    result = call("chekc", cwd=root)
    assert (result.code, "check" in result.err) == (2, True)
    result = call("check", "--fromat", "json", cwd=root)
    assert (result.code, "--format" in result.err) == (2, True)
    result = call("explain", "invalid-sintax", cwd=root)
    assert (result.code, "DH201" in result.err) == (2, True)
