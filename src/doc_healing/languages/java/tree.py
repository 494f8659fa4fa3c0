"""What a Java text says of itself, read by tree-sitter: facts, never verdicts.

Tree-sitter forgives errors and is a C parser with a bounded stack, so that it may see untrusted
text; every walk here is iterative and stops at a number of nodes. Offsets are bytes of UTF-8.
"""

from functools import lru_cache

import tree_sitter_java
from tree_sitter import Language, Node, Parser

from doc_healing.languages.trees import nodes

MAX_BYTES = 400_000
TYPES = frozenset(
    {
        "class_declaration",
        "interface_declaration",
        "enum_declaration",
        "record_declaration",
        "annotation_type_declaration",
    }
)
COMMENTS = frozenset({"line_comment", "block_comment"})
LOOPS = frozenset({"while_statement", "for_statement", "enhanced_for_statement", "do_statement"})


@lru_cache(maxsize=256)
def tree(code: str) -> Node | None:
    """The root of a text; None where it is too large to look at."""
    data = code.encode("utf-8", "replace")
    return _parser().parse(data).root_node if len(data) <= MAX_BYTES else None


def parses(code: str) -> bool:
    """Whether tree-sitter finds no error in the text."""
    root = tree(code)
    return root is not None and not root.has_error


def text_of(node: Node | None) -> str:
    """The text of a node; empty for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def name_of(node: Node) -> str:
    """The declared name of a type, a method or a variable."""
    return text_of(node.child_by_field_name("name"))


def modifiers(node: Node) -> set[str]:
    """The keywords and the annotations (`@Override`) before a declaration."""
    for child in node.children:
        if child.type == "modifiers":
            return {text_of(part).partition("(")[0] for part in child.children}
    return set()


def declared(root: Node) -> set[str]:
    """Every name that the text declares: types, methods, variables, parameters."""
    found = set()
    for node in nodes(root):
        named = node.type in TYPES or node.type.endswith(("_declarator", "_parameter"))
        if (
            named
            or node.type in ("method_declaration", "enum_constant", "resource")
            or node.type == "enhanced_for_statement"
            or node.type == "instanceof_expression"
        ):
            found.add(name_of(node))
        elif node.type == "inferred_parameters":
            found.update(text_of(child) for child in node.named_children)
        elif node.type == "lambda_expression":
            found.add(text_of(node.child_by_field_name("parameters")))
    found.discard("")
    return found


@lru_cache(maxsize=1)
def _grammar() -> Language:
    return Language(tree_sitter_java.language())


def _parser() -> Parser:
    # A parser is not made for two threads at once; a new one costs microseconds.
    return Parser(_grammar())
