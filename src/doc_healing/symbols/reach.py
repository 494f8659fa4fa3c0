"""Which code a snippet may come to run: what it uses, what that uses, and what loading it does.

A rapid type analysis (Bacon and Sweeney, OOPSLA 1996) without types: a member is reached when its
type is and when something reached asks for a member of its name. More than is run may be told and
nothing that is run may be missing, so that whatever cannot be followed counts as used.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doc_healing.model import Origin, Symbol, SymbolKind
from doc_healing.symbols.called import CALLED, INERT_BASES, PROTOCOLS, STANDS_FOR
from doc_healing.symbols.lookup import MEMBERS, Lookup, Place
from doc_healing.symbols.references import Resolved
from doc_healing.symbols.words import Words, key

Node = tuple[str, str]  # (path, a symbol's key in it); "" as key is what loading the file does
ReadWords = Callable[[str], Mapping[str, Words]]

_LOADING = frozenset({"python", "javascript", "typescript", "go"})  # to import a file is to run it
_FOLDERS = frozenset({"go"})  # a whole folder is loaded at once
_SCRIPTS = ("javascript", "typescript")
_SCANS = frozenset({"globals", "locals", "vars", "eval", "exec", "dir"})
_ASIDE = re.compile(r"(?:^|/)(?:tests?|__tests__|docs?|examples?|bench\w*)/|(?:^|/)setup\.py$")
_BODY = "\0"  # behind a class's key: what it states is run, itself it is not used
_DUNDER = re.compile(r"__\w+__$|_(?:missing|generate_next_value|repr|ipython)_\w*$")


@dataclass(frozen=True)
class Reach:
    """The calls of a tree, asked for as far as somebody gets.

    `read` gives the words of a file; of one that it cannot read, an empty answer.
    """

    known: Lookup
    read: ReadWords
    _words: dict[str, Mapping[str, Words]] = field(default_factory=dict)
    _meant: dict[tuple[str, str], Sequence[Place]] = field(default_factory=dict)
    _loads: dict[str, Sequence[str]] = field(default_factory=dict)
    _loaded: dict[frozenset[str], "Walk"] = field(default_factory=dict)

    def words(self, path: str) -> Mapping[str, Words]:
        """The words of a file, read once."""
        if path not in self._words:
            self._words[path] = self.read(path)
        return self._words[path]

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
        walk.follow()
        if walk.dynamic or walk.wide:
            for text in texts:
                walk.ask(text, None)
            walk.follow()
        return walk

    def files_of(self, module: str, language: str) -> list[str]:
        """The files that importing a module loads first."""
        found = dict.fromkeys(self.known.files(module, language))
        for target in self.known.surface(language).get(module, {}).values():
            if not target.hidden and target.symbol in self.known.symbols:
                found[self.known.symbols[target.symbol].path] = None
        return list(found)

    def loads(self, path: str) -> Sequence[str]:
        """The files that loading a file loads besides."""
        if path not in self._loads:
            self._loads[path] = list(dict.fromkeys(self._loading(path)))
        return self._loads[path]

    def _loading(self, path: str) -> Iterator[str]:
        outline = self.known.outlines[path]
        if outline.language not in _LOADING:
            return
        if outline.language == "python":
            yield from _packages(path, self.known)
        if outline.language in _FOLDERS:
            folder = path.rpartition("/")[0]
            yield from (p for p in self.known.outlines if p.rpartition("/")[0] == folder)
        if outline.language in _SCRIPTS:  # `x.mjs` and `x.cjs`: a runtime takes one of them
            yield from self.known.twins.get(re.sub(r"(\.d)?\.\w+$", "", path), ())
        for one in outline.imports:
            if not one.module:
                continue
            yield from self.known.files(one.module, outline.language, path)
            if one.member not in ("", "*") and outline.language == "python":
                dot = "" if one.module.endswith(".") else "."
                inner = f"{one.module}{dot}{one.member}"
                yield from self.known.files(inner, outline.language, path)

    def meant(self, name: str, path: str) -> Sequence[Place]:
        """What a bare name means in a file."""
        at = (name, path)
        if at not in self._meant:
            self._meant[at] = self.known.within(name, path)
        return self._meant[at]


def _packages(path: str, known: Lookup) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        inner = f"{folder}/__init__.py"
        if inner in known.outlines:
            yield inner
        folder = folder.rpartition("/")[0]


class Walk:
    """What is reached so far, and what is still to be looked at."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.nodes: dict[Node, Node | None] = {}  # each with the one that it was reached from
        self.files: set[str] = set()
        self.members: set[str] = set()
        self.prefixes: set[str] = set()
        self.types: dict[str, Symbol] = {}
        self.dynamic: set[str] = set()  # files whose code asks for members by strings
        self.any_member = False  # something reached may use any member of what is reached
        self.open: set[str] = set()  # types of which something may use any member
        self.collects = False  # something asks for all classes that are derived from another
        self.wide: set[str] = set()  # languages of which something loads files that it cannot name
        self.blind = ""  # the path of what may use anything
        self._todo: list[Node] = []

    def copy(self) -> "Walk":
        """The same again, to go on from."""
        other = Walk(self.reach)
        other.nodes = dict(self.nodes)
        other.files, other.members = set(self.files), set(self.members)
        other.prefixes, other.types = set(self.prefixes), dict(self.types)
        other.dynamic = set(self.dynamic)
        other.any_member, other.collects, other.blind = self.any_member, self.collects, self.blind
        other.open, other.wide = set(self.open), set(self.wide)
        other._todo = list(self._todo)
        return other

    def use(self, one: Resolved) -> None:
        """A use of the snippet itself."""
        for symbol, _, _ in one.symbols:
            self.touch(symbol, None)
        if one.use.origin is not Origin.IMPORTED or one.modules or one.symbols:
            for step in one.use.names:
                self.ask(step, None)

    def load(self, path: str, source: Node | None = None) -> None:
        """Loading a file runs what stands at its top, and loads what that imports."""
        waiting = [(path, source)]
        while waiting:
            file, by = waiting.pop()
            if file in self.files or file not in self.reach.known.outlines:
                continue
            self.files.add(file)
            self._add((file, ""), by)
            waiting += [(other, (file, "")) for other in self.reach.loads(file)]
            for one in self.reach.known.outlines[file].symbols:
                if self._collected(one):
                    self._type(one, (file, ""))
                if self._runs_on_load(one):
                    self._add((file, key(one)), (file, ""))
                elif self._stands_open(one):
                    self._add((file, f"{key(one)}{_BODY}"), (file, ""))

    def _runs_on_load(self, one: Symbol) -> bool:
        language = self.reach.known.languages[one.path]
        if language == "go":
            return one.name == "init" or one.kind is SymbolKind.CONST
        if language not in _LOADING:
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
        return one.kind is SymbolKind.TYPE and self.reach.known.languages[one.path] in _LOADING

    def touch(self, symbol: Symbol, source: Node | None) -> None:
        """A symbol that something reached names."""
        node = (symbol.path, key(symbol))
        self._add(node, source)
        for same in self.reach.known.tops.get(symbol.path, {}).get(symbol.name, ()):
            self._add((same.path, key(same)), source)
        if self.reach.known.languages.get(symbol.path) in _LOADING:
            self.load(symbol.path, source)
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
        foreign = _foreign(symbol, {one.last for one in bases})
        for member in known.inside(symbol):
            if foreign or self._open(symbol) or self._asked(member):
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
        if last in self.members or _DUNDER.match(last):
            return True
        if member.kind not in MEMBERS:
            return False
        language = self.reach.known.languages[member.path]
        owner = member.container.rpartition(".")[2]
        if last in ("constructor", owner, "<init>") or last in PROTOCOLS.get(language, CALLED):
            return True
        if "[" in last:  # `[Symbol.iterator]`
            return True
        if any(last.startswith(prefix) for prefix in self.prefixes):
            return True
        kept = self.reach.words(member.path).get(key(member))
        return kept is not None and kept.registered

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

    def _widen(self, found: Words, node: Node) -> None:
        """Follow what may use more than it names."""
        if found.blind:
            self.blind = self.blind or node[0]
        if found.any_member:
            self._open_all(found, node)
        if found.any_own:
            self._open_own(node)
        if found.any_file:
            self._load_all(node)

    def _open_all(self, found: Words, node: Node) -> None:
        for file in self._meant_whole(found, node):
            for one in self.reach.known.outlines[file].symbols:
                if not one.container:
                    self.touch(one, node)
        if not self.any_member:
            self.any_member = True
            for owner in list(self.types.values()):
                self._whole(owner)

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

    def _open_own(self, node: Node) -> None:
        known = self.reach.known
        inner = node[1].removesuffix(_BODY).partition("(")[0]
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
        self.wide |= {"javascript", "typescript"} if language in _SCRIPTS else {language}
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

    def follow(self) -> None:
        """Look at everything that was reached, until nothing is new."""
        while self._todo:
            node = self._todo.pop()
            found = self.reach.words(node[0]).get(node[1].removesuffix(_BODY))
            if found is not None:
                self._expand(node, found)

    def _expand(self, node: Node, found: Words) -> None:
        path, own = node
        passive = self._passive(path, own) if own.endswith(_BODY) else frozenset()
        for name in found.names - passive:
            for place in self._bare(name, path, own):
                self._place(place, node)
        for receiver, name in found.pairs:
            self._pair(receiver, name, node)
        for name in found.members:
            self.ask(name, node)
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

    def _required(self, module: str, node: Node) -> None:
        """`require('./x')` where it is used at once, or for what loading it does."""
        known = self.reach.known
        for file in known.files(module, known.languages[node[0]], node[0]):
            self.load(file, node)
            for one in known.outlines[file].symbols:
                if not one.container:
                    self.touch(one, node)

    def _passive(self, path: str, own: str) -> frozenset[str]:
        """The bases that a class statement names and that do nothing when it is run."""
        found = {own.removesuffix(_BODY).partition("(")[0].rpartition(".")[2]}
        for one in self.reach.known.tops[path].get(own.removesuffix(_BODY), ()):
            for text in one.bases:
                bases = self.reach.known.typed(text, path, one)
                if not any(self.reach.known.members(base, "__init_subclass__") for base in bases):
                    found.add(re.split(r"\.|::", text)[-1])
        return frozenset(found)

    def _bare(self, name: str, path: str, own: str) -> Sequence[Place]:
        """A name that stands alone: of the symbol's own surroundings first, then of its file."""
        tops = self.reach.known.tops.get(path, {})
        around = own.removesuffix(_BODY).partition("(")[0]
        while around:
            inner = tops.get(f"{around}.{name}")
            if inner:
                outer = self.reach.meant(name, path) if path.endswith(".go") else ()
                return [*(Place(one) for one in inner), *outer]  # an embedded type is a field too
            around = around.rpartition(".")[0]
        return self.reach.meant(name, path)

    def _place(self, place: Place, node: Node) -> None:
        if place.symbol is not None:
            self.touch(place.symbol, node)
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
        return [(path, name.removesuffix(_BODY)) for path, name in found[::-1]]


def _foreign(symbol: Symbol, own: set[str]) -> bool:
    """Whether a type has a base of somebody else's, who may call whatever overrides it."""
    for text in symbol.bases:
        last = re.split(r"\.|::", text)[-1]
        if last not in own and last not in INERT_BASES:
            return True
    return False
