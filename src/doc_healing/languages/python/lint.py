"""What is wrong with a snippet without running anything."""

from doc_healing.languages.python import traces
from doc_healing.languages.python.driver import shape
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind

_MAX = 200_000


def lint(snippet: Snippet) -> Symptom | None:
    """The syntax error of a snippet, where it is certain: no fragment, notation, newer syntax.

    This process's own grammar decides; whatever a newer Python might accept is let pass.
    """
    if snippet.instructions.mode in (Mode.FAIL, Mode.ILLUSTRATIVE) or len(snippet.code) > _MAX:
        return None
    found = shape.shape("\n".join(line.text for line in snippet.lines))
    if found.kind != "syntax" or not 0 < found.line <= len(snippet.lines):
        return None
    line = snippet.lines[found.line - 1]
    before = line.column - 1
    return Symptom(
        kind=SymptomKind.SYNTAX,
        message=traces.placed(found.reason, snippet.lines),
        path=line.path,
        line=line.line,
        column=before + found.column,
        end_column=before + found.end_column if found.end_column else None,
        exception="SyntaxError",
    )
