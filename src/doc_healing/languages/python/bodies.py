"""A module's text without the bodies of functions that never ran: all that a run met of it.

A body that was not entered is met by nothing but what looks at code instead of running it. What is
left of it is what others can see: whether it yields, and what of the scopes around it it takes.
"""

import ast
import threading
import tokenize
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_ALONE = threading.Lock()  # what catches warnings does so for all threads


@dataclass(frozen=True, slots=True)
class Body:
    """The body of one function: `name` is its own in its module, in every state of that.

    `line` is where the interpreter says that it begins, at its first decorator. From byte `start`
    to byte `end` it can be left out, and `left` is what stays in its place. `keeps`: it is never
    left out.
    """

    name: str
    line: int
    start: int
    end: int
    left: bytes
    keeps: bool


@lru_cache(maxsize=2048)
def bodies(data: bytes) -> tuple[Body, ...] | None:
    """The functions of a module in their order, the outer before those in it.

    None where it does not compile, or warns while it does: then all of it counts.
    """
    with _ALONE, warnings.catch_warnings(record=True) as noticed:
        warnings.simplefilter("always")
        try:
            tree = ast.parse(data)
            compile(tree, "own", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return None
    if noticed or b"\f" in data or b"\r" in data or data.startswith(b"\xef\xbb\xbf"):
        return None  # where a line begins is not worth a second opinion
    if not _is_utf8(data):
        return None
    return tuple(_bodies(tree, _starts(data)))


def without(data: bytes, kept: Collection[str], *, numbered: bool) -> bytes | None:
    """The text without the bodies of all functions but these; None where all of it counts.

    `numbered`: with the lines of what is left where they were.
    """
    found = bodies(data)
    if found is None:
        return None
    parts, at = [], 0
    for one in found:
        if one.start < at or one.keeps or one.name in kept:
            continue
        gone = data[one.start : one.end]
        parts += [data[at : one.start], one.left, b"\n" * gone.count(b"\n") if numbered else b""]
        at = one.end
    return b"".join((*parts, data[at:])).rstrip()


def silent(data: bytes) -> bytes:
    """The text without its comments, and with empty docstrings: every line in place.

    The same where it is none of which the bodies are known.
    """
    if bodies(data) is None:
        return data
    lines = data.decode("utf-8").split("\n")
    for token in tokenize.generate_tokens(iter([f"{line}\n" for line in lines]).__next__):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    left = "\n".join(lines).encode()
    starts = _starts(left)
    for one in sorted(_docstrings(ast.parse(left)), key=lambda one: -one.lineno):
        start = starts[one.lineno - 1] + one.col_offset
        end = starts[(one.end_lineno or 1) - 1] + (one.end_col_offset or 0)
        left = left[:start] + b'""' + b"\n" * left.count(b"\n", start, end) + left[end:]
    return left


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            head = node.body[0] if node.body else None
            if isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant):
                yield head.value


def _starts(data: bytes) -> list[int]:
    """Where each line begins."""
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _bodies(tree: ast.Module, starts: list[int]) -> Iterator[Body]:
    counts: dict[str, int] = {}
    for node, path, inside in _functions(tree, "", inside=False):
        number = counts[path] = counts.get(path, 0) + 1
        first = min((one.lineno for one in node.decorator_list), default=node.lineno)
        start, end = _extent(node, starts)
        keeps = node.name == "__del__" or start >= end
        yield Body(f"{path}#{number}", first, start, end, _left(node, inside=inside), keeps)


def _functions(node: ast.AST, path: str, *, inside: bool) -> Iterator[tuple[_Function, str, bool]]:
    """Each function, its path, and whether it stands in another one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{path}.{child.name}"
            yield child, name, inside
            yield from _functions(child, name, inside=True)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{path}.{child.name}", inside=inside)
        else:
            yield from _functions(child, path, inside=inside)


def _extent(node: _Function, starts: list[int]) -> tuple[int, int]:
    """From its first statement after the docstring to its end, in bytes."""
    body = list(node.body)
    head = body[0]
    if isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant):
        start = starts[(head.end_lineno or 1) - 1] + (head.end_col_offset or 0)
    else:
        decorated = getattr(head, "decorator_list", None)
        first = decorated[0] if decorated else head
        start = starts[first.lineno - 1] + first.col_offset
    return start, starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)


def _left(node: _Function, *, inside: bool) -> bytes:
    """What of a body others see: that it makes a generator, and what it takes from around it."""
    found = [one for part in node.body for one in ast.walk(part)]
    names = {name for one in found for name in _names(one)}
    yields = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in _own(node.body))
    # A nested one makes cells of what it takes; and a method that asks for its class, a cell there.
    taken = names if inside else names & {"super", "__class__"}
    return f"<{yields} {sorted(taken)}>".encode()


def _names(node: ast.AST) -> Iterator[str]:
    """The names of a node; with a mark where it binds them or says whose they are."""
    if isinstance(node, ast.Name):
        yield node.id if isinstance(node.ctx, ast.Load) else f"{node.id}="
    elif isinstance(node, ast.Nonlocal | ast.Global):
        yield from (f"{name} {type(node).__name__}" for name in node.names)
    elif isinstance(node, ast.alias):
        yield f"{node.asname or node.name}="
    else:
        for field in ("name", "arg", "rest"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield f"{name}="


def _own(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a body without those of the functions in it."""
    todo: list[ast.AST] = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo.extend(ast.iter_child_nodes(node))
            continue
        # What stands in its head is of the scope around it.
        todo.extend(one for one in (*node.args.defaults, *node.args.kw_defaults) if one)
        todo.extend(getattr(node, "decorator_list", ()))


def _is_utf8(data: bytes) -> bool:
    """Whether its columns count what its bytes are, and no line of it says otherwise."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(b"coding" in line for line in data.split(b"\n", 2)[:2])
