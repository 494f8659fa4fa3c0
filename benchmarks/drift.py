"""`check --base` on commits whose documentation a later commit repaired.

    drift.py [--keep FOLDER] CASES CLONES [COMMIT...]

CASES is a file with one JSON object a line: `repo` (owner/name), `commit` (the repair), `parent`,
`date`, `doc_path`, `block_line` (1-based, of the opening fence, at the parent), `verified`, and in
`environment` the `extra_packages` that its documents import beyond the project's own dependencies:
they stand in the repository's config, as its maintainers would have written them. CLONES
holds a clone of each repository as `owner+name` or `owner/name`, bare or not, perhaps one folder
down. Nothing is fetched but the packages of each commit as of its day.

For each commit: a branch off the parent that changes the code as the commit did and leaves the
documents as they were. What `check --base` then calls BROKEN is held against the cases. With
`--keep` each report stays in FOLDER, as JSON, to be read.
"""

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Case = Mapping[str, Any]
Place = tuple[str, int]
DAYS = 7  # after the commit, for packages that were released together with it


@dataclass(frozen=True)
class Row:
    """What came of one commit: blocks of its cases, those found, and others called broken.

    `before` are blocks that were broken at the parent already, by the case or by what is said here:
    they are found when the report says just that, and blame on the commit would be wrong.
    """

    repository: str
    commit: str
    blocks: int
    found: int = 0
    before: int = 0
    others: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    seconds: float = 0.0
    fault: str = ""

    @property
    def whole(self) -> bool:
        """Every block is found and nothing else is called broken."""
        return self.found + self.before == self.blocks and not self.others and not self.fault


def main(words: list[str]) -> int:
    """Print the table. The exit code."""
    parser = argparse.ArgumentParser(prog="drift.py")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("cases", type=Path)
    parser.add_argument("clones", type=Path)
    parser.add_argument("commits", nargs="*")
    asked = parser.parse_args(words)
    rows = []
    for group in verified(asked.cases, asked.commits):
        row = judged(group, asked.clones, asked.keep)
        print(json.dumps({**row.__dict__, "whole": row.whole}), file=sys.stderr, flush=True)
        rows.append(row)
    print(table(rows))
    return 0


def verified(path: Path, commits: Sequence[str]) -> list[list[Case]]:
    """The verified cases by commit: those of the named commits, in that order, or all."""
    groups: dict[str, list[Case]] = {}
    for line in path.read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["verified"]:
            groups.setdefault(case["commit"], []).append(case)
    if not commits:
        return list(groups.values())
    return [group for one in commits for name, group in groups.items() if name.startswith(one)]


def judged(cases: list[Case], clones: Path, keep: Path | None) -> Row:
    """Rebuild the branch of one commit and check it against its parent."""
    first = cases[0]
    row = Row(first["repo"], first["commit"][:8], len({place(case) for case in cases}))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="drift-") as folder:
        root = Path(folder) / first["repo"].rpartition("/")[2]
        try:
            branch(root, clone_of(clones, first["repo"]), cases)
            configure(root, cases)
            report = check(root, cases)
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            return replace(row, fault=str(error)[:200])
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{first['repo'].replace('/', '+')}-{row.commit}.json"
        (keep / name).write_text(json.dumps(report, indent=1), "utf-8")
    said = {(one["path"], one["line"]): one for one in report["findings"]}
    return replace(held(row, cases, said), seconds=time.monotonic() - began)


def held(row: Row, cases: list[Case], said: Mapping[Place, Mapping[str, Any]]) -> Row:
    """The findings held against the cases."""
    expected = {place(case): case for case in cases}
    verdicts = {where: one["verdict"] for where, one in said.items()}
    red = {where for where, verdict in verdicts.items() if verdict == "BROKEN"}
    earlier = {
        where
        for where, case in expected.items()
        if verdicts.get(where) == "ALREADY_BROKEN" and not case["old_passed_on_parent_code"]
    }
    return replace(
        row,
        found=len(red & expected.keys()),
        before=len(earlier),
        others=tuple(f"{p}:{n} {told(said[p, n])}" for p, n in sorted(red - expected.keys())),
        missed=tuple(
            f"{p}:{n} {verdicts.get((p, n), 'not seen')}: {told(said.get((p, n), {}))}"
            for p, n in sorted(expected.keys() - red - earlier)
        ),
    )


def place(case: Case) -> Place:
    """Where the block of a case stands at the parent."""
    return case["doc_path"], case["block_line"]


def told(finding: Mapping[str, Any]) -> str:
    """A finding's message, short."""
    symptom = finding.get("symptom") or {}
    return f"{finding.get('reason', '')} | {symptom.get('message', '')}"[:240]


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


def configure(root: Path, cases: Iterable[Case]) -> None:
    """What the documents import beyond the project's own: `.[cli]` is an extra, else a package."""
    wanted = {one: None for case in cases for one in case["environment"].get("extra_packages", ())}
    extras = [one for name in wanted if name[0] == "." for one in name[2:-1].split(",")]
    packages = [name for name in wanted if name[0] != "."]
    section = {"packages": packages, "extras": extras}
    config = {"languages": {"python": {key: value for key, value in section.items() if value}}}
    (root / ".doc-healing.yml").write_text(json.dumps(config), "utf-8")  # JSON is YAML


def git(root: Path | None, *words: str) -> None:
    """Run git with an identity of its own."""
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org")
    place = ("-C", str(root)) if root else ()
    subprocess.run(["git", *identity, *place, *words], check=True, capture_output=True)


def check(root: Path, cases: list[Case]) -> Mapping[str, Any]:
    """The report on the documents that the cases are about."""
    day = datetime.datetime.fromisoformat(cases[0]["date"]).date() + datetime.timedelta(days=DAYS)
    documents = sorted({case["doc_path"] for case in cases})
    command = [sys.executable, "-m", "doc_healing", "check", "--base", cases[0]["parent"]]
    options = ["--exclude-newer", str(day), "--format", "json", *documents]
    done = subprocess.run([*command, *options], cwd=root, capture_output=True, check=False)
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


def table(rows: list[Row]) -> str:
    """The rows in Markdown, and their sum."""
    lines = [
        "| repository | commit | blocks | blamed | broken before | others | whole | seconds |",
        "|---|---|--:|--:|--:|--:|---|--:|",
    ]
    lines += [
        f"| {row.repository} | {row.commit} | {row.blocks} | {row.found} | {row.before} "
        f"| {len(row.others)} | {'yes' if row.whole else 'no'} | {row.seconds:.0f} |"
        for row in rows
    ]
    sums = [
        sum(numbers) for numbers in zip(*((r.blocks, r.found, r.before) for r in rows), strict=True)
    ]
    whole, others = sum(row.whole for row in rows), sum(len(row.others) for row in rows)
    told = " | ".join(str(number) for number in sums)
    lines.append(f"| **{len(rows)} commits** | | {told} | {others} | {whole} | |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
