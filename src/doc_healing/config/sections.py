"""The sections of `.doc-healing.yml`: which keys there are and which values they take."""

import datetime
import re
from typing import Annotated

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pathspec import GitIgnoreSpec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SCHEMA_ID = "urn:doc-healing:config:1"  # not published at an address yet


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
Directory = Annotated[str, Field(max_length=300), AfterValidator(_directory)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class Section(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


class LanguageConfig(Section):
    """What every language's section can hold."""

    enabled: bool = True
    """Whether snippets of this language are run. `false` records them as skipped."""
    project: Directory = ""
    """The directory of the package that the documents show, relative to the root. Empty: the
    manifest nearest to each document."""
    install_project: bool = True
    """Whether the repository's own package is installed for its snippets."""


class PythonConfig(LanguageConfig):
    """The section of Python."""

    packages: Requirements = ()
    """Packages that the documents need beyond the project's own: `["httpx>=0.27"]`."""
    extras: Names = ()
    """Extras of the project to install: `["cli"]`."""
    groups: Names = ()
    """Dependency groups of the project (PEP 735) to install: `["docs"]`."""
    runtime: Annotated[Text, AfterValidator(_python_version)] = ""
    """The version of Python: `"3.12"` or `">=3.11"`, quoted. Default: what the project asks."""


class JavaScriptConfig(LanguageConfig):
    """The section of JavaScript."""

    packages: NpmPackages = ()
    """Packages that the documents need beyond the project's own: `["chalk@5"]`."""
    runtime: Annotated[Text, AfterValidator(_node_version)] = ""
    """The version of Node.js: `"22"` or `">=20"`, quoted. Default: what the project asks for."""


class LanguagesConfig(Section):
    """The sections of the languages."""

    python: PythonConfig = PythonConfig()
    """How Python snippets are run."""
    javascript: JavaScriptConfig = JavaScriptConfig()
    """How JavaScript snippets are run."""


class LimitsConfig(Section):
    """The limits of one run."""

    wall_seconds: Seconds | None = None
    """Seconds from start to end."""
    cpu_seconds: Seconds | None = None
    """Seconds of processor time."""
    memory_mib: Annotated[int, Field(ge=16, le=1_048_576)] | None = None
    """Memory in MiB."""
    processes: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Processes and threads at one time."""
    disk_mib: Annotated[int, Field(ge=1, le=1_048_576)] | None = None
    """Writable disk space in MiB."""
    inodes: Annotated[int, Field(ge=16, le=10_000_000)] | None = None
    """Files and directories that can be made."""
    open_files: Annotated[int, Field(ge=16, le=1_048_576)] | None = None
    """Open files of one process."""
    output_kib: Annotated[int, Field(ge=1, le=1_048_576)] | None = None
    """KiB of stdout and of stderr, each."""


class IncludeConfig(Section):
    """Whether a kind of document that is left out by default is examined."""

    include: bool = False
    """`true` examines them."""


class RepoConfig(Section):
    """What a repository says in `.doc-healing.yml`."""

    include: Globs = ()
    """Only documents that match one of these git-ignore patterns. Empty: every document."""
    exclude: Globs = ()
    """No document that matches one of these git-ignore patterns."""
    languages: LanguagesConfig = LanguagesConfig()
    """One section for each language whose snippets are run."""
    limits: LimitsConfig = LimitsConfig()
    """What one run of a snippet may use. It can lower the operator's limits, never raise them."""
    exclude_newer: Annotated[Text, AfterValidator(_date)] = ""
    """Install packages as the registries stood on this date: `2024-05-31`."""
    translations: IncludeConfig = IncludeConfig()
    """Documents that translate others: `docs/de/`, `README.zh-CN.md`. Left out by default."""
    changelogs: IncludeConfig = IncludeConfig()
    """Changelogs, release notes and documents of older versions. Left out by default."""
    fail_on_empty: bool = False
    """Exit with 1 when there is no snippet to run."""

    def language(self, name: str) -> PythonConfig | JavaScriptConfig | None:
        """The section of a language, None where it can have none."""
        sections: dict[str, PythonConfig | JavaScriptConfig] = {
            "python": self.languages.python,
            "javascript": self.languages.javascript,
        }
        return sections.get(name)
