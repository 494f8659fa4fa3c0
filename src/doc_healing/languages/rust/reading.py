"""What an outcome means: the verdict, and the symptom at its place in the document."""

from collections.abc import Sequence
from dataclasses import replace

from doc_healing.languages.rust import output, panics
from doc_healing.languages.rust.announced import all_announced, announced_rows
from doc_healing.languages.rust.borrowed import STANDARD
from doc_healing.languages.rust.build import file_name
from doc_healing.languages.rust.lint import lint
from doc_healing.languages.rust.merging import shows
from doc_healing.languages.rust.places import Spot, find, first_spot, of_panic, spot_of
from doc_healing.languages.rust.plan import Plan, plan_of
from doc_healing.languages.rust.policy import (
    Case,
    Ruling,
    all_rulings,
    decide,
    unverified,
)
from doc_healing.languages.rust.promised import promised_failure
from doc_healing.languages.rust.reached import unreached
from doc_healing.languages.rust.reports import Attempt, Build, Diagnostic, read_build
from doc_healing.languages.rust.source import code_of, rows
from doc_healing.languages.rust.tree import endless_loop
from doc_healing.languages.rust.wording import is_lacking
from doc_healing.languages.verdicts import LIMITS, told
from doc_healing.model import (
    Cause,
    Environment,
    Job,
    Level,
    Mode,
    Outcome,
    Reading,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)

K = SymptomKind
_PASSED_ON = r"\?[;.)\s]|\?$|\bErr\("
_LOOPING = (K.TIMEOUT, K.OUTPUT_LIMIT, K.MEMORY)


def read(job: Job, outcome: Outcome, environment: Environment | None) -> Reading:  # noqa: ARG001 - the protocol's shape
    """The reading of one outcome. It never raises for anything that a snippet prints or does."""
    if shows(outcome):
        return Reading(Verdict.UNVERIFIED, "it shows where it was compiled: to be run alone")
    plan = plan_of(job)
    built = read_build(outcome.report, len(plan.programs))
    reading = _read(job, outcome, plan, built)
    if job.snippet.instructions.mode is Mode.FAIL:
        reading = promised_failure(job, outcome, built, reading, first_spot(job))
    made = plan.programs[built.made] if built.made is not None else None
    if made is not None and made.proof and plan.runs:
        reading = unreached(job, outcome, made, reading) or reading
    if made is not None:
        reading = replace(reading, added=(*reading.added, *made.added))
    printed = panics.readable(outcome.stderr)
    return told(replace(reading, warnings=_deprecations(plan, built), stderr=printed))


def _read(job: Job, outcome: Outcome, plan: Plan, built: Build) -> Reading:
    if outcome.status in (Status.SANDBOX_ERROR, Status.CANCELLED):
        cause: Cause = "sandbox" if outcome.status is Status.SANDBOX_ERROR else "interrupted"
        return Reading(Verdict.UNVERIFIED, outcome.detail or str(outcome.status), cause=cause)
    if outcome.step == "build" and outcome.status is not Status.PASSED:
        return _not_built(job, outcome, plan, built)
    number = built.made or 0
    if outcome.status is Status.TIMEOUT and outcome.listening:
        return Reading(Verdict.UNVERIFIED, "starts a server, which keeps listening", cause="server")
    if outcome.status in LIMITS:
        reading = _limit(job, LIMITS[outcome.status], outcome.detail or str(outcome.status))
    elif outcome.status is Status.PASSED:
        reading = output.passed(job, outcome, plan)
    else:
        reading = _ended(job, outcome, plan, number)
    return _unless_guessed(reading, plan.programs[number].guessed)


def _limit(job: Job, kind: SymptomKind, message: str) -> Reading:
    spot = _loop(job) if kind in _LOOPING else first_spot(job)
    return _broken(kind, message, spot)


def _loop(job: Job) -> Spot:
    """The loop that may have run for ever, where the text shows which; else the first line."""
    found = rows(job.snippet)
    row, column = endless_loop(code_of(found)) or (-1, 0)
    if not 0 <= row < len(found):
        return first_spot(job)
    line = found[row].line
    return Spot(line.path, line.line, found[row].column(column))


def _broken(kind: SymptomKind, message: str, spot: Spot, trace: str = "") -> Reading:
    symptom = Symptom(kind, message, spot.path, spot.line, spot.column, trace=trace)
    return Reading(Verdict.BROKEN, symptom=symptom)


def _unless_guessed(reading: Reading, guessed: Sequence[str]) -> Reading:
    """UNVERIFIED where the block ran with names of other blocks: they may mean others."""
    if not guessed or reading.verdict is not Verdict.BROKEN:
        return reading
    reason = f"needs context: it fails with {', '.join(guessed)}, which may not be what it means"
    return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason)


# --- It did not compile --------------------------------------------------------------------


def _not_built(job: Job, outcome: Outcome, plan: Plan, built: Build) -> Reading:
    if outcome.status in LIMITS:
        reading = _limit(job, LIMITS[outcome.status], f"compiling it: {outcome.detail}")
        reason = f"could not be compiled within the limits: {outcome.detail}"
        return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason, cause="toolchain")
    failed = [item for item in built.attempts if item.errors]
    if not failed or any(item.code == 101 for item in built.attempts):
        words = outcome.detail or "no message"
        reason = f"the compiler ended without a word on the program ({words})"
        return Reading(Verdict.UNVERIFIED, reason, cause="toolchain")
    case = Case(
        crates=frozenset({*plan.crates, *STANDARD}),
        own=plan.own,
        gated=plan.gated,
        whole=plan.whole,
        parses=plan.parses,
        elided=plan.elided,
        returns=plan.returns,
        elsewhere=plan.elsewhere,
        imports=plan.imports,
        closed=plan.closed,
        functions=plan.functions,
        version=plan.version,
    )
    return _compiled_badly(job, plan, failed, case)


def _compiled_badly(job: Job, plan: Plan, failed: Sequence[Attempt], case: Case) -> Reading:
    """The reading of the program that came nearest to a success; a loan can only make it surer."""
    plain = [item for item in failed if _is_plain(plan, item)]
    best = min(plain or failed, key=lambda item: (_of_ours(plan, item), len(item.errors)))
    reading = _reading_of(job, plan, best, case, sure=plan.inferred)
    if plan.inferred and reading.verdict is Verdict.BROKEN:
        return _unless_other(plan, reading)
    if reading.verdict is not Verdict.UNVERIFIED:
        return reading
    for item in failed:
        if plan.programs[item.number].guessed and _is_proven(plan, best, item):
            lent = _reading_of(job, plan, item, case, sure=True)
            if lent.verdict is Verdict.BROKEN and not _is_borrowed_value(plan, item, lent):
                return lent
    return reading


def _unless_other(plan: Plan, reading: Reading) -> Reading:
    """UNVERIFIED where a block's names may be others than those that earlier blocks bind."""
    symptom = reading.symptom
    if plan.near and symptom and symptom.exception != "E0308":
        return reading
    words = symptom.message if symptom else "it does not compile"
    return Reading(Verdict.UNVERIFIED, f"needs context: {words}", symptom)


def _is_borrowed_value(plan: Plan, attempt: Attempt, reading: Reading) -> bool:
    """Whether it is about the type of a value that another block may only have named alike."""
    code = reading.symptom.exception if reading.symptom else ""
    return plan.programs[attempt.number].vague == "near" and code == "E0308"


def _is_plain(plan: Plan, attempt: Attempt) -> bool:
    """Whether it is the block alone, in the edition that it was meant for."""
    tried = plan.programs[attempt.number]
    return not tried.guessed and tried.edition == plan.programs[0].edition


def _is_proven(plan: Plan, plain: Attempt, lent: Attempt) -> bool:
    """Whether what was lent is what the block means.

    A page's own imports are. All that a crate offers is, where it made a line good; blocks below
    the same heading are, where they made every line good that lacked a name.
    """
    lacking = _places(plan, plain, unbound=True)
    unbound = _places(plan, lent, unbound=True)
    wrong = {line for line, _ in _places(plan, lent, unbound=False)}
    match plan.programs[lent.number].vague:
        case "":
            return True
        case "glob":
            return any(line not in wrong for line, _ in lacking - unbound)
        case "near":
            return bool(lacking) and not unbound
    return False


def _places(plan: Plan, attempt: Attempt, *, unbound: bool) -> set[tuple[int, int]]:
    """Where the block's own errors are: those of names that nothing binds, or all others."""
    found = [
        spot_of(plan, attempt.number, error)
        for error in attempt.errors
        if is_lacking(error) is unbound
    ]
    return {(spot.line, spot.column) for spot in found if spot is not None and spot.own}


def _of_ours(plan: Plan, attempt: Attempt) -> int:
    """How many errors stand in lines that we added: another completion fits better."""
    return sum(spot_of(plan, attempt.number, error) is None for error in attempt.errors)


def _reading_of(job: Job, plan: Plan, attempt: Attempt, case: Case, sure: bool = False) -> Reading:
    code = code_of(rows(job.snippet))
    case = replace(case, ours=_not_own(plan, attempt.number))
    found = [
        (error, ruling)
        for error, ruling in all_rulings(attempt.errors, case)
        if not sure or ruling.sure or ruling.verdict is Verdict.UNVERIFIED
    ]
    told = [item for item in found if not _is_announced(job, plan, attempt.number, item[0], code)]
    if found and (not told or all_announced(code)):
        reason = f"does not compile, as its comment announces: {found[0][0].message}"
        return Reading(Verdict.PASSED, reason.split("\n")[0], level=Level.PARSES)
    if job.snippet.instructions.mode is Mode.LINT:
        told = [item for item in told if item[1].kind is K.SYNTAX]
        if not told:
            return Reading(Verdict.PASSED, level=Level.PARSES)
    decided = decide(told)
    if decided is None:
        return Reading(Verdict.UNVERIFIED, "the compiler's errors are in no line of it")
    error, ruling = decided
    spot = spot_of(plan, attempt.number, error)
    if spot is not None and not spot.own:
        reason = f"its context at line {spot.line} does not compile: {error.message}"
        ruling = unverified(K.CONTEXT, reason)
    if spot is None:
        ruling = _outside(error, ruling)
    return _ruled(error, ruling, _bracket(job, error) or spot or first_spot(job))


def _not_own(plan: Plan, number: int) -> frozenset[tuple[str, int]]:
    """The lines of a program that other blocks of the page lent to it."""
    lines = enumerate(plan.programs[number].rows, start=1)
    return frozenset((file_name(number), at) for at, row in lines if row and not row.own)


def _bracket(job: Job, error: Diagnostic) -> Spot | None:
    """The bracket that closes nothing: the compiler tends to name the last one of the text."""
    found = lint(job.snippet) if "delimiter" in error.message else None
    return Spot(found.path, found.line, found.column) if found else None


def _outside(error: Diagnostic, ruling: Ruling) -> Ruling:
    """An error without a place in the block: of the linker, or of a line that we added."""
    if ruling.verdict is Verdict.BROKEN:
        return unverified(K.CONTEXT, f"cannot be completed to a program: {error.message}")
    return ruling


def _is_announced(job: Job, plan: Plan, number: int, error: Diagnostic, code: str) -> bool:
    spot = spot_of(plan, number, error)
    if spot is None or not spot.own:
        return False
    lines = [(line.path, line.line) for line in job.snippet.lines]
    place = (spot.path, spot.line)
    return place in lines and lines.index(place) in announced_rows(code)


def _ruled(error: Diagnostic, ruling: Ruling, spot: Spot) -> Reading:
    message = error.message.split("\n")[0]
    symptom = Symptom(
        kind=ruling.kind,
        message=f"{message} ({error.code})" if error.code else message,
        path=spot.path,
        line=spot.line,
        column=spot.column,
        exception=error.code,
        names=_names(error),
        trace=error.rendered[:4000],
    )
    return Reading(ruling.verdict, ruling.reason, symptom)


def _names(error: Diagnostic) -> tuple[str, ...]:
    quoted = error.message.split("`")[1::2]
    return tuple(dict.fromkeys(name for name in quoted if name))


def _deprecations(plan: Plan, built: Build) -> tuple[str, ...]:
    """What the compiler calls deprecated, with its successor, at its line."""
    made = next((item for item in built.attempts if item.number == built.made), None)
    found = []
    for warning in made.warnings if made is not None else ():
        spot = spot_of(plan, made.number, warning) if made is not None else None
        if spot is not None and spot.own:
            found.append(f"{spot.path}:{spot.line}: {warning.message}")
    return tuple(dict.fromkeys(found))


# --- It ran, and ended badly ---------------------------------------------------------------


def _ended(job: Job, outcome: Outcome, plan: Plan, number: int) -> Reading:
    stderr = outcome.stderr.decode("utf-8", "replace")
    code = code_of(rows(job.snippet))
    if panics.is_out_of_memory(stderr):
        return _limit(job, K.MEMORY, "ran out of memory: an allocation failed")
    if panics.is_overflow(stderr):
        return _broken(
            K.SIGNAL, "the stack overflowed", first_spot(job), panics.folded(stderr)[-4000:]
        )
    panic = panics.panic_of(stderr)
    if outcome.signal is not None or outcome.status is Status.SIGNAL:
        message = outcome.detail or f"killed by signal {outcome.signal}"
        if panic is None:
            return _broken(K.SIGNAL, message, first_spot(job), panics.folded(stderr)[-4000:])
    if panic is not None:
        spot = of_panic(plan, number, panic.text)
        if spot is None and panic.message.startswith("Error: "):
            spot = find(job, _PASSED_ON)
        return _panicked(job, panic.message, spot, stderr, code)
    returned = panics.returned_error(stderr)
    if returned:
        return _panicked(job, returned, find(job, _PASSED_ON), stderr, code)
    return _exited(job, outcome, stderr, code)


def _panicked(job: Job, message: str, spot: Spot | None, stderr: str, code: str) -> Reading:
    ruling = panics.rule(message.removeprefix("Error: "), code)
    if job.snippet.instructions.mode is not Mode.FAIL and panics.is_alone(code):
        ruling = unverified(K.CONTEXT, "shows a panic alone, without what leads to it")
    first = message.split("\n")[0] if not message.startswith("assertion") else message
    place = spot or first_spot(job)
    if spot is not None and not spot.own:
        reason = f"its context at line {spot.line} failed: {first}"
        symptom = Symptom(K.CONTEXT, first, spot.path, spot.line, spot.column)
        return Reading(Verdict.UNVERIFIED, reason, symptom)
    lines = [(line.path, line.line) for line in job.snippet.lines]
    row = lines.index((place.path, place.line)) if (place.path, place.line) in lines else -9
    if ruling.verdict is Verdict.BROKEN and row in announced_rows(code):
        return Reading(Verdict.PASSED, f"fails as its comment announces: {first}", level=job.level)
    symptom = Symptom(
        ruling.kind,
        " ".join(first.split()),
        place.path,
        place.line,
        place.column,
        exception="panic",
        trace=panics.folded(stderr)[-4000:],
    )
    return Reading(ruling.verdict, ruling.reason, symptom)


def _exited(job: Job, outcome: Outcome, stderr: str, code: str) -> Reading:
    spot = find(job, r"process::exit|\bexit\(|ExitCode") or first_spot(job)
    message = f"exits with code {outcome.exit_code}"
    symptom = Symptom(
        K.EXIT, message, spot.path, spot.line, spot.column, trace=panics.folded(stderr)[-4000:]
    )
    if "env::args" in code or "stdin()" in code or "Parser" in code:
        return Reading(Verdict.UNVERIFIED, "needs command-line arguments or input", symptom)
    return Reading(Verdict.BROKEN, symptom=symptom)
