"""What one small Python snippet costs where everything is warm, and how many were forked."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from contestants import python
from corpus import fence, programs
from turns import Claim

from doc_healing.documents import read
from doc_healing.languages import LANGUAGES
from doc_healing.model import Job, Limits, Verdict
from doc_healing.sandboxes.bubblewrap import Bubblewrap

SECONDS = 0.012
TARGET = 0.5  # of a bare `python file.py`


def warm(count: int) -> Iterator[Claim]:
    """Program, run and reading of each snippet, in turns with a bare process for the same code."""
    (language,) = [one for one in LANGUAGES if one.name == "python"]
    toolchain = language.toolchain("")
    codes = programs("python", count)
    text = "# Title\n\n" + "\n".join(fence("python", code) for code in codes)
    snippets = read(text.encode(), "page.md", lambda _: None).snippets
    jobs = [one for one in language.jobs(snippets, toolchain, None) if isinstance(one, Job)]
    assert len(jobs) == count
    sandbox = Bubblewrap()
    ours, bare, forked = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "main.py")
        for job, code in zip((jobs[0], *jobs), (codes[0], *codes), strict=True):
            file.write_text(code)
            before = time.perf_counter()
            outcome = sandbox.run(job.program, Limits())
            assert language.read(job, outcome, None).verdict is Verdict.PASSED, outcome
            between = time.perf_counter()
            subprocess.run([python(), str(file)], check=True)
            ours.append(between - before)
            bare.append(time.perf_counter() - between)
            forked += outcome.fast
    sandbox.close()
    if jobs[0].program.resident:
        assert forked > 0.9 * count, f"only {forked} of {count + 1} took the fast path"
    title = f"a warm Python snippet, median of {count}, {forked} of {count + 1} forked"
    usual = statistics.median(ours[1:])
    yield Claim(title, usual, target=SECONDS)
    yield Claim(title, usual, "`python file.py`", statistics.median(bare[1:]), TARGET)
