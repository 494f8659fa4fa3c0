"""The shape of the contract's cases: one module per language, with its `CASES` and `TRAITS`."""

from dataclasses import dataclass

from doc_healing.model import Expectation, Instructions, Level, SymptomKind, Verdict

_PLAIN = Instructions()


@dataclass(frozen=True)
class Case:
    """A block alone in a document, and what must be said of it.

    `line` and `column` are within the code, 1-based; 0 is not looked at. `output` becomes a
    documented output block of the whole snippet. `reason` must be a part of the reading's reason.
    """

    name: str
    code: str
    verdict: Verdict = Verdict.PASSED
    kind: SymptomKind | None = None
    line: int = 0
    column: int = 0
    reason: str = ""
    level: Level | None = None
    added: str = ""
    output: str | None = None
    instructions: Instructions = _PLAIN
    wall_seconds: float = 10.0


def expecting(text: str) -> tuple[Expectation, ...]:
    """The output block that follows a snippet and shows `text`."""
    return (Expectation(text, "docs/page.md", 90, source="output-block"),)


@dataclass(frozen=True)
class Traits:
    """What the properties need to say in a language's own words.

    `leave` are blocks that leave something behind (a file, a global, an environment variable, a
    patched built-in); `look` are blocks that print whether any of it is there, and print the same
    whichever block ran before.
    """

    leave: tuple[str, ...]
    look: tuple[str, ...]
    kinds_shown: frozenset[SymptomKind]
