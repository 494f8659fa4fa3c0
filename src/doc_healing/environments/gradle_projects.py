"""The projects of a Gradle build: where they stand, the scripts that speak for them, catalogs."""

import posixpath
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from doc_healing.environments.gradle_builds import Build, known_properties, read
from doc_healing.environments.gradle_scripts import Call, Value, arguments, statements, tokens
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

SCRIPTS = ("build.gradle", "build.gradle.kts")
_SETTINGS = ("settings.gradle", "settings.gradle.kts")
_ASIDE = re.compile(r"(^|/)(src|build|buildSrc|build-logic|node_modules)/")


def script(checkout: Checkout, folder: str) -> str:
    """The path of a folder's build script, by its usual name or the folder's own; or ""."""
    name = posixpath.basename(folder)
    own = (f"{name}.gradle", f"{name}.gradle.kts") if name else ()
    return next((p for n in (*SCRIPTS, *own) if (p := join(folder, n)) in checkout.files), "")


def root_of(checkout: Checkout, folder: str) -> str:
    """The nearest folder upward with a settings file; the folder itself where there is none."""
    here = folder
    while True:
        if any(join(here, name) in checkout.files for name in _SETTINGS):
            return here
        if not here:
            return folder
        here = posixpath.dirname(here)


@lru_cache(maxsize=8)
def projects(checkout: Checkout, root: str) -> Mapping[str, str]:
    """Folders by project paths (":", ":core:api"), as the settings file and the tree say."""
    found = {":": root}
    for path in checkout.files:
        folder = posixpath.dirname(path)
        inside = folder != root and (not root or folder.startswith(f"{root}/"))
        if inside and path == script(checkout, folder) and not _ASIDE.search(f"{folder}/"):
            below = folder[len(root) + 1 :] if root else folder
            found[":" + below.replace("/", ":")] = folder
    settled: dict[str, str] = {}
    for name in _SETTINGS:
        _settle(settled, root, read_text(checkout, join(root, name)))
    named = set(settled.values())
    return {**{p: f for p, f in found.items() if f not in named}, **settled}


def _accessors(folders: Mapping[str, str]) -> dict[str, Value]:
    """`projects.core.theApi` for ":core:the-api"."""
    found: dict[str, Value] = {}
    for path in folders:
        name = re.sub(r"[-_](\w)", lambda match: match[1].upper(), path[1:])
        found[f"projects.{name.replace(':', '.')}"] = Call("project", (path,), {})
    return found


def _settle(found: dict[str, str], root: str, text: str) -> None:
    """`include`, and `project(":x").projectDir = file("y")`."""
    for statement in statements(tokens(text)):
        if statement.head == "include":
            positional, _ = arguments(statement.rest, {})
            flat = [i for one in positional for i in (one if isinstance(one, list) else [one])]
            for name in (item for item in flat if isinstance(item, str)):
                path = ":" + name.lstrip(":")
                found.setdefault(path, join(root, path[1:].replace(":", "/")))
    moved = re.compile(
        r"project\(\s*[\"'](:[^\"']+)[\"']\s*\)\.projectDir\s*=\s*"
        r"(?:new\s+)?[Ff]ile\((?:\s*\w+\s*,)?\s*[\"']([^\"']+)[\"']"
    )
    for path, place in moved.findall(text):
        place = re.sub(r"^\$\{?(rootDir|settingsDir|rootProject\.projectDir)\}?/", "", place)
        folder = posixpath.normpath(join(root, place))
        if not folder.startswith(("..", "/")):
            found[path] = "" if folder == "." else folder


def name_of(checkout: Checkout, root: str, path: str) -> str:
    """A project's name: the last part of its path, and the settings' word for the root."""
    if path != ":":
        return path.rpartition(":")[2]
    for name in _SETTINGS:
        text = read_text(checkout, join(root, name))
        if found := re.search(r"rootProject\.name\s*=\s*[\"']([^\"'$]+)[\"']", text):
            return found[1]
    return posixpath.basename(root or checkout.root.rstrip("/")) or "root"


# --- the scripts that speak for a project ------------------------------------------------------


@lru_cache(maxsize=256)
def build_of(checkout: Checkout, root: str, path: str) -> Build:
    """Everything that the root's, the parents' and its own scripts say of one project."""
    build = Build(known=dict(catalog(checkout, root)))
    build.known |= known_properties(read_text(checkout, join(root, "gradle.properties")))
    folders = projects(checkout, root)
    build.known |= _accessors(folders)
    above = [":"] + [":" + ":".join(path[1:].split(":")[:n]) for n in range(1, path.count(":") + 1)]
    for one in (p for p in dict.fromkeys(above) if p != path and p in folders):
        _outer(checkout, root, build, folders[one], path)
    folder = folders.get(path, "")
    if folder != root:
        text = read_text(checkout, join(folder, "gradle.properties"))
        build.known |= known_properties(text)
    build.applied.clear()
    build.shared.clear()
    read(build, tokens(read_text(checkout, script(checkout, folder))))
    for whom, block in list(build.shared):
        if whom == "allprojects":
            read(build, block)
    _applied(checkout, root, folder, build)
    return build


def _outer(checkout: Checkout, root: str, build: Build, folder: str, path: str) -> None:
    """A script above the project: its variables, and what it says of its subprojects."""
    other = Build(known=dict(build.known))
    read(other, tokens(read_text(checkout, script(checkout, folder))))
    _applied(checkout, root, folder, other)
    build.known |= {k: v for k, v in other.known.items() if k not in ("group", "version")}
    build.known |= {k: v for k, v in other.known.items() if k in ("group", "version")}
    for whom, block in other.shared:
        if not whom.startswith(":") or whom == path:
            read(build, block)
    build.repositories += other.repositories
    build.plugins = {**other.plugins, **build.plugins} if build.shared else build.plugins
    _applied(checkout, root, folder, build)


def _applied(checkout: Checkout, root: str, folder: str, build: Build) -> None:
    """Scripts that are applied by their path, and the repository's own plugins by their name."""
    done: set[str] = set()
    while todo := [p for p in _places(checkout, root, folder, build) if p not in done][:40]:
        for place in todo:
            done.add(place)
            read(build, tokens(read_text(checkout, place)))


def _places(checkout: Checkout, root: str, folder: str, build: Build) -> list[str]:
    found = []
    for place in build.applied:
        for base in (folder, root):
            text = re.sub(
                r"^\$\{?(rootDir|rootProject\.(projectDir|rootDir)|projectDir)\}?/", "", place
            )
            path = posixpath.normpath(join(base, text))
            if path in checkout.files:
                found.append(path)
                break
    for plugin in build.plugins:
        for ending in (".gradle", ".gradle.kts"):
            tail = f"/{plugin}{ending}"
            found += [p for p in checkout.files if p.endswith(tail) and "/src/main/" in p]
    return list(dict.fromkeys(found))


# --- version catalogs --------------------------------------------------------------------------


@lru_cache(maxsize=8)
def catalog(checkout: Checkout, root: str) -> Mapping[str, Value]:
    """`libs.a.b` -> "group:artifact:version", for every catalog that is a file.

    https://docs.gradle.org/current/userguide/version_catalogs.html
    """
    found: dict[str, Value] = {}
    start = join(root, "gradle/")
    for path in checkout.files:
        if path.startswith(start) and path.endswith(".versions.toml"):
            name = posixpath.basename(path).removesuffix(".versions.toml")
            found |= _catalog(name, read_text(checkout, path))
    return found


def _catalog(name: str, text: str) -> dict[str, Value]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    versions = {k: _version(v, {}) for k, v in _table(data, "versions").items()}
    found: dict[str, Value] = {f"{name}.versions.{_dots(k)}": v for k, v in versions.items()}
    libraries = {k: _library(v, versions) for k, v in _table(data, "libraries").items()}
    found |= {f"{name}.{_dots(key)}": text for key, text in libraries.items() if text}
    for key, members in _table(data, "bundles").items():
        texts: list[Value] = [libraries.get(m, "") for m in members if isinstance(m, str)]
        found[f"{name}.bundles.{_dots(key)}"] = texts
    for key, plugin in _table(data, "plugins").items():
        whole = _library({"module": plugin} if isinstance(plugin, str) else plugin, versions)
        if isinstance(plugin, dict) and isinstance(plugin.get("id"), str):
            whole = f"{plugin['id']}:{_version(plugin.get('version'), versions)}"
        found[f"{name}.plugins.{_dots(key)}"] = whole
    return found


def _library(stated: Any, versions: Mapping[str, str]) -> str:
    if isinstance(stated, str):
        return stated
    if not isinstance(stated, dict):
        return ""
    module = stated.get("module") or f"{stated.get('group', '')}:{stated.get('name', '')}"
    version = _version(stated.get("version"), versions)
    return f"{module}:{version}" if version else str(module)


def _version(stated: Any, versions: Mapping[str, str]) -> str:
    if isinstance(stated, str):
        return stated
    if isinstance(stated, dict):
        if isinstance(stated.get("ref"), str):
            return versions.get(stated["ref"], "")
        for key in ("strictly", "require", "prefer"):
            if isinstance(stated.get(key), str):
                return str(stated[key])
    return ""


def _dots(name: str) -> str:
    return re.sub(r"[-_]", ".", name)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}
