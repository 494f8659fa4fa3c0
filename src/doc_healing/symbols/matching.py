"""What became of the symbols of the files that differ between two revisions. Pure.

The order of the stages is that of the manual's page on accuracy: files, types, members; names,
then equal bodies and likeness, with what callers and authors say of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from doc_healing.model import Outline, SymbolChange
from doc_healing.protocols import Mapper
from doc_healing.symbols.evidence import votes
from doc_healing.symbols.matching_changes import changes
from doc_healing.symbols.matching_files import paired_files
from doc_healing.symbols.matching_pairs import Pairing
from doc_healing.symbols.matching_sides import Side
from doc_healing.symbols.matching_stages import paired
from doc_healing.symbols.migrations import Migration
from doc_healing.symbols.similarity import Rarity


def compare(
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    mappers: Sequence[Mapper],
    renamed: Mapping[str, str] | None = None,
    migrations: Iterable[Migration] = (),
) -> tuple[SymbolChange, ...]:
    """The changes between two sets of files, of which only those that differ need be given.

    `renamed` are git's hints, old path to new path; `migrations` are what the project's own
    configuration says replaces what. Files that no mapper reads still say what callers call.
    """
    old, new = outlines(before, mappers), outlines(after, mappers)
    return compare_outlines(old, new, before, after, renamed, migrations)


def compare_outlines(
    old: Mapping[str, Outline],
    new: Mapping[str, Outline],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    renamed: Mapping[str, str] | None = None,
    migrations: Iterable[Migration] = (),
) -> tuple[SymbolChange, ...]:
    """The same over outlines that are there already; the bytes are those of all changed files."""
    return changes(pair(old, new, before, after, renamed, migrations))


def pair(
    old: Mapping[str, Outline],
    new: Mapping[str, Outline],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    renamed: Mapping[str, str] | None = None,
    migrations: Iterable[Migration] = (),
) -> Pairing:
    """Which symbol is which, those included that nothing happened to."""
    left, right = Side(old, before), Side(new, after)
    files = paired_files(left, right, renamed or {})
    rarity = Rarity(side.body(s) for side in (left, right) for s in side.symbols if s.digest)
    texts = [(to, before[at], after[to]) for at, to in _texts(files, before, after)]
    pairing = Pairing(left, right, files, votes(texts), rarity)
    return paired(pairing, tuple(migrations))


def _texts(
    files: Mapping[str, str], before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> Iterable[tuple[str, str]]:
    """Old and new paths of what can be compared line by line: documents as well."""
    yield from files.items()
    yield from ((path, path) for path in before if path in after and path not in files)


def outlines(files: Mapping[str, bytes], mappers: Sequence[Mapper]) -> dict[str, Outline]:
    """What the files define, of those that one of the mappers reads."""
    by_suffix = {suffix: mapper for mapper in mappers for suffix in mapper.suffixes}
    found = {}
    for path, data in files.items():
        mapper = _mapper(path, by_suffix)
        if mapper is not None:
            found[path] = mapper.outline(path, data)
    return found


def _mapper(path: str, by_suffix: Mapping[str, Mapper]) -> Mapper | None:
    name = PurePosixPath(path).name
    dots = [at for at, letter in enumerate(name) if letter == "."]
    return next((by_suffix[name[at:]] for at in dots if name[at:] in by_suffix), None)
