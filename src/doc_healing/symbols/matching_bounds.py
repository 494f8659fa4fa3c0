"""What is asked of each symbol again and again while pairs are scored, and a cheap upper bound.

Most pairs come to nothing. They are told by what is known of either symbol, by their names and by
the words that both bodies share, before anything else is compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from doc_healing.model import Symbol
from doc_healing.symbols.confidence import at_most
from doc_healing.symbols.matching_pairs import Pairing
from doc_healing.symbols.matching_sides import Place, is_constructor, own_name
from doc_healing.symbols.names import likeness

_UNPAIRED = "?"  # no id: those have a "#"


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A symbol with what does not change while one list of pairs is scored."""

    symbol: Symbol
    place: Place  # in terms of the new side
    own: str
    constructor: bool
    group: str
    size: int  # words
    beside: tuple[str | None, str | None]  # the new ids of its neighbours; None: it is the end
    moved: float  # how much of the old name is gone, or of the new one was not there before


def known_old(pairing: Pairing, symbol: Symbol) -> Known:
    """An old symbol."""
    before, after = pairing.old.beside(symbol)
    return Known(
        symbol,
        pairing.place(symbol),
        own_name(symbol),
        is_constructor(symbol),
        pairing.old.group(symbol),
        pairing.old.body(symbol).size,
        (_today(pairing, before), _today(pairing, after)),
        _gone(pairing.old.words, pairing.new.words, symbol.last),
    )


def _today(pairing: Pairing, old: Symbol | None) -> str | None:
    """The new id of an old neighbour, if there is one."""
    if old is None:
        return None
    match = pairing.matches.get(old.id)
    return match.new.id if match else _UNPAIRED


def known_new(pairing: Pairing, symbol: Symbol) -> Known:
    """A new symbol."""
    before, after = pairing.new.beside(symbol)
    return Known(
        symbol,
        pairing.new.place(symbol),
        own_name(symbol),
        is_constructor(symbol),
        pairing.new.group(symbol),
        pairing.new.body(symbol).size,
        (before.id if before else None, after.id if after else None),
        _gone(pairing.new.words, pairing.old.words, symbol.last),
    )


def _gone(here: Mapping[bytes, int], there: Mapping[bytes, int], name: str) -> float:
    word = name.encode()
    return 1 - min(there.get(word, 0) / max(here.get(word, 0), 1), 1.0)


def shape(old: Known, new: Known) -> str:
    """Which of the models weighs a pair."""
    if old.place == new.place:
        return f"rename {old.group}"
    return f"{'move' if old.symbol.last == new.symbol.last else 'both'} {old.group}"


def neighbours(old: Known, new: Known) -> int:
    """How many of the two definitions beside one are, as their pairs, beside the other."""
    count = 0
    for one, two in zip(old.beside, new.beside, strict=True):
        if one is None or two is None:
            count += one is two and old.place == new.place
        else:
            count += one == two
    return count


def highest(pairing: Pairing, old: Known, new: Known) -> float:
    """A score that the pair does not exceed; 1 where more than bodies and names speaks for it."""
    one, two = old.symbol, new.symbol
    last = one.last, two.last
    if (one.digest and one.digest == two.digest) or last in pairing.votes.sites:
        return 1.0
    if pairing.names.get(last):
        return 1.0
    return at_most(
        shape(old, new),
        pairing.about(one, two),
        likeness(*last),
        min(old.size, new.size),
        neighbours(old, new),
        old.moved * new.moved if last[0] != last[1] else 0.0,
    )
