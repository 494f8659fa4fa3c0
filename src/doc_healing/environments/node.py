"""JavaScript: the packages of a repository and their dependencies, as read-only layers.

Dependencies stand in /opt/node/node_modules, installed by npm without any script. The
repository's own packages are mounted among them under their names: copies of the checkout's
files, and of what their own build made in a jail without network where they need one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from doc_healing.environments import npm, store, typescript
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.node_builds import own_layer
from doc_healing.environments.node_projects import (
    Package,
    elsewhere,
    is_site,
    npm_lock,
    other_lock,
    packages,
    staged,
)
from doc_healing.environments.npm import NODE, Bench
from doc_healing.environments.projects import package_json
from doc_healing.environments.registries import npm_access
from doc_healing.model import Checkout, Environment, Mount, Toolchain, Wants


def prepare(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk) -> Environment:
    """The environment for a project's JavaScript or TypeScript snippets. Raises `InstallFailed`."""
    extra = _requested(wants.packages)
    has_manifest = bool(package_json(checkout, wants.project)) and wants.install_project
    if not has_manifest and not extra:
        language = toolchain.language
        return Environment("", language, toolchain.mounts, interpreter=toolchain.executable)
    access = npm_access(desk.registries, desk.allowed_hosts, desk.limits.download_mib)
    cli, version = _npm(toolchain)
    bench = Bench(desk, access, toolchain, (toolchain.executable, cli), version, [])
    own = packages(checkout, wants.project) if has_manifest else ()
    where = checkout if has_manifest else Checkout(checkout.root, ())
    _note_locks(where, wants.project, bench.notes)
    layer = own_layer(bench, checkout, wants, own) if own else None
    # What the build needed is there in any case, and examples use it.
    built = layer is not None and bool(layer.facts["built"])
    dependencies = _dependencies(bench, where, wants, own, built=built)
    told = _facts(bench, where, wants, own, layer)
    environment = _environment(bench, dependencies, layer, own, told)
    first = sorted(own, key=lambda package: _distance(checkout, own, package))
    return replace(environment, modules=tuple(package.name for package in first))


def _distance(checkout: Checkout, own: tuple[Package, ...], package: Package) -> tuple[bool, bool]:
    """A site's documents are about the packages that it stands beside, the public ones first."""
    private = package_json(checkout, package.folder).get("private") is True
    return is_site(checkout, package.folder), private and package != own[0]


def _dependencies(
    bench: Bench, where: Checkout, wants: Wants, own: tuple[Package, ...], *, built: bool
) -> store.Entry:
    """What the snippets import, and for TypeScript the declarations of what has none of its own."""
    extra = _requested(wants.packages)
    types: Mapping[str, str] = {}
    if bench.toolchain.language == "typescript" and not built:
        types = typescript.declarations(where, wants.project)
    if types:
        files = staged(where, wants.project, {**types, **extra}, development=built)
        try:
            return npm.dependencies(bench, files, own, wants, development=built)
        except InstallFailed as failure:
            if failure.connection:
                raise
            bench.notes.append(f"without {', '.join(sorted(types))}: {failure.message}")
    files = staged(where, wants.project, extra, development=built)
    return npm.dependencies(bench, files, own, wants, development=built)


def _facts(
    bench: Bench,
    where: Checkout,
    wants: Wants,
    own: tuple[Package, ...],
    layer: store.Entry | None,
) -> Mapping[str, str]:
    """What TypeScript is told: the project's options, and the sources of what has no types yet."""
    if bench.toolchain.language != "typescript":
        return {}
    stated = typescript.compiler_options(where, wants.project)
    made: dict[str, str] = {}
    for number, package in enumerate(own if layer is not None else ()):
        folder = layer.root / str(number) if layer is not None else Path()
        found = typescript.sources(where, package.folder, folder)
        for entry, source in found.items():
            made[package.name + entry[1:]] = f"{NODE}/node_modules/{package.name}/{source}"
    return {
        "tsconfig": json.dumps(stated, sort_keys=True),
        "sources": json.dumps(made, sort_keys=True),
    }


def _requested(requested: tuple[str, ...]) -> dict[str, str]:
    """`lodash@^4` -> {"lodash": "^4"}."""
    found = {}
    for text in requested:
        match = re.fullmatch(r"(@?[^@\s]+)(?:@(.+))?", text.strip())
        if match:
            found[match[1]] = match[2] or "*"
    return found


def _note_locks(checkout: Checkout, project: str, notes: list[str]) -> None:
    folder, lock = npm_lock(checkout, project)
    other = other_lock(checkout, project)
    if lock:
        name = "package-lock.json" if not folder else f"{folder}/package-lock.json"
        notes.append(f"versions as {name} pins them")
    notes += [
        f"{item} comes from no registry and is left out" for item in elsewhere(checkout, project)
    ]
    if other and not lock:
        notes.append(f"{other} is not npm's: versions are resolved from package.json")


def _npm(toolchain: Toolchain) -> tuple[str, str]:
    """npm-cli.js beside the node of the toolchain, or in the system's folders, and its version."""
    prefix = PurePosixPath(toolchain.executable).parent.parent
    places = (
        str(prefix / "lib/node_modules/npm"),
        "/usr/lib/node_modules/npm",
        "/usr/share/nodejs/npm",
        "/usr/share/npm",
    )
    for place in places:
        manifest = Path(_on_host(toolchain, place)) / "package.json"
        if manifest.is_file():
            version = json.loads(manifest.read_text(encoding="utf-8"))["version"]
            return f"{place}/bin/npm-cli.js", str(version)
    raise InstallFailed(
        f"there is no npm beside {toolchain.executable}",
        help="install npm (Debian, Ubuntu: apt-get install npm)",
    )


def _on_host(toolchain: Toolchain, path: str) -> str:
    for mount in toolchain.mounts:
        if path == mount.target or path.startswith(f"{mount.target}/"):
            return mount.source + path[len(mount.target) :]
    return path


def _environment(
    bench: Bench,
    dependencies: store.Entry,
    layer: store.Entry | None,
    own: tuple[Package, ...],
    facts: Mapping[str, str],
) -> Environment:
    mounts = [*bench.toolchain.mounts, Mount(str(dependencies.root), NODE)]
    installed = dict(dependencies.facts["packages"])
    key = dependencies.key
    unbuilt: tuple[str, ...] = ()
    if layer:
        key = f"{key}-{layer.content}"
        installed.update(layer.facts["versions"])
        unbuilt = tuple(layer.facts["unbuilt"])
        bench.notes.extend(layer.facts["notes"])
        for number, package in enumerate(own):
            source = str(layer.root / str(number))
            mounts.append(Mount(source, f"{NODE}/node_modules/{package.name}"))
    return Environment(
        key=key,
        language=bench.toolchain.language,
        mounts=tuple(mounts),
        packages=installed,
        interpreter=bench.toolchain.executable,
        runtime_version=bench.runtime_version,
        notes=tuple(dict.fromkeys(bench.notes)),
        unbuilt=unbuilt,
        facts=facts,
    )
