"""Which snippets of a document run together with one."""

import re
from collections.abc import Sequence

from doc_healing.languages.following import applies, joined
from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import facts
from doc_healing.model import File, Mode, Role, Snippet, State

_SAFE_NAME = re.compile(r"(?![./])(?:[\w@-][\w@.-]*/)*[\w@-][\w@.-]*\.go")


def context(snippet: Snippet, snippets: Sequence[Snippet]) -> tuple[Snippet, ...]:
    """The snippets that run before one: setup, and its session's earlier ones."""
    usable = [item for item in snippets if _usable(item, snippet)]
    earlier = [
        item
        for item in usable
        if item.index < snippet.index and item.instructions.role is Role.EXAMPLE
    ]
    above = joined(snippet, earlier)
    setup = [
        item
        for item in usable
        if item.instructions.role is Role.SETUP and applies(item, snippet, above)
    ]
    return (*setup, *(item for item in above if item not in setup))


def siblings(snippet: Snippet, snippets: Sequence[Snippet]) -> tuple[File, ...]:
    """The blocks of the document that are files of the same session, each a file of its package."""
    named = {
        item.instructions.file_name: item.code
        for item in snippets
        if item is not snippet
        and item.instructions.session == snippet.instructions.session
        and _SAFE_NAME.fullmatch(item.instructions.file_name)
        and item.instructions.file_name != snippet.instructions.file_name
        and facts(item.code).package == (facts(snippet.code).package or "main")
    }
    return tuple(File(name, code.encode("utf-8", "replace")) for name, code in named.items())


def _usable(item: Snippet, snippet: Snippet) -> bool:
    return (
        item is not snippet
        and item.state is State.RUNNABLE
        and not item.instructions.file_name
        and item.instructions.mode in (Mode.RUN, Mode.BUILD)
        and shape(item.code).kind in (Kind.FILE, Kind.FRAGMENT)
    )
