"""The interpreter that a program can be forked from, instead of starting one of its own.

A forked program must find nothing that one of its own interpreter would not. So a resident has
imported the driver alone, which vanishes; or, besides, what every one of its programs imports
before it does anything else: the imports at the head of its first chunk, in their order.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from doc_healing.languages.python.shipping import FOLDER
from doc_healing.model import Environment, File, Mount, Resident, Snippet, Toolchain

IMPORTS = f"{FOLDER}/imports.txt"
_OLDEST = (3, 8)
# Of the standard library only what takes longer to import than a fork takes. Each set of imports
# is an interpreter of its own, so what is cheap must not make one.
_SLOW = frozenset(
    ("asyncio", "concurrent", "ctypes", "dataclasses", "doctest", "email", "http", "inspect",
     "logging", "multiprocessing", "pdb", "pydoc", "sqlite3", "ssl", "tkinter", "typing",
     "unittest", "urllib", "xml", "xmlrpc", "zoneinfo")
)  # fmt: skip
_MAY_IMPORT = re.compile(r"^(?:import|from)[ \t]", re.MULTILINE)


def resident(
    argv: tuple[str, ...],
    driver: Sequence[File],
    played: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Resident | None:
    """What the program of these snippets can be forked from; None where it must not be.

    The variables of a snippet are those of an interpreter's start, and a file of its session could
    be imported: such programs are run cold, or from an interpreter without any import. So are those
    of another directory, which is where they would import.
    """
    version = (environment.runtime_version if environment else "") or toolchain.version
    if any(one.instructions.env for one in played) or _number(version) < _OLDEST:
        return None
    plain = Resident(argv, tuple(driver))
    here = played and not any(one.instructions.cwd for one in played)
    # One statement a line, as the program itself begins.
    names = "\n".join(_imports(played[0].code, environment)) if here else ""
    if not names:
        return plain
    return Resident(argv, (*driver, File(IMPORTS, names.encode())), plainer=plain)


def _imports(code: str, environment: Environment | None) -> Iterator[str]:
    """The imports that a text begins with, in their order, each once.

    Of a module its import alone, whatever is taken from it, so that many programs share a
    resident; but one that loads its parts when they are asked for (PEP 562) is asked for them.
    """
    if not _MAY_IMPORT.search(code):
        return
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    packages: Mapping[str, str] = environment.packages if environment else {}
    foreign = bool(packages) or bool(environment and environment.modules)
    found: dict[str, None] = {}
    for name, parts in _heads(tree.body):
        top = name.partition(".")[0]
        if top in _SLOW or (foreign and top not in sys.stdlib_module_names):
            late = parts and environment is not None and _loads_late(environment.mounts, top)
            found[f"from {name} import {', '.join(parts)}" if late else f"import {name}"] = None
    yield from found


@lru_cache(maxsize=256)
def _loads_late(mounts: tuple[Mount, ...], package: str) -> bool:
    """Whether a package that is installed there says itself what to do for a missing name."""
    for mount in mounts:
        for site in Path(mount.source).glob("lib/python3*/site-packages"):
            try:
                text = (site / package / "__init__.py").read_text("utf-8", "replace")
            except OSError:
                continue
            return "def __getattr__(" in text
    return False


def _heads(body: Sequence[ast.stmt]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each module, and what is taken from it by name."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = tuple(alias.name for alias in node.names)
            yield node.module, () if "*" in names else names
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
