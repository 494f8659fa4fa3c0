"""How right the map's changes are: precision and recall on labelled commits.

    python benchmarks/mapping.py --oracle <RefactoringMiner>/src/test/resources/oracle
    python benchmarks/mapping.py --oracle <the same> --java-1 <RefDiff's data.json>
    python benchmarks/mapping.py --cases rename-cases.jsonl --repos <folder of bare clones>
    python benchmarks/mapping.py --judged benchmarks/mapping_judged.jsonl --repos <the same>

Names are compared as the published figures were, by simple name and commit; `--half` chooses the
repositories that rules were made on (development) or the others (held-out). `--wrong N` prints
examples of both kinds of error.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mapping_judged import judged
from mapping_oracles import OLDER, Commit, Label, cases, changed_files, commits, development

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import ChangeKind, SymbolChange, SymbolKind
from doc_healing.symbols.matching import compare
from doc_healing.symbols.matching_kept import PASSED_ON

KINDS = (
    "rename method",
    "move method",
    "move and rename method",
    "rename class",
    "move class",
    "add parameter",
    "remove parameter",
    "rename parameter",
    "rename field",
    "move field",
)
_CALLED = (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.MACRO)


def main() -> None:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--oracle", type=Path)
    parser.add_argument("--java-1", type=Path)
    parser.add_argument("--cases", type=Path)
    parser.add_argument("--judged", type=Path)
    parser.add_argument("--repos", type=Path)
    parser.add_argument("--language", action="append")
    parser.add_argument("--half", choices=["development", "held-out", "all"], default="all")
    parser.add_argument("--kind", default="")
    parser.add_argument("--wrong", type=int, default=0)
    asked = parser.parse_args()
    if asked.oracle:
        _oracle(asked)
    if asked.cases:
        _cases(asked)
    if asked.judged:
        judged(asked.judged, asked.repos, asked.language)


def found(change: SymbolChange) -> Iterable[Label]:
    """A change in the words of the labels."""
    old, new = change.old, change.new
    if old is None or new is None:
        return
    for item in change.parameters if new.kind in _CALLED else ():
        if item.kind in ("added_required", "added_optional"):
            yield Label("add parameter", item.new, new.last)
        elif item.kind == "removed":
            yield Label("remove parameter", item.old, new.last)
        elif item.kind == "renamed":
            yield Label("rename parameter", item.old, item.new)
    if change.kind is ChangeKind.DEPRECATED and PASSED_ON in change.evidence:
        yield from found(replace(change, kind=ChangeKind.RENAMED, new=change.candidates[0]))
        return  # some labels call it a rename
    if change.kind not in (ChangeKind.RENAMED, ChangeKind.MOVED):
        return
    renamed = change.kind is ChangeKind.RENAMED
    if new.kind is SymbolKind.TYPE or old.kind is SymbolKind.TYPE:
        yield Label("rename class" if renamed else "move class", old.last, new.last)
    elif new.kind in _CALLED or "property" in new.flags:
        moved = "moved" in change.evidence
        kind = "move and rename method" if renamed and moved else "rename method"
        yield Label(kind if renamed else "move method", old.last, new.last)
    else:
        yield Label("rename field" if renamed else "move field", old.last, new.last)


def told_otherwise(change: SymbolChange, extracted: Collection[str]) -> bool:
    """Whether the labels tell its move once, as that of its file or as a type that was extracted.

    A name that is deprecated may be told as well.
    """
    if change.kind is ChangeKind.DEPRECATED:
        return True
    if change.kind is not ChangeKind.MOVED or change.new is None or change.parameters:
        return False
    into = change.new.container.rpartition(".")[2]
    return "file renamed" in change.evidence or into in extracted


def _bare(label: Label) -> Label:
    return Label(label.kind, label.old, label.new)


def _oracle(asked: argparse.Namespace) -> None:
    tables: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    wrong: list[str] = []
    sure: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    spent: defaultdict[str, list[float]] = defaultdict(list)
    for commit in commits(asked.oracle, asked.java_1):
        if asked.language and commit.language not in asked.language:
            continue
        if asked.half != "all" and development(commit.repository) != (asked.half == "development"):
            continue
        before, after, hints = commit.files()
        start = time.perf_counter()
        changes = compare(before, after, MAPPERS, hints)
        spent[commit.language].append(time.perf_counter() - start)
        _count(tables[commit.language], commit, changes, wrong, asked.kind)
        sure[commit.language] += _sure(commit, changes)
    for language, table in tables.items():
        _print(language, table)
        _reliability(sure[language])
        times = sorted(spent[language])
        print(
            f"  {len(times)} commits, median {1000 * times[len(times) // 2]:.0f} ms, "
            f"mean {1000 * sum(times) / len(times):.0f} ms, with parsing\n"
        )
    if asked.wrong:
        print("\n".join(wrong[:: max(1, len(wrong) // asked.wrong)]))


def _count(
    table: Counter[tuple[str, str]],
    commit: Commit,
    changes: Sequence[SymbolChange],
    wrong: list[str],
    asked_kind: str,
) -> None:
    ours: dict[Label, SymbolChange] = {}
    for change in changes:
        for label in found(change):
            ours.setdefault(label, change)
    truth = {_bare(label): label for label in commit.labels}
    denied = {_bare(label) for label in commit.denied}
    for label in [label for label in ours if label.kind == "rename field"]:
        as_class = Label("rename class", label.old, label.new)
        if as_class in truth:  # the labels call an object with members a class
            ours[as_class] = ours.pop(label)
    for label in ours.keys() | truth.keys():
        right = label in ours and label in truth
        if not right and label in ours and told_otherwise(ours[label], commit.extracted):
            continue
        word = "TP" if right else "FP" if label in ours else "FN"
        table[label.kind, word] += 1
        table[label.kind, "denied"] += word == "FP" and label in denied
        if not right and label.kind.startswith(asked_kind):
            wrong.append(_line(commit, word, label, ours.get(label), truth.get(label)))


def _line(
    commit: Commit, word: str, label: Label, change: SymbolChange | None, truth: Label | None
) -> str:
    head = f"{word} {commit.repository} {commit.sha[:9]} {label.kind}: {label.old} -> {label.new}"
    if change is not None and change.old is not None and change.new is not None:
        why = "; ".join(change.evidence)
        head += f" [{change.old.id} -> {change.new.id}] {change.confidence:.2f} {why}"
    if truth is not None:
        head += f" [{truth.old_place} -> {truth.new_place}]"
    return head


def _print(language: str, table: Counter[tuple[str, str]]) -> None:
    print(f"{language:<26} TP   FP   FN      P      R")
    for kind in KINDS:
        right, over, missed = (table[kind, word] for word in ("TP", "FP", "FN"))
        known = table[kind, "denied"]
        if right + over + missed and (language != "java-1" or kind in OLDER):
            precision = right / (right + over) if right + over else 1.0
            recall = right / (right + missed) if right + missed else 1.0
            line = f"  {kind:<22} {right:>4} {over:>4} {missed:>4}  {precision:.3f}  {recall:.3f}"
            print(line + (f"  {known} wrong for certain" if known else ""))


def _sure(commit: Commit, changes: Sequence[SymbolChange]) -> Iterator[tuple[float, bool]]:
    """How sure each rename and move is that it was told, and whether it is labelled."""
    truth = {_bare(label) for label in commit.labels}
    for change in changes:
        for label in found(change):
            right = label in truth
            if commit.language == "java-1" and label.kind not in OLDER:
                continue
            if "parameter" not in label.kind and (
                right or not told_otherwise(change, commit.extracted)
            ):
                yield change.confidence, right


def _reliability(said: Sequence[tuple[float, bool]]) -> None:
    if not said:
        return
    brier = sum((chance - right) ** 2 for chance, right in said) / len(said)
    print(f"  Brier {brier:.3f} over {len(said)} renames and moves")
    for low, high in ((0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.95), (0.95, 1.01)):
        part = [(chance, right) for chance, right in said if low <= chance < high]
        if part:
            mean = sum(chance for chance, _ in part) / len(part)
            share = sum(right for _, right in part) / len(part)
            print(f"    said {mean:.2f}, right {share:.2f} of {len(part)}")


def _cases(asked: argparse.Namespace) -> None:
    table: Counter[tuple[str, str, str]] = Counter()
    by_commit = defaultdict(list)
    for case in cases(asked.cases):
        by_commit[case.repository, case.parent, case.commit].append(case)
    for (repository, parent, commit), group in by_commit.items():
        clone = asked.repos / repository.replace("/", "+") / "repo"
        if (asked.language and group[0].language not in asked.language) or not clone.is_dir():
            continue
        files = changed_files(clone, parent, commit)
        changes = compare(files[0], files[1], MAPPERS, files[2])
        pairs = {
            (c.old.path, c.old.name, c.new.path, c.new.name)
            for c in changes
            if c.old is not None and c.new is not None
        }
        for case in group:
            key = (case.old["path"], case.old["name"], case.new["path"], case.new["name"])
            hit = "found" if any(_meant(pair, key) for pair in pairs) else "missed"
            table[case.language, case.kind, hit] += 1
            if hit == "missed" and asked.wrong:
                print(f"missed {case.id} {repository} {commit[:9]} {' '.join(key)}")
    for language, kind in sorted({(key[0], key[1]) for key in table}):
        hits, misses = table[language, kind, "found"], table[language, kind, "missed"]
        share = hits / (hits + misses)
        print(f"{language:<12} {kind:<7} {hits:>3} of {hits + misses:>3}  R {share:.3f}")


def _meant(pair: tuple[str, ...], case: tuple[str, ...]) -> bool:
    """Whether a pair is that of a case, which may leave out what a name is a member of."""
    same = pair[0] == case[0] and pair[2] == case[2]
    return same and all(
        name == asked or name.endswith("." + asked)
        for name, asked in ((pair[1], case[1]), (pair[3], case[3]))
    )


if __name__ == "__main__":
    main()
