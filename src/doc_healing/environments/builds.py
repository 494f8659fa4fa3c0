"""Makes a wheel of a source tree with its own backend (PEP 517), in a jail without any network."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from doc_healing.environments import versions
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.jail import Work, run_offline, script
from doc_healing.environments.virtualenvs import ENV, Bench, Demand, virtual_environment
from doc_healing.environments.wheels import Wheel, inspect, requirement
from doc_healing.model import File, Mount

_LEGACY = ("setuptools", "wheel")
_WHEEL_KIB = 512 * 1024
# What old setup scripts ask of setuptools that newer ones no longer have, and the last that had it.
_OLD_TOOLS = (
    (r"use_2to3 is invalid|error in .* setup command: use_2to3", "setuptools<58"),
    (r"No module named '?pkg_resources|pkg_resources", "setuptools<81"),
    (
        r"cannot import name '(msvccompiler|log|Feature)'|No module named '?distutils",
        "setuptools<66",
    ),
)


@dataclass(frozen=True, slots=True)
class Backend:
    """`[build-system]`, or what pip takes where there is none."""

    name: str
    requires: tuple[str, ...]
    path: tuple[str, ...] = ()


def backend_of(system: Mapping[str, Any]) -> Backend:
    """The backend of a `[build-system]` table.

    https://packaging.python.org/en/latest/specifications/pyproject-toml/#build-system
    """
    stated = system.get("requires")
    requires = tuple(_strings(stated)) if isinstance(stated, list) else _LEGACY
    name = system.get("build-backend")
    if not isinstance(name, str):
        return Backend("setuptools.build_meta:__legacy__", requires)
    return Backend(name, requires, tuple(_strings(system.get("backend-path"))))


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Job:
    """One build: all that it takes. `archive` is a tar, `project` a folder in it."""

    bench: Bench
    archive: bytes
    project: str
    backend: Backend
    pretended: versions.Pretended


def build_wheel(job: Job, what: str) -> tuple[Wheel, bytes, str]:
    """The wheel, its bytes, and a note where older tools were needed. Raises `InstallFailed`."""
    try:
        return *_wheel(job, job.backend.requires, what), ""
    except InstallFailed as failure:
        older = _older_tools(job.backend, failure.message)
        if not older:
            raise
        note = f"built with {older}, as its old setup script needs"
        return *_wheel(job, (*job.backend.requires, older), what), note


def _older_tools(backend: Backend, message: str) -> str:
    if not any(re.match(r"setuptools\b", text) for text in backend.requires):
        return ""
    for pattern, older in _OLD_TOOLS:
        if re.search(pattern, message):
            return older
    return ""


def _wheel(job: Job, requires: Iterable[str], what: str) -> tuple[Wheel, bytes]:
    """Build with the declared requirements, and once more with those the backend then names."""
    wanted = tuple(requires)
    for _ in range(3):
        head, body = _call_backend(job, wanted, what)
        missing = tuple(text for text in _strings(head.get("missing")) if requirement(text))
        if not missing:
            return inspect(str(head.get("wheel", "")), body), body
        wanted = (*wanted, *missing)
    raise InstallFailed(f"cannot build {what}: its backend keeps asking for {', '.join(missing)}")


def _call_backend(
    job: Job, requires: tuple[str, ...], what: str
) -> tuple[Mapping[str, Any], bytes]:
    demand = Demand(requires, kind="build")
    tools = virtual_environment(job.bench, demand, f"the build requirements of {what}")
    request = {
        "source": "/work/source.tar",
        "project": job.project,
        "backend": job.backend.name,
        "backend_path": job.backend.path,
        "version": job.pretended.version,
        "git": bool(job.pretended.version),
    }
    work = Work(
        argv=(f"{ENV}/bin/python", "/work/builder.py", "request.json"),
        mounts=(*job.bench.toolchain.mounts, Mount(str(tools.root), ENV)),
        files=(
            script("builder.py"),
            File("source.tar", job.archive),
            File("request.json", json.dumps(request).encode()),
        ),
        variables={**job.pretended.variables, "PATH": f"{ENV}/bin:/usr/local/bin:/usr/bin:/bin"},
        report_kib=_WHEEL_KIB,
    )
    outcome = run_offline(job.bench.desk, work, f"cannot build {what}")
    return _answer(outcome.report, what)


def _answer(report: bytes, what: str) -> tuple[Mapping[str, Any], bytes]:
    head, _, body = report.partition(b"\n")
    try:
        found = json.loads(head)
    except ValueError as error:
        raise InstallFailed(f"cannot build {what}: its backend gave no wheel") from error
    if not isinstance(found, dict):
        raise InstallFailed(f"cannot build {what}: its backend gave no wheel")
    return found, body
