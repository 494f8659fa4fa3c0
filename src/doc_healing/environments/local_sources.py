"""Dependencies of a Python project that stand in the same checkout: by path, or in a workspace.

Read from `[tool.uv.sources]` (https://docs.astral.sh/uv/concepts/projects/dependencies/) and
from Poetry's tables with a `path`. Nothing outside of the checkout is ever named here.
"""

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.utils import canonicalize_name

from doc_healing.environments.projects import buildable, pyproject, table
from doc_healing.environments.sources import join
from doc_healing.environments.wheels import requirement
from doc_healing.model import Checkout, Wants

_MOST = 20


@dataclass(frozen=True, slots=True)
class Local:
    """A package of the checkout that another one needs: its normal name and its folder."""

    name: str
    folder: str


def local_dependencies(
    checkout: Checkout, wants: Wants, requires: Iterable[str] = ()
) -> tuple[Local, ...]:
    """The packages of the checkout that the project needs, and those that these need.

    `requires` are requirements that its manifest does not show: of a wheel, which may be dynamic.
    """
    stated = {canonicalize_name(parsed.name) for text in requires if (parsed := requirement(text))}
    found: dict[str, Local] = {}
    todo = [(wants.project, wants.extras, wants.groups)]
    while todo and len(found) < _MOST:
        folder, extras, groups = todo.pop(0)
        wanted = stated.union(_wanted(pyproject(checkout, folder), extras, groups))
        for local in _sources(checkout, folder):
            fresh = local.name not in found and local.folder != wants.project
            if local.name in wanted and fresh and buildable(checkout, local.folder):
                found[local.name] = local
                todo.append((local.folder, (), ()))
    return tuple(found.values())


def _wanted(data: Mapping[str, Any], extras: Iterable[str], groups: Iterable[str]) -> Iterator[str]:
    """The normal names of everything that a project asks for."""
    project = table(data, "project")
    optional, grouped = table(project, "optional-dependencies"), table(data, "dependency-groups")
    lists = [project.get("dependencies"), *(optional.get(item) for item in extras)]
    for texts in (*lists, *(grouped.get(item) for item in groups)):
        for text in texts if isinstance(texts, list) else ():
            parsed = requirement(text) if isinstance(text, str) else None
            if parsed:
                yield canonicalize_name(parsed.name)
    for entries in _poetry_tables(data, groups):
        yield from (canonicalize_name(name) for name in entries)


def _poetry_tables(data: Mapping[str, Any], groups: Iterable[str]) -> list[Mapping[str, Any]]:
    poetry = table(table(data, "tool"), "poetry")
    grouped = table(poetry, "group")
    return [
        table(poetry, "dependencies"),
        *(table(table(grouped, group), "dependencies") for group in groups),
    ]


def _sources(checkout: Checkout, folder: str) -> Iterator[Local]:
    """What a project, or the workspace that it is in, says to stand in the checkout."""
    own = pyproject(checkout, folder)
    for base, data in ((folder, own), ("", pyproject(checkout, ""))):
        stated = table(table(table(data, "tool"), "uv"), "sources")
        for name, value in stated.items():
            for entry in value if isinstance(value, list) else [value]:
                yield from _source(checkout, base, name, entry)
    for entries in _poetry_tables(own, table(table(table(own, "tool"), "poetry"), "group")):
        for name, value in entries.items():
            yield from _source(checkout, folder, name, value)


def _source(checkout: Checkout, base: str, name: str, entry: object) -> Iterator[Local]:
    if not isinstance(entry, dict):
        return
    path = entry.get("path")
    if isinstance(path, str) and (place := _inside(base, path)) is not None:
        yield Local(canonicalize_name(name), place)
    elif entry.get("workspace") is True:
        yield from _member(checkout, canonicalize_name(name))


def _inside(base: str, path: str) -> str | None:
    """A folder of the checkout; None for one outside of it."""
    parts = base.split("/") if base else []
    if path.startswith(("/", "~")):
        return None
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _member(checkout: Checkout, name: str) -> Iterator[Local]:
    root = pyproject(checkout, "")
    workspace = table(table(table(root, "tool"), "uv"), "workspace")
    globs = [item for item in workspace.get("members") or () if isinstance(item, str)]
    folders = ["", *(path.rpartition("/")[0] for path in checkout.files if _is_manifest(path))]
    for folder in dict.fromkeys(folders):
        inside = not folder or any(_matches(folder, glob) for glob in globs)
        stated = table(pyproject(checkout, folder), "project").get("name") if inside else None
        if isinstance(stated, str) and canonicalize_name(stated) == name:
            yield Local(name, folder)


def _is_manifest(path: str) -> bool:
    return path == join(path.rpartition("/")[0], "pyproject.toml")


def _matches(folder: str, glob: str) -> bool:
    clean = glob.removeprefix("./").rstrip("/")
    if "**" in clean:
        return fnmatch.fnmatchcase(folder, clean.replace("**", "*"))
    same_depth = folder.count("/") == clean.count("/")
    return same_depth and fnmatch.fnmatchcase(folder, clean)
