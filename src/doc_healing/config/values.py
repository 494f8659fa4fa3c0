"""The values that `.doc-healing.yml` takes: each is refused here, at its place, in words."""

import datetime
import re
from typing import Annotated

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pathspec import GitIgnoreSpec
from pydantic import AfterValidator, Field

_CLOSED = re.compile(r"\\.|\[[!^]?\]?+(?:\\.|[^\]\\/])*\]", re.DOTALL)
"""What is no open bracket: an escaped character, and a class with its end."""


def _glob(pattern: str) -> str:
    if not pattern.strip() or pattern.startswith("#"):
        raise ValueError("matches nothing")
    if ".." in pattern.split("/"):
        raise ValueError("leaves the repository with `..`")
    # A pattern becomes a regular expression; many wildcards in one name make it take forever.
    if pattern.count("**") > 4 or any(part.count("*") > 4 for part in pattern.split("/")):
        raise ValueError("has too many wildcards")
    if "[" in _CLOSED.sub("", pattern):
        raise ValueError(r"has a `[` that is never closed: write `\[` for the character")
    try:
        GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error) as error:
        raise ValueError("is no git-ignore pattern") from error
    return pattern


def _directory(path: str) -> str:
    if path.startswith(("/", "~")) or "\\" in path or ".." in path.split("/"):
        raise ValueError("is no directory of this repository: write it relative to the root")
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def _date(text: str) -> str:
    try:
        when = datetime.datetime.fromisoformat(text)
    except ValueError:
        when = None
    if re.match(r"\d{4}-\d\d-\d\d", text) and when and (len(text) == 10 or when.tzinfo):
        return text
    raise ValueError("is no date: write 2024-05-31 or 2024-05-31T12:00:00Z")


def _requirement(text: str) -> str:
    try:
        asked = Requirement(text)
    except InvalidRequirement as error:
        raise ValueError("is no requirement: write it as for pip, `httpx>=0.27`") from error
    if asked.url:
        raise ValueError("names a URL: only packages of the registries can be installed")
    return text


def _npm_package(text: str) -> str:
    name = r"[a-z0-9~][a-z0-9._~-]*"
    if not re.fullmatch(rf"(@{name}/)?{name}(@[A-Za-z0-9.^~<>=|*+ -]+)?", text):
        raise ValueError("is no npm package: write `chalk`, `chalk@5` or `@scope/name@^1.2`")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", text):
        raise ValueError("is no name of an extra or a group")
    return text


def _maven_package(text: str) -> str:
    word = r"[A-Za-z0-9_][A-Za-z0-9_.+-]*"
    if not re.fullmatch(rf"{word}:{word}:{word}", text):
        raise ValueError("is no Maven package: write `org.jsoup:jsoup:1.18.1`, with its version")
    return text


def _go_module(text: str) -> str:
    path = r"[a-z0-9][a-z0-9.-]*\.[a-z]+(/[A-Za-z0-9_~][A-Za-z0-9._~-]*)*"
    if not re.fullmatch(rf"{path}@(latest|v\d+[A-Za-z0-9.+-]*)", text):
        raise ValueError("is no Go module: write `golang.org/x/text@v0.14.0`, with its version")
    return text


def _crate(text: str) -> str:
    features = r"\[[A-Za-z0-9_+.,-]+\]"
    wanted = r"@[0-9A-Za-z.^~<>=*+, -]*[0-9][0-9A-Za-z.*+-]*"
    if not re.fullmatch(rf"[A-Za-z][A-Za-z0-9_-]*({features})?({wanted})?", text):
        raise ValueError("is no crate: write `serde@1`, `serde[derive]@1` or `rand@>=0.8, <0.10`")
    return text


def _feature(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_+.-]*(/[A-Za-z0-9_][A-Za-z0-9_+.-]*)?", text):
        raise ValueError("is no name of a feature: write `derive` or `dependency/feature`")
    return text


def _python_version(text: str) -> str:
    try:
        SpecifierSet(text if text[0] in "<>=!~" else f"=={text}")
    except InvalidSpecifier as error:
        raise ValueError('is no version of Python: write "3.12" or ">=3.11"') from error
    return text


def _node_version(text: str) -> str:
    if not re.fullmatch(r"[0-9vxX.^~<>=|* -]{1,60}", text) or not re.search("[0-9]", text):
        raise ValueError('is no version of Node.js: write "22" or ">=20"')
    return text


def _java_version(text: str) -> str:
    if not re.fullmatch(r"(>=|==)? ?[0-9]{1,2}(\.[0-9]+){0,3}", text):
        raise ValueError('is no version of Java: write "17" or ">=21"')
    return text


def _go_version(text: str) -> str:
    if not re.fullmatch(r"(>=|==)? ?1\.[0-9]{1,2}(\.[0-9]{1,3})?", text):
        raise ValueError('is no version of Go: write "1.22" or ">=1.21"')
    return text


def _symbol(text: str) -> str:
    if not re.fullmatch(r"[\w$@/.:#-]+(\(\))?", text):
        raise ValueError("is no name of a symbol: write `package.Class.method`")
    return text


def _rust_channel(text: str) -> str:
    dated = r"(stable|beta|nightly)(-\d{4}-\d\d-\d\d)?"
    if not re.fullmatch(rf"{dated}|(>=|==)? ?1\.[0-9]{{1,3}}(\.[0-9]{{1,2}})?", text):
        raise ValueError('is no version of Rust: write "stable", "1.95" or ">=1.70"')
    return text


Text = Annotated[str, Field(min_length=1, max_length=300)]
Glob = Annotated[Text, AfterValidator(_glob)]
Globs = Annotated[tuple[Glob, ...], Field(strict=False, max_length=200)]
Name = Annotated[Text, AfterValidator(_name)]
Names = Annotated[tuple[Name, ...], Field(strict=False, max_length=100)]
Requirements = Annotated[
    tuple[Annotated[Text, AfterValidator(_requirement)], ...], Field(strict=False, max_length=200)
]
NpmPackages = Annotated[
    tuple[Annotated[Text, AfterValidator(_npm_package)], ...], Field(strict=False, max_length=200)
]
MavenPackages = Annotated[
    tuple[Annotated[Text, AfterValidator(_maven_package)], ...],
    Field(strict=False, max_length=200),
]
GoModules = Annotated[
    tuple[Annotated[Text, AfterValidator(_go_module)], ...], Field(strict=False, max_length=200)
]
Crates = Annotated[
    tuple[Annotated[Text, AfterValidator(_crate)], ...], Field(strict=False, max_length=200)
]
Features = Annotated[
    tuple[Annotated[Text, AfterValidator(_feature)], ...], Field(strict=False, max_length=100)
]
PythonVersion = Annotated[Text, AfterValidator(_python_version)]
NodeVersion = Annotated[Text, AfterValidator(_node_version)]
JavaVersion = Annotated[Text, AfterValidator(_java_version)]
GoVersion = Annotated[Text, AfterValidator(_go_version)]
RustVersion = Annotated[Text, AfterValidator(_rust_channel)]
SymbolName = Annotated[Text, AfterValidator(_symbol)]
Date = Annotated[Text, AfterValidator(_date)]
Directory = Annotated[str, Field(max_length=300), AfterValidator(_directory)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
