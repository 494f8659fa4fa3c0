"""The code map of TypeScript: read as JavaScript is, with the grammars of `.ts` and `.tsx`."""

from collections.abc import Sequence

from doc_healing.languages.javascript.mapping import grammar
from doc_healing.languages.javascript.mapping.leaves import read_tokens as tokens
from doc_healing.languages.javascript.mapping.manifests import MANIFESTS
from doc_healing.languages.javascript.mapping.outline import read_outline
from doc_healing.languages.javascript.mapping.published import publish
from doc_healing.languages.javascript.mapping.uses import read_uses
from doc_healing.model import Outline, Use

__all__ = ["manifests", "name", "outline", "publish", "suffixes", "tokens", "uses", "version"]

name = "typescript"
version = f"typescript-0.23.2-{grammar.VERSION}"
suffixes: Sequence[str] = (".ts", ".tsx", ".mts", ".cts")
manifests: Sequence[str] = MANIFESTS


def outline(path: str, data: bytes) -> Outline:
    """What one file defines, imports and offers."""
    return read_outline(name, path, data)


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:
    """What a snippet uses, in its order."""
    return read_uses(name, code, before)
