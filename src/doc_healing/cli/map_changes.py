"""`doc-healing map changes`: what became of each symbol between two revisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.comparing import migrations_of
from doc_healing.cli.map_change_rows import changes_json, changes_text, seen
from doc_healing.cli.map_tree import (
    Place,
    canonical,
    compared,
    desk_of,
    fault_rows,
    place_of,
    require,
    say_faults,
    source_of,
)
from doc_healing.cli.options import map_options, output, shown, write
from doc_healing.documents.pages import config_of
from doc_healing.documents.sources import revision_source
from doc_healing.model import SymbolChange
from doc_healing.protocols import Source
from doc_healing.report.options import Verbosity
from doc_healing.settings import read as read_settings
from doc_healing.store.collector import collector_off
from doc_healing.symbols.difference import difference
from doc_healing.symbols.drawing import Desk, assigned, outlines
from doc_healing.symbols.drawing import index as draw
from doc_healing.symbols.index import Index
from doc_healing.symbols.matching import compare_outlines


@click.command("changes")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--base", metavar="REV", required=True, help="The revision to compare with.")
@click.option("--head", metavar="REV", default="", help="The other one (default: the files here).")
@click.option("--public", "only_public", is_flag=True, help="Only what readers can import or use.")
@click.option("-l", "--language", "languages", multiple=True, help="Only this language's symbols.")
@map_options
def command(
    path: str,
    base: str,
    head: str,
    only_public: bool,
    languages: tuple[str, ...],
    **more: Any,
) -> int:
    """Say what became of the symbols below PATH (default: here) since --base.

    Without --head the files as they are now are compared with the revision where the work on them
    began to differ from --base.
    """
    wanted, settings, only = output(**more), read_settings(), canonical(languages)
    place = place_of(path, base)
    old, new = compared(place, base, head)
    with desk_of(settings) as desk:
        sources = revision_source(old), source_of(place, new, desk.kept)
        require(place, *sources)
        told = _told(*sources, desk, public=only_public)
    chosen = [
        one
        for one in told.changes
        if _within(one, place) and (not only or one.language in only)
        if one.public or not only_public
    ]
    faults = [fault for fault in told.faults if place.holds(fault[0])]
    if wanted.format == "json":
        every = wanted.verbosity is Verbosity.VERBOSE
        write(changes_json(seen(chosen, every=every), fault_rows(faults), told.indexes), wanted)
    else:
        write(changes_text(chosen, shown(wanted, settings)), wanted)
        if wanted.verbosity is not Verbosity.QUIET:
            say_faults(faults, verbose=wanted.verbosity is Verbosity.VERBOSE)
    return exits.FINE


@dataclass(frozen=True, slots=True)
class _Told:
    """The changes, what could not be read, and the indexes where public names were asked for."""

    changes: Sequence[SymbolChange]
    faults: Sequence[tuple[str, str]]
    indexes: tuple[Index, Index] | None = None


_UNREAD = "nothing is told of it: it is no text, larger than 8 MiB, or not in this clone"


def _told(old: Source, new: Source, desk: Desk, *, public: bool) -> _Told:
    with collector_off():
        files = difference(old, new)
        before, after = outlines(old, desk, files.before), outlines(new, desk, files.after)
        changes = compare_outlines(
            before.outlines,
            after.outlines,
            files.before,
            files.after,
            files.renamed,
            migrations_of(config_of(new)),
        )
        unread = ((path, _UNREAD) for path in assigned(files.unread, desk.mappers))
        faults = sorted({*before.faults, *after.faults, *unread})
        if not public:
            return _Told(changes, faults)
        indexes = draw(old, desk), draw(new, desk)
        return _Told([_published(one, *indexes) for one in changes], faults, indexes)


def _published(change: SymbolChange, old: Index, new: Index) -> SymbolChange:
    """A change with what is known of its names: a reader can reach it, or could."""
    was = change.old is not None and bool(old.public_names(change.old))
    is_now = change.new is not None and bool(new.public_names(change.new))
    return replace(change, public=was or is_now)


def _within(change: SymbolChange, place: Place) -> bool:
    """Whether it is about what was asked for: from there, or to there."""
    return any(one is not None and place.holds(one.path) for one in (change.old, change.new))
