"""What of the blocks that a block was found to need runs before it.

Nobody said that they run together, so that as little of them runs as gives the names: a block of
which only types, functions or packages are used lends these and does nothing, and a server that is
started at the very end of one is not started.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from doc_healing.languages.go.naming import names, values
from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import facts, main_body
from doc_healing.model import Snippet

FLAG = "inferred-context"  # as the pipeline says of the last block of such a session
_SERVES = re.compile(r"\b(?:Listen|Serve|Run|Start|Wait)\w*\(|^\s*(?:select|for)\s*\{\s*\}\s*$|<-")


def running(snippet: Snippet, before: Sequence[Snippet]) -> tuple[Snippet, ...]:
    """The earlier blocks whose statements run before this one, without what would end them."""
    if shape(snippet.code).kind is Kind.FILE:  # no variable of a function is seen in a file
        return ()
    wanted = set(names(snippet).free)
    kept: set[int] = set()
    for item in reversed(before):
        if values(item.code) & wanted:
            kept.add(item.index)
            wanted |= names(item).free
    given: set[str] = set()
    for item in before:
        if item.index in kept or names(item).free & given:
            kept.add(item.index)
            given |= values(item.code)
    return tuple(_without_its_end(item) for item in before if item.index in kept)


def _without_its_end(item: Snippet) -> Snippet:
    """A block without a last statement that serves or waits."""
    found = facts(item.code)
    body = main_body(found) or found.statements
    last = body[-1] if body else None
    if last is None or not _SERVES.search(found.text(last)):
        return item
    rows = range(last.start_point[0], last.end_point[0] + 1)
    if any(one is not last and one.end_point[0] in rows for one in body):
        return item
    lines = tuple(line for row, line in enumerate(item.lines) if row not in rows)
    return replace(item, lines=lines, code="".join(f"{line.text}\n" for line in lines))
