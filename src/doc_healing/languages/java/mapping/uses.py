"""What a Java snippet uses, traced through its imports, its variables and its chains of calls."""

from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.java.mapping import bindings, expressions
from doc_healing.languages.java.mapping.reading import Reader
from doc_healing.languages.java.mapping.snippets import WRAPPER, parsed
from doc_healing.languages.java.mapping.values import Scope
from doc_healing.model import Use

_MAX_NODES = 200_000
_SCOPES = frozenset(
    "block method_declaration constructor_declaration compact_constructor_declaration "
    "lambda_expression class_body interface_body enum_body constructor_body for_statement "
    "enhanced_for_statement try_with_resources_statement catch_clause switch_rule "
    "switch_block_statement_group".split()
)
_SILENT = frozenset({"import_declaration", "package_declaration", "line_comment", "block_comment"})


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:
    """What a snippet uses, in its order; `before` binds names, and what it uses is not told.

    A name that nothing here binds is BARE, a method of something unknown a RECEIVER: so is one
    that is called without anything before it, as it may be inherited or imported elsewhere.
    """
    scope = Scope()
    for text in before:
        earlier = parsed(text)
        if earlier is not None:
            _read(Reader(earlier, scope))
    own = parsed(code)
    if own is None:
        return ()
    reader = Reader(own, scope)
    _read(reader)
    found = dict.fromkeys(reader.found)
    return sorted(found, key=lambda use: (use.line, use.column))


def _read(reader: Reader) -> None:
    bindings.headers(reader)
    bindings.definitions(reader)
    stack: list[tuple[str, Node]] = [("enter", reader.parsed.root)]
    seen = 0
    while stack and seen < _MAX_NODES:
        phase, node = stack.pop()
        seen += 1
        if phase == "enter":
            stack.extend(reversed(_enter(reader, node)))
        elif phase == "bind":
            bindings.loop(reader, node)
        else:
            _leave(reader, node)
    del reader.scope.variables[1:]
    reader.scope.around.clear()


def _enter(reader: Reader, node: Node) -> list[tuple[str, Node]]:
    kind = node.type
    if kind in _SILENT:
        return []
    if kind in _SCOPES:
        reader.scope.variables.append({})
    bindings.enter(reader, node)
    inner = [("enter", child) for child in expressions.inner(reader, node)]
    if kind == "enhanced_for_statement":
        inner = _loop(node)
    return [*inner, ("leave", node)]


def _loop(node: Node) -> list[tuple[str, Node]]:
    """A loop's variable holds an element of what it goes over, which is read first."""
    found: list[tuple[str, Node]] = []
    for word in ("type", "value"):
        child = node.child_by_field_name(word)
        if child is not None:
            found.append(("enter", child))
    found.append(("bind", node))
    body = node.child_by_field_name("body")
    return [*found, ("enter", body)] if body is not None else found


def _leave(reader: Reader, node: Node) -> None:
    expressions.leave(reader, node)
    bindings.leave(reader, node)
    if node.type in _SCOPES:
        inner = reader.scope.variables.pop()
        above = node.parent
        if above is not None and reader.field(above, "name") == WRAPPER:
            reader.scope.variables[-1].update(inner)  # members, as far as the snippet shows
