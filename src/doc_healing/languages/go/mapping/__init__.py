"""How Go source is read for the code map: what it defines, offers and uses.

Names: `Type.Method`, `Type.Field`; a method is a member of its receiver's type, in whichever file
that is. Variables of a package are constants in the words of the map.
"""

from collections.abc import Sequence
from importlib import metadata

from doc_healing.languages.go.mapping.leaves import tokens
from doc_healing.languages.go.mapping.outline import outline
from doc_healing.languages.go.mapping.published import publish
from doc_healing.languages.go.mapping.uses import uses

__all__ = ["manifests", "name", "outline", "publish", "suffixes", "tokens", "uses", "version"]

name = "go"
version = f"{metadata.version('tree-sitter-go')}/2"
suffixes: Sequence[str] = (".go",)
manifests: Sequence[str] = ("go.mod",)
