"""The names that a block binds for those after it, and those that it takes from outside.

What `jshell` would remember of a block: its variables and its methods. Imports and types are lent
to later blocks anyway, and are nobody's names here.
"""

from functools import lru_cache

from tree_sitter import Node

from doc_healing.languages.java.shape import Kind, shape
from doc_healing.languages.java.tree import (
    COMMENTS,
    declared,
    name_of,
    text_of,
    tree,
)
from doc_healing.languages.trees import nodes
from doc_healing.model import Names, Snippet

_HELD = frozenset({"local_variable_declaration", "field_declaration"})
_LABELS = frozenset({"labeled_statement", "break_statement", "continue_statement"})
_HEADERS = frozenset({"import_declaration", "package_declaration", "module_declaration"})


def names(snippet: Snippet) -> Names:
    """What a block declares at its outermost level, and the names it uses and does not declare."""
    return _names(snippet.code)


@lru_cache(maxsize=2048)
def _names(code: str) -> Names:
    form = shape(code)
    if form.kind not in (Kind.UNIT, Kind.MEMBERS, Kind.SCRIPT) or not form.certain:
        return Names()
    root = tree(code.rstrip() + form.after + "\n" if form.after else code)
    if root is None:
        return Names()
    if root.has_error:  # members that only the inside of a class may hold
        root = _inside(code)
    bound = {name for node in root.named_children for name in _bound(node)} if root else set()
    free = _free(root) if root else set()
    return Names(frozenset(bound - {""}), frozenset(free - {""}))


def _inside(code: str) -> Node | None:
    for opening in ("class X {", "interface X {"):
        root = tree(f"{opening}\n{code}\n}}\n")
        if root is not None and not root.has_error and root.named_children:
            return root.named_children[0].child_by_field_name("body")
    return None


def _bound(node: Node) -> set[str]:
    if node.type in _HELD:
        return {name_of(one) for one in node.children_by_field_name("declarator")}
    if node.type == "method_declaration" and node.child_by_field_name("body") is not None:
        return {name_of(node)}
    return set()


def _free(root: Node) -> set[str]:
    """Variables, methods without a receiver, and types: each by its place in the text."""
    own = declared(root)
    return {
        text_of(node)
        for node in nodes(root)
        if node.type in ("identifier", "type_identifier") and _is_free(node)
    } - own


def _is_free(node: Node) -> bool:
    above = node.parent
    if above is None or above.type in COMMENTS | _HEADERS | _LABELS:
        return False
    if above.type == "scoped_identifier":  # `java.util`, of an import or an annotation
        return False
    if above.type in ("field_access", "method_invocation"):
        at = above.child_by_field_name("object")
        return at is None or at.id == node.id or _is_argument(above, node)
    if above.type == "method_reference":
        return above.named_children[0].id == node.id
    if above.type in ("element_value_pair", "annotation", "marker_annotation"):
        return above.child_by_field_name("value") == node
    return True


def _is_argument(above: Node, node: Node) -> bool:
    fields = (above.child_by_field_name(name) for name in ("field", "name"))
    return all(one is None or one.id != node.id for one in fields)
