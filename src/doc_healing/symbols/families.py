"""Languages whose code imports each other's: JavaScript and TypeScript share all modules."""

from collections.abc import Mapping

from doc_healing.model import Surface, Target

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "javascript": ("javascript", "typescript"),
    "typescript": ("typescript", "javascript"),
}


def family(language: str) -> tuple[str, ...]:
    """The languages whose modules code of one can import, its own first."""
    return FAMILIES.get(language, (language,))


def merged(surfaces: Mapping[str, Surface], language: str) -> Surface:
    """All that code of a language can import."""
    found: dict[str, Mapping[str, Target]] = {}
    for one in family(language):
        for module, names in surfaces.get(one, {}).items():
            found[module] = {**names, **found.get(module, {})}
    return found


def namespaces(surface: Surface) -> Mapping[str, list[str]]:
    """The modules that others offer under a name, `z` of `zod`: of the shortest module first."""
    found: dict[str, dict[str, None]] = {}
    for module in sorted(surface, key=lambda module: (len(module), module)):
        for name, target in surface[module].items():
            if target.module and not target.hidden:
                found.setdefault(name, {})[target.module] = None
    return {name: list(modules) for name, modules in found.items()}
