"""JavaScript: the packages of a repository and their dependencies, as read-only layers.

Dependencies stand in /opt/node/node_modules, installed by npm without any script. The
repository's own packages are mounted among them under their names: copies of the checkout's
files, and of what their own build made in a jail without network where they need one.
"""

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from doc_healing.environments import archives, sources, store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jail import Work, install, own_python, run_offline, script
from doc_healing.environments.node_projects import (
    Package,
    build_scripts,
    entry_present,
    missing_outputs,
    npm_lock,
    other_lock,
    packages,
    staged,
)
from doc_healing.environments.projects import package_json
from doc_healing.environments.registries import Access, npm_access
from doc_healing.model import Checkout, Environment, File, Mount, Step, Toolchain, Wants

NODE = "/opt/node"
_DOWNLOADS = "/opt/downloads"
_LOCK_SECONDS = 24 * 3600.0
_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
# A folder for each own package, as the place where it is mounted; npm's links to members go.
_FINISH = """
import json, os, sys
for name in json.loads(sys.argv[1]):
    path = os.path.join("/opt/node/node_modules", name)
    if os.path.islink(path):
        os.unlink(path)
    os.makedirs(path, exist_ok=True)
"""


@dataclass(frozen=True, slots=True)
class _Bench:
    desk: Desk
    access: Access
    toolchain: Toolchain
    npm: tuple[str, str]  # node and npm-cli.js, as the jail sees them
    npm_version: str
    notes: list[str]

    @property
    def store(self) -> store.Store:
        return store.Store(self.desk.cache / "environments", self.desk.leases)

    @property
    def wait_seconds(self) -> float:
        return 4 * self.desk.limits.wall_seconds

    @property
    def inputs(self) -> dict[str, object]:
        return {
            "npm": self.npm_version,
            "runtime": [self.toolchain.version, self.toolchain.executable],
            "platform": [platform.machine(), *platform.libc_ver()],
        }


def prepare(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk) -> Environment:
    """The environment for a project's JavaScript snippets. Raises `InstallFailed`."""
    extra = _requested(wants.packages)
    has_manifest = bool(package_json(checkout, wants.project)) and wants.install_project
    if not has_manifest and not extra:
        return Environment("", "javascript", toolchain.mounts, interpreter=toolchain.executable)
    access = npm_access(desk.registries, desk.allowed_hosts, desk.limits.download_mib)
    cli, version = _npm(toolchain)
    bench = _Bench(desk, access, toolchain, (toolchain.executable, cli), version, [])
    own = packages(checkout, wants.project) if has_manifest else ()
    where = checkout if has_manifest else Checkout(checkout.root, ())
    files = staged(where, wants.project, extra, development=False)
    _note_locks(where, wants.project, bench.notes)
    dependencies = _dependencies(bench, files, own, wants, development=False)
    layer = _own_layer(bench, checkout, wants, own) if own else None
    return _environment(bench, dependencies, layer, own)


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
    elif other:
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
    bench: _Bench, dependencies: store.Entry, layer: store.Entry | None, own: tuple[Package, ...]
) -> Environment:
    mounts = [*bench.toolchain.mounts, Mount(str(dependencies.root), NODE)]
    installed = dict(dependencies.facts["packages"])
    key = dependencies.key
    if layer:
        key = f"{key}-{layer.key}"
        installed.update(layer.facts["versions"])
        bench.notes.extend(layer.facts["notes"])
        for number, package in enumerate(own):
            source = str(layer.root / str(number))
            mounts.append(Mount(source, f"{NODE}/node_modules/{package.name}"))
    return Environment(
        key=key,
        language="javascript",
        mounts=tuple(mounts),
        modules=tuple(package.name for package in own),
        packages=installed,
        interpreter=bench.toolchain.executable,
        runtime_version=bench.toolchain.version,
        notes=tuple(bench.notes),
    )


# --- Dependencies --------------------------------------------------------------------------


def _dependencies(
    bench: _Bench,
    files: Mapping[str, bytes],
    own: tuple[Package, ...],
    wants: Wants,
    *,
    development: bool,
) -> store.Entry:
    what = f"the {'development ' if development else ''}dependencies of "
    what += own[0].name if own else "the snippets"
    locked = _locked(bench, files, wants, what)
    names = [package.name for package in own]
    staged_text = {name: data.decode("utf-8", "replace") for name, data in locked.items()}
    inputs = {**bench.inputs, "files": staged_text, "own": names, "development": development}
    recipe = store.Recipe("javascript", "dependencies", what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"installing {what}")
        archives.write(root, [sources.Source(n, d, False) for n, d in locked.items()])
        omit = ("--include=dev",) if development else ("--omit=dev",)
        command = ("ci", *_QUIET, *omit, "--legacy-peer-deps") if _legacy(locked) else (
            "ci", *_QUIET, *omit)  # fmt: skip
        finish = Step((own_python()[0], "-I", "-S", "-c", _FINISH, json.dumps(names)), "finish")
        _run_npm(bench, root, command, (finish,), f"cannot install {what}")
        return {"packages": _installed(root / "node_modules", names)}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)


def _legacy(files: Mapping[str, bytes]) -> bool:
    return ".npmrc" in files


def _locked(
    bench: _Bench, files: Mapping[str, bytes], wants: Wants, what: str
) -> Mapping[str, bytes]:
    """The files with a complete lock, resolved within the one that the repository has."""
    text = {name: data.decode("utf-8", "replace") for name, data in files.items()}
    registries = hashlib.sha256(
        json.dumps(
            [dict(bench.access.variables), [f.data.hex() for f in bench.access.files]],
            sort_keys=True,
        ).encode()
    ).hexdigest()
    inputs = {
        **bench.inputs,
        "files": text,
        "exclude_newer": wants.exclude_newer,
        "registries": registries,
    }
    recipe = store.Recipe("javascript", "resolution", what, inputs)

    def build(root: Path) -> Mapping[str, str]:
        bench.desk.report(f"resolving {what}")
        return _resolve(bench, root, files, wants, what)

    age = None if wants.exclude_newer else _LOCK_SECONDS
    entry = store.obtain(
        bench.store, recipe, build, wait_seconds=bench.wait_seconds, max_age_seconds=age
    )
    found = {**files, "package-lock.json": str(entry.facts["lock"]).encode()}
    return {**found, ".npmrc": b"legacy-peer-deps=true\n"} if entry.facts["legacy"] else found


def _resolve(
    bench: _Bench, root: Path, files: Mapping[str, bytes], wants: Wants, what: str
) -> Mapping[str, str]:
    archives.write(root, [sources.Source(name, data, False) for name, data in files.items()])
    before = (f"--before={wants.exclude_newer}",) if wants.exclude_newer else ()
    command = ("install", "--package-lock-only", *_QUIET, *before)
    # Read back inside the jail: the host opens nothing that a run could have replaced.
    code = "open(3, 'wb').write( open('/opt/node/package-lock.json', 'rb').read())"
    show = Step((own_python()[0], "-I", "-S", "-c", code), "read")
    legacy = ""
    try:
        lock = _run_npm(bench, root, command, (show,), f"cannot resolve {what}")
    except InstallFailed as failure:
        if "ERESOLVE" not in failure.message:
            raise
        legacy = "1"
        command = (*command, "--legacy-peer-deps")
        lock = _run_npm(bench, root, command, (show,), f"cannot resolve {what}")
    return {"lock": lock, "legacy": legacy}


def _run_npm(
    bench: _Bench, root: Path, command: tuple[str, ...], after: tuple[Step, ...], what: str
) -> str:
    downloads = bench.desk.cache / "downloads" / "npm"
    downloads.mkdir(parents=True, exist_ok=True)
    work = Work(
        argv=("sh", "-c", f'cd {NODE} && exec "$@"', "sh", *bench.npm, *command),
        mounts=bench.toolchain.mounts,
        writable=(Mount(str(root), NODE), Mount(str(downloads), _DOWNLOADS)),
        variables={
            "npm_config_cache": _DOWNLOADS,
            "npm_config_globalconfig": "/nonexistent/global",
            "npm_config_progress": "false",
            "npm_config_color": "false",
            "npm_config_logs_max": "0",
            "npm_config_fetch_retries": "1",
            "npm_config_prefer_offline": "true" if command[0] == "ci" else "false",
        },
        after=after,
        report_kib=32 * 1024,
    )
    return install(bench.desk, bench.access, work, what).report.decode("utf-8", "replace")


def _installed(folder: Path, own: list[str]) -> dict[str, str]:
    """Name -> version of the packages at the top of node_modules; links are not followed."""
    found = {}
    for path in [*folder.glob("[!.@]*"), *folder.glob("@*/*")]:
        name = str(path.relative_to(folder))
        manifest = path / "package.json"
        if name in own or path.is_symlink() or manifest.is_symlink() or not manifest.is_file():
            continue
        try:
            version = json.loads(manifest.read_bytes()).get("version")
        except (ValueError, AttributeError):
            continue
        found[name] = str(version)
    return found


# --- The repository's own packages ---------------------------------------------------------


def _own_layer(
    bench: _Bench, checkout: Checkout, wants: Wants, own: tuple[Package, ...]
) -> store.Entry:
    tree = [
        s for s in sources.tree(checkout, checkout.files) if "node_modules" not in s.name.split("/")
    ]
    inputs = {
        **bench.inputs,
        "tree": sources.digest(tree),
        "own": [[package.name, package.folder] for package in own],
        "exclude_newer": wants.exclude_newer,
    }
    recipe = store.Recipe("javascript", "project", own[0].name, inputs)

    def build(root: Path) -> Mapping[str, object]:
        notes: list[str] = []
        present = {source.name: source for source in tree}
        for package in own[:1]:
            present.update(_built(bench, checkout, wants, package, tree, notes))
        for number, package in enumerate(own):
            files = _below(list(present.values()), package.folder)
            (root / str(number) / "node_modules").mkdir(parents=True)
            archives.write(root / str(number), files)
        versions = {p.name: str(package_json(checkout, p.folder).get("version", "")) for p in own}
        return {"notes": notes, "versions": versions}

    return store.obtain(bench.store, recipe, build, wait_seconds=2 * bench.wait_seconds)


def _below(files: list[sources.Source], folder: str) -> list[sources.Source]:
    if not folder:
        return files
    start = f"{folder}/"
    return [
        sources.Source(s.name[len(start) :], s.data, s.executable)
        for s in files
        if s.name.startswith(start)
    ]


def _built(
    bench: _Bench,
    checkout: Checkout,
    wants: Wants,
    package: Package,
    tree: list[sources.Source],
    notes: list[str],
) -> dict[str, sources.Source]:
    """What the package's own build makes, where the checkout lacks what the package promises."""
    wanted = missing_outputs(checkout, package.folder)
    scripts = build_scripts(checkout, package.folder)
    if not wanted:
        return {}
    if not scripts and not entry_present(checkout, package.folder):
        raise InstallFailed(
            f"{package.name} promises {wanted[0]}, which is not in the checkout, "
            "and has no script that builds it"
        )
    if not scripts:
        notes.append(f"{package.name} promises {wanted[0]}, which is not there, and has no build")
        return {}
    what = f"the build of {package.name} (npm run {scripts[0]})"
    files = staged(checkout, package.folder, {}, development=True)
    tools = _dependencies(bench, files, (package,), wants, development=True)
    bench.desk.report(f"building {package.name}")
    request = {
        "source": "/work/source.tar",
        "folder": package.folder,
        "scripts": scripts,
        "wanted": wanted,
        "modules": f"{NODE}/node_modules",
        "npm": bench.npm,
    }
    python, base = own_python()
    work = Work(
        argv=(python, "-I", "-S", "/work/packer.py", "request.json"),
        mounts=_unique((*base, *bench.toolchain.mounts, Mount(str(tools.root), NODE))),
        files=(
            script("packer.py"),
            File("source.tar", sources.pack(tree)),
            File("request.json", json.dumps(request).encode()),
        ),
        variables=_build_variables(bench),
        report_kib=512 * 1024,
    )
    outcome = run_offline(bench.desk, work, f"{what} failed")
    notes.append(f"{package.name} was built with `npm run {scripts[0]}`")
    return {source.name: source for source in archives.unpack(outcome.report, what)}


def _build_variables(bench: _Bench) -> Mapping[str, str]:
    folder = PurePosixPath(bench.toolchain.executable).parent
    return {
        "PATH": f"/work/bin:{folder}:/usr/local/bin:/usr/bin:/bin",
        "npm_config_offline": "true",
        "npm_config_audit": "false",
        "npm_config_update_notifier": "false",
        "npm_config_userconfig": "/nonexistent/user",
        "npm_config_globalconfig": "/nonexistent/global",
        "CI": "true",
    }


def _unique(mounts: tuple[Mount, ...]) -> tuple[Mount, ...]:
    return tuple(dict.fromkeys(mounts))
