"""The earlier snippets of a document that a snippet needs, found by the names that each binds.

Documents are written for readers: a block goes on where one above it ended. A block is tried alone
first; only where a name is missing are the blocks looked for that bind it. The smallest set wins:
of each missing name the nearest block above that binds it, and what that block itself needs.
Alternatives (tabs) are no sequence: the blocks of a sibling tab never serve.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from doc_healing.model import (
    Job,
    Mode,
    Names,
    Reading,
    Role,
    Snippet,
    State,
    SymptomKind,
    Verdict,
)

_MOST = 30  # blocks of one context: beyond it is a book, and no block's prerequisite
# Failures that a name from above may cure.
_CURABLE = (SymptomKind.NAME, SymptomKind.CONTEXT)


def lacks_context(reading: Reading) -> bool:
    """Whether a snippet failed alone for want of something that another block may give."""
    if reading.verdict not in (Verdict.BROKEN, Verdict.UNVERIFIED):
        return False
    return reading.cause == "context" or (
        reading.symptom is not None and reading.symptom.kind in _CURABLE
    )


def context_of(
    snippet: Snippet, siblings: Sequence[Snippet], names: Callable[[Snippet], Names]
) -> tuple[Snippet, ...]:
    """The earlier blocks that bind what this one and they themselves lack, in document order."""
    lenders = [one for one in siblings if lends(one, snippet)]
    chosen: dict[int, Snippet] = {}
    waiting = [(name, snippet.index) for name in sorted(names(snippet).free)]
    while waiting and len(chosen) <= _MOST:
        name, below = waiting.pop()
        for one in reversed(lenders):
            if one.index >= below or name not in names(one).bound:
                continue
            if one.index not in chosen:
                chosen[one.index] = one
                waiting.extend((other, one.index) for other in sorted(names(one).free))
            break
    return tuple(chosen[at] for at in sorted(chosen)) if len(chosen) <= _MOST else ()


def lends(other: Snippet, snippet: Snippet) -> bool:
    """Whether a block may be the context of another, by what the document says of both."""
    said = other.instructions
    return (
        other.index < snippet.index
        and other.state is State.RUNNABLE
        and said.mode is Mode.RUN
        and said.role is Role.EXAMPLE
        and not said.network
        and not said.file_name
        and not alternatives(other, snippet)
    )


def alternatives(one: Snippet, other: Snippet) -> bool:
    """Whether two blocks stand in different tabs of one set."""
    tabs = dict(_tab(name) for name in one.containers if _is_tab(name))
    own = dict(_tab(name) for name in other.containers if _is_tab(name))
    return any(own.get(group, tab) != tab for group, tab in tabs.items())


def chained(context: Sequence[Snippet], snippet: Snippet) -> list[Snippet]:
    """The context and the snippet as one session, as if the author had said so."""
    first, *rest = (*context, snippet)
    joined = [
        replace(one, instructions=replace(one.instructions, continues=True, session=""))
        for one in rest
    ]
    return [replace(first, instructions=replace(first.instructions, session="")), *joined]


def cured(job: Job, reading: Reading) -> bool:
    """Whether the context helped: the snippet's own code ran to its end, or failed by itself."""
    if reading.verdict is Verdict.PASSED:
        return True
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None or symptom.kind in _CURABLE:
        return False
    own = {(line.path, line.line) for line in job.snippet.lines}
    return (symptom.path, symptom.line) in own or symptom.kind is SymptomKind.OUTPUT


def told(context: Sequence[Snippet]) -> str:
    """In words, what a snippet was run after."""
    lines = ", ".join(str(one.line) for one in context)
    several = "blocks at lines" if len(context) > 1 else "block at line"
    return f"the {several} {lines}, whose names it uses"


def _is_tab(container: str) -> bool:
    return container.startswith("tabs#") and "/" in container


def _tab(container: str) -> tuple[str, str]:
    group, _, tab = container.partition("/")
    return group, tab
