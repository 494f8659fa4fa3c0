"""Snippets to programs: which of them run together, and what the driver has to watch."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePosixPath

from doc_healing.languages.javascript.borrowed import borrowed
from doc_healing.languages.javascript.conditions import unmet
from doc_healing.languages.javascript.machine import of_machine, prints_machine
from doc_healing.languages.javascript.naming import files_of
from doc_healing.languages.javascript.own import own_line, own_names
from doc_healing.languages.javascript.reach import may_reach_out
from doc_healing.languages.javascript.sessions import ShapeOf, context, lenders, siblings
from doc_healing.languages.javascript.shape import Kind, Shape, shape
from doc_healing.languages.javascript.source import Source, assemble
from doc_healing.languages.javascript.transcript import Entry, entries
from doc_healing.model import (
    Environment,
    File,
    Job,
    Level,
    Line,
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
WATCHED = ("--require", f"./{FOLDER}/driver.cjs")  # options of Node.js for a program that is run
_LEVELS = {Mode.BUILD: Level.BUILDS, Mode.LINT: Level.PARSES}
_SAFE_NAME = re.compile(r"(?![./])(?:[\w@-][\w@.-]*/)*[\w@-][\w@.-]*\.(?:js|mjs|cjs)")
_SERVER = re.compile(r"(?i)\.listen\s*\(|createServer|\bserve\s*\(|fastify|express|\bkoa\b")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a snippet is, and the text that runs with it, before it becomes a program."""

    snippet: Snippet
    form: Shape
    source: Source
    before: tuple[Snippet, ...]
    after: tuple[Snippet, ...]
    nonce: str
    own: tuple[str, ...] = ()  # names that are looked for in the repository's own package


@dataclass(frozen=True, slots=True)
class Made:
    """What the driver is told of a program, and what its reading has to know."""

    plan: Mapping[str, object]
    facts: Mapping[str, str]
    level: Level


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One answer for each runnable example of one document, in its order."""
    return [_answer(snippet, snippets, toolchain, environment) for snippet in examples(snippets)]


def examples(snippets: Sequence[Snippet]) -> list[Snippet]:
    """The snippets that get an answer of their own."""
    return [
        snippet
        for snippet in snippets
        if snippet.state is State.RUNNABLE
        and snippet.instructions.role is Role.EXAMPLE
        and not snippet.invisible
    ]


def _answer(
    snippet: Snippet,
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job | Unrunnable:
    planned = plan(snippet, snippets, toolchain, environment, _shape_of)
    if isinstance(planned, Unrunnable):
        return planned
    if planned.form.kind is Kind.TRANSCRIPT:
        return _transcript(snippet, planned.nonce, toolchain, environment)
    return _job(planned, siblings(snippet, snippets, _SAFE_NAME), toolchain, environment)


def _shape_of(snippet: Snippet) -> Shape:
    return shape(snippet.code, snippet.info)


def plan(
    snippet: Snippet,
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
    shape_of: ShapeOf,
) -> Planned | Unrunnable:
    """The text of a snippet with all that it runs with, or why it is no program.

    `shape_of` says what a snippet is: a language that becomes JavaScript has its own.
    """
    lacking = unmet(snippet.instructions.conditions, toolchain, environment)
    if lacking:
        return Unrunnable(snippet, Verdict.SKIPPED, lacking)
    form = shape_of(snippet)
    if form.kind is Kind.NONE or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        reason = form.reason or "marked as an illustration"
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, reason)
    before, after = context(snippet, snippets, shape_of)
    nonce = _nonce(snippet, before)
    if form.kind is Kind.TRANSCRIPT:
        return Planned(snippet, form, Source("", (), {}, False, 0), (), (), nonce)
    parts, words = borrowed(snippet, before, lenders(snippet, snippets, shape_of))
    before = (*parts, *before)
    code = "\n".join(item.code for item in (*before, snippet))
    lends = form.level is Level.RUNS and not (form.strict and form.kind is Kind.COMMONJS)
    names = own_names(code, snippet, environment) if lends else ()
    hook = f"__dh_{nonce[:8]}"
    if names and environment:
        package = environment.modules[0]
        form = replace(form, before=f"{own_line(names, package, hook)}\n{form.before}".rstrip("\n"))
        words = (*words, f"`{'`, `'.join(names)}` from `{package}`, where it exports them")
    source = assemble(snippet, form, before, after, hook)
    source = replace(source, added=(*source.added, *words))
    far = any(item.headings != snippet.headings for item in parts)
    source = replace(source, guessed=words if far or names else ())
    return Planned(snippet, form, source, tuple(before), after, nonce, names)


# --- Programs ------------------------------------------------------------------------------


def _job(
    planned: Planned,
    others: tuple[File, ...],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job:
    snippet, source = planned.snippet, planned.source
    main = _main_name(snippet, source.module)
    static = is_static(planned)
    made = made_of(planned, main)
    told = {**made.plan, "beside": bool(others) or asks_files(planned)}
    text = source.text.encode("utf-8", "replace")
    extra = others + package_file(main, source.module)
    program = _program(
        main, text, extra, told, planned.nonce, snippet, static, toolchain, environment
    )
    return Job(
        snippet=snippet,
        program=program,
        context=planned.before + planned.after,
        map=source.map,
        level=made.level,
        facts=made.facts,
    )


def asks_files(planned: Planned) -> bool:
    """Whether it imports files beside it, which are found without their endings too."""
    return any(files_of(item.code) for item in (*planned.before, planned.snippet))


def is_static(planned: Planned) -> bool:
    """Whether nothing of it is to be run."""
    return planned.snippet.instructions.mode in _LEVELS or planned.form.level is Level.PARSES


def made_of(planned: Planned, main: str) -> Made:
    """What the driver and the reading are told of a program with this main file."""
    snippet, source, nonce = planned.snippet, planned.source, planned.nonce
    promises = [
        {"text": item.text, "literal": item.literal, "log": item.log, "member": item.member}
        for item in source.watched.promises
    ]
    hooked = f"__dh_{nonce[:8]}" in source.text
    told = {
        "listen": bool(promises or (snippet.instructions.expected and planned.before)),
        "server": _SERVER.search(snippet.code) is not None,
        "reach": may_reach_out([source.text]),
        "shims": source.shims,
        "hook": f"__dh_{nonce[:8]}" if hooked else "",
        "promises": promises,
    }
    code = "\n".join(item.code for item in (*planned.before, snippet))
    statements = [(source.map[p.row], p.source) for p in source.watched.promises]
    facts = {
        "nonce": nonce,
        "main": main,
        "first": str(source.first),
        "columns": json.dumps(source.columns),
        "promises": json.dumps([[p.row, p.column, p.text] for p in source.watched.promises]),
        "announced": json.dumps(source.watched.announced),
        "certain": "yes" if planned.form.certain else "",
        "machine": _machine(code, statements),
        "prints": prints_machine(code) if snippet.instructions.expected else "",
        "added": json.dumps(source.added),
        "strict": "yes" if planned.form.strict else "",
        "marked": "yes" if planned.before and not is_static(planned) else "",
        "guessed": ", ".join(source.guessed),
    }
    return Made(told, facts, _LEVELS.get(snippet.instructions.mode, planned.form.level))


def _transcript(
    snippet: Snippet, nonce: str, toolchain: Toolchain, environment: Environment | None
) -> Job | Unrunnable:
    found = entries(snippet.code)
    if found is None:
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, "a session that is not JavaScript's")
    hook, main = f"__dh_{nonce[:8]}", "snippet.cjs"
    plan = {
        "listen": True,
        "server": False,
        "shims": ["require", "module", "exports"],
        "hook": hook,
        "entries": [entry.plan() for entry in found],
    }
    facts = {
        "nonce": nonce,
        "main": main,
        "first": "0",
        "promises": json.dumps([_promised(entry) for entry in found]),
        "machine": _machine(
            "\n".join(entry.code for entry in found),
            [(_line_at(snippet, entry.output_line), entry.code) for entry in found],
        ),
        "certain": "yes",
    }
    text = f"{hook}();\n".encode()
    return Job(
        snippet=snippet,
        program=_program(main, text, (), plan, nonce, snippet, False, toolchain, environment),
        map=snippet.lines,
        facts=facts,
    )


def _machine(code: str, statements: Sequence[tuple[Line | None, str]]) -> str:
    """The places of promised values that differ from machine to machine, with what they hang on."""
    named = {
        f"{line.path}:{line.line}": found
        for line, text in statements
        if line is not None and (found := of_machine(code, text))
    }
    return json.dumps(named)


def _line_at(snippet: Snippet, row: int) -> Line | None:
    return snippet.lines[row] if row < len(snippet.lines) else None


def _promised(entry: Entry) -> list[object]:
    return [entry.output_line, 0, entry.text]


def _program(
    main: str,
    text: bytes,
    extra: tuple[File, ...],
    plan: Mapping[str, object],
    nonce: str,
    snippet: Snippet,
    static: bool,
    toolchain: Toolchain,
    environment: Environment | None,
) -> Program:
    mounts = environment.mounts if environment else ()
    node = environment.interpreter if environment and environment.interpreter else ""
    options = ("--check",) if static else WATCHED
    return Program(
        files=(File(main, text), *extra, *driver_files(main, plan, nonce, environment)),
        steps=(Step((node or toolchain.executable, *options, main)),),
        mounts=(*toolchain.mounts, *mounts),
        variables=variables(snippet, environment),
    )


def _of_node(mount: Mount, environment: Environment | None) -> bool:
    """Whether a mount is Node.js's own: its `lib/node_modules` holds npm and no package of ours."""
    if environment is None or not environment.interpreter:
        return False
    prefix = PurePosixPath(environment.interpreter).parent.parent
    return PurePosixPath(mount.target) in (PurePosixPath(environment.interpreter), prefix / "lib")


def driver_files(
    main: str, plan: Mapping[str, object], nonce: str, environment: Environment | None
) -> tuple[File, ...]:
    """The driver with what it is told: the main file, and where modules are."""
    mounts = environment.mounts if environment else ()
    whole = {
        "nonce": nonce,
        "main": main,
        "modules": [mount.target for mount in mounts if not _of_node(mount, environment)],
        "entries": [],
        "promises": [],
        "reach": True,
        "beside": False,
        **plan,
    }
    valued = whole["promises"] or whole["entries"]
    names = ("driver.cjs", "values.cjs") if valued else ("driver.cjs",)
    told = File(f"{FOLDER}/plan.json", json.dumps(whole).encode())
    return (*(File(f"{FOLDER}/{name}", _text_of(name)) for name in names), told)


@lru_cache(maxsize=4)
def _text_of(name: str) -> bytes:
    return files("doc_healing.languages.javascript").joinpath(name).read_bytes()


def variables(snippet: Snippet, environment: Environment | None) -> Mapping[str, str]:
    """The environment variables of a program."""
    return {
        **(environment.variables if environment else {}),
        "NO_COLOR": "1",
        "FORCE_COLOR": "0",
        "NODE_OPTIONS": "",
        **snippet.instructions.env,
    }


def _main_name(snippet: Snippet, module: bool) -> str:
    name = snippet.instructions.file_name
    if _SAFE_NAME.fullmatch(name) and not name.endswith(".cjs" if module else ".mjs"):
        return name
    return "snippet.mjs" if module else "snippet.cjs"


def package_file(main: str, module: bool) -> tuple[File, ...]:
    """A package.json that says what a `.js` file is."""
    if not main.endswith(".js"):
        return ()
    kind = "module" if module else "commonjs"
    return (File("package.json", json.dumps({"type": kind}).encode()),)


def _nonce(snippet: Snippet, before: Sequence[Snippet]) -> str:
    # Derived and not drawn: the same snippet must give the same program, which caches key on.
    text = "\0".join([snippet.path, *(item.code for item in before), snippet.code])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
