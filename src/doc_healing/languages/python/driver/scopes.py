"""Which names a text binds, and in which scope."""

from __future__ import annotations

from doc_healing.languages.python.driver.lazy import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of these that belongs to their own scope, in no particular order."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo.extend(ast.iter_child_nodes(node))
        else:
            todo.extend(getattr(node, "decorator_list", []))


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these nodes bind in their own scope; not those of comprehensions."""
    names: set[str] = set()
    for node in own(nodes):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        else:
            # a `match` pattern, of 3.10 and newer
            names.update(_captured(node))
    return names - {"*"}


def annotated(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these nodes annotate in their own scope."""
    return {
        node.target.id
        for node in own(nodes)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def has_placeholder(node: ast.AST) -> bool:
    """Whether `...` is used as a value in a statement, not as an empty body."""
    if isinstance(node, ast.Expr) and _is_ellipsis(node.value):
        return False
    if isinstance(node, ast.ClassDef) and _is_signature(node):
        return True
    for child in ast.walk(node):
        values: list[object] = []
        if isinstance(child, ast.Call):
            values = [*child.args, *(item.value for item in child.keywords)]
        elif isinstance(child, (ast.List, ast.Set)):
            values = list(child.elts)
        elif isinstance(child, ast.Dict):
            values = [*child.keys, *child.values]
        elif isinstance(child, (ast.Assign, ast.AnnAssign, ast.Return, ast.Await)):
            values = [child.value]
        if any(_is_ellipsis(value) for value in values):
            return True
    return False


def is_left_out(node: ast.AST) -> bool:
    """Whether a statement of the top level is a bare `...`: what is left out stands there."""
    return isinstance(node, ast.Expr) and _is_ellipsis(node.value)


def is_value(node: ast.AST) -> bool:
    """Whether a statement does nothing but show a dictionary, a list or the like."""
    kinds = (ast.Dict, ast.List, ast.Set, ast.Tuple)
    return isinstance(node, ast.Expr) and isinstance(node.value, kinds)


def _is_signature(node: ast.ClassDef) -> bool:
    """`class Name(option=None): ...` is how references write what a class is called with."""
    plain = all(isinstance(one, ast.Expr) and _is_ellipsis(one.value) for one in node.body)
    return plain and any(one.arg != "metaclass" for one in node.keywords)


def _is_ellipsis(value: object) -> bool:
    if type(value).__name__ in ("Str", "Ellipsis"):  # 3.7 and older
        return getattr(value, "s", "...") in ("...", "…")
    return isinstance(value, ast.Constant) and value.value in (Ellipsis, "...", "…")


def _captured(node: ast.AST) -> set[str]:
    if type(node).__name__ in ("MatchAs", "MatchStar", "MatchMapping"):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        return {name} if name else set()
    return set()
