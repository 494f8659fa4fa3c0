"""The repository's own Java code, compiled in a jail without any network, as a read-only layer.

No build tool runs: the compiler gets the sources, the class path and no annotation processor.
Where that is not enough and the project has processors, they run in the same jail, and that is
said. A source file that does not compile costs its own classes and no others.
"""

import io
import json
import re
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from doc_healing.environments import archives, sources, store
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.jail import Work, run_offline
from doc_healing.environments.jvm_model import Module, Project
from doc_healing.environments.jvm_resolution import (
    DEPENDENCIES,
    EXPORTS,
    TOOLS,
    Bench,
    Resolved,
    tools,
)
from doc_healing.model import Checkout, File, Mount, Step

OWN = "/opt/java/own"
_PACKAGE = re.compile(rb"(?m)^\s*package\s+([\w.]+)\s*;")
_IN_BRACES = re.compile(r"\$\{([\w.-]+)\}")
_IN_SIGNS = re.compile(r"@([\w.-]+)@")


@dataclass(frozen=True, slots=True)
class Processors:
    """Annotation processors that may run: jars as the jail sees them, and names to tell."""

    paths: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()


@dataclass(frozen=True, slots=True)
class _Staged:
    """A module's number and its files as they go into the jail, filtered ones filled in."""

    number: int
    module: Module
    java: tuple[File, ...]
    resources: tuple[tuple[str, bytes], ...]


def own_layer(
    bench: Bench,
    checkout: Checkout,
    project: Project,
    resolved: Resolved,
    dependencies: store.Entry,
    processors: Callable[[], Processors],
) -> store.Entry:
    """The classes and resources of all modules in numbered folders.

    `processors` are asked for and run where it does not compile without them. The facts
    are `packages` (own ones), `incomplete` (a reason or ""), and `notes`. Raises `InstallFailed`.
    """
    staged = [_stage(checkout, number, module) for number, module in enumerate(project.modules)]
    what = project.modules[-1].name
    tree = [sources.Source(f.name, f.data, False) for one in staged for f in one.java]
    tree += [
        sources.Source(f"{one.number}/{name}", data, False)
        for one in staged
        for name, data in one.resources
    ]
    inputs = {
        **bench.inputs,
        "tree": sources.digest(tree),
        "modules": [
            [m.name, m.release, m.encoding, m.options, len(m.sources)] for m in project.modules
        ],
        "dependencies": dependencies.key,
        "order": [jar.place for jar in resolved.jars],
        "processors": [m.processors for m in project.modules],
    }
    recipe = store.Recipe("java", "project", what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"compiling {what}")
        return _build(bench, root, staged, resolved, dependencies, processors)

    return store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)


# --- what goes in ------------------------------------------------------------------------------


def _stage(checkout: Checkout, number: int, module: Module) -> _Staged:
    java: dict[str, File] = {}
    for folder in module.sources:
        start = f"{folder}/"
        paths = [p for p in checkout.files if p.startswith(start) and _is_source(p)]
        for source in sources.tree(checkout, paths):
            name = f"{number}/{source.name.removesuffix('.in')}"
            template = source.name.endswith(".in") or folder.endswith("java-templates")
            package = source.name[len(start) :].rpartition("/")[0].replace("/", ".")
            data = _filled(module, source.data, package) if template else source.data
            java.setdefault(name, File(name, data))
    return _Staged(number, module, tuple(java.values()), tuple(_resources(checkout, module)))


def _is_source(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith((".java", ".java.in")) and not name.startswith("module-info.")


def _resources(checkout: Checkout, module: Module) -> Iterable[tuple[str, bytes]]:
    for folder, filtered in module.resources:
        start = f"{folder}/"
        paths = [p for p in checkout.files if p.startswith(start)]
        for source in sources.tree(checkout, paths):
            data = _filled(module, source.data, "") if filtered else source.data
            yield source.name[len(start) :], data


def _filled(module: Module, data: bytes, package: str) -> bytes:
    """`${name}` and `@name@` replaced by what the build would put there, where it is known.

    `package` is that of a Java template, whose names are those that plugins give them.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    values = dict(module.values)
    if package:
        values |= {
            "projectversion": module.version,
            "projectgroupid": module.name.split(":")[0],
            "projectartifactid": module.name.split(":")[1],
            "VERSION": module.version,
            "version": module.version,
            "package": package,
        }
    for pattern in (_IN_BRACES, _IN_SIGNS):
        text = pattern.sub(lambda match: values.get(match[1], match[0]), text)
    return text.encode()


# --- the compilation ---------------------------------------------------------------------------


def _build(
    bench: Bench,
    root: Path,
    staged: list[_Staged],
    resolved: Resolved,
    dependencies: store.Entry,
    processors: Callable[[], Processors],
) -> Mapping[str, object]:
    notes: list[str] = []
    made, summary = _compiled(bench, staged, resolved, dependencies, None)
    failed = _failed(summary)
    found = processors() if failed else Processors()
    if found.paths:
        second, told = _with_processors(bench, staged, resolved, dependencies, found, notes)
        if told and len(_failed(told)) < len(failed):
            made, summary, failed = second, told, _failed(told)
            names = ", ".join(found.names)
            notes.append(f"annotation processors ran in the sandbox: {names}")
    for one in staged:
        (root / str(one.number)).mkdir()
    present = {source.name for source in made}
    extra = [
        sources.Source(f"{one.number}/{name}", data, False)
        for one in staged
        for name, data in one.resources
    ]
    archives.write(root, [*made, *(source for source in extra if source.name not in present)])
    return {
        "packages": sorted(_packages(staged) | _made_packages(present)),
        "incomplete": _incomplete(staged, summary),
        "failed": failed,
        "notes": notes,
        "deprecated": _deprecated(summary),
    }


def _with_processors(
    bench: Bench,
    staged: list[_Staged],
    resolved: Resolved,
    dependencies: store.Entry,
    processors: Processors,
    notes: list[str],
) -> tuple[list[sources.Source], list[list[str]]]:
    """The same with annotation processors; nothing where they bring the compiler down."""
    try:
        made, summary = _compiled(bench, staged, resolved, dependencies, processors)
    except InstallFailed as failure:
        if failure.connection:
            raise
        notes.append(f"annotation processors failed: {failure.message}"[:500])
        return [], []
    whole = [line for line in summary if line[0] == "error" and len(line) > 4 and line[3] == "0"]
    if whole and not whole[0][2]:
        notes.append(f"annotation processors failed: {whole[0][4]}"[:500])
    return made, summary


def _compiled(
    bench: Bench,
    staged: list[_Staged],
    resolved: Resolved,
    dependencies: store.Entry,
    processors: Processors | None,
) -> tuple[list[sources.Source], list[list[str]]]:
    """The class files by `number/path`, and the lines of the summary."""
    lines: list[tuple[str, ...]] = [
        ("path", f"{DEPENDENCIES}/{jar.place}") for jar in resolved.jars
    ]
    lines += [("processor", path) for path in (processors.paths if processors else ())]
    for one in staged:
        number = str(one.number)
        lines.append(("module", number, one.module.encoding, one.module.release))
        lines += [("option", number, word) for word in one.module.options]
        lines += [("source", number, f"tree/{file.name}") for file in one.java]
    text = "".join("\t".join(line) + "\n" for line in lines)
    program = ("-cp", TOOLS, *EXPORTS, "JvmCompile", "request.tsv", "out/summary")
    unpack = 'mkdir tree out && tar -xf tree.tar -C tree && exec "$@"'
    pack = "cd out && exec tar -cf - * >&3"
    work = Work(
        argv=("sh", "-c", unpack, "sh", *bench.java(*program)),
        mounts=(
            *bench.toolchain.mounts,
            Mount(str(tools(bench).root), TOOLS),
            Mount(str(dependencies.root), DEPENDENCIES),
            *(processors.mounts if processors else ()),
        ),
        files=(File("request.tsv", text.encode()), File("tree.tar", _tar(staged))),
        after=(Step(("sh", "-c", pack), "pack"),),
        report_kib=512 * 1024,
    )
    outcome = run_offline(bench.desk, work, f"cannot compile {staged[-1].module.name}")
    found = archives.unpack(outcome.report, "the compiler")
    told = next((s.data.decode("utf-8", "replace") for s in found if s.name == "summary"), "")
    classes = [source for source in found if source.name.partition("/")[0].isdigit()]
    return classes, [line.split("\t") for line in told.splitlines()]


def _tar(staged: list[_Staged]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in (file for one in staged for file in one.java):
            info = tarfile.TarInfo(file.name)
            info.size = len(file.data)
            archive.addfile(info, io.BytesIO(file.data))
    return buffer.getvalue()


def _failed(summary: list[list[str]]) -> list[str]:
    return sorted({line[2] for line in summary if line[0] == "error" and len(line) > 4})


def _incomplete(staged: list[_Staged], summary: list[list[str]]) -> str:
    """How much did not compile and the first reason, in words; "" where all did."""
    counts = [line for line in summary if line[0] == "done" and len(line) > 3]
    failed = sum(int(line[3]) for line in counts if line[3].isdigit())
    whole = sum(len(one.java) for one in staged)
    if len(counts) < len(staged):
        return "the compiler did not come to its end"
    if not failed:
        return ""
    errors = (line for line in summary if line[0] == "error" and len(line) > 4)
    first = next((f": {_shown(e[2])}:{e[3]}: {e[4]}" for e in errors), "")
    return f"{failed} of {whole} source files do not compile{first}"[:500]


def _deprecated(summary: list[list[str]]) -> dict[str, str]:
    """What the own sources say of what they deprecate, by its symbol; no more than is read."""
    lines = [line for line in summary if line[0] == "deprecated" and len(line) == 4]
    return {line[2][:500]: line[3][:500] for line in lines[:1000]}


def _shown(path: str) -> str:
    return re.sub(r"^(\./)?tree/\d+/", "", path)


def _packages(staged: list[_Staged]) -> set[str]:
    found = {_PACKAGE.search(file.data) for one in staged for file in one.java}
    return {match[1].decode() for match in found if match}


def _made_packages(names: Iterable[str]) -> set[str]:
    folders = (name.split("/")[1:-1] for name in names if name.endswith(".class"))
    return {".".join(folder) for folder in folders if folder}


def facts_of(entry: store.Entry) -> tuple[str, str]:
    """The own packages as JSON, and why the layer is incomplete ("" where it is not)."""
    return json.dumps(entry.facts["packages"]), str(entry.facts["incomplete"])


def deprecated_of(entry: store.Entry) -> str:
    """As JSON, what the own sources say of what they deprecate: symbol -> words behind the tag."""
    return json.dumps(entry.facts.get("deprecated", {}))
