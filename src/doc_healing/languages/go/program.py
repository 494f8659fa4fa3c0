"""Snippets to programs: which of them run together, and what the driver has to know."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from doc_healing.errors import InfraError
from doc_healing.languages.go.archives import DRIVER, STANDARD, archives, tool
from doc_healing.languages.go.borrowed import borrowed, disputed
from doc_healing.languages.go.complete import is_closed
from doc_healing.languages.go.conditions import unmet
from doc_healing.languages.go.inferred import FLAG, running
from doc_healing.languages.go.notation import elides, without_texts
from doc_healing.languages.go.sessions import context, siblings
from doc_healing.languages.go.shape import Kind, Shape, shape
from doc_healing.languages.go.source import Source, assemble, whole
from doc_healing.languages.go.toolchain import ROOT
from doc_healing.languages.go.tree import Facts, facts, package_name
from doc_healing.model import (
    Environment,
    File,
    Job,
    Level,
    Mode,
    Mount,
    Program,
    Role,
    Snippet,
    State,
    Step,
    Toolchain,
    Unrunnable,
    Verdict,
)

FOLDER = ".doc-healing"
MAIN = f"{FOLDER}/snippet.go"
BESIDE = f"{FOLDER}/context.go"
_LEVELS = {Mode.BUILD: Level.BUILDS, Mode.LINT: Level.PARSES}
_SERVER = re.compile(r"\bListen\w*\(|\bServe\w*\(|\.Run(?:TLS|Unix|Listener)?\(|\.Start\w*\(")
_STEPS = {Level.PARSES: "parse", Level.BUILDS: "build"}


@dataclass(frozen=True, slots=True)
class _Place:
    """What surrounds all snippets of a document."""

    snippets: Sequence[Snippet]
    toolchain: Toolchain
    environment: Environment | None
    mounts: tuple[Mount, ...] = ()


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One answer for each runnable example of one document, in its order.

    Where the standard library cannot be compiled on this machine, each of them says so.
    """
    place = _Place(snippets, toolchain, environment)
    failure = ""
    try:
        place = replace(place, mounts=archives(toolchain))
    except InfraError as error:
        failure = f"{error.message} ({error.help})" if error.help else error.message
    answers: list[Job | Unrunnable] = []
    for snippet in snippets:
        if not _is_asked(snippet):
            continue
        answer = _answer(snippet, place)
        if failure and isinstance(answer, Job):
            answer = Unrunnable(snippet, Verdict.UNVERIFIED, failure, cause="toolchain")
        answers.append(answer)
    return answers


def _is_asked(snippet: Snippet) -> bool:
    return (
        snippet.state is State.RUNNABLE
        and snippet.instructions.role is Role.EXAMPLE
        and not snippet.invisible
    )


def _answer(snippet: Snippet, place: _Place) -> Job | Unrunnable:
    reason = unmet(snippet.instructions.conditions, place.toolchain, place.environment)
    if reason:
        return Unrunnable(snippet, Verdict.SKIPPED, reason)
    form = shape(snippet.code)
    if form.kind is Kind.NONE or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        reason = form.reason or "marked as an illustration"
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, reason)
    before = context(snippet, place.snippets)
    if form.kind is Kind.PART:
        return _job(snippet, form, whole(snippet, form), (), None, (), place)
    if FLAG in snippet.instructions.flags:
        before = running(snippet, before)
    parts_, words = borrowed(snippet, before, place.snippets)
    before = (*parts_, *before)
    if form.kind is Kind.FILE:
        beside = _beside(snippet, before, place)
        return _job(snippet, form, whole(snippet, form), before, beside, words, place)
    source = assemble(snippet, before, "dhMark();")
    return _job(snippet, form, source, before, None, words, place)


def _is_far(snippet: Snippet, before: Sequence[Snippet]) -> bool:
    """Whether something comes from another section, where a name may mean another thing."""
    return any(item.headings != snippet.headings for item in before)


def _lends_values(before: Sequence[Snippet]) -> bool:
    return any(
        node.type in ("var_declaration", "short_var_declaration")
        for item in before
        for node in facts(item.code).top
    )


def _lent(
    snippet: Snippet, words: tuple[str, ...], before: Sequence[Snippet], place: _Place
) -> tuple[str, ...]:
    """What was lent and may be another thing than the block means: a value, one of several."""
    if not words:
        return ()
    return words if _lends_values(before) else disputed(snippet, before, place.snippets)


def _imports(before: Sequence[Snippet], place: _Place) -> str:
    """The imports that borrowed declarations use, as the document writes them elsewhere."""
    own: set[str] = set().union(*(facts(item.code).imports for item in before))
    used: set[str] = set().union(*(facts(item.code).used for item in before))
    known: dict[str, str] = {}
    for item in place.snippets:
        known.update(facts(item.code).imports)
    wanted = {name: path for name, path in known.items() if name in used - own}
    return "".join(f'; import {name} "{path}"' for name, path in sorted(wanted.items()))


def _beside(snippet: Snippet, before: Sequence[Snippet], place: _Place) -> Source | None:
    """The earlier snippets as a file of the same package."""
    if not before:
        return None
    head = f"package {facts(snippet.code).package or 'main'}{_imports(before, place)}"
    return assemble(before[-1], before[:-1], "", head, "init")


def starts(found: Facts) -> bool:
    """Whether a file has anything to run: a main function, an example, a test, a variable's value.

    A package without them is compiled, and that is all that can be said of it.
    """
    runs = [name for name in found.declared if re.match(r"main$|init$|Example|Test", name)]
    variables = any(node.type == "var_declaration" for node in found.top)
    return bool(runs) or (found.package in ("", "main") and variables) or not found.parses


# --- Programs ------------------------------------------------------------------------------


def _job(
    snippet: Snippet,
    form: Shape,
    source: Source,
    before: Sequence[Snippet],
    beside: Source | None,
    words: tuple[str, ...],
    place: _Place,
) -> Job:
    found = facts(snippet.code)
    level = _LEVELS.get(snippet.instructions.mode, form.level)
    if level is Level.RUNS and not source.wrapper and not starts(found):
        level = Level.BUILDS
    extra = (*siblings(snippet, place.snippets), *_file(beside))
    nonce = _nonce(snippet, before)
    ends = level is Level.RUNS and (source.mark or beside is not None)
    tools = tool(Path(place.toolchain.mounts[0].source), "compile").parent.name
    plan = {
        "nonce": nonce,
        "mode": _STEPS.get(level, "run"),
        "file": MAIN,
        "others": [file.name for file in extra],
        "wrapper": source.wrapper,
        "mark": source.mark,
        "ends": ends,
        "own": _own_rows(snippet, source),
        "server": any(_SERVER.search(item.code) for item in (*before, snippet)),
        "watch": level is Level.RUNS,
        **_leniency(form, found, snippet),
        **_known(snippet, found, place),
        "standard": STANDARD,
        "tools": f"{ROOT}/pkg/tool/{tools}",
    }
    notes = {
        "nonce": nonce,
        "marked": "yes" if source.mark and level is Level.RUNS else "",
        "ends": "yes" if ends else "",
        "certain": "yes" if form.certain else "",
        "whole": "yes" if form.kind is Kind.FILE else "",
        "closed": "yes" if not words and is_closed(snippet, place.snippets) else "",
        "elides": "yes" if elides(snippet.code) else "",
        "module": str(plan["module"]),
        "guessed": ", ".join(words) if _is_far(snippet, before) else "",
        "lent": ", ".join(_lent(snippet, words, before, place)),
        "inferred": "yes" if FLAG in snippet.instructions.flags else "",
        "added": json.dumps([*form.added, *words]),
    }
    files = (File(MAIN, source.text.encode("utf-8", "replace")), *extra)
    return Job(
        snippet=snippet,
        program=_program(snippet, files, plan, level, place),
        context=tuple(before),
        map=source.map,
        level=level,
        facts=notes,
    )


def _leniency(form: Shape, found: Facts, snippet: Snippet) -> dict[str, bool]:
    """What is forgiven: all of a fragment, of a file only what it says that it leaves out."""
    fragment = form.kind is not Kind.FILE
    loose = fragment or elides(snippet.code)
    return {"mends": loose, "imports": loose or not found.imports}


def _known(snippet: Snippet, found: Facts, place: _Place) -> dict[str, object]:
    """What is installed, and which names the document gives to packages and to variables."""
    told = place.environment.facts if place.environment else {}
    earlier = [facts(item.code) for item in place.snippets if item.language == snippet.language]
    names: dict[str, str] = {}
    for item in earlier:
        names.update(item.imports)
    bound = set(found.variables).union(*(item.variables for item in earlier))
    packages = json.loads(told.get("packages") or "{}")
    return {
        "config": told.get("importcfg", ""),
        "module": told.get("module", ""),
        "packages": packages if isinstance(packages, dict) else {},
        "deprecated": _deprecated(told.get("deprecated", ""), snippet.code),
        "names": names,
        "variables": sorted(bound),
        "chosen": _chosen(place, told.get("module", "")),
    }


def _deprecated(told: str, code: str) -> dict[str, dict[str, str]]:
    """What the installed packages call deprecated, as far as a block could speak of it."""
    found = {
        path: {name: words for name, words in notices.items() if name.rpartition(".")[2] in code}
        for path, notices in json.loads(told or "{}").items()
    }
    return {path: notices for path, notices in found.items() if notices}


def _chosen(place: _Place, module: str) -> list[str]:
    """What the document's blocks select from the name that the module's path ends with."""
    if not module:
        return []
    pattern = re.compile(rf"(?<![\w.]){re.escape(package_name(module))}\.([A-Z]\w*)")
    texts = [without_texts(item.code) for item in place.snippets]
    return sorted({name for text in texts for name in pattern.findall(text)})


def _own_rows(snippet: Snippet, source: Source) -> list[int]:
    """The rows (1-based) of the program that are the snippet's own."""
    own = {(line.path, line.line) for line in snippet.lines}
    return [
        row
        for row, line in enumerate(source.map, 1)
        if line is not None and (line.path, line.line) in own
    ]


def _file(beside: Source | None) -> tuple[File, ...]:
    return (File(BESIDE, beside.text.encode("utf-8", "replace")),) if beside else ()


def _program(
    snippet: Snippet,
    files: tuple[File, ...],
    plan: dict[str, object],
    level: Level,
    place: _Place,
) -> Program:
    environment = place.environment
    build = Step((f"{DRIVER}/driver",), "build")
    runs = level is Level.RUNS
    asked = snippet.instructions.env
    return Program(
        files=(*files, File(f"{FOLDER}/plan.json", json.dumps(plan).encode())),
        steps=(build, Step((f"{FOLDER}/program",), "run")) if runs else (build,),
        mounts=(
            *place.toolchain.mounts,
            *place.mounts,
            *(environment.mounts if environment else ()),
        ),
        variables={**(environment.variables if environment else {}), **asked},
    )


def _nonce(snippet: Snippet, before: Sequence[Snippet]) -> str:
    # Derived and not drawn: the same snippet must give the same program, which caches key on.
    text = "\0".join([snippet.path, *(item.code for item in before), snippet.code])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
