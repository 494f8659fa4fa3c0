"""Types that their members tell: where most of them went, their type went too."""

from collections import Counter
from collections.abc import Iterator

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_sides import is_constructor

WITH_MEMBERS = "its members went there"
_MOST = 0.5  # of its members, of a type that keeps its name
_NEARLY_ALL = 0.8  # of one that has another name, and it has most of the members of that


def followed(pairing: Pairing) -> Iterator[Match]:
    """Free types whose members have their pairs in one free type by now."""
    for old in tuple(pairing.free_old()):
        if not pairing.old.is_container(old):
            continue
        ones = [one for one in pairing.old.members.get(old.id, ()) if not is_constructor(one)]
        went = Counter(
            container.id
            for one in ones
            if (match := pairing.matches.get(one.id)) is not None
            and (container := pairing.new.container(match.new)) is not None
        )
        for new_id, count in went.most_common(1):
            new = pairing.new.by_id[new_id]
            if new_id not in pairing.taken and _follows(pairing, old, new, count, len(ones)):
                yield Match(old, new, how=WITH_MEMBERS, score=0.9)


def _follows(pairing: Pairing, old: Symbol, new: Symbol, count: int, of_all: int) -> bool:
    if pairing.old.group(old) != pairing.new.group(new) or old.kind is not new.kind:
        return False
    if old.last == new.last:
        return count >= _MOST * of_all
    theirs = [one for one in pairing.new.members[new.id] if not is_constructor(one)]
    return count > 1 and count >= _NEARLY_ALL * max(of_all, 1) and count >= _MOST * len(theirs)
