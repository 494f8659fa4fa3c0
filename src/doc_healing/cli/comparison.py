"""`check --base REV`: the tree that this branch started from, beside the one under examination."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from doc_healing.cli.selection import Selection, read_documents
from doc_healing.documents.revisions import base_of, materialise
from doc_healing.model import Checkout, Finding, Wants
from doc_healing.pipeline import Base, Tools, Watcher


@dataclass(frozen=True, slots=True)
class Unseen:
    """Tells of installations, and not of findings: those of the base are evidence, no report."""

    watcher: Watcher

    def installing(self, language: str, wants: Wants) -> None:
        """As it is."""
        self.watcher.installing(language, wants)

    def installed(self, language: str, wants: Wants, seconds: float, failure: str) -> None:
        """As it is."""
        self.watcher.installed(language, wants, seconds, failure)

    def found(self, finding: Finding) -> None:
        """Nothing."""


@contextmanager
def compared(
    name: str, selection: Selection, build: Callable[[Checkout], Tools]
) -> Iterator[Base | None]:
    """The base that `name` leads to, in a directory that lives as long; None for an empty name.

    Raises `UserError` where there is no such revision.
    """
    if not name:
        yield None
        return
    revision = base_of(selection.root, name)
    with TemporaryDirectory(prefix="doc-healing-base-") as directory:
        tree = materialise(revision, Path(directory).resolve())
        tools = build(tree)
        try:
            said = name if revision.commit.startswith(name) else f"{name} ({revision.short})"
            yield Base(said, tools, read_documents(tree, selection))
        finally:
            tools.sandbox.close()
            tools.preparer.close()
            if tools.memory:
                tools.memory.close()
