"""Which files of a tree are modules that a reader can import, and under which names.

Nothing is built: the folders with an `__init__` say what is a package, and the project's own
imports say how deep its names begin (`src/`, namespace packages, `lib/python/`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from doc_healing.model import Outline

_ASIDE = frozenset(
    "test tests testing_tests doc docs doc_src documentation example examples sample samples demo "
    "demos bench benches benchmark benchmarks script scripts tool tools ci tasks notebooks "
    "tutorial tutorials playground fixtures testdata node_modules third_party vendor build dist "
    "site-packages integration_tests".split()
)
_SCRIPTS = frozenset(
    "setup conftest noxfile tasks fabfile manage conf dodo hatch_build build wscript toxfile "
    "release make bootstrap versioneer run_tests runtests test __main__".split()
)
_NAME = re.compile(r"(?m)^\s*(?:name|py_modules|module)\s*[=:]\s*(.+)$")
_WORD = re.compile(r"[A-Za-z_][\w.-]*")


def modules(
    outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
) -> dict[str, list[str]]:
    """Module as imported -> the files that are it, stubs last; tests and documents left out."""
    names = _Names(outlines, read)
    found: dict[str, list[str]] = {}
    for path in sorted(outlines, key=lambda one: (one.endswith(".pyi"), one)):
        name = names.module(path)
        if name:
            found.setdefault(name, []).append(path)
    return found


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
        self.prefixes: dict[str, str | None] = {}
        self.declared: dict[str, frozenset[str]] = {}
        self.alone = not any(self.prefix(top) is not None for top in self._tops())

    def _tops(self) -> list[str]:
        return [one for one in self.packages if one.rpartition("/")[0] not in self.packages]

    def module(self, path: str) -> str:
        """`a.b` of `src/a/b.py`; empty where it is nothing to import."""
        folder, _, base = path.rpartition("/")
        stem = base.rpartition(".")[0]
        if not stem.isidentifier():
            return ""
        top = folder
        while top.rpartition("/")[0] in self.packages and "/" in top:
            top = top.rpartition("/")[0]
        inner = folder[len(top) :].strip("/").split("/") if folder != top else []
        if "tests" in inner or (stem == "conftest") or (stem == "tests" and folder):
            return ""
        if folder not in self.packages:
            return self._of_folder(folder, stem)
        prefix = self.prefix(top)
        if prefix is None:
            return ""
        last = [] if stem == "__init__" else [stem]
        return ".".join([prefix, *inner, *last])

    def _of_folder(self, folder: str, stem: str) -> str:
        """A module outside of any package: of a namespace, or a distribution of one file."""
        parts = [part for part in folder.split("/") if part]
        if any(part.lower() in _ASIDE or not _fits(part) for part in parts):
            return ""
        if parts and parts[-1] not in ("src", "lib", "python"):
            name = self._best([*parts, stem])
            return name if "." in name and self.imported[name] else ""
        if stem in _SCRIPTS or stem.startswith("test_") or stem.endswith("_test"):
            return ""
        known = stem.lower() in self._names(folder) or self.imported[stem] or self.alone
        return stem if known or parts[-1:] == ["src"] else ""

    def prefix(self, top: str) -> str | None:
        """The name under which the package of a folder is imported; None: it is not public."""
        if top not in self.prefixes:
            self.prefixes[top] = self._prefix(top)
        return self.prefixes[top]

    def _prefix(self, top: str) -> str | None:
        parts = [part for part in top.split("/") if part]
        own = parts[-1] if parts else ""
        aside = any(part.lower() in _ASIDE for part in parts[:-1])
        if not own or not own.isidentifier() or any(part.startswith(".") for part in parts):
            return None
        if aside or (own.lower() in _ASIDE and own.lower() not in self._names(top)):
            return None
        return self._best(parts)

    def _best(self, parts: Sequence[str]) -> str:
        """Of `c`, `b.c` and `a.b.c` what the project's own files import most; else the first."""
        tails = [parts[at:] for at in range(len(parts) - 1, -1, -1)]
        names = [".".join(tail) for tail in tails if all(one.isidentifier() for one in tail)]
        return max(names, key=lambda name: self.imported[name])

    def _names(self, folder: str) -> frozenset[str]:
        """What the manifests of a folder, and of those above it, call their distribution."""
        parts = [part for part in folder.split("/") if part]
        known: frozenset[str] = frozenset()
        for count in range(len(parts), -1, -1):
            known |= self._declared("/".join(parts[:count]))
        return known

    def _declared(self, folder: str) -> frozenset[str]:
        if folder not in self.declared:
            found: set[str] = set()
            for base in ("pyproject.toml", "setup.cfg", "setup.py"):
                data = self.read(f"{folder}/{base}" if folder else base) or b""
                for said in _NAME.findall(data[:200_000].decode("utf-8", "replace")):
                    words = _WORD.findall(said)
                    found |= {word.lower().replace("-", "_").replace(".", "_") for word in words}
            self.declared[folder] = frozenset(found)
        return self.declared[folder]


def _fits(part: str) -> bool:
    return part.isidentifier() or part in ("src", "lib", "python")


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
