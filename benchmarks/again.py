"""The second check of an unchanged repository: nothing is executed, and how long it takes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from contestants import checked, executed
from corpus import MIXTURE, SIMPLE, Corpus, mixed_corpus
from turns import Claim, medians, of_processes

SECONDS = 1.5  # with 3,000 fences
# Of the time in which `doc-healing list` reads the same documents and does nothing else.
LIST_TARGET = 1.5
# Of the processor time in which a bare parser of Markdown reads the same documents.
READING_TARGET = 5.0
_READING = """\
import pathlib
from markdown_it import MarkdownIt
for path in sorted(pathlib.Path().glob("*.md")):
    MarkdownIt().parse(path.read_text("utf-8"))
"""


def again(rounds: int, folder: Path, documents: int, *, promised: bool = False) -> Iterator[Claim]:
    """The first check is not timed; each later one is, after asserting that it runs nothing.

    `promised`: every document holds the same blocks, none of a compiled language, so that the first
    check is soon over; and only what is promised as a ratio is measured.
    """
    mixture = SIMPLE if promised else MIXTURE
    corpus = mixed_corpus(folder / "mixed", documents, mixture, alike=promised)
    cache = folder / "cache"
    first = checked(corpus, cache)
    passed = first["summary"]["verdicts"]["PASSED"]
    assert passed, first["summary"]

    def second() -> None:
        report = checked(corpus, cache)
        assert report["summary"]["verdicts"]["PASSED"] == passed, report["summary"]
        assert not executed(report)

    title = f"second check of {corpus.fences} fences, {passed} of them programs, nothing executed"
    if not promised:
        assert len(executed(first)) == passed, first["summary"]
        spent = medians(rounds, {"ours": second, "list": lambda: listed(corpus)})
        yield Claim(title, spent["ours"], target=SECONDS)
        yield Claim(title, spent["ours"], "`doc-healing list`", spent["list"], LIST_TARGET)
    spent = medians(rounds, {"ours": second, "reading": lambda: parsed(corpus)}, of_processes)
    title = f"{title}, processor time"
    yield Claim(title, spent["ours"], "markdown-it-py, parsing", spent["reading"], READING_TARGET)


def listed(corpus: Corpus) -> None:
    command = [sys.executable, "-m", "doc_healing", "list", "."]
    subprocess.run(command, cwd=corpus.root, check=True, capture_output=True)


def parsed(corpus: Corpus) -> None:
    subprocess.run([sys.executable, "-c", _READING], cwd=corpus.root, check=True)
