"""A Maven project of a checkout: its modules in the order of their needs, and safe poms."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from xml.etree import ElementTree as Xml

from doc_healing.environments.jvm_model import MOST_TESTED, Module, Project
from doc_healing.environments.maven_poms import Pom, by_name, members, poms, sanitized
from doc_healing.environments.sources import join
from doc_healing.model import Checkout

_MOST_MODULES = 60
_RELEASES = ("maven.compiler.release", "maven.compiler.target", "maven.compiler.source")
_COMPILER = "maven-compiler-plugin"
# Words for the compiler that load and run nothing.
_HARMLESS = re.compile(r"-parameters|--add-(exports|reads|modules)=[\w./=,-]+")
# Plugins that make sources or classes; the others only where they are bound to such a phase.
_GENERATORS = re.compile(
    r"antlr|protobuf|protoc|jaxb|xjc|javacc|jflex|modello|avro|openapi|swagger|jooq|thrift|cxf|wsdl"
)
_ANYTHING = re.compile(r"exec-maven|antrun|gmaven|groovy-maven|jython|frontend|scala|kotlin")
_MAKING = re.compile(r"(generate|process)-(sources|resources|classes)|compile")
_ASIDE = re.compile(
    r"(?i)(^|[-_./])(tests?|its?|examples?|samples?|demos?|benchmarks?|perf|jmh)($|[-_./])"
)


def read(checkout: Checkout, folder: str, absent: Callable[[str], bool]) -> Project:
    """The project whose pom.xml stands in `folder`, with the modules of the checkout it needs.

    An aggregator stands for all its modules with sources. `absent` says which parents
    (`group:artifact:version`) are in no registry.
    """
    found = poms(checkout)
    if folder not in found:
        return Project((), (), {}, missing=(f"{join(folder, 'pom.xml')} cannot be read",))
    named = by_name(found)
    notes: list[str] = []
    wanted = _wanted(checkout, found, folder, notes)
    order = _order(named, wanted)
    modules = tuple(_module(checkout, pom, named, notes) for pom in order)
    safe = {pom.coordinates: sanitized(pom, absent, notes) for pom in _read(order, found, named)}
    made = (f"{text}: not run" for pom in order for text in _made(pom))
    return Project(
        modules=modules,
        missing=tuple(dict.fromkeys(made)),
        wanted=tuple(pom.coordinates for pom in wanted if len(wanted) <= MOST_TESTED),
        poms=safe,
        repositories=tuple(dict.fromkeys(r for pom in order for r in _repositories(pom))),
        notes=tuple(dict.fromkeys(notes)),
    )


def release_of(pom: Pom) -> str:
    """The Java release that a pom asks for, as a number; or ""."""
    stated = [pom.properties.get(_RELEASES[0], ""), _configured(pom, "release")]
    stated += [pom.properties.get(name, "") for name in _RELEASES[1:]]
    stated += [_configured(pom, "target"), _configured(pom, "source")]
    stated.append(pom.properties.get("java.version", ""))
    for text in stated:
        match = re.fullmatch(r"(?:1\.)?(\d{1,2})(?:\.\d+)*", pom.resolved(text).strip())
        if match:
            return match[1]
    return ""


def _made(pom: Pom) -> Iterable[str]:
    """The plugins that make something which the compiler does not, by what its poms say."""
    for one in (pom, *pom.parents):
        for plugin in one.root.iterfind("build/plugins/plugin"):
            name = _at(plugin, "artifactId")
            executions = list(plugin.iterfind("executions/execution"))
            goals = [(g.text or "") for e in executions for g in e.iterfind("goals/goal")]
            if executions and all("test" in goal.lower() for goal in goals) and goals:
                continue
            phases = {_at(execution, "phase") for execution in executions}
            if _GENERATORS.search(name) or (
                _ANYTHING.search(name) and any(_MAKING.fullmatch(phase) for phase in phases)
            ):
                yield f"{pom.artifact} has what {name} makes"


def _wanted(
    checkout: Checkout, found: Mapping[str, Pom], folder: str, notes: list[str]
) -> list[Pom]:
    pom = found[folder]
    inner = members(found, folder)
    if not inner or _has_sources(checkout, pom):
        return [pom]
    kept = [p for p in inner if _has_sources(checkout, p) and not _ASIDE.search(p.folder)]
    if len(kept) > _MOST_MODULES:
        notes.append(f"{pom.artifact} has {len(kept)} modules: the first {_MOST_MODULES} are built")
    return kept[:_MOST_MODULES] or [pom]


def _has_sources(checkout: Checkout, pom: Pom) -> bool:
    return bool(_source_folders(checkout, pom))


def _order(named: Mapping[str, Pom], wanted: list[Pom]) -> list[Pom]:
    """What is wanted and what that needs, each after its needs; a circle is cut anywhere."""
    done: dict[str, Pom] = {}
    open_: set[str] = set()

    def visit(pom: Pom) -> None:
        name = f"{pom.group}:{pom.artifact}"
        if name in done or name in open_:
            return
        open_.add(name)
        for need in _needs(pom, named):
            visit(named[need])
        done[name] = pom

    for pom in wanted:
        visit(pom)
    return list(done.values())


def _needs(pom: Pom, named: Mapping[str, Pom]) -> list[str]:
    own = f"{pom.group}:{pom.artifact}"
    return [
        dependency.name
        for dependency in pom.dependencies
        if dependency.name in named
        and dependency.name != own
        and dependency.scope not in ("test", "system", "import")
        and dependency.kind in ("jar", "bundle", "ejb", "maven-plugin")
    ]


def _read(order: Iterable[Pom], found: Mapping[str, Pom], named: Mapping[str, Pom]) -> list[Pom]:
    """All poms that the resolver may ask for: of the modules, their parents, and the others."""
    chosen = {pom.folder: pom for pom in order}
    chosen.update({parent.folder: parent for pom in order for parent in pom.parents})
    for pom in named.values():
        chosen.setdefault(pom.folder, pom)
    return [pom for folder, pom in chosen.items() if folder in found]


def _module(checkout: Checkout, pom: Pom, named: Mapping[str, Pom], notes: list[str]) -> Module:
    for other in ("kotlin", "scala", "groovy"):
        start = join(pom.folder, f"src/main/{other}/")
        if any(path.startswith(start) for path in checkout.files):
            notes.append(f"{pom.artifact} has code in {start[:-1]}, which is not compiled")
    values = {**pom.properties, "basedir": "", "project.name": pom.value("name") or pom.artifact}
    return Module(
        name=f"{pom.group}:{pom.artifact}",
        version=pom.version,
        folder=pom.folder,
        needs=tuple(_needs(pom, named)),
        sources=tuple(_source_folders(checkout, pom)),
        resources=tuple(_resources(pom)),
        release=release_of(pom),
        encoding=pom.resolved(pom.properties.get("project.build.sourceEncoding", "")) or "UTF-8",
        options=tuple(dict.fromkeys(_options(pom))),
        processors=tuple(dict.fromkeys(_processors(pom))),
        values={name: pom.resolved(text) for name, text in values.items()},
    )


def _source_folders(checkout: Checkout, pom: Pom) -> list[str]:
    """Where its Java files stand: its source folder, templates, and what build-helper adds."""
    main = _folder(pom, pom.value("build/sourceDirectory")) or join(pom.folder, "src/main/java")
    folders = [main, join(pom.folder, "src/main/java-templates")]
    for plugin in pom.plugins("build-helper-maven-plugin"):
        for execution in plugin.iterfind("executions/execution"):
            goals = {(goal.text or "").strip() for goal in execution.iterfind("goals/goal")}
            if "add-source" in goals:
                stated = execution.iterfind("configuration/sources/*")
                folders += [_folder(pom, pom.resolved((s.text or "").strip())) for s in stated]
    present = dict.fromkeys(folder for folder in folders if folder)
    return [f for f in present if any(p.startswith(f"{f}/") for p in checkout.files)]


def _folder(pom: Pom, text: str) -> str:
    """A folder below the checkout, from a path that may begin with `${basedir}`."""
    text = re.sub(r"^\$\{(project\.)?basedir\}/?", "", text)
    if not text or "$" in text or text.startswith("/"):
        return ""
    path = posixpath.normpath(join(pom.folder, text))
    return "" if path.startswith("..") or path == "." else path


def _resources(pom: Pom) -> list[tuple[str, bool]]:
    for one in (pom, *pom.parents):
        stated = one.root.findall("build/resources/resource")
        if stated:
            found = [
                (_folder(pom, pom.resolved(_at(r, "directory"))), _at(r, "filtering") == "true")
                for r in stated
            ]
            return [(folder, filtered) for folder, filtered in found if folder]
    return [(join(pom.folder, "src/main/resources"), False)]


def _configured(pom: Pom, name: str) -> str:
    for plugin in pom.plugins(_COMPILER):
        if text := _at(plugin, f"configuration/{name}"):
            return text
        # Several executions make a multi-release jar; the lowest is what everybody gets.
        stated = [_at(e, f"configuration/{name}") for e in plugin.iterfind("executions/execution")]
        if numbers := sorted((t for t in stated if t.isdigit()), key=int):
            return numbers[0]
    return ""


def _options(pom: Pom) -> Iterable[str]:
    if "true" in (_configured(pom, "parameters"), pom.properties.get("maven.compiler.parameters")):
        yield "-parameters"
    for plugin in pom.plugins(_COMPILER):
        words = [
            pom.resolved((item.text or "").strip())
            for item in plugin.iter()
            if item.tag in ("arg", "compilerArg", "compilerArgument")
        ]
        for word, following in zip(words, [*words, ""][1:], strict=True):
            whole = f"{word}={following}" if re.fullmatch(r"--add-\w+", word) else word
            if _HARMLESS.fullmatch(whole):
                yield whole


def _processors(pom: Pom) -> Iterable[str]:
    for plugin in pom.plugins(_COMPILER):
        for item in plugin.iterfind(".//annotationProcessorPaths/*"):
            parts = [pom.resolved(_at(item, n)) for n in ("groupId", "artifactId", "version")]
            if parts[0] and parts[1] and "$" not in "".join(parts):
                yield ":".join(filter(None, parts))


def _repositories(pom: Pom) -> Iterable[tuple[str, str]]:
    for one in (pom, *pom.parents):
        for place in ("repositories/repository", "profiles/profile/repositories/repository"):
            for item in one.root.iterfind(place):
                url = pom.resolved(_at(item, "url"))
                yield _at(item, "id") or "without a name", url


def _at(element: Xml.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else (found.text or "").strip()
