"""Errors of finding and loading modules: the document's fault only for a module that is there.

Node's codes: https://nodejs.org/api/errors.html (ERR_MODULE_NOT_FOUND and its neighbours).
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from doc_healing.languages.javascript.ages import newer_export
from doc_healing.languages.javascript.names import slip
from doc_healing.model import Environment, SymptomKind

# Whether it is red, the kind, the reason where it is not, and what to look for in the text.
Judged = tuple[bool, SymptomKind, str, str]

BUILTIN = frozenset(
    "assert async_hooks buffer child_process cluster console constants crypto dgram dns domain "
    "events fs http http2 https inspector module net os path perf_hooks process punycode "
    "querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 "
    "vm wasi worker_threads zlib test sqlite sea".split()
)


def judge_module(
    code: str, message: str, interop: bool, environment: Environment | None
) -> Judged | None:
    """The ruling on an error of the module loader; None where the error is another one.

    Red only for the repository's own packages: of another one, the document may mean a version
    that is not the installed one, which may be there only because something else needs it.
    """
    found = _judged(code, message, interop, environment)
    if found is None or not found[0]:
        return found
    builtin = re.search(r"requested module '(?:node:)?([^'/]+)", message)
    if builtin and builtin.group(1) in BUILTIN:
        return found
    named = re.search(r"module '([^'./][^']*)'|node_modules/((?:@[^/]+/)?[^/']+)", message)
    package = package_of(named.group(1) or named.group(2)) if named else ""
    if package and package not in _own(environment) and not slip(package, _own(environment)):
        reason = f"the installed `{package}` may be another version than the document means"
        return False, SymptomKind.DEPENDENCY, reason, found[3]
    return found


def _judged(
    code: str, message: str, interop: bool, environment: Environment | None
) -> Judged | None:
    if code in ("ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"):
        return _missing(message, environment)
    if code in ("ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_PACKAGE_IMPORT_NOT_DEFINED"):
        return _subpath(message)
    export = re.search(r"requested module '([^']+)'.* does not provide an export named", message)
    if export:
        return _export(export.group(1), message)
    named = re.match(r"Named export '[^']+' not found\. The requested module '([^']+)'", message)
    if named:
        return _named(named.group(1), interop)
    if code == "ERR_REQUIRE_ESM":
        return _require(message, environment)
    return _scheme(code, message)


def _missing(message: str, environment: Environment | None) -> Judged:
    match = re.search(
        r"Cannot find (?:package|module) '([^']+)'|Directory import '([^']+)'", message
    )
    wanted = (match.group(1) or match.group(2) or "") if match else ""
    importer = re.search(r"imported from (\S+)|Require stack:\n- (\S+)", message)
    by = (importer.group(1) or importer.group(2) or "") if importer else ""
    inside = re.search(r"node_modules/((?:@[^/]+/)?[^/]+)(/.*)?$", wanted)
    if inside and (lacking := _unbuilt(inside.group(1) + (inside.group(2) or ""), by, environment)):
        return False, SymptomKind.DEPENDENCY, lacking, _quoted(inside.group(1))
    if inside:
        return _subpath_of(inside.group(1), message)
    asks = re.search(r".*/node_modules/((?:@[^/]+/)?[^/]+)/", by)
    if asks and wanted.startswith("."):
        package = asks.group(1)
        inner = f"{package}/{wanted.lstrip('./')}"
        lacking = _unbuilt(inner, by, environment) or f"`{wanted}`, which `{package}` itself lacks"
        return False, SymptomKind.DEPENDENCY, lacking, _quoted(package)
    if wanted.startswith((".", "/", "file:", "#", "~", "@/")):
        # An ES module names the missing file absolutely, by the directory of who asked for it.
        folder = by.rsplit("/", 1)[0] + "/"
        name = wanted.replace(folder, "./", 1) if wanted.startswith(folder) else wanted
        return (
            False,
            SymptomKind.CONTEXT,
            f"needs the file `{name}`",
            _quoted(name.removeprefix("./")),
        )
    package = package_of(wanted)
    if lacking := _unbuilt(wanted, by, environment):
        return False, SymptomKind.DEPENDENCY, lacking, _quoted(wanted)
    if "/node_modules/" in by:
        return False, SymptomKind.DEPENDENCY, f"`{package}`, wanted by a dependency", ""
    if package in _own(environment) or (environment and package in environment.packages):
        return True, SymptomKind.IMPORT, "", _quoted(wanted)
    if slip(package, _own(environment)):
        return True, SymptomKind.IMPORT, "", _quoted(wanted)
    reason = f"the package `{package}` is not installed"
    return False, SymptomKind.DEPENDENCY, reason, _quoted(wanted)


def _unbuilt(path: str, by: str, environment: Environment | None) -> str:
    """Why a missing file of the repository's own package is no fault of the document, else empty.

    `path` starts with the package's name. Missing with what nobody built: a file that the package
    itself promises, all that stands beside or below one, and whatever the package's own files ask.
    """
    package = package_of(path)
    unbuilt = environment.unbuilt if environment is not None else ()
    promised = [name for name in unbuilt if package_of(name) == package]
    own = by.rpartition("/node_modules/")[2] if "/node_modules/" in by else ""
    if not promised or (own and package_of(own) != package):
        return ""
    inner = path.removeprefix(package).strip("/")
    for name in promised:
        place = name.removeprefix(f"{package}/")
        folder = place.rpartition("/")[0]
        beside = bool(folder) and inner.startswith(f"{folder.split('/')[0]}/")
        stem = inner.rpartition(".")[0] or inner
        if own or not inner or beside or place in (inner, stem) or fnmatchcase(inner, place):
            return f"the package `{package}` is not built: ./{inner or place} does not exist"
    return ""


def _subpath(message: str) -> Judged:
    match = re.search(r"node_modules/((?:@[^/]+/)?[^/]+)/package\.json", message)
    return _subpath_of(match.group(1) if match else "", message)


def _subpath_of(package: str, message: str) -> Judged:
    path = re.search(r"subpath '\./?([^']*)'", message)
    wanted = f"{package}/{path.group(1)}" if path and path.group(1) else package
    if "/node_modules/" in (re.search(r"imported from (\S+)", message) or [""])[0]:
        return False, SymptomKind.DEPENDENCY, f"`{wanted}`, wanted by a dependency", ""
    return True, SymptomKind.IMPORT, "", _quoted(package)


def _export(module: str, message: str) -> Judged:
    needle = _quoted(module)
    if module.startswith((".", "/", "#")):
        return False, SymptomKind.CONTEXT, f"needs the file `{module}`", needle
    if module.removeprefix("node:").split("/")[0] in BUILTIN:
        name = message.rsplit(" ", 1)[-1]
        if not newer_export(module, name.strip("'")):
            return True, SymptomKind.IMPORT, "", ""
        reason = f"this Node.js may be too old for it: no {name} in `{module}`"
        return False, SymptomKind.TOOLCHAIN, reason, needle
    return True, SymptomKind.IMPORT, "", ""


def _named(module: str, interop: bool) -> Judged:
    if interop:
        reason = f"a named import from `{module}`, which is CommonJS, works only with a bundler"
        return False, SymptomKind.CONTEXT, reason, _quoted(module)
    return True, SymptomKind.IMPORT, "", _quoted(module)


def _require(message: str, environment: Environment | None) -> Judged:
    match = re.search(r"node_modules/((?:@[^/]+/)?[^/]+)/", message)
    package = match.group(1) if match else ""
    if package in _own(environment):
        return True, SymptomKind.IMPORT, "", _quoted(package)
    reason = f"this Node.js cannot `require` the module `{package}`"
    return False, SymptomKind.TOOLCHAIN, reason, _quoted(package)


def _scheme(code: str, message: str) -> Judged | None:
    if code == "ERR_UNSUPPORTED_ESM_URL_SCHEME":
        match = re.search(r"protocol '([^']+)'", message)
        if match and match.group(1).startswith("http"):
            return False, SymptomKind.NETWORK, "imports from the network", r"['\"]https?://"
        return False, SymptomKind.CONTEXT, "needs a bundler or another runtime", ""
    if code == "ERR_UNKNOWN_BUILTIN_MODULE":
        return False, SymptomKind.TOOLCHAIN, f"this Node.js has no such module: {message}", ""
    if code in ("ERR_UNKNOWN_FILE_EXTENSION", "ERR_UNKNOWN_MODULE_FORMAT"):
        return False, SymptomKind.CONTEXT, "imports a file that only a bundler can load", ""
    return None


def package_of(specifier: str) -> str:
    """The package that a bare specifier names (`@scope/a/b` gives `@scope/a`)."""
    parts = specifier.split("/")
    return "/".join(parts[: 2 if specifier.startswith("@") else 1])


def _own(environment: Environment | None) -> Iterable[str]:
    return environment.modules if environment is not None else ()


def _quoted(specifier: str) -> str:
    return rf"['\"`](\./|node:)?{re.escape(specifier)}"
