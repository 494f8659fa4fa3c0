"""The real callees of a snippet: what of some packages its program ran.

They cost a little, and no run that judges a document asks for them: they are what the references
that are read from a text can be measured by.
"""

import json
import marshal
from collections.abc import Sequence
from dataclasses import dataclass, replace

from doc_healing.languages.python.shipping import FOLDER
from doc_healing.model import File, Job, Outcome

_PAYLOAD = f"{FOLDER}/payload.bin"


@dataclass(frozen=True, slots=True, order=True)
class Called:
    """A function that ran: `name` as the interpreter qualifies it, `line` where it begins.

    A module's own statements are `<module>`, those of a class have the name of the class.
    """

    file: str
    name: str
    line: int


def traced(job: Job, packages: Sequence[str]) -> Job:
    """The same job, whose report tells what ran of these packages; it is never forked."""
    files = tuple(
        _asking(one, packages) if one.name == _PAYLOAD else one for one in job.program.files
    )
    program = replace(job.program, files=files, resident=None, report_kib=8192)
    return replace(job, program=program)


def _asking(file: File, packages: Sequence[str]) -> File:
    payload = marshal.loads(file.data)  # noqa: S302  # our own, from a moment ago
    return File(file.name, marshal.dumps({**payload, "calls": list(packages)}, 2))


def calls(job: Job, outcome: Outcome) -> frozenset[Called]:
    """What a traced run tells; of one that was killed, nothing."""
    nonce = f"{job.facts['nonce']} "
    found: set[Called] = set()
    for line in outcome.report.decode("utf-8", "replace").splitlines():
        if line.startswith(nonce) and '"calls"' in line:
            found.update(_told(line.removeprefix(nonce)))
    return frozenset(found)


def _told(line: str) -> list[Called]:
    try:
        event = json.loads(line)
        told = event["calls"] if event.get("event") == "calls" else []
        return [Called(str(file), str(name), int(at)) for file, name, at in told]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
