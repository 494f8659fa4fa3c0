"""The index of a tree: its symbols by id, by container and by name, and how readers import them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from doc_healing.model import Outline, Surface, Symbol, SymbolKind, Visibility


class PublicName(NamedTuple):
    """How a reader imports something: `module` as its language writes it, and the name in it.

    The name of a member has dots: `Client.get`. An empty name is the module itself.
    """

    module: str
    name: str


@dataclass(frozen=True)
class Index:
    """What a tree offers.

    `surfaces` are by language. `faults` are (path, what could not be read, in words).
    """

    outlines: Mapping[str, Outline]
    surfaces: Mapping[str, Surface] = field(default_factory=dict)
    faults: Sequence[tuple[str, str]] = ()

    def symbol(self, name: str) -> Symbol | None:
        """The symbol of that id."""
        return self._file(name.partition("#")[0]).get(name)

    def surface(self, language: str) -> Surface:
        """Every module of that language, and what it offers."""
        return self.surfaces.get(language, {})

    def named(self, last: str) -> Sequence[Symbol]:
        """All symbols whose own name that is, in the order of paths and lines."""
        return self._by_name.get(last, ())

    def members(self, symbol: Symbol) -> Sequence[Symbol]:
        """The direct members of a symbol, those defined beside it or in other files as well."""
        return self._members.get(symbol.id, ())

    def top(self, path: str) -> Sequence[Symbol]:
        """The symbols at the top of a file."""
        outline = self.outlines.get(path)
        return () if outline is None else [one for one in outline.symbols if not one.container]

    def owner(self, symbol: Symbol) -> Symbol | None:
        """What it is a member of: of its own file, else of its folder, else the only one.

        A method of Go or of Rust may stand in another file than its type.
        """
        name = symbol.container
        if not name:
            return None
        own = self._file(symbol.path).get(f"{symbol.path}#{name}")
        if own is not None:
            return own
        last = name.rpartition(".")[2]
        language = self.language(symbol)
        others = [
            one
            for one in self.named(last)
            if one.name == name and one.kind in _OWNERS and self.language(one) == language
        ]
        folder = symbol.path.rpartition("/")[0]
        near = [one for one in others if one.path.rpartition("/")[0] == folder]
        return near[0] if near else others[0] if len(others) == 1 else None

    def public_names(self, symbol: Symbol) -> Sequence[PublicName]:
        """Every name under which a reader can reach it, the likeliest first; none: not public.

        What its language calls hidden can be imported as well, but is none.
        """
        known = self._names.get(symbol.id)
        if known is None:
            self._names[symbol.id] = ()  # what contains itself
            known = self._names[symbol.id] = tuple(self._named(symbol))
        return known

    def _named(self, symbol: Symbol) -> Iterator[PublicName]:
        yield from self._public.get(symbol.id, ())
        if symbol.container and symbol.visibility in _REACHABLE:
            owner = self.owner(symbol)
            for one in () if owner is None else self.public_names(owner):
                yield PublicName(one.module, _joined(one.name, symbol.last))

    def language(self, symbol: Symbol) -> str:
        """The language that it is written in."""
        outline = self.outlines.get(symbol.path)
        return "" if outline is None else outline.language

    @cached_property
    def _names(self) -> dict[str, tuple[PublicName, ...]]:
        return {}

    @cached_property
    def _by_id(self) -> Mapping[str, Symbol]:
        return {key: one for path in sorted(self.outlines) for key, one in self._file(path).items()}

    def _file(self, path: str) -> Mapping[str, Symbol]:
        """The symbols of a file by their ids."""
        known = self._files.get(path)
        if known is None:
            outline = self.outlines.get(path)
            known = {one.id: one for one in outline.symbols} if outline else {}
            self._files[path] = known
        return known

    @cached_property
    def _files(self) -> dict[str, Mapping[str, Symbol]]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Symbol]]:
        found: defaultdict[str, list[Symbol]] = defaultdict(list)
        for one in self._by_id.values():
            found[one.last].append(one)
        return found

    @cached_property
    def _members(self) -> Mapping[str, Sequence[Symbol]]:
        found: defaultdict[str, list[Symbol]] = defaultdict(list)
        for one in self._by_id.values():
            owner = self.owner(one) if one.container else None
            if owner is not None:
                found[owner.id].append(one)
        return found

    @cached_property
    def _public(self) -> Mapping[str, Sequence[PublicName]]:
        found: defaultdict[str, list[PublicName]] = defaultdict(list)
        for surface in self.surfaces.values():
            for module, names in surface.items():
                for name, target in names.items():
                    if target.symbol and not target.hidden:
                        found[target.symbol].append(PublicName(module, name))
        return {name: sorted(places, key=_shortest) for name, places in found.items()}


_OWNERS = (SymbolKind.TYPE, SymbolKind.MODULE, SymbolKind.CONST)
_REACHABLE = (Visibility.PUBLIC, Visibility.PROTECTED)


def _joined(name: str, last: str) -> str:
    return f"{name}.{last}" if name else last


def _shortest(name: PublicName) -> tuple[int, PublicName]:
    """The name that a reader is most likely to use comes first."""
    return len(name.module) + len(name.name), name
