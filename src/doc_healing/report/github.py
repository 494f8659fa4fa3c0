"""Annotations on GitHub, by workflow commands.

The runner keeps ten errors, ten warnings and ten notices of each step and drops the others
without a word, so the worst come first and the rest is counted. Whatever a stranger wrote is
escaped, so that no line of a document can give the runner a command: actions/toolkit,
`packages/core/src/command.ts`; the older `##[command]` form is obeyed anywhere in a line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from doc_healing.model import Finding, Notice, Run, SymptomKind, Verdict
from doc_healing.report import tally
from doc_healing.report.codes import Code, code_of, notice_code
from doc_healing.report.difference import difference
from doc_healing.report.options import Options
from doc_healing.report.rebase import rebased
from doc_healing.report.screen import printable, visible

MOST_OF_A_LEVEL = 10
MOST_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class _Annotation:
    level: str
    place: tally.Place
    title: str
    message: str
    end_column: int | None = None


def check_github(run: Run, options: Options) -> str:
    """Workflow commands, after one line that says what the run comes to."""
    words = " · ".join(filter(None, (tally.total(run), tally.conclusion(run))))
    lines = [f"doc-healing: {words}", *annotations(rebased(run, options.prefix))]
    return "".join(f"{line}\n" for line in lines)


def annotations(run: Run) -> Iterator[str]:
    """The commands alone, the worst first."""
    for level, found in (
        ("error", [_of_finding("error", each) for each in tally.having(run, Verdict.BROKEN)]),
        ("warning", list(_warnings(run))),
        ("notice", list(_unverified(run))),
    ):
        yield from map(_command, found[:MOST_OF_A_LEVEL])
        yield from _more(level, found[MOST_OF_A_LEVEL:])


def disarmed(line: str) -> str:
    """A line of a log, such that the runner obeys nothing in it."""
    safe = line.replace("##[", "## [")
    return f"  {safe.lstrip()}".replace("  ::", "  : :") if safe.lstrip().startswith("::") else safe


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that the log folds below a title."""
    yield f"::group::{_data(visible(title))}"
    yield from map(disarmed, lines)
    yield "::endgroup::"


def _warnings(run: Run) -> Iterator[_Annotation]:
    for finding in tally.having(run, Verdict.ALREADY_BROKEN, Verdict.NEEDS_REVIEW):
        yield _of_finding("warning", finding)
    for notice in tally.notices(run):
        yield _of_notice(notice)


def _of_finding(level: str, finding: Finding) -> _Annotation:
    symptom, code = finding.symptom, code_of(finding)
    message = [printable(symptom.message if symptom else "") or printable(tally.reason(finding))]
    if symptom and symptom.kind is SymptomKind.OUTPUT:
        message += difference(symptom.expected, symptom.actual)
    if code:
        message.append(f"help: {code.advice}")
    end = symptom.end_column if symptom else None
    title = f"{finding.verdict.value} {_title(code)}".strip()
    return _Annotation(level, tally.place(finding), title, "\n".join(message), end)


def _of_notice(notice: Notice) -> _Annotation:
    near = tally.suggestion(notice)
    near = f" (did you mean `{near}`?)" if near else ""
    place = tally.Place(notice.path, notice.line, notice.column)
    return _Annotation("warning", place, _title(notice_code(notice)), notice.message + near)


def _unverified(run: Run) -> Iterator[_Annotation]:
    for group in tally.groups(tally.unverified(run)):
        number = tally.plural(len(group.findings), "snippet")
        message = f"{number} unverified: {group.reason}"
        yield _Annotation(
            "notice", tally.place(group.findings[0]), f"UNVERIFIED {_title(group.code)}", message
        )


def _title(code: Code | None) -> str:
    return f"{code.id} {code.slug}" if code else ""


def _command(annotation: _Annotation) -> str:
    place = annotation.place
    properties = {
        "file": _property(place.path),
        "line": str(place.line),
        "endLine": str(place.line),
        "col": str(place.column),
    }
    if annotation.end_column is not None and annotation.end_column > place.column:
        properties["endColumn"] = str(annotation.end_column)
    properties["title"] = _property(annotation.title)
    pairs = ",".join(f"{key}={value}" for key, value in properties.items())
    return f"::{annotation.level} {pairs}::{_data(_clipped(annotation.message))}"


def _more(level: str, annotations: Sequence[_Annotation]) -> Iterator[str]:
    if not annotations:
        return
    yield f"::group::{len(annotations)} more of level {level}, which GitHub does not annotate"
    for annotation in annotations:
        place = annotation.place
        yield _plain(f"- {place.path}:{place.line}:{place.column} {annotation.title}")
    yield "::endgroup::"


def _clipped(message: str) -> str:
    return message if len(message) <= MOST_CHARACTERS else f"{message[:MOST_CHARACTERS]}…"


def _data(text: str) -> str:
    shown = printable(text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    return disarmed(visible(text))
