"""What a repository's TypeScript asks beyond its JavaScript: compiler options and declarations.

A tsconfig is read, never obeyed: its options go to the language as data, which keeps those that
only say how code is read. https://www.typescriptlang.org/tsconfig/#extends
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from doc_healing.environments.node_projects import installable
from doc_healing.environments.projects import package_json, table
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

_MOST = 8  # configurations that extend one another
_COMMENTS = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/')
_COMMAS = re.compile(r'"(?:\\.|[^"\\\n])*"|,(?=\s*[}\]])')
# Plain words and switches; a path, a plugin or a list of roots is no business of ours.
_PLAIN = re.compile(r"[\w@][\w@./-]*")


def compiler_options(checkout: Checkout, project: str) -> Mapping[str, object]:
    """The plain options (words and switches) of the project's tsconfig.json, with what it extends.

    Only files of the checkout are read; a configuration from a package is left out.
    """
    for folder in dict.fromkeys((project, "")):
        path = join(folder, "tsconfig.json")
        if path in checkout.files:
            return _plain(_merged(checkout, path, ()))
    return {}


def declarations(checkout: Checkout, project: str) -> Mapping[str, str]:
    """The packages of declarations (`@types/...`) that the project is developed with."""
    found: dict[str, str] = {}
    for folder in dict.fromkeys((project, "")):
        for name, wanted in table(package_json(checkout, folder), "devDependencies").items():
            if name.startswith("@types/") and installable(wanted):
                found.setdefault(name, str(wanted))
    return found


def _merged(checkout: Checkout, path: str, seen: tuple[str, ...]) -> dict[str, object]:
    if path in seen or len(seen) > _MOST:
        return {}
    stated = _parsed(read_text(checkout, path))
    extended = stated.get("extends")
    merged: dict[str, object] = {}
    for name in extended if isinstance(extended, list) else [extended]:
        if isinstance(name, str) and name.startswith("."):
            merged.update(_extended(checkout, path, name, (*seen, path)))
    merged.update(table(stated, "compilerOptions"))
    return merged


def _extended(checkout: Checkout, path: str, name: str, seen: tuple[str, ...]) -> dict[str, object]:
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / name).parts:
        if part == "..":
            if not parts:
                return {}
            parts.pop()
        elif part != ".":
            parts.append(part)
    target = "/".join(parts)
    for choice in (target, f"{target}.json", f"{target}/tsconfig.json"):
        if choice in checkout.files:
            return _merged(checkout, choice, seen)
    return {}


def _parsed(text: str) -> dict[str, Any]:
    """A tsconfig is JSON with comments and trailing commas."""
    plain = text.lstrip("\ufeff")
    for pattern in (_COMMENTS, _COMMAS):
        plain = pattern.sub(lambda match: match[0] if match[0][0] == '"' else " ", plain)
    try:
        found = json.loads(plain)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _plain(stated: Mapping[str, object]) -> dict[str, object]:
    return {
        key: value
        for key, value in stated.items()
        if isinstance(value, bool) or (isinstance(value, str) and _PLAIN.fullmatch(value))
    }


# --- The sources of what was not built -----------------------------------------------------

_OUTPUT = re.compile(r"\.(?:d\.)?[cm]?[jt]sx?$")
_SOURCES = (".ts", ".tsx", ".mts", ".cts", "/index.ts", "/index.tsx")


def sources(checkout: Checkout, folder: str, built: Path) -> Mapping[str, str]:
    """For each entry (`.`, `./sub`) whose declarations are not there, the source it is made from.

    Names are relative to the package, which stands in `built` with all that was made of it. A
    source is found where the output has its name: `dist/esm/a/b.js` is made from `src/a/b.ts`.
    """

    def exists(name: str) -> bool:
        return (built / name).is_file()

    manifest = package_json(checkout, folder)
    found: dict[str, str] = {}
    for entry, outputs in _entries(manifest).items():
        declared = [name for name in outputs if re.search(r"\.d\.[cm]?ts$", name)]
        typed = declared or [_OUTPUT.sub(".d.ts", name) for name in outputs]
        if any(map(exists, typed)):
            continue
        source = next((made for name in outputs if (made := _source_of(name, exists))), "")
        if source:
            found[entry] = source
    return found


def _entries(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The files behind each entry of a package, whatever condition they stand under."""
    exports = manifest.get("exports")
    if isinstance(exports, dict) and any(str(key).startswith(".") for key in exports):
        return {
            str(key): list(_texts(value))
            for key, value in exports.items()
            if "*" not in str(key) and not str(key).endswith(".json")
        }
    keys = ("source", "types", "typings", "module", "main")
    stated = _texts(exports) if exports else _texts([manifest.get(key) for key in keys])
    return {".": list(stated)}


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        name = value.removeprefix("./")
        if not name.startswith(("/", "..")) and "/../" not in name:
            yield name
    elif isinstance(value, dict | list) and depth < _MOST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, depth + 1)


def _source_of(name: str, exists: Callable[[str], bool]) -> str:
    if re.search(r"(?<!\.d)\.[cm]?tsx?$", name) and exists(name):
        return name
    parts = _OUTPUT.sub("", name).split("/")
    for start in range(len(parts)):
        tail = "/".join(parts[start:])
        for place in (f"src/{tail}", f"source/{tail}", f"lib/{tail}", tail):
            for ending in _SOURCES:
                if exists(place + ending):
                    return place + ending
    return ""
