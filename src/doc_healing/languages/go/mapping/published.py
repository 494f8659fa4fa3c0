"""Which Go names a reader can import, and by which path."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from doc_healing.languages.go.mapping.outline import package_names
from doc_healing.model import Outline, Surface, Symbol, Target, Visibility

_MODULE = re.compile(rb'(?m)^\s*module\s+"?([^\s"]+)"?')
_UNSEEN = frozenset({"testdata", "vendor"})


def publish(outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]) -> Surface:
    """The exported names of each package by its import path.

    Left out: tests, programs, and what the go command does not look at; `internal/` is hidden.
    Where no `go.mod` says the path, it is the one by which the tree's own files import each other.
    """
    paths = _Paths(outlines, read)
    surface: dict[str, dict[str, Target]] = {}
    for path, outline in sorted(outlines.items()):
        if not is_offered(path, outline):
            continue
        module = paths.of(path.rpartition("/")[0], outline)
        hidden = "internal" in path.split("/")[:-1]
        names = surface.setdefault(module, {})
        for symbol in outline.symbols:
            if _exported(symbol):
                names.setdefault(symbol.name, Target(symbol.id, hidden=hidden))
    return MappingProxyType({key: MappingProxyType(names) for key, names in surface.items()})


def is_offered(path: str, outline: Outline) -> bool:
    """Whether a file is of a package that others can import."""
    folders = path.split("/")[:-1]
    unseen = any(part in _UNSEEN or part.startswith(("_", ".")) for part in folders)
    package = outline.package
    test = path.endswith("_test.go") or package.endswith("_test")
    ignored = outline.facts.get("build", "") == "ignore"
    return not (unseen or test or ignored or package in ("", "main", "documentation"))


class _Paths:
    """Folder -> import path, by the nearest `go.mod` above."""

    def __init__(
        self, outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
    ) -> None:
        self._outlines, self._read = outlines, read
        self._modules: dict[str, str | None] = {}
        self._guessed: str | None = None

    def of(self, folder: str, outline: Outline) -> str:
        """The import path of the package in a folder."""
        above = folder
        while True:
            module = self._module(above)
            if module is not None:
                return _joined(module, folder[len(above) :].strip("/"))
            if not above:
                break
            above = above.rpartition("/")[0]
        stated = outline.facts.get("import")
        if stated:
            return stated
        if self._guessed is None:
            self._guessed = _guess(self._outlines)
        return _joined(self._guessed, folder) or outline.package

    def _module(self, folder: str) -> str | None:
        if folder not in self._modules:
            data = self._read(_joined(folder, "go.mod"))
            match = _MODULE.search(data) if data is not None else None
            found = match.group(1).decode("utf-8", "replace") if match else None
            self._modules[folder] = found
        return self._modules[folder]


def _guess(outlines: Mapping[str, Outline]) -> str:
    """The path before the folders that the tree's own files import most; "" where none do."""
    folders = {path.rpartition("/")[0] for path in outlines}
    votes: Counter[str] = Counter()
    for outline in outlines.values():
        votes.update(_roots(outline, folders))
    return votes.most_common(1)[0][0] if votes else ""


def _roots(outline: Outline, folders: set[str]) -> Iterator[str]:
    for one in outline.imports:
        parts = one.module.split("/")
        if "." not in parts[0]:
            continue
        for at in range(1, len(parts)):
            if "/".join(parts[at:]) in folders:
                yield "/".join(parts[:at])
        outside = outline.package.endswith("_test") and "/" not in outline.path
        if outside and outline.package.removesuffix("_test") in package_names(one.module):
            yield one.module


def _exported(symbol: Symbol) -> bool:
    return "." not in symbol.name and symbol.visibility is Visibility.PUBLIC


def _joined(left: str, right: str) -> str:
    return f"{left}/{right}" if left and right else left or right
