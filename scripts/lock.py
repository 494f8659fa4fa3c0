"""Keep pyproject.toml, poetry.lock and requirements/*.txt in step.

`lock.py` asks Poetry to lock and to export (`make lock`; needs the network). `lock.py check [ROOT]`
does no more than compare the three, offline and without Poetry. Standard library only.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# Each file and the groups of the lock that it holds.
EXPORTS = {
    "run.txt": ("main", "build"),
    "dev.txt": ("main", "build", "dev"),
    "node.txt": ("node",),
    "docs.txt": ("docs",),
}


def main(arguments: list[str]) -> int:
    """Check, or lock and export. The exit code."""
    if arguments[:1] == ["check"]:
        problems = check(Path(arguments[1]) if arguments[1:] else ROOT)
        print("\n".join(problems) or "lock: pyproject.toml, poetry.lock, requirements/ in step")
        return 1 if problems else 0
    poetry = arguments[0] if arguments else "poetry"
    subprocess.run([poetry, "lock"], cwd=ROOT, check=True)
    for name, groups in EXPORTS.items():
        command = [poetry, "export", "--only", ",".join(groups), "-o", f"requirements/{name}"]
        subprocess.run(command, cwd=ROOT, check=True)
        _forget_registry(ROOT / "requirements" / name)
    return main(["check"])


def check(root: Path) -> list[str]:
    """What is out of step, one sentence each."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    lock = tomllib.loads((root / "poetry.lock").read_text("utf-8"))
    problems = []
    if lock["metadata"]["content-hash"] != content_hash(project):
        problems.append("poetry.lock is older than pyproject.toml: run `make lock`")
    for name, groups in EXPORTS.items():
        path = root / "requirements" / name
        exported = _read(path.read_text("utf-8")) if path.is_file() else {}
        if exported != _locked(lock, groups):
            problems.append(f"requirements/{name} is not what poetry.lock says: run `make lock`")
    return problems


def content_hash(project: dict[str, Any]) -> str:
    """Poetry's hash of what the lock depends on (poetry/packages/locker.py, version 2)."""
    table = project["project"]
    names = ("requires-python", "dependencies", "optional-dependencies")
    poetry = project["tool"]["poetry"]
    relevant: dict[str, Any] = {"project": {k: table[k] for k in names if table.get(k) is not None}}
    if groups := project.get("dependency-groups"):
        relevant["dependency-groups"] = groups
    legacy = ("dependencies", "source", "extras", "dev-dependencies")
    kept = {key: poetry[key] for key in legacy if poetry.get(key) is not None}
    relevant["tool"] = {"poetry": {**kept, "group": poetry.get("group")}}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()


def _locked(lock: dict[str, Any], groups: tuple[str, ...]) -> dict[str, tuple[str, frozenset[str]]]:
    return {
        package["name"].lower(): (
            package["version"],
            frozenset(file["hash"] for file in package["files"]),
        )
        for package in lock["package"]
        if set(groups) & set(package["groups"])
    }


def _read(text: str) -> dict[str, tuple[str, frozenset[str]]]:
    found = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        if pin := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)", entry):
            hashes = frozenset(re.findall(r"--hash=(\S+)", entry))
            found[pin[1].lower()] = (pin[2], hashes)
    return found


def _forget_registry(path: Path) -> None:
    """Drop the index that the lock was made with: everybody installs from their own."""
    lines = path.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("--index-url", "--extra-index-url"))]
    path.write_text("\n".join(kept).strip() + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
