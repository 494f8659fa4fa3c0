"""Java: the jars of a Maven or Gradle project and its own classes, as two read-only layers.

The jars stand in /opt/java/deps, resolved by Maven's own resolver from poms that are data; the
repository's classes in /opt/java/own, compiled from its sources. No build of the repository runs
with a network, and none of its plugins at all.
"""

import json
import re
from collections.abc import Callable

from doc_healing.environments import gradle, jvm_resolution, maven_projects, store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jvm_builds import (
    OWN,
    Processors,
    deprecated_of,
    facts_of,
    own_layer,
)
from doc_healing.environments.jvm_model import Project
from doc_healing.environments.jvm_resolution import DEPENDENCIES, Bench, Resolved
from doc_healing.environments.maven_registries import maven_access
from doc_healing.environments.sources import join
from doc_healing.model import Checkout, Environment, Mount, Toolchain, Wants

_ABSENT = re.compile(r"(?m)^absent: (\S+)$")
_VERSIONLESS = re.compile(
    r"'dependencies\.dependency\.version' for ([^:\s]+:[^:\s]+):\S+ is missing"
)
_PROCESSORS = "/opt/java/processors"


def prepare(checkout: Checkout, wants: Wants, toolchain: Toolchain, desk: Desk) -> Environment:
    """The environment for a project's Java snippets. Raises `InstallFailed`."""
    read = _reader(checkout, wants)
    if read is None and not wants.packages:
        return Environment("", "java", toolchain.mounts, interpreter=toolchain.executable)
    project = read(lambda _: False) if read else Project((), (), {})
    access, notes = maven_access(
        desk.registries, desk.allowed_hosts, desk.limits.download_mib, project.repositories
    )
    bench = Bench(desk, access, toolchain, notes)
    what = f"the dependencies of {project.modules[-1].name if project.modules else 'the snippets'}"
    project, resolved = _resolved(bench, read, project, wants, what)
    dependencies = jvm_resolution.layer(bench, resolved, what)
    layer = None
    if any(module.sources or module.resources for module in project.modules):

        def processors() -> Processors:
            return _processors(bench, project, resolved, dependencies)

        layer = own_layer(bench, checkout, project, resolved, dependencies, processors)
    return _environment(bench, project, resolved, dependencies, layer)


_Read = Callable[[Callable[[str], bool]], Project]


def _reader(checkout: Checkout, wants: Wants) -> _Read | None:
    """How the project's build file is read; None where there is none or it is not wanted."""
    if not wants.install_project:
        return None
    if join(wants.project, "pom.xml") in checkout.files:
        return lambda absent: maven_projects.read(checkout, wants.project, absent)
    if gradle.is_project(checkout, wants.project):
        return lambda absent: gradle.read(checkout, wants.project, absent)
    return None


def _resolved(
    bench: Bench, read: _Read | None, project: Project, wants: Wants, what: str
) -> tuple[Project, Resolved]:
    """What the resolver finds, without parents in no registry and dependencies of no version."""
    lost: set[str] = set()
    while True:
        try:
            return project, jvm_resolution.resolve(bench, project, wants, what)
        except InstallFailed as failure:
            said = failure.message
            absent = {*_ABSENT.findall(said), *_VERSIONLESS.findall(said)} - lost
            if failure.connection or not absent or read is None or len(lost) > 40:
                raise
            lost |= absent
            project = read(lost.__contains__)


def _processors(
    bench: Bench, project: Project, resolved: Resolved, dependencies: store.Entry
) -> Processors:
    """Those that the project names, else those among its dependencies, as javac would do."""
    named = tuple(dict.fromkeys(name for m in project.modules for name in m.processors))
    if named:
        what = f"the annotation processors of {project.modules[-1].name}"
        alone = Project((), (), project.poms)
        found = jvm_resolution.resolve(bench, alone, Wants(packages=named), what)
        entry = jvm_resolution.layer(bench, found, what)
        paths = tuple(f"{_PROCESSORS}/{jar.place}" for jar in found.jars)
        return Processors(paths, named, (Mount(str(entry.root), _PROCESSORS),))
    places = list(dependencies.facts["processors"])
    paths = tuple(f"{DEPENDENCIES}/{jar.place}" for jar in resolved.jars) if places else ()
    return Processors(paths, tuple(place.rpartition("/")[2] for place in places))


def _environment(
    bench: Bench,
    project: Project,
    resolved: Resolved,
    dependencies: store.Entry,
    layer: store.Entry | None,
) -> Environment:
    mounts = [*bench.toolchain.mounts, Mount(str(dependencies.root), DEPENDENCIES)]
    path = [f"{DEPENDENCIES}/{jar.place}" for jar in resolved.jars]
    packages, incomplete, deprecated, key = "[]", "", "{}", dependencies.key
    notes = [*project.notes, *resolved.notes, *bench.notes]
    if layer:
        mounts.append(Mount(str(layer.root), OWN))
        numbers = range(len(project.modules))
        path = [*(f"{OWN}/{number}" for number in reversed(numbers)), *path]
        packages, incomplete = facts_of(layer)
        deprecated = deprecated_of(layer)
        notes += layer.facts["notes"]
        key = f"{key}-{layer.key}"
    reasons = [incomplete, *project.missing]
    reasons += [f"{name} is in no registry" for name in resolved.missing]
    notes += [reason for reason in reasons if reason]
    installed = {jar.name: jar.version for jar in resolved.jars}
    release = next((m.release for m in reversed(project.modules) if m.release), "")
    return Environment(
        key=key,
        language="java",
        mounts=tuple(mounts),
        modules=tuple(module.name for module in project.modules),
        packages={**installed, **{m.name: m.version for m in project.modules}},
        interpreter=bench.toolchain.executable,
        runtime_version=bench.toolchain.version,
        notes=tuple(dict.fromkeys(notes)),
        facts={
            "classpath": ":".join(path),
            "release": release,
            "own": packages,
            "deprecated": deprecated,
            "incomplete": "; ".join(filter(None, reasons)),
            "modules": json.dumps([module.name for module in project.modules]),
        },
    )
