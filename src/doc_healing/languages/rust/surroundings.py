"""What a project's installer tells of it (`Environment.facts`), parsed once and then trusted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from doc_healing.languages.rust.toolchain import ROOT
from doc_healing.model import EMPTY, Environment, Mount, Toolchain


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The compiler, and the crates that a block may use under their names."""

    toolchain: Toolchain
    externs: Mapping[str, str] = field(
        default_factory=lambda: EMPTY
    )  # name as written in `use` -> library in the jail
    own: tuple[str, ...] = ()  # of the repository itself, the project's main crate first
    gated: tuple[str, ...] = ()  # names of its sources behind features and platforms
    preludes: tuple[str, ...] = ()  # the own crates that have a module `prelude`
    edition: str = ""
    options: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()
    variables: Mapping[str, str] = field(
        default_factory=lambda: EMPTY
    )  # for the compiler: what cargo sets (`CARGO_PKG_NAME`)
    run_variables: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    @property
    def sysroot(self) -> str:
        """Where the compiler's libraries are; empty where it knows by itself."""
        return ROOT if self.toolchain.executable.startswith(f"{ROOT}/") else ""

    @property
    def main_crate(self) -> str:
        """The repository's crate that pages speak of; empty where there is none."""
        return self.own[0] if self.own else ""


def surroundings(toolchain: Toolchain, environment: Environment | None) -> Surroundings:
    """The surroundings of a document's blocks."""
    if environment is None:
        return Surroundings(toolchain)
    told = environment.facts
    externs = _texts(told.get("externs", ""))
    options = [f"--extern={name}={path}" for name, path in sorted(externs.items())]
    options += [f"-L{value}" for value in _list(told.get("search", ""))]
    options += [f"--cfg={value}" for value in _list(told.get("cfg", ""))]
    return Surroundings(
        toolchain=toolchain,
        externs=externs,
        own=tuple(name for name in _list(told.get("own", "")) if name in externs),
        gated=tuple(_list(told.get("gated", ""))),
        preludes=tuple(_list(told.get("preludes", ""))),
        edition=told.get("edition", ""),
        options=tuple(options),
        mounts=environment.mounts,
        variables=_texts(told.get("env", "")),
        run_variables=environment.variables,
    )


def _list(text: str) -> list[str]:
    found = json.loads(text) if text else []
    return [str(item) for item in found] if isinstance(found, list) else []


def _texts(text: str) -> dict[str, str]:
    found = json.loads(text) if text else {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
