"""What a program's driver told of the own code that the run met. It comes from the jail.

Nothing of it is a promise: a program that forges it keeps its own result longer, and no other's.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from doc_healing.model import Outcome

_HOW = ("entered", "idle")
_SHOWN = (b"__firstlineno__", b"__static_attributes__", b"<code object ", b"<frame at ")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a run met, by path below the folder of the own code.

    `met` files were opened by other than an import. Of the others `ran` has the first lines of
    functions: of those that were `entered`, or of those that surely were `idle`, as `how` says.
    """

    met: frozenset[str]
    ran: Mapping[str, frozenset[int]]
    how: str
    numbered: bool  # something asked for line numbers


def read(report: bytes, nonce: str) -> Heard | None:
    """What the report tells; None where it does not say that this is all."""
    events = list(_events(report, nonce))
    met = [name for one in events if one["event"] == "met" for name in _list(one, "files")]
    ends = [one for one in events if one["event"] in ("heard", "unheard")]
    how = str(ends[0].get("how")) if len(ends) == 1 else ""
    ran: dict[str, frozenset[int]] = {}
    for one in events:
        if one["event"] == "ran":
            idle, ran_since = map(_numbers, _list(one, "idle")), map(_numbers, _list(one, "ran"))
            for name, before, since in zip(_list(one, "files"), idle, ran_since, strict=False):
                ran[name] = before - since if how == "idle" else since
    if len(ends) != 1 or ends[0].get("files") != len(met) + len(ran):
        return None
    numbered = ends[0].get("numbered") is not False
    return Heard(frozenset(met), ran, how, numbered) if how in _HOW or not ran else None


def shows_code(outcome: Outcome) -> bool:
    """Whether it printed what only code itself tells."""
    printed = (outcome.stdout, outcome.stderr, outcome.report)
    return any(one in text for one in _SHOWN for text in printed)


def _events(report: bytes, nonce: str) -> Iterator[Mapping[str, object]]:
    head = f"{nonce} {{".encode()
    for line in report.splitlines():
        if line.startswith(head) and line[len(nonce) + 1 :].startswith(_OURS):
            try:
                event = json.loads(line[len(nonce) + 1 :])
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict):
                yield event


_OURS = tuple(f'{{"event":"{name}"'.encode() for name in ("met", "ran", "heard", "unheard"))


def _list(event: Mapping[str, object], key: str) -> list[str]:
    found = event.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(one) for one in text.split(",") if one.isdigit())
