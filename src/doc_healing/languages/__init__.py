"""The languages that documents are run in, in the order in which they are offered.

A language is loaded when it is first asked for anything but its name: all six together take longer
to load than a small document takes to run, and few documents are written in all.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from doc_healing.model import (
    Environment,
    Job,
    Names,
    Outcome,
    Reading,
    Snippet,
    Symptom,
    Toolchain,
    Unrunnable,
)
from doc_healing.protocols import Language, Merger, Tracer


def _python() -> Language:
    from doc_healing.languages.python import running

    return running


def _javascript() -> Language:
    from doc_healing.languages.javascript import running

    return running


def _typescript() -> Language:
    from doc_healing.languages.typescript import running

    return running


def _java() -> Language:
    from doc_healing.languages.java import running

    return running


def _go() -> Language:
    from doc_healing.languages.go import running

    return running


def _rust() -> Language:
    from doc_healing.languages.rust import running

    return running


class Late:
    """A language by its name; the first question loads it."""

    def __init__(self, name: str, load: Callable[[], Language]) -> None:
        self.name = name
        self._load = load

    @cached_property
    def _language(self) -> Language:
        return self._load()

    @property
    def fences(self) -> Sequence[str]:
        """As the language has it; and so with everything below."""
        return self._language.fences

    @property
    def smoke(self) -> str:  # noqa: D102 - the protocol says it
        return self._language.smoke

    @property
    def installer(self) -> str:  # noqa: D102
        return self._language.installer

    @property
    def merger(self) -> Merger | None:  # noqa: D102
        return self._language.merger

    @property
    def tracer(self) -> Tracer | None:  # noqa: D102
        return self._language.tracer

    def needs(self, snippet: Snippet) -> Sequence[str]:  # noqa: D102
        return self._language.needs(snippet)

    def lint(self, snippet: Snippet) -> Symptom | None:  # noqa: D102
        return self._language.lint(snippet)

    def names(self, snippet: Snippet) -> Names:  # noqa: D102
        return self._language.names(snippet)

    def toolchain(self, wanted: str) -> Toolchain:  # noqa: D102
        return self._language.toolchain(wanted)

    def jobs(  # noqa: D102
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        return self._language.jobs(snippets, toolchain, environment)

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:  # noqa: D102
        return self._language.read(job, outcome, environment)


LANGUAGES: list[Language] = [
    Late("python", _python),
    Late("javascript", _javascript),
    Late("typescript", _typescript),
    Late("java", _java),
    Late("go", _go),
    Late("rust", _rust),
]
