"""What a file imports and offers: ES modules, CommonJS, TypeScript's own forms."""

import re

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.reader import CLASSES, FUNCTIONS, Place, Reader, Work
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.values import arguments, bare, key_of
from doc_healing.model import Import

_OWN = re.compile(r"(?:\w*[mM]odule\.)?exports(?:\.([\w$]+)|\[['\"]([\w$]+)['\"]\])?\Z")


def unquoted(node: Node | None) -> str:
    """The text of a string."""
    return text(node).strip("\"'`")


def read_import(reader: Reader, node: Node) -> None:
    """`import ... from`, `import x = require()`."""
    module = unquoted(node.child_by_field_name("source"))
    line = node.start_point[0] + 1
    clause = next((c for c in node.named_children if c.type == "import_clause"), None)
    if clause is None:
        needed = next((c for c in node.named_children if c.type == "import_require_clause"), None)
        if needed is None:
            reader.imports.append(Import("", module, "", line))
        else:
            module = unquoted(needed.child_by_field_name("source"))
            reader.imports.append(Import(text(needed.named_children[0]), module, "", line))
        return
    for name, member in bindings(clause):
        reader.imports.append(Import(name, module, member, line))


def bindings(clause: Node) -> list[tuple[str, str]]:
    """The names that an import clause binds, with the members they stand for."""
    found = []
    for part in clause.named_children:
        if part.type == "identifier":
            found.append((text(part), "default"))
        elif part.type == "namespace_import":
            found.append((text(part.named_children[-1]), ""))
        elif part.type == "named_imports":
            for item in part.named_children:
                name = item.child_by_field_name("name")
                alias = item.child_by_field_name("alias")
                if name is not None:
                    found.append((text(alias or name), unquoted(name)))
    return found


def read_export(reader: Reader, work: Work) -> None:
    """`export ...` of every form: a declaration is read with the whole statement around it."""
    node, place = work.node, work.place
    module = unquoted(node.child_by_field_name("source"))
    declaration = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    if declaration is not None:
        default = any(child.type == "default" for child in node.children)
        reader.later(Work("default" if default else "exported", declaration, place, "", node))
        return
    if value is not None:
        read_whole(reader, value, node, place)
        return
    for child in node.named_children:
        if child.type == "export_clause":
            _clause(reader, child, module, place)
        elif child.type == "namespace_export":
            reader.offer(unquoted(child.named_children[-1]), module, "", node)
        elif child.type == "identifier" and not module:
            if any(kid.type == "=" for kid in node.children):
                reader.facts["whole"] = text(child)
                reader.offer("default", "", text(child), node)
            elif any(kid.type == "namespace" for kid in node.children):
                reader.facts["global"] = text(child)
    if module and any(child.type == "*" for child in node.children):
        reader.offer("", module, "*", node)


def _clause(reader: Reader, clause: Node, module: str, place: Place) -> None:
    for item in clause.named_children:
        names = [kid for kid in item.children if kid.type not in ("as", "type", "typeof")]
        if item.type != "export_specifier" or not names:
            continue
        member = unquoted(item.child_by_field_name("name") or names[0])
        alias = item.child_by_field_name("alias")
        name = unquoted(alias) if alias is not None else member
        if place.kind == "namespace":  # `a.b` is what `a` has of what stands around it
            line = item.start_point[0] + 1
            reader.imports.append(Import(f"{place.within}.{name}", module, member, line))
        elif name != "module.exports":  # what `require` gives of an ES module
            reader.offer(name, module, member, item)


def listed(block: Node) -> frozenset[str] | None:
    """The names of a block's lists of exports; None where it states what it exports nowhere.

    Of such a block in a declaration file everything is exported: `hasExportDeclarations` in
    https://github.com/microsoft/TypeScript/blob/main/src/compiler/binder.ts.
    """
    names: set[str] = set()
    stated = False
    for child in block.named_children:
        if child.type != "export_statement" or child.child_by_field_name("declaration") is not None:
            continue
        if any(kid.type == "namespace" for kid in child.children):
            continue  # `export as namespace`
        stated = True
        clause = next((kid for kid in child.named_children if kid.type == "export_clause"), None)
        for item in clause.named_children if clause is not None else ():
            names.add(unquoted(item.child_by_field_name("name")))
    return frozenset(names) if stated else None


def own_export(target: Node) -> str | None:
    """The name that `exports.x = ` gives; "" for the whole of `module.exports`, else None."""
    found = _OWN.match(text(target)) if target.end_byte - target.start_byte < 200 else None
    return None if found is None else found.group(1) or found.group(2) or ""


def read_own(reader: Reader, name: str, value: Node | None, outer: Node, place: Place) -> None:
    """`exports.name = value`."""
    value = bare(value)
    if value is None or name == "__esModule" or text(value) in ("0", "undefined"):
        return
    if not name:
        read_whole(reader, value, outer, place)
        return
    needed = required(value)
    if needed is not None:
        reader.offer(name, needed[0], needed[1], outer)
    elif value.type == "identifier":
        reader.offer(name, "", text(value), outer)
    else:
        reader.exported[name] = None
        top = Place(depth=place.depth + 1)
        reader.later(Work("value", value, top, name, outer))


def read_whole(reader: Reader, value: Node, outer: Node, place: Place) -> None:
    """`module.exports = value`, `export default value`: the module itself is that."""
    value = bare(value) or value
    is_common = outer.type != "export_statement"
    top = Place(depth=place.depth + 1)
    needed = required(value)
    if needed is not None:
        reader.offer("default", needed[0], needed[1] or "default", outer)
        if not needed[1]:
            reader.offer("", needed[0], "*", outer)
    elif value.type == "identifier":
        _whole(reader, text(value), outer, is_common)
    elif value.type == "object" and is_common:
        _members(reader, value, top)
    else:
        named = value.child_by_field_name("name") if _is_definition(value) else None
        name = text(named) or "default"
        _whole(reader, name, outer, is_common)
        reader.later(Work("value", value, top, name, outer))


def _is_definition(value: Node) -> bool:
    return value.type in FUNCTIONS or value.type in CLASSES


def _whole(reader: Reader, name: str, outer: Node, is_common: bool) -> None:
    if is_common:
        reader.facts["whole"] = name
    if name == "default":
        reader.exported["default"] = None
    else:
        reader.offer("default", "", name, outer)


def _members(reader: Reader, value: Node, top: Place) -> None:
    """The members of `module.exports = {...}` are names of the module."""
    for child in value.named_children:
        if child.type == "shorthand_property_identifier":
            reader.offer(text(child), "", text(child), child)
        elif child.type == "spread_element" and child.named_children:
            _spread(reader, child)
        elif child.type == "pair" and key_of(child):
            read_own(reader, key_of(child), child.child_by_field_name("value"), child, top)
        elif child.type == "method_definition":
            name = text(child.child_by_field_name("name")).strip("\"'")
            reader.exported[name] = None
            reader.later(Work("value", child, top, name, child))


def _spread(reader: Reader, child: Node) -> None:
    inner = bare(child.named_children[0])
    needed = required(inner) if inner is not None else None
    if needed is not None:
        reader.offer("", needed[0], "*", child)
    elif inner is not None and inner.type == "identifier":
        bound = [item for item in reader.imports if item.name == text(inner)]
        if bound:
            reader.offer("", bound[0].module, "*", child)


def required(value: Node) -> tuple[str, str] | None:
    """The module and member of `require('x')`, `require('x').y`; also of an awaited import."""
    member = ""
    if value.type == "member_expression":
        member = text(value.child_by_field_name("property"))
        inner = bare(value.child_by_field_name("object"))
        if inner is None:
            return None
        value = inner
    if value.type != "call_expression":
        return None
    callee = value.child_by_field_name("function")
    given = arguments(value)
    if callee is None or len(given) != 1 or given[0].type != "string":
        name = text(callee) if callee is not None and callee.type == "identifier" else ""
        inner = bare(given[0]) if name.startswith("__import") and given else None
        return required(inner) if inner is not None and inner.type == "call_expression" else None
    if callee.type == "import" or text(callee) == "require":
        return unquoted(given[0]), member
    return None
