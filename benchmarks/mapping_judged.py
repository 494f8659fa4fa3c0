"""Lines of `map changes` that were judged by hand: which of them are told today, and how surely.

Each row of the file is one line of one commit or release: `repository`, `base`, `head`,
`language`, `kind`, `old` and `new` as ids, and whether it is right. A right one that is not told
is missed; a wrong one that is not told any more is mended. What no row tells of is not counted.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mapping_oracles import changed_files

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import ChangeKind, SymbolChange
from doc_healing.symbols.matching import compare

_SURE = 0.95
_COLUMNS = ("right", "wrong", "sure right", "sure wrong", "missed", "mended")


def judged(path: Path, repos: Path, languages: Sequence[str] | None) -> None:
    """Print the table of the judged lines, of the repositories that are there."""
    by_commit: defaultdict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        if not languages or row["language"] in languages:
            by_commit[row["repository"], row["base"], row["head"]].append(row)
    table: Counter[tuple[str, str]] = Counter()
    for (repository, base, head), rows in by_commit.items():
        clone = repos / repository.replace("/", "+") / "repo"
        if not clone.is_dir():
            print(f"not there: {repository}")
            continue
        before, after, hints = changed_files(clone, base, head)
        told = dict(_told(compare(before, after, MAPPERS, hints)))
        for row in rows:
            for word in _words(told.get((row["old"], row["new"])), row["right"]):
                table[row["language"], word] += 1
    _print(table)


def _told(changes: Sequence[SymbolChange]) -> Iterator[tuple[tuple[str, str], float]]:
    """How sure each pair of ids is; of what is deprecated that of its successor."""
    for change in changes:
        if change.old is None or change.new is None:
            continue
        new = change.new
        if change.kind is ChangeKind.DEPRECATED and change.candidates:
            new = change.candidates[0]
        if change.kind in (ChangeKind.RENAMED, ChangeKind.MOVED, ChangeKind.DEPRECATED):
            yield (change.old.id, new.id), change.confidence


def _words(sure: float | None, right: bool) -> Iterator[str]:
    if sure is None:
        yield "missed" if right else "mended"
        return
    yield "right" if right else "wrong"
    if sure >= _SURE:
        yield "sure right" if right else "sure wrong"


def _print(table: Mapping[tuple[str, str], int]) -> None:
    print(f"{'':<12}" + "".join(f"{word:>12}" for word in _COLUMNS) + "  precision")
    for language in sorted({key[0] for key in table}):
        counts = [table.get((language, word), 0) for word in _COLUMNS]
        share = counts[0] / max(1, counts[0] + counts[1])
        print(f"{language:<12}" + "".join(f"{count:>12}" for count in counts) + f"  {share:.3f}")
