"""JSX: an element is a call of what it names, its attributes are the options."""

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.scopes import Readers, Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.traced import PLAIN, Known, Value
from doc_healing.model import UseKind


def read_jsx(scopes: Scopes, node: Node, read: Readers) -> Known:
    """An element with all that stands in it."""
    if node.type in ("jsx_opening_element", "jsx_self_closing_element"):
        _element(scopes, node, read)
    elif node.type != "jsx_closing_element":
        for child in node.named_children:
            read.value(scopes, child)
    return PLAIN


def _element(scopes: Scopes, node: Node, read: Readers) -> None:
    label = node.child_by_field_name("name")
    attributes = [child for child in node.named_children if child.type == "jsx_attribute"]
    keywords = tuple(text(item.named_children[0]) for item in attributes if item.named_children)
    name = text(label)
    if label is not None and (name[:1].isupper() or "." in name):
        known, at = read.path(scopes, label)
        known = known.itself() if isinstance(known, Value) else known
        scopes.use(known, UseKind.CALL, at, None, keywords)
    for child in node.named_children:
        if child.type == "jsx_attribute":
            for value in child.named_children[1:]:
                read.value(scopes, value)
        elif child.type in ("jsx_expression", "spread_element"):
            read.value(scopes, child)
