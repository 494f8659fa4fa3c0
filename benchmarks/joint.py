"""Twenty snippets of a language in one go, against one by one with its bare compiler.

One by one: each program is compiled and run by hand, with no walls, as in languages.py. In one go:
they are the blocks of one document, and doc-healing finds the verdict of each, every wall up, with
no outcome remembered. Of TypeScript also the check alone, since its programs run on Node.js.
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import fence, programs
from turns import Claim, medians

from doc_healing.documents import read
from doc_healing.languages import LANGUAGES
from doc_healing.model import Document, Job, Limits, Program, Status, Verdict
from doc_healing.pipeline import Tools, examine
from doc_healing.protocols import Language
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from languages import FLOORS, TSC, Places

COUNT = 20
LABELS = {"python": "python", "javascript": "js", "typescript": "ts"}
# Of the time of one by one; a language without a promise is shown.
TARGETS = {"rust": 0.25, "java": 0.10, "go": 0.35}
CHECK_TARGET = 0.15
Command = Sequence[str]


@dataclass(frozen=True)
class Group:
    """Programs of one language: as one document, and as files that are compiled by hand."""

    language: Language
    document: Document
    jobs: tuple[Job, ...]
    folders: tuple[Path, ...]
    commands: tuple[Command, ...]
    tsc: str = ""


def joint(rounds: int, count: int = COUNT, *, promised: bool = False) -> Iterator[Claim]:
    """For each language how long so many take in one go and one by one.

    `promised`: only of the languages of which something is promised.
    """
    sandbox = Bubblewrap()
    try:
        for language in LANGUAGES:
            if promised and language.name not in (*TARGETS, "typescript"):
                continue
            with grouped(language, count) as group:
                if language.name in TARGETS or not promised:
                    yield whole(sandbox, group, rounds)
                if language.name == "typescript":
                    yield check(sandbox, group, rounds)
    finally:
        sandbox.close()


def whole(sandbox: Bubblewrap, group: Group, rounds: int) -> Claim:
    """From the documents to the verdicts."""
    name, count = group.language.name, len(group.jobs)
    ours = together(sandbox, group)
    ours()  # what is made once for each machine is there
    spent = medians(rounds, {"ours": ours, "bare": one_by_one(group)})
    return Claim(
        f"{count} of {name}", spent["ours"], "one by one, bare", spent["bare"], TARGETS.get(name)
    )


def check(sandbox: Bubblewrap, group: Group, rounds: int) -> Claim:
    """TypeScript without its programs' runs."""
    ours = check_together(sandbox, group)
    ours()
    spent = medians(rounds, {"ours": ours, "bare": check_one_by_one(group)})
    title = f"{len(group.jobs)} of {group.language.name}, checked"
    return Claim(title, spent["ours"], "one by one, bare", spent["bare"], CHECK_TARGET)


@contextmanager
def grouped(language: Language, count: int) -> Iterator[Group]:
    label = LABELS.get(language.name, language.name)
    codes = programs(label, count)
    text = "# Title\n\n" + "\n".join(fence(label, code) for code in codes)
    document = read(text.encode(), "page.md", lambda _: None)
    toolchain = language.toolchain("")
    jobs = language.jobs(document.snippets, toolchain, None)
    made = tuple(one for one in jobs if isinstance(one, Job))
    assert len(made) == count, jobs
    _, name, commands = FLOORS[language.name]
    with tempfile.TemporaryDirectory() as folder:
        places = Places(toolchain, made[0], Path(folder))
        folders = tuple(Path(folder) / str(number) for number in range(count))
        for place, code in zip(folders, codes, strict=True):
            place.mkdir()
            (place / name).write_text(code)
        tsc = places("tsc") if language.name == "typescript" else ""
        types = ("--typeRoots", places("types"), name) if tsc else ()
        wanted = tuple(commands(places))
        yield Group(language, document, made, folders, wanted, " ".join((tsc, *types)))


def together(sandbox: Bubblewrap, group: Group) -> Callable[[], None]:
    cores = len(os.sched_getaffinity(0))
    tools = Tools(
        {group.language.name: group.language}, sandbox, Limits(), MemoryPreparer(), jobs=cores
    )

    def run() -> None:
        found = examine(tools, [group.document], RecordingWatcher()).findings
        wrong = [one for one in found if one.verdict is not Verdict.PASSED]
        assert not wrong, wrong[0]

    return run


def one_by_one(group: Group) -> Callable[[], None]:
    return lambda: by_hand(group.folders, group.commands)


def check_together(sandbox: Bubblewrap, group: Group) -> Callable[[], None]:
    """The build alone: one for all where the language can, else each block's own."""
    merger = group.language.merger
    build = merger.build(group.jobs) if merger else None
    builds = [build] if build else [_build(job.program) for job in group.jobs]

    def run() -> None:
        for program in builds:
            outcome = sandbox.run(program, replace(Limits(), wall_seconds=120, cpu_seconds=120))
            assert outcome.status is Status.PASSED, outcome

    return run


def _build(program: Program) -> Program:
    steps = tuple(step for step in program.steps if step.name == "build")
    return replace(program, steps=steps)


def check_one_by_one(group: Group) -> Callable[[], None]:
    tsc, *rest = group.tsc.split()
    return lambda: by_hand(group.folders, [[tsc, *TSC, "--noEmit", *rest]])


def by_hand(folders: Sequence[Path], commands: Sequence[Command]) -> None:
    environment = {"PATH": "/usr/bin:/bin", "GOMAXPROCS": str(os.cpu_count())}
    for folder in folders:
        for command in commands:
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
