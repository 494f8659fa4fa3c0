"""A file's outline: every definition with a name, what it imports and what it offers."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from doc_healing.languages.bodies import altered, comments
from doc_healing.languages.javascript.mapping import grammar
from doc_healing.languages.javascript.mapping.assignments import read_call
from doc_healing.languages.javascript.mapping.classes import (
    read_class,
    read_enum,
    read_interface,
    read_this,
)
from doc_healing.languages.javascript.mapping.reader import MAX_SYMBOLS, Place, Reader, Work
from doc_healing.languages.javascript.mapping.returned import returned
from doc_healing.languages.javascript.mapping.statements import (
    declares,
    offer_unsaid,
    read_block,
    read_default,
    read_exported,
)
from doc_healing.languages.javascript.mapping.values import read_function, read_object, read_value
from doc_healing.languages.javascript.mapping.variables import read_typed
from doc_healing.model import Import, Outline, Symbol, SymbolKind, Visibility

_COMMENTS = frozenset({"comment"})
_SHORT = 20_000  # bytes
_LINKS = ("import_statement", "export_statement")  # one of them makes a file a module
_TASKS: dict[str, Callable[[Reader, Work], None]] = {
    "block": read_block,
    "exported": read_exported,
    "default": read_default,
    "value": read_value,
    "function": read_function,
    "class": read_class,
    "interface": read_interface,
    "enum": read_enum,
    "object": read_object,
    "call": read_call,
    "this": read_this,
    "typed": read_typed,
}


def read_outline(language: str, path: str, data: bytes) -> Outline:
    """What one file defines, imports and offers; what cannot be read is said in `faults`."""
    refused = grammar.refused(data)
    if refused:
        return Outline(path, language, faults=(refused,))
    generated = grammar.is_generated(data)
    dialect = grammar.dialect(path, data)
    tree = grammar.parse(dialect, data)
    reader = Reader(path, data, comments(tree.root_node, data, _COMMENTS))
    _read(reader, tree.root_node)
    # What a tool wrote at length is nobody's documentation; what it passes on may well be.
    symbols = () if generated and len(data) > _SHORT else _settled(reader)
    return Outline(
        path=path,
        language=language,
        symbols=symbols,
        imports=tuple(reader.imports),
        exports=_exports(reader),
        facts=reader.facts,
        faults=tuple(_faults(reader, tree.root_node, generated)),
    )


def _read(reader: Reader, root: Node) -> None:
    read_block(reader, Work("block", root, Place()))
    if declares(reader.path) and any(one.type in _LINKS for one in root.named_children):
        offer_unsaid(reader, root)
    while reader.pending:
        # In the order of the text as far as it matters: the first definition of a name is its own.
        waiting, reader.pending = reader.pending, []
        for work in waiting:
            _TASKS[work.task](reader, work)


def _faults(reader: Reader, root: Node, generated: bool) -> list[str]:
    found = ["generated: its first comment says so"] if generated else []
    if grammar.is_flow(reader.data):
        found.append("Flow's types are read as TypeScript's")
    if root.has_error:
        found.append("does not parse everywhere: what could be read is told")
    if len(reader.symbols) >= MAX_SYMBOLS:
        found.append(f"more than {MAX_SYMBOLS} definitions: the rest is left out")
    return found


def _exports(reader: Reader) -> tuple[str, ...] | None:
    offered = [item.name for item in reader.imports if item.exported and item.name]
    names = tuple(dict.fromkeys([*reader.exported, *offered]))
    starred = any(item.exported for item in reader.imports)
    return names if names or starred or reader.imports else None


def _settled(reader: Reader) -> tuple[Symbol, ...]:
    """The symbols in the order of the text: overloads told apart, what nobody sees marked."""
    found = _overloads(reader.symbols)
    found = returned(_makers(found), reader)
    if _exports(reader) is not None:
        own = set(reader.exported) | _offered(reader.imports)
        found = [_seen(symbol, own) for symbol in found]
    found.sort(key=lambda symbol: (symbol.span.start, -symbol.span.end))
    return tuple(_distinct(found))


def _distinct(symbols: list[Symbol]) -> Iterator[Symbol]:
    taken: dict[str, int] = {}
    for symbol in symbols:
        count = taken[symbol.id] = taken.get(symbol.id, 0) + 1
        mark = f"{symbol.discriminator}~~{count}"
        yield symbol if count == 1 else altered(symbol, discriminator=mark)


def _offered(imports: list[Import]) -> set[str]:
    return {item.member for item in imports if item.exported and not item.module}


def _seen(symbol: Symbol, own: set[str]) -> Symbol:
    if symbol.visibility is Visibility.PRIVATE or symbol.name.partition(".")[0] in own:
        return symbol
    return altered(symbol, visibility=Visibility.INTERNAL)


def _overloads(symbols: list[Symbol]) -> list[Symbol]:
    """One symbol stands for a name: its implementation, else its first signature."""
    groups: dict[str, list[int]] = {}
    for index, symbol in enumerate(symbols):
        if symbol.kind in (SymbolKind.FUNCTION, SymbolKind.METHOD):
            groups.setdefault(symbol.name, []).append(index)
    found = list(symbols)
    for indexes in groups.values():
        if len(indexes) > 1 and any("signature" in symbols[i].flags for i in indexes):
            _overload(found, indexes)
    return [
        altered(item, flags=item.flags - {"signature"}) if "signature" in item.flags else item
        for item in found
    ]


def _overload(found: list[Symbol], indexes: list[int]) -> None:
    main = next((i for i in indexes if "signature" not in found[i].flags), indexes[0])
    first = found[indexes[0]]
    taken: set[str] = set()
    for index in indexes:
        symbol = found[index]
        if index == main:
            found[index] = altered(
                symbol, discriminator=first.discriminator, doc=symbol.doc or first.doc
            )
            continue
        types = ",".join(item.type or "any" for item in symbol.parameters or ())
        mark = f"({types})"
        while mark in taken:
            mark += "'"
        taken.add(mark)
        found[index] = altered(symbol, discriminator=mark, flags=symbol.flags | {"overload"})


def _makers(symbols: list[Symbol]) -> list[Symbol]:
    """A function with methods is a type: `function A() {}`, `A.prototype.b = function () {}`."""
    owners = {
        symbol.container
        for symbol in symbols
        if symbol.kind is SymbolKind.METHOD and "static" not in symbol.flags
    }
    return [
        altered(symbol, kind=SymbolKind.TYPE)
        if symbol.kind is SymbolKind.FUNCTION and symbol.name in owners
        else symbol
        for symbol in symbols
    ]
