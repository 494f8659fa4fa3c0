"""What comments behind `println!` promise: `println!("{}", x); // => 3`, `// prints: 3`.

Only where each printed line certainly belongs to one `println!`: those of a straight program, that
printed as many lines as it has of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.rust.tree import Facts, facts
from doc_healing.languages.trees import nodes

_PROMISE = re.compile(
    r"//\s*(?:(?P<arrow>=>|->|→|⇒)|(?P<word>[Pp]rints?|[Oo]utputs?|[Dd]isplays?|stdout)\b\s*(?P<colon>:)?)"
    r"\s*(?P<text>\S.*?)\s*$"
)
_QUOTED = re.compile(r"([\"'`])(.*)\1\.?")
_VALUE = re.compile(r"-?[\d._]+|true|false|\[.*\]|\{.*\}|(?:Some|Ok|Err)\(.*\)|None")
_OPEN = re.compile(r"\.\.\.|…|\bor\b|e\.g\.|something|random|for example", re.IGNORECASE)
_INNER = frozenset(
    "for_expression while_expression loop_expression if_expression match_expression "
    "closure_expression async_block macro_definition".split()
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The text that the `number`-th printed line shows; it stands at `row` and `column` (0-based).

    `firm` says that it can mean nothing else.
    """

    number: int
    row: int
    column: int
    text: str
    firm: bool


def promises(code: str) -> tuple[tuple[Promise, ...], int]:
    """The promises of a text, and how many lines it prints; none where that is not certain."""
    found = facts(code)
    printing = _printing(found)
    if printing is None:
        return (), 0
    lines = code.split("\n")
    told: list[Promise] = []
    for number, node in enumerate(printing):
        row = node.end_point[0] - 1
        if promise := _promise(lines, row, number):
            told.append(promise)
    return tuple(told), len(printing)


def broken_promise(told: Sequence[Promise], count: int, printed: str) -> tuple[Promise, str] | None:
    """The first firm promise that is not kept, with what was printed in its place."""
    lines = printed.removesuffix("\n").split("\n")
    if len(lines) != count:
        return None
    for item in told:
        if item.firm and not _same(item.text, lines[item.number]):
            return item, lines[item.number]
    return None


def all_kept(told: Sequence[Promise], count: int, printed: str) -> bool:
    """Whether there are promises, and each printed line is what one says of it."""
    lines = printed.removesuffix("\n").split("\n")
    kept = len(lines) == count and all(_same(item.text, lines[item.number]) for item in told)
    return bool(told) and kept


def _promise(lines: Sequence[str], row: int, number: int) -> Promise | None:
    for at in (row, row + 1):
        text = lines[at] if at < len(lines) else ""
        if at == row + 1 and not text.lstrip().startswith("//"):
            return None
        match = _PROMISE.search(text)
        if match is None:
            continue
        quoted = _QUOTED.fullmatch(match["text"])
        value = quoted[2] if quoted else match["text"]
        firm = bool(match["arrow"] or match["colon"] or quoted or _VALUE.fullmatch(value))
        firm = firm and not _OPEN.search(value)
        return Promise(number, at, match.start("text"), value, firm)
    return None


def _printing(found: Facts) -> list[Node] | None:
    """Every `println!` in order; None where one of them may run never, or more than once."""
    if not found.parses or found.root is None:
        return None
    printing: list[Node] = []
    for node in nodes(found.root):
        if node.type != "macro_invocation":
            continue
        name = node.child_by_field_name("macro")
        called = found.text(name) if name is not None else ""
        if called == "println":
            if _is_inside(node, found):
                return None
            printing.append(node)
        elif called in ("print", "write", "writeln", "dbg"):
            return None
    return printing


def _is_inside(node: Node, found: Facts) -> bool:
    """Whether it stands in anything else than `main`."""
    above = node.parent
    while above is not None and above.id != (found.root.id if found.root is not None else -1):
        if above.type in _INNER:
            return True
        if above.type == "function_item":
            name = above.child_by_field_name("name")
            return name is None or found.text(name) != "main" or not found.whole
        above = above.parent
    return False


def _same(promised: str, printed: str) -> bool:
    return promised == printed or " ".join(promised.split()) == " ".join(printed.split())
