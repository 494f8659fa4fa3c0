"""npm in the jail: a complete lock for some package.json files, and node_modules by that lock.

No script of any package ever runs here.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from doc_healing.environments import archives, sources, store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jail import Work, install, own_python
from doc_healing.environments.node_projects import Package
from doc_healing.environments.registries import Access
from doc_healing.model import Mount, Step, Toolchain, Wants

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
class Bench:
    """What every installation of one run shares; `notes` are said in the report."""

    desk: Desk
    access: Access
    toolchain: Toolchain
    npm: tuple[str, str]  # node and npm-cli.js, as the jail sees them
    npm_version: str
    notes: list[str]

    @property
    def store(self) -> store.Store:
        """The store of this desk."""
        return store.Store(self.desk.cache / "environments", self.desk.leases)

    @property
    def runtime_version(self) -> str:
        """The version of Node.js."""
        return self.toolchain.runtime_version or self.toolchain.version

    @property
    def wait_seconds(self) -> float:
        """How long to wait for another installation of the same key."""
        return self.desk.wait_seconds

    @property
    def inputs(self) -> dict[str, object]:
        """What belongs in the key of everything that npm makes."""
        return {
            "npm": self.npm_version,
            "runtime": [self.runtime_version, self.toolchain.executable],
            "platform": [platform.machine(), *platform.libc_ver()],
        }


def dependencies(
    bench: Bench,
    files: Mapping[str, bytes],
    own: tuple[Package, ...],
    wants: Wants,
    *,
    development: bool,
) -> store.Entry:
    """node_modules for some package.json files, with a folder for each own package in it.

    Raises `InstallFailed`.
    """
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
        note = _fill(bench, root, omit, names, f"cannot install {what}")
        return {"packages": _installed(root / "node_modules", names), "note": note}

    entry = store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)
    if entry.facts["note"]:
        bench.notes.append(f"{what}: {entry.facts['note']}")
    return entry


def _fill(bench: Bench, root: Path, omit: tuple[str, ...], names: list[str], what: str) -> str:
    """node_modules by the lock; by npm's own resolution where npm finds its own lock wanting."""
    finish = Step((own_python()[0], "-I", "-S", "-c", _FINISH, json.dumps(names)), "finish")
    try:
        _run_npm(bench, root, ("ci", *_QUIET, *omit), (finish,), what)
    except InstallFailed as failure:
        # npm leaves optional packages of other platforms out of locks that it writes, and then
        # refuses these locks: https://github.com/npm/cli/issues/4828
        if "EUSAGE" not in failure.message:
            raise
        _run_npm(bench, root, ("install", *_QUIET, *omit), (finish,), what)
        return "`npm install` instead of `npm ci`, which found the lock incomplete"
    return ""


def _locked(
    bench: Bench, files: Mapping[str, bytes], wants: Wants, what: str
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
    bench: Bench, root: Path, files: Mapping[str, bytes], wants: Wants, what: str
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
    bench: Bench, root: Path, command: tuple[str, ...], after: tuple[Step, ...], what: str
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
            "npm_config_prefer_offline": "false" if "--package-lock-only" in command else "true",
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
