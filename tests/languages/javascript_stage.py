"""JavaScript blocks run for real, in a directory of their own, and what is read from them."""

import json
import os
import shutil
import time
from dataclasses import replace

import pytest

from doc_healing.languages.javascript import running as javascript
from doc_healing.model import (
    Environment,
    Instructions,
    Job,
    Line,
    Reading,
    Snippet,
    Span,
    State,
    Unrunnable,
)
from tests.languages.stages import directly

if shutil.which("node") is None and os.environ.get("CI") != "true":
    pytest.skip("Node.js is not installed", allow_module_level=True)


def snippet(code: str, line: int = 10, column: int = 1, index: int = 0, **more: object) -> Snippet:
    """A block whose opening fence is at `line`, its code at `column`; `more` are instructions."""
    info = str(more.pop("info", "js"))
    invisible = bool(more.pop("invisible", False))
    texts = code.removesuffix("\n").split("\n")
    lines = tuple(Line(text, "README.md", line + 1 + at, column) for at, text in enumerate(texts))
    made = Snippet(
        path="README.md",
        index=index,
        line=line,
        end_line=line + len(texts) + 1,
        language="javascript",
        info=info,
        code="\n".join(texts) + "\n",
        lines=lines,
        span=Span(0, 0),
        state=State.RUNNABLE,
        invisible=invisible,
    )
    return replace(made, instructions=replace(Instructions(), **more))  # type: ignore[arg-type]  # fields by name


def examine(
    *snippets: Snippet, environment: Environment | None = None, wall: float = 20
) -> list[Reading]:
    """The readings of a document's snippets, in order."""
    answers = javascript.jobs(snippets, javascript.toolchain(""), environment)
    return [_reading(answer, environment, wall) for answer in answers]


def verdict(
    code: str, environment: Environment | None = None, wall: float = 20, **more: object
) -> Reading:
    """The reading of one block alone."""
    return examine(snippet(code, **more), environment=environment, wall=wall)[0]  # type: ignore[arg-type]  # fields by name


def added(code: str) -> tuple[str, ...]:
    """What a block was completed with."""
    answer = javascript.jobs([snippet(code)], javascript.toolchain(""), None)[0]
    return tuple(json.loads(answer.facts["added"])) if isinstance(answer, Job) else ()


def place(code: str, text: str) -> tuple[int, int]:
    """The line and column in the document of the first occurrence of a text in a block."""
    before = code[: code.index(text)]
    return 11 + before.count("\n"), len(before) - (before.rfind("\n") + 1) + 1


def _reading(answer: Job | Unrunnable, environment: Environment | None, wall: float) -> Reading:
    if isinstance(answer, Unrunnable):
        return Reading(answer.verdict, answer.reason, answer.symptom)
    start = time.monotonic()
    outcome = directly(answer.program, wall)
    outcome = replace(outcome, seconds=time.monotonic() - start)
    reading = javascript.read(answer, outcome, environment)
    return replace(reading, added=(*answer.added, *reading.added))  # as the pipeline does
