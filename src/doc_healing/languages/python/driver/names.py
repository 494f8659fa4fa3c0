"""The names that a text takes from outside, and the imports that give them."""

from __future__ import annotations

import builtins

from doc_healing.languages.python.driver import scopes
from doc_healing.languages.python.driver.lazy import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_OWN = frozenset({"__name__", "__file__", "__doc__", "__builtins__", "__spec__", "__loader__"})


def missing(nodes: Iterable[ast.AST]) -> set[str]:
    """The global names that these statements read and nothing in them binds."""
    body = list(nodes)
    return _free(body) - scopes.bound(body) - _globals(body) - set(dir(builtins)) - _OWN


def absent(error: BaseException, nodes: list[ast.stmt], values: dict[str, object]) -> str:
    """The attribute of a module that is None, where using it is what failed; else empty.

    Packages set a part of theirs to None where something optional is not installed.
    """
    name = getattr(error, "name", None)
    if not isinstance(error, AttributeError) or "'NoneType' object" not in str(error):
        return ""
    for node in nodes:
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute) and name in (None, one.attr):
                said = _dotted(one.value)
                if said and _is_none_of_module(said, values):
                    return ".".join(said)
    return ""


def _dotted(node: ast.AST) -> list[str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if parts and isinstance(node, ast.Name) else []


def _is_none_of_module(said: list[str], values: dict[str, object]) -> bool:
    one = values.get(said[0])
    for part in said[1:]:
        if type(one).__name__ != "module" or part not in vars(one):
            return False
        one = vars(one)[part]
    return one is None


def _free(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that a scope's nodes read, in it and in the scopes within it."""
    names: set[str] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, _FUNCTIONS):
            names |= _of_function(node)
            todo.extend(getattr(node, "decorator_list", []))
            todo.extend(_outer(node))
        elif isinstance(node, ast.ClassDef):
            names |= _of_class(node)
            todo.extend([*node.decorator_list, *node.bases, *node.keywords])
        else:
            names |= _quoted(node)
            todo.extend(ast.iter_child_nodes(node))
    return names


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    arguments = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
    return _free(body) - arguments - _parameters(node) - (scopes.bound(body) - _globals(body))


def _of_class(node: ast.ClassDef) -> set[str]:
    """What a class reads; its methods do not see the names of its body."""
    functions = [one for one in node.body if isinstance(one, _FUNCTIONS)]
    rest = [one for one in node.body if not isinstance(one, _FUNCTIONS)]
    heads: list[ast.AST] = [d for one in functions for d in getattr(one, "decorator_list", [])]
    for one in functions:
        heads.extend(_outer(one))
    inside: set[str] = set()
    for one in functions:
        inside |= _of_function(one)
    own = (_free(rest) | _free(heads)) - scopes.bound(node.body)
    return inside | own - _parameters(node)


def _outer(node: ast.AST) -> list[ast.AST]:
    """A function's parts that its surroundings evaluate: defaults and annotations."""
    arguments = getattr(node, "args", None)
    returns = getattr(node, "returns", None)
    return [one for one in (arguments, returns) if one is not None]


def _parameters(node: ast.AST) -> set[str]:
    """Type parameters, of 3.12 and newer."""
    return {one.name for one in getattr(node, "type_params", [])}


def _globals(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that a function declares as global and that some function binds."""
    return {
        name
        for node in nodes
        for one in ast.walk(node)
        if isinstance(one, ast.Global)
        for name in one.names
    }


def _quoted(node: ast.AST) -> set[str]:
    """The names in annotations that are written as strings."""
    note = getattr(node, "annotation", None) or getattr(node, "returns", None)
    if not isinstance(note, ast.AST):
        return set()
    names: set[str] = set()
    for one in ast.walk(note):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and len(one.value) < 300:
            try:
                tree = ast.parse(one.value.strip(), mode="eval")
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            names |= {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    return names
