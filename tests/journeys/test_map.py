"""`map symbols` and `map changes` as a person uses them: on good trees and on bad ones."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doc_healing.cli.main import start
from doc_healing.cli.map_rows import clipped
from doc_healing.cli.mapping import COMMANDS
from doc_healing.report.options import Options
from tests.journeys.desk import Result, call

OLD = "class Client:\n    def get(self, url):\n        return self.send('GET', url, None)\n"
NEW = OLD.replace("def get", "def fetch")


def git(root: Path, *words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"]
    command = ["git", *who, "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()


def committed(root: Path, files: dict[str, str | bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data.encode() if isinstance(data, str) else data)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "repo"
    made.mkdir()
    git(made, "init", "-q", "-b", "main")
    committed(made, {"pkg/__init__.py": "from pkg.client import Client\n", "pkg/client.py": OLD})
    git(made, "tag", "v1")
    committed(made, {"pkg/client.py": NEW})
    return made


@pytest.fixture
def here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Result]:
    """The command in this process: the same, and it starts sooner."""

    def run(*words: str, cwd: Path) -> Result:
        monkeypatch.chdir(cwd)
        monkeypatch.setenv("DOC_HEALING_CACHE_DIR", str(tmp_path / "cache"))
        return Result(start(words), *capfd.readouterr())

    return run


def names(result: Result) -> list[str]:
    assert result.code == 0, result.err
    return [one["name"] for one in result.json["symbols"]]


def told_of(result: Result, *kinds: str) -> list[Any]:
    assert result.code == 0, result.err
    return [one for one in result.json["changes"] if one["kind"] in kinds]


def renamed(result: Result) -> list[tuple[str, str]]:
    told = told_of(result, "renamed")
    return [(one["old"]["name"], one["new"]["name"]) for one in told]


def test_symbols_are_listed_with_their_public_names(root: Path) -> None:
    found = call("map", "symbols", "--format", "json", cwd=root).json
    assert found["schema"] == 1
    assert found["faults"] == []
    (row,) = [one for one in found["symbols"] if one["name"] == "Client"]
    assert (row["path"], row["line"], row["kind"], row["language"]) == (
        "pkg/client.py",
        1,
        "type",
        "python",
    )
    assert {"module": "pkg", "name": "Client"} in row["public"]
    text = call("map", "symbols", "--public", cwd=root)
    assert "pkg/client.py:2: method Client.fetch(self, url)" in text.out
    assert "pkg: Client.fetch" in text.out
    assert "\x1b" not in text.out


def test_a_revision_is_told_without_a_checkout(
    root: Path, tmp_path: Path, here: Callable[..., Result]
) -> None:
    wanted = ["Client", "Client.get"]
    assert names(here("map", "symbols", "-f", "json", "--at", "v1", cwd=root)) == wanted
    git(root, "clone", "-q", "--bare", str(root), str(tmp_path / "bare"))
    bare = tmp_path / "bare"
    assert names(here("map", "symbols", "-f", "json", "--at", "v1", cwd=bare)) == wanted
    assert names(here("map", "symbols", "-f", "json", cwd=bare)) == ["Client", "Client.fetch"]


PLACES: list[Callable[[Path], tuple[Path, list[str]]]] = [
    lambda root: (root, []),
    lambda root: (root / "pkg", []),
    lambda root: (root.parent, ["repo"]),
    lambda root: (root, ["pkg/client.py"]),
    lambda root: (root.parent, ["bare"]),
    lambda root: (root.parent / "tree" / "pkg", []),
]


def test_changes_are_told_wherever_one_stands(
    root: Path, tmp_path: Path, here: Callable[..., Result]
) -> None:
    git(root, "clone", "-q", "--bare", str(root), str(tmp_path / "bare"))
    git(root, "worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    for place in PLACES:
        cwd, paths = place(root)
        words = ["map", "changes", "--base", "v1", "--head", "HEAD", "-f", "json", *paths]
        found = here(*words, cwd=cwd)
        assert renamed(found) == [("Client.get", "Client.fetch")]
        (one,) = told_of(found, "renamed")
        assert one["old"]["path"] == one["new"]["path"] == "pkg/client.py"
        assert one["old"]["line"] == one["new"]["line"] == 2
        assert one["language"] == "python"
        assert one["evidence"]
        assert 0.5 <= one["confidence"] <= 1


def test_the_head_is_the_working_tree_where_none_is_named(
    root: Path, here: Callable[..., Result]
) -> None:
    (root / "pkg/client.py").write_text(NEW.replace("url", "address"))
    words = ["map", "changes", "--base", "HEAD", "-f", "json"]
    (one,) = told_of(here(*words, cwd=root), "signature_changed")
    assert [row["kind"] for row in one["parameters"]] == ["renamed"]
    assert here("map", "changes", "--base", "v1", "--head", "v1", cwd=root).out == (
        "no symbol changed.\n"
    )


def test_only_what_readers_can_reach(root: Path, here: Callable[..., Result]) -> None:
    committed(root, {"pkg/client.py": NEW + "\n\ndef _inner(x):\n    return x + 1\n"})
    words = ["map", "changes", "--base", "HEAD~1", "-f", "json"]
    (one,) = told_of(here(*words, cwd=root), "added")
    assert one["new"]["name"] == "_inner"
    assert told_of(here(*words, "--public", cwd=root), "added") == []


def test_the_text_is_a_line_for_each_change(root: Path, here: Callable[..., Result]) -> None:
    told = here("map", "changes", "--base", "v1", cwd=root)
    line, summary = told.out.splitlines()
    assert line.startswith("renamed    pkg/client.py:2: Client.fetch(self, url) <- Client.get (")
    assert summary == "2 changes: 1 renamed · 1 with another body"
    quiet = here("map", "changes", "--base", "v1", "--quiet", cwd=root)
    assert quiet.out.splitlines() == [line]
    assert told.err == ""


@pytest.mark.parametrize(
    ("width", "end"),
    [(80, "Client.fetch(self, url) <- Client.get (0.99)"), (60, "Client.fetch(self, url) <- C…")],
)
def test_a_line_is_cut_where_something_of_it_fits(width: int, end: str) -> None:
    whole = "Client.fetch(self, url) <- Client.get (0.99)"
    options = Options(width=width)
    assert clipped(whole, options, 31) == end
    assert clipped(whole, options, width - 10) == whole  # the terminal breaks it anyway
    assert clipped(whole, Options(), 31) == whole


def test_namesakes_at_one_place_are_one_line(root: Path, here: Callable[..., Result]) -> None:
    package = '{{"name": "{0}", "main": "index.js"}}'
    box = "class Box { open() { return 1 } }\nexport const size = new Box()\n"
    files = {f"{name}/index.js": box for name in ("red", "blue")}
    files |= {f"{name}/package.json": package.format(name) for name in ("red", "blue")}
    committed(root, {**files, "docs/a.md": "The `Box.open()` of it.\n"})
    told = here("map", "references", "docs", cwd=root).out.splitlines()
    assert len(told) == 1
    assert "Box.open() -> Box.open " in told[0]
    committed(root, {name: text.replace("1", "2") for name, text in files.items()})
    told = here("map", "affected", "--base", "HEAD~1", cwd=root).out.splitlines()
    assert told == ["docs/a.md:1:6: mentions Box.open(): Box.open changed"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_each_speaks_of_the_map(
    name: str, root: Path, here: Callable[..., Result]
) -> None:
    told = here("map", name, "--help", cwd=root)
    assert "No summary and no notes." in told.out
    assert "block by block" not in told.out
    assert max(map(len, told.out.splitlines())) <= 80


ERRORS = [
    (["symbols", "nowhere"], "there is no file or directory nowhere", "check the spelling"),
    (["symbols", "--at", "v11"], "there is no revision `v11`", "did you mean `v1`?"),
    (["symbols", "--at", "v1", "docs"], "there is no file docs", "does not have it"),
    (["symbols", "-l", "cobol"], "the map knows no language `cobol`", "it knows: python"),
    (["changes", "--base", "v1", "--head", "mian"], "no revision `mian`", "did you mean `main`?"),
    (["changes", "--base", "maim"], "there is no revision `maim`", "did you mean `main`?"),
    (["changes"], "Missing option '--base'", "doc-healing map changes --help"),
    (["symbol"], "There is no command `map symbol`", "Did you mean `symbols`?"),
]


def test_errors_say_what_where_and_what_to_do(root: Path, here: Callable[..., Result]) -> None:
    for words, message, advice in ERRORS:
        found = here("map", *words, cwd=root)
        assert found.code == 2
        assert found.out == ""
        assert message in found.err
        assert advice in found.err


def test_without_a_repository_there_are_symbols_and_no_changes(
    tmp_path: Path, here: Callable[..., Result]
) -> None:
    (tmp_path / "a.py").write_text("def f(): ...\n")
    assert names(here("map", "symbols", "-f", "json", cwd=tmp_path)) == ["f"]
    found = here("map", "changes", "--base", "HEAD", cwd=tmp_path)
    assert found.code == 2
    assert "is in no git repository" in found.err


def test_an_empty_repository(tmp_path: Path, here: Callable[..., Result]) -> None:
    git(tmp_path, "init", "-q")
    assert names(here("map", "symbols", "-f", "json", cwd=tmp_path)) == []
    found = here("map", "changes", "--base", "HEAD", cwd=tmp_path)
    assert (found.code, "this repository has no commit yet" in found.err) == (2, True)


def test_a_bare_repository_has_no_files_to_compare(
    root: Path, tmp_path: Path, here: Callable[..., Result]
) -> None:
    git(root, "clone", "-q", "--bare", str(root), str(tmp_path / "bare"))
    words = ["map", "changes", "--base", "v1", "-f", "json"]
    assert renamed(here(*words, cwd=tmp_path / "bare")) == [("Client.get", "Client.fetch")]


def test_documents_that_a_partial_clone_lacks_are_said(
    root: Path, tmp_path: Path, here: Callable[..., Result]
) -> None:
    committed(root, {"README.md": "Call `Client.fetch`.\n"})
    git(root, "config", "uploadpack.allowFilter", "true")
    part = tmp_path / "part"
    git(root, "clone", "-q", "--bare", "--filter=blob:none", f"file://{root}", str(part))
    for words in (["references"], ["affected", "--base", "v1"], ["orphans", "--base", "v1"]):
        found = here("map", *words, "-v", cwd=part)
        assert found.code == 0
        assert "none of the documents here can be read" in found.err
        assert "README.md: it cannot be read: larger than 8 MiB, " in found.err
    faults = here("map", "undocumented", "-f", "json", cwd=part).json["faults"]
    assert "README.md" in [one["path"] for one in faults]


SOUND = "def sound(): ...\n"
BAD: dict[str, bytes] = {
    "binary.py": bytes(range(256)) * 40,
    "logo.js": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "nul.py": b"def f(): ...\n\0\0\n",
    "wide.py": "def f(): ...\n".encode("utf-16"),
    "latin.py": "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"),
    "broken.py": b"def (:\n  class\n)))]]}\n" * 50,
    "deep.py": b"x = " + b"[" * 5000 + b"]" * 5000 + b"\n",
    "deep.js": b"let x = " + b"(" * 5000 + b"1" + b")" * 5000 + b"\n",
    "Deep.java": b"class Deep { int x = " + b"(" * 3000 + b"1" + b")" * 3000 + b"; }\n",
    "deep.rs": b"fn f() " + b"{" * 3000 + b"}" * 3000 + b"\n",
    "large.py": b"x = 1\n" * 1_500_000,
    "empty.py": b"",
    "bom.py": b"\xef\xbb\xbfdef bom(): ...\n",
    "mac.py": b"def f(): ...\rdef g(): ...\r",
    "odd \n\"name'.py": b"def odd(): ...\n",
    "line.min.js": b"function f(){return 1};" * 20_000 + b"\n",
}


def bad_tree(root: Path) -> None:
    for name, data in BAD.items():
        (root / name).write_bytes(data)
    (root / "sound.py").write_text(SOUND)
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.py")).write_bytes(b"1")
    (root / "loop.py").symlink_to("pool.py")
    (root / "pool.py").symlink_to("loop.py")
    (root / "up").symlink_to("..")
    (root / "out.py").symlink_to("/etc/passwd")
    os.mkfifo(root / "pipe.py")


def faults(result: Result) -> dict[str, str]:
    return {one["path"]: one["reason"] for one in result.json["faults"]}


def test_nothing_that_a_file_holds_is_an_error_and_faults_are_said(
    tmp_path: Path, here: Callable[..., Result]
) -> None:
    bad_tree(tmp_path)
    found = here("map", "symbols", "-f", "json", cwd=tmp_path)
    assert {"sound", "odd", "bom"} <= set(names(found))
    told = faults(found)
    assert told["large.py"].startswith("it cannot be read: larger than 8 MiB")
    assert "\\udcff.py" in told
    assert told["out.py"] == "a link that leaves the repository"
    assert {"binary.py", "broken.py", "logo.js"} <= set(told)
    assert "sound.py" not in told
    assert "bug" not in "".join(told.values())
    assert not [why for why in told.values() if "fault of doc-healing" in why]
    said = here("map", "symbols", "--public", cwd=tmp_path)
    assert "could not be read whole; --verbose names them" in said.err
    named = here("map", "symbols", "--verbose", cwd=tmp_path)
    assert "note: large.py: it cannot be read" in named.err
    assert "odd ␊\"name'.py:1: function odd()" in named.out


def test_bad_files_may_change(root: Path, here: Callable[..., Result]) -> None:
    bad_tree(root)
    for name in ("pipe.py", "up"):
        (root / name).unlink()
    git(root, "add", "-A")
    git(root, "commit", "-qm", "bad")
    for path in BAD:
        (root / path).write_bytes(BAD[path][:-7] + b"\ndef late(): ...\n")
    (root / "sound.py").write_text(SOUND.replace("sound", "quiet"))
    found = here("map", "changes", "--base", "HEAD", "-f", "json", cwd=root)
    assert found.code == 0, found.err
    assert told_of(found, "added")
    assert {"large.py", "binary.py"} <= set(faults(found))


def test_a_broken_database_is_thrown_away(root: Path) -> None:
    cache = root.parent / "cache"
    words = ["map", "symbols", "-f", "json"]
    given: dict[str, Any] = {"cwd": root, "variables": {"DOC_HEALING_CACHE_DIR": str(cache)}}
    first = call(*words, **given)
    file = cache / "outlines.sqlite3"
    assert file.is_file()
    for data in (b"no database at all" * 1000, b"", file.read_bytes()[:5000]):
        for beside in cache.iterdir():
            if beside.name.startswith("outlines"):
                beside.unlink()
        file.write_bytes(data)
        again = call(*words, **given)
        assert (again.code, json.loads(again.out)) == (0, first.json)


def test_the_cache_command_tells_of_the_map_and_clears_it(
    root: Path, here: Callable[..., Result]
) -> None:
    here("map", "symbols", cwd=root)
    assert "0 pages of the code map" not in here("cache", "show", cwd=root).out
    assert here("cache", "clear", cwd=root).code == 0
    assert "0 pages of the code map" in here("cache", "show", cwd=root).out
