"""By which files a JavaScript package is entered, and which of them are not there.

https://nodejs.org/api/packages.html#package-entry-points: `exports` with its conditions, `main`.
"""

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from doc_healing.environments.projects import package_json, table
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

ENDINGS = ("", ".js", ".cjs", ".mjs", ".json", ".node", "/index.js", "/index.json")
# The conditions that Node.js itself takes; what is behind others it never loads.
_CONDITIONS = ("node", "import", "require", "default", "module-sync", "node-addons")
_NOT_LOADED = re.compile(r"\.(d\.[cm]?ts|map|css|md|html)$|\.min\.js$|^package\.json$")
_IMPORT = re.compile(
    r"(?m)^\s*(?:import|export)\b[^;\n]*?[\"'](\.{1,2}/[^\"'\n]+)[\"']"
    r"|^[^/\n]*\brequire\(\s*[\"'](\.{1,2}/[^\"'\n]+)[\"']\s*\)"
)


def missing_outputs(checkout: Checkout, folder: str, made: Iterable[str] = ()) -> list[str]:
    """Files that Node.js needs to load the package and that are neither there nor `made`.

    Names are relative to the package; a pattern of `exports` stands as it is (`dist/*.js`).
    """
    present = {*checkout.files, *made}
    entries = entry_points(package_json(checkout, folder))
    absent = [entry for entry in entries if not _exists(present, folder, entry)]
    for entry in entries:
        absent += _broken_imports(checkout, present, folder, entry)
    return sorted(dict.fromkeys(absent))


def entry_points(data: Mapping[str, Any]) -> list[str]:
    """The files that `exports`, or else `main` and `bin`, lead Node.js to."""
    exports = data.get("exports")
    found = list(_exported(exports)) if exports else [data.get("main")]
    found += [data.get("bin"), *table(data, "bin").values()]
    texts = [text.removeprefix("./") for text in found if isinstance(text, str)]
    safe = (text for text in texts if not text.startswith(("..", "/")))
    return [text for text in dict.fromkeys(safe) if not _NOT_LOADED.search(text)]


def _exported(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:1]:
            yield from _exported(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if str(key).startswith(".") or key in _CONDITIONS:
                yield from _exported(item)


def _exists(present: set[str], folder: str, entry: str) -> bool:
    path = join(folder, entry.rstrip("/"))
    if "*" in entry:
        return any(fnmatch.fnmatchcase(name, path) for name in present)
    if entry.endswith("/"):
        return any(name.startswith(f"{path}/") for name in present)
    if entry in ("", "."):
        return any(join(folder, f"index{ending}") in present for ending in ENDINGS[1:4])
    return any(path + ending in present for ending in ENDINGS)


def _broken_imports(
    checkout: Checkout, present: set[str], folder: str, entry: str
) -> Iterator[str]:
    """Relative imports of an entry point that lead nowhere (`./build/lib/cli.js`)."""
    path = next((p for e in ENDINGS if (p := join(folder, entry + e)) in present), "")
    if not path.endswith((".js", ".mjs", ".cjs")):
        return
    text = read_text(checkout, path)
    start = PurePosixPath(path).relative_to(folder or ".").parent
    for match in _IMPORT.finditer(text):
        parts: list[str] = []
        for part in start.joinpath(match[1] or match[2]).parts:
            if part == "..":
                parts = parts[:-1]
            else:
                parts.append(part)
        target = "/".join(parts)
        if target and not _exists(present, folder, target):
            yield target
