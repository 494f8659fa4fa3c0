"""Rust: rustdoc's examples, whole programs, items and fragments, compiled by rustc alone."""

from collections.abc import Sequence

from doc_healing.languages.rust import merging as merger
from doc_healing.languages.rust.lint import lint
from doc_healing.languages.rust.naming import names
from doc_healing.languages.rust.program import jobs
from doc_healing.languages.rust.reading import read
from doc_healing.languages.rust.toolchain import toolchain
from doc_healing.model import Snippet

__all__ = [
    "fences",
    "installer",
    "jobs",
    "lint",
    "merger",
    "name",
    "names",
    "needs",
    "read",
    "smoke",
    "toolchain",
    "tracer",
]

name = "rust"
fences: Sequence[str] = ("rust", "rs")
smoke = 'let words: Vec<&str> = "a b".split(\' \').collect();\nassert_eq!(words, ["a", "b"]);\n'
installer = "cargo"
tracer = None


def needs(snippet: Snippet) -> Sequence[str]:  # noqa: ARG001 - the protocol's shape
    """Nothing: cargo scripts, which declare packages in a file, are no stable Rust yet."""
    return ()
