"""Which files of two trees differ, what they hold, and which of them is another one's successor."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doc_healing.protocols import Source

_ALIKE = 0.5  # of their lines, as git has it
_COMMON = 8  # a line of more files than these tells none of them
_MOST_FILES = 4000  # that are gone or new: beyond, only equal ones are paired
_BINARY_BYTES = 8000  # git calls a file binary that has a NUL among these


@dataclass(frozen=True, slots=True)
class Difference:
    """The text files that differ, by path, as they were and as they are.

    `renamed` leads from the path of a file that is gone to that of its successor. `unread` differ
    as well, but one of the two sides is no text or cannot be read: nothing can be said of them.
    """

    before: Mapping[str, bytes] = field(default_factory=dict)
    after: Mapping[str, bytes] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    unread: Sequence[str] = ()

    @property
    def paths(self) -> Sequence[str]:
        """All of them, sorted."""
        return sorted({*self.before, *self.after})


def difference(old: Source, new: Source) -> Difference:
    """What differs between two trees: only that is read. Files with NULs are no text."""
    gone = [path for path, name in old.files.items() if new.files.get(path) != name]
    come = [path for path, name in new.files.items() if old.files.get(path) != name]
    before = {path: data for path, data in old.read(gone) if _is_text(data)}
    after = {path: data for path, data in new.read(come) if _is_text(data)}
    unread = {*(path for path in gone if path not in before)}
    unread |= {*(path for path in come if path not in after)}
    before = {path: data for path, data in before.items() if path not in unread}
    after = {path: data for path, data in after.items() if path not in unread}
    lost = {path: data for path, data in before.items() if path not in new.files}
    found = {path: data for path, data in after.items() if path not in old.files}
    return Difference(before, after, renames(lost, found), sorted(unread))


def renames(lost: Mapping[str, bytes], found: Mapping[str, bytes]) -> Mapping[str, str]:
    """The likely successor of each lost file among the found ones; each of them is one's at most.

    Equal content first, then the largest share of equal lines, at least half; the same name in
    another folder decides between equals.
    """
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    small = len(lost) <= _MOST_FILES and len(found) <= _MOST_FILES
    for likely in (_equal, _similar) if small else (_equal,):
        open_lost = {path: data for path, data in lost.items() if path not in pairs and data}
        open_found = {path: data for path, data in found.items() if path not in taken and data}
        for _, old, new in sorted(likely(open_lost, open_found)):
            if old not in pairs and new not in taken:
                pairs[old] = new
                taken.add(new)
    return pairs


_Rank = tuple[float, int]  # the best is the least: 1 - similarity, then how alike the paths are
_Pairs = Iterator[tuple[_Rank, str, str]]
_Finder = Callable[[Mapping[str, bytes], Mapping[str, bytes]], _Pairs]


def _equal(lost: Mapping[str, bytes], found: Mapping[str, bytes]) -> _Pairs:
    by_data: defaultdict[bytes, list[str]] = defaultdict(list)
    for path, data in found.items():
        by_data[data].append(path)
    for old, data in lost.items():
        for new in by_data[data][:_COMMON] if data in by_data else ():
            yield (0.0, -_alike_paths(old, new)), old, new


def _similar(lost: Mapping[str, bytes], found: Mapping[str, bytes]) -> _Pairs:
    old_lines = {path: _lines(data) for path, data in lost.items()}
    new_lines = {path: _lines(data) for path, data in found.items()}
    where: defaultdict[bytes, list[str]] = defaultdict(list)
    for path, lines in new_lines.items():
        for line in lines:
            where[line].append(path)
    for old, lines in old_lines.items():
        near = {new for line in lines if len(where.get(line, ())) <= _COMMON for new in where[line]}
        for new in near:
            if _suffix(old) == _suffix(new):
                share = _share(lines, new_lines[new])
                if share >= _ALIKE:
                    yield (1 - share, -_alike_paths(old, new)), old, new


def _lines(data: bytes) -> Counter[bytes]:
    return Counter(line for line in map(bytes.strip, data.splitlines()) if line)


def _share(one: Counter[bytes], other: Counter[bytes]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _alike_paths(one: str, other: str) -> int:
    """How many of the last parts of two paths are the same."""
    parts = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    count = 0
    for left, right in parts:
        if left != right:
            break
        count += 1
    return count


def _suffix(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2]


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:_BINARY_BYTES]
