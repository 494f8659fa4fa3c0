"""What the map says a Python snippet reaches, held against what it really ran.

    resolver.py [--misses N] [--json FILE] [--kept FOLDER] CHECKOUT...

Each CHECKOUT is a working tree of a Python project. Its Python snippets are run once with a trace
(the project is installed as `check` installs it); what passes is the oracle: for each function S of
the project, the snippets that ran S are those that a change of S may break.

Printed for each project, over all pairs of a passing snippet and a function that some snippet ran:
`named` are the references that the map is sure of, `maybe` those below it as well, and `reached`
what the map follows through the project's own code, which is what `check --base` runs. `saved` is
the share of runs that a change of one function of the packages does not need, on average, and what
could be saved by one who knew what runs. Loading a module counts
by itself: a change of what stands at its top. What ran is kept in FOLDER and read from there the
next time: the names of its files are those of the checkouts.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

from doc_healing import compose, settings
from doc_healing.cli.comparing import side, used
from doc_healing.cli.map_tree import desk_of, place_of, source_of
from doc_healing.cli.selection import Selection, select
from doc_healing.languages import LANGUAGES
from doc_healing.languages.python.calls import Called, calls, traced
from doc_healing.model import (
    MAYBE,
    Environment,
    Finding,
    Job,
    Outcome,
    Reading,
    Snippet,
    Symbol,
    Toolchain,
    Unrunnable,
    Verdict,
    Wants,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.pipeline.affected import Side
from doc_healing.pipeline.naming import NamedPage, named
from doc_healing.protocols import Language
from doc_healing.symbols.words import key

Place = tuple[str, int]  # of a snippet: path and index
Node = tuple[str, str]  # of a symbol: path and key


@dataclass(frozen=True)
class Score:
    """Pairs of a snippet and a function: told and true, told alone, true alone."""

    both: int = 0
    told: int = 0
    ran: int = 0

    @property
    def precision(self) -> float:
        """The share of what was told that is true."""
        return self.both / (self.both + self.told) if self.both + self.told else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was told."""
        return self.both / (self.both + self.ran) if self.both + self.ran else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.both + other.both, self.told + other.told, self.ran + other.ran)


@dataclass(frozen=True)
class Row:
    """What came of one project."""

    name: str
    snippets: int
    functions: int
    named: Score
    maybe: Score
    reached: Score
    loaded: Score
    saved: float
    could: float  # be saved by one who knew what runs
    misses: tuple[str, ...] = ()


def main(words: list[str]) -> int:
    """Print the table. The exit code."""
    parser = argparse.ArgumentParser(prog="resolver.py")
    parser.add_argument("--misses", type=int, default=20, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--kept", type=Path, metavar="FOLDER")
    parser.add_argument("checkouts", nargs="+", type=Path)
    asked = parser.parse_args(words)
    rows = []
    for checkout in asked.checkouts:
        rows.append(row := measured(checkout, asked.kept))
        print("\n".join([shown(row), *(f"  miss {one}" for one in row.misses[: asked.misses])]))
        sys.stdout.flush()
    total = _total(rows)
    print(shown(total))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in [*rows, total]], indent=1))
    return 0 if total.reached.recall >= 0.98 else 1


def shown(row: Row) -> str:
    """One line of the table."""
    parts = [
        f"{name} {score.precision:.2f}/{score.recall:.3f}"
        for name, score in (
            ("named", row.named),
            ("maybe", row.maybe),
            ("reached", row.reached),
            ("loaded", row.loaded),
        )
    ]
    return (
        f"{row.name:14} {row.snippets:4} snippets {row.functions:5} functions  "
        f"{'  '.join(parts)}  saved {row.saved:.0%} of {row.could:.0%}"
    )


def _kept(file: Path | None, selection: Selection, own: "_Own") -> dict[Place, set[Node]]:
    """What ran: read from a file where there is one, else traced, and left there."""
    if file is not None and file.exists():
        told = json.loads(file.read_text("utf-8"))
        return {(path, at): {(own, name) for own, name in ran} for path, at, ran in told}
    truth = _ran(selection, own)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = [[path, at, sorted(ran)] for (path, at), ran in truth.items()]
        file.write_text(json.dumps(rows), "utf-8")
    return truth


def _total(rows: Sequence[Row]) -> Row:
    zero = Score()
    pairs = sum(row.snippets * row.functions for row in rows) or 1
    return Row(
        "all",
        sum(row.snippets for row in rows),
        sum(row.functions for row in rows),
        sum((row.named for row in rows), zero),
        sum((row.maybe for row in rows), zero),
        sum((row.reached for row in rows), zero),
        sum((row.loaded for row in rows), zero),
        sum(row.saved * row.snippets * row.functions for row in rows) / pairs,
        sum(row.could * row.snippets * row.functions for row in rows) / pairs,
    )


def measured(checkout: Path, folder: Path | None = None) -> Row:
    """Run the snippets of one project, map it, and compare."""
    selection = select([str(checkout)], ["python"])
    with desk_of(settings.read()) as desk:
        place = place_of(str(checkout))
        own, _ = side(source_of(place, None, desk.kept), desk)
        pages = named(selection.documents, own.known, used(desk, selection.documents))
    truth = _kept(folder / f"{checkout.name}.json" if folder else None, selection, _Own(own))
    return compared(checkout.name, own, pages, truth)


# --- what ran ---------------------------------------------------------------------------------


class _Own:
    """From what the interpreter calls a function to the symbol of the map."""

    def __init__(self, own: Side) -> None:
        self.known = own.known
        self.tops = {module.partition(".")[0] for module in own.known.surfaces.get("python", {})}
        self.files: dict[str, list[str]] = defaultdict(list)
        for path in own.known.outlines:
            if path.endswith(".py"):
                self.files[path.rpartition("/")[2]].append(path)

    def path(self, file: str) -> str:
        """The file of the tree that an installed one is a copy of: the longest common end."""
        best, length = "", 0
        parts = file.split("/")
        for path in self.files.get(parts[-1], ()):
            own = path.split("/")
            pairs = zip(reversed(own), reversed(parts), strict=False)
            count = next((at for at, (a, b) in enumerate(pairs) if a != b), len(own))
            if count > length:
                best, length = path, count
        alone = best.removeprefix("src/") == parts[-1]
        return best if length > 1 or alone else ""

    def node(self, one: Called) -> Node | None:
        """The symbol that ran; a file for its own statements; None for what is no symbol."""
        path = self.path(one.file)
        if not path:
            return None
        name = one.name.partition(".<")[0]
        if name.startswith("<"):
            return (path, "") if one.name == "<module>" else None
        same = self.known.tops.get(path, {}).get(name, ())
        after = [symbol for symbol in same if symbol.end_line >= one.line]
        if not after:
            return None
        return path, key(min(after, key=lambda symbol: abs(symbol.line - one.line)))


class _Traced:
    """Python, with every job traced; notes what ran under the place of its snippet."""

    def __init__(self, language: Language, packages: Sequence[str]) -> None:
        self._language = language
        self._packages = packages
        self.called: dict[Place, frozenset[Called]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._language, name)

    def jobs(
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        """As the language has them, each asked to tell what it ran."""
        made = self._language.jobs(snippets, toolchain, environment)
        return [traced(one, self._packages) if isinstance(one, Job) else one for one in made]

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        """As the language reads it; what ran is kept."""
        place = job.snippet.path, job.snippet.index
        self.called[place] = self.called.get(place, frozenset()) | calls(job, outcome)
        return self._language.read(job, outcome, environment)


class _Told:
    """Says on the standard error how far it is."""

    def installing(self, language: str, wants: Wants) -> None:
        """Nothing."""

    def installed(self, language: str, wants: Wants, seconds: float, failure: str) -> None:
        """Only what went wrong."""
        del wants, seconds
        if failure:
            print(f"{language}: {failure}", file=sys.stderr)

    def found(self, finding: Finding) -> None:
        """The snippet and its verdict."""
        print(f"\r{finding.snippet.path[-60:]:60} {finding.verdict}   ", end="", file=sys.stderr)


def _ran(selection: Selection, own: _Own) -> dict[Place, set[Node]]:
    """For each snippet that passed, the symbols that ran."""
    config = selection.located.config
    made = compose.build(settings.read(), config, selection.checkout, compose.Choices())
    python = next(one for one in LANGUAGES if one.name == "python")
    listening: Any = _Traced(python, sorted(own.tops))
    tools: Tools = replace(
        made, languages={"python": listening}, memory=None, archive=None, stop=Event()
    )
    try:
        run = examine(tools, selection.documents, _Told())
    finally:
        made.sandbox.close()
    print(file=sys.stderr)
    passed = [one.snippet for one in run.findings if one.verdict is Verdict.PASSED]
    truth: dict[Place, set[Node]] = {}
    for snippet in passed:
        place = snippet.path, snippet.index
        nodes = {own.node(one) for one in listening.called.get(place, ())}
        truth[place] = {one for one in nodes if one is not None}
    return truth


# --- comparing ----------------------------------------------------------------------------------


def compared(
    name: str, own: Side, pages: Iterable[NamedPage], truth: Mapping[Place, set[Node]]
) -> Row:
    """Pairs of snippets and functions, as the map tells them and as they ran."""
    functions = {
        (path, key(one))
        for path in _published(own) & own.known.outlines.keys()
        for one in own.known.outlines[path].symbols
        if _is_function(own, (path, key(one)))
    }
    functions |= {node for ran in truth.values() for node in ran if _is_function(own, node)}
    modules = {node for ran in truth.values() for node in ran if not node[1]}
    scores = {kind: Score() for kind in ("named", "maybe", "reached", "loaded")}
    misses: dict[Node, list[Place]] = defaultdict(list)
    chosen = 0
    for page in pages:
        for snippet in page.document.snippets:
            ran = truth.get((snippet.path, snippet.index))
            if ran is None:
                continue
            sure, maybe, walked = _told(own, page, snippet)
            scores["named"] += _score(sure, ran, functions)
            scores["maybe"] += _score(maybe, ran, functions)
            scores["reached"] += _score(walked, ran, functions)
            scores["loaded"] += _score(walked, ran, modules)
            chosen += len(walked & functions)
            for node in (ran & (functions | modules)) - walked:
                misses[node].append((snippet.path, snippet.index))
    pairs = len(truth) * len(functions)
    saved = 1 - chosen / pairs if pairs else 0.0
    could = 1 - sum(len(ran & functions) for ran in truth.values()) / pairs if pairs else 0.0
    lines = [
        f"{path}#{symbol} by {len(places)} snippets: {places[0][0]}[{places[0][1]}]"
        for (path, symbol), places in sorted(misses.items(), key=lambda one: -len(one[1]))
    ]
    return Row(
        name, len(truth), len(functions), **scores, saved=saved, could=could, misses=tuple(lines)
    )


def _published(own: Side) -> set[str]:
    """The files that hold something that a reader can import."""
    surface = own.known.surfaces.get("python", {})
    offered = (target for names in surface.values() for target in names.values())
    return {target.symbol.partition("#")[0] for target in offered if target.symbol}


def _is_function(own: Side, node: Node) -> bool:
    """Whether it runs when it is called, and not when its file is loaded."""
    same = own.known.tops.get(node[0], {}).get(node[1].partition("(")[0].partition("[")[0], ())
    return any(
        one.kind.value in ("function", "method") or "property" in one.flags
        for one in same
        if key(one) == node[1]
    )


def _told(own: Side, page: NamedPage, snippet: Snippet) -> tuple[set[Node], set[Node], set[Node]]:
    """What a snippet names for sure, names perhaps, and reaches."""
    answers = [
        answer
        for index in (*page.behind.get(snippet.index, ()), snippet.index)
        for answer in page.resolved.get(index, ())
    ]
    sure: set[Node] = set()
    maybe: set[Node] = set()
    for answer in answers:
        for symbol, confidence, _ in answer.symbols:
            maybe |= _nodes(own, symbol)
            if confidence > MAYBE:
                sure |= _nodes(own, symbol)
    return sure, maybe, set(own.reach.of(answers, snippet.language).nodes)


def _nodes(own: Side, symbol: Symbol) -> set[Node]:
    """A symbol, and of a type what calling it runs."""
    found = {(symbol.path, key(symbol))}
    for name in ("__init__", "__new__", "__post_init__"):
        found |= {(one.path, key(one)) for one in own.known.members(symbol, name)}
    return found


def _score(told: set[Node], ran: set[Node], of: set[Node]) -> Score:
    told, ran = told & of, ran & of
    return Score(len(told & ran), len(told - ran), len(ran - told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
