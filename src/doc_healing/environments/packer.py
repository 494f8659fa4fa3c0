"""Runs in the jail, without any network: a JavaScript package's own build, on a copy of its tree.

    packer.py REQUEST.json

The request: {"source": tar, "folder": package folder, "scripts": [...], "wanted": [...],
"modules": folder of node_modules, "npm": [node, npm-cli.js]}. Scripts run one after the other
until every wanted file is there. The report channel (fd 3) gets the regular files that are new or
changed, as a tar. The scripts are the repository's own code: whatever they do stays in the jail.
"""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

REPORT = 3
ENDINGS = ("", ".js", ".cjs", ".mjs", ".json", ".node", "/index.js", "/index.json")


def main() -> int:
    """Unpack, build, hand over; gives the exit code of the last script that failed."""
    report = os.dup(REPORT)
    os.set_inheritable(report, False)
    os.close(REPORT)
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    root = Path("source").absolute()
    with tarfile.open(request["source"]) as archive:
        # We made this archive; Python 3.11.2, Debian 12's, does not know filters yet.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = staticmethod(tarfile.data_filter)
        archive.extractall(root)
    before = {path: _stamp(path) for path in _files(root)}
    for folder in dict.fromkeys((root, root / request["folder"])):
        if not (folder / "node_modules").exists() and folder == root:
            (folder / "node_modules").symlink_to(request["modules"])
    _shims(request["npm"])
    package = root / request["folder"]
    code = 0
    for script in request["scripts"]:
        if not _missing(package, request["wanted"]):
            break
        sys.stderr.write(f"> npm run {script}\n")
        code = subprocess.call([*request["npm"], "run", script], cwd=package) or code
    missing = _missing(package, request["wanted"])
    if missing:
        sys.stderr.write(f"the build did not make {', '.join(missing[:5])}\n")
        return code or 1
    _send(report, root, before)
    return 0


def _missing(package: Path, wanted: list[str]) -> list[str]:
    return [name for name in wanted if not any((package / (name + e)).is_file() for e in ENDINGS)]


def _shims(npm: list[str]) -> None:
    """npm for scripts that call it; `yarn x` and `pnpm x` run the script x as well."""
    folder = Path("/work/bin")
    folder.mkdir(exist_ok=True)
    call = " ".join(f"'{part}'" for part in npm)
    run = f'case "$1" in run) shift;; -*) exit 0;; esac; exec {call} run "$@"'
    texts = {"npm": f'exec {call} "$@"', "npx": f'exec {call} exec --no -- "$@"'}
    for name, text in {**texts, "yarn": run, "pnpm": run}.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
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
    sys.exit(main())
