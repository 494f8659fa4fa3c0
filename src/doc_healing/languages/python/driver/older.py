"""What Python 3.6 and 3.7 lack of what the driver relies on; newer ones never call this."""

from __future__ import annotations

from doc_healing.languages.python.driver.lazy import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_RUN = "__import__('asyncio').get_event_loop().run_until_complete(_fragment())"


def with_ends(tree: Any, text: str) -> Any:
    """The tree, whose statements know the line they end at (3.8), and strings where they begin."""
    starts, ends = {}, {}
    for first, last in _logical(text):
        for line in range(first, last + 1):
            starts[line], ends[line] = first, last
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            below = [one.lineno for one in ast.walk(node) if hasattr(one, "lineno")]
            end = max(below)
            node.end_lineno = ends.get(end, end)
            node.lineno = starts.get(node.lineno, node.lineno)
    return tree


def moved(tree: Any, lines: int) -> None:
    """Move the ends likewise, which `ast.increment_lineno` does not know."""
    for node in ast.walk(tree):
        if hasattr(node, "end_lineno"):
            node.end_lineno += lines


def awaiting(text: str) -> Any:
    """The statements of a text that awaits at its top level; None where it does not parse so.

    Only lines that begin a statement are moved to the right: strings stay what they are.
    """
    lines = text.split("\n")
    for first, _ in _logical(text):
        lines[first - 1] = " " + lines[first - 1]
    try:
        tree = ast.parse("async def _fragment():\n" + "\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(tree.body) != 1:
        return None
    ast.increment_lineno(tree, -1)
    tree.body = tree.body[0].body  # type: ignore[attr-defined]  # a function has a body
    return with_ends(tree, text)


def frame(names: list[str], body: list[Any]) -> Any:
    """A program that runs these statements in the event loop; its names are the module's."""
    found = ast.parse("async def _fragment():\n    pass\n" + _RUN)
    head = [ast.Global(names=names, lineno=1, col_offset=0)] if names else []
    found.body[0].body = head + body  # type: ignore[attr-defined]  # a function has a body
    return found


def _logical(text: str) -> list[tuple[int, int]]:
    """First and last line of each logical line."""
    import io  # no interpreter that is newer needs these two
    import tokenize

    found, first = [], 0
    skipped = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
            if token.type == tokenize.NEWLINE and first:
                found.append((first, token.start[0]))
                first = 0
            elif not first and token.type not in (*skipped, tokenize.ENDMARKER):
                first = token.start[0]
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
