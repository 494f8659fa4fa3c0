"""`doc-healing map symbols`: what the code defines, and under which names readers import it."""

import json
from collections.abc import Sequence
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.map_rows import place_row, public_rows, symbol_line
from doc_healing.cli.map_tree import (
    NO_CODE,
    canonical,
    desk_of,
    fault_rows,
    place_of,
    require,
    revision_at,
    say_faults,
    say_nothing,
    source_of,
)
from doc_healing.cli.options import map_options, output, shown, write
from doc_healing.model import Parameter, Symbol
from doc_healing.report.options import Options, Verbosity
from doc_healing.settings import read as read_settings
from doc_healing.symbols.drawing import index as draw
from doc_healing.symbols.index import Index


@click.command("symbols")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--public", "only_public", is_flag=True, help="Only what readers can import or use.")
@click.option("-l", "--language", "languages", multiple=True, help="Only this language's symbols.")
@click.option("--at", "revision", metavar="REV", default="", help="As of this revision.")
@map_options
def command(
    path: str, only_public: bool, languages: tuple[str, ...], revision: str, **more: Any
) -> int:
    """List the symbols of the code below PATH (default: here)."""
    wanted, settings, only = output(**more), read_settings(), canonical(languages)
    place = place_of(path, revision)
    with desk_of(settings) as desk:
        source = source_of(place, revision_at(place, revision, "--at"), desk.kept)
        require(place, source)
        found = draw(source, desk)
    chosen = [
        one
        for name in sorted(found.outlines)
        if place.holds(name) and (not only or found.outlines[name].language in only)
        for one in found.outlines[name].symbols
        if not only_public or found.public_names(one)
    ]
    faults = [fault for fault in found.faults if place.holds(fault[0])]
    if wanted.format == "json":
        write(_json(found, chosen, faults), wanted)
    else:
        write(_text(found, chosen, shown(wanted, settings), only_public), wanted)
        if wanted.verbosity is not Verbosity.QUIET:
            code = any(place.holds(name) for name in found.outlines)
            say_nothing(chosen, "of that kind is defined here" if code else NO_CODE)
            say_faults(faults, verbose=wanted.verbosity is Verbosity.VERBOSE)
    return exits.FINE


def _text(found: Index, symbols: Sequence[Symbol], options: Options, public: bool) -> str:
    names = (found.public_names(one) if public else () for one in symbols)
    lines = (symbol_line(one, options, of) for one, of in zip(symbols, names, strict=True))
    return "".join(f"{line}\n" for line in lines)


def _json(found: Index, symbols: Sequence[Symbol], faults: Sequence[tuple[str, str]]) -> str:
    rows = [_row(found, one) for one in symbols]
    told = {"schema": 1, "symbols": rows, "faults": fault_rows(faults)}
    return json.dumps(told, indent=2) + "\n"


def _row(found: Index, one: Symbol) -> dict[str, Any]:
    called = one.parameters is not None
    return {
        "id": one.id,
        "language": found.language(one),
        **place_row(one),
        "kind": one.kind.value,
        "visibility": one.visibility.value,
        "public": public_rows(found.public_names(one)),
        "parameters": [_parameter(each) for each in one.parameters or ()] if called else None,
        "returns": one.returns,
        "bases": list(one.bases),
        "flags": sorted(one.flags),
        "deprecated": one.deprecated,
        "successor": one.successor,
        "doc": one.doc,
        "signature": one.signature,
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {"name": one.name, "kind": one.kind.value, "type": one.type, "default": one.default}
