"""The names that a block binds for those after it, and those that it takes from outside."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache

from doc_healing.languages.python.borrowed import bodies
from doc_healing.languages.python.driver import names as driver_names
from doc_healing.languages.python.driver import scopes
from doc_healing.model import Names, Snippet

_MOST = 64  # files that imports may mean: beyond it is no example


def names(snippet: Snippet) -> Names:
    """What a block binds at its top level, and which names it reads that nobody in it binds."""
    return _names(snippet.code)


@lru_cache(maxsize=2048)
def _names(code: str) -> Names:
    nodes = bodies(code)
    try:
        free = driver_names.missing(nodes)
        bound = scopes.bound(nodes)
        files = _files(nodes)
    except RecursionError:
        return Names()
    return Names(frozenset(bound), frozenset(free), frozenset(files))


def _files(nodes: Iterable[ast.stmt]) -> list[str]:
    """`from app.models import X` may mean `app/models.py`; the standard library is nobody's."""
    found: dict[str, None] = {}
    for body in nodes:
        for node in ast.walk(body):
            if isinstance(node, ast.Import):
                for one in node.names:
                    found.update(dict.fromkeys(_of(one.name)))
            elif isinstance(node, ast.ImportFrom):
                found.update(dict.fromkeys(_from(node)))
    return list(found)[:_MOST]


def _from(node: ast.ImportFrom) -> Iterator[str]:
    module = node.module or ""
    inner = [f"{module}.{one.name}".strip(".") for one in node.names if one.name != "*"]
    above = "./" + "../" * (node.level - 1) if node.level else ""
    for name in (module, *inner):
        for path in _of(name, relative=bool(node.level)):
            yield f"{above}{path}"


def _of(module: str, *, relative: bool = False) -> Iterator[str]:
    parts = [part for part in module.split(".") if part]
    if not parts or (not relative and parts[0] in sys.stdlib_module_names):
        return
    for count in range(1, len(parts) + 1):
        path = "/".join(parts[:count])
        yield f"{path}.py"
        yield f"{path}/__init__.py"
