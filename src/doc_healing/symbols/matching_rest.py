"""What has no partner: removed and added, and what may be said of it nevertheless."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from doc_healing.model import ChangeKind, Symbol, SymbolChange, Visibility
from doc_healing.symbols.confidence import POSSIBLE
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_scores import scored
from doc_healing.symbols.splitting import Movements
from doc_healing.symbols.successors import CONFIGURED, SAID, said_of

MOST_CANDIDATES = 3
_LEAST_SIZE = 20  # tokens of a body that is no other one's by chance


def of_rest(pairing: Pairing, untold_of: Collection[str]) -> Iterator[SymbolChange]:
    """What is removed and added, with what may be its other side, and where its code is."""
    told = {one.id for match in pairing.copies for one in (match.old, match.new)}
    olds = [one for one in pairing.free_old() if one.id not in told]
    news = [one for one in pairing.free_new() if one.id not in told and one.id not in untold_of]
    possible: defaultdict[str, list[Match]] = defaultdict(list)
    stayed = ((match.old, match.new) for match in pairing.matches.values())
    movements = Movements(pairing.old, pairing.new, pairing.rarity, stayed)
    for match in scored(pairing, olds, news, movements):
        if match.score >= POSSIBLE:
            possible[f"- {match.old.id}"].append(match)
            possible[f"+ {match.new.id}"].append(match)
    origins = _Origins(pairing, movements)
    for old in olds:
        yield _removed(pairing, old, possible[f"- {old.id}"], origins.went(old))
    for new in news:
        yield _added(pairing, new, possible[f"+ {new.id}"], origins.came(new))


class _Origins:
    """Where the code of what was added came from, and that of what is gone went."""

    def __init__(self, pairing: Pairing, movements: Movements) -> None:
        self._pairing, self._movements = pairing, movements
        self._old, self._new = _by_body(pairing.old.symbols), _by_body(pairing.new.symbols)

    def came(self, new: Symbol) -> tuple[str, ...]:
        """In words; a copy of what is there still says what of."""
        source = self._movements.out_of(new)
        if source:
            return (f"extracted from {self._pairing.old.by_id[source].name}",)
        copied = self._old.get(new.digest)
        return (f"copied from {copied.name}",) if copied else ()

    def went(self, old: Symbol) -> tuple[str, ...]:
        """In words."""
        target = self._movements.put_into(old)
        if target:
            return (f"inlined into {self._pairing.new.by_id[target].name}",)
        equal = self._new.get(old.digest)
        return (f"{equal.name} has its body",) if equal else ()


def _by_body(symbols: Sequence[Symbol]) -> Mapping[str, Symbol]:
    """The first that has each body of some size."""
    found: dict[str, Symbol] = {}
    for one in symbols:
        if one.size >= _LEAST_SIZE:
            found.setdefault(one.digest, one)
    return found


def _removed(
    pairing: Pairing, old: Symbol, possible: Sequence[Match], why: tuple[str, ...]
) -> SymbolChange:
    language = pairing.old.language(old.path)
    sure = 1 - max((match.chance(language) for match in possible), default=0.0)
    candidates = tuple(match.new for match in possible[:MOST_CANDIDATES])
    evidence = (*why, "possible successor") if candidates else why
    if old.id in pairing.migrated:
        candidates, evidence = (pairing.migrated[old.id],), (CONFIGURED,)
    elif (successor := said_of(pairing, old, None)) is not None:
        candidates, evidence = (successor,), (SAID,)
    kind = ChangeKind.REMOVED
    public = is_public(pairing, old, None)
    return SymbolChange(
        kind, language, old, None, sure, evidence, candidates=candidates, public=public
    )


def _added(
    pairing: Pairing, new: Symbol, possible: Sequence[Match], why: tuple[str, ...]
) -> SymbolChange:
    language = pairing.new.language(new.path)
    sure = 1 - max((match.chance(language) for match in possible), default=0.0)
    candidates = tuple(match.old for match in possible[:MOST_CANDIDATES])
    public = is_public(pairing, None, new)
    return SymbolChange(
        ChangeKind.ADDED, language, None, new, sure, why, candidates=candidates, public=public
    )


def is_public(pairing: Pairing, old: Symbol | None, new: Symbol | None) -> bool:
    """Whether modifiers let others use it, on one of the sides, with all that it is within."""
    sides = ((pairing.old, old), (pairing.new, new))
    for side, symbol in sides:
        at = symbol
        while at is not None and at.visibility in (Visibility.PUBLIC, Visibility.PROTECTED):
            at = side.container(at)
        if symbol is not None and at is None:
            return True
    return False
