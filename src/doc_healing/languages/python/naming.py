"""The names that a block binds for those after it, and those that it takes from outside."""

from functools import lru_cache

from doc_healing.languages.python.borrowed import bodies
from doc_healing.languages.python.driver import names as driver_names
from doc_healing.languages.python.driver import scopes
from doc_healing.model import Names, Snippet


def names(snippet: Snippet) -> Names:
    """What a block binds at its top level, and which names it reads that nobody in it binds."""
    return _names(snippet.code)


@lru_cache(maxsize=2048)
def _names(code: str) -> Names:
    nodes = bodies(code)
    try:
        free = driver_names.missing(nodes)
        bound = scopes.bound(nodes)
    except RecursionError:
        return Names()
    return Names(frozenset(bound), frozenset(free))
