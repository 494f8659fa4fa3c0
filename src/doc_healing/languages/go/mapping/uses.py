"""What a Go snippet uses, traced through its imports, its variables and its chains of calls."""

from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.go.mapping import bindings, expressions
from doc_healing.languages.go.mapping.reading import Reader
from doc_healing.languages.go.mapping.snippets import parsed
from doc_healing.languages.go.mapping.values import Scope
from doc_healing.model import Use

_MAX_NODES = 200_000
_SCOPES = frozenset(
    "function_declaration method_declaration func_literal block for_statement if_statement "
    "expression_switch_statement type_switch_statement type_case expression_case default_case "
    "communication_case".split()
)
_SILENT = frozenset({"import_declaration", "package_clause", "comment"})


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:
    """What a snippet uses, in its order; `before` binds names, and what it uses is not told.

    A package that is not imported is named by its first step (BARE). What is called on something
    unknown is a RECEIVER.
    """
    scope = Scope()
    for text in before:
        earlier = parsed(text)
        if earlier is not None:
            _read(Reader(earlier, scope), tell=False)
    own = parsed(code)
    if own is None:
        return ()
    reader = Reader(own, scope)
    _read(reader, tell=True)
    return sorted(dict.fromkeys(reader.found), key=lambda use: (use.line, use.column))


def _read(reader: Reader, *, tell: bool) -> None:
    bindings.headers(reader, tell=tell)
    bindings.definitions(reader)
    stack: list[tuple[bool, Node]] = [(True, reader.parsed.root)]
    seen = 0
    while stack and seen < _MAX_NODES:
        entering, node = stack.pop()
        seen += 1
        if not entering:
            _leave(reader, node)
        elif node.type not in _SILENT:
            stack.append((False, node))
            _enter(reader, node)
            stack.extend((True, child) for child in reversed(list(expressions.inner(reader, node))))
    del reader.scope.variables[1:]


def _enter(reader: Reader, node: Node) -> None:
    if node.type in _SCOPES:
        reader.scope.variables.append({})
    if node.type == "type_case":
        bindings.alias(reader, node)
    bindings.enter(reader, node)


def _leave(reader: Reader, node: Node) -> None:
    expressions.leave(reader, node)
    bindings.leave(reader, node)
    if node.type in _SCOPES and len(reader.scope.variables) > 1:
        inner = reader.scope.variables.pop()
        above = node.parent
        if above is not None and reader.field(above, "name") == "_":
            reader.scope.variables[-1].update(inner)  # of a function put around statements
