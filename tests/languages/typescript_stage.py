"""TypeScript blocks compiled and run in the jail, against packages that a test writes."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from doc_healing.languages.typescript import running as typescript
from doc_healing.model import (
    Environment,
    Instructions,
    Limits,
    Line,
    Mount,
    Reading,
    Snippet,
    Span,
    State,
    Unrunnable,
)
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs

_SANDBOX: list[Bubblewrap] = []


@contextmanager
def sandbox() -> Iterator[None]:
    """One sandbox for the tests of a module."""
    needs.program("bwrap")
    needs.toolchain("typescript")
    one = Bubblewrap()
    _SANDBOX.append(one)
    yield
    _SANDBOX.remove(one)
    one.close()


def snippet(code: str, index: int = 0, line: int = 10, **more: object) -> Snippet:
    """A block whose opening fence is at `line`; `more` are instructions."""
    texts = code.removesuffix("\n").split("\n")
    lines = tuple(Line(text, "README.md", line + 1 + at) for at, text in enumerate(texts))
    containers = more.pop("containers", ())
    made = Snippet(
        path="README.md",
        index=index,
        line=line,
        end_line=line + len(texts) + 1,
        language="typescript",
        info="ts",
        code="\n".join(texts) + "\n",
        lines=lines,
        span=Span(0, 0),
        state=State.RUNNABLE,
        containers=containers,  # type: ignore[arg-type]  # as the test says
    )
    return replace(made, instructions=replace(Instructions(), **more))  # type: ignore[arg-type]  # fields by name


def examine(*snippets: Snippet, environment: Environment | None = None) -> list[Reading]:
    """The readings of a document's snippets, in order."""
    toolchain = typescript.toolchain("")
    readings = []
    for job in typescript.jobs(snippets, toolchain, environment):
        if isinstance(job, Unrunnable):
            readings.append(Reading(job.verdict, job.reason, job.symptom))
            continue
        outcome = _SANDBOX[-1].run(job.program, Limits(wall_seconds=80, cpu_seconds=20))
        readings.append(typescript.read(job, outcome, environment))
    return readings


def verdict(code: str, environment: Environment | None = None, **more: object) -> Reading:
    """The reading of one block alone."""
    return examine(snippet(code, **more), environment=environment)[0]  # type: ignore[arg-type]  # fields by name


def environment(
    folder: Path, own: Mapping[str, str], foreign: Mapping[str, str], **more: object
) -> Environment:
    """Packages in `folder`: `widgets` is the repository's own, `other` another one's."""
    for name, files in (("widgets", own), ("other", foreign)):
        place = folder / "node_modules" / name
        manifest = {"name": name, "version": "1.2.0", "type": "module", "exports": "./index.js"}
        for path, text in {"package.json": json.dumps(manifest), **files}.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
    made = Environment(
        key="test",
        language="typescript",
        mounts=(*typescript.toolchain("").mounts, Mount(str(folder), "/opt/node")),
        modules=("widgets",),
        packages={"widgets": "1.2.0", "other": "1.2.0"},
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name
