"""What Maven and Gradle projects come to: modules with sources, and poms for their needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from doc_healing.model import EMPTY

# Of more modules than these at once the dependencies of their tests would be too many.
MOST_TESTED = 8


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the repository: where its code stands and how it is compiled."""

    name: str  # `group:artifact`
    version: str
    folder: str
    needs: tuple[str, ...] = ()  # names of modules that are compiled before it
    sources: tuple[str, ...] = ()  # folders of Java files, relative to the checkout
    resources: tuple[tuple[str, bool], ...] = ()  # folders, and whether they are filtered
    release: str = ""  # the Java release it asks for: "8", "17"
    encoding: str = "UTF-8"
    options: tuple[str, ...] = ()  # harmless words for the compiler
    processors: tuple[str, ...] = ()  # coordinates of annotation processors that it names
    values: Mapping[str, str] = field(default_factory=lambda: EMPTY)  # for filtered files

    @property
    def coordinates(self) -> str:
        """`group:artifact:version`."""
        return f"{self.name}:{self.version}"


@dataclass(frozen=True, slots=True)
class Project:
    """What one environment is made of: `modules` in the order in which they are compiled."""

    modules: tuple[Module, ...]
    wanted: tuple[str, ...]  # the coordinates of those whose own dependencies count in full
    poms: Mapping[str, bytes]  # by coordinates: safe to resolve
    repositories: tuple[tuple[str, str], ...] = ()  # (id, URL) that it names
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # what could not be read and leaves the class path incomplete
    highest: bool = False  # of two versions the higher one wins (Gradle), not the nearer (Maven)
