"""Which snippets run before and after another: its session's setup, examples and teardown."""

from collections.abc import Sequence
from dataclasses import dataclass

from doc_healing.model import Mode, Role, Snippet, State


@dataclass(frozen=True, slots=True)
class Cast:
    """A snippet, those that run before it and those that run after it, in document order."""

    snippet: Snippet
    before: tuple[Snippet, ...]
    after: tuple[Snippet, ...]
    files: tuple[Snippet, ...]  # the session's blocks that are files


def casts(snippets: Sequence[Snippet]) -> list[Cast]:
    """One cast per runnable snippet of a document that is shown or an example, in their order.

    A snippet that `continues` joins the session of the one before it. Setup without a session
    runs before every example of the document.
    """
    runnable = [one for one in snippets if one.state is State.RUNNABLE]
    sessions = _sessions(runnable)
    pairs = list(zip(runnable, sessions, strict=True))
    return [
        _cast(at, pairs)
        for at, one in enumerate(runnable)
        if one.instructions.role is Role.EXAMPLE or not one.invisible
    ]


def _sessions(snippets: Sequence[Snippet]) -> list[str]:
    """The name of each snippet's session; one that is alone has a name of its own."""
    names: list[str] = []
    previous = ""
    for at, one in enumerate(snippets):
        said = one.instructions.session
        joins = one.instructions.continues and not said and previous
        name = previous if joins else said or f"\0{at}"
        names.append(name)
        if one.instructions.role is Role.EXAMPLE:
            previous = name
    return names


def _cast(at: int, pairs: list[tuple[Snippet, str]]) -> Cast:
    snippet, session = pairs[at]
    setup, earlier, after, files = [], [], [], []
    own = snippet.instructions.role
    for other, (one, name) in enumerate(pairs):
        role = one.instructions.role
        shared = name == session or (role is not Role.EXAMPLE and not one.instructions.session)
        if other == at or not shared:
            continue
        if one.instructions.file_name:
            files.append(one)
        elif role is Role.SETUP:
            if own is not Role.SETUP or other < at:
                setup.append(one)
        elif role is Role.TEARDOWN:
            if own is Role.EXAMPLE:
                after.append(one)
        elif own is not Role.SETUP and other < at and one.instructions.mode is Mode.RUN:
            earlier.append(one)
    return Cast(snippet, (*setup, *earlier), tuple(after), tuple(files))
