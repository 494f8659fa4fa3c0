"""Declarations that a block takes from earlier ones of its page: never what those blocks do.

A page declares a type, a function or a value once and shows ten blocks that use it. Types,
functions, methods, constants and variables of plain data have no effects of their own; a variable
that a call fills may, and is never borrowed.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.go.shape import Kind, shape
from doc_healing.languages.go.tree import Facts, facts, names_of
from doc_healing.languages.trees import nodes
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
# What the standard library calls by an interface, so that no block names it.
_CALLED = frozenset(
    "As Close Error Format GoString Is Len Less MarshalJSON MarshalText Pop Push Read Scan "
    "ServeHTTP String Swap UnmarshalJSON UnmarshalText Unwrap Value Write".split()
)


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
    lenders = _lenders(snippet, snippets)
    said = "\n".join(item.code for item in (*before, snippet))
    offered = _offers(lenders, said, _methods(own))
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


def disputed(
    snippet: Snippet, parts: Sequence[Snippet], snippets: Sequence[Snippet]
) -> tuple[str, ...]:
    """The names of borrowed declarations that the page declares in several ways, in words.

    Which of them a block means is a guess, so that what does not fit one is nobody's fault.
    """
    lenders = [facts(item.code) for item in _lenders(snippet, snippets)]
    found: dict[str, set[str]] = {}
    for one in lenders:
        for name, node in one.declared.items():
            found.setdefault(name, set()).add(" ".join(one.text(node).split()))
        for node in one.top:
            if _receiver(one, node):
                method = f"{_receiver(one, node)}.{_method(one, node)}"
                found.setdefault(method, set()).add(" ".join(one.text(node).split()))
    taken = [facts(item.code) for item in parts]
    names = {name for one in taken for name in one.declared}
    names |= {".".join(pair) for one in taken for pair in _methods(one)}
    return tuple(
        f"one of several `{name}`" for name in sorted(names) if len(found.get(name, ())) > 1
    )


def _lenders(snippet: Snippet, snippets: Sequence[Snippet]) -> list[Snippet]:
    """The earlier blocks that may lend: of tabs, none that shows another way than the block.

    That is another tab of its own set, or of a set where a tab of the block's own label stands too.
    """
    own = dict(_tabs(snippet))
    alike = {group for item in snippets for group, label in _tabs(item) if label in own.values()}

    def is_other(group: str, label: str) -> bool:
        return own.get(group, label) != label or (group in alike and label not in own.values())

    fit = [item for item in snippets if not any(is_other(*tab) for tab in _tabs(item))]
    return [item for item in fit if _earlier(item, snippet)]


def _tabs(item: Snippet) -> list[tuple[str, str]]:
    return [
        (group, label)
        for group, found, label in (name.partition("/tab:") for name in item.containers)
        if found
    ]


def _earlier(item: Snippet, snippet: Snippet) -> bool:
    return (
        item.index < snippet.index
        and item.language == snippet.language
        and item.state is State.RUNNABLE
        and item.instructions.mode in (Mode.RUN, Mode.BUILD)
        and shape(item.code).kind in (Kind.FILE, Kind.FRAGMENT)
    )


def _offers(earlier: Sequence[Snippet], said: str, own: set[tuple[str, str]]) -> _Found:
    """What earlier blocks declare, types with their methods; the nearest of a name wins.

    A method of another block than its type's comes along where something may call it. The block's
    own methods are nobody's else.
    """
    words = set(re.findall(r"\w+", said)) | _CALLED
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
            method = _method(found, node)
            if name not in offered or (name, method) in own or not _alone(found, node):
                continue
            others = [one for one in offered[name] if _method(facts(one[0].code), one[1]) != method]
            if offered[name][0][0] is item or method in words:
                offered[name] = [*others, (item, node)]
    return offered


def _methods(found: Facts) -> set[tuple[str, str]]:
    """The methods that a text declares, each with the type that it is of."""
    top = ((_receiver(found, node), _method(found, node)) for node in found.top)
    return {pair for pair in top if pair[0]}


def _method(found: Facts, node: Node) -> str:
    name = node.child_by_field_name("name") if node.type == "method_declaration" else None
    return found.text(name) if name is not None else ""


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
