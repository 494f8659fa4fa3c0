"""The second check of an unchanged repository: nothing is executed, and how long it takes."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from contestants import checked, executed
from corpus import Corpus, mixed_corpus
from turns import Claim, medians

SECONDS = 1.5  # with 3,000 fences
# Of the time in which `doc-healing list` reads the same documents and does nothing else.
LIST_TARGET = 1.5


def again(rounds: int, folder: Path, documents: int) -> Iterator[Claim]:
    """The first check is not timed; each later one is, after asserting that it runs nothing."""
    corpus = mixed_corpus(folder / "mixed", documents)
    cache = folder / "cache"
    first = checked(corpus, cache)
    passed = first["summary"]["verdicts"]["PASSED"]
    assert len(executed(first)) == passed, first["summary"]

    def second() -> None:
        report = checked(corpus, cache)
        assert report["summary"]["verdicts"]["PASSED"] == passed, report["summary"]
        assert not executed(report)

    spent = medians(rounds, {"ours": second, "list": lambda: listed(corpus)})
    title = f"second check of {corpus.fences} fences, {passed} of them programs, nothing executed"
    yield Claim(title, spent["ours"], target=SECONDS)
    yield Claim(title, spent["ours"], "`doc-healing list`", spent["list"], LIST_TARGET)


def listed(corpus: Corpus) -> None:
    command = [sys.executable, "-m", "doc_healing", "list", "."]
    subprocess.run(command, cwd=corpus.root, check=True, capture_output=True)
