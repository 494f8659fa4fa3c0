"""Runs in the jail, without any network: makes a wheel of a source tree with its own backend.

    builder.py REQUEST.json     (Python 3.6 and newer, with the build requirements installed)

The request: {"source": tar, "project": folder, "backend": "a.b:c", "backend_path": [...],
"version": "1.2.3" or "", "git": bool}. The report channel (fd 3) gets one line of JSON,
{"missing": [...]} or {"wheel": name}, followed by the wheel's bytes. What the backend prints goes
to stdout and stderr. The backend is the repository's own code: whatever it does stays in the jail.
"""

# It has to run on Python 3.6, where old projects stand.
# ruff: noqa: PTH100, PTH208, PTH103, PTH118, PTH119, PTH120, PTH123, UP006, UP035

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from typing import Any, List

REPORT = 3


def main() -> None:
    """Unpack, ask for further requirements, build, hand over."""
    report = os.dup(REPORT)
    os.set_inheritable(report, False)
    os.close(REPORT)
    with open(sys.argv[1], encoding="utf-8") as stream:
        request = json.load(stream)
    root = os.path.abspath("source")
    _unpack(request["source"], root)
    if request["git"] and shutil.which("git"):
        _commit(root, request["version"])
    os.chdir(os.path.join(root, request["project"]))
    sys.path[:0] = [os.path.abspath(path) for path in request["backend_path"]]
    sys.argv[:] = ["setup.py"]
    backend = _load(request["backend"])
    missing = _missing(backend)
    if missing:
        _send(report, {"missing": missing}, b"")
        return
    folder = os.path.join(os.path.dirname(root), "wheel")
    os.makedirs(folder)
    name = backend.build_wheel(folder)
    with open(os.path.join(folder, name), "rb") as stream_:
        _send(report, {"wheel": os.path.basename(name)}, stream_.read())


def _unpack(name: str, root: str) -> None:
    os.makedirs(root)
    with tarfile.open(name) as archive:
        archive.extractall(root)  # packed by us, of regular files alone


def _commit(root: str, version: str) -> None:
    """A repository of one tagged commit: for tools that ask git for versions or for files."""
    identity = ["-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "commit.gpgsign=false"]
    commands = [
        ["init", "-q"],
        ["add", "-A", "-f"],
        [*identity, "commit", "-q", "--no-verify", "-m", "x"],
    ]
    if version:
        commands.append([*identity, "tag", "-a", "-m", "x", "v" + version])
    for command in commands:
        subprocess.call(["git", "-c", "core.hooksPath=/dev/null", *command], cwd=root)


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    found = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        found = getattr(found, part)
    return found


def _missing(backend: Any) -> List[str]:
    """Further requirements of the backend for this tree that are not installed by name."""
    if not hasattr(backend, "get_requires_for_build_wheel"):
        return []
    return [text for text in backend.get_requires_for_build_wheel() if not _installed(text)]


def _installed(requirement: str) -> bool:
    end = 0
    text = requirement.strip()
    while end < len(text) and (text[end].isalnum() or text[end] in "-_."):
        end += 1
    wanted = _normal(text[:end])
    for folder in filter(os.path.isdir, sys.path):
        names = [n for n in os.listdir(folder) if n.endswith((".dist-info", ".egg-info"))]
        if any(_normal(name.split("-")[0]) == wanted for name in names):
            return True
    return False


def _normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def _send(report: int, head: Any, body: bytes) -> None:
    data = json.dumps(head).encode() + b"\n" + body
    while data:
        data = data[os.write(report, data) :]


if __name__ == "__main__":
    main()
