"""The whole conformance corpus on the fast paths and without them: no verdict may differ.

Fast are the forked interpreter and the shared build; without them each block has a process and a
build of its own. The contract cases of each language are compared in `tests/languages`.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from doc_healing.languages import LANGUAGES
from doc_healing.model import Document, Finding, Limits, Outcome, Program
from doc_healing.pipeline import Tools, examine
from doc_healing.protocols import Language, Sandbox
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests import needs
from tests.conformance import test_markers, test_markers_around, test_traps
from tests.conformance.extraction import read

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
LIMITS = Limits(wall_seconds=20, cpu_seconds=6, memory_mib=512, processes=40, disk_mib=32)
CODE = {"rust": "let x = 1;\nassert_eq!(x, 1);", "python": "x = 1\nprint(x)\n"}


@dataclass
class Counted:
    """A sandbox that notes how its runs went, and may be told to take no fast path."""

    inner: Sandbox
    cold: bool
    fast: list[bool] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def run(self, program: Program, limits: Limits) -> Outcome:
        outcome = self.inner.run(replace(program, resident=None) if self.cold else program, limits)
        self.fast.append(outcome.fast)
        return outcome


class Unmerged:
    """A language whose jobs are never built together."""

    merger = None
    tracer = None

    def __init__(self, language: Language) -> None:
        self._language = language

    def __getattr__(self, name: str) -> Any:
        return getattr(self._language, name)


@pytest.fixture(scope="module")
def bubblewrap() -> Iterator[Bubblewrap]:
    needs.program("bwrap")
    with closing(Bubblewrap()) as one:
        yield one


def pages() -> list[Document]:
    """Every page of the conformance tables that can hold something to run."""
    texts = [(case.text, case.path) for case in test_traps.CASES]
    texts += [(text, "page.md") for text, _ in test_markers_around.RANGES]
    texts += [(text, "page.md") for text in test_markers_around.STRANGERS]
    texts += [(row[0], "page.md") for row in test_markers_around.FAILURES]
    texts += [(text, "page.md") for text in test_markers_around.HIDDEN]
    texts += [(f"```{info}\n{code}\n```\n", "page.md") for info, code, _ in test_markers.CODE]
    for info, _ in test_markers.INFOS:
        code = CODE["rust"] if info.startswith("rust") else CODE["python"]
        texts.append((f"```{info}\n{code}\n```\n", "page.md"))
    for comment, _ in test_markers.COMMENTS:
        texts.append((f"<!-- {comment} -->\n\n```python\nx = 1\n```\n", "page.md"))
    return [_renamed(read(text, path), number) for number, (text, path) in enumerate(texts)]


def _renamed(document: Document, number: int) -> Document:
    """Under a name of its own: a finding is known by its page and its place in it."""
    path = f"{number:03d}-{document.path}"
    snippets = tuple(replace(one, path=path) for one in document.snippets)
    return replace(document, path=path, snippets=snippets)


Key = tuple[str, int]


def findings(box: Counted, documents: list[Document]) -> dict[Key, Finding]:
    languages: dict[str, Any] = {one.name: one for one in LANGUAGES}
    if box.cold:
        languages = {name: Unmerged(one) for name, one in languages.items()}
    tools = Tools(languages, box, LIMITS, MemoryPreparer())
    run = examine(tools, documents, RecordingWatcher())
    return {(one.snippet.path, one.snippet.index): one for one in run.findings}


def told(one: Finding) -> tuple[object, ...]:
    symptom = one.symptom
    place = (symptom.kind, symptom.line, symptom.column) if symptom else None
    return one.verdict, place, one.cause, one.level


def differences(bubblewrap: Bubblewrap, documents: list[Document]) -> list[str]:
    fast, cold = Counted(bubblewrap, cold=False), Counted(bubblewrap, cold=True)
    quick, slow = findings(fast, documents), findings(cold, documents)
    assert quick.keys() == slow.keys()
    assert len(quick) > 10
    assert not any(cold.fast)
    assert sum(fast.fast) > 100, "the fast path is not taken"
    return [
        f"{key}: fast {told(quick[key])}, cold {told(slow[key])}\n{quick[key].snippet.code}"
        for key in quick
        if told(quick[key]) != told(slow[key])
    ]


def test_on_every_page(bubblewrap: Bubblewrap) -> None:
    assert differences(bubblewrap, pages()) == []
