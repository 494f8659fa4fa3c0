"""Variables: what they are given, taken apart or required."""

from tree_sitter import Node

from doc_healing.languages.javascript.mapping import signatures
from doc_healing.languages.javascript.mapping.exports import own_export, read_whole, required
from doc_healing.languages.javascript.mapping.patterns import pattern_keys, pattern_names
from doc_healing.languages.javascript.mapping.reader import Reader, Work
from doc_healing.languages.javascript.mapping.signatures import text
from doc_healing.languages.javascript.mapping.values import bare
from doc_healing.model import Import, SymbolKind


def read_variables(reader: Reader, work: Work) -> None:
    """The variables of one declaration."""
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
    targets, value = chained(value)
    inner = bare(value)
    needed = required(inner) if inner is not None else None
    if needed is not None:
        _needs(reader, label, needed)
    if label.type != "identifier":
        if not place.local and needed is None:
            _destructured(reader, work, label, inner)
        return
    name = text(label)
    if name == "exports" and value is not None and any(own_export(each) == "" for each in targets):
        read_whole(reader, value, work.outer or item, place)
        return
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


def chained(value: Node | None) -> tuple[list[Node], Node | None]:
    """The further targets of `x = exports.y = value`, and the value itself."""
    targets = []
    while value is not None and value.type == "assignment_expression":
        left = value.child_by_field_name("left")
        if left is not None:
            targets.append(left)
        value = value.child_by_field_name("right")
    return targets, value


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
