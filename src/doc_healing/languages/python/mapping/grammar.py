"""Python's grammar as the map asks it: one parser, one query for a file, the text of a node."""

import re
from functools import lru_cache
from typing import Final

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

_QUERY: Final = """
(class_definition) @class
(function_definition) @function
(decorated_definition) @decorated
(expression_statement (assignment) @assign)
(type_alias_statement) @type
(import_statement) @import
(import_from_statement) @import
(return_statement (_)) @return
(module (if_statement) @script)
(comment) @comment
"""
_STRING = re.compile(r"""(?s)([a-zA-Z]{0,3})(\"{3}|'{3}|"|')(.*?)\2?$""")


@lru_cache(maxsize=1)
def _language() -> Language:
    return Language(tree_sitter_python.language())


@lru_cache(maxsize=1)
def _query() -> Query:
    return Query(_language(), _QUERY)


def parse(data: bytes) -> Tree:
    """The tree of a text; whatever it holds, there is one."""
    return Parser(_language()).parse(data)


def captures(root: Node) -> dict[str, list[Node]]:
    """What the outline wants to see of a file, by what it is."""
    return QueryCursor(_query()).captures(root)


def text_of(node: Node | None) -> str:
    """The text of a node; empty for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def string_of(node: Node | None) -> str | None:
    """What a string literal says (escapes as written, `{...}` of an f-string left in).

    None where it is no string, or one of bytes.
    """
    if node is None:
        return None
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return string_of(node.named_children[0])
    if node.type == "concatenated_string":
        parts = [string_of(one) for one in node.named_children if one.type == "string"]
        return None if None in parts else "".join(part or "" for part in parts)
    if node.type != "string":
        return None
    found = _STRING.match(text_of(node))
    if found is None or "b" in found[1].lower():
        return None
    return found[3]


def dotted(node: Node | None) -> str:
    """`a.b.c` of a chain of plain attributes; empty for anything else."""
    parts: list[str] = []
    while node is not None and node.type == "attribute":
        parts.append(text_of(node.child_by_field_name("attribute")))
        node = node.child_by_field_name("object")
    if node is None or node.type not in ("identifier", "dotted_name"):
        return ""
    return ".".join([text_of(node), *reversed(parts)])


def without_arguments(node: Node | None) -> str:
    """`Base` of `Base[T]` and `a.Base` of `a.Base`; a call is what it calls, with `()`."""
    while node is not None and node.type == "subscript":
        node = node.child_by_field_name("value")
    if node is not None and node.type == "call":
        name = dotted(node.child_by_field_name("function"))
        return f"{name}()" if name else ""
    return dotted(node)


def one_line(node: Node | None) -> str:
    """The text of a node with its blanks and line ends as one blank each."""
    return " ".join(text_of(node).split())
