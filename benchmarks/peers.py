"""doc-healing with every wall up against its peers, which isolate nothing, and bare compilers.

    peers.py [--rounds N] [--only SECTION]... [--scale SHARE] [--gate FACTOR] [--write]

Everything runs on the same generated documents, in one run, in turns; medians and ratios come out.
Of doc-healing the whole command is timed, with its packages installed and no outcome remembered.
The exit code is 1 if a promise is not kept. `--gate` is for noisy machines: it grants every ratio
that factor and a second try, holds nobody to seconds, and runs only what is promised. With
`--scale 0.1` a tenth of the blocks is taken. `--write` puts the table into docs/benchmarks.md; of
some sections only, their rows.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import contestants
from again import again
from corpus import HEAVY, SMALL, python_corpus
from joint import joint
from turns import Claim, machine, medians
from warm import warm

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
SMALL_TARGETS = {"pytest-markdown-docs": 1.0, "doccmd": 0.3}
HEAVY_TARGETS = {"python file.py": 0.15}
# Out of reach of what isolates every block, so that no gate holds anybody to it.
OUT_OF_REACH = ("pytest-markdown-docs",)
TRIES = 2  # of a gate

Run = Callable[[], object]
Race = tuple[float, dict[str, float]]


@dataclass(frozen=True)
class Course:
    """How much is run: rounds of everything, the share of the blocks, and where."""

    rounds: int
    scale: float
    heavy: Sequence[str]
    promised: bool  # leave out what is only shown
    folder: Path

    def share(self, count: int) -> int:
        return max(2, round(count * self.scale))

    def race(self, own: Run, others: Mapping[str, Run], targets: Mapping[str, float]) -> Race:
        """Our median seconds, and of each of the others its name and its seconds."""
        held = [name for name in targets if name not in OUT_OF_REACH]
        kept = {name: run for name, run in others.items() if name in held or not self.promised}
        spent = medians(self.rounds, {"": own, **kept})
        return spent.pop(""), spent


Section = Callable[[Course], Iterator[Claim]]


def main(words: list[str]) -> int:
    """Measure and print. The exit code."""
    parser = argparse.ArgumentParser(prog="peers.py")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", choices=SECTIONS, default=[])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--heavy", action="append", choices=HEAVY, default=[])
    parser.add_argument("--gate", type=float, metavar="FACTOR")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(words)
    found: dict[str, list[Claim]] = {}
    for name in asked.only or SECTIONS:
        with tempfile.TemporaryDirectory(prefix="peers-") as folder:
            heavy = asked.heavy or list(HEAVY)
            promised = asked.gate is not None
            course = Course(asked.rounds, asked.scale, heavy, promised, Path(folder))
            found[name] = measured(name, course, asked.gate)
        for claim in found[name]:
            print(line(claim), file=sys.stderr, flush=True)
    text = page(found, asked.rounds)
    print(text)
    if asked.write:
        write(text if not asked.only else patched(PAGE.read_text("utf-8"), text))
    kept = [kept_by(claim, asked.gate) for claims in found.values() for claim in claims]
    return 0 if all(kept) else 1


def measured(name: str, course: Course, gate: float | None) -> list[Claim]:
    """The claims of a section; in a gate once more if one of them does not hold."""
    claims: list[Claim] = []
    for number in range(TRIES if gate else 1):
        folder = course.folder / str(number)
        folder.mkdir()
        claims = list(SECTIONS[name](replace(course, folder=folder)))
        if all(kept_by(claim, gate) for claim in claims):
            break
    return claims


def kept_by(claim: Claim, gate: float | None) -> bool:
    if gate and claim.ratio is None:
        return True
    return claim.holds(gate or 1.0)


# --- the sections -------------------------------------------------------------------------------


def small(course: Course) -> Iterator[Claim]:
    """Small Python blocks, against each peer and a process for each block."""
    peers = contestants.installed()
    count = course.share(200)
    corpus = python_corpus(course.folder / "small", SMALL, count, max(1, round(14 * course.scale)))
    cache = course.folder / "cache"
    contestants.checked(corpus, cache)  # what is installed, is installed before
    others = {
        "pytest-markdown-docs": contestants.markdown_docs(peers, corpus),
        "pytest-examples": contestants.pytest_examples(peers, corpus),
        "Sybil": contestants.sybil(peers, corpus),
        "mktestdocs": contestants.mktestdocs(peers, corpus),
        "doccmd": contestants.doccmd(peers, corpus),
        "python file.py": contestants.processes(peers, corpus),
    }
    own, spent = course.race(contestants.ours(corpus, cache), others, SMALL_TARGETS)
    for name, seconds in spent.items():
        title = f"{count} small Python blocks"
        yield Claim(title, own, told(peers, name), seconds, SMALL_TARGETS.get(name))


def heavy(course: Course) -> Iterator[Claim]:
    """Python blocks that each import something large, against a process for each block."""
    peers = contestants.installed(*(["heavy.txt"] if "pandas" in course.heavy else []))
    count = course.share(500)
    for package in course.heavy:
        root = course.folder / package
        corpus = python_corpus(root, HEAVY[package], count, max(1, round(25 * course.scale)))
        contestants.wanting(corpus, [f"{package}=={peers.versions[package]}"])
        cache = course.folder / "cache"
        contestants.checked(corpus, cache)
        others = {
            "python file.py": contestants.processes(peers, corpus),
            "python file.py, 2 at a time": contestants.processes(peers, corpus, 2),
            "doccmd": contestants.doccmd(peers, corpus),
        }
        own, spent = course.race(contestants.ours(corpus, cache), others, HEAVY_TARGETS)
        for name, seconds in spent.items():
            title = f"{count} Python blocks that import {package} {peers.versions[package]}"
            yield Claim(title, own, told(peers, name), seconds, HEAVY_TARGETS.get(name))


def told(peers: contestants.Peers, name: str) -> str:
    version = peers.versions.get(name.lower())
    return f"{name} {version}" if version else f"`{name}`"


def second(course: Course) -> Iterator[Claim]:
    documents = course.share(100)
    yield from again(course.rounds, course.folder, documents, promised=course.promised)


def warmed(course: Course) -> Iterator[Claim]:
    yield from warm(course.share(100))


def merged(course: Course) -> Iterator[Claim]:
    yield from joint(course.rounds, max(5, course.share(20)), promised=course.promised)


SECTIONS: dict[str, Section] = {
    "small": small,
    "heavy": heavy,
    "again": second,
    "warm": warmed,
    "joint": merged,
}


# --- the page -----------------------------------------------------------------------------------


def page(found: dict[str, list[Claim]], rounds: int) -> str:
    """The table in Markdown."""
    head = [
        f"Medians of {rounds} rounds in turns; {machine()}. Every wall is up on the side of",
        "doc-healing, none on the other.",
        "",
        "| what | doc-healing s | against | its s | ratio | at most | kept |",
        "| --- | ---: | --- | ---: | ---: | ---: | --- |",
    ]
    return "\n".join([*head, *(line(claim) for claims in found.values() for claim in claims)])


def line(claim: Claim) -> str:
    other = "" if claim.other is None else f"{claim.other:.3f}"
    ratio = "" if claim.ratio is None else f"{claim.ratio:.2f}"
    limit = "" if claim.target is None else f"{claim.target:g}{' s' * (claim.ratio is None)}"
    kept = "" if claim.target is None else "yes" if claim.holds() else "no"
    cells = (claim.name, f"{claim.ours:.3f}", claim.against, other, ratio, limit, kept)
    return f"| {' | '.join(cells)} |"


def patched(page: str, text: str) -> str:
    """The page's own table with the rows of a new one in the place of those that say the same."""
    old = page[page.index(BEGIN) + len(BEGIN) : page.index(END)].strip().split("\n")
    fresh = {_said(row): row for row in text.split("\n") if _said(row)}
    kept = [fresh.pop(_said(row), row) for row in old]
    return "\n".join([*kept, *fresh.values()])


def _said(row: str) -> tuple[str, ...]:
    """What a row of the table is about, whatever its numbers; empty for any other line."""
    cells = row.split(" | ")
    found = tuple(re.sub(r"\d[\d.]*", "", cell) for cell in (cells[0], *cells[2:3]))
    return found if len(cells) == 7 and cells[1].replace(".", "").isdigit() else ()


def write(text: str) -> None:
    """Put it between the markers of the page."""
    old = PAGE.read_text("utf-8")
    before, after = old[: old.index(BEGIN)], old[old.index(END) :]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
