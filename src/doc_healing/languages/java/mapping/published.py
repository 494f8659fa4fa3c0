"""Which Java types a reader can import, and from which package."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from doc_healing.model import Outline, Surface, Symbol, SymbolKind, Target, Visibility

# Names of the source roots of which nothing is shipped: Maven's and Gradle's, and older layouts.
_UNSHIPPED = re.compile(
    r"(?i)(?:^|/)(?:tests?|it|[a-z]*tests?|test[a-z]*|examples?|samples?|demos?|benchmarks?|jmh)(?:/|$)"
)
_SOURCES = re.compile(r"(?:^|/)src/[^/]+(?:/[^/]+)?$")


def publish(
    outlines: Mapping[str, Outline],
    read: Callable[[str], bytes | None],  # noqa: ARG001 - the protocol's shape
) -> Surface:
    """The public types of each package, without test sources; what no module exports is hidden.

    Members have no names of their own here: they are reached through their types.
    """
    modules = _modules(outlines)
    surface: dict[str, dict[str, Target]] = {}
    for path, outline in sorted(outlines.items()):
        if not is_shipped(path, outline.package):
            continue
        hidden = not _exported(path, outline, modules)
        for symbol in outline.symbols:
            if _offered(symbol):
                names = surface.setdefault(outline.package, {})
                names.setdefault(symbol.name, Target(symbol.id, hidden=hidden))
    return MappingProxyType({name: MappingProxyType(inner) for name, inner in surface.items()})


def is_shipped(path: str, package: str) -> bool:
    """Whether a file is of the product: by the name of its source root, never of its package."""
    return _UNSHIPPED.search(_root(path, package)) is None


def _root(path: str, package: str) -> str:
    folder = path.rpartition("/")[0]
    inner = package.replace(".", "/")
    return folder.removesuffix(inner).rstrip("/") if inner else folder


def _offered(symbol: Symbol) -> bool:
    return (
        symbol.kind is SymbolKind.TYPE
        and "." not in symbol.name
        and symbol.visibility is Visibility.PUBLIC
    )


def _modules(outlines: Mapping[str, Outline]) -> dict[str, frozenset[str]]:
    """Folder -> the packages that the module there exports."""
    found: dict[str, frozenset[str]] = {}
    for path, outline in outlines.items():
        folder, _, base = path.rpartition("/")
        if base == "module-info.java" and "module" in outline.facts and is_shipped(path, ""):
            inner = _SOURCES.sub("", folder) if _SOURCES.search(folder) else folder
            exported = frozenset(outline.facts["exports"].split())
            found[inner] = found.get(inner, frozenset()) | exported
    return found


def _exported(path: str, outline: Outline, modules: Mapping[str, frozenset[str]]) -> bool:
    """By the nearest module above a file; a file without one is of the unnamed module."""
    folder = path.rpartition("/")[0]
    while True:
        if folder in modules:
            return outline.package in modules[folder]
        if not folder:
            return True
        folder = folder.rpartition("/")[0]
