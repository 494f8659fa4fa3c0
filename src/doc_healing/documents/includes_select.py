"""Which lines of an included file are wanted: by number, by section, by the options of Sphinx."""

import ast
import re
from collections.abc import Mapping, Sequence

from doc_healing.documents.includes_syntax import Ranges, Request, numbers

_SNIPPET_MARK = re.compile(r".*?-+8<-+[ \t]*\[[ \t]*(start|end)[ \t]*:[ \t]*([\w.-]+)[ \t]*\]")
_ANCHOR = re.compile(r".*?\bANCHOR(_END)?:[ \t]*([\w.-]+)")
_REGION = re.compile(r".*?#?(end)?region\b(?:[ \t]+(\S+))?|.*?<!--[ \t]*#(end)?region[ \t]+(\S+)")
Chosen = list[tuple[int, bool]]  # 0-based line, hidden


def choose(rows: Sequence[str], request: Request) -> Chosen | str:
    """The wanted lines in order, or in words what is not there."""
    if request.section:
        chosen = _section(rows, request)
        if chosen is None:
            return f"{request.path} has no section named `{request.section}`"
        if request.others_hidden:
            return _with_hidden(rows, chosen)
        return [(index, False) for index in chosen]
    if not request.ranges:
        return [(index, False) for index in range(len(rows))]
    chosen = [n for ends in request.ranges for n in _range(ends, len(rows))]
    if request.others_hidden:
        return _with_hidden(rows, chosen)
    return [(index, False) for index in chosen]


def choose_for_sphinx(rows: Sequence[str], options: Mapping[str, str], path: str) -> Chosen | str:
    """What `literalinclude` and `include` show: `:lines:`, `:pyobject:`, `:start-after:` ..."""
    wanted = list(range(len(rows)))
    if name := options.get("pyobject"):
        ends = _python_object("\n".join(rows), name)
        if ends is None:
            return f"{path} has no Python object named `{name}`"
        wanted = list(range(*ends))
    elif ranges := _ranges(options.get("lines", "")):
        wanted = [n for ends in ranges for n in _range(ends, len(rows))]
    for key, offset in (("start-at", 0), ("start-line", 0), ("start-after", 1)):
        if key in options:
            at = _find(rows, wanted, options[key], key)
            if at is None:
                return f"{path} has no line with `{options[key]}`"
            wanted = wanted[at + offset :]
    for key, offset in (("end-at", 1), ("end-line", 0), ("end-before", 0)):
        if key in options:
            at = _find(rows, wanted, options[key], key)
            if at is None:
                return f"{path} has no line with `{options[key]}`"
            wanted = wanted[: at + offset]
    return [(index, False) for index in wanted]


def _ranges(text: str) -> Ranges:
    return numbers(text)


def _find(rows: Sequence[str], wanted: list[int], text: str, key: str) -> int | None:
    if key.endswith("-line"):
        return int(text) if text.isdigit() else None
    return next((at for at, index in enumerate(wanted) if text in rows[index]), None)


def _range(ends: tuple[int, int | None], count: int) -> range:
    first, last = ends
    first = first + count if first < 0 else max(first, 1) - 1
    last = count if last is None else (last + count + 1 if last < 0 else last)
    return range(max(0, min(first, count)), max(0, min(last, count)))


def _section(rows: Sequence[str], request: Request) -> list[int] | None:
    marks = {"snippet": _snippet_mark, "mdbook": _anchor, "vitepress": _region}[request.style]
    chosen: list[int] = []
    inside = seen = False
    for index, row in enumerate(rows):
        mark = marks(row)
        if mark is None:
            if inside:
                chosen.append(index)
        elif mark[1] == request.section or (inside and mark == ("end", "")):
            inside = mark[0] == "start"
            seen = True
            if not inside and request.style == "vitepress":
                break
    return chosen if seen else None


def _snippet_mark(row: str) -> tuple[str, str] | None:
    found = _SNIPPET_MARK.match(row) if "8<-" in row else None
    return (found[1], found[2]) if found else None


def _anchor(row: str) -> tuple[str, str] | None:
    found = _ANCHOR.match(row) if "ANCHOR" in row else None
    return ("end" if found[1] else "start", found[2]) if found else None


def _region(row: str) -> tuple[str, str] | None:
    found = _REGION.match(row) if "region" in row else None
    if not found:
        return None
    return "end" if found[1] or found[3] else "start", found[2] or found[4] or ""


def _with_hidden(rows: Sequence[str], chosen: Sequence[int]) -> Chosen:
    shown = set(chosen)
    return [(n, n not in shown) for n, row in enumerate(rows) if n in shown or not _anchor(row)]


def _python_object(text: str, name: str) -> tuple[int, int] | None:
    try:
        body: Sequence[ast.stmt] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    node: ast.stmt | None = None
    for part in name.split("."):
        node = next((item for item in body if getattr(item, "name", "") == part), None)
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        body = node.body
    if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
    return first - 1, node.end_lineno or node.lineno
