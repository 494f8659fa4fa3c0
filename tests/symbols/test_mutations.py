"""Property: what happens to a package's symbols is told for every place that documents them.

Code and callers change as they would in a commit, documents stay as they were. Each place of a
document that names a changed symbol must be told, with the successor or as removed, and none that
names another one.
"""

import re
from collections.abc import Iterable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doc_healing.documents.reader import read
from doc_healing.languages.maps import MAPPERS
from doc_healing.model import (
    ChangeKind,
    Outline,
    ParameterChange,
    Reference,
    Symbol,
    SymbolChange,
)
from doc_healing.pipeline.naming import named
from doc_healing.protocols import Mapper
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.matching import compare_outlines
from tests.symbols.mutations.changing import changed
from tests.symbols.mutations.package import Package, State, named_in, texts
from tests.symbols.mutations.packages import PACKAGES

CERTAIN = 0.5
SEEN = frozenset(
    {ChangeKind.RENAMED, ChangeKind.MOVED, ChangeKind.SIGNATURE_CHANGED, ChangeKind.REMOVED}
)


def mapper_of(package: Package) -> Mapper:
    return next(mapper for mapper in MAPPERS if mapper.name == package.language)


@cache
def outline(language: str, path: str, data: bytes) -> Outline:
    mapper = next(one for one in MAPPERS if one.name == language)
    return mapper.outline(path, data)


def outlines(package: Package, files: dict[str, bytes]) -> dict[str, Outline]:
    suffixes = tuple(mapper_of(package).suffixes)
    return {
        path: outline(package.language, path, data)
        for path, data in files.items()
        if path.endswith(suffixes)
    }


@cache
def documented(language: str) -> tuple[Reference, ...]:
    """What the documents of a package name, as it was."""
    package = PACKAGES[language]
    files = texts(State(package))
    assert not [fault for one in outlines(package, files).values() for fault in one.faults]
    return references(package, files)


def references(package: Package, files: dict[str, bytes]) -> tuple[Reference, ...]:
    """What the documents of a package name in some state of it."""
    drawn, mapper = outlines(package, files), mapper_of(package)
    known = Lookup(drawn, {package.language: mapper.publish(drawn, files.get)})
    documents = [read(text.encode(), path, files.get) for path, text in package.documents.items()]
    pages = named(documents, known, [mapper])
    return tuple(one for page in pages for one in (*page.references, *page.mentions))


def by_line(found: Iterable[Reference]) -> dict[tuple[str, int], set[str]]:
    """The symbols that are named for certain, by path and line."""
    told: dict[tuple[str, int], set[str]] = {}
    for one in found:
        if one.confidence >= CERTAIN:
            told.setdefault((one.path, one.line), set()).add(one.symbol)
    return told


def base_symbol(package: Package, name: str) -> Symbol:
    """A symbol as it was."""
    state = State(package)
    drawn = outlines(package, texts(state))
    home = state.home(name)
    found = [one for one in drawn[home].symbols if one.name == state.qualified(name)]
    assert len(found) == 1, (name, [one.name for one in drawn[home].symbols])
    return found[0]


@cache
def bases(language: str) -> dict[str, Symbol]:
    package = PACKAGES[language]
    return {name: base_symbol(package, name) for name in package.symbols}


def changes_of(state: State) -> tuple[SymbolChange, ...]:
    old, new = texts(State(state.package)), texts(state)
    before = {path: data for path, data in old.items() if new.get(path) != data}
    after = {path: data for path, data in new.items() if old.get(path) != data}
    left, right = outlines(state.package, before), outlines(state.package, after)
    assert not [fault for one in right.values() for fault in one.faults], after
    return compare_outlines(left, right, before, after)


def is_changed(state: State, name: str) -> bool:
    return (
        state.is_gone(name)
        or name in state.names
        or name in state.homes
        or state.parameters(name) != state.package.symbols[name].params
    )


def follows(change: SymbolChange, words: set[str]) -> bool:
    """Whether a change of a signature is nothing but another one's new name in it."""
    return change.kind is ChangeKind.SIGNATURE_CHANGED and all(
        _mentions(parameter, words) for parameter in change.parameters
    )


def _mentions(parameter: ParameterChange, words: set[str]) -> bool:
    return bool(set(re.findall(r"\w+", f"{parameter.old} {parameter.new}")) & words)


@pytest.mark.parametrize("language", sorted(PACKAGES))
def test_every_place_that_documents_a_symbol_leads_to_it(language: str) -> None:
    package, symbols = PACKAGES[language], bases(language)
    lines = by_line(documented(language))
    told = {(path, line, name) for path, line, name in named_in(package)
            if any(found == symbols[name].id or found.startswith(f"{symbols[name].id}.")
                   for found in lines.get((path, line), ()))}  # fmt: skip
    assert told == named_in(package)


@pytest.mark.parametrize("language", sorted(PACKAGES))
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_changes_are_told_where_they_are_documented(language: str, data: st.DataObject) -> None:
    package = PACKAGES[language]
    state = data.draw(changed(package))
    found = changes_of(state)
    by_old = {change.old.id: change for change in found if change.old and change.kind in SEEN}
    symbols = bases(language)
    touched = {name for name in package.symbols if is_changed(state, name)}
    for name in touched:
        _assert_told(state, name, symbols[name], by_old)
    words = {word for name in touched for word in (name, state.name(name))}
    ids = {symbols[name].id for name in touched}
    specs = [package.symbols[name] for name in touched]
    ids |= {f"{spec.home}#{name}" for spec in specs for name in spec.along}
    for reference in documented(language):
        change = by_old.get(reference.symbol)
        if change is None or reference.confidence < CERTAIN:
            continue
        inside = any(reference.symbol == one or reference.symbol.startswith(f"{one}.")
                     for one in ids)  # fmt: skip
        assert inside or follows(change, words), f"{reference.text}: {_shown(change)}; {state}"


@pytest.mark.parametrize("language", sorted(PACKAGES))
@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_what_is_there_yet_is_still_found_and_nothing_else(
    language: str, data: st.DataObject
) -> None:
    package, symbols = PACKAGES[language], bases(language)
    state = data.draw(changed(package))
    lines = by_line(references(package, texts(state)))
    names = {state.name(name) for name in package.symbols if not state.is_gone(name)}
    for path, line, name in named_in(package):
        found = {one.partition("(")[0] for one in lines.get((path, line), ())}  # no overloads
        spec = package.symbols[name]
        own = symbols[name].id.partition("(")[0]
        if not is_changed(state, name) and not (spec.owner and is_changed(state, spec.owner)):
            inside = [one for one in found if one == own or one.startswith(f"{own}.")]
            assert inside or _hidden(state, path, line, name), f"{path}:{line} {name}: {state}"
        elif name not in names:
            last = [one for one in found if re.split(r"[.#]", one)[-1] == name]
            assert not last, f"{path}:{line} {name}: {last}; {state}"


def _hidden(state: State, path: str, line: int, name: str) -> bool:
    """Whether its line names it through another one that is not what it was."""
    text = state.package.documents[path].split("\n")[line - 1]
    others = set(re.findall(r"\w+", text)) - {name}
    return any(other in state.package.symbols and is_changed(state, other) for other in others)


def _assert_told(state: State, name: str, symbol: Symbol, by_old: dict[str, SymbolChange]) -> None:
    change = by_old.get(symbol.id)
    told = f"{name}: {_shown(change)}; {state}"
    assert change is not None, told
    if state.is_gone(name):
        assert change.kind is ChangeKind.REMOVED, told
        return
    new = change.new
    moved = name in state.homes or symbol.container in state.homes
    if new is None and moved and change.candidates:
        new = change.candidates[0]  # it moved and its body changed: "possible successor"
    assert new is not None, told
    assert (new.path, new.name) == (state.home(name), state.qualified(name)), told
    if change.new is None:
        return
    if state.parameters(name) != state.package.symbols[name].params:
        assert change.parameters, told


def _shown(change: SymbolChange | None) -> str:
    if change is None:
        return "nothing"
    new = change.new.id if change.new else "nothing"
    old = change.old.id if change.old else "nothing"
    return f"{change.kind} from {old} to {new} ({change.confidence:.2f}: {change.evidence})"
