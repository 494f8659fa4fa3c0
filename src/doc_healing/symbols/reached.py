"""What of a tree's code is reached: files that are loaded, types made, members asked for."""

import re
from collections.abc import Iterable
from typing import Self

from doc_healing.model import Origin, Symbol, SymbolKind
from doc_healing.symbols import receivers
from doc_healing.symbols.called import BESIDE, CALLED, PROTOCOLS, STANDS_FOR
from doc_healing.symbols.loadable import LOADING, SCRIPTS, Loadable
from doc_healing.symbols.lookup import MEMBERS
from doc_healing.symbols.references import Resolved
from doc_healing.symbols.told import BODY, Node, Step, Steps
from doc_healing.symbols.words import key

_ASIDE = re.compile(r"(?:^|/)(?:tests?|__tests__|docs?|examples?|bench\w*)/|(?:^|/)setup\.py$")
_DUNDER = re.compile(r"__\w+__$|_(?:missing|generate_next_value|repr|ipython)_\w*$")


class Reached:
    """What is reached so far, and what is still to be looked at."""

    def __init__(self, reach: Loadable) -> None:
        self.reach = reach
        self.nodes: dict[Node, Node | None] = {}  # each with the one that it was reached from
        self.files: set[str] = set()
        self.members: set[str] = set()
        self.prefixes: set[str] = set()
        self.types: dict[str, Symbol] = {}
        self.dynamic: set[str] = set()  # files whose code asks for members by strings
        self.any_member = False  # something reached may use any member of what is reached
        self.any_property = False  # something reached may read or set any property
        self.open: set[str] = set()  # types of which something may use any member
        self.collects = False  # something asks for all classes that are derived from another
        self.wide: set[str] = set()  # languages of which something loads files that it cannot name
        self.blind = ""  # the path of what may use anything
        self.kin: set[tuple[str, str]] = set()  # (clan, member): asked of relatives alone
        self.married: set[str] = set()  # clans that the snippet derives one class from
        self.fallbacks: list[Node] = []  # each `__getattr__` of a module that is not followed yet
        self.said: set[str] = set()  # names that are asked of modules
        self.words = False  # something asks for members whose names come from anywhere
        self.reads_hints = False  # something makes what annotations name
        self._hinted: list[tuple[Node, Steps]] = []
        self.taken: set[Step] = set()
        self._todo: list[Node] = []

    def copy(self) -> Self:
        """The same again, to go on from."""
        other = type(self)(self.reach)
        other.nodes = dict(self.nodes)
        other.files, other.members = set(self.files), set(self.members)
        other.prefixes, other.types = set(self.prefixes), dict(self.types)
        other.dynamic = set(self.dynamic)
        other.any_property = self.any_property
        other.any_member, other.collects, other.blind = self.any_member, self.collects, self.blind
        other.open, other.wide = set(self.open), set(self.wide)
        other.kin, other.married = set(self.kin), set(self.married)
        other.words, other.reads_hints = self.words, self.reads_hints
        other._hinted = list(self._hinted)
        other.fallbacks, other.said = list(self.fallbacks), set(self.said)
        other.taken = set(self.taken)
        other._todo = list(self._todo)
        return other

    def use(self, one: Resolved) -> None:
        """A use of the snippet itself."""
        for symbol, _, _ in one.symbols:
            self.touch(symbol, None)
        self.said.update(one.use.names)
        if "closing" in one.use.names or "aclosing" in one.use.names:
            self.ask("close", None)
            self.ask("aclose", None)
        if one.use.origin is not Origin.IMPORTED or one.modules or one.symbols:
            for step in one.use.names:
                self.ask(step, None)

    def marry(self, derived: Iterable[Resolved]) -> None:
        """The snippet derives classes of its own: perhaps one class from several of these."""
        clans = self.reach.clans
        found = {clans[one.id] for each in derived for one, _, _ in each.symbols if one.id in clans}
        if len(found) < 2:
            return
        self.married |= found
        for clan, name in list(self.kin):
            if clan in found:
                self.kin.add(("", name))
                self.ask(name, None)

    def load(self, path: str, source: Node | None = None) -> None:
        """Loading a file runs what stands at its top, and loads what that imports."""
        waiting = [(path, source)]
        while waiting:
            file, by = waiting.pop()
            if file in self.files or file not in self.reach.known.outlines:
                continue
            if file.endswith(".pyi") and file[:-1] in self.reach.known.outlines:
                continue  # no interpreter reads it
            self.files.add(file)
            self._add((file, ""), by)
            if self.words:
                self._say(file)
            waiting += [(other, (file, "")) for other in self.reach.loads(file)]
            self.said.update(one.member for one in self.reach.known.outlines[file].imports)
            for one in self.reach.known.outlines[file].symbols:
                if self._collected(one):
                    self._type(one, (file, ""))
                if self._is_fallback(one):
                    self.nodes.setdefault((file, key(one)), (file, ""))
                    self.fallbacks.append((file, key(one)))
                elif self._runs_on_load(one):
                    self._add((file, key(one)), (file, ""))
                    if one.kind is SymbolKind.TYPE:
                        self._type(one, (file, ""))
                elif self._stands_open(one):
                    self._add((file, f"{key(one)}{BODY}"), (file, ""))

    def _is_fallback(self, one: Symbol) -> bool:
        """Whether it is a module's `__getattr__` that knows by name what it gives."""
        if one.name != "__getattr__" or not one.path.endswith(".py"):
            return False
        kept = self.reach.words(one.path).get(key(one))
        return kept is not None and bool(kept.texts) and not kept.dynamic

    def _runs_on_load(self, one: Symbol) -> bool:
        language = self.reach.known.languages[one.path]
        if language == "go":
            return one.name == "init" or one.kind is SymbolKind.CONST
        if language not in LOADING:
            return False
        if _DUNDER.match(one.last) and not one.container:
            return True  # a module's `__getattr__`
        kept = self.reach.words(one.path).get(key(one))
        return kept is not None and kept.registered and not one.container

    def _collected(self, one: Symbol) -> bool:
        """Whether a class is kept by what it is derived from, as plugins are."""
        if one.kind is not SymbolKind.TYPE or not one.bases:
            return False
        known = self.reach.known
        bases = known.bases(one)
        if self.collects and bases:
            return True
        return any(known.members(base, "__init_subclass__") for base in bases)

    def _stands_open(self, one: Symbol) -> bool:
        """Whether loading runs what a class states, which is not to use the class."""
        return one.kind is SymbolKind.TYPE and self.reach.known.languages[one.path] in LOADING

    def touch(self, symbol: Symbol, source: Node | None, *, made: bool = True) -> None:
        """A symbol that something reached names; not `made`: of a type no instance by that."""
        node = (symbol.path, key(symbol))
        self._add(node, source)
        for same in self.reach.known.tops.get(symbol.path, {}).get(symbol.name, ()):
            self._add((same.path, key(same)), source)
        if self.reach.known.languages.get(symbol.path) in LOADING:
            self.load(symbol.path, source)
        if not made:
            return
        if symbol.kind in (SymbolKind.TYPE, SymbolKind.CONST, SymbolKind.MODULE):
            self._type(symbol, node)
        elif symbol.container:
            owners = self.reach.known.tops.get(symbol.path, {}).get(symbol.container, ())
            for owner in owners:
                self._type(owner, source)

    def _type(self, symbol: Symbol, source: Node | None) -> None:
        if symbol.id in self.types:
            return
        self.types[symbol.id] = symbol
        self._add((symbol.path, key(symbol)), source)
        known = self.reach.known
        bases = known.bases(symbol)
        for base in bases:
            self.touch(base, (symbol.path, key(symbol)))
        foreign = receivers.foreign(symbol, {one.last for one in bases})
        for member in known.inside(symbol):
            held = self.any_property and "property" in member.flags
            if foreign or held or self._open(symbol) or self._asked(member):
                self._member(member, (symbol.path, key(symbol)))

    def _open(self, symbol: Symbol) -> bool:
        """Whether something reached may use any member of a type."""
        if self.any_member or not self.open:
            return self.any_member
        return symbol.id in self.open or any(
            one.id in self.open for one in self.reach.known.ancestors(symbol)
        )

    def _asked(self, member: Symbol) -> bool:
        last = member.last
        if last in self.members or _DUNDER.match(last) or self._asked_by_kin(member):
            return True
        if member.kind not in MEMBERS:
            return False
        language = self.reach.known.languages[member.path]
        owner = member.container.rpartition(".")[2]
        if last in ("constructor", owner, "<init>"):
            return True
        if last in PROTOCOLS.get(language, CALLED) and self._fits(member, language):
            return True
        if "[" in last:  # `[Symbol.iterator]`
            return True
        if any(last.startswith(prefix) for prefix in self.prefixes):
            return True
        kept = self.reach.words(member.path).get(key(member))
        return kept is not None and kept.registered

    def _asked_by_kin(self, member: Symbol) -> bool:
        if not self.kin:
            return False
        clans = self.reach.clans
        return any(
            (self._clan(clans[owner.id]), member.last) in self.kin
            for owner in self.reach.known.owners(member)
            if owner.id in clans
        )

    def _clan(self, one: str) -> str:
        return "" if one in self.married else one

    def ask_of(self, owner: Symbol, name: str, source: Node) -> None:
        """A member of that name is asked for, of a type or of what is derived from it."""
        clans = self.reach.clans
        clan = self._clan(clans.get(owner.id, owner.id))
        if (clan, name) in self.kin:
            return
        self.kin.add((clan, name))
        had = False
        for one, owners in self.reach.kin(name):
            if any(self._clan(clans[each]) == clan for each in owners):
                had = True
                if any(each in self.types for each in owners):
                    self._member(one, source)
        if not had:
            self.ask(name, source)

    def _fits(self, member: Symbol, language: str) -> bool:
        """Whether a type looks like those of which a runtime calls a member of that name."""
        beside = BESIDE.get(member.last) if language == "python" else None
        if beside is None:
            return True
        known = self.reach.known
        owners = known.owners(member)
        return not owners or any(known.members(owner, one) for owner in owners for one in beside)

    def _member(self, member: Symbol, source: Node | None) -> None:
        self._add((member.path, key(member)), source)
        if member.kind is SymbolKind.TYPE:
            self._type(member, source)

    def ask(self, name: str, source: Node | None) -> None:
        """A member of that name is asked for, of anything."""
        if name in self.members:
            return
        self.members.add(name)
        if name == "__subclasses__":
            self._collect()
        for one in self.reach.known.by_last.get(name, ()):
            if not one.container:
                if self.reach.known.languages[one.path] in self.wide:
                    self.touch(one, source)
                continue
            owners = self.reach.known.owners(one)
            if not owners or any(owner.id in self.types for owner in owners):
                self._member(one, source)
        if name in STANDS_FOR:
            self.ask(STANDS_FOR[name], source)

    def _collect(self) -> None:
        self.collects = True
        for file in list(self.files):
            for one in self.reach.known.outlines[file].symbols:
                if self._collected(one):
                    self._type(one, (file, ""))

    def _say(self, file: str) -> None:
        """Every string of a file may be the name of a member that is asked for."""
        for found in self.reach.words(file).values():
            for text in found.texts:
                self.ask(text, (file, ""))
            for prefix in found.prefixes:
                self._ask_prefix(prefix, (file, ""))

    def _properties(self, owner: Symbol) -> None:
        for member in self.reach.known.inside(owner):
            if "property" in member.flags:
                self._member(member, (owner.path, key(owner)))

    def _open_own(self, node: Node) -> None:
        known = self.reach.known
        inner = node[1].removesuffix(BODY).partition("(")[0]
        tops = known.tops.get(node[0], {})
        owners = tops.get(inner.rpartition(".")[0]) or tops.get(inner, [])
        for owner in owners:
            for one in (owner, *known.ancestors(owner)):
                self._whole(one)
            self.open.add(owner.id)
        for other in list(self.types.values()):
            if self._open(other):
                self._whole(other)

    def _whole(self, owner: Symbol) -> None:
        for member in self.reach.known.inside(owner):
            self._member(member, (owner.path, key(owner)))

    def _load_all(self, node: Node) -> None:
        known, language = self.reach.known, self.reach.known.languages[node[0]]
        if language in self.wide:
            return
        self.wide |= {"javascript", "typescript"} if language in SCRIPTS else {language}
        for path, spoken in known.languages.items():
            if spoken in self.wide and not _ASIDE.search(path):
                self.load(path, node)
        for name in list(self.members):
            for one in known.by_last.get(name, ()):
                if not one.container and known.languages[one.path] in self.wide:
                    self.touch(one, node)

    def _ask_prefix(self, prefix: str, source: Node) -> None:
        if prefix in self.prefixes:
            return
        self.prefixes.add(prefix)
        for owner in list(self.types.values()):
            for member in self.reach.known.inside(owner):
                if member.last.startswith(prefix):
                    self._member(member, source)

    def _add(self, node: Node, source: Node | None) -> None:
        if node not in self.nodes:
            self.nodes[node] = source
            self._todo.append(node)
