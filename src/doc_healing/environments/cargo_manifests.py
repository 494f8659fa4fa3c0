"""The part of a Cargo workspace that a project's documents need, made fit for the jail.

Pure. Selected are the project's package, or all members of a workspace that has none; kept are the
packages of the checkout that these depend on by path. Every manifest is written anew: libraries and
build scripts alone as targets, no profiles, only dependencies that can be had.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from doc_healing.environments.cargo_dependencies import Cleaning, cleaned, dependency, pure_library
from doc_healing.environments.cargo_projects import manifest
from doc_healing.environments.cargo_toml import toml_text
from doc_healing.environments.cargo_workspaces import Member, Space, members, selected, workspace
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.projects import table
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

_KEPT = ("cargo-features", "lints")
_TARGETS = ("autobins", "autoexamples", "autotests", "autobenches")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is staged. `bare` are the manifests without any development dependency."""

    root: str  # the folder of the workspace
    members: tuple[Member, ...]
    manifests: Mapping[str, str]
    bare: Mapping[str, str]
    stubs: tuple[str, ...]  # the files that cargo asks for to read the manifests
    lock: str  # Cargo.lock as it stands in the repository
    notes: tuple[str, ...]

    @property
    def selected(self) -> tuple[Member, ...]:
        """The packages whose documents these are."""
        return tuple(member for member in self.members if member.selected)


def plan(checkout: Checkout, project: str, wanted: Mapping[str, object]) -> Plan:
    """The plan for a project; `wanted` are dependencies that its documents ask for besides.

    Raises `InstallFailed` where a needed dependency is in no registry and not in the checkout.
    """
    space = workspace(checkout, project)
    folders = selected(space, project)
    notes: list[str] = []
    if len(folders) > 1:  # of many, one that cannot be had leaves the others as they are
        folders = [folder for folder in folders if _can_be_had(space, folder, notes)]
    found = members(space, folders)
    if not found:
        raise InstallFailed(f"{join(project, 'Cargo.toml')} has no package that can be built")
    return Plan(
        root=space.root,
        members=found,
        manifests=_manifests(space, found, wanted, notes),
        bare=_manifests(space, found, None, []),
        stubs=tuple(path for member in found for path in _stubs(checkout, member)),
        lock=read_text(checkout, join(space.root, "Cargo.lock")),
        notes=tuple(dict.fromkeys(notes)),
    )


def loose(wanted: Mapping[str, object]) -> Plan:
    """The plan for wanted crates alone: a package of ours that depends on them."""
    member = Member("", "snippets", "", "", selected=True, beside=False)
    package = {"name": "snippets", "version": "0.0.0", "edition": "2021"}
    data = {"package": package, "dependencies": wanted, "example": [_probe(member)]}
    text = {"Cargo.toml": toml_text(data)}
    return Plan("", (member,), text, text, (member.probe_file,), "", ())


def _can_be_had(space: Space, folder: str, notes: list[str]) -> bool:
    try:
        _manifests(space, members(space, [folder]), {}, [])
    except InstallFailed as failure:
        notes.append(f"{failure.message}, and is left out")
        return False
    return True


def _manifests(
    space: Space, found: Iterable[Member], wanted: Mapping[str, object] | None, notes: list[str]
) -> dict[str, str]:
    """The manifests by their paths; without development dependencies where `wanted` is None."""
    head = _head(space, found, notes)
    inherited = table(head["workspace"], "dependencies")
    result = {join(space.root, "Cargo.toml"): toml_text(head)}
    first = True
    for member in found:
        development = wanted if member.selected and first else {} if member.selected else None
        first = first and not member.selected
        data = _member(space, member, inherited, None if wanted is None else development, notes)
        if member.folder == space.root:
            data = {**data, **head}
        elif member.beside:
            data.pop("workspace", None)
        result[join(member.folder, "Cargo.toml")] = toml_text(data)
    return result


def _head(space: Space, found: Iterable[Member], notes: list[str]) -> dict[str, Any]:
    """What the root says for all: members, inherited dependencies, patches."""
    at = Cleaning(join(space.root, "Cargo.toml"), space.inside(space.root), {}, notes)
    stated = table(space.data, "workspace")
    kept = {k: v for k, v in stated.items() if k in ("resolver", "package", "lints", "metadata")}
    kept["members"] = [
        space.relative(m.folder) for m in found if not m.beside and m.folder != space.root
    ]
    kept["exclude"] = [space.relative(m.folder) for m in found if m.beside]
    kept["dependencies"] = _entries(table(stated, "dependencies"), at)
    head: dict[str, Any] = {"workspace": kept}
    patches = {
        source: _entries(entries, at)
        for source, entries in table(space.data, "patch").items()
        if isinstance(entries, dict)
    }
    if any(patches.values()):
        head["patch"] = {source: entries for source, entries in patches.items() if entries}
    if replaced := _entries(table(space.data, "replace"), at):
        head["replace"] = replaced
    return head


def _entries(entries: Mapping[str, Any], at: Cleaning) -> dict[str, object]:
    kept = {name: dependency(name, entry, at, needed=False) for name, entry in entries.items()}
    return {name: entry for name, entry in kept.items() if entry is not None}


def _member(
    space: Space,
    member: Member,
    inherited: Mapping[str, Any],
    wanted: Mapping[str, object] | None,
    notes: list[str],
) -> dict[str, Any]:
    stated = space.package(member.folder) or {}
    name = join(member.folder, "Cargo.toml")
    if member.beside:  # its own workspace is what it inherits from
        inherited = {**table(table(stated, "workspace"), "dependencies"), **inherited}
    at = Cleaning(name, space.inside(member.folder), inherited, notes)
    package = {k: v for k, v in table(stated, "package").items() if k != "default-run"}
    data: dict[str, Any] = {
        **{key: stated[key] for key in _KEPT if key in stated},
        "package": {**package, **dict.fromkeys(_TARGETS, False)},
        **cleaned(stated, at, development=wanted is not None),
    }
    if at.lost:
        raise InstallFailed(
            f"{name} needs {', '.join(at.lost)}",
            help="only registries and the checkout itself can be reached",
        )
    if member.lib_file:
        data["lib"] = {**pure_library(table(stated, "lib")), "path": _below(member)}
    if wanted:
        data["dev-dependencies"] = {**data.get("dev-dependencies", {}), **wanted}
    if member.selected:
        data["example"] = [_probe(member)]
    return data


def _probe(member: Member) -> dict[str, str]:
    return {"name": member.probe, "path": f"{member.probe}.rs"}


def _below(member: Member) -> str:
    return member.lib_file[len(member.folder) :].lstrip("/")


def _stubs(checkout: Checkout, member: Member) -> list[str]:
    """The library, the build script and the probe of a member."""
    found = [member.lib_file] if member.lib_file else []
    stated = table(manifest(checkout, member.folder), "package").get("build", "build.rs")
    scripts = stated if isinstance(stated, list) else [stated]
    for script in scripts:
        path = join(member.folder, script) if isinstance(script, str) else ""
        if path in checkout.files:
            found.append(path)
    return [*found, *([member.probe_file] if member.selected else [])]
