"""What a tree's crates offer: every path that a reader can write in a `use`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from doc_healing.languages.rust.mapping.crates import crates
from doc_healing.languages.rust.mapping.modules import Crates, Found, Module, draw
from doc_healing.model import STAR, Outline, Surface, Symbol, SymbolKind, Target, Visibility

_MAX_PLACES = 20_000


@dataclass(slots=True)
class _Walk:
    known: Crates
    surface: dict[str, dict[str, Target]] = field(default_factory=dict)
    homes: dict[int, str] = field(default_factory=dict)  # a module -> its first public path
    todo: list[tuple[str, Module, bool]] = field(default_factory=list)


def publish(outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]) -> Surface:
    """Every module that can be imported, and what each of its names stands for."""
    known = draw(crates(outlines, read), outlines)
    walk = _Walk(known)
    private = {root.path for root in known.roots.values() if root.crate.own_use}
    for root in known.roots.values():  # where all are, they are what the tree is for
        hidden = root.path in private and len(private) < len(known.roots)
        walk.todo.append((root.path, root, hidden))
    _own_paths(walk)
    at = 0
    while at < len(walk.todo) and at < _MAX_PLACES:
        path, module, hidden = walk.todo[at]
        at += 1
        if path not in walk.surface:
            walk.surface[path] = {}
            for name, found, unseen in _offered(walk.known, module, set()):
                _place(walk, path, name, found, hidden=hidden or unseen)
    return walk.surface


def _own_paths(walk: _Walk) -> None:
    """The modules that are public where they stand, so that an alias leads to them."""
    stack = list(walk.known.roots.values())
    while stack:
        module = stack.pop()
        walk.homes[id(module)] = module.path
        stack += [child for name, child in module.children.items() if module.shown[name] == _OPEN]


_OPEN = (True, False)


def _place(walk: _Walk, path: str, name: str, found: Found, *, hidden: bool) -> None:
    offered = walk.surface[path]
    if isinstance(found, Symbol):
        if name not in offered or offered[name].hidden > hidden:
            unseen = not found.flags.isdisjoint(("hidden", "test"))
            offered[name] = Target(symbol=found.id, hidden=hidden or unseen)
        return
    home = walk.homes.get(id(found))
    if home is None:  # of a private one the first public path is its own
        home = walk.homes[id(found)] = f"{path}::{name}"
    if home == f"{path}::{name}":
        walk.todo.append((home, found, hidden))
    offered.setdefault(name, Target(module=home, hidden=hidden))


def _offered(known: Crates, module: Module, seen: set[int]) -> Iterator[tuple[str, Found, bool]]:
    """What a module offers: (name, what it is, whether it is hidden), globs last."""
    if id(module) in seen:
        return
    seen.add(id(module))
    for name, symbol in module.items.items():
        if symbol.visibility is Visibility.PUBLIC:
            yield name, symbol, False
    for name, child in module.children.items():
        public, hidden = module.shown[name]
        if public:
            yield name, child, hidden
    exported = [bound for bound in module.bound if bound.exported]
    for bound in exported:
        if bound.name:
            path = "::".join(part for part in (bound.module, bound.member) if part)
            found = known.path(module, path)
            if found is not None and found is not module:
                yield bound.name, found, isinstance(found, Module) and found.hidden
    for bound in exported:
        if bound.member == STAR:
            yield from _starred(known, known.path(module, bound.module), seen)


def _starred(
    known: Crates, source: Found | None, seen: set[int]
) -> Iterator[tuple[str, Found, bool]]:
    if isinstance(source, Module):
        yield from _offered(known, source, seen)
    elif source is not None and source.kind is SymbolKind.TYPE:
        yield from ((name, one, False) for name, one in known.variants(source).items())
