"""The stages of a comparison: containers before members, names before bodies, then the rest."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from doc_healing.model import Symbol, SymbolKind
from doc_healing.symbols.confidence import ACCEPTED, TIE
from doc_healing.symbols.matching_copies import inherited, joined
from doc_healing.symbols.matching_members import followed
from doc_healing.symbols.matching_pairs import Key, Match, Pairing, add_all
from doc_healing.symbols.matching_rivals import Rivals
from doc_healing.symbols.matching_scores import scored
from doc_healing.symbols.matching_sides import Side, own_name
from doc_healing.symbols.matching_voted import voted
from doc_healing.symbols.splitting import Movements
from doc_healing.symbols.successors import migrated, stated

_MOST_OVERLOADS = 10_000  # pairs of one name: beyond, the rest are paired in their order
_DEEPEST = 1_000  # levels of containers: none of them waits any longer
_MOST_SITES = 0.5  # of the places where an old name was replaced
_LEAST_SITES = 2
_MANY = 3  # others that fit as well
_LEAST_SIZE = 12  # tokens from which a body says which of them it is
_FIRST = 0.8  # what is this sure is taken first, and speaks for what is beside it


def paired(pairing: Pairing, migrations: Sequence[tuple[str, str]] = ()) -> Pairing:
    """Add all pairs, best known first."""
    pairing.migrated.update((old.id, new) for old, new in migrated(pairing, migrations))
    add_all(pairing, stated(pairing, migrations))
    held = _containers(pairing)
    add_all(pairing, stated(pairing, ()))  # members of what has another name now
    held += _same_names(pairing, pairing.old.symbols, pairing.new.symbols)
    held += _other_kinds(pairing)
    movements = _movements(pairing)
    for group_of in ("container", "callable", "value"):
        for least in (_FIRST, ACCEPTED):
            _score(pairing, group_of, least, movements)
        if group_of == "container":
            held += _same_names(pairing, tuple(pairing.free_old()), tuple(pairing.free_new()))
            inherited(pairing)
            movements = _movements(pairing)
    add_all(pairing, held)
    movements = _movements(pairing)
    for group_of in ("callable", "value"):  # now that all that is beside them is known
        _score(pairing, group_of, ACCEPTED, movements)
    add_all(pairing, followed(pairing))
    add_all(pairing, voted(pairing))
    joined(pairing)
    return pairing


def _other_kinds(pairing: Pairing) -> list[Match]:
    """Pair what kept its name and place, and is a class instead of a function, or the like.

    What the bodies contradict is held back, and a value that shares its name with a function:
    where one of them is gone the other may well have been given its name.
    """
    rivals = Rivals(pairing, tuple(pairing.free_old()), tuple(pairing.free_new()))
    held = []
    for match in _of_other_kinds(pairing):
        if rivals.contradict(match) or not _a_type(pairing, match):
            held.append(match)
        else:
            add_all(pairing, [match])
    return held


def _a_type(pairing: Pairing, match: Match) -> bool:
    groups = pairing.old.group(match.old), pairing.new.group(match.new)
    return "container" in groups and match.old.path == match.new.path


def _of_other_kinds(pairing: Pairing) -> list[Match]:
    news = {(pairing.new.place(symbol), own_name(symbol)): symbol for symbol in pairing.free_new()}
    keyed = (((pairing.place(old), own_name(old)), old) for old in pairing.free_old())
    return [
        Match(old, news[key])
        for key, old in keyed
        if key in news
        and pairing.old.group(old) != pairing.new.group(news[key])
        and SymbolKind.MODULE not in (old.kind, news[key].kind)
    ]


def _containers(pairing: Pairing) -> list[Match]:
    """Types and objects, the outer ones first; what is held back for a better partner is given."""
    held: list[Match] = []
    old, new = pairing.old, pairing.new
    left = [symbol for symbol in old.symbols if _contains(old, symbol)]
    right = [symbol for symbol in new.symbols if _contains(new, symbol)]
    for depth in sorted({_depth(symbol) for symbol in left}):
        olds = [symbol for symbol in left if _depth(symbol) == depth]
        held += _same_names(pairing, olds, right)
        _score(pairing, "container", _FIRST, _movements(pairing), depth)
    return held


def _contains(side: Side, symbol: Symbol) -> bool:
    """Whether it has members, or is a type that might: an empty one keeps its name as well."""
    return side.is_container(symbol) or side.group(symbol) == "container"


def _movements(pairing: Pairing) -> Movements:
    stayed = ((match.old, match.new) for match in pairing.matches.values())
    return Movements(pairing.old, pairing.new, pairing.rarity, stayed)


def _same_names(pairing: Pairing, olds: Sequence[Symbol], news: Sequence[Symbol]) -> list[Match]:
    """Pair what is called the same at the same place; what its body contradicts is held back."""
    left = _by_key((pairing.old_key(symbol), symbol) for symbol in olds if _free(pairing, symbol))
    right = _by_key(
        (pairing.new_key(symbol), symbol) for symbol in news if symbol.id not in pairing.taken
    )
    rivals = Rivals(pairing, olds, news)
    held = []
    for key, ones in left.items():
        for match in _settled(pairing, ones, right.get(key, [])):
            if rivals.swapped(match):
                held.append(replace(match, swapped=True))
            elif rivals.contradict(match):
                held.append(match)
            else:
                pairing.add(match)
    return held


def _free(pairing: Pairing, old: Symbol) -> bool:
    return old.id not in pairing.matches


def _by_key(keyed: Iterable[tuple[Key, Symbol]]) -> dict[Key, list[Symbol]]:
    found: defaultdict[Key, list[Symbol]] = defaultdict(list)
    for key, symbol in keyed:
        found[key].append(symbol)
    return found


def _settled(pairing: Pairing, olds: Sequence[Symbol], news: Sequence[Symbol]) -> Iterator[Match]:
    """Which overload, or which of the files of a package, is which."""
    if not news:
        return
    if len(olds) == len(news) == 1:
        yield Match(olds[0], news[0])
        return
    for key_of in _OVERLOADS:
        waiting: defaultdict[object, deque[Symbol]] = defaultdict(deque)
        for new in news:
            waiting[key_of(new, new.path)].append(new)
        taken: set[str] = set()
        for old in olds:
            key = key_of(old, pairing.files.get(old.path, ""))
            if key is not None and waiting.get(key):
                new = waiting[key].popleft()
                taken |= {f"- {old.id}", f"+ {new.id}"}
                yield Match(old, new)
        olds = [symbol for symbol in olds if f"- {symbol.id}" not in taken]
        news = [symbol for symbol in news if f"+ {symbol.id}" not in taken]
    if len(olds) * len(news) > _MOST_OVERLOADS:
        yield from (Match(old, new) for old, new in zip(olds, news, strict=False))
    else:
        yield from _closest(pairing, olds, news)


def _of_file(symbol: Symbol, path: str) -> object:
    return path, symbol.discriminator


def _of_text(symbol: Symbol, _: str) -> object:
    return symbol.digest, symbol.discriminator


def _of_overload(symbol: Symbol, _: str) -> object:
    return symbol.discriminator


def _of_body(symbol: Symbol, _: str) -> object:
    return symbol.digest or None


_OVERLOADS = (_of_file, _of_text, _of_overload, _of_body)


def _closest(pairing: Pairing, olds: Sequence[Symbol], news: Sequence[Symbol]) -> Iterator[Match]:
    ranked = sorted(
        ((pairing.likeness(old, new)[0], old, new) for old in olds for new in news),
        key=lambda item: (-item[0], item[1].line, item[2].line),
    )
    seen: set[str] = set()
    for _, old, new in ranked:
        if f"- {old.id}" not in seen and f"+ {new.id}" not in seen:
            seen |= {f"- {old.id}", f"+ {new.id}"}
            yield Match(old, new)


def _depth(symbol: Symbol) -> int:
    return symbol.name.count(".")


def _score(
    pairing: Pairing, group_of: str, least: float, movements: Movements, deepest: int = _DEEPEST
) -> None:
    """Take the pairs that score enough, the best first; the close ones of each are its rivals.

    What is deeper than that still waits for its name.
    """
    olds = [s for s in pairing.free_old() if _fits(pairing.old, s, group_of)]
    news = [s for s in pairing.free_new() if _fits(pairing.new, s, group_of)]
    if deepest < _DEEPEST:
        olds = [symbol for symbol in olds if _depth(symbol) <= deepest]
        news = [symbol for symbol in news if _depth(symbol) <= deepest]
    if not olds or not news:
        return
    ranked = scored(pairing, olds, news, movements)
    near: defaultdict[str, list[Match]] = defaultdict(list)
    for match in ranked:
        near[f"- {match.old.id}"].append(match)
        near[f"+ {match.new.id}"].append(match)
    for match in ranked:
        if match.score < least:
            break
        if match.old.id in pairing.matches or match.new.id in pairing.taken:
            continue
        best = _at_home(pairing, match, near[f"- {match.old.id}"])
        others = (*near[f"- {best.old.id}"], *near[f"+ {best.new.id}"])
        found = _with_rivals(pairing, best, others)
        if not _by_chance(found):
            pairing.add(found)


def _at_home(pairing: Pairing, match: Match, others: Sequence[Match]) -> Match:
    """The pair of the same two names that stays in its place, where another type has the new one.

    Two types may both have been given the new name: callers tell the name, and not the type.
    """
    traits = match.traits
    if traits is None or not traits.votes or _distance(match) == 0:
        return match
    stay = (one for one in others if one.new.last == match.new.last and _distance(one) == 0)
    free = (one for one in stay if one.new.id not in pairing.taken)
    return next((replace(one, score=max(one.score, match.score)) for one in free), match)


def _by_chance(match: Match) -> bool:
    """Whether it is one of many that are as good: an empty object of the same name elsewhere."""
    traits = match.traits
    assert traits is not None  # it was scored
    many = len(match.rivals) >= _MANY and not traits.votes
    return many and traits.size < _LEAST_SIZE and _distance(match) > 0


def _fits(side: Side, symbol: Symbol, group_of: str) -> bool:
    """Whether it is of a group, and named by itself: `type Item` of an `impl` is not."""
    return side.group(symbol) == group_of and not {"associated", "trait"} <= symbol.flags


def _with_rivals(pairing: Pairing, match: Match, others: Sequence[Match]) -> Match:
    """With what fits as well; what is farther away does not, however alike it is."""
    rivals = [
        other
        for other in others
        if other is not match
        and _open(pairing, other)
        and not _overload(match, other)
        and other.score >= match.score - TIE
        and _distance(other) <= _distance(match)
    ]
    symbols = [other.new if other.old is match.old else other.old for other in rivals]
    symbols += _called_instead(pairing, match)
    told = tuple(dict.fromkeys(symbols))
    return Match(match.old, match.new, match.traits, match.score, rivals=told, tied=bool(told))


def _called_instead(pairing: Pairing, match: Match) -> list[Symbol]:
    """What most callers went over to, where it is another one than its body became."""
    traits, old = match.traits, match.old.last
    assert traits is not None  # it was scored
    if traits.votes or traits.against < _MOST_SITES:
        return []
    counted = {new: len(sites) for (was, new), sites in pairing.votes.sites.items() if was == old}
    name = max(counted, key=lambda new: counted[new])
    if counted[name] < _LEAST_SITES or name in pairing.old.by_last:
        return []
    group = pairing.new.group(match.new)
    return [one for one in pairing.new.by_last.get(name, ()) if pairing.new.group(one) == group][:1]


def _overload(match: Match, other: Match) -> bool:
    """Whether it says the same of the names: which of the overloads is which changes nothing."""
    return all(
        (one.path, one.name) == (two.path, two.name)
        for one, two in ((match.old, other.old), (match.new, other.new))
    )


def _open(pairing: Pairing, other: Match) -> bool:
    """Whether both are free, or in a pair that is a tie itself: the last one left is none surer."""
    left = pairing.matches.get(other.old.id)
    right = pairing.matches.get(pairing.taken.get(other.new.id, ""))
    return all(match is None or match.tied for match in (left, right))


def _distance(match: Match) -> int:
    """Whether it stays in its place, in its file, or in neither."""
    traits = match.traits
    assert traits is not None  # it was scored
    return 0 if traits.shape.startswith("rename") else 2 - traits.files
