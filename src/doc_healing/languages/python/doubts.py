"""Second thoughts on a red verdict: what the driver saw that clears the document."""

import json
from dataclasses import replace

from doc_healing.languages.python import borrowed, evidence
from doc_healing.languages.python.reports import Fault, Report
from doc_healing.model import Environment, Job, Mode, Reading, Symptom, SymptomKind, Verdict

_WAITS = "needs context: it waits for input from its user"
_OF_THE_CODE = (
    SymptomKind.IMPORT,
    SymptomKind.ARGUMENT,
    SymptomKind.SIGNAL,
    SymptomKind.MEMORY,
    SymptomKind.PROCESS_LIMIT,
    SymptomKind.DISK_LIMIT,
)
_SHIFTY = (SymptomKind.ATTRIBUTE, SymptomKind.TYPE, SymptomKind.ARGUMENT)


def cleared(job: Job, report: Report, environment: Environment | None, reading: Reading) -> Reading:
    """The reading, taken back where the block lacked something that we did not give it."""
    differs = reading.symptom is not None and reading.symptom.kind is SymptomKind.OUTPUT
    fault = None if differs else report.fault or report.thread
    if reading.verdict is Verdict.BROKEN and not _by_text(reading.symptom):
        tried = _network(report, reading.symptom)
        if tried:
            return _unverified(reading, tried, SymptomKind.NETWORK)
        if report.waited:
            return _unverified(reading, _WAITS)
        reason = _loan(job, fault, environment, reading.symptom) if fault else ""
        if not reason and reading.symptom and not _promised(job):
            reason = evidence.excuse(evidence.Red(job.snippet, reading.symptom, fault, job.context))
            reason = reason or _configured(job, reading.symptom)
            reason = reason or _fragment(report, fault, reading.symptom)
        if reason:
            return _unverified(reading, f"needs context: {reason}")
    if reading.verdict is Verdict.BROKEN and reading.symptom and not _promised(job):
        left_out = evidence.left_out(evidence.Red(job.snippet, reading.symptom, None))
        if _by_text(reading.symptom) and left_out:
            return Reading(Verdict.ILLUSTRATIVE, left_out)
    if report.network and reading.symptom and reading.symptom.exception == "CalledProcessError":
        return _unverified(reading, f"needs the network: {report.network[0]}", SymptomKind.NETWORK)
    if report.waited and reading.symptom and reading.verdict is Verdict.UNVERIFIED:
        lacks_input = reading.symptom.kind is SymptomKind.CONTEXT and not reading.symptom.names
        return _unverified(reading, _WAITS) if lacks_input else reading
    if reading.verdict is Verdict.UNVERIFIED and fault and report.lacking:
        return _with_lacking(job, report, reading)
    return reading


def _by_text(symptom: Symptom | None) -> bool:
    return symptom is not None and symptom.kind is SymptomKind.SYNTAX


def _unverified(reading: Reading, reason: str, kind: SymptomKind = SymptomKind.CONTEXT) -> Reading:
    symptom = replace(reading.symptom, kind=kind) if reading.symptom else None
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def _network(report: Report, symptom: Symptom | None) -> str:
    """What the program tried to reach before it failed, where the failure may come of that."""
    if not report.network or symptom is None or _is_of_the_code(symptom):
        return ""
    differs = next((one for one in report.compared if not one.same), None)
    tried = report.network[0]
    if differs is not None and symptom.kind is SymptomKind.OUTPUT:
        tried = differs.network
    return f"needs the network: it tried to reach {tried}" if tried else ""


def _is_of_the_code(symptom: Symptom) -> bool:
    """Whether no answer of any server would have made a difference."""
    if symptom.kind is SymptomKind.ATTRIBUTE:
        return symptom.message.startswith(
            ("AttributeError: module ", "AttributeError: type object ")
        )
    if symptom.kind is SymptomKind.NAME:
        return symptom.exception != "UnboundLocalError"
    return symptom.kind in _OF_THE_CODE


def _loan(job: Job, fault: Fault, environment: Environment | None, symptom: Symptom | None) -> str:
    """Whether the statement failed on an import that it may have meant in another way."""
    for offer in made(job):
        if offer.name not in fault.touched:
            continue
        module = offer.text.split()[1].split(".")[0]
        own = environment is not None and module in environment.modules
        shifty = not own and fault.inside and symptom is not None and symptom.kind in _SHIFTY
        if offer.ambiguous or shifty:
            return f"which `{offer.name}` it means is not said in this block"
    return ""


def _promised(job: Job) -> bool:
    return job.snippet.instructions.mode is Mode.FAIL


def _configured(job: Job, symptom: Symptom) -> str:
    """Whether an earlier block sets up a module that this one uses."""
    said = job.facts.get("configured", "")
    kinds = (SymptomKind.OUTPUT, SymptomKind.EXCEPTION, SymptomKind.ASSERTION)
    return said if symptom.kind in kinds else ""


def _fragment(report: Report, fault: Fault | None, symptom: Symptom) -> str:
    """Whether a library refuses what is plainly one of several parts of a program."""
    refused = symptom.kind is SymptomKind.EXCEPTION and fault is not None and not fault.inside
    if not (report.borrowed and refused):
        return ""
    return f"it is a part of what its page builds up ({symptom.message[:120]})"


def _with_lacking(job: Job, report: Report, reading: Reading) -> Reading:
    """Name the borrowed import that failed, where its name is what the block lacks."""
    offered = made(job)
    names = reading.symptom.names if reading.symptom else ()
    for at, error in report.lacking:
        if at < len(offered) and offered[at].name in names:
            one = offered[at]
            if not one.line:
                continue  # nobody says that it was meant
            reason = f"needs context: `{one.text}` of line {one.line} failed here ({error})"
            return replace(reading, reason=reason)
    return reading


def made(job: Job) -> list[borrowed.Offer]:
    """The offers that were made to a job's block."""
    found = json.loads(job.facts.get("offers", "[]"))
    return [borrowed.Offer(*one) for one in found]
