"""What `check --base` leaves out, held against running everything, edit by edit.

    selection.py [--edits N] [--seed N] [--language NAME] CHECKOUT...

Each CHECKOUT is a clean working tree. Functions of its source are taken at random, and each is made
to fail (it panics, throws or raises as soon as it is called). A clone with that edit is checked
against its own head, with `--all` and as it is; a block that is BROKEN only when all are run was
wrongly left out. Nothing is fetched but the project's packages.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import Symbol, SymbolKind

FAILING = {
    "python": "raise RuntimeError('planted')",
    "javascript": "throw new Error('planted');",
    "typescript": "throw new Error('planted');",
    "java": 'if (true) throw new IllegalStateException("planted");',
    "go": 'panic("planted")',
    "rust": 'if true { panic!("planted") }',
}
ASIDE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|examples?|docs?|bench\w*|testdata)/|_test\.|\.d\.ts$"
)


@dataclass(frozen=True)
class Edit:
    """One function that was made to fail, and what came of it."""

    symbol: str
    broken: int  # blocks, where all are run
    missed: tuple[str, ...]
    run: int
    total: int


def main(words: list[str]) -> int:
    """Print a line for each edit, and their sum. The exit code: 1 where a break was missed."""
    parser = argparse.ArgumentParser(prog="selection.py")
    parser.add_argument("--edits", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", default="")
    parser.add_argument("checkouts", nargs="+", type=Path)
    asked = parser.parse_args(words)
    done: list[Edit] = []
    for checkout in asked.checkouts:
        for edit in edits(checkout, asked.edits, asked.seed, asked.language):
            print(json.dumps({"project": checkout.name, **edit.__dict__}), flush=True)
            done.append(edit)
    total = sum(one.total for one in done) or 1
    missed = sum(len(one.missed) for one in done)
    broken = sum(one.broken for one in done)
    saved = 1 - sum(one.run for one in done) / total
    print(f"{len(done)} edits: {broken} breaks, {missed} missed, {saved:.0%} of the runs saved")
    return 1 if missed else 0


def edits(checkout: Path, count: int, seed: int, language: str) -> Iterator[Edit]:
    """Some functions of one project, one after the other."""
    found = sorted(functions(checkout, language), key=lambda one: one.id)
    random.Random(seed).shuffle(found)
    made = 0
    for one in found:
        if made == count:
            return
        with tempfile.TemporaryDirectory(prefix="selection-") as folder:
            root = Path(folder) / checkout.name
            git = ["git", "clone", "-q", "--shared", str(checkout.absolute()), str(root)]
            subprocess.run(git, check=True, capture_output=True)
            if not planted(root / one.path, one):
                continue
            made += 1
            yield judged(root, one)


def functions(checkout: Path, language: str) -> Iterator[Symbol]:
    """The functions of a project's own source that have a body."""
    listed = subprocess.run(
        ["git", "-C", str(checkout), "ls-files", "-z"], check=True, capture_output=True
    )
    for path in listed.stdout.decode().split("\0"):
        mapper = next((one for one in MAPPERS if path.endswith(tuple(one.suffixes))), None)
        if mapper is None or ASIDE.search(path) or (language and mapper.name != language):
            continue
        outline = mapper.outline(path, (checkout / path).read_bytes())
        for one in outline.symbols:
            if one.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD) and one.size > 3:
                yield one


def planted(path: Path, one: Symbol) -> bool:
    """Make a function fail; whether that could be done."""
    data = path.read_bytes()
    text = data[one.span.start : one.span.end].decode()
    language = next(m.name for m in MAPPERS if path.name.endswith(tuple(m.suffixes)))
    if language == "python":
        header = re.match(r"(?s)(?:async )?def [^\n]*?(?:\([^()]*\))[^\n:]*:\n(\s+)", text)
        at = header.end() if header else 0
        added = f"{FAILING[language]}\n{header[1]}" if header else ""
    else:
        at = text.rfind("{", 0, text.find("\n") + 1) + 1 if text.rstrip().endswith("}") else 0
        added = f" {FAILING[language]} "
    if at <= 0:
        return False
    new = text[:at] + added + text[at:]
    path.write_bytes(data[: one.span.start] + new.encode() + data[one.span.end :])
    return True


def judged(root: Path, one: Symbol) -> Edit:
    """Check a tree with an edit twice: everything, and what was chosen."""
    whole, some = (check(root, *more) for more in (("--all",), ()))
    red = {place for place, verdict in whole.items() if verdict == "BROKEN"}
    missed = tuple(f"{p}:{n}" for p, n in sorted(red) if some.get((p, n)) == "SKIPPED")
    runnable = [
        place for place, verdict in whole.items() if verdict not in ("SKIPPED", "ILLUSTRATIVE")
    ]
    left = [place for place in runnable if some.get(place) == "SKIPPED"]
    return Edit(one.id, len(red), missed, len(runnable) - len(left), len(runnable))


def check(root: Path, *more: str) -> dict[tuple[str, int], str]:
    """The verdict of each block, by path and line."""
    command = [sys.executable, "-m", "doc_healing", "check", "--base", "HEAD", "--format", "json"]
    done = subprocess.run([*command, *more], cwd=root, capture_output=True, check=False)
    found = json.loads(done.stdout)["findings"]
    return {(one["path"], one["line"]): one["verdict"] for one in found}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
