"""Failures that may be the surroundings': taken back before anything is called broken.

What runs here is an ES module on Node.js, as it stands. A reader's compiler may make CommonJS of
it, where an import gives another thing; and a page may have given a well-known name its own
meaning, which the block alone does not know.
"""

import json
import re
from dataclasses import replace

from doc_healing.languages.javascript import notation
from doc_healing.languages.javascript.tree import facts, import_names, source_of
from doc_healing.model import Job, Reading, Snippet, Symptom, SymptomKind, Verdict

_CALLED = re.compile(r"(?:TypeError: )?([A-Za-z_$][\w$]*)((?:\.[\w$]+)*) is not a (?:function|con)")
_TOLD = re.compile(r"[;)]\s*//(.*)$")
_CODE = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)+")


def taken_back(job: Job, reading: Reading, plain: Snippet) -> Reading:
    """The reading, unverified where it is in doubt. `plain` is the snippet without its types."""
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None:
        return reading
    if symptom.kind is SymptomKind.SYNTAX:
        return reading
    line = next((one.text for one in job.snippet.lines if one.line == symptom.line), "")
    if symptom.kind is SymptomKind.EXCEPTION and _is_told(job, symptom):
        reason = f"fails as its comment announces: {symptom.message}"
        return Reading(Verdict.PASSED, reason, level=job.level)
    words = set(re.findall(r"[A-Za-z_$][\w$]*", f"{line} {symptom.message}"))
    named = sorted(words.intersection(json.loads(job.facts.get("shadowed", "[]"))))
    if named:
        reason = f"needs context: the page has a `{named[0]}` of its own"
    elif symptom.kind is SymptomKind.OUTPUT and (held := _held(job)):
        reason = f"needs context: earlier blocks may have changed `{held}`"
    elif notation.COMMENT_FOR_CODE.search(line):
        reason = "a comment stands for code"
    elif _is_of_another_tab(job):
        reason = "needs context: what it takes from outside of its tab may be another thing there"
    elif _is_of_its_format(job, symptom.message, plain):
        reason = "its import gives another thing in an ES module than in CommonJS"
    else:
        return reading
    return Reading(
        Verdict.UNVERIFIED, reason, replace(symptom, kind=SymptomKind.CONTEXT), cause="context"
    )


def _is_told(job: Job, symptom: Symptom) -> bool:
    """Whether a comment behind a line that the error went through holds the error's own code."""
    passed = {symptom.line, *map(int, re.findall(r":(\d+):\d+\)?$", symptom.trace, re.MULTILINE))}
    remarks = [_TOLD.search(one.text) for one in job.snippet.lines if one.line in passed]
    said = [_CODE.findall(found[1]) for found in remarks if found]
    return any(word in symptom.trace for words in said for word in words)


def _held(job: Job) -> str:
    shared = json.loads(job.facts.get("shared", "[]"))
    return str(shared[0]) if shared else ""


def _is_of_another_tab(job: Job) -> bool:
    """Whether a block of a tab takes names from elsewhere: each tab shows a way of its own."""
    own = [name for name in job.snippet.containers if "/tab:" in name]
    lent = json.loads(job.facts.get("guessed_names", "[]"))
    others = any(not set(own) <= set(one.containers) for one in job.context)
    return bool(own) and (bool(lent) or others)


def _is_of_its_format(job: Job, message: str, plain: Snippet) -> bool:
    """Whether what cannot be called is a default import, or a whole module, from a package."""
    called = _CALLED.match(message)
    if called is None:
        return False
    for item in (*job.context, plain):
        found = facts(item.code)
        for node in found.imports:
            if source_of(found, node).startswith("."):
                continue
            for name, what in import_names(found, node):
                whole = what == "*" and not called[2]
                if name == called[1] and (what == "default" or whole):
                    return True
    return False
