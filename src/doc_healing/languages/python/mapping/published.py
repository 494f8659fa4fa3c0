"""Every name under which a reader can import something from the modules of a tree."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doc_healing.languages.python.mapping.packages import modules
from doc_healing.model import STAR, Import, Outline, Surface, Target, Visibility

_DEEPEST = 40  # steps of one chain of re-exports


def publish(outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]) -> Surface:
    """Module -> name -> what it stands for; private names are there, and hidden."""
    tree = _tree(outlines, read)
    _add_members(tree)
    return {name: dict(_offered(tree, module)) for name, module in tree.items()}


@dataclass(slots=True)
class _Module:
    """One module: what its files bind, and what is public of it."""

    name: str
    package: bool  # it has an `__init__`
    symbols: dict[str, Target] = field(default_factory=dict)
    stubs: dict[str, Target] = field(default_factory=dict)  # what only a stub defines
    imports: dict[str, Import] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # modules taken whole
    members: dict[str, str] = field(default_factory=dict)  # modules within it
    exports: tuple[str, ...] | None = None
    others: list[str] = field(default_factory=list)  # local names whose `__all__` it takes over
    stub: bool = False
    loaded: bool = False  # what the stub next to it imports is loaded when it is asked for
    hidden: bool = False


_Tree = dict[str, _Module]


def _tree(outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]) -> _Tree:
    tree: _Tree = {}
    for name, place in modules(outlines, read).items():
        package = place.files[0].rpartition("/")[2].startswith("__init__.")
        module = tree[name] = _Module(name, package, hidden=place.hidden)
        module.stub = place.files[0].endswith(".pyi")
        for path in place.files:
            _fill(module, outlines[path])
    return tree


def _fill(module: _Module, outline: Outline) -> None:
    """What one of its files says; where a stub stands next to it, the source comes first."""
    beside = bool(module.symbols or module.imports)
    gone = json.loads(outline.facts.get("deleted", "[]"))
    module.loaded = module.loaded or "stub" in outline.facts
    for one in outline.symbols:
        if "." in one.name or one.discriminator or one.name in gone:
            continue
        hidden = one.visibility is not Visibility.PUBLIC or _dunder(one.name)
        target = Target(one.id, hidden=hidden or "hidden" in one.flags)
        if not beside:
            module.symbols[one.name] = target
        elif one.name not in module.symbols:
            module.stubs[one.name] = target
    for bound in outline.imports:
        if bound.member == STAR:
            module.stars.append(absolute(module.name, bound.module, package=module.package))
        elif bound.name in gone:
            continue
        elif bound.module or (bound.name and bound.name != bound.member):
            module.imports.setdefault(bound.name, bound)
    if module.exports is None and outline.exports is not None:
        module.exports = outline.exports
        module.others = json.loads(outline.facts.get("all", "[]"))
    if module.loaded and outline.path.endswith(".pyi"):
        near = (one.name for one in outline.imports if one.module.startswith("."))
        module.exports = tuple(dict.fromkeys((*(module.exports or ()), *near)))


def _dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def absolute(module: str, written: str, *, package: bool) -> str:
    """`a.b.x` of `.x` within `a.b`; what is not relative is as it is written."""
    level = len(written) - len(written.lstrip("."))
    if not level:
        return written
    parts = module.split(".") if module else []
    up = level - 1 if package else level
    if up > len(parts):
        return ""
    return ".".join([*parts[: len(parts) - up], *filter(None, [written[level:]])])


def _add_members(tree: _Tree) -> None:
    """A package has its modules as members; a namespace is a module without a file."""
    for name in sorted(tree):
        while "." in name:
            parent, _, last = name.rpartition(".")
            tree.setdefault(parent, _Module(parent, package=True)).members[last] = name
            name = parent


def _offered(tree: _Tree, module: _Module) -> Iterator[tuple[str, Target]]:
    """Each name of a module that leads to something of this tree."""
    listed = _listed(tree, module.name)
    private = module.hidden or _private(module.name)
    names = dict.fromkeys([*module.symbols, *module.imports, *module.stubs, *module.members])
    names.update(dict.fromkeys(_starred(tree, module)))
    names.update(dict.fromkeys(listed or ()))
    for name in names:
        found = _resolve(tree, module.name, name)
        if found is not None:
            hidden = private or not _public(module, name, listed, found)
            yield name, Target(found.symbol, found.module, hidden=hidden)


def _private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


def _public(module: _Module, name: str, listed: Sequence[str] | None, found: Target) -> bool:
    """By `__all__`; else by its name, and an import only where it is meant to be offered on."""
    if listed is not None and name in listed:
        return True
    if name in module.members and found.module == module.members[name]:
        return not _private(found.module)
    if name in module.symbols:
        return listed is None and not module.symbols[name].hidden
    bound = module.imports.get(name)
    if bound is None and name in module.stubs:  # not there when it runs, unless loaded lazily
        return "__getattr__" in module.symbols and not module.stubs[name].hidden
    if name.startswith("_") or (listed is not None and not (bound and _lazy(bound))):
        return False
    if bound is None:  # by a star
        return True
    return bound.exported or not bound.module or (module.package and not module.stub)


def _lazy(bound: Import) -> bool:
    return bound.exported and bound.name != bound.member


def _listed(tree: _Tree, name: str, depth: int = 0) -> tuple[str, ...] | None:
    """A module's `__all__` with those that it takes over; None where it has none that is known."""
    module = tree.get(name)
    if module is None or module.exports is None or depth > _DEEPEST:
        return None
    found = list(module.exports)
    for other in module.others:
        target = _module_of(tree, module, other)
        found += _listed(tree, target, depth + 1) or _plain(tree, target)
    return tuple(dict.fromkeys(found))


def _module_of(tree: _Tree, module: _Module, local: str) -> str:
    """The module that a local dotted name means."""
    first, _, rest = local.partition(".")
    found = _resolve(tree, module.name, first)
    if found is None or not found.module:
        return local
    return f"{found.module}.{rest}" if rest else found.module


def _plain(tree: _Tree, name: str) -> list[str]:
    """What a star takes of a module without `__all__`."""
    module = tree.get(name)
    if module is None:
        return []
    names = [*module.symbols, *module.imports]
    return [one for one in names if not one.startswith("_")]


def _starred(tree: _Tree, module: _Module, seen: frozenset[str] = frozenset()) -> list[str]:
    """What a module has by its stars."""
    found: list[str] = []
    for star in module.stars:
        if star in seen or star not in tree:
            continue
        listed = _listed(tree, star)
        if listed is None:
            inner = _starred(tree, tree[star], seen | {module.name, star})
            listed = (*_plain(tree, star), *inner)
        found += listed
    return found


def _resolve(tree: _Tree, module: str, name: str) -> Target | None:
    """What a name of a module stands for in the end; None where it leads out of the tree."""
    todo = [(module, name)]
    seen: set[tuple[str, str]] = set()
    while todo and len(seen) < _DEEPEST:
        step = todo.pop()
        one = tree.get(step[0])
        if step in seen or one is None:
            continue
        seen.add(step)
        found, more = _step(tree, one, step[1])
        if found is not None:
            return found
        todo.extend(reversed(more))
    return None


def _step(tree: _Tree, module: _Module, name: str) -> tuple[Target | None, list[tuple[str, str]]]:
    """What a name is in this module, or where else to look for it."""
    if name.startswith(_STUB):
        return module.stubs.get(name.removeprefix(_STUB)), []
    if name in module.symbols:
        return module.symbols[name], []
    found, more = _bound(tree, module, name)
    return found, [*more, (module.name, _STUB + name)] if name in module.stubs else more


_STUB = "\0"  # a name as the stub next to a module has it


def _bound(tree: _Tree, module: _Module, name: str) -> tuple[Target | None, list[tuple[str, str]]]:
    """What an import or a star of a module makes of a name."""
    bound = module.imports.get(name)
    if bound is not None and bound.module:
        source = absolute(module.name, bound.module, package=module.package)
        if not bound.member:
            return (Target(module=source) if source in tree else None), []
        inner = f"{source}.{bound.member}"
        further = [(source, bound.member)]
        if inner in tree and not _binds(tree, source, bound.member):
            return Target(module=inner), []
        return None, further
    if bound is not None:
        first, _, rest = bound.member.partition(".")
        near = [(f"{module.name}.{first}", name)] if not rest else []
        return None, [(module.name, first), *near] if first != name else near
    if name in module.members:
        return Target(module=module.members[name]), []
    return None, [(star, name) for star in module.stars if _given(tree, star, name)]


def _given(tree: _Tree, star: str, name: str) -> bool:
    listed = _listed(tree, star) if star in tree and not tree[star].others else None
    return name in listed if listed is not None else not name.startswith("_")


def _binds(tree: _Tree, module: str, name: str) -> bool:
    """Whether a module binds a name itself, besides having a module of that name."""
    one = tree.get(module)
    if one is None:
        return False
    bound = one.imports.get(name)
    if bound is not None and bound.module:
        source = absolute(module, bound.module, package=one.package)
        return f"{source}.{bound.member}" != f"{module}.{name}"
    return name in one.symbols
