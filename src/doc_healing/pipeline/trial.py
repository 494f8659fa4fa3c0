"""One snippet's program, run until its verdict is certain, or remembered from an earlier run."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from doc_healing.pipeline import context, records, shown
from doc_healing.pipeline.attempts import Trial, limits_of, quick, settle
from doc_healing.pipeline.tools import Tools

SUCCESS_SECONDS = 24 * 3600.0
FAILURE_SECONDS = 3600.0

# What these say is true of that one run and not of the program.
_PASSING = ("unstable", "sandbox", "interrupted")


def find(tools: Tools, trial: Trial) -> Finding:
    """The finding of a job: from memory, or run, and once more where it failed.

    Where it lacks what an earlier block binds or a file that the document shows, the finding is
    that of the two together.
    """
    alone = _decided(tools, trial, hopeful=_hopeful(trial))
    plans = _plans(trial, alone.reading)
    tried = list(_tried(trial, plans, lambda one: _unless_stopped(tools, one)))
    joined = _settled(trial, tried)
    if joined is None and not alone.certain:
        alone = _decided(tools, trial)
    elif joined is not None and joined.verdict is Verdict.PASSED:
        _keep_doubt(tools, trial, alone)
    return joined or _alone(trial, alone, tried)


def pinned(trial: Trial) -> Trial | Finding:
    """The trial in the context that its author pins, if one is pinned; or why there is none."""
    snippet = trial.job.snippet
    if not snippet.instructions.after:
        return trial
    blocks = context.pinned(snippet, trial.siblings)
    if isinstance(blocks, str):
        return Finding(snippet, Verdict.UNVERIFIED, f"needs context: {blocks}", cause="context")
    if not blocks:
        return replace(trial, siblings=())
    job = _chained(trial, blocks)
    if job is None:
        reason = "needs context: it cannot be joined to what it is pinned after"
        return Finding(snippet, Verdict.UNVERIFIED, reason, cause="context")
    words = context.told(blocks, "as it is pinned")
    job = replace(job, snippet=snippet, added=(words, *job.added))
    return replace(trial, job=job, siblings=())


def remembered(tools: Tools, trial: Trial) -> Finding | None:
    """The finding that an earlier run has settled."""
    if tools.memory is None:
        return None
    alone = _recalled(tools, trial)
    if alone is None:
        return None
    tried = list(_tried(trial, _plans(trial, alone.reading), lambda one: _recalled(tools, one)))
    if any(decision is None for _, _, decision in tried):
        return None
    joined = _settled(trial, tried)
    return joined or (_alone(trial, alone, tried) if alone.certain else None)


def _alone(trial: Trial, decision: "_Decision", tried: Sequence["_Try"]) -> Finding:
    """The finding of a block by itself; what its document never defines is said to be so.

    Where it has all that it lacks from others and still fails, that failure is what is told.
    """
    if _curable(decision.reading):
        doubted = next(filter(None, (_doubted(trial, *one) for one in tried)), None)
        if doubted:
            return doubted
    found = _finding(trial.job, decision)
    snippet, reading = trial.job.snippet, decision.reading
    reason = context.unmet(reading, snippet, trial.siblings, trial.language.names)
    return replace(found, reason=reason) if reason else found


def passed(tools: Tools, trial: Trial, outcome: Outcome) -> Finding | None:
    """The finding of a fast run that passed; None for any other, which proves nothing."""
    if outcome.status is not Status.PASSED:
        return None
    reading = trial.language.read(trial.job, outcome, trial.environment)
    if reading.verdict is not Verdict.PASSED:
        return None
    _keep(tools, trial, outcome, SUCCESS_SECONDS)
    _note(tools, trial, outcome)
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
    recalled = _recalled(tools, trial)
    if recalled and (recalled.certain or hopeful):
        return recalled
    limits = limits_of(tools, trial)
    fast = quick(tools, trial, limits)
    if fast and hopeful and fast[0].fast and _curable(fast[1]):
        return _Decision(*fast, certain=False)
    outcome, reading = settle(tools, trial, limits, fast)
    if reading.cause not in _PASSING:
        seconds = SUCCESS_SECONDS if outcome.status is Status.PASSED else FAILURE_SECONDS
        _keep(tools, trial, outcome, seconds)
        if outcome.status is Status.PASSED and reading.verdict is Verdict.PASSED:
            _note(tools, trial, outcome)
    return _Decision(outcome, reading)


def _recalled(tools: Tools, trial: Trial) -> _Decision | None:
    if tools.memory is None:
        return None
    memo = tools.memory.get(_key(tools, trial)) or _spared(tools, trial)
    if memo is None:
        return None
    tools.trail.aged(trial.job.snippet, memo.left)
    reading = trial.language.read(trial.job, memo.outcome, trial.environment)
    certain = reading.verdict is Verdict.PASSED or not memo.outcome.fast
    return _Decision(memo.outcome, reading, cached=True, certain=certain)


def _keep(tools: Tools, trial: Trial, outcome: Outcome, seconds: float) -> None:
    if tools.memory and not tools.stop.is_set():
        tools.memory.put(_key(tools, trial), Memo(outcome), seconds)


def _keep_doubt(tools: Tools, trial: Trial, alone: _Decision) -> None:
    """Remember that a block lacked something alone, so that it is not tried alone again.

    What was not confirmed stays a fast run's answer: it never is a verdict.
    """
    if not alone.certain and not alone.cached:
        _keep(tools, trial, alone.outcome, SUCCESS_SECONDS)


# --- what a run met ---------------------------------------------------------------------------


def _note(tools: Tools, trial: Trial, outcome: Outcome) -> None:
    """Remember what of the own code a run met that passed."""
    memory, key = tools.memory, _key_without_own(tools, trial)
    if memory is None or not key or tools.stop.is_set():
        return
    record = records.made(trial, outcome, _key(tools, trial))
    if record:
        memory.put_records(key, records.added(memory.records(key), record), SUCCESS_SECONDS)


def _spared(tools: Tools, trial: Trial) -> Memo | None:
    """The outcome of a run of other code of which all is the same that the run met."""
    memory, key = tools.memory, _key_without_own(tools, trial)
    if memory is None or not key:
        return None
    for record in records.standing(trial, memory.records(key)):
        memo = memory.get(record.outcome)
        # Another environment may read another way: what is no success there is run again.
        if memo and memo.outcome.status is Status.PASSED and _passes(trial, memo.outcome):
            memory.put(_key(tools, trial), memo, memo.left)
            return memo
    return None


def _passes(trial: Trial, outcome: Outcome) -> bool:
    reading = trial.language.read(trial.job, outcome, trial.environment)
    return reading.verdict is Verdict.PASSED


def _key(tools: Tools, trial: Trial) -> str:
    return key_of(trial, limits_of(tools, trial), tools.walls)


def _key_without_own(tools: Tools, trial: Trial) -> str:
    rest = records.rest(trial)
    return key_of(trial, limits_of(tools, trial), tools.walls, rest) if rest else ""


# --- in context -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a block is run with: earlier blocks before it, and files of the document beside it."""

    blocks: tuple[Snippet, ...] = ()
    files: tuple[shown.Shown, ...] = ()


def _hopeful(trial: Trial) -> bool:
    return bool(trial.siblings or trial.shown)


def _curable(reading: Reading) -> bool:
    return context.lacks_context(reading) or shown.lacks_file(reading)


def _plans(trial: Trial, reading: Reading) -> list[_Plan]:
    """What is worth a try for a block that failed alone in this way, the smallest first."""
    snippet = trial.job.snippet
    if snippet.instructions.mode is not Mode.RUN or not _curable(reading):
        return []
    names = trial.language.names
    found = context.contexts_of(snippet, trial.siblings, names) if trial.siblings else []
    plans: list[_Plan] = []
    if trial.shown and shown.lacks_file(reading):
        # What lends it an import may ask for a file too.
        asking = (*trial.job.context, *(found[0] if found else ()), snippet)
        plans.append(_Plan((), _beside(trial, asking)))
    if context.lacks_context(reading) and not _has_session(trial.job):
        plans.extend(_Plan(blocks, _beside(trial, (*blocks, snippet))) for blocks in found)
    return [plan for plan in plans if plan.blocks or plan.files]


def _beside(trial: Trial, blocks: Sequence[Snippet]) -> tuple[shown.Shown, ...]:
    hidden = shown.installed(trial.environment)
    return shown.beside(blocks, trial.shown, trial.language.names, hidden)


_Try = tuple[_Plan, Job, _Decision | None]


def _tried(
    trial: Trial, plans: Sequence[_Plan], decide: Callable[[Trial], _Decision | None]
) -> Iterator[_Try]:
    """How each plan ends, up to the first that passes or that nothing is known of."""
    for plan in plans:
        job = _joined(trial, plan)
        if job is None:
            return
        decision = decide(replace(trial, job=job))
        yield plan, job, decision
        if decision is None or decision.reading.verdict is Verdict.PASSED:
            return


def _unless_stopped(tools: Tools, trial: Trial) -> _Decision | None:
    return None if tools.stop.is_set() else _decided(tools, trial)


def _settled(trial: Trial, tried: Iterable[_Try]) -> Finding | None:
    """The finding after what a block needs; None where that proves nothing."""
    found: Finding | None = None
    for plan, job, decision in tried:
        if decision is None:
            return None
        sure = (
            context.certain(
                job, decision.outcome, decision.reading, trial.language.names, trial.siblings
            )
            and not plan.files
        )
        passed = decision.reading.verdict is Verdict.PASSED
        found = _told(trial, plan, job, decision) if passed or sure else None
    return found


def _doubted(trial: Trial, plan: _Plan, job: Job, decision: _Decision | None) -> Finding | None:
    """How a block failed after others, which may be for what they left behind; else None."""
    if decision is None or not plan.blocks:
        return None
    reading, lines = decision.reading, job.snippet.lines
    symptom = reading.symptom
    own = symptom and any((symptom.path, symptom.line) == (one.path, one.line) for one in lines)
    if reading.verdict is not Verdict.BROKEN or not own or symptom is None or _curable(reading):
        return None
    after = context.after(plan.blocks)
    reason = f"needs context: {after} it fails: {reading.reason or symptom.message}"
    found = _told(trial, plan, job, decision)
    return replace(found, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")


def _told(trial: Trial, plan: _Plan, job: Job, decision: _Decision) -> Finding:
    found = _finding(job, decision)
    blocks = (context.told(plan.blocks),) if plan.blocks else ()
    words = (*blocks, *shown.told(plan.files))
    return replace(found, snippet=trial.job.snippet, added=(*words, *found.added))


def _has_session(job: Job) -> bool:
    """Whether its author said what it runs after; what its language lends is no session."""
    said = job.snippet.instructions
    hidden = any(one.invisible for one in job.context)
    return bool(said.continues or said.session or hidden)


def _joined(trial: Trial, plan: _Plan) -> Job | None:
    """The job of a snippet as the last one of a session with these blocks, and with these files."""
    job = _chained(trial, plan.blocks, context.INFERRED) if plan.blocks else trial.job
    return shown.placed(job, plan.files) if job else None


def _chained(trial: Trial, earlier: Sequence[Snippet], *marks: str) -> Job | None:
    snippet = trial.job.snippet
    around = [one for one in trial.siblings if one.instructions.role is not Role.EXAMPLE]
    chain = sorted((*around, *context.chained(earlier, snippet, *marks)), key=lambda one: one.index)
    for job in trial.language.jobs(chain, trial.toolchain, trial.environment):
        if isinstance(job, Job) and job.snippet.index == snippet.index:
            return job
    return None


def key_of(trial: Trial, limits: Limits, sandbox: str, rest: str = "") -> str:
    """The content address of an outcome: everything that can change it (invariant 8).

    `rest` stands for its environment where that is to be told apart without the own code.
    """
    digest = sha256()
    for part in _parts(trial, limits, sandbox, rest):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def _parts(trial: Trial, limits: Limits, sandbox: str, rest: str) -> Iterator[bytes]:
    program = trial.job.program
    yield f"{__version__} {trial.language.name} {sandbox} {limits}".encode()
    yield f"{program.steps} {sorted(program.variables.items())} {program.report_kib}".encode()
    yield program.stdin
    for file in program.files:
        yield f"{file.name} {file.executable}".encode()
        yield file.data
    environment = trial.environment
    kept = set(environment.mounts if environment else ()).difference(trial.toolchain.mounts)
    yield f"{trial.toolchain.version} {trial.toolchain.executable}".encode()
    yield (f"rest {rest}" if rest else environment.key if environment else "").encode()
    # What an environment mounts stands under its key; a toolchain can be replaced where it stands.
    for mount in program.mounts:
        yield (mount.target if mount in kept else f"{mount} {_changed(mount)}").encode()
    yield str(trial.job.snippet.instructions.retries).encode()


def _changed(mount: Mount) -> int:
    try:
        return Path(mount.source).stat().st_mtime_ns
    except OSError:
        return -1


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
