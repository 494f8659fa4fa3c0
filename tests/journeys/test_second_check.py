"""The second check of a tree in which nothing has changed, and every change that makes it a first.

What was loaded tells which way was gone: who runs something needs a language.
"""

from collections.abc import Callable
from itertools import chain
from pathlib import Path

from doc_healing import settings
from tests import needs
from tests.journeys.desk import call, fence, repository

PAGE = (
    fence("python", "assert 1 + 1 == 2\n")
    + fence("python", "import json\njson.lost()\n")
    + '```python\n--8<-- "part.py"\n```\n'
    + fence("text", "words\n")
)


def made(tmp_path: Path) -> Path:
    root = repository(tmp_path, a_dot_md=PAGE, part_dot_py="assert True\n", code_dot_py="x = 1\n")
    (root / ".doc-healing.yml").write_text("exclude: [none]\n")
    return root


def loads(root: Path, *arguments: str, **variables: str) -> bool:
    profile = {"PYTHONPROFILEIMPORTTIME": "1", **variables}
    return "doc_healing.languages" in call("check", *arguments, cwd=root, variables=profile).err


def change(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a document": lambda root: change(root, "a.md", "1 + 1 == 2", "1 + 2 == 3"),
    "a byte of the code": lambda root: change(root, "code.py", "x = 1", "x = 2"),
    "an included file": lambda root: change(root, "part.py", "True", "1"),
    "a key of the config": lambda root: change(root, ".doc-healing.yml", "none", "nothing"),
    "a new file": lambda root: (root / "requirements.txt").write_text(""),
    "a program on the PATH": lambda root: (root.parent / "bin" / "other").touch(),
    "a toolchain": lambda root: (root.parent / "bin" / "node").write_text("#!/bin/sh\n"),
}


def test_an_unchanged_tree_loads_no_language_and_reads_the_same(tmp_path: Path) -> None:
    root = made(tmp_path)
    first = call("check", "-f", "json", cwd=root)
    assert not loads(root)
    for name in ("json", "html"):
        again = call("check", "-f", name, cwd=root)
        assert again.code == first.code == 1
        if name == "json":
            for one, other in zip(first.json["findings"], again.json["findings"], strict=True):
                assert other["cached"] == (other["language"] == "python")
                assert {**one, "cached": 0} == {**other, "cached": 0}
    assert loads(root, "--no-cache")
    assert "3 outcomes of blocks" in call("cache", "show", cwd=root).out
    call("cache", "clear", cwd=root)
    assert loads(root)


def test_every_change_is_seen_at_once(tmp_path: Path) -> None:
    root = made(tmp_path)
    (tmp_path / "bin").mkdir()
    path = {"PATH": f"{tmp_path / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
    assert loads(root, **path)
    assert not loads(root, **path)
    for what, act in CHANGES.items():
        act(root)
        assert loads(root, **path), what
    assert not loads(root, **path)


TERMS: list[tuple[list[str], dict[str, str]]] = [
    (["--timeout", "9"], {}),
    (["--no-install"], {}),
    ([], {"DOC_HEALING_OPEN_FILES": "512"}),
    ([], {"PIP_INDEX_URL": "http://localhost:1/simple"}),
]


def test_other_terms_are_another_check(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=fence("text", "words\n"))
    assert loads(root)
    for arguments, variables in TERMS:
        assert loads(root, *arguments, **variables), (arguments, variables)
    assert not loads(root)


def test_a_damaged_memory_costs_time_only(tmp_path: Path) -> None:
    root = made(tmp_path)
    first = call("check", "-f", "json", cwd=root)
    (file,) = (tmp_path / "cache").glob("results.sqlite3")
    file.write_bytes(file.read_bytes()[:4096] + b"\xff" * 9000)
    again = call("check", "-f", "json", cwd=root)
    assert [one["verdict"] for one in again.json["findings"]] == [
        one["verdict"] for one in first.json["findings"]
    ]


SIX = {
    "python": "assert {n} == {n}\n",
    "javascript": "console.log(Math.max(1, {n}));\n",
    "typescript": "const value: number = {n};\nconsole.log(value);\n",
    "java": 'System.out.println("number " + {n});\n',
    "go": 'package main\n\nimport "fmt"\n\nfunc main() {{\n\tfmt.Println({n})\n}}\n',
    "rust": 'fn main() {{\n    println!("{{}}", {n});\n}}\n',
}


def test_nothing_of_six_languages_is_run_again(tmp_path: Path) -> None:
    """What the first check makes on its way (Go's standard library, residents) is in no key."""
    for language in SIX:
        needs.toolchain(language)
    pages = [
        "".join(fence(language, code.format(n=n)) for language, code in SIX.items())
        for n in (1, 2, 3)
    ]
    root = repository(tmp_path, a_dot_md=pages[0], b_dot_md=pages[1] + pages[2])
    shelf = settings.read().cache_dir / "toolchains"
    shelf.mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/toolchains").symlink_to(shelf)
    first = call("check", "-f", "json", cwd=root).json
    assert [one["verdict"] for one in first["findings"]] == ["PASSED"] * 18, first
    (root / "b.md").write_text("# Another heading\n\n" + pages[1] + pages[2])
    moved, again = (call("check", "-f", "json", cwd=root).json for _ in range(2))
    found = list(chain(moved["findings"], again["findings"]))
    assert [one["language"] for one in found if not one["cached"]] == []
    assert not loads(root)
