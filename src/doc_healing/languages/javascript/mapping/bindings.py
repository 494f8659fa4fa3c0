"""Imports and patterns of a snippet: which names they bind, to what."""

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.exports import bindings, required, unquoted
from doc_healing.languages.javascript.mapping.known import is_builtin
from doc_healing.languages.javascript.mapping.scopes import Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.traced import (
    PLAIN,
    Known,
    Own,
    Value,
    element_of,
    member_of,
)
from doc_healing.model import UseKind


def module_of(name: str, *, whole: bool = False) -> Known:
    """What a module is; Node's own ones are nobody's."""
    return PLAIN if is_builtin(name) else Value(name, whole=whole)


def read_import(scopes: Scopes, node: Node) -> None:
    """`import` of every form."""
    source = node.child_by_field_name("source")
    module = unquoted(source)
    clause = next((c for c in node.named_children if c.type == "import_clause"), None)
    needed = next((c for c in node.named_children if c.type == "import_require_clause"), None)
    if needed is not None:
        known = module_of(unquoted(needed.child_by_field_name("source")), whole=True)
        scopes.bind(text(needed.named_children[0]), known)
        scopes.use(known, UseKind.IMPORT, needed)
        return
    known = module_of(module)
    if clause is None:
        if module:
            scopes.use(known, UseKind.IMPORT, source or node)
        return
    for (name, member), at in zip(bindings(clause), _places(clause), strict=False):
        part = member_of(known, member) if member else known
        scopes.bind(name, part)
        scopes.use(part, UseKind.IMPORT, at)


def _places(clause: Node) -> list[Node]:
    found = []
    for part in clause.named_children:
        if part.type == "named_imports":
            for item in part.named_children:
                name = item.child_by_field_name("name")
                found += [name] if name is not None else []
        elif part.type in ("identifier", "namespace_import"):
            found.append(part)
    return found


def read_passed_on(scopes: Scopes, node: Node) -> None:
    """`export ... from`."""
    source = node.child_by_field_name("source")
    known = module_of(unquoted(source))
    clause = next((c for c in node.named_children if c.type == "export_clause"), None)
    if clause is None:
        scopes.use(known, UseKind.IMPORT, source or node)
        return
    for item in clause.named_children:
        names = [kid for kid in item.children if kid.type not in ("as", "type")]
        if names and item.type == "export_specifier":
            scopes.use(member_of(known, unquoted(names[0])), UseKind.IMPORT, names[0])


def needed(scopes: Scopes, node: Node) -> Known | None:
    """What `require('x')` and `import('x')` give; None for any other call."""
    found = required(node) if node.type == "call_expression" else None
    if found is None:
        return None
    callee = node.child_by_field_name("function")
    dynamic = callee is not None and callee.type == "import"
    known = module_of(found[0], whole=not dynamic)
    scopes.use(known, UseKind.IMPORT, node)
    return known


def bind_pattern(scopes: Scopes, pattern: Node | None, known: Known, *, told: bool = True) -> None:
    """Bind the names of a pattern to the members of what it takes apart."""
    waiting: list[tuple[Node | None, Known]] = [(pattern, known)]
    while waiting:
        node, value = waiting.pop()
        if node is None:
            continue
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier_pattern"):
            scopes.bind(text(node), value)
        elif kind in ("assignment_pattern", "object_assignment_pattern"):
            left = node.child_by_field_name("left")
            if kind == "object_assignment_pattern" and left is not None:
                value = _taken(scopes, left, value, told=told)
            waiting.append((left, value))
        elif kind == "object_pattern":
            _object(scopes, node, value, waiting, told=told)
        elif kind == "array_pattern":
            inner = element_of(value)
            waiting += [(child, inner) for child in reversed(node.named_children)]
        elif kind == "rest_pattern" and node.named_children:
            waiting.append((node.named_children[0], value))


def _object(
    scopes: Scopes,
    node: Node,
    value: Known,
    waiting: list[tuple[Node | None, Known]],
    *,
    told: bool,
) -> None:
    for child in node.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            scopes.bind(text(child), _taken(scopes, child, value, told=told))
        elif child.type == "pair_pattern":
            key = child.child_by_field_name("key")
            if key is not None:
                taken = _taken(scopes, key, value, told=told)
                waiting.append((child.child_by_field_name("value"), taken))
        elif child.type != "comment":
            waiting.append((child, value))


def _taken(scopes: Scopes, key: Node, value: Known, *, told: bool) -> Known:
    if isinstance(value, Own) and value.plain:
        return PLAIN
    taken = member_of(value, unquoted(key))
    if told:
        module = isinstance(value, Value) and value.module and not value.names
        scopes.use(taken, UseKind.IMPORT if module else UseKind.ATTRIBUTE, key)
    return taken
