"""Records of what runs met of the project's own code, as a compiler's cache keeps a manifest.

Where all that a run met is the same, the run would be the same, however else the code was edited
(invariant 8). Only runs that passed leave one; a failure always stands under its whole key.
"""

from collections.abc import Iterator, Sequence

from doc_healing.model import Outcome, Record
from doc_healing.pipeline.attempts import Trial

_MOST = 8  # records of one key: states of the code that one may come back to
_MOST_BYTES = 2**18  # of what a program says that it met


def rest(trial: Trial) -> str:
    """What an environment comes to without the own code; empty: nothing is recorded there."""
    tracer, environment = trial.language.tracer, trial.environment
    if tracer is None or environment is None or environment.own is None:
        return ""
    return tracer.rest(environment)


def made(trial: Trial, outcome: Outcome, key: str) -> Record | None:
    """The record of a run whose outcome is kept under `key`; None where it may have met more."""
    tracer, environment = trial.language.tracer, trial.environment
    if tracer is None or environment is None:
        return None
    touched = tracer.touched(trial.job, outcome, environment)
    if touched is None or sum(map(len, touched)) > _MOST_BYTES:
        return None
    return Record(key, touched)


def added(known: Sequence[Record], record: Record) -> Sequence[Record]:
    """The records with one more, the latest first, each state of the code once."""
    rest = [one for one in known if one.outcome != record.outcome]
    return [record, *rest][:_MOST]


def standing(trial: Trial, known: Sequence[Record]) -> Iterator[Record]:
    """Those of the records whose run would be the same with the own code as it stands."""
    tracer, environment = trial.language.tracer, trial.environment
    if tracer is None or environment is None:
        return
    for record in known:
        if tracer.stands(record.touched, environment):
            yield record
