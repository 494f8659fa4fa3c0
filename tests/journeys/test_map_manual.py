"""The examples of the manual's pages about the code map, compared with what the commands say."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.journeys.desk import Result
from tests.journeys.test_map import committed, git, here

__all__ = ["here"]

DOCS = Path(__file__).parents[2] / "docs"
BODY = "    total = 0\n    for one in range(n):\n        total += one * n - 1\n    return total\n"
CLIENT = "class Client:\n    def get(self): ...\n"
GUIDE = "# Guide\n\nCall `lib.old_name`.\n\nThen `lib.Client.close()`.\n"


def example(page: str, command: str) -> str:
    """The lines that a page shows below a command."""
    text = (DOCS / page).read_text("utf-8")
    (shown,) = re.findall(rf"\$ doc-healing {re.escape(command)}\n(.*?)```", text, re.DOTALL)
    return str(shown)


def test_orphans(tmp_path: Path, here: Callable[..., Result]) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    old = f"def old_name(n):\n{BODY}\n\n{CLIENT}    def close(self): ...\n"
    committed(tmp_path, {"lib/__init__.py": old, "docs/guide.md": GUIDE})
    git(tmp_path, "tag", "v1")
    committed(tmp_path, {"lib/__init__.py": f"def new_name(n):\n{BODY}\n\n{CLIENT}"})
    command = "map orphans --base v1"
    told = here(*command.split(), cwd=tmp_path).out
    assert _fitted(told) == _fitted(example("code-map-documents.md", command))


def test_changes_and_symbols(tmp_path: Path, here: Callable[..., Result]) -> None:
    """The page's numbers are those of a larger file: its lines have the shape of real ones."""
    git(tmp_path, "init", "-q", "-b", "main")
    body = "".join(f"    {line}\n" for line in BODY.splitlines())
    fetch = f"    def get(self, url):\n{body}"
    old = f"class Client:\n{fetch}\n    def post(self, url, json, data): ...\n"
    committed(tmp_path, {"src/client.py": f"{old}\n    def head(self, url): ...\n"})
    git(tmp_path, "tag", "main0")
    new = old.replace("def get", "def fetch").replace(", data", "")
    committed(tmp_path, {"src/client.py": new})
    shown = example("code-map.md", "map changes --base main").splitlines()
    told = here("map", "changes", "--base", "main0", cwd=tmp_path).out.splitlines()
    assert [_shape(line) for line in told] == [_shape(line) for line in shown]
    told = here("map", "symbols", "src/client.py", cwd=tmp_path).out.splitlines()
    assert all(re.match(r"src/client\.py:\d+: (type|method) Client", line) for line in told)


def _fitted(text: str) -> str:
    """A figure of the fitted model, 0.9 and more, may differ in its second digit."""
    return re.sub(r"(?m)   0\.9\d$", "   0.9", text)


def _shape(line: str) -> str:
    return re.sub(r"\d+(\.\d+)?", "0", line)
