"""Statements: what a block of them defines, and which of its inner blocks are read as well."""

from collections.abc import Callable

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.assignments import read_expression
from doc_healing.languages.javascript.mapping.exports import (
    listed,
    read_export,
    read_import,
    read_whole,
    unquoted,
)
from doc_healing.languages.javascript.mapping.patterns import pattern_names
from doc_healing.languages.javascript.mapping.reader import CLASSES, FUNCTIONS, Reader, Work
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.values import arguments, bare, blocks_of
from doc_healing.languages.javascript.mapping.variables import read_variables
from doc_healing.model import SymbolKind

_BLOCKS = frozenset(
    {
        "statement_block",
        "if_statement",
        "else_clause",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "do_statement",
        "try_statement",
        "catch_clause",
        "finally_clause",
        "switch_statement",
        "switch_body",
        "switch_case",
        "switch_default",
        "labeled_statement",
        "with_statement",
        "ERROR",
        "ambient_declaration",
    }
)


def read_block(reader: Reader, work: Work) -> None:
    """All statements of a block; of a function's body that is another function, that one."""
    node, place = work.node, work.place
    if node.type in FUNCTIONS:
        reader.later(Work("value", node, place, "", node))
        return
    for child in node.named_children:
        kind = child.type
        task = _TASKS.get(kind)
        if task is not None:
            task(reader, Work("", child, place))
        elif kind in _BLOCKS:
            reader.later(Work("block", child, place.deeper()))


def read_statement(reader: Reader, work: Work) -> None:
    """One statement, by its type."""
    kind, place = work.node.type, work.place
    if kind in _BLOCKS:
        reader.later(Work("block", work.node, place.deeper()))
        return
    task = _TASKS.get(kind)
    if task is not None:
        task(reader, work)


def read_exported(reader: Reader, work: Work) -> None:
    """The declaration of an `export` statement."""
    place = work.place
    if place.kind == "module":
        for name in _names(work.node):
            reader.exported[name] = None
    if place.closed:
        work = work._replace(place=place._replace(closed=False))
    read_statement(reader, work)


def read_default(reader: Reader, work: Work) -> None:
    """`export default` of a declaration."""
    name = text(work.node.child_by_field_name("name"))
    if name:
        reader.offer("default", "", name, work.node)
    else:
        reader.exported["default"] = None
    read_statement(reader, work._replace(name=name or "default"))


def _names(declaration: Node) -> list[str]:
    name = declaration.child_by_field_name("name")
    if name is not None:
        return [text(name).partition(".")[0]] if name.type != "string" else []
    found = []
    for child in declaration.named_children:
        if child.type == "variable_declarator":
            label = child.child_by_field_name("name")
            found += [text(label)] if label and label.type == "identifier" else pattern_names(label)
        elif child.type.endswith(("_declaration", "_signature", "module")):
            found += _names(child)
    return found


def _function(reader: Reader, work: Work) -> None:
    outer = work.outer or work.node
    reader.later(Work("function", work.node, work.place, work.name, outer))


def _class(reader: Reader, work: Work) -> None:
    reader.later(work._replace(task="class", outer=work.outer or work.node))


def _interface(reader: Reader, work: Work) -> None:
    if not work.place.local:
        reader.later(work._replace(task="interface", outer=work.outer or work.node))


def _enum(reader: Reader, work: Work) -> None:
    if not work.place.local:
        reader.later(work._replace(task="enum", outer=work.outer or work.node))


def _namespace(reader: Reader, work: Work) -> None:
    """`namespace A.B { ... }`, `declare module 'x' { ... }`, `declare global { ... }`."""
    node, place = work.node, work.place
    label = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if label is None or body is None:
        return
    if label.type == "string":
        if not _adds_to_others(node):
            known = reader.facts.get("ambient", "").split()
            reader.facts["ambient"] = " ".join([*known, unquoted(label)])
            offer_unsaid(reader, body)
        reader.later(Work("block", body, place.deeper()))
        return
    for name in text(label).split("."):
        reader.add(name, SymbolKind.MODULE, work.outer or node, place, body=body)
        place = place.inside(name, "namespace")
    names = listed(body)
    closed = names is not None or not declares(reader.path)
    reader.later(Work("block", body, place._replace(closed=closed, opened=names or frozenset())))


def declares(path: str) -> bool:
    """Whether a file only declares: `.d.ts`."""
    return path.endswith((".d.ts", ".d.mts", ".d.cts"))


def offer_unsaid(reader: Reader, block: Node) -> None:
    """What a declaration file's block offers without saying so: all, where it lists nothing."""
    if listed(block) is not None:
        return
    for child in block.named_children:
        if child.type in _DECLARED:
            for name in _names(child):
                reader.exported.setdefault(name)


_DECLARED = frozenset(
    "lexical_declaration variable_declaration function_declaration function_signature "
    "class_declaration abstract_class_declaration interface_declaration type_alias_declaration "
    "enum_declaration internal_module module expression_statement ambient_declaration".split()
)


def _adds_to_others(node: Node) -> bool:
    """Whether a `declare module` stands in a module: then it adds to one that is elsewhere."""
    top = node.parent.parent if node.parent is not None else None
    statements = top.named_children if top is not None else []
    return any(child.type in ("import_statement", "export_statement") for child in statements)


def _return(reader: Reader, work: Work) -> None:
    """What a function returns: the exports of a module function, members of any other."""
    value = next((bare(child) for child in work.node.named_children), None)
    place = work.place
    if value is None:
        return
    if place.result and value.type in ("object", "identifier"):
        read_whole(reader, value, work.node, place)
    elif value.type == "identifier" and place.kind == "function" and place.within:
        reader.returned[place.qualified(text(value))] = place.within
    elif value.type == "object" and place.kind == "function" and place.within:
        reader.results.append((place.within, value.start_byte, value.end_byte))
        reader.later(Work("object", value, place._replace(kind="object", local=place.shut)))
    elif value.type in FUNCTIONS or value.type == "call_expression":
        blocks_of(reader, iter([value, *arguments(value)]), place.deeper())
    elif value.type in CLASSES and value.child_by_field_name("name") is not None:
        reader.later(Work("class", value, place))


def _imports(reader: Reader, work: Work) -> None:
    read_import(reader, work.node)


_TASKS: dict[str, Callable[[Reader, Work], None]] = {
    "import_statement": _imports,
    "export_statement": read_export,
    "lexical_declaration": read_variables,
    "variable_declaration": read_variables,
    "function_declaration": _function,
    "generator_function_declaration": _function,
    "function_signature": _function,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "interface_declaration": _interface,
    "type_alias_declaration": _interface,
    "enum_declaration": _enum,
    "internal_module": _namespace,
    "module": _namespace,
    "expression_statement": read_expression,
    "return_statement": _return,
}
