"""Every name that a reader can import from a tree's packages, all re-exports followed."""

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from doc_healing.languages.javascript.mapping import sources
from doc_healing.languages.javascript.mapping.manifests import Package, Read, aside, packages
from doc_healing.model import Import, Outline, Surface, Symbol, SymbolKind, Target, Visibility

_FILE = "file:"  # marks the module of a target that is known by its file alone, until it is named
_MAX_STEPS = 60


def publish(outlines: Mapping[str, Outline], read: Read) -> Surface:
    """Module as imported -> name -> what it stands for.

    The module of `export * as ns` that has no name of its own is called `module.ns`.
    """
    tree = _Tree(outlines, packages(outlines, read), sources.files_of(outlines))
    modules = _stated(tree)
    for path, outline in outlines.items():
        for name in outline.facts.get("ambient", "").split():
            first = modules.setdefault(name, path)
            if first != path and name in outlines[first].facts.get("ambient", "").split():
                tree.further.setdefault(first, []).append(path)
    deep = {name: path for name, path in _unstated(tree).items() if name not in modules}
    return _named(tree, {**modules, **deep}, frozenset(deep))


@dataclass(slots=True)
class _Tree:
    """The outlines with what is asked of them again and again."""

    outlines: Mapping[str, Outline]
    packages: list[Package]
    files: sources.Files
    tops: dict[str, dict[str, Symbol]] = field(default_factory=dict)
    members: dict[str, dict[str, list[Symbol]]] = field(default_factory=dict)
    known: dict[str, dict[str, Target]] = field(default_factory=dict)
    further: dict[str, list[str]] = field(default_factory=dict)  # what declares the same module

    def top(self, path: str) -> dict[str, Symbol]:
        """The definitions at the top of a file; those that tell overloads apart left out."""
        if path not in self.tops:
            own: dict[str, Symbol] = {}
            inner: dict[str, list[Symbol]] = {}
            for symbol in self.outlines[path].symbols:
                if "." not in symbol.name:
                    if symbol.name not in own or not symbol.discriminator:
                        own[symbol.name] = symbol
                elif symbol.name.count(".") == 1:
                    inner.setdefault(symbol.container, []).append(symbol)
            self.tops[path], self.members[path] = own, inner
        return self.tops[path]


# --- Modules -------------------------------------------------------------------------------


def _stated(tree: _Tree) -> dict[str, str]:
    """Each module that a manifest names, with its file; of a tree without one every file."""
    found: dict[str, str] = {}
    files = tree.files
    for package in tree.packages:
        for key, targets in package.entries.items():
            if "*" in key:
                for inner, path in sources.starred(package, key, targets, files).items():
                    if not _closed(package, inner):
                        found.setdefault(_joined(package.name, inner), path)
            elif targets:
                entry = sources.entry(package, targets, files)
                entry = entry or (sources.main(package, files) if key == "." else None)
                if entry is not None:
                    found.setdefault(_joined(package.name, key), entry)
    if not tree.packages:
        for path in tree.outlines:
            if not aside(path):
                found[f"./{path}"] = found[f"./{_stem(path)}"] = path
    return found


def _unstated(tree: _Tree) -> dict[str, str]:
    """The modules that a manifest does not name and does not keep a reader from either."""
    found: dict[str, str] = {}
    for package in tree.packages:
        for path in _deep(package, tree.outlines, tree.packages) if package.deep else ():
            inner = posixpath.relpath(path, package.folder or ".")
            found.setdefault(f"{package.name}/{inner}", path)
            found.setdefault(f"{package.name}/{_stem(inner)}", path)
    return found


def _joined(name: str, key: str) -> str:
    inner = key.removeprefix(".").strip("/")
    return f"{name}/{inner}" if inner else name


def _closed(package: Package, inner: str) -> bool:
    """Whether a `null` of `exports` takes out what a pattern lets in."""
    for key, targets in package.entries.items():
        before, star, after = key.partition("*")
        fits = inner.startswith(before) and inner.endswith(after) if star else inner == key
        if not targets and fits:
            return True
    return False


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.partition(".d.")[0] if ".d." in name else name.rpartition(".")[0]
    if stem == "index" and folder:
        return folder
    return f"{folder}/{stem}" if folder else stem


def _deep(package: Package, files: Collection[str], others: list[Package]) -> list[str]:
    inside = f"{package.folder}/" if package.folder else ""
    nested = tuple(
        f"{item.folder}/"
        for item in others
        if item.folder != package.folder and item.folder.startswith(inside)
    )
    return [
        path
        for path in files
        if path.startswith(inside)
        and not (nested and path.startswith(nested))
        and not aside(path.removeprefix(inside))
        and not path.removeprefix(inside).startswith((".", "scripts/"))
    ]


# --- Names ---------------------------------------------------------------------------------


def _named(tree: _Tree, modules: Mapping[str, str], deep: frozenset[str]) -> Surface:
    """The names of all modules; a namespace without a module of its own gets one.

    Those of `deep` modules are no public API, nor is what its author marks as internal.
    """
    surface: dict[str, dict[str, Target]] = {}
    names = {path: module for module, path in reversed(list(modules.items()))}
    waiting = list(modules.items())
    while waiting:
        module, path = waiting.pop(0)
        if module in surface:
            continue
        surface[module] = found = {}
        offered = _offered(tree, path)
        for name in sorted(offered, key=lambda name: name == "default"):
            target = offered[name]
            if target.module.startswith(_FILE):
                file = target.module.removeprefix(_FILE)
                if file not in names:
                    names[file] = f"{module}.{name}"
                    waiting.append((names[file], file))
                found[name] = Target(module=names[file], hidden=module in deep)
            else:
                hidden = module in deep or target.hidden or _internal(tree, target)
                found[name] = Target(target.symbol, target.module, hidden=hidden)
    return surface


def _internal(tree: _Tree, target: Target) -> bool:
    path, _, name = target.symbol.partition("#")
    own = tree.top(path).get(name) if path in tree.outlines else None
    return own is not None and "hidden" in own.flags


def _offered(tree: _Tree, path: str, steps: int = 0) -> Mapping[str, Target]:
    """What a file offers: its own names first, then those of the modules that it passes on."""
    if path in tree.known or steps > _MAX_STEPS:
        return tree.known.get(path, {})
    tree.known[path] = found = {}  # a circle of re-exports ends here
    outline = tree.outlines[path]
    for name in outline.exports or ():
        target = _target(tree, path, name, steps)
        if target is not None:
            found[name] = target
    for item in outline.imports:
        if item.exported and item.member == "*":
            inner = _file(tree, path, item.module)
            for name, target in _offered(tree, inner, steps + 1).items() if inner else ():
                if name != "default":
                    found.setdefault(name, target)
    for other in tree.further.get(path, ()):
        for name, target in _offered(tree, other, steps + 1).items():
            found.setdefault(name, target)
    whole = outline.facts.get("whole")
    if whole:
        for name, target in _whole(tree, path, whole, steps).items():
            found.setdefault(name, target)
    return found


def _target(tree: _Tree, path: str, name: str, steps: int) -> Target | None:
    for item in tree.outlines[path].imports:
        if item.exported and item.name == name:
            target = _follow(tree, path, item, steps)
            if target is not None:
                return target
    return _local(tree, path, name, steps) if name in tree.top(path) else None


def _follow(tree: _Tree, path: str, item: Import, steps: int) -> Target | None:
    """What an import or an export of a file stands for."""
    if not item.module:
        return _local(tree, path, item.member, steps)
    file = _file(tree, path, item.module)
    if file is None:
        return None
    if not item.member:
        whole = "whole" in tree.outlines[file].facts
        only = _offered(tree, file, steps + 1).get("default") if whole else None
        return only or Target(module=_FILE + file)
    offered = _offered(tree, file, steps + 1)
    if item.member == "default" and item.member not in offered and offered:
        return Target(module=_FILE + file)  # `module.exports = {...}` as ES modules import it
    return offered.get(item.member)


def _local(tree: _Tree, path: str, name: str, steps: int) -> Target | None:
    own = tree.top(path).get(name)
    if own is not None:
        taken = "destructured" in own.flags and _taken(tree, path, own.successor, steps)
        return taken or Target(own.id)
    for item in tree.outlines[path].imports:
        if item.name == name and item.module and steps <= _MAX_STEPS:
            return _follow(tree, path, item, steps)
    return None


def _taken(tree: _Tree, path: str, dotted: str, steps: int) -> Target | None:
    """`const { A } = b`: the member `A` of what `b` is, where `b` has one."""
    owner, _, name = dotted.rpartition(".")
    holder = _local(tree, path, owner, steps + 1) if owner and steps <= _MAX_STEPS else None
    if holder is not None and holder.module.startswith(_FILE):
        return _offered(tree, holder.module.removeprefix(_FILE), steps + 1).get(name)
    file, _, whole = holder.symbol.partition("#") if holder is not None else ("", "", "")
    if file not in tree.outlines:
        return None
    tree.top(file)
    for member in tree.members[file].get(whole, ()):
        if member.last == name:
            inner = _local(tree, file, member.successor, steps + 1)
            return inner or Target(member.id)
    return None


def _whole(tree: _Tree, path: str, name: str, steps: int) -> Mapping[str, Target]:
    """The members of what `module.exports` or `export =` is set to are names of the module."""
    own = tree.top(path).get(name)
    if own is None:
        bound = next((i for i in tree.outlines[path].imports if i.name == name and i.module), None)
        file = _file(tree, path, bound.module) if bound is not None else None
        return _offered(tree, file, steps + 1) if file else {}
    found: dict[str, Target] = {}
    maker = own.gives.removesuffix("()") if own.gives.endswith("()") else ""
    direct = [one for one in tree.members[path].get(name, []) if "result" not in one.flags]
    made = [one for one in tree.members[path].get(maker, []) if "result" in one.flags]
    for member in direct or made:
        if "local" in member.flags:
            continue
        if own.kind is SymbolKind.TYPE and "static" not in member.flags:
            continue
        alias = _local(tree, path, member.successor, steps) if "alias" in member.flags else None
        closed = own.kind is SymbolKind.MODULE and member.visibility is Visibility.PRIVATE
        found.setdefault(member.last, alias or Target(member.id, hidden=closed))
    for item in tree.outlines[path].imports:
        around, _, last = item.name.rpartition(".")
        listed = _local(tree, path, item.member, steps) if around == name else None
        if listed is not None:
            found.setdefault(last, listed)
    return found


# --- Files ---------------------------------------------------------------------------------


def _file(tree: _Tree, path: str, module: str) -> str | None:
    """The file that a module of `path` names, if it is one of the tree's."""
    files = tree.files
    if module.startswith("."):
        inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
        if inner.startswith(".."):
            return None
        found = sources.find(inner, files)
        return found if found != path else None
    package = _around(tree, path)
    if package is not None:
        table = package.imports if module.startswith("#") else package.paths
        for key, targets in table.items():
            before, star, after = key.partition("*")
            if module == key or (star and module.startswith(before) and module.endswith(after)):
                inner = module[len(before) : len(module) - len(after)] if star else ""
                named = [target.replace("*", inner) for target in targets]
                found = _first(package, named, files, own=module.startswith("#"))
                if found is not None:
                    return found
    return _entry(tree, module)


def _first(package: Package, targets: list[str], files: sources.Files, own: bool) -> str | None:
    if own:
        return sources.entry(package, targets, files)
    return next((found for item in targets if (found := sources.find(item, files))), None)


def _around(tree: _Tree, path: str) -> Package | None:
    near = [p for p in tree.packages if not p.folder or path.startswith(f"{p.folder}/")]
    return near[-1] if near else None


def _entry(tree: _Tree, module: str) -> str | None:
    """The file of a package of the same tree."""
    for package in tree.packages:
        if module == package.name or module.startswith(f"{package.name}/"):
            key = f".{module.removeprefix(package.name)}"
            targets = package.entries.get(key)
            if targets:
                found = sources.entry(package, targets, tree.files)
                return found or (sources.main(package, tree.files) if key == "." else None)
            for starred, leaves in package.entries.items():
                if "*" in starred:
                    found = sources.starred(package, starred, leaves, tree.files).get(key)
                    if found is not None:
                        return found
            if package.deep:
                return sources.find(posixpath.join(package.folder, key), tree.files)
    return None
