"""Maven's own resolver in the jail: the jars of a project, found once and kept as a layer.

No Maven process that could load a plugin or an extension is started: a small program of ours uses
the libraries of the installed Maven, and poms are data to it.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from doc_healing import settings
from doc_healing.environments import archives, store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.jail import Work, install, run_offline, script
from doc_healing.environments.jvm_model import Project
from doc_healing.environments.registries import Access
from doc_healing.model import File, Mount, Step, Toolchain, Wants

DEPENDENCIES = "/opt/java/deps"
TOOLS = "/opt/java-tools"
EXPORTS = tuple(
    f"--add-exports=jdk.compiler/com.sun.tools.javac.{name}=ALL-UNNAMED"
    for name in ("api", "code", "util")
)
# A short program: the quick compiler and the small collector.
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx1500m")
_SOURCES = ("JvmResolve.java", "JvmCompile.java")
_DOWNLOADS = "/opt/downloads"
_LOCK_SECONDS = 24 * 3600.0
_SAFE = re.compile(r"[\w.+-]+")
_HELP = "install Maven 3.6.3 or newer (Debian, Ubuntu: apt-get install maven)"


@dataclass(frozen=True, slots=True)
class Bench:
    """What every installation of one run shares; `notes` are said in the report."""

    desk: Desk
    access: Access
    toolchain: Toolchain
    notes: list[str]

    @property
    def store(self) -> store.Store:
        """The store of this desk."""
        return store.Store(self.desk.cache / "environments", self.desk.leases)

    @property
    def wait_seconds(self) -> float:
        """How long to wait for another installation of the same key."""
        return self.desk.wait_seconds

    @property
    def inputs(self) -> dict[str, object]:
        """What belongs in the key of everything that is made here."""
        return {
            "runtime": [self.toolchain.version, self.toolchain.executable],
            "programs": [hashlib.sha256(script(name).data).hexdigest() for name in _SOURCES],
        }

    def java(self, *arguments: str) -> tuple[str, ...]:
        """A command line of the toolchain's `java`."""
        folder = PurePosixPath(self.toolchain.executable).parent
        return (str(folder / "java"), *_QUICK, *arguments)


@dataclass(frozen=True, slots=True)
class Jar:
    """One resolved file; `path` is its place in the resolver's own folder."""

    coordinates: str  # group:artifact:extension:classifier:version
    scope: str
    path: str
    sha256: str

    @property
    def name(self) -> str:
        """`group:artifact`."""
        return ":".join(self.coordinates.split(":")[:2])

    @property
    def version(self) -> str:
        """Its version."""
        return self.coordinates.split(":")[4]

    @property
    def place(self) -> str:
        """Its place in the layer: `com.google.guava/guava-33.0.0.jar`."""
        group, artifact, extension, classifier, version = self.coordinates.split(":")
        tail = f"-{classifier}" if classifier else ""
        return f"{group}/{artifact}-{version}{tail}.{extension}"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the resolver found: jars in class path order, own modules, and what is nowhere."""

    jars: tuple[Jar, ...]
    own: tuple[str, ...]  # coordinates of modules of the repository
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def resolve(bench: Bench, project: Project, wants: Wants, what: str) -> Resolved:
    """The jars of a project and of the packages that are wanted beside it.

    Kept for a day. Raises `InstallFailed`, also where a wanted package is in no registry.
    """
    maven = _maven()
    poms = {name: data.decode("utf-8") for name, data in project.poms.items()}
    inputs = {
        **bench.inputs,
        "maven": maven.identity,
        "poms": poms,
        "wanted": project.wanted,
        "modules": [module.coordinates for module in project.modules],
        "packages": wants.packages,
        "highest": project.highest,
        "registries": _identity(bench.access),
    }
    recipe = store.Recipe("java", "resolution", what, inputs)

    def build(_: Path) -> Mapping[str, object]:
        bench.desk.report(f"resolving {what}")
        return {"lines": _resolve(bench, maven, project, wants.packages, f"cannot resolve {what}")}

    entry = store.obtain(
        bench.store, recipe, build, wait_seconds=bench.wait_seconds, max_age_seconds=_LOCK_SECONDS
    )
    found = _read(str(entry.facts["lines"]))
    lost = [text for text in found.missing if any(_same(text, one) for one in wants.packages)]
    if lost:
        raise InstallFailed(f"cannot install {lost[0]}: it is in no registry")
    return found


def layer(bench: Bench, resolved: Resolved, what: str) -> store.Entry:
    """The jars in one read-only folder, by their hashes; from the cache where they are in it.

    Its fact `processors` has the places of those that bring annotation processors.
    """
    jars = [[jar.coordinates, jar.path, jar.sha256] for jar in resolved.jars]
    recipe = store.Recipe("java", "dependencies", what, {"jars": jars})

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"installing {what}")
        for jar in resolved.jars:
            (root / jar.place).parent.mkdir(exist_ok=True)
        lines = [("copy", j.path, j.sha256, j.coordinates, j.place) for j in resolved.jars]
        extra = (Mount(str(root), DEPENDENCIES),)
        told = _run(bench, _maven(), lines, f"cannot install {what}", extra)
        return {"processors": told.splitlines()}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)


def tools(bench: Bench) -> store.Entry:
    """Our two programs, compiled by this toolchain. Raises `InstallFailed` without Maven."""
    maven = _maven()
    inputs = {**bench.inputs, "maven": maven.identity}
    recipe = store.Recipe("java", "tools", "programs of doc-healing", inputs)

    def build(root: Path) -> Mapping[str, object]:
        compiler = str(PurePosixPath(bench.toolchain.executable).parent / "javac")
        options = ("-J-XX:TieredStopAtLevel=1", *EXPORTS, "-nowarn", "-proc:none", "-d", "out")
        path = ":".join(maven.jars)
        work = Work(
            argv=(compiler, *options, "-cp", path, *_SOURCES),
            mounts=(*bench.toolchain.mounts, *maven.mounts),
            files=tuple(map(script, _SOURCES)),
            after=(Step(("sh", "-c", "cd out && exec tar -cf - * >&3"), "pack"),),
            report_kib=8 * 1024,
        )
        outcome = run_offline(bench.desk, work, "cannot compile for this JDK and Maven")
        archives.write(root, archives.unpack(outcome.report, "the compiler"))
        return {}

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)


# --- the Maven of this machine ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Maven:
    """The libraries of a Maven, as the jail sees them."""

    jars: tuple[str, ...]
    mounts: tuple[Mount, ...]
    identity: str


def _maven() -> _Maven:
    """From the PATH, else where our own set-up puts it."""
    found = settings.program("mvn")
    homes = [Path(found).resolve().parent.parent] if found else []
    homes += [home / "libexec" for home in homes]
    ours = Path(sys.prefix) / "toolchains" / "maven"
    newer = 0
    for home in (*homes, ours, *sorted(ours.glob("apache-maven-*")), Path("/usr/share/maven")):
        if any(home.glob("lib/maven-resolver-provider-4*.jar")):
            newer += 1
            continue
        if any(home.glob("lib/maven-resolver-provider*.jar")):
            return _home(home)
    said = "Maven 4 is not supported yet" if newer else "there is no Maven on this machine"
    raise InstallFailed(said, help=_HELP)


def _home(home: Path) -> _Maven:
    jars = sorted(home.glob("lib/*.jar"))
    real = [path.resolve() for path in jars]
    names = [f"{path.name}:{path.stat().st_size}" for path in real if path.is_file()]
    identity = hashlib.sha256("\n".join(names).encode()).hexdigest()
    if str(home).startswith("/usr/"):
        return _Maven(tuple(map(str, jars)), (), identity)
    inside = tuple(f"/opt/maven/lib/{path.name}" for path in jars)
    return _Maven(inside, (Mount(str(home.resolve()), "/opt/maven"),), identity)


# --- one run of the resolver -------------------------------------------------------------------


def _resolve(
    bench: Bench, maven: _Maven, project: Project, packages: Iterable[str], what: str
) -> str:
    lines: list[tuple[str, ...]] = [("highest",)] if project.highest else []
    files = []
    for number, (name, data) in enumerate(sorted(project.poms.items())):
        files.append(File(f"poms/{number}.xml", data))
        lines.append(("own", name, f"/work/poms/{number}.xml"))
    roots = dict.fromkeys((*project.wanted, *(m.coordinates for m in project.modules)))
    lines += [("root", name, "yes" if name in project.wanted else "no") for name in roots]
    lines += [("package", name) for name in packages]
    return _run(bench, maven, lines, what, (), files)


def _run(
    bench: Bench,
    maven: _Maven,
    lines: Sequence[tuple[str, ...]],
    what: str,
    extra: tuple[Mount, ...],
    files: Iterable[File] = (),
) -> str:
    text = "".join("\t".join(line) + "\n" for line in lines)
    request = File("request.tsv", text.encode())
    downloads = bench.desk.cache / "downloads" / "maven" / _identity(bench.access)[:16]
    downloads.mkdir(parents=True, exist_ok=True)
    path = ":".join((TOOLS, *maven.jars))
    program = ("-cp", path, "JvmResolve", "/work/request.tsv", "/tmp/report", _DOWNLOADS)
    work = Work(
        argv=bench.java(*program),
        mounts=(*bench.toolchain.mounts, *maven.mounts, Mount(str(tools(bench).root), TOOLS)),
        writable=(Mount(str(downloads), _DOWNLOADS), *extra),
        files=(request, *files),
        after=(Step(("sh", "-c", "exec cat /tmp/report >&3"), "read"),),
        report_kib=8 * 1024,
    )
    outcome = install(bench.desk, bench.access, work, what)
    return outcome.report.decode("utf-8", "replace")


def _identity(access: Access) -> str:
    """The registries and the way to them, hashed: they decide what a name means."""
    parts = [dict(access.variables), [file.data.hex() for file in access.files]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _read(text: str) -> Resolved:
    found = Resolved((), (), (), ())
    for line in text.splitlines():
        kind, *field = line.split("\t")
        if kind == "jar" and _usable(field):
            found = replace(found, jars=(*found.jars, Jar(*field)))
        elif kind == "own":
            found = replace(found, own=(*found.own, field[0]))
        elif kind == "missing":
            found = replace(found, missing=(*found.missing, field[0]))
        elif kind == "note":
            found = replace(found, notes=(*found.notes, field[0]))
    return found


def _usable(field: list[str]) -> bool:
    """A jar with coordinates that are no path: they are a stranger's, and become file names."""
    parts = field[0].split(":")
    named = [part for number, part in enumerate(parts) if number != 3 or part]
    safe = all(_SAFE.fullmatch(part) and part.strip(".") for part in named)
    return len(parts) == 5 and parts[2] == "jar" and safe and "/.." not in f"/{field[2]}"


def _same(missing: str, wanted: str) -> bool:
    return missing.split(":")[:2] == wanted.split(":")[:2]
