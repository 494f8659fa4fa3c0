"""Snippets to programs: which of them run together, and what the tools are told."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from doc_healing.errors import InfraError
from doc_healing.languages.following import applies, joined
from doc_healing.languages.java.conditions import unmet
from doc_healing.languages.java.jdk import HOME
from doc_healing.languages.java.kept import ARCHIVE, JAR, SMALL, tools
from doc_healing.languages.java.lent import Lent, disputed, lent
from doc_healing.languages.java.promises import Promise, promises, watched
from doc_healing.languages.java.reached import proof_of
from doc_healing.languages.java.shape import Kind, Shape, shape
from doc_healing.languages.java.source import MARK, Source, assemble
from doc_healing.languages.java.transcript import transcript
from doc_healing.model import (
    Environment,
    File,
    Job,
    Level,
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
# What java and javac read options from: no document may give any, nor name an agent.
_OPTIONS = frozenset(
    {"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVAC_OPTIONS"}
)
# A block ends before it pays to compile what it ran a few hundred times: a fifth of its time.
_LATE = "-XX:CompileThresholdScaling=5"
_SAFE_NAME = re.compile(r"(?![./])(?:[\w-][\w.-]*/)*[\w-][\w.-]*")
# What `jshell` imports by default: its DEFAULT startup script, in this order.
_USUAL = (
    "java.io", "java.math", "java.net", "java.nio.file", "java.util", "java.util.concurrent",
    "java.util.function", "java.util.prefs", "java.util.regex", "java.util.stream",
)  # fmt: skip
# Where else a name may be from: with these a block can pass, and never turns red.
_OTHER = (
    "java.time", "java.time.format", "java.time.temporal", "java.nio.charset", "java.lang.reflect",
    "java.lang.annotation", "java.util.concurrent.atomic", "java.util.concurrent.locks",
    "java.text", "java.nio", "java.net.http", "java.lang.invoke", "java.security", "java.sql",
)  # fmt: skip


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One answer for each runnable example of one document, in its order."""
    asked = [
        snippet
        for snippet in snippets
        if snippet.state is State.RUNNABLE
        and snippet.instructions.role is Role.EXAMPLE
        and not snippet.invisible
    ]
    return [_or_why_not(snippet, snippets, toolchain, environment) for snippet in asked]


def _or_why_not(
    snippet: Snippet,
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job | Unrunnable:
    try:
        return _answer(snippet, snippets, toolchain, environment)
    except InfraError as error:  # our tools for this JDK cannot be made, or kept
        reason = f"{error.message} ({error.help})" if error.help else error.message
        return Unrunnable(snippet, Verdict.UNVERIFIED, reason, cause="toolchain")


def _answer(
    snippet: Snippet,
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job | Unrunnable:
    said = unmet(snippet.instructions.conditions, toolchain, environment)
    if said:
        return Unrunnable(snippet, Verdict.SKIPPED, said)
    form = shape(snippet.code)
    if form.kind is Kind.NONE or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        reason = form.reason or "marked as an illustration"
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, reason)
    if form.kind is Kind.TRANSCRIPT:
        return _transcript(snippet, toolchain, environment)
    before, after = _context(snippet, snippets)
    around = [(item, shape(item.code)) for item in (*before, snippet, *after)]
    source = assemble(snippet, form, around)
    earlier = [item for item in snippets if _usable(item, snippet) and item.index < snippet.index]
    codes = [item.code for item, _ in around]
    loan = lent(codes, earlier, source.wrapper) if form.certain else Lent()
    loan = disputed(loan, [item for item in snippets if item is not snippet])
    source = _with_loan(source, loan)
    return _job(snippet, form, source, loan, (*before, *after), snippets, toolchain, environment)


def _with_loan(source: Source, loan: Lent) -> Source:
    if not (loan.imports or loan.types) or MARK not in source.text:
        return source
    text = source.text.replace(MARK, f"{MARK} {' '.join(loan.imports)}", 1)
    if loan.types:
        text = text.rstrip("\n") + "\n" + "\n".join(loan.types) + "\n"
    rows = text.count("\n") + 1
    lines = (*source.map, *[None] * (rows - len(source.map)))  # what is lent is not the block's
    return replace(source, text=text, map=lines, added=(*source.added, *loan.words))


# --- Sessions ------------------------------------------------------------------------------


def _context(
    snippet: Snippet, snippets: Sequence[Snippet]
) -> tuple[tuple[Snippet, ...], tuple[Snippet, ...]]:
    """The snippets that run before and after one: setup, its session's earlier ones, teardown."""
    usable = [item for item in snippets if _usable(item, snippet)]
    earlier = [item for item in usable if item.index < snippet.index and _is_example(item)]
    above = joined(snippet, earlier)
    setup = [one for one in usable if _is(one, Role.SETUP) and applies(one, snippet, above)]
    teardown = [one for one in usable if _is(one, Role.TEARDOWN) and applies(one, snippet, above)]
    before = [*setup, *(item for item in above if item not in setup)]
    return tuple(before), tuple(teardown)


def _is(item: Snippet, role: Role) -> bool:
    return item.instructions.role is role


def _usable(item: Snippet, snippet: Snippet) -> bool:
    return (
        item is not snippet
        and item.state is State.RUNNABLE
        and not item.instructions.file_name
        and item.instructions.mode in (Mode.RUN, Mode.BUILD)
        and shape(item.code).kind in (Kind.UNIT, Kind.MEMBERS, Kind.SCRIPT)
        and shape(item.code).certain
    )


def _is_example(item: Snippet) -> bool:
    return item.instructions.role is Role.EXAMPLE


def _siblings(snippet: Snippet, snippets: Sequence[Snippet]) -> tuple[File, ...]:
    """The blocks of the document that are files of the same session."""
    named = {
        item.instructions.file_name: item.code
        for item in snippets
        if item is not snippet
        and item.instructions.session == snippet.instructions.session
        and item.instructions.file_name != snippet.instructions.file_name
        and _SAFE_NAME.fullmatch(item.instructions.file_name)
    }
    return tuple(File(name, code.encode("utf-8", "replace")) for name, code in named.items())


# --- Programs ------------------------------------------------------------------------------


def _job(
    snippet: Snippet,
    form: Shape,
    source: Source,
    loan: Lent,
    context: tuple[Snippet, ...],
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job:
    mode = snippet.instructions.mode
    level = _LEVELS.get(mode, form.level)
    runs = level is Level.RUNS
    nonce = _nonce(snippet, source.text)
    found = promises(snippet, form.after) if runs and form.certain else ()
    extra = _siblings(snippet, snippets)
    main = _main_name(snippet, form)
    plan = {
        "nonce": nonce,
        "main": main,
        "wrapper": source.wrapper,
        "others": "\n".join(item.name for item in extra if item.name.endswith(".java")),
        "still": "" if runs else "yes",
        "only": "parse" if mode is Mode.LINT else "",
        "inferred": "yes" if "inferred-context" in snippet.instructions.flags else "",
    }
    files = [File(f"{FOLDER}/source", source.text.encode("utf-8", "replace")), *extra]
    if found:
        text = watched(source, snippet, found)
        files.append(File(f"{FOLDER}/watched", text.encode("utf-8", "replace")))
    facts = {
        "nonce": nonce,
        "main": main,
        "wrapper": source.wrapper,
        "kind": str(form.kind),
        "certain": "yes" if form.certain else "",
        "promises": json.dumps([_told(item, snippet) for item in found]),
        "added": json.dumps(source.added),
        "lent": ", ".join(loan.words),
        "disputed": ", ".join(f"`{name}`" for name in loan.disputed),
        "proof": proof_of(snippet, source, loan, context),
        "aliases": json.dumps(dict(source.renamed.names)),
    }
    return Job(
        snippet=snippet,
        program=_program(tuple(files), plan, snippet, toolchain, environment, runs),
        context=context,
        map=source.map,
        level=level,
        facts=facts,
    )


def _told(item: Promise, snippet: Snippet) -> list[object]:
    comment = snippet.lines[item.row].text[item.column :]
    colon = re.match(r"//\s*[\w ]+:", comment) is not None
    return [item.row, item.column, item.text, item.printed, colon]


def _transcript(
    snippet: Snippet, toolchain: Toolchain, environment: Environment | None
) -> Job | Unrunnable:
    entries = transcript(snippet.code)
    if not entries:
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, "a session that holds no input")
    nonce = _nonce(snippet, "jshell")
    plan = {"nonce": nonce, "count": str(len(entries))}
    for number, entry in enumerate(entries):
        plan[f"entry.{number}"] = entry.code
    facts = {
        "nonce": nonce,
        "kind": str(Kind.TRANSCRIPT),
        "entries": json.dumps([[one.line, one.column, one.text, one.output] for one in entries]),
    }
    program = _program((), plan, snippet, toolchain, environment, True, shell=True)
    return Job(snippet=snippet, program=program, map=snippet.lines, facts=facts)


def _program(
    extra: tuple[File, ...],
    plan: Mapping[str, str],
    snippet: Snippet,
    toolchain: Toolchain,
    environment: Environment | None,
    runs: bool,
    *,
    shell: bool = False,
) -> Program:
    facts = environment.facts if environment else {}
    whole = {
        **plan,
        "tools": JAR,
        "classpath": facts.get("classpath", ""),
        "releases": facts.get("release", ""),
        "own": "\n".join(json.loads(facts.get("own", "[]"))),
        "usual": "\n".join(_USUAL),
        "other": "\n".join(_OTHER),
    }
    java, own = toolchain.executable, snippet.instructions.env
    build = compiler(java, JAR)
    usual = ("-Xlog:disable", "-ea", "-Djava.awt.headless=true", *_heap())
    run = Step((java, *SMALL, _LATE, *usual, f"@{FOLDER}/run"))
    talk = Step((java, *SMALL, "-Xlog:disable", "-ea", *_heap(), "-cp", JAR, "dochealing.Shell"))
    return Program(
        files=(*extra, File(f"{FOLDER}/plan", _properties(whole))),
        steps=(talk,) if shell else (build, run) if runs else (build,),
        mounts=(
            *toolchain.mounts,
            tools(toolchain),
            *(environment.mounts if environment else ()),
        ),
        variables={
            **(environment.variables if environment else {}),
            "JAVA_HOME": HOME,
            **{key: value for key, value in own.items() if key not in _OPTIONS},
        },
    )


def compiler(java: str, *arguments: str) -> Step:
    """The step that compiles what stands in the working directory."""
    quick = (f"-XX:SharedArchiveFile={ARCHIVE}", "-Xlog:disable", "-Xmx384m")
    return Step((java, *SMALL, *quick, "-jar", *arguments), "build")


def _heap() -> tuple[str, ...]:
    # A heap's limit below the jail's, so that Java says itself where it was full. Under a smaller
    # jail the kernel ends it, which reads the same.
    return ("-Xmx600m", "-Xss1m")


def _properties(values: Mapping[str, str]) -> bytes:
    """A file as `java.util.Properties` reads it."""
    lines = [f"{key}={_escaped(value)}" for key, value in values.items()]
    return ("\n".join(lines) + "\n").encode("ascii")


def _escaped(value: str) -> str:
    units = value.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    plain = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/;()")
    return "".join(chr(code) if code in plain else f"\\u{code:04x}" for code in codes)


def _main_name(snippet: Snippet, form: Shape) -> str:
    if form.kind is Kind.MODULE:
        return "module-info.java"
    name = snippet.instructions.file_name
    if name.endswith(".java") and _SAFE_NAME.fullmatch(name):
        return name
    return "Snippet.java"


def _nonce(snippet: Snippet, text: str) -> str:
    # Derived and not drawn: the same snippet must give the same program, which caches key on.
    whole = "\0".join([snippet.path, snippet.code, text])
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:32]
