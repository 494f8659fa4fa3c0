"""One snippet's program, run until its verdict is certain, or remembered from an earlier run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from doc_healing import __version__
from doc_healing.model import (
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
    Verdict,
)
from doc_healing.pipeline import context
from doc_healing.pipeline.attempts import Trial, limits_of, quick, settle
from doc_healing.pipeline.tools import Tools

SUCCESS_SECONDS = 24 * 3600.0
FAILURE_SECONDS = 3600.0

# What these say is true of that one run and not of the program.
_PASSING = ("unstable", "sandbox", "interrupted")


def find(tools: Tools, trial: Trial) -> Finding:
    """The finding of a job: from memory, or run, and once more where it failed.

    Where it lacks what an earlier block binds, the finding is that of the two together.
    """
    alone = _decided(tools, trial, hopeful=bool(trial.siblings))
    if not trial.siblings or not context.lacks_context(alone.reading) or tools.stop.is_set():
        return _finding(trial.job, alone)
    joined = _in_context(tools, trial)
    if joined is None and not alone.certain:
        alone = _decided(tools, trial)
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


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is certain of a job, and whether an earlier run told it."""

    outcome: Outcome
    reading: Reading
    cached: bool = False
    certain: bool = True


def _decided(tools: Tools, trial: Trial, *, hopeful: bool = False) -> _Decision:
    """What is remembered of a trial, or how it ends now.

    `hopeful`: a fast run that lacks context is answer enough, for other blocks may give it.
    """
    limits = limits_of(tools, trial)
    key = key_of(trial, limits, tools.sandbox.name) if tools.memory else ""
    remembered = _remembered(tools, trial, key)
    if remembered:
        return remembered
    fast = quick(tools, trial, limits)
    if fast and hopeful and fast[0].fast and context.lacks_context(fast[1]):
        return _Decision(*fast, certain=False)
    outcome, reading = settle(tools, trial, limits, fast)
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
