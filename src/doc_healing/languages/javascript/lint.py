"""What is wrong with a block without running it: only what is certain."""

import re

from doc_healing.languages.javascript.notation import without_strings
from doc_healing.languages.javascript.shape import Kind, shape
from doc_healing.languages.javascript.tree import facts
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind

# The grammar may be older than the language: where one of these stands, it is not certain.
_NEWER = re.compile(r"@\w|\busing\b|\bdefer\b|\|>|#\{|#\[|\bmodule\s*\{|/v\b|\bassert\s*\{")


def lint(snippet: Snippet) -> Symptom | None:
    """A block that certainly does not parse, at its place; None for all else."""
    if snippet.instructions.mode is Mode.FAIL or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        return None
    form = shape(snippet.code, snippet.info)
    found = facts(snippet.code)
    if form.kind is Kind.NONE or form.certain or found.error is None:
        return None
    if _NEWER.search(without_strings(snippet.code)):
        return None
    before = found.data[: found.error].decode("utf-8", "replace")
    row = before.count("\n")
    line = snippet.lines[min(row, len(snippet.lines) - 1)]
    column = len(before) - (before.rfind("\n") + 1)
    return Symptom(
        kind=SymptomKind.SYNTAX,
        message="this does not parse as JavaScript",
        path=line.path,
        line=line.line,
        column=line.column + column,
        exception="SyntaxError",
    )
