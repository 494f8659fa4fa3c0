"""`check --base` on commits whose documentation a later commit repaired.

    drift.py CASES CLONES [COMMIT...]

CASES is a file with one JSON object a line: `repo` (owner/name), `commit` (the repair), `parent`,
`date`, `doc_path`, `block_line` (1-based, of the opening fence, at the parent), `verified`. CLONES
holds a clone of each repository as `owner+name` or `owner/name`, bare or not, perhaps one folder
down. Nothing is fetched but the packages of each commit as of its day.

For each commit: a branch off the parent that changes the code as the commit did and leaves the
documents as they were. What `check --base` then calls BROKEN is held against the cases.
"""

import datetime
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Case = Mapping[str, Any]
DAYS = 7  # after the commit, for packages that were released together with it


@dataclass(frozen=True)
class Row:
    """What came of one commit: blocks of its cases, those found, and others called broken."""

    repository: str
    commit: str
    cases: int
    found: int
    others: tuple[str, ...]
    missed: tuple[str, ...]
    seconds: float
    fault: str = ""


def main(arguments: list[str]) -> int:
    """Print the table. The exit code."""
    cases_file, clones, *only = arguments
    cases = [json.loads(line) for line in Path(cases_file).read_text("utf-8").splitlines()]
    verified = [case for case in cases if case["verified"]]
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in verified:
        if not only or any(case["commit"].startswith(one) for one in only):
            groups.setdefault((case["repo"], case["commit"]), []).append(case)
    rows = []
    for group in groups.values():
        row = judged(group, Path(clones))
        print(json.dumps(row.__dict__), file=sys.stderr, flush=True)
        rows.append(row)
    print(table(rows))
    return 0


def judged(cases: list[Case], clones: Path) -> Row:
    """Rebuild the branch of one commit and check it against its parent."""
    first = cases[0]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="drift-") as folder:
        root = Path(folder) / first["repo"].rpartition("/")[2]
        try:
            branch(root, clone_of(clones, first["repo"]), cases)
            findings = check(root, cases)
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            return Row(
                first["repo"], first["commit"][:8], len(cases), 0, (), (), 0.0, str(error)[:200]
            )
    expected = {(case["doc_path"], case["block_line"]) for case in cases}
    said = {(one["path"], one["line"]): one for one in findings}
    red = {place for place, one in said.items() if one["verdict"] == "BROKEN"}
    missed = [
        f"{path}:{line} {said.get((path, line), {}).get('verdict', 'not seen')}: "
        f"{said.get((path, line), {}).get('reason', '')[:120]}"
        for path, line in sorted(expected - red)
    ]
    others = [f"{path}:{line} {told(said[path, line])}" for path, line in sorted(red - expected)]
    spent = time.monotonic() - began
    found = len(expected & red)
    return Row(
        first["repo"],
        first["commit"][:8],
        len(expected),
        found,
        tuple(others),
        tuple(missed),
        spent,
    )


def told(finding: Mapping[str, Any]) -> str:
    """A finding's message, short."""
    return str((finding.get("symptom") or {}).get("message", finding.get("reason", "")))[:120]


def clone_of(clones: Path, repository: str) -> Path:
    """Where the clone of a repository is."""
    for name in (repository, repository.replace("/", "+")):
        for path in (clones / name, clones / f"{name}.git", *(clones / name).glob("*")):
            if (path / "HEAD").exists() or (path / ".git").exists():
                return path
    raise ValueError(f"no clone of {repository} below {clones}")


def branch(root: Path, clone: Path, cases: Iterable[Case]) -> None:
    """The parent, and one commit upon it: the change without its documents."""
    first = next(iter(cases))
    git(None, "clone", "-q", "--shared", "--no-checkout", str(clone), str(root))
    git(root, "checkout", "-q", "--detach", first["commit"])
    git(root, "checkout", "-q", first["parent"], "--", *sorted({c["doc_path"] for c in cases}))
    git(root, "reset", "-q", "--soft", first["parent"])
    git(root, "commit", "-q", "--allow-empty", "-m", "the change without its documents")


def git(root: Path | None, *words: str) -> None:
    """Run git with an identity of its own."""
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org")
    place = ("-C", str(root)) if root else ()
    subprocess.run(["git", *identity, *place, *words], check=True, capture_output=True)


def check(root: Path, cases: list[Case]) -> list[Mapping[str, Any]]:
    """The findings of the documents that the cases are about."""
    day = datetime.datetime.fromisoformat(cases[0]["date"]).date() + datetime.timedelta(days=DAYS)
    documents = sorted({case["doc_path"] for case in cases})
    command = [sys.executable, "-m", "doc_healing", "check", "--base", cases[0]["parent"]]
    options = ["--exclude-newer", str(day), "--format", "json", *documents]
    done = subprocess.run([*command, *options], cwd=root, capture_output=True, check=False)
    found: list[Mapping[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def table(rows: list[Row]) -> str:
    """The rows in Markdown, and their sum."""
    lines = [
        "| repository | commit | blocks | found | others called broken | seconds |",
        "|---|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.repository} | {row.commit} | {row.cases} | {row.found} | {len(row.others)} "
        f"| {row.seconds:.0f} |"
        for row in rows
    ]
    blocks, found = sum(row.cases for row in rows), sum(row.found for row in rows)
    others = sum(len(row.others) for row in rows)
    whole = sum(row.found == row.cases and not row.fault for row in rows)
    lines.append(f"| **{len(rows)} commits, {whole} whole** | | {blocks} | {found} | {others} | |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
