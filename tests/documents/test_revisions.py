"""A revision of a repository as a tree of its own: exactly what was committed, nothing run."""

import os
import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.documents.revisions import base_of, materialise, old_day
from doc_healing.errors import UserError


def git(root: Path, *words: str, given: bytes = b"") -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, "-C", str(root), *words], input=given, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def repository(root: Path) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    return root


def commit(root: Path, **files: str | bytes) -> str:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    git(root, "add", "-A", "-f")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    return git(root, "rev-parse", "HEAD")


def test_only_a_commit_of_long_ago_has_a_day(tmp_path: Path) -> None:
    root = repository(tmp_path)
    commit(root, a_dot_md="x")
    made = int(git(root, "show", "-s", "--format=%ct", "HEAD"))
    assert old_day(root, made + 59 * 86400) == ""
    day = old_day(root, made + 61 * 86400)
    assert datetime.fromisoformat(day).timestamp() == made
    assert old_day(tmp_path.parent, made) == ""
    assert old_day(repository(tmp_path / "empty"), made) == ""


def test_a_tree_is_what_was_committed(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    (root / "run.sh").write_text("#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    (root / "link.md").symlink_to("a.md")
    commit(root, a_dot_md="old\r\n", sub__b_dot_txt=b"\x00\xff", dot="ignored but tracked")
    (root / "a.md").write_text("new")
    (root / "untracked.md").write_text("new")
    before = git(root, "status", "--porcelain")
    made = materialise(base_of(root, "HEAD"), tmp_path)
    assert made.files == ("a.md", "dot", "link.md", "run.sh", "sub/b.txt")
    assert (tmp_path / "a.md").read_bytes() == b"old\r\n"
    assert (tmp_path / "sub/b.txt").read_bytes() == b"\x00\xff"
    assert (tmp_path / "link.md").readlink() == Path("a.md")
    assert os.access(tmp_path / "run.sh", os.X_OK)
    assert git(root, "status", "--porcelain") == before
    assert not (root / ".git/worktrees").exists()


def test_the_base_is_where_the_branch_began(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    fork = commit(root, a_dot_md="1")
    git(root, "checkout", "-q", "-b", "topic")
    commit(root, a_dot_md="2")
    git(root, "checkout", "-q", "main")
    commit(root, b_dot_md="3")
    git(root, "checkout", "-q", "topic")
    assert base_of(root, "main").commit == fork
    assert base_of(root, fork[:12]).commit == fork
    git(root, "checkout", "-q", "--orphan", "other")
    commit(root, c_dot_md="4")
    assert base_of(root, "main").commit == git(root, "rev-parse", "main")


def test_a_directory_below_the_repository(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    commit(root, top_dot_md="x", docs__a_dot_md="y", docs__in__b_dot_md="z")
    made = materialise(base_of(root / "docs", "HEAD"), tmp_path)
    assert made.files == ("a.md", "in/b.md")


def test_a_directory_that_was_not_there_yet(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    old = commit(root, a_dot_md="x")
    commit(root, docs__a_dot_md="y")
    with pytest.raises(UserError, match="docs/ does not exist"):
        materialise(base_of(root / "docs", old), tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "--all", "-h", "HEAD~99", "", "a b", "x" * 5000])
def test_a_revision_that_does_not_exist(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path / "repo")
    commit(root, a_dot_md="x")
    with pytest.raises(UserError, match="no revision") as raised:
        base_of(root, name)
    assert "git fetch" in raised.value.help


def test_no_repository_and_no_commit(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="in no git repository"):
        base_of(tmp_path, "HEAD")
    with pytest.raises(UserError, match="no revision"):
        base_of(repository(tmp_path / "empty"), "HEAD")


def test_a_shallow_clone_says_what_brings_more(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    old = commit(root, a_dot_md="1")
    commit(root, a_dot_md="2")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "shallow")
    with pytest.raises(UserError, match="no revision") as raised:
        base_of(tmp_path / "shallow", old)
    assert "unshallow" in raised.value.help
    git(tmp_path / "shallow", "branch", "origin/mine")
    with pytest.raises(UserError, match="no revision") as raised:  # a near name hides it not
        base_of(tmp_path / "shallow", "origin/mime")
    assert "unshallow" in raised.value.help
    assert "`origin/mine`" in raised.value.help


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo")
    trap = tmp_path / "trapped"
    commit(root, a_dot_md="x", _dot_gitattributes="* filter=evil ident\n")
    for key in ("filter.evil.smudge", "filter.evil.process", "core.fsmonitor", "core.sshCommand"):
        git(root, "config", key, f"touch {trap}; cat")
    (root / ".git/hooks").mkdir(exist_ok=True)
    for name in ("post-checkout", "reference-transaction"):
        hook = root / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
        hook.chmod(0o755)
    (tmp_path / "out").mkdir()
    materialise(base_of(root, "HEAD"), tmp_path / "out")
    assert not trap.exists()
    assert (tmp_path / "out/a.md").read_text() == "x"


def tree_object(root: Path, *entries: tuple[str, str, bytes]) -> str:
    """A tree that git itself would not write, and the commit of it."""
    raw = b""
    for mode, name, data in entries:
        blob = git(root, "hash-object", "-w", "--stdin", given=data)
        raw += f"{mode} {name}\0".encode() + bytes.fromhex(blob)
    made = git(root, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=raw)
    return git(root, "commit-tree", "-m", "x", made)


@pytest.mark.parametrize(
    "entries",
    [
        [("100644", "..", b"evil")],
        [("100644", ".git", b"evil")],
        [("120000", "a", b"/"), ("100644", "a", b"evil")],
        [("100644", "../evil", b"evil")],
    ],
)
def test_a_hostile_tree_writes_nothing_outside(
    tmp_path: Path, entries: list[tuple[str, str, bytes]]
) -> None:
    root = repository(tmp_path / "repo")
    commit(root, a_dot_md="x")
    made = tree_object(root, *entries)
    inner = tmp_path / "deep/out"
    inner.mkdir(parents=True)
    with suppress(UserError):
        materialise(base_of(root, made), inner)
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}
    assert not (inner / ".git").exists()


names = st.text("ab.-_ äß", min_size=1, max_size=8).filter(
    lambda name: name.strip(". ") and name.strip() == name
)


@settings(max_examples=100, deadline=None)
@given(files=st.dictionaries(names, st.binary(max_size=300), min_size=1, max_size=6))
def test_every_file_comes_back_byte_by_byte(
    files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = repository(tmp_path_factory.mktemp("any") / "repo")
    for name, data in files.items():
        (root / name).write_bytes(data)
    commit(root)
    out = root.parent / "out"
    out.mkdir()
    made = materialise(base_of(root, "HEAD"), out)
    assert {name: (out / name).read_bytes() for name in made.files} == files
