"""Which files of a tree are modules that a reader can import, and under which names.

Nothing is built: the folders with an `__init__` say what is a package, and the project's own
imports say how deep its names begin (`src/`, namespace packages, `lib/python/`).
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from doc_healing.languages.python.mapping.manifests import Declared, declared
from doc_healing.model import Outline

_ASIDE = re.compile(
    r"(?:tests?|testing_?data|docs?|documentation|examples?|samples?|demos?|bench(?:es|marks?)?"
    r"|scripts?|tools?|ci|notebooks?|tutorials?|playground|fixtures?|testdata|node_modules"
    r"|third_party|vendor|build|dist|site-packages|integration|e2e|functional)(?:[_-].*)?$|.*[_-]tests?$"
)
_SCRIPTS = frozenset(
    "setup conftest noxfile tasks fabfile manage conf dodo hatch_build build wscript toxfile "
    "release make bootstrap versioneer run_tests runtests test __main__".split()
)
_ROOTS = ("src", "lib", "python")


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a module; `hidden` where it is importable and yet nobody's public package."""

    files: list[str]
    hidden: bool = False


def modules(
    outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
) -> dict[str, Place]:
    """Module as imported -> its files, stubs last; tests and documents left out."""
    names = _Names(outlines, read)
    found: dict[str, Place] = {}
    for path in sorted(outlines, key=lambda one: (one.endswith(".pyi"), one)):
        name, hidden = names.module(path)
        if name:
            place = found.setdefault(name, Place([], hidden))
            if not place.files or _stem(place.files[0]) == _stem(path):
                place.files.append(path)
    return found


def _stem(path: str) -> str:
    return path.rpartition(".")[0]


class _Names:
    """The names of a tree's modules; what is known of a folder is asked once."""

    def __init__(
        self, outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
    ) -> None:
        self.read = read
        self.packages = {
            path.rpartition("/")[0]
            for path in outlines
            if path.rpartition("/")[2] in ("__init__.py", "__init__.pyi")
        }
        self.imported = _imported(outlines.values())
        self.declared: dict[str, Declared | None] = {}
        self.prefixes = {top: self._prefix(top) for top in self.packages if self._is_top(top)}
        self.known = {self._home(top)[0] for top in self.prefixes if self._is_named(top)}
        tops = [path.rpartition(".")[0] for path in outlines if "/" not in path]
        named = any(one in self._home(one)[1].words for one in tops)
        self.alone = not named and not any(self.prefixes.values())

    def _is_top(self, folder: str) -> bool:
        return folder.rpartition("/")[0] not in self.packages

    def module(self, path: str) -> tuple[str, bool]:
        """`a.b` of `src/a/b.py`, and whether that is hidden; empty where nothing is to import."""
        folder, _, base = path.rpartition("/")
        stem = base.rpartition(".")[0]
        if not stem.isidentifier() or stem == "conftest" or (stem == "tests" and folder):
            return "", False
        if folder not in self.packages:
            return self._of_folder(folder, stem), False
        top = folder
        while not self._is_top(top):
            top = top.rpartition("/")[0]
        inner = folder[len(top) :].strip("/").split("/") if folder != top else []
        prefix = self.prefixes[top]
        if not prefix or "tests" in inner:
            return "", False
        last = [] if stem == "__init__" else [stem]
        return ".".join([prefix, *inner, *last]), self._is_hidden(top)

    def _of_folder(self, folder: str, stem: str) -> str:
        """A module outside of any package: of a namespace, or a distribution of one file."""
        parts = [part for part in folder.split("/") if part]
        if any(_ASIDE.match(part.lower()) or not part.isidentifier() for part in parts):
            return ""
        if parts and parts[-1] not in _ROOTS:
            name = self._within(parts, [stem]) or self._best([*parts, stem])
            return name if "." in name and self.imported[name] else ""
        if stem in _SCRIPTS or stem.startswith("test_") or stem.endswith("_test"):
            return ""
        named = stem.lower() in self._home(f"{folder}/{stem}".strip("/"))[1].words
        known = named or self.alone or parts[-1:] == ["src"]
        return stem if known and stem not in sys.stdlib_module_names else ""

    def _prefix(self, top: str) -> str:
        """The name under which the package of a folder is imported; empty: it is none's."""
        parts = [part for part in top.split("/") if part]
        own = parts[-1] if parts else ""
        if not own.isidentifier() or any(part.startswith(".") for part in parts):
            return ""
        aside = _ASIDE.match(own.lower()) and own.lower() != self._home(top)[1].name
        if aside or any(_ASIDE.match(part.lower()) for part in parts[:-1]):
            return self._within(parts, [])
        return self._within(parts, []) or self._best(parts)

    def _within(self, parts: Sequence[str], last: Sequence[str]) -> str:
        """Below a package, with folders between them that are none: `pkg.vendor.box`."""
        for count in range(len(parts) - 1, 0, -1):
            above = "/".join(parts[:count])
            if above in self.packages and all(one.isidentifier() for one in parts[count:]):
                top, inner = above, list[str]()
                while not self._is_top(top):
                    top, _, name = top.rpartition("/")
                    inner.insert(0, name)
                prefix = self._prefix(top)
                return ".".join([prefix, *inner, *parts[count:], *last]) if prefix else ""
        return ""

    def _best(self, parts: Sequence[str]) -> str:
        """Of `c`, `b.c` and `a.b.c` what the project's own files import most; else the first."""
        tails = [parts[at:] for at in range(len(parts) - 1, -1, -1)]
        names = [".".join(tail) for tail in tails if all(one.isidentifier() for one in tail)]
        return max(names, key=lambda name: self.imported[name])

    def _is_named(self, top: str) -> bool:
        """Whether the manifest that a package belongs to names it."""
        own = top.rpartition("/")[2].lower()
        words = self._home(top)[1].words
        return own in words or own.replace("_", "") in words

    def _is_hidden(self, top: str) -> bool:
        """One that lies next to the package that a manifest names, and is not named itself."""
        home, _ = self._home(top)
        between = top[len(home) :].strip("/").split("/")[:-1]
        flat = not any(part in _ROOTS for part in between)
        return flat and home in self.known and not self._is_named(top)

    def _home(self, path: str) -> tuple[str, Declared]:
        """The nearest folder above that has a manifest, and what that names."""
        parts = path.split("/")
        for count in range(len(parts) - 1, -1, -1):
            folder = "/".join(parts[:count])
            if folder not in self.declared:
                self.declared[folder] = declared(self.read, folder)
            said = self.declared[folder]
            if said is not None:
                return folder, said
        return "", Declared()


def _imported(outlines: Iterable[Outline]) -> Counter[str]:
    """How often each dotted name is imported by some file of the tree, by itself or within."""
    found: Counter[str] = Counter()
    for outline in outlines:
        modules = {one.module for one in outline.imports if not one.module.startswith(".")}
        within = {f"{one.module}.{one.member}" for one in outline.imports if one.member}
        seen: set[str] = set()
        for module in modules | within:
            parts = module.split(".")
            seen |= {".".join(parts[: at + 1]) for at in range(len(parts))}
        found.update(seen)
    return found
