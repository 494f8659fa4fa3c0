"""The native TypeScript compiler on this machine, with the Node.js that runs what it emits.

Since version 7 the compiler is one binary beside its own library declarations, in a package per
platform: https://www.npmjs.com/package/typescript (`getExePath`).
"""

import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.languages.javascript import node
from doc_healing.model import Mount, Toolchain

ROOT = "/opt/typescript"
OLDEST = 7
_HELP = "install the native compiler: `npm install -g typescript@7 @types/node`"
_GLOBAL = re.compile(
    r"^(?:declare\s+)?(?:abstract\s+)?(?:interface|type|class|var|let|const|function|namespace)\s+"
    r"([A-Za-z_$][\w$]*)",
    re.MULTILINE,
)


def toolchain(wanted: str) -> Toolchain:
    """The compiler from PATH, else the one that the set-up put beside this Python.

    `wanted` is a version of Node.js, as in `engines`. Raises `InfraError` where there is no Node.js
    or no compiler of version 7, with the command that installs it.
    """
    runtime = node.toolchain(wanted)
    seen = [item for item in map(_version, _folders()) if item is not None]
    if not seen:
        raise InfraError("the TypeScript compiler is not installed", help=_HELP)
    usable = [(version, folder) for version, folder in seen if _major(version) >= OLDEST]
    if not usable:
        raise InfraError(f"TypeScript {seen[0][0]} is not the native compiler", help=_HELP)
    version, folder = usable[0]
    return Toolchain(
        language="typescript",
        executable=runtime.executable,
        version=version,
        mounts=(*runtime.mounts, *_mounts(folder)),
        runtime_version=runtime.version,
    )


def compiler() -> str:
    """The path of the compiler in the jail."""
    return f"{ROOT}/compiler/tsc"


@lru_cache(maxsize=8)
def library_names(toolchain: Toolchain) -> frozenset[str]:
    """The names that the compiler's own declarations make global."""
    source = next((m.source for m in toolchain.mounts if m.target == f"{ROOT}/compiler"), "")
    names: set[str] = set()
    for path in Path(source).glob("lib*.d.ts") if source else ():
        names.update(_GLOBAL.findall(path.read_text(encoding="utf-8", errors="replace")))
    return frozenset(names)


def _folders() -> list[Path]:
    """The folders of binaries, in order: PATH, then our own set-up."""
    found = [Path(path).resolve() for path in (settings.program("tsc"),) if path]
    # `tsc` is a script of the package `typescript`, which stands beside its platform packages.
    modules = [parent for path in found for parent in path.parents if parent.name == "node_modules"]
    modules += [Path(sys.prefix) / "toolchains" / "typescript" / "node_modules"]
    folders = [
        path
        for place in modules
        for scope in (place, place / "typescript" / "node_modules")
        for path in sorted(scope.glob("@typescript/typescript-linux-*/lib"))
    ]
    return [
        *folders,
        *(path.parent for path in found if path.parent.name == "lib"),
        *_older(modules),
    ]


def _older(modules: list[Path]) -> list[Path]:
    """Compilers that are no binaries: only to say which version was found."""
    return [place / "typescript" / "lib" for place in modules]


@lru_cache(maxsize=32)
def _version(folder: Path) -> tuple[str, Path] | None:
    binary = folder / "tsc"
    if not binary.is_file():
        return _script_version(folder)
    try:
        answer = subprocess.run(
            [str(binary), "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env={},
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"Version (\d+\.\d+\.\d+\S*)", answer.stdout)
    return (match.group(1), folder) if match else None


def _script_version(folder: Path) -> tuple[str, Path] | None:
    manifest = folder.parent / "package.json"
    if not manifest.is_file():
        return None
    match = re.search(r'"version":\s*"(\d+\.\d+\.\d+)', manifest.read_text(encoding="utf-8"))
    return (match.group(1), folder) if match and _major(match.group(1)) < OLDEST else None


def _major(version: str) -> int:
    return int(version.split(".")[0])


def _mounts(folder: Path) -> tuple[Mount, ...]:
    """The compiler, and the declarations of Node.js where they stand beside it."""
    found = [Mount(str(folder), f"{ROOT}/compiler")]
    for parent in folder.parents:
        if parent.name == "node_modules" and (parent / "@types" / "node").is_dir():
            found.append(Mount(str(parent), f"{ROOT}/node_modules"))
            break
    return tuple(found)
