"""What is wrong with a block without a compiler: only what is certain."""

from doc_healing.languages.javascript.lint import NEWER, unparsed
from doc_healing.languages.javascript.notation import without_strings
from doc_healing.languages.typescript.ending import leaves_out
from doc_healing.languages.typescript.erasure import erased
from doc_healing.languages.typescript.shape import shape
from doc_healing.model import Mode, Snippet, Symptom


def lint(snippet: Snippet) -> Symptom | None:
    """A block that certainly does not parse, at its place; None for all else."""
    if snippet.instructions.mode in (Mode.FAIL, Mode.ILLUSTRATIVE):
        return None
    found = erased(snippet.code)
    if found.error is None or shape(snippet.code).certain:
        return None
    if NEWER.search(without_strings(snippet.code)) or leaves_out(snippet.code):
        return None
    return unparsed(snippet, snippet.code.encode("utf-8", "replace"), found.error, "TypeScript")
