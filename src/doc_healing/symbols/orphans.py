"""Documentation of what is not there any more: it named a symbol at the base and names none now.

Differential and strict: a word that never named anything alarms nobody, and neither does what
speaks of the past on purpose.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from doc_healing.model import (
    MAYBE,
    ChangeKind,
    Reference,
    Symbol,
    SymbolChange,
    SymbolKind,
    Visibility,
)
from doc_healing.symbols.confidence import LIKELY
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.migrations import Migration, successor
from doc_healing.symbols.names import parts
from doc_healing.symbols.past import is_log, of_older_versions, speaks_of_the_past
from doc_healing.symbols.prose import ONLY
from doc_healing.symbols.successors import CONFIGURED

_SURE = {True: 0.6, False: 0.7}  # in a block, in prose
_CONFIGURED = 0.99  # the project itself says so
_LONG = 6  # letters: a shorter name may be anybody's


@dataclass(frozen=True, slots=True)
class Orphan:
    """A place that names what was deleted, and what its reader may be told instead."""

    reference: Reference
    symbol: Symbol  # of the base
    name: str  # as readers knew it
    successor: str = ""  # the public name of what replaces it
    confidence: float = 0.0  # of the successor
    evidence: tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        """What to do, in words."""
        if not self.successor:
            return "no successor is known: remove it"
        likely = self.confidence >= LIKELY
        return f"use `{self.successor}`" if likely else f"perhaps `{self.successor}` does it now"


@dataclass(frozen=True, slots=True)
class Placed:
    """A reference as the base resolves it, with the text around it."""

    reference: Reference
    around: str = ""
    row: str = ""  # the whole line that it stands in
    headings: str = ""
    loose: bool = False  # in prose and outside of back-ticks

    @property
    def at(self) -> tuple[str, int, int]:
        """Where it stands."""
        return self.reference.path, self.reference.line, self.reference.column


def orphans(
    then: Iterable[Placed],
    now: Iterable[Reference],
    base: Lookup,
    head: Lookup,
    changes: Sequence[SymbolChange],
    documents: Mapping[str, str],
    migrations: Sequence[Migration] = (),
    unsaid: Callable[[frozenset[str]], frozenset[str]] = lambda _: frozenset(),
) -> list[Orphan]:
    """The places whose symbols are gone.

    `then` are the references of the head's documents as the base resolves them, `now` as the head
    does: a place that leads anywhere in the head is no orphan. `documents` are the texts of the
    base's documents: what a page did not say then, it says of something else. What `migrations`
    name as the successor outranks what the changes tell. `unsaid` gives those of some names that
    stand nowhere in the head's code: one of these is gone, whoever's member it was.
    """
    alive = {(one.path, one.line, one.column) for one in now if one.confidence >= MAYBE}
    became = {change.old.id: change for change in changes if change.old is not None}
    told = list(then)
    older = of_older_versions({*documents, *(one.reference.path for one in told)})
    open_ = [
        one
        for one in told
        if one.at not in alive and one.reference.path not in older and not _of_the_past(one)
    ]
    own = {
        (one.reference.path, one.reference.snippet)
        for one in told
        if one.reference.confidence >= _SURE[True] or _is_type(one, base)
    }
    found: dict[tuple[str, int, str], Orphan] = {}
    sure = [one for one in open_ if _is_gone(one, base, head, documents)]
    for placed, name in [
        *((one, "") for one in sure),
        *_vanished(open_, own, base, documents, unsaid),
    ]:
        one, symbol = placed.reference, base.symbols[placed.reference.symbol]
        page = documents.get(one.path, "")
        orphan = _orphan(one, symbol, name or _name(symbol, base, page), base, head, became)
        instead = successor(symbol, base, head, migrations)
        if instead is not None and _offered(instead, head):
            shown = head.shown(instead)
            orphan = Orphan(one, symbol, orphan.name, shown, _CONFIGURED, (CONFIGURED,))
        found.setdefault((one.path, one.line, symbol.last), orphan)
    return sorted(found.values(), key=lambda each: (each.reference.path, each.reference.line))


def _of_the_past(placed: Placed) -> bool:
    one = placed.reference
    block = one.snippet is not None
    return is_log(one.path) or speaks_of_the_past(placed.around, placed.headings, of_block=block)


def _is_gone(placed: Placed, base: Lookup, head: Lookup, documents: Mapping[str, str]) -> bool:
    """Whether a place surely named a symbol that readers had, and have no more."""
    one = placed.reference
    if one.confidence < _SURE[one.snippet is not None]:
        return False
    symbol = base.symbols[one.symbol]
    return (
        _was_there(placed, symbol, documents)
        and _offered(symbol, base)
        and _certain(one, symbol, base, head)
        and _spoken_of(one, symbol, base, documents)
        and _gone(symbol, base, head)
    )


def _vanished(
    open_: Sequence[Placed],
    own: Collection[tuple[str, int | None]],
    base: Lookup,
    documents: Mapping[str, str],
    unsaid: Callable[[frozenset[str]], frozenset[str]],
) -> Iterator[tuple[Placed, str]]:
    """The places that perhaps named a member whose very name is nowhere in the code any more.

    A name of several words, that readers had: of whatever type it was one, nothing has it now.
    In a block, only where that is one of `own`, which surely use the project. With a place comes
    the name where several had it, else nothing.
    """
    likely: dict[tuple[str, int, int], list[Placed]] = {}
    for placed in open_:
        one = placed.reference
        symbol = base.symbols[one.symbol]
        near = one.snippet is None or (one.path, one.snippet) in own
        if placed.loose or not near or not _telling(symbol) or not _offered(symbol, base):
            continue
        if _was_there(placed, symbol, documents):
            likely.setdefault(placed.at, []).append(placed)
    names = frozenset(base.symbols[each[0].reference.symbol].last for each in likely.values())
    lost = unsaid(names) if names else frozenset()
    for each in likely.values():
        best = max(each, key=lambda one: one.reference.confidence)
        symbols = [base.symbols[one.reference.symbol] for one in each]
        if symbols[0].last in lost:
            several = len({(one.path, one.container) for one in symbols}) > 1
            yield best, symbols[0].last if several else ""


def _is_type(placed: Placed, base: Lookup) -> bool:
    """Whether a place names a type of the project, by a name that is nobody else's."""
    symbol = base.symbols[placed.reference.symbol]
    named = placed.reference.confidence >= MAYBE and symbol.kind is SymbolKind.TYPE
    return named and not symbol.container and _telling(symbol) and symbol.id in base.public


def _telling(symbol: Symbol) -> bool:
    return len(symbol.last) >= _LONG and len(parts(symbol.last)) > 1


def _name(symbol: Symbol, base: Lookup, page: str) -> str:
    """The name by which the page's readers had it: from a module that the page names, if any."""
    names = [
        f"{module}.{name}" for module, name in base.public.get(symbol.id, ()) if module in page
    ]
    return min(names, key=len) if names and not symbol.container else base.shown(symbol)


def _was_there(placed: Placed, symbol: Symbol, documents: Mapping[str, str]) -> bool:
    """Whether the page named it at the base; of a new page, whether another one had that line."""
    text = documents.get(placed.reference.path)
    if text is not None:
        return symbol.last in text
    return bool(placed.row) and any(placed.row in other for other in documents.values())


def _spoken_of(one: Reference, symbol: Symbol, base: Lookup, documents: Mapping[str, str]) -> bool:
    """Whether a bare word surely means it: of a root, or of a module that the page names."""
    if one.snippet is not None or symbol.container or re.search(r"[.:#]", one.text):
        return True
    if symbol.kind is SymbolKind.TYPE and _telling(symbol):
        return True
    language, text = base.languages[symbol.path], documents.get(one.path, "")
    modules = [module for module, _ in base.public.get(symbol.id, ())]
    return any(not base.around(module, language) or module in text for module in modules)


def _certain(one: Reference, symbol: Symbol, base: Lookup, head: Lookup) -> bool:
    """Whether it is surely that symbol: a member is, of a type that the place names as well."""
    if not symbol.container:
        return not _homonymous(one, symbol, base, head)
    owners = base.owners(symbol)
    if not owners or any(owner.kind is not SymbolKind.TYPE for owner in owners):
        return False
    if any(owner.last in one.text for owner in owners):
        return True
    left = head.usable(symbol.last, base.languages[symbol.path])
    return not left and one.reason != ONLY


def _homonymous(one: Reference, symbol: Symbol, base: Lookup, head: Lookup) -> bool:
    """Whether a bare word of prose may as well mean a member that is still there."""
    if one.snippet is not None or re.search(r"\.|::|[#(!]", one.text):
        return False
    left = head.usable(symbol.last, base.languages[symbol.path])
    return any(one.container for one in left)


def _offered(symbol: Symbol, base: Lookup) -> bool:
    """Whether a reader could use it: it or the type that it belongs to had a public name."""
    if symbol.visibility is not Visibility.PUBLIC and symbol.visibility is not Visibility.PROTECTED:
        return False
    owners = base.owners(symbol) if symbol.container else [symbol]
    return any(one.id in base.public or (one.container and _offered(one, base)) for one in owners)


def _gone(symbol: Symbol, base: Lookup, head: Lookup) -> bool:
    """Whether no name under which readers had it leads anywhere now."""
    for module, name in base.public.get(symbol.id, ()):
        language = base.languages[symbol.path]
        if head.offered(module, name, language):
            return False
    if symbol.container:
        return not any(_keeps(owner, symbol, head) for owner in _successors(symbol, base, head))
    return not _bound(symbol.last, head) and not _defined(symbol, base, head)


def _successors(symbol: Symbol, base: Lookup, head: Lookup) -> Iterator[Symbol]:
    """The types of the head that go by the name of what the symbol was a member of."""
    for owner in base.owners(symbol):
        for one in head.by_last.get(owner.last, ()):
            if head.languages.get(one.path) == base.languages[symbol.path]:
                yield one


def _keeps(owner: Symbol, symbol: Symbol, head: Lookup) -> bool:
    """Whether a type still has a member of that name, or may have one that nobody sees."""
    if head.members(owner, symbol.last):
        return True
    if any(head.members(owner, name) for name in ("__getattr__", "__getattribute__")):
        return True
    known = {one.last for one in head.bases(owner)}
    return any(re.split(r"\.|::", text)[-1] not in known | _PLAIN for text in owner.bases)


_PLAIN = frozenset({"object", "Generic", "Protocol", "ABC", "Enum", "Exception", "NamedTuple"})


def _bound(name: str, head: Lookup) -> bool:
    """Whether a file of the head takes that name from elsewhere, to offer it on perhaps."""
    return any(
        one.name == name
        for path, outline in head.outlines.items()
        if path in head.offering
        for one in outline.imports
    )


def _defined(symbol: Symbol, base: Lookup, head: Lookup) -> bool:
    """Whether something of its name is public in the head, wherever it is by now."""
    return any(
        one.id in head.public and head.languages[one.path] == base.languages[symbol.path]
        for one in head.by_last.get(symbol.last, ())
        if one.kind is symbol.kind and _same_place(one, symbol, head)
    )


def _same_place(one: Symbol, symbol: Symbol, head: Lookup) -> bool:
    """Whether it stands where the other did: in its file, of Go in its package."""
    if head.languages[one.path] == "go":
        return one.path.rpartition("/")[0] == symbol.path.rpartition("/")[0]
    return one.path == symbol.path


def _orphan(
    one: Reference,
    symbol: Symbol,
    name: str,
    base: Lookup,
    head: Lookup,
    became: Mapping[str, SymbolChange],
) -> Orphan:
    change = became.get(symbol.id)
    if change is None or change.new is None or change.kind is ChangeKind.REMOVED:
        return _declared(one, symbol, name, base, head)
    offered = _offered(change.new, head)
    shown = head.shown(change.new)
    if not offered or shown == name:
        return Orphan(one, symbol, name)
    return Orphan(one, symbol, name, shown, change.confidence, change.evidence)


def _declared(one: Reference, symbol: Symbol, name: str, base: Lookup, head: Lookup) -> Orphan:
    """What its author said to use, as long as it was still there; of an overload as well."""
    for same in base.tops[symbol.path].get(symbol.name, [symbol]):
        said = re.sub(r"\(\)$", "", same.successor).strip("`")
        last = re.split(r"[.#:]+", said)[-1] if said else ""
        for candidate in head.by_last.get(last, ()) if last else ():
            if _offered(candidate, head):
                words = ("its deprecation named it",)
                return Orphan(one, symbol, name, head.shown(candidate), 0.9, words)
    return Orphan(one, symbol, name)
