"""Many snippets in one compilation, each run in its own process (invariant 7).

Only what passes this way counts. Whatever fails, in the build or in its run, is tried once more
alone and cold, and that has the last word: speed never decides a verdict.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from doc_healing.model import Finding, Limits, Outcome, Program, Status, Verdict
from doc_healing.pipeline.attempts import DIVERGED, Trial, limits_of
from doc_healing.pipeline.tools import Tools
from doc_healing.pipeline.trial import find, passed, remembered
from doc_healing.protocols import Merger

MOST = 25  # snippets of one build: beyond that its errors cost more than its start saves
_BUILD_SECONDS = 120.0
# No smaller build is tried after these: a text that a compiler never finishes would cost its time
# again with every half that it is in, and alone it costs that once.
_GIVEN_UP = (Status.SANDBOX_ERROR, Status.CANCELLED, Status.TIMEOUT)


Part = Program | Outcome | None


def chunks(trials: Sequence[Trial]) -> Iterator[list[Trial]]:
    """The trials in even portions, as few as can be.

    A compiler's start costs more than workers gain who would build at the same time; they run the
    parts.
    """
    size = -(-len(trials) // max(1, -(-len(trials) // MOST)))
    for start in range(0, len(trials), max(1, size)):
        yield list(trials[start : start + size])


def build_together(
    tools: Tools, trials: Sequence[Trial], merger: Merger
) -> Iterator[Finding | tuple[Trial, Part]]:
    """For each of these trials, which share a language and an environment, what to run of it.

    The finding itself where it was remembered.
    """
    fresh = []
    for trial in trials:
        known = remembered(tools, trial)
        if known:
            yield known
        else:
            fresh.append(trial)
    parts = _parts(tools, fresh, merger) if len(fresh) > 1 else {}
    for at, trial in enumerate(fresh):
        yield trial, parts.get(at)


def find_part(tools: Tools, trial: Trial, part: Part) -> Finding:
    """A finding by what a common build made of a trial; None is nothing, so it is run alone."""
    if part is None or tools.stop.is_set():
        return find(tools, trial)
    outcome = part if isinstance(part, Outcome) else _run(tools, trial, part)
    known = passed(tools, trial, outcome)
    if known:
        return known
    cold = find(tools, trial)
    if cold.verdict is not Verdict.PASSED or outcome.status is not Status.FAILED:
        return cold
    return replace(cold, warnings=(*cold.warnings, DIVERGED))


def _run(tools: Tools, trial: Trial, program: Program) -> Outcome:
    return tools.sandbox.run(program, limits_of(tools, trial))


def _parts(tools: Tools, trials: Sequence[Trial], merger: Merger) -> dict[int, Program | Outcome]:
    """What a common build made, by their trial's place; those it could not make lack.

    A build that fails is tried once more without those that its compiler blames, else in halves;
    one that ran out of time only without those that are blamed.
    """
    made: dict[int, Program | Outcome] = {}
    waiting = [list(range(len(trials)))]
    tries = 0
    while waiting and tries < 2 + len(trials).bit_length() * 2 and not tools.stop.is_set():
        part = waiting.pop()
        jobs = [trials[at].job for at in part]
        program = merger.build(jobs) if len(part) > 1 else None
        if program is None:
            continue
        tries += 1
        outcome = tools.sandbox.run(program, _build_limits(tools.limits))
        if outcome.status is Status.PASSED:
            found = merger.parts(jobs, outcome.report)
            made.update(
                {at: _jailed(one, outcome) for at, one in zip(part, found, strict=True) if one}
            )
        else:
            waiting.extend(_smaller(part, merger.culprits(jobs, outcome), outcome))
    return made


def _jailed(part: Program | Outcome, build: Outcome) -> Program | Outcome:
    """What a build has proven was proven in its jail."""
    if isinstance(part, Program):
        return part
    return replace(part, sandbox=build.sandbox, layers=build.layers)


def _smaller(part: list[int], culprits: Sequence[int], outcome: Outcome) -> list[list[int]]:
    blamed = {part[at] for at in culprits if 0 <= at < len(part)}
    if blamed:
        return [[at for at in part if at not in blamed]]
    if outcome.status in _GIVEN_UP or len(part) < 4:
        return []
    middle = len(part) // 2
    return [part[:middle], part[middle:]]


def _build_limits(limits: Limits) -> Limits:
    """A build of many may take longer than one of them alone; all other limits stay."""
    wall = max(limits.wall_seconds, _BUILD_SECONDS)
    return replace(limits, wall_seconds=wall, cpu_seconds=max(limits.cpu_seconds, 2 * wall))
