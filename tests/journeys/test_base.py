"""`check --base` where a branch changed its code, its pages or both: whose fault it is."""

from pathlib import Path
from typing import Any

from tests.journeys.desk import call, fence, repository
from tests.journeys.test_again import git

PROJECT = """
[project]
name = "lib"
version = "1"
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = ["lib"]
"""
MODULE = """
class Dog:
    def sit(self): return 1
def g(): return 3
def bark(): return 1
"""
LATER = "class Dog: pass\ndef g(): return 3\n"
SETUP, USE = fence("python", "import lib\nd = lib.g()\n"), fence("python", "print(d + 1)\n")
DOG, SIT = fence("python", "import lib\nd = lib.Dog()\n"), fence("python", "print(d.sit())\n")
STARRED = fence("python", "from lib import *\nbark()\n")
U, B, A = "UNVERIFIED", "BROKEN", "ALREADY_BROKEN"


def in_tabs(*blocks: str) -> str:
    shown = [block.replace("\n", "\n    ") for block in blocks]
    return "".join(f'=== "Tab {at}"\n\n    {block}\n\n' for at, block in enumerate(shown))


def bad(code: str) -> str:
    return fence("python", f"import lib\n{code}")


# The page at the base, the page at the head, the verdict of its last block, words of its report.
PAGES = {
    "gone": (SETUP + USE, USE, U, "the block at line 1 of main"),
    "ignored": (SETUP + USE, "<!-- doc-healing:ignore -->\n" + SETUP + USE, U, "gone from before"),
    "swapped": (USE.join((SETUP, "")), SETUP.join((USE, "")), "PASSED", ""),
    "in_tabs": (SETUP + USE, in_tabs(SETUP, USE), U, "gone from before"),
    "edited": (SETUP + USE, fence("python", "print(d + 2)\n"), U, "`d` is defined nowhere"),
    "both": (DOG + SIT, SIT, B, "has no attribute 'sit'"),
    "code": (DOG + SIT, DOG + SIT, B, "has no attribute 'sit'"),
    "code_and_text": (DOG + SIT, "A word.\n\n" + DOG + SIT, B, "has no attribute 'sit'"),
    "a_name_and_text": (STARRED, "A word.\n\n" + STARRED, B, "'bark' is not defined"),
    "quotes": (bad("lib.nope('x')\n"), bad('\nlib.nope("x")\n'), A, "already"),
    "wrapped": (bad("lib.nope(1, 2)\n"), bad("lib.nope(\n    1,\n    2,\n)\n"), A, "already"),
}


def test_a_page_is_told_from_the_code(tmp_path: Path) -> None:
    before = {f"{name}_dot_md": page for name, (page, *_) in PAGES.items()}
    root = repository(tmp_path, lib_dot_py=MODULE, pyproject_dot_toml=PROJECT, **before)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    (root / "lib.py").write_text(LATER)
    for name, (_, page, *_) in PAGES.items():
        (root / f"{name}.md").write_text(page)
    found = call("check", "--base", "main", "--format", "json", cwd=root).json["findings"]
    last: dict[str, Any] = {Path(str(one["path"])).stem: one for one in found}
    assert {name: last[name]["verdict"] for name in PAGES} == {
        name: verdict for name, (_, _, verdict, _) in PAGES.items()
    }
    for name, (_, _, _, words) in PAGES.items():
        assert words in str(last[name]), name
    (swapped,) = [one for one in found if one["path"] == "swapped.md" and one["verdict"] == U]
    assert "gone from before it" in swapped["reason"]
    (root / "code.md").write_text(DOG + SIT)
    (_, alone) = call("check", "code.md", "--format", "json", cwd=root).json["findings"]
    assert alone["verdict"] == U
    assert "after the block at line 1 it fails" in alone["reason"]
    assert "'sit'" in alone["symptom"]["message"]
