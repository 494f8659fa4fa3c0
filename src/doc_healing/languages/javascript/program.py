"""Snippets to programs: which of them run together, and what the driver has to watch."""

import hashlib
import json
import os.path
import platform
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from doc_healing.languages.javascript.borrowed import borrowed
from doc_healing.languages.javascript.machine import of_machine, prints_machine
from doc_healing.languages.javascript.own import own_line, own_names
from doc_healing.languages.javascript.shape import Kind, Shape, shape
from doc_healing.languages.javascript.source import Source, assemble
from doc_healing.languages.javascript.transcript import Entry, entries
from doc_healing.model import (
    Condition,
    Environment,
    File,
    Job,
    Level,
    Line,
    Mode,
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
_LEVELS = {Mode.BUILD: Level.BUILDS, Mode.LINT: Level.PARSES}
_SAFE_NAME = re.compile(r"(?![./])(?:[\w@-][\w@.-]*/)*[\w@-][\w@.-]*\.(?:js|mjs|cjs)")
_SERVER = re.compile(r"(?i)\.listen\s*\(|createServer|\bserve\s*\(|fastify|express|\bkoa\b")


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One answer for each runnable example of one document, in its order."""
    return [
        _answer(snippet, snippets, toolchain, environment)
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
    unmet = _unmet(snippet.instructions.conditions, toolchain, environment)
    if unmet:
        return Unrunnable(snippet, Verdict.SKIPPED, unmet)
    form = shape(snippet.code, snippet.info)
    if form.kind is Kind.NONE or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        reason = form.reason or "marked as an illustration"
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, reason)
    before, after = _context(snippet, snippets)
    nonce = _nonce(snippet, before)
    hook = f"__dh_{nonce[:8]}"
    if form.kind is Kind.TRANSCRIPT:
        return _transcript(snippet, nonce, toolchain, environment)
    earlier = [item for item in snippets if _usable(item, snippet) and item.index < snippet.index]
    parts, words = borrowed(snippet, before, earlier)
    before = (*parts, *before)
    code = "\n".join(item.code for item in (*before, snippet))
    lends = form.level is Level.RUNS and not (form.strict and form.kind is Kind.COMMONJS)
    names = own_names(code, snippet, environment) if lends else ()
    if names and environment:
        package = environment.modules[0]
        form = replace(form, before=f"{own_line(names, package, hook)}\n{form.before}".rstrip("\n"))
        words = (*words, f"`{'`, `'.join(names)}` from `{package}`, where it exports them")
    source = assemble(snippet, form, before, after, hook)
    source = replace(source, added=(*source.added, *words))
    far = any(item.headings != snippet.headings for item in parts)
    source = replace(source, guessed=words if far or names else ())
    return _job(snippet, form, source, (before, after), nonce, snippets, toolchain, environment)


# --- Sessions ------------------------------------------------------------------------------


def _context(
    snippet: Snippet, snippets: Sequence[Snippet]
) -> tuple[tuple[Snippet, ...], tuple[Snippet, ...]]:
    """The snippets that run before and after one: setup, its session's earlier ones, teardown."""
    usable = [item for item in snippets if _usable(item, snippet)]
    earlier = [item for item in usable if item.index < snippet.index and _is_example(item)]
    joined = _joined(snippet, earlier)
    setup = [
        item
        for item in usable
        if item.instructions.role is Role.SETUP and _applies(item, snippet, joined)
    ]
    teardown = [
        item
        for item in usable
        if item.instructions.role is Role.TEARDOWN and _applies(item, snippet, joined)
    ]
    before = [*setup, *(item for item in joined if item not in setup)]
    return tuple(before), tuple(teardown)


def _usable(item: Snippet, snippet: Snippet) -> bool:
    return (
        item is not snippet
        and item.state is State.RUNNABLE
        and not item.instructions.file_name
        and item.instructions.mode in (Mode.RUN, Mode.BUILD)
        and shape(item.code, item.info).kind in (Kind.MODULE, Kind.COMMONJS)
    )


def _is_example(item: Snippet) -> bool:
    return item.instructions.role is Role.EXAMPLE


def _joined(snippet: Snippet, earlier: list[Snippet]) -> list[Snippet]:
    session = snippet.instructions.session
    if session:
        return [item for item in earlier if item.instructions.session == session]
    joined: list[Snippet] = []
    follows = snippet.instructions.continues
    for item in reversed(earlier):
        if not follows and not item.invisible:
            break
        if item.invisible and not follows and item.instructions.session:
            continue
        joined.insert(0, item)
        follows = item.instructions.continues if not item.invisible else follows
    return joined


def _applies(item: Snippet, snippet: Snippet, joined: Sequence[Snippet]) -> bool:
    session = item.instructions.session
    if item.instructions.role is Role.SETUP and item.index > snippet.index and not session:
        return False
    return not session or session == snippet.instructions.session or item in joined


def _siblings(snippet: Snippet, snippets: Sequence[Snippet]) -> tuple[File, ...]:
    """The blocks of the document that are files of the same session."""
    named = {
        item.instructions.file_name: item.code
        for item in snippets
        if item is not snippet
        and item.instructions.session == snippet.instructions.session
        and _SAFE_NAME.fullmatch(item.instructions.file_name)
    }
    return tuple(File(name, code.encode("utf-8", "replace")) for name, code in named.items())


# --- Programs ------------------------------------------------------------------------------


def _job(
    snippet: Snippet,
    form: Shape,
    source: Source,
    context: tuple[tuple[Snippet, ...], tuple[Snippet, ...]],
    nonce: str,
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job:
    main = _main_name(snippet, source.module)
    promises = [
        {"text": item.text, "literal": item.literal, "log": item.log, "member": item.member}
        for item in source.watched.promises
    ]
    hooked = f"__dh_{nonce[:8]}" in source.text
    plan = {
        "listen": bool(promises or (snippet.instructions.expected and context[0])),
        "server": _SERVER.search(snippet.code) is not None,
        "shims": source.shims,
        "hook": f"__dh_{nonce[:8]}" if hooked else "",
        "promises": promises,
    }
    text = source.text.encode("utf-8", "replace")
    extra = _siblings(snippet, snippets) + _package(main, source.module)
    static = snippet.instructions.mode in _LEVELS or form.level is Level.PARSES
    code = "\n".join(item.code for item in (*context[0], snippet))
    facts = {
        "nonce": nonce,
        "main": main,
        "first": str(source.first),
        "columns": json.dumps(source.columns),
        "promises": json.dumps([[p.row, p.column, p.text] for p in source.watched.promises]),
        "announced": json.dumps(source.watched.announced),
        "certain": "yes" if form.certain else "",
        "machine": _machine(code, [(source.map[p.row], p.source) for p in source.watched.promises]),
        "prints": prints_machine(code) if snippet.instructions.expected else "",
        "added": json.dumps(source.added),
        "strict": "yes" if form.strict else "",
        "marked": "yes" if context[0] and not static else "",
        "guessed": ", ".join(source.guessed),
    }
    return Job(
        snippet=snippet,
        program=_program(main, text, extra, plan, nonce, snippet, static, toolchain, environment),
        context=context[0] + context[1],
        map=source.map,
        level=_LEVELS.get(snippet.instructions.mode, form.level),
        facts=facts,
    )


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
    plan: dict[str, object],
    nonce: str,
    snippet: Snippet,
    static: bool,
    toolchain: Toolchain,
    environment: Environment | None,
) -> Program:
    mounts = environment.mounts if environment else ()
    whole = {
        "nonce": nonce,
        "main": main,
        "modules": [mount.target for mount in mounts],
        "entries": [],
        "promises": [],
        **plan,
    }
    room = files("doc_healing.languages.javascript")
    ours = [
        File(f"{FOLDER}/{name}", room.joinpath(name).read_bytes())
        for name in ("driver.cjs", "network.cjs")
    ]
    node = environment.interpreter if environment and environment.interpreter else ""
    options = ("--check",) if static else ("--require", f"./{FOLDER}/driver.cjs")
    return Program(
        files=(
            File(main, text),
            *extra,
            *ours,
            File(f"{FOLDER}/plan.json", json.dumps(whole).encode()),
        ),
        steps=(Step((node or toolchain.executable, *options, main)),),
        mounts=(*toolchain.mounts, *mounts),
        variables={
            **(environment.variables if environment else {}),
            "NO_COLOR": "1",
            "FORCE_COLOR": "0",
            "NODE_OPTIONS": "",
            **snippet.instructions.env,
        },
    )


def _main_name(snippet: Snippet, module: bool) -> str:
    name = snippet.instructions.file_name
    if _SAFE_NAME.fullmatch(name) and not name.endswith(".cjs" if module else ".mjs"):
        return name
    return "snippet.mjs" if module else "snippet.cjs"


def _package(main: str, module: bool) -> tuple[File, ...]:
    if not main.endswith(".js"):
        return ()
    kind = "module" if module else "commonjs"
    return (File("package.json", json.dumps({"type": kind}).encode()),)


def _nonce(snippet: Snippet, before: Sequence[Snippet]) -> str:
    # Derived and not drawn: the same snippet must give the same program, which caches key on.
    text = "\0".join([snippet.path, *(item.code for item in before), snippet.code])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


# --- Conditions ----------------------------------------------------------------------------


def _unmet(
    conditions: Sequence[Condition], toolchain: Toolchain, environment: Environment | None
) -> str:
    """The reason of the first condition that keeps the snippet from running, else empty."""
    for item in conditions:
        holds = _holds(item, toolchain, environment)
        if holds is not None and holds is item.skip_when_true:
            words = f"{item.subject}{item.operator}{item.value}"
            return item.reason or f"its condition `{words}` is {'' if holds else 'not '}met"
    return ""


def _holds(item: Condition, toolchain: Toolchain, environment: Environment | None) -> bool | None:
    if item.subject == "version":
        return _compares((environment and environment.runtime_version) or toolchain.version, item)
    if item.subject == "os":
        same = item.value.lower() in ("linux", platform.system().lower(), os.path.sep)
        return same if item.operator in ("==", "present") else not same
    if item.subject == "module":
        present = environment is not None and item.value in environment.packages
        return present if item.operator != "absent" else not present
    return None


def _compares(version: str, item: Condition) -> bool | None:
    try:
        if item.operator in ("==", "!="):
            return SpecifierSet(f"{item.operator}{item.value}.*").contains(version)
        return SpecifierSet(f"{item.operator}{Version(item.value)}").contains(version)
    except (InvalidVersion, ValueError):
        return None
