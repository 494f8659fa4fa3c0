"""What package.json files say: the packages of a repository, what they need, whether to build.

Pure reading of the checkout; nothing here runs anything.
"""

import fnmatch
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from doc_healing.environments.projects import package_json, table
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

# What npm needs to resolve and to check a lock. Never `scripts`: nothing of it may run.
_KEPT = (
    "name", "version", "dependencies", "optionalDependencies", "peerDependencies",
    "peerDependenciesMeta", "devDependencies", "workspaces", "overrides", "bundleDependencies",
    "bundledDependencies", "engines", "private", "type", "bin",
)  # fmt: skip
_LOCAL = re.compile(r"^(workspace|link|portal|file|catalog):|^\.{0,2}/")
# From a host that is no registry: out of reach, and not for what only builds and tests.
_ELSEWHERE = re.compile(
    r"^(git|github|gitlab|bitbucket|gist|https?|ssh)[+:]|^[\w.-]+/[\w.-]+(#.*)?$|\.git(#.*)?$"
)
_NAME = re.compile(r"(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*", re.IGNORECASE)
_TABLES = ("dependencies", "optionalDependencies", "peerDependencies", "devDependencies")
_BUILDS = (
    "prepare", "prepack", "build", "build:lib", "build:dist", "build:node", "build:all",
    "build:prod", "build:production", "compile", "transpile", "bundle", "dist", "rollup", "tsc",
)  # fmt: skip
_PART_OF_A_BUILD = re.compile(r"(build|compile|bundle)[:-](js|cjs|esm|es|mjs|commonjs|umd|main|ts)")
# What only checks, serves or publishes makes nothing: it would cost the time of the build.
_NO_BUILD = re.compile(r"\b(npm|yarn|pnpm|lerna) publish\b|--watch\b|\bnp\b|\bsemantic-release\b")
_HOOKS = re.compile(
    r"^\s*(npx |is-ci \|\| |\[ .* \] \|\| )?(husky|lefthook|simple-git-hooks|patch-package"
    r"|git config|pre-commit|yorkie|node \.husky|exit 0|echo |true)\b"
)


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the repository: its name and its folder ("" is the root)."""

    name: str
    folder: str


def packages(checkout: Checkout, project: str) -> tuple[Package, ...]:
    """The project's own package first, then those of its workspace."""
    own = _named(checkout, project)
    members = [p for folder in members_of(checkout) for p in _named(checkout, folder)]
    inside = not project or any(member.folder == project for member in members)
    by_name = {package.name: package for package in [*(members if inside else []), *own]}
    first = [by_name[package.name] for package in own]
    return tuple(dict.fromkeys([*first, *by_name.values()]))


def members_of(checkout: Checkout) -> list[str]:
    """The folders of the workspace's packages, by npm's `workspaces` or pnpm's own file."""
    stated = package_json(checkout, "").get("workspaces")
    if isinstance(stated, dict):
        stated = stated.get("packages")
    globs = [item for item in stated if isinstance(item, str)] if isinstance(stated, list) else []
    globs += _pnpm_globs(read_text(checkout, "pnpm-workspace.yaml"))
    folders = [
        str(PurePosixPath(path).parent)
        for path in checkout.files
        if path.endswith("/package.json") and "node_modules" not in path.split("/")
    ]
    wanted = [glob.removeprefix("./").rstrip("/") for glob in globs if not glob.startswith("!")]
    refused = [glob[1:].removeprefix("./").rstrip("/") for glob in globs if glob.startswith("!")]
    return [f for f in folders if _matches(f, wanted) and not _matches(f, refused)]


def staged(
    checkout: Checkout, project: str, extra: Mapping[str, str], *, development: bool
) -> dict[str, bytes]:
    """The package.json files that npm gets to see, scrubbed, and the project's lock.

    Of a workspace, one package.json that asks for what the concerned packages need together.
    """
    own = packages(checkout, project)
    folders = [package.folder for package in _concerned(checkout, project, own)] or [project]
    lock_folder, lock = npm_lock(checkout, project)
    merged = _merged(checkout, folders, extra, development=development, locked=bool(lock))
    files = {"package.json": _encoded(merged)}
    if lock and (lock_folder == project) and len(own) <= 1:
        files["package-lock.json"] = lock
    elif lock:
        files["package-lock.json"] = _flattened(lock, merged)
    return files


def is_site(checkout: Checkout, folder: str) -> bool:
    """Whether a package is only private and cannot be imported: a site, a workspace's root."""
    manifest = package_json(checkout, folder)
    entries = {"main", "module", "exports", "bin"} & set(manifest)
    return manifest.get("private") is True and not entries


def _concerned(checkout: Checkout, project: str, own: tuple[Package, ...]) -> Sequence[Package]:
    """Of a workspace, the project's package and those it needs; for a site, all that are public.

    What else a workspace holds (its site, its benchmarks) is often a hundred times as large.
    """
    if len(own) < 2:
        return own
    if own[0].folder == project and not is_site(checkout, project):
        return build_order(checkout, own)
    return [package for package in own if not is_site(checkout, package.folder)] or own


def npm_lock(checkout: Checkout, project: str) -> tuple[str, bytes]:
    """The folder and the bytes of the npm lock that applies; empty bytes where there is none."""
    for folder in dict.fromkeys((project, "")):
        for name in ("npm-shrinkwrap.json", "package-lock.json"):
            if text := read_text(checkout, join(folder, name)):
                return folder, text.encode()
    return "", b""


def other_lock(checkout: Checkout, project: str) -> str:
    """The name of another installer's lock, which npm cannot read."""
    for folder in dict.fromkeys((project, "")):
        for name in ("pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"):
            if join(folder, name) in checkout.files:
                return join(folder, name)
    return ""


def build_scripts(checkout: Checkout, folder: str) -> tuple[str, ...]:
    """The scripts that may make what is missing: npm's own packing first, then by their names."""
    scripts = table(package_json(checkout, folder), "scripts")
    found = {name: text for name, text in scripts.items() if isinstance(text, str)}
    named = [name for name in _BUILDS if name in found]
    parts = sorted(name for name in found if _PART_OF_A_BUILD.fullmatch(name))
    late = [name for name in ("prepublishOnly", "prepublish") if name in found]
    if "build" in named:
        parts = []  # it calls them, or they are variants of it
    wanted = [name for name in (*named, *parts, *late) if not _NO_BUILD.search(found[name])]
    return tuple(name for name in wanted if name != "prepare" or not _HOOKS.match(found[name]))


def build_order(checkout: Checkout, own: Sequence[Package]) -> list[Package]:
    """The first package and those of its workspace that it is made with, the needed ones first."""
    by_name = {package.name: package for package in own}
    ordered: list[Package] = []
    on_the_way: set[str] = set()

    def visit(package: Package) -> None:
        if package.name in on_the_way:
            return
        on_the_way.add(package.name)
        manifest = package_json(checkout, package.folder)
        for key in _TABLES:
            for name in table(manifest, key):
                if name in by_name:
                    visit(by_name[name])
        ordered.append(package)

    visit(own[0])
    return ordered


def _named(checkout: Checkout, folder: str) -> tuple[Package, ...]:
    name = package_json(checkout, folder).get("name")
    valid = isinstance(name, str) and _NAME.fullmatch(name) and name != "node_modules"
    return (Package(str(name), folder),) if valid else ()


def _pnpm_globs(text: str) -> list[str]:
    """The `packages:` list of pnpm-workspace.yaml: plain strings in a block sequence."""
    found = re.search(r"(?m)^packages:[ \t]*\n((?:[ \t]*(?:-.*|#.*)?\n?)+)", text)
    return re.findall(r"(?m)^[ \t]*-[ \t]*[\"']?([^\"'#\s]+)", found[1]) if found else []


def _matches(folder: str, globs: Iterable[str]) -> bool:
    for glob in globs:
        if "**" in glob:
            if fnmatch.fnmatchcase(f"{folder}/", glob.replace("/**", "/*") + "*"):
                return True
        elif folder.count("/") == glob.count("/") and fnmatch.fnmatchcase(folder, glob):
            return True
    return False


def _merged(
    checkout: Checkout,
    folders: Iterable[str],
    extra: Mapping[str, str],
    *,
    development: bool,
    locked: bool,
) -> dict[str, Any]:
    """One package.json. A single package keeps its identity, several become an unnamed root."""
    listed = list(folders)
    own = {name for folder in listed for name in [package_json(checkout, folder).get("name")]}
    first = package_json(checkout, listed[0])
    merged: dict[str, Any] = {k: first[k] for k in _KEPT if k in first and k not in _TABLES}
    merged.pop("workspaces", None)
    for key in _TABLES:
        if key == "devDependencies" and not (development or locked):
            continue  # npm asks the registry about them even where it leaves them out
        found: dict[str, str] = {}
        for folder in listed:
            for name, wanted in table(package_json(checkout, folder), key).items():
                if installable(wanted) and name not in own:
                    found.setdefault(name, wanted)
        if found:
            merged[key] = found
    if development and "" not in listed:
        root = table(package_json(checkout, ""), "devDependencies")
        kept = {n: w for n, w in root.items() if installable(w)}
        merged["devDependencies"] = {**kept, **merged.get("devDependencies", {})}
    merged["dependencies"] = {**merged.get("dependencies", {}), **extra}
    return merged


def installable(wanted: object) -> bool:
    """Whether what a manifest wants comes from a registry."""
    return (
        isinstance(wanted, str)
        and not _LOCAL.match(wanted)
        and not _ELSEWHERE.search(wanted.strip())
    )


def elsewhere(checkout: Checkout, folder: str) -> list[str]:
    """The dependencies of a package that come from no registry: they are left out."""
    manifest = package_json(checkout, folder)
    return [
        f"{name} ({wanted})"
        for key in ("dependencies", "optionalDependencies")
        for name, wanted in table(manifest, key).items()
        if isinstance(wanted, str) and _ELSEWHERE.search(wanted.strip())
    ]


def _flattened(lock: bytes, merged: Mapping[str, Any]) -> bytes:
    """A workspace's lock for the merged root: the pins of its `node_modules`, no members."""
    try:
        data = json.loads(lock)
        found = table(data, "packages").items()
    except ValueError:
        return b""
    pins = {
        path: entry
        for path, entry in found
        if path.startswith("node_modules/") and isinstance(entry, dict) and not entry.get("link")
    }
    root = {key: merged[key] for key in ("name", "version", *_TABLES) if key in merged}
    flat = {**data, "packages": {"": root, **pins}}
    flat.pop("dependencies", None)
    return _encoded(flat)


def _encoded(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, indent=1).encode()
