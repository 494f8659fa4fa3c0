"""What a change may touch: each edit of a package, and the blocks that it has to choose."""

import pytest

from tests.symbols.trees import chosen

CODE = {
    "lib/__init__.py": "from .core import Client, shout\nfrom . import plugins\n",
    "lib/core.py": (
        "from ._helpers import double\nfrom . import tables\n\nLIMIT = 3\n\n"
        "class Base:\n    def size(self):\n        return double(LIMIT)\n\n"
        "class Client(Base):\n    def get(self):\n        return self.size()\n\n"
        "    def __enter__(self):\n        return self\n\n"
        "    def lookup(self, name):\n        return getattr(self, 'do_' + name)()\n\n"
        "    def do_ping(self):\n        return 'pong'\n\n"
        "    def alone(self):\n        return tables.TABLE['a']\n\n"
        "def shout(text):\n    return text.upper()\n"
    ),
    "lib/_helpers.py": "def double(n):\n    return n * 2\n\ndef unused(n):\n    return n\n",
    "lib/tables.py": "TABLE = {'a': 1}\n",
    "lib/plugins.py": "REGISTRY = []\n\ndef register(f):\n    REGISTRY.append(f)\n    return f\n",
    "lib/extra.py": "def more():\n    return 1\n",
    "tests/test_core.py": "def test():\n    assert 1\n",
}
BLOCKS = (
    "from lib import Client\nClient().get()\n",  # 0
    "from lib import shout\nshout('a')\n",  # 1
    "import os\nos.getcwd()\n",  # 2
    "from lib import Client\nwith Client() as c:\n    c.lookup('ping')\n",  # 3
    "from lib import Client\nClient().alone()\n",  # 4
    "from lib.extra import more\nmore()\n",  # 5
    "import subprocess\nsubprocess.run(['lib'])\n",  # 6
)
PAGE = "\n".join(f"```python\n{code}```\n" for code in BLOCKS)
EDITS = [
    ("lib/_helpers.py", "n * 2", "n * 3", {0, 6}),
    ("lib/_helpers.py", "    return n\n", "    return -n\n", {6}),
    ("lib/core.py", "LIMIT = 3", "LIMIT = 4", {0, 6}),
    ("lib/core.py", "text.upper()", "text.lower()", {1, 6}),
    ("lib/core.py", "'pong'", "'ping'", {3, 6}),
    ("lib/core.py", "        return self\n", "        return None\n", {0, 3, 4, 6}),
    ("lib/tables.py", "'a': 1", "'a': 2", {4, 6}),
    ("lib/extra.py", "return 1", "return 2", {5, 6}),
    ("lib/plugins.py", "REGISTRY = []", "print('loaded')", {0, 1, 3, 4, 5, 6}),
    ("lib/__init__.py", "from . import", "import nowhere\nfrom . import", {0, 1, 3, 4, 5, 6}),
    ("lib/core.py", "def shout(text)", "def cry(text)", {0, 1, 3, 4, 5, 6}),
    ("tests/test_core.py", "assert 1", "assert 2", {6}),
    ("lib/core.py", "LIMIT = 3", "# a comment\nLIMIT = 3", {6}),
]
EVERYTHING = ["pyproject.toml", "lib/data.json", "lib/native.c", "requirements.txt", "setup.py",
              ".doc-healing.yml", "uv.lock", ".python-version"]  # fmt: skip
HARMLESS = ["README.rst", "CHANGES.txt", ".github/workflows/ci.yml", "tests/data.json", "LICENSE",
            "docs/picture.png", ".gitignore"]  # fmt: skip


@pytest.mark.parametrize(("path", "old", "new", "expected"), EDITS)
def test_an_edit_chooses(path: str, old: str, new: str, expected: set[int]) -> None:
    before = {**CODE, "page.md": PAGE}
    assert old in before[path]
    found = chosen(before, {**before, path: before[path].replace(old, new)})
    assert {index for _, index in found.chosen} == expected, found.chosen
    assert found.everything == ""


@pytest.mark.parametrize("path", EVERYTHING)
def test_what_is_no_source_affects_everything(path: str) -> None:
    before = {**CODE, "page.md": PAGE}
    assert path in chosen(before, {**before, path: "x = 1\n"}).everything


@pytest.mark.parametrize("path", HARMLESS)
def test_what_people_read_affects_nothing(path: str) -> None:
    before = {**CODE, "page.md": PAGE}
    found = chosen(before, {**before, path: "x = 1\n"})
    assert (found.everything, found.chosen) == ("", {})


def test_a_file_of_another_language_may_be_behind_everything() -> None:
    before = {**CODE, "page.md": PAGE}
    found = chosen(before, {**before, "src/lib.rs": "pub fn f() {}\n"})
    assert len(found.chosen) == len(BLOCKS)


def test_a_block_behind_another_is_affected_with_it() -> None:
    first = "```python\nfrom lib import shout\nloud = shout\n```\n"
    page = f"{first}\n```python\nloud('a')\n```\n"
    before = {**CODE, "page.md": page}
    code = CODE["lib/core.py"].replace("upper", "lower")
    assert len(chosen(before, {**before, "lib/core.py": code}).chosen) == 2


def test_a_page_that_changed_runs_from_there_on() -> None:
    before = {**CODE, "page.md": PAGE}
    after = {**before, "page.md": PAGE.replace("os.getcwd()", "os.getpid()")}
    assert {index for _, index in chosen(before, after).chosen} == {2, 3, 4, 5, 6}
    told = {**before, "page.md": f"A word.\n\n{PAGE}"}
    assert chosen(before, told).chosen == {}


def test_a_bare_signature_is_affected_by_what_it_writes() -> None:
    text = "```python\ndef shout(text: str) -> str\n```\n\n```python\ndef whisper(text)\n```\n"
    before = {**CODE, "page.md": text}
    loud = {"lib/core.py": CODE["lib/core.py"].replace("text.upper()", "text.lower()")}
    assert {index for _, index in chosen(before, {**before, **loud}).chosen} == {0}
