"""What a command works on: the root, its config, and the documents below the given paths."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from doc_healing import config
from doc_healing.config import Located
from doc_healing.documents.discovery import checkout, discover, reader
from doc_healing.errors import UserError
from doc_healing.model import Checkout, Document
from doc_healing.store import Archive


@dataclass(frozen=True, slots=True)
class Selection:
    """A tree, its config, and the documents that were asked for, read."""

    root: Path
    checkout: Checkout
    located: Located
    documents: tuple[Document, ...]
    left_out: tuple[tuple[str, str], ...]
    languages: tuple[str, ...] = ()  # that were asked for, under their canonical names
    identities: tuple[str, ...] = ()  # one per document: changes with all that it was read from


def select(
    paths: Sequence[str], languages: Sequence[str] = (), archive: Archive | None = None
) -> Selection:
    """Find and read the documents below `paths` (none: below the working directory).

    With `languages` only their snippets are kept; with an archive what was read before is not read
    again. Raises `UserError` for a path that does not
    exist and for an invalid config.
    """
    here = working_directory()
    targets = [_existing(path) for path in paths] or [here]
    root = root_of(targets, here)
    tree = checkout(root)
    get = reader(tree)
    located = config.find(get)
    asked = [target.relative_to(root).as_posix() for target in targets]
    found = discover(tree, located.config, asked)
    read = _remembered(found.documents, get, archive) if archive else None
    documents = [_document(path, get) for path in found.documents] if read is None else read[0]
    only = _canonical(languages, documents)
    kept = tuple(_only(document, only) for document in documents)
    identities = read[1] if read else ()
    return Selection(root, tree, located, kept, found.left_out, only, identities)


def read_documents(tree: Checkout, like: Selection) -> tuple[Document, ...]:
    """The documents of another revision of the same tree, whatever paths were asked for."""
    get = reader(tree)
    found = discover(tree, like.located.config, ["."])
    documents = [_document(path, get) for path in found.documents]
    return tuple(_only(document, like.languages) for document in documents)


def root_of(targets: Sequence[Path], cwd: Path) -> Path:
    """The directory that paths are relative to and that the config stands in.

    The nearest one upward that holds a config or a git repository; without any, the working
    directory if the targets are below it, else the directory that holds them all. A place where
    everything of a person or a machine lies (a home, `/tmp`, `/`) is never taken for a project.
    """
    directories = [target if target.is_dir() else target.parent for target in targets]
    common = Path(os.path.commonpath(directories))
    for candidate in (common, *common.parents):
        if any((candidate / name).exists() for name in (*config.NAMES, ".git")):
            return candidate
    return cwd if common.is_relative_to(cwd) and cwd not in _crowded() else common


def working_directory() -> Path:
    """Where we are. Raises `UserError` where somebody has removed it."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        message = "the working directory does not exist any more"
        raise UserError(message, help="change to one that does") from None


def _crowded() -> set[Path]:
    try:
        home = Path.home().resolve()
    except RuntimeError:  # nobody knows of one
        home = Path("/")
    temporary = Path(tempfile.gettempdir()).resolve()
    return {home, *home.parents, temporary, *temporary.parents}


def _existing(path: str) -> Path:
    given = Path(path)
    try:
        found = given.exists()
    except (OSError, ValueError):  # too long, a NUL in it
        found = False
    if not found:
        raise UserError(f"there is no file or directory {path}", help="check the spelling")
    if given.name in ("", ".."):
        return given.resolve()
    return given.parent.resolve() / given.name  # a link is a document under its own name


def _canonical(languages: Sequence[str], documents: Sequence[Document]) -> tuple[str, ...]:
    if not languages:
        return ()
    from doc_healing.cli.languages import canonical  # loads every dialect

    used = {snippet.language for document in documents for snippet in document.snippets}
    return canonical(languages, used)


def _document(path: str, get: Callable[[str], bytes | None]) -> Document:
    data = get(path)
    return _unreadable(path) if data is None else _read(data, path, get)


def _read(data: bytes, path: str, get: Callable[[str], bytes | None]) -> Document:
    from doc_healing.documents import read  # loads the parser

    return read(data, path, get)


def _unreadable(path: str) -> Document:
    reason = "it cannot be read: not a regular file, no permission, or too large"
    return Document(path, b"", (), unreadable=reason)


def _remembered(
    paths: Sequence[str], get: Callable[[str], bytes | None], archive: Archive
) -> tuple[list[Document], tuple[str, ...]]:
    """The documents, and a name for each that changes with everything that it was read from."""
    texts = {path: get(path) for path in paths}
    there = {path: data for path, data in texts.items() if data is not None}
    known = dict(zip(there, archive.readings(there, get, _read), strict=True))
    found = [known.get(path) or (_unreadable(path), f"unreadable {path}") for path in paths]
    return [document for document, _ in found], tuple(name for _, name in found)


def _only(document: Document, languages: Sequence[str]) -> Document:
    if not languages:
        return document
    kept = tuple(snippet for snippet in document.snippets if snippet.language in languages)
    return replace(document, snippets=kept)
