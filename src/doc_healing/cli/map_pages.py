"""A tree with its documents: the index, and what the documents name of it."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from doc_healing import settings
from doc_healing.config import RepoConfig
from doc_healing.documents.git import run
from doc_healing.documents.pages import Gaps, config_of, pages
from doc_healing.model import Document, Reference
from doc_healing.pipeline.naming import NamedPage, named
from doc_healing.protocols import Source
from doc_healing.symbols.drawing import Desk, index
from doc_healing.symbols.index import Index
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.references import Unresolved

_REMOTE = re.compile(r"[:/]([\w.~-]+)/([\w.~-]+?)(?:\.git)?/?$")


@dataclass(frozen=True)
class Drawn:
    """The map of a tree, and what each of its documents names."""

    source: Source
    index: Index
    known: Lookup
    documents: tuple[Document, ...]
    pages: tuple[NamedPage, ...]
    gaps: Gaps = ()

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What could not be read whole: (path, why)."""
        return sorted({*self.index.faults, *self.gaps})

    @cached_property
    def references(self) -> list[Reference]:
        """All references, those of prose too, in the order of documents and lines."""
        found = [one for page in self.pages for one in (*page.references, *page.mentions)]
        return sorted(found, key=lambda one: (one.path, one.line, one.column, -one.confidence))

    @cached_property
    def unresolved(self) -> list[Unresolved]:
        """What the snippets name of the project's own that does not exist."""
        return [one for page in self.pages for one in page.unresolved]


def draw(
    source: Source, desk: Desk, root: Path, below: str = "", config: RepoConfig | None = None
) -> Drawn:
    """The map of a tree and of its documents below a path.

    Raises `UserError` for a config that cannot be read.
    """
    found = index(source, desk)
    known = Lookup(found.outlines, found.surfaces)
    documents, gaps = pages(source, config or config_of(source), below)
    used = [
        mapper
        for mapper in desk.mappers
        if any(one.language == mapper.name for page in documents for one in page.snippets)
    ]
    told = named(documents, known, used, repository_of(root))
    return Drawn(source, found, known, documents, tuple(told), gaps)


def repository_of(root: Path) -> str:
    """`owner/name` of the repository as its remote calls it; "" where nobody says."""
    if settings.program("git") is None:
        return ""
    shown = run(root, "config", "--get", "remote.origin.url")
    found = _REMOTE.search(shown.stdout.decode("utf-8", "replace").strip())
    return f"{found[1]}/{found[2]}" if found and not shown.returncode else ""
