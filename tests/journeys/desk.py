"""A repository on disk and the real command, as a person uses it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "doc_healing"]
PATIENCE = 120.0  # seconds: tests hold on machines with much other work


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def call(
    *arguments: str,
    cwd: Path,
    variables: dict[str, str] | None = None,
    seconds: float = 4 * PATIENCE,
) -> Result:
    """Run `doc-healing` in a pipe, with a cache of its own beside the repository."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(cwd, variables),
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def begun(*arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    """A `doc-healing` that has said what it found and begins to run it; a session of its own."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(cwd, None),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr
    for line in process.stderr:
        if b"at a time" in line:
            return process
    raise AssertionError(f"ended before it began: {process.wait()}")


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it holds, now or soon."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def named(text: bytes) -> bool:
    """Whether a process of this machine has it in its command line."""
    for command_line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if text in command_line.read_bytes():
                return True
    return False


def environment(cwd: Path, variables: dict[str, str] | None) -> dict[str, str]:
    """Without the settings of who runs the tests, and with a cache beside the repository."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOC_HEALING_")}
    return env | {"DOC_HEALING_CACHE_DIR": str(cwd.parent / "cache"), **(variables or {})}


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
