"""Packages of a tree: what their manifests let a reader import, and from which files.

https://nodejs.org/api/packages.html#package-entry-points, https://www.typescriptlang.org/tsconfig.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

MANIFESTS = ("package.json", "deno.json", "jsr.json", "tsconfig.json", "jsconfig.json")
Read = Callable[[str], bytes | None]
_FIELDS = ("source", "types", "typings", "module", "main", "browser")
_ASIDE = frozenset(
    "node_modules test tests __tests__ spec specs fixtures fixture __fixtures__ example examples "
    "benchmark benchmarks bench playground playgrounds demo demos docs website site sandbox e2e "
    "templates template integration integrations".split()
)
_JSONC = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Package:
    """One package: `entries` maps what stands after its name (`.`, `./sub`, `./x/*`) to files.

    The files are as the manifest writes them, most telling first; none: closed to readers.
    """

    folder: str  # "" is the root of the tree
    name: str
    private: bool
    entries: Mapping[str, tuple[str, ...]]
    deep: bool  # without `exports` any file may be imported
    imports: Mapping[str, tuple[str, ...]]  # `#internal` names of its own
    built: tuple[tuple[str, str], ...] = ()  # a folder of built files, and that of their sources
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # tsconfig's


def packages(files: Iterable[str], read: Read) -> list[Package]:
    """The packages that a reader can import, outermost first; private ones only where no other."""
    found = [item for folder in _folders(files) if (item := _package(folder, read)) is not None]
    public = [item for item in found if not item.private]
    return public or found


def aside(path: str) -> bool:
    """Whether a file is beside a package's code: tests, examples, documentation."""
    parts = path.split("/")
    name = parts[-1]
    return not _ASIDE.isdisjoint(parts[:-1]) or bool(
        re.search(r"[.-](?:test|spec|bench|stories|config|test-d|tst)\.\w+$", name)
    )


def relaxed(data: bytes | None) -> Mapping[str, object]:
    """A JSON object with comments and trailing commas; empty for anything else."""
    text = (data or b"").decode("utf-8", "replace").lstrip("\ufeff")
    for attempt in (text, _JSONC.sub(lambda match: match.group(1) or "", text)):
        try:
            value = json.loads(attempt)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) else {}
    return {}


def _folders(files: Iterable[str]) -> list[str]:
    found: set[str] = {""}
    for path in files:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    kept = [
        folder
        for folder in found
        if _ASIDE.isdisjoint(folder.split("/")) and not f"/{folder}".count("/.")
    ]
    return sorted(kept, key=lambda folder: (folder.count("/"), folder))


def _package(folder: str, read: Read) -> Package | None:
    for name in ("package.json", "deno.json", "jsr.json"):
        data = read(posixpath.join(folder, name))
        if data is None:
            continue
        said = relaxed(data)
        if isinstance(said.get("name"), str) and said["name"]:
            return _described(folder, said, read)
    return None


def _described(folder: str, said: Mapping[str, object], read: Read) -> Package:
    later = said.get("publishConfig")
    later = later if isinstance(later, dict) else {}
    exports = said.get("exports", later.get("exports"))
    entries = {key: _unique(leaves) for key, leaves in _exports(exports).items()}
    main = [str(value) for key in _FIELDS if isinstance(value := said.get(key), str)]
    main += [str(value) for key in _FIELDS if isinstance(value := later.get(key), str)]
    if "." in entries or exports is None:
        entries["."] = _unique([*entries.get(".", ()), *main, "./index.js"])
    built, paths = _layout(folder, read)
    internal = said.get("imports")
    return Package(
        folder=folder,
        name=str(said["name"]),
        private=said.get("private") is True,
        entries=entries,
        deep=exports is None,
        imports={k: _unique(v) for k, v in _table(internal).items()},
        built=built,
        paths=paths,
    )


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for item in items if item))


def _exports(value: object) -> dict[str, list[str]]:
    if isinstance(value, dict) and any(str(key).startswith(".") for key in value):
        return _table(value)
    return {".": list(_leaves(value))} if value is not None else {}


def _table(value: object) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        return {}
    return {str(key): list(_leaves(item)) for key, item in value.items()}


def _leaves(value: object, depth: int = 0) -> Iterator[str]:
    """The files of all conditions, most telling first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < 8:
        for item in value:
            yield from _leaves(item, depth + 1)
    elif isinstance(value, dict) and depth < 8:
        for key in sorted(value, key=_rank):
            yield from _leaves(value[key], depth + 1)


def _rank(condition: str) -> int:
    """Sources first; what stands in for a package where it cannot run, last."""
    if "source" in condition or condition == "development":
        return 0
    return 2 if condition in ("browser", "react-native", "worker") else 1


def _layout(
    folder: str, read: Read
) -> tuple[tuple[tuple[str, str], ...], Mapping[str, tuple[str, ...]]]:
    """Where tsconfig says that built files come from, and its short names of folders."""
    built: list[tuple[str, str]] = []
    paths: dict[str, tuple[str, ...]] = {}
    at, seen = posixpath.join(folder, "tsconfig.json"), set[str]()
    while at and at not in seen and len(seen) < 5:
        seen.add(at)
        said = relaxed(read(at))
        options = said.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        out = options.get("outDir") or options.get("declarationDir")
        if isinstance(out, str):
            root = options.get("rootDir")
            built.append((_inner(out), _inner(root if isinstance(root, str) else "src")))
        base = options.get("baseUrl")
        near = posixpath.dirname(at)
        near = posixpath.join(near, base) if isinstance(base, str) else near
        for key, leaves in _table(options.get("paths")).items():
            here = (posixpath.normpath(posixpath.join(near, leaf)) for leaf in leaves)
            paths.setdefault(key, tuple(here))
        above = said.get("extends")
        relative = isinstance(above, str) and above.startswith(".")
        at = (
            posixpath.normpath(posixpath.join(posixpath.dirname(at), str(above)))
            if relative
            else ""
        )
        at = f"{at}.json" if at and not at.endswith(".json") else at
    return tuple(built), paths


def _inner(folder: str) -> str:
    plain = posixpath.normpath(folder)
    return "" if plain == "." else plain
