"""A session's snippets as one program: its text, and the way back to each document line.

Context comes first, then the snippet, then the teardown. The text keeps the document's lines;
lines of ours stand between them and lead nowhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node

from doc_healing.languages.javascript.duplicates import dynamic, untangle
from doc_healing.languages.javascript.edits import Columns, Edit, blank, insert, rewrite
from doc_healing.languages.javascript.promises import NOTHING, Watched, watch
from doc_healing.languages.javascript.shape import Kind, Shape
from doc_healing.languages.javascript.tree import Facts, facts
from doc_healing.model import Level, Line, Snippet

# What V8 counts as the end of a line; a document's line ends at `\n` alone.
_LINE_ENDS = re.compile("\r\n|[\n\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a program's main file. `first` is the snippet's first line in it (0-based)."""

    text: str
    map: tuple[Line | None, ...]
    columns: Columns
    module: bool
    first: int
    watched: Watched = NOTHING
    added: tuple[str, ...] = ()
    shims: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()  # names from another part of the page, in words
    # How `text` came about: these edits of the joined blocks, between an opening and a closing.
    base: str = ""
    edits: tuple[Edit, ...] = ()
    opening: str = ""
    closing: str = ""


def assemble(
    snippet: Snippet, form: Shape, before: Sequence[Snippet], after: Sequence[Snippet], hook: str
) -> Source:
    """The program of one snippet with the snippets that it runs with."""
    lines: list[Line | None] = []
    texts: list[str] = []
    for item in before:
        _append(texts, lines, item)
        texts.append(";")
        lines.append(None)
    if before:
        texts[-1] = f";{hook}.m();"
    texts.extend(form.before.split("\n") if form.before else [])
    lines.extend([None] * (len(texts) - len(lines)))
    first = len(texts)
    _append(texts, lines, snippet)
    texts.extend(form.after.split("\n") if form.after else [])
    if form.certain and form.level is Level.RUNS:
        texts.append(f"void {hook}.e();")  # no semicolon: it would end their last line
    _append_teardown(texts, lines, before, snippet, after, hook)
    return _finish(texts, lines, form, first, len(snippet.lines), hook)


def _append_teardown(
    texts: list[str],
    lines: list[Line | None],
    before: Sequence[Snippet],
    snippet: Snippet,
    after: Sequence[Snippet],
    hook: str,
) -> None:
    """What clears up: its own failure is told, and ends nothing, where it can be held apart."""
    held = _can_be_held((*before, snippet), after)
    for index, item in enumerate(after):
        texts.append(";try{" if held and not index else ";")
        lines.extend([None] * (len(texts) - len(lines)))
        _append(texts, lines, item)
    if held:
        texts.append(f"}}catch(e){{{hook}.x(e)}}")
    lines.extend([None] * (len(texts) - len(lines)))


def _can_be_held(rest: Sequence[Snippet], after: Sequence[Snippet]) -> bool:
    """Whether the teardown may stand in a block: no imports, no name that another declares."""
    bound: set[str] = set().union(*(facts(item.code).bound for item in rest))
    for item in after:
        found = facts(item.code)
        if not found.parses or found.imports or found.exports or found.bound & bound:
            return False
        bound |= found.bound
    return bool(after)


def _append(texts: list[str], lines: list[Line | None], snippet: Snippet) -> None:
    found = [line.text for line in snippet.lines]
    if texts and found and found[0].startswith("#!"):
        found[0] = f"//{found[0][2:]}"  # it is one only on the first line of a file
    texts.extend(found)
    lines.extend(snippet.lines)


def _finish(
    texts: list[str], lines: list[Line | None], form: Shape, first: int, length: int, hook: str
) -> Source:
    code = "\n".join(texts) + "\n"
    found = facts(code)
    if not found.parses:
        module = form.kind is Kind.MODULE
        return _source(code, lines, {}, module, first, NOTHING, form.added, found)
    own = facts("\n".join(texts[first : first + length]))
    if _is_wrong_script(form, own):
        return _source(code, lines, {}, False, first, NOTHING, form.added, Facts(found.data))
    module = form.kind is Kind.MODULE or bool(
        found.imports or found.exports or found.awaits or found.meta
    )
    start = len("\n".join(texts[:first]).encode("utf-8", "replace"))
    runs = form.level is Level.RUNS
    watched = watch(found, start, hook) if runs else NOTHING
    watched = _within(watched, first + length)
    ours = frozenset(row for row, line in enumerate(lines) if line is None)
    edits, added = untangle(found, module, hook, ours)
    literals, said = _literals(found)
    all_edits = (*watched.edits, *literals, *edits)
    text, columns = rewrite(found.data, all_edits)
    lent = replace(found, commonjs=found.commonjs - own.commonjs) if form.strict else found
    source = _source(text, lines, columns, module, first, watched, form.added, lent)
    added = (*form.added, *added, *said, *source.added[len(form.added) :])
    source = replace(source, added=added, base=code, edits=all_edits)
    if module and found.returns and not (form.strict and own.returns):
        return _returning(found, source, hook)
    return source


def _is_wrong_script(form: Shape, own: Facts) -> bool:
    """Whether a block that is labelled `cjs` holds what only a module may: Node.js says so."""
    module = own.imports or own.exports or own.awaits or own.meta
    return form.strict and form.kind is Kind.COMMONJS and bool(module)


def _within(watched: Watched, end: int) -> Watched:
    """Without the promises of a teardown."""
    kept = tuple(item for item in watched.promises if item.row < end)
    return watched if len(kept) == len(watched.promises) else NOTHING


def _source(
    text: str,
    lines: Sequence[Line | None],
    columns: Columns,
    module: bool,
    first: int,
    watched: Watched,
    added: tuple[str, ...],
    found: Facts,
) -> Source:
    shims = tuple(sorted(found.commonjs - found.bound)) if module else ()
    said = (f"`{'`, `'.join(shims)}` for a module",) if shims else ()
    return Source(
        text,
        map_of(text, lines),
        columns,
        module,
        first,
        watched,
        (*added, *said),
        shims,
        base=text,
    )


def map_of(text: str, lines: Sequence[Line | None]) -> tuple[Line | None, ...]:
    """One entry for each line as V8 counts it; a carriage return within a line begins another."""
    entries: list[Line | None] = []
    for index, row in enumerate(text.split("\n")):
        line = lines[index] if index < len(lines) else None
        start = 0
        for match in _LINE_ENDS.finditer(row):
            entries.append(_from(line, start))
            start = match.end()
        entries.append(_from(line, start))
    return tuple(entries)


def _from(line: Line | None, start: int) -> Line | None:
    if line is None or not start:
        return line
    return replace(line, text=line.text[start:], column=line.column + start)


def _literals(found: Facts) -> tuple[list[Edit], tuple[str, ...]]:
    """Parentheses for what is an expression only by its author's intent (`{ a: 1 }`)."""
    edits: list[Edit] = []
    for node in found.root.children if found.root is not None else ():
        if node.type != "expression_statement" or not node.named_children:
            continue
        inner = node.named_children[0]
        if inner.start_byte == node.start_byte and _needs_brackets(found, inner):
            edits += [insert(inner.start_byte, "("), insert(inner.end_byte, ")")]
    words = "parentheses around an object, a function or a class that stands alone"
    return edits, (words,) if edits else ()


def _needs_brackets(found: Facts, node: Node) -> bool:
    if node.type == "object":
        # `{ a }` alone may as well be a block; both run.
        return b":" in found.data[node.start_byte : node.end_byte]
    return node.type in ("function_expression", "generator_function", "class")


def _returning(found: Facts, source: Source, hook: str) -> Source:
    """A module with a `return` at its top level, in an async function of its own."""
    edits = [
        Edit(node.start_byte, node.end_byte, dynamic(found, node, hook)) for node in found.imports
    ]
    for node in found.exports:
        inner = node.child_by_field_name("declaration")
        if inner is not None:
            edits.append(blank(node.start_byte, node.start_byte + len("export")))
    all_edits = (*edits, *source.watched.edits)
    text, columns = rewrite(found.data, all_edits)
    opening, closing = "(async () => {\n", "})();\n"
    wrapped = replace(
        source,
        text=f"{opening}{text}{closing}",
        columns=columns,
        added=(*source.added, "an async function around a `return` at the top level"),
        edits=all_edits,
        closing=closing,
    )
    return below(wrapped, opening)


def below(source: Source, opening: str) -> Source:
    """The source one line lower, under a line of ours that `source.text` already begins with."""
    return replace(
        source,
        map=(None, *source.map),
        columns={line + 1: places for line, places in source.columns.items()},
        first=source.first + 1,
        watched=replace(
            source.watched,
            promises=tuple(replace(item, row=item.row + 1) for item in source.watched.promises),
            announced=tuple((a + 1, b + 1) for a, b in source.watched.announced),
        ),
        opening=opening + source.opening,
    )
