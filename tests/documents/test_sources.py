"""Trees of revisions and of directories, as the code map reads them."""

import os
import subprocess
from hashlib import sha1, sha256
from pathlib import Path

import pytest

from doc_healing.documents import sources
from doc_healing.documents.revisions import base_of, revision_of
from doc_healing.documents.sources import directory_source, revision_source
from doc_healing.errors import UserError


def git(root: Path, *words: str, data: bytes | None = None) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    command = ["git", *who, "-C", str(root), *words]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return done.stdout.decode("utf-8", "surrogateescape").strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "repo"
    made.mkdir()
    git(made, "init", "-q", "-b", "main")
    return made


def committed(root: Path, files: dict[str, bytes], *words: str) -> str:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x", *words)
    return git(root, "rev-parse", "HEAD")


def blob(data: bytes) -> str:
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()


def test_a_revision_and_its_checkout_are_the_same_tree(root: Path) -> None:
    files = {"a.py": b"1", "x/b.py": b"", "odd \n\"name'.py": b"2\r\n", "bild.png": b"\0\xff"}
    commit = committed(root, files)
    old, here = revision_source(revision_of(root, commit)), directory_source(root)
    assert old.files == here.files == {path: blob(data) for path, data in files.items()}
    assert dict(old.read(list(files))) == dict(here.read(list(files))) == files


def test_links_and_submodules_are_no_files(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    committed(other, {"sub.py": b"1"})
    git(root, "submodule", "--quiet", "add", str(other), "inner")
    (root / "up").symlink_to("..")
    (root / "loop.py").symlink_to("pool.py")
    (root / "pool.py").symlink_to("loop.py")
    (root / "same.py").symlink_to("a.py")
    commit = committed(root, {"a.py": b"1"})
    for source in (revision_source(revision_of(root, commit)), directory_source(root)):
        assert sorted(source.files) == [".gitmodules", "a.py"]


def test_a_name_that_cannot_be_told_is_said(root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.py")).write_bytes(b"1")
    commit = committed(root, {"a.py": b"1"})
    for source in (revision_source(revision_of(root, commit)), directory_source(root)):
        assert list(source.files) == ["a.py"]
        ((path, reason),) = source.left_out
        assert path == "\\udcff.py"
        assert "UTF-8" in reason


def test_names_that_differ_in_case_alone_are_two_files(root: Path) -> None:
    tree = ""
    for name in ("A.py", "a.py"):
        name_of_blob = git(root, "hash-object", "-w", "--stdin", data=name.encode())
        tree += f"100644 blob {name_of_blob}\t{name}\n"
    made = git(root, "mktree", data=tree.encode())
    commit = git(root, "commit-tree", "-m", "x", made)
    source = revision_source(revision_of(root, commit))
    assert dict(source.read(["a.py", "A.py"])) == {"a.py": b"a.py", "A.py": b"A.py"}


def test_what_is_too_large_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_BYTES", 100)
    commit = committed(root, {"a.py": b"1" * 101, "b.py": b"1" * 100})
    for source in (revision_source(revision_of(root, commit)), directory_source(root)):
        assert dict(source.read(["a.py", "b.py"])) == {"b.py": b"1" * 100}


def test_many_files_are_read_in_batches(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_BATCH_BYTES", 100)
    files = {f"{n}.py": b"%d" % n * n for n in range(60)}
    source = revision_source(revision_of(root, committed(root, files)))
    assert dict(source.read(list(files))) == files


def test_a_file_whose_stamp_is_the_same_is_not_read_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_FRESH_NS", 0)
    committed(root, {"a.py": b"1", "b.py": b"1"})
    first = directory_source(root)
    known = {path: [mark, "kept"] for path, (mark, _) in first.stamps.items()}
    (root / "b.py").write_bytes(b"22")
    again = directory_source(root, known)
    assert again.files == {"a.py": "kept", "b.py": blob(b"22")}
    assert again.stamps["a.py"] == known["a.py"]


def test_nothing_is_remembered_of_a_file_that_may_change_at_the_same_time(root: Path) -> None:
    committed(root, {"a.py": b"1"})
    assert directory_source(root).stamps == {}


def test_a_file_that_changes_while_the_map_is_drawn_counts_as_gone(root: Path) -> None:
    committed(root, {"a.py": b"1"})
    first = directory_source(root)
    ids = first.files["a.py"]
    source = sources.DirectorySource(root, {"a.py": ids}, (), {}, blob, {})
    (root / "a.py").write_bytes(b"2")
    assert list(source.read(["a.py"])) == []


def test_sha256_repositories_have_longer_ids(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    commit = committed(tmp_path, {"a.py": b"1"})
    old, here = revision_source(revision_of(tmp_path, commit)), directory_source(tmp_path)
    assert old.files == here.files == {"a.py": sha256(b"blob 1\x001").hexdigest()}
    assert dict(old.read(["a.py"])) == {"a.py": b"1"}


def test_a_bare_repository_and_a_worktree_have_the_same_revisions(
    root: Path, tmp_path: Path
) -> None:
    commit = committed(root, {"x/a.py": b"1"})
    git(root, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    git(root, "clone", "-q", "--bare", str(root), str(tmp_path / "bare"))
    for place in (root, tmp_path / "tree", tmp_path / "bare"):
        assert revision_source(revision_of(place, commit)).files == {"x/a.py": blob(b"1")}
    assert revision_source(revision_of(root / "x", commit)).files == {"a.py": blob(b"1")}
    assert sources.is_bare(tmp_path / "bare")
    assert not sources.is_bare(root)


def test_what_a_partial_clone_lacks_is_left_out(root: Path, tmp_path: Path) -> None:
    commit = committed(root, {"a.py": b"1"})
    git(root, "config", "uploadpack.allowFilter", "true")
    url = f"file://{root}"
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", url, str(tmp_path / "part"))
    source = revision_source(revision_of(tmp_path / "part", commit))
    assert list(source.files) == ["a.py"]
    assert list(source.read(["a.py"])) == []


HINTS = [
    ("mian", "did you mean `main`?"),
    ("v1.1", "did you mean `v1.0`?"),
    ("deadbeef", "name a branch, a tag or a commit that is here"),
    ("", "name a branch"),
    ("-h", "name a branch"),
    ("main:a.py", "name a branch"),
]


@pytest.mark.parametrize(("name", "hint"), HINTS)
def test_a_revision_that_does_not_exist(root: Path, name: str, hint: str) -> None:
    committed(root, {"a.py": b"1"})
    git(root, "tag", "v1.0")
    for ask in (base_of, revision_of):
        with pytest.raises(UserError, match="there is no revision") as raised:
            ask(root, name)
        assert raised.value.help.startswith(hint)


def test_what_lies_beyond_a_shallow_clone(root: Path, tmp_path: Path) -> None:
    first = committed(root, {"a.py": b"1"})
    committed(root, {"a.py": b"2"})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{root}", str(tmp_path / "shallow"))
    with pytest.raises(UserError, match="there is no revision") as raised:
        revision_of(tmp_path / "shallow", first)
    assert "shallow" in raised.value.help


def test_an_empty_repository_has_no_revision(root: Path) -> None:
    with pytest.raises(UserError, match="there is no revision") as raised:
        revision_of(root, "HEAD")
    assert raised.value.help == "this repository has no commit yet"
    assert directory_source(root).files == {}
