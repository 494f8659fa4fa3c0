"""Declarations that a block takes from earlier ones of its page: never what those blocks do.

A page declares a type, a function or a value once and shows ten blocks that use it. Types,
functions, methods, constants and variables of plain data have no effects of their own; a variable
that a call fills may, and is never borrowed.
"""

from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import Facts, facts, names_of, nodes
from doc_healing.model import Mode, Snippet, State

_VARIABLES = ("var_declaration", "short_var_declaration")
_PLAIN = (
    "composite_literal",
    "unary_expression",
    "interpreted_string_literal",
    "raw_string_literal",
    "int_literal",
    "float_literal",
    "true",
    "false",
)
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
    used = set(own.used)
    for item in before:
        bound |= set(facts(item.code).declared) | facts(item.code).variables
        used |= facts(item.code).used
    offered = _offers([item for item in snippets if _earlier(item, snippet)])
    queue = sorted((used - bound) & offered.keys())
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
            if node.type in _VARIABLES and _is_plain(node) and _alone(found, node):
                offered.update({name: [(item, node)] for name in _bound(found, node)})
            name = _receiver(found, node)
            if name in offered and offered[name][0][0] is item and _alone(found, node):
                offered[name].append((item, node))
    return offered


def _bound(found: Facts, node: Node) -> list[str]:
    left = node.child_by_field_name("left")
    if left is not None:
        return [found.text(one) for one in left.named_children if one.type == "identifier"]
    return names_of(found, node)


def _is_plain(node: Node) -> bool:
    """Whether a variable is given data as it stands: a literal, what functions it may hold too."""
    last = node.child_by_field_name("right")
    if node.type == "var_declaration":
        specs = [one for one in nodes(node) if one.type == "var_spec"]
        last = specs[0].child_by_field_name("value") if len(specs) == 1 else None
    inner = last.named_children if last is not None else []
    return bool(inner) and all(_is_data(one) for one in inner)


def _is_data(value: Node) -> bool:
    if value.type not in _PLAIN:
        return False
    stack = [value]
    while stack:
        node = stack.pop()
        if node.type == "call_expression":
            return False
        if node.type != "func_literal":
            stack.extend(node.named_children)
    return True


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
