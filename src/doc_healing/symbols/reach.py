"""Which code a snippet may come to run: what it uses, what that uses, and what loading it does.

A rapid type analysis (Bacon and Sweeney, OOPSLA 1996) without types: a member is reached when its
type is and when something reached asks for a member of its name. More than is run may be told and
nothing that is run may be missing, so that whatever cannot be followed counts as used.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doc_healing.model import Origin, Symbol, SymbolKind
from doc_healing.symbols.lookup import MEMBERS, Lookup, Place
from doc_healing.symbols.references import Resolved
from doc_healing.symbols.words import Words, key

Node = tuple[str, str]  # (path, a symbol's key in it); "" as key is what loading the file does
ReadWords = Callable[[str], Mapping[str, Words]]

_LOADING = frozenset({"python", "javascript", "typescript", "go"})  # to import a file is to run it
_FOLDERS = frozenset({"go"})  # a whole folder is loaded at once
# Types that call nothing of what is derived from them but what every object has.
_INERT_BASES = frozenset({
    "object", "Generic", "Protocol", "ABC", "Exception", "ValueError", "TypeError", "KeyError",
    "RuntimeError", "AttributeError", "LookupError", "OSError", "IOError", "Warning", "UserWarning",
    "DeprecationWarning", "NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag",
    "IntFlag", "BaseException", "NotImplementedError", "ImportError", "Error", "Object", "Sized",
    "ABCMeta", "type", "Clone", "Copy", "Debug", "Send", "Sync", "Eq",
})  # fmt: skip
# What a runtime or a standard library calls without anybody naming it.
_CALLED = frozenset({
    "constructor", "toString", "valueOf", "toJSON", "then", "hashCode", "equals", "compareTo",
    "close", "run", "call", "get", "accept", "apply", "test", "iterator", "next", "hasNext",
    "String", "Error", "GoString", "Format", "Write", "Read", "Close", "Seek", "ServeHTTP", "Len",
    "Less", "Swap", "Unwrap", "Is", "As", "MarshalJSON", "UnmarshalJSON", "MarshalText",
    "UnmarshalText", "MarshalBinary", "UnmarshalBinary", "Scan", "Value", "init", "main", "Push",
    "Pop", "RoundTrip", "Accept", "Addr", "Flush", "Header", "WriteHeader", "Hijack", "Done",
    "Err", "Deadline", "Enabled", "Handle", "WithAttrs", "WithGroup", "Set", "Type", "ReadFrom",
    "WriteTo", "WriteString", "ReadByte", "Open", "Stat", "Name", "fmt", "drop", "deref",
    "deref_mut", "from", "into", "try_from", "try_into", "default", "clone", "eq", "ne", "cmp",
    "partial_cmp", "hash", "index", "index_mut", "add", "sub", "mul", "div", "rem", "neg", "not",
    "add_assign", "sub_assign", "mul_assign", "div_assign", "bitand", "bitor", "bitxor", "shl",
    "shr", "from_str", "from_iter", "into_iter", "extend", "source", "poll", "call_once",
    "call_mut", "as_ref", "as_mut", "borrow", "to_string", "write", "flush", "read", "serialize",
    "deserialize", "size_hint", "next_back", "len", "sum", "product",
})  # fmt: skip
_COMPILED = frozenset({"go", "java", "rust"})
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

    def of(self, resolved: Iterable[Resolved], language: str) -> "Walk":
        """All that a snippet with these uses may run."""
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
        self._todo: list[Node] = []

    def copy(self) -> "Walk":
        """The same again, to go on from."""
        other = Walk(self.reach)
        other.nodes = dict(self.nodes)
        other.files, other.members = set(self.files), set(self.members)
        other.prefixes, other.types = set(self.prefixes), dict(self.types)
        other.dynamic = set(self.dynamic)
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
            if foreign or self._asked(member):
                self._member(member, (symbol.path, key(symbol)))

    def _asked(self, member: Symbol) -> bool:
        last = member.last
        if last in self.members or _DUNDER.match(last):
            return True
        if member.kind not in MEMBERS:
            return False
        language = self.reach.known.languages[member.path]
        owner = member.container.rpartition(".")[2]
        if last in ("constructor", owner, "<init>") or (language in _COMPILED and last in _CALLED):
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
        for one in self.reach.known.by_last.get(name, ()):
            if not one.container:
                continue
            owners = self.reach.known.owners(one)
            if any(owner.id in self.types for owner in owners):
                self._member(one, source)

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
        if found.dynamic:
            self.dynamic.add(path)
            for text in found.texts:
                self.ask(text, node)
            for prefix in found.prefixes:
                self._ask_prefix(prefix, node)
        for text in found.texts:
            if not text.isidentifier():
                self._path(text, node)

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
                return [Place(one) for one in inner]
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
        if last not in own and last not in _INERT_BASES:
            return True
    return False
