"""Snippets to programs: one call of the compiler that checks and emits, then Node.js."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing.languages.javascript import program as scripts
from doc_healing.languages.javascript.modules import package_of
from doc_healing.languages.javascript.names import BROWSER, NODE, TESTS
from doc_healing.languages.javascript.own import free_names, lacks
from doc_healing.languages.javascript.sessions import siblings
from doc_healing.languages.javascript.shape import Kind, Shape
from doc_healing.languages.javascript.tree import facts, import_names, source_of
from doc_healing.languages.typescript import deprecations, naming
from doc_healing.languages.typescript.announced import announces
from doc_healing.languages.typescript.ending import goes_on
from doc_healing.languages.typescript.erasure import erased
from doc_healing.languages.typescript.options import EXPECTS, is_strict, options, runs_jsx, sources
from doc_healing.languages.typescript.policy import STOPPING
from doc_healing.languages.typescript.shape import shape, text_of
from doc_healing.languages.typescript.texts import Text, checked, lines_of, typed
from doc_healing.languages.typescript.toolchain import compiler, library_names
from doc_healing.languages.typescript.twoslash import Twoslash, directives, is_twoslash
from doc_healing.model import (
    Environment,
    FailKind,
    File,
    Job,
    Level,
    Line,
    Mode,
    Program,
    Snippet,
    Step,
    Toolchain,
    Unrunnable,
    Verdict,
)

CHECKED = "snippet.check"  # the name, without ending, of the text that is only checked
_FOLDER = scripts.FOLDER
_SAFE_NAME = re.compile(r"(?![./])(?:[\w@-][\w@.-]*/)*[\w@-][\w@.-]*\.(?:[cm]?tsx?|[cm]?js|json)")
_SIMPLE = ("expression_statement", "lexical_declaration", "variable_declaration")
_HELD = re.compile(r"(?<![\w$.])[A-Za-z_$][\w$]*\.[A-Za-z_$][\w$]*\b(?!\s*[(<`])")
_ANY = re.compile(r"(?::|\bas|[<|])\s*any\b")  # nothing is refused of it
_STATIC = (Mode.BUILD, Mode.LINT)
# The folders that are its arguments: the first that exists holds the packages.
LINK = """for folder in "$@"; do
  [ -e node_modules ] || [ ! -d "$folder" ] || ln -s "$folder" node_modules
done"""
# The compiler's words go to a file, and what it was told is removed: a program that looks around
# finds itself alone. Exit codes above 2 are the compiler's own trouble.
_COMPILE = """
{link}
GOMAXPROCS=2 {compiler} --pretty false {flags} -p tsconfig.json > {out} 2>&1
code=$?
{asking}
rm -f tsconfig.json {gone}
[ $code -le 2 ] || {{ cat {out}; exit $code; }}
"""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What the compiler gets: files, those it starts from, and its options."""

    files: tuple[File, ...]
    roots: tuple[str, ...]
    options: Mapping[str, object]
    gone: tuple[str, ...]  # removed before anything runs


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all snippets of one document share."""

    snippets: Sequence[Snippet]
    erased: Sequence[Snippet]
    forms: Mapping[int, Shape]
    toolchain: Toolchain
    environment: Environment | None


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One answer for each runnable example of one document, in its order."""
    forms = {item.index: shape(item.code) for item in snippets}
    plain = [bare(item, forms[item.index]) for item in snippets]
    desk = _Desk(snippets, plain, forms, toolchain, environment)
    by_index = {item.index: item for item in plain}
    return [_answer(desk, item, by_index[item.index]) for item in scripts.examples(snippets)]


def bare(snippet: Snippet, form: Shape) -> Snippet:
    """The snippet without its types, each line as long in bytes as it was."""
    if form.kind is Kind.NONE:
        return snippet
    found = text_of(snippet.code.removesuffix("\n"), form)
    texts = found.text.split("\n")
    if not found.parses or len(texts) != len(snippet.lines):
        return snippet
    lines = tuple(replace(line, text=text) for line, text in zip(snippet.lines, texts, strict=True))
    return replace(snippet, code=f"{found.text}\n", lines=lines)


def _answer(desk: _Desk, snippet: Snippet, plain: Snippet) -> Job | Unrunnable:
    asked = directives(snippet.code) if is_twoslash(snippet) else Twoslash({})
    if asked.unsafe:
        reason = f"`{asked.unsafe}` is no name of a program's file"
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, reason)
    planned = scripts.plan(
        plain,
        desk.erased,
        desk.toolchain,
        desk.environment,
        lambda item: desk.forms[item.index],
    )
    if isinstance(planned, Unrunnable):
        return replace(planned, snippet=snippet)
    if planned.form.kind is Kind.TRANSCRIPT:
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, "a session at a prompt of another tool")
    return _job(desk, snippet, planned, asked)


def _job(desk: _Desk, snippet: Snippet, planned: scripts.Planned, asked: Twoslash) -> Job:
    lines = lines_of(desk.snippets)
    source = typed(planned.source, lines)
    guessed = _guessed(desk, snippet, planned)
    package = desk.environment.modules[0] if desk.environment and desk.environment.modules else ""
    text = checked(planned.source, lines, f"__dh_{planned.nonce[:8]}", guessed, package)
    jsx = erased(snippet.code).jsx or any(erased(item.code).jsx for item in planned.before)
    told = options(desk.environment, asked.options, jsx=jsx, code=snippet.code)
    unbuilt = _unbuilt(desk, planned, guessed)
    runs = _runs(snippet, planned, asked) and (not jsx or runs_jsx(desk.environment, told))
    runs = runs and not unbuilt
    ending = ".tsx" if jsx else ".ts"
    if unbuilt:
        words = f"the sources of `{unbuilt}`, which is not built: checked, not run"
        source = replace(source, added=(*source.added, words))
    planned = replace(planned, source=source)
    made = scripts.made_of(planned, f"snippet{ending}")
    compiled = _compiled(snippet, text, source.text, asked, told, ending, runs)
    announced = sorted(_announced(text))
    plan = {
        **made.plan,
        "checked": {
            "file": f"{_FOLDER}/checked.txt",
            "main": f"{CHECKED}{ending}",
            "stopping": sorted(STOPPING),
            "run": runs,
        },
    }
    alike = _same_everywhere(desk, planned)
    noted = {
        **made.facts,
        "checked": f"{CHECKED}{ending}",
        "runs": "yes" if runs else "",
        "announced_rows": json.dumps(announced),
        "guessed": made.facts["guessed"] if planned.own or not alike else "",
        "far": "" if alike else made.facts["guessed"],
        "guessed_names": json.dumps(guessed),
        "parts": json.dumps([[part.name, part.start] for part in asked.parts]),
        "checked_columns": json.dumps(text.columns),
        "rows": json.dumps(_rows(text, snippet)),
        "expecting": "yes" if _expects(desk, snippet, told, jsx=jsx) else "",
        "goes_on": "" if planned.form.certain else _continued(desk, snippet),
        "uncompared": "" if runs else _uncompared(desk, planned, asked, unbuilt),
        "shared": json.dumps(_shared(desk, snippet, planned)),
        "shadowed": json.dumps(_shadowed(desk, snippet, planned)),
        "wrapped": "yes" if planned.form.before or planned.form.after else "",
        "imported": json.dumps(
            deprecations.imported(
                [snippet.code, *(item.code for item in planned.before)], package if guessed else ""
            )
        ),
    }
    return Job(
        snippet=snippet,
        program=_program(desk, planned, compiled, plan, json.loads(noted["imported"])),
        context=planned.before + planned.after,
        map=source.map,
        level=_level(snippet, made.level, runs=runs),
        facts=noted,
    )


def _expects(desk: _Desk, snippet: Snippet, told: Mapping[str, object], *, jsx: bool) -> bool:
    """Whether an expected error must come: nothing is switched off, and all has its types."""
    known = (not jsx or runs_jsx(desk.environment, told)) and not _ANY.search(snippet.code)
    return EXPECTS in snippet.code and is_strict(told) and known


def _continued(desk: _Desk, snippet: Snippet) -> str:
    later = [item for item in desk.snippets if item.index > snippet.index]
    return "yes" if goes_on(snippet, later) else ""


def _uncompared(desk: _Desk, planned: scripts.Planned, asked: Twoslash, unbuilt: str) -> str:
    """Why promised values or output of a block that is not run were compared with nothing."""
    snippet = planned.snippet
    promised = planned.source.watched.promises or snippet.instructions.expected
    if not promised or asked.errors or asked.parts:
        return ""
    if snippet.instructions.mode in (*_STATIC, Mode.FAIL):
        return ""
    if unbuilt:
        lacking = desk.environment.unbuilt if desk.environment else ()
        named = next((name for name in lacking if package_of(name) == unbuilt), unbuilt)
        return f"the package `{unbuilt}` is not built: {named} does not exist; checked, not run"
    return "checked, not run: what it promises was compared with nothing"


def _level(snippet: Snippet, level: Level, *, runs: bool) -> Level:
    if snippet.instructions.mode is Mode.LINT:
        return Level.PARSES
    return level if runs else Level.BUILDS


def _runs(snippet: Snippet, planned: scripts.Planned, asked: Twoslash) -> bool:
    """Whether what is emitted is to be run."""
    return (
        planned.form.level is Level.RUNS
        and snippet.instructions.mode not in _STATIC
        and not asked.parts
        and not asked.errors
        and not _must_not_build(snippet)
    )


def _must_not_build(snippet: Snippet) -> bool:
    promise = snippet.instructions.must_fail
    return promise is not None and promise.kind is FailKind.BUILD


def _announced(text: Text) -> set[int]:
    """The rows on which the document announces an error, with the rest of their statements."""
    lines = text.text.split("\n")
    rows = {row for row, line in enumerate(text.map) if line is not None and announces(lines, row)}
    for node in facts(erased(text.text).text).statements:
        if node.type in _SIMPLE:
            own = range(node.start_point[0], node.end_point[0] + 1)
            if rows.intersection(own):
                rows.update(own)
    return rows


def _rows(text: Text, snippet: Snippet) -> list[list[object]]:
    """For each row of the checked text its place, and whether it is the snippet's own."""
    own = {(line.path, line.line) for line in snippet.lines}
    return [
        [line.path, line.line, (line.path, line.line) in own] if line is not None else []
        for line in text.map
    ]


def _guessed(desk: _Desk, snippet: Snippet, planned: scripts.Planned) -> list[str]:
    """Names to be imported from the repository's own package: values, and types."""
    environment = desk.environment
    if environment is None or not environment.modules:
        return []
    package = environment.modules[0]
    unbuilt = lacks(environment, package)
    if unbuilt and package not in sources(environment):
        return []
    found = [erased(item.code) for item in (*planned.before, snippet)]
    types = set().union(*(item.types for item in found))
    declared = set().union(*(item.declared for item in found))
    known = library_names(desk.toolchain) | NODE | BROWSER | TESTS
    names = (types - declared - known) | set(planned.own)
    if unbuilt and planned.form.level is Level.RUNS:
        names |= free_names("\n".join(item.code for item in (*planned.before, planned.snippet)))
    return sorted(name for name in names - _bound(planned) if name.isidentifier())[:60]


def _same_everywhere(desk: _Desk, planned: scripts.Planned) -> bool:
    """Whether names that it lacks come from imports alone, which all of the page has alike."""
    taken = [item for item in planned.before if item not in desk.erased]
    if any(not facts(item.code).imports for item in taken):
        return False
    stated: dict[str, set[str]] = {}
    for item in desk.erased:
        read = facts(item.code)
        for node in read.imports:
            for name, what in import_names(read, node):
                stated.setdefault(name, set()).add(f"{what} {source_of(read, node)}")
    names = {name for item in taken for name in facts(item.code).bound}
    return all(len(stated.get(name, ())) == 1 for name in names)


def _shadowed(desk: _Desk, snippet: Snippet, planned: scripts.Planned) -> list[str]:
    """Names that all the world knows, and that an earlier block of the page gave a new meaning."""
    known = library_names(desk.toolchain) | NODE | BROWSER | TESTS
    used = (naming.names(snippet).free & known) - _bound(planned)
    if not used:
        return []
    earlier = (item for item in desk.snippets if item.index < snippet.index)
    return sorted(used.intersection(set().union(*(naming.names(item).bound for item in earlier))))


def _shared(desk: _Desk, snippet: Snippet, planned: scripts.Planned) -> list[str]:
    """What the block reads of a borrowed module's objects (`z.registry`) as earlier ones do."""
    own = facts(planned.snippet.code).bound
    found = {name for name in _HELD.findall(snippet.code) if name.split(".")[0] not in own}
    if not found:
        return []
    earlier = "\n".join(item.code for item in desk.snippets if item.index < snippet.index)
    return sorted(found.intersection(_HELD.findall(earlier)))


def _unbuilt(desk: _Desk, planned: scripts.Planned, guessed: Sequence[str]) -> str:
    """The package that a block imports and that can only be checked, else empty."""
    environment = desk.environment
    if environment is None:
        return ""
    unbuilt = {package_of(name) for name in environment.unbuilt}
    lacking = unbuilt & {package_of(name) for name in sources(environment)}
    if guessed and environment.modules[0] in lacking:
        return environment.modules[0]
    for item in (*planned.before, planned.snippet):
        read = facts(item.code)
        for node in read.imports:
            if package_of(source_of(read, node)) in lacking:
                return package_of(source_of(read, node))
    return ""


def _bound(planned: scripts.Planned) -> set[str]:
    return set().union(*(facts(item.code).bound for item in (*planned.before, planned.snippet)))


def _compiled(
    snippet: Snippet,
    text: Text,
    emitted: str,
    asked: Twoslash,
    told: Mapping[str, object],
    ending: str,
    runs: bool,
) -> _Compiled:
    main = File(f"snippet{ending}", emitted.encode("utf-8", "replace"))
    if asked.parts:
        return _of_parts(snippet, asked, told)
    check = File(f"{CHECKED}{ending}", text.text.encode("utf-8", "replace"))
    roots = (check.name, *((main.name,) if runs else ()))
    return _Compiled((main, check), roots, told, (check.name, f"{CHECKED}.js"))


def _of_parts(snippet: Snippet, asked: Twoslash, told: Mapping[str, object]) -> _Compiled:
    """A block of several files; each keeps its rows, below empty lines."""
    lines = [line.text for line in snippet.lines]
    files = tuple(
        File(
            part.name,
            ("\n" * part.start + "\n".join(lines[part.start : part.end]) + "\n").encode(
                "utf-8", "replace"
            ),
        )
        for part in asked.parts
    )
    main = File("snippet.ts", b"export {};\n")
    names = tuple(file.name for file in files if not file.name.endswith(".json"))
    return _Compiled(
        (*files, main), (*names, main.name), {**told, "allowJs": True, "noEmit": True}, ()
    )


def _program(
    desk: _Desk,
    planned: scripts.Planned,
    compiled: _Compiled,
    plan: Mapping[str, object],
    imported: Sequence[str],
) -> Program:
    environment, toolchain, snippet = desk.environment, desk.toolchain, planned.snippet
    mounts = environment.mounts if environment else ()
    node = (environment.interpreter if environment else "") or toolchain.executable
    config = {"compilerOptions": compiled.options, "files": compiled.roots}
    out, ours = f"{_FOLDER}/checked.txt", f"{_FOLDER}/"
    asked = {compiled.roots[0]: imported}
    asking = deprecations.asking(node, compiler(), ours, asked, out)
    clients = (deprecations.client(ours),) if asking else ()
    script = _COMPILE.format(
        link=LINK,
        compiler=compiler(),
        flags="--noCheck" if snippet.instructions.mode is Mode.LINT else "",
        out=out,
        asking=asking,
        gone=" ".join((*compiled.gone, *(file.name for file in clients))),
    )
    folders = [_modules(mount.target) for mount in mounts if mount not in toolchain.mounts]
    others = siblings(snippet, desk.snippets, _SAFE_NAME)
    # The packages are found where the compiler finds them.
    told = {**plan, "modules": list(dict.fromkeys(folders))}
    told["beside"] = bool(others) or scripts.asks_files(planned)
    taken = {file.name for file in compiled.files}
    return Program(
        files=(
            *compiled.files,
            *(file for file in others if file.name not in taken),
            File("tsconfig.json", json.dumps(config).encode()),
            File("package.json", b'{"type": "module"}'),
            *clients,
            *scripts.driver_files("snippet.js", told, planned.nonce, environment),
        ),
        steps=(
            Step(("/bin/sh", "-c", script, "sh", *dict.fromkeys(folders)), "build"),
            Step((node, "--enable-source-maps", *scripts.WATCHED, "snippet.js")),
        ),
        mounts=tuple(dict.fromkeys((*toolchain.mounts, *mounts))),
        variables=scripts.variables(snippet, environment),
    )


def _modules(target: str) -> str:
    return target if target.endswith("/node_modules") else f"{target}/node_modules"


def place_of(job: Job, row: int) -> tuple[Line | None, bool]:
    """The document's line of a row of the checked text, and whether it is the snippet's own."""
    rows = json.loads(job.facts["rows"])
    found = rows[row] if 0 <= row < len(rows) else []
    if not found:
        return None, False
    path, number, own = found
    lines = [line for item in (job.snippet, *job.context) for line in item.lines]
    for line in lines:
        if (line.path, line.line) == (path, number):
            return line, bool(own)
    return None, False
