"""`doc-healing map affected`: the documentation that a change of the code may touch."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.comparing import (
    chosen,
    migrations_of,
    replacements,
    side,
    summary,
    used,
    with_unread,
)
from doc_healing.cli.map_pages import repository_of
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
from doc_healing.cli.streams import say
from doc_healing.documents.pages import config_of, pages
from doc_healing.model import MAYBE, Document, Reference
from doc_healing.pipeline.affected import Choice, Why
from doc_healing.pipeline.naming import NamedPage, named
from doc_healing.protocols import Source
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.screen import DIM, Paint, shown_path, visible
from doc_healing.settings import read as read_settings
from doc_healing.symbols.anchors import Anchor, anchors
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.prose import Page


@click.command("affected")
@click.argument("path", default=".", metavar="[PATH]")
@click.option("--base", required=True, metavar="REV", help="The revision before the change.")
@click.option("--head", default="", metavar="REV", help="The one after it: here, what is there.")
@map_options
def command(path: str, base: str, head: str, **more: Any) -> int:
    """List the blocks and mentions below PATH that a change of the code may touch.

    These, and what changed itself, are what `check --base` runs.
    """
    wanted, settings = output(**more), read_settings()
    place = place_of(path, head)
    start, end = compared(place, base, head)
    with desk_of(settings) as desk:
        source = source_of(place, end, desk.kept)
        now, found = side(source, desk)
        before = source_of(place, start, desk.kept)
        then, earlier = side(before, desk, now)
        config = config_of(source)
        documents, gaps = pages(source, config, place.below)
        earlier_pages = pages(before, config, place.below)[0]
        choice, told = chosen(now, then, documents, earlier_pages, desk, place.root)
        choice = with_unread(choice, start, end)
        owner = repository_of(place.root)
        past = named(documents, then.known, used(desk, documents), owner)
        links = _links(told, earlier_pages, source, before, owner)
        mentions = mentions_of(choice, told, past)
        instead = replacements(then, now, desk, migrations_of(config))
    faults = sorted({*earlier.faults, *found.faults, *gaps})
    options = shown(wanted, settings)
    if wanted.format == "json":
        write(_json(choice, told, mentions, links, instead, fault_rows(faults)), wanted)
    else:
        text = _text(choice, told, mentions, instead, now.known, options) + _moved(links)
        write(text, wanted)
        if wanted.verbosity is not Verbosity.QUIET:
            say_nothing(text, "here is affected" if documents else no_documents(gaps))
            say(f"{summary(choice)}\n")
            say_faults(faults, verbose=wanted.verbosity is Verbosity.VERBOSE)
    return exits.FINE


def _links(
    told: Sequence[NamedPage],
    earlier: Sequence[Document],
    head: Source,
    base: Source,
    owner: str,
) -> list[Anchor]:
    """The links to lines of source that lead to other lines than they did."""
    texts = {one.path: one.data.decode("utf-8", "replace") for one in earlier}
    found: list[Anchor] = []
    for page in told:
        path = page.document.path
        own = Page(path, repository=owner)
        found += anchors(page.prose.spots, own, texts.get(path, ""), head, base)
    return found


def mentions_of(
    choice: Choice, told: Sequence[NamedPage], past: Sequence[NamedPage]
) -> list[Reference]:
    """The mentions in prose of what changed; of a name that leads nowhere now, as it once led."""
    here = [one for page in told for one in page.mentions if one.confidence >= MAYBE]
    alive = {(one.path, one.line, one.column) for one in here}
    gone = [
        one
        for page in past
        for one in page.mentions
        if one.confidence >= MAYBE and (one.path, one.line, one.column) not in alive
    ]
    found = (one for one in (*here, *gone) if one.symbol in choice.symbols)
    return sorted(found, key=lambda one: (one.path, one.line, one.column))


def _text(
    choice: Choice,
    told: Sequence[NamedPage],
    mentions: Sequence[Reference],
    instead: Mapping[str, str],
    head: Lookup,
    options: Options,
) -> str:
    paint = Paint(options.colour)
    lines = []
    for page in told:
        for one in page.document.snippets:
            why = _why(choice, (one.path, one.index))
            if why is not None:
                place = f"{shown_path(one.path)}:{one.line}:"
                sure = f"   {why.touched[0].confidence:.2f}" if why.touched else ""
                new = next((instead[s] for s in _told(why) if s in instead), "")
                words = f"{why.reason}; use {new}" if new else why.reason
                lines.append(f"{place} {one.language}: {visible(words)}{paint(sure, DIM)}")
        own = (one for one in mentions if one.path == page.document.path)
        lines += dict.fromkeys(_mention(one, instead, head) for one in own)  # of one name: once
    return "".join(f"{line}\n" for line in lines)


def _why(choice: Choice, key: tuple[str, int]) -> Why | None:
    """Why a block is run: where nothing may be left out, each of them is."""
    overall = Why(choice.everything) if choice.everything and key in choice.spared else None
    return choice.chosen.get(key, overall)


def _mention(mention: Reference, instead: Mapping[str, str], head: Lookup) -> str:
    place = f"{shown_path(mention.path)}:{mention.line}:{mention.column}:"
    symbol = mention.symbol
    new = f"; use {visible(instead[symbol])}" if symbol in instead else ""
    became = "changed" if symbol in head.symbols else "is gone"
    name = visible(symbol.partition("#")[2])
    return f"{place} mentions {visible(mention.text)}: {name} {became}{new}"


def _moved(links: Sequence[Anchor]) -> str:
    """The links to lines that hold something else now, and where these lines are."""
    lines = []
    for one in links:
        place = f"{shown_path(one.path)}:{one.line}:{one.column}:"
        now = f"which are {one.now} now" if one.now else "which hold something else now"
        lines.append(f"{place} links to {visible(one.target)}, {now}\n")
    return "".join(lines)


def _told(why: Why) -> list[str]:
    """The symbols that a reason speaks of: of others nobody asks what replaces them."""
    names = why.reason.split()
    return [one.symbol for one in why.touched if one.symbol.partition("#")[2] in names]


def _json(
    choice: Choice,
    told: Sequence[NamedPage],
    mentions: Sequence[Reference],
    links: Sequence[Anchor],
    instead: Mapping[str, str],
    faults: object,
) -> str:
    rows = []
    for page in told:
        for one in page.document.snippets:
            key = (one.path, one.index)
            why = _why(choice, key)
            if why is None and key not in choice.spared:
                continue
            rows.append(
                {
                    "path": one.path,
                    "line": one.line,
                    "snippet": one.index,
                    "language": one.language,
                    "affected": why is not None,
                    "reason": why.reason if why else "not affected by the change",
                    "changes": [
                        {
                            "symbol": each.symbol,
                            "confidence": each.confidence,
                            "reason": each.reason,
                            "via": list(each.via),
                            "successor": instead.get(each.symbol, ""),
                        }
                        for each in (why.touched if why else ())
                    ],
                }
            )
    mentioned = [
        {
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "text": one.text,
            "symbol": one.symbol,
            "successor": instead.get(one.symbol, ""),
            "confidence": one.confidence,
        }
        for one in mentions
    ]
    told_all = {
        "schema": 1,
        "everything": choice.everything,
        "changed": list(choice.changed),
        "snippets": rows,
        "mentions": mentioned,
        "links": [asdict(one) for one in links],
        "faults": faults,
    }
    return json.dumps(told_all, indent=2) + "\n"
