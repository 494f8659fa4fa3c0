"""Which code a snippet may come to run: what it uses, what that uses, and what loading it does.

A rapid type analysis (Bacon and Sweeney, OOPSLA 1996) without types: a member is reached when its
type is and when something reached asks for a member of its name. More than is run may be told and
nothing that is run may be missing, so that whatever cannot be followed counts as used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from doc_healing.model import Origin, UseKind
from doc_healing.symbols.called import STANDS_FOR
from doc_healing.symbols.loadable import Loadable
from doc_healing.symbols.reached import Reached
from doc_healing.symbols.references import Resolved
from doc_healing.symbols.told import BODY, Node, Steps, Telling, Told
from doc_healing.symbols.words import Words, key

_SCANS = frozenset({"globals", "locals", "vars", "eval", "exec", "dir"})
_ASKING = frozenset({"closing", "aclosing", "__subclasses__", *STANDS_FOR})
_KEPT = 32  # walks: each holds all that it reached


@dataclass(frozen=True)
class Reach(Loadable):
    """The calls of a tree, asked for as far as somebody gets."""

    _loaded: dict[frozenset[str], "Walk"] = field(default_factory=dict)
    _walks: dict[tuple[object, ...], "Walk"] = field(default_factory=dict)

    @cached_property
    def told(self) -> Telling:
        """What the code of each symbol does."""
        return Telling(self)

    def of(self, resolved: Iterable[Resolved], language: str, texts: Sequence[str] = ()) -> "Walk":
        """All that a snippet with these uses may run. `texts` it may hand on as names.

        Snippets that begin alike share one answer, which nobody may alter.
        """
        uses = list(resolved)
        modules = frozenset(module for one in uses for module in one.modules)
        begun = (modules, tuple(dict.fromkeys(self._begins(one) for one in uses)))
        walk = self._walks.pop(begun, None) or self._walked(uses, modules, language)
        self._walks[begun] = walk
        if len(self._walks) > _KEPT:
            del self._walks[next(iter(self._walks))]
        if (walk.dynamic or walk.wide) and texts:
            walk = walk.copy()
            for text in texts:
                walk.ask(text, None)
            walk.follow()
        return walk

    def _walked(self, uses: Sequence[Resolved], modules: frozenset[str], language: str) -> "Walk":
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
        return walk

    def _begins(self, one: Resolved) -> tuple[object, ...]:
        """What of a use decides where a walk goes."""
        names = tuple(step for step in one.use.names if self._matters(step))
        asks = one.use.origin is not Origin.IMPORTED or bool(one.modules or one.symbols)
        derived = one.use.kind is UseKind.SUBCLASS
        return (*(symbol.id for symbol, _, _ in one.symbols), derived, asks, names)

    def _matters(self, name: str) -> bool:
        """Whether to ask for a name may reach anything: most are of others, or of the language."""
        return name in self.known.by_last or name in _ASKING or name in self._given

    @cached_property
    def _given(self) -> frozenset[str]:
        """What the `__getattr__` of modules may give."""
        return frozenset(
            text
            for one in self.known.by_last.get("__getattr__", ())
            for found in [self.words(one.path).get(key(one))]
            if found is not None
            for text in found.texts
        )


class Walk(Reached):
    """What is reached, followed to its end."""

    def __init__(self, reach: "Reach") -> None:
        super().__init__(reach)
        self._told = reach.told

    def follow(self) -> None:
        """Look at everything that was reached, until nothing is new."""
        if not self._todo:
            self._fall_back()
        while self._todo:
            node = self._todo.pop()
            told = self._told.of(node)
            if told is not None:
                self.said |= told.said
                self._expand(node, told)
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

    def _expand(self, node: Node, told: Told) -> None:
        self._take(told.first, node)
        if told.words.hints:
            self._hint(told, node)
        self._take(told.asked, node)
        if told.words.reads_hints and not self.reads_hints:
            self._read_hints()
        if told.widens:
            self._widen(told.words, node)
        self._take(told.loaded, node)
        if told.words.dynamic:
            self.dynamic.add(node[0])
            for text in told.words.texts:
                self.ask(text, node)
            for prefix in told.words.prefixes:
                self._ask_prefix(prefix, node)
        self._take(told.paths, node)

    def _take(self, steps: Steps, node: Node) -> None:
        for one in steps:
            if one not in self.taken:
                one.take(self, node)
                self.taken.add(one)  # only now: on the way it may be come to again

    def _hint(self, told: Told, node: Node) -> None:
        """Annotations: their types are made by what reads annotations, and by nothing else."""
        if self.reads_hints or told.reads:
            self._take(told.hinted, node)
            return
        self._hinted.append((node, told.hinted))
        for one in told.constants:
            self._add(one, node)

    def _read_hints(self) -> None:
        self.reads_hints = True
        for node, steps in self._hinted:
            self._take(steps, node)
        self._hinted = []

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

    def path_to(self, node: Node) -> list[Node]:
        """From what the snippet names to a node, one by one."""
        found = [node]
        while (before := self.nodes.get(found[-1])) is not None and before not in found:
            found.append(before)
        return [(path, name.removesuffix(BODY)) for path, name in found[::-1]]
