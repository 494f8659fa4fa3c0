"""Public API that no document mentions.

Strict, for a list that nobody believes is read by nobody: what is public by a statement of the
project (`__all__`, a root package, an export) or stands beside something that is documented, and
nothing that is an override, a special method, a test or an example.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from doc_healing.model import Symbol, SymbolKind, Visibility
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.names import parts

_TOLD = (SymbolKind.TYPE, SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.MACRO)
_PRIVATE = re.compile(
    r"(?:^|[./:\\-])(?:_(?!_init__)\w*|internals?|private|impl|tests?|testing|__tests__|test_\w+"
    r"|\w+_test|conftest|examples?|benchmarks?|bench|vendor|vendored|compat|exp|experimental|unstable|scripts|tools|demos?"
    r"|samples?|fixtures|docs?|website|migrations|\w+[-_](?:backend|internals?|impl))(?=$|[./:\\-])"
)
_AIDS = re.compile(r"(?:^|[./:])(?:utils?|helpers?)(?=$|[./:])")  # modules of what others need
_INNER = re.compile(r"[a-z](?:Internals?|Impl)$")  # what an author calls so is for authors
_SILENT = frozenset({"overload", "hidden", "alias", "override", "generated", "setter", "deleter"})
_ACCESSOR = re.compile(r"(?:get|set|is|with)([A-Z])(\w+)$")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_DOTTED = re.compile(r"[A-Za-z_@][\w-]*(?:(?:::|[./])[A-Za-z_][\w-]*)+")
_ALL_OF = re.compile(r"(?m)^\s*(?:\.\.\s+auto(?:module|class|exception)::|:::)\s*~?([\w.:]+)")


@dataclass(frozen=True, slots=True)
class Undocumented:
    """A public symbol that no document mentions, under the name that readers import it by."""

    symbol: Symbol
    module: str
    name: str

    @property
    def shown(self) -> str:
        """The whole name."""
        return f"{self.module}.{self.name}" if self.module else self.name


@dataclass(frozen=True, slots=True)
class Said:
    """What the documentation says: all its words, and what it takes from source whole."""

    words: frozenset[str]
    wholes: frozenset[str]
    dotted: frozenset[str] = frozenset()  # names of several parts, and what they begin with


def said(texts: Iterable[str]) -> Said:
    """What some documents say."""
    words: set[str] = set()
    wholes: set[str] = set()
    dotted: set[str] = set()
    for text in texts:
        dotted.update(_beginnings(_DOTTED.findall(text)))
        words.update(_WORD.findall(text))
        wholes.update(match[1] for match in _ALL_OF.finditer(text))
    return Said(frozenset(words), frozenset(wholes), frozenset(dotted))


def _beginnings(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in set(names):
        cuts = [match.start() for match in re.finditer(r"::|[./]", name)]
        found.update(name[:cut] for cut in (*cuts, len(name)))
    return found


def undocumented(
    head: Lookup, documents: Said, added: Sequence[Symbol] | None, base: Lookup | None = None
) -> list[Undocumented]:
    """The public symbols that nothing mentions; of `added` ones, where these are given."""
    symbols = list(head.symbols.values()) if added is None else added
    before = _names(base) if base else frozenset()
    found: dict[tuple[str, str], Undocumented] = {}
    for symbol in symbols:
        one = _told(symbol, head, documents)
        if one is not None and one.shown not in before:
            found.setdefault((one.module or symbol.path, one.name), one)
    chosen = found.values()
    types = {one.symbol.id for one in chosen if one.symbol.kind is SymbolKind.TYPE}
    inside = [
        one for one in chosen if not any(each.id in types for each in _owners(one.symbol, head))
    ]
    return sorted(inside, key=lambda one: (one.symbol.path, one.symbol.line))


def _names(base: Lookup) -> frozenset[str]:
    tops = {f"{module}.{name}" for names in base.public.values() for module, name in names}
    members = {base.shown(one) for one in base.symbols.values() if one.container}
    return frozenset(tops | members)


def _told(symbol: Symbol, head: Lookup, documents: Said) -> Undocumented | None:
    if symbol.kind not in _TOLD or not _counts(symbol) or _PRIVATE.search(_stem(symbol.path)):
        return None
    if symbol.last in documents.words or _property(symbol, head) in documents.words:
        return None
    place = _public(symbol, head, documents)
    if place is None or _whole(symbol, place, head, documents):
        return None
    if symbol.container and _overrides(symbol, head):
        return None
    if _numbered(symbol, head, documents) or _part_of_another(symbol, head):
        return None
    return Undocumented(symbol, *place)


def _property(symbol: Symbol, head: Lookup) -> str:
    """What `setFailFast` of Java sets: tables name just that. One word may be anything."""
    found = _ACCESSOR.match(symbol.last) if symbol.container else None
    if found is None or head.languages[symbol.path] != "java" or len(parts(symbol.last)) < _SEVERAL:
        return ""
    return found[1].lower() + found[2]


def _numbered(symbol: Symbol, head: Lookup, documents: Said) -> bool:
    """Whether it is one of several that differ in a number, `zip3` and `zip9`, and one is named."""
    stem = _folded(symbol.last)
    if stem == symbol.last:
        return False
    alike = {
        one.last
        for one in head.outlines[symbol.path].symbols
        if one.container == symbol.container and _folded(one.last) == stem
    }
    return len(alike) >= _SEVERAL and not alike.isdisjoint(documents.words)


_SEVERAL = 3


def _folded(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _part_of_another(symbol: Symbol, head: Lookup) -> bool:
    """Whether it is the `CutOptions` of a `cut`: what it says belongs to what takes or gives it."""
    if symbol.kind is not SymbolKind.TYPE or symbol.container:
        return False
    return any(
        one.last != symbol.last
        and symbol.last.lower().startswith(one.last.replace("_", "").lower())
        and symbol.last in _WORD.findall(one.signature)
        for one in head.outlines[symbol.path].symbols
        if one.kind is SymbolKind.FUNCTION and not one.container
    )


def _stem(path: str) -> str:
    """A path whose `_client.py` is no privacy: what matters is where it is offered."""
    return "/".join(part for part in path.split("/") if not part.startswith("_"))


def _counts(symbol: Symbol) -> bool:
    public = symbol.visibility is Visibility.PUBLIC
    special = symbol.last.startswith("_") or symbol.last in ("constructor", "main", "init")
    special = special or bool(_INNER.search(symbol.last))
    return public and not special and not symbol.flags & _SILENT and symbol.deprecated is None


def _public(symbol: Symbol, head: Lookup, documents: Said) -> tuple[str, str] | None:
    """The name under which readers have it; None where it is not meant for them."""
    if symbol.container:
        owners = head.owners(symbol)
        if not owners or owners[0].kind is not SymbolKind.TYPE or owners[0].container:
            return None
        place = _public(owners[0], head, documents)
        documented = owners[0].last in documents.words
        return (place[0], f"{place[1]}.{symbol.last}") if place and documented else None
    paths = head.languages[symbol.path] == "go"  # which says it all, the rest is where it is hosted
    names = [
        place
        for place in head.public.get(symbol.id, ())
        if (paths or not _PRIVATE.search(place[0]))
        and not _AIDS.search(symbol.path.rpartition("/")[0] if paths else place[0])
        and _meant(symbol, *place, head)
    ]
    if not names:
        return None
    module, name = min(names, key=lambda item: (len(item[0]), item))
    outline = head.outlines[symbol.path]
    within = head.around(module, outline.language)
    stated = outline.exports is not None and symbol.name in outline.exports
    if (stated and len(within) < _DEEP) or outline.language in _COMPILED or not within:
        return module, name
    spoken = module in documents.dotted and not _curated(module, outline.language, head)
    return (module, name) if spoken else None


_DEEP = 2  # packages around a module: what that states is for its neighbours


def _meant(symbol: Symbol, module: str, name: str, head: Lookup) -> bool:
    """Whether a package offers a name, and does not merely use it: it is its own, or stated."""
    if head.languages[symbol.path] != "python":
        return True
    for file in head.files(module, "python")[:1]:
        folder = file.rpartition("/")[0]
        stated = head.outlines[file].exports
        own = symbol.path == file or (symbol.path.startswith(f"{folder}/") and folder != "")
        return own or (stated is not None and name in stated)
    return True


_COMPILED = ("go", "java", "rust")  # what is not meant for readers they cannot import


def _curated(module: str, language: str, head: Lookup) -> bool:
    """Whether a package chose some names of a module to offer: then the rest are not meant."""
    surface = head.surfaces.get(language, {})
    offered = surface.get(module, {}).values()
    own = {target.symbol for target in offered if target.symbol and not target.hidden}
    return any(
        target.symbol in own and not target.hidden
        for root in head.around(module, language)
        for target in surface[root].values()
    )


def _whole(symbol: Symbol, place: tuple[str, str], head: Lookup, documents: Said) -> bool:
    """Whether a document takes it from the source, with everything around it."""
    names = {f"{place[0]}.{place[1]}", place[0]}
    for module, name in head.public.get(symbol.id, ()):
        names |= {module, f"{module}.{name}"}
    for owner in _owners(symbol, head):
        names |= {f"{module}.{name}" for module, name in head.public.get(owner.id, ())}
        names |= {owner.last, owner.name}
    return not names.isdisjoint(documents.wholes)


def _owners(symbol: Symbol, head: Lookup) -> list[Symbol]:
    return head.owners(symbol) if symbol.container else []


def _overrides(symbol: Symbol, head: Lookup) -> bool:
    """Whether a base has a member of that name, or may have: then its documentation counts."""
    for owner in head.owners(symbol):
        bases = head.bases(owner)
        if any(head.members(base, symbol.last) for base in bases):
            return True
        known = {base.last for base in bases}
        if any(re.split(r"\.|::", text)[-1] not in known | _OPEN for text in owner.bases):
            return True
    return False


_OPEN = frozenset({"object", "Generic", "Protocol", "ABC", "Enum", "Exception", "NamedTuple"})
