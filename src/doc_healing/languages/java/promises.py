"""Comments that promise a value: `// => 5`, `// prints "a"`, and a bare literal behind a print.

Only a literal is ever held against a block. Any other text may match and raise the level of
proof, but it turns no block red: most of what stands behind an arrow is prose.
"""

import difflib
import re
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.java.source import Source
from doc_healing.languages.java.tree import name_of, text_of, tree
from doc_healing.languages.trees import nodes
from doc_healing.model import Snippet

_ARROW = re.compile(r"(?:==?>|->|→|⇒|⟹)\s*(.+)")
_WORDS = re.compile(
    r"(?:(?:prints|outputs?|output is|result|returns|displays|yields|evaluates to)\s*[:=]?|=)"
    r"\s*(.+)",
    re.IGNORECASE,
)
_NUMBER = r"[+-]?(?:\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+)[lLfFdD]?"
_QUOTED = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'"
_PLAIN = re.compile(rf"(?:{_NUMBER}|{_QUOTED}|true|false|null)")
_LITERAL = re.compile(rf"(?:{_PLAIN.pattern}|\[(?:{_PLAIN.pattern}|[,\s\[\]])*\])")
_BLOCKS = frozenset({"program", "block", "constructor_body", "switch_block_statement_group"})
_PRINTS = frozenset({"println", "print", "printf"})
_NEAR = 0.6  # of a text: a likeness from which on a difference is no prose but a mistake


@dataclass(frozen=True, slots=True)
class Promise:
    """What a comment promises: at which row and column (0-based, characters), and of what."""

    row: int
    column: int
    text: str
    printed: bool
    edits: tuple[tuple[int, int, str], ...]  # (row, column in characters, what to insert)


def promises(snippet: Snippet, after: str = "") -> tuple[Promise, ...]:
    """The promises of a block, in order; `after` is what completes it."""
    root = tree(snippet.code.rstrip() + after + "\n" if after else snippet.code)
    found: list[Promise] = []
    for node in nodes(root) if root is not None and not root.has_error else ():
        if node.type == "line_comment":
            promise = _promise(snippet, node, len(found))
            if promise is not None:
                found.append(promise)
    return () if _numbered(found) else tuple(found)


def watched(source: Source, snippet: Snippet, found: tuple[Promise, ...]) -> str:
    """The program's text with calls that tell the promised values; empty where it has none."""
    texts = source.text.split("\n")
    rows = {id(line): row for row, line in enumerate(snippet.lines)}
    wanted: dict[int, list[tuple[int, str]]] = {}
    for promise in found:
        for row, column, insert in promise.edits:
            wanted.setdefault(row, []).append((column, insert))
    if not wanted:
        return ""
    for at, line in enumerate(source.map):
        row = rows.get(id(line), -1) if line is not None else -1
        for column, insert in sorted(wanted.get(row, ()), reverse=True):
            if len(texts[at]) >= column and texts[at].strip():
                named = source.renamed.within(insert, snippet, row)
                texts[at] = texts[at][:column] + named + texts[at][column:]
    return "\n".join(texts)


def same(promised: str, actual: str) -> bool:
    """Whether a value, as text, is what a comment shows, in one of its spellings."""
    wanted, got = _bare(promised), _bare(actual)
    if wanted == got or "".join(wanted.split()) == "".join(got.split()):
        return True
    unquoted = wanted[1:-1] if re.fullmatch(_QUOTED, wanted) else wanted
    if unquoted == got or _unescaped(unquoted) == got.strip():
        return True
    inner = re.sub(r"[\"']", "", wanted)
    if wanted[:1] in "[{" and "".join(inner.split()) == "".join(got.split()):
        return True
    return _number(wanted) is not None and _number(wanted) == _number(got)


def firm(promised: str, actual: str, printed: bool, colon: bool) -> bool:
    """Whether a difference of the two is certainly the document's mistake."""
    text = _bare(promised)
    if "..." in text or "…" in text or re.search(r"@[0-9a-f]{4,}", text + actual):
        return False
    if _LITERAL.fullmatch(text):
        return _comparable(text, actual)
    if not (printed and colon):
        return False
    return difflib.SequenceMatcher(None, text, _bare(actual)).ratio() >= _NEAR


def _comparable(text: str, actual: str) -> bool:
    """A number speaks of a number only: `// 1` behind a printed word counts something else."""
    if _number(text) is not None:
        return _number(_bare(actual)) is not None
    if text in ("true", "false"):
        return _bare(actual) in ("true", "false")
    return True


def _promise(snippet: Snippet, comment: Node, number: int) -> Promise | None:
    before = comment.prev_sibling
    if before is None or before.end_point[0] != comment.start_point[0]:
        return None
    if before.parent is not None and before.parent.type == "expression_statement":
        before = before.parent  # its semicolon is ours, behind the comment
    if before.parent is None or before.parent.type not in _BLOCKS:
        return None
    words = text_of(comment)[2:].strip()
    printed = _is_print(before)
    match = _ARROW.match(words) or _WORDS.match(words)
    text = match.group(1) if match else words if printed and _LITERAL.fullmatch(words) else ""
    edits = _edits(snippet, before, number, printed) if text else ()
    if not edits:
        return None
    column = _column(snippet, comment.start_point[0], comment.start_point[1])
    return Promise(comment.start_point[0], column, text.strip(), printed, edits)


def _is_print(node: Node) -> bool:
    inner = node.named_children[0] if node.named_children else None
    if node.type != "expression_statement" or inner is None or inner.type != "method_invocation":
        return False
    owner = text_of(inner.child_by_field_name("object"))
    return owner in ("System.out", "IO", "") and name_of(inner) in _PRINTS


def _edits(
    snippet: Snippet, node: Node, number: int, printed: bool
) -> tuple[tuple[int, int, str], ...]:
    def at(point: tuple[int, int], insert: str) -> tuple[int, int, str]:
        return (point[0], _column(snippet, *point), insert)

    watch = "dochealing.Watch."
    if printed:
        start, end = at(node.start_point, f"{watch}listen();"), f"{watch}printed({number});"
        return (start, at(node.end_point, end))
    if node.type == "expression_statement" and node.named_children:
        inner = node.named_children[0]
        return (
            at(inner.start_point, f"{watch}value({number}, "),
            at(inner.end_point, ")"),
        )
    if node.type == "local_variable_declaration":
        names = node.children_by_field_name("declarator")
        if len(names) == 1:
            return (at(node.end_point, f"{watch}value({number}, {name_of(names[0])});"),)
    return ()


def _column(snippet: Snippet, row: int, byte_column: int) -> int:
    data = snippet.lines[row].text.encode("utf-8", "replace") if row < len(snippet.lines) else b""
    return len(data[:byte_column].decode("utf-8", "ignore"))


def _numbered(found: list[Promise]) -> bool:
    """Whether the comments only count the lines: `// 1`, `// 2`, as callouts do."""
    texts = [item.text for item in found]
    return len(texts) > 1 and texts == [str(at + 1) for at in range(len(texts))]


def _bare(text: str) -> str:
    text = text.strip()
    return text[:-1].strip() if text.endswith(";") else text


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\"'\\])", r"\1", text).replace("\\n", "\n").replace("\\t", "\t").strip()


def _number(text: str) -> float | None:
    if not re.fullmatch(_NUMBER, text):
        return None
    try:
        return float(text.rstrip("lLfFdD").replace("_", ""))
    except ValueError:
        return None
