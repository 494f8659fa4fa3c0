"""Which packages of a checkout belong to a Cargo project, by its own manifests. Pure.

https://doc.rust-lang.org/cargo/reference/workspaces.html
"""

import fnmatch
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from doc_healing.environments.cargo_dependencies import BUILD, DEV, NORMAL, tables
from doc_healing.environments.cargo_documents import words
from doc_healing.environments.cargo_projects import manifest
from doc_healing.environments.projects import table
from doc_healing.environments.sources import join
from doc_healing.model import Checkout

_MOST = 200
_LINKABLE = {"lib", "rlib", "dylib", "proc-macro"}


@dataclass(frozen=True, slots=True)
class Member:
    """One package of the checkout."""

    folder: str
    name: str
    crate: str  # the name of its library in a `use`; "" where there is none to be linked
    lib_file: str  # its path in the checkout, or ""
    selected: bool  # its documents are those that are examined
    beside: bool  # a root of its own, or out of the root's folder: no member of this workspace

    @property
    def probe(self) -> str:
        """The example that is compiled to learn what the examples of this package see."""
        return "doc_healing_probe_" + "".join(c if c.isalnum() else "_" for c in self.name)

    @property
    def probe_file(self) -> str:
        """Where its text stands."""
        return join(self.folder, f"{self.probe}.rs")


@dataclass(frozen=True, slots=True)
class Space:
    """A workspace: the folder of its root, its manifest, and the words of the documents."""

    checkout: Checkout
    root: str
    data: Mapping[str, Any]
    words: frozenset[str] = frozenset()

    def inside(self, folder: str) -> Callable[[str], bool]:
        """Whether a path, as a manifest in `folder` writes it, is a package of the checkout."""
        return lambda path: self.package(resolved(folder, path)) is not None

    def package(self, folder: str | None) -> Mapping[str, Any] | None:
        """The manifest of the package in a folder, None where there is none.

        Of its development dependencies it has those that some document names.
        """
        if folder is None:
            return None
        found = manifest(self.checkout, folder)
        named = isinstance(table(found, "package").get("name"), str)
        return _with_named(found, self.words) if named else None

    def relative(self, folder: str) -> str:
        """A folder as the root's manifest writes it."""
        return posixpath.relpath(folder or ".", self.root or ".")


def resolved(folder: str, path: str) -> str | None:
    """A folder of the checkout; None for one outside of it."""
    if path.startswith(("/", "~")):
        return None
    place = posixpath.normpath(posixpath.join(folder or ".", path))
    if place == ".." or place.startswith("../"):
        return None
    return "" if place == "." else place


def workspace(checkout: Checkout, project: str) -> Space:
    """The workspace that a project is in: its own, one above that does not exclude it, or none."""
    own, spoken = manifest(checkout, project), words(checkout)
    stated = table(own, "package").get("workspace")
    if isinstance(stated, str) and (place := resolved(project, stated)) is not None:
        return Space(checkout, place, manifest(checkout, place), spoken)
    if "workspace" not in own:
        for above in _above(project):
            data = manifest(checkout, above)
            if "workspace" in data:
                space = Space(checkout, above, data, spoken)
                return Space(checkout, project, own, spoken) if _excluded(space, project) else space
    return Space(checkout, project, own, spoken)


def selected(space: Space, project: str) -> list[str]:
    """The folders of the packages whose documents these are: the project's, else all members."""
    return [project] if space.package(project) else _stated(space)


def members(space: Space, folders: Iterable[str]) -> tuple[Member, ...]:
    """The selected packages first, then those of the checkout that they need."""
    todo = [(folder, True) for folder in folders]
    found: dict[str, Member] = {}
    while todo and len(found) < _MOST:
        folder, wanted = todo.pop(0)
        data = space.package(folder)
        if data is None or folder in found:
            continue
        found[folder] = _member(space, folder, data, selected=wanted)
        todo += [(place, False) for place in _needed(space, folder, data, wanted)]
        if len(found) == 1:
            todo += [(place, False) for place in _patched(space)]
    return tuple(found.values())


def _with_named(data: Mapping[str, Any], words: frozenset[str]) -> Mapping[str, Any]:
    result = dict(data)
    for spelling in ("dev-dependencies", "dev_dependencies"):
        if isinstance(data.get(spelling), dict):
            entries = data[spelling].items()
            result[spelling] = {k: v for k, v in entries if k.replace("-", "_") in words}
    if isinstance(data.get("target"), dict):
        result["target"] = {
            platform: _with_named(holder, words) if isinstance(holder, dict) else holder
            for platform, holder in data["target"].items()
        }
    return result


def _above(project: str) -> Iterator[str]:
    while project:
        project = project.rpartition("/")[0]
        yield project


def _excluded(space: Space, folder: str) -> bool:
    stated = table(space.data, "workspace")
    path = space.relative(folder)
    excluded = any(
        path == item.rstrip("/") or path.startswith(f"{item.rstrip('/')}/")
        for item in _texts(stated.get("exclude"))
    )
    return excluded and not _listed(path, _texts(stated.get("members")))


def _stated(space: Space) -> list[str]:
    """The members that a root without a package names, its default ones where it has such."""
    stated = table(space.data, "workspace")
    patterns = _texts(stated.get("default-members")) or _texts(stated.get("members"))
    folders = {path.rpartition("/")[0] for path in space.checkout.files if _is_manifest(path)}
    return sorted(
        folder
        for folder in folders
        if _listed(space.relative(folder), patterns) and not _excluded(space, folder)
    )


def _is_manifest(path: str) -> bool:
    return path == "Cargo.toml" or path.endswith("/Cargo.toml")


def _listed(path: str, patterns: list[str]) -> bool:
    for pattern in patterns:
        clean = posixpath.normpath(pattern)
        deep = "**" in clean or path.count("/") == clean.count("/")
        if deep and fnmatch.fnmatchcase(path, clean.replace("**", "*")):
            return True
    return False


def _texts(found: object) -> list[str]:
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _member(space: Space, folder: str, data: Mapping[str, Any], *, selected: bool) -> Member:
    name = str(table(data, "package")["name"])
    lib = table(data, "lib")
    stated = lib.get("path")
    place = join(folder, stated if isinstance(stated, str) else "src/lib.rs")
    lib_file = (
        posixpath.normpath(place) if posixpath.normpath(place) in space.checkout.files else ""
    )
    kinds = set(_texts(lib.get("crate-type") or lib.get("crate_type"))) or {"lib"}
    crate = str(lib.get("name") or name.replace("-", "_"))
    below = not space.root or folder == space.root or folder.startswith(f"{space.root}/")
    own_root = folder != space.root and "workspace" in data
    return Member(
        folder=folder,
        name=name,
        crate=crate if lib_file and kinds & _LINKABLE else "",
        lib_file=lib_file,
        selected=selected,
        beside=own_root or not below,
    )


def _needed(space: Space, folder: str, data: Mapping[str, Any], selected: bool) -> list[str]:
    """The folders of the packages that one depends on by path."""
    inherited = table(table(space.data, "workspace"), "dependencies")
    found = []
    for kind in (NORMAL, BUILD, *((DEV,) if selected else ())):
        for entries in tables(data, kind):
            for name, entry in entries.items():
                found.append(_place(space, folder, inherited, name, entry))
    return [place for place in found if place is not None]


def _place(
    space: Space, folder: str, inherited: Mapping[str, Any], name: str, entry: object
) -> str | None:
    if isinstance(entry, dict) and entry.get("workspace") is True:
        folder, entry = space.root, inherited.get(name)
    path = entry.get("path") if isinstance(entry, dict) else None
    return resolved(folder, path) if isinstance(path, str) else None


def _patched(space: Space) -> Iterator[str]:
    patches = table(space.data, "patch")
    for entries in (*patches.values(), table(space.data, "replace")):
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            place = _place(space, space.root, {}, name, entry)
            if place is not None:
                yield place
