"""Changes of symbols on the lines of a terminal, and in JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from doc_healing.cli.map_rows import clipped, parameters, place_row, public_rows
from doc_healing.model import ChangeKind, ParameterChange, Symbol, SymbolChange
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.screen import (
    BLUE,
    BOLD,
    DIM,
    GREEN,
    RED,
    YELLOW,
    Paint,
    cells,
    shown_path,
    visible,
)
from doc_healing.report.tally import plural
from doc_healing.symbols.index import Index

_WORDS = {
    ChangeKind.RENAMED: ("renamed", BLUE),
    ChangeKind.MOVED: ("moved", BLUE),
    ChangeKind.SIGNATURE_CHANGED: ("signature", YELLOW),
    ChangeKind.DEPRECATED: ("deprecated", YELLOW),
    ChangeKind.REMOVED: ("removed", RED),
    ChangeKind.ADDED: ("added", GREEN),
    ChangeKind.BODY_CHANGED: ("body", DIM),
}
_SCHEMA = 1
Faults = Iterable[Mapping[str, str]]


def changes_json(
    changes: Sequence[SymbolChange], faults: Faults, indexes: tuple[Index, Index] | None
) -> str:
    """The changes as the manual describes them; with indexes also the public names."""
    rows = [_row(one, indexes) for one in changes]
    told = {"schema": _SCHEMA, "changes": rows, "faults": list(faults)}
    return json.dumps(told, indent=2) + "\n"


def seen(changes: Sequence[SymbolChange], *, every: bool) -> list[SymbolChange]:
    """Those that a reader of the code sees from outside: of a body alone only if asked for all."""
    return [one for one in changes if every or one.kind is not ChangeKind.BODY_CHANGED]


def changes_text(changes: Sequence[SymbolChange], options: Options) -> str:
    """A line for each change, and one that counts them.

    Of a body that is another one nothing is told but their number, unless all is asked for.
    """
    every = options.verbosity is Verbosity.VERBOSE
    told = seen(changes, every=every)
    lines = [line for one in sorted(told, key=_place) for line in _lines(one, options)]
    if options.verbosity is not Verbosity.QUIET:
        lines.append(Paint(options.colour)(_summary(changes), BOLD))
    return "".join(f"{line}\n" for line in lines)


def _row(change: SymbolChange, indexes: tuple[Index, Index] | None) -> dict[str, Any]:
    old, new = indexes or (None, None)
    return {
        "kind": change.kind.value,
        "language": change.language,
        "old": _symbol_row(change.old, old),
        "new": _symbol_row(change.new, new),
        "parameters": [_parameter_row(one) for one in change.parameters],
        "confidence": round(change.confidence, 4),
        "evidence": list(change.evidence),
        "public": change.public,
        "candidates": [_symbol_row(one, new) for one in change.candidates],
    }


def _symbol_row(symbol: Symbol | None, index: Index | None) -> dict[str, Any] | None:
    if symbol is None:
        return None
    row = {**place_row(symbol), "kind": symbol.kind.value, "signature": symbol.signature}
    return row if index is None else {**row, "public": public_rows(index.public_names(symbol))}


def _parameter_row(one: ParameterChange) -> dict[str, str]:
    return {"kind": one.kind, "old": one.old, "new": one.new}


def _place(change: SymbolChange) -> tuple[str, int, str]:
    one = _told_of(change)
    return one.path, one.line, change.kind.value


def _told_of(change: SymbolChange) -> Symbol:
    found = change.new or change.old
    assert found is not None  # a change is of something
    return found


def _lines(change: SymbolChange, options: Options) -> list[str]:
    word, hue = _WORDS[change.kind]
    one = _told_of(change)
    place = f"{shown_path(one.path)}:{one.line}:"
    head = f"{word:<10} {place}"
    paint = Paint(options.colour)
    rest = clipped(_what(change, one), options, cells(head) + 1)
    lines = [f"{paint(f'{word:<10}', hue)} {place} {rest}"]
    lines += [paint(f"           {clipped(more, options, 11)}", DIM) for more in _further(change)]
    return lines


def _what(change: SymbolChange, one: Symbol) -> str:
    """The symbol and, where it was another one or elsewhere, what it was."""
    text = f"{visible(one.name)}{visible(parameters(one))}"
    old = change.old
    if change.kind not in (ChangeKind.RENAMED, ChangeKind.MOVED) or old is None:
        return text
    was = (
        visible(old.name) if old.path == one.path else f"{visible(old.name)} of {visible(old.path)}"
    )
    return f"{text} <- {was} ({change.confidence:.2f})"


def _further(change: SymbolChange) -> Iterable[str]:
    for one in change.parameters:
        both = " -> ".join(visible(each) for each in (one.old, one.new) if each)
        yield f"{one.kind.replace('_', ' ')}: {both}" if both else one.kind.replace("_", " ")
    for near in change.candidates:
        yield f"perhaps {visible(near.name)} of {visible(near.path)}:{near.line}"


def _summary(changes: Sequence[SymbolChange]) -> str:
    found = Counter(change.kind for change in changes)
    words = {
        ChangeKind.SIGNATURE_CHANGED: "with another signature",
        ChangeKind.BODY_CHANGED: "with another body",
    }
    parts = [f"{found[kind]} {words.get(kind, kind.value)}" for kind in ChangeKind if found[kind]]
    head = plural(len(changes), "change")
    return f"{head}: {' · '.join(parts)}" if parts else "no symbol changed."
