"""What a command works on: the root, its config, and the documents below the given paths."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from doc_healing import config
from doc_healing.cli.languages import canonical
from doc_healing.config import Located
from doc_healing.documents import read
from doc_healing.documents.discovery import checkout, discover, reader
from doc_healing.errors import UserError
from doc_healing.model import Checkout, Document


@dataclass(frozen=True, slots=True)
class Selection:
    """A tree, its config, and the documents that were asked for, read."""

    root: Path
    checkout: Checkout
    located: Located
    documents: tuple[Document, ...]
    left_out: tuple[tuple[str, str], ...]
    languages: tuple[str, ...] = ()  # that were asked for, under their canonical names


def select(paths: Sequence[str], languages: Sequence[str] = ()) -> Selection:
    """Find and read the documents below `paths` (none: below the working directory).

    With `languages` only their snippets are kept. Raises `UserError` for a path that does not
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
    documents = [_document(path, get) for path in found.documents]
    used = {snippet.language for document in documents for snippet in document.snippets}
    only = canonical(languages, used)
    kept = tuple(_only(document, only) for document in documents)
    return Selection(root, tree, located, kept, found.left_out, only)


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


def _document(path: str, get: Callable[[str], bytes | None]) -> Document:
    data = get(path)
    if data is None:
        reason = "it cannot be read: not a regular file, no permission, or too large"
        return Document(path, b"", (), unreadable=reason)
    return read(data, path, get)


def _only(document: Document, languages: Sequence[str]) -> Document:
    if not languages:
        return document
    kept = tuple(snippet for snippet in document.snippets if snippet.language in languages)
    return replace(document, snippets=kept)
