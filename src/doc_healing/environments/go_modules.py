"""Go: compiled archives of a module's packages and of all that they import, as a read-only layer.

Modules are downloaded through the proxy and compiled without it, both by the go command alone:
without cgo, `-toolexec`, version control or anything else that would run code of the repository.
"""

import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from doc_healing.environments import go_manifests, sources, store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.go_projects import module_path
from doc_healing.environments.go_registries import go_access
from doc_healing.environments.jail import Work, install, own_python, script
from doc_healing.environments.proxy import Egress
from doc_healing.environments.registries import Access
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout, Environment, File, Mount, Toolchain, Wants

GOMOD = "/opt/gomod"
_MODULES = "/opt/downloads"
_COMPILED = "/opt/compiled"
_RESOLUTION_SECONDS = 24 * 3600.0
_MOST_FAILED = 5


@dataclass(frozen=True, slots=True)
class _Bench:
    """What the phases of one installation share."""

    desk: Desk
    access: Access
    toolchain: Toolchain
    wants: Wants
    own: str  # the module's path; empty where only wanted modules are installed
    staged: go_manifests.Staged
    direct: tuple[str, ...]  # packages that the manifest asks for, used or not

    @property
    def what(self) -> str:
        return self.own or "the snippets"

    @property
    def store(self) -> store.Store:
        return store.Store(self.desk.cache / "environments", self.desk.leases)

    @property
    def inputs(self) -> dict[str, object]:
        """What belongs in the key of everything that is made here."""
        return {
            "go": [self.toolchain.version, self.toolchain.executable],
            "platform": platform.machine(),
            "tree": self.staged.digest,
            "project": self.wants.project,
            "own": self.own,
            "packages": self.wants.packages,
            "registries": sorted(self.access.variables.items()),
        }


def prepare(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk) -> Environment:
    """The environment for a module's Go snippets. Raises `InstallFailed`."""
    own = module_path(checkout, wants.project) if wants.install_project else ""
    bare = Environment(
        "", "go", toolchain.mounts,
        interpreter=toolchain.executable, runtime_version=toolchain.version,
    )  # fmt: skip
    if not own and not wants.packages:
        return bare
    bench = _bench(checkout, wants, toolchain, desk, own)
    entry = _built(bench, _resolved(bench) if wants.packages else {})
    return replace(
        bare,
        key=entry.key,
        mounts=(*toolchain.mounts, Mount(str(entry.root), GOMOD)),
        modules=(own,) if own else (),
        packages={name: version for name, version in entry.facts["modules"].items() if version},
        notes=tuple(_notes(bench, entry.facts)),
        unbuilt=tuple(sorted(_unbuilt(checkout, own, entry.facts["packages"]))) if own else (),
        facts=_facts(checkout, bench, entry.facts),
    )


def _bench(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk, own: str) -> _Bench:
    access = go_access(desk.registries, desk.allowed_hosts, desk.limits.download_mib)
    named = [text.strip().partition("@")[0] for text in wants.packages]
    asked = tuple(path for name in named for path in (name, f"{name}/..."))
    if own:
        go_mod = read_text(checkout, join(wants.project, "go.mod"))
        direct = (*go_manifests.direct_requirements(go_mod), *asked)
        return _Bench(desk, access, toolchain, wants, own, go_manifests.staged(checkout), direct)
    text = f"module snippets\n\ngo {_release(toolchain)}\n"
    staged = go_manifests.Staged((sources.Source("go.mod", text.encode(), False),), ())
    return _Bench(desk, access, toolchain, replace(wants, project=""), "", staged, asked)


def _release(toolchain: Toolchain) -> str:
    """ "1.26" of "go1.26.8"."""
    found = re.search(r"\d+\.\d+", toolchain.version)
    return found[0] if found else "1.21"


def _resolved(bench: _Bench) -> Mapping[str, str]:
    """The manifests with the wanted modules, as `go get` makes them; kept for a day."""
    recipe = store.Recipe("go", "resolution", bench.what, bench.inputs)

    def build(root: Path) -> Mapping[str, Any]:
        bench.desk.report(f"resolving what {bench.what} wants")
        wanted = [text if "@" in text else f"{text}@latest" for text in bench.wants.packages]
        what = f"cannot resolve {', '.join(bench.wants.packages)}"
        return _run(bench, "get", root, {"files": {}, "wanted": wanted}, what)

    entry = store.obtain(
        bench.store, recipe, build,
        wait_seconds=bench.desk.wait_seconds, max_age_seconds=_RESOLUTION_SECONDS,
    )  # fmt: skip
    files: Mapping[str, str] = entry.facts["files"]
    return files


def _built(bench: _Bench, resolved: Mapping[str, str]) -> store.Entry:
    inputs = {**bench.inputs, "resolved": dict(resolved)}
    recipe = store.Recipe("go", "project" if bench.own else "dependencies", bench.what, inputs)

    def build(root: Path) -> Mapping[str, Any]:
        bench.desk.report(f"downloading the modules of {bench.what}")
        request = {"files": dict(resolved), "wanted": list(bench.wants.packages)}
        got = _run(bench, "fetch", root, request, f"cannot download the modules of {bench.what}")
        bench.desk.report(f"compiling {bench.what}")
        request = {"files": got["files"], "wanted": [], "mod": got["mod"]}
        made = _run(bench, "compile", root, request, f"cannot compile {bench.what}")
        return {**made, "note": got["note"]}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.desk.wait_seconds)


def _run(
    bench: _Bench, phase: str, root: Path, request: Mapping[str, Any], what: str
) -> dict[str, Any]:
    """One phase of go_runner.py, with its registries or, to compile, without any."""
    offline = phase == "compile"
    access = bench.access
    if offline:
        nothing = Egress(frozenset(), frozenset(), (), (), 0)
        access = replace(access, egress=nothing, variables={"GOPROXY": "off"}, files=())
    try:
        outcome = install(bench.desk, access, _work(bench, phase, root, request), what)
    except InstallFailed as failure:
        raise _explained(failure) from failure
    return dict(json.loads(outcome.report))


def _work(bench: _Bench, phase: str, root: Path, request: Mapping[str, Any]) -> Work:
    own = {
        "folder": bench.wants.project,
        "own": bool(bench.own),
        "go": bench.toolchain.executable,
        "direct": bench.direct,
        "most_mib": bench.desk.limits.disk_mib,
    }
    python, base = own_python()
    writable = [(_folder(bench.desk, "go"), _MODULES), (_folder(bench.desk, "go-build"), _COMPILED)]
    if phase == "compile":
        writable = [writable[1], (root, GOMOD), writable[0]]
    return Work(
        argv=(python, "-I", "-S", "/work/go_runner.py", phase, "/work/request.json"),
        mounts=tuple(dict.fromkeys((*base, *bench.toolchain.mounts))),
        writable=tuple(Mount(str(source), target) for source, target in writable),
        files=(
            script("go_runner.py"),
            File("source.tar", sources.pack(bench.staged.tree)),
            File("request.json", json.dumps({**own, **request}).encode()),
        ),
        variables=_variables(bench.toolchain),
        report_kib=32 * 1024,
    )


def _folder(desk: Desk, name: str) -> Path:
    folder = desk.cache / "downloads" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _variables(toolchain: Toolchain) -> Mapping[str, str]:
    """Nothing of the repository decides how it is compiled; these win over any `go env -w`."""
    folder = PurePosixPath(toolchain.executable).parent
    return {
        "PATH": f"{folder}:/usr/bin:/bin",
        "GOENV": "off",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "GOVCS": "*:off",
        "CGO_ENABLED": "0",
        "GOMODCACHE": _MODULES,
        "GOCACHE": _COMPILED,
        "GOPATH": "/tmp/go",
        "GOTELEMETRY": "off",
    }


def _explained(failure: InstallFailed) -> InstallFailed:
    """With what the reader can do about it, where that is known."""
    newer = re.search(r"(\S+) requires go >= (\S+) \(running go (\S+?)[;)]", failure.message)
    message, help_ = failure.message, failure.help
    if newer:
        message = f"{newer[1]} requires Go {newer[2]}, and this machine has {newer[3]}"
        help_ = f"install Go {newer[2]} or newer from https://go.dev/dl"
    elif "GOVCS" in failure.message:
        help_ = "modules come from a GOPROXY alone, version control is never run: set GOPROXY"
    return InstallFailed(message, help=help_, connection=failure.connection)


def _unbuilt(checkout: Checkout, own: str, packages: Mapping[str, Any]) -> set[str]:
    """Packages under the module's path that are in the checkout, and that nobody can import here:
    they do not compile, are for other systems, or are of a module of their own."""
    there = go_manifests.package_paths(checkout) - set(packages)
    return {path for path in there if path == own or path.startswith(f"{own}/")}


def _notes(bench: _Bench, facts: Mapping[str, Any]) -> list[str]:
    notes = list(bench.staged.notes)
    if facts["note"]:
        notes.append(f"the manifests of {bench.what} were completed: {facts['note']}")
    if bench.wants.exclude_newer:
        notes.append("Go modules cannot be resolved as of a date: exclude_newer is not honoured")
    failed = sorted(facts["failed"].items())
    for path, reason in failed[:_MOST_FAILED]:
        lines = [line for line in reason.splitlines() if not line.startswith("# ")]
        notes.append(f"{path} is not usable: {' '.join(lines[:3])[:400]}")
    if len(failed) > _MOST_FAILED:
        notes.append(f"{len(failed) - _MOST_FAILED} more packages are not usable")
    return notes


def _facts(checkout: Checkout, bench: _Bench, found: Mapping[str, Any]) -> Mapping[str, str]:
    packages: Mapping[str, tuple[str, str]] = found["packages"]
    lines = [f"packagefile {path}={GOMOD}/{name}\n" for path, (_, name) in packages.items()]
    go_mod = read_text(checkout, join(bench.wants.project, "go.mod")) if bench.own else ""
    return {
        "importcfg": "".join(lines),
        "module": bench.own,
        "go": go_manifests.language_version(go_mod) if bench.own else _release(bench.toolchain),
        "packages": json.dumps({path: name for path, (name, _) in packages.items()}),
        "failed": json.dumps(found["failed"]),
        "deprecated": json.dumps(found.get("deprecated", {})),  # an older entry has none
        "conditional": json.dumps(go_manifests.conditional_names(checkout) if bench.own else {}),
    }
