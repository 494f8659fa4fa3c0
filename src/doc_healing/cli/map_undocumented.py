"""`doc-healing map undocumented`: public API that no document mentions."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.comparing import changes_between, migrations_of
from doc_healing.cli.map_rows import place_row
from doc_healing.cli.map_tree import (
    NO_CODE,
    compared,
    desk_of,
    fault_rows,
    place_of,
    revision_at,
    say_faults,
    say_nothing,
    source_of,
)
from doc_healing.cli.options import map_options, output, shown, write
from doc_healing.documents.pages import LOST, config_of
from doc_healing.model import ChangeKind, Symbol
from doc_healing.protocols import Source
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.screen import shown_path, visible
from doc_healing.settings import read as read_settings
from doc_healing.symbols.drafts import draft
from doc_healing.symbols.drawing import index
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.past import only_lists
from doc_healing.symbols.undocumented import Undocumented, said, undocumented

_DOCUMENTS = re.compile(r"(?i)\.(?:md|mdx|markdown|rst|adoc|txt|ipynb|html|pyi?|yml|yaml|toml)$")
_TEXTS = re.compile(r"(?i)\.(?:md|mdx|markdown|rst|adoc|ipynb)$")


@click.command("undocumented")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--base", default="", metavar="REV", help="Only what is new since this revision.")
@click.option("--head", default="", metavar="REV", help="The tree: here, what is there.")
@click.option("--draft", "drafting", is_flag=True, help="A section for each, in Markdown.")
@map_options
def command(path: str, base: str, head: str, drafting: bool, **more: Any) -> int:
    """List the public API of the code below PATH that no document mentions.

    With --base only what is new since then. Changelogs are no documentation.
    """
    wanted, settings = output(**more), read_settings()
    place = place_of(path, head)
    with desk_of(settings) as desk:
        added, before, end = None, None, revision_at(place, head, "--head")
        if base:
            start, end = compared(place, base, head)
            old = source_of(place, start, desk.kept)
            there = index(old, desk)
            before = Lookup(there.outlines, there.surfaces)
        source = source_of(place, end, desk.kept)
        now = index(source, desk)
        if base:
            changes = changes_between(old, source, desk, migrations_of(config_of(source)))
            added = [one.new for one in changes if one.kind is ChangeKind.ADDED and one.new]
    known = Lookup(now.outlines, now.surfaces)
    texts = _texts(source)
    words = said(text for text in texts.values() if text is not None)
    faults = sorted({*now.faults, *((path, LOST) for path, text in texts.items() if text is None)})
    found = [
        one
        for one in undocumented(known, words, _within(added, known), before)
        if place.holds(one.symbol.path)
    ]
    if wanted.format == "json":
        write(_json(found, known, fault_rows(faults)), wanted)
    else:
        text = _drafts(found, known) if drafting else _text(found, shown(wanted, settings))
        write(text, wanted)
        if wanted.verbosity is not Verbosity.QUIET:
            new = f"new since {base}" if base else "public"
            say_nothing(found, f"{new} lacks documentation" if now.outlines else NO_CODE)
            say_faults(faults, verbose=wanted.verbosity is Verbosity.VERBOSE)
    return exits.FINE


def _within(added: Sequence[Symbol] | None, known: Lookup) -> Sequence[Symbol] | None:
    return None if added is None else [known.symbols[o.id] for o in added if o.id in known.symbols]


def _texts(source: Source) -> Mapping[str, str | None]:
    """What the documentation of a tree says, in whatever it is written; changelogs left out.

    Of a document that cannot be read it is None.
    """
    paths = [
        path
        for path in source.files
        if not only_lists(path) and (_TEXTS.search(path) or _in_documents(path))
    ]
    found = {path: data.decode("utf-8", "replace") for path, data in source.read(paths)}
    return {path: found.get(path) for path in paths}


def _in_documents(path: str) -> bool:
    folders = path.lower().split("/")[:-1]
    return bool({"docs", "doc", "documentation", "website"}.intersection(folders)) and bool(
        _DOCUMENTS.search(path)
    )


def _text(found: Sequence[Undocumented], options: Options) -> str:
    del options
    return "".join(
        f"{shown_path(one.symbol.path)}:{one.symbol.line}: {one.symbol.kind.value} "
        f"{visible(one.shown)}\n"
        for one in found
    )


def _drafts(found: Sequence[Undocumented], known: Lookup) -> str:
    return "\n".join(draft(one, known.languages[one.symbol.path]) for one in found)


def _json(found: Sequence[Undocumented], known: Lookup, faults: object) -> str:
    rows = [
        {
            "symbol": {"id": one.symbol.id, **place_row(one.symbol), "public": one.shown},
            "kind": one.symbol.kind.value,
            "language": known.languages[one.symbol.path],
            "draft": draft(one, known.languages[one.symbol.path]),
        }
        for one in found
    ]
    return json.dumps({"schema": 1, "undocumented": rows, "faults": faults}, indent=2) + "\n"
