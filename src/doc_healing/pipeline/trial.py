"""One snippet's program, run until its verdict is certain, or remembered from an earlier run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from doc_healing import __version__
from doc_healing.model import (
    Environment,
    Finding,
    Job,
    Limits,
    Memo,
    Mode,
    Mount,
    Outcome,
    Reading,
    Role,
    Snippet,
    Status,
    SymptomKind,
    Toolchain,
    Verdict,
)
from doc_healing.pipeline import context
from doc_healing.pipeline.tools import Tools
from doc_healing.protocols import Language

SUCCESS_SECONDS = 24 * 3600.0
FAILURE_SECONDS = 3600.0

# A second run says nothing new about these, or costs as much again as the limit that was hit.
_CERTAIN = (
    SymptomKind.SYNTAX,
    SymptomKind.TIMEOUT,
    SymptomKind.MEMORY,
    SymptomKind.OUTPUT_LIMIT,
    SymptomKind.PROCESS_LIMIT,
    SymptomKind.DISK_LIMIT,
)
# What these say is true of that one run and not of the program.
_PASSING = ("unstable", "sandbox", "interrupted")


@dataclass(frozen=True, slots=True)
class Trial:
    """A job with everything that decides how it ends."""

    language: Language
    job: Job
    toolchain: Toolchain
    environment: Environment | None
    siblings: tuple[Snippet, ...] = ()  # of its document and language, for its context


def find(tools: Tools, trial: Trial) -> Finding:
    """The finding of a job: from memory, or run, and once more where it failed.

    Where it lacks what an earlier block binds, the finding is that of the two together.
    """
    alone = _decided(tools, trial)
    if not trial.siblings or not context.lacks_context(alone.reading) or tools.stop.is_set():
        return _finding(trial.job, alone)
    joined = _in_context(tools, trial)
    return joined or _finding(trial.job, alone)


def remembered(tools: Tools, trial: Trial) -> Finding | None:
    """The finding that an earlier run has settled."""
    if tools.memory is None:
        return None
    key = key_of(trial, limits_of(tools, trial), tools.sandbox.name)
    known = _remembered(tools, trial, key)
    if known is None or (trial.siblings and context.lacks_context(known.reading)):
        return None
    return _finding(trial.job, known)


def passed(tools: Tools, trial: Trial, outcome: Outcome) -> Finding | None:
    """The finding of a fast run that passed; None for any other, which proves nothing."""
    if outcome.status is not Status.PASSED:
        return None
    reading = trial.language.read(trial.job, outcome, trial.environment)
    if reading.verdict is not Verdict.PASSED:
        return None
    if tools.memory:
        key = key_of(trial, limits_of(tools, trial), tools.sandbox.name)
        tools.memory.put(key, Memo(outcome), SUCCESS_SECONDS)
    return _finding(trial.job, _Decision(outcome, reading))


def limits_of(tools: Tools, trial: Trial) -> Limits:
    """A document may ask for less time than the operator allows, never for more (invariant 10)."""
    operator, asked = tools.limits, trial.job.snippet.instructions.wall_seconds
    if asked is None:
        return operator
    return replace(operator, wall_seconds=min(asked, operator.wall_seconds))


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is certain of a job, and whether an earlier run told it."""

    outcome: Outcome
    reading: Reading
    cached: bool = False


def _decided(tools: Tools, trial: Trial) -> _Decision:
    limits = limits_of(tools, trial)
    key = key_of(trial, limits, tools.sandbox.name) if tools.memory else ""
    remembered = _remembered(tools, trial, key)
    if remembered:
        return remembered
    outcome, reading = _attempt(tools, trial, limits)
    for _ in range(trial.job.snippet.instructions.retries):
        if reading.verdict is not Verdict.BROKEN or tools.stop.is_set():
            break
        outcome, reading = _attempt(tools, trial, limits)
    if reading.verdict is Verdict.BROKEN and not tools.stop.is_set():
        outcome, reading = _confirmed(tools, trial, limits, outcome, reading)
    if tools.memory and reading.cause not in _PASSING and not tools.stop.is_set():
        kept = SUCCESS_SECONDS if outcome.status is Status.PASSED else FAILURE_SECONDS
        tools.memory.put(key, Memo(outcome), kept)
    return _Decision(outcome, reading)


def _in_context(tools: Tools, trial: Trial) -> Finding | None:
    """The finding after the earlier blocks that it needs; None where they prove nothing."""
    snippet = trial.job.snippet
    if snippet.instructions.mode is not Mode.RUN or _has_session(trial.job):
        return None
    red: Finding | None = None
    for earlier in context.contexts_of(snippet, trial.siblings, trial.language.names):
        job = None if tools.stop.is_set() else _joined(trial, earlier)
        if job is None:
            return None
        decision = _decided(tools, replace(trial, job=job))
        found = _finding(job, decision)
        found = replace(found, snippet=snippet, added=(context.told(earlier), *found.added))
        if decision.reading.verdict is Verdict.PASSED:
            return found
        red = found if context.certain(job, decision.outcome, decision.reading) else None
    return red


def _has_session(job: Job) -> bool:
    """Whether its author said what it runs after; what its language lends is no session."""
    said = job.snippet.instructions
    hidden = any(one.invisible for one in job.context)
    return bool(said.continues or said.session or hidden)


def _joined(trial: Trial, earlier: Sequence[Snippet]) -> Job | None:
    """The job of a snippet as the last one of a session with these blocks."""
    snippet = trial.job.snippet
    around = [one for one in trial.siblings if one.instructions.role is not Role.EXAMPLE]
    chain = sorted((*around, *context.chained(earlier, snippet)), key=lambda one: one.index)
    for job in trial.language.jobs(chain, trial.toolchain, trial.environment):
        if isinstance(job, Job) and job.snippet.index == snippet.index:
            return job
    return None


def key_of(trial: Trial, limits: Limits, sandbox: str) -> str:
    """The content address of an outcome: everything that can change it (invariant 8)."""
    digest = sha256()
    for part in _parts(trial, limits, sandbox):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def _parts(trial: Trial, limits: Limits, sandbox: str) -> Iterator[bytes]:
    program = trial.job.program
    yield f"{__version__} {trial.language.name} {sandbox} {limits}".encode()
    yield f"{program.steps} {sorted(program.variables.items())} {program.report_kib}".encode()
    yield program.stdin
    for file in program.files:
        yield f"{file.name} {file.executable}".encode()
        yield file.data
    environment = trial.environment
    kept = environment.mounts if environment else ()
    yield f"{trial.toolchain.version} {trial.toolchain.executable}".encode()
    yield (environment.key if environment else "").encode()
    # What an environment mounts stands under its key; a toolchain can be replaced where it stands.
    for mount in program.mounts:
        yield f"{mount} {0 if mount in kept else _changed(mount)}".encode()
    yield str(trial.job.snippet.instructions.retries).encode()


def _changed(mount: Mount) -> int:
    try:
        return Path(mount.source).stat().st_mtime_ns
    except OSError:
        return -1


def _remembered(tools: Tools, trial: Trial, key: str) -> _Decision | None:
    memo = tools.memory.get(key) if tools.memory else None
    if memo is None:
        return None
    reading = trial.language.read(trial.job, memo.outcome, trial.environment)
    return _Decision(memo.outcome, reading, cached=True)


def _attempt(tools: Tools, trial: Trial, limits: Limits) -> tuple[Outcome, Reading]:
    """One run; a fault of ours is tried once more (invariant 2)."""
    job = trial.job
    outcome = tools.sandbox.run(job.program, limits)
    if outcome.status is Status.SANDBOX_ERROR and not tools.stop.is_set():
        outcome = tools.sandbox.run(job.program, limits)
    if outcome.status is Status.SANDBOX_ERROR:
        reason = outcome.detail or "the sandbox failed"
        return outcome, Reading(Verdict.UNVERIFIED, reason, cause="sandbox")
    if outcome.status is Status.CANCELLED:
        reason = "not run to its end: it was interrupted"
        return outcome, Reading(Verdict.UNVERIFIED, reason, cause="interrupted")
    return outcome, trial.language.read(job, outcome, trial.environment)


def _confirmed(
    tools: Tools, trial: Trial, limits: Limits, outcome: Outcome, reading: Reading
) -> tuple[Outcome, Reading]:
    """A failure is red only if a second run fails too, and a wrong output only if it is stable."""
    symptom = reading.symptom
    if symptom is None or symptom.kind in _CERTAIN or outcome.step == "build":
        return outcome, reading
    again, second = _attempt(tools, trial, limits)
    if second.verdict is not Verdict.BROKEN:
        reason = "flaky: it failed once and passed the second time"
        return again, replace(
            second, verdict=Verdict.UNVERIFIED, reason=reason, symptom=symptom, cause="unstable"
        )
    if second.symptom is not None and second.symptom.actual != symptom.actual:
        reason = "its output differs from run to run, so it cannot be compared"
        return again, replace(second, verdict=Verdict.UNVERIFIED, reason=reason, cause="unstable")
    return outcome, reading


def _finding(job: Job, decision: _Decision) -> Finding:
    outcome, reading = decision.outcome, decision.reading
    return Finding(
        snippet=job.snippet,
        verdict=reading.verdict,
        reason=reading.reason or outcome.detail,
        symptom=reading.symptom,
        level=reading.level,
        seconds=outcome.seconds,
        cached=decision.cached,
        sandbox=outcome.sandbox,
        layers=outcome.layers,
        stdout=outcome.stdout.decode("utf-8", "replace"),
        stderr=outcome.stderr.decode("utf-8", "replace")
        if reading.stderr is None
        else reading.stderr,
        added=(*job.added, *reading.added),
        warnings=reading.warnings,
        cause=reading.cause,
    )
