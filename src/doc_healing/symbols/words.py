"""Which names the code of each symbol of a file uses, and a digest of that code.

Told from tokens alone, in six languages alike: more than is used may be told, never less. What a
symbol holds is its own code without that of its members; the name "" stands for what a file does
when it is loaded.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise

from doc_healing.model import Outline, Symbol, SymbolKind, Token
from doc_healing.symbols.chains import Chain, Chains, chains
from doc_healing.symbols.loading import order, unbound
from doc_healing.symbols.width import depths, directives, required, wideness

_DOTS = frozenset({".", "?.", "::", "->", "!."})
_DYNAMIC = frozenset({
    "getattr", "setattr", "hasattr", "attrgetter", "methodcaller", "eval", "exec", "globals",
    "locals", "vars", "__dict__", "__getattribute__", "import_module", "__import__", "Reflect",
    "forName", "getMethod", "getDeclaredMethod", "MethodByName", "getattr_static",
})  # fmt: skip
# Modules whose decorators hand back what is called by the name that it is bound to.
_WRAPPING = frozenset({"click", "rich_click", "functools", "contextlib", "typing", "abc", "enum",
                       "typing_extensions", "dataclasses", "attr", "attrs", "deprecated", "types",
                       "deprecation", "wrapt", "tenacity", "backoff", "numba",
                       "warnings"})  # fmt: skip
_STANDARD = sys.stdlib_module_names - {"sys", "importlib"}
_READING = frozenset({
    "get_type_hints", "__annotations__", "get_annotations", "_eval_type", "ForwardRef",
    "evaluate_forward_ref", "__dataclass_fields__", "__attrs_attrs__",
})  # fmt: skip
_ENDED = frozenset({"return", "throw", "break", "continue", "yield"})
_DATA = (SymbolKind.FIELD, SymbolKind.CONST, SymbolKind.ENUM_MEMBER)
# Decorators that leave a function to be called by its name.
_INERT = frozenset({
    "property", "classmethod", "staticmethod", "overload", "contextmanager", "asynccontextmanager",
    "abstractmethod", "wraps", "cached_property", "lru_cache", "cache", "setter", "getter",
    "deleter", "dataclass", "final", "override", "Override", "deprecated", "Deprecated",
    "runtime_checkable", "total_ordering", "define", "frozen", "attrs", "s", "unique", "Nullable",
    "SuppressWarnings", "FunctionalInterface", "NonNull", "no_type_check", "abstractproperty",
    "dataclass_transform", "singledispatch", "coroutine",
})  # fmt: skip
# What makes a value and does nothing else.
_PURE = frozenset({
    "frozenset", "set", "dict", "list", "tuple", "str", "bytes", "bool", "object",
    "TypeVar", "ParamSpec", "NewType", "namedtuple", "NamedTuple", "Enum", "partial",
    "Symbol", "Set", "Map", "Object", "freeze", "Path", "getLogger", "cast",
    "len", "type", "range", "max", "min", "sum", "sorted", "MappingProxyType", "New", "Errorf",
    "isinstance",
})  # fmt: skip
_STRING = re.compile(r"[a-zA-Z]{0,3}(?:\"\"\"|'''|[\"'`])(.*?)(?:\"\"\"|'''|[\"'`])?$", re.DOTALL)
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*$")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:[.:/][A-Za-z_][\w-]*)+$")
_PREFIX = re.compile(r"_*[A-Za-z][A-Za-z0-9]*_$")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a piece of code uses.

    `names` stand alone, `members` behind a dot; `pairs` are a member and what stands before its
    dot. `texts` are strings that may be names, `prefixes` beginnings of such. `dynamic`: it asks
    for members by strings. Of Python what a name is a member of is known: `chains` are names with
    their members, which stand neither in `names` nor in `members`; `hints` are names in
    annotations, `checks` those that something is compared with, `bound` what it binds itself.
    """

    names: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    pairs: frozenset[tuple[str, str]] = frozenset()
    texts: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    dynamic: bool = False
    any_member: bool = False  # it may use all that it can get hold of
    any_own: bool = False  # all of what it is a member of
    any_file: bool = False  # it loads files that it does not name
    blind: bool = False  # it may use anything
    any_name: bool = False  # all that its file defines
    any_word: bool = False  # members by names that come as strings from elsewhere
    any_property: bool = False  # it may read or set any property
    chains: frozenset[Chain] = frozenset()
    hints: frozenset[Chain] = frozenset()
    checks: frozenset[Chain] = frozenset()
    bound: frozenset[str] = frozenset()
    values: frozenset[tuple[str, Chain | None]] = frozenset()  # what it binds, as far as it is told
    loads: frozenset[str] = frozenset()  # what it requires and uses at once
    unbound: frozenset[str] = frozenset()  # that loading asks for and that the file does not have
    order: tuple[str, ...] = ()  # what loading does, one after the other
    reads_hints: bool = False  # it asks for annotations
    decorated: bool = False
    registered: bool = False  # a decorator keeps it: it may be called without its name
    digest: str = ""


@dataclass(slots=True)
class _Bag:
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    digest: list[str] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    wide: set[str] = field(default_factory=set)  # which of the `any_...` it is
    chains: set[Chain] = field(default_factory=set)
    hints: set[Chain] = field(default_factory=set)
    checks: set[Chain] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    values: set[tuple[str, Chain | None]] = field(default_factory=set)
    decorated: bool = False
    defs: int = 0  # how many functions of Python begin in it
    heading: bool = False  # now between the `def` of an inner one and its end
    brackets: int = 0
    first: int | None = None  # how deep it begins

    def depth(self, now: int) -> int:
        """How deep the line of its first token stands."""
        if self.first is None:
            self.first = now
        return self.first


def words(outline: Outline, tokens: Sequence[Token], data: bytes = b"") -> Mapping[str, Words]:
    """By symbol (its name and discriminator) what its code uses; under "" what loading does.

    `data` is what the file holds: where indentation and comments mean something it is told by them
    as well. An import changes the code of those that use what it binds, and no other's.
    """
    bags: dict[str, _Bag] = {"": _Bag()}
    bags.update({key(one): _Bag() for one in outline.symbols})
    registered = _fill(outline, tokens, bags, depths(tokens, data, outline.language))
    bags[""].digest += directives(data, outline.language)
    for one in outline.symbols:  # a constant that is made by nothing matters to its readers alone
        if one.kind is SymbolKind.CONST and not one.container and not bags[key(one)].calls <= _PURE:
            bags[""].digest += bags[key(one)].digest
    bound = {one.name: f"{one.module}\0{one.member}" for one in outline.imports if one.name}
    found = {name: _words(bag, name in registered, bound) for name, bag in bags.items()}
    placed = [
        (token, chain, fresh) for token, chain, fresh in _placed(outline.symbols, tokens)
    ] if outline.language in ("python", "javascript", "typescript") else []  # fmt: skip
    loading = (unbound(outline, placed, _imports(tokens)), order(outline, placed, _imports(tokens)))
    return {**found, "": _words(bags[""], False, bound, loading)}


def key(symbol: Symbol) -> str:
    """What names a symbol within its file."""
    return f"{symbol.name}{symbol.discriminator}"


def _words(
    bag: _Bag,
    registered: bool,
    bound: Mapping[str, str],
    loading: tuple[frozenset[str], tuple[str, ...]] = (frozenset(), ()),
) -> Words:
    told = bag.chains | bag.hints | bag.checks
    used = bag.names | {one[0] for one in told}
    reached = used | bag.members | {step for one in bag.chains for step in one[1:]}
    imported = [f"{name}={bound[name]}" for name in sorted(used & bound.keys())]
    text = "\0".join([*bag.digest, *imported]).encode("utf-8", "surrogatepass")
    return Words(
        frozenset(bag.names),
        frozenset(bag.members),
        frozenset(bag.pairs),
        frozenset(bag.texts),
        frozenset(bag.prefixes),
        bool(reached & _DYNAMIC),
        "member" in bag.wide,
        "own" in bag.wide,
        "file" in bag.wide,
        "blind" in bag.wide,
        "name" in bag.wide,
        "word" in bag.wide,
        "property" in bag.wide,
        frozenset(bag.chains),
        frozenset(bag.hints),
        frozenset(bag.checks),
        frozenset(bag.bound),
        frozenset(bag.values),
        frozenset(bag.loads),
        *loading,
        not _READING.isdisjoint(reached) or "fields" in bag.names,
        bag.decorated,
        registered,
        blake2b(text, digest_size=12).hexdigest(),
    )


def _fill(
    outline: Outline,
    tokens: Sequence[Token],
    bags: Mapping[str, _Bag],
    depth: Mapping[int, int],
) -> set[str]:
    """Put each token into the bags that it belongs to; gives the symbols that a decorator keeps."""
    registered: set[str] = set()
    kept = decorated = False
    braced = outline.language in ("javascript", "typescript")
    bare = outline.language == "java"  # a member may stand without what it is a member of
    before: list[Token] = []
    imported = _imports(tokens)
    others, plain = _others(outline)
    known = chains(tokens) if outline.language == "python" else Chains()
    for at, (token, chain, fresh) in enumerate(_placed(outline.symbols, tokens)):
        if fresh and kept:
            registered.add(fresh)
            kept = False
        if fresh and decorated:
            bags[fresh].decorated = True
            decorated = False
        own = [bags[name] for name in chain]
        counted = own[:1] if chain[-1] == "" and len(own) > 1 else own
        for bag in counted if at not in imported else ():
            if at in depth:
                bag.digest.append(f"\n{depth[at] - bag.depth(depth[at])}")
            if braced and before and before[-1].text in _ENDED and token.line != before[-1].line:
                bag.digest.append("\n")  # a statement that ends with its line
            bag.digest.append(token.text)
            if token.text == "(" and before and before[-1].kind == "name":
                bag.calls.add(before[-1].text)
        previous = before[-1].text if before else ""
        inner = _is_inner(own[0], token)
        if (token.kind == "name" or at in known.at) and at not in imported:
            for bag in own if at in known.bound or inner else ():
                bag.bound.add(token.text)
                bag.values.add((token.text, known.values.get(at)))
            if all([_led(bag, token, at, known) for bag in own]):  # noqa: C419 - each bag gets it
                pass
            elif previous in _DOTS:
                receiver = before[-2].text if len(before) > 1 and before[-2].kind == "name" else ""
                for bag in own:
                    bag.members.add(token.text)
                    bag.pairs.add((receiver, token.text))
            elif outline.language == "go" or not _defines(token, chain):
                for bag in own:
                    bag.names.add(token.text)
                    if bare or (braced and previous in ("{", ",")):
                        bag.members.add(token.text)
            if _decorates(before, token):
                decorated = True
                kept = kept or not (token.text in _INERT or token.text in plain)
            if token.text in _INERT and previous in _DOTS:
                kept = False
        elif token.kind == "literal":
            for bag in own:
                _string(bag, token.text)
        if braced and (module := required(tokens, at)):
            for bag in own:
                bag.loads.add(module)
        for kind in wideness(tokens, at, outline.language, others) if at not in imported else ():
            for bag in own:
                bag.wide.add(kind)
        before = [*before[-1:], token]
    return registered


def _others(outline: Outline) -> tuple[frozenset[str], frozenset[str]]:
    """The names of Python's own modules in a file, and of what keeps nothing that it decorates."""
    if outline.language != "python":
        return frozenset(), frozenset()
    told = [(one.name, one.module.partition(".")[0], one.member) for one in outline.imports]
    others = {name for name, top, member in told if top in _STANDARD and not member}
    plain = {name for name, top, _ in told if top in _WRAPPING}
    return frozenset(others), frozenset(plain)


def _is_inner(bag: _Bag, token: Token) -> bool:
    """Whether a name stands in the parameters of a function within the one that a bag is of."""
    if token.text == "def":
        bag.defs += 1
        bag.heading = bag.defs > 1
        bag.brackets = 0
    elif bag.heading and token.kind == "other":
        bag.brackets += (token.text in _OPENING) - (token.text in _CLOSING)
        bag.heading = bag.brackets > 0 or token.text not in (")", ":")
    return bag.heading and token.kind == "name"


def _led(bag: _Bag, token: Token, at: int, known: Chains) -> bool:
    """Put a name in its place where it is known what it is a member or the beginning of."""
    if at in known.within and at not in known.at:
        return True
    own = known.at.get(at, (token.text,))
    if at in known.hints:
        bag.hints.add(own)
    elif at in known.checks:
        bag.checks.add(own)
    elif len(own) > 1:
        bag.chains.add(own)
        bag.pairs.update(pairwise(own))
    else:
        return False
    return True


def _defines(token: Token, chain: Sequence[str]) -> bool:
    """Whether it is the name of the constant that it stands in."""
    return len(chain) > 1 and chain[0].rpartition(".")[2] == token.text


def _decorates(before: Sequence[Token], token: Token) -> bool:
    return bool(before) and before[-1].text == "@" and before[-1].line == token.line


def _string(bag: _Bag, text: str) -> None:
    found = _STRING.match(text) if len(text) < 120 else None
    if found is None:
        return
    inside = found[1]
    if _IDENTIFIER.match(inside):
        bag.texts.add(inside)
    if _PATH.match(inside):
        bag.texts.add(inside)
    start = inside.partition("{")[0].partition("%")[0]
    if _PREFIX.match(start):
        bag.prefixes.add(start)


def _placed(
    symbols: Sequence[Symbol], tokens: Sequence[Token]
) -> Iterator[tuple[Token, tuple[str, ...], str]]:
    """Each token with the symbols whose code it is, and the symbol that begins with it.

    A field's or a constant's code is that of what surrounds it as well, which executes it.
    """
    ordered = sorted(symbols, key=lambda one: (one.span.start, -one.span.end))
    open_: list[Symbol] = []
    upcoming = 0
    chain: tuple[str, ...] = ("",)
    for token in tokens:
        fresh = ""
        moved = False
        while open_ and token.start >= open_[-1].span.end:
            open_.pop()
            moved = True
        while upcoming < len(ordered) and ordered[upcoming].span.start <= token.start:
            one = ordered[upcoming]
            upcoming += 1
            if token.start < one.span.end:
                open_.append(one)
                fresh = fresh or key(one)
                moved = True
        if moved:
            chain = _chain(open_)
        yield token, chain, fresh


def _chain(open_: Sequence[Symbol]) -> tuple[str, ...]:
    found: list[str] = []
    for one in reversed(open_):
        found.append(key(one))
        if one.kind not in _DATA or _is_computed(one):
            return tuple(found)
    return (*found, "")


def _is_computed(one: Symbol) -> bool:
    """Whether a field's code runs when it is asked for, and not where it stands."""
    return "property" in one.flags and one.path.endswith((".py", ".pyi"))


def _imports(tokens: Sequence[Token]) -> set[int]:
    """The places of tokens that stand in import statements: to import a name is not to use it."""
    found: set[int] = set()
    depth, inside, line = 0, False, 0
    for at, token in enumerate(tokens):
        first = token.line != line
        if first and depth == 0:
            inside = _begins_import(tokens, at)
        line = token.line
        if token.text in _OPENING:
            depth += 1
        elif token.text in _CLOSING:
            depth = max(0, depth - 1)
        if inside:
            found.add(at)
            if token.text == ";":
                inside = False
        elif not inside and token.text == "use" and at and tokens[at - 1].text in ("pub", ")"):
            inside = True
    return found


def _begins_import(tokens: Sequence[Token], at: int) -> bool:
    text = tokens[at].text
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if text in ("import", "from"):
        return following not in ("(", ".") or text == "from"
    if text == "export":
        return following in ("{", "*")
    return text == "use" and tokens[at].kind != "name"
