"""Go: programs, packages, testable examples, tests and fragments, without the go command."""

from collections.abc import Sequence

from doc_healing.languages.go import merger
from doc_healing.languages.go.lint import lint
from doc_healing.languages.go.naming import names
from doc_healing.languages.go.program import jobs
from doc_healing.languages.go.reading import read
from doc_healing.languages.go.toolchain import toolchain
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

name = "go"
fences: Sequence[str] = ("go", "golang")
smoke = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("ok")\n}\n'
installer = "go"
tracer = None


def needs(snippet: Snippet) -> Sequence[str]:  # noqa: ARG001 - the protocol's shape
    """Nothing: a Go file names the packages that it imports, never the modules that hold them."""
    return ()
