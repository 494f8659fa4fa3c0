"""How Python source is read for the code map. This package is the protocol's value."""

from typing import Final

from doc_healing.languages.python.mapping.leaves import tokens
from doc_healing.languages.python.mapping.outline import outline
from doc_healing.languages.python.mapping.published import publish
from doc_healing.languages.python.mapping.uses import uses

name: Final = "python"
version: Final = "tree-sitter-python 0.25.0, outline 1"
suffixes: Final = (".py", ".pyi")
manifests: Final = ("pyproject.toml", "setup.cfg", "setup.py")

__all__ = ["manifests", "name", "outline", "publish", "suffixes", "tokens", "uses", "version"]
