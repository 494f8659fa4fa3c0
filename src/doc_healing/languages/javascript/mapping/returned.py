"""Functions that make an object: what they define within becomes a member of what they return.

`function store() { function get() {} return { get } }` gives `store.get`, which a reader calls.
"""

from collections.abc import Iterable

from doc_healing.languages.bodies import altered
from doc_healing.languages.javascript.mapping.reader import Reader
from doc_healing.model import Symbol, SymbolKind, Visibility


def returned(symbols: list[Symbol], reader: Reader) -> list[Symbol]:
    """The symbols with those that a function returns as its members."""
    open_ = {symbol.name for symbol in symbols if "local" not in symbol.flags}
    moved = [_moved(symbol, reader, open_) for symbol in symbols]
    given = _given(reader, open_, {symbol.name for symbol in moved})
    offered = given | {
        symbol.name
        for symbol in moved
        if "alias" in symbol.flags and symbol.last == symbol.successor
    }
    inner = {symbol.name for symbol in moved if _is_inner(symbol) and symbol.name in offered}
    # The definition itself stands for the member, and not the word that passes it on.
    kept = (symbol for symbol in moved if not _is_word(symbol, offered, moved))
    found = [_opened(symbol) if symbol.name in inner else symbol for symbol in kept]
    return [_marked(symbol, reader) for symbol in found] if reader.results else found


def _is_word(symbol: Symbol, offered: set[str], symbols: list[Symbol]) -> bool:
    """Whether it only passes on a definition of the same name."""
    if "alias" not in symbol.flags or symbol.name not in offered:
        return False
    return any(other.name == symbol.name and other is not symbol for other in symbols)


def _marked(symbol: Symbol, reader: Reader) -> Symbol:
    """A member of what calling its container gives, and not of the container."""
    for owner, start, end in reader.results:
        if symbol.container == owner and start <= symbol.span.start < end:
            return altered(symbol, flags=symbol.flags | {"result"})
    return symbol


def _moved(symbol: Symbol, reader: Reader, open_: set[str]) -> Symbol:
    """A member of an object that has a name within the function, as one of the function's."""
    owner = reader.returned.get(symbol.container)
    if owner is None or owner not in open_ or "local" not in symbol.flags:
        return symbol
    return _opened(altered(symbol, name=f"{owner}.{symbol.last}"))


def _given(reader: Reader, open_: set[str], names: Iterable[str]) -> set[str]:
    """The functions within that are assigned to members of what is returned: `api.get = get`."""
    known = set(names)
    found = set()
    for holder, member, value in reader.given:
        owner = reader.returned.get(holder)
        if owner in open_ and member == value and f"{owner}.{value}" in known:
            found.add(f"{owner}.{value}")
    return found


def _is_inner(symbol: Symbol) -> bool:
    return "local" in symbol.flags and symbol.kind in (SymbolKind.FUNCTION, SymbolKind.TYPE)


def _opened(symbol: Symbol) -> Symbol:
    return altered(
        symbol,
        visibility=Visibility.PUBLIC,
        flags=symbol.flags - {"local"} | {"result"},
        discriminator="" if symbol.discriminator.startswith("~") else symbol.discriminator,
    )
