"""Successors that somebody states: an alias, a deprecation's text, the project's migrations."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from doc_healing.model import Symbol
from doc_healing.symbols.matching_pairs import Key, Match, Pairing
from doc_healing.symbols.matching_sides import Side

_STEPS = re.compile(r"[^\w$]+")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_INDEXES = ("index", "__init__", "mod", "lib")
_GROUPS = ("container", "callable", "value")
SAID = "declared successor"
CONFIGURED = "migration of the configuration"


def stated(pairing: Pairing, migrations: Iterable[tuple[str, str]]) -> Iterator[Match]:
    """Pairs of what is gone, or only an alias by now, and of what is new under another name."""
    here = {pairing.old_key(symbol): symbol for symbol in pairing.old.symbols}
    for gone, instead in migrated(pairing, migrations):
        # what both sides have is a migration of another day
        if pairing.new_key(instead) not in here and not _stays(pairing, gone):
            yield Match(gone, instead, declared=CONFIGURED)
    yield from _exported(pairing, here)
    yield from _taken_back(pairing, here)
    for alias in pairing.new.symbols:
        if not alias.successor or "alias" not in alias.flags:
            continue
        new = resolved(pairing.new, alias.successor, alias)
        # an alias may be of another group than what it stands for
        place, name, _ = pairing.new_key(alias)
        olds = (here.get((place, name, group)) for group in _GROUPS)
        for old in olds:
            if old is None or new is None or "alias" in old.flags or old.successor:
                continue
            if _only_told(pairing, alias, old):
                continue
            if new.id != alias.id and pairing.new_key(new) not in here:
                yield Match(old, new, declared=SAID)


def _only_told(pairing: Pairing, alias: Symbol, old: Symbol) -> bool:
    """Whether an object that a function gives tells a value: `{total: this.size}` names nothing."""
    return "result" in alias.flags and pairing.old.group(old) == "value"


def _exported(pairing: Pairing, here: Mapping[Key, Symbol]) -> Iterator[Match]:
    """What a file hands on under its old name: `export { new as old }`, `pub use new as old`."""
    for path, outline in pairing.new.outlines.items():
        for one in outline.imports:
            member = one.member or _STEPS.split(one.module)[-1]
            if not one.exported or one.name in ("", member) or member in ("", "*"):
                continue
            keys = (((pairing.new.scope(path), ""), one.name, group) for group in _GROUPS)
            old = next((here[key] for key in keys if key in here), None)
            news = [s for s in pairing.new.by_last.get(member, ()) if not s.container]
            new = _only([s for s in news if s.path == path] or news)
            if old is not None and new is not None and pairing.new_key(new) not in here:
                yield Match(old, new, declared=SAID)


def _taken_back(pairing: Pairing, here: Mapping[Key, Symbol]) -> Iterator[Match]:
    """What a file defined, and takes under the same name from a file that defines it now."""
    for path, outline in pairing.new.outlines.items():
        place = (pairing.new.scope(path), "")
        for one in outline.imports:
            olds = (here.get((place, one.member, group)) for group in _GROUPS)
            old = next((symbol for symbol in olds if symbol is not None), None)
            if old is None or one.name != one.member or _stays(pairing, old):
                continue
            news = [
                symbol
                for symbol in pairing.new.by_last.get(one.member, ())
                if not symbol.container and symbol.path != path and _leads(one.module, symbol.path)
            ]
            new = _only(news)
            if new is not None and pairing.new_key(new) not in here:
                yield Match(old, new, declared=SAID)


def _leads(module: str, path: str) -> bool:
    """Whether a module as written may be a file: by its last part."""
    stem = PurePosixPath(path).name.partition(".")[0]
    if stem in _INDEXES:
        stem = PurePosixPath(path).parent.name
    last = re.sub(r"\.[cm]?[jt]sx?$", "", module)
    return re.split(r"[./:]+", last)[-1] == stem


def migrated(
    pairing: Pairing, migrations: Iterable[tuple[str, str]]
) -> Iterator[tuple[Symbol, Symbol]]:
    """The symbols that the configuration speaks of, those of them that are on their sides."""
    for old_name, new_name in migrations:
        old, new = resolved(pairing.old, old_name), resolved(pairing.new, new_name)
        if old is not None and new is not None:
            yield old, new


def _stays(pairing: Pairing, old: Symbol) -> bool:
    key = pairing.old_key(old)
    return any(
        pairing.new_key(one) == key and "alias" not in one.flags
        for one in pairing.new.by_last.get(old.last, ())
    )


def said_of(pairing: Pairing, old: Symbol, new: Symbol | None) -> Symbol | None:
    """What the author of a deprecated or removed symbol says to use instead."""
    for symbol in (new, old):
        if symbol is not None and symbol.successor:
            found = resolved(pairing.new, _with_types(symbol), symbol)
            if found is not None and (new is None or found.id != new.id):
                return found
    return None


def _with_types(symbol: Symbol) -> str:
    """The successor with the types behind it in the text, which tell overloads apart."""
    _, name, rest = (symbol.deprecated or "").partition(symbol.successor)
    types = _BRACKETS.match(rest) if name else None
    return symbol.successor + (types[0] if types else symbol.discriminator)


def resolved(side: Side, text: str, near: Symbol | None = None) -> Symbol | None:
    """The one symbol that a name as written can mean: beside `near` first, then anywhere."""
    steps = [step for step in _STEPS.split(text.partition("(")[0]) if step]
    if not steps:
        return None
    fitting = [symbol for symbol in side.by_last.get(steps[-1], ()) if _fits(symbol, steps)]
    if near is not None:
        fitting = [symbol for symbol in fitting if symbol.id != near.id]
        for same in (_beside, _same_file):
            close = [symbol for symbol in fitting if same(symbol, near)]
            if close:
                return _only(close, text)
    return _only(fitting, text)


def _fits(symbol: Symbol, steps: Sequence[str]) -> bool:
    """Whether what is written before the last name does not contradict where the symbol is."""
    if len(steps) == 1:
        return True
    known = symbol.name.split(".")[:-1] or re.split(r"[/.]", symbol.path)
    return steps[-2] in known or steps[-2] in ("self", "cls", "this", "crate", "super", "Self")


def _beside(symbol: Symbol, near: Symbol) -> bool:
    return symbol.path == near.path and symbol.container == near.container


def _same_file(symbol: Symbol, near: Symbol) -> bool:
    return symbol.path == near.path


def _only(symbols: Sequence[Symbol], text: str = "") -> Symbol | None:
    """Of overloads the one as written, or the first; nothing where different ones are called so."""
    names = {(symbol.path, symbol.name) for symbol in symbols}
    if len(names) != 1:
        return None
    wanted = _overload(text)
    return next(
        (one for one in symbols if wanted and _overload(one.discriminator) == wanted), symbols[0]
    )


def _overload(text: str) -> str:
    """The types in the brackets behind a name: `(String,Class)`; "" without brackets."""
    inside = _BRACKETS.search(text)
    if inside is None:
        return ""
    types = inside[1].replace("...", "[]").split(",")
    return f"({','.join(''.join(one.rpartition('.')[2].split()) for one in types)})"
