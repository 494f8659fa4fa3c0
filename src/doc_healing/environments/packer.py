"""Runs in the jail, without any network: the builds of JavaScript packages, on a copy.

    packer.py REQUEST.json

The request: {"source": tar, "tasks": [{"folder", "scripts", "wanted"}], "own": {name: folder},
"modules": folder of node_modules, "npm": [node, npm-cli.js]}. The scripts of a task run one after
the other until all that it wants is there. The report channel (fd 3) gets the regular files that
are new or changed, as a tar. The scripts are the repository's own code: whatever they do stays
in the jail.
"""

import fnmatch
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPORT = 3
ENDINGS = ("", ".js", ".cjs", ".mjs", ".json", ".node", "/index.js", "/index.json")


def main() -> None:
    """Unpack, build, hand over what there is; what is missing is for the host to find."""
    report = os.dup(REPORT)
    os.set_inheritable(report, False)
    os.close(REPORT)
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    root = Path("source").absolute()
    with tarfile.open(request["source"]) as archive:
        # The scar: `filter=` is unknown to Python 3.11.2, which is Debian 12's.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = staticmethod(tarfile.data_filter)
        archive.extractall(root)
    before = {path: _stamp(path) for path in _files(root)}
    _link_modules(root, Path(request["modules"]), request["own"])
    _commands(request["npm"])
    for task in request["tasks"]:
        _build(root / task["folder"], task, request["npm"])
    _send(report, root, before)


def _build(package: Path, task: dict[str, Any], npm: list[str]) -> None:
    for script in task["scripts"]:
        if not _missing(package, task["wanted"]):
            return
        sys.stderr.write(f"> npm run {script}\n")
        sys.stderr.flush()
        subprocess.call([*npm, "run", script], cwd=package)


def _missing(package: Path, wanted: list[str]) -> list[str]:
    return [name for name in wanted if not _present(package, name)]


def _present(package: Path, name: str) -> bool:
    if "*" in name:
        paths = (str(path.relative_to(package)) for path in _files(package))
        return any(fnmatch.fnmatchcase(path, name) for path in paths)
    return any((package / (name + ending)).is_file() for ending in ENDINGS)


def _link_modules(root: Path, modules: Path, own: dict[str, str]) -> None:
    """node_modules of links: to what is installed, and to the own packages where they stand."""
    target = root / "node_modules"
    target.mkdir(exist_ok=True)
    for path in [*modules.glob("[!@]*"), *modules.glob("@*/*")]:
        name = str(path.relative_to(modules))
        (target / name).parent.mkdir(exist_ok=True)
        if name not in own and not (target / name).exists():
            (target / name).symlink_to(path)
    for name, folder in own.items():
        (target / name).parent.mkdir(exist_ok=True)
        if not (target / name).exists():
            (target / name).symlink_to(root / folder)


def _commands(npm: list[str]) -> None:
    """The package managers that scripts call, all of them answered by npm."""
    folder = Path("/work/bin")
    folder.mkdir(exist_ok=True)
    for name in ("npm", "npx", "yarn", "yarnpkg", "pnpm", "pnpx", "bun", "bunx", "corepack"):
        path = folder / name
        call = " ".join(f"'{part}'" for part in (npm[0], "/work/runner.cjs", npm[1], name))
        path.write_text(f'#!/bin/sh\nexec {call} "$@"\n', encoding="utf-8")
        path.chmod(0o755)


def _files(root: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f != "node_modules" and f != ".git"]
        for name in names:
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _stamp(path: Path) -> tuple[int, int, int]:
    facts = path.stat()
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def _send(report: int, root: Path, before: dict[Path, tuple[int, int, int]]) -> None:
    with os.fdopen(report, "wb") as stream, tarfile.open(fileobj=stream, mode="w|") as archive:
        for path in _files(root):
            if before.get(path) != _stamp(path):
                archive.add(path, str(path.relative_to(root)), recursive=False)


if __name__ == "__main__":
    main()
