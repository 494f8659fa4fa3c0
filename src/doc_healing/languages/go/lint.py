"""What is wrong with a block without running it: only what is certain."""

from doc_healing.languages.go.notation import elides
from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import facts
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind


def lint(snippet: Snippet) -> Symptom | None:
    """A whole file that certainly does not parse, at its place; None for all else.

    Of fragments the compiler has the last word: the grammar here is not Go's own.
    """
    if snippet.instructions.mode is Mode.FAIL or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        return None
    form = shape(snippet.code)
    found = facts(snippet.code)
    if form.kind is Kind.NONE or form.certain or found.error is None or elides(snippet.code):
        return None
    before = found.data[: found.error].decode("utf-8", "replace")
    row = before.count("\n")
    line = snippet.lines[min(row, len(snippet.lines) - 1)]
    column = len(before) - (before.rfind("\n") + 1)
    return Symptom(
        kind=SymptomKind.SYNTAX,
        message="this does not parse as Go",
        path=line.path,
        line=line.line,
        column=line.column + column,
    )
