"""What a block of Go is: a file, a fragment, or no program at all.

Most of what documents show is no file. What can be completed is completed and said; signatures and
placeholders are no programs; what remains is left to the compiler's own verdict.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from doc_healing.languages.go import notation
from doc_healing.languages.go.tree import facts, parses
from doc_healing.model import Level


class Kind(StrEnum):
    """How a block is compiled."""

    FILE = "file"  # it has a package clause
    FRAGMENT = "fragment"  # declarations and statements, given a package and a function
    PART = "part"  # of a type, a literal or a switch: it can only be parsed
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
    certain: bool = True  # False: it does not parse here, and the compiler has the last word


@dataclass(frozen=True, slots=True)
class _Completion:
    before: str
    after: str
    added: str


_COMPLETIONS = (
    _Completion("type _ struct {", "}", "fields of a struct, put in a type"),
    _Completion("type _ interface {", "}", "methods of an interface, put in a type"),
    _Completion("var _ = T{", "}", "parts of a literal, put in braces"),
    _Completion("var _ = T{", ",\n}", "parts of a literal, put in braces"),
    _Completion("func _() { switch x {", "} }", "cases, put in a switch"),
    _Completion("func _() { f(", ") }", "arguments, put in a call"),
    _Completion("import (", ")", "paths, put in an import"),
)


@lru_cache(maxsize=512)
def shape(code: str) -> Shape:
    """What a block is, by its text."""
    found = facts(code)
    if notation.is_archive(code):
        return Shape(Kind.NONE, "several files in one block (txtar), which are not run")
    if found.parses:
        reason = notation.of_parsed(found)
        if reason:
            return Shape(Kind.NONE, reason)
        if notation.holds_literal_function(found):
            return Shape(Kind.FRAGMENT, added=("a function value, which is not called",))
        return Shape(Kind.FILE if found.package else Kind.FRAGMENT)
    if found.root is None:
        return Shape(Kind.NONE, "it is too long to look at")
    return _unparsed(code)


def _unparsed(code: str) -> Shape:
    for item in _COMPLETIONS:
        text = f"{item.before}\n{code.rstrip()}\n{item.after}\n"
        if not re.match(r"\s*package\s", code) and parses(text):
            return _part(item.before, item.after, item.added)
    reason = notation.of_unparsed(code)
    if reason:
        return Shape(Kind.NONE, reason)
    closed = _closed(code)
    if closed is not None:
        return closed
    is_file = re.search(r"(?m)^package\s+\w+\s*(?://.*)?$", code) is not None
    return Shape(Kind.FILE if is_file else Kind.FRAGMENT, certain=False)


def _part(before: str, after: str, added: str) -> Shape:
    return Shape(Kind.PART, "", before, after, (added,), Level.PARSES)


def _closed(code: str) -> Shape | None:
    """A header alone (`func main() {`, `r.Group(func(r Router) {`), closed."""
    plain = notation.without_texts(code).rstrip()
    if not plain.endswith(("{", "(")):
        return None
    stack: list[str] = []
    for letter in plain:
        if letter in "{([":
            stack.append({"{": "}", "(": ")", "[": "]"}[letter])
        elif letter in "})]" and stack:
            stack.pop()
    closers = "".join(reversed(stack))
    if not 0 < len(stack) <= 8 or not parses(f"{code}\n{closers}\n"):
        return None
    return _part("", closers, "the end of a block that stays open")
