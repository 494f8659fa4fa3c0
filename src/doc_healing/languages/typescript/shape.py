"""What a block of TypeScript is: a program, types alone, a fragment, or no program at all."""

import re
import unicodedata
from dataclasses import dataclass

from doc_healing.languages.javascript import notation
from doc_healing.languages.javascript.shape import Kind, Shape
from doc_healing.languages.javascript.tree import facts
from doc_healing.languages.typescript.erasure import Erased, erased, parses
from doc_healing.languages.typescript.printed import (
    printed_member,
    printed_type,
    shows_parameters,
)
from doc_healing.model import Level

WRAPPER = "DocHealing"  # part of every name that a completion brings in


@dataclass(frozen=True, slots=True)
class _Completion:
    pattern: str
    before: str
    after: str
    added: str
    level: Level = Level.BUILDS


_COMMENTS = r"\s*(//.*\n\s*|/\*[\s\S]*?\*/\s*)*"
_COMPLETIONS = (
    _Completion(r"\s*\{", "(", ");", "an object literal, put in parentheses", Level.RUNS),
    _Completion(
        _COMMENTS + r"""(['"\w$\[]|\.\.\.)""",
        "({",
        "});",
        "members of an object, put in braces",
    ),
    _Completion(
        _COMMENTS + r"[\w$\[(<\"']",
        f"interface {WRAPPER}Members {{",
        "}",
        "members of a type, put in an interface",
    ),
    _Completion(
        _COMMENTS + r"[@#\w$\[*]",
        f"abstract class {WRAPPER}Class {{",
        "}",
        "members of a class, put in a class body",
    ),
    _Completion(_COMMENTS + r"\S", f"type {WRAPPER}Type =", ";", "a type, given a name"),
    _Completion(
        r"\s*(async\s+)?function\b[^{}]*\)[^{}]*$",
        "",
        "{}",
        "a function without a body, given an empty one",
    ),
)


def shape(code: str) -> Shape:
    """What a block is, by its text."""
    if notation.is_transcript(code):
        return Shape(Kind.TRANSCRIPT)
    found = erased(code)
    if printed_member(code) or printed_type(code):
        return Shape(Kind.NONE, "notation: a part of an API, as a generator prints it")
    if found.parses:
        # The grammar takes an ellipsis for a letter of a name; the language does not.
        elided = "…" in notation.without_strings(code)
        return Shape(Kind.NONE, "a placeholder (`…`) stands for code") if elided else _parsed(found)
    reason = notation.before_fragments(code) or _no_program(code)
    if reason:
        return Shape(Kind.NONE, reason)
    completed = _completed(code)
    if completed is not None:
        return completed
    reason = notation.after_typed_fragments(code, facts(code))
    if reason:
        return Shape(Kind.NONE, reason)
    return Shape(Kind.MODULE, certain=False, level=Level.BUILDS)


_HEAD = re.compile(r"\s*((export|declare|default|async)\s+)*function\b[^\n]")
_BODY = re.compile(r"\)\s*(:\s*\w[\w\s<>\[\],|.&'\"]*)?\{")


_PRINTED = re.compile(r"\s*[A-Z][\w.]*(\(\d+\))?(\s*\[[^\]\n]*\])?\s*(?=[{\[])")


def _no_program(code: str) -> str:
    """Why a block that does not parse is a listing or what something printed, else empty."""
    if lists_signatures(code):
        return "notation: it lists signatures, not functions"
    first = code.lstrip()[:1]
    if first and not first.isascii() and unicodedata.category(first)[0] in "SP":
        return "output, not a program"
    if shows_parameters(code):
        return "notation: it shows a function's parameters, not a call"
    named = _PRINTED.match(code)
    if named and parses(f"({code[named.end() :].strip()})"):
        return "output: a value as it is printed"
    return ""


def lists_signatures(code: str) -> bool:
    """Whether it is functions without a body and nothing else: a listing, even with a slip."""
    outer = _outermost(code)
    listed = all(_HEAD.match(row) or re.match(r"\s*[)>\]}]", row) for row in outer)
    return bool(outer) and listed and _BODY.search(notation.without_strings(code)) is None


def _outermost(code: str) -> list[str]:
    """The lines that are indented least, without strings and comments."""
    rows = [row for row in notation.without_strings(code).split("\n") if row.strip()]
    edge = min((len(row) - len(row.lstrip()) for row in rows), default=0)
    return [row for row in rows if len(row) - len(row.lstrip()) == edge]


def text_of(code: str, form: Shape) -> Erased:
    """The block without its types, read as its shape completes it; in the block's own lines."""
    plain = erased(code)
    if plain.parses or not (form.before or form.after):
        return plain
    rows = form.before.count("\n") + 1 if form.before else 0
    whole = erased(f"{form.before}\n{code}\n{form.after}" if rows else f"{code}\n{form.after}")
    lines = whole.text.split("\n")[rows : rows + code.count("\n") + 1]
    return Erased(
        text="\n".join(lines),
        error=whole.error,
        jsx=whole.jsx,
        only_types=False,
        types=whole.types,
        declared=whole.declared,
    )


def _parsed(found: Erased) -> Shape:
    inner = facts(found.text)
    if not inner.parses:
        return Shape(Kind.MODULE)
    if not found.only_types:
        reason = notation.of_parsed(found.text, inner, jsx=True)
        if reason:
            return Shape(Kind.NONE, reason)
    if found.only_types:
        return Shape(Kind.MODULE, level=Level.BUILDS)
    if not found.emits:
        added = ("a declaration without a value is a signature: checked, not run",)
        return Shape(Kind.MODULE, level=Level.BUILDS, added=added)
    if inner.yields:
        return Shape(
            Kind.MODULE,
            before="(function* () {",
            after="});",
            added=("wrapped in a generator for its `yield`",),
            level=Level.BUILDS,
        )
    return Shape(Kind.MODULE)


_MEMBER = re.compile(
    r"\s*(?:@[\w.]+(?:\([^\n]*\))?\s+)*"
    r"(?:(?:public|private|protected|static|abstract|override|accessor)\s+[\w$#*\[]"
    r"|constructor\s*\()"
)


def _completed(code: str) -> Shape | None:
    bare = code.rstrip().rstrip(",;") if re.match(r"\s*\{", code) else code.rstrip()
    # The grammar takes a modifier in any braces; the language takes it in a class alone.
    of_class = any(_MEMBER.match(row) for row in _outermost(code))
    for item in _COMPLETIONS:
        if of_class and "class" not in item.before:
            continue
        if re.match(item.pattern, code) and _sound(f"{item.before}\n{bare}\n{item.after}", item):
            return Shape(
                Kind.MODULE,
                before=item.before,
                after=item.after,
                added=(item.added,),
                level=item.level,
            )
    return _unclosed(code)


def _sound(text: str, item: _Completion) -> bool:
    """The grammar takes more than the language does: `{ a, }` around prose is no object."""
    return parses(text) and not (item.before.startswith("type ") and not _is_type(text))


def _is_type(text: str) -> bool:
    return re.search(r"[|&{(<\[]", text) is not None


def _unclosed(code: str) -> Shape | None:
    """A header alone (`describe('x', () => {`, `class A extends B {`), closed."""
    if not code.rstrip().endswith("{"):
        return None
    closers = notation.closers(code)
    if not closers or len(closers) > 8 or not parses(f"{code}\n{closers}"):
        return None
    added = ("the end of a block that stays open",)
    return Shape(Kind.MODULE, after=closers, added=added, level=Level.BUILDS)
