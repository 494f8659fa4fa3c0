"""What speaks for and against a pair of symbols whose names do not tell it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from doc_healing.model import Symbol
from doc_healing.symbols.confidence import Traits, alike, raw
from doc_healing.symbols.matching_bounds import (
    Known,
    highest,
    known_new,
    known_old,
    neighbours,
    shape,
)
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_sides import Place, own_name
from doc_healing.symbols.names import likeness, parts
from doc_healing.symbols.signatures import declared, parameter_likeness
from doc_healing.symbols.splitting import Movements
from doc_healing.symbols.statements import NOTHING

_MOST_PAIRS = 40_000  # beyond it only pairs that share a rare word are looked at
_RARE = 6  # definitions that have a rare word, at most
_BESIDE = 4  # before and behind the spot in its place
_MOST_NAMESAKES = 50  # of those that have its name, where there are very many of all
_SIZE_RATIO = 0.15
_MISSPELT = 0.9  # names that are this much alike may be of bodies of any size
_MADE = 0.7  # how alike a method and a constructor are of which one became the other
_NAMED = 0.8  # of a constant that says and is called the same as no other one
_WORTH = 0.02  # what scores less is not kept as a rival either


def scored(
    pairing: Pairing, olds: Sequence[Symbol], news: Sequence[Symbol], movements: Movements
) -> list[Match]:
    """All pairs of free symbols that are worth a thought, the best first."""
    if not olds or not news:
        return []
    unique = _Unique(olds, news)
    thought = [
        Match(old.symbol, new.symbol, _traits(pairing, old, new, unique, movements))
        for old, new in _candidates(pairing, olds, news)
        if highest(pairing, old, new) >= _WORTH
    ]
    found = []
    for match in _ranked(pairing, thought):
        if match.score >= _WORTH:
            pairing.considered[match.old.id, match.new.id] = match
            found.append(match)
    found.sort(key=_best_first)
    return found


def _ranked(pairing: Pairing, thought: Sequence[Match]) -> Iterator[Match]:
    """With their scores, once it is known how far each is ahead of those beside it."""
    bodies, names = _Rows(), _Rows()
    for match in thought:
        bodies.add(match, alike(_known(match)))
        names.add(match, _known(match).name)
    for match in thought:
        traits = _known(match)
        lead, ahead = bodies.lead(match, alike(traits)), names.lead(match, traits.name)
        traits = replace(traits, lead=lead, ahead=ahead)
        least = _NAMED if _same_constant(pairing, match) else 0.0
        yield replace(match, traits=traits, score=max(raw(traits), least))


def _known(match: Match) -> Traits:
    assert match.traits is not None  # it was compared
    return match.traits


def _stays(match: Match) -> bool:
    return _known(match).shape.startswith("rename")


class _Rows:
    """The two highest numbers of the pairs of each symbol: what is farther away is no rival."""

    def __init__(self) -> None:
        self._best: dict[tuple[str, bool], tuple[float, float]] = {}

    def add(self, match: Match, value: float) -> None:
        for near in (True, False) if _stays(match) else (False,):
            for id_ in (f"- {match.old.id}", f"+ {match.new.id}"):
                first, second = self._best.get((id_, near), (0.0, 0.0))
                best = (value, first) if value > first else (first, max(second, value))
                self._best[id_, near] = best

    def lead(self, match: Match, value: float) -> float:
        """How much more a pair has than any other of its symbols."""
        others = 0.0
        for id_ in (f"- {match.old.id}", f"+ {match.new.id}"):
            first, second = self._best[id_, _stays(match)]
            others = max(others, second if value == first else first)
        return value - others


def _same_constant(pairing: Pairing, match: Match) -> bool:
    """Whether a constant of a module stands in another one, with its own telling name and value."""
    old, new, traits = match.old, match.new, _known(match)
    if traits.shape != "move value" or not traits.equal:
        return False
    named = (pairing.old.by_last[old.last], pairing.new.by_last[new.last])
    return (
        len(parts(old.last)) > 1
        and not (old.container or new.container)
        and all(len(ones) == 1 for ones in named)
    )


def _best_first(match: Match) -> tuple[float, float, str, str]:
    """What scores almost the same is ordered by place: a copy elsewhere must not be taken."""
    traits = _known(match)
    near = traits.shape.startswith("rename") + traits.files + traits.name
    return -round(match.score, 2), -near, match.old.id, match.new.id


class _Unique:
    def __init__(self, olds: Iterable[Symbol], news: Iterable[Symbol]) -> None:
        olds, news = tuple(olds), tuple(news)
        self._bodies = (_counted(olds, "digest"), _counted(news, "digest"))
        self._names = (_counted(olds, "last"), _counted(news, "last"))

    def __call__(self, old: Symbol, new: Symbol) -> bool:
        if old.digest and old.digest == new.digest:
            return max(side[old.digest] for side in self._bodies) == 1
        return max(self._names[0][old.last], self._names[1][new.last]) == 1


def _counted(symbols: Iterable[Symbol], field: str) -> Counter[str]:
    return Counter(getattr(symbol, field) for symbol in symbols)


def _traits(
    pairing: Pairing, left: Known, right: Known, unique: _Unique, movements: Movements
) -> Traits:
    old, new = left.symbol, right.symbol
    votes = pairing.votes
    sites = votes.for_pair(old.last, new.last)
    own = [site for site in sites if site.old_line == old.line and site.new_line == new.line]
    body, lines = pairing.likeness(old, new)
    renamed = old.last != new.last
    callers = len(sites) - len(own)
    same = pairing.mapped(old, new) if left.group == "callable" else NOTHING
    return Traits(
        shape=shape(left, right),
        body=body,
        lines=lines,
        name=likeness(old.last, new.last),
        parameters=_inside(pairing, old, new),
        equal=bool(old.digest) and old.digest == new.digest,
        size=min(left.size, right.size),
        votes=callers if renamed else 0,
        share=_share(pairing, old, new) if renamed else 0.0,
        against=pairing.callers.against(old.last, new.last) if renamed else 0.0,
        aligned=bool(own),
        neighbours=neighbours(left, right),
        siblings=pairing.names[old.last, new.last] if renamed else 0,
        gone=left.moved if renamed else 0.0,
        fresh=right.moved if renamed else 0.0,
        unique=unique(old, new),
        files=pairing.files.get(old.path, "") == new.path,
        elsewhere=movements.elsewhere(old, new, body),
        mapped=same.both,
        exact=same.exact,
        inside=same.inside,
        consistent=same.consistent,
        declared=declared(old, new),
    )


def _share(pairing: Pairing, old: Symbol, new: Symbol) -> float:
    return max(votes.share(old.last, new.last) for votes in (pairing.votes, pairing.callers))


def _inside(pairing: Pairing, old: Symbol, new: Symbol) -> float:
    """How alike the parameters are; of a container the names of its members."""
    left, right = pairing.old.members.get(old.id), pairing.new.members.get(new.id)
    if not left or not right:
        return parameter_likeness(old, new)
    one, two = {own_name(member) for member in left}, {own_name(member) for member in right}
    gone, come = one - two, two - one
    renamed = sum(any(pairing.votes.for_pair(was, now) for now in come) for was in gone)
    return 2 * (len(one & two) + min(renamed, len(come))) / (len(one) + len(two))


def _candidates(
    pairing: Pairing, olds: Sequence[Symbol], news: Sequence[Symbol]
) -> Iterator[tuple[Known, Known]]:
    by_kind: defaultdict[tuple[str, str], list[Known]] = defaultdict(list)
    for new in (known_new(pairing, symbol) for symbol in news):
        by_kind[pairing.new.language(new.symbol.path), new.group].append(new)
    lefts = [known_old(pairing, symbol) for symbol in olds]
    keys = [(pairing.old.language(old.symbol.path), old.group) for old in lefts]
    all_pairs = sum(len(by_kind[key]) for key in keys)
    indexes = None
    ranks: Mapping[str, float] = {}
    if all_pairs > _MOST_PAIRS:
        indexes = {key: _Index(pairing, by_kind[key]) for key in set(keys)}
        ranks = _ranks(lefts)
    for old, key in zip(lefts, keys, strict=True):
        fitting = by_kind[key]
        if indexes is None:
            near: Iterable[Known] = fitting
        else:
            near = indexes[key].near(pairing, old, ranks[old.symbol.id])
        for new in near:
            if _thinkable(pairing, old, new):
                yield old, new


def _thinkable(pairing: Pairing, old: Known, new: Known) -> bool:
    if old.constructor or new.constructor:
        return _made(pairing, old, new)
    if old.own == new.own:
        return old.place != new.place  # else they are told by their name
    if min(old.size, new.size) >= _SIZE_RATIO * max(old.size, new.size):
        return True
    one, two = old.symbol.last, new.symbol.last
    if (one, two) in pairing.votes.sites:
        return True
    return old.place == new.place and likeness(one, two) >= _MISSPELT


def _made(pairing: Pairing, old: Known, new: Known) -> bool:
    """Whether a method of the same type may have become its constructor, or the reverse."""
    if old.constructor is new.constructor or old.place != new.place:
        return False
    return min(pairing.likeness(old.symbol, new.symbol)) >= _MADE


class _Index:
    """Where there are very many: those that share a name, a rare word or a spot, or are voted."""

    def __init__(self, pairing: Pairing, news: Sequence[Known]) -> None:
        self._news = news
        self._words: defaultdict[bytes, list[int]] = defaultdict(list)
        self._places: defaultdict[Place, list[int]] = defaultdict(list)
        self._voted: defaultdict[str, list[bytes]] = defaultdict(list)
        for was, now in pairing.votes.sites:
            self._voted[was].append(b"\0" + now.encode())
        for at, known in enumerate(news):
            new = known.symbol
            self._places[known.place].append(at)
            for word in pairing.new.body(new).bag:
                self._words[word].append(at)
            if new.digest:
                self._words[b"\1" + new.digest.encode()].append(at)
            self._words[b"\0" + new.last.encode()].append(at)

    def near(self, pairing: Pairing, known: Known, rank: float) -> Iterator[Known]:
        """Those that an old one may have become; `rank` is where it stands in its place, 0 to 1."""
        old, none = known.symbol, ()
        names = (b"\0" + old.last.encode(), *self._voted.get(old.last, ()))
        own = (at for name in names for at in self._words.get(name, none)[:_MOST_NAMESAKES])
        words = (b"\1" + old.digest.encode(), *pairing.old.body(old).bag)
        rare = (row for row in (self._words.get(word, none) for word in words) if len(row) <= _RARE)
        row = self._places.get(known.place, none)
        at = int(rank * len(row))
        spot = row[max(at - _BESIDE, 0) : at + _BESIDE + 1]
        return (self._news[at] for at in sorted(frozenset(own).union(spot, *rare)))


def _ranks(olds: Sequence[Known]) -> Mapping[str, float]:
    """Where each stands among those of its place, in the order of the text: 0 is first, 1 last."""
    rows: defaultdict[Place, list[str]] = defaultdict(list)
    for old in olds:
        rows[old.place].append(old.symbol.id)
    return {name: at / len(row) for row in rows.values() for at, name in enumerate(row)}
