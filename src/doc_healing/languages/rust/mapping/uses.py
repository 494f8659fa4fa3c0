"""What a Rust snippet uses, traced back to its `use` declarations.

Types are followed as far as the snippet writes them: constructors, typed bindings, chains. What
a name of the project gives is left to the index: a call is a step.
"""

from collections.abc import Mapping, Sequence

from doc_healing.languages.rust.mapping import declarations, expressions
from doc_healing.languages.rust.mapping.snippets import read
from doc_healing.languages.rust.mapping.walking import Handler, Walk
from doc_healing.model import Use


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:
    """What a snippet uses, in its order; the blocks before it bind names only."""
    walk = Walk(_HANDLERS)
    for block in before:
        found = read(block)
        if found is not None:
            walk.run(found)
    walk.found.clear()
    last = read(code)
    if last is not None:
        walk.run(last)
    return sorted(dict.fromkeys(walk.found), key=lambda use: (use.line, use.column))


_HANDLERS: Mapping[str, Handler] = {**expressions.HANDLERS, **declarations.HANDLERS}
