"""Comments that promise a value or an error: `// => 3`, `// -> [1, 2]`, `// throws TypeError`.

Only a literal is ever held against a block; any other text after the arrow may match and raise
the level of proof, but never turns a block red. An announced error is caught where it stands.
"""

import re
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.javascript.edits import Edit, insert
from doc_healing.languages.javascript.tree import Facts, facts
from doc_healing.languages.trees import nodes

_ARROW = re.compile(r"(?:=>|->|→|⇒|⟹)\s*(.+)", re.DOTALL)
_WORDS = re.compile(r"(?:prints|outputs?|logs)\s*:\s*(.+)", re.DOTALL | re.IGNORECASE)
_ERROR = re.compile(
    r"(?:[=-]>|→|⇒|\s)*(?:[❌✗✖✘🚫⛔]|(?:will |would |this |it |also )*"
    r"(?:throws?|fails|rejects|raises)\b"
    r"|(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)\b|error\b|(?:TypeError|ReferenceError))",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\s*[❌✗✖✘🚫⛔]")  # heads what is below as often as it ends what is above
_EXPECTED = re.compile(r"@ts-(?:expect-error|ignore)\b")  # what comes next is refused on purpose
_DATA = frozenset(
    "program expression_statement parenthesized_expression object pair array string "
    "string_fragment escape_sequence number true false null undefined property_identifier "
    "unary_expression template_string computed_property_name comment regex regex_pattern "
    "regex_flags".split()
)
_BODIES = frozenset({"program", "statement_block", "switch_case", "switch_default"})


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised value. `row` and `column` (0-based, bytes) are where its text begins."""

    text: str
    row: int
    column: int
    literal: bool
    log: bool  # of what is printed, not of a value
    member: bool  # a property is read: undefined there is a change of the code
    source: str = ""  # the statement that it speaks of


@dataclass(frozen=True, slots=True)
class Watched:
    """The promises of a text, the edits that watch them, and the rows of announced errors."""

    promises: tuple[Promise, ...] = ()
    edits: tuple[Edit, ...] = ()
    announced: tuple[tuple[int, int], ...] = ()


NOTHING = Watched()


def watch(found: Facts, start: int, hook: str) -> Watched:
    """The promises from byte `start` on."""
    promises: list[Promise] = []
    edits: list[Edit] = []
    announced: list[tuple[int, int]] = []
    ends, begins = _statements(found, start)
    taken: set[int] = set()
    for text, first, last in _remarks(found, start):
        if _EXPECTED.match(text):
            _announce(found, begins.get(last.end_point[0] + 1), edits, announced, hook)
            continue
        node = _owner(found, first, ends)
        if _ERROR.match(text):
            below = begins.get(last.end_point[0] + 1)
            if _REFUSED.match(text) and _alone(found, first):
                _announce(found, below, edits, announced, hook)
            _announce(found, node or _within(found, first, ends) or below, edits, announced, hook)
            continue
        match = _ARROW.match(text) or _WORDS.match(text)
        if match is None or node is None or node.start_byte in taken:
            continue
        promise = _promise(found, match.group(1), first, node)
        wrapped = _wrap(found, node, len(promises), hook)
        if wrapped:
            taken.add(node.start_byte)
            promises.append(promise)
            edits.extend(wrapped)
    return Watched(tuple(promises), tuple(edits), tuple(announced))


def _within(found: Facts, remark: Node, ends: dict[int, Node]) -> Node | None:
    """The innermost statement that a remark stands in, behind code of its line."""
    start = found.data.rfind(b"\n", 0, remark.start_byte) + 1
    if not found.data[start : remark.start_byte].strip():
        return None
    around = [node for node in ends.values() if node.start_byte < remark.start_byte < node.end_byte]
    return min(around, key=lambda node: node.end_byte - node.start_byte, default=None)


def is_literal(text: str) -> bool:
    """Whether a text is plain data in JavaScript's own notation."""
    text = text.strip().rstrip(";")
    if not text or len(text) > 20_000:
        return False
    found = facts(f"({text}\n)")
    if not found.parses or found.root is None:
        return False
    for node in nodes(found.root):
        if node.is_named and node.type not in _DATA:
            return node.type == "identifier" and found.text(node) in ("NaN", "Infinity")
    return len([child for child in found.root.children if child.is_named]) == 1


def _statements(found: Facts, start: int) -> tuple[dict[int, Node], dict[int, Node]]:
    """The outermost simple statement that ends, and that begins, on each row."""
    ends: dict[int, Node] = {}
    begins: dict[int, Node] = {}
    for node in found.statements:
        if node.start_byte < start or node.parent is None or node.parent.type not in _BODIES:
            continue
        row = _last(node).end_point[0]
        if row not in ends or node.end_byte > ends[row].end_byte:
            ends[row] = node
        begins.setdefault(node.start_point[0], node)
    return ends, begins


def _remarks(found: Facts, start: int) -> list[tuple[str, Node, Node]]:
    """The comments with their text, first and last node; a value over several lines is joined."""
    comments = [node for node in found.comments if node.start_byte >= start]
    remarks: list[tuple[str, Node, Node]] = []
    index = 0
    while index < len(comments):
        first = last = comments[index]
        text = _inside(found, first)
        while (
            _is_open(text)
            and index + 1 < len(comments)
            and comments[index + 1].start_point[0] == last.end_point[0] + 1
            and _alone(found, comments[index + 1])
        ):
            index += 1
            last = comments[index]
            text += "\n" + _inside(found, last)
        remarks.append((text, first, last))
        index += 1
    return remarks


def _inside(found: Facts, node: Node) -> str:
    text = found.text(node)
    if text.startswith("/*"):
        return text[2:-2].strip(" *\n")
    return text.lstrip("/").strip()


def _is_open(text: str) -> bool:
    if not _ARROW.match(text) and not _WORDS.match(text):
        return False
    pairs = (("{", "}"), ("[", "]"), ("(", ")"))
    if text.rstrip().endswith((":", "=>", "->")):
        return True
    return any(text.count(left) > text.count(right) for left, right in pairs)


def _alone(found: Facts, node: Node) -> bool:
    start = found.data.rfind(b"\n", 0, node.start_byte) + 1
    return not found.data[start : node.start_byte].strip()


def _owner(found: Facts, comment: Node, ends: dict[int, Node]) -> Node | None:
    """The statement that a comment speaks of: on its line, or on the one right above it."""
    row = comment.start_point[0] - 1 if _alone(found, comment) else comment.start_point[0]
    node = ends.get(row)
    return node if node is not None and _last(node).end_byte <= comment.start_byte else None


def _last(node: Node) -> Node:
    """The last part of a statement: without a semicolon it takes in the comment behind it."""
    parts = [child for child in node.children if child.type != "comment"]
    return parts[-1] if parts else node


def _promise(found: Facts, text: str, comment: Node, node: Node) -> Promise:
    raw = found.text(comment)
    before = raw.find(text.split("\n", 1)[0])
    expression = node.named_children[0] if node.named_children else node
    return Promise(
        text=text.strip(),
        row=comment.start_point[0],
        column=comment.start_point[1] + len(raw[: max(before, 0)].encode()),
        literal=is_literal(text),
        log=_is_log(found, expression),
        member=expression.type in ("member_expression", "subscript_expression", "identifier"),
        source=found.text(node),
    )


def _is_log(found: Facts, node: Node) -> bool:
    called = node.child_by_field_name("function") if node.type == "call_expression" else None
    return called is not None and found.text(called) in (
        "console.log",
        "console.info",
        "console.dir",
        "console.debug",
        "process.stdout.write",
    )


def _wrap(found: Facts, node: Node, index: int, hook: str) -> list[Edit]:
    if node.type == "expression_statement" and node.named_children:
        inner = node.named_children[0]
        if inner.type == "string":
            return []
        opening = insert(inner.start_byte, f"{hook}.v({hook}.o({index}),(")
        return [opening, insert(inner.end_byte, "))")]
    if node.type not in ("lexical_declaration", "variable_declaration"):
        return []
    parts = [part for part in node.named_children if part.type == "variable_declarator"]
    name = parts[0].child_by_field_name("name") if len(parts) == 1 else None
    if name is None or name.type != "identifier":
        return []
    return [insert(_last(node).end_byte, f";{hook}.v({hook}.o({index}),{found.text(name)});")]


def _announce(
    found: Facts,
    node: Node | None,
    edits: list[Edit],
    announced: list[tuple[int, int]],
    hook: str,
) -> None:
    if node is None:
        return
    rows = (node.start_point[0], _last(node).end_point[0])
    if rows in announced:
        return
    announced.append(rows)
    if node.type == "expression_statement" and b"yield" not in found.data:
        edits.insert(0, insert(node.start_byte, "try{"))
        edits.append(insert(_last(node).end_byte, f"}}catch(e){{{hook}.t({rows[0]},e)}}"))
