"""Whose fault: what fails here is held against the base (invariant 6).

Old and new snippet on base and head code, as few runs as decide it. Only what passes on the base
and fails on the head was broken by the change. A block that the change itself wrote has nobody
else to blame. Everything else that fails was broken before, and is said quietly.
"""

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing.model import Document, Finding, Names, Run, Snippet, State, Verdict
from doc_healing.pipeline.consequences import came_further, without_consequences
from doc_healing.pipeline.examine import examine
from doc_healing.pipeline.tools import Tools, Watcher

_ALIKE = 0.5  # of two blocks, above which one is taken for the other's successor
# Reasons that say nothing of the document: what they left open, the base cannot settle.
_OURS = ("language", "toolchain", "install", "sandbox", "unstable", "interrupted", "server")

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Base:
    """The tree that a change started from: its documents, and tools that install its code."""

    name: str  # for the reader: "main at 1a2b3c4d5e"
    tools: Tools
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A failing block of the head and the block of the base that it was, if it was one."""

    finding: Finding
    old: Snippet | None

    @property
    def untouched(self) -> bool:
        old = self.old
        new = self.finding.snippet
        return old is not None and (old.code, old.info) == (new.code, new.info)


def blamed(head: Run, base: Base, watcher: Watcher) -> Run:
    """The run with each failure told apart: by this change, before it, or not to be known."""
    suspects = [finding for finding in head.findings if _suspect(finding)]
    if not suspects or head.interrupted:
        return head
    pairs = list(_paired(suspects, head.documents, base.documents))
    before = _tried(base, base.documents, [pair.old for pair in pairs if pair.old], watcher)
    edited = [pair for pair in pairs if _edited_and_failing(pair, before)]
    moved = _tried(base, head.documents, [pair.finding.snippet for pair in edited], watcher)
    judged = {_key(p.finding.snippet): _judged(p, before, moved, base.name) for p in pairs}
    told = [judged.get(_key(one.snippet), one) for one in head.findings]
    doubted = {_key(one.snippet) for one in suspects if one.verdict is Verdict.UNVERIFIED}
    findings = without_consequences(told, doubted, _names(base))
    return replace(head, findings=findings, notes=(*head.notes, f"compared with {base.name}"))


def _names(base: Base) -> Callable[[Snippet], Names]:
    """What a snippet binds and takes, asked of its language once."""
    known: dict[Key, Names] = {}

    def of(snippet: Snippet) -> Names:
        language = base.tools.languages.get(snippet.language)
        if _key(snippet) not in known:
            known[_key(snippet)] = language.names(snippet) if language else Names()
        return known[_key(snippet)]

    return of


def _suspect(finding: Finding) -> bool:
    """Whether it failed: also where the head alone cannot tell a break from a lack of context."""
    if finding.verdict is Verdict.BROKEN:
        return True
    failed = finding.verdict is Verdict.UNVERIFIED and finding.symptom is not None
    return failed and finding.cause not in _OURS and not finding.fault


def _paired(
    suspects: Sequence[Finding], now: Sequence[Document], then: Sequence[Document]
) -> Iterator[_Pair]:
    written = {document.path: _texts(document) for document in now}
    before = {document.path: document.snippets for document in then}
    everywhere: dict[tuple[str, str], list[Snippet]] = {}
    for document in then:
        for snippet in document.snippets:
            everywhere.setdefault((snippet.language, snippet.code), []).append(snippet)
    for finding in suspects:
        new = finding.snippet
        old = _predecessor(new, before.get(new.path, ()), written.get(new.path, Counter()))
        same = everywhere.get((new.language, new.code), [])
        if (old is None or old.code != new.code) and len(same) == 1:
            old = same[0]  # it moved, or its document did
        if old is not None and old.state is not State.RUNNABLE:
            old = None  # it was skipped there: to run it is this change's own wish
        yield _Pair(finding, old)


def _texts(document: Document) -> Counter[tuple[str, str]]:
    return Counter((snippet.language, snippet.code) for snippet in document.snippets)


def _predecessor(
    new: Snippet, candidates: Sequence[Snippet], written: Counter[tuple[str, str]]
) -> Snippet | None:
    """The block of the same document that reads the same, else the one most like it, nearby.

    One that still stands in the document as it was is nobody else's predecessor.
    """
    same = [old for old in candidates if old.language == new.language]
    equal = [old for old in same if old.code == new.code]
    if equal:
        return min(equal, key=lambda old: abs(old.index - new.index))
    gone = [old for old in same if not written[old.language, old.code]]
    near = sorted(gone, key=lambda old: abs(old.index - new.index))[:12]
    scored = [(_likeness(old.code, new.code), -abs(old.index - new.index), old) for old in near]
    best = max(scored, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] >= _ALIKE else None


def _likeness(old: str, new: str) -> float:
    return difflib.SequenceMatcher(None, old.splitlines(), new.splitlines()).ratio() or (
        difflib.SequenceMatcher(None, old[:2000], new[:2000], autojunk=False).ratio()
    )


def _edited_and_failing(pair: _Pair, before: Mapping[Key, Finding]) -> bool:
    if pair.old is None or pair.untouched:
        return False
    old = before.get(_key(pair.old))
    return old is not None and old.verdict is Verdict.BROKEN


def _tried(
    base: Base, documents: Sequence[Document], snippets: Sequence[Snippet], watcher: Watcher
) -> Mapping[Key, Finding]:
    """The findings of just these snippets on the base's code."""
    wanted = frozenset(_key(one) for one in snippets if one.state is State.RUNNABLE)
    if not wanted:
        return {}
    paths = {path for path, _ in wanted}
    needed = [document for document in documents if document.path in paths]
    run = examine(replace(base.tools, only=wanted), needed, watcher)
    return {_key(one.snippet): one for one in run.findings if _key(one.snippet) in wanted}


def _judged(
    pair: _Pair, before: Mapping[Key, Finding], moved: Mapping[Key, Finding], base: str
) -> Finding:
    finding = pair.finding
    if pair.old is None:
        new = finding.verdict is Verdict.BROKEN
        return replace(finding, reason=f"new since {base}, and it fails") if new else finding
    old = before.get(_key(pair.old))
    verdict = old.verdict if old else Verdict.UNVERIFIED
    if verdict is Verdict.PASSED:
        by = "this change to the code" if pair.untouched else "this change"
        return _red(finding, f"broken by {by}: it passes at {base}")
    if finding.verdict is not Verdict.BROKEN:
        return finding
    if old and pair.untouched and came_further(old, finding):
        return _red(finding, f"broken by this change to the code: at {base} it comes further")
    if verdict is Verdict.BROKEN:
        now = moved.get(_key(finding.snippet))
        if now is not None and now.verdict is Verdict.PASSED:
            return _red(
                finding, f"broken by this change: as it stands it passes on the code of {base}"
            )
        reason = f"it failed at {base} already"
        return replace(finding, verdict=Verdict.ALREADY_BROKEN, reason=reason)
    return _unknown(finding, old, base)


def _red(finding: Finding, reason: str) -> Finding:
    return replace(finding, verdict=Verdict.BROKEN, reason=reason, cause="")


def _unknown(finding: Finding, old: Finding | None, base: str) -> Finding:
    """It fails here, and nobody can tell whether it did before: never red."""
    said = old.reason if old and old.reason else "it was not run there"
    reason = f"it fails here; whether it did at {base} is not known: {said}"
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason)


def _key(snippet: Snippet) -> Key:
    return (snippet.path, snippet.index)
