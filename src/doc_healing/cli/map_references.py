"""`doc-healing map references`: which symbols the documentation names, and where."""

import json
from collections.abc import Sequence
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.map_pages import Drawn, draw
from doc_healing.cli.map_rows import clipped, place_row
from doc_healing.cli.map_tree import (
    NO_CODE,
    desk_of,
    fault_rows,
    no_documents,
    place_of,
    revision_at,
    say_faults,
    say_nothing,
    source_of,
)
from doc_healing.cli.options import map_options, output, shown, write
from doc_healing.model import MAYBE, Reference
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.screen import DIM, Paint, cells, shown_path, visible
from doc_healing.report.tally import plural
from doc_healing.settings import read as read_settings
from doc_healing.symbols.references import Unresolved


@click.command("references")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--symbol", default="", metavar="NAME", help="Only those of symbols of this name.")
@click.option("--maybe/--no-maybe", default=False, help="Those that are not certain as well.")
@click.option("--at", "revision", metavar="REV", default="", help="As of this revision.")
@map_options
def command(path: str, symbol: str, maybe: bool, revision: str, **more: Any) -> int:
    """List what the documents below PATH (default: here) name of the project's code.

    Blocks of code, and names, links and headings of the prose between them. JSON tells the
    uncertain ones too.
    """
    wanted, settings = output(**more), read_settings()
    place = place_of(path, revision)
    with desk_of(settings) as desk:
        source = source_of(place, revision_at(place, revision, "--at"), desk.kept)
        drawn = draw(source, desk, place.root, place.below)
    found = [one for one in drawn.references if _asked(drawn, one, symbol)]
    if wanted.format == "json":
        write(_json(drawn, found), wanted)
        return exits.FINE
    told = [one for one in found if maybe or one.confidence >= MAYBE]
    missing = () if symbol else drawn.unresolved
    write(_text(drawn, told, missing, shown(wanted, settings)), wanted)
    if wanted.verbosity is not Verbosity.QUIET:
        say_nothing(told or missing, _nothing(drawn, found))
        say_faults(drawn.faults, verbose=wanted.verbosity is Verbosity.VERBOSE)
    return exits.FINE


def _nothing(drawn: Drawn, uncertain: Sequence[Reference]) -> str:
    """Why there is nothing to list."""
    if not drawn.documents:
        return no_documents(drawn.gaps)
    if not drawn.index.outlines:
        return NO_CODE
    count = plural(len(drawn.documents), "document")
    more = f"; --maybe lists {len(uncertain)} uncertain" if uncertain else ""
    return f"of that code is named in {count}{more}"


def _asked(drawn: Drawn, one: Reference, symbol: str) -> bool:
    if not symbol:
        return True
    found = drawn.known.symbols[one.symbol]
    name = symbol.rstrip("()")
    return name in (found.id, found.name, found.last, drawn.known.shown(found))


def _text(
    drawn: Drawn, found: Sequence[Reference], missing: Sequence[Unresolved], options: Options
) -> str:
    rows = [((one.path, one.line, one.column), _line(drawn, one, options)) for one in found]
    rows += [((one.path, one.line, 0), _gap(one, options)) for one in missing]
    return "".join(f"{line}\n" for _, line in sorted(set(rows)))


def _line(drawn: Drawn, one: Reference, options: Options) -> str:
    """`docs/a.md:12:5: Client.get -> pkg.Client.get   0.95 imported`."""
    paint = Paint(options.colour)
    place = f"{shown_path(one.path)}:{one.line}:{one.column}:"
    symbol = drawn.known.symbols[one.symbol]
    text = f"{visible(one.text)} -> {visible(drawn.known.shown(symbol))}"
    sure = f"   {one.confidence:.2f} {one.reason}"
    text = clipped(text, options, cells(place) + 1 + cells(sure))
    return f"{place} {text}{paint(sure, DIM)}"


def _gap(one: Unresolved, options: Options) -> str:
    near = f"; the nearest is `{visible(one.nearest)}`" if one.nearest else ""
    place = f"{shown_path(one.path)}:{one.line}:"
    del options
    return f"{place} {visible(one.name)} is not defined{near}"


def _json(drawn: Drawn, found: Sequence[Reference]) -> str:
    told = {
        "schema": 1,
        "references": [reference_row(drawn, one) for one in found],
        "unresolved": [
            {"path": one.path, "line": one.line, "name": one.name, "nearest": one.nearest}
            for one in drawn.unresolved
        ],
        "faults": fault_rows(drawn.faults),
    }
    return json.dumps(told, indent=2) + "\n"


def reference_row(drawn: Drawn, one: Reference) -> dict[str, Any]:
    """A reference as JSON has it."""
    symbol = drawn.known.symbols[one.symbol]
    return {
        "path": one.path,
        "line": one.line,
        "column": one.column,
        "snippet": one.snippet,
        "text": one.text,
        "kind": one.kind.value,
        "symbol": {"id": symbol.id, **place_row(symbol), "public": drawn.known.shown(symbol)},
        "confidence": one.confidence,
        "reason": one.reason,
        "arity": one.arity,
        "keywords": list(one.keywords),
    }
