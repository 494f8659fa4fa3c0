"""Documentation of what is not there any more: it named a symbol at the base and names none now.

Differential and strict: a word that never named anything alarms nobody, and neither does what
speaks of the past on purpose.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.migrations import Migration, successor
from doc_healing.symbols.prose import ONLY
from doc_healing.symbols.successors import CONFIGURED

_SURE = {True: 0.6, False: 0.7}  # in a block, in prose
_LIKELY = 0.7  # below it a new name is for those to judge who see both
_CONFIGURED = 0.99  # the project itself says so
_PAST = re.compile(
    r"(?i)\b(renam|remov|deprecat|no longer|formerly|previous|used to|replac|instead of|supersed"
    r"|legacy|migrat|dropp|obsolet|prior to|before v|older version|old name|breaking|upgrad"
    r"|changed in|since v|backport|will be|was called|were called|moved|not exist)"
)
_LOGS = re.compile(
    r"(?i)(^|/|[-_.])(changes?|changelog|history|news|releases?|release[-_]?notes|whats[-_]?new"
    r"|migrat\w*|upgrad\w*|blog|posts|adr|rfcs?|roadmap|todo)([-_./]|$)"
)


def is_log(path: str) -> bool:
    """Whether a file speaks of older versions by its nature: a changelog, a guide to migrate."""
    return bool(_LOGS.search(path))


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
        return f"use `{self.successor}`" if self.successor else "no successor is known: remove it"


@dataclass(frozen=True, slots=True)
class Placed:
    """A reference as the base resolves it, with the text around it."""

    reference: Reference
    around: str = ""
    row: str = ""  # the whole line that it stands in


def orphans(
    then: Iterable[Placed],
    now: Iterable[Reference],
    base: Lookup,
    head: Lookup,
    changes: Sequence[SymbolChange],
    documents: Mapping[str, str],
    migrations: Sequence[Migration] = (),
) -> list[Orphan]:
    """The places whose symbols are gone.

    `then` are the references of the head's documents as the base resolves them, `now` as the head
    does: a place that leads anywhere in the head is no orphan. `documents` are the texts of the
    base's documents: what a page did not say then, it says of something else. What `migrations`
    name as the successor outranks what the changes tell.
    """
    alive = {(one.path, one.line, one.column) for one in now if one.confidence >= MAYBE}
    became = {change.old.id: change for change in changes if change.old is not None}
    found: dict[tuple[str, int, str], Orphan] = {}
    for placed in then:
        one = placed.reference
        place = (one.path, one.line, one.column)
        symbol = base.symbols[one.symbol]
        renamed = _renamed(placed, symbol, became.get(symbol.id), head)
        sure = renamed or one.confidence >= _SURE[one.snippet is not None]
        if not sure or place in alive or _speaks_of_the_past(placed):
            continue
        if not _was_there(placed, symbol, documents):
            continue
        if not _offered(symbol, base) or not _certain(one, symbol, base, head, renamed):
            continue
        if not _spoken_of(one, symbol, base, documents):
            continue
        if not _gone(symbol, base, head):
            continue
        key = (one.path, one.line, symbol.name)
        orphan = _orphan(one, symbol, base, head, became.get(symbol.id))
        instead = successor(symbol, base, head, migrations)
        if instead is not None and _offered(instead, head):
            shown = head.shown(instead)
            orphan = Orphan(one, symbol, orphan.name, shown, _CONFIGURED, (CONFIGURED,))
        found.setdefault(key, orphan)
    return sorted(found.values(), key=lambda each: (each.reference.path, each.reference.line))


def _renamed(placed: Placed, symbol: Symbol, change: SymbolChange | None, head: Lookup) -> bool:
    """Whether what a word in back-ticks probably named surely has another name now.

    That is said of names of more than one word that nothing else has or had.
    """
    one = placed.reference
    if one.snippet is not None or one.reason != ONLY or change is None or change.new is None:
        return False
    marked = re.search(rf"`[^`]*{re.escape(one.text)}[^`]*`", f"{placed.row}\n{placed.around}")
    telling = re.search(r"_|[a-z0-9][A-Z]", symbol.last.strip("_"))
    left = head.by_last.get(symbol.last)
    public = _offered(change.new, head)
    return bool(marked and telling and public) and not left and change.confidence >= _LIKELY


def _was_there(placed: Placed, symbol: Symbol, documents: Mapping[str, str]) -> bool:
    """Whether the page named it at the base; of a new page, whether another one had that line."""
    text = documents.get(placed.reference.path)
    if text is not None:
        return symbol.last in text
    return bool(placed.row) and any(placed.row in other for other in documents.values())


def _speaks_of_the_past(placed: Placed) -> bool:
    return bool(_PAST.search(placed.around) or is_log(placed.reference.path))


def _spoken_of(one: Reference, symbol: Symbol, base: Lookup, documents: Mapping[str, str]) -> bool:
    """Whether a bare word surely means it: of a root, or of a module that the page names."""
    if one.snippet is not None or symbol.container or re.search(r"[.:#]", one.text):
        return True
    language, text = base.languages[symbol.path], documents.get(one.path, "")
    modules = [module for module, _ in base.public.get(symbol.id, ())]
    return any(not base.around(module, language) or module in text for module in modules)


def _certain(one: Reference, symbol: Symbol, base: Lookup, head: Lookup, renamed: bool) -> bool:
    """Whether it is surely that symbol: a member is, of a type that the place names as well."""
    if not symbol.container:
        return True
    owners = base.owners(symbol)
    if not owners or any(owner.kind is not SymbolKind.TYPE for owner in owners):
        return False
    if any(owner.last in one.text for owner in owners):
        return True
    left = head.usable(symbol.last, base.languages[symbol.path])
    return not left and (one.reason != ONLY or renamed)


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
    return not _bound(symbol.last, head) and not _defined(symbol, head)


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


def _defined(symbol: Symbol, head: Lookup) -> bool:
    """Whether something of its name is public in the head, wherever it is by now."""
    return any(
        one.id in head.public and head.languages[one.path] == symbol_language(symbol, head)
        for one in head.by_last.get(symbol.last, ())
        if one.kind is symbol.kind and one.path == symbol.path
    )


def symbol_language(symbol: Symbol, head: Lookup) -> str:
    """The language of the file that a symbol is in, as the head has it."""
    return head.languages.get(symbol.path, "")


def _orphan(
    one: Reference, symbol: Symbol, base: Lookup, head: Lookup, change: SymbolChange | None
) -> Orphan:
    name = base.shown(symbol)
    if change is None or change.new is None or change.kind is ChangeKind.REMOVED:
        return _declared(one, symbol, name, head)
    offered = _offered(change.new, head)
    shown = head.shown(change.new)
    if not offered or shown == name:
        return Orphan(one, symbol, name)
    return Orphan(one, symbol, name, shown, change.confidence, change.evidence)


def _declared(one: Reference, symbol: Symbol, name: str, head: Lookup) -> Orphan:
    """What its author said to use, as long as it was still there."""
    said = re.sub(r"\(\)$", "", symbol.successor).strip("`")
    last = re.split(r"[.#:]+", said)[-1] if said else ""
    for candidate in head.by_last.get(last, ()) if last else ():
        if _offered(candidate, head):
            words = ("its deprecation named it",)
            return Orphan(one, symbol, name, head.shown(candidate), 0.9, words)
    return Orphan(one, symbol, name)
