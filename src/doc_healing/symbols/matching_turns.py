"""Names that went round among the definitions of one place: each has another one's body now."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Pairing

_LEAST_SIZE = 12  # words from which a body says anything at all
_LIKE = 0.7  # how alike a body and what it was under another name are
_BETTER = 0.15  # so much less its own name's body is like it
_MOST = 2_500  # pairs of one place: more of them are no exchange of names

Place = tuple[str, str, str]
Step = tuple[Symbol, Symbol]


def turned(pairing: Pairing, olds: Iterable[Symbol], news: Iterable[Symbol]) -> frozenset[str]:
    """The ids of old symbols whose name went to another one while they took a third one's.

    Two that changed names, three that rotated, and what is between the ends of a longer row. What
    is at an end of such a row goes with it: its body went on, or its name was taken.
    """
    left, right = _by_place(olds), _by_place(news)
    found: set[str] = set()
    for place in left.keys() & right.keys():
        found.update(_of_place(pairing, left[place], right[place]))
    return frozenset(found)


def _of_place(pairing: Pairing, olds: dict[str, Symbol], news: dict[str, Symbol]) -> Iterable[str]:
    own = {
        name: pairing.about(old, news[name])
        for name, old in olds.items()
        if name in news and old.digest != news[name].digest and _says(pairing, old, news[name])
    }
    own = {name: like for name, like in own.items() if like < _LIKE}
    if len(own) < 2:
        return ()
    steps = {old.last: new.last for old, new in _steps(pairing, olds, news, own)}
    came = {new: old for old, new in steps.items()}
    inner = {name for name in own if name in steps and name in came}
    ends = {steps[name] for name in inner} | {came[name] for name in inner}
    return {olds[name].id for name in inner | (ends & own.keys())}


def _says(pairing: Pairing, old: Symbol, new: Symbol) -> bool:
    return min(pairing.old.body(old).size, pairing.new.body(new).size) >= _LEAST_SIZE


def _steps(
    pairing: Pairing, olds: dict[str, Symbol], news: dict[str, Symbol], own: dict[str, float]
) -> Iterator[Step]:
    """What became what under another name, each taken once, the most alike first."""
    going = [old for name, old in olds.items() if name in own or name not in news]
    coming = [new for name, new in news.items() if name in own or name not in olds]
    if len(going) * len(coming) > _MOST:
        return
    rows = []
    for old, new in product(going, coming):
        least = max(_LIKE, own.get(old.last, 0.0) + _BETTER, own.get(new.last, 0.0) + _BETTER)
        like = pairing.about(old, new) if old.last != new.last else 0.0
        if like >= least and _says(pairing, old, new):
            rows.append((-like, old.line, new.line, old, new))
    seen: set[str] = set()
    for *_, old, new in sorted(rows, key=lambda row: row[:3]):
        if f"- {old.last}" not in seen and f"+ {new.last}" not in seen:
            seen |= {f"- {old.last}", f"+ {new.last}"}
            yield old, new


def _by_place(symbols: Iterable[Symbol]) -> dict[Place, dict[str, Symbol]]:
    """The symbols of each place by name, those of a name that is there twice left out."""
    ones = [symbol for symbol in symbols if symbol.digest]
    number = Counter((_place(one), one.last) for one in ones)
    found: defaultdict[Place, dict[str, Symbol]] = defaultdict(dict)
    for one in ones:
        if number[_place(one), one.last] == 1:
            found[_place(one)][one.last] = one
    return found


def _place(symbol: Symbol) -> Place:
    return symbol.path, symbol.container, symbol.kind.value
