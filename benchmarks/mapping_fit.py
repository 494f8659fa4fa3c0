"""Fit the weights and the calibration of the confidence, and write them as a module.

    python benchmarks/mapping_fit.py --oracle <folder> --java-1 <data.json>

Nothing depends on what was written before: the pairs that are fitted first are those that the
weights set by hand find, then those that the fitted ones find. What is not fitted is in `PRIOR`,
`FIXED` (both of the written module) and `_RAISED`, with the reasons.

Only repositories of the development half are read. Iterated weighted least squares with a prior:
each kind of pair is drawn towards the weights of its shape, which were set by hand at first, so
that a kind with few labels stays sensible. Then isotonic regression over what was accepted, each
repository scored by weights that were fitted without it.

The older labels of Java were pooled from three tools: what none of them told is no certain error.
It counts for less, unless the old or the new symbol is labelled as something else.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from math import exp, log1p
from multiprocessing import get_context
from pathlib import Path
from textwrap import fill, indent

from mapping_oracles import OLDER, Commit, Label, commits, development

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import SymbolKind
from doc_healing.symbols.confidence import features
from doc_healing.symbols.confidence_table import FIXED, PRIOR
from doc_healing.symbols.matching import outlines, pair
from doc_healing.symbols.matching_pairs import Match, Pairing

_TABLE = Path(__file__).parents[1] / "src/doc_healing/symbols/confidence_table.py"
_PULL = 2.0  # how strongly the prior draws
_ROUNDS = 12
_FOLDS = 6
_UNLABELLED = 0.3  # how much a pair counts that the older labels of Java say nothing of
# Of those labels' renames too few are right ones: they hold the constant down. By the folds.
_RAISED = {"rename callable": 0.6}
_UNTOLD = {"move value"}  # the labels leave out most fields that moved with something else
_PASSES = 2  # the first one has the weights set by hand
_CHANGES = ("both", "move", "rename")
_KINDS = {"callable": "method", "container": "class", "value": "field"}


@dataclass(frozen=True)
class Row:
    """One pair that was thought of, and whether it is labelled."""

    shape: str
    values: tuple[float, ...]
    right: bool
    repository: str
    weight: float
    accepted: bool
    complete: bool  # what its set does not label is wrong


def main() -> None:
    """Fit, print what came out, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oracle", type=Path, required=True)
    parser.add_argument("--java-1", type=Path, required=True)
    asked = parser.parse_args()
    weights = {
        f"{change} {group}": _start(change, group) for change in _CHANGES for group in _KINDS
    }
    steps: dict[str, list[tuple[float, float]]] = {"move": [(0.0, 0.0)], "rename": [(0.0, 0.0)]}
    found: list[Row] = []
    for _ in range(_PASSES):
        _write(weights, steps)
        found = _read_anew(asked.oracle, asked.java_1)
        weights = _weights(found)
    for shape in weights:
        count = Counter(row.right for row in found if row.shape == shape)
        print(f"{shape:<18} {count[True]:>5} right {count[False]:>6} wrong")
    seen = [point for point in _unseen(found) if point[0] not in _UNTOLD]
    steps = {
        change: _isotonic([point for shape, point in seen if shape.startswith("move") == moved])
        for change, moved in (("move", True), ("rename", False))
    }
    for change, some in steps.items():
        print(change, *(f"{score:.3f}: {value:.3f}" for score, value in some), sep="  ")
    _write(weights, steps)


def _start(change: str, group: str) -> list[float]:
    shape = f"{change} {group}"
    return list(FIXED.get(shape) or PRIOR.get(shape) or PRIOR[change])


def _read_anew(oracle: Path, java_1: Path) -> list[Row]:
    """All rows, by a process that has the weights as they are written now."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_development, oracle, java_1).result()


def _development(oracle: Path, java_1: Path) -> list[Row]:
    some = (one for one in commits(oracle, java_1) if development(one.repository))
    return [row for commit in some for row in rows(commit)]


def _weights(found: Sequence[Row]) -> dict[str, list[float]]:
    by_shape: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found:
        by_shape[row.shape].append(row)
    weights = {}
    for shape, some in sorted(by_shape.items()):
        change, _, group = shape.partition(" ")
        start = _start(change, group)
        weights[shape] = start if shape in FIXED else _fitted(some, start)
        if shape not in FIXED:
            weights[shape][0] = round(weights[shape][0] + _RAISED.get(shape, 0.0), 3)
    return weights


def _unseen(found: Sequence[Row]) -> Iterator[tuple[str, tuple[float, bool]]]:
    """The accepted pairs with a score by weights that knew nothing of their repository.

    Those of the older labels are left out: what is not among them may be right.
    """
    for fold in range(_FOLDS):
        weights = _weights([row for row in found if _fold(row.repository) != fold])
        for row in found:
            if row.accepted and row.complete and _fold(row.repository) == fold:
                total = sum(w * x for w, x in zip(weights[row.shape], row.values, strict=True))
                chance = 1 / (1 + exp(-max(min(total, 30.0), -30.0)))
                yield row.shape, (chance, row.right)


def _fold(repository: str) -> int:
    return blake2b(f"{repository}x".encode(), digest_size=2).digest()[0] % _FOLDS


def rows(commit: Commit) -> Iterator[Row]:
    """All pairs of one commit that were thought of."""
    pairing = _paired(commit)
    for (old, new), match in pairing.considered.items():
        taken = pairing.matches.get(old)
        accepted = taken is not None and taken.new.id == new and taken.traits is not None
        shown = taken if accepted and taken is not None else match
        path = pairing.files.get(shown.old.path)
        if shown.traits is None or path not in (shown.old.path, shown.new.path, None):
            continue
        if shown.traits.shape.startswith("move") and pairing.same_place(shown.old, shown.new):
            continue  # it is with what it was a member of: that was not known yet
        right = _labelled(shown, commit.labels)
        if not right and _extracted(shown, commit):
            continue
        weight = 1.0 if right else _certain(shown, commit)
        if weight:
            yield Row(
                shown.traits.shape,
                features(shown.traits),
                right,
                commit.repository,
                weight,
                accepted,
                commit.language != "java-1",
            )


def _extracted(match: Match, commit: Commit) -> bool:
    """Whether it stands in a supertype that was extracted: its label tells what went into it."""
    return match.new.container.rpartition(".")[2] in commit.extracted


def _paired(commit: Commit) -> Pairing:
    before, after, hints = commit.files()
    return pair(outlines(before, MAPPERS), outlines(after, MAPPERS), before, after, hints)


def _certain(match: Match, commit: Commit) -> float:
    """How much it counts that a pair is not labelled."""
    if commit.language != "java-1" or _labelled(match, commit.denied):
        return 1.0
    if not any(label.kind in OLDER for label in _meant(match)):
        return 0.0
    assert match.traits is not None  # it was scored
    noun = _KINDS[match.traits.shape.partition(" ")[2]]
    others = [label for label in commit.labels if label.kind.endswith(noun)]
    known = any(label.old == match.old.last or label.new == match.new.last for label in others)
    return 1.0 if known else _UNLABELLED


def _labelled(match: Match, labels: Iterable[Label]) -> bool:
    """Whether a label tells of a pair: by names, and in Java by what they are members of."""
    meant = _meant(match)
    return any(
        Label(label.kind, label.old, label.new) in meant and _placed(match, label)
        for label in labels
    )


def _placed(match: Match, label: Label) -> bool:
    assert match.traits is not None  # it was scored
    if not match.old.path.endswith(".java") or match.traits.shape.endswith("container"):
        return True
    was = label.old_place.rpartition(".")[2] == match.old.container.rpartition(".")[2]
    now = label.new_place.rpartition(".")[2] == match.new.container.rpartition(".")[2]
    return was or now if match.traits.shape.startswith("rename") else was and now


def _meant(match: Match) -> set[Label]:
    """The labels that say of a pair that it is right."""
    assert match.traits is not None  # it was scored
    change, _, group = match.traits.shape.partition(" ")
    old, new = match.old.last, match.new.last
    nouns = [_KINDS[group]]
    if "property" in match.new.flags:
        nouns.append("method")
    if group == "container" and match.new.kind is not SymbolKind.TYPE:
        nouns.append("field")
    verbs = {"rename": ["rename"], "move": ["move"], "both": ["move and rename", "rename"]}[change]
    return {Label(f"{verb} {noun}", old, new) for noun in nouns for verb in verbs}


def _fitted(some: Sequence[Row], prior: Sequence[float]) -> list[float]:
    weights = list(prior)
    width = len(weights)
    for _ in range(_ROUNDS):
        gradient = [_PULL * (p - w) for p, w in zip(prior, weights, strict=True)]
        curve = [[_PULL if i == j else 0.0 for j in range(width)] for i in range(width)]
        for row in some:
            total = sum(w * x for w, x in zip(weights, row.values, strict=True))
            chance = 1 / (1 + exp(-max(min(total, 30.0), -30.0)))
            off = row.weight * (row.right - chance)
            steep = row.weight * max(chance * (1 - chance), 1e-6)
            filled = [i for i, x in enumerate(row.values) if x]
            for i in filled:
                gradient[i] += off * row.values[i]
                for j in filled:
                    curve[i][j] += steep * row.values[i] * row.values[j]
        step = _solved(curve, gradient)
        for part in (1.0, 0.5, 0.25, 0.1, 0.03):
            tried = [w + part * s for w, s in zip(weights, step, strict=True)]
            if _loss(some, tried, prior) < _loss(some, weights, prior):
                weights = tried
                break
    return [round(w, 3) for w in weights]


def _loss(some: Sequence[Row], weights: Sequence[float], prior: Sequence[float]) -> float:
    total = sum(_PULL * (w - p) ** 2 / 2 for w, p in zip(weights, prior, strict=True))
    for row in some:
        odds = sum(w * x for w, x in zip(weights, row.values, strict=True))
        odds = max(min(odds, 30.0), -30.0)
        total += row.weight * log1p(exp(-odds) if row.right else exp(odds))
    return total


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    rows_ = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows_)
    for at in range(size):
        best = max(range(at, size), key=lambda i: abs(rows_[i][at]))
        rows_[at], rows_[best] = rows_[best], rows_[at]
        for other in range(at + 1, size):
            factor = rows_[other][at] / rows_[at][at]
            for j in range(at, size + 1):
                rows_[other][j] -= factor * rows_[at][j]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(rows_[at][j] * found[j] for j in range(at + 1, size))
        found[at] = (rows_[at][size] - rest) / rows_[at][at]
    return found


def _isotonic(points: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """Pool adjacent violators; each pool is shrunk a little towards one half."""
    pools: list[list[float]] = []  # sum of scores, right ones, all
    for score, right in sorted(points):
        pools.append([score, float(right), 1.0])
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    steps = [(round(pool[0] / pool[2], 4), round(_share(pool), 4)) for pool in pools]
    return [(0.0, 0.0), *steps]


def _share(pool: list[float]) -> float:
    return (pool[1] + 0.5) / (pool[2] + 1)


def _write(weights: dict[str, list[float]], steps: dict[str, list[tuple[float, float]]]) -> None:
    text = _TABLE.read_text()
    head = text[: text.index("WEIGHTS:")]
    lines = [head + "WEIGHTS: Mapping[str, Sequence[float]] = {"]
    for shape, found in weights.items():
        numbers = fill(", ".join(map(str, found)), 90, break_on_hyphens=False)
        lines += [f'    "{shape}": (', indent(numbers, " " * 8) + ",", "    ),"]
    lines += ["}", "CALIBRATION: Mapping[str, Sequence[tuple[float, float]]] = {"]
    for change, some in steps.items():
        lines += [f'    "{change}": (', *(f"        {step}," for step in some), "    ),"]
    lines += ["}", "# fmt: on", ""]
    _TABLE.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
