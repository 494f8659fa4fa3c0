"""RepoConfig: what a repository says in `.doc-healing.yml`. It is untrusted.

A pull request may edit this file, so nothing in it can widen what the operator allows
(invariant 10), and reading it takes bounded time and memory.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from doc_healing.config import tree
from doc_healing.config.sections import (
    SCHEMA_ID,
    GoConfig,
    IncludeConfig,
    JavaConfig,
    JavaScriptConfig,
    LanguageConfig,
    LanguagesConfig,
    LimitsConfig,
    MigrationConfig,
    PythonConfig,
    RepoConfig,
    RustConfig,
    Section,
    TypeScriptConfig,
)
from doc_healing.errors import Place, UserError
from doc_healing.model import CONFIG_NAMES as NAMES
from doc_healing.model import Limits, Wants

__all__ = [
    "NAMES",
    "SCHEMA_ID",
    "GoConfig",
    "IncludeConfig",
    "JavaConfig",
    "JavaScriptConfig",
    "LanguagesConfig",
    "LimitsConfig",
    "Located",
    "MigrationConfig",
    "PythonConfig",
    "RepoConfig",
    "RustConfig",
    "TypeScriptConfig",
    "decode",
    "find",
    "load",
    "narrow",
    "schema",
    "wants",
]

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Located:
    """A config and the file it came from; an empty path where the repository has none."""

    config: RepoConfig
    path: str = ""


def find(read: Callable[[str], bytes | None]) -> Located:
    """The config of the repository whose files `read` gives, or the defaults.

    Raises `UserError` with the place for an invalid one, and where both spellings exist.
    """
    found = [(name, data) for name in NAMES if (data := read(name)) is not None]
    if len(found) > 1:
        both = f"both {NAMES[0]} and {NAMES[1]} exist"
        raise UserError(both, place=Place(NAMES[1], 1, 1), help="keep one of them")
    if not found:
        return Located(RepoConfig())
    name, data = found[0]
    return Located(load(decode(data, name), name), name)


def decode(data: bytes, path: str) -> str:
    """The text of a config file. Raises `UserError` where it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise UserError(
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            place=Place(path, before.count(b"\n") + 1, column),
            help="save the file as UTF-8",
        ) from None


def load(text: str, path: str) -> RepoConfig:
    """The config that a YAML text holds.

    Raises `UserError` with the place of the very key or value for whatever is wrong with it, and
    the nearest known key in `help`. YAML is read as version 1.2: `yes` and `off` are strings.
    """
    if len(text) > _MOST_BYTES:
        raise UserError("the config is longer than 64 KiB", place=Place(path, 1, 1))
    parsed = tree.parse(text, path)
    try:
        return RepoConfig.model_validate(parsed.value)
    except ValidationError as error:
        raise _refusal(error, parsed, path) from None


def narrow(operator: Limits, limits: LimitsConfig) -> Limits:
    """The operator's limits, lowered to the repository's where those are lower (invariant 10)."""
    said = {f.name: getattr(limits, f.name) for f in fields(Limits)}
    lower = {k: v for k, v in said.items() if v is not None and v < getattr(operator, k)}
    return replace(operator, **lower)


def wants(config: RepoConfig, language: str) -> Wants:
    """What the config asks of a language's environment."""
    section = config.language(language)
    if section is None:
        return Wants(exclude_newer=config.exclude_newer)
    return Wants(
        project=section.project,
        packages=section.packages,
        extras=_extras(section),
        groups=section.groups if isinstance(section, PythonConfig) else (),
        runtime=section.runtime,
        exclude_newer=config.exclude_newer,
        install_project=section.install_project,
    )


def _extras(section: LanguageConfig) -> tuple[str, ...]:
    """Extras of a Python project, features of a Rust package: optional parts of it either way."""
    if isinstance(section, PythonConfig):
        return section.extras
    return section.features if isinstance(section, RustConfig) else ()


def schema() -> dict[str, Any]:
    """The JSON Schema (draft-07) of the config, for editors and validators."""
    drawn = RepoConfig.model_json_schema(ref_template="#/definitions/{model}")
    drawn["definitions"] = drawn.pop("$defs")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_ID,
        **_plain(drawn),
        "title": "doc-healing: .doc-healing.yml",
    }


def _plain(part: Any) -> Any:
    """Pydantic's schema in the words of draft-07, and without the null that nobody can write."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    kinds = [kind for kind in part.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        rest = {k: v for k, v in part.items() if k not in ("anyOf", "default")}
        return _plain({**kinds[0], **rest})
    if "$ref" in part and len(part) > 1:  # draft-07 ignores whatever stands beside a `$ref`
        rest = {k: v for k, v in part.items() if k not in ("$ref", "default")}
        return {"allOf": [{"$ref": part["$ref"]}], **_plain(rest)}
    return {key: _plain(value) for key, value in part.items() if key != "title"}


def _refusal(error: ValidationError, parsed: tree.Tree, path: str) -> UserError:
    """The first of the errors, in the order of the file."""
    details = error.errors(include_url=False)
    first = min(details, key=lambda detail: _order(detail, parsed))
    line, column = _place(first, parsed)
    place = Place(path, line, column)
    route = ".".join(str(step) for step in first["loc"])
    if first["type"] == "extra_forbidden":
        return UserError(f"unknown key `{route}`", place=place, help=_nearest(first["loc"]))
    words = first["msg"].removeprefix("Value error, ").replace("Input should be", "has to be")
    words = words.replace("valid tuple", "list").replace("valid boolean", "boolean")
    return UserError(f"`{route}`: {_shown(first['input'])}{words}", place=place, help=_kind(first))


def _order(detail: ErrorDetails, parsed: tree.Tree) -> tuple[int, bool, int]:
    """By place; what is missing may be what is misspelt beside it, which says more."""
    line, column = _place(detail, parsed)
    return line, detail["type"] == "missing", column


def _place(detail: ErrorDetails, parsed: tree.Tree) -> tuple[int, int]:
    route = detail["loc"]
    places = parsed.keys if detail["type"] == "extra_forbidden" else parsed.values
    while route not in places:
        route = route[:-1]
    return places[route]


def _routes(section: type[Section], before: str = "") -> dict[str, str]:
    """Each key of a section and of those within it, and the whole way to it."""
    found: dict[str, str] = {}
    for name, field in section.model_fields.items():
        found.setdefault(name, f"{before}{name}")
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            found = {**_routes(inner, f"{before}{name}."), **found}
    return found


_ROUTES = _routes(RepoConfig)
_ALIASES = {  # what people call a key, and where it stands
    alias: key
    for key, aliases in {
        "exclude": "ignore ignores skip skips omit excludes exclude_patterns blacklist",
        "include": "files paths docs documents sources src globs patterns includes",
        "limits.wall_seconds": "timeout timeouts timeout_seconds time_limit max_time seconds wall",
        "limits.memory_mib": "memory mem memory_mb memory_limit max_memory ram",
        "limits.processes": "pids threads max_processes nproc",
        "limits.disk_mib": "disk disk_mb max_disk",
        "limits.output_kib": "output max_output",
        "languages.python": "py python3",
        "languages.javascript": "js node nodejs",
        "languages.python.packages": "dependencies requirements deps requires needs pip",
        "languages.python.runtime": "python_version",
        "languages.javascript.runtime": "node_version",
        "languages.javascript.packages": "npm",
        "languages.typescript": "ts tsx",
        "languages.java": "jvm jdk maven gradle",
        "languages.go": "golang",
        "languages.rust": "rs cargo",
        "languages.java.runtime": "java_version release",
        "languages.go.runtime": "go_version",
        "languages.go.packages": "modules",
        "languages.rust.runtime": "rust_version toolchain channel",
        "languages.rust.packages": "crates",
        "exclude_newer": "as_of date newer before",
        "translations.include": "i18n locales",
        "changelogs.include": "changelog",
        "migrations": "renames renamed moved replacements successors migration",
        "fail_on_empty": "fail_if_empty",
    }.items()
    for alias in aliases.split()
}


def _nearest(route: tree.Route) -> str:
    section: type[Section] = RepoConfig
    for step in route[:-1]:
        if isinstance(step, int):  # of a list, whose section is known already
            continue
        inner = section.model_fields[step].annotation
        inner = next(iter(get_args(inner)), inner)
        assert isinstance(inner, type)
        assert issubclass(inner, Section)
        section = inner
    known = [field.alias or name for name, field in section.model_fields.items()]
    word = str(route[-1]).lower().replace("-", "_")
    here = "".join(f"{step}." for step in route[:-1])
    if meant := _ALIASES.get(word, _ROUTES.get(word, "") if len(route) == 1 else ""):
        return f"did you mean `{meant.removeprefix(here)}`?"
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if not near and len(route) == 1:
        elsewhere = difflib.get_close_matches(word, _ROUTES, n=1, cutoff=0.8)
        near = [_ROUTES[name] for name in elsewhere]
    return f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(known)}"


def _shown(value: object) -> str:
    if isinstance(value, str | int | float):
        text = str(value)
        return f"`{text[:60]}{'...' if len(text) > 60 else ''}` " if text else ""
    return ""


def _kind(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "bool_type":
            return "write `true` or `false`"
        case "string_type" if isinstance(detail["input"], int | float):
            return f'quote it: "{detail["input"]}"'
        case "tuple_type":
            return 'write a list: ["..."]'
        case "missing":
            return f"write `{first}: ...`" if (first := str(detail["loc"][-1])) else ""
        case "model_type":
            return "write `key: value` lines, indented below it"
        case _:
            return ""
