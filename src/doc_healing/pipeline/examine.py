"""The whole of an examination: buckets of groups, their environments, their jobs, the ledger."""

import math
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Lock

from doc_healing.errors import InfraError
from doc_healing.model import (
    Cause,
    Document,
    Environment,
    Finding,
    Run,
    Snippet,
    Toolchain,
    Unrunnable,
    Verdict,
    Wants,
)
from doc_healing.pipeline.announced import heeded
from doc_healing.pipeline.attempts import Trial
from doc_healing.pipeline.groups import (
    Group,
    buckets,
    groups,
    needs_network,
    settled,
    unaffected,
    unverified,
    wanted,
)
from doc_healing.pipeline.merging import Part, build_together, chunks, find_part
from doc_healing.pipeline.pressure import Gate, Restrained
from doc_healing.pipeline.recall import facts_of, places_of, seconds_to_keep
from doc_healing.pipeline.tools import Tools, Watcher
from doc_healing.pipeline.trial import pinned
from doc_healing.protocols import Language

INSTALLERS = 8  # environments prepared at the same time: a slow one never blocks the others


def examine(tools: Tools, documents: Sequence[Document], watcher: Watcher, root: str = "") -> Run:
    """Every snippet's finding, in document order.

    When `tools.stop` is set meanwhile, what was not run yet is UNVERIFIED and says so.
    """
    started = time.monotonic()
    gate = Gate(tools.available)
    tools = replace(tools, sandbox=Restrained(tools.sandbox, gate, tools.stop))
    ledger = _Ledger(watcher, documents)
    for document in documents:
        for snippet in document.snippets:
            if known := settled(snippet, tools.languages, tools.turned_off):
                ledger.write(known)
            elif (snippet.path, snippet.index) in tools.spared:
                ledger.write(unaffected(snippet))
    ordered = buckets(groups(tools, documents))
    with (
        ThreadPoolExecutor(INSTALLERS, "install") as installers,
        ThreadPoolExecutor(max(1, tools.jobs), "run") as runners,
    ):
        bench = _Bench(tools, runners, ledger, watcher)
        starting = [installers.submit(_start_bucket, bench, bucket) for bucket in ordered]
        notes, interrupted = _finish(bench, starting)
    if not interrupted:
        _keep(bench)
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

    def __init__(self, watcher: Watcher, documents: Sequence[Document]) -> None:
        self._watcher = watcher
        self._documents = {document.path: document for document in documents}
        self._lock = Lock()
        self._findings: dict[tuple[str, int], Finding] = {}

    def write(self, finding: Finding) -> None:
        finding = heeded(finding, self._documents[finding.snippet.path])
        key = (finding.snippet.path, finding.snippet.index)
        with self._lock:
            if key in self._findings:
                return
            self._findings[key] = finding
        if not finding.snippet.invisible:
            self._watcher.found(finding)

    def known(self, snippet: Snippet) -> Finding | None:
        return self._findings.get((snippet.path, snippet.index))

    def of(self, snippet: Snippet) -> Finding:
        finding = self._findings.get((snippet.path, snippet.index))
        return finding or unverified(snippet, "not run: it was interrupted", "interrupted")


# --- environments -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ready:
    """A toolchain with its environment, or the reason why there is none."""

    toolchain: Toolchain | None = None
    environment: Environment | None = None
    failure: str = ""
    cause: Cause = "install"
    facts: tuple[str, ...] = ()  # everything that decides a finding beside its snippet


def _ready(tools: Tools, watcher: Watcher, language: Language, wants: Wants | None) -> _Ready:
    try:
        toolchain = language.toolchain(wants.runtime if wants else "")
        if wants is None:
            return _Ready(toolchain, facts=_facts(tools, language, toolchain, None))
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
    facts = _facts(tools, language, toolchain, environment)
    return _Ready(toolchain, environment, facts=facts)


def _facts(
    tools: Tools, language: Language, toolchain: Toolchain, environment: Environment | None
) -> tuple[str, ...]:
    if tools.archive is None or tools.only is not None or tools.spared:
        return ()
    tools.trail.places.update(places_of(toolchain))
    return facts_of(language.name, tools.walls, tools.limits, toolchain, environment)


def _with_help(error: InfraError) -> str:
    return f"{error.message} ({error.help})" if error.help else error.message


def _start_bucket(bench: "_Bench", bucket: Sequence[Group]) -> tuple[str, ...]:
    """Prepare the environment that all these groups share, then hand in their jobs."""
    if bench.tools.stop.is_set():
        return ()
    try:
        ready = _ready(bench.tools, bench.watcher, bucket[0].language, bucket[0].wants)
    except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs this bucket only
        _blame(bench, bucket, error)
        return ()
    together: list[Trial] = []
    for group in bucket:
        try:
            together.extend(_start_group(bench, group, ready))
        except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs this group only
            _blame(bench, [group], error)
    bench.start_together(together)
    return ready.environment.notes if ready.environment else ()


def _blame(bench: "_Bench", bucket: Sequence[Group], error: Exception) -> None:
    for group in bucket:
        for snippet in group.snippets:
            bench.ledger.write(_fault(snippet, error))


def _start_group(bench: "_Bench", group: Group, ready: _Ready) -> list[Trial]:
    """Hand in the jobs of a group; gives those that are to share a build with other groups'."""
    together: list[Trial] = []
    if bench.tools.stop.is_set():  # what it says of an installation is our own doing
        return together
    if ready.toolchain is None or (ready.failure and group.wants):
        for snippet in group.snippets:
            bench.ledger.write(unverified(snippet, ready.failure, ready.cause))
        return together
    if _recalled(bench, group, ready):
        return together
    for job in group.language.jobs(group.snippets, ready.toolchain, ready.environment):
        if isinstance(job, Unrunnable):
            finding = Finding(job.snippet, job.verdict, job.reason, job.symptom, cause=job.cause)
            bench.ledger.write(finding)
        elif needs_network(job.snippet) or not wanted(bench.tools, job.snippet):
            continue  # it has its verdict, or nobody asks for one
        elif before := list(filter(needs_network, job.context)):
            reason = f"runs after the snippet of line {before[0].line}, which needs the network"
            bench.ledger.write(unverified(job.snippet, reason, "network"))
        else:
            trial = pinned(
                Trial(
                    group.language,
                    job,
                    ready.toolchain,
                    ready.environment,
                    group.snippets,
                    group.shown,
                )
            )
            if isinstance(trial, Finding):
                bench.ledger.write(trial)
            elif group.language.merger:
                together.append(trial)
            else:
                bench.start(trial)
    return together


# --- what is remembered of whole groups -------------------------------------------------------


def _recalled(bench: "_Bench", group: Group, ready: _Ready) -> bool:
    """Whether all findings of a group were remembered; else they are to be, when they are there."""
    archive = bench.tools.archive
    if archive is None or not ready.facts:
        return False
    key = archive.key(ready.facts, (*group.snippets, *group.shown))
    known = archive.recall([key], group.snippets).get(key, ())
    if not _whole(known, group):
        bench.to_keep.append((key, group))
        return False
    for finding in known:
        bench.ledger.write(replace(finding, cached=True))
    _note(bench.tools, key, known)
    return True


def _whole(findings: Sequence[Finding], group: Group) -> bool:
    """Whether none of a group is missing that has its finding from a run."""
    there = {one.snippet.index for one in findings}
    return all(one.index in there or one.invisible or needs_network(one) for one in group.snippets)


def _keep(bench: "_Bench") -> None:
    archive = bench.tools.archive
    for key, group in bench.to_keep if archive else ():
        run = [one for one in group.snippets if not needs_network(one)]
        whole = [found for one in run if (found := bench.ledger.known(one)) is not None]
        aged = [bench.tools.trail.left.get((one.path, one.index), math.inf) for one in run]
        seconds = seconds_to_keep(whole, min(aged, default=math.inf))
        if archive and seconds and _whole(whole, group):
            archive.keep(key, whole, seconds)
            _note(bench.tools, key, whole)


def _note(tools: Tools, key: str, findings: Sequence[Finding]) -> None:
    for finding in findings[:1]:
        tools.trail.keys.setdefault(finding.snippet.path, []).append(key)
    tools.trail.kept.update((one.snippet.path, one.snippet.index) for one in findings)


# --- running ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where jobs are handed in: the tools, the runner threads and the ledger."""

    tools: Tools
    runners: ThreadPoolExecutor
    ledger: _Ledger
    watcher: Watcher
    handed_in: list[Future[None]] = field(default_factory=list)
    to_keep: list[tuple[str, Group]] = field(default_factory=list)

    def start(self, trial: Trial) -> None:
        self.handed_in.append(self.runners.submit(self._run, trial))

    def start_together(self, trials: Sequence[Trial]) -> None:
        """Hand in trials of one language and environment that can share builds."""
        for chunk in chunks(trials):
            self.handed_in.append(self.runners.submit(self._run_together, chunk))

    def _run(self, trial: Trial, part: Part = None) -> None:
        if self.tools.stop.is_set():
            return
        try:
            finding = find_part(self.tools, trial, part)
        except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs this verdict only
            finding = _fault(trial.job.snippet, error)
        self.ledger.write(finding)

    def _run_together(self, trials: Sequence[Trial]) -> None:
        """Build for all of them, and hand in the runs of what was made."""
        merger = trials[0].language.merger
        if self.tools.stop.is_set() or merger is None:
            return
        try:
            built = list(build_together(self.tools, trials, merger))
        except Exception:  # noqa: BLE001 - the edge of a job: the fast path fails, each is run alone
            built = [(trial, None) for trial in trials]
        for one in built:
            if isinstance(one, Finding):
                self.ledger.write(one)
            else:
                self.handed_in.append(self.runners.submit(self._run, *one))


def _fault(snippet: Snippet, error: Exception) -> Finding:
    reason = f"a fault of doc-healing, please report it: {type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error))
    return Finding(snippet, Verdict.UNVERIFIED, reason, fault=trace)
