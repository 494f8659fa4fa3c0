"""The repository's own JavaScript packages: their files, and what their own build makes of them.

The build runs in a jail without any network, on a copy of the tree. A package that cannot be
built is mounted as it stands; what it promises and lacks is written down, so that nobody takes
a file that was never made for a fault of a document.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from doc_healing.environments import archives, npm, sources, store
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.entry_points import missing_outputs
from doc_healing.environments.jail import Work, own_python, run_offline, said, script
from doc_healing.environments.node_projects import (
    Package,
    build_order,
    build_scripts,
    is_site,
    staged,
)
from doc_healing.environments.npm import NODE, Bench
from doc_healing.environments.projects import package_json
from doc_healing.environments.sources import join
from doc_healing.model import Checkout, File, Mount, Wants

_PART_OF_TIME = 0.8
_MOST_PUBLIC = 12  # packages that are built for a site: a larger workspace takes its whole time


@dataclass(frozen=True, slots=True)
class _Task:
    """One package to build: `wanted` are the files that it lacks."""

    package: Package
    scripts: tuple[str, ...]
    wanted: list[str]


@dataclass(frozen=True, slots=True)
class _Ours:
    """What a layer is made from: the tree and the own packages, the first of which is asked for."""

    bench: Bench
    checkout: Checkout
    wants: Wants
    own: tuple[Package, ...]
    tree: list[sources.Source]


@dataclass(frozen=True, slots=True)
class _Made:
    """The files that a build made, by their names in the checkout, and what is to be said of it."""

    files: Mapping[str, sources.Source]
    notes: tuple[str, ...] = ()


def own_layer(
    bench: Bench, checkout: Checkout, wants: Wants, own: tuple[Package, ...]
) -> store.Entry:
    """The own packages in numbered folders, built where they need it and can be.

    Its facts are `versions`, `notes`, whether it was `built`, and `unbuilt`: promised files that
    are not there, as `package/path`. Raises `InstallFailed` for trouble on the way to a registry.
    """
    tree = [
        s for s in sources.tree(checkout, checkout.files) if "node_modules" not in s.name.split("/")
    ]
    ours = _Ours(bench, checkout, wants, own, tree)
    tasks = _tasks(checkout, own)
    if any(task.scripts for task in tasks):
        try:
            return _layer(ours, tasks)
        except InstallFailed as failure:
            if failure.connection and not failure.slow:
                raise
            bench.notes.append(f"{own[0].name} is used unbuilt: {failure.message}")
    elif tasks:
        lacking = tasks[-1].wanted[0]
        bench.notes.append(
            f"{own[0].name} promises {lacking}, which is not there, and no script builds it"
        )
    return _layer(ours, [])


def _tasks(checkout: Checkout, own: tuple[Package, ...]) -> list[_Task]:
    """What is to be built: nothing at all where the first package lacks nothing."""
    found = []
    for package in _ordered(checkout, own):
        wanted = missing_outputs(checkout, package.folder)
        if wanted:
            found.append(_Task(package, build_scripts(checkout, package.folder), wanted))
    site = is_site(checkout, own[0].folder)
    if not found or (found[-1].package != own[0] and not site):
        return []
    scripts = build_scripts(checkout, "") if own[0].folder and not site else ()
    if scripts and not found[-1].scripts:
        found.append(_Task(Package("", ""), scripts, [join(own[0].folder, found[-1].wanted[0])]))
    return found


def _ordered(checkout: Checkout, own: tuple[Package, ...]) -> list[Package]:
    """What the first package is made with; for a site, also the public packages it tells of."""
    ordered = build_order(checkout, own)
    public = [package for package in own if not is_site(checkout, package.folder)]
    if not is_site(checkout, own[0].folder) or len(public) > _MOST_PUBLIC:
        return ordered
    for package in public:
        ordered += build_order(checkout, (package, *(item for item in own if item != package)))
    return list(dict.fromkeys(ordered))


def _layer(ours: _Ours, tasks: list[_Task]) -> store.Entry:
    bench, checkout, own = ours.bench, ours.checkout, ours.own
    inputs = {
        **bench.inputs,
        "tree": sources.digest(ours.tree),
        "own": [[package.name, package.folder] for package in own],
        "exclude_newer": ours.wants.exclude_newer,
        "tasks": [[task.package.folder, task.scripts, task.wanted] for task in tasks],
    }
    recipe = store.Recipe("javascript", "project", own[0].name, inputs)

    def build(root: Path) -> Mapping[str, object]:
        made = _build(ours, tasks) if tasks else _Made({})
        present = {**{source.name: source for source in ours.tree}, **made.files}
        for number, package in enumerate(own):
            files = _below(list(present.values()), package.folder)
            (root / str(number) / "node_modules").mkdir(parents=True)
            archives.write(root / str(number), files)
        versions = {p.name: str(package_json(checkout, p.folder).get("version", "")) for p in own}
        unbuilt = [
            f"{package.name}/{name}"
            for package in own
            for name in missing_outputs(checkout, package.folder, made.files)
        ]
        return {
            "notes": list(made.notes),
            "versions": versions,
            "unbuilt": unbuilt,
            "built": bool(tasks),
            "content": store.fingerprint(root),
        }

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)


def _below(files: list[sources.Source], folder: str) -> list[sources.Source]:
    if not folder:
        return files
    start = f"{folder}/"
    return [
        sources.Source(s.name[len(start) :], s.data, s.executable)
        for s in files
        if s.name.startswith(start)
    ]


def _build(ours: _Ours, tasks: list[_Task]) -> _Made:
    """What the tasks' scripts make. Raises `InstallFailed` where nothing that is wanted comes."""
    bench, checkout, first = _within(ours.bench), ours.checkout, ours.own[0]
    files = staged(checkout, first.folder, {}, development=True)
    tools = npm.dependencies(bench, files, ours.own, ours.wants, development=True)
    bench.desk.report(f"building {first.name}")
    what = f"the build of {first.name}"
    outcome = run_offline(bench.desk, _work(ours, tools, tasks), f"{what} failed")
    made = {source.name: source for source in archives.unpack(outcome.report, what)}
    before = missing_outputs(checkout, first.folder)
    after = missing_outputs(checkout, first.folder, made)
    words = said(outcome, ())
    if before and set(before) <= set(after):
        raise InstallFailed(f"{what} did not make {after[0]}\n{words}")
    scripts = next((t.scripts for t in reversed(tasks) if t.scripts), ("",))
    notes = [f"{first.name} was built with `npm run {scripts[0]}`"]
    if after:
        notes.append(f"{what} did not make {', '.join(after[:3])}")
    return _Made(made, tuple(notes))


def _within(bench: Bench) -> Bench:
    """Leave time for what the snippets themselves import, should the build take too long."""
    limits = bench.desk.limits
    shorter = replace(limits, wall_seconds=_PART_OF_TIME * limits.wall_seconds)
    return replace(bench, desk=replace(bench.desk, limits=shorter))


def _work(ours: _Ours, tools: store.Entry, tasks: list[_Task]) -> Work:
    bench = ours.bench
    request = {
        "source": "/work/source.tar",
        "tasks": [
            {"folder": task.package.folder, "scripts": task.scripts, "wanted": task.wanted}
            for task in tasks
        ],
        "own": {package.name: package.folder for package in ours.own},
        "modules": f"{NODE}/node_modules",
        "npm": bench.npm,
    }
    python, base = own_python()
    return Work(
        argv=(python, "-I", "-S", "/work/packer.py", "request.json"),
        mounts=_unique((*base, *bench.toolchain.mounts, Mount(str(tools.root), NODE))),
        files=(
            script("packer.py"),
            script("runner.cjs"),
            File("source.tar", sources.pack(ours.tree)),
            File("request.json", json.dumps(request).encode()),
        ),
        variables=_variables(bench),
        report_kib=512 * 1024,
    )


def _variables(bench: Bench) -> Mapping[str, str]:
    folder = PurePosixPath(bench.toolchain.executable).parent
    return {
        "PATH": f"/work/bin:{folder}:/usr/local/bin:/usr/bin:/bin",
        "npm_config_offline": "true",
        "npm_config_audit": "false",
        "npm_config_update_notifier": "false",
        "npm_config_userconfig": "/nonexistent/user",
        "npm_config_globalconfig": "/nonexistent/global",
        "CI": "true",
        "NODE_ENV": "production",
    }


def _unique(mounts: tuple[Mount, ...]) -> tuple[Mount, ...]:
    return tuple(dict.fromkeys(mounts))
