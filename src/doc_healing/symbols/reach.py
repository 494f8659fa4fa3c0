"""Which code a snippet may come to run: what it uses, what that uses, and what loading it does.

A rapid type analysis (Bacon and Sweeney, OOPSLA 1996) without types: a member is reached when its
type is and when something reached asks for a member of its name. More than is run may be told and
nothing that is run may be missing, so that whatever cannot be followed counts as used.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from doc_healing.model import SymbolKind, UseKind
from doc_healing.symbols import receivers
from doc_healing.symbols.loadable import Loadable
from doc_healing.symbols.lookup import Place
from doc_healing.symbols.reached import BODY, Node, Reached
from doc_healing.symbols.references import Resolved
from doc_healing.symbols.words import Words, key

_SCANS = frozenset({"globals", "locals", "vars", "eval", "exec", "dir"})
_ACCESSORS = frozenset({"setter", "getter", "deleter"})  # of a property, which they do not call


@dataclass(frozen=True)
class Reach(Loadable):
    """The calls of a tree, asked for as far as somebody gets."""

    _loaded: dict[frozenset[str], "Walk"] = field(default_factory=dict)

    def of(self, resolved: Iterable[Resolved], language: str, texts: Sequence[str] = ()) -> "Walk":
        """All that a snippet with these uses may run. `texts` it may hand on as names."""
        uses = list(resolved)
        modules = frozenset(module for one in uses for module in one.modules)
        if modules not in self._loaded:
            start = Walk(self)
            for module in sorted(modules):
                for file in self.files_of(module, language):
                    start.load(file)
            start.follow()
            self._loaded[modules] = start
        walk = self._loaded[modules].copy()
        for one in uses:
            walk.use(one)
        walk.marry(one for one in uses if one.use.kind is UseKind.SUBCLASS)
        walk.follow()
        if walk.dynamic or walk.wide:
            for text in texts:
                walk.ask(text, None)
            walk.follow()
        return walk


class Walk(Reached):
    """What is reached, followed to its end."""

    def follow(self) -> None:
        """Look at everything that was reached, until nothing is new."""
        if not self._todo:
            self._fall_back()
        while self._todo:
            node = self._todo.pop()
            found = self.reach.words(node[0]).get(node[1].removesuffix(BODY))
            if found is not None:
                self.said.update(name for _, name in found.pairs)
                self._expand(node, found)
            if not self._todo and self.fallbacks:
                self._fall_back()

    def _fall_back(self) -> None:
        """Follow the `__getattr__` of the modules of which something may ask what it gives."""
        waiting, self.fallbacks = self.fallbacks, []
        for node in waiting:
            if self.reach.words(node[0])[node[1]].texts & (self.members | self.said):
                self._todo.append(node)
            else:
                self.fallbacks.append(node)

    def _expand(self, node: Node, found: Words) -> None:
        path, own = node
        passive = self._passive(path, own) if self._states(path, own) else frozenset()
        for name in found.names - passive:
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
        if found.hints:
            self._hint(found, node)
        for name in found.members:
            self.ask(name, node)
        if "closing" in found.names:
            self.ask("close", node)
        if found.reads_hints and not self.reads_hints:
            self._read_hints()
        self._widen(found, node)
        for module in found.loads:
            self._required(module, node)
        if found.dynamic:
            self.dynamic.add(path)
            for text in found.texts:
                self.ask(text, node)
            for prefix in found.prefixes:
                self._ask_prefix(prefix, node)
        for text in found.texts:
            if not text.isidentifier():
                self._path(text, node)

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

    def _hint(self, found: Words, node: Node) -> None:
        """Annotations: their types are made by what reads annotations, and by nothing else."""
        if self.reads_hints or self._kept_by_others(node):
            for chain in found.hints:
                self._value(chain, node, made=True)
            return
        self._hinted.append((node, found))
        for chain in found.hints:
            for place in self._bare(chain[0], *node) if len(chain) == 1 else ():
                if place.symbol is not None and place.symbol.kind is SymbolKind.CONST:
                    self._add((place.symbol.path, key(place.symbol)), node)

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

    def _read_hints(self) -> None:
        self.reads_hints = True
        for node, found in self._hinted:
            for chain in found.hints:
                self._value(chain, node, made=True)
        self._hinted = []

    def meant_by(self, name: str, node: Node) -> Sequence[Place]:
        """What a name that stands alone means in the code of a node."""
        return self._bare(name, *node)

    def _widen(self, found: Words, node: Node) -> None:
        """Follow what may use more than it names."""
        if found.blind:
            self.blind = self.blind or node[0]
        if found.any_member:
            self._open_all(found, node)
        if found.any_own:
            self._open_own(node)
        if found.any_name:
            self._open_file(found, node)
        if found.any_word and not self.words:
            self.words = True
            for file in list(self.files):
                self._say(file)
        if found.any_property and not self.any_property:
            self.any_property = True
            for owner in list(self.types.values()):
                self._properties(owner)
        if found.any_file:
            self._load_all(node)

    def _open_all(self, found: Words, node: Node) -> None:
        self._open_file(found, node)
        if not self.any_member:
            self.any_member = True
            for owner in list(self.types.values()):
                self._whole(owner)

    def _open_file(self, found: Words, node: Node) -> None:
        for file in self._meant_whole(found, node):
            for one in self.reach.known.outlines[file].symbols:
                if not one.container:
                    self.touch(one, node)

    def _meant_whole(self, found: Words, node: Node) -> list[str]:
        """The files that a scan of names may be one of: its own, and those of modules it names."""
        known, language = self.reach.known, self.reach.known.languages[node[0]]
        own = [node[0]] if found.names & _SCANS else []
        modules = [
            place.module
            for name in found.names
            for place in self.reach.meant(name, node[0])
            if place.module and not place.symbol
        ]
        return own + [file for one in modules for file in known.files(one, language, node[0])]

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

    def path_to(self, node: Node) -> list[Node]:
        """From what the snippet names to a node, one by one."""
        found = [node]
        while (before := self.nodes.get(found[-1])) is not None and before not in found:
            found.append(before)
        return [(path, name.removesuffix(BODY)) for path, name in found[::-1]]
