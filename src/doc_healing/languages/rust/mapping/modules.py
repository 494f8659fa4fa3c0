"""The modules of a crate: which file or inline block is each, and what its names stand for.

Source: the Rust reference, "Modules" (source filenames, the `path` attribute) and "Use
declarations"; name resolution is followed as far as items go, macros that make items excepted.
"""

import json
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from doc_healing.languages.rust.mapping.crates import Crate
from doc_healing.model import STAR, Outline, Symbol, SymbolKind, Visibility

_MAX_MODULES = 50_000
_MAX_STEPS = 400


@dataclass(frozen=True, slots=True)
class Bound:
    """What a `use` binds in a module."""

    name: str
    module: str
    member: str
    exported: bool


@dataclass(eq=False, slots=True)
class Module:
    """A module of a crate: a file, or a block within one."""

    crate: Crate
    parts: tuple[str, ...]
    parent: "Module | None" = None
    children: "dict[str, Module]" = field(default_factory=dict)
    shown: dict[str, tuple[bool, bool]] = field(default_factory=dict)  # public, hidden
    items: dict[str, Symbol] = field(default_factory=dict)
    bound: list[Bound] = field(default_factory=list)

    @property
    def path(self) -> str:
        """`krate::a::b`."""
        return "::".join((self.crate.name, *self.parts))

    @property
    def hidden(self) -> bool:
        """Whether its author takes it out of the documentation where it stands."""
        return self.parent is not None and self.parent.shown[self.parts[-1]][1]


Found = Symbol | Module


@dataclass(eq=False, slots=True)
class Crates:
    """The crates of a tree by name, each with its root module."""

    roots: dict[str, Module]
    members: dict[str, dict[str, Symbol]] = field(default_factory=dict)  # type id -> variants

    def find(self, module: Module, name: str) -> Found | None:
        """What a name stands for in a module, imports followed."""
        return self._find(module, name, set())

    def path(self, module: Module, path: str) -> Found | None:
        """What a path stands for, as a `use` in that module writes it."""
        return self._path(module, path, set())

    def variants(self, owner: Symbol) -> Mapping[str, Symbol]:
        """The variants of an enum."""
        return self.members.get(owner.id, {})

    def _find(self, module: Module, name: str, seen: set[tuple[int, str]]) -> Found | None:
        key = (id(module), name)
        if key in seen or len(seen) > _MAX_STEPS:
            return None
        seen.add(key)
        return self._explicit(module, name, seen) or self._starred(module, name, seen)

    def _explicit(self, module: Module, name: str, seen: set[tuple[int, str]]) -> Found | None:
        own = module.items.get(name) or module.children.get(name)
        return own if own is not None else self._bound(module, name, seen)

    def _bound(self, module: Module, name: str, seen: set[tuple[int, str]]) -> Found | None:
        for bound in module.bound:
            if bound.name == name:
                path = "::".join(part for part in (bound.module, bound.member) if part)
                found = self._path(module, path, seen)
                if found is not None:
                    return found
        return None

    def _starred(self, module: Module, name: str, seen: set[tuple[int, str]]) -> Found | None:
        for bound in module.bound:
            if bound.member == STAR:
                source = self._path(module, bound.module, seen)
                found = self._within(source, name, seen)
                if found is not None:
                    return found
        return None

    def _within(self, place: Found | None, name: str, seen: set[tuple[int, str]]) -> Found | None:
        if isinstance(place, Module):
            return self._find(place, name, seen)
        return self.variants(place).get(name) if place is not None else None

    def _path(self, module: Module, path: str, seen: set[tuple[int, str]]) -> Found | None:
        first, *rest = path.split("::")
        place = _child(module, module, first) if rest else None
        place = place or self._first(module, first, seen)
        for at, part in enumerate(rest, 1):
            if part == "super" and isinstance(place, Module):
                place = place.parent
            elif part != "self":
                inner = _child(module, place, part) if at < len(rest) else None
                place = inner or self._seen(module, place, part, seen)
        return place

    def _seen(
        self, asker: Module, place: Found | None, name: str, seen: set[tuple[int, str]]
    ) -> Found | None:
        """What a name within a place is to a module: of `mod a; pub use a::a;` the function.

        A private module is seen by its parent, and by what is within that, alone.
        """
        found = self._within(place, name, seen)
        if not isinstance(place, Module) or not isinstance(found, Module):
            return found
        public, _ = place.shown.get(name, (True, False))
        if public or place.children.get(name) is not found or _is_within(asker, place):
            return found
        key = (id(place), f"{name}::{name}")
        if key in seen:
            return found
        seen.add(key)
        seen.discard((id(place), name))  # `self::a::a` asks for it once more, from within
        return self._bound(place, name, seen) or self._starred(place, name, seen) or found

    def _first(self, module: Module, name: str, seen: set[tuple[int, str]]) -> Found | None:
        root = module
        while root.parent is not None:
            root = root.parent
        if name in ("crate", "$crate", ""):
            return root
        if name == "self":
            return module
        if name == "super":
            return module.parent
        key = (id(module), f"{name}::")  # the start of a path: a glob is asked last
        if key in seen or len(seen) > _MAX_STEPS:
            return None
        seen.add(key)
        found = self._explicit(module, name, seen)
        found = found or self.roots.get(module.crate.renamed.get(name, name))
        found = found or self._starred(module, name, seen)
        return found or (self._find(root, name, seen) if root is not module else None)


def _child(asker: Module, place: Found | None, name: str) -> Found | None:
    """A module that shares its name with a macro or a function: before `::` it is the module."""
    if not isinstance(place, Module) or name not in place.children or name not in place.items:
        return None
    public, _ = place.shown[name]
    return place.children[name] if public or _is_within(asker, place) else None


def _is_within(module: Module | None, place: Module) -> bool:
    while module is not None and module is not place:
        module = module.parent
    return module is place


def draw(listed: list[Crate], outlines: Mapping[str, Outline]) -> Crates:
    """The modules of some crates."""
    found = Crates({})
    for crate in listed:
        root = Module(crate, ())
        found.roots[crate.name] = root
        _draw(root, crate.root, outlines)
    for outline in outlines.values():
        for symbol in outline.symbols:
            if symbol.kind is SymbolKind.ENUM_MEMBER:
                owner = found.members.setdefault(f"{symbol.path}#{symbol.container}", {})
                owner[symbol.last] = symbol
    return found


def _draw(root: Module, path: str, outlines: Mapping[str, Outline]) -> None:
    stack: list[tuple[Module, str, str, str]] = [(root, path, "", _home(path, is_root=True))]
    read = {path}
    for _ in range(_MAX_MODULES):
        if not stack:
            return
        module, path, scope, home = stack.pop()
        outline = outlines[path]
        _fill(module, outline, scope)
        for inside, name, public, at, inline, hidden in json.loads(
            outline.facts.get("modules", "[]")
        ):
            if inside != scope:
                continue
            file = path if inline else _file(path, scope, home, name, at, outlines)
            if file is None or (not inline and file in read):
                continue
            read.add(file)
            child = Module(module.crate, (*module.parts, name), module)
            if name in module.children:  # of another `#[cfg]`
                child = module.children[name]
            module.children[name] = child
            module.shown[name] = (public, hidden)
            below = f"{scope}.{name}" if scope else name
            next_home = posixpath.join(home, at or name) if inline else _home(file)
            stack.append((child, file, below if inline else "", next_home))


def _fill(module: Module, outline: Outline, scope: str) -> None:
    root = module
    while root.parent is not None:
        root = root.parent
    for symbol in outline.symbols:
        if symbol.kind is SymbolKind.MACRO and symbol.visibility is Visibility.PUBLIC:
            root.items.setdefault(symbol.last, symbol)  # `#[macro_export]` puts it there
        elif symbol.container == scope and symbol.kind is not SymbolKind.MODULE:
            known = module.items.get(symbol.last)
            if known is None or _RANK.get(symbol.kind, 2) < _RANK.get(known.kind, 2):
                module.items[symbol.last] = symbol
    if scope:
        for inside, name, path, member, _, exported in json.loads(outline.facts.get("inner", "[]")):
            if inside == scope:
                module.bound.append(Bound(name, path, member, exported))
    else:
        module.bound += [Bound(i.name, i.module, i.member, i.exported) for i in outline.imports]


_RANK = {SymbolKind.TYPE: 0, SymbolKind.FUNCTION: 1}


def _home(path: str, *, is_root: bool = False) -> str:
    """The folder in which the files of a file's modules are."""
    folder, _, name = path.rpartition("/")
    if is_root or name == "mod.rs":
        return folder
    return posixpath.join(folder, name.removesuffix(".rs"))


def _file(
    path: str, scope: str, home: str, name: str, at: str, outlines: Mapping[str, Outline]
) -> str | None:
    for candidate in _candidates(path, scope, home, name, at):
        plain = posixpath.normpath(candidate)
        if plain in outlines:
            return plain
    return None


def _candidates(path: str, scope: str, home: str, name: str, at: str) -> Iterator[str]:
    if at:
        yield posixpath.join(home if scope else posixpath.dirname(path), at)
        return
    yield posixpath.join(home, f"{name}.rs")
    yield posixpath.join(home, name, "mod.rs")
