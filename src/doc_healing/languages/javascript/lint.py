"""What is wrong with a block without running it: only what is certain."""

import re

from doc_healing.languages.javascript.notation import without_strings
from doc_healing.languages.javascript.shape import Kind, shape
from doc_healing.languages.javascript.tree import facts
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind

# The grammar may be older than the language: where one of these stands, it is not certain.
NEWER = re.compile(r"@\w|\busing\b|\bdefer\b|\|>|#\{|#\[|\bmodule\s*\{|/v\b|\bassert\s*\{")

_OPERATOR = re.compile(
    rb"(?:[=+*/%&|<>?^-]|=>|[=!]==?|&&|\|\||\?\?)[ \t]+(?=[^\w\s$'\"`(\[{/!~+-])"
)
_WORD_BEFORE = re.compile(rb"([\w$]+|[)\]])[ \t]*$")
_WORDS = frozenset(b"return new typeof delete void throw in of case do else await yield".split())


def lint(snippet: Snippet) -> Symptom | None:
    """A block that certainly does not parse, at its place; None for all else."""
    if snippet.instructions.mode is Mode.FAIL or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        return None
    form = shape(snippet.code, snippet.info)
    found = facts(snippet.code)
    if form.kind is Kind.NONE or form.certain or found.error is None:
        return None
    if NEWER.search(without_strings(snippet.code)):
        return None
    return unparsed(snippet, found.data, found.error, "JavaScript")


def unparsed(snippet: Snippet, data: bytes, error: int, language: str) -> Symptom:
    """The symptom of a block whose byte `error` is the first that does not parse."""
    before = data[: _place(data, error)].decode("utf-8", "replace")
    row = before.count("\n")
    line = snippet.lines[min(row, len(snippet.lines) - 1)]
    column = len(before) - (before.rfind("\n") + 1)
    return Symptom(
        kind=SymptomKind.SYNTAX,
        message=f"this does not parse as {language}",
        path=line.path,
        line=line.line,
        column=line.column + column,
        exception="SyntaxError",
    )


def _place(data: bytes, error: int) -> int:
    """Where Node.js reports an error: behind an operator that stands well, at what follows it."""
    before = _WORD_BEFORE.search(data[:error])
    operator = _OPERATOR.match(data, error)
    if operator is None or before is None or before.group(1) in _WORDS:
        return error
    return operator.end()
