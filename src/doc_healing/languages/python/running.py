"""Python: scripts, transcripts and fragments. This module is the protocol's value."""

from typing import Final

from doc_healing.languages.python import touches as tracer
from doc_healing.languages.python.lint import lint
from doc_healing.languages.python.naming import names
from doc_healing.languages.python.needs import needs
from doc_healing.languages.python.programs import jobs
from doc_healing.languages.python.reading import read
from doc_healing.languages.python.toolchains import find as toolchain

name: Final = "python"
fences: Final = ("python", "py", "python3", "py3", "pycon", "python-repl", "ipython", "ipython3")
smoke: Final = "import sys\n\nprint(sys.version_info.major)\n"
installer: Final = "uv"
merger: Final = None  # nothing is compiled

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
