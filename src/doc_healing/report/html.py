"""One self-contained page: no script, no request, nothing of a stranger's that is not escaped."""

import base64
import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from doc_healing.model import Finding, Notice, Run, SymptomKind, Verdict
from doc_healing.report import tally
from doc_healing.report.codes import Code, code_of, notice_code
from doc_healing.report.difference import difference
from doc_healing.report.frame import Sources, frame, sources
from doc_healing.report.options import Options
from doc_healing.report.screen import printable, visible

MOST_OF_A_TITLE = 300
_TROUBLE = (Verdict.BROKEN, Verdict.ALREADY_BROKEN, Verdict.NEEDS_REVIEW)
_SECTIONS = {
    "broken": _TROUBLE,
    "unverified": (Verdict.UNVERIFIED,),
    "passed": (Verdict.PASSED, Verdict.HEALED),
    "not-run": (Verdict.SKIPPED, Verdict.ILLUSTRATIVE),
}
_SIGN = {
    Verdict.BROKEN: "✗",
    Verdict.ALREADY_BROKEN: "✗",
    Verdict.NEEDS_REVIEW: "?",
    Verdict.UNVERIFIED: "?",
    Verdict.PASSED: "✓",
    Verdict.HEALED: "✓",
    Verdict.SKIPPED: "–",
    Verdict.ILLUSTRATIVE: "–",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the frame: what stands before, in and after the mark."""

    number: int
    marked: bool
    before: str
    mark: str
    after: str


@dataclass(frozen=True, slots=True)
class _Card:
    """A finding as the page shows it; every text is already printable."""

    anchor: str
    verdict: str
    sign: str
    red: bool
    code: Code | None
    where: str
    language: str
    message: str
    reason: str
    rows: tuple[_Row, ...]
    difference: tuple[str, ...]
    notes: tuple[str, ...]
    folds: tuple[tuple[str, str], ...]
    document: str
    seconds: str
    level: str
    cached: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """A notice as the page shows it."""

    code: Code
    where: str
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class _Group:
    """Cards that share a reason or a document, folded below it. `more` is the whole reason."""

    code: Code | None
    title: str
    more: str
    cards: tuple[_Card, ...]


def check_html(run: Run, options: Options) -> str:
    """The report as one HTML page that opens from disk."""
    files = sources(run)
    cards = {
        section: [_card(number, finding, files) for number, finding in _numbered(run, verdicts)]
        for section, verdicts in _SECTIONS.items()
    }
    style = _resource("report.css")
    return _template().render(
        trouble=cards["broken"],
        unverified=_by_reason(cards["unverified"]),
        passed=_by_document(cards["passed"]),
        not_run=_by_reason(cards["not-run"]),
        counts=_counts(run),
        conclusion=tally.conclusion(run),
        interrupted=run.interrupted,
        broken=len(tally.having(run, Verdict.BROKEN)),
        notices=[_said(notice) for notice in tally.notices(run)],
        notes=[printable(note) for note in run.notes],
        left_out=[(visible(path), visible(why)) for path, why in run.left_out],
        documents=len(run.documents),
        version=visible(options.version),
        style=Markup(style),  # our own file; CSP admits nothing but its hash
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _numbered(run: Run, verdicts: tuple[Verdict, ...]) -> list[tuple[int, Finding]]:
    return [
        (number, finding)
        for number, finding in enumerate(run.findings, start=1)
        if finding.verdict in verdicts
    ]


def _counts(run: Run) -> list[tuple[str, str, int, str]]:
    found = tally.counts(run)
    section = {verdict: name for name, verdicts in _SECTIONS.items() for verdict in verdicts}
    return [
        (section[verdict], _SIGN[verdict], found[verdict], word)
        for verdict, word in tally.WORDS.items()
        if found[verdict]
    ]


def _by_reason(cards: Iterable[_Card]) -> list[_Group]:
    """The largest group first."""
    gathered: dict[tuple[str, str], list[_Card]] = {}
    for card in cards:
        gathered.setdefault((card.code.id if card.code else "", card.reason), []).append(card)
    groups = []
    for (_, reason), members in gathered.items():
        first, _, rest = reason.partition("\n")
        short = first if len(first) <= MOST_OF_A_TITLE else f"{first[:MOST_OF_A_TITLE]}…"
        more = reason if rest or short != first else ""
        groups.append(_Group(members[0].code, short, more, tuple(members)))
    return sorted(groups, key=lambda group: -len(group.cards))


def _by_document(cards: Iterable[_Card]) -> list[_Group]:
    gathered: dict[str, list[_Card]] = {}
    for card in cards:
        gathered.setdefault(card.document, []).append(card)
    return [_Group(None, path, "", tuple(members)) for path, members in gathered.items()]


def _card(number: int, finding: Finding, files: Sources) -> _Card:
    symptom, snippet, place = finding.symptom, finding.snippet, tally.place(finding)
    column = f":{place.column}" if symptom else ""
    output = symptom if symptom and symptom.kind is SymptomKind.OUTPUT else None
    return _Card(
        anchor=f"finding-{number}",
        verdict=finding.verdict.value,
        sign=_SIGN[finding.verdict],
        red=finding.verdict in tally.RED,
        code=code_of(finding),
        where=f"{visible(place.path)}:{place.line}{column}",
        language=visible(snippet.language) or "no label",
        message=printable(symptom.message) if symptom else "",
        reason=printable(tally.reason(finding)),
        rows=_rows(finding, files),
        difference=tuple(difference(output.expected, output.actual)) if output else (),
        notes=_notes(finding),
        folds=_folds(finding),
        document=visible(snippet.path),
        seconds=f"{tally.seconds(finding.seconds):.2f} s" if finding.sandbox else "",
        level=finding.level.value,
        cached=finding.cached,
    )


def _rows(finding: Finding, files: Sources) -> tuple[_Row, ...]:
    if finding.symptom is None or finding.verdict not in _TROUBLE:
        return ()
    picture = frame(finding, finding.symptom, files)
    rows = []
    for line in picture.lines:
        marked = line.number == picture.marked
        start, end = (picture.start, picture.end) if marked else (0, 0)
        parts = (line.text[:start], line.text[start:end], line.text[end:])
        rows.append(_Row(line.number, marked, *map(printable, parts)))
    return tuple(rows)


def _notes(finding: Finding) -> tuple[str, ...]:
    symptom, snippet = finding.symptom, finding.snippet
    notes = [tally.addition(added) for added in finding.added] + list(finding.warnings)
    if finding.verdict in _TROUBLE and (remark := tally.remark(finding)):
        notes.insert(0, remark)
    elif symptom and finding.verdict not in _TROUBLE and symptom.message not in finding.reason:
        notes.insert(0, symptom.message)  # its group shows the reason
    if symptom and symptom.path != snippet.path:
        notes.insert(0, f"included by {snippet.path}:{snippet.line}")
    return tuple(map(printable, notes))


def _folds(finding: Finding) -> tuple[tuple[str, str], ...]:
    walls = ", ".join(finding.layers)
    texts = (
        ("trace", finding.symptom.trace if finding.symptom else ""),
        ("stdout", finding.stdout),
        ("stderr", finding.stderr),
        ("sandbox", f"{finding.sandbox}: {walls}" if finding.sandbox else ""),
        ("our fault", finding.fault),
    )
    return tuple((name, printable(text)) for name, text in texts if text)


def _said(notice: Notice) -> _Said:
    where = f"{visible(notice.path)}:{notice.line}:{notice.column}"
    return _Said(
        notice_code(notice), where, printable(notice.message), visible(tally.suggestion(notice))
    )


@functools.cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["code"] = _code
    return environment.from_string(_resource("report.html.j2"))


def _code(text: str) -> Markup:
    """A sentence of ours, with what stands in backticks as code; everything is escaped."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(parts)
    )


@functools.cache
def _resource(name: str) -> str:
    return resources.files("doc_healing.report").joinpath(name).read_text("utf-8")
