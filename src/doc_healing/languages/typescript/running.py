"""TypeScript: type-checked and emitted by its native compiler, then run on Node.js."""

from collections.abc import Sequence

from doc_healing.languages.typescript import merging as merger
from doc_healing.languages.typescript.lint import lint
from doc_healing.languages.typescript.naming import names
from doc_healing.languages.typescript.program import jobs
from doc_healing.languages.typescript.reading import read
from doc_healing.languages.typescript.toolchain import toolchain
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

name = "typescript"
fences: Sequence[str] = ("typescript", "ts", "tsx", "mts", "cts", "typescriptreact")
smoke = (
    "import { strictEqual } from 'node:assert';\n"
    "const doubled: number[] = [1, 2].map((n: number): number => n * 2);\n"
    "strictEqual(doubled[1], 4);\n"
)
installer = "npm"
tracer = None


def needs(snippet: Snippet) -> Sequence[str]:  # noqa: ARG001 - the protocol's shape
    """Nothing: TypeScript has no agreed way to declare packages within a file."""
    return ()
