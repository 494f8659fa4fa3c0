"""The driver's report as values. It comes from the jail: nothing in it is taken on trust."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """One exception of a chain."""

    name: str
    module: str
    bases: tuple[str, ...]  # "module.Class", itself first
    message: str
    facts: Mapping[str, str]  # name, name_from, filename, errno, code, key


@dataclass(frozen=True, slots=True)
class Fault:
    """What stopped the run. Lines and columns are 1-based, in the snippet's file; 0 is unknown."""

    chain: tuple[Link, ...]
    files: tuple[str, ...]  # of its frames, outermost first
    inside: bool  # it arose in the snippet's own code, not in what that calls
    line: int
    column: int
    end_column: int
    shift: int
    chunk: int
    bound: frozenset[str]
    defined: frozenset[str]
    placeholder: bool
    later: frozenset[str] = frozenset()  # the names that only later statements bind
    touched: frozenset[str] = frozenset()  # the borrowed names that the statement reads
    absent: str = ""  # the attribute of a module that is None where the statement uses it
    value: bool = False  # the block is no more than a value: a dictionary, a list


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a promise in the code with what was printed."""

    same: bool
    want: str
    got: str
    source: str
    line: int
    column: int
    network: str = ""  # what the program had tried to reach before


@dataclass(frozen=True, slots=True)
class Form:
    """What the driver made of one chunk's text."""

    kind: str
    shift: int
    added: tuple[str, ...]
    reason: str
    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the driver said, in its own order where that matters."""

    began: bool = False
    version: str = ""
    skip: str = ""
    forms: tuple[Form, ...] = ()
    compared: tuple[Compared, ...] = ()
    fault: Fault | None = None
    thread: Fault | None = None
    leave: Fault | None = None  # it left by SystemExit
    output: str | None = None
    warnings: tuple[tuple[str, int], ...] = ()
    announced: tuple[str, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    nothing: tuple[int, ...] = ()  # the chunks of which no statement was run
    done: tuple[int, ...] = ()  # the chunks that ran to their end
    ended: bool = False
    waited: bool = False  # it read on at the end of stdin
    borrowed: tuple[int, ...] = ()  # the offered imports that it took
    lacking: tuple[tuple[int, str], ...] = ()  # those that failed, and how
    network: tuple[str, ...] = ()  # what the program tried to reach, and could not
    standing: tuple[str, int] | None = None  # the file and line where it last stood


def read(data: bytes, nonce: str, path: str = "snippet.py") -> Report:
    """The report that these bytes hold; whatever is not of our form is left out."""
    events: dict[str, list[Mapping[str, Any]]] = {}
    notes: list[str] = []
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith(nonce + " "):
            event = _event(line[len(nonce) + 1 :])
            before = _text(events["network"][0], "what") if "network" in events else ""
            events.setdefault(_text(event, "event"), []).append({**event, "network": before})
        else:
            notes.append(line)
    return _report(events, _standing(notes, path))


def _report(
    events: Mapping[str, Sequence[Mapping[str, Any]]], standing: tuple[str, int] | None
) -> Report:
    def first(name: str) -> Mapping[str, Any]:
        return next(iter(events.get(name, ())), {})

    def fault(name: str) -> Fault | None:
        return _fault(first(name)) if name in events else None

    return Report(
        began="begin" in events,
        version=_text(first("begin"), "version"),
        skip=_text(first("skip"), "reason"),
        forms=tuple(_form(one) for one in _maps(first("shapes"), "shapes")),
        compared=tuple(_compared(one) for one in events.get("compared", ())),
        fault=fault("failed"),
        thread=fault("thread"),
        leave=fault("exit"),
        output=_text(first("output"), "text") if "output" in events else None,
        warnings=tuple((_text(w, "text"), _int(w, "line")) for w in events.get("warning", ())),
        announced=tuple(_text(a, "comment") for a in events.get("announced", ())),
        left_out=tuple((_int(o, "line"), _text(o, "reason")) for o in events.get("left_out", ())),
        nothing=tuple(_int(one, "chunk") for one in events.get("nothing", ())),
        done=tuple(_int(one, "chunk") for one in events.get("done", ())),
        ended="end" in events,
        waited="waited" in events,
        borrowed=tuple(_int(one, "at") for one in events.get("borrowed", ())),
        lacking=tuple((_int(o, "at"), _text(o, "error")) for o in events.get("lacking", ())),
        network=tuple(_text(one, "what") for one in events.get("network", ())),
        standing=standing,
    )


def _event(line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _fault(event: Mapping[str, Any]) -> Fault:
    return Fault(
        chain=tuple(_link(one) for one in _maps(event, "chain")),
        files=tuple(_text(one, "file") for one in _maps(event, "frames")),
        inside=event.get("inside") is True,
        line=_int(event, "line"),
        column=_int(event, "column"),
        end_column=_int(event, "end_column"),
        shift=_int(event, "shift"),
        chunk=_int(event, "chunk"),
        bound=frozenset(_texts(event, "bound")),
        defined=frozenset(_texts(event, "defined")),
        placeholder=event.get("placeholder") is True,
        later=frozenset(_texts(event, "later")),
        touched=frozenset(_texts(event, "touched")),
        absent=_text(event, "absent"),
        value=event.get("value") is True,
    )


def _link(event: Mapping[str, Any]) -> Link:
    known = ("name", "name_from", "filename", "errno", "code", "key")
    facts = {key: str(event[key]) for key in known if isinstance(event.get(key), str | int)}
    return Link(
        name=_text(event, "class"),
        module=_text(event, "module"),
        bases=_texts(event, "bases"),
        message=_text(event, "message"),
        facts=facts,
    )


def _compared(event: Mapping[str, Any]) -> Compared:
    return Compared(
        same=event.get("ok") is True,
        want=_text(event, "want"),
        got=_text(event, "got"),
        source=_text(event, "source"),
        line=_int(event, "line"),
        column=_int(event, "column"),
        network=_text(event, "network"),
    )


def _form(event: Mapping[str, Any]) -> Form:
    return Form(
        kind=_text(event, "kind"),
        shift=_int(event, "shift"),
        added=_texts(event, "added"),
        reason=_text(event, "reason"),
        line=_int(event, "line"),
        column=_int(event, "column"),
        end_column=_int(event, "end_column"),
    )


def _standing(notes: Sequence[str], path: str) -> tuple[str, int] | None:
    """Where the snippet last stood, by faulthandler's notes (innermost frame first)."""
    found: tuple[str, int] | None = None
    fresh = True
    for note in notes:
        if note.startswith(("Stack (", "Fatal Python error", "Thread ", "Current thread")):
            fresh = True
        head, _, rest = note.strip().removeprefix('File "').rpartition('", line ')
        number = rest.split(" ")[0]
        if fresh and head.endswith("/" + path) and number.isdigit():
            found, fresh = (head, int(number)), False
    return found


def _maps(event: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = event.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _texts(event: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = event.get(key)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _text(event: Mapping[str, Any], key: str) -> str:
    value = event.get(key)
    return value if isinstance(value, str) else ""


def _int(event: Mapping[str, Any], key: str) -> int:
    value = event.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
