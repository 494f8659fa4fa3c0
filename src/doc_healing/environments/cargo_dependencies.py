"""A Cargo.toml's dependencies, without those that no registry and no folder of the checkout has.

Pure. What `cargo publish` does is the model: a dependency with a version and a place is taken from
the registry (https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from doc_healing.environments.projects import table

NORMAL, BUILD, DEV = "dependencies", "build-dependencies", "dev-dependencies"
_SPELLINGS = {
    NORMAL: (NORMAL,),
    BUILD: (BUILD, "build_dependencies"),
    DEV: (DEV, "dev_dependencies"),
}
_GIT = ("git", "branch", "tag", "rev")


@dataclass(slots=True)
class Cleaning:
    """One manifest on its way: where it is, what it may see, and what was said and lost."""

    name: str
    inside: Callable[[str], bool]  # whether a path, as the manifest writes it, is in the checkout
    inherited: Mapping[str, Any]  # the workspace's dependencies, cleaned
    notes: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # dependencies that are needed and cannot be had


def tables(manifest: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """The tables of a kind, those for a platform too."""
    for holder in (manifest, *table(manifest, "target").values()):
        for spelling in _SPELLINGS[kind]:
            if isinstance(holder, dict) and isinstance(holder.get(spelling), dict):
                yield holder[spelling]


def cleaned(manifest: Mapping[str, Any], at: Cleaning, *, development: bool) -> dict[str, Any]:
    """The dependency tables of a manifest and its features, fit for the jail."""
    result: dict[str, Any] = _kinds(manifest, at, development)
    targets = {
        platform: _kinds(holder, at, development)
        for platform, holder in table(manifest, "target").items()
        if isinstance(holder, dict)
    }
    if targets:
        result["target"] = targets
    features = table(manifest, "features")
    if features:
        gone = _names(manifest) - _names(result)
        result["features"] = {
            name: [item for item in items if not _refers(item, gone)]
            for name, items in features.items()
            if isinstance(items, list)
        }
    return result


def dependency(name: str, entry: object, at: Cleaning, *, needed: bool) -> object | None:
    """One entry, None where it has to go."""
    if not isinstance(entry, dict):
        return entry
    if entry.get("workspace") is True:
        if name not in at.inherited:
            _gone(name, "which is left out", at, needed=needed)
            return None
        return entry
    path, git = entry.get("path"), entry.get("git")
    if isinstance(path, str) and at.inside(path):
        return entry
    if path is None and git is None:
        return entry
    place = f"git {git}" if git else f"path {path}"
    rest = {key: value for key, value in entry.items() if key not in ("path", *_GIT)}
    if isinstance(entry.get("version"), str):
        at.notes.append(f"{at.name}: {name} is the registry's, not that of {place}")
        return rest
    optional = entry.get("optional") is True
    _gone(name, f"of {place}", at, needed=needed and not optional)
    return None


def _kinds(holder: Mapping[str, Any], at: Cleaning, development: bool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for kind in (NORMAL, BUILD, *((DEV,) if development else ())):
        found: dict[str, Any] = {}
        for spelling in _SPELLINGS[kind]:
            for name, entry in table(holder, spelling).items():
                kept = dependency(name, entry, at, needed=kind != DEV)
                if kept is not None:
                    found[name] = kept
        if found:
            result[kind] = found
    return result


def _gone(name: str, reason: str, at: Cleaning, *, needed: bool) -> None:
    if needed:
        at.lost.append(f"{name} {reason}")
    else:
        at.notes.append(f"{at.name}: {name} {reason} cannot be reached and is left out")


def _names(manifest: Mapping[str, Any]) -> set[str]:
    return {name for kind in _SPELLINGS for one in tables(manifest, kind) for name in one}


def _refers(item: object, gone: set[str]) -> bool:
    text = str(item).removeprefix("dep:")
    return text.partition("/")[0].rstrip("?") in gone


def pure_library(lib: Mapping[str, Any]) -> dict[str, Any]:
    """A `[lib]` table that builds nothing but what other crates can use, where it has that."""
    kinds = lib.get("crate-type") or lib.get("crate_type") or ()
    kept = [kind for kind in kinds if kind in ("lib", "rlib")]
    result = {key: value for key, value in lib.items() if key not in ("crate-type", "crate_type")}
    if kinds:
        result["crate-type"] = kept or list(kinds)
    return result
