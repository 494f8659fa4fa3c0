"""The documents of a tree that is a `Source`: of a revision, without a checkout."""

from collections.abc import Callable

from doc_healing.config import RepoConfig, find
from doc_healing.documents.discovery import discover
from doc_healing.documents.reader import read
from doc_healing.model import Checkout, Document
from doc_healing.protocols import Source

_NOWHERE = "/dev/null/none"  # what discovery asks of the disk is not there


def config_of(source: Source) -> RepoConfig:
    """What the tree says in its own config. Raises `UserError` for one that cannot be read."""
    return find(getter(source)).config


Gaps = tuple[tuple[str, str], ...]
"""The files that could not be read, and why."""
LOST = "it cannot be read: larger than 8 MiB, changed just now, or not in this clone"


def pages(source: Source, config: RepoConfig, below: str = "") -> tuple[tuple[Document, ...], Gaps]:
    """The documents of a tree, those below a path of it, read; and those that cannot be.

    A file that is named is one too.
    """
    tree = Checkout(_NOWHERE, tuple(sorted(source.files)))
    asked = [below] if below else []
    there = not below or below in source.files
    if not there and not any(path.startswith(f"{below}/") for path in source.files):
        return (), ()
    found = [path for path in discover(tree, config, asked).documents if path in source.files]
    texts = dict(source.read(found))
    get = getter(source)
    told = tuple(read(texts[path], path, get) for path in found if path in texts)
    return told, tuple((path, LOST) for path in found if path not in texts)


def getter(source: Source) -> Callable[[str], bytes | None]:
    """What gives the bytes of a file of a tree, each read once."""
    known: dict[str, bytes | None] = {}

    def get(path: str) -> bytes | None:
        if path not in known:
            found = dict(source.read([path])) if path in source.files else {}
            known[path] = found.get(path)
        return known[path]

    return get
