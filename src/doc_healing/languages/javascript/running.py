"""JavaScript: scripts, ES modules and CommonJS, Node's own prompt, and fragments, on Node.js."""

from collections.abc import Sequence

from doc_healing.languages.javascript.lint import lint
from doc_healing.languages.javascript.naming import names
from doc_healing.languages.javascript.node import toolchain
from doc_healing.languages.javascript.program import jobs
from doc_healing.languages.javascript.reading import read
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

name = "javascript"
fences: Sequence[str] = (
    "javascript",
    "js",
    "mjs",
    "cjs",
    "jsx",
    "node",
    "nodejs",
    "node-repl",
    "ecmascript",
    "es6",
)
smoke = "import { strictEqual } from 'node:assert';\nstrictEqual([1, 2].map((n) => n * 2)[1], 4);\n"
installer = "npm"
tracer = None
merger = None  # nothing is compiled


def needs(snippet: Snippet) -> Sequence[str]:  # noqa: ARG001 - the protocol's shape
    """Nothing: JavaScript has no agreed way to declare packages within a file."""
    return ()
