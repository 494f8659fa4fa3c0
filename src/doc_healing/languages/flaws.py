"""What of a source file cannot be read, in words, where grammars do not differ in it."""

from collections.abc import Iterator

from tree_sitter import Node


def unreadable(data: bytes, most: int) -> str:
    """Why a file is not looked at; "" where it is."""
    if len(data) > most:
        return f"it is too large to look at ({len(data):,} bytes, {most:,} at most)"
    return "it is no text: it holds NUL bytes" if b"\0" in data else ""


def flaws(root: Node, data: bytes, symbols: int, most: int) -> Iterator[str]:
    """What a tree and its bytes tell of places that could not be read."""
    if symbols == most:
        yield f"it defines more than {most:,} names: the rest is not told"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield f"line {line}: it is not UTF-8"
    if root.has_error:
        yield f"line {_first_error(root)}: it does not parse"


def _first_error(root: Node) -> int:
    node = root
    while not (node.is_error or node.is_missing):
        inner = [one for one in node.children if one.has_error or one.is_missing]
        if not inner:
            break
        node = inner[0]
    return node.start_point[0] + 1
