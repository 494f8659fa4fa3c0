"""Statements: what a block of them defines, and which of its inner blocks are read as well."""

import re
from collections.abc import Callable
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import signatures
from doc_healing.languages.javascript.mapping.exports import (
    own_export,
    read_export,
    read_import,
    read_own,
    read_whole,
    required,
    unquoted,
)
from doc_healing.languages.javascript.mapping.reader import CLASSES, FUNCTIONS, Place, Reader, Work
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.values import arguments, bare, blocks_of
from doc_healing.model import Import, SymbolKind

_TARGET = re.compile(r"[\w$]+(?:\.[\w$]+)*\Z")
_GLOBALS = frozenset({"window", "global", "globalThis", "self", "root", "this"})
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
        if child.type in _TASKS or child.type in _BLOCKS:
            read_statement(reader, Work("", child, place))


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
    read_statement(reader, replace(work, place=replace(place, closed=False)))


def read_default(reader: Reader, work: Work) -> None:
    """`export default` of a declaration."""
    name = text(work.node.child_by_field_name("name"))
    if name:
        reader.offer("default", "", name, work.node)
    else:
        reader.exported["default"] = None
    read_statement(reader, replace(work, name=name or "default"))


def _names(declaration: Node) -> list[str]:
    name = declaration.child_by_field_name("name")
    if name is not None:
        return [text(name).partition(".")[0]]
    found = []
    for child in declaration.named_children:
        if child.type == "variable_declarator":
            label = child.child_by_field_name("name")
            found += [text(label)] if label and label.type == "identifier" else pattern_names(label)
        elif child.type.endswith(("_declaration", "_signature", "module")):
            found += _names(child)
    return found


def pattern_names(pattern: Node | None) -> list[str]:
    """The names that a destructuring pattern binds."""
    found, waiting = [], [pattern]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            found.append(text(node))
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            waiting.append(node.child_by_field_name("left"))
        elif node.type == "pair_pattern":
            waiting.append(node.child_by_field_name("value"))
        else:
            waiting.extend(reversed(node.named_children))
    return found


# --- Declarations --------------------------------------------------------------------------


def _variables(reader: Reader, work: Work) -> None:
    declarators = [c for c in work.node.named_children if c.type == "variable_declarator"]
    for item in declarators:
        alone = (work.outer or work.node) if len(declarators) == 1 else item
        _variable(reader, Work("", item, work.place, "", alone))


def _variable(reader: Reader, work: Work) -> None:
    item, place = work.node, work.place
    label = item.child_by_field_name("name")
    value = item.child_by_field_name("value")
    if label is None:
        return
    targets, value = _chained(value)
    inner = bare(value)
    needed = required(inner) if inner is not None else None
    if needed is not None:
        _needs(reader, label, needed)
    if label.type != "identifier":
        if not place.local and needed is None:
            _destructured(reader, work, label, inner)
        return
    name = text(label)
    for target in targets:
        own = own_export(target)
        if own is not None and value is not None:
            if not own:
                reader.facts["whole"] = name
            reader.offer(own or "default", "", name, item)
    if needed is not None:
        return
    if value is not None:
        reader.later(Work("value", value, place, name, work.outer))
    elif not place.local and item.child_by_field_name("type") is not None:
        _declared(reader, work, name)
    elif not place.local:
        reader.add(name, SymbolKind.CONST, work.outer or item, place)


def _destructured(reader: Reader, work: Work, label: Node, value: Node | None) -> None:
    """`const { a, b: c } = d`: each is a member of `d`."""
    owner = text(value) if value is not None and value.type == "identifier" else ""
    for name, key in pattern_keys(label):
        flags = frozenset({"alias", "destructured"} if owner and key else ())
        alias = f"{owner}.{key}" if flags else ""
        reader.add(
            name, SymbolKind.CONST, work.outer or work.node, work.place, flags=flags, alias=alias
        )


def pattern_keys(pattern: Node) -> list[tuple[str, str]]:
    """The names that a pattern binds, each with the key that it is taken by; "" within others."""
    found = []
    for child in pattern.named_children if pattern.type == "object_pattern" else ():
        if child.type == "shorthand_property_identifier_pattern":
            found.append((text(child), text(child)))
        elif child.type == "pair_pattern":
            value = child.child_by_field_name("value")
            names = pattern_names(value)
            simple = value is not None and value.type in ("identifier", "assignment_pattern")
            key = text(child.child_by_field_name("key")) if simple else ""
            found += [(name, key) for name in names]
        elif child.type == "object_assignment_pattern":
            label = text(child.child_by_field_name("left"))
            found.append((label, label))
        else:
            found += [(name, "") for name in pattern_names(child)]
    return found or [(name, "") for name in pattern_names(pattern)]


def _declared(reader: Reader, work: Work, name: str) -> None:
    """`declare const x: T`: a variable of which only the type is known."""
    reader.later(Work("typed", work.node, work.place, name, work.outer))


def _needs(reader: Reader, label: Node, needed: tuple[str, str]) -> None:
    module, member = needed
    line = label.start_point[0] + 1
    if label.type == "identifier":
        reader.imports.append(Import(text(label), module, member, line))
        return
    for child in label.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            reader.imports.append(Import(text(child), module, text(child), line))
        elif child.type == "pair_pattern":
            key = text(child.child_by_field_name("key"))
            for name in pattern_names(child.child_by_field_name("value")):
                reader.imports.append(Import(name, module, key, line))


def _chained(value: Node | None) -> tuple[list[Node], Node | None]:
    """The further targets of `x = exports.y = value`, and the value itself."""
    targets = []
    while value is not None and value.type == "assignment_expression":
        left = value.child_by_field_name("left")
        if left is not None:
            targets.append(left)
        value = value.child_by_field_name("right")
    return targets, value


def _function(reader: Reader, work: Work) -> None:
    reader.later(replace(work, task="function", outer=work.outer or work.node))


def _class(reader: Reader, work: Work) -> None:
    reader.later(replace(work, task="class", outer=work.outer or work.node))


def _interface(reader: Reader, work: Work) -> None:
    if not work.place.local:
        reader.later(replace(work, task="interface", outer=work.outer or work.node))


def _enum(reader: Reader, work: Work) -> None:
    if not work.place.local:
        reader.later(replace(work, task="enum", outer=work.outer or work.node))


def _namespace(reader: Reader, work: Work) -> None:
    """`namespace A.B { ... }`, `declare module 'x' { ... }`, `declare global { ... }`."""
    node, place = work.node, work.place
    label = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if label is None or body is None:
        return
    if label.type == "string":
        reader.facts["ambient"] = " ".join(
            [*reader.facts.get("ambient", "").split(), unquoted(label)]
        )
        reader.later(Work("block", body, place.deeper()))
        return
    for name in text(label).split("."):
        reader.add(name, SymbolKind.MODULE, work.outer or node, place, body=body)
        place = place.inside(name, "namespace")
    reader.later(Work("block", body, replace(place, closed=not reader.path.endswith(".d.ts"))))


# --- Expressions ---------------------------------------------------------------------------


def _expression(reader: Reader, work: Work) -> None:
    for child in work.node.named_children:
        node = bare(child)
        if node is None:
            continue
        if node.type == "sequence_expression":
            _expression(reader, replace(work, node=node))
        elif node.type == "assignment_expression":
            _assignment(reader, Work("", node, work.place), child.parent or child)
        elif node.type == "call_expression":
            _call(reader, node, work.place)
        elif node.type == "binary_expression":
            for side in node.named_children:
                inner = bare(side)
                if inner is not None and inner.type == "call_expression":
                    _call(reader, inner, work.place)
        elif node.type == "internal_module":
            _namespace(reader, replace(work, node=node))


def _assignment(reader: Reader, work: Work, outer: Node) -> None:
    targets, value = _chained(work.node)
    first: str | None = None  # the name that the value is defined under
    for target in targets:
        own = own_export(target)
        if own is not None:
            if first is not None:
                if not own:
                    reader.facts["whole"] = first
                reader.offer(own or "default", "", first, target)
                continue
            if own or text(target) != "exports":
                read_own(reader, own, value, outer, work.place)
                first = own or "default"
        elif first is None:
            first = _member(reader, work, target, value, outer)


def _member(
    reader: Reader, work: Work, target: Node, value: Node | None, outer: Node
) -> str | None:
    """`A.prototype.b = ...`, `this.x = ...`, `A.b = ...`."""
    place, name = work.place, text(target) if target.end_byte - target.start_byte < 200 else ""
    value = bare(value)
    if value is None or not _TARGET.match(name) or "." not in name:
        return None
    owner, _, last = name.rpartition(".")
    if owner == "this" and place.this is not None:
        reader.later(Work("this", work.node, place.this, last, outer))
        return None
    if last == "prototype" or ".prototype." in f"{name}.":
        _prototype(reader, work, name, value, outer)
        return None
    if owner.startswith("this") or owner == "super":
        return None
    live = (
        value.type in FUNCTIONS
        or value.type in CLASSES
        or value.type
        in (
            "object",
            "call_expression",
        )
    )
    if owner in _GLOBALS and not place.local:
        if live:
            reader.later(Work("value", value, place, last, outer))
        return last
    if place.local and not (value.type in FUNCTIONS or value.type in CLASSES):
        return None
    if live or not place.local:
        known = reader.seen.get(owner, [])
        kind = "type" if SymbolKind.TYPE in known else "object"
        at = replace(place, within=owner, kind=kind, depth=place.depth + 1, local=False)
        reader.later(Work("value", value, at, last, outer))
    return None


def _prototype(reader: Reader, work: Work, name: str, value: Node, outer: Node) -> None:
    owner, _, rest = name.partition(".prototype")
    at = Place(owner, "type", depth=work.place.depth + 1)
    if rest:
        reader.later(Work("value", value, at, rest.strip("."), outer))
    elif value.type == "object":
        reader.later(Work("object", value, at))


def _call(reader: Reader, call: Node, place: Place) -> None:
    """A call on its own: a module in a function, members given to an object, callbacks."""
    callee = bare(call.child_by_field_name("function"))
    given = [item for item in map(bare, arguments(call)) if item is not None]
    name = text(callee) if callee is not None and callee.end_byte - callee.start_byte < 200 else ""
    owner, _, last = name.rpartition(".")
    if callee is not None and callee.type == "member_expression" and last in ("call", "apply"):
        callee = bare(callee.child_by_field_name("object"))
    if callee is not None and callee.type in FUNCTIONS:
        _module_function(reader, [callee, *given], place)
    elif name == "define" and given:
        _module_function(reader, given[-1:], place)
    elif last in ("assign", "extend", "mixin", "inherits", "merge") and len(given) > 1:
        _extend(reader, given, place)
    elif "__exportStar" in name and given:
        needed = required(given[0])
        if needed is not None:
            reader.offer("", needed[0], "*", call)
    else:
        blocks_of(reader, iter(given), place.deeper(local=True))
        inner = bare(callee.child_by_field_name("object")) if owner and callee is not None else None
        if inner is not None and inner.type == "call_expression" and place.depth < 8:
            reader.later(Work("call", inner, place.deeper()))


def read_call(reader: Reader, work: Work) -> None:
    """The call before another one in a chain."""
    _call(reader, work.node, work.place)


def _module_function(reader: Reader, functions: list[Node], place: Place) -> None:
    """The body of `(function () { ... })()` and of a UMD factory is the file's own top."""
    for function in functions:
        body = function.child_by_field_name("body") if function.type in FUNCTIONS else None
        if body is None:
            continue
        top = place.deeper(result=not place.local)
        if body.type == "statement_block":
            reader.later(Work("block", body, top))
        else:
            read_whole(reader, body, body, top)


def _extend(reader: Reader, given: list[Node], place: Place) -> None:
    target = text(given[0]) if given[0].type in ("identifier", "member_expression") else ""
    own = own_export(given[0]) if target else None
    for item in given[1:]:
        if item.type != "object":
            continue
        if own == "":
            read_whole(reader, item, item, place)
        elif _TARGET.match(target) and not target.startswith("this"):
            owner, found, _ = target.partition(".prototype")
            kind = "type" if found else "object"
            at = replace(place, within=owner, kind=kind, depth=place.depth + 1, local=False)
            reader.later(Work("object", item, at))


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
        reader.later(Work("object", value, replace(place, kind="object", local=place.shut)))
    elif value.type in FUNCTIONS or value.type == "call_expression":
        blocks_of(reader, iter([value, *arguments(value)]), place.deeper())
    elif value.type in CLASSES and value.child_by_field_name("name") is not None:
        reader.later(Work("class", value, place))


def read_typed(reader: Reader, work: Work) -> None:
    """A declared variable without a value."""
    written = work.node.child_by_field_name("type")
    reader.add(
        work.name,
        SymbolKind.CONST,
        work.outer or work.node,
        work.place,
        returns=signatures.type_of(written),
    )


def _imports(reader: Reader, work: Work) -> None:
    read_import(reader, work.node)


_TASKS: dict[str, Callable[[Reader, Work], None]] = {
    "import_statement": _imports,
    "export_statement": read_export,
    "lexical_declaration": _variables,
    "variable_declaration": _variables,
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
    "expression_statement": _expression,
    "return_statement": _return,
}
