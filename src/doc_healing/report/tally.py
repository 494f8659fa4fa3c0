"""What all formats count and group in the same way."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from doc_healing.model import Document, Finding, Notice, Run, Verdict
from doc_healing.report.codes import Code, code_of
from doc_healing.report.codes.notices import UNREADABLE_DOCUMENT
from doc_healing.report.codes.unverified import ONLY_READ

_EXIT = re.compile(r"exit code -?\d+")
NOT_RUN = frozenset({Verdict.SKIPPED, Verdict.ILLUSTRATIVE})
RED = frozenset({Verdict.BROKEN})

# In the order in which a reader wants them.
WORDS: Mapping[Verdict, str] = {
    Verdict.BROKEN: "broken",
    Verdict.ALREADY_BROKEN: "already broken",
    Verdict.NEEDS_REVIEW: "to review",
    Verdict.HEALED: "healed",
    Verdict.UNVERIFIED: "unverified",
    Verdict.PASSED: "passed",
    Verdict.SKIPPED: "skipped",
    Verdict.ILLUSTRATIVE: "illustrative",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a document, and the column where it is known (else 1)."""

    path: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind and with one reason."""

    code: Code | None
    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...]


def counts(run: Run) -> Mapping[Verdict, int]:
    """How many findings have each verdict; every verdict is there."""
    found = Counter(finding.verdict for finding in run.findings)
    return {verdict: found[verdict] for verdict in Verdict}


def runnable(run: Run) -> int:
    """How many snippets there were to run."""
    return sum(finding.verdict not in NOT_RUN for finding in run.findings)


def checked(run: Run) -> int:
    """How many snippets got a verdict about themselves."""
    return sum(
        finding.verdict not in NOT_RUN and finding.verdict is not Verdict.UNVERIFIED
        for finding in run.findings
    )


def only_read(run: Run) -> tuple[Finding, ...]:
    """The findings of `lint` about which there is nothing to say."""
    return tuple(
        finding
        for finding in run.findings
        if finding.verdict is Verdict.UNVERIFIED and code_of(finding) is ONLY_READ
    )


def unverified(run: Run) -> tuple[Finding, ...]:
    """The findings that were to be verified and could not be."""
    silent = set(map(id, only_read(run)))
    return tuple(each for each in having(run, Verdict.UNVERIFIED) if id(each) not in silent)


def having(run: Run, *verdicts: Verdict) -> tuple[Finding, ...]:
    """The findings with these verdicts, in the order of the run."""
    return tuple(finding for finding in run.findings if finding.verdict in verdicts)


def place(finding: Finding) -> Place:
    """Where to look: at the symptom, else at the snippet's opening fence."""
    symptom = finding.symptom
    if symptom is None:
        return Place(finding.snippet.path, finding.snippet.line)
    return Place(symptom.path, symptom.line, symptom.column)


def groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings gathered by kind and reason, the largest group first."""
    gathered: dict[tuple[str, Verdict, str], list[Finding]] = {}
    for finding in findings:
        code = code_of(finding)
        key = (code.id if code else "", finding.verdict, reason(finding))
        gathered.setdefault(key, []).append(finding)
    made = [
        Group(code_of(members[0]), verdict, words, tuple(members))
        for (_, verdict, words), members in gathered.items()
    ]
    return tuple(sorted(made, key=lambda group: -len(group.findings)))


def reason(finding: Finding) -> str:
    """Why a finding is what it is, in words; never empty unless it passed."""
    if finding.reason or finding.verdict is Verdict.PASSED:
        return finding.reason
    if finding.symptom and finding.symptom.message:
        return finding.symptom.message
    code = code_of(finding)
    return code.title if code else ""


def remark(finding: Finding) -> str:
    """What the reason adds to the symptom; empty where it only says that the program failed."""
    symptom, words = finding.symptom, finding.reason
    if symptom is None or words in symptom.message or _EXIT.fullmatch(words):
        return ""
    return words


def suggestion(notice: Notice) -> str:
    """The nearest valid spelling, where the message does not name it already."""
    return "" if f"`{notice.suggestion}`" in notice.message else notice.suggestion


def notices(run: Run) -> tuple[Notice, ...]:
    """Everything that was said of the documents, each thing once, in their order."""
    said = dict.fromkeys(run.warnings)
    for document in run.documents:
        said |= dict.fromkeys(document.warnings)
        if document.unreadable:
            said[_unreadable(document)] = None
    return tuple(sorted(said, key=lambda notice: (notice.path, notice.line, notice.column)))


def seconds(value: float) -> float:
    """A duration to the millisecond; a number that is none (a clock gone wrong) counts as 0."""
    return round(value, 3) if math.isfinite(value) and value > 0 else 0.0


def plural(number: int, noun: str) -> str:
    """`1 document`, `2 documents`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tally_words(run: Run) -> list[str]:
    """`1 broken`, `57 passed`, ...: those verdicts that occur."""
    found, read = dict(counts(run)), len(only_read(run))
    found[Verdict.UNVERIFIED] -= read
    words = _words(found)
    return [*words, f"{read} read, not run"] if read else words


def languages(run: Run) -> tuple[tuple[str, str], ...]:
    """Each language that has programs in the run, and what became of its blocks.

    Empty where there is only one: the total says the same. In the order of the first block.
    """
    found: dict[str, Counter[Verdict]] = {}
    for finding in run.findings:
        found.setdefault(finding.snippet.language, Counter())[finding.verdict] += 1
    told = {name: seen for name, seen in found.items() if name and set(seen) - NOT_RUN}
    rows = tuple((name, " · ".join(_words(seen))) for name, seen in told.items())
    return rows if len(rows) > 1 else ()


def total(run: Run) -> str:
    """All snippets and what became of them, such that the numbers add up."""
    words = " · ".join(tally_words(run))
    return f"{plural(len(run.findings), 'snippet')}: {words}" if words else ""


def conclusion(run: Run) -> str:
    """What the run comes to, in one sentence. Nothing to check is not success."""
    sentence = _conclusion(run)
    return f"Interrupted. {sentence}" if run.interrupted else sentence


def _conclusion(run: Run) -> str:
    number, ran, done = len(run.findings), runnable(run), checked(run)
    documents = plural(len(run.documents), "document")
    time = f"{seconds(run.seconds):.1f} s"
    if not run.documents:
        return "No documents were found: nothing was checked."
    if number == 0:
        return f"0 snippets in {documents}: nothing was checked."
    spared = sum(finding.cause == "unaffected" for finding in run.findings)
    if ran == 0 and spared:
        blocks = plural(spared, "snippet")
        return f"Nothing to run: the change touches none of {blocks} in {documents} (see --all)."
    if ran == 0:
        return f"0 runnable snippets among {number} in {documents}: nothing was checked."
    if silent := len(only_read(run)):
        known = plural(ran, "runnable snippet")
        return f"Read {silent + done} of {known} in {documents} in {time}; ran none."
    if done == 0:
        return (
            f"None of {plural(ran, 'runnable snippet')} in {documents} could be verified ({time})."
        )
    return f"Checked {done} of {plural(ran, 'runnable snippet')} in {documents} in {time}."


def addition(added: str) -> str:
    """What was added to a block to run it, as a sentence's start."""
    return added if added.startswith("run after ") else f"to run it, {added}"


def _words(found: Mapping[Verdict, int]) -> list[str]:
    return [f"{found[verdict]} {word}" for verdict, word in WORDS.items() if found.get(verdict)]


def _unreadable(document: Document) -> Notice:
    return Notice(document.path, 1, 1, UNREADABLE_DOCUMENT.id, document.unreadable)
