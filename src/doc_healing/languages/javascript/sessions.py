"""Which snippets of a document run together: setup, a session's earlier ones, teardown."""

import re
from collections.abc import Callable, Sequence

from doc_healing.languages.following import applies, joined
from doc_healing.languages.javascript.shape import Kind, Shape
from doc_healing.model import File, Mode, Role, Snippet, State

ShapeOf = Callable[[Snippet], Shape]


def context(
    snippet: Snippet, snippets: Sequence[Snippet], shape_of: ShapeOf
) -> tuple[tuple[Snippet, ...], tuple[Snippet, ...]]:
    """The snippets that run before and after one: setup, its session's earlier ones, teardown."""
    fit = [item for item in snippets if usable(item, snippet, shape_of)]
    earlier = [item for item in fit if item.index < snippet.index and _is_example(item)]
    above = joined(snippet, earlier)
    setup = [
        item
        for item in fit
        if item.instructions.role is Role.SETUP and applies(item, snippet, above)
    ]
    teardown = [
        item
        for item in fit
        if item.instructions.role is Role.TEARDOWN and applies(item, snippet, above)
    ]
    before = [*setup, *(item for item in above if item not in setup)]
    return tuple(before), tuple(teardown)


def lenders(snippet: Snippet, snippets: Sequence[Snippet], shape_of: ShapeOf) -> list[Snippet]:
    """The earlier blocks that a snippet may take names from, in order.

    Tabs show one thing in several ways: of them, the way that the snippet itself is shown in, else
    the one that stands first.
    """
    tabs = [_tab(item) for item in snippets if _tab(item)]
    own = _tab(snippet) or (tabs[0] if tabs else "")
    return [
        item
        for item in snippets
        if item.index < snippet.index
        and usable(item, snippet, shape_of)
        and _tab(item) in ("", own)
    ]


def _tab(item: Snippet) -> str:
    """The name of the innermost tab that it stands in (`tabs#60/tab:pnpm` is `pnpm`)."""
    names = [found for name in item.containers if (found := re.search(r"(?:^|/)tab:(.+)", name))]
    return names[-1].group(1) if names else ""


def usable(item: Snippet, snippet: Snippet, shape_of: ShapeOf) -> bool:
    """Whether a snippet can be a part of another one's program."""
    return (
        item is not snippet
        and item.state is State.RUNNABLE
        and not item.instructions.file_name
        and item.instructions.mode in (Mode.RUN, Mode.BUILD)
        and shape_of(item).kind in (Kind.MODULE, Kind.COMMONJS)
    )


def _is_example(item: Snippet) -> bool:
    return item.instructions.role is Role.EXAMPLE


def siblings(
    snippet: Snippet, snippets: Sequence[Snippet], safe: re.Pattern[str]
) -> tuple[File, ...]:
    """The blocks of the document that are files of the same session."""
    named = {
        item.instructions.file_name: item.code
        for item in snippets
        if item is not snippet
        and item.instructions.session == snippet.instructions.session
        and safe.fullmatch(item.instructions.file_name)
    }
    return tuple(File(name, code.encode("utf-8", "replace")) for name, code in named.items())
