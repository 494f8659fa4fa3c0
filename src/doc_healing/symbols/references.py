"""What the code of a snippet names: its uses, resolved to symbols, each as sure as it can be.

The ladder: 0.99 an imported name itself, 0.95 a member of what a constructor gave, 0.9 of what a
function says that it returns, 0.6 by a star import, 0.5 a member whose name nothing else has, and
0.2 one of several of that name, which chooses what is checked and never changes a text.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from doc_healing.model import (
    CALL,
    ELEMENT,
    Origin,
    Reference,
    Snippet,
    Symbol,
    SymbolKind,
    Use,
    UseKind,
)
from doc_healing.symbols.lookup import MEMBERS, Lookup, Place
from doc_healing.symbols.written import elements

SURE, TYPED, FACTORY, STARRED, UNIQUE, SEVERAL = 0.99, 0.95, 0.9, 0.6, 0.5, 0.2
_QUALIFIED = frozenset({"go"})  # snippets leave the imports of packages out
_MOST = 60  # references of one use: a name that more have says nothing


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An import or a member of the project's own that does not exist, and the nearest that does."""

    path: str
    line: int
    name: str
    nearest: str = ""
    snippet: int | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a use leads to; `modules` are those of the project that it loads."""

    use: Use
    symbols: tuple[tuple[Symbol, float, str], ...] = ()
    modules: tuple[str, ...] = ()
    missing: str = ""  # the name that the project's own module or type does not have
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class _State:
    """Where a walk stands: at these places, this sure of it, and for this reason."""

    places: tuple[Place, ...]
    confidence: float
    reason: str


def resolve(uses: Sequence[Use], language: str, known: Lookup) -> list[Resolved]:
    """What each use leads to in the project; of others' packages nothing."""
    return [_resolved(use, language, known) for use in uses]


def references(
    snippet: Snippet, resolved: Sequence[Resolved]
) -> tuple[list[Reference], list[Unresolved]]:
    """The references of a snippet, placed in its document, and what it names in vain."""
    found: dict[tuple[int, int, str], Reference] = {}
    missing: dict[tuple[int, str], Unresolved] = {}
    for one in resolved:
        path, line, column = placed(snippet, one.use)
        told = {f"{each[0].path}#{each[0].name}": each for each in reversed(_plain(one))}
        for symbol, confidence, reason in told.values():
            made = Reference(
                path=path,
                line=line,
                column=column,
                text=_text(one.use),
                symbol=symbol.id,
                kind=one.use.kind,
                confidence=confidence,
                reason=reason,
                snippet=snippet.index,
                arity=one.use.arity,
                keywords=one.use.keywords,
            )
            key = (line, column, symbol.id)
            if key not in found or found[key].confidence < confidence:
                found[key] = made
        if one.missing:
            gap = Unresolved(path, line, one.missing, one.nearest, snippet.index)
            missing.setdefault((line, one.missing), gap)
    return list(found.values()), list(missing.values())


def _plain(one: Resolved) -> list[tuple[Symbol, float, str]]:
    """What a use leads to, an implementation before its overloads: to a reader they are one."""
    return sorted(one.symbols, key=lambda each: "overload" in each[0].flags)


def placed(snippet: Snippet, use: Use) -> tuple[str, int, int]:
    """The path, line and column of a use in the file that holds the snippet's code."""
    at = min(max(use.line, 1), len(snippet.lines) or 1) - 1
    if not snippet.lines:
        return snippet.path, snippet.line, 1
    line = snippet.lines[at]
    return line.path, line.line, line.column + use.column - 1


def _resolved(use: Use, language: str, known: Lookup) -> Resolved:
    match use.origin:
        case Origin.IMPORTED:
            return _imported(use, language, known)
        case Origin.STAR:
            return _starred(use, language, known)
        case Origin.BARE:
            return _bare(use, language, known)
    return _received(use, language, known)


def _imported(use: Use, language: str, known: Lookup) -> Resolved:
    owned = known.owns(use.module, language)
    files = () if owned else known.files(use.module, language) if use.module else ()
    if not owned and not files:
        return Resolved(use)
    found = walk(use.module, use.names, language, known)
    state, rest, gap = found
    modules = (use.module, *_passed(use, language, known))
    modules = (*modules, *(one.module for one in state.places if one.module))
    if rest:
        guess = _received(replace(use, names=use.names[-1:]), language, known)
        return replace(guess, modules=modules, missing=gap[0], nearest=gap[1])
    told = tuple((one.symbol, state.confidence, state.reason) for one in state.places if one.symbol)
    return Resolved(use, told[:_MOST], tuple(dict.fromkeys(modules)))


def _passed(use: Use, language: str, known: Lookup) -> Iterator[str]:
    """The modules that a chain of names goes through: `a.b` of `a.b.f`."""
    module = use.module
    for step in use.names[:-1]:
        target = known.offered(module, step, language)
        if target is None or not target.module:
            return
        module = target.module
        yield module


def _starred(use: Use, language: str, known: Lookup) -> Resolved:
    modules = tuple(one for one in use.module.split() if known.owns(one, language))
    for module in modules:
        state, rest, _ = walk(module, use.names, language, known)
        if not rest and state.places:
            told = tuple(
                (one.symbol, min(STARRED, state.confidence), "by a star import")
                for one in state.places
                if one.symbol
            )
            return Resolved(use, told, modules)
    return Resolved(use, (), modules)


def _bare(use: Use, language: str, known: Lookup) -> Resolved:
    """A name that nothing in the snippet binds: the reader is expected to have it."""
    first = use.names[0] if use.names else ""
    near = known.modules.get((language, first), ()) if language in _QUALIFIED else ()
    whole = [first] if first in known.surface(language) else near if len(near) == 1 else ()
    for module in whole if len(use.names) > 1 else ():
        state, rest, _ = walk(module, use.names[1:], language, known)
        why = "by the name of its module"
        told = tuple((one.symbol, STARRED, why) for one in state.places if one.symbol)
        if told and not rest:
            return Resolved(use, told, (module,))
    for module in known.namespaces(first, language):
        state, rest, _ = walk(module, use.names[1:], language, known)
        told = tuple(
            (one.symbol, STARRED, "by its namespace") for one in state.places if one.symbol
        )
        if told and not rest:
            return Resolved(use, told, (module,))
    tops = [one for one in known.usable(first, language) if not one.container]
    offered = [one for one in tops if one.id in known.public] or tops
    if not offered:
        return _received(replace(use, names=use.names[-1:]), language, known)
    state = _State(
        tuple(Place(one) for one in offered),
        UNIQUE if len({one.name + one.path for one in offered}) == 1 else SEVERAL,
        "the only one of that name" if len(offered) == 1 else "one of several of that name",
    )
    for at, step in enumerate(use.names[1:], start=1):
        moved = _step(state, step, language, known)
        if not moved.places:
            return _received(replace(use, names=use.names[at:][-1:]), language, known)
        state = replace(moved, confidence=min(state.confidence, moved.confidence))
    told = tuple((one.symbol, state.confidence, state.reason) for one in state.places if one.symbol)
    return Resolved(use, told[:_MOST])


def _received(use: Use, language: str, known: Lookup) -> Resolved:
    """A member of something whose type is unknown."""
    steps = [step for step in use.names if step not in (CALL, ELEMENT)]
    if not steps:
        return Resolved(use)
    named = [one for one in known.usable(steps[-1], language) if _is_member(one)]
    owners = {(one.path, one.container) for one in named}
    if not named or len(named) > _MOST:
        return Resolved(use)
    confidence = UNIQUE if len(owners) == 1 else SEVERAL
    reason = "the only member of that name" if len(owners) == 1 else "one of several of that name"
    return Resolved(use, tuple((one, confidence, reason) for one in named))


def _is_member(one: Symbol) -> bool:
    """Of a type, or a function of an object; what a function keeps to itself is none."""
    if one.kind in MEMBERS:
        return True
    inside = one.kind is SymbolKind.FUNCTION and bool(one.container)
    return inside and "local" not in one.flags


# --- walking ------------------------------------------------------------------------------------


def walk(
    module: str, names: Sequence[str], language: str, known: Lookup
) -> tuple[_State, Sequence[str], tuple[str, str]]:
    """Where some steps from a module on lead: the last place, the steps that are left, the gap.

    The gap is the name that is not there and the nearest that is: both empty where nobody can
    tell, as for a member of what has no known type.
    """
    state = _State((Place(module=module),), SURE, "imported")
    for at, step in enumerate(names):
        moved = _step(state, step, language, known)
        if not moved.places and step == CALL and tuple(names[at + 1 : at + 2]) == (ELEMENT,):
            continue  # what it returns is a container, whose elements may be known
        if not moved.places:
            return state, names[at:], _gap(state, step, language, known)
        state = moved
    return state, (), ("", "")


def _step(state: _State, step: str, language: str, known: Lookup) -> _State:
    if step == CALL:
        return _called(state, language, known)
    if step == ELEMENT:
        return _element(state, known)
    confidence, reason = state.confidence, state.reason
    found: dict[tuple[str, str], Place] = {}
    for place in state.places:
        for one in _named(place, step, language, known):
            found.setdefault((one.symbol.id if one.symbol else "", one.module), one)
        if place.instance and confidence > TYPED:
            confidence, reason = TYPED, "a member of what its constructor gives"
    return _State(tuple(found.values()), confidence, reason)


def _named(place: Place, name: str, language: str, known: Lookup) -> Iterator[Place]:
    if place.symbol is None:
        yield from _of_module(place.module, name, language, known)
        return
    if place.instance or place.symbol.kind in (SymbolKind.TYPE, SymbolKind.MODULE):
        yield from (Place(one) for one in known.members(place.symbol, name))
        return
    inner = known.tops.get(place.symbol.path, {}).get(f"{place.symbol.name}.{name}", ())
    yield from (Place(one) for one in inner)  # of an object, of a function with members
    if not inner and place.symbol.kind in (SymbolKind.FIELD, SymbolKind.CONST):
        for made in _value(place.symbol, known):
            yield from (Place(one) for one in known.members(made, name))


def _of_module(module: str, name: str, language: str, known: Lookup) -> Iterator[Place]:
    offers = known.offers(module, name, language)
    for target in offers:
        if target.symbol in known.symbols:
            own = known.symbols[target.symbol]
            same = known.tops[own.path].get(own.name, [own])
            yield from (Place(one) for one in same)
        elif target.module:
            yield Place(module=target.module)
    if not offers:
        yield from _unoffered(module, name, language, known)


def _unoffered(module: str, name: str, language: str, known: Lookup) -> Iterator[Place]:
    """A member of what a module exports as a whole; what is not public and importable all the same.

    `require('x').get` is the member `get` of the default export, where that is all there is.
    """
    if language in ("javascript", "typescript") and name != "default":
        whole = [
            Place(known.symbols[one.symbol])
            for one in known.offers(module, "default", language)
            if one.symbol in known.symbols
        ]
        found = [inner for one in whole for inner in _named(one, name, language, known)]
        if found:
            yield from found
            return
    for file in known.files(module, language):
        if near := known.within(name, file):
            yield from near
            return
    if language == "python" and known.is_module(f"{module}.{name}", language):
        yield Place(module=f"{module}.{name}")


def _called(state: _State, language: str, known: Lookup) -> _State:
    """What calling gives: an instance of a class, what a function says that it returns."""
    found: dict[str, Place] = {}
    confidence, reason = state.confidence, state.reason
    for place in state.places:
        symbol = place.symbol
        if symbol is None:
            continue
        if symbol.kind is SymbolKind.TYPE and not place.instance:
            found.setdefault(symbol.id, Place(symbol, instance=True))
            confidence = min(confidence, TYPED)
            continue
        called = known.members(symbol, "__call__") if place.instance else [symbol]
        for one in called:
            values = _value(one, known)
            if not values and known.languages[one.path] == "javascript" and known.inside(one):
                found.setdefault(one.id, Place(one))  # a factory of an object: its members
            for made in values:
                found.setdefault(made.id, Place(made, instance=True))
                confidence, reason = min(confidence, FACTORY), "of what its factory returns"
    del language
    return _State(tuple(found.values()), confidence, reason)


def _element(state: _State, known: Lookup) -> _State:
    found: dict[str, Place] = {}
    for place in state.places:
        symbol = place.symbol
        if symbol is None:
            continue
        if not place.instance:
            texts = elements(symbol.returns)
            around = _owner(symbol, known)
            made = [one for text in texts for one in known.typed(text, symbol.path, around)]
        else:
            methods = [
                one
                for name in ("__iter__", "__getitem__", "iterator", "iter", "next")
                for one in known.members(symbol, name)
            ]
            made = [
                one
                for method in methods[:1]
                for text in (*elements(method.returns), *_own_result(method))
                for one in known.typed(text, method.path, symbol)
            ]
        found.update({one.id: Place(one, instance=True) for one in made})
    reason = "an element of what its factory returns"
    return _State(tuple(found.values()), min(state.confidence, FACTORY), reason)


def _own_result(method: Symbol) -> tuple[str, ...]:
    return (method.returns,) if method.last == "__getitem__" else ()


def _value(symbol: Symbol, known: Lookup) -> list[Symbol]:
    """The types of what a function returns, or of what a field or constant holds."""
    if symbol.returns:
        return known.typed(symbol.returns, symbol.path, _owner(symbol, known))
    return _given(symbol, known) if symbol.gives else []


def _given(symbol: Symbol, known: Lookup) -> list[Symbol]:
    """By what its code says where no type is written: `Client()`, `self`, another constant."""
    gives, owner = symbol.gives, _owner(symbol, known)
    if gives in ("self", "this", "Self") and owner is not None:
        return [owner]
    made = known.typed(gives.removesuffix("()").removeprefix("new "), symbol.path, owner)
    if gives.endswith("()"):
        types = [one for one in made if one.kind is SymbolKind.TYPE]
        name = gives.removesuffix("()")
        called = [one.symbol for one in known.within(name, symbol.path) if one.symbol]
        return types or [
            each
            for one in called
            if one.id != symbol.id and one.returns
            for each in known.typed(one.returns, one.path)
        ]
    return [
        each
        for one in made
        if one.id != symbol.id and one.returns
        for each in known.typed(one.returns, one.path)
    ]


def _owner(symbol: Symbol, known: Lookup) -> Symbol | None:
    owners = known.tops.get(symbol.path, {}).get(symbol.container, ()) if symbol.container else ()
    return owners[0] if owners else None


def _gap(state: _State, step: str, language: str, known: Lookup) -> tuple[str, str]:
    """The name that is not there and the nearest one, where it is certain that it is not."""
    if len(state.places) != 1 or step in (CALL, ELEMENT):
        return "", ""
    place = state.places[0]
    if place.symbol is None:
        offered = known.surface(language).get(place.module)
        if offered is None and not known.owns(place.module, language):
            return "", ""
        near = difflib.get_close_matches(step, offered or (), n=1)
        return f"{place.module}.{step}", near[0] if near else ""
    return "", ""  # a type may get members that nobody has declared


def _text(use: Use) -> str:
    words = [step for step in use.names if step not in (CALL, ELEMENT)]
    if use.origin is Origin.IMPORTED and not words:
        return use.module
    return ".".join(words[-2:]) if use.kind is not UseKind.IMPORT else ".".join(words)
