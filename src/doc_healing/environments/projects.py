"""Which project of a repository a document belongs to, and which runtime it asks for."""

import configparser
import functools
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Protocol

from doc_healing.environments import cargo_projects, go_projects, jvm_projects
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg")
_NODE = ("package.json",)


class _Ecosystem(Protocol):
    """What a module says of its manifests."""

    @property
    def NAMES(self) -> tuple[str, ...]: ...  # noqa: N802 - a module's constant

    def installable(self, checkout: Checkout, folder: str) -> bool: ...

    def is_package(self, checkout: Checkout, folder: str) -> bool: ...

    def runtime(self, checkout: Checkout, project: str) -> str: ...


_COMPILED: Mapping[str, _Ecosystem] = {
    "rust": cargo_projects,
    "go": go_projects,
    "java": jvm_projects,
}
_ASIDE = {"node_modules", "vendor", "third_party", "tests", "test", "examples", "fixtures"}


def find_project(checkout: Checkout, language: str, document_path: str) -> str | None:
    """The folder of the project that a document is about; "" is the root, None is no project.

    The nearest manifest upward from the document, else the root's, else the only one in the
    tree. Only manifests of something installable count: a pyproject.toml that just configures
    tools is none, and of package.json files those of a package go before those of a private
    site or workspace root (`docs/package.json` of Docusaurus).
    """
    strong, folders = _folders(checkout, language)
    above = [_text(parent) for parent in PurePosixPath(document_path).parents]
    for choice in (strong, folders):
        for folder in above:
            if folder in choice:
                return folder
        aside = [f for f in choice if not set(PurePosixPath(f).parts) & _ASIDE]
        if len(aside) == 1:
            return aside[0]
    return None


def runtime_wanted(checkout: Checkout, language: str, project: str, day: str = "") -> str:
    """What the project says of its runtime, as a specifier (">=3.9") or a version; or "".

    With a `day` (RFC 3339) rather a Python that there was on that day, if the machine has one.
    """
    if language in ("javascript", "typescript"):
        engines = package_json(checkout, project).get("engines")
        wanted = engines.get("node") if isinstance(engines, dict) else None
        return wanted if isinstance(wanted, str) else _version_file(checkout, project, ".nvmrc")
    if language == "python":
        stated = _requires_python(checkout, project)
        return _of_the_day(stated or _version_file(checkout, project, ".python-version"), day)
    ecosystem = _COMPILED.get(language)
    return ecosystem.runtime(checkout, project) if ecosystem else ""


# https://devguide.python.org/versions/
_PYTHONS = (
    (6, "2016-12-23"),
    (7, "2018-06-27"),
    (8, "2019-10-14"),
    (9, "2020-10-05"),
    (10, "2021-10-04"),
    (11, "2022-10-24"),
    (12, "2023-10-02"),
    (13, "2024-10-07"),
    (14, "2025-10-07"),
)


def _of_the_day(stated: str, day: str) -> str:
    """Old code knows nothing of the Pythons that came after it, whatever `>=3.6` says."""
    known = [minor for minor, released in _PYTHONS if released <= day[:10]]
    bounded = re.fullmatch(r"[\d.]+", stated) or "<" in stated or "==" in stated
    if not known or bounded:
        return stated
    bound = f"<3.{known[-1] + 1}"
    return f"{stated},{bound} || {stated}" if stated else f"{bound} || >=3"


def pyproject(checkout: Checkout, project: str) -> Mapping[str, Any]:
    """The project's pyproject.toml; empty where there is none or it does not parse."""
    try:
        return tomllib.loads(read_text(checkout, join(project, "pyproject.toml")))
    except tomllib.TOMLDecodeError:
        return {}


def setup_cfg(checkout: Checkout, project: str) -> configparser.RawConfigParser:
    """The project's setup.cfg; empty where there is none or it does not parse."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(read_text(checkout, join(project, "setup.cfg")))
    except configparser.Error:
        return configparser.RawConfigParser()
    return parser


def package_json(checkout: Checkout, project: str) -> Mapping[str, Any]:
    """The project's package.json; empty where there is none or it is no object."""
    try:
        found = json.loads(read_text(checkout, join(project, "package.json")) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def buildable(checkout: Checkout, project: str) -> bool:
    """Whether a Python project says how a package is made of it."""
    if join(project, "setup.py") in checkout.files:
        return True
    data = pyproject(checkout, project)
    tool = table(data, "tool")
    if table(tool, "uv").get("package") is False:
        return False
    if table(tool, "poetry").get("package-mode") is False:
        return False
    if {"project", "build-system"} & set(data) or {"poetry", "flit"} & set(tool):
        return True
    parser = setup_cfg(checkout, project)
    return parser.has_option("metadata", "name") or parser.has_section("options")


def table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The table at `key`, or an empty one."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


@functools.lru_cache(maxsize=16)
def _folders(checkout: Checkout, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The folders of packages, and those of all manifests that count."""
    names = _names(language)
    manifests = [path for path in checkout.files if PurePosixPath(path).name in names]
    folders = frozenset(
        _folder(path) for path in manifests if _installable(checkout, language, path)
    )
    strong = frozenset(folder for folder in folders if _is_package(checkout, language, folder))
    return strong, folders


def _names(language: str) -> tuple[str, ...]:
    if language in ("javascript", "typescript"):
        return _NODE
    if language in _COMPILED:
        return _COMPILED[language].NAMES
    return _PYTHON if language == "python" else ()


def _folder(path: str) -> str:
    return _text(PurePosixPath(path).parent)


def _text(path: PurePosixPath) -> str:
    return "" if path == PurePosixPath(".") else str(path)


def _installable(checkout: Checkout, language: str, path: str) -> bool:
    folder = _folder(path)
    if language in _COMPILED:
        return _COMPILED[language].installable(checkout, folder)
    if "node_modules" in PurePosixPath(path).parts:
        return False
    if path.endswith("package.json"):
        return bool(package_json(checkout, folder))
    return buildable(checkout, folder) or bool(table(pyproject(checkout, folder), "project"))


def _is_package(checkout: Checkout, language: str, folder: str) -> bool:
    if language == "python":
        return buildable(checkout, folder)
    if language in _COMPILED:
        return _COMPILED[language].is_package(checkout, folder)
    data = package_json(checkout, folder)
    if not isinstance(data.get("name"), str):
        return False
    return not data.get("private") or bool({"main", "module", "exports", "bin"} & set(data))


def _requires_python(checkout: Checkout, project: str) -> str:
    data = pyproject(checkout, project)
    stated = table(data, "project").get("requires-python")
    if isinstance(stated, str):
        return stated
    flit = table(table(table(data, "tool"), "flit"), "metadata").get("requires-python")
    if isinstance(flit, str):
        return flit
    poetry = table(table(table(data, "tool"), "poetry"), "dependencies").get("python")
    if isinstance(poetry, str):
        return from_poetry(poetry)
    parser = setup_cfg(checkout, project)
    if parser.has_option("options", "python_requires"):
        return parser.get("options", "python_requires").strip()
    setup = read_text(checkout, join(project, "setup.py"))
    found = re.search(r"python_requires\s*=\s*[rbu]?([\"'])([^\"'\n]+)\1", setup)
    return found[2] if found else ""


def from_poetry(text: str) -> str:
    """Poetry's `^` and `~` as PEP 440: https://python-poetry.org/docs/dependency-specification/."""
    parts = [_poetry_part(part.strip()) for part in re.split(r"[,\s]+(?=[\^~<>=!\d])", text)]
    return "" if "||" in text else ",".join(filter(None, parts))


def _poetry_part(part: str) -> str:
    found = re.fullmatch(r"([\^~])\s*(\d+)(?:\.(\d+))?((?:\.\d+)*)", part)
    if not found:
        return (
            "" if part == "*" else (f"=={part}" if re.fullmatch(r"[\d.]+(\.\*)?", part) else part)
        )
    kind, major, minor, _ = found.groups()
    low = part[1:].strip()
    if kind == "~" and minor is not None:
        return f">={low},<{major}.{int(minor) + 1}"
    if major == "0" and minor is not None:
        return f">={low},<0.{int(minor) + 1}"
    return f">={low},<{int(major) + 1}"


def _version_file(checkout: Checkout, project: str, name: str) -> str:
    for folder in _unique((project, "")):
        lines = read_text(checkout, join(folder, name)).split()
        if lines and re.fullmatch(r"v?\d+(\.\d+)*", lines[0]):
            return lines[0].removeprefix("v")
    return ""


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
