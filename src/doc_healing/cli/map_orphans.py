"""`doc-healing map orphans`: documentation of what a change has deleted."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.comparing import changes_between, migrations_of, used
from doc_healing.cli.map_pages import repository_of
from doc_healing.cli.map_rows import place_row
from doc_healing.cli.map_tree import (
    compared,
    desk_of,
    fault_rows,
    no_documents,
    place_of,
    say_faults,
    say_nothing,
    source_of,
)
from doc_healing.cli.options import map_options, output, shown, write
from doc_healing.documents.pages import config_of, pages
from doc_healing.documents.prose import SpotKind
from doc_healing.model import Document, Snippet
from doc_healing.pipeline.naming import NamedPage, named
from doc_healing.protocols import Source
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.screen import DIM, Paint, shown_path, visible
from doc_healing.report.tally import plural
from doc_healing.settings import read as read_settings
from doc_healing.symbols.drawing import index
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.orphans import Orphan, Placed, orphans

_TEXTS = re.compile(r"(?i)\.(?:md|mdx|markdown|rst|adoc|txt|ipynb|html?|css|svg|lock|po)$")
_LOOSE = (SpotKind.WORD, SpotKind.LINK)
_HEAD_BYTES = 8000  # git looks for a NUL among as many


@click.command("orphans")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--base", required=True, metavar="REV", help="The revision before the change.")
@click.option("--head", default="", metavar="REV", help="The one after it: here, what is there.")
@map_options
def command(path: str, base: str, head: str, **more: Any) -> int:
    """List what the documents below PATH still say of code that was deleted since --base.

    Each with what replaces it, where that is known. Changelogs, guides for migration and what
    speaks of the past are left alone.
    """
    wanted, settings = output(**more), read_settings()
    place = place_of(path, head)
    start, end = compared(place, base, head)
    with desk_of(settings) as desk:
        source, before = source_of(place, end, desk.kept), source_of(place, start, desk.kept)
        now, then = index(source, desk), index(before, desk)
        config = config_of(source)
        (documents, gaps), migrations = pages(source, config, place.below), migrations_of(config)
        owner, mappers = repository_of(place.root), used(desk, documents)
        here = Lookup(now.outlines, now.surfaces)
        there = Lookup(then.outlines, then.surfaces)
        changes = changes_between(before, source, desk, migrations)
        told = named(documents, there, mappers, owner)
        alive = [
            one
            for page in named(documents, here, mappers, owner)
            for one in (*page.references, *page.mentions)
        ]
        earlier, lost = pages(before, config)
        texts = {page.path: _text_of(page) for page in earlier}
        faults = sorted({*then.faults, *now.faults, *gaps, *lost})
        found = orphans(
            _placed(told), alive, there, here, changes, texts, migrations, partial(_unsaid, source)
        )
    if wanted.format == "json":
        write(_json(found, fault_rows(faults)), wanted)
    else:
        write(_text(found, shown(wanted, settings)), wanted)
        if wanted.verbosity is not Verbosity.QUIET:
            words = f"in {plural(len(documents), 'document')} names what was deleted since {base}"
            say_nothing(found, words if documents else no_documents(gaps))
            say_faults(faults, verbose=wanted.verbosity is Verbosity.VERBOSE)
    return exits.FINE


def _placed(told: Sequence[NamedPage]) -> Iterator[Placed]:
    """Each reference with the words around it: its sentence and headings, its block's lines."""
    for page in told:
        rows = _text_of(page.document).splitlines()
        spots = {(one.line, one.column): one for one in page.prose.spots}
        for one in page.mentions:
            spot = spots.get((one.line, one.column))
            said, titles = (spot.sentence, spot.headings) if spot else ("", ())
            loose = spot is not None and not spot.heading and spot.kind in _LOOSE
            yield Placed(one, said, _row(rows, one.line), "\n".join(titles), loose)
        blocks = {one.index: one for one in page.document.snippets}
        for one in page.references:
            block = blocks.get(-1 if one.snippet is None else one.snippet)
            around = _above(page.document, block, one.line) if block else ""
            titles = block.headings if block else ()
            yield Placed(one, around, _row(rows, one.line), "\n".join(titles))


def _text_of(document: Document) -> str:
    return document.data.decode("utf-8", "replace")


def _row(rows: Sequence[str], line: int) -> str:
    return rows[line - 1].strip() if 0 < line <= len(rows) else ""


def _above(document: Document, block: Snippet, line: int) -> str:
    """The lines above a place in its block, and the text right before the block."""
    near = [one.text for one in block.lines if line - 3 <= one.line <= line]
    rows = _text_of(document).splitlines()[max(0, block.line - 5) : block.line - 1]
    return "\n".join([*near, *(row for row in rows if not row.lstrip().startswith(("```", "~~~")))])


def _unsaid(source: Source, names: frozenset[str]) -> frozenset[str]:
    """Those of some names that are in no file of a tree but in its documents."""
    left = {name.encode() for name in names}
    for _, data in source.read([path for path in source.files if not _TEXTS.search(path)]):
        if b"\0" not in data[:_HEAD_BYTES]:
            left = {name for name in left if name not in data or not _holds(data, name)}
        if not left:
            break
    return frozenset(name.decode() for name in left)


def _holds(data: bytes, name: bytes) -> bool:
    """Whether a name is a word of it."""
    return bool(re.search(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])", data))


def _text(found: Sequence[Orphan], options: Options) -> str:
    paint = Paint(options.colour)
    lines = []
    for one in found:
        place = f"{shown_path(one.reference.path)}:{one.reference.line}:{one.reference.column}:"
        sure = f"   {one.confidence:.2f}" if one.successor else ""
        lines.append(
            f"{place} {_called(one.name)} is gone; {visible(one.advice)}{paint(sure, DIM)}"
        )
    return "".join(f"{line}\n" for line in lines)


def _called(name: str) -> str:
    """A name in a sentence: what a module exports by default has none of its own."""
    module, _, last = name.rpartition(".")
    whole = f"the default export of {module}" if module and last == "default" else name
    return visible(whole)


def _json(found: Sequence[Orphan], faults: object) -> str:
    rows = [
        {
            "path": one.reference.path,
            "line": one.reference.line,
            "column": one.reference.column,
            "snippet": one.reference.snippet,
            "text": one.reference.text,
            "symbol": {"id": one.symbol.id, **place_row(one.symbol), "public": one.name},
            "successor": one.successor,
            "confidence": one.confidence,
            "evidence": list(one.evidence),
            "advice": one.advice,
        }
        for one in found
    ]
    return json.dumps({"schema": 1, "orphans": rows, "faults": faults}, indent=2) + "\n"
