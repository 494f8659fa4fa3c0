"""Whose member a name of Python's is: what a chain like `self.client.get` can reach.

Where the type of what stands before a dot is known (`self`, a class, a module, a parameter with an
annotation), the member is asked of that type's relatives only; of another project's modules, of
nothing. Everything else is asked of anything, and so is a member that the relatives do not have.
"""

import builtins
import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from doc_healing.model import Symbol, SymbolKind
from doc_healing.symbols.called import INERT_BASES
from doc_healing.symbols.chains import Chain
from doc_healing.symbols.lookup import Lookup, Place
from doc_healing.symbols.words import Words, key

Node = tuple[str, str]

_OWN = frozenset({"self", "cls", "super"})
_BUILT_IN = frozenset(dir(builtins)) - {"super", "__import__"}
_WORD = re.compile(r"[A-Za-z_]\w*")
# They hold a value of the type that they name, or are one whose members are the language's own.
_PLAIN_TYPES = frozenset({"None", "Optional", "Union", "str", "int", "float", "bool", "bytes",
                          "typing", "t"})  # fmt: skip
# What gives the language's own values, whatever it is given.
_MAKING = frozenset({"str", "int", "float", "bool", "bytes", "bytearray", "list", "dict", "set",
                     "frozenset", "tuple", "len", "repr", "sorted", "range", "open", "input", "abs",
                     "hash", "id", "format", "ord", "chr", "enumerate", "zip", "hex", "dir",
                     "isinstance", "issubclass", "callable", "any", "all"})  # fmt: skip
_PURE = frozenset({"os", "re", "time", "datetime", "json", "math", "logging", "pathlib", "urllib",
                   "hashlib", "base64", "struct", "textwrap", "string", "shutil", "tempfile", "io",
                   "socket", "ssl", "zlib", "gzip", "uuid", "decimal", "random", "platform", "ast",
                   "locale", "codecs", "subprocess", "threading", "difflib", "html", "calendar",
                   "ipaddress", "binascii", "secrets", "fractions", "traceback", "tokenize",
                   "zoneinfo", "unicodedata", "getpass", "glob", "fnmatch"})  # fmt: skip
_DEEP = 4  # locals made from locals
_STRUCTURAL = frozenset({"Protocol", "ABC"})


class Asking(Protocol):
    """What a walk is asked for on the way."""

    def touch(self, symbol: Symbol, source: Node | None, *, made: bool = True) -> None:
        """A symbol is named; not `made`: of a type no instance by that."""

    def ask(self, name: str, source: Node | None) -> None:
        """A member of that name is asked for, of anything."""

    def ask_of(self, owner: Symbol, name: str, source: Node) -> None:
        """A member of that name is asked for, of a type or of what is derived from it."""

    def meant_by(self, name: str, node: Node) -> Iterable[Place]:
        """What a name that stands alone means in the code of a node."""


def follow(walk: Asking, known: Lookup, chain: Chain, node: Node, found: Words) -> None:
    """Ask for the members of a chain that stands in the code of a node."""
    root, *steps = chain
    types = _instances(walk, known, root, node, found)
    if types is None and (root in found.bound or _is_parameter(root, node, known)):
        walk.ask(steps.pop(0), node)
    elif types is None:
        steps = _named(walk, known, chain, node)
    while steps and types is not None:
        step = steps.pop(0)
        for one in types:
            walk.ask_of(one, step, node)
        types = _inner(types, step, known)
    for step in steps:
        walk.ask(step, node)


def _instances(
    walk: Asking, known: Lookup, root: str, node: Node, found: Words, deep: int = 0
) -> list[Symbol] | None:
    """The project's types that a name holds instances of; None where nobody can tell."""
    owner = _itself(root, node, known, found)
    if owner is not None:
        return [owner]
    declared = _declared(root, node, known, found)
    if declared is not None or deep > _DEEP:
        return declared
    return _held(walk, known, root, node, found, deep)


def _inner(types: list[Symbol], name: str, known: Lookup) -> list[Symbol] | None:
    """The types of a member of some types that holds a value; None where it is not declared."""
    found: list[Symbol] = []
    for owner in types:
        members = known.members(owner, name)
        if not members:
            return None
        for one in members:
            if one.kind is not SymbolKind.FIELD or not one.returns:
                return None
            told = _types(one.returns, one, known)
            if told is None:
                return None
            found += told
    return found if types else []


def _named(walk: Asking, known: Lookup, chain: Chain, node: Node) -> list[str]:
    """Follow a chain from what its first name means in its file; gives what is left to ask for."""
    root, first, *rest = chain
    places = list(walk.meant_by(root, node))
    if not places:
        return [] if _is_foreign(root, node[0], known) else [first, *rest]
    left: list[str] = []
    for place in places:
        if place.symbol is None:
            left += [] if _offers(known, place.module, first, node[0]) else [first]
        elif place.symbol.kind is SymbolKind.TYPE:
            left += [] if of_class(walk, known, place.symbol, first, node) else [first]
        else:
            walk.touch(
                place.symbol, node, made=not (node[1].endswith("\0") and place.symbol.container)
            )
            left.append(first)
    return [*left, *rest]


def _held(
    walk: Asking, known: Lookup, root: str, node: Node, found: Words, deep: int
) -> list[Symbol] | None:
    """The project's types of what a local name holds; None where that is not known for certain."""
    if root not in found.bound or _is_parameter(root, node, known):
        return None
    types: list[Symbol] = []
    for name, chain in found.values:
        if name != root:
            continue
        made = _made(walk, known, chain, node, found, deep) if chain is not None else None
        if made is None:
            return None
        types += made
    return types


def _made(
    walk: Asking, known: Lookup, chain: Chain, node: Node, found: Words, deep: int
) -> list[Symbol] | None:
    """The project's types of what a call gives; none for a literal, None where nobody can tell."""
    if not chain:
        return []
    root, *steps = chain
    types = _instances(walk, known, root, node, found, deep + 1) if steps else None
    if types is not None:
        places = [Place(one, instance=True) for one in types]
    elif root in found.bound or _is_parameter(root, node, known):
        return None
    else:
        places = list(walk.meant_by(root, node))
        if not places:
            return [] if _gives_own(root, node[0], known) else None
    for step in steps:
        places = [one for place in places for one in _step(known, place, step, node[0])]
    return _results(places, known)


def _results(places: list[Place], known: Lookup) -> list[Symbol] | None:
    types: list[Symbol] = []
    for one in (place.symbol for place in places):
        if one is not None and one.kind is SymbolKind.TYPE and _is_closed(one):
            types.append(one)
            continue
        declared = one is not None and one.kind is not SymbolKind.FIELD and one.returns
        told = _types(one.returns, one, known) if one is not None and declared else None
        if told is None:
            return None
        types += told
    return types or None


def _step(known: Lookup, place: Place, step: str, path: str) -> list[Place]:
    if place.symbol is not None:
        return [Place(one) for one in known.members(place.symbol, step)] or [Place()]
    files = known.files(place.module, "python", path)
    return [one for file in files for one in known.within(step, file)] or [Place()]


def _gives_own(root: str, path: str, known: Lookup) -> bool:
    """Whether what calling something of somebody else's gives can be no object of the project."""
    if root in _MAKING:
        return root not in known.tops[path]
    imports = [one for one in known.outlines[path].imports if one.name == root]
    return bool(imports) and all(one.module.partition(".")[0] in _PURE for one in imports)


def of_class(walk: Asking, known: Lookup, owner: Symbol, name: str, node: Node) -> bool:
    """`Class.name`: reach the member; False where the class does not say that it has one."""
    found = known.members(owner, name)
    makes = not found or _keeps(owner, known)
    for one in found:
        static = one.kind is SymbolKind.TYPE or "static" in one.flags
        makes = makes or not (static or one.kind is SymbolKind.FIELD)
    walk.touch(owner, node, made=makes)
    for one in found:
        walk.touch(one, node, made=one.kind is SymbolKind.TYPE)
    return bool(found)


def _keeps(owner: Symbol, known: Lookup) -> bool:
    """Whether a class's fields may be instances of it, or its metaclass may do anything."""
    own = {one.last for one in known.bases(owner)}
    foreign = {re.split(r"\.|::", text)[-1] for text in owner.bases} - own
    return bool(foreign - (INERT_BASES - {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})) or any(
        _keeps(one, known) for one in known.bases(owner)
    )


def _itself(root: str, node: Node, known: Lookup, found: Words) -> Symbol | None:
    """The class whose instance `self` is here."""
    if root not in _OWN or root in found.bound:
        return None
    tops = known.tops.get(node[0], {})
    inner = node[1].partition("(")[0].partition("[")[0].rstrip("\0")
    while inner:
        container = inner.rpartition(".")[0]
        owners = [one for one in tops.get(container, ()) if one.kind is SymbolKind.TYPE]
        if owners:
            return None if _is_meta(owners[0]) else owners[0]
        if any(_has(one, root) for one in tops.get(inner, ())):
            return None  # a function that is given a `self` of somebody
        inner = container
    return None


def _is_meta(owner: Symbol) -> bool:
    lasts = [re.split(r"\.", text)[-1] for text in owner.bases]
    return any(
        last == "type" or last.endswith(("Meta", "MetaClass", "Metaclass")) for last in lasts
    )


def _has(one: Symbol, name: str) -> bool:
    return any(each.name.lstrip("*") == name for each in one.parameters or ())


def _around(node: Node, known: Lookup) -> list[Symbol]:
    """The functions that a node's code stands in, the inmost first."""
    tops = known.tops.get(node[0], {})
    inner = node[1].rstrip("\0")
    same = [
        one for one in tops.get(inner.partition("(")[0].partition("[")[0], ()) if key(one) == inner
    ]
    found = list(same)
    inner = inner.partition("(")[0].partition("[")[0].rpartition(".")[0]
    while inner:
        found += [one for one in tops.get(inner, ()) if one.parameters is not None]
        inner = inner.rpartition(".")[0]
    return found


def _is_parameter(root: str, node: Node, known: Lookup) -> bool:
    return any(_has(one, root) for one in _around(node, known))


def _declared(root: str, node: Node, known: Lookup, found: Words) -> list[Symbol] | None:
    """The project's types that a parameter's annotation names; None where it may be others'."""
    if root in found.bound:
        return None
    for one in _around(node, known):
        for each in one.parameters or ():
            if each.name == root:
                return _types(each.type, one, known)
    return None


def _types(text: str, around: Symbol, known: Lookup) -> list[Symbol] | None:
    types: list[Symbol] = []
    names = _WORD.findall(text)
    for name in names:
        if name in _PLAIN_TYPES:
            continue
        own = known.typed(name, around.path) if known.within(name, around.path) else []
        if not own or any(not _is_closed(one) for one in own):
            return None
        types += own
    return types if names else None


def _is_closed(one: Symbol) -> bool:
    """Whether only what is derived from a type counts as one."""
    lasts = {re.split(r"\.", text)[-1] for text in one.bases}
    return one.kind is SymbolKind.TYPE and not lasts & _STRUCTURAL and "alias" not in one.flags


def _is_foreign(root: str, path: str, known: Lookup) -> bool:
    """Whether a name that leads nowhere in the project is known to be somebody else's."""
    outline = known.outlines[path]
    bound = [one for one in outline.imports if one.name == root]
    if any(one.module.startswith(".") or known.owns(one.module, "python") for one in bound):
        return False
    return bool(bound) or root in _BUILT_IN


def _offers(known: Lookup, module: str, name: str, path: str) -> bool:
    """Whether a module of the project has a name: then it is no member of anything else."""
    for file in known.files(module, "python", path):
        if known.within(name, file):
            return True
    return known.is_module(f"{module}.{name}", "python")


def clans(known: Lookup) -> Mapping[str, str]:
    """The relatives of each class of Python, by its id: all that are derived from one another."""
    parent: dict[str, str] = {}

    def top(one: str) -> str:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    types = [
        one
        for path, outline in known.outlines.items()
        if known.languages[path] == "python"
        for one in outline.symbols
        if one.kind is SymbolKind.TYPE
    ]
    for one in types:
        bases = list(known.bases(one))
        for text in one.bases:
            if "(" in text:  # what makes the base is told by what it is made from
                names = _WORD.findall(text)
                bases += [each for name in names for each in known.typed(name, one.path)]
        for base in bases:
            parent[top(one.id)] = top(base.id)
    return {one.id: top(one.id) for one in types}


def foreign(symbol: Symbol, own: set[str]) -> bool:
    """Whether a type has a base of somebody else's, who may call whatever overrides it."""
    for text in symbol.bases:
        last = re.split(r"\.|::", text)[-1]
        if last not in own and last not in INERT_BASES:
            return True
    return False
