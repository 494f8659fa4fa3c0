"""The job summary of GitHub Actions: Markdown in which nothing of a stranger's is markup.

A summary of more than 1 MiB is dropped without a word (actions/runner issue 4337), so it ends
early and says so.
"""

import html
import re
from collections.abc import Iterable, Iterator

from doc_healing.model import Finding, Run, Verdict
from doc_healing.report import tally
from doc_healing.report.codes import code_of
from doc_healing.report.frame import Sources, sources
from doc_healing.report.options import Options
from doc_healing.report.screen import printable, visible
from doc_healing.report.text import trouble

MOST_BYTES = 900_000
MOST_OF_A_MESSAGE = 300
_TROUBLE = (Verdict.BROKEN, Verdict.ALREADY_BROKEN, Verdict.NEEDS_REVIEW)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_TICKS = re.compile("`+")


def check_summary(run: Run, options: Options, room: int = MOST_BYTES) -> str:
    """The run as Markdown of at most `room` bytes; empty where not even the counts fit."""
    text = ""
    used = 0
    for part in _parts(run, options):
        size = len(part.encode("utf-8"))
        if used + size > room - 200:  # the last sentence needs its place too
            cut = "\n… and more: the summary ends here, the log of the step holds the rest.\n"
            return text + cut if text else ""
        text, used = text + part, used + size
    return text


def _parts(run: Run, options: Options) -> Iterator[str]:
    broken = len(tally.having(run, Verdict.BROKEN))
    yield f"## doc-healing: {broken} broken\n\n{tally.total(run)}\n\n{tally.conclusion(run)}\n"
    found = tally.having(run, *_TROUBLE)
    if found:
        yield "\n| Where | What | Message |\n|---|---|---|\n"
        yield from map(_row, found)
    groups = tally.groups(tally.unverified(run))
    if groups:
        yield "\n### Unverified, which is not the documents' fault\n\n"
    for group in groups:
        name = f"{group.code.id} {group.code.slug}: " if group.code else ""
        number = tally.plural(len(group.findings), "snippet")
        first = _where(group.findings[0])
        yield f"- {name}{number}, the first at {first}: {_line(group.reason)}\n"
    yield from _frames(found, sources(run), options)


def _row(finding: Finding) -> str:
    code = code_of(finding)
    name = f"{code.id} {code.slug}" if code else finding.verdict.value
    symptom = finding.symptom
    words = symptom.message if symptom and symptom.message else tally.reason(finding)
    return f"| {_where(finding)} | {finding.verdict.value} {name} | {_line(words)} |\n"


def _frames(found: Iterable[Finding], files: Sources, options: Options) -> Iterator[str]:
    for finding in found:
        text = "\n".join(trouble(finding, files, options))
        fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
        place = tally.place(finding)
        where = html.escape(visible(f"{place.path}:{place.line}"))  # no Markdown in an HTML block
        yield f"\n<details><summary>{where}</summary>\n\n"
        yield f"{fence}text\n{text}\n{fence}\n\n</details>\n"


def _where(finding: Finding) -> str:
    place = tally.place(finding)
    return _line(f"{place.path}:{place.line}")


def _line(text: str) -> str:
    """One line of plain text: every character that Markdown could obey is escaped."""
    first = printable(text).strip().split("\n")[0]
    shown = visible(first)
    if len(shown) > MOST_OF_A_MESSAGE:
        shown = f"{shown[:MOST_OF_A_MESSAGE]}…"
    return _PUNCTUATION.sub(r"\\\1", shown)
