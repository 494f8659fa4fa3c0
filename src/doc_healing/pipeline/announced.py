"""Failures that the page itself announces: what it says is true, so it is no fault of it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from doc_healing.model import Document, Finding, Mode, Snippet, SymptomKind, Verdict

# A limit that was hit is no failure of the code's own, and an output that differs is none at all.
_OTHERS = (
    SymptomKind.OUTPUT,
    SymptomKind.TIMEOUT,
    SymptomKind.MEMORY,
    SymptomKind.OUTPUT_LIMIT,
    SymptomKind.PROCESS_LIMIT,
    SymptomKind.DISK_LIMIT,
)


# Words that say too little for a document that holds them to speak of this very failure.
_LEAST_WORDS = 3
_LEAST_CHARACTERS = 16


def heeded(finding: Finding, document: Document) -> Finding:
    """The finding; UNVERIFIED where the page beside a broken block says that it fails.

    Prose is no promise that can be held to its word, so a block that passes stays as it is, and
    so does one whose marker or shown error says how it must fail.
    """
    asked, symptom = finding.snippet.instructions, finding.symptom
    if finding.verdict is not Verdict.BROKEN or asked.mode is Mode.FAIL:
        return finding
    if symptom is not None and symptom.kind in _OTHERS:
        return finding
    if asked.announced_at:
        reason = f"the text at line {asked.announced_at} says that it fails"
    elif line := _shown_at(finding, document):
        reason = f"the document shows this very error at line {line}"
    else:
        return finding
    return replace(finding, verdict=Verdict.UNVERIFIED, reason=reason, cause="context")


def _shown_at(finding: Finding, document: Document) -> int:
    """The line outside of the block that holds the words of its error; 0: none does."""
    wanted = list(_words(finding.symptom.message)) if finding.symptom else []
    if not wanted:
        return 0
    for number, text in _outside(finding.snippet, document):
        plain = _plain(text)
        if any(words in plain for words in wanted):
            return number
    return 0


def _words(message: str) -> Iterator[str]:
    """What an error says: without its class, then also without what it wraps."""
    said = message.strip().partition("\n")[0]
    said = re.sub(r"^(?:[\w.]*[A-Z]\w*|error(?:\[\w+\])?): ", "", said)
    for text in (said, re.sub(r"^\([^()]{1,80}\) ", "", said)):
        plain = _plain(text)
        if len(plain) >= _LEAST_CHARACTERS and len(plain.split()) >= _LEAST_WORDS:
            yield plain


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[`'\"*]", "", text).split())


def _outside(snippet: Snippet, document: Document) -> Iterator[tuple[int, str]]:
    """The document's lines that are neither its own nor another block's program."""
    own = [one for one in document.snippets if one.language == snippet.language]
    code = {line for one in own for line in range(one.line, one.end_line + 1)}
    for number, text in enumerate(document.data.decode("utf-8", "replace").splitlines(), 1):
        if number not in code:
            yield number, text
