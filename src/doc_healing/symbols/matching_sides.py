"""One side of a comparison: the symbols of the files that differ, their places and bodies."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from doc_healing.model import Outline, Symbol, SymbolKind
from doc_healing.symbols.similarity import WORD, Body

_CONSTRUCTORS = frozenset({"__init__", "__new__", "constructor", "<init>"})
_GROUPS = {
    SymbolKind.MODULE: "container",
    SymbolKind.TYPE: "container",
    SymbolKind.FUNCTION: "callable",
    SymbolKind.METHOD: "callable",
    SymbolKind.MACRO: "callable",
    SymbolKind.FIELD: "value",
    SymbolKind.CONST: "value",
    SymbolKind.ENUM_MEMBER: "value",
}
# What a symbol is a member of: the id of a symbol, or a scope and a name nothing here defines.
Place = tuple[str, str]


class Side:
    """The files of one revision. Nothing of it changes; what is asked often is kept."""

    def __init__(self, outlines: Mapping[str, Outline], data: Mapping[str, bytes]) -> None:
        self.outlines = outlines
        self.data = data
        self.by_id: dict[str, Symbol] = {}  # what is defined twice counts once
        for outline in outlines.values():
            for symbol in outline.symbols:
                self.by_id.setdefault(symbol.id, symbol)
        self.symbols = tuple(self.by_id.values())
        self._scopes: dict[str, str] = {}
        self._named: dict[tuple[str, str], Symbol] = {}
        for symbol in self.symbols:
            if _GROUPS[symbol.kind] == "container":
                self._name(symbol)
        self._objects()
        self._bodies: dict[str, Body] = {}
        self._places: dict[str, Place] = {}

    def _name(self, symbol: Symbol) -> None:
        """For its own file before its package: two modules may have a package of one name."""
        self._named.setdefault((symbol.path, symbol.name), symbol)
        self._named.setdefault((self.scope(symbol.path), symbol.name), symbol)

    def _objects(self) -> None:
        """Values that have members, as an object literal has, contain them as a type does."""
        parents = {(self.scope(symbol.path), symbol.container) for symbol in self.symbols}
        for symbol in self.symbols:
            if (self.scope(symbol.path), symbol.name) in parents:
                self._name(symbol)

    def scope(self, path: str) -> str:
        """Where names of a file's top must differ: its package, or the file itself."""
        found = self._scopes.get(path)
        if found is None:
            found = self._scopes[path] = self._scope(path)
        return found

    def _scope(self, path: str) -> str:
        package = self.outlines[path].package
        if not package:
            return path
        if "." in package or self.language(path) == "java":
            return package
        return f"{PurePosixPath(path).parent}#{package}"

    def language(self, path: str) -> str:
        """The language of a file."""
        return self.outlines[path].language

    def container(self, symbol: Symbol) -> Symbol | None:
        """The symbol that it is a member of."""
        if not symbol.container:
            return None
        own = self._named.get((symbol.path, symbol.container))
        return own or self._named.get((self.scope(symbol.path), symbol.container))

    def place(self, symbol: Symbol) -> Place:
        """What it is a member of: a symbol's id, or a scope with a name that is not defined."""
        found = self._places.get(symbol.id)
        if found is None:
            container = self.container(symbol)
            found = (self.scope(symbol.path), symbol.container)
            if container is not None:
                found = (container.id, "")
            self._places[symbol.id] = found
        return found

    def group(self, symbol: Symbol) -> str:
        """Symbols of one group may become one another: a function a method, a field a constant."""
        kind = _GROUPS[symbol.kind]
        return "container" if kind == "value" and self.is_container(symbol) else kind

    def is_container(self, symbol: Symbol) -> bool:
        """Whether it is a type, a module or an object with members."""
        return self._named.get((symbol.path, symbol.name)) is symbol

    @cached_property
    def members(self) -> Mapping[str, Sequence[Symbol]]:
        """By the id of what they are members of, in the order of the text."""
        found: defaultdict[str, list[Symbol]] = defaultdict(list)
        for symbol in self.symbols:
            found[self.place(symbol)[0]].append(symbol)
        return found

    def beside(self, symbol: Symbol) -> tuple[Symbol | None, Symbol | None]:
        """The members before and after it of what it is a member of."""
        row, at = self.members[self.place(symbol)[0]], self._positions[symbol.id]
        return row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {one.id: at for row in self.members.values() for at, one in enumerate(row)}

    @cached_property
    def by_last(self) -> Mapping[str, Sequence[Symbol]]:
        """By their own names."""
        found: defaultdict[str, list[Symbol]] = defaultdict(list)
        for symbol in self.symbols:
            found[symbol.last].append(symbol)
        return found

    @cached_property
    def words(self) -> Counter[bytes]:
        """How often each word is in the files, comments included."""
        return Counter(word for data in self.data.values() for word in WORD.findall(data))

    def body(self, symbol: Symbol) -> Body:
        """Its text."""
        found = self._bodies.get(symbol.id)
        if found is None:
            data = self.data[symbol.path][symbol.span.start : symbol.span.end]
            found = self._bodies[symbol.id] = Body(data, symbol.last.encode())
        return found


def is_constructor(symbol: Symbol) -> bool:
    """Whether it makes what it is a member of: its name follows that of its type."""
    return symbol.last in _CONSTRUCTORS or (
        symbol.kind is SymbolKind.METHOD and symbol.last == symbol.container.rpartition(".")[2]
    )


def own_name(symbol: Symbol) -> str:
    """Its last name; that of a constructor is the same in every type."""
    return "<init>" if is_constructor(symbol) else symbol.last
