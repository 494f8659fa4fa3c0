"""The names that a block binds for those after it, and those that it takes from outside.

By the text alone: what a name means where it is free only the type checker knows. Packages of the
standard library are bound by nobody: a block that lacks their import is completed without context.
"""

from functools import lru_cache

from tree_sitter import Node

from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import Facts, facts, is_member, main_body
from doc_healing.languages.trees import nodes
from doc_healing.model import Names, Snippet

# https://go.dev/ref/spec#Predeclared_identifiers
_PREDECLARED = frozenset(
    "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 "
    "int64 rune string uint uint8 uint16 uint32 uint64 uintptr true false iota nil append cap "
    "clear close complex copy delete imag len make max min new panic print println real recover "
    "main init _".split()
)
_USES = ("identifier", "type_identifier", "package_identifier")
_NAMED = (
    "var_spec",
    "const_spec",
    "parameter_declaration",
    "variadic_parameter_declaration",
    "type_parameter_declaration",
    "type_spec",
    "type_alias",
)
_LEFT = ("short_var_declaration", "range_clause", "receive_statement")


def names(snippet: Snippet) -> Names:
    """What a block declares, and the variables of its statements, or of those of its `main`."""
    return _names(snippet.code)


@lru_cache(maxsize=512)
def _names(code: str) -> Names:
    found = facts(code)
    if not found.parses or shape(code).kind not in (Kind.FILE, Kind.FRAGMENT):
        return Names()
    packages = {name for name, path in found.imports.items() if "." in path.split("/")[0]}
    bound = (found.declared.keys() | values(code) | packages) - {"main", "init", "_"}
    return Names(frozenset(bound), frozenset(_free(found)))


@lru_cache(maxsize=512)
def values(code: str) -> frozenset[str]:
    """The variables that the statements of a block leave to those after it."""
    found = facts(code)
    names_: set[str] = set()
    for node in (*found.statements, *main_body(found)):
        if node.type in ("var_declaration", "short_var_declaration", "const_declaration"):
            names_.update(name for one in nodes(node) for name in _bound_by(found, one))
    declared = (node for node in found.top if node.type == "var_declaration")
    names_.update(
        name for node in declared for one in nodes(node) for name in _bound_by(found, one)
    )
    return frozenset(names_ - {"_"})


def _free(found: Facts) -> set[str]:
    bound, used = set(found.imports) | found.variables, set[str]()
    if found.root is None:
        return used
    keys = set[int]()
    for node in nodes(found.root):
        bound.update(_bound_by(found, node))
        if node.type == "composite_literal":
            keys.update(_keys(node))
        elif node.type in _USES and node.id not in keys and not _is_apart(node):
            used.add(found.text(node))
    return used - bound - found.declared.keys() - _PREDECLARED


def _bound_by(found: Facts, node: Node) -> list[str]:
    """The names that a node gives a meaning to, wherever it stands."""
    if node.type in _NAMED:
        return [found.text(one) for one in node.children_by_field_name("name")]
    if node.type == "type_switch_statement":
        left = node.child_by_field_name("alias")
    elif node.type in _LEFT:
        left = node.child_by_field_name("left")
    else:
        return []
    return [found.text(one) for one in left.children if one.type == "identifier"] if left else []


def _keys(literal: Node) -> list[int]:
    """The names before a colon in a literal: fields, unless it is a map's or a list's."""
    kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
    if body is None or kind is None or kind.type in ("map_type", "slice_type", "array_type"):
        return []
    keys = [one.named_children[0] for one in body.named_children if one.type == "keyed_element"]
    return [part.id for key in keys for part in (key, *key.children) if part.type in _USES]


def _is_apart(node: Node) -> bool:
    """Whether it is no name of this block's own: the clause's, or what a package has."""
    return is_member(node) or (node.parent is not None and node.parent.type == "package_clause")
