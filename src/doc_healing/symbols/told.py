"""What running a piece of code does at once: the symbols it names, the members it asks for.

That is the same for every walk that comes there, and is told once. What depends on what else a
walk has reached is the walk's own affair.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from doc_healing.model import Symbol, SymbolKind
from doc_healing.symbols import receivers
from doc_healing.symbols.loadable import Loadable
from doc_healing.symbols.lookup import Place
from doc_healing.symbols.words import Words, key

Node = tuple[str, str]  # (path, a symbol's key in it); "" as key is what loading the file does

BODY = "\0"  # behind a class's key: what it states is run, itself it is not used
_ACCESSORS = frozenset({"setter", "getter", "deleter"})  # of a property, which they do not call


class Walking(Protocol):
    """What goes through code and can be led on."""

    def touch(self, symbol: Symbol, source: Node | None, *, made: bool = True) -> None:
        """A symbol is named; not `made`: of a type no instance by that."""

    def ask(self, name: str, source: Node | None) -> None:
        """A member of that name is asked for, of anything."""

    def ask_of(self, owner: Symbol, name: str, source: Node) -> None:
        """A member of that name is asked for, of a type or of what is derived from it."""

    def load(self, path: str, source: Node | None = None) -> None:
        """A file is loaded."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that some code does: to take it again changes nothing. Each there is once."""

    symbol: Symbol | None = None
    name: str = ""
    file: str = ""
    made: bool = True

    def take(self, walk: Walking, node: Node) -> None:
        """Lead a walk on that has come to a node."""
        if self.symbol is None:
            if self.file:
                walk.load(self.file, node)
            else:
                walk.ask(self.name, node)
        elif self.name:
            walk.ask_of(self.symbol, self.name, node)
        else:
            walk.touch(self.symbol, node, made=self.made)


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The steps of a node's code, in their order; between them stands what only a walk can tell."""

    words: Words
    said: frozenset[str]  # names that are asked of modules
    first: Steps
    hinted: Steps  # what annotations name
    reads: bool  # whether something reads these annotations for certain
    constants: tuple[Node, ...]  # that annotations name
    asked: Steps
    loaded: Steps
    paths: Steps
    widens: bool  # whether it may use more than it names


@dataclass(frozen=True)
class Telling:
    """Tells the steps of the code of a tree."""

    reach: Loadable
    _told: dict[Node, Told | None] = field(default_factory=dict)
    _steps: dict[tuple[object, ...], Step] = field(default_factory=dict)

    def of(self, node: Node) -> Told | None:
        """What the code of a node does; None where there is none of it."""
        if node not in self._told:
            found = self.reach.words(node[0]).get(node[1].removesuffix(BODY))
            self._told[node] = _Teller(self.reach, self._steps).all(node, found) if found else None
        return self._told[node]


class _Teller:
    """Writes down what would be done, instead of doing it: by which node is all the same."""

    def __init__(self, reach: Loadable, steps: dict[tuple[object, ...], Step]) -> None:
        self.reach = reach
        self._steps = steps
        self._found: dict[Step, None] = {}

    def all(self, node: Node, found: Words) -> Told:
        """All that the code of a node does."""
        passive = self._passive(*node) if self._states(*node) else frozenset()
        return Told(
            found,
            frozenset(name for _, name in found.pairs),
            self._part(lambda: self._first(found, passive, node)),
            self._part(lambda: self._values(found.hints, node)),
            bool(found.hints) and self._kept_by_others(node),
            tuple(self._constants(found, node)),
            self._part(lambda: self._asks(found, node)),
            self._part(lambda: self._requires(found, node)),
            self._part(lambda: self._paths(found, node)),
            found.blind or found.any_member or found.any_own or found.any_name
            or found.any_word or found.any_property or found.any_file,
        )  # fmt: skip

    def _part(self, tell: Callable[[], None]) -> Steps:
        self._found = {}
        tell()
        return tuple(self._found)

    def _first(self, found: Words, passive: Collection[str], node: Node) -> None:
        path, own = node
        for name in found.names - frozenset(passive):
            for place in self._bare(name, path, own):
                self._place(place, node)
        for receiver, name in found.pairs:
            if name not in passive:
                self._pair(receiver, name, node)
        for chain in found.chains:
            if chain[-1] not in passive and not (own.endswith(BODY) and chain[-1] in _ACCESSORS):
                receivers.follow(self, self.reach.known, chain, node, found)
        for chain in found.checks:
            self._value(chain, node, made=False)

    def _values(self, chains: Iterable[Sequence[str]], node: Node) -> None:
        for chain in chains:
            self._value(chain, node, made=True)

    def _constants(self, found: Words, node: Node) -> Iterator[Node]:
        for chain in found.hints:
            for place in self._bare(chain[0], *node) if len(chain) == 1 else ():
                if place.symbol is not None and place.symbol.kind is SymbolKind.CONST:
                    yield place.symbol.path, key(place.symbol)

    def _asks(self, found: Words, node: Node) -> None:
        for name in found.members:
            self.ask(name, node)
        if "closing" in found.names:
            self.ask("close", node)

    def _requires(self, found: Words, node: Node) -> None:
        for module in found.loads:
            self._required(module, node)

    def _paths(self, found: Words, node: Node) -> None:
        for text in found.texts:
            if not text.isidentifier():
                self._path(text, node)

    # --- what is written down ---------------------------------------------------------------------

    def touch(self, symbol: Symbol, source: Node | None, *, made: bool = True) -> None:  # noqa: ARG002
        """A symbol is named."""
        self._put((id(symbol), made), Step(symbol, made=made))

    def ask(self, name: str, source: Node | None) -> None:  # noqa: ARG002
        """A member of that name is asked for, of anything."""
        self._put((name,), Step(name=name))

    def ask_of(self, owner: Symbol, name: str, source: Node) -> None:  # noqa: ARG002
        """A member of that name is asked for, of a type or of what is derived from it."""
        self._put((id(owner), name), Step(owner, name))

    def load(self, path: str, source: Node | None = None) -> None:  # noqa: ARG002
        """A file is loaded."""
        self._put(("", "", path), Step(file=path))

    def _put(self, place: tuple[object, ...], step: Step) -> None:
        self._found[self._steps.setdefault(place, step)] = None

    def meant_by(self, name: str, node: Node) -> Sequence[Place]:
        """What a name that stands alone means in the code of a node."""
        return self._bare(name, *node)

    def _value(self, chain: Sequence[str], node: Node, *, made: bool) -> None:
        """What a name, or a name of a module, stands for; not `made`: it is compared with."""
        places = list(self._bare(chain[0], *node))
        for step in chain[1:]:
            places = [one for place in places for one in self._inner(place, step, node)]
        for place in places:
            if place.symbol is not None:
                plain = made or place.symbol.kind is not SymbolKind.TYPE
                self.touch(place.symbol, node, made=plain)

    def _inner(self, place: Place, step: str, node: Node) -> Iterator[Place]:
        known = self.reach.known
        if place.symbol is not None:
            yield from (Place(one) for one in known.members(place.symbol, step))
        for file in known.files(place.module, "python", node[0]) if place.module else ():
            yield from self.reach.meant(step, file)

    def _kept_by_others(self, node: Node) -> bool:
        """Whether it is decorated, or derived from somebody else's class, who may read hints."""
        tops, inner = self.reach.known.tops.get(node[0], {}), node[1].removesuffix(BODY)
        while inner:
            for one in tops.get(inner.partition("(")[0].partition("[")[0], ()):
                kept = self.reach.words(one.path).get(key(one))
                is_type = one.kind is SymbolKind.TYPE
                if kept is not None and (kept.registered or (is_type and kept.decorated)):
                    return True
                own = {each.last for each in self.reach.known.bases(one)}
                if one.kind is SymbolKind.TYPE and receivers.foreign(one, own):
                    return True
            inner = inner.partition("(")[0].partition("[")[0].rpartition(".")[0]
        return False

    def _required(self, module: str, node: Node) -> None:
        """`require('./x')` where it is used at once, or for what loading it does."""
        known = self.reach.known
        for file in known.files(module, known.languages[node[0]], node[0]):
            self.load(file, node)
            for one in known.outlines[file].symbols:
                if not one.container:
                    self.touch(one, node)

    def _states(self, path: str, own: str) -> bool:
        """Whether it is what a class states, which makes nothing of it."""
        if own.endswith(BODY):
            return True
        same = self.reach.known.tops.get(path, {}).get(own, ())
        return path.endswith((".py", ".pyi")) and any(one.kind is SymbolKind.TYPE for one in same)

    def _passive(self, path: str, own: str) -> frozenset[str]:
        """The bases that a class statement names and that do nothing when it is run."""
        found = {own.removesuffix(BODY).partition("(")[0].rpartition(".")[2]}
        for one in self.reach.known.tops[path].get(own.removesuffix(BODY), ()):
            for text in one.bases:
                bases = self.reach.known.typed(text, path, one)
                if not any(self.reach.known.members(base, "__init_subclass__") for base in bases):
                    found.add(re.split(r"\.|::", text)[-1])
        return frozenset(found)

    def _bare(self, name: str, path: str, own: str) -> Sequence[Place]:
        """A name that stands alone: of the symbol's own surroundings first, then of its file."""
        tops = self.reach.known.tops.get(path, {})
        around = own.removesuffix(BODY).partition("(")[0]
        while around:
            inner = tops.get(f"{around}.{name}")
            if inner:
                outer = self.reach.meant(name, path) if path.endswith(".go") else ()
                return [*(Place(one) for one in inner), *outer]  # an embedded type is a field too
            around = around.rpartition(".")[0]
        return self.reach.meant(name, path)

    def _place(self, place: Place, node: Node) -> None:
        if place.symbol is not None:
            within = node[1].endswith(BODY) and bool(place.symbol.container)
            self.touch(place.symbol, node, made=not within)
        elif place.module:
            language = self.reach.known.languages[node[0]]
            for file in self.reach.known.files(place.module, language, node[0]):
                self.load(file, node)

    def _pair(self, receiver: str, name: str, node: Node) -> None:
        """`module.name`: what a module offers is no member of anything."""
        if self.reach.known.languages[node[0]] == "rust":
            for one in self.reach.known.by_last.get(name, ()):
                if not one.container and self.reach.known.languages[one.path] == "rust":
                    self.touch(one, node)
        if not receiver:
            return
        known, path = self.reach.known, node[0]
        language = known.languages[path]
        places = self.reach.meant(receiver, path)
        modules = [place.module for place in places if place.module]
        if not places and receiver in known.stems and known.by_last.get(name):
            modules = [receiver]
        for module in modules:
            for file in known.files(module, language, path):
                for place in self.reach.meant(name, file):
                    self._place(place, node)

    def _path(self, text: str, node: Node) -> None:
        """A string that may be the name of a module, or of something in one: `pkg.mod:func`."""
        module, _, name = text.replace("/", ".").partition(":")
        known, language = self.reach.known, self.reach.known.languages[node[0]]
        if language != "python":
            return
        if not name:
            head, _, last = module.rpartition(".")
            candidates = [(module, ""), (head, last)]
        else:
            candidates = [(module, name)]
        for candidate, member in candidates:
            for file in known.files(candidate, language)[:3] if candidate else ():
                if not known.is_named(file, candidate):
                    continue
                self.load(file, node)
                for one in known.tops[file].get(member, ()) if member else ():
                    self.touch(one, node)
