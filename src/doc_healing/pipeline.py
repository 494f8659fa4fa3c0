"""The one path from documents to findings: group, prepare, run, read.

It names no language and no sandbox: `compose` hands it both. Nothing in here raises for what a
snippet, an installer or a sandbox does; the worst that comes of them is an UNVERIFIED finding.
"""

import re
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import Protocol

from doc_healing.errors import InfraError
from doc_healing.model import (
    Cause,
    Document,
    Environment,
    Finding,
    Job,
    Limits,
    Mode,
    Outcome,
    Reading,
    Role,
    Run,
    Snippet,
    State,
    Status,
    SymptomKind,
    Toolchain,
    Unrunnable,
    Verdict,
    Wants,
)
from doc_healing.protocols import Language, Sandbox

INSTALLERS = 8  # environments prepared at the same time: a slow one never blocks the others


class Preparer(Protocol):
    """Where environments come from; `compose` binds it to `environments` and the checkout."""

    def wants(self, language: str, document: str) -> Wants | None:
        """What the project of a document asks for; None where no project is to be installed."""

    def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
        """Install it, or find it installed. Raises `InfraError` with the installer's message."""

    def close(self) -> None:
        """Let go of every environment that was prepared: from now on they may be pruned."""


class Watcher(Protocol):
    """Is told what happens while it happens; called from several threads."""

    def installing(self, language: str, wants: Wants) -> None:
        """An environment is being prepared."""

    def installed(self, language: str, wants: Wants, seconds: float, failure: str) -> None:
        """It is ready, or `failure` says why not."""

    def found(self, finding: Finding) -> None:
        """A snippet has its verdict. Not in document order."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that an examination needs, made once by `compose.build`."""

    languages: Mapping[str, Language]
    sandbox: Sandbox
    limits: Limits
    preparer: Preparer
    jobs: int = 2
    turned_off: frozenset[str] = frozenset()  # languages that the repository's config leaves out
    stop: Event = field(default_factory=Event)  # set: nothing new is started


def examine(tools: Tools, documents: Sequence[Document], watcher: Watcher, root: str = "") -> Run:
    """Every snippet's finding, in document order.

    When `tools.stop` is set meanwhile, what was not run yet is UNVERIFIED and says so.
    """
    started = time.monotonic()
    ledger = _Ledger(watcher)
    buckets = _buckets(_groups(tools, documents, ledger))
    with (
        ThreadPoolExecutor(INSTALLERS, "install") as installers,
        ThreadPoolExecutor(max(1, tools.jobs), "run") as runners,
    ):
        bench = _Bench(tools, runners, ledger, watcher)
        starting = [installers.submit(_start_bucket, bench, bucket) for bucket in buckets]
        notes, interrupted = _finish(bench, starting)
    snippets = [snippet for document in documents for snippet in document.snippets]
    findings = tuple(ledger.of(snippet) for snippet in snippets if not snippet.invisible)
    return Run(
        findings=findings,
        documents=tuple(documents),
        warnings=tuple(notice for document in documents for notice in document.warnings),
        notes=tuple(dict.fromkeys(notes)),
        root=root,
        seconds=time.monotonic() - started,
        interrupted=interrupted,
    )


def _finish(bench: "_Bench", starting: Sequence[Future[tuple[str, ...]]]) -> tuple[list[str], bool]:
    """Wait for everything. On Ctrl-C nothing new starts, what runs is killed, the rest is told."""
    notes: list[str] = []
    try:
        for future in starting:
            notes.extend(future.result())
        for job in bench.handed_in:
            job.result()
    except KeyboardInterrupt:
        bench.tools.stop.set()
        bench.tools.sandbox.close()
        return notes, True
    return notes, bench.tools.stop.is_set()


# --- what was found --------------------------------------------------------------------------


class _Ledger:
    """The findings so far, one per snippet; the first word on a snippet stands."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._lock = Lock()
        self._findings: dict[tuple[str, int], Finding] = {}

    def write(self, finding: Finding) -> None:
        key = (finding.snippet.path, finding.snippet.index)
        with self._lock:
            if key in self._findings:
                return
            self._findings[key] = finding
        if not finding.snippet.invisible:
            self._watcher.found(finding)

    def of(self, snippet: Snippet) -> Finding:
        finding = self._findings.get((snippet.path, snippet.index))
        return finding or _unverified(snippet, "not run: it was interrupted", "interrupted")


# --- which snippets belong together -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Snippets of one document and language that share an environment."""

    language: Language
    snippets: tuple[Snippet, ...]
    wants: Wants | None


def _groups(tools: Tools, documents: Sequence[Document], ledger: _Ledger) -> Iterator[_Group]:
    for document in documents:
        for snippet in document.snippets:
            settled = _settled(tools, snippet)
            if settled:
                ledger.write(settled)
        for name, language in tools.languages.items():
            runnable = [
                snippet
                for snippet in document.snippets
                if snippet.language == name and snippet.state is State.RUNNABLE
            ]
            if not all(map(_needs_network, runnable)):
                yield from _by_needs(tools, language, runnable)


def _settled(tools: Tools, snippet: Snippet) -> Finding | None:
    match snippet.state:
        case State.SKIPPED:
            return Finding(snippet, Verdict.SKIPPED, snippet.reason)
        case State.ILLUSTRATIVE:
            return Finding(snippet, Verdict.ILLUSTRATIVE, snippet.reason)
        case State.UNREADABLE:
            return Finding(snippet, Verdict.UNVERIFIED, snippet.reason)
        case State.RUNNABLE if snippet.language in tools.turned_off:
            reason = f"`languages.{snippet.language}.enabled` is false in the configuration"
            return Finding(snippet, Verdict.SKIPPED, reason)
        case State.RUNNABLE if snippet.language not in tools.languages:
            reason = f"this version does not run {snippet.language}"
            return _unverified(snippet, reason, "language")
        case State.RUNNABLE if _needs_network(snippet):
            return _unverified(snippet, _says_network(snippet), "network")
    return None


def _needs_network(snippet: Snippet) -> bool:
    """No program has a network, so one that is said to need it is not tried."""
    asked = snippet.instructions
    return asked.network and asked.mode in (Mode.RUN, Mode.FAIL)


def _says_network(snippet: Snippet) -> str:
    marks = snippet.instructions.markers
    said = [mark for mark in marks if re.search(r"network|--allow-net", mark.spelling)]
    where = f", says the marker at line {said[-1].line}" if said else ""
    return f"needs the network{where}"


def _unverified(snippet: Snippet, reason: str, cause: Cause) -> Finding:
    return Finding(snippet, Verdict.UNVERIFIED, reason, cause=cause)


def _by_needs(tools: Tools, language: Language, snippets: Sequence[Snippet]) -> Iterator[_Group]:
    """Snippets with needs of their own and no session get an environment of their own.

    All others of the document share one, so that a session is never torn apart.
    """
    wants = tools.preparer.wants(language.name, snippets[0].path)
    alone: dict[tuple[str, ...], list[Snippet]] = {}
    together: list[Snippet] = []
    needs: dict[str, None] = {}
    for position, snippet in enumerate(snippets):
        own = tuple(dict.fromkeys((*snippet.instructions.needs, *language.needs(snippet))))
        following = snippets[position + 1] if position + 1 < len(snippets) else None
        if own and _stands_alone(snippet, following):
            alone.setdefault(own, []).append(snippet)
        else:
            together.append(snippet)
            needs.update(dict.fromkeys(own))
    if together:
        yield _Group(language, tuple(together), _adding(wants, tuple(needs)))
    shared = [snippet for snippet in together if snippet.instructions.role is Role.SETUP]
    for own, members in alone.items():
        ordered = sorted((*shared, *members), key=snippets.index)
        yield _Group(language, tuple(ordered), _adding(wants, (*needs, *own)))


def _stands_alone(snippet: Snippet, following: Snippet | None) -> bool:
    instructions = snippet.instructions
    joined = following is not None and following.instructions.continues
    return not (
        joined
        or instructions.session
        or instructions.continues
        or instructions.role is not Role.EXAMPLE
    )


def _adding(wants: Wants | None, needs: tuple[str, ...]) -> Wants | None:
    if not needs:
        return wants
    base = wants or Wants(install_project=False)
    return replace(base, packages=tuple(dict.fromkeys((*base.packages, *needs))))


def _buckets(groups: Iterator[_Group]) -> list[list[_Group]]:
    """Groups that share an environment; those that need no installation first."""
    buckets: dict[tuple[str, Wants | None], list[_Group]] = {}
    for group in groups:
        buckets.setdefault((group.language.name, group.wants), []).append(group)
    return sorted(buckets.values(), key=lambda bucket: bucket[0].wants is not None)


# --- environments -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ready:
    """A toolchain with its environment, or the reason why there is none."""

    toolchain: Toolchain | None = None
    environment: Environment | None = None
    failure: str = ""
    cause: Cause = "install"


def _ready(tools: Tools, watcher: Watcher, language: Language, wants: Wants | None) -> _Ready:
    try:
        toolchain = language.toolchain(wants.runtime if wants else "")
        if wants is None:
            return _Ready(toolchain)
    except InfraError as error:
        return _Ready(failure=_with_help(error), cause="toolchain")
    watcher.installing(language.name, wants)
    started, failure = time.monotonic(), "a fault of doc-healing"
    try:
        environment, failure = tools.preparer.prepare(language.name, wants, toolchain), ""
    except InfraError as error:
        failure = "interrupted" if tools.stop.is_set() else _with_help(error)
        return _Ready(toolchain, failure=failure)
    finally:
        watcher.installed(language.name, wants, time.monotonic() - started, failure)
    return _Ready(toolchain, environment)


def _with_help(error: InfraError) -> str:
    return f"{error.message} ({error.help})" if error.help else error.message


def _start_bucket(bench: "_Bench", groups: Sequence[_Group]) -> tuple[str, ...]:
    """Prepare the environment that all these groups share, then hand in their jobs."""
    if bench.tools.stop.is_set():
        return ()
    try:
        ready = _ready(bench.tools, bench.watcher, groups[0].language, groups[0].wants)
    except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs this bucket only
        _blame(bench, groups, error)
        return ()
    for group in groups:
        try:
            _start_group(bench, group, ready)
        except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs this group only
            _blame(bench, [group], error)
    return ready.environment.notes if ready.environment else ()


def _blame(bench: "_Bench", groups: Sequence[_Group], error: Exception) -> None:
    for group in groups:
        for snippet in group.snippets:
            bench.ledger.write(_fault(snippet, error))


def _start_group(bench: "_Bench", group: _Group, ready: _Ready) -> None:
    if bench.tools.stop.is_set():  # what it says of an installation is our own doing
        return
    if ready.toolchain is None or (ready.failure and group.wants):
        for snippet in group.snippets:
            bench.ledger.write(_unverified(snippet, ready.failure, ready.cause))
        return
    for job in group.language.jobs(group.snippets, ready.toolchain, ready.environment):
        if isinstance(job, Unrunnable):
            finding = Finding(job.snippet, job.verdict, job.reason, job.symptom, cause=job.cause)
            bench.ledger.write(finding)
        elif _needs_network(job.snippet):
            continue  # it has its verdict
        elif before := list(filter(_needs_network, job.context)):
            reason = f"runs after the snippet of line {before[0].line}, which needs the network"
            bench.ledger.write(_unverified(job.snippet, reason, "network"))
        else:
            bench.start(group.language, job, ready.environment)


# --- running ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where jobs are handed in: the tools, the runner threads and the ledger."""

    tools: Tools
    runners: ThreadPoolExecutor
    ledger: _Ledger
    watcher: Watcher
    handed_in: list[Future[None]] = field(default_factory=list)

    def start(self, language: Language, job: Job, environment: Environment | None) -> None:
        self.handed_in.append(self.runners.submit(self._run, language, job, environment))

    def _run(self, language: Language, job: Job, environment: Environment | None) -> None:
        if self.tools.stop.is_set():
            return
        try:
            finding = _find(self.tools, language, job, environment)
        except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs this verdict only
            finding = _fault(job.snippet, error)
        self.ledger.write(finding)


def _fault(snippet: Snippet, error: Exception) -> Finding:
    reason = f"a fault of doc-healing, please report it: {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error))
    return Finding(snippet, Verdict.UNVERIFIED, reason, fault=trace)


def _find(tools: Tools, language: Language, job: Job, environment: Environment | None) -> Finding:
    limits = _limits(tools.limits, job.snippet)
    outcome, reading = _attempt(tools, language, job, environment, limits)
    for _ in range(job.snippet.instructions.retries):
        if reading.verdict is not Verdict.BROKEN or tools.stop.is_set():
            break
        outcome, reading = _attempt(tools, language, job, environment, limits)
    if reading.verdict is Verdict.BROKEN and not tools.stop.is_set():
        outcome, reading = _confirmed(tools, language, job, environment, limits, outcome, reading)
    return _finding(job, outcome, reading)


def _attempt(
    tools: Tools,
    language: Language,
    job: Job,
    environment: Environment | None,
    limits: Limits,
) -> tuple[Outcome, Reading]:
    """One run; a fault of ours is tried once more (invariant 2)."""
    outcome = tools.sandbox.run(job.program, limits)
    if outcome.status is Status.SANDBOX_ERROR and not tools.stop.is_set():
        outcome = tools.sandbox.run(job.program, limits)
    if outcome.status is Status.SANDBOX_ERROR:
        reason = outcome.detail or "the sandbox failed"
        return outcome, Reading(Verdict.UNVERIFIED, reason, cause="sandbox")
    if outcome.status is Status.CANCELLED:
        reason = "not run to its end: it was interrupted"
        return outcome, Reading(Verdict.UNVERIFIED, reason, cause="interrupted")
    return outcome, language.read(job, outcome, environment)


# A second run says nothing new about these, or costs as much again as the limit that was hit.
_CERTAIN = (
    SymptomKind.SYNTAX,
    SymptomKind.TIMEOUT,
    SymptomKind.MEMORY,
    SymptomKind.OUTPUT_LIMIT,
    SymptomKind.PROCESS_LIMIT,
    SymptomKind.DISK_LIMIT,
)


def _confirmed(
    tools: Tools,
    language: Language,
    job: Job,
    environment: Environment | None,
    limits: Limits,
    outcome: Outcome,
    reading: Reading,
) -> tuple[Outcome, Reading]:
    """A failure is red only if a second run fails too, and a wrong output only if it is stable."""
    symptom = reading.symptom
    if symptom is None or symptom.kind in _CERTAIN or outcome.step == "build":
        return outcome, reading
    again, second = _attempt(tools, language, job, environment, limits)
    if second.verdict is not Verdict.BROKEN:
        reason = "flaky: it failed once and passed the second time"
        return again, replace(
            second, verdict=Verdict.UNVERIFIED, reason=reason, symptom=symptom, cause="unstable"
        )
    if second.symptom is not None and second.symptom.actual != symptom.actual:
        reason = "its output differs from run to run, so it cannot be compared"
        return again, replace(second, verdict=Verdict.UNVERIFIED, reason=reason, cause="unstable")
    return outcome, reading


def _limits(operator: Limits, snippet: Snippet) -> Limits:
    """A document may ask for less time than the operator allows, never for more (invariant 10)."""
    asked = snippet.instructions.wall_seconds
    if asked is None:
        return operator
    return replace(operator, wall_seconds=min(asked, operator.wall_seconds))


def _finding(job: Job, outcome: Outcome, reading: Reading) -> Finding:
    return Finding(
        snippet=job.snippet,
        verdict=reading.verdict,
        reason=reading.reason or outcome.detail,
        symptom=reading.symptom,
        level=reading.level,
        seconds=outcome.seconds,
        sandbox=outcome.sandbox,
        layers=outcome.layers,
        stdout=outcome.stdout.decode("utf-8", "replace"),
        stderr=outcome.stderr.decode("utf-8", "replace"),
        added=(*job.added, *reading.added),
        warnings=reading.warnings,
        cause=reading.cause,
    )
