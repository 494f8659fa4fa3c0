"""What an outcome means: first what the compiler said, then what Node.js did."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from doc_healing.languages import verdicts
from doc_healing.languages.javascript import reading as scripts
from doc_healing.languages.javascript.policy import Ruling, red, unverified
from doc_healing.languages.javascript.tree import facts
from doc_healing.languages.typescript.deprecations import warnings
from doc_healing.languages.typescript.diagnostics import Diagnostic, column_of, diagnostics
from doc_healing.languages.typescript.doubts import taken_back
from doc_healing.languages.typescript.ending import ending
from doc_healing.languages.typescript.policy import UNUSED_MARKER, Case, rule
from doc_healing.languages.typescript.program import bare, place_of
from doc_healing.languages.typescript.shape import shape
from doc_healing.languages.typescript.surroundings import surroundings
from doc_healing.languages.typescript.twoslash import is_twoslash
from doc_healing.model import (
    Cause,
    Environment,
    FailKind,
    Job,
    Level,
    Line,
    Mode,
    MustFail,
    Outcome,
    Reading,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)

_CERTAIN = (SymptomKind.SYNTAX,)


@dataclass(frozen=True, slots=True)
class _Found:
    """One error at its place, with the ruling on it; `own` is False in a snippet before it."""

    error: Diagnostic
    line: Line
    column: int
    own: bool
    ruling: Ruling | None


def read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    """The reading of one outcome. It never raises for anything that a snippet prints or does."""
    plain = bare(job.snippet, shape(job.snippet.code))
    return taken_back(job, _read(job, outcome, environment), plain)


def _read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    told = [
        event for event in scripts.events_of(job, outcome.report) if event.get("type") == "checked"
    ]
    added = tuple(json.loads(job.facts.get("added", "[]")))
    if not told:
        return replace(_unchecked(job, outcome, environment), added=added)
    output = str(told[0].get("output") or "")
    found = _judged(job, diagnostics(output), environment)
    reading = _checked(job, found, ran=told[0].get("runs") is True)
    if reading is None:
        reading = _at_second(_ran(job, outcome, environment), found)
    else:
        reading = verdicts.told(replace(reading, added=added))
    return replace(reading, warnings=(*reading.warnings, *_deprecated(job, output)))


def _deprecated(job: Job, output: str) -> list[str]:
    """What the library marks as deprecated, where the document does not say so itself."""
    if ": deprecated {" not in output:
        return []
    announced = set(json.loads(job.facts["announced_rows"]))
    places = {row: place_of(job, row) for row in range(len(json.loads(job.facts["rows"])))}
    rows = {
        row: line
        for row, (line, own) in places.items()
        if line is not None and own and row not in announced
    }
    return warnings(output, job.facts["checked"], rows)


def _unchecked(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    """The compiler or Node.js did not come to its end."""
    if outcome.step != "build":
        return _ran(job, outcome, environment)
    if outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        cause: Cause = "sandbox" if outcome.status is Status.SANDBOX_ERROR else "interrupted"
        return Reading(Verdict.UNVERIFIED, outcome.detail or str(outcome.status), cause=cause)
    words = outcome.detail or (outcome.stdout + outcome.stderr).decode("utf-8", "replace")
    tail = words.strip().split("\n")[-1][:200]
    reason = f"the compiler did not come to its end: {tail}"
    return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")


def _at_second(reading: Reading, found: Sequence[_Found]) -> Reading:
    """For a name that is declared twice, the place that the compiler gives: Node.js has none."""
    symptom = reading.symptom
    named = re.search(r"Identifier '([^']+)' has already", symptom.message) if symptom else None
    places = [
        item for item in found if named and item.own and named.group(1) in _quoted(item.error)
    ]
    if symptom is None or not places:
        return reading
    last = places[-1]
    placed = replace(symptom, path=last.line.path, line=last.line.line, column=last.column)
    return replace(reading, symptom=placed)


def _ran(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    plain = bare(job.snippet, shape(job.snippet.code))
    return scripts.read(replace(job, snippet=plain), outcome, environment)


# --- What the compiler said ----------------------------------------------------------------


def _judged(
    job: Job, errors: Sequence[Diagnostic], environment: Environment | None
) -> list[_Found]:
    lines = [_placed(job, error) for error in errors]
    kept = [(error, place) for error, place in zip(errors, lines, strict=True) if place is not None]
    missing = _missing_names(job, errors) | {
        name for error, _ in kept if error.code in _NAMELESS for name in _quoted(error)
    }
    case = surroundings(job, environment, missing)
    doubled = frozenset(
        name for error, _ in kept if error.code in _DOUBLED for name in _quoted(error)
    )
    statements = _statements(job)
    untyped = any(error.code == _UNTYPED for error in errors)
    found: list[_Found] = []
    for error, (line, column, own) in kept:
        if error.code == UNUSED_MARKER and (untyped or not own):
            continue
        text = _marked(job, line) if error.code == UNUSED_MARKER else statements(line)
        one = replace(case, found=error, statement=text, doubled=doubled)
        found.append(_Found(error, line, column, own, rule(one)))
    found.sort(key=lambda item: item.error.code == UNUSED_MARKER)  # after what explains it
    ends = () if job.facts["certain"] else _too_early(job, errors)
    return [*found, *ends, *_nowhere(job, case, _missing_names(job, errors), statements)]


def _too_early(job: Job, errors: Sequence[Diagnostic]) -> list[_Found]:
    """What the compiler says behind the end of a block that does not parse, at its end."""
    rows = json.loads(job.facts["rows"])
    last = max((row for row, place in enumerate(rows) if place and place[2]), default=len(rows))
    for error in errors:
        if error.file != job.facts["checked"] or error.row <= last:
            continue
        found = ending(job.snippet, error)
        if found is None:
            continue
        told = replace(error, row=last, message=found.message, more="")
        if job.facts["goes_on"]:
            ruling = unverified(SymptomKind.CONTEXT, "part of a program: a later block goes on")
        elif found.sure:
            ruling = red(SymptomKind.SYNTAX)
        else:
            ruling = unverified(SymptomKind.CONTEXT, f"a part of something: {found.message}")
        return [_Found(told, found.line, found.column, True, ruling)]
    return []


def _nowhere(
    job: Job, case: Case, names: Iterable[str], statements: Callable[[Line], str]
) -> list[_Found]:
    """Names that not even the own package has, each where the block uses it first."""
    found: list[_Found] = []
    for name in sorted(names):
        pattern = re.compile(rf"(?<![\w$.]){re.escape(name)}(?![\w$])")
        for line in job.snippet.lines:
            match = pattern.search(line.text)
            if match is not None:
                error = Diagnostic("", -1, 0, 2304, f"Cannot find name '{name}'.")
                ruling = rule(replace(case, found=error, statement=statements(line)))
                found.append(_Found(error, line, line.column + match.start(), True, ruling))
                break
    return found


def _marked(job: Job, line: Line) -> str:
    """What stands below a marker: the statement that it speaks of begins there."""
    return "\n".join(one.text for one in job.snippet.lines if 0 < one.line - line.line <= 3)


_UNTYPED = 7016  # a module without declarations
_NAMELESS = frozenset({2304, 2503, 2307, 2552, 2582, 2580, 18004, 2792})
_DOUBLED = frozenset({2451, 2300, 2440, 2403, 2428, 2717})


def _placed(job: Job, error: Diagnostic) -> tuple[Line, int, bool] | None:
    """Where an error stands; None for a file or a line of ours."""
    parts = dict(json.loads(job.facts["parts"]))
    if error.file in parts:
        if not 0 <= error.row < len(job.snippet.lines):
            return None
        line = job.snippet.lines[error.row]
        return line, column_of(line, error.units), True
    if error.file != job.facts["checked"]:
        return None
    place, own = place_of(job, error.row)
    if place is None:
        return None
    places = json.loads(job.facts["checked_columns"]).get(str(error.row), ())
    return place, column_of(place, error.units, places), own


def _missing_names(job: Job, errors: Sequence[Diagnostic]) -> set[str]:
    """Of the names that the own package was asked for, those that it does not export."""
    guessed = set(json.loads(job.facts["guessed_names"]))
    rows = json.loads(job.facts["rows"])
    return {
        name
        for error in errors
        if error.file == job.facts["checked"] and error.row >= len(rows) - 1
        for name in _quoted(error)
        if name in guessed
    }


def _quoted(error: Diagnostic) -> list[str]:
    return re.findall(r"'([A-Za-z_$][\w$]*)'", error.message)[:1] or re.findall(
        r"member '([\w$]+)'", error.message
    )


def _statements(job: Job) -> Callable[[Line], str]:
    """The text of the simple statement that holds a line."""
    found = facts(bare(job.snippet, shape(job.snippet.code)).code)
    rows = {(line.path, line.line): row for row, line in enumerate(job.snippet.lines)}

    def text(line: Line) -> str:
        row = rows.get((line.path, line.line))
        if row is None:
            return line.text
        around = [
            node
            for node in found.statements
            if node.type in _SIMPLE and node.start_point[0] <= row <= node.end_point[0]
        ]
        inner = min(around, key=lambda node: node.end_byte - node.start_byte, default=None)
        return f"{line.text}\n{found.text(inner)}" if inner is not None else line.text

    return text


_SIMPLE = frozenset(
    "expression_statement lexical_declaration variable_declaration return_statement "
    "throw_statement import_statement export_statement".split()
)


def _checked(job: Job, found: Sequence[_Found], *, ran: bool) -> Reading | None:
    """The reading of what the compiler said; None where Node.js has the last word."""
    mode = job.snippet.instructions.mode
    if mode is Mode.FAIL and (job.snippet.instructions.must_fail or MustFail()).kind in (
        FailKind.BUILD,
        FailKind.ANY,
    ):
        return _promised(job, found, ran=ran)
    announced = set(json.loads(job.facts["announced_rows"]))
    counted = [item for item in found if item.ruling is not None]
    free = [i for i in counted if i.error.row not in announced or i.error.code == UNUSED_MARKER]
    quiet = [item for item in counted if item not in free]
    if is_twoslash(job.snippet):
        free = counted
    for item in free:
        if item.own and item.ruling and item.ruling.verdict is Verdict.BROKEN:
            return _reading(job, item)
    for item in free:
        return _reading(job, item)
    if ran and not quiet:
        return None
    if job.facts["uncompared"]:
        return Reading(Verdict.UNVERIFIED, job.facts["uncompared"], cause="dependency")
    level = job.level if job.level is Level.PARSES else Level.BUILDS
    if quiet:
        first = quiet[0].error
        reason = f"the compiler refuses it as its comment announces: TS{first.code}"
        return Reading(Verdict.PASSED, reason, level=level)
    return Reading(Verdict.PASSED, level=level)


def _reading(job: Job, item: _Found) -> Reading:
    ruling = item.ruling
    assert ruling is not None
    message = f"TS{item.error.code}: {item.error.message}"
    symptom = Symptom(
        ruling.kind,
        message,
        item.line.path,
        item.line.line,
        item.column,
        names=tuple(dict.fromkeys(_quoted(item.error))),
        trace=item.error.text,
    )
    if not item.own and ruling.verdict is Verdict.BROKEN:
        reason = f"its context at line {item.line.line} does not compile: {message}"
        return Reading(Verdict.UNVERIFIED, reason, replace(symptom, kind=SymptomKind.CONTEXT))
    guessed = job.facts["far"]
    if guessed and ruling.verdict is Verdict.BROKEN and ruling.kind not in _CERTAIN:
        reason = f"needs context: it fails with {guessed}, which may not be what it means"
        return Reading(Verdict.UNVERIFIED, reason, symptom, cause="context")
    return Reading(ruling.verdict, ruling.reason, symptom)


def _promised(job: Job, found: Sequence[_Found], *, ran: bool) -> Reading | None:
    """Whether a block that must not build does not, with the errors that it promises."""
    promise = job.snippet.instructions.must_fail or MustFail()
    wanted = set(re.findall(r"\d+", promise.code)) if is_twoslash(job.snippet) else set()
    seen = {str(item.error.code) for item in found}
    if wanted:
        return _expected(job, found, wanted, seen)
    counted = [item for item in found if item.ruling is not None]
    red = [item for item in counted if item.ruling and item.ruling.verdict is Verdict.BROKEN]
    if red:
        reason = f"fails as it is marked to: TS{red[0].error.code}: {red[0].error.message}"
        return Reading(Verdict.PASSED, reason, level=job.level)
    if counted:
        return _reading(job, counted[0])
    if ran or promise.kind is FailKind.ANY:
        return None
    return _missed(job, "it is marked not to build, and it builds")


def _expected(job: Job, found: Sequence[_Found], wanted: set[str], seen: set[str]) -> Reading:
    others = [
        item for item in found if str(item.error.code) not in wanted and item.ruling is not None
    ]
    if others:
        red = [i for i in others if i.ruling and i.ruling.verdict is Verdict.BROKEN]
        return _reading(job, (red or others)[0])
    lacking = sorted(wanted - seen)
    if lacking:
        return _missed(job, f"expected error {', '.join(lacking)} does not occur")
    reason = f"the compiler refuses it as promised: TS{', TS'.join(sorted(wanted))}"
    return Reading(Verdict.PASSED, reason, level=job.level)


def _missed(job: Job, message: str) -> Reading:
    marks = job.snippet.instructions.markers
    line = marks[-1].line if marks else job.snippet.line
    symptom = Symptom(SymptomKind.COMPILE, message, job.snippet.path, line)
    return Reading(Verdict.BROKEN, symptom=symptom)
