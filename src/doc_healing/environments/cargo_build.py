"""Rust's layers: a complete lock, what it names, compiled dependencies, the own libraries.

Downloads run no code of anybody. Compiling runs build scripts and procedural macros, so it happens
in a jail without a network. Dependencies are compiled in the place of a workspace of empty
libraries, and are used again for each state of the own code, which must not be in their layer.
"""

import json
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from doc_healing.environments import archives, cargo_gates, sources, store
from doc_healing.environments.cargo_manifests import Plan
from doc_healing.environments.cargo_registries import without_secrets
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jail import Work, install, own_python, run_offline, said, script
from doc_healing.environments.registries import Access
from doc_healing.environments.sources import Source, join
from doc_healing.model import File, Mount, Outcome, Toolchain, Wants

DEPENDENCIES, OWN = "/opt/crates", "/opt/crates-own"
_DOWNLOADS, _HOME = "/opt/downloads", "/opt/crates-io"
_LOCK_SECONDS = 24 * 3600.0
_STUB = b"fn main() {}\n"
_REPORT_KIB = 512 * 1024
_SHARE = 0.75  # of the time that is left: the rest is for the own libraries
_MOST_ROUNDS = 20
_HELP = "run it again, or raise DOC_HEALING_INSTALL_WALL_SECONDS"
_WHEN = 315_532_800  # as cargo_runner.py has it


@dataclass(frozen=True, slots=True)
class Bench:
    """What the phases of one installation share; `notes` are said in the report."""

    desk: Desk
    access: Access
    toolchain: Toolchain
    wants: Wants
    plan: Plan
    notes: list[str]

    @property
    def what(self) -> str:
        """What is installed, for a person."""
        return self.plan.selected[0].name

    @property
    def store(self) -> store.Store:
        """The store of this desk."""
        return store.Store(self.desk.cache / "environments", self.desk.leases)

    @property
    def inputs(self) -> dict[str, object]:
        """What belongs in the key of everything that is made here."""
        return {
            "rust": [self.toolchain.version, self.toolchain.executable],
            "platform": [platform.machine(), *platform.libc_ver()],
            "manifests": dict(self.plan.manifests),
            "registries": [
                sorted(self.access.variables.items()),
                [file.data.hex() for file in self.access.files],
            ],
        }


def locked(bench: Bench) -> str:
    """A complete Cargo.lock, resolved within the one that the repository has.

    Raises `InstallFailed`.
    """
    inputs = {
        **bench.inputs,
        "lock": bench.plan.lock,
        "exclude_newer": bench.wants.exclude_newer,
    }
    recipe = store.Recipe("rust", "resolution", bench.what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"resolving the dependencies of {bench.what}")
        files = {join(bench.plan.root, "Cargo.lock"): bench.plan.lock} if bench.plan.lock else {}
        request = {"files": files, "before": _time(bench.wants.exclude_newer)}
        work = _work(bench, "lock", stubbed(bench), request, root)
        what = f"cannot resolve the dependencies of {bench.what}"
        return dict(json.loads(install(bench.desk, bench.access, work, what).report))

    entry = store.obtain(
        bench.store,
        recipe,
        build,
        wait_seconds=bench.desk.wait_seconds,
        max_age_seconds=None if bench.wants.exclude_newer else _LOCK_SECONDS,
    )
    if bench.wants.exclude_newer and not entry.facts["dated"]:
        reason = (
            "Cargo.lock decides" if bench.plan.lock else "this cargo cannot resolve as of a date"
        )
        bench.notes.append(f"exclude_newer is not honoured: {reason}")
    return str(entry.facts["lock"])


def _time(text: str) -> str:
    """An RFC 3339 date or time as cargo's `--publish-time` has it."""
    found = re.match(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d))?", text)
    return f"{found[1]}T{found[2] or '00:00:00'}Z" if found else ""


def downloaded(bench: Bench, lock: str) -> store.Entry:
    """The packages of a lock, as a read-only cargo home. Raises `InstallFailed`."""
    inputs = {**bench.inputs, "lock": lock}
    recipe = store.Recipe("rust", "downloads", f"the crates of {bench.what}", inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"downloading the dependencies of {bench.what}")
        request = {"files": {join(bench.plan.root, "Cargo.lock"): lock}}
        work = _work(bench, "gather", stubbed(bench), request, root)
        what = f"cannot download the dependencies of {bench.what}"
        install(bench.desk, bench.access, work, what)
        (root / "registry").mkdir(exist_ok=True)
        return {}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.desk.wait_seconds)


def dependencies(
    bench: Bench, lock: str, home: store.Entry, features: tuple[str, ...]
) -> store.Entry:
    """The compiled dependencies: as many as can be compiled.

    What is ready when the time is up is kept, and a next run goes on from there. Raises
    `InstallFailed`.
    """
    layers: tuple[store.Entry, ...] = (home,)
    for number in range(_MOST_ROUNDS):
        entry = _round(bench, lock, layers, features, number)
        if entry.facts["in_time"]:
            return entry
        fresh = entry.facts["libraries"] > (layers[1].facts["libraries"] if layers[1:] else 0)
        layers = (home, entry)
        if not fresh:
            break
    raise InstallFailed(f"the dependencies of {bench.what} take too long to compile", help=_HELP)


def _round(
    bench: Bench,
    lock: str,
    layers: tuple[store.Entry, ...],
    features: tuple[str, ...],
    number: int,
) -> store.Entry:
    what = f"the dependencies of {bench.what}"
    inputs = {**bench.inputs, "lock": lock, "features": features, "round": number}
    recipe = store.Recipe("rust", "dependencies", what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        most = bench.desk.limits.wall_seconds
        left = bench.desk.clock.left(most)
        if number and left < most / 4:
            raise InstallFailed(
                f"{what} are not compiled within {most:g} s; what is ready is kept",
                help=_HELP,
                connection=True,
            )
        bench.desk.report(f"compiling {what}")
        request = {"features": features, "stubs": True, "bare": {}, "seconds": left * _SHARE}
        result = _compile(bench, lock, layers, stubbed(bench), request, root)
        return {"in_time": result["in_time"], "libraries": len(list((root / "deps").glob("*")))}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.desk.wait_seconds)


def project(
    bench: Bench,
    lock: str,
    layers: tuple[store.Entry, ...],
    tree: list[Source],
    features: tuple[str, ...],
) -> store.Entry:
    """The own libraries, over the compiled dependencies; `layers` are the downloads, and these.

    Its facts are those of cargo_runner.py. Raises `InstallFailed` where one does not compile.
    """
    inputs = {**bench.inputs, "lock": lock, "features": features, "tree": sources.digest(tree)}
    inputs["gates"] = 4
    recipe = store.Recipe("rust", "project", bench.what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"compiling {bench.what}")
        request = {"features": features, "stubs": False, "bare": dict(bench.plan.bare)}
        result = _compile(bench, lock, layers, tree, request, root)
        lacking = [m for m in bench.plan.selected if m.probe not in result["probes"]]
        if lacking and len(lacking) == len(bench.plan.selected):
            raise InstallFailed(f"{bench.what} cannot be compiled\n{result['errors']}".strip())
        return {
            **result,
            "content": store.fingerprint(root),
            "lacking": [member.name for member in lacking],
            "gated": cargo_gates.gated(tree),
            "preludes": [
                m.crate for m in bench.plan.members if cargo_gates.has_prelude(tree, m.lib_file)
            ],
        }

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.desk.wait_seconds)


def _compile(
    bench: Bench,
    lock: str,
    layers: tuple[store.Entry, ...],
    tree: list[Source],
    request: Mapping[str, Any],
    root: Path,
) -> dict[str, Any]:
    """Build without a network, and write what was made below `root`, all of one time."""
    quiet = replace(bench, access=without_secrets(bench.access))
    files = {**bench.plan.manifests, join(bench.plan.root, "Cargo.lock"): lock}
    work = _work(quiet, "build", tree, {**request, "files": files}, root)
    mounts = [Mount(str(layers[0].root), _HOME)]
    mounts += [Mount(str(layer.root), DEPENDENCIES) for layer in layers[1:]]
    work = replace(work, writable=(), mounts=(*work.mounts, *mounts), report_kib=_REPORT_KIB)
    work = replace(
        work,
        files=(*work.files, *quiet.access.files),
        variables={**quiet.access.variables, **(work.variables or {}), "CARGO_NET_OFFLINE": "true"},
    )
    what = f"the compilation of {bench.what}"
    outcome = _offline(bench.desk, work, f"{what} failed")
    made = archives.unpack(outcome.report, what)
    results = [source.data for source in made if source.name == "result.json"]
    if not results:
        raise InstallFailed(f"{what} gave no result\n{said(outcome, ())}")
    archives.write(root, [source for source in made if source.name != "result.json"])
    for here, folders, names in os.walk(root):
        for name in (*folders, *names):
            os.utime(Path(here, name), (_WHEN, _WHEN))
    return dict(json.loads(results[0]))


def _offline(desk: Desk, work: Work, what: str) -> Outcome:
    """Run a build; one that other phases left little time is worth a new try soon."""
    most = desk.limits.wall_seconds
    before = desk.clock.left(most)
    try:
        return run_offline(desk, work, what)
    except InstallFailed as failure:
        if desk.clock.left(most) < 1 and before < most / 2:
            raise InstallFailed(failure.message, help=_HELP, connection=True) from failure
        raise


def _work(
    bench: Bench, phase: str, tree: list[Source], request: Mapping[str, Any], root: Path
) -> Work:
    python, base = own_python()
    shared = bench.desk.cache / "downloads" / "cargo"
    shared.mkdir(parents=True, exist_ok=True)
    told = {
        "root": bench.plan.root,
        "cargo": str(PurePosixPath(bench.toolchain.executable).with_name("cargo")),
        "options": bench.access.options,
        "target": ["--target", f"{platform.machine()}-unknown-linux-gnu"],
        "selected": [
            {"folder": m.folder, "probe": m.probe, "name": m.name} for m in bench.plan.selected
        ],
        "members": [{"name": m.name, "crate": m.crate} for m in bench.plan.members],
    }
    return Work(
        argv=(python, "-I", "-S", "/work/cargo_runner.py", phase, "/work/request.json"),
        mounts=tuple(dict.fromkeys((*base, *bench.toolchain.mounts, *bench.access.mounts))),
        writable=(Mount(str(root), _HOME), Mount(str(shared), _DOWNLOADS)),
        files=(
            script("cargo_runner.py"),
            File("source.tar", sources.pack(tree)),
            File("request.json", json.dumps({**told, **request}).encode()),
        ),
        variables=_variables(bench.toolchain, _HOME if phase == "build" else _DOWNLOADS),
        report_kib=16 * 1024,
    )


def stubbed(bench: Bench) -> list[Source]:
    """The workspace without any code of the repository."""
    stubs = [Source(path, _STUB, False) for path in bench.plan.stubs]
    texts = bench.plan.manifests.items()
    return [*stubs, *(Source(name, text.encode(), False) for name, text in texts)]


def _variables(toolchain: Toolchain, home: str) -> Mapping[str, str]:
    """Cargo reads no setting of the repository; these win over all that it could find."""
    folder = PurePosixPath(toolchain.executable).parent
    return {
        "PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin",
        "CARGO_HOME": home,
        "CARGO_TARGET_DIR": "/tmp/target",
        "RUSTC": toolchain.executable,
        "RUSTC_WRAPPER": "",
        "RUSTC_WORKSPACE_WRAPPER": "",
        "RUSTFLAGS": "--cap-lints=warn",
        "CARGO_PROFILE_DEV_DEBUG": "0",
        "CARGO_INCREMENTAL": "0",
        "CARGO_TERM_PROGRESS_WHEN": "never",
        "CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS": "fallback",
        "CARGO_NET_RETRY": "1",
    }
