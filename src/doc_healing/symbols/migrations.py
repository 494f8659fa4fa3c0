"""What the repository's configuration says replaces what, looked up in two whole trees."""

import re
from collections.abc import Sequence

from doc_healing.model import Symbol
from doc_healing.symbols.lookup import Lookup

Migration = tuple[str, str]  # a name as written, and what replaces it
_STEPS = re.compile(r"[^\w$]+")


def successor(
    symbol: Symbol, base: Lookup, head: Lookup, migrations: Sequence[Migration]
) -> Symbol | None:
    """What replaces a symbol of the base; none where nobody says so or what is named is not one."""
    for old, new in migrations:
        if _steps(old)[-1:] != [symbol.last]:
            continue
        if [(one.path, one.name) for one in _named(old, base)] == [(symbol.path, symbol.name)]:
            found = _named(new, head)
            return found[0] if len(found) == 1 else None
    return None


def _named(text: str, known: Lookup) -> list[Symbol]:
    """The symbols that a name can mean; overloads are one."""
    steps = _steps(text)
    fitting = known.by_last.get(steps[-1], ()) if steps else ()
    found = [one for one in fitting if _fits(one, steps, known)]
    return list({(one.path, one.name): one for one in reversed(found)}.values())


def _fits(symbol: Symbol, steps: Sequence[str], known: Lookup) -> bool:
    """Whether the name ends one under which the symbol is known: by readers or in its file."""
    own = _steps(re.sub(r"\.\w+$", "", symbol.path)) + _steps(symbol.name)
    return any(name[-len(steps) :] == list(steps) for name in (own, _steps(known.shown(symbol))))


def _steps(text: str) -> list[str]:
    return [step for step in _STEPS.split(text.partition("(")[0]) if step]
