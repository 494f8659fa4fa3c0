"""The sections of `.doc-healing.yml`: which keys there are and which values they take."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from doc_healing.config.values import (
    Crates,
    Date,
    Directory,
    Features,
    Globs,
    GoModules,
    GoVersion,
    JavaVersion,
    MavenPackages,
    Names,
    NodeVersion,
    NpmPackages,
    PythonVersion,
    Requirements,
    RustVersion,
    Seconds,
    SymbolName,
)

SCHEMA_ID = "urn:doc-healing:config:1"  # not published at an address yet


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
    runtime: PythonVersion = ""
    """The version of Python: `"3.12"` or `">=3.11"`, quoted. Default: what the project asks."""


class JavaScriptConfig(LanguageConfig):
    """The section of JavaScript."""

    packages: NpmPackages = ()
    """Packages that the documents need beyond the project's own: `["chalk@5"]`."""
    runtime: NodeVersion = ""
    """The version of Node.js: `"22"` or `">=20"`, quoted. Default: what the project asks for."""


class TypeScriptConfig(LanguageConfig):
    """The section of TypeScript."""

    packages: NpmPackages = ()
    """Packages that the documents need beyond the project's own: `["zod@4"]`."""
    runtime: NodeVersion = ""
    """The version of Node.js: `"22"` or `">=20"`, quoted. Default: what the project asks for."""


class JavaConfig(LanguageConfig):
    """The section of Java."""

    packages: MavenPackages = ()
    """Packages that the documents need beyond the project's own: `["org.jsoup:jsoup:1.18.1"]`."""
    runtime: JavaVersion = ""
    """The version of the JDK: `"17"` or `">=21"`, quoted. Default: what the project asks for."""


class GoConfig(LanguageConfig):
    """The section of Go."""

    packages: GoModules = ()
    """Modules that the documents need beyond the project's own: `["golang.org/x/text@v0.14.0"]`."""
    runtime: GoVersion = ""
    """The version of Go: `"1.22"` or `">=1.21"`, quoted. Default: what the project asks for."""


class RustConfig(LanguageConfig):
    """The section of Rust."""

    packages: Crates = ()
    """Crates that the documents need beyond the project's own: `["serde[derive]@1"]`."""
    features: Features = ()
    """Features of the project to build it with: `["full"]`."""
    runtime: RustVersion = ""
    """The toolchain: `"stable"`, `"1.95"` or `">=1.70"`, quoted. Default: what the project asks
    for."""


AnyLanguageConfig = (
    PythonConfig | JavaScriptConfig | TypeScriptConfig | JavaConfig | GoConfig | RustConfig
)


class LanguagesConfig(Section):
    """The sections of the languages."""

    python: PythonConfig = PythonConfig()
    """How Python snippets are run."""
    javascript: JavaScriptConfig = JavaScriptConfig()
    """How JavaScript snippets are run."""
    typescript: TypeScriptConfig = TypeScriptConfig()
    """How TypeScript snippets are checked and run."""
    java: JavaConfig = JavaConfig()
    """How Java snippets are compiled and run."""
    go: GoConfig = GoConfig()
    """How Go snippets are compiled and run."""
    rust: RustConfig = RustConfig()
    """How Rust snippets are compiled and run."""


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


class MigrationConfig(Section):
    """A name of the project's code that another one has replaced."""

    old: SymbolName = Field(alias="from")
    """The name as it was: `pkg.Client.get`."""
    new: SymbolName = Field(alias="to")
    """The name that replaces it: `pkg.Client.fetch`."""


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
    exclude_newer: Date = ""
    """Install packages as the registries stood on this date: `2024-05-31`."""
    translations: IncludeConfig = IncludeConfig()
    """Documents that translate others: `docs/de/`, `README.zh-CN.md`. Left out by default."""
    changelogs: IncludeConfig = IncludeConfig()
    """Changelogs, release notes and documents of older versions. Left out by default."""
    migrations: Annotated[tuple[MigrationConfig, ...], Field(strict=False, max_length=1000)] = ()
    """What replaces what in the code, where the code itself does not say so."""
    fail_on_empty: bool = False
    """Exit with 1 when there is no snippet to run."""

    def language(self, name: str) -> AnyLanguageConfig | None:
        """The section of a language, None where it can have none."""
        if name not in LanguagesConfig.model_fields:
            return None
        section: AnyLanguageConfig = getattr(self.languages, name)
        return section
