"""Pairs that callers tell: all of them say another name now, whatever became of the body."""

from collections.abc import Iterator

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_sides import Side

CALLED = "its callers say so"
_SURE = 0.6
_LEAST_SITES = 2
_SHARE = 0.7  # of the places where either name was replaced
_LIKE = 0.25  # bodies that are less alike are others that are called instead


def voted(pairing: Pairing) -> Iterator[Match]:
    """What has one name on each side that the other does not have, and was moved as well.

    Score and place spoke against it, or it would have its pair by now.
    """
    for (old_name, new_name), sites in pairing.votes.sites.items():
        if len(sites) < _LEAST_SITES or pairing.votes.share(old_name, new_name) < _SHARE:
            continue
        old, new = _only(pairing.old, old_name), _only(pairing.new, new_name)
        if old is None or new is None:
            continue
        if old_name in pairing.new.by_last or new_name in pairing.old.by_last:
            continue
        callers = [one for one in sites if (one.old_line, one.new_line) != (old.line, new.line)]
        if len(callers) >= _LEAST_SITES and _may_be(pairing, old, new):
            yield Match(old, new, score=_SURE, how=CALLED)


def _may_be(pairing: Pairing, old: Symbol, new: Symbol) -> bool:
    same = pairing.old.group(old) == pairing.new.group(new)
    language = pairing.old.language(old.path) == pairing.new.language(new.path)
    return same and language and pairing.likeness(old, new)[0] >= _LIKE


def _only(side: Side, name: str) -> Symbol | None:
    """The one that is called so; no value, those are replaced by others as they are."""
    found = side.by_last.get(name, ())
    return found[0] if len(found) == 1 and side.group(found[0]) != "value" else None
