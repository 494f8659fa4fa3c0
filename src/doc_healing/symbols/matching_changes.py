"""From pairs to changes: what a reader of the code would be told, and why it is believed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from doc_healing.model import (
    ChangeKind,
    ParameterChange,
    Symbol,
    SymbolChange,
    SymbolKind,
)
from doc_healing.symbols.confidence import most
from doc_healing.symbols.formatting import same_code
from doc_healing.symbols.matching_kept import ALIAS, PASSED_ON, Kept, kept, untold
from doc_healing.symbols.matching_pairs import Match, Pairing
from doc_healing.symbols.matching_rest import MOST_CANDIDATES, is_public, of_rest
from doc_healing.symbols.matching_sides import own_name
from doc_healing.symbols.signatures import differences
from doc_healing.symbols.successors import SAID, said_of

_TIED = 0.5  # no more sure than this is one of several that fit equally well
_SAME_NAME = 0.99


def changes(pairing: Pairing) -> tuple[SymbolChange, ...]:
    """All changes, by where the symbols are now."""
    found: list[SymbolChange] = []
    stayed = kept(pairing)
    for match in (*pairing.matches.values(), *pairing.copies):
        if match.old.id in stayed:
            found.extend(_of_kept(pairing, match, stayed[match.old.id]))
        else:
            found.extend(_of_match(pairing, match))
    found.extend(of_rest(pairing, untold(pairing, stayed)))
    return tuple(sorted(found, key=_order))


def _order(change: SymbolChange) -> tuple[str, int, str, str]:
    symbol = change.new or change.old
    assert symbol is not None  # a change has a side
    return symbol.path, symbol.line, symbol.name, change.kind.value


def _of_match(pairing: Pairing, match: Match) -> Iterator[SymbolChange]:
    old, new = match.old, match.new
    parameters = differences(old, new)
    kind = _kind(pairing, match, parameters)
    if new.deprecated is not None and old.deprecated is None:
        yield _deprecated(pairing, match, parameters)
        if kind in (ChangeKind.SIGNATURE_CHANGED, ChangeKind.BODY_CHANGED):
            return
    if kind is not None:
        yield _change(pairing, match, kind, parameters)


def _of_kept(pairing: Pairing, match: Match, one: Kept) -> Iterator[SymbolChange]:
    """What its old name is deprecated for is told with that; an alias says that it was renamed."""
    if not one.deprecated:
        for change in _of_match(pairing, match):
            yield replace(change, evidence=(*change.evidence, ALIAS))
        return
    here = Match(one.old, one.name)
    change = _change(pairing, here, ChangeKind.DEPRECATED, differences(one.old, one.name))
    said = said_of(pairing, one.old, one.name)
    reasons = (PASSED_ON, SAID) if said is one.successor else (PASSED_ON,)
    yield replace(change, candidates=(one.successor,), evidence=(*change.evidence, *reasons))


def _kind(
    pairing: Pairing, match: Match, parameters: Sequence[ParameterChange]
) -> ChangeKind | None:
    old, new = match.old, match.new
    if own_name(old) != own_name(new):
        return ChangeKind.RENAMED
    if not pairing.same_place(old, new) or _left_file(pairing, match):
        return ChangeKind.MOVED
    if parameters:
        return ChangeKind.SIGNATURE_CHANGED
    return ChangeKind.BODY_CHANGED if _other_code(pairing, old, new) else None


def _other_code(pairing: Pairing, old: Symbol, new: Symbol) -> bool:
    """Whether it may behave otherwise: digests know neither indentation nor formatters."""
    if not old.digest or not new.digest:
        return old.digest != new.digest
    language = pairing.old.language(old.path)
    if old.digest == new.digest and language != "python":
        return False
    left, right = pairing.old.body(old).data, pairing.new.body(new).data
    if old.last != new.last:  # a constructor is called as its type is
        left = left.replace(old.last.encode(), new.last.encode())
    return not same_code(language, left, right)


def _left_file(pairing: Pairing, match: Match) -> bool:
    """Whether what stands at the top of a file is in another one: a package may span them."""
    old, new = match.old, match.new
    member = old.container or new.container
    if member and (pairing.new.language(new.path) != "go" or new.kind is not SymbolKind.METHOD):
        return False  # methods of Go stand at the top of a file as well
    if old.path == new.path:
        return False
    package = pairing.new.outlines[new.path].package
    spans = "." in package and package == pairing.old.outlines[old.path].package
    return not spans


def _change(
    pairing: Pairing, match: Match, kind: ChangeKind, parameters: Sequence[ParameterChange]
) -> SymbolChange:
    old, new = match.old, match.new
    language = pairing.old.language(old.path)
    sure = _sure(pairing, match, language)
    if match.declared:
        sure = max(sure, _SAME_NAME)
    if match.tied:
        sure = min(sure, _TIED)
    return SymbolChange(
        kind,
        language,
        old,
        new,
        sure,
        tuple(_evidence(pairing, match)),
        tuple(parameters),
        match.rivals[:MOST_CANDIDATES],
        public=is_public(pairing, old, new),
    )


def _sure(pairing: Pairing, match: Match, language: str) -> float:
    if match.traits is None:
        least = _TIED if _other_members(pairing, match) else _SAME_NAME
        return _SAME_NAME * match.score if match.how else least
    sides = ((pairing.old, match.old), (pairing.new, match.new))
    alone = all(len(side.by_last[symbol.last]) == 1 for side, symbol in sides)
    return min(match.chance(language), most(match.traits, alone))


def _other_members(pairing: Pairing, match: Match) -> bool:
    """Whether a type of that name in another file shares no member with it: it may be a new one."""
    old, new = match.old, match.new
    if match.declared or old.path == new.path or pairing.files.get(old.path) == new.path:
        return False
    before = {one.last for one in pairing.old.members.get(old.id, ())}
    after = {one.last for one in pairing.new.members.get(new.id, ())}
    return min(len(before), len(after)) > 1 and not before & after


def _evidence(pairing: Pairing, match: Match) -> Iterator[str]:
    old, new, traits = match.old, match.new, match.traits
    if match.declared:
        yield match.declared
    if pairing.files.get(old.path) == new.path and old.path != new.path:
        yield "file renamed"
    if not pairing.same_place(old, new):
        yield "moved"
    if match.how:
        yield match.how
    if traits is None:
        if own_name(old) == own_name(new):
            yield "same name"
        return
    if traits.equal:
        yield "equal body"
    elif traits.body >= 0.5:
        yield f"body {round(100 * traits.body)} % alike"
    if traits.votes:
        yield f"{traits.votes} call site{'s' if traits.votes > 1 else ''}"
    if traits.aligned:
        yield "definition changed in place"
    if traits.siblings:
        yield "others renamed in the same way"
    if match.tied:
        yield "tie"


def _deprecated(
    pairing: Pairing, match: Match, parameters: Sequence[ParameterChange]
) -> SymbolChange:
    change = _change(pairing, match, ChangeKind.DEPRECATED, parameters)
    successor = said_of(pairing, match.old, match.new)
    if successor is None:
        return change
    return replace(change, candidates=(successor,), evidence=(*change.evidence, SAID))
