"""Java: compilation units, members, statements and `jshell` sessions, on a JDK 17 or newer."""

from collections.abc import Sequence

from doc_healing.languages.java import merging
from doc_healing.languages.java.jdk import toolchain
from doc_healing.languages.java.lint import lint
from doc_healing.languages.java.naming import names
from doc_healing.languages.java.program import jobs
from doc_healing.languages.java.reading import read
from doc_healing.model import Snippet
from doc_healing.protocols import Merger

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

name = "java"
fences: Sequence[str] = ("java", "jshell", "java-repl")
smoke = "record Pair(int a, int b) {}\nassert new Pair(1, 2).b() == List.of(1, 2).get(1);\n"
installer = "maven"
tracer = None
merger: Merger = merging


def needs(snippet: Snippet) -> Sequence[str]:  # noqa: ARG001 - the protocol's shape
    """Nothing: Java has no agreed way to declare dependencies within a file."""
    return ()
