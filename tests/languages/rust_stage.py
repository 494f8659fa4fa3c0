"""Rust blocks compiled and run for real, in the jail, and what is read from them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from doc_healing.documents import read as read_document
from doc_healing.languages.rust import running as rust
from doc_healing.model import (
    Environment,
    Instructions,
    Job,
    Limits,
    Reading,
    Snippet,
)
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs

LIMITS = Limits(wall_seconds=120, cpu_seconds=30, memory_mib=768, processes=64, disk_mib=64)


def page(*blocks: str | tuple[str, str]) -> list[Snippet]:
    """The snippets of a page that shows these blocks; a pair is an info string and its code."""
    lines = ["# Title", ""]
    for block in blocks:
        info, code = block if isinstance(block, tuple) else ("rust", block)
        lines += ["Some text.", "", f"```{info}", *code.removesuffix("\n").split("\n"), "```", ""]
    return list(read_document("\n".join(lines).encode(), "README.md", lambda _: None).snippets)


def examine(
    snippets: list[Snippet], environment: Environment | None = None, wanted: str = ""
) -> list[Reading]:
    """The readings of a document's snippets, in order."""
    toolchain = needs.toolchain("rust", wanted)
    needs.program("bwrap")
    readings = []
    with jail() as sandbox:
        for answer in rust.jobs(snippets, toolchain, environment):
            if isinstance(answer, Job):
                outcome = sandbox.run(answer.program, LIMITS)
                readings.append(rust.read(answer, outcome, environment))
            else:
                readings.append(Reading(answer.verdict, answer.reason, answer.symptom))
    return readings


def verdict(
    code: str, info: str = "rust", environment: Environment | None = None, **more: object
) -> Reading:
    """The reading of one block alone; `more` are instructions."""
    (snippet,) = page((info, code))
    if more:
        told = replace(Instructions(), **more)  # type: ignore[arg-type]  # fields by name
        snippet = replace(snippet, instructions=told)
    return examine([snippet], environment)[0]


@contextmanager
def jail() -> Iterator[Bubblewrap]:
    """A sandbox for these programs."""
    with closing(Bubblewrap()) as sandbox:
        yield sandbox
