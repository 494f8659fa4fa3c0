"""What is wrong with a block without a compiler: nothing is certain enough yet but the brackets."""

from doc_healing.languages.rust.shape import Kind, shape
from doc_healing.languages.rust.source import code_of, rows
from doc_healing.languages.rust.tree import facts, plain
from doc_healing.model import Mode, Snippet, Symptom, SymptomKind

_PAIRS = {"}": "{", ")": "(", "]": "["}


def lint(snippet: Snippet) -> Symptom | None:
    """A bracket that certainly closes nothing, or another one; None for all else."""
    if snippet.instructions.mode in (Mode.FAIL, Mode.ILLUSTRATIVE):
        return None
    found = rows(snippet)
    code = code_of(found)
    if facts(code).parses or shape(code).kind is Kind.NONE:
        return None
    stack: list[str] = []
    for at, text in enumerate(plain(code).split("\n")):
        for column, character in enumerate(text):
            if character in "{([":
                stack.append(character)
            elif character in "})]" and (not stack or stack.pop() != _PAIRS[character]):
                line = found[min(at, len(found) - 1)]
                return Symptom(
                    kind=SymptomKind.SYNTAX,
                    message=f"`{character}` closes nothing that is open",
                    path=line.line.path,
                    line=line.line.line,
                    column=line.column(column),
                )
    return None
