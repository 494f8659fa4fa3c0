"""The names that a block binds for those after it, and those that it takes from outside."""

from tree_sitter import Node

from doc_healing.languages.javascript.names import NODE
from doc_healing.languages.javascript.tree import Facts, facts, import_names, names_in
from doc_healing.model import Names, Snippet

_NAMED = frozenset({"function_declaration", "generator_function_declaration", "class_declaration"})
_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})


def names(snippet: Snippet) -> Names:
    """What a block declares at its top level, and which names it uses and does not declare."""
    found = facts(snippet.code)
    if not found.parses or found.root is None:
        return Names()
    declared = {name for node in found.root.named_children for name in _declared(found, node)}
    return Names(frozenset(declared), frozenset(found.used - found.bound - NODE))


def _declared(found: Facts, node: Node) -> list[str]:
    if node.type == "import_statement":
        return [name for name, _ in import_names(found, node)]
    if node.type == "export_statement":
        return [name for child in node.named_children for name in _declared(found, child)]
    if node.type in _NAMED:
        name = node.child_by_field_name("name")
        return [found.text(name)] if name is not None else []
    if node.type not in _VARIABLES:
        return []
    patterns = [part.child_by_field_name("name") for part in node.named_children]
    return [name for one in patterns if one is not None for name in names_in(found, one)]
