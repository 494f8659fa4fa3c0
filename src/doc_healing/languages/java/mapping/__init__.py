"""How Java source is read for the code map: what it defines, offers and uses.

Names: `Outer.Inner.method`; a constructor is `Outer.Outer`, as it is declared. Local and anonymous
classes are nobody's symbols; the members of an enum constant's body are (`Op.PLUS.apply`).
"""

from collections.abc import Sequence
from importlib import metadata

from doc_healing.languages.java.mapping.leaves import tokens
from doc_healing.languages.java.mapping.outline import outline
from doc_healing.languages.java.mapping.published import publish
from doc_healing.languages.java.mapping.uses import uses

__all__ = ["manifests", "name", "outline", "publish", "suffixes", "tokens", "uses", "version"]

name = "java"
version = f"{metadata.version('tree-sitter-java')}/2"
suffixes: Sequence[str] = (".java",)
manifests: Sequence[str] = ()  # a `module-info.java` is source, and told in its outline
