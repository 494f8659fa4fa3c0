"""Where a name leads: in a module, in a file, among the members of a type.

Made from outlines and surfaces alone. What a name may lead to is told in the order of likelihood;
an empty answer is an answer too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from doc_healing.model import Import, Outline, Surface, Symbol, SymbolKind, Target
from doc_healing.symbols.families import FAMILIES, family, merged, namespaces
from doc_healing.symbols.kept import kept
from doc_healing.symbols.written import names as named

MEMBERS = (SymbolKind.METHOD, SymbolKind.FIELD, SymbolKind.ENUM_MEMBER)
_SHARED = frozenset({"go", "java", "rust"})  # files of one folder see each other's names
_STEMS = frozenset({"__init__", "index", "mod", "lib", "main"})  # a folder's own file
_DEEP = 12  # bases of bases, aliases of aliases
_ASIDE = frozenset(
    "test tests conftest testing example examples benchmark benchmarks bench benches".split()
)
_SEPARATOR = re.compile(r"::|[./\\:]")


@dataclass(frozen=True, slots=True)
class Place:
    """What some steps lead to: a module, a symbol itself, or an instance of a type."""

    symbol: Symbol | None = None
    module: str = ""
    instance: bool = False


@dataclass(frozen=True)
class Lookup:
    """The definitions of a tree: its outlines by path, and each language's surface by its name."""

    outlines: Mapping[str, Outline]
    surfaces: Mapping[str, Surface] = field(default_factory=dict)
    _merged: dict[str, Surface] = field(default_factory=dict, repr=False, compare=False)
    _namespaces: dict[str, Mapping[str, list[str]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    answers: dict[str, dict[Any, Any]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def symbols(self) -> Mapping[str, Symbol]:
        """Every symbol by its id."""
        return {one.id: one for outline in self.outlines.values() for one in outline.symbols}

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """The language of each file."""
        return {path: outline.language for path, outline in self.outlines.items()}

    @cached_property
    def offering(self) -> frozenset[str]:
        """The files that readers can import something from, publicly or not."""
        return frozenset(
            target.symbol.partition("#")[0]
            for surface in self.surfaces.values()
            for offered in surface.values()
            for target in offered.values()
            if target.symbol
        )

    def usable(self, name: str, language: str) -> list[Symbol]:
        """All symbols of that own name that a snippet in a language may get hold of.

        What tests and examples define, no reader has.
        """
        found = [one for one in self.by_last.get(name, ()) if self.related(one.path, language)]
        if not self.offering:
            return found
        return [one for one in found if one.path in self.offering or self._beside(one.path)]

    def defined(self, name: str) -> list[Symbol]:
        """All symbols of that own name but those that only tests and examples have."""
        found = self.by_last.get(name, [])
        if not self.offering:
            return found
        return [one for one in found if one.path in self.offering or not _aside(one.path)]

    def _beside(self, path: str) -> bool:
        """Whether a file lies below a folder that readers import from."""
        return self._folders.__contains__(_folder(path)) and not _aside(path)

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(_folder(path) for path in self.offering)

    @cached_property
    def tops(self) -> Mapping[str, Mapping[str, list[Symbol]]]:
        """By file, then by qualified name: overloads share one."""
        found: dict[str, dict[str, list[Symbol]]] = {}
        for path, outline in self.outlines.items():
            own = found[path] = {}
            for one in outline.symbols:
                own.setdefault(one.name, []).append(one)
        return found

    @cached_property
    def by_last(self) -> Mapping[str, list[Symbol]]:
        """By their own names, members too."""
        found: dict[str, list[Symbol]] = {}
        for outline in self.outlines.values():
            for one in outline.symbols:
                found.setdefault(one.last, []).append(one)
        return found

    @cached_property
    def children(self) -> Mapping[tuple[str, str], list[Symbol]]:
        """The members of a container: (folder, its qualified name) -> members, of all its files."""
        found: dict[tuple[str, str], list[Symbol]] = {}
        for outline in self.outlines.values():
            for one in outline.symbols:
                if one.container:
                    found.setdefault((_folder(one.path), one.container), []).append(one)
        return found

    @cached_property
    def public(self) -> Mapping[str, list[tuple[str, str]]]:
        """By symbol id all public names of it: (module, name)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for surface in self.surfaces.values():
            for module, offered in surface.items():
                for name, target in offered.items():
                    if target.symbol and not target.hidden:
                        found.setdefault(target.symbol, []).append((module, name))
        return found

    @cached_property
    def modules(self) -> Mapping[tuple[str, str], list[str]]:
        """The modules of each language by the last part of their names."""
        found: dict[tuple[str, str], list[str]] = {}
        for language, surface in self.surfaces.items():
            for module in surface:
                found.setdefault((language, _SEPARATOR.split(module)[-1]), []).append(module)
        return found

    @cached_property
    def stems(self) -> Mapping[str, list[tuple[tuple[str, ...], str]]]:
        """By the last part of a file's module name: (all its parts, its path)."""
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for path in self.outlines:
            parts = _parts(path)
            for one in {parts, parts[:-1] if self.languages[path] in _SHARED else parts}:
                if one:
                    found.setdefault(one[-1], []).append((one, path))
        return found

    @cached_property
    def twins(self) -> Mapping[str, list[str]]:
        """The files of JavaScript and TypeScript by their paths without a suffix."""
        found: dict[str, list[str]] = {}
        for path, language in self.languages.items():
            if language in ("javascript", "typescript"):
                found.setdefault(re.sub(r"(\.d)?\.\w+$", "", path), []).append(path)
        return found

    # --- modules ---------------------------------------------------------------------------------

    @kept
    def files(self, module: str, language: str, importer: str = "") -> list[str]:
        """The files that may be a module, as an `importer` writes it; the likeliest first."""
        if module.startswith("."):
            return self._relative(module, importer, language)
        here = _folder(importer) if importer else None
        foreign = self._foreign(module, language)
        parts = tuple(part for part in _SEPARATOR.split(module.strip("/")) if part)
        parts = tuple(part for part in parts if part not in ("crate", "self", "super", "@"))
        found: list[tuple[int, str]] = []
        for end in range(len(parts), max(0, len(parts) - 3), -1):  # the last may be a member
            for own, path in self.stems.get(parts[end - 1], ()):
                shared = _common_end(own, parts[:end])
                whole = shared == end or (shared == len(own) and shared > 0)
                if foreign and _folder(path) != here:
                    continue
                if whole and self.related(path, language):
                    found.append((-shared + (len(parts) - end), path))
            if found:
                break
        return [path for _, path in sorted(found)][:40]

    def _foreign(self, module: str, language: str) -> bool:
        """Whether a module is none of the project's own, as far as that is known."""
        if not self.surface(language) or self.owns(module, language):
            return False
        return not module.startswith(("crate", "self", "super", "@/", "~/", "#", "/"))

    def related(self, path: str, language: str) -> bool:
        """Whether code of a language can use what a file defines."""
        own = self.languages.get(path, "")
        return own == language or {own, language} == {"javascript", "typescript"}

    @kept
    def is_module(self, module: str, language: str) -> bool:
        """Whether a whole name is that of a file, and not that of something in one."""
        parts = [part for part in _SEPARATOR.split(module) if part]
        found = self.files(module, language)
        return any(_common_end(_parts(path), parts) == len(parts) for path in found)

    def _relative(self, module: str, importer: str, language: str) -> list[str]:
        folder = _folder(importer).split("/") if _folder(importer) else []
        if "/" in module or module in (".", ".."):
            rest = module.split("/")
            while rest and rest[0] in (".", ".."):
                folder = folder[:-1] if rest[0] == ".." else folder
                rest = rest[1:]
        else:
            dots = len(module) - len(module.lstrip("."))
            folder = folder[: len(folder) - dots + 1] if dots > 1 else folder
            rest = [part for part in module.strip(".").split(".") if part]
        stem = "/".join([*folder, *rest])
        short = re.sub(r"\.[cm]?[jt]sx?$", "", stem)
        meant = {"/".join(_parts(f"{stem}/x")[:-1]), short, stem}
        found = sorted(each for one in meant for each in self._named.get(one, ()))
        return [
            path for _, path in found if path.startswith(short) and self.related(path, language)
        ]

    @cached_property
    def _named(self) -> Mapping[str, list[tuple[int, str]]]:
        """The files, each with its place among all, by the names of their modules."""
        found: dict[str, list[tuple[int, str]]] = {}
        for at, path in enumerate(self.outlines):
            found.setdefault("/".join(_parts(path)), []).append((at, path))
        return found

    def surface(self, language: str) -> Surface:
        """All that code of a language can import: JavaScript and TypeScript share theirs."""
        if language not in self._merged:
            self._merged[language] = merged(self.surfaces, language)
        return self._merged[language]

    def offers(self, module: str, name: str, language: str) -> list[Target]:
        """What a name of a module stands for, in its source and in its declarations."""
        found = [self.surfaces.get(one, {}).get(module, {}).get(name) for one in family(language)]
        told = [one for one in found if one is not None]
        first = self.offered(module, name, language)
        return told or ([first] if first is not None else [])

    def namespaces(self, name: str, language: str) -> list[str]:
        """The modules that others offer under a name: `z` of `zod`."""
        if language not in self._namespaces:
            known = namespaces(self.surface(language)) if language in FAMILIES else {}
            self._namespaces[language] = known
        return self._namespaces[language].get(name, [])

    @kept
    def owns(self, module: str, language: str) -> bool:
        """Whether a module, or one that it lies in, is the project's own."""
        surface = self.surface(language)
        if module in surface:
            return True
        cuts = [found.start() for found in _SEPARATOR.finditer(module)]
        return any(module[:cut] in surface for cut in cuts if cut)

    def offered(self, module: str, name: str, language: str) -> Target | None:
        """What a public name of a module stands for."""
        surface = self.surface(language)
        found = surface.get(module, {}).get(name)
        if found is None:
            for separator in (".", "/", "::"):
                if f"{module}{separator}{name}" in surface:
                    return Target(module=f"{module}{separator}{name}")
        return found

    # --- members ---------------------------------------------------------------------------------

    @kept
    def members(self, owner: Symbol, name: str) -> list[Symbol]:
        """The members of that name of a type, its own or inherited; of a namespace its own."""
        seen: set[str] = set()
        level = [owner]
        for _ in range(_DEEP):
            if found := [one for each in level for one in self._own(each, name)]:
                return found
            seen.update(one.id for one in level)
            level = [base for each in level for base in self.bases(each) if base.id not in seen]
            if not level:
                break
        return []

    @kept
    def _own(self, owner: Symbol, name: str) -> list[Symbol]:
        found = [one for one in self.inside(owner) if one.last == name]
        same = [one for one in found if one.path == owner.path]
        return same or found

    @kept
    def inside(self, owner: Symbol) -> list[Symbol]:
        """The members of a type or namespace itself, in whatever file of its folder they stand."""
        found = self.children.get(self.key_of(owner), ())
        if self.languages[owner.path] in _SHARED:
            return list(found)
        return [one for one in found if one.path == owner.path]

    @kept
    def owners(self, member: Symbol) -> list[Symbol]:
        """The types that a member is one of."""
        own = self.tops.get(member.path, {}).get(member.container)
        if own or self.languages[member.path] not in _SHARED:
            return list(own or ())
        return [
            one
            for one in self.by_last.get(member.container.rpartition(".")[2], ())
            if one.name == member.container and _folder(one.path) == _folder(member.path)
        ]

    def is_named(self, path: str, module: str) -> bool:
        """Whether a module's whole name is that of a file."""
        parts = [part for part in _SEPARATOR.split(module) if part]
        return len(parts) > 1 and _common_end(_parts(path), parts) == len(parts)

    @kept
    def bases(self, owner: Symbol) -> list[Symbol]:
        """The project's own types that a type is made from."""
        found = [one for text in owner.bases for one in self.typed(text, owner.path, owner)]
        return [one for one in found if one.id != owner.id]

    @kept
    def ancestors(self, owner: Symbol) -> list[Symbol]:
        """The project's own types that a type is made from, and those that they are."""
        found: dict[str, Symbol] = {}
        waiting = [owner]
        while waiting:
            for one in self.bases(waiting.pop()):
                if one.id not in found:
                    found[one.id] = one
                    waiting.append(one)
        return list(found.values())

    def key_of(self, owner: Symbol) -> tuple[str, str]:
        """Where the members of a container are found."""
        return _folder(owner.path), owner.name

    # --- names within a file ---------------------------------------------------------------------

    @kept
    def typed(self, text: str, path: str, around: Symbol | None = None) -> list[Symbol]:
        """The project's own types that a type written in a file may mean."""
        found: dict[str, Symbol] = {}
        for name in named(text):
            for one in self._type(name, path, around):
                found.setdefault(one.id, one)
        return list(found.values())

    def _type(self, name: str, path: str, around: Symbol | None) -> list[Symbol]:
        if name in ("Self", "self", "this", "typing.Self", "Self_"):
            return [around] if around else []
        first, *rest = re.split(r"\.|::", name)
        if around is not None and not rest:
            inner = self.tops.get(path, {}).get(f"{around.name}.{first}")
            if inner:
                return [one for one in inner if one.kind is SymbolKind.TYPE]
        found = [place.symbol for place in self.within(first, path) if place.symbol]
        if rest:
            last = [one for one in self.by_last.get(rest[-1], ()) if self._near(one, path)]
            found = [one for one in last if one.kind is SymbolKind.TYPE]
        types = [one for one in found if one.kind in (SymbolKind.TYPE, SymbolKind.CONST)]
        if types:
            return types
        everywhere = [one for one in self.by_last.get(name, ()) if one.kind is SymbolKind.TYPE]
        everywhere = [one for one in everywhere if self._near(one, path)]
        return everywhere if len({one.id for one in everywhere}) == 1 else []

    def _near(self, one: Symbol, path: str) -> bool:
        return self.related(one.path, self.languages.get(path, ""))

    @kept
    def within(self, name: str, path: str, deep: int = 0) -> list[Place]:
        """What a bare name means at the top of a file: its own, imported, of its folder."""
        own = self.tops.get(path, {}).get(name)
        if own:
            return [Place(one) for one in own]
        outline = self.outlines.get(path)
        if outline is None or deep > _DEEP:
            return []
        for one in outline.imports:
            if one.name == name and (found := self.bound(one, path, deep)):
                return found
        if outline.language in _SHARED:
            near = [
                one
                for one in self.by_last.get(name, ())
                if not one.container
                and _folder(one.path) == _folder(path)
                and self.languages[one.path] == outline.language
            ]
            if near:
                return [Place(one) for one in near]
        for one in outline.imports:
            if one.member == "*":
                for file in self.files(one.module, outline.language, path):
                    if file != path and (found := self.within(name, file, deep + 1)):
                        return found
        return []

    @kept
    def bound(self, one: Import, path: str, deep: int = 0) -> list[Place]:
        """What an import of a file binds, as far as it is the project's own."""
        language = self.languages[path]
        if not one.module:  # of the file itself
            return [] if one.member in ("", one.name) else self.within(one.member, path, deep + 1)
        if one.member in ("", "*"):
            return [Place(module=one.module)] if self.files(one.module, language, path) else []
        target = self.offered(one.module, one.member, language)
        if target and target.symbol in self.symbols:
            return [Place(self.symbols[target.symbol])]
        if target and target.module:
            return [Place(module=target.module)]
        for file in self.files(one.module, language, path):
            name = one.member
            if file != path and (found := self.within(name, file, deep + 1)):
                return found
        joined = f"{one.module}{'' if one.module.endswith('.') else '.'}{one.member}"
        inner = self.files(joined, language, path)
        return [Place(module=joined)] if inner and language == "python" else []

    def around(self, module: str, language: str) -> list[str]:
        """The project's modules that a module lies in; none: it is a root, which readers import."""
        surface = self.surfaces.get(language, {})
        cuts = [found.start() for found in _SEPARATOR.finditer(module)]
        return [module[:cut] for cut in cuts if cut and module[:cut] in surface]

    def shown(self, one: Symbol) -> str:
        """The name under which a reader knows a symbol: its shortest public one, else its own."""
        names = self.public.get(one.id)
        if not names and one.container:
            owner = self.owners(one)
            if owner:
                return f"{self.shown(owner[0])}.{one.last}"
        if not names:
            return one.name
        module, name = min(names, key=lambda item: (len(item[0]), item))
        return f"{module}.{name}" if module else name

    def alike(self, ids: Sequence[str]) -> Iterator[Symbol]:
        """The symbols of some ids, those that there are."""
        return (self.symbols[one] for one in ids if one in self.symbols)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _aside(path: str) -> bool:
    parts = re.split(r"[/._-]", path.lower())
    return not _ASIDE.isdisjoint(parts)


def _parts(path: str) -> tuple[str, ...]:
    stem = re.sub(r"(\.d)?\.[A-Za-z]+$", "", path)
    parts = tuple(stem.split("/"))
    return parts[:-1] if parts[-1] in _STEMS and len(parts) > 1 else parts


def _common_end(left: Sequence[str], right: Sequence[str]) -> int:
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other and one.replace("_", "-") != other.replace("_", "-"):
            break
        count += 1
    return count
