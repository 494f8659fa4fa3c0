"""Uses of what a library marks as `@deprecated`: said as warnings, never held against a block.

The compiler knows them exactly, and tells them to editors alone (suggestions 6385 and 6387). So
it is asked as by an editor, and only for blocks whose packages hold such a mark at all.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from doc_healing.languages.javascript.modules import BUILTIN, package_of
from doc_healing.model import File, Line

CLIENT = "deprecated.cjs"
_IMPORT = re.compile(r"\b(?:from|import|require)\s*\(?\s*[\"']([^\"'\n]+)[\"']")
_PACKAGE = re.compile(r"(?:@[\w.-]+/)?[\w][\w.-]*")
_MARKED = "grep -Rqs --exclude-dir=node_modules --include=*.ts --include=*.[cm]ts @deprecated"
_LINE = re.compile(r"^([^\n(]+)\((\d+),\d+\): deprecated (\{.*\})$", re.MULTILINE)
_NAMED = re.compile(r"(?:^|of )'([^']+)' is deprecated")
_LINK = re.compile(r"\{@(?:link|linkcode|linkplain)\s+([^\s|}]+)\s*\|?\s*([^}]*)\}")
_MOST = 300  # characters of what a library says
# Not the library of the language, nor Node.js's, whose deprecations concern no package.
_OURS = ("/opt/typescript/", "/@types/node/", "/typescript/lib/")


def client(folder: str) -> File:
    """The program that asks the compiler, in a folder (empty or with a slash at its end)."""
    return File(f"{folder}{CLIENT}", _client())


@lru_cache(maxsize=1)
def _client() -> bytes:
    return files("doc_healing.languages.typescript").joinpath(CLIENT).read_bytes()


def imported(codes: Sequence[str], own: str) -> list[str]:
    """The packages that these texts name, and `own` (empty: none), which they are lent."""
    named = {package_of(match[1]) for code in codes for match in _IMPORT.finditer(code)}
    found = named | {own}
    return sorted(
        name for name in found if _PACKAGE.fullmatch(name) and name.split("/")[0] not in BUILTIN
    )


def asking(
    node: str, compiler: str, folder: str, asked: Mapping[str, Sequence[str]], out: str
) -> str:
    """Lines of a shell that ask for files, each with its packages, and add what is said to `out`.

    Nothing where no file has a package. `folder` is the client's.
    """
    grouped: dict[tuple[str, ...], list[str]] = {}
    for file, packages in asked.items():
        if packages:
            grouped.setdefault(tuple(packages), []).append(file)
    if not grouped:
        return ""
    lines = ["set --"]
    for packages, named in grouped.items():
        places = " ".join(shlex.quote(place) for name in packages for place in _places(name))
        lines.append(f'{_MARKED} {places} && set -- "$@" {" ".join(map(shlex.quote, named))}')
    lines.append(f'[ $# -eq 0 ] || GOMAXPROCS=2 {node} {folder}{CLIENT} {compiler} "$@" >> {out}')
    return "\n".join(lines)


def _places(package: str) -> list[str]:
    types = package.removeprefix("@").replace("/", "__")
    return [f"node_modules/{package}/", f"node_modules/@types/{types}/"]


def warnings(output: str, main: str, rows: Mapping[int, Line]) -> list[str]:
    """What is said of a main file's rows (0-based) that have a place: each name once."""
    found: dict[str, str] = {}
    for file, row, text in _LINE.findall(output):
        line = rows.get(int(row) - 1)
        if file != main or line is None:
            continue
        told = _told(text)
        named = _NAMED.search(told.get("message", ""))
        if named is None or not _is_of_package(told.get("file", "")):
            continue
        said = _said(told.get("text", ""))
        place = f"{line.path}:{line.line}"
        message = f"{place}: `{named[1]}` is deprecated{f': {said}' if said else ''}"
        found.setdefault(named[1], message)
    return list(found.values())


def _is_of_package(file: str) -> bool:
    """Whether a declaration is a package's: neither the block's own nor one of the platform."""
    outside = "/node_modules/" in file or file.startswith("/opt/")
    return outside and not any(place in file for place in _OURS)


def _told(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _said(text: str) -> str:
    """The words of a mark, on one line: without stars and links."""
    rows = [re.sub(r"^\s*\*+/?\s?|\s*\*/\s*$", "", row) for row in text.split("\n")]
    words = " ".join(" ".join(rows).split()).removeprefix("@deprecated").strip(" -:")
    words = _LINK.sub(lambda match: f"`{match[2].strip() or match[1]}`", words)
    return words[:_MOST]
