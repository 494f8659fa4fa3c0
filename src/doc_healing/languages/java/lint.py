"""What is wrong with a block without running it: only what is certain."""

from doc_healing.languages.java.ages import newer_syntax
from doc_healing.languages.java.shape import Kind, shape
from doc_healing.languages.java.tree import tree
from doc_healing.languages.trees import first_error
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind


def lint(snippet: Snippet) -> Symptom | None:
    """A block that certainly does not parse, at its place; None for all else."""
    if snippet.instructions.mode in (Mode.FAIL, Mode.ILLUSTRATIVE):
        return None
    form, root = shape(snippet.code), tree(snippet.code)
    if form.kind is Kind.NONE or form.certain or root is None or newer_syntax(snippet.code):
        return None
    error = first_error(root)
    if error is None:
        return None
    before = snippet.code.encode("utf-8", "replace")[:error].decode("utf-8", "replace")
    row = min(before.count("\n"), len(snippet.lines) - 1)
    line = snippet.lines[row]
    column = len(before) - (before.rfind("\n") + 1)
    return Symptom(
        kind=SymptomKind.SYNTAX,
        message="this does not parse as Java",
        path=line.path,
        line=line.line,
        column=line.column + column,
    )
