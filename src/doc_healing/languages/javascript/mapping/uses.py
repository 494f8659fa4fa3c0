"""What a snippet uses: every name traced back to an import, where there is one."""

from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import bindings
from doc_healing.languages.javascript.mapping.annotations import (
    bind_parameters,
    instance_of,
    read_types,
)
from doc_healing.languages.javascript.mapping.callables import read_class, read_function
from doc_healing.languages.javascript.mapping.expressions import path_of, value_of
from doc_healing.languages.javascript.mapping.patterns import pattern_names
from doc_healing.languages.javascript.mapping.reader import CLASSES
from doc_healing.languages.javascript.mapping.scopes import MAX_DEPTH, Readers, Scopes
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.snippets import read_text
from doc_healing.languages.javascript.mapping.traced import PLAIN, Known, Own, element_of
from doc_healing.model import Use

_FUNCTIONS = frozenset(
    {"function_declaration", "generator_function_declaration", "function_signature"}
)
_TYPES = frozenset({"interface_declaration", "type_alias_declaration", "enum_declaration"})
_LOOPS = frozenset({"for_statement", "for_in_statement", "catch_clause", "statement_block"})


def read_uses(language: str, code: str, before: Sequence[str] = ()) -> tuple[Use, ...]:
    """The uses in the order of the text; of the blocks before only what they bind."""
    scopes = Scopes()
    for earlier in before:
        scopes.quiet = True
        _read(scopes, earlier, language)
    scopes.quiet = False
    _read(scopes, code, language)
    found = dict.fromkeys(scopes.found)
    return tuple(sorted(found, key=lambda use: (use.line, use.column, len(use.names))))


def _read(scopes: Scopes, code: str, language: str) -> None:
    text_ = read_text(code, language)
    if text_ is None:
        return
    scopes.data, scopes.added = text_.data, text_.added
    _hoist(scopes, text_.root)
    for child in text_.root.named_children:
        _statement(scopes, child)


def _block(scopes: Scopes, node: Node) -> None:
    """The statements of a block, in a scope of its own."""
    if scopes.depth > MAX_DEPTH:
        return
    scopes.depth += 1
    scopes.scopes.append({})
    _hoist(scopes, node)
    for child in node.named_children:
        _statement(scopes, child)
    scopes.scopes.pop()
    scopes.depth -= 1


def _hoist(scopes: Scopes, node: Node) -> None:
    """What may be used before the text comes to it: imports, functions, classes, types."""
    for child in node.named_children:
        inner = child
        if child.type == "export_statement":
            inner = child.child_by_field_name("declaration") or child
        if inner.type == "import_statement":
            quiet, scopes.quiet = scopes.quiet, True
            bindings.read_import(scopes, inner)
            scopes.quiet = quiet
        elif inner.type in _FUNCTIONS or inner.type in CLASSES or inner.type in _TYPES:
            name = inner.child_by_field_name("name")
            if name is not None:
                scopes.bind(text(name), Own())
        elif inner.type == "lexical_declaration":
            for item in inner.named_children:
                for name_ in pattern_names(item.child_by_field_name("name")):
                    scopes.scopes[-1].setdefault(name_, Own())


def _statement(scopes: Scopes, node: Node) -> None:
    kind = node.type
    if kind == "import_statement":
        bindings.read_import(scopes, node)
    elif kind == "export_statement":
        _export(scopes, node)
    elif kind in ("lexical_declaration", "variable_declaration"):
        for item in node.named_children:
            _variable(scopes, item)
    elif kind in _FUNCTIONS:
        scopes.bind(text(node.child_by_field_name("name")), read_function(scopes, node, _READ))
    elif kind in CLASSES:
        scopes.bind(text(node.child_by_field_name("name")), read_class(scopes, node, _READ))
    elif kind in _TYPES:
        _type(scopes, node)
    elif kind == "return_statement":
        for child in node.named_children:
            known = _value(scopes, child)
            if scopes.results:
                scopes.results[-1].append(known)
    elif kind in _LOOPS:
        _scoped(scopes, node)
    elif kind in ("labeled_statement", "comment"):
        for child in node.named_children[1:]:
            _statement(scopes, child)
    elif kind.endswith(("_statement", "_clause", "_case", "_default", "_body", "_declaration")) or (
        kind in ("ERROR", "module", "internal_module", "decorator")
    ):
        for child in node.named_children:
            _statement(scopes, child)
    elif kind.endswith(("_type", "type_annotation")):
        read_types(scopes, node)
    else:
        _value(scopes, node)


def _export(scopes: Scopes, node: Node) -> None:
    if node.child_by_field_name("source") is not None:
        bindings.read_passed_on(scopes, node)
        return
    for child in node.named_children:
        if child.type != "export_clause":
            _statement(scopes, child)


def _variable(scopes: Scopes, item: Node) -> None:
    if item.type != "variable_declarator":
        return
    written = item.child_by_field_name("type")
    read_types(scopes, written)
    label, value = item.child_by_field_name("name"), item.child_by_field_name("value")
    known = _value(scopes, value)
    if written is not None:
        typed = instance_of(scopes, written)
        known = typed if not isinstance(typed, Own) and typed.names else known
    elif value is None:
        known = Own()
    bindings.bind_pattern(scopes, label, known)


def _type(scopes: Scopes, node: Node) -> None:
    name = node.child_by_field_name("name")
    scopes.scopes.append({})
    bind_parameters(scopes, node)
    for child in node.named_children:
        if child == name or child.type == "type_parameters":
            continue
        if child.type == "enum_body":
            _value(scopes, child)
        else:
            read_types(scopes, child)
    scopes.scopes.pop()
    scopes.bind(text(name), PLAIN)


def _scoped(scopes: Scopes, node: Node) -> None:
    if scopes.depth > MAX_DEPTH:
        return
    scopes.depth += 1
    scopes.scopes.append({})
    left = node.child_by_field_name("left")
    if node.type == "for_in_statement" and left is not None:
        right = _value(scopes, node.child_by_field_name("right"))
        of = text(node.child_by_field_name("operator")) == "of"
        bindings.bind_pattern(scopes, left, element_of(right) if of else PLAIN)
        _statement_of(scopes, node.child_by_field_name("body"))
    elif node.type == "catch_clause":
        bindings.bind_pattern(scopes, node.child_by_field_name("parameter"), _unknown())
        _statement_of(scopes, node.child_by_field_name("body"))
    else:
        _hoist(scopes, node)
        for child in node.named_children:
            _statement(scopes, child)
    scopes.scopes.pop()
    scopes.depth -= 1


def _statement_of(scopes: Scopes, node: Node | None) -> None:
    if node is not None:
        _statement(scopes, node)


def _unknown() -> Own:
    return Own(made=True)


def _value(scopes: Scopes, node: Node | None) -> Known:
    return value_of(scopes, node, _READ)


def _path(scopes: Scopes, node: Node) -> tuple[Known, Node]:
    return path_of(scopes, node, _READ)


_READ = Readers(_value, _block, _path)
