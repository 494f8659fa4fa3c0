"""The composition root: the only module that knows which languages and sandboxes there are."""

import difflib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing import config, environments
from doc_healing.config import RepoConfig
from doc_healing.environments import Desk
from doc_healing.errors import InfraError, UserError
from doc_healing.languages import LANGUAGES
from doc_healing.model import Checkout, Environment, Limits, Snippet, Symptom, Toolchain, Wants
from doc_healing.pipeline import Tools
from doc_healing.protocols import Language, Sandbox
from doc_healing.sandboxes import SANDBOXES
from doc_healing.settings import Settings, registries
from doc_healing.store import Archive, Results, kept_in

_LEAST_FREE_MIB = 512  # of the cache directory's file system, below which an install may not fit


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person at the command line asks for, beyond settings and config."""

    jobs: int | None = None
    wall_seconds: float | None = None
    memory_mib: int | None = None
    sandbox: str = ""
    install: bool = True
    exclude_newer: str = ""
    day: str = ""  # of the work that is checked, if that is long ago


def build(settings: Settings, repo: RepoConfig, checkout: Checkout, choices: Choices) -> Tools:
    """Everything an examination of this checkout needs. Raises `UserError` for a bad choice."""
    jail = sandbox(choices.sandbox)
    desk = Desk(
        sandbox=jail,
        cache=settings.cache_dir,
        registries=registries(),
        limits=settings.install,
        allowed_hosts=settings.allowed_hosts,
        source_builds=settings.source_builds,
    )
    kept = results(settings)
    return Tools(
        languages={one.name: one for one in LANGUAGES if _enabled(repo, one)},
        turned_off=frozenset(one.name for one in LANGUAGES if not _enabled(repo, one)),
        sandbox=jail,
        limits=_limits(settings, repo, choices),
        preparer=_Preparer(checkout, repo, desk, choices),
        jobs=choices.jobs or settings.jobs,
        memory=kept,
        archive=Archive(kept),
    )


def results(settings: Settings) -> Results:
    """The outcomes that this machine keeps."""
    return kept_in(settings.cache_dir)


def sandbox(name: str) -> Sandbox:
    """The sandbox of that name (empty: the first of the list). Raises `UserError` otherwise."""
    known = [make() for make in SANDBOXES]
    for one in known:
        if name in ("", one.name):
            return one
    names = [one.name for one in known]
    near = difflib.get_close_matches(name, names, n=1)
    advice = f"did you mean `{near[0]}`?" if near else f"there is: {', '.join(names)}"
    raise UserError(f"there is no sandbox `{name}`", help=advice)


def language_names() -> Sequence[str]:
    """The languages whose snippets can be run."""
    return [language.name for language in LANGUAGES]


def _enabled(repo: RepoConfig, language: Language) -> bool:
    section = repo.language(language.name)
    return section is None or section.enabled


def _limits(settings: Settings, repo: RepoConfig, choices: Choices) -> Limits:
    """The operator's limits (the command line is the operator's), narrowed by the repository."""
    operator = settings.limits
    if choices.wall_seconds is not None:
        operator = replace(
            operator, wall_seconds=choices.wall_seconds, cpu_seconds=choices.wall_seconds
        )
    if choices.memory_mib is not None:
        operator = replace(operator, memory_mib=choices.memory_mib)
    return config.narrow(operator, repo.limits)


@dataclass(frozen=True, slots=True)
class _Preparer:
    """Binds `environments` to one checkout, its config and the operator's desk."""

    checkout: Checkout
    repo: RepoConfig
    desk: Desk
    choices: Choices

    def wants(self, language: str, document: str) -> Wants | None:
        asked = config.wants(self.repo, language)
        chosen = self.choices.exclude_newer or asked.exclude_newer
        asked = replace(asked, exclude_newer=chosen or self._day(language))
        if not self.choices.install:
            return None
        project = asked.project or environments.find_project(self.checkout, language, document)
        if project is None or not asked.install_project:
            return replace(asked, install_project=False) if _asks(asked) else None
        day = asked.exclude_newer
        runtime = asked.runtime or environments.runtime_wanted(
            self.checkout, language, project, day
        )
        return replace(asked, project=project, runtime=runtime)

    def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
        made = self._of_the_day(language, wants, toolchain) or environments.prepare(
            self.checkout, language, wants, toolchain, self.desk
        )
        other = _mismatch(language, wants.runtime, toolchain)
        return replace(made, notes=(*made.notes, other)) if other else made

    def _day(self, language: str) -> str:
        """The day whose packages an old commit gets, where nobody asks for another.

        What nothing pins has moved on since then: what breaks by that is no fault of a document.
        """
        dated = language in _DATED and not self.repo.exclude_newer
        return self.choices.day if dated else ""

    def _of_the_day(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment | None:
        """The environment as of the commit's day; None where that is not asked or not to be had."""
        implied = self.choices.day and not self.choices.exclude_newer
        if not implied or wants.exclude_newer != self.choices.day:
            return None
        try:
            made = environments.prepare(self.checkout, language, wants, toolchain, self.desk)
        except environments.InstallFailed:
            newest = replace(wants, exclude_newer="")
            made = environments.prepare(self.checkout, language, newest, toolchain, self.desk)
            return replace(made, notes=(*made.notes, "installed the newest packages"))
        if not made.packages:
            return made
        said = f"packages of {wants.exclude_newer[:10]}, the day of the commit"
        return replace(made, notes=(*made.notes, f"{said} (`--exclude-newer now`: the newest)"))

    def close(self) -> None:
        self.desk.leases.close()


# Whose installers know what there was on a day, and need to: nothing else pins what they take.
_DATED = ("python", "javascript", "typescript")


def _mismatch(language: str, wanted: str, toolchain: Toolchain) -> str:
    """What is said where no toolchain of this machine is the one that the repository asks for."""
    version = toolchain.runtime_version or toolchain.version
    runtime = _RUNTIMES.get(language)
    if runtime is None or not wanted or runtime.fits(version, wanted):
        return ""
    return f"{wanted.strip()} of {runtime.title} is asked for, and this ran on {version}"


@dataclass(frozen=True, slots=True)
class _Runtime:
    """How people call what runs a language, and whether a version of it is one that is wanted."""

    title: str
    fits: Callable[[str, str], bool]


def _is_go(version: str, wanted: str) -> bool:
    from doc_healing.languages.go.toolchain import satisfies  # loaded where it is asked for

    return satisfies(version, wanted)


def _is_node(version: str, wanted: str) -> bool:
    from doc_healing.languages.javascript.node import satisfies

    return satisfies(version, wanted)


def _is_rust(version: str, wanted: str) -> bool:
    """A channel is the language's own affair: it takes no other than the one that is named."""
    if wanted[:1].isdigit():
        return f"{version}.".startswith(f"{wanted}.")
    return _is_go(version, wanted)


def _is_java(version: str, wanted: str) -> bool:
    """A newer JDK serves a number too, and runs it; the one that is named it is not."""
    from doc_healing.languages.java.jdk import feature, satisfies

    if wanted.strip()[:1].isdigit():
        return feature(version) == feature(wanted)
    return satisfies(version, wanted)


# Python is not among them: without a fitting one nothing is run at all.
_RUNTIMES: Mapping[str, _Runtime] = {
    "javascript": _Runtime("Node.js", _is_node),
    "typescript": _Runtime("Node.js", _is_node),
    "java": _Runtime("the JDK", _is_java),
    "go": _Runtime("Go", _is_go),
    "rust": _Runtime("Rust", _is_rust),
}


def _asks(asked: Wants) -> bool:
    return bool(asked.packages or asked.runtime)


def linters() -> Mapping[str, Callable[[Snippet], Symptom | None]]:
    """Each language's static reading, by its name."""
    return {language.name: language.lint for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that was tried on this machine: whether it is good and, if not, the exact fix."""

    room: str
    name: str
    good: bool
    detail: str = ""
    fix: str = ""
    required: bool = True


def probes(settings: Settings) -> list[Probe]:
    """Everything that an examination depends on, tried now."""
    jail = sandbox("")
    try:
        layers = jail.probe()
    finally:
        jail.close()
    walls = [
        Probe(f"sandbox {jail.name}", one.name, one.active, one.detail, one.fix, one.required)
        for one in layers
    ]
    tools = [probe for language in LANGUAGES for probe in _toolchain_probes(language)]
    return [*walls, *tools, _cache_probe(settings)]


# What repositories ask for, so that `doctor` shows which of it this machine has.
_ASKED_FOR: Mapping[str, Sequence[str]] = {
    "python": ("3.10", "3.11", "3.12", "3.13", "3.14"),
    "java": ("17", "21", "25"),
    "rust": ("stable", "nightly"),
}


def _toolchain_probes(language: Language) -> list[Probe]:
    """The toolchain that is taken where nothing is asked for, and others that there are."""
    try:
        chosen = language.toolchain("")
    except InfraError as error:
        fix = error.help
        return [Probe("languages", language.name, False, error.message, fix, required=False)]
    further = [_toolchain(language, wanted) for wanted in _ASKED_FOR.get(language.name, ())]
    lines = dict.fromkeys(_shown(one) for one in (chosen, *further) if one)
    return [Probe("languages", language.name, True, line) for line in lines]


def _toolchain(language: Language, wanted: str) -> Toolchain | None:
    try:
        return language.toolchain(wanted)
    except InfraError:
        return None


def _shown(found: Toolchain) -> str:
    """Its version and where it is on this machine, which may not be where a program sees it."""
    path = found.executable
    for mount in found.mounts:
        if path == mount.target or path.startswith(f"{mount.target}/"):
            path = mount.source + path.removeprefix(mount.target)
            break
    on = f" on {found.runtime_version}" if found.runtime_version else ""
    return f"{found.version}{on}  {path}"


def _cache_probe(settings: Settings) -> Probe:
    directory = settings.cache_dir
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"x")
        free = shutil.disk_usage(directory).free // 2**20
    except OSError as error:
        fix = "set DOC_HEALING_CACHE_DIR to a writable directory"
        return Probe("cache", str(directory), False, error.strerror or "not writable", fix)
    fix = "free some space, or set DOC_HEALING_CACHE_DIR"
    return Probe("cache", str(directory), free >= _LEAST_FREE_MIB, f"{free} MiB free", fix)
