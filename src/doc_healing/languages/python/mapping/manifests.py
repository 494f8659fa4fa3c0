"""What a project's manifests call its packages and modules."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_KEYS = frozenset(
    "name packages py-modules py_modules module module-name modules include package namespace "
    "namespace_packages package_dir package-dir python-packages".split()
)
_ASSIGNED = re.compile(
    r"(?m)^\s*(?:name|py_modules|packages|package_dir)\s*=\s*"
    r"(?:\[[^\]]*\]|\{[^}]*\}|.*(?:\n[ \t]+.+)*)"
)
_WORD = re.compile(r"[A-Za-z_][\w.-]*")
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Declared:
    """A distribution's own name, and the words that may name a package of it.

    Both in lower case, with `_` for `-` and `.`.
    """

    name: str = ""
    words: frozenset[str] = frozenset()


def declared(read: Callable[[str], bytes | None], folder: str) -> Declared | None:
    """What the manifests of a folder say; None where it has none of a distribution."""
    found: dict[str, None] = {}
    own, seen = "", False
    for base in ("pyproject.toml", "setup.cfg", "setup.py"):
        data = read(f"{folder}/{base}" if folder else base)
        text = (data or b"")[:_LONGEST].decode("utf-8", "replace")
        if data is None or (base.endswith(".toml") and not _is_project(text)):
            continue
        seen = True
        for one in _of_toml(text) if base.endswith(".toml") else _ASSIGNED.findall(text):
            found.update((_spelled(word), None) for word in _WORD.findall(one))
        named = _NAME.search(text)
        own = own or (_spelled(named[1]) if named else "")
    return Declared(own, frozenset(found)) if seen else None


_NAME = re.compile(r"""(?m)^\s*name\s*=\s*["']?([A-Za-z][\w.-]*)""")


def _is_project(text: str) -> bool:
    """A `pyproject.toml` may only hold the settings of tools."""
    return bool(re.search(r"(?m)^\[(?:project|build-system|tool\.poetry|tool\.flit)\b", text))


def _spelled(word: str) -> str:
    return word.lower().replace("-", "_").replace(".", "_")


def _of_toml(text: str) -> Iterator[str]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        yield from _ASSIGNED.findall(text)
        return
    todo: list[tuple[object, bool]] = [(data, False)]
    while todo:
        one, wanted = todo.pop()
        if isinstance(one, dict):
            todo.extend(
                (value, wanted or key in _KEYS) for key, value in one.items() if key not in _OTHERS
            )
        elif isinstance(one, list):
            todo.extend((value, wanted) for value in one)
        elif isinstance(one, str) and wanted:
            yield one


_OTHERS = frozenset({"dependencies", "authors", "maintainers", "dependency-groups", "exclude"})
