"""Functions, types with their fields and variants, constants and aliases."""

from tree_sitter import Node

from doc_healing.languages.bodies import altered
from doc_healing.languages.rust.mapping import items
from doc_healing.languages.rust.mapping.attributes import Said
from doc_healing.languages.rust.mapping.gathered import File, Inner, Scope, made, of
from doc_healing.languages.rust.mapping.trees import one_line
from doc_healing.model import Parameter, Span, Symbol, SymbolKind, Visibility


def function(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A function or method; of a derive macro's also the macro."""
    block = node.child_by_field_name("body")
    end = block.start_byte if block is not None else node.end_byte
    returned = node.child_by_field_name("return_type")
    listed = items.parameters(node, file.data)
    member = scope.kind in ("trait", "impl", "trait_impl")
    flags = set(items.modifiers(node))
    if member and not (listed and listed[0].name == "self"):
        flags.add("static")
    if scope.kind == "trait" and block is None:
        flags.add("abstract")
    kind = SymbolKind.METHOD if member else SymbolKind.FUNCTION
    if before.flags & {"proc_macro"}:
        kind = SymbolKind.MACRO
    symbol = made(file, node, scope, before, kind, block, end)
    if symbol is None:
        return []
    returns = one_line(of(file, returned)) if returned is not None else ""
    shown = Visibility.PRIVATE if before.derived else symbol.visibility
    file.symbols.append(
        altered(
            symbol,
            parameters=listed,
            returns=returns,
            flags=symbol.flags | flags,
            visibility=shown,
        )
    )
    if before.derived:
        derived = altered(
            symbol, name=scope.inner(before.derived), kind=SymbolKind.MACRO, digest="", size=0
        )
        file.symbols.append(derived)
    return []


def type_(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A struct, enum, union or trait."""
    block = node.child_by_field_name("body")
    end = block.start_byte if block is not None else node.end_byte
    symbol = made(file, node, scope, before, SymbolKind.TYPE, block, end)
    if symbol is None:
        return []
    word = node.type.removesuffix("_item")
    bases = items.bounds(node.child_by_field_name("bounds"), file.data)
    tuple_fields = block is not None and block.type == "ordered_field_declaration_list"
    file.symbols.append(
        altered(
            symbol,
            flags=symbol.flags | {word, *items.modifiers(node)},
            bases=bases,
            parameters=_constructor(file, block) if block is not None and tuple_fields else None,
            signature=items.signature(node, file.data, node.end_byte)
            if tuple_fields
            else symbol.signature,
        )
    )
    shown = symbol.visibility if word in ("trait", "enum") else Visibility.PRIVATE
    if block is None:
        return []
    if tuple_fields:
        _places(file, block, symbol)
        return []
    return [(block, Scope(symbol.name, word, shown, depth=scope.depth + 1))]


def _constructor(file: File, block: Node) -> tuple[Parameter, ...]:
    types = [one_line(of(file, node)) for node, _ in items.ordered(block, file.data)]
    return tuple(Parameter(str(index), type=text) for index, text in enumerate(types))


def _places(file: File, block: Node, owner: Symbol) -> None:
    """The fields of a tuple struct that others may use."""
    for index, (node, shown) in enumerate(items.ordered(block, file.data)):
        if shown is Visibility.PUBLIC:
            text = one_line(of(file, node))
            file.symbols.append(
                Symbol(
                    file.path,
                    f"{owner.name}.{index}",
                    SymbolKind.FIELD,
                    node.start_point[0] + 1,
                    node.end_point[0] + 1,
                    Span(node.start_byte, node.end_byte),
                    returns=text,
                    signature=f"pub {text}",
                )
            )


def field(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A field of a struct."""
    type_ = node.child_by_field_name("type")
    symbol = made(file, node, scope, before, SymbolKind.FIELD, None, node.end_byte)
    if symbol is not None:
        returns = one_line(of(file, type_)) if type_ is not None else ""
        file.symbols.append(altered(symbol, returns=returns))
    return []


def variant(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A variant of an enum, and then its named fields."""
    block = node.child_by_field_name("body")
    value = node.child_by_field_name("value")
    end = value.start_byte if value is not None else node.end_byte
    symbol = made(file, node, scope, before, SymbolKind.ENUM_MEMBER, block or value, end)
    if symbol is None:
        return []
    tuple_fields = block is not None and block.type == "ordered_field_declaration_list"
    listed = _constructor(file, block) if block is not None and tuple_fields else None
    file.symbols.append(altered(symbol, parameters=listed))
    if block is None or tuple_fields:
        return []
    return [(block, Scope(symbol.name, "struct", scope.members, depth=scope.depth + 1))]


def value(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A constant or static."""
    value, type_ = node.child_by_field_name("value"), node.child_by_field_name("type")
    end = value.start_byte if value is not None else node.end_byte
    member = scope.kind in ("trait", "impl", "trait_impl")
    kind = SymbolKind.FIELD if member else SymbolKind.CONST
    symbol = made(file, node, scope, before, kind, value, end)
    if symbol is not None and symbol.last != "_":
        returns = one_line(of(file, type_)) if type_ is not None else ""
        flags = symbol.flags | {"static"}
        file.symbols.append(altered(symbol, returns=returns, flags=flags))
    return []


def alias(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A type's alias, or the associated type of a trait."""
    target = node.child_by_field_name("type")
    symbol = made(file, node, scope, before, SymbolKind.TYPE, target, node.end_byte)
    if symbol is None:
        return []
    base = items.erased(one_line(of(file, target))) if target is not None else ""
    flags = {"alias"} if scope.kind == "mod" else {"associated"}
    file.symbols.append(
        altered(
            symbol,
            flags=symbol.flags | flags,
            bases=(base,) if base else (),
            successor=symbol.successor or (base if _is_rename(file, node, target) else ""),
        )
    )
    return []


def _is_rename(file: File, node: Node, target: Node | None) -> bool:
    """Whether an alias is but another name: the same arguments in the same order."""
    if target is None or target.type not in (
        "type_identifier",
        "scoped_type_identifier",
        "generic_type",
    ):
        return False
    own = node.child_by_field_name("type_parameters")
    given = target.child_by_field_name("type_arguments")
    mine = [_name(file, child) for child in own.named_children] if own is not None else []
    texts = [one_line(of(file, child)) for child in given.named_children] if given else []
    return mine == texts


def _name(file: File, node: Node) -> str:
    name = node.child_by_field_name("name")
    return one_line(of(file, name if name is not None else node))
