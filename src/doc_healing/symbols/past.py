"""What speaks of older versions on purpose: it may name what is not there any more.

A sentence says so with more words than what stands above a block: "use this instead of that" is
about both, "instead of that we run" above an example is not about the names in it.
"""

import re
from collections import Counter
from collections.abc import Iterable

_SAID = re.compile(
    r"(?i)\b(renamed|removed|removal|deprecat|no longer|formerly|used to be|(was|were) called"
    r"|supersed|legacy|dropped|obsolet|prior to v?\d|before v?\d|older version|old(er)? name"
    r"|breaking change|changed in|since v?\d|backport|(not|n't) exist|(been|was|were) replaced"
    r"|replaced (by|with)|will be (dropp|delet|phased)|in the past|until v?\d)"
)
_HINTED = re.compile(r"(?i)\b(previous|used to|replac|instead of|migrat|upgrad|moved|prior to)")
_TITLED = re.compile(r"(?i)\b(migrat|upgrad|breaking|previous|older|changes in)")
_LOGS = re.compile(
    r"(?i)(^|/|[-_.])(changes?|changelog|history|news|releases?|release[-_]?notes|whats[-_]?new"
    r"|blog|posts|adr|rfcs?|roadmap|todo|versioned[-_]docs)([-_./]|$)"
)
_GUIDES = re.compile(r"(?i)(^|/|[-_.])(migrat\w*|upgrad\w*)([-_./]|$)")
# `v1`, `version-2`, `1.x`; a bare number may be a chapter
_VERSION = re.compile(r"(?i)(?:v|version[-_]?)(\d+(?:\.(?:\d+|x))*)$|(\d+(?:\.(?:\d+|x))+)$")


def is_log(path: str) -> bool:
    """Whether a file speaks of older versions by its nature: a changelog, a guide to migrate."""
    return bool(_LOGS.search(path) or _GUIDES.search(path))


def only_lists(path: str) -> bool:
    """Whether a file is a log: a guide to migrate also tells how to use what is new."""
    return bool(_LOGS.search(path))


def speaks_of_the_past(around: str, headings: str, *, of_block: bool) -> bool:
    """Whether the words around a place do: its sentence, or what stands above its block."""
    if _SAID.search(f"{headings}\n{around}") or _TITLED.search(headings):
        return True
    return not of_block and bool(_HINTED.search(around))


def of_older_versions(paths: Iterable[str]) -> frozenset[str]:
    """The documents that lie in the folder of a version, `docs/v1/`, which is not the newest.

    A later one lies beside it, or the same documents do that are in it: `docs/guide.md`.
    """
    known = frozenset(paths)
    placed = [(path, *found) for path in known for found in _versions(path)]
    newest: dict[str, tuple[int, ...]] = {}
    for _, folder, number in placed:
        newest[folder] = max(number, newest.get(folder, ()))
    twins = Counter(
        (folder, number)
        for path, folder, number in placed
        if _beside(path, folder) in known and not _TITLES.match(path.rpartition("/")[2])
    )
    return frozenset(
        path
        for path, folder, number in placed
        if number < newest[folder] or twins[folder, number] >= _SEVERAL
    )


_TITLES = re.compile(r"(?i)(readme|index|contributing|license|security)\b")  # every folder has them
_SEVERAL = 2


def _beside(path: str, folder: str) -> str:
    """Where a document of a version's folder lies in the manual around that."""
    rest = path[len(folder) :].lstrip("/").partition("/")[2]
    return f"{folder}/{rest}" if folder else rest


def _versions(path: str) -> Iterable[tuple[str, tuple[int, ...]]]:
    """The folders of a path that hold versions, and the version that it is of."""
    parts = path.split("/")[:-1]
    for at, part in enumerate(parts):
        if _VERSION.match(part):
            yield "/".join(parts[:at]), tuple(int(n) for n in re.findall(r"\d+", part))
