"""Whose fault: what fails here is held against the base (invariant 6).

Old and new snippet on base and head code, as few runs as decide it. Only what passes on the base
and fails on the head was broken by the change; and where the page changed too, only what fails on
the head's code as the base's page has it, for else the page has merely lost what it ran after. A
block that the change itself wrote has nobody else to blame. Everything else that fails was broken
before, and is said quietly.
"""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing.model import Document, Finding, Instructions, Names, Run, Snippet, State, Verdict
from doc_healing.pipeline import context
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

    @property
    def unmarked(self) -> bool:
        """Whether what its markers ask for is the same on both sides."""
        old, new = self.old, self.finding.snippet
        return old is not None and _asked(old) == _asked(new)


@dataclass(frozen=True, slots=True)
class _Held:
    """What the blocks of one tree's pages did on the code of the one or the other."""

    before: Mapping[Key, Finding]  # base's block on the base
    edited: Mapping[Key, Finding]  # head's block on the base
    kept: Mapping[Key, Finding]  # base's block on the head
    lost: Mapping[Key, str]  # what a block of the head no longer runs after


def blamed(head: Run, tools: Tools, base: Base, watcher: Watcher) -> Run:
    """The run with each failure told apart: by this change, before it, or not to be known.

    `tools` are those that the head was examined with.
    """
    suspects = [finding for finding in head.findings if _suspect(finding)]
    if not suspects or head.interrupted:
        return head
    pairs = list(_paired(suspects, head.documents, base.documents))
    held = _held(head, tools, base, pairs, watcher)
    judged = {_key(pair.finding.snippet): _judged(pair, held, base.name) for pair in pairs}
    told = [judged.get(_key(one.snippet), one) for one in head.findings]
    doubted = {_key(one.snippet) for one in suspects if one.verdict is Verdict.UNVERIFIED}
    findings = without_consequences(told, doubted, _names(base))
    return replace(head, findings=findings, notes=(*head.notes, f"compared with {base.name}"))


def _held(head: Run, tools: Tools, base: Base, pairs: Sequence[_Pair], watcher: Watcher) -> _Held:
    olds = [pair.old for pair in pairs if pair.old]
    before = _tried(base.tools, base.documents, olds, watcher)
    texts = {document.data for document in base.documents}
    pages = {document.path for document in head.documents if document.data not in texts}
    passed = [pair for pair in pairs if _was(pair, before) is Verdict.PASSED]
    torn = [pair for pair in passed if pair.finding.snippet.path in pages]
    failing = [pair for pair in pairs if _edited_and_failing(pair, before)]
    unsure = [one for one in torn if not one.untouched and _unsure(one.finding)]
    edited = [pair.finding.snippet for pair in (*failing, *unsure)]
    same = [pair for pair in torn if pair.untouched and pair.unmarked]
    lost = {_key(one.finding.snippet): _lost(one, head, base) for one in same}
    return _Held(
        before,
        _tried(base.tools, head.documents, edited, watcher),
        _tried(tools, base.documents, [pair.old for pair in same if pair.old], watcher),
        lost,
    )


def _lost(pair: _Pair, head: Run, base: Base) -> str:
    """In words, which block that a block ran after on the base is gone from before it."""
    old, new = pair.old, pair.finding.snippet
    if old is None:
        return ""
    known = [one for page in base.documents if page.path == old.path for one in page.snippets]
    own = [one for one in known if one.language == old.language]
    here = [one for page in head.documents if page.path == new.path for one in page.snippets]
    lending = {bare(one.code) for one in here if context.lends(one, new)}
    found = context.contexts_of(old, own, _names(base))
    gone = [one for one in (found[0] if found else ()) if bare(one.code) not in lending]
    if not gone:
        return ""
    line = gone[-1].line
    return f"the block at line {line} of {base.name}, whose names it uses, is gone from before it"


def _asked(snippet: Snippet) -> Instructions:
    said = snippet.instructions
    return replace(said, markers=(), mentioned=(), announced_at=0, continues=False, session="")


def _unsure(finding: Finding) -> bool:
    return finding.verdict is Verdict.UNVERIFIED


def _was(pair: _Pair, before: Mapping[Key, Finding]) -> Verdict | None:
    old = before.get(_key(pair.old)) if pair.old else None
    return old.verdict if old else None


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
    equal = equal or [old for old in same if bare(old.code) == bare(new.code)]
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


def bare(code: str) -> str:
    """A program without what a formatter changes: layout, quotes, closing commas, semicolons."""
    text = re.sub(r"[;\s]+", "", re.sub(r"[\"'`]+", '"', code))
    return re.sub(r",+(?=[)\]}])", "", text)


def _edited_and_failing(pair: _Pair, before: Mapping[Key, Finding]) -> bool:
    if pair.old is None or pair.untouched:
        return False
    old = before.get(_key(pair.old))
    return old is not None and old.verdict is Verdict.BROKEN


def _tried(
    tools: Tools, documents: Sequence[Document], snippets: Sequence[Snippet], watcher: Watcher
) -> Mapping[Key, Finding]:
    """The findings of just these snippets on the code that these tools install."""
    wanted = frozenset(_key(one) for one in snippets if one.state is State.RUNNABLE)
    if not wanted:
        return {}
    paths = {path for path, _ in wanted}
    needed = [document for document in documents if document.path in paths]
    run = examine(replace(tools, only=wanted), needed, watcher)
    return {_key(one.snippet): one for one in run.findings if _key(one.snippet) in wanted}


def _judged(pair: _Pair, held: _Held, base: str) -> Finding:
    finding = pair.finding
    now = held.edited.get(_key(finding.snippet))
    if pair.old is None:
        new = finding.verdict is Verdict.BROKEN
        return replace(finding, reason=f"new since {base}, and it fails") if new else finding
    old = held.before.get(_key(pair.old))
    verdict = old.verdict if old else Verdict.UNVERIFIED
    if verdict is Verdict.PASSED:
        kept = held.kept.get(_key(pair.old))
        lost = held.lost.get(_key(finding.snippet), "")
        if kept is not None and not _fails(kept, lost):
            passes = f"its page has changed around it: as it is at {base} it passes on this code"
            return _torn(finding, kept, lost or passes)
        if kept is not None and lost:
            finding = _as_kept(finding, kept)
        if now is not None and now.verdict is not Verdict.PASSED:
            return finding
        by = "this change to the code" if pair.untouched else "this change"
        return _red(finding, f"broken by {by}: it passes at {base}")
    if finding.verdict is not Verdict.BROKEN:
        return finding
    if old and pair.untouched and came_further(old, finding):
        return _red(finding, f"broken by this change to the code: at {base} it comes further")
    if verdict is Verdict.BROKEN:
        if now is not None and now.verdict is Verdict.PASSED:
            return _red(
                finding, f"broken by this change: as it stands it passes on the code of {base}"
            )
        reason = f"it failed at {base} already"
        return replace(finding, verdict=Verdict.ALREADY_BROKEN, reason=reason)
    return _unknown(finding, old, base)


def _fails(kept: Finding, lost: str) -> bool:
    """Whether a block that its page kept as it was fails on the code of the head.

    What it misses where it has lost a block may be for that one to answer.
    """
    missing = kept.symptom is not None and kept.symptom.kind in context.CURABLE
    return kept.verdict is Verdict.BROKEN or (_suspect(kept) and not (lost and missing))


def _as_kept(finding: Finding, kept: Finding) -> Finding:
    """The finding with the failure that the code is to blame for, at the same line of the block."""
    symptom, old, new = kept.symptom, kept.snippet, finding.snippet
    places = [(line.path, line.line) for line in old.lines]
    if symptom is None or (symptom.path, symptom.line) not in places or old.code != new.code:
        return finding
    here = new.lines[places.index((symptom.path, symptom.line))]
    moved = replace(symptom, path=here.path, line=here.line)
    return replace(finding, symptom=moved, stdout=kept.stdout, stderr=kept.stderr)


def _torn(finding: Finding, kept: Finding, lost: str) -> Finding:
    """The page lost what the block ran after, or nobody can tell whether the code broke it."""
    if kept.verdict is not Verdict.PASSED:
        return finding if _unsure(finding) else _unknown_now(finding, kept)
    reason = f"needs context: {lost}"
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")


def _unknown_now(finding: Finding, kept: Finding) -> Finding:
    reason = f"it fails here; whether for its page or for the code is not known: {kept.reason}"
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason, cause=kept.cause)


def _red(finding: Finding, reason: str) -> Finding:
    return replace(finding, verdict=Verdict.BROKEN, reason=reason, cause="")


def _unknown(finding: Finding, old: Finding | None, base: str) -> Finding:
    """It fails here, and nobody can tell whether it did before: never red."""
    said = old.reason if old and old.reason else "it was not run there"
    reason = f"it fails here; whether it did at {base} is not known: {said}"
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason)


def _key(snippet: Snippet) -> Key:
    return (snippet.path, snippet.index)
