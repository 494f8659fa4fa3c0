"""JUnit XML in pytest's shape: a suite per document, a case per snippet.

Broken is a failure, a fault of ours an error, and everything else that did not pass is skipped
with its reason. The writer is our own, because the known ones write escape sequences raw and
then do not parse.
"""

from collections.abc import Iterator
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from doc_healing.model import Finding, Run, SymptomKind, Verdict
from doc_healing.report import tally
from doc_healing.report.codes import code_of
from doc_healing.report.codes.unverified import FAULT, SANDBOX
from doc_healing.report.difference import difference
from doc_healing.report.options import Options
from doc_healing.report.rebase import rebased
from doc_healing.report.screen import printable

_OUR_FAULT = frozenset({FAULT.id, SANDBOX.id})
_PASSED = frozenset({Verdict.PASSED, Verdict.HEALED})


def check_junit(run: Run, options: Options) -> str:
    """The report as an XML 1.0 document."""
    run = rebased(run, options.prefix)
    root = Element("testsuites", name="doc-healing")
    for path, findings in groupby(run.findings, key=lambda finding: finding.snippet.path):
        _suite(root, path, list(findings))
    for document in run.documents:
        if document.unreadable:
            suite = _empty_suite(root, document.path, tests=1, errors=1)
            case = SubElement(suite, "testcase", _case(document.path, "document", 1, 0.0))
            SubElement(case, "error", message=printable(document.unreadable), type="DH002")
    _total(root, run)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _total(root: Element, run: Run) -> None:
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    root.set("time", f"{tally.seconds(run.seconds):.3f}")


def _suite(root: Element, path: str, findings: list[Finding]) -> None:
    suite = _empty_suite(root, path, tests=len(findings))
    seconds = sum(tally.seconds(finding.seconds) for finding in findings)
    suite.set("time", f"{seconds:.3f}")
    for finding in findings:
        snippet = finding.snippet
        name = f"{snippet.language or 'no label'}:L{snippet.line}"
        at = tally.place(finding).line if finding.symptom else snippet.line
        file = tally.place(finding).path
        case = SubElement(suite, "testcase", _case(snippet.path, name, at, finding.seconds, file))
        outcome = _outcome(finding)
        if outcome:
            _count(suite, outcome)
            _result(case, outcome, finding)
        for tag, text in (("system-out", finding.stdout), ("system-err", finding.stderr)):
            if text and outcome in {"failure", "error"}:
                SubElement(case, tag).text = printable(text)


def _empty_suite(root: Element, path: str, *, tests: int, errors: int = 0) -> Element:
    counts = {"tests": tests, "failures": 0, "errors": errors, "skipped": 0}
    suite = SubElement(root, "testsuite", name=printable(path))
    for key, number in counts.items():
        suite.set(key, str(number))
    suite.set("time", "0.000")
    return suite


def _case(path: str, name: str, line: int, seconds: float, file: str = "") -> dict[str, str]:
    return {
        "classname": printable(path),
        "name": printable(name),
        "file": printable(file or path),
        "line": str(line),
        "time": f"{tally.seconds(seconds):.3f}",
    }


def _outcome(finding: Finding) -> str:
    code = code_of(finding)
    if finding.verdict in _PASSED:
        return ""
    if finding.verdict in tally.RED:
        return "failure"
    return "error" if code and code.id in _OUR_FAULT else "skipped"


def _count(suite: Element, outcome: str) -> None:
    key = {"failure": "failures", "error": "errors", "skipped": "skipped"}[outcome]
    suite.set(key, str(int(suite.get(key, "0")) + 1))


def _result(case: Element, outcome: str, finding: Finding) -> None:
    code = code_of(finding)
    kind = f"{code.id} {code.slug}" if code else finding.verdict.value
    symptom = finding.symptom
    reason = printable(symptom.message if symptom and symptom.message else tally.reason(finding))
    element = SubElement(case, outcome, type=kind, message=f"{finding.verdict.value}: {reason}")
    element.text = "\n".join(_body(finding))


def _body(finding: Finding) -> Iterator[str]:
    place, symptom, code = tally.place(finding), finding.symptom, code_of(finding)
    yield f"{printable(place.path)}:{place.line}:{place.column}: {printable(tally.reason(finding))}"
    if symptom and symptom.kind is SymptomKind.OUTPUT:
        yield from difference(symptom.expected, symptom.actual)
    if symptom and symptom.trace:
        yield printable(symptom.trace)
    if finding.fault:
        yield printable(finding.fault)
    if code:
        yield f"help: {code.advice}"
