"""What a block of JavaScript is: a program, a transcript, a fragment, or no program at all.

Half of what documents show does not parse alone. What can be completed is completed and said;
notation and placeholders are no programs; what remains is left to Node's own verdict.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from doc_healing.languages.javascript import notation
from doc_healing.languages.javascript.tree import Facts, facts, parses
from doc_healing.model import Level


class Kind(StrEnum):
    """How a block runs."""

    MODULE = "module"
    COMMONJS = "commonjs"
    TRANSCRIPT = "transcript"
    NONE = "none"  # no program: the reason says why


@dataclass(frozen=True, slots=True)
class Shape:
    """A block's kind and what completes it: lines before and after it, and the words for that."""

    kind: Kind
    reason: str = ""
    before: str = ""
    after: str = ""
    added: tuple[str, ...] = ()
    level: Level = Level.RUNS
    certain: bool = True  # False: it does not parse here, and Node has the last word
    strict: bool = False  # its label names its module system: nothing of the other one is lent


def shape(code: str, info: str = "") -> Shape:
    """What a block is, by its text and the words of its info string."""
    label = (info.split() or [""])[0].strip("{}.").lower()
    made = _shape(code, label)
    return replace(made, strict=True) if label in ("mjs", "cjs") else made


def _shape(code: str, label: str) -> Shape:
    found = facts(code)
    if notation.is_transcript(code):
        return Shape(Kind.TRANSCRIPT)
    if found.parses:
        return _parsed(found, label)
    reason = notation.before_fragments(code)
    if reason:
        return Shape(Kind.NONE, reason)
    completed = _completed(code)
    if completed is not None:
        return completed
    reason = notation.after_fragments(code, found)
    if reason:
        return Shape(Kind.NONE, reason)
    kind = (
        Kind.MODULE
        if re.search(r"(?m)^\s*(import|export)\b(?!\s*\()|\bawait\b", code)
        else Kind.COMMONJS
    )
    return Shape(_labelled(kind, label), certain=False)


def _parsed(found: Facts, label: str) -> Shape:
    text = found.data.decode("utf-8", "replace")
    reason = notation.of_parsed(text, found)
    if reason:
        return Shape(Kind.NONE, reason)
    if found.yields:
        return Shape(
            Kind.COMMONJS,
            before="(function* () {",
            after="});",
            added=("wrapped in a generator for its `yield`",),
            level=Level.PARSES,
        )
    module = bool(found.imports or found.exports or found.meta or found.awaits)
    return Shape(_labelled(Kind.MODULE if module else Kind.COMMONJS, label))


def _labelled(kind: Kind, label: str) -> Kind:
    return {"mjs": Kind.MODULE, "cjs": Kind.COMMONJS}.get(label, kind)


_Wrap = Callable[[str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Completion:
    pattern: str
    before: str
    after: str
    added: str
    level: Level


_COMPLETIONS = (
    _Completion(r"\s*\{", "(", "\n);", "an object literal, put in parentheses", Level.RUNS),
    _Completion(
        r"""\s*(//.*\n\s*|/\*[\s\S]*?\*/\s*)*(['"\w$\[]|\.\.\.)""",
        "({",
        "\n});",
        "members of an object, put in braces",
        Level.PARSES,
    ),
    _Completion(
        r"\s*(//.*\n\s*|/\*[\s\S]*?\*/\s*)*[@#\w$\[*]",
        "(class {",
        "\n});",
        "members of a class, put in a class body",
        Level.PARSES,
    ),
    _Completion(
        r"\s*(async\s+)?function\b[^{}]*\)\s*;?\s*$",
        "",
        "{}",
        "a function without a body, given an empty one",
        Level.PARSES,
    ),
)


def _completed(code: str) -> Shape | None:
    bare = code.rstrip().rstrip(",;") if re.match(r"\s*\{", code) else code.rstrip()
    for item in _COMPLETIONS:
        if not re.match(item.pattern, code):
            continue
        text = f"{item.before}\n{bare}\n{item.after}"
        if parses(text) and _sound(text):
            return _completion(item, code)
    return _unclosed(code)


def _sound(text: str) -> bool:
    """The grammar takes more than the language does; what it took must be no JSX or notation."""
    found = facts(text)
    return not found.jsx and not found.yields


def _completion(item: _Completion, code: str) -> Shape:
    kind = Kind.MODULE if facts(f"{item.before}\n{code}\n{item.after}").awaits else Kind.COMMONJS
    return Shape(
        kind,
        before=item.before,
        after=item.after.strip("\n"),
        added=(item.added,),
        level=item.level,
    )


def _unclosed(code: str) -> Shape | None:
    """A header alone (`describe('x', () => {`, `class A extends B {`), closed."""
    if not code.rstrip().endswith("{"):
        return None
    closers = notation.closers(code)
    text = f"{code}\n{closers}"
    if not closers or len(closers) > 8 or not parses(text) or facts(text).jsx:
        return None
    found = facts(text)
    module = bool(found.imports or found.exports or found.awaits)
    return Shape(
        Kind.MODULE if module else Kind.COMMONJS,
        after=closers,
        added=("the end of a block that stays open",),
        level=Level.PARSES,
    )
