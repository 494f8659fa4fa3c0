"""Rust: a package's library and all that its examples may use, compiled, as read-only layers."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from doc_healing.environments import cargo_build, cargo_manifests, store
from doc_healing.environments.archives import safe
from doc_healing.environments.cargo_build import DEPENDENCIES, OWN, Bench
from doc_healing.environments.cargo_features import feature_sets
from doc_healing.environments.cargo_projects import installable
from doc_healing.environments.cargo_registries import cargo_access
from doc_healing.environments.cargo_workspaces import Member
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.sources import Source, tree
from doc_healing.model import Checkout, Environment, Mount, Toolchain, Wants

_WANTED = re.compile(r"([A-Za-z0-9_-]+)(?:\[([^\]]*)\])?(?:@(.+?))?(?:\[([^\]]*)\])?")
_OLDEST = (1, 74)
_SETTINGS = {".cargo"}
_ASIDE = {"target", "node_modules"}


def prepare(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk) -> Environment:
    """The environment for a package's Rust snippets. Raises `InstallFailed`."""
    wanted = _requested(wants.packages)
    own = wants.install_project and installable(checkout, wants.project)
    bare = Environment(
        "", "rust", toolchain.mounts,
        interpreter=toolchain.executable, runtime_version=toolchain.version,
    )  # fmt: skip
    if not own and not wanted:
        return bare
    _require_cargo(toolchain)
    plan = (
        cargo_manifests.plan(checkout, wants.project, wanted)
        if own
        else cargo_manifests.loose(wanted)
    )
    access = cargo_access(desk.registries, desk.allowed_hosts, desk.limits.download_mib)
    bench = Bench(desk, access, toolchain, wants, plan, list(plan.notes))
    made = _made(bench, checkout, own=own)
    notes = (*bench.notes, *_lock_notes(plan.lock, made.lock), *_build_notes(made))
    mounts = [Mount(str(made.project.root), OWN)]
    mounts += [Mount(str(layer.root), DEPENDENCIES) for layer in made.layers[1:]]
    return replace(
        bare,
        key="-".join([made.project.content, *(layer.key for layer in made.layers[1:])]),
        mounts=(*toolchain.mounts, *mounts),
        modules=_own_crates(plan.members, made),
        packages={item["name"]: item["version"] for item in _packages(made.lock)},
        notes=tuple(dict.fromkeys(notes)),
        facts=_facts(plan.members, made),
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """What was built: `layers` are the downloads and, where there are any, the dependencies."""

    lock: str
    layers: tuple[store.Entry, ...]
    project: store.Entry

    @property
    def calls(self) -> list["_Call"]:
        """How cargo called the compiler for the selected packages, in their order."""
        return [_call(text) for text in self.project.facts["probes"].values()]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of rustc: the variables that cargo set, and the options by their names."""

    variables: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]


def _require_cargo(toolchain: Toolchain) -> None:
    """Sparse registries, and builds that go on after a failure, are in cargo since 1.74."""
    found = re.match(r"(\d+)\.(\d+)", toolchain.version)
    if found and (int(found[1]), int(found[2])) < _OLDEST:
        raise InstallFailed(
            f"cargo {toolchain.version} is too old to install crates, 1.74 is needed",
            help="rustup toolchain install stable --profile minimal",
        )


def _requested(packages: Iterable[str]) -> dict[str, object]:
    """`serde[derive]@1` -> {"serde": {"version": "1", "features": ["derive"]}}."""
    found: dict[str, object] = {}
    for text in packages:
        match = _WANTED.fullmatch(text.strip())
        if match is None:
            raise InstallFailed(
                f"{text!r} names no crate", help="write it as serde@1 or serde[derive]@1"
            )
        listed = [item.strip() for item in (match[2] or match[4] or "").split(",")]
        features = [item for item in listed if item]
        found[match[1]] = {"version": match[3] or "*", "features": features}
    return found


def _made(bench: Bench, checkout: Checkout, *, own: bool) -> _Made:
    """All layers, with the first set of features that the project can be built with."""
    lock = cargo_build.locked(bench)
    home = cargo_build.downloaded(bench, lock)
    (first, *_) = bench.plan.selected
    nightly = "nightly" in bench.toolchain.version
    choices = (
        feature_sets(checkout, bench.wants, first.folder, first.name, nightly=nightly)
        if own
        else [()]
    )
    files = _tree(checkout) if own else cargo_build.stubbed(bench)
    failures: list[InstallFailed] = []
    for features in choices:
        layers: tuple[store.Entry, ...] = (home,)
        try:
            if any("source" in item for item in _packages(lock)):
                layers = (home, cargo_build.dependencies(bench, lock, home, features))
            made = cargo_build.project(bench, lock, layers, files, features)
        except InstallFailed as failure:
            if failure.connection:
                raise (failures[0] if failures else failure) from failure
            failures.append(failure)
            continue
        if failures:
            said = " ".join(choices[0]) or "the default features"
            words = _first(failures[0].message.partition("\n")[2])
            bench.notes.append(f"{first.name} cannot be built with {said}: {words}")
        return _Made(lock, layers, made)
    raise failures[0]


def _tree(checkout: Checkout) -> list[Source]:
    """The checkout without cargo's own settings, which can name programs to run."""
    return [
        source
        for source in tree(checkout, checkout.files)
        if not set(source.name.split("/")[:-1]) & {*_SETTINGS, *_ASIDE}
    ]


def _packages(lock: str) -> list[dict[str, Any]]:
    try:
        return [item for item in tomllib.loads(lock).get("package", ()) if "version" in item]
    except (tomllib.TOMLDecodeError, TypeError):
        return []


def _lock_notes(before: str, after: str) -> list[str]:
    if not before:
        return []
    pinned = {(item["name"], item["version"]) for item in _packages(before)}
    new = [
        f"{item['name']} {item['version']}"
        for item in _packages(after)
        if "source" in item and (item["name"], item["version"]) not in pinned
    ]
    if new:
        more = f" and {len(new) - 5} more" if len(new) > 5 else ""
        return [f"Cargo.lock is incomplete: {', '.join(new[:5])}{more} were resolved"]
    return ["versions as Cargo.lock pins them"]


def _build_notes(made: _Made) -> list[str]:
    facts = made.project.facts
    notes = [f"{name} cannot be compiled: {_first(facts['errors'])}" for name in facts["lacking"]]
    if facts["dropped"]:
        notes.append(f"development dependencies are left out: {_first(facts['dropped'])}")
    return notes


def _first(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines()[:3])[:400]


def _call(text: str) -> _Call:
    words = shlex.split(text)
    start = next((n for n, word in enumerate(words) if not _is_setting(word)), 0)
    options: dict[str, tuple[str, ...]] = {}
    for word, value in zip(words[start:], [*words[start + 1 :], ""], strict=True):
        name, equals, rest = word.partition("=")
        if name in ("--edition", "--extern", "--cfg", "-L"):
            options[name] = (*options.get(name, ()), rest if equals else value)
    return _Call(dict(word.split("=", 1) for word in words[:start]), options)


def _is_setting(word: str) -> bool:
    return re.match(r"[A-Za-z_]\w*=", word) is not None


def _own_crates(members: Iterable[Member], made: _Made) -> tuple[str, ...]:
    there = {name for call in made.calls for name in _externs(call, made)}
    return tuple(dict.fromkeys(m.crate for m in members if m.crate in there))


def _facts(members: tuple[Member, ...], made: _Made) -> Mapping[str, str]:
    externs: dict[str, str] = {}
    natives: dict[str, None] = {}
    for call in made.calls:
        externs = {**_externs(call, made), **externs}
        for value in call.options.get("-L", ()):
            if place := _native(value, made):
                natives[place] = None
    only = made.calls[0] if len(made.calls) == 1 else _Call({}, {})
    search = [f"dependency={place}/deps" for place, _ in _places(made)]
    edition = made.calls[0].options.get("--edition", ("2015",))[0]
    return {
        "externs": json.dumps(externs),
        "search": json.dumps([*search, *natives]),
        "edition": edition,
        "own": json.dumps(_own_crates(members, made)),
        "gated": json.dumps(made.project.facts["gated"]),
        "preludes": json.dumps(made.project.facts["preludes"]),
        "cfg": json.dumps(only.options.get("--cfg", ())),
        "env": json.dumps({k: v for k, v in only.variables.items() if _is_told(k)}),
    }


def _places(made: _Made) -> list[tuple[str, Path]]:
    """The layers as the jail sees them, the own one first."""
    return [(OWN, made.project.root), *((DEPENDENCIES, layer.root) for layer in made.layers[1:])]


def _externs(call: _Call, made: _Made) -> dict[str, str]:
    found = {}
    for value in call.options.get("--extern", ()):
        name, _, path = value.rpartition(":")[2].partition("=")
        for place, root in _places(made):
            if path and (root / "deps" / Path(path).name).is_file():
                found[name] = f"{place}/deps/{Path(path).name}"
                break
    return found


def _native(value: str, made: _Made) -> str:
    """A folder of native libraries, as the jail sees it; empty where it does not."""
    kind, _, path = value.rpartition("=")
    if kind == "dependency":
        return ""
    below = path.removeprefix("/tmp/target/debug/")
    for place, root in _places(made):
        if below != path and safe(below) and (root / below).is_dir():
            return f"{kind or 'all'}={place}/{below}"
    return f"{kind or 'all'}={path}" if path.startswith("/usr/") else ""


def _is_told(name: str) -> bool:
    """Whether a variable is the package's: not of one target, and no place of this build."""
    if name.startswith("CARGO_PKG_"):
        return True
    return not name.startswith(("CARGO", "LD_", "OUT_DIR", "DYLD_", "RUST"))
