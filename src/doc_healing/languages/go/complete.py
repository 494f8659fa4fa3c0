"""What a block shows whole, so that nothing outside of it can make it right."""

from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.go.notation import elides
from doc_healing.languages.go.places import spot_at
from doc_healing.languages.go.tree import Facts, facts
from doc_healing.languages.trees import nodes
from doc_healing.model import Job, Snippet

_FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")


def is_closed(snippet: Snippet, page: Sequence[Snippet]) -> bool:
    """Whether a block is a program by itself: its own `main`, and no other part on its page.

    A block that leaves code out, or whose page shows methods or packages in other blocks, is none.
    """
    found = facts(snippet.code)
    if not found.parses or "main" not in found.declared or found.package not in ("", "main"):
        return False
    others = [item for item in page if item is not snippet and item.language == snippet.language]
    more = any(
        node.type == "method_declaration" for item in others for node in facts(item.code).top
    ) or any(facts(item.code).package not in ("", "main") for item in others)
    return not more and not elides(snippet.code)


def is_function_of(job: Job, row: int, byte_column: int) -> bool:
    """Whether the function that ends at a place of the program is shown whole.

    It has statements, and no comment that may stand for others.
    """
    found = facts(job.snippet.code)
    spot = spot_at(job, row)
    if not found.parses or found.root is None or spot is None or not spot.own:
        return False
    if elides(job.snippet.code):
        return False
    at = (job.snippet.lines.index(spot.line), byte_column)
    return any(
        node.type in _FUNCTIONS and tuple(node.end_point) == at and _is_whole(found, node)
        for node in nodes(found.root)
    )


def _is_whole(found: Facts, function: Node) -> bool:
    """Whether a body has statements and no comments: `// TODO` has many spellings."""
    body = function.child_by_field_name("body")
    if body is None or any(node.type == "comment" for node in nodes(body)):
        return False
    return found.text(body).strip("{} \t\n") != ""
