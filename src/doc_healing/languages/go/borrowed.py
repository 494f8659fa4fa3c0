"""Declarations that a block takes from earlier ones of its page: never what those blocks do.

A page declares a type or a function once and shows ten blocks that use it. Types, functions,
methods and constants have no effects of their own; variables may, and are never borrowed.
"""

from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import Facts, facts, nodes
from doc_healing.model import Mode, Snippet, State

_HARMLESS = ("type_declaration", "function_declaration", "const_declaration")
_Found = dict[str, list[tuple[Snippet, Node]]]


def borrowed(
    snippet: Snippet, before: Sequence[Snippet], snippets: Sequence[Snippet]
) -> tuple[list[Snippet], tuple[str, ...]]:
    """Parts of earlier blocks that declare what this one lacks, in order, and that in words."""
    own = facts(snippet.code)
    if not own.parses:
        return [], ()
    bound: set[str] = set(own.declared) | own.variables | set(own.imports)
    for item in before:
        bound |= set(facts(item.code).declared) | facts(item.code).variables
    offered = _offers([item for item in snippets if _earlier(item, snippet)])
    queue = sorted((own.used - bound) & offered.keys())
    wanted, taken = list(queue), dict[str, list[tuple[Snippet, Node]]]()
    while queue:
        name = queue.pop()
        if name in taken or name not in offered or name in bound:
            continue
        taken[name] = offered[name]
        for item, node in offered[name]:
            queue.extend(_uses(facts(item.code), node))
    places = {(item.index, node.start_byte): (item, node)
              for found in taken.values() for item, node in found}  # fmt: skip
    made = [_part(*places[place]) for place in sorted(places)]
    words = tuple(
        f"`{name}` from line {_line(*taken[name][0])}" for name in wanted if name in taken
    )
    return made, words


def _earlier(item: Snippet, snippet: Snippet) -> bool:
    return (
        item.index < snippet.index
        and item.language == snippet.language
        and item.state is State.RUNNABLE
        and item.instructions.mode in (Mode.RUN, Mode.BUILD)
        and shape(item.code).kind in (Kind.FILE, Kind.FRAGMENT)
    )


def _offers(earlier: Sequence[Snippet]) -> _Found:
    """What earlier blocks declare, types with the methods of the same block; the nearest wins."""
    offered: _Found = {}
    for item in earlier:
        found = facts(item.code)
        if not found.parses:
            continue
        for name, node in found.declared.items():
            if node.type in _HARMLESS and name not in ("main", "init", "_") and _alone(found, node):
                offered[name] = [(item, node)]
        for node in found.top:
            name = _receiver(found, node)
            if name in offered and offered[name][0][0] is item and _alone(found, node):
                offered[name].append((item, node))
    return offered


def _receiver(found: Facts, node: Node) -> str:
    if node.type != "method_declaration":
        return ""
    receiver = node.child_by_field_name("receiver")
    kinds = [one for one in nodes(receiver) if one.type == "type_identifier"] if receiver else []
    return found.text(kinds[0]) if kinds else ""


def _alone(found: Facts, node: Node) -> bool:
    """Whether a declaration has its lines for itself, apart from a comment."""
    start = found.data.rfind(b"\n", 0, node.start_byte) + 1
    end = found.data.find(b"\n", node.end_byte)
    behind = found.data[node.end_byte : end if end >= 0 else None].strip()
    return not found.data[start : node.start_byte].strip() and (
        not behind or behind.startswith(b"//")
    )


def _uses(found: Facts, node: Node) -> set[str]:
    kinds = ("identifier", "type_identifier")
    return {found.text(part) for part in nodes(node) if part.type in kinds}


def _part(item: Snippet, node: Node) -> Snippet:
    lines = item.lines[node.start_point[0] : node.end_point[0] + 1]
    return replace(item, lines=lines, code="".join(f"{line.text}\n" for line in lines))


def _line(item: Snippet, node: Node) -> int:
    return item.lines[node.start_point[0]].line
