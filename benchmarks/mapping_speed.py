"""The speed of the code map beside universal-ctags and griffe, on the same files.

    mapping_speed.py TREE... [--rounds N] [--commits REPOSITORY]... [--write]

Each TREE is a directory with source of mostly one language; nothing is fetched but griffe, which
requirements/map-peers.txt pins. All take turns in one run. What is counted is processor time, of
all processes that a command starts, so that a busy machine changes little. `--commits` times the
matching alone, on the last 30 commits of a git repository. `--write` puts the tables into
docs/code-map.md. The exit code is 1 if a promise is not kept.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import contestants
from turns import machine

from doc_healing.documents.revisions import revision_of
from doc_healing.documents.sources import revision_source
from doc_healing.languages.maps import MAPPERS
from doc_healing.symbols.difference import difference
from doc_healing.symbols.drawing import assigned
from doc_healing.symbols.matching import compare

PAGE = Path(__file__).resolve().parents[1] / "docs" / "code-map.md"
BEGIN, END = "<!-- speed: begin -->", "<!-- speed: end -->"
LEAST_RATE = 2.0  # MB of cold source a second and core
MOST_WARM, MOST_CHANGE, MOST_MATCHING = 0.3, 2.0, 0.2  # seconds
WARM_FILES, CHANGED_FILES, COMMITS = 1000, 50, 30

Run = Callable[[], object]


@dataclass(frozen=True)
class Tree:
    """A directory, and the files of it that the map reads, by language."""

    root: Path
    files: Mapping[str, Sequence[str]]

    @property
    def language(self) -> str:
        return max(self.files, key=lambda name: self.bytes(name))

    @property
    def paths(self) -> list[str]:
        return [path for paths in self.files.values() for path in paths]

    def bytes(self, *languages: str) -> int:
        wanted = languages or tuple(self.files)
        return sum(
            (self.root / path).stat().st_size for name in wanted for path in self.files[name]
        )


def main(words: list[str]) -> int:
    """Measure and print. The exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--commits", type=Path, action="append", default=[])
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        trees = [tree(root, Path(folder) / f"tree{n}") for n, root in enumerate(chosen.trees)]
        lines, kept = [], []
        for part in (
            cold(trees, chosen.rounds),
            warm(trees, chosen.rounds),
            matched(chosen.commits),
        ):
            for line, fine in part:
                print(line, flush=True)
                lines.append(line)
                kept.append(fine)
    if chosen.write:
        head = f"Medians of {chosen.rounds} rounds in turns, processor seconds; {machine()}.\n\n"
        write(head + "\n".join(lines))
    return 0 if all(kept) else 1


def tree(root: Path, copy: Path) -> Tree:
    """A copy of a tree's sources, so that all read the same files and nothing else."""
    found = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    files: dict[str, list[str]] = {}
    for path, mapper in assigned(found, MAPPERS).items():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, copy / path)
        files.setdefault(mapper.name, []).append(path)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", root.name)
    return Tree(copy, files)


def cold(trees: Sequence[Tree], rounds: int) -> Iterator[tuple[str, bool]]:
    """Every tree from nothing, beside ctags and, if it is Python's, griffe."""
    yield (
        "| cold index of | files | MB | s | MB/s a core | at least | against | its s | ratio |",
        True,
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |", True
    for one in trees:
        spent = medians(rounds, {"": partial(ours_cold, one), **peers(one)})
        own, size = spent.pop(""), one.bytes() / 1e6
        rate = size / own
        row = f"| {one.language} | {len(one.paths)} | {size:.1f} | {own:.2f} | {rate:.2f}"
        for name, seconds in spent.items() or [("", own)]:
            ratio = f"{own / seconds:.2f}" if name else ""
            peer = f"{name} | {seconds:.2f} | {ratio}" if name else " |  | "
            yield f"{row} | {LEAST_RATE:g} | {peer} |", rate >= LEAST_RATE


def warm(trees: Sequence[Tree], rounds: int) -> Iterator[tuple[str, bool]]:
    """A second command on the largest tree, and one after 50 of its files have changed."""
    largest = max(trees, key=lambda one: len(one.paths))
    yield "", True
    yield "| what | s | at most | kept |", True
    yield "| --- | ---: | ---: | --- |", True
    some = largest.paths[0]
    with tempfile.TemporaryDirectory() as cache:
        own = partial(ours, largest.root, cache)
        own("symbols")
        time.sleep(3)  # until the stamps of the files say something
        own("symbols")
        asked = {"one": partial(own, "symbols", some), "all": partial(own, "symbols")}
        spent = medians(rounds, asked)
        count = len(largest.paths)
        yield claim(f"warm start, the symbols of one of {count} files", spent["one"], MOST_WARM)
        yield f"| the symbols of all of {count} files, listed | {spent['all']:.2f} |  |  |", True
        changed(largest)
        seconds = measured(partial(own, "changes", "--base", "HEAD"))
        yield claim(f"a change of {CHANGED_FILES} of {count} files", seconds, MOST_CHANGE)
        seconds = measured(partial(own, "changes", "--base", "HEAD", "--public"))
        yield claim("the same with public names", seconds, MOST_CHANGE)


def matched(repositories: Sequence[Path]) -> Iterator[tuple[str, bool]]:
    """The median and the worst of matching one commit, reading and parsing left out."""
    for root in repositories:
        commits = git(root, "rev-list", "--no-merges", f"--max-count={COMMITS}", "HEAD").split()
        spent = []
        for commit in commits:
            base, head = (revision_of(root, name) for name in (f"{commit}~1", commit))
            files = difference(revision_source(base), revision_source(head))
            before = time.process_time()
            compare(files.before, files.after, MAPPERS, files.renamed)
            spent.append(time.process_time() - before)
        name = root.name if root.name != "repo" else root.parent.name
        said = f"parsing and matching a commit of {name}, median of {len(spent)}"
        yield claim(f"{said}, worst {max(spent):.2f} s", statistics.median(spent), MOST_MATCHING)


def claim(what: str, seconds: float, most: float) -> tuple[str, bool]:
    """A row of the second table, and whether the promise is kept."""
    fine = seconds <= most
    return f"| {what} | {seconds:.2f} | {most:g} | {'yes' if fine else 'no'} |", fine


def ours(root: Path, cache: str, *words: str) -> None:
    """`doc-healing map` in a tree."""
    command = [sys.executable, "-m", "doc_healing", "map", *words, "--format", "text"]
    variables = {**os.environ, "DOC_HEALING_CACHE_DIR": cache}
    subprocess.run([*command, "-q", "-o", os.devnull], cwd=root, env=variables, check=True)


def ours_cold(one: Tree) -> None:
    """The same, with nothing kept."""
    with tempfile.TemporaryDirectory() as cache:
        ours(one.root, cache, "symbols")


def peers(one: Tree) -> dict[str, Run]:
    """Who else reads such a tree."""
    found: dict[str, Run] = {}
    if shutil.which("ctags"):
        words = ["ctags", "--output-format=json", "--fields=+neKS", "-f", os.devnull, "-L", "-"]
        names = "\n".join(one.paths).encode()
        found["universal-ctags"] = partial(
            subprocess.run, words, cwd=one.root, input=names, check=True, capture_output=True
        )
    if one.language == "python":
        program = [str(contestants.pinned("map-peers.txt").python), "-c", GRIFFE]
        found["griffe"] = partial(subprocess.run, program, cwd=one.root, check=True)
    return found


# Every module of the tree is visited, as the map does, and nothing is resolved or written.
GRIFFE = """
import pathlib, griffe
for path in pathlib.Path(".").rglob("*.py"):
    try:
        griffe.visit(path.stem, filepath=path, code=path.read_text("utf-8"))
    except (SyntaxError, ValueError):
        pass
"""


def changed(one: Tree) -> None:
    """Rename the first function or type of 50 files, as far as they have one."""
    files = [path for path in one.paths if (one.root / path).stat().st_size > 500]
    for path in files[:: max(1, len(files) // CHANGED_FILES)][:CHANGED_FILES]:
        file = one.root / path
        data = file.read_bytes()
        for word in (b"def ", b"function ", b"class ", b"func ", b"fn "):
            data = data.replace(word, word + b"a_", 1)
        file.write_bytes(data)


def medians(rounds: int, runs: Mapping[str, Run]) -> dict[str, float]:
    """The processor seconds of each, the median of so many rounds in which each has a turn."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            spent[name].append(measured(run))
    return {name: statistics.median(times) for name, times in spent.items()}


def measured(run: Run) -> float:
    """The processor seconds of what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def git(root: Path, *words: str) -> str:
    """What git says."""
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
    command = ["git", *who, "-C", str(root), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write(text: str) -> None:
    """Put the tables into the page."""
    page = PAGE.read_text("utf-8")
    head, rest = page.split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
