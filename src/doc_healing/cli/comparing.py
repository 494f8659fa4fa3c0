"""Two trees of a repository, mapped, and which snippets the change between them may touch."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from doc_healing.cli.map_pages import repository_of
from doc_healing.config import RepoConfig
from doc_healing.documents.git import Revision, run
from doc_healing.model import Document, SymbolChange
from doc_healing.pipeline.affected import Choice, Side, Why, choose, reader_of
from doc_healing.pipeline.naming import NamedPage, named
from doc_healing.protocols import Mapper, Source
from doc_healing.report.tally import plural
from doc_healing.symbols.confidence import LIKELY
from doc_healing.symbols.difference import difference
from doc_healing.symbols.drawing import Desk, index, outlines
from doc_healing.symbols.index import Index
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.matching import compare_outlines
from doc_healing.symbols.migrations import Migration, successor
from doc_healing.symbols.reach import Reach
from doc_healing.symbols.words import Words, words

_LINKED = re.compile(r":(?:(?:120000|160000) \d+|\d+ (?:120000|160000)) ")


def side(source: Source, desk: Desk, like: "Side | None" = None) -> tuple[Side, Index]:
    """A tree, mapped. What it shares with another that is mapped already is not read again."""
    found = index(source, desk)
    known = Lookup(found.outlines, found.surfaces)
    readers = {mapper.name: mapper for mapper in desk.mappers}

    def read(path: str, data: bytes) -> Mapping[str, Words]:
        outline = known.outlines.get(path)
        mapper = readers.get(outline.language) if outline else None
        return words(outline, mapper.tokens(path, data), data) if mapper and outline else {}

    own = reader_of(source, read)

    def shared(path: str) -> Mapping[str, Words]:
        if like is not None and like.source.files.get(path) == source.files.get(path):
            return like.reach.words(path)
        return own(path)

    faults = frozenset(path for path, _ in found.faults)
    return Side(source, known, Reach(known, shared), faults), found


def changes_between(
    before: Source, after: Source, desk: Desk, migrations: Sequence[Migration] = ()
) -> Sequence[SymbolChange]:
    """What became of the symbols of the files that differ."""
    files = difference(before, after)
    old, new = outlines(before, desk, files.before), outlines(after, desk, files.after)
    return compare_outlines(
        old.outlines, new.outlines, files.before, files.after, files.renamed, migrations
    )


def migrations_of(config: RepoConfig) -> tuple[Migration, ...]:
    """What the repository says replaces what."""
    return tuple((one.old, one.new) for one in config.migrations)


def replacements(
    before: Side, after: Side, desk: Desk, migrations: Sequence[Migration]
) -> Mapping[str, str]:
    """What replaces the symbols that are gone, where that is known: names as readers write them."""
    found: dict[str, str] = {}
    for change in changes_between(before.source, after.source, desk, migrations):
        if change.old is None or change.old.id in after.known.symbols:
            continue
        new = successor(change.old, before.known, after.known, migrations) or change.new
        if new is not None and new.id in after.known.symbols and change.confidence >= LIKELY:
            found[change.old.id] = after.known.shown(after.known.symbols[new.id])
    return found


def used(desk: Desk, documents: Sequence[Document]) -> list[Mapper]:
    """The mappers of the languages that some documents have blocks of."""
    spoken = {one.language for page in documents for one in page.snippets}
    return [mapper for mapper in desk.mappers if mapper.name in spoken]


def chosen(
    head: Side,
    base: Side,
    documents: Sequence[Document],
    before: Sequence[Document],
    desk: Desk,
    root: Path,
) -> tuple[Choice, list[NamedPage]]:
    """What of these documents the change from the base may touch, and what they name."""
    told = named(documents, head.known, used(desk, documents), repository_of(root))
    return choose(head, base, told, before), told


def with_unread(choice: Choice, base: Revision, head: Revision | None) -> Choice:
    """The same; where a link or a submodule is not what it was, nothing may be left out.

    No source reads what is behind one. Without a `head` it is the working tree.
    """
    if choice.everything or not (unread := _unread(base, head)):
        return choice
    why = f"{unread} changed, a link or a submodule, which may affect everything"
    return replace(choice, everything=why)


def _unread(base: Revision, head: Revision | None) -> str:
    ends = (base.commit, head.commit) if head else (base.commit,)
    # `.gitmodules` may tell git to overlook a submodule
    words = ("diff", "--raw", "-z", "--no-renames", "--ignore-submodules=none", *ends, "--", ".")
    rows = run(base.root, *words).stdout.decode("utf-8", "replace").split("\0")
    for modes, path in zip(rows[::2], rows[1::2], strict=False):
        if _LINKED.match(modes):
            return path
    return ""


def summary(choice: Choice) -> str:
    """How many blocks are chosen, and why, in one line."""
    number, total = len(choice.chosen), len(choice.chosen) + len(choice.spared)
    own = sum(not why.touched and _own(why) for why in choice.chosen.values())
    code = number - own
    parts = [f"{own} changed with their page"] * bool(own) + [f"{code} may be affected"] * bool(
        code
    )
    why = f" ({', '.join(parts)})" if parts else ""
    told = f"{number} of {plural(total, 'block')}{why}; {len(choice.spared)} not affected"
    return f"{told}; all are run: {choice.everything}" if choice.everything else told


def _own(why: Why) -> bool:
    return any(word in why.reason for word in ("itself", "block", "document"))
