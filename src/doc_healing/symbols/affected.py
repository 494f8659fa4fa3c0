"""Which code differs between two revisions, and which snippets and mentions that may touch.

What is compared is the code of each symbol by itself, token by token: a change is never missed
for what it is called. Why a snippet is chosen is told by the change that lies nearest to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from doc_healing.model import Reference, Symbol, SymbolChange
from doc_healing.symbols.reach import Reach, Walk
from doc_healing.symbols.told import Node
from doc_healing.symbols.words import key

MAYBE_REACHED = 0.4


@dataclass(frozen=True, slots=True)
class Difference:
    """The nodes of one tree whose code the other does not have so."""

    nodes: frozenset[Node] = frozenset()
    # Files that the map cannot read as they are: whatever loads one may be affected.
    blind: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Touched:
    """Why a snippet or a mention is affected.

    `symbol` is the id of what changed, or the path of the file whose loading did. `via` are the
    symbols between, from what the snippet names on.
    """

    symbol: str
    confidence: float
    reason: str
    via: tuple[str, ...] = ()


def difference(paths: Iterable[str], own: Reach, other: Reach) -> Difference:
    """What of these files of one tree is not the same in the other."""
    nodes: set[Node] = set()
    blind: set[str] = set()
    usual = _imported(other)
    for path in paths:
        if path not in own.known.outlines:
            continue
        mine, theirs = own.words(path), other.words(path)
        if not mine and own.known.outlines[path].symbols:
            blind.add(path)
        for name, words in mine.items():
            before = theirs.get(name)
            if before is None or before.digest != words.digest:
                nodes.add((path, name))
        if not _imports(own, path) <= usual:
            nodes.add((path, ""))  # what nothing else imports may not be there
        if _bound(own, path).items() - _bound(other, path).items():
            nodes.add((path, ""))  # what it hands on is another thing
        if _reordered(own, other, path):
            nodes.add((path, ""))  # what is defined later may replace what was before
        if "" in mine and mine[""].unbound - (theirs[""].unbound if "" in theirs else set()):
            nodes.add((path, ""))  # a name that is not there ends the loading
        for one in own.known.outlines[path].symbols:
            if not one.container and key(one) not in theirs and _stands_elsewhere(one, own):
                nodes.add((path, ""))  # it may hide what has the same name
    return Difference(frozenset(nodes), frozenset(blind))


def _imported(reach: Reach) -> set[tuple[str, str]]:
    """All that the files of a tree import."""
    return {one for path in reach.known.outlines for one in _imports(reach, path)}


def _imports(reach: Reach, path: str) -> set[tuple[str, str]]:
    return {(one.module, one.member) for one in reach.known.outlines[path].imports}


def _bound(reach: Reach, path: str) -> dict[str, tuple[str, str]]:
    """What a file imports from the project's own files, to hand it on."""
    outline = reach.known.outlines.get(path)
    return {
        one.name: (one.module, one.member)
        for one in (outline.imports if outline else ())
        if one.exported and one.name and reach.known.files(one.module, outline.language, path)
    } if outline else {}  # fmt: skip


def _reordered(own: Reach, other: Reach, path: str) -> bool:
    """Whether what both do in loading a file comes in another order."""
    mine, theirs = _order(own, path), _order(other, path)
    shared = set(mine) & set(theirs)
    return [one for one in mine if one in shared] != [one for one in theirs if one in shared]


def _order(reach: Reach, path: str) -> list[str]:
    outline = reach.known.outlines.get(path)
    if outline is None:
        return []
    kept = reach.words(path).get("")
    if kept is None or not kept.order:
        return [one.name for one in outline.symbols if not one.container]
    foreign = {
        one.module
        for one in outline.imports
        if not reach.known.files(one.module, outline.language, path)
    }
    return [
        one
        for one in kept.order
        if not (one.startswith("import ") and one.split(" ")[1] in foreign)
    ]


def _stands_elsewhere(one: Symbol, own: Reach) -> bool:
    """Whether a name is also that of something else that a star import may bind."""
    if own.known.languages[one.path] != "python":
        return False
    starred = [
        each
        for outline in own.known.outlines.values()
        for each in outline.imports
        if each.member == "*" and one.path in own.known.files(each.module, "python", outline.path)
    ]
    others = own.known.by_last.get(one.last, ())
    return bool(starred) and any(not x.container and x.path != one.path for x in others)


def touched(
    walk: Walk, changed: Difference, named: Mapping[str, tuple[float, str]]
) -> list[Touched]:
    """Why a snippet that walks so far is affected; empty where it is not.

    `named` are the ids of the symbols that it names itself, how sure that is, and why.
    """
    hit = changed.nodes & walk.nodes.keys()
    hit |= {(path, "") for path in changed.blind & walk.files}
    found: list[Touched] = []
    for node in sorted(hit):
        symbol = f"{node[0]}#{node[1]}" if node[1] else node[0]
        if symbol in named:
            found.append(Touched(symbol, *named[symbol]))
            continue
        via = tuple(f"{path}#{name}" if name else path for path, name in walk.path_to(node)[:-1])
        why = "loading it changed" if not node[1] else "what it names may reach it"
        found.append(Touched(symbol, MAYBE_REACHED, why, via))
    return sorted(found, key=lambda one: (-one.confidence, len(one.via), one.symbol))


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A mention in prose of something that changed."""

    reference: Reference
    change: SymbolChange


def mentioned(references: Sequence[Reference], changes: Sequence[SymbolChange]) -> list[Mentioned]:
    """The mentions of what a reader would see changed: names, signatures, deprecations."""
    by_id: dict[str, SymbolChange] = {}
    for change in changes:
        if change.kind.value == "body_changed":
            continue
        for symbol in (change.old, change.new):
            if symbol is not None:
                by_id.setdefault(symbol.id, change)
    return [Mentioned(one, by_id[one.symbol]) for one in references if one.symbol in by_id]


@dataclass(frozen=True, slots=True)
class Sides:
    """A snippet's way through both trees."""

    head: Sequence[Touched] = ()
    base: Sequence[Touched] = ()

    @property
    def all(self) -> list[Touched]:
        """Each change once, the surest reason first."""
        found: dict[str, Touched] = {}
        for one in (*self.head, *self.base):
            if one.symbol not in found or found[one.symbol].confidence < one.confidence:
                found[one.symbol] = one
        return sorted(found.values(), key=lambda one: (-one.confidence, len(one.via), one.symbol))
