"""What a `map` command works on: a tree of a repository or a directory, and its index."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from doc_healing.cli.streams import say
from doc_healing.documents.git import Revision
from doc_healing.documents.revisions import base_of, revision_of
from doc_healing.documents.sources import directory_source, is_bare, revision_source
from doc_healing.errors import UserError
from doc_healing.languages import crew
from doc_healing.languages.maps import MAPPERS
from doc_healing.model import CONFIG_NAMES
from doc_healing.protocols import Source
from doc_healing.report.screen import visible
from doc_healing.settings import Settings
from doc_healing.store import Outlines
from doc_healing.store.outlines import packed
from doc_healing.symbols.drawing import Desk

NO_CODE = f"to tell: no source here in {', '.join(mapper.name for mapper in MAPPERS)}"
_NO_DOCUMENTS = "to tell: no documents here (.md, .mdx, .markdown)"


@dataclass(frozen=True, slots=True)
class Place:
    """The root of a tree, and the part of it that was asked for ("": all of it)."""

    root: Path
    below: str = ""
    bare: bool = False

    def holds(self, path: str) -> bool:
        """Whether a path of the tree is among what was asked for."""
        return not self.below or path == self.below or path.startswith(f"{self.below}/")


def place_of(path: str, revision: str = "") -> Place:
    """The tree that a path lies in: the nearest one upward with a config or a git repository.

    A bare repository is one as well. With a `revision` the path need not exist any more. Raises
    `UserError` for a path that does not exist.
    """
    given = Path(os.path.abspath(path))  # noqa: PTH100 - a link is meant under its own name
    if not revision and not _exists(given):
        raise UserError(f"there is no file or directory {path}", help="check the spelling")
    start = Path(os.path.realpath(given))
    for candidate in (start, *start.parents):
        if any(_exists(candidate / name) for name in (*CONFIG_NAMES, ".git")):
            return Place(candidate, _below(start, candidate))
        if candidate.is_dir() and is_bare(candidate):
            return Place(candidate, _below(start, candidate), bare=True)
    top = start if start.is_dir() else start.parent
    return Place(top, _below(start, top))


def source_of(place: Place, revision: Revision | None, kept: Outlines) -> Source:
    """The tree of a revision, or (None) as it is in the directory now.

    Raises `UserError` for the directory of a bare repository, which has no files.
    """
    if revision is not None:
        return revision_source(revision)
    if place.bare:
        raise UserError(f"{place.root} is a bare repository", help="name a revision of it")
    name = f"stamps {place.root}"
    known = kept.receipt(name)
    source = directory_source(place.root, known if isinstance(known, dict) else {})
    if source.stamps != known:
        kept.note(name, source.stamps)
    return source


def require(place: Place, *sources: Source) -> None:
    """Raises `UserError` where none of these trees has anything at the place that was asked for."""
    if place.below and not any(place.holds(path) for one in sources for path in one.files):
        message = f"there is no file {place.below} to tell of"
        advice = "git ignores it, it is a link, or that revision does not have it"
        raise UserError(message, help=advice)


def revision_at(place: Place, name: str, option: str) -> Revision | None:
    """The revision of that name; none for an empty name, but the head of a bare repository."""
    if not name and place.bare:
        name = "HEAD"
    return revision_of(place.root, name, option) if name else None


def compared(place: Place, base: str, head: str) -> tuple[Revision, Revision | None]:
    """The two revisions of `--base` and `--head`.

    Two that are named are compared as they are. Without a head it is the working tree (the head of
    a bare repository), against the revision where it began to differ from the base.
    """
    end = revision_at(place, head, "--head")
    if head:
        return revision_of(place.root, base), end
    return base_of(place.root, base), end


@contextmanager
def desk_of(settings: Settings) -> Iterator[Desk]:
    """What maps are drawn with on this machine."""
    kept = Outlines(settings.cache_dir)
    try:
        yield Desk(MAPPERS, kept, partial(_read, jobs=settings.jobs))
    finally:
        kept.close()


def canonical(languages: Sequence[str]) -> tuple[str, ...]:
    """The names of the languages that were asked for. Raises `UserError` for an unknown one."""
    known = [mapper.name for mapper in MAPPERS]
    for name in languages:
        if name.lower() not in known:
            raise UserError(
                f"the map knows no language `{name}`", help=f"it knows: {', '.join(known)}"
            )
    return tuple(name.lower() for name in languages)


def say_faults(faults: Sequence[tuple[str, str]], *, verbose: bool) -> None:
    """One line about what could not be read whole or, where asked, one for each."""
    if faults and not verbose:
        from doc_healing.report.tally import plural  # with all codes: a start is no time for it

        count = plural(len({path for path, _ in faults}), "file")
        say(f"note: {count} could not be read whole; --verbose names them\n")
    elif faults:
        for path, why in faults:
            say(f"note: {visible(path)}: {visible(why)}\n")


def no_documents(gaps: object) -> str:
    """Why there are no documents: none are here, or none of them can be read."""
    return "to tell: none of the documents here can be read" if gaps else _NO_DOCUMENTS


def say_nothing(found: object, words: str) -> None:
    """One line for who waits, where there is nothing to list."""
    if not found:
        say(f"nothing {visible(words)}\n")


def fault_rows(faults: Sequence[tuple[str, str]]) -> list[Mapping[str, str]]:
    """The same as JSON has it."""
    return [{"path": path, "reason": why} for path, why in faults]


def _read(files: crew.Files, *, jobs: int) -> Iterator[tuple[str, bytes]]:
    tasks = (crew.Task(mapper, path, data) for mapper, path, data in files)
    return crew.outlined(tasks, packed, jobs)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, a NUL in it
        return False


def _below(start: Path, root: Path) -> str:
    inner = start.relative_to(root).as_posix()
    return "" if inner == "." else inner
