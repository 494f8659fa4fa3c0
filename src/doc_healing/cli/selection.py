"""What a command works on: the root, its config, and the documents below the given paths."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from doc_healing import config
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


def select(paths: Sequence[str], languages: Sequence[str] = ()) -> Selection:
    """Find and read the documents below `paths` (none: below the working directory).

    With `languages` only their snippets are kept. Raises `UserError` for a path that does not
    exist and for an invalid config.
    """
    targets = [_existing(path) for path in paths] or [Path.cwd()]
    root = root_of(targets, Path.cwd())
    tree = checkout(root)
    get = reader(tree)
    located = config.find(get)
    asked = [target.relative_to(root).as_posix() for target in targets]
    found = discover(tree, located.config, asked)
    documents = (_document(path, get) for path in found.documents)
    kept = tuple(_only(document, languages) for document in documents)
    return Selection(root, tree, located, kept, found.left_out)


def root_of(targets: Sequence[Path], cwd: Path) -> Path:
    """The directory that paths are relative to and that the config stands in.

    The nearest one upward that holds a config or a git repository; without any, the working
    directory if the targets are below it, else the directory that holds them all.
    """
    directories = [target if target.is_dir() else target.parent for target in targets]
    common = Path(os.path.commonpath(directories))
    for candidate in (common, *common.parents):
        if any((candidate / name).exists() for name in (*config.NAMES, ".git")):
            return candidate
    return cwd if common.is_relative_to(cwd) else common


def _existing(path: str) -> Path:
    given = Path(path)
    try:
        return given.parent.resolve(strict=True) / given.name if given.name else given.resolve()
    finally:
        if not given.exists():
            raise UserError(f"there is no file or directory {path}", help="check the spelling")


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
