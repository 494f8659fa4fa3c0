"""One Rust file as an outline: its items down to the members of types, by one walk of the items.

Bodies of functions are not walked; they are only digested. Items that stand in the braces of a
macro's call (`cfg_rt! { ... }`) are read where they read as items.
"""

import json
from collections import Counter
from hashlib import blake2b

from tree_sitter import Node

from doc_healing.languages.bodies import altered, comments
from doc_healing.languages.rust.mapping import blocks, members
from doc_healing.languages.rust.mapping.attributes import said
from doc_healing.languages.rust.mapping.gathered import File, Scope
from doc_healing.languages.rust.mapping.trees import COMMENTS, MAX_BYTES, parse
from doc_healing.model import Outline, Symbol, SymbolKind

_FUNCTIONS = frozenset({"function_item", "function_signature_item"})
_MAX_DEPTH = 200
_MAX_SYMBOLS = 60_000  # of one file: more than any that was written by hand


def outline(path: str, data: bytes) -> Outline:
    """What one file defines and imports."""
    if len(data) > MAX_BYTES:
        return Outline(path, "rust", faults=(f"larger than {MAX_BYTES // 1_000_000} MB",))
    if b"\0" in data:
        return Outline(path, "rust", faults=("not a text: it holds NUL bytes",))
    root = parse(data).root_node
    file = File(path, data, comments(root, data, COMMENTS))
    if root.has_error:
        file.faults.append(_fault(root))
    _walk(file, root)
    return Outline(
        path,
        "rust",
        symbols=tuple(_told_apart(_in_order(file))),
        imports=tuple(file.imports),
        facts=_facts(file),
        faults=tuple(file.faults),
    )


def _walk(file: File, root: Node) -> None:
    stack: list[tuple[Node, Scope]] = [(root, Scope())]
    while stack:
        if len(file.symbols) >= _MAX_SYMBOLS:
            break
        container, scope = stack.pop()
        attributes: list[Node] = []
        docs: list[Node] = []
        inner: list[tuple[Node, Scope]] = []
        for node in container.children:
            if len(file.symbols) >= _MAX_SYMBOLS:
                file.faults.append(f"more than {_MAX_SYMBOLS:,} names: the rest is not told")
                break
            kind = node.type
            if kind == "attribute_item":
                attributes.append(node)
            elif kind in COMMENTS:
                if node.child_by_field_name("outer") is not None:
                    docs.append(node)
            elif kind == "ERROR":
                inner.append((node, scope))
            elif node.is_named:
                if kind in _READERS:
                    before = said(attributes, docs, file.data)
                    inner += _READERS[kind](file, node, scope, before)
                if kind != "visibility_modifier":
                    attributes, docs = [], []
        if scope.depth < _MAX_DEPTH:
            stack.extend(reversed(inner))


_READERS = {
    **dict.fromkeys(_FUNCTIONS, members.function),
    **dict.fromkeys(("struct_item", "enum_item", "union_item", "trait_item"), members.type_),
    "field_declaration": members.field,
    "enum_variant": members.variant,
    **dict.fromkeys(("const_item", "static_item"), members.value),
    **dict.fromkeys(("type_item", "associated_type"), members.alias),
    "impl_item": blocks.impl,
    "mod_item": blocks.module,
    "foreign_mod_item": blocks.extern,
    **dict.fromkeys(("use_declaration", "extern_crate_declaration"), blocks.use),
    "macro_definition": blocks.macro,
    "macro_invocation": blocks.invocation,
    "expression_statement": blocks.statement,
}


def _in_order(file: File) -> list[Symbol]:
    found = [_whole(file, symbol) for symbol in file.symbols]
    return sorted(found, key=lambda symbol: (symbol.span.start, -symbol.span.end))


def _whole(file: File, symbol: Symbol) -> Symbol:
    """A type with what its `impl` blocks of this file say: their bodies and their traits."""
    if symbol.kind is not SymbolKind.TYPE or "associated" in symbol.flags:
        return symbol
    own = file.blocks.get(symbol.name, [])
    bases = (*symbol.bases, *dict.fromkeys(file.bases.get(symbol.name, [])))
    if not own:
        return altered(symbol, bases=bases) if bases != symbol.bases else symbol
    text = " ".join([symbol.digest, *(digest for digest, _ in own)])
    size = symbol.size + sum(size for _, size in own)
    digest = blake2b(text.encode(), digest_size=12).hexdigest()
    return altered(symbol, bases=bases, digest=digest, size=size)


def _told_apart(symbols: list[Symbol]) -> list[Symbol]:
    """The first of a name has it alone, but of a generic trait; then conditions, then numbers."""
    counts = Counter(symbol.name for symbol in symbols)
    seen: set[str] = set()
    numbers: Counter[str] = Counter()
    found = []
    for symbol in symbols:
        trait, _, condition = symbol.discriminator.partition("[cfg ")
        mark = trait if counts[symbol.name] > 1 else ""
        told = symbol if symbol.discriminator == mark else altered(symbol, discriminator=mark)
        if told.id in seen and condition:
            told = altered(symbol, discriminator=f"{trait}[cfg {condition}")
        again = f"{symbol.name}{trait}"
        while told.id in seen:
            numbers[again] += 1
            told = altered(symbol, discriminator=f"{trait}[{numbers[again] + 1}]")
        seen.add(told.id)
        found.append(told)
    return found


def _facts(file: File) -> dict[str, str]:
    facts = {"modules": file.modules, "inner": file.inner}
    return {key: json.dumps(value) for key, value in facts.items() if value}


def _fault(root: Node) -> str:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            return f"line {node.start_point[0] + 1} does not parse"
        stack.extend(reversed([child for child in node.children if child.has_error]))
    return "it does not parse"
