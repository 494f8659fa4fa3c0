"""A Gradle project of a checkout, read without Gradle: its modules, and poms that say its needs.

Gradle is never started: a build script is a program of the repository. What the scripts write out
is read; what only running them could tell is said and makes the class path incomplete.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from doc_healing.environments.gradle_builds import Build, generates, release_in, toolchain_in
from doc_healing.environments.gradle_projects import (
    build_of,
    name_of,
    projects,
    root_of,
    script,
)
from doc_healing.environments.gradle_scripts import Call, Value
from doc_healing.environments.jvm_model import MOST_TESTED, Module, Project
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

_MOST_MODULES = 60
_SCOPES = {
    "api": "compile",
    "implementation": "compile",
    "compile": "compile",
    "compileOnlyApi": "compile",
    "compileOnly": "provided",
    "provided": "provided",
    "optional": "provided",
    "optionalApi": "provided",
    "optionalImplementation": "provided",
    "shadow": "compile",
    "runtimeOnly": "runtime",
    "runtime": "runtime",
    "testImplementation": "test",
    "testApi": "test",
    "testCompile": "test",
    "testCompileOnly": "test",
    "testRuntimeOnly": "test",
    "testRuntime": "test",
}
_PLATFORMS = ("platform", "enforcedPlatform", "dependencies.platform")
_SPRING = "org.springframework.boot"
_ASIDE = re.compile(r"(?i)(^|[-_./])(tests?|examples?|samples?|demos?|benchmarks?|jmh)($|[-_./])")


@dataclass(frozen=True, slots=True)
class _Need:
    """One dependency: `coordinates` of a library, or the `path` of a project of this build."""

    scope: str
    coordinates: str = ""
    path: str = ""


def is_project(checkout: Checkout, folder: str) -> bool:
    """Whether a Gradle build script stands there."""
    return bool(script(checkout, folder))


def release(checkout: Checkout, folder: str) -> str:
    """The Java release that its scripts state, its own before the root's; or ""."""
    return next(filter(None, map(release_in, _scripts(checkout, folder))), "")


def toolchain(checkout: Checkout, folder: str) -> str:
    """The JDK that its scripts ask for and no other, its own before the root's; or ""."""
    return next(filter(None, map(toolchain_in, _scripts(checkout, folder))), "")


def read(checkout: Checkout, folder: str, absent: Callable[[str], bool]) -> Project:
    """The project in `folder` with the projects of the checkout it needs; a root stands for all.

    `absent` says of which dependencies (`group:artifact`) nothing tells the version.
    """
    root = root_of(checkout, folder)
    folders = projects(checkout, root)
    path = next((p for p, f in folders.items() if f == folder), ":")
    reader = _Reader(checkout, root, absent)
    wanted = reader.wanted(path)
    order = reader.order(wanted)
    return Project(
        modules=tuple(reader.module(one) for one in order),
        wanted=tuple(reader.coordinates(one) for one in wanted if len(wanted) <= MOST_TESTED),
        poms={reader.coordinates(one): reader.pom(one) for one in reader.order(order, tests=True)},
        repositories=tuple(dict.fromkeys(r for p in order for r in reader.build(p).repositories)),
        notes=("Gradle was not run: its build scripts were read", *reader.notes),
        missing=tuple(dict.fromkeys(reader.missing)),
        highest=True,
    )


def _scripts(checkout: Checkout, folder: str) -> Iterator[str]:
    root = root_of(checkout, folder)
    places = [script(checkout, folder), script(checkout, root)]
    plugins = [
        p for p in checkout.files if "/src/main/" in p and p.endswith((".gradle", ".gradle.kts"))
    ]
    plugins += [p for p in checkout.files if p.startswith(join(root, "gradle/")) and ".gradle" in p]
    for place in (*filter(None, places), *plugins):
        yield read_text(checkout, place)


class _Reader:
    """The projects of one build; what could not be read is kept in `missing`."""

    def __init__(self, checkout: Checkout, root: str, absent: Callable[[str], bool]) -> None:
        self.checkout, self.root, self.absent = checkout, root, absent
        self.notes: list[str] = []
        self.missing: list[str] = []

    def build(self, path: str) -> Build:
        """What the scripts say of a project."""
        return build_of(self.checkout, self.root, path)

    def folder(self, path: str) -> str:
        """Where a project stands."""
        return projects(self.checkout, self.root).get(path, "")

    def coordinates(self, path: str) -> str:
        """`group:artifact:version`; what is not stated is "local" and "0"."""
        known = self.build(path).known
        name = name_of(self.checkout, self.root, path)
        return f"{_word(known.get('group'), 'local')}:{name}:{_word(known.get('version'), '0')}"

    def wanted(self, path: str) -> list[str]:
        """The project itself, or all with sources where it is the root and has none."""
        folders = projects(self.checkout, self.root)
        if self.sources(path) or path != ":":
            return [path]
        inner = [p for p in folders if p != ":" and self.sources(p) and not _ASIDE.search(p)]
        return inner[:_MOST_MODULES] or [path]

    def order(self, wanted: Iterable[str], *, tests: bool = False) -> list[str]:
        """What is wanted and what that needs, perhaps for its tests, each after its needs."""
        done: dict[str, None] = {}
        open_: set[str] = set()

        def visit(path: str) -> None:
            if path in done or path in open_:
                return
            open_.add(path)
            for need in self.needs(path):
                if need.path and (tests or need.scope != "test"):
                    visit(need.path)
            done[path] = None

        for path in wanted:
            visit(path)
        return list(done)

    def sources(self, path: str) -> tuple[str, ...]:
        """The folders of its Java files that there are."""
        folder = self.folder(path)
        stated = [join(folder, text) for text in self.build(path).sources if ".." not in text]
        folders = dict.fromkeys([*stated, join(folder, "src/main/java")])
        files = self.checkout.files
        return tuple(f for f in folders if any(p.startswith(f"{f}/") for p in files))

    def module(self, path: str) -> Module:
        """How a project is compiled."""
        folder = self.folder(path)
        group, artifact, version = self.coordinates(path).split(":")
        kotlin = join(folder, "src/main/kotlin/")
        if any(p.startswith(kotlin) for p in self.checkout.files):
            self.missing.append(f"{artifact} has code in {kotlin[:-1]}, which is not compiled")
        where = script(self.checkout, folder)
        if self.sources(path) and (sign := generates(read_text(self.checkout, where))):
            self.missing.append(f"{where} makes more than the compiler does ({sign}): not run")
        needs = self.needs(path)
        processors = [n.coordinates for n in needs if n.scope == "processor" and n.coordinates]
        return Module(
            name=f"{group}:{artifact}",
            version=version,
            folder=folder,
            needs=tuple(self.coordinates(n.path).rpartition(":")[0] for n in needs if n.path),
            sources=self.sources(path),
            resources=((join(folder, "src/main/resources"), False),),
            release=release(self.checkout, folder),
            processors=tuple(dict.fromkeys(processors)),
        )

    # --- dependencies --------------------------------------------------------------------------

    def needs(self, path: str) -> list[_Need]:
        """The dependencies that the scripts write out."""
        found: list[_Need] = []
        for configuration, stated in self.build(path).dependencies:
            scope = _SCOPES.get(configuration, "")
            if configuration in ("annotationProcessor", "kapt"):
                scope = "processor"
            if scope:
                found += self._read(path, scope, configuration, stated)
        return list(dict.fromkeys(found))

    def _read(self, path: str, scope: str, configuration: str, stated: Value) -> Iterator[_Need]:
        if isinstance(stated, list):
            for one in stated:
                yield from self._read(path, scope, configuration, one)
        elif isinstance(stated, Call):
            yield from self._called(path, scope, configuration, stated)
        elif text := _notation(stated):
            yield _Need(scope, text)
        elif scope not in ("test", "processor"):
            where = script(self.checkout, self.folder(path))
            self.missing.append(f"a dependency ({configuration}) in {where} cannot be read")

    def _called(self, path: str, scope: str, configuration: str, call: Call) -> Iterator[_Need]:
        last = call.name.rpartition(".")[2]
        first = call.arguments[0] if call.arguments else call.named.get("path")
        if call.name in _PLATFORMS:
            return
        if last == "project" and isinstance(first, str):
            target = first if first.startswith(":") else f":{first}"
            if target in projects(self.checkout, self.root):
                yield _Need(scope, path=target)
                return
        elif last == "kotlin" and isinstance(first, str):
            version = call.arguments[1] if len(call.arguments) > 1 else ""
            yield _Need(scope, f"org.jetbrains.kotlin:kotlin-{first}:{version}".rstrip(":"))
            return
        elif last in ("variantOf", "create", "dependencies.create", "testFixtures", "npm"):
            if last != "testFixtures" and call.arguments:
                yield from self._read(path, scope, configuration, first)
            return
        if scope not in ("test", "processor"):
            where = script(self.checkout, self.folder(path))
            self.missing.append(f"{call.name}(...) in {where} is no library of a registry")

    # --- the pom -------------------------------------------------------------------------------

    def pom(self, path: str) -> bytes:
        """A pom with the needs of a project, to be resolved like any other."""
        build = self.build(path)
        project = Xml.Element("project")
        group, artifact, version = self.coordinates(path).split(":")
        _put(project, modelVersion="4.0.0", groupId=group, artifactId=artifact, version=version)
        managed = Xml.SubElement(Xml.SubElement(project, "dependencyManagement"), "dependencies")
        for text, imported in self._managed(build):
            _dependency(managed, text, "import" if imported else "")
        direct = Xml.SubElement(project, "dependencies")
        for need in self.needs(path):
            text = self.coordinates(need.path) if need.path else need.coordinates
            name = ":".join(text.split(":")[:2])
            if need.scope == "processor" or name == f"{group}:{artifact}":
                continue
            if self.absent(name):
                self.notes.append(f"{name} is left out: nothing that can be read says its version")
                continue
            element = _dependency(direct, text, need.scope)
            exclusions = Xml.SubElement(element, "exclusions")
            for left, module in build.excluded:
                _put(Xml.SubElement(exclusions, "exclusion"), groupId=left, artifactId=module)
        return bytes(Xml.tostring(project, encoding="utf-8"))

    def _managed(self, build: Build) -> Iterator[tuple[str, bool]]:
        """Constraints and platforms: of the scripts, and Spring Boot's plugin's own."""
        stated: list[Value] = [one for _, one in build.dependencies if isinstance(one, Call)]
        for one in (*build.managed, *stated):
            if isinstance(one, Call):
                text = _notation(one.arguments[0]) if one.arguments else ""
                if one.name in _PLATFORMS and text.count(":") > 1:
                    yield text, True
            elif (text := _notation(one)).count(":") > 1:
                yield text, False
        boot = build.plugins.get(_SPRING, "")
        if boot and "io.spring.dependency-management" in build.plugins:
            yield f"{_SPRING}:spring-boot-dependencies:{boot}", True


def _notation(stated: Value) -> str:
    """`group:artifact[:version[:classifier]]`; "" for what is none."""
    if isinstance(stated, dict):
        parts = [stated.get(key) for key in ("group", "name", "version", "classifier")]
        words = [part if isinstance(part, str) else "" for part in parts]
        stated = ":".join(words).rstrip(":") if words[0] and words[1] else None
    if not isinstance(stated, str) or not re.fullmatch(r"[\w.-]+(:[^\s:]*){1,3}", stated):
        return ""
    return stated.partition("@")[0]


def _version(stated: str) -> str:
    """A version as Maven writes it: `1.+` is `[1,2)`, `latest.release` any."""
    stated = stated.removesuffix("!!")
    if stated.startswith("latest.") or stated == "+":
        return "[0,)"
    if found := re.fullmatch(r"((?:\d+\.)*)(\d+)\.\+", stated):
        return f"[{found[1]}{found[2]},{found[1]}{int(found[2]) + 1})"
    return re.sub(r"^\]", "(", re.sub(r"\[$", ")", stated))


def _dependency(parent: Xml.Element, text: str, scope: str) -> Xml.Element:
    group, artifact, version, classifier = (*text.split(":"), "", "")[:4]
    element = Xml.SubElement(parent, "dependency")
    _put(element, groupId=group, artifactId=artifact)
    if version:
        _put(element, version=_version(version))
    if classifier:
        _put(element, classifier=classifier)
    if scope == "import":
        _put(element, type="pom")
    if scope:
        _put(element, scope=scope)
    return element


def _put(parent: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        Xml.SubElement(parent, name).text = text


def _word(stated: Value, usual: str) -> str:
    """A part of coordinates that can stand in a path."""
    good = isinstance(stated, str) and re.fullmatch(r"[\w.+-]+", stated)
    return stated if good and isinstance(stated, str) else usual
