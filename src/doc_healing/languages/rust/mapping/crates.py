"""The crates of a tree: which packages offer a library, under which name, from which file.

Source: the Cargo book, "The Manifest Format" and "Cargo Targets".
"""

import posixpath
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Read = Callable[[str], bytes | None]
_ASIDE = frozenset("tests examples benches fuzz testdata fixtures target vendor".split())


@dataclass(frozen=True, slots=True)
class Crate:
    """A library: its name as code writes it, its root file, and what it calls its dependencies."""

    name: str
    root: str
    renamed: Mapping[str, str]  # the name in code -> the crate's own
    own_use: bool = False  # `publish = false`: nobody else can depend on it


def crates(paths: Iterable[str], read: Read) -> list[Crate]:
    """The libraries that a tree's own packages offer, those of tests and examples left out."""
    known = set(paths)
    folders = {folder for path in known for folder in _above(path)}
    found = []
    for folder in sorted(folders):
        if _ASIDE.isdisjoint(folder.split("/")):
            made = _crate(folder, known, read)
            found.extend([made] if made is not None else [])
    return found


def _above(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(len(parts) + 1)]


def _crate(folder: str, known: set[str], read: Read) -> Crate | None:
    manifest = _table(read(posixpath.join(folder, "Cargo.toml")))
    package, library = manifest.get("package"), manifest.get("lib")
    if not isinstance(package, dict) or not isinstance(package.get("name"), str):
        return None
    library = library if isinstance(library, dict) else {}
    at = library.get("path")
    root = posixpath.normpath(posixpath.join(folder, at if isinstance(at, str) else "src/lib.rs"))
    named = library.get("name")
    name = named if isinstance(named, str) else package["name"]
    if root not in known:
        return None
    private = package.get("publish") in (False, [])
    return Crate(name.replace("-", "_"), root, _renamed(manifest), private)


def _renamed(manifest: Mapping[str, object]) -> dict[str, str]:
    """`alias = { package = "real" }` of its dependencies."""
    found = {}
    for table in ("dependencies", "dev-dependencies", "build-dependencies"):
        listed = manifest.get(table)
        for alias, wanted in listed.items() if isinstance(listed, dict) else ():
            real = wanted.get("package") if isinstance(wanted, dict) else None
            if isinstance(real, str):
                found[str(alias).replace("-", "_")] = real.replace("-", "_")
    return found


def _table(data: bytes | None) -> dict[str, object]:
    """A manifest's table; of one that does not read, nothing."""
    try:
        return tomllib.loads(data.decode("utf-8", "replace")) if data is not None else {}
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
