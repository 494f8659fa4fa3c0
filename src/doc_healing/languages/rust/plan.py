"""What `program` tells `reading` about a job, by way of `Job.facts`."""

import json
from dataclasses import dataclass

from doc_healing.model import Job


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program's line stands in the document."""

    own: bool
    path: str
    line: int
    column: int
    shift: int
    since: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One of a job's programs."""

    added: tuple[str, ...]
    guessed: tuple[str, ...]
    vague: str  # empty: what it was lent is what the page says itself
    edition: str
    proof: str  # of the block's marks (see `reached.py`); empty where none is needed
    rows: tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All of them, and what is known of the block."""

    programs: tuple[Tried, ...]
    whole: bool
    elided: bool
    parses: bool
    runs: bool
    returns: bool
    imports: bool
    inferred: bool  # it runs after other blocks that nobody said it follows
    near: bool  # none of the blocks before it stands in another part of the page
    closed: bool
    functions: bool
    crates: frozenset[str]
    elsewhere: frozenset[str]
    own: frozenset[str]
    gated: frozenset[str]
    version: str


def plan_of(job: Job) -> Plan:
    """The plan of a job that `program` made."""
    told = json.loads(job.facts["plan"])
    return Plan(
        programs=tuple(
            Tried(
                added=tuple(item["added"]),
                guessed=tuple(item["guessed"]),
                vague=item["vague"],
                edition=item["edition"],
                proof=item["proof"],
                rows=tuple(Place(*row) if row else None for row in item["rows"]),
            )
            for item in told["programs"]
        ),
        whole=told["whole"],
        elided=told["elided"],
        parses=told["parses"],
        runs=told["runs"],
        returns=told["returns"],
        imports=told["imports"],
        inferred=told["inferred"],
        near=told["near"],
        closed=told["closed"],
        functions=told["functions"],
        crates=frozenset(told["crates"]),
        elsewhere=frozenset(told["elsewhere"]),
        own=frozenset(told["own"]),
        gated=frozenset(told["gated"]),
        version=told["version"],
    )
