"""One name declared twice at the top level: documents show alternatives in one block.

`const x = a(); const x = b();` is a syntax error in one file, and no fault of the document: it
shows two ways. Such declarations become assignable (`var`), imports that clash become dynamic
ones at their place, and every change is said. Within a function nothing is touched. Alternatives
stand apart, by an empty line or a comment: two declarations without either are a slip.
"""

import json
import re
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from doc_healing.languages.javascript.edits import Edit, insert
from doc_healing.languages.javascript.tree import Facts, import_names, names_in, source_of


@dataclass(frozen=True, slots=True)
class _Declared:
    name: str
    kind: str  # const, let, var, class, function, import
    node: Node  # the declaration without `export`
    export: Node | None = None


def untangle(
    found: Facts, module: bool, hook: str, ours: frozenset[int] = frozenset()
) -> tuple[list[Edit], tuple[str, ...]]:
    """The edits that let clashing declarations stand in one file, and what they did in words.

    `ours` are the rows (0-based) between the blocks of a session, which stand apart by themselves.
    """
    declared = _declarations(found)
    groups: dict[str, list[_Declared]] = {}
    for item in declared:
        groups.setdefault(item.name, []).append(item)
    clashing = {
        name
        for name, items in groups.items()
        if _clash(items, module) and not _slip(found, items, ours)
    }
    edits: dict[int, list[Edit]] = {}
    for item in declared:
        if item.name in clashing and item.node.start_byte not in edits:
            edits[item.node.start_byte] = _loosen(found, item, module, hook)
    flat = [edit for group in edits.values() for edit in group]
    defaults = _defaults(found)
    words = [f"`{name}` is declared more than once: the last one holds" for name in clashing]
    if defaults:
        words.append("several default exports, evaluated in turn")
    return flat + defaults, tuple(sorted(words))


def dynamic(found: Facts, node: Node, hook: str) -> str:
    """An import statement as a declaration at its place (`var {a: b} = await import('x')`)."""
    names = import_names(found, node)
    source = json.dumps(source_of(found, node))
    if not names:
        return f"await import({source});"
    whole = [name for name, what in names if what == "*"]
    parts = [(name, what) for name, what in names if what != "*"]
    pattern = ", ".join(f"{json.dumps(what)}: {name}" for name, what in parts)
    wanted = json.dumps([what for _, what in parts])
    loaded = f"{hook}.i(await import({source}), {wanted}, {source})"
    if whole and parts:
        return f"var {whole[0]} = {loaded}, {{{pattern}}} = {whole[0]};"
    return f"var {whole[0]} = {loaded};" if whole else f"var {{{pattern}}} = {loaded};"


def _declarations(found: Facts) -> list[_Declared]:
    if found.root is None:
        return []
    items: list[_Declared] = []
    for node in found.root.children:
        if node.type == "import_statement":
            items.extend(_Declared(name, "import", node) for name, _ in import_names(found, node))
        elif node.type == "export_statement":
            inner = node.child_by_field_name("declaration")
            if inner is not None:
                items.extend(_of(found, inner, node))
        else:
            items.extend(_of(found, node, None))
    return items


def _of(found: Facts, node: Node, export: Node | None) -> list[_Declared]:
    if node.type in ("lexical_declaration", "variable_declaration"):
        kind = found.text(node.children[0])
        names = [
            name
            for part in node.named_children
            if part.type == "variable_declarator"
            and (pattern := part.child_by_field_name("name")) is not None
            for name in names_in(found, pattern)
        ]
        return [_Declared(name, kind, node, export) for name in names]
    kinds = {"class_declaration": "class", "function_declaration": "function"}
    kind = kinds.get(node.type, "function" if node.type.startswith("generator_f") else "")
    label = node.child_by_field_name("name") if kind else None
    return [_Declared(found.text(label), kind, node, export)] if label is not None else []


def _clash(items: list[_Declared], module: bool) -> bool:
    if len(items) < 2:
        return False
    kinds = {item.kind for item in items}
    return not (kinds == {"var"} or (not module and kinds <= {"var", "function"}))


def _slip(found: Facts, items: list[_Declared], ours: frozenset[int]) -> bool:
    """Whether two of the declarations stand together, with nothing that tells of alternatives."""
    return any(
        not _apart(found, one.node, two.node, ours)
        for one, two in pairwise(items)
        if {one.kind, two.kind} & {"const", "let", "class"}
        and not _loads(found, one)
        and not _loads(found, two)
    )


def _loads(found: Facts, item: _Declared) -> bool:
    """An import, or what does the same: documents list the ways to get at a package."""
    return (
        item.kind == "import"
        or re.search(r"\b(require|import)\s*\(", found.text(item.node)) is not None
    )


def _apart(found: Facts, one: Node, two: Node, ours: frozenset[int]) -> bool:
    between = found.data[one.end_byte : two.start_byte].decode("utf-8", "replace")
    rows = range(one.end_point[0], two.start_point[0])
    blank = re.search(r"\n[ \t\r]*\n", between) is not None
    remarks = any(one.start_byte <= item.start_byte < two.start_byte for item in found.comments)
    return blank or remarks or any(row in ours for row in rows)


def _loosen(found: Facts, item: _Declared, module: bool, hook: str) -> list[Edit]:
    node = item.node
    edits = []
    if item.export is not None:
        end = item.export.start_byte + len("export")
        edits.append(Edit(item.export.start_byte, end, "      "))
    if item.kind == "import":
        edits.append(Edit(node.start_byte, node.end_byte, dynamic(found, node, hook)))
    elif item.kind in ("const", "let"):
        edits.append(
            Edit(node.start_byte, node.start_byte + len(item.kind), "var".ljust(len(item.kind)))
        )
    elif item.kind == "class" or (item.kind == "function" and module):
        edits.append(insert(node.start_byte, f"var {item.name}="))
    return edits


def _defaults(found: Facts) -> list[Edit]:
    """All default exports but the last become plain expressions."""
    defaults = [
        node for node in found.exports if any(child.type == "default" for child in node.children)
    ]
    edits = []
    for node in defaults[:-1]:
        word = next(child for child in node.children if child.type == "default")
        declared = node.child_by_field_name("declaration")
        named = declared is not None and declared.child_by_field_name("name") is not None
        edits.append(Edit(node.start_byte, word.end_byte, "" if named else "void "))
    return edits
