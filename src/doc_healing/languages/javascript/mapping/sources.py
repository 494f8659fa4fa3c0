"""From the path that a manifest or an import writes to the file of the tree that is meant."""

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from doc_healing.languages.javascript.mapping.manifests import Package, aside

_BUILT = frozenset(
    "dist lib build built out output es esm cjs umd types typings _esm _cjs _types module commonjs "
    "esnext es6 es2015 node browser bundle bundles release modern legacy".split()
)
_ROOTS = ("src", "source", "lib", "")
# A file that is imported as the first may be written as one of the others.
_SWAPS = (
    (".d.ts", (".d.ts", ".ts", ".tsx", ".js")),
    (".d.mts", (".d.mts", ".mts", ".ts", ".mjs")),
    (".d.cts", (".d.cts", ".cts", ".ts", ".cjs")),
    (".mjs", (".mjs", ".mts", ".ts", ".js", ".d.mts", ".d.ts")),
    (".cjs", (".cjs", ".cts", ".ts", ".js", ".d.cts", ".d.ts")),
    (".jsx", (".jsx", ".tsx")),
    (".js", (".js", ".ts", ".tsx", ".jsx", ".mjs", ".d.ts")),
)
_KNOWN = (".ts", ".tsx", ".mts", ".cts")
_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.ts", ".d.mts")


def spellings(path: str) -> Iterator[str]:
    """The files that an import of `path` may mean, nearest first."""
    for ending, others in _SWAPS:
        if path.endswith(ending):
            stem = path.removesuffix(ending)
            yield from (stem + other for other in others)
            for other in _ENDINGS:
                yield f"{stem}/index{other}"
            return
    yield path
    if not path.endswith(_KNOWN):
        base = f"{path}/" if path else ""
        yield from (path + other for other in _ENDINGS if path)
        yield from (f"{base}index{other}" for other in _ENDINGS)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a tree, and their names without what they end with: most guesses miss."""

    paths: Collection[str]
    stems: frozenset[str]


def files_of(paths: Collection[str]) -> Files:
    """The files as they are looked for."""
    return Files(paths, frozenset(stem(path) for path in paths))


def stem(path: str) -> str:
    """A path without what it ends with: `a/b.d.ts` is `a/b`."""
    ending = next((item for item, _ in _SWAPS if path.endswith(item)), "")
    ending = ending or next((item for item in _KNOWN if path.endswith(item)), "")
    return path.removesuffix(ending) if ending else path


def find(path: str, files: Files) -> str | None:
    """The file that an import of `path` means; declarations only where there is nothing else."""
    plain = posixpath.normpath(path) if path else ""
    plain = "" if plain == "." else plain
    bare = stem(plain)
    index = f"{bare}/index" if bare else "index"
    if files.stems.isdisjoint((bare, index, plain, f"{plain}/index")):
        return None
    found = [item for item in spellings(plain) if item in files.paths]
    return next((item for item in found if ".d." not in item), found[0] if found else None)


def origins(package: Package, target: str) -> Iterator[str]:
    """Where the source of a file of a package may be, itself first; a `*` in it is kept."""
    inner = posixpath.normpath(target.removeprefix("./")) if target not in ("", "./", ".") else ""
    yield posixpath.join(package.folder, inner)
    for out, root in package.built:
        if out and (inner == out or inner.startswith(f"{out}/")):
            rest = inner.removeprefix(out).lstrip("/")
            yield posixpath.join(package.folder, root, rest)
            for less in _stripped(rest):
                yield from _rooted(package, less)
    for less in _stripped(inner):
        yield from _rooted(package, less)


def _rooted(package: Package, rest: str) -> Iterator[str]:
    for root in _ROOTS:
        yield posixpath.join(package.folder, root, rest)


def _stripped(path: str) -> Iterator[str]:
    """A path without the folders that builds make, each time one less, and at last the path."""
    parts = path.split("/")
    while len(parts) > 1 and parts[0] in _BUILT:
        parts = parts[1:]
        yield "/".join(parts)
    if len(parts) > 1 and parts[0] == "src":
        yield "/".join(parts[1:])
    yield path


def entry(package: Package, targets: Collection[str], files: Files) -> str | None:
    """The file of the tree that stands for one entry of a package."""
    declared: list[str] = []
    for target in targets:
        for path in origins(package, target):
            found = find(path, files)
            if found is not None and ".d." not in found:
                return found
            declared += [found] if found is not None else []
    return min(declared, key=lambda path: not path.endswith(".d.ts"), default=None)


def main(package: Package, files: Files) -> str | None:
    """The file behind the package's own name, where its manifest's paths lead nowhere."""
    last = package.name.rpartition("/")[2]
    for stem in ("index", "main", last, last.removesuffix(".js"), "mod"):
        for root in _ROOTS:
            found = find(posixpath.join(package.folder, root, f"{stem}.js"), files)
            if found is not None:
                return found
    return None


def starred(package: Package, key: str, targets: Collection[str], files: Files) -> dict[str, str]:
    """What `./x/*` stands for: the entries of all files that fit."""
    inside = f"{package.folder}/" if package.folder else ""
    near = [
        path for path in files.paths if path.startswith(inside) and not aside(path[len(inside) :])
    ]
    for target in targets:
        for number, pattern in enumerate(dict.fromkeys(origins(package, target))):
            whole = pattern.startswith(f"{inside}*")
            if number and whole:
                continue  # every file of the package: no folder is left of what was meant
            found: dict[str, str] = {}
            # What stands at a package's root once it is built, its sources seldom do.
            for spelled in [pattern] if whole else spellings(pattern):
                found |= {
                    key.replace("*", _built_name(inner), 1): path
                    for inner, path in _fitting(spelled, near)
                    if key.replace("*", _built_name(inner), 1) not in found
                }
            if found:
                return found
    return {}


def _fitting(pattern: str, paths: list[str]) -> Iterator[tuple[str, str]]:
    before, star, after = pattern.partition("*")
    for path in paths if star else ():
        if path.startswith(before) and path.endswith(after):
            inner = path[len(before) : len(path) - len(after)]
            if inner:
                yield inner, path


def _built_name(inner: str) -> str:
    """What a reader writes for a source whose own ending is part of the name."""
    for ending, other in ((".mts", ".mjs"), (".cts", ".cjs"), (".tsx", ".js"), (".ts", ".js")):
        if inner.endswith(ending) and ".d." not in inner:
            return inner.removesuffix(ending) + other
    return inner
