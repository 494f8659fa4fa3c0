"""What a person reads: where, what, and what to do next."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from doc_healing.model import Finding, Notice, Run, Symptom, SymptomKind, Verdict
from doc_healing.report import tally
from doc_healing.report.codes import Code, Severity, code_of, notice_code
from doc_healing.report.difference import difference
from doc_healing.report.frame import Frame, Sources, frame, sources
from doc_healing.report.github import annotations, disarmed, folded
from doc_healing.report.listing import left_out_notes
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.rebase import rebased
from doc_healing.report.screen import (
    BLUE,
    BOLD,
    CYAN,
    DIM,
    GREEN,
    RED,
    YELLOW,
    Paint,
    Strip,
    shown_path,
    visible,
    visible_lines,
)

PLACES_SHOWN = 5
LAST_LINES_SHOWN = 5
WARNINGS_SHOWN = 20
_HUE = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTE: BLUE}
_VERDICT_HUE = {
    Verdict.PASSED: GREEN,
    Verdict.HEALED: GREEN,
    Verdict.BROKEN: RED,
    Verdict.NEEDS_REVIEW: YELLOW,
    Verdict.ALREADY_BROKEN: YELLOW,
}
_SHOWN = (Verdict.BROKEN, Verdict.NEEDS_REVIEW)
# Where the language has nothing to say of the failure, the program's last words have to.
_SHOWS_STDERR = {SymptomKind.EXIT, SymptomKind.SIGNAL, SymptomKind.TIMEOUT}


def check_text(run: Run, options: Options) -> str:
    """The report of one run for a terminal or a log, one line end at its end."""
    quiet = options.verbosity is Verbosity.QUIET
    if options.github:
        lines = _in_actions(run, options)
    else:
        lines = _quiet(run, options) if quiet else _full(run, options)
    return "".join(f"{line}\n" for line in lines)


def _quiet(run: Run, options: Options) -> Iterator[str]:
    paint = Paint(options.colour)
    for finding in tally.having(run, Verdict.BROKEN):
        message = _first_line(tally.reason(finding), finding.symptom)
        yield f"{_where(finding)}: {_heading(finding, paint)}: {message}"
    if tally.checked(run) == 0:
        yield tally.conclusion(run)


def _in_actions(run: Run, options: Options) -> Iterator[str]:
    """For GitHub's log: a fold per document, annotations, and nothing else that is obeyed."""
    if options.verbosity is Verbosity.QUIET:
        yield from map(disarmed, _quiet(run, options))
    else:
        files = sources(run)
        for path, found in groupby(run.findings, key=lambda finding: finding.snippet.path):
            findings = list(found)
            lines = list(_findings(findings, files, options))
            red = sum(finding.verdict is Verdict.BROKEN for finding in findings)
            if lines:
                yield from folded(f"{path}: {red} broken" if red else path, lines)
        yield from map(disarmed, _rest(run, options))
    yield from annotations(rebased(run, options.prefix))


def _full(run: Run, options: Options) -> Iterator[str]:
    yield from _findings(run.findings, sources(run), options)
    yield from _rest(run, options)


def _findings(findings: Iterable[Finding], files: Sources, options: Options) -> Iterator[str]:
    paint = Paint(options.colour)
    in_details = False
    for finding in findings:
        if finding.verdict in _SHOWN:
            yield from [""] if in_details else []
            yield from trouble(finding, files, options)
            yield ""
            in_details = False
        elif options.verbosity is Verbosity.VERBOSE:
            yield from _detail(finding, paint)
            in_details = True
    yield from [""] if in_details else []


def _rest(run: Run, options: Options) -> Iterator[str]:
    paint = Paint(options.colour)
    yield from _already_broken(run, paint)
    yield from _warned(run, options)
    yield from _unverified(run, options)
    yield from _notices(run, paint)
    yield from _notes(run, options)
    yield from _end(run, options)


def trouble(finding: Finding, files: Sources, options: Options) -> Iterator[str]:
    """One finding that somebody has to look at: where, what, and what to do."""
    paint, symptom, code = Paint(options.colour), finding.symptom, code_of(finding)
    yield f"{_heading(finding, paint)}   {paint(_where(finding), BOLD)}"
    if symptom is None:
        yield from _quoted(tally.reason(finding), "")
    else:
        picture = frame(finding, symptom, files)
        gutter = len(str(picture.lines[-1].number)) if picture.lines else 0
        yield from _frame(picture, symptom, options)
        yield from _evidence(finding, symptom, gutter, options)
    yield from _advice(finding, code, options)


def _frame(picture: Frame, symptom: Symptom, options: Options) -> Iterator[str]:
    paint = Paint(options.colour)
    message = visible_lines(symptom.message) or [symptom.kind.value]
    if not picture.lines:
        yield from (f" | {paint(line, RED)}" for line in message)
        return
    gutter = len(str(picture.lines[-1].number))
    bar = paint(f"{' ' * gutter} |", DIM)
    room = None if options.width is None else max(options.width - gutter - 3, 20)
    yield bar
    for line in picture.lines:
        marked = line.number == picture.marked
        span = (picture.start, picture.end) if marked else (0, 0)
        text, start, end = Strip.of(line.text).window(room, *span)
        number = paint(f"{line.number:>{gutter}} |", *((BOLD,) if marked else (DIM,)))
        yield f"{number} {text}".rstrip()
        if marked:
            carets = paint(f"{'^' * max(end - start, 1)} {message[0]}", RED)
            yield f"{bar} {' ' * start}{carets}"
            yield from (f"{bar} {paint(line, RED)}" for line in message[1:])
    yield bar


def _evidence(finding: Finding, symptom: Symptom, gutter: int, options: Options) -> Iterator[str]:
    paint, pad = Paint(options.colour), " " * gutter
    if symptom.kind is SymptomKind.OUTPUT:
        hues = {"-": GREEN, "+": RED}
        yield f"{pad} = output: - as documented, + as printed"
        for line in difference(symptom.expected, symptom.actual):
            yield f"{pad}   {paint(line.rstrip(), hues.get(line[0], DIM))}"
    verbose = options.verbosity is Verbosity.VERBOSE
    if verbose and symptom.trace:
        yield f"{pad} = trace:"
        yield from _quoted(symptom.trace, pad)
    if verbose:
        yield from _output(finding, pad)
    elif symptom.kind in _SHOWS_STDERR and finding.stderr.strip():
        lines = finding.stderr.rstrip("\n").split("\n")
        yield f"{pad} = stderr{', its last lines' if len(lines) > LAST_LINES_SHOWN else ''}:"
        yield from _quoted("\n".join(lines[-LAST_LINES_SHOWN:]), pad)


def _output(finding: Finding, pad: str) -> Iterator[str]:
    for name, text in (("stdout", finding.stdout), ("stderr", finding.stderr)):
        if text:
            yield f"{pad} = {name}:"
            yield from _quoted(text, pad)


def _quoted(text: str, pad: str) -> Iterator[str]:
    """Lines of a stranger's, each behind a bar: a log's reader obeys some that begin a line."""
    return (f"{pad} | {line}".rstrip() for line in visible_lines(text))


def _advice(finding: Finding, code: Code | None, options: Options) -> Iterator[str]:
    paint, snippet = Paint(options.colour), finding.snippet
    symptom, remark = finding.symptom, tally.remark(finding)
    if remark:
        yield f"note: {visible(remark)}"
    if symptom and symptom.path != snippet.path:
        yield f"note: included by {visible(snippet.path)}:{snippet.line}"
    for added in finding.added:
        yield f"note: {visible(tally.addition(added))}"
    for warning in finding.warnings:
        yield f"note: {visible(warning)}"
    if code:
        yield f"{paint('help:', CYAN)} {code.advice}"
        yield f"{paint('why:', CYAN)}  doc-healing explain {code.id}"


def _detail(finding: Finding, paint: Paint) -> Iterator[str]:
    words = [visible(finding.snippet.language or "no label"), finding.verdict.value]
    head = paint(words[1], _VERDICT_HUE.get(finding.verdict, DIM))
    why = visible(tally.reason(finding))
    cached = " (cached)" if finding.cached else ""
    level = f" {finding.level.value}" if finding.level.value else ""
    tail = f"  {why}" if why else f"  {tally.seconds(finding.seconds):.2f} s{cached}"
    yield f"{_where(finding)}: {head}{level} {words[0]}{tail}"
    for said in (*finding.added, *finding.warnings):
        yield f"    note: {visible(said)}"
    yield from _quoted(finding.fault, "   ")


def _warned(run: Run, options: Options) -> Iterator[str]:
    """What passes today and was warned of: mostly something deprecated, and what to use instead."""
    if options.verbosity is Verbosity.VERBOSE:
        return  # each stands below its block
    paint = Paint(options.colour)
    said = dict.fromkeys(
        warning for finding in tally.having(run, Verdict.PASSED) for warning in finding.warnings
    )
    for warning in islice(said, WARNINGS_SHOWN):
        yield f"{paint('WARNING', YELLOW)}   {visible(warning)}"
    if len(said) > WARNINGS_SHOWN:
        yield f"WARNING   and {len(said) - WARNINGS_SHOWN} more: -v shows all"
    if said:
        yield ""


def _already_broken(run: Run, paint: Paint) -> Iterator[str]:
    """A line each: nobody who reads this broke them."""
    found = list(tally.having(run, Verdict.ALREADY_BROKEN))
    for finding in found:
        message = _first_line(tally.reason(finding), finding.symptom)
        yield f"{_heading(finding, paint)}   {_where(finding)}   {message}"
    if found:
        yield ""


def _unverified(run: Run, options: Options) -> Iterator[str]:
    paint = Paint(options.colour)
    limit = None if options.verbosity is Verbosity.VERBOSE else PLACES_SHOWN
    for group in tally.groups(tally.unverified(run)):
        name = f" {group.code.id} {group.code.slug}" if group.code else ""
        lines = visible_lines(group.reason) or [""]
        yield f"{paint(f'UNVERIFIED{name}', BLUE)}   {lines[0]}"
        yield from (f"    | {line}" for line in lines[1:])
        places = [_short(finding) for finding in islice(group.findings, limit)]
        more = len(group.findings) - len(places)
        yield f"    at {', '.join(places)}{f' and {more} more' if more else ''}"
    if tally.unverified(run):
        yield ""


def _notices(run: Run, paint: Paint) -> Iterator[str]:
    notices = tally.notices(run)
    for notice in notices:
        yield _notice(notice, paint)
    if notices:
        yield ""


def _notice(notice: Notice, paint: Paint) -> str:
    code = notice_code(notice)
    name = paint(f"{code.severity.value} {code.id} {code.slug}", _HUE[code.severity])
    near = tally.suggestion(notice)
    question = f" (did you mean `{visible(near)}`?)" if near else ""
    place = f"{visible(notice.path)}:{notice.line}:{notice.column}"
    return f"{name}   {place}   {visible(notice.message)}{question}"


def _notes(run: Run, options: Options) -> Iterator[str]:
    for note in run.notes:
        first, *rest = visible_lines(note) or [""]
        yield f"note: {first}"
        if options.verbosity is Verbosity.VERBOSE:
            yield from (f"    | {line}" for line in rest)
    yield from left_out_notes(run.left_out, options)
    if run.notes or run.left_out:
        yield ""


def _end(run: Run, options: Options) -> Iterator[str]:
    total = tally.total(run)
    paint = Paint(options.colour)
    broken = tally.having(run, Verdict.BROKEN)
    rows = [] if tally.only_read(run) else tally.languages(run)
    for name, words in rows:
        # A label is a stranger's word, and a log's reader obeys a line that begins with `::`.
        label = visible(name).replace("::", ": :")
        yield f"  {label:<{max(len(row[0]) for row in rows)}}  {words}"
    if total:
        hue = RED if broken else GREEN if tally.checked(run) else YELLOW
        yield paint(total, BOLD, hue)
    yield tally.conclusion(run)
    if options.hints and broken:
        yield (
            "next: correct the lines above, or `doc-healing explain CODE` for what they mean · "
            "`--format html --output report.html` for a page"
        )
    elif options.hints:
        yield "next: `doc-healing init` saves settings · `doc-healing list` shows every block"


def _heading(finding: Finding, paint: Paint) -> str:
    code = code_of(finding)
    name = f" {code.id} {code.slug}" if code else ""
    return paint(f"{finding.verdict.value}{name}", BOLD, _VERDICT_HUE.get(finding.verdict, DIM))


def _short(finding: Finding) -> str:
    place = tally.place(finding)
    return f"{shown_path(place.path)}:{place.line}"


def _where(finding: Finding) -> str:
    place = tally.place(finding)
    column = f":{place.column}" if finding.symptom else ""
    return f"{shown_path(place.path)}:{place.line}{column}"


def _first_line(reason: str, symptom: Symptom | None) -> str:
    lines = visible_lines(symptom.message if symptom else reason)
    return lines[0] if lines else visible(reason)
