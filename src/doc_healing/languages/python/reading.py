"""What an outcome means: the verdict, and the symptom at its place in the document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from doc_healing.languages.python import (
    borrowed,
    doubts,
    evidence,
    members,
    outputs,
    policy,
    promises,
    reports,
    traces,
)
from doc_healing.languages.python.reports import Fault, Form, Report
from doc_healing.model import (
    Cause,
    Environment,
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

_STATUSES = {
    Status.TIMEOUT: SymptomKind.TIMEOUT,
    Status.MEMORY: SymptomKind.MEMORY,
    Status.OUTPUT_LIMIT: SymptomKind.OUTPUT_LIMIT,
    Status.PROCESS_LIMIT: SymptomKind.PROCESS_LIMIT,
    Status.DISK_LIMIT: SymptomKind.DISK_LIMIT,
    Status.SIGNAL: SymptomKind.SIGNAL,
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One outcome and everything that is needed to read it."""

    job: Job
    outcome: Outcome
    environment: Environment | None
    report: Report
    starts: tuple[int, ...]  # the first line (0-based) of each chunk in the snippet's file
    main: int  # the chunk whose verdict this is
    stopped: int | None  # the chunk that was running when the program ended
    later: Fault | None  # what failed after the snippet's own code: its teardown


def read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
    """What an outcome means. Never raises for anything that a snippet can print or do."""
    whole = reports.read(outcome.report, job.facts.get("nonce", ""))
    starts = tuple(json.loads(job.facts.get("chunks", "[0]")))
    main = int(job.facts.get("main", "0"))
    report, stopped = members.own(whole, starts, main), members.stopped(whole, starts)
    later = members.later(whole, main)
    case = _Case(job, outcome, environment, report, starts, main, stopped, later)
    try:
        reading = _by_machine(case) or _by_text(case) or _by_context(case) or _by_run(case)
    except promises.Undecided:
        reason = "the pattern of its promised failure takes too long to match"
        reading = Reading(Verdict.UNVERIFIED, reason)
    reading = doubts.cleared(job, report, environment, reading)
    warnings = tuple(_warning(case, text, line) for text, line in report.warnings)
    return replace(
        reading,
        warnings=tuple(dict.fromkeys(warnings)),
        added=_added(case),
        cause=reading.cause or _cause(reading),
    )


_CAUSES: Mapping[SymptomKind, Cause] = {
    SymptomKind.NETWORK: "network",
    SymptomKind.DEPENDENCY: "dependency",
    SymptomKind.CONTEXT: "context",
    SymptomKind.TOOLCHAIN: "toolchain",
}


def _cause(reading: Reading) -> Cause:
    """Why it could not be verified, as its symptom or its reason tells."""
    if reading.verdict is not Verdict.UNVERIFIED:
        return ""
    if reading.symptom and reading.symptom.kind in _CAUSES:
        return _CAUSES[reading.symptom.kind]
    return "context" if reading.reason.startswith("needs context") else ""


def _by_machine(case: _Case) -> Reading | None:
    """Where the machine has the word: our faults, and the limits."""
    outcome, report = case.outcome, case.report
    if outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        cause: Cause = "interrupted" if outcome.status is Status.CANCELLED else "sandbox"
        return Reading(Verdict.UNVERIFIED, outcome.detail or outcome.status.value, cause=cause)
    if outcome.status is Status.TIMEOUT and outcome.listening:
        reason = "starts a server: it was listening at its time limit"
        return Reading(Verdict.UNVERIFIED, reason, cause="server")
    found = _STATUSES.get(outcome.status)
    if found is None or _only_later(case):
        if not report.began:
            reason = "the interpreter did not start: " + _tail(outcome)
            return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
        return None
    if not report.began and found is not SymptomKind.SIGNAL:
        reason = "the interpreter did not start: " + outcome.detail
        return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
    if found is SymptomKind.SIGNAL and not report.forms:
        reason = "the interpreter crashed before the snippet began"
        return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
    fault = report.fault or report.thread
    line = fault.line if fault else report.standing[1] if report.standing else 0
    message = outcome.detail or found.value.replace("_", " ")
    if case.stopped is not None and case.stopped < case.main:
        line = line or _first_line(case, case.stopped)
        return _setup_failed(case, _symptom(case, found, message, line))
    return _broken(case, _symptom(case, found, message, line), promised=found.value)


def _by_text(case: _Case) -> Reading | None:
    """Where the text alone decides: no program, a syntax error, a condition."""
    report = case.report
    if report.skip:
        return Reading(Verdict.SKIPPED, report.skip)
    if len(report.forms) != len(case.starts):
        # It says so before the snippet begins: the driver itself has failed.
        reason = "the interpreter did not start: " + _tail(case.outcome)
        return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
    form = report.forms[case.main]
    if form.kind == "illustrative":
        return Reading(Verdict.ILLUSTRATIVE, form.reason)
    if form.kind == "newer":
        reason = f"its syntax needs Python {form.reason} or newer; this is {report.version}"
        return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
    if form.kind == "syntax":
        return _broken(case, _syntax(case, case.main, form), promised="build")
    if case.main in report.nothing:
        return Reading(Verdict.SKIPPED, "each of its statements is left out: " + _left_out(report))
    for number in range(case.main):
        if report.forms[number].kind in ("syntax", "newer"):
            return _setup_failed(case, _syntax(case, number, report.forms[number]))
    return None


def _by_context(case: _Case) -> Reading | None:
    """Where what runs before the snippet ended the program: its own code was never reached."""
    report = case.report
    if case.job.level is not Level.RUNS or report.fault is not None:
        return None
    line = report.leave.line if report.leave and report.leave.chunk < case.main else 0
    if not line and (case.stopped is None or case.stopped >= case.main):
        return None
    place = _place(case, line or _first_line(case, case.stopped or 0))
    reason = f"needs context: its context at line {_at(case, place)} ended the program"
    symptom = Symptom(SymptomKind.CONTEXT, reason, place.path, place.line, place.column)
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def _by_run(case: _Case) -> Reading:
    """Where the run decides."""
    report, must_fail, level = case.report, _must_fail(case.job), case.job.level
    fault = report.fault or report.thread
    if fault is not None:
        return _differs_before(case, fault) or _failed(case, fault)
    failed = case.outcome.status is Status.FAILED and not _only_later(case)
    if report.leave is not None and failed:
        return _differs_before(case, report.leave) or _left(case, report.leave)
    if failed:
        if must_fail is None:
            return _broken(case, _symptom(case, SymptomKind.EXIT, _exit(case), 0), promised="run")
        return _as_promised(case, _exit(case), str(case.outcome.exit_code), "run")
    unended = _unended(case)
    if unended is not None:
        return unended
    if must_fail is not None and _may_pass(case.job):
        return Reading(Verdict.PASSED, "its failure is allowed, and it does not fail", None, level)
    if must_fail is not None:
        message = "it is said to fail, and it does not"
        symptom = _symptom(case, SymptomKind.EXCEPTION, message, 0)
        return Reading(Verdict.BROKEN, message, symptom)
    return _compared(case)


def _unended(case: _Case) -> Reading | None:
    """UNVERIFIED where something of its context ended the program well, in the midst of it."""
    standing = case.job.level is Level.RUNS and case.stopped == case.main > 0
    if not standing or case.report.leave is not None:
        return None
    reason = "needs context: the program ended well, and did not come to the end of the block"
    return Reading(Verdict.UNVERIFIED, reason, cause="context")


def _compared(case: _Case) -> Reading:
    """A clean run: what it printed decides."""
    count = len(case.report.compared)
    different = _differs(case)
    if different is not None:
        return different
    if case.job.level is Level.RUNS:
        for expectation in case.job.snippet.instructions.expected:
            if expectation.after_line is None:
                count += 1
                got = _stdout(case)
                if not outputs.matches(expectation, got):
                    symptom = outputs.symptom(expectation, got)
                    reason = "the output differs from the documented one"
                    return Reading(Verdict.BROKEN, reason, symptom)
    level = Level.OUTPUT if count else case.job.level
    return Reading(Verdict.PASSED, _notes(case), None, level)


def _differs(case: _Case) -> Reading | None:
    """The first promise in the code that was not kept."""
    for one in case.report.compared:
        if not one.same:
            symptom = _symptom(case, SymptomKind.OUTPUT, "the output differs", one.line, one.column)
            symptom = replace(symptom, expected=one.want, actual=one.got)
            return Reading(Verdict.BROKEN, "the output differs from the documented one", symptom)
    return None


def _differs_before(case: _Case, fault: Fault) -> Reading | None:
    """The promise that was not kept before the failure: readers mend the first deviation."""
    if fault.chunk != case.main or _must_fail(case.job) is not None:
        return None
    if policy.judge(fault, case.environment, case.report.version).verdict is Verdict.ILLUSTRATIVE:
        return None
    return _differs(case)


def _failed(case: _Case, fault: Fault) -> Reading:
    judged = policy.judge(fault, case.environment, case.report.version)
    symptom = _fault_symptom(case, fault, judged)
    link = fault.chain[0] if fault.chain else None
    if fault.chunk < case.main:
        return _setup_failed(case, symptom)
    must_fail = _must_fail(case.job)
    if must_fail is not None and judged.verdict is not Verdict.BROKEN:
        precise = bool(must_fail.code or must_fail.pattern)
        if not precise or not promises.fits(must_fail, symptom.message, symptom.exception, "run"):
            return Reading(judged.verdict, judged.reason, symptom)
    if must_fail is not None:
        return _as_promised(case, symptom.message, link.name if link else "", "run", symptom)
    if judged.verdict is Verdict.ILLUSTRATIVE:
        return Reading(judged.verdict, judged.reason)
    if judged.verdict is not Verdict.BROKEN:
        fixtures = set(case.job.snippet.instructions.fixtures) & set(judged.names)
        reason = "needs the fixture " + ", ".join(sorted(fixtures)) if fixtures else judged.reason
        return Reading(judged.verdict, reason, symptom)
    return Reading(Verdict.BROKEN, judged.reason or symptom.message, symptom)


def _left(case: _Case, leave: Fault) -> Reading:
    """It left with a code of its own: a command line that got no arguments, or a failure."""
    if _must_fail(case.job) is not None:
        return _as_promised(case, _exit(case), str(case.outcome.exit_code), "run")
    if (case.outcome.exit_code == 2 and not leave.inside) or evidence.ends_command_lines(leave):
        return Reading(Verdict.UNVERIFIED, "needs context: command-line arguments")
    if b"usage:" in (case.outcome.stderr + case.outcome.stdout).lower():
        return Reading(Verdict.UNVERIFIED, "needs context: command-line arguments")
    symptom = _symptom(case, SymptomKind.EXIT, _exit(case), leave.line, leave.column)
    return Reading(Verdict.BROKEN, symptom.message, symptom)


def _setup_failed(case: _Case, symptom: Symptom) -> Reading:
    """A failure of what runs before the snippet is not its own."""
    reason = f"needs context: its setup at line {_at(case, symptom)} failed ({symptom.message})"
    return Reading(Verdict.UNVERIFIED, reason, replace(symptom, kind=SymptomKind.CONTEXT))


def _only_later(case: _Case) -> bool:
    """Whether the snippet's own code ran to its end, and what came after it did not."""
    return case.stopped is not None and case.stopped > case.main


# --- Promised failures -----------------------------------------------------------------------


def _must_fail(job: Job) -> MustFail | None:
    instructions = job.snippet.instructions
    if instructions.must_fail is not None:
        return instructions.must_fail
    return MustFail() if instructions.mode is Mode.FAIL else None


def _may_pass(job: Job) -> bool:
    return "may-pass" in job.snippet.instructions.flags


def _broken(case: _Case, symptom: Symptom, promised: str) -> Reading:
    if _must_fail(case.job) is not None:
        return _as_promised(case, symptom.message, symptom.exception, promised, symptom)
    return Reading(Verdict.BROKEN, symptom.message, symptom)


def _as_promised(
    case: _Case, message: str, name: str, how: str, symptom: Symptom | None = None
) -> Reading:
    must_fail = _must_fail(case.job) or MustFail()
    if promises.fits(must_fail, message, name, how):
        return Reading(Verdict.PASSED, f"it fails as promised: {message}", None, Level.RUNS)
    shown = symptom or _symptom(case, SymptomKind.EXCEPTION, message, 0)
    return Reading(Verdict.BROKEN, promises.told(must_fail, message, how), shown)


# --- Places ----------------------------------------------------------------------------------


def _symptom(
    case: _Case,
    kind: SymptomKind,
    message: str,
    line: int,
    column: int = 0,
    end: int = 0,
    shift: int = 0,
) -> Symptom:
    """A symptom at a line (1-based; 0 is unknown) of the snippet's file; column likewise."""
    place = _place(case, line)
    known = column > 0 and 0 < line <= len(case.job.map)
    shift += _shift(case, line)
    at = column + shift if known else len(place.text) - len(place.text.lstrip()) + 1
    until = place.column - 1 + end + shift if end > column and known else None
    return Symptom(kind, message, place.path, place.line, place.column - 1 + at, until)


def _place(case: _Case, line: int) -> Line:
    """The document's line; of an unknown one, the snippet's first line of code."""
    if 0 < line <= len(case.job.map):
        found = case.job.map[line - 1]
        if found is not None:
            return found
    snippet = case.job.snippet
    code = (one for one in snippet.lines if one.text.strip() and one.text.lstrip()[0] != "#")
    return next(code, Line("", snippet.path, snippet.line))


def _first_line(case: _Case, chunk: int) -> int:
    """The first line of code (1-based, in the snippet's file) of a chunk."""
    start = case.starts[chunk]
    for at, line in enumerate(case.job.map[start:], start + 1):
        if line is not None and line.text.strip() and line.text.lstrip()[0] != "#":
            return at
    return start + 1


def _at(case: _Case, place: Line | Symptom) -> str:
    """A line in words; with its file where it stands in another one."""
    other = place.path != case.job.snippet.path
    return f"{place.path}:{place.line}" if other else str(place.line)


def _shift(case: _Case, line: int) -> int:
    """How many columns the driver moved this line's chunk to the left."""
    if len(case.report.forms) != len(case.starts):
        return 0
    chunks = [i for i, at in enumerate(case.starts) if at < line]
    return case.report.forms[chunks[-1]].shift if chunks else 0


def _syntax(case: _Case, number: int, form: Form) -> Symptom:
    line = case.starts[number] + form.line
    shift = -_shift(case, line)  # the driver has already added it
    said = traces.placed(form.reason, case.job.map[case.starts[number] :])
    symptom = _symptom(case, SymptomKind.SYNTAX, said, line, form.column, form.end_column, shift)
    return replace(symptom, exception="SyntaxError")


def _fault_symptom(case: _Case, fault: Fault, judged: policy.Judgement) -> Symptom:
    link = fault.chain[0] if fault.chain else None
    message = policy.line_of(link) if link else "it failed"
    if message.endswith(f"(snippet.py, line {fault.line})"):
        message = traces.placed(message, case.job.map)
    symptom = _symptom(
        case, judged.kind, message, fault.line, fault.column, fault.end_column, fault.shift
    )
    return replace(
        symptom,
        exception=link.name if link else "",
        names=judged.names,
        trace=traces.readable(case.outcome.stderr.decode("utf-8", "replace"), case.job.map),
    )


def _warning(case: _Case, text: str, line: int) -> str:
    place = _place(case, line)
    return f"{place.path}:{place.line}: {text}"


# --- Texts -----------------------------------------------------------------------------------


def _stdout(case: _Case) -> str:
    if case.report.output is not None:
        return case.report.output
    return case.outcome.stdout.decode("utf-8", "replace")


def _exit(case: _Case) -> str:
    return f"it ended with exit code {case.outcome.exit_code}"


def _tail(outcome: Outcome) -> str:
    lines = outcome.stderr.decode("utf-8", "replace").strip().split("\n")
    return outcome.detail or lines[-1][:300]


def _left_out(report: Report) -> str:
    return ", ".join(dict.fromkeys(reason for _, reason in report.left_out)) or "nothing to run"


def _notes(case: _Case) -> str:
    """What a reader should know about a pass."""
    notes = [f"an error shown on purpose: {one}" for one in case.report.announced]
    if case.later is not None:
        failed = policy.line_of(case.later.chain[0]) if case.later.chain else "unknown"
        notes.append(
            f"its teardown at line {_at(case, _place(case, case.later.line))} failed ({failed})"
        )
    return "; ".join(notes)


def _added(case: _Case) -> tuple[str, ...]:
    forms = case.report.forms
    made = forms[case.main].added if len(forms) == len(case.starts) else ()
    return (*made, *borrowed.told(doubts.made(case.job), case.report.borrowed))
