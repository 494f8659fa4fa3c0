"""Python: a project's wheel and its dependencies, as two read-only layers.

The dependencies stand in a virtual environment at /opt/env, the project at /opt/project, so that
a change of the code rebuilds only the second. The wheel is built by the project's own backend,
without any network (PEP 517), from files streamed into the jail.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from doc_healing.environments import pins, sources, store, versions
from doc_healing.environments.builds import Job, backend_of, build_wheel
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jail import Work, install
from doc_healing.environments.local_sources import Local, local_dependencies
from doc_healing.environments.projects import (
    buildable,
    from_poetry,
    pyproject,
    table,
)
from doc_healing.environments.registries import python_access
from doc_healing.environments.source_builds import environment_for
from doc_healing.environments.sources import join
from doc_healing.environments.virtualenvs import (
    ENV,
    PROJECT,
    Bench,
    Demand,
    common_inputs,
    downloads,
    installed_packages,
    uv_command,
    uv_mount,
    uv_variables,
)
from doc_healing.environments.wheels import Wheel, inspect, requirement
from doc_healing.model import Checkout, Environment, Mount, Own, Toolchain, Wants

_OUT = "/opt/out"


@dataclass(frozen=True, slots=True)
class _Project:
    """The project layer: where it is, and what its wheel says."""

    entry: store.Entry
    wheel: Wheel
    data: bytes


def prepare(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk) -> Environment:
    """The environment for a project's Python snippets. Raises `InstallFailed`."""
    limit = desk.limits.download_mib
    access = python_access(desk.registries, desk.allowed_hosts, limit)
    bench = Bench(desk, access, toolchain)
    notes: list[str] = []
    project = _project(checkout, wants, bench, notes) if _wants_wheel(checkout, wants) else None
    requires = project.wheel.requires if project else ()
    local = _local_wheels(checkout, wants, requires, bench, notes)
    demand = _with_local(_demand(checkout, wants, project, notes), local)
    if project is None and not demand.requirements:
        return Environment(
            key="",
            language="python",
            mounts=toolchain.mounts,
            interpreter=toolchain.executable,
            runtime_version=toolchain.version,
            notes=tuple(notes),
        )
    what = f"the dependencies of {project.wheel.name}" if project else "the declared packages"
    dependencies = _with_pins(checkout, wants, bench, demand, what, notes)
    found = _environment(dependencies, project, toolchain, notes)
    modules = [*found.modules, *(name for wheel, _ in local for name in wheel.modules)]
    return replace(found, modules=tuple(dict.fromkeys(modules)))


def _with_local(demand: Demand, local: list[tuple[Wheel, bytes]]) -> Demand:
    built = tuple((wheel.file_name, data) for wheel, data in local)
    overrides = tuple((wheel.name, wheel.file_name) for wheel, _ in local)
    return replace(demand, built=built, overrides=overrides)


def _wants_wheel(checkout: Checkout, wants: Wants) -> bool:
    return wants.install_project and buildable(checkout, wants.project)


def _with_pins(
    checkout: Checkout,
    wants: Wants,
    bench: Bench,
    demand: Demand,
    what: str,
    notes: list[str],
) -> store.Entry:
    """The dependencies within the project's lock; without it where the lock does not fit."""
    lock = pins.locked(checkout, wants.project)
    if not lock.constraints:
        return environment_for(bench, demand, what)
    try:
        found = environment_for(bench, _constrained(demand, lock), what)
    except InstallFailed as failure:
        if failure.connection:
            raise
        notes.append(f"the versions in {lock.source} do not fit here: resolved without them")
        return environment_for(bench, demand, what)
    notes.append(f"versions as {lock.source} pins them")
    return found


def _constrained(demand: Demand, lock: pins.Pins) -> Demand:
    # A package of the checkout is never pinned: it is what the checkout says.
    local = {name for name, _ in demand.overrides}
    kept = tuple(text for text in lock.constraints if _name_of(text) not in local)
    return replace(demand, constraints=kept)


def _name_of(text: str) -> str:
    parsed = requirement(text)
    return canonicalize_name(parsed.name) if parsed else ""


def _environment(
    dependencies: store.Entry, project: _Project | None, toolchain: Toolchain, notes: list[str]
) -> Environment:
    mounts = [*toolchain.mounts, Mount(str(dependencies.root), ENV)]
    packages = dict(dependencies.facts["packages"])
    key = dependencies.key
    modules: tuple[str, ...] = ()
    own = None
    if project:
        own = Own(str(project.entry.root / "site"), PROJECT, key)
        mounts.append(Mount(own.source, PROJECT))
        packages[project.wheel.name] = project.wheel.version
        modules = project.wheel.modules
        key = f"{key}-{project.entry.content}"
        notes += project.entry.facts.get("notes", [])
    return Environment(
        key=key,
        language="python",
        mounts=tuple(mounts),
        modules=modules,
        packages=packages,
        interpreter=f"{ENV}/bin/python",
        runtime_version=toolchain.version,
        notes=tuple(notes),
        own=own,
    )


# --- What to install -----------------------------------------------------------------------


def _demand(checkout: Checkout, wants: Wants, project: _Project | None, notes: list[str]) -> Demand:
    requirements = [*wants.packages]
    for group in wants.groups:
        requirements += _group(checkout, wants.project, group)
    wheels: tuple[tuple[str, bytes], ...] = ()
    identity = ""
    if project:
        wheel = project.wheel
        extras = f"[{','.join(sorted(wants.extras))}]" if wants.extras else ""
        wheels = ((f"{wheel.file_name}{extras}", project.data),)
        identity = json.dumps([wheel.name, wheel.version, wheel.requires, wheel.extras, extras])
        strange = [extra for extra in wants.extras if not _offered(extra, wheel)]
        notes += [f"{wheel.name} has no extra {extra!r}" for extra in strange]
    elif wants.install_project:
        requirements += _declared(checkout, wants, notes)
    without = project.wheel.name if project else ""
    return Demand(
        requirements=tuple(dict.fromkeys(requirements)),
        exclude_newer=wants.exclude_newer,
        wheels=wheels,
        without=without,
        identity=identity,
    )


def _offered(extra: str, wheel: Wheel) -> bool:
    def normal(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    return normal(extra) in {normal(offered) for offered in wheel.extras}


def _declared(checkout: Checkout, wants: Wants, notes: list[str]) -> list[str]:
    """The dependencies of a project that is no package: an application, a script collection."""
    data = pyproject(checkout, wants.project)
    project = table(data, "project")
    found = _strings(project.get("dependencies"))
    for extra in wants.extras:
        found += _strings(table(project, "optional-dependencies").get(extra))
    found += _poetry(table(table(table(data, "tool"), "poetry"), "dependencies"))
    if not found:
        path = join(wants.project, "requirements.txt")
        found = pins.requirements_file(checkout, path)
    if found:
        notes.append("the project is no package: only its dependencies are installed")
    return found


def _group(checkout: Checkout, project: str, name: str, seen: tuple[str, ...] = ()) -> list[str]:
    """A dependency group: PEP 735, with its includes, or Poetry's."""
    if name in seen:
        return []
    data = pyproject(checkout, project)
    found: list[str] = []
    entries = table(data, "dependency-groups").get(name)
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, str):
            found.append(entry)
        elif isinstance(entry, dict) and isinstance(entry.get("include-group"), str):
            found += _group(checkout, project, entry["include-group"], (*seen, name))
    groups = table(table(table(data, "tool"), "poetry"), "group")
    return found + _poetry(table(table(groups, name), "dependencies"))


def _poetry(entries: Mapping[str, Any]) -> list[str]:
    """Poetry's dependency table as requirements; those with a source of their own are left out."""
    found = []
    for name, value in entries.items():
        version = value.get("version") if isinstance(value, dict) else value
        if name == "python" or not isinstance(version, str):
            continue
        extras = value.get("extras") if isinstance(value, dict) else None
        bracket = f"[{','.join(_strings(extras))}]" if extras else ""
        text = f"{name}{bracket}{from_poetry(version)}"
        if requirement(text):
            found.append(text)
    return found


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


# --- Packages of the same checkout ---------------------------------------------------------


def _local_wheels(
    checkout: Checkout, wants: Wants, requires: tuple[str, ...], bench: Bench, notes: list[str]
) -> list[tuple[Wheel, bytes]]:
    """Wheels of what the project takes from its own checkout; one that fails is left out."""
    if not wants.install_project:
        return []
    made = []
    for item in local_dependencies(checkout, wants, requires):
        try:
            made.append(_local_wheel(checkout, item, bench))
        except InstallFailed as failure:
            if failure.connection:
                raise
            first = failure.message.split("\n")[0]
            notes.append(f"{item.name} was not installed from {item.folder}: {first}")
            continue
        notes.append(f"{item.name} comes from {item.folder or 'the root'} of this checkout")
    return made


def _local_wheel(checkout: Checkout, item: Local, bench: Bench) -> tuple[Wheel, bytes]:
    job, inputs = _job(checkout, item.folder, bench)
    recipe = store.Recipe("python", "wheel", item.name, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"building {item.name}")
        wheel, data, _ = build_wheel(job, item.name)
        (root / wheel.file_name).write_bytes(data)
        return {"wheel": wheel.file_name}

    entry = store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)
    name = str(entry.facts["wheel"])
    data = (entry.root / name).read_bytes()
    return inspect(name, data), data


def _job(checkout: Checkout, folder: str, bench: Bench) -> tuple[Job, Mapping[str, object]]:
    """The build of a folder of the checkout, and everything that can change what it makes."""
    tree = sources.tree(checkout, checkout.files)
    backend = backend_of(table(pyproject(checkout, folder), "build-system"))
    pretended = versions.pretended(checkout, folder)
    inputs = {
        **common_inputs(bench),
        "tree": sources.digest(tree),
        "project": folder,
        "backend": [backend.name, *backend.requires],
        "version": pretended.version,
    }
    return Job(bench, sources.pack(tree), folder, backend, pretended), inputs


# --- The project's wheel -------------------------------------------------------------------


def _project(checkout: Checkout, wants: Wants, bench: Bench, notes: list[str]) -> _Project:
    job, inputs = _job(checkout, wants.project, bench)
    if job.pretended.note:
        notes.append(job.pretended.note)
    what = wants.project or Path(checkout.root).name
    recipe = store.Recipe("python", "project", what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"building {what}")
        return _build(job, root, what)

    entry = store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)
    name = str(entry.facts["wheel"])
    data = (entry.root / "wheel" / name).read_bytes()
    return _Project(entry, inspect(name, data), data)


def _build(job: Job, root: Path, what: str) -> Mapping[str, object]:
    wheel, data, note = build_wheel(job, what)
    _install_wheel(job.bench, root, wheel, data)
    return {
        "what": f"{wheel.name} {wheel.version}",
        "wheel": wheel.file_name,
        "notes": [note] if note else [],
        "packages": installed_packages(root / "site"),
        "content": store.fingerprint(root / "site"),
    }


def _install_wheel(bench: Bench, root: Path, wheel: Wheel, data: bytes) -> None:
    """Unpacked by uv in the jail: the wheel is a stranger's."""
    (root / "wheel").mkdir()
    (root / "wheel" / wheel.file_name).write_bytes(data)
    python = bench.toolchain.executable
    pip = ("pip", "install", "--no-deps", "--no-index", "--offline", "--python", python)
    work = Work(
        argv=uv_command(bench, *pip, "--target", f"{_OUT}/site", f"{_OUT}/wheel/{wheel.file_name}"),
        mounts=(uv_mount(), *bench.toolchain.mounts),
        writable=(Mount(str(root), _OUT), downloads(bench.desk)),
        variables=uv_variables(),
    )
    install(bench.desk, bench.access, work, f"cannot install {wheel.name}")
