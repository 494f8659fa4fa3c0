"""Where documents may lie and how people name them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.desk import Result, call, fence, repository

GOOD = fence("python", "print('fine')\n")


def paths(result: Result) -> list[str]:
    return [each["path"] for each in result.json["snippets"]]


def listed(*arguments: str, cwd: Path) -> list[str]:
    result = call("list", "--format", "json", *arguments, cwd=cwd)
    assert result.code == 0, result.err
    return paths(result)


@pytest.mark.parametrize(
    "name", ["with space", "ünïcode 日本", "new\nline", "-dash", "a:b#c", "%41"]
)
def test_any_name_of_a_folder(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, README_dot_md=GOOD)
    (root / name).mkdir()
    (root / name / "a.md").write_text(GOOD)
    assert listed("--", name, cwd=root) == [f"{name}/a.md"]
    assert listed(f"./{name}/a.md", cwd=root) == [f"{name}/a.md"]
    assert listed(str(root / name), cwd=root) == [f"{name}/a.md"]
    result = call("check", "--", name, cwd=root)
    assert (result.code, result.out.count("1 passed")) == (0, 1)


def test_from_below_from_above_and_through_a_link(tmp_path: Path) -> None:
    root = repository(tmp_path, README_dot_md=GOOD, docs__a_dot_md=GOOD, docs__deep__b_dot_md=GOOD)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (tmp_path / "link").symlink_to(root)
    deep = root / "docs/deep"
    assert listed(cwd=deep) == ["docs/deep/b.md"]
    assert listed("..", cwd=deep) == ["docs/a.md", "docs/deep/b.md"]
    assert listed("../..", cwd=deep) == ["README.md", "docs/a.md", "docs/deep/b.md"]
    assert listed("../a.md", "b.md", cwd=deep) == ["docs/a.md", "docs/deep/b.md"]
    assert listed("repository/docs", cwd=tmp_path) == ["docs/a.md", "docs/deep/b.md"]
    assert listed(str(tmp_path / "link"), cwd=Path("/")) == [
        "README.md",
        "docs/a.md",
        "docs/deep/b.md",
    ]


def test_a_home_or_a_root_is_no_project(tmp_path: Path) -> None:
    notes = tmp_path / "home/notes"
    notes.mkdir(parents=True)
    (tmp_path / "home/pyproject.toml").write_text("nothing of ours")
    (notes / "a.md").write_text(GOOD)
    variables = {"HOME": str(tmp_path / "home")}
    result = call("list", "--format", "json", "notes/a.md", cwd=notes.parent, variables=variables)
    assert paths(result) == ["a.md"]
    assert listed(str(notes), cwd=Path("/")) == ["a.md"]


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = f"cd {gone} && rmdir {gone} && {sys.executable} -m doc_healing list"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert "the working directory does not exist any more" in done.stderr


def test_a_folder_without_documents_is_said(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_txt="hello\n")
    result = call("check", cwd=root)
    assert (result.code, result.out) == (0, "No documents were found: nothing was checked.\n")
    assert call("check", "--fail-on-empty", cwd=root).code == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pyton", "did you mean `python`?"),
        ("mermaid", "this version does not run mermaid"),
    ],
)
def test_a_language_that_cannot_be_run(tmp_path: Path, name: str, words: str) -> None:
    root = repository(tmp_path, a_dot_md=GOOD + fence("mermaid", "x\n"))
    result = call("check", "--language", name, cwd=root)
    assert result.code == 2
    assert words in result.err


def test_a_language_that_is_turned_off_is_skipped(tmp_path: Path) -> None:
    off = "languages: {javascript: {enabled: false}}\n"
    root = repository(tmp_path, a_dot_md=GOOD + fence("js", "throw 1\n"))
    (root / ".doc-healing.yml").write_text(off)
    result = call("check", "--verbose", cwd=root)
    assert result.code == 0
    assert "SKIPPED javascript  `languages.javascript.enabled` is false" in result.out


def test_a_language_by_any_of_its_names(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD + fence("mermaid", "x\n") + fence("js", "1\n"))
    assert "1 snippet: 1 passed" in call("check", "-l", "py", cwd=root).out
    assert listed("-l", "mermaid", "-l", "node", cwd=root) == ["a.md", "a.md"]


@pytest.mark.parametrize("arguments", [["--exclude-newer", "yesterday"], ["--jobs", "0"], ["-d"]])
def test_a_wrong_option_is_the_readers_error(tmp_path: Path, arguments: list[str]) -> None:
    result = call("check", *arguments, cwd=repository(tmp_path, a_dot_md=GOOD))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ")
    assert "help: doc-healing check --help" in result.err
