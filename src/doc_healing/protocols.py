"""The shapes of what can be plugged in. Shapes only; the page to read first.

A plug is a module or an object with these members; the lists in `languages/__init__.py` and
`sandboxes/__init__.py` are typed with them, so that mypy refuses an incomplete one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from doc_healing.model import (
    Environment,
    Job,
    Layer,
    Limits,
    Names,
    Outcome,
    Outline,
    Program,
    Reading,
    Snippet,
    Surface,
    Symptom,
    Token,
    Toolchain,
    Unrunnable,
    Use,
)


class Merger(Protocol):
    """How a compiled language makes one build of many jobs (a `Language` without one has None).

    What a part's program prints and reports is read as if the job's own program had: `read` is
    given the job itself. A part that fails proves nothing, and is run alone.
    """

    def build(self, jobs: Sequence[Job]) -> Program | None:
        """One program that compiles them all and writes what it made to the report channel.

        None where they cannot be merged. Jobs that may not be merged (that must not compile, that
        have flags of their own) are left out: they get no part.
        """

    def parts(self, jobs: Sequence[Job], made: bytes) -> Sequence[Program | Outcome | None]:
        """For each job the program that runs its part of what the build made, or None.

        The outcome itself where the build has proven all: it was only to be compiled.
        """

    def culprits(self, jobs: Sequence[Job], outcome: Outcome) -> Sequence[int]:
        """The places in `jobs` of those that a failed build blames; empty where it does not say."""


class Tracer(Protocol):
    """What of a project's own code a run met, so that an edit of other code need not repeat it.

    A record may be wrong in one direction only: where anything may have been met unheard, there is
    none. It is a program's word on itself: one that forges it spares nothing but itself a run.
    """

    def rest(self, environment: Environment) -> str:
        """What an environment comes to without the contents that a record answers for.

        Two environments of the same rest differ in such contents alone. Empty: there is no record
        in this one.
        """

    def touched(
        self, job: Job, outcome: Outcome, environment: Environment
    ) -> tuple[str, ...] | None:
        """What the run met, in words of the language's own; None where that is not certain."""

    def stands(self, touched: Sequence[str], environment: Environment) -> bool:
        """Whether all of that is the same there, so that the run would be the same."""


class Source(Protocol):
    """A tree of files, of a revision or of a directory, that the code map is drawn from.

    Links and submodules are no files of it.
    """

    @property
    def files(self) -> Mapping[str, str]:
        """The id of each file's content by its path; the same content has the same id."""

    @property
    def left_out(self) -> Sequence[tuple[str, str]]:
        """Paths that cannot be told of, each with the reason in words."""

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """What these files hold, in any order; those that cannot be read are left out."""


class Mapper(Protocol):
    """How a language's source is read for the code map. Pure: from bytes to frozen values.

    Nothing here raises for anything that a file can hold: what cannot be read is a fault of the
    outline, and the rest of the file is still told.
    """

    @property
    def name(self) -> str:
        """The language's, as in `Language.name`."""

    @property
    def version(self) -> str:
        """Of the grammar and of the extractor: an outline is kept under it."""

    @property
    def suffixes(self) -> Sequence[str]:
        """How the names of its source files end, with the dot."""

    @property
    def manifests(self) -> Sequence[str]:
        """The base names of the files that `publish` asks for besides sources: `go.mod`."""

    def outline(self, path: str, data: bytes) -> Outline:
        """What one file defines, imports and states as public."""

    def tokens(self, path: str, data: bytes) -> Sequence[Token]:
        """The leaves of its tree in order, comments left out: an ERROR tree is fine."""

    def publish(
        self, outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
    ) -> Surface:
        """Every name under which a reader can import something, all re-export paths followed.

        `outlines` are all files of this language by path; `read` gives a manifest of the tree by
        its path (None: there is none).
        """

    def uses(self, code: str, before: Sequence[str] = ()) -> Sequence[Use]:
        """What a snippet uses, in its order; `before` are the blocks that it continues.

        Names bound by them are followed, but what they use themselves is not told.
        """


class Language(Protocol):
    """A language that documents are written in: how its snippets run and how its errors read."""

    @property
    def name(self) -> str:
        """The canonical name, as in `Snippet.language`."""

    @property
    def fences(self) -> Sequence[str]:
        """The labels of its fences, lower case; the first is the canonical one."""

    @property
    def smoke(self) -> str:
        """The code of a snippet that must pass without any environment."""

    @property
    def installer(self) -> str:
        """The name of the installer in `environments` that provides its dependencies."""

    @property
    def merger(self) -> Merger | None:
        """How many of its jobs share a build; None where a build is no cost."""

    @property
    def tracer(self) -> Tracer | None:
        """Who tells what of the own code a run met; None where any edit runs everything again."""

    def needs(self, snippet: Snippet) -> Sequence[str]:
        """The packages that the code itself declares (PEP 723), as requirements."""

    def lint(self, snippet: Snippet) -> Symptom | None:
        """What is wrong with a snippet without running anything and without a toolchain.

        None where nothing is, and where it is not certain (a fragment, newer syntax).
        """

    def names(self, snippet: Snippet) -> Names:
        """The names that it binds for snippets after it, and those that it takes from before.

        By its text alone; of one that cannot be read, nothing. Never raises.
        """

    def toolchain(self, wanted: str) -> Toolchain:
        """The toolchain on this machine for the wanted version (empty: any).

        Raises `InfraError` with the command that installs it where there is none.
        """

    def jobs(
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        """One answer per runnable snippet of one document and this language, in document order.

        `snippets` also holds the session's setup and invisible ones; these get no answer of
        their own unless they are examples.
        """

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        """What an outcome means, with line and column in the document.

        Never raises for anything that a snippet can print or do: a failing snippet is data.
        """


class Sandbox(Protocol):
    """Runs a program, always from a clean state (invariant 3)."""

    @property
    def name(self) -> str:
        """`bubblewrap`, as in the report."""

    def probe(self) -> Sequence[Layer]:
        """Each isolation layer, whether it is really active on this machine, and the fix if not."""

    def run(self, program: Program, limits: Limits) -> Outcome:
        """Run it. Never raises for what the program does; a fault of ours is SANDBOX_ERROR.

        A program that has a `resident` may be forked from it (`Outcome.fast`), in a jail of its
        own all the same; without it the program always starts a process of its own.
        """

    def close(self) -> None:
        """Kill what runs and remove every trace: cgroups, mounts, directories."""
