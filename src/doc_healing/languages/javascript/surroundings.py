"""Failures that hang on what surrounds a run: no network, another machine, another day, a class.

A red reading is doubted here once it stands: the program went on after a request that could not
succeed, a value is compared that differs from machine to machine, or `this` stands for an object
that the block does not show.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tree_sitter import Node

from doc_healing.languages.javascript.machine import compared
from doc_healing.languages.javascript.tree import facts
from doc_healing.languages.trees import nodes
from doc_healing.model import Job, Reading, SymptomKind, Verdict

Event = Mapping[str, Any]

_FAILING = ("error", "exit", "thrown")
_CERTAIN = (SymptomKind.SYNTAX, SymptomKind.IMPORT)
_OF_VALUES = (
    SymptomKind.ATTRIBUTE,
    SymptomKind.TYPE,
    SymptomKind.ARGUMENT,
    SymptomKind.OUTPUT,
    SymptomKind.ASSERTION,
)
_COMPARED = (SymptomKind.OUTPUT, SymptomKind.ASSERTION, SymptomKind.EXCEPTION, SymptomKind.EXIT)
_OWNERS = frozenset(
    {"function_declaration", "function_expression", "method_definition", "class_body",
     "generator_function", "generator_function_declaration", "pair"}
)  # fmt: skip


def excused(job: Job, reading: Reading, events: Sequence[Event]) -> Reading:
    """The reading, UNVERIFIED where it is red for a reason that lies in the surroundings."""
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None or symptom.kind in _CERTAIN:
        return reading
    asked = _network(events)
    if asked:
        reason = f"needs the network: it goes on after a request that failed ({asked})"
        network = replace(symptom, kind=SymptomKind.NETWORK)
        return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason, symptom=network)
    if symptom.kind in _OF_VALUES and _lends_this(job.snippet.code):
        reason = "part of a class or a function: `this` stands for an object that is not shown"
        return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason)
    if symptom.kind in _COMPARED:
        return _of_machine(job, reading)
    return reading


def _of_machine(job: Job, reading: Reading) -> Reading:
    symptom = reading.symptom
    if symptom is None:
        return reading
    named = json.loads(job.facts.get("machine", "{}")).get(f"{symptom.path}:{symptom.line}", "")
    if not named and symptom.kind is not SymptomKind.OUTPUT:
        row = next(
            (at for at, line in enumerate(job.snippet.lines) if line.line == symptom.line), None
        )
        whole = symptom.kind is SymptomKind.ASSERTION
        named = compared(job.snippet.code, row, whole) if row is not None else ""
    if not named and symptom.kind is SymptomKind.OUTPUT and job.facts.get("prints"):
        expectations = job.snippet.instructions.expected
        if any((item.path, item.line) == (symptom.path, symptom.line) for item in expectations):
            named = job.facts["prints"]
    if not named:
        return reading
    reason = f"depends on the machine or the time: `{named}`"
    return replace(reading, verdict=Verdict.UNVERIFIED, reason=reason)


def _network(events: Sequence[Event]) -> str:
    """What was asked of the network before the failure, else empty."""
    failing = [at for at, event in enumerate(events) if event.get("type") in _FAILING]
    end = failing[-1] if failing else len(events)
    asked = [str(event.get("what")) for event in events[:end] if event.get("type") == "network"]
    return asked[0][:80] if asked else ""


def _lends_this(code: str) -> bool:
    """Whether `this` is read at the top level, arrow functions included, which have none."""
    found = facts(code)
    if found.root is None:
        return False
    for node in nodes(found.root):
        if node.type != "this" or node.parent is None:
            continue
        if node.parent.type not in (
            "member_expression",
            "subscript_expression",
            "variable_declarator",
        ):
            continue
        above: Node | None = node.parent
        while above is not None and above.type not in _OWNERS:
            above = above.parent
        if above is None:
            return True
    return False
