"""Which symbols the prose of a page names.

A mention is resolved against definitions and nothing else: it counts only where it looks like code
and where something of that very name is defined. What the fences of the page import and the
headings above it pick among those of one name.
"""

import builtins
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol

from doc_healing.model import EMPTY, Reference, Symbol, SymbolKind, UseKind
from doc_healing.symbols.addresses import Described, api_of
from doc_healing.symbols.lookup import MEMBERS, Lookup
from doc_healing.symbols.references import walk

_STRIP = re.compile(
    r"^(?:~|@|&|\*|(?:new|await|async|def|class|func|function|fn|pub|use|import|const|let) )+"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|#|->|/)[A-Za-z_$][\w$]*)*$")
_PARTS = re.compile(r"::|->|[.#/]")
_CODELIKE = re.compile(r"_|[a-z0-9][A-Z]|[.:#]")
_COMMAND = re.compile(r"\s+--?[A-Za-z]")  # a shell's, with an option
_WORDS = re.compile(r"\s+[A-Za-z]")
_LINES = re.compile(r"#L(\d+)(?:C\d+)?(?:-L?(\d+)(?:C\d+)?)?$")
_BLOB = re.compile(
    r"https?://[\w.-]+/([\w.~-]+)/([\w.~-]+)/(?:-/)?(?:blob|tree|src|raw)/([^/#?]+)/([^#?]+)"
)
_MOST = 40
# What a language has for everybody is nobody's member, where it stands alone.
_SCRIPT = frozenset(
    "Array Date Error JSON Map Number Object Promise Set String Symbol fetch require".split()
)
_BUILT_IN: Mapping[str, frozenset[str]] = {
    "python": frozenset(dir(builtins)),
    "rust": frozenset({"Ok", "Err", "Some", "None", "Default", "drop"}),
    "go": frozenset(
        "append cap clear close copy delete len make max min new panic print recover".split()
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
}
ONLY = "the only member of that name"


class Spot(Protocol):
    """A place in prose, as `documents.prose` tells it."""

    @property
    def text(self) -> str:
        """What is between the marks."""

    @property
    def line(self) -> int:
        """Of the document."""

    @property
    def column(self) -> int:
        """From 1, in characters."""

    @property
    def kind(self) -> str:
        """ "code", "role", "link" or "word"."""

    @property
    def target(self) -> str:
        """Where a link leads; of a role its name."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Those above it."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page tells its mentions: its path, and what its own fences bind and name."""

    path: str
    languages: tuple[str, ...] = ()  # of its fences, the most frequent first
    bound: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # name -> module it came from
    named: frozenset[str] = frozenset()  # ids of the symbols that its fences name
    repository: str = ""  # "owner/name", to know its own addresses
    modules: frozenset[str] = frozenset()  # that its fences import


def mentions(spots: Sequence[Spot], page: Page, known: Lookup) -> list[Reference]:
    """The references of a page's prose, each place with those symbols that it may mean.

    A place that says a name twice, as a link around a code span does, names it once: the surer way.
    """
    found: dict[tuple[int, int, str], Reference] = {}
    for spot in spots:
        for one in _named(spot, page, known):
            key = (one.line, one.column, one.symbol)
            if key not in found or found[key].confidence < one.confidence:
                found[key] = one
    return list(found.values())


def _named(spot: Spot, page: Page, known: Lookup) -> Iterator[Reference]:
    if spot.target and spot.kind == "link":
        yield from _linked(spot, page, known)
    if spot.text or api_of(spot.target):
        told: set[str] = set()  # overloads are one symbol to a reader
        for symbol, confidence, reason in _meant(spot, page, known):
            if f"{symbol.path}#{symbol.name}" not in told:
                yield _reference(spot, page, symbol, confidence, reason)
            told.add(f"{symbol.path}#{symbol.name}")


def _reference(spot: Spot, page: Page, one: Symbol, confidence: float, reason: str) -> Reference:
    return Reference(
        path=page.path,
        line=spot.line,
        column=spot.column,
        text=spot.text or spot.target,
        symbol=one.id,
        kind=UseKind.MENTION,
        confidence=confidence,
        reason=reason,
    )


Meant = tuple[Symbol, float, str]


def name_of(text: str) -> str:
    """The name in a mention, without what a reader writes around one; "" where there is none.

    `Client.get(url)` is `Client.get`, `new Map<K, V>()` is `Map`, `vec![]` is `vec`. The words of a
    shell's command (`run --all`) are none.
    """
    text = _STRIP.sub("", text.strip())
    text = text[1:] if re.match(r"\.[A-Za-z_$]", text) else text  # `.get()`: of whatever it is
    name = re.split(r"[(<\[{=!?]|\s", text, maxsplit=1)[0].rstrip(":,;.")
    if not _NAME.match(name) or _COMMAND.match(text, len(name)):
        return ""
    several = _WORDS.match(text, len(name)) and not _CODELIKE.search(name)
    return "" if several else name  # `Query Filters` are words, `QueryFilters filters` is code


def _meant(spot: Spot, page: Page, known: Lookup) -> list[Meant]:
    if (described := api_of(spot.target)) is not None:
        return _described(described, known)
    name = name_of(spot.text)
    called = "()" in spot.text or bool(re.match(r"[\w.:]+\(", spot.text))
    said = spot.kind == "role"
    if not name or len(name) < 2:
        return []
    looks = bool(_CODELIKE.search(name)) or called or said
    parts = [part for part in _PARTS.split(name) if part]
    if spot.kind != "code" and not looks:
        return []
    if len(parts) > 1:
        return _dotted(parts, name, spot, page, known)
    if not looks and not name[:1].isupper():
        return _plain(name, spot, page, known)
    found = _single(parts[0], spot, page, known)
    if spot.kind in ("word", "link"):
        found = [(one, min(sure, 0.6), why) for one, sure, why in found]
    if looks or called:
        return found
    return [(one, sure, why) for one, sure, why in found if not one.container and sure >= 0.5]


def _described(page: Described, known: Lookup) -> list[Meant]:
    """What a page of an API is about; of another project's nothing."""
    state, rest, _ = walk(page.module, page.names, page.language, known)
    found = [] if rest else [place.symbol for place in state.places if place.symbol]
    sure = 0.95 if page.newest else 0.6  # of an older version it stays what it was
    return [(one, sure, "a link to its page") for one in found]


def _plain(name: str, spot: Spot, page: Page, known: Lookup) -> list[Meant]:
    """A word of any language in back-ticks: what the page's blocks name, or may take of it."""
    if spot.kind != "code" or re.match(r"[\w$.]+\s*=", spot.text):  # an argument
        return []
    fitting = [one for one in known.defined(name) if _fits(one, page, known)]
    if used := [one for one in fitting if one.id in page.named]:
        return [(one, 0.6, "the page's blocks name it") for one in used[:_MOST]]
    members = [one for one in fitting if one.kind in MEMBERS]
    if headed := _headed(members, spot.headings):
        return [(one, 0.6, "a member of what the heading names") for one in headed[:_MOST]]
    within = [one for one in members if any(o.id in page.named for o in known.owners(one))]
    owners = {(one.path, one.container) for one in within}
    if len(owners) != 1:
        return []
    return [(one, 0.5, "a member of what the page's blocks name") for one in within]


def _dotted(parts: list[str], name: str, spot: Spot, page: Page, known: Lookup) -> list[Meant]:
    """`pkg.mod.Name`, `alias.Name`, `Type.member`, `variable.member`, in this order."""
    for language in _languages(page, known):
        surface = known.surface(language)
        for cut in range(len(parts) - 1, 0, -1):
            for separator in (".", "::", "/"):
                module = separator.join(parts[:cut])
                if module in surface:
                    state, rest, _ = walk(module, parts[cut:], language, known)
                    if not rest:
                        return [(p.symbol, 0.95, "its full name") for p in state.places if p.symbol]
        if bound := page.bound.get(parts[0]):
            module, _, member = bound.partition("\0")
            steps = [*([member] if member else []), *parts[1:]]
            state, rest, _ = walk(module, steps, language, known)
            if not rest:
                why = "by what the page imports"
                return [(p.symbol, 0.95, why) for p in state.places if p.symbol]
    if part := _partly(parts, page, known):
        return part
    owners = _types(parts[-2], page, known)
    inside = [one for owner in owners for one in known.members(owner, parts[-1])]
    if inside:
        sure = 0.9 if len(owners) == 1 else 0.6
        return [(one, sure, "a member of the type that it names") for one in inside]
    if owners or parts[-2][:1].isupper() or spot.kind == "word":
        return []
    if known.surfaces and len(parts) == 2 and not _variable(parts[0]):
        return []
    del name
    found = _member(parts[-1], spot, page, known)
    return [(one, min(sure, 0.5), why) for one, sure, why in found]


def _partly(parts: list[str], page: Page, known: Lookup) -> list[Meant]:
    """`fees.total`, `baskets::parse`: the module's name without what it is within."""
    found: dict[str, Symbol] = {}
    for language in _languages(page, known):
        for module in known.modules.get((language, parts[-2]), ()):
            if _PARTS.split(module)[-len(parts) + 1 :] == parts[:-1]:
                state, rest, _ = walk(module, parts[-1:], language, known)
                if not rest:
                    found.update({p.symbol.id: p.symbol for p in state.places if p.symbol})
    sure = 0.9 if len(found) == 1 else 0.5
    return [(one, sure, "by the last part of its module") for one in found.values()]


def _variable(word: str) -> bool:
    return bool(re.fullmatch(r"[a-z_][a-z0-9_]*|[a-z]\w*|self|this", word))


def _types(name: str, page: Page, known: Lookup) -> list[Symbol]:
    found = [
        one
        for one in known.defined(name)
        if one.kind in (SymbolKind.TYPE, SymbolKind.CONST, SymbolKind.MODULE)
    ]
    return _picked(found, (), page, known)


def _single(name: str, spot: Spot, page: Page, known: Lookup) -> list[Meant]:
    everything = [one for one in known.defined(name) if _fits(one, page, known)]
    tops = [one for one in everything if not one.container]
    offered = [one for one in tops if one.id in known.public]
    if offered or tops:
        picked = _picked(offered or tops, spot.headings, page, known)
        sure = 0.9 if offered else 0.4  # a private one
        if len(picked) > 1:
            sure = 0.5 if len(picked) <= 3 else 0.2
        return [(one, sure, "defined under that name") for one in picked[:_MOST]]
    return _member(name, spot, page, known)


def _member(name: str, spot: Spot, page: Page, known: Lookup) -> list[Meant]:
    found = [one for one in known.defined(name) if one.kind in MEMBERS and _fits(one, page, known)]
    headed = _headed(found, spot.headings)
    if headed:
        return [(one, 0.9, "a member of what the heading names") for one in headed]
    if any(name in _BUILT_IN.get(language, ()) for language in page.languages):
        return []
    picked = _picked(found, spot.headings, page, known)
    owners = {(one.path, one.container) for one in picked}
    if len(owners) == 1:
        return [(one, 0.6, ONLY) for one in picked]
    return [(one, 0.2, "one of several of that name") for one in picked[:_MOST]]


def _headed(found: Sequence[Symbol], headings: Sequence[str]) -> list[Symbol]:
    words = {word for text in headings for word in re.findall(r"[\w$]+", text)}
    return [one for one in found if one.container.rpartition(".")[2] in words]


def _fits(one: Symbol, page: Page, known: Lookup) -> bool:
    if not page.languages:
        return True
    return any(known.related(one.path, language) for language in page.languages)


def _picked(
    found: Sequence[Symbol], headings: Sequence[str], page: Page, known: Lookup
) -> list[Symbol]:
    """Of several of one name those that the page is about, where that is some of them."""
    sieves: tuple[Callable[[Symbol], bool], ...] = (
        lambda one: one.id in page.named,
        lambda one: bool(_headed([one], headings)),
        lambda one: any(module in page.modules for module, _ in known.public.get(one.id, ())),
        lambda one: bool(about & _spoken(one, known)),
        lambda one: one.id in known.public or bool(one.container),
        lambda one: _fits(one, page, known),
    )
    about = frozenset(re.findall(r"[a-z]+", page.path.rpartition("/")[0].lower())) - _SHELVES
    left = list(found)
    for sieve in sieves:
        if len(left) <= 1:
            break
        left = [one for one in left if sieve(one)] or left
    return left


def _spoken(one: Symbol, known: Lookup) -> frozenset[str]:
    """The words of the modules that offer a symbol; a page in `docs/svelte/` is about one."""
    modules = (module for module, _ in known.public.get(one.id, ()))
    return frozenset(word for each in modules for word in re.findall(r"[a-z]+", each.lower()))


# Folders that say what kind of page it is.
_SHELVES = frozenset(
    "doc docs documentation guide guides reference api src packages website content".split()
)


def _languages(page: Page, known: Lookup) -> Iterator[str]:
    yield from page.languages
    yield from (name for name in known.surfaces if name not in page.languages)


# --- links to source ----------------------------------------------------------------------------


def _linked(spot: Spot, page: Page, known: Lookup) -> Iterator[Reference]:
    """The symbols that a link to lines of the repository's own source leads to."""
    path = own_path(spot.target, page)
    lines = lines_of(spot.target)
    if not path or path not in known.outlines or lines is None:
        return
    first, last = lines
    inside = [
        one
        for one in known.outlines[path].symbols
        if one.line <= last and one.end_line >= first and one.line >= first - 1
    ] or _around(known.outlines[path].symbols, first)
    for one in inside[:_MOST]:
        yield _reference(spot, page, one, 0.9, "a link to its lines")


def lines_of(target: str) -> tuple[int, int] | None:
    """The first and the last line that a link leads to: `#L10-L20`."""
    found = _LINES.search(target)
    return (int(found[1]), int(found[2] or found[1])) if found else None


def own_path(target: str, page: Page, *, moving: bool = False) -> str:
    """The path in the repository that a link leads to; "" where it leads elsewhere.

    With `moving`, one to a commit or a tag leads elsewhere.
    """
    if found := _BLOB.match(target):
        owner, name, revision, path = found.groups()
        own = page.repository.casefold()
        if moving and revision not in _BRANCHES:
            return ""
        return path if own and f"{owner}/{name}".casefold().removesuffix(".git") == own else ""
    if re.match(r"[a-z][a-z0-9+.-]*:", target) or target.startswith(("#", "//")):
        return ""
    bare = target.partition("#")[0].partition("?")[0]
    start = PurePosixPath() if bare.startswith("/") else PurePosixPath(page.path).parent
    parts: list[str] = []
    for part in (start / bare.lstrip("/")).parts:
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


_BRANCHES = frozenset({"main", "master", "HEAD", "develop", "dev", "trunk"})


def _around(symbols: Sequence[Symbol], line: int) -> list[Symbol]:
    """The innermost symbol that a line stands in."""
    found = [one for one in symbols if one.line <= line <= one.end_line]
    return [min(found, key=lambda one: one.end_line - one.line)] if found else []
