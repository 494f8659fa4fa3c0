"""Names that a block takes from earlier ones: only their imports, never what the blocks do.

A page imports once and shows ten blocks. Running whole earlier blocks would blame one block for
another's effects; a declaration that only imports (`const x = require('x')`, `import`), or makes
one plain object of an import (`const program = new Command()`), has none.
"""

from collections.abc import Sequence
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.javascript.names import NODE
from doc_healing.languages.javascript.tree import Facts, facts, import_names, names_in
from doc_healing.languages.trees import nodes
from doc_healing.model import Snippet

_Found = dict[str, tuple[Snippet, Node]]
_PLAIN = frozenset({"string", "number", "true", "false", "null", "comment"})


def borrowed(
    snippet: Snippet, before: Sequence[Snippet], earlier: Sequence[Snippet]
) -> tuple[list[Snippet], tuple[str, ...]]:
    """Parts of earlier blocks that declare what this one lacks, in order, and that in words."""
    own = facts(snippet.code)
    if not own.parses:
        return [], ()
    bound = set(NODE).union(own.bound, *(facts(item.code).bound for item in before))
    offered = _offers(earlier)
    wanted = sorted((own.used - bound) & offered.keys())
    taken: _Found = {}
    queue = list(wanted)
    while queue:
        name = queue.pop()
        if name in taken or name not in offered:
            continue
        taken[name] = offered[name]
        queue.extend(_uses(*offered[name]) - bound - {name})
    places = {(item.index, node.start_point[0]): (item, node) for item, node in taken.values()}
    parts = [_part(*places[place]) for place in sorted(places)]
    words = [f"`{name}` from line {_line(*taken[name])}" for name in wanted]
    return parts, tuple(words)


def _offers(earlier: Sequence[Snippet]) -> _Found:
    """What earlier blocks declare without doing anything; the nearest one wins."""
    offered: _Found = {}
    for item in earlier:
        found = facts(item.code)
        for node in found.root.children if found.parses and found.root is not None else ():
            if _alone(found, node):
                offered.update((name, (item, node)) for name in _declares(found, node))
    return offered


def _declares(found: Facts, node: Node) -> list[str]:
    if node.type == "import_statement":
        return [name for name, _ in import_names(found, node)]
    if node.type not in ("lexical_declaration", "variable_declaration"):
        return []
    names: list[str] = []
    for part in node.named_children:
        value = part.child_by_field_name("value")
        pattern = part.child_by_field_name("name")
        if value is None or pattern is None or not _harmless(found, value):
            return []
        names.extend(names_in(found, pattern))
    return names


def _harmless(found: Facts, value: Node) -> bool:
    """`require('x')`, `require('x').y`, `await import('x')`, `new X()` with plain arguments."""
    while value.type in ("await_expression", "member_expression", "parenthesized_expression"):
        value = value.named_children[0]
    if value.type == "new_expression":
        maker = value.child_by_field_name("constructor")
        return maker is not None and maker.type == "identifier" and _plain(value)
    if value.type != "call_expression":
        return False
    called = value.child_by_field_name("function")
    return (
        called is not None
        and (called.type == "import" or found.text(called) == "require")
        and _plain(value)
    )


def _plain(call: Node) -> bool:
    arguments = call.child_by_field_name("arguments")
    return arguments is None or all(item.type in _PLAIN for item in arguments.named_children)


def _alone(found: Facts, node: Node) -> bool:
    """Whether a statement has its lines for itself, apart from a comment."""
    start = found.data.rfind(b"\n", 0, node.start_byte) + 1
    end = found.data.find(b"\n", node.end_byte)
    behind = found.data[node.end_byte : end if end >= 0 else None].strip()
    return not found.data[start : node.start_byte].strip() and (
        not behind or behind.startswith((b"//", b"/*"))
    )


def _uses(item: Snippet, node: Node) -> set[str]:
    found = facts(item.code)
    return {found.text(part) for part in nodes(node) if part.type == "identifier"}


def _part(item: Snippet, node: Node) -> Snippet:
    lines = item.lines[node.start_point[0] : node.end_point[0] + 1]
    return replace(item, lines=lines, code="".join(f"{line.text}\n" for line in lines))


def _line(item: Snippet, node: Node) -> int:
    return item.lines[node.start_point[0]].line
