"""Rust for the code map: items and impl blocks, use trees, crates and their modules."""

from collections.abc import Sequence

from doc_healing.languages.rust.mapping.outline import outline
from doc_healing.languages.rust.mapping.published import publish
from doc_healing.languages.rust.mapping.trees import tokens
from doc_healing.languages.rust.mapping.uses import uses

__all__ = ["manifests", "name", "outline", "publish", "suffixes", "tokens", "uses", "version"]

name = "rust"
version = "tree-sitter-rust 0.24.2, 1"
suffixes: Sequence[str] = (".rs",)
manifests: Sequence[str] = ("Cargo.toml",)
