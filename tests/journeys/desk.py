"""A repository on disk and the real command, as a person uses it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "doc_healing"]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def call(
    *arguments: str, cwd: Path, variables: dict[str, str] | None = None, seconds: float = 120
) -> Result:
    """Run `doc-healing` in a pipe, with a cache of its own beside the repository."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOC_HEALING_")}
    env |= {"DOC_HEALING_CACHE_DIR": str(cwd.parent / "cache"), **(variables or {})}
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env=env, capture_output=True, timeout=seconds, check=False
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def repository(folder: Path, **files: str | bytes) -> Path:
    """A git-less tree with these files; `__` in a name stands for `/`, `_dot_` for a dot."""
    root = folder / "repository"
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def fence(language: str, code: str) -> str:
    return f"```{language}\n{code}```\n"
