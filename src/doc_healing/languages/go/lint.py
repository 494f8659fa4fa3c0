"""What is wrong with a block without running it: only what is certain."""

import re

from doc_healing.languages.go.notation import elides
from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import Facts, facts
from doc_healing.languages.trees import nodes
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind


def lint(snippet: Snippet) -> Symptom | None:
    """A block that certainly does not parse, at its place; None for all else.

    Only a token that stands where none like it may is certain of its place: for what the grammar
    here gives up on further away, the compiler has the last word.
    """
    if snippet.instructions.mode is Mode.FAIL or snippet.instructions.mode is Mode.ILLUSTRATIVE:
        return None
    form = shape(snippet.code)
    found = facts(snippet.code)
    if form.kind is Kind.NONE or form.certain or found.error is None or elides(snippet.code):
        return None
    if not _is_one_token(found):
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


def _is_one_token(found: Facts) -> bool:
    """Whether the first error is one operator or bracket inside a line, after good code."""
    node = next((one for one in nodes(found.root) if one.is_error), None) if found.root else None
    if node is None or node.start_byte != found.error or node.start_point[1] == 0:
        return False
    return re.fullmatch(r"[=+*/%<>|&!)\]}]", found.text(node)) is not None
