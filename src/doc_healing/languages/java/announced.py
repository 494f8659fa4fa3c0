"""Comments that say of a statement that it fails: `// throws X` above it, `// ❌` beside it."""

import re
from collections.abc import Iterable

from doc_healing.languages.java.tree import COMMENTS, text_of, tree
from doc_healing.languages.trees import nodes
from doc_healing.model import Line, Snippet

_BESIDE = re.compile(
    r"(?://|/\*)\s*(?:[=-]+>|→|❌|✗|✖|\W)*\s*(?:(?:this |it |will |would |also |now )*"
    r"(?:throws?|fails|won't compile|does(?:n't| not) compile|raises)\b|(?:compile(?:r|-time|"
    r" time|ation)?|runtime)?\s*error\b|(?:\w+\.)*[A-Z]\w*(?:Exception|Error)\b|not allowed|"
    r"illegal\b|invalid\b|wrong\b)",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"[❌✗✘✖🚫⛔🔴🚨💥]|\b[A-Z][a-z]\w*(?:Exception|Error)\b|\bNPE\b|(?i:"
    r"\b(?:throws|raises|fails|crashes|boom|oops|kaboom)\b"
    r"|\b(?:will|would|should|must|can|could|may|might|expected to)"
    r" (?:also |then |now )?(?:throw|raise|fail|crash)\b"
    r"|\b(?:does|do|will|would|can|could|should|is)(?:n['’]t| ?not)"
    r" (?:be )?(?:compil(?:e|ed|es|able)|work|valid|allowed|legal|permitted)\b"
    r"|\b(?:won['’]t|not) (?:compil(?:e|es|ed|ing|able)|work|allowed|permitted)\b"
    r"|\b(?:compil\w+|runtime|type)[ -](?:time )?(?:errors?|failure)\b"
    r"|^\W*(?:bad|wrong|incorrect|invalid|illegal|error|broken|anti-?pattern"
    r"|don['’]t(?= (?:do|use|write|try|call)\b|\W*$))\b)"
)
_HOLDS = re.compile(
    r"[✅✓✔]|(?i:^\W*(?:good|right|correct|ok(?:ay)?|valid|better|fixed|works?|compiles)\b"
    r"|\b(?:no|without|never|avoids?|avoiding|prevents?|fix(?:es)?|instead of|handles?|handling"
    r"|rather than)\b.{0,30}\b(?:throw\w*|fail\w*|crash\w*"
    r"|raise|error\w*|\w*exceptions?|NPE)\b"
    r"|\b(?:does|do|will|would|should)(?:n['’]t| not) (?:throw|fail|crash|raise|cause|error)\b"
    r"|\b(?:if|when|unless|until|once)\b.{0,30}\b(?:throws|fails|crashes)\b"
    r"|\berror (?:handling|handlers?|messages?|codes?|page)\b|\b(?:on|upon|in case of) error\b)"
)


def announced(line: Line) -> bool:
    """Whether the comment at a line's end says that the line fails."""
    return _BESIDE.search(line.text) is not None


def announcement(snippet: Snippet, places: Iterable[tuple[str, int]]) -> Line | None:
    """The comment that says that what stands at one of the places (path, line) fails.

    One at the end of the line; one in lines of its own above it, over all statements down to a
    blank line or to the next comment that says the contrary; or one right below it.
    """
    comments = _comments(snippet)
    wanted = set(places)
    for row, line in enumerate(snippet.lines):
        if (line.path, line.line) in wanted:
            found = _of_row(snippet, comments, row)
            if found is not None:
                return snippet.lines[found]
    return None


def _of_row(snippet: Snippet, comments: dict[int, tuple[str, bool]], row: int) -> int | None:
    if row in comments and _says(comments[row][0]):
        return row
    for above in range(row - 1, -1, -1):
        if not snippet.lines[above].text.strip():
            break
        text, alone = comments.get(above, ("", False))
        if alone and _says(text):
            return above
        if alone and _HOLDS.search(text):
            break
    text, alone = comments.get(row + 1, ("", False))
    return row + 1 if alone and _says(text) else None


def _says(text: str) -> bool:
    return "❌" in text or (_FAILS.search(text) is not None and _HOLDS.search(text) is None)


def _comments(snippet: Snippet) -> dict[int, tuple[str, bool]]:
    """Row -> the words of its comment, and whether it stands alone; documentation is none."""
    found: dict[int, tuple[str, bool]] = {}
    root = tree(snippet.code)
    for node in nodes(root) if root is not None else ():
        text, (row, column) = text_of(node), node.start_point
        if node.type in COMMENTS and not text.startswith("/**") and row < len(snippet.lines):
            before = snippet.lines[row].text.encode("utf-8", "replace")[:column]
            found[row] = (text.strip("/* \t"), not before.strip())
    return found
