"""Snippets to programs: what runs together, and the ways to compile it that are tried."""

import json
import platform
import re
from collections.abc import Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion
from tree_sitter import Node

from doc_healing.languages.rust import build, merging
from doc_healing.languages.rust.borrowed import STANDARD, Loan, disputed, in_turn, usual
from doc_healing.languages.rust.closed import has_functions, is_closed
from doc_healing.languages.rust.mergeable import mergeable
from doc_healing.languages.rust.sessions import alternatives, is_inferred, neighbours, usable
from doc_healing.languages.rust.shape import Kind, Shape, Wrap, elided, literal, shape
from doc_healing.languages.rust.source import Row, code_of, rows
from doc_healing.languages.rust.surroundings import Surroundings, surroundings
from doc_healing.languages.rust.tree import Facts, facts, use_names
from doc_healing.languages.rust.variants import (
    EDITIONS,
    Parts,
    Variant,
    imported_once,
    joined,
    lent,
    variants,
)
from doc_healing.model import (
    Condition,
    Environment,
    FailKind,
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

_MOST_JOINED = 12
_LEVELS = {Mode.BUILD: Level.BUILDS, Mode.LINT: Level.PARSES}


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One answer for each runnable example of one document, in its order."""
    around = surroundings(toolchain, environment)
    return [
        _answer(snippet, snippets, around)
        for snippet in snippets
        if snippet.state is State.RUNNABLE
        and snippet.instructions.role is Role.EXAMPLE
        and not snippet.invisible
    ]


def _answer(
    snippet: Snippet, snippets: Sequence[Snippet], around: Surroundings
) -> Job | Unrunnable:
    unmet = _unmet(snippet.instructions.conditions, around)
    if unmet:
        return Unrunnable(snippet, Verdict.SKIPPED, unmet)
    if snippet.instructions.mode is Mode.ILLUSTRATIVE:
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, "marked as an illustration")
    before, after = neighbours(snippet, snippets)
    parts = _parts(snippet, before, after, around)
    if is_inferred(snippet):
        if facts(code_of(parts.block)).has_main:
            reason = "needs context: a program with its own `main` follows no other"
            return Unrunnable(snippet, Verdict.UNVERIFIED, reason, cause="context")
        parts = imported_once(parts)
    form = _form(snippet, parts)
    if form.kind is Kind.NONE:
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, form.reason)
    found = facts(code_of(parts.all()))
    editions = _editions(snippet, around)[: 1 if is_inferred(snippet) else None]
    tried = variants(parts, form.wraps, editions)
    if not _must_not_build(snippet):
        loans = _loans(snippet, snippets, found, around)
        tried += lent(parts, form.wraps, editions[0], loans)
        if not is_inferred(snippet):
            tried += _joined_variants(snippet, snippets, parts, editions[0])
    elsewhere = sorted(set().union(*(_defined(item) for item in snippets if item is not snippet)))
    return _job(snippet, form, tried, (*before, *after), around, elsewhere)


def _must_not_build(snippet: Snippet) -> bool:
    asked = snippet.instructions
    promise = asked.must_fail
    return asked.mode is Mode.FAIL and promise is not None and promise.kind is FailKind.BUILD


def _is_harness(snippet: Snippet) -> bool:
    """Whether the compiler's own test harness takes the place of `main`."""
    return "test_harness" in snippet.instructions.flags


def _form(snippet: Snippet, parts: Parts) -> Shape:
    code = code_of(parts.all())
    if _is_harness(snippet):
        return Shape(Kind.WHOLE, wraps=(Wrap("", ""),))
    if snippet.instructions.mode is Mode.FAIL:
        return literal(code)
    alone = shape(code_of(parts.block))
    return alone if alone.kind is Kind.NONE or not (parts.before or parts.after) else shape(code)


def _parts(
    snippet: Snippet,
    before: Sequence[Snippet],
    after: Sequence[Snippet],
    around: Surroundings,
) -> Parts:
    block = tuple(rows(snippet))
    found = facts(code_of(block))
    named = [name for name in around.own if _may_link(name, found, code_of(block))]
    return Parts(
        before=tuple(row for item in before for row in rows(item)),
        block=block,
        after=tuple(row for item in after for row in rows(item)),
        crates=tuple(named),
    )


def _may_link(name: str, found: Facts, code: str) -> bool:
    """rustdoc links the crate under its name wherever the text has it, and it is not there yet."""
    return name in code and name not in found.crates and name not in found.bound


# --- What is lent to a block ----------------------------------------------------------------


def _loans(
    snippet: Snippet, snippets: Sequence[Snippet], found: Facts, around: Surroundings
) -> list[Loan]:
    """What may be lent: imports and items of earlier blocks, then all that its own crate offers."""
    lenders = [item for item in snippets if _lends(item, snippet, snippets)]
    earlier = [item for item in lenders if not _is_elided(item)]
    others = [item for item in snippets if item is not snippet]
    crates = frozenset({*around.externs, *around.own}) | STANDARD
    loan, *turns = in_turn(found, earlier, crates, others)
    loans = [one for one in (loan, *turns) if one.uses or one.items]
    own = around.main_crate
    if own and not found.whole:
        globs = [f"use {own}::*;", *([f"use {own}::prelude::*;"] if own in around.preludes else [])]
        uses = (*loan.uses, *globs)
        words = (*loan.words, *(f"`{glob[:-1]}`" for glob in globs))
        loans.append(Loan(uses, loan.items, words, "glob"))
    alone, more = usual(found, Loan()), usual(found, loans[-1] if loans else loan)
    first = [alone] if alone.uses and alone.vague == "std" else []
    again = first and not loans
    return [
        *first,
        *loans,
        *([more] if len(more.uses) > len((loans or [loan])[-1].uses) and not again else []),
    ]


def _joined_variants(
    snippet: Snippet, snippets: Sequence[Snippet], parts: Parts, edition: str
) -> list[Variant]:
    """The block behind those before it: first those below the same heading, then all of them."""
    earlier = [
        item
        for item in snippets
        if _lends(item, snippet, snippets) and not facts(code_of(rows(item))).has_main
    ]
    several = disputed([item for item in snippets if item is not snippet])
    doubtful = bool(facts(code_of(parts.block)).words & several.keys())
    near = [item for item in earlier if item.headings == snippet.headings]
    made: list[Variant] = []
    for group, vague in (
        (near, "far" if doubtful else "near"),
        (earlier if len(earlier) > len(near) else [], "far"),
    ):
        runnable = [item for item in group[-_MOST_JOINED:] if not _is_elided(item)]
        if runnable:
            made.append(joined(parts, runnable, edition, vague))
    return made


def _lends(item: Snippet, snippet: Snippet, snippets: Sequence[Snippet]) -> bool:
    apart = alternatives(item, snippet, snippets)
    return item.index < snippet.index and usable(item) and not apart


def _is_elided(item: Snippet) -> bool:
    return shape(code_of(rows(item))).kind is Kind.NONE


def _editions(snippet: Snippet, around: Surroundings) -> tuple[str, ...]:
    """The edition that the block's label names; else the project's and, where none is known, the
    newest that compiles it: a page without a project does not say which one its readers have.
    """
    for flag in snippet.instructions.flags:
        if match := re.fullmatch(r"edition(20\d\d)", flag):
            return (match[1],)
    if _must_not_build(snippet):
        return (around.edition or EDITIONS[0],)
    return tuple(dict.fromkeys([around.edition or EDITIONS[0], *EDITIONS]))


# --- Programs ------------------------------------------------------------------------------


def _job(
    snippet: Snippet,
    form: Shape,
    tried: Sequence[Variant],
    context: tuple[Snippet, ...],
    around: Surroundings,
    elsewhere: Sequence[str],
) -> Job:
    asked = snippet.instructions
    runs = asked.mode in (Mode.RUN, Mode.FAIL) and form.wraps[0].level is Level.RUNS
    runs = runs and not _must_not_build(snippet)
    code = code_of(
        [row for row, own in zip(tried[0].rows, tried[0].own, strict=True) if own and row]
    )
    whole = facts(code)
    plan = {
        "programs": [_told(item) for item in tried],
        "whole": whole.whole,
        "elided": elided(code),
        "parses": whole.parses,
        "inferred": is_inferred(snippet),
        "near": all(_is_above(item, snippet) for item in context),
        "closed": not context and is_closed(code),
        "functions": has_functions(code),
        "imports": any(_root(whole, node) in around.own for node in whole.uses),
        "runs": runs,
        "returns": any(node.named_children for node in whole.returns),
        "elsewhere": elsewhere,
        "crates": sorted(around.externs),
        "own": list(around.own),
        "gated": [] if _must_not_build(snippet) else _gated(code, around),
        "version": around.toolchain.version,
    }
    told = _options(snippet, tried[0], around)
    facts_ = {"plan": json.dumps(plan)}
    if mergeable(snippet, form, tried[0]):
        compiler = around.toolchain.executable
        facts_ |= merging.told(compiler, tried[0].edition, told, around.variables)
    return Job(
        snippet=snippet,
        program=_program(snippet, tried, told, runs, around),
        context=context,
        map=tuple(row.line if row else None for row in tried[0].rows),
        level=_LEVELS.get(asked.mode, form.wraps[0].level),
        facts=facts_,
    )


def _is_above(item: Snippet, snippet: Snippet) -> bool:
    """Whether a block stands in the same part of the page, or in one around it."""
    return snippet.headings[: len(item.headings)] == item.headings


def _gated(code: str, around: Surroundings) -> list[str]:
    """The names behind features that concern this block, and the traits, which need no mention."""
    words = set(re.findall(r"\w+", code))
    return [name for name in around.gated if name in words or name[:1].isupper()]


def _defined(item: Snippet) -> set[str]:
    """The names of functions, constants and fields that a block defines."""
    found = re.findall(r"\b(?:fn|const|static)\s+(\w+)|\bpub\s+(\w+)\s*:", item.code)
    return {name for pair in found for name in pair if name}


def _root(found: Facts, node: Node) -> str:
    return next((path.split("::")[0] for _, path in use_names(found, node)), "")


def _told(item: Variant) -> dict[str, object]:
    """What `reading` has to know of a program: the place of each line in the document."""
    return {
        "added": item.added,
        "guessed": item.guessed,
        "vague": item.vague,
        "edition": item.edition,
        "proof": item.proof,
        "rows": [_place(row, own) for row, own in zip(item.rows, item.own, strict=True)],
    }


def _place(row: Row | None, own: bool) -> list[object] | None:
    if row is None:
        return None
    return [own, row.line.path, row.line.line, row.line.column, row.shift, row.since]


def _options(snippet: Snippet, first: Variant, around: Surroundings) -> list[str]:
    told = [*build.options(around.sysroot), *around.options]
    if not any("crate_name" in row.text for row in first.rows if row):
        told.append(f"--crate-name={build.PROGRAM}")
    if _is_harness(snippet):
        told.append("--test")
    return told


def _program(
    snippet: Snippet,
    tried: Sequence[Variant],
    told: Sequence[str],
    runs: bool,
    around: Surroundings,
) -> Program:
    # As rustdoc does: some errors come only with the machine's code.
    links = runs or _must_not_build(snippet)
    script = build.script(tried, around.toolchain.executable, told, around.variables, links)
    texts = [
        File(build.file_name(number), item.text.encode("utf-8", "replace"))
        for number, item in enumerate(tried)
    ]
    steps = [Step(("/bin/sh", f"{build.FOLDER}/build.sh"), "build")]
    if runs:
        harness = ("--nocapture", "--test-threads=1") if _is_harness(snippet) else ()
        steps.append(Step((f"./{build.PROGRAM}", *harness)))
    return Program(
        files=(*texts, File(f"{build.FOLDER}/build.sh", script.encode())),
        steps=tuple(steps),
        mounts=(*around.toolchain.mounts, *around.mounts),
        variables={
            # An uncaught panic shows its way through the block; a program that asks for its own
            # backtraces sees none, as everywhere else.
            "RUST_BACKTRACE": "1",
            "RUST_LIB_BACKTRACE": "0",
            "NO_COLOR": "1",
            **around.run_variables,
            **snippet.instructions.env,
        },
    )


# --- Conditions ----------------------------------------------------------------------------


def _unmet(conditions: Sequence[Condition], around: Surroundings) -> str:
    """The reason of the first condition that keeps the snippet from running, else empty."""
    for item in conditions:
        holds = _holds(item, around)
        if holds is not None and holds is item.skip_when_true:
            words = f"{item.subject}{item.operator}{item.value}"
            return item.reason or f"its condition `{words}` is {'' if holds else 'not '}met"
    return ""


def _holds(item: Condition, around: Surroundings) -> bool | None:
    if item.subject == "version":
        return _compares(around.toolchain.version.split("-")[0], item)
    if item.subject == "os":
        same = item.value.lower() in ("linux", "unix", platform.system().lower())
        return same if item.operator in ("==", "present") else not same
    if item.subject == "module":
        present = item.value.replace("-", "_") in around.externs
        return present if item.operator != "absent" else not present
    return None


def _compares(version: str, item: Condition) -> bool | None:
    suffix = ".*" if item.operator in ("==", "!=") else ""
    try:
        return SpecifierSet(f"{item.operator}{item.value}{suffix}").contains(version)
    except (InvalidSpecifier, InvalidVersion):
        return None
