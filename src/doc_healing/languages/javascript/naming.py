"""The names that a block binds for those after it, and those that it takes from outside."""

import re

from tree_sitter import Node

from doc_healing.languages.javascript.names import NODE
from doc_healing.languages.javascript.tree import MAX_BYTES, Facts, facts, import_names, names_in
from doc_healing.model import Names, Snippet

_NAMED = frozenset({"function_declaration", "generator_function_declaration", "class_declaration"})
_VARIABLES = frozenset({"lexical_declaration", "variable_declaration"})
_RELATIVE = re.compile(
    r"(?:\bfrom|\bimport|\b(?:require|import)\s*\()\s*[\"'](\.\.?/[\w@./-]+)[\"']"
)
_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".jsx", ".json")
_MOST = 32


def names(snippet: Snippet) -> Names:
    """What a block declares at its top level, and which names it uses and does not declare."""
    found = facts(snippet.code)
    if not found.parses or found.root is None:
        return Names()
    declared = {name for node in found.root.named_children for name in _declared(found, node)}
    free = frozenset(found.used - found.bound - NODE)
    return Names(frozenset(declared), free, frozenset(files_of(snippet.code)))


def files_of(code: str) -> list[str]:
    """The files that relative imports may mean: `./models` is models.js, models.ts, and so on."""
    if len(code) > MAX_BYTES:
        return []
    asked = list(dict.fromkeys(found[1] for found in _RELATIVE.finditer(code)))[:_MOST]
    return [path for one in asked for path in _paths(one)]


def _paths(specifier: str) -> list[str]:
    stem, _, ending = specifier.rpartition(".")
    # TypeScript's own spelling of a source file: `./models.js` for models.ts.
    source = [f"{stem}.{ending.replace('js', 'ts')}"] if ending in ("js", "mjs", "cjs") else []
    if ending in ("js", "jsx"):
        source.append(f"{stem}.tsx")
    inner = [f"{specifier}{ending}" for ending in _ENDINGS]
    return [specifier, *source, *inner, *(f"{specifier}/index{ending}" for ending in _ENDINGS)]


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
