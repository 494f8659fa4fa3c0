"""What items stand in: `impl` blocks, modules, the braces of a macro's call; and what is bound."""

import re
from dataclasses import replace

from tree_sitter import Node

from doc_healing.languages.bodies import altered, body
from doc_healing.languages.rust.mapping import items
from doc_healing.languages.rust.mapping.attributes import Said
from doc_healing.languages.rust.mapping.gathered import File, Inner, Scope, made, of
from doc_healing.languages.rust.mapping.imports import imports
from doc_healing.languages.rust.mapping.trees import one_line, parse
from doc_healing.model import SymbolKind, Visibility

_MAX_MACROS = 500
_MAX_DEPTH = 12  # of calls within calls: each is parsed by itself
_ITEM = re.compile(
    rb"\b(?:macro_rules|fn|struct|enum|union|trait|mod|const|static|type|use|impl)\b"
)


def impl(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """The members of an `impl` block, under the name of its type."""
    type_, trait = node.child_by_field_name("type"), node.child_by_field_name("trait")
    block = node.child_by_field_name("body")
    if type_ is None:
        return []
    named = items.erased(one_line(of(file, type_))).rpartition("::")[2]
    if not named:
        return []
    owner = scope.inner(named)
    if trait is not None and not any(child.type == "!" for child in node.children):
        file.bases.setdefault(owner, []).append(items.erased(one_line(of(file, trait))))
    if block is None:
        return []
    file.blocks.setdefault(owner, []).append(
        body(file.data, block.start_byte, block.end_byte, file.comments, named)
    )
    flags = {"trait"} if trait is not None else set()
    inner = Scope(
        owner,
        "trait_impl" if trait is not None else "impl",
        Visibility.PUBLIC if trait is not None else Visibility.PRIVATE,
        frozenset(flags | (before.flags & {"test", "hidden"})),
        _which(file, trait),
        scope.depth + 1,
    )
    return [(block, inner)]


def _which(file: File, trait: Node | None) -> str:
    """What tells `impl From<A>` from `impl From<B>`."""
    if trait is None:
        return ""
    text = one_line(of(file, trait))
    inside = items.arguments(text)
    return f"({items.erased(text).rpartition('::')[2]}{inside})" if inside else ""


def module(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A module: a block here, or in a file of its own."""
    block = node.child_by_field_name("body")
    end = block.start_byte if block is not None else node.end_byte
    symbol = made(file, node, scope, before, SymbolKind.MODULE, block, end)
    if symbol is None:
        return []
    extra = set() if block is not None else {"declaration"}
    file.symbols.append(altered(symbol, flags=symbol.flags | extra))
    public = symbol.visibility is Visibility.PUBLIC
    hidden = bool(before.flags & {"hidden", "test"})
    file.modules.append([scope.name, symbol.last, public, before.path, block is not None, hidden])
    if block is None:
        return []
    flags = scope.flags | (before.flags & {"test", "hidden"})
    return [(block, Scope(symbol.name, "mod", flags=flags, depth=scope.depth + 1))]


def extern(file: File, node: Node, scope: Scope, before: Said) -> Inner:  # noqa: ARG001
    """What an `extern` block declares."""
    block = node.child_by_field_name("body")
    return [(block, replace(scope, depth=scope.depth + 1))] if block is not None else []


def use(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """What a `use` binds."""
    shown = items.visibility(node, file.data, Visibility.PRIVATE)
    exported = shown is Visibility.PUBLIC
    found = imports(node, file.data, exported=exported and "hidden" not in before.flags)
    if scope.name:
        file.inner += [[scope.name, i.name, i.module, i.member, i.line, i.exported] for i in found]
    else:
        file.imports += found
    return []


def macro(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A macro by example."""
    name = node.child_by_field_name("name")
    start = name.end_byte if name is not None else node.start_byte
    symbol = made(file, node, scope, before, SymbolKind.MACRO, node, start, after=start)
    if symbol is not None:
        exported = "exported" in before.flags
        shown = Visibility.PUBLIC if exported else Visibility.PRIVATE
        file.symbols.append(altered(symbol, visibility=shown))
    return []


def invocation(file: File, node: Node, scope: Scope, before: Said) -> Inner:  # noqa: ARG001
    """The items in the braces of a macro's call, where it holds any."""
    if scope.kind != "mod" or file.macros >= _MAX_MACROS or scope.depth > _MAX_DEPTH:
        return []
    file.macros += 1
    found: Inner = []
    for braces in _braces(file, node):
        start, end = braces.start_byte + 1, braces.end_byte - 1
        root = parse(file.data, (start, end, braces)).root_node if end > start else None
        if root is not None and not root.has_error:
            found.append((root, replace(scope, depth=scope.depth + 1)))
    return found


def _braces(file: File, node: Node) -> list[Node]:
    """What may hold items: braces, of `cfg_if!` those of each branch; others with items' words."""
    name = node.child_by_field_name("macro")
    trees = [child for child in node.children if child.type == "token_tree"]
    if name is not None and (name.text or b"").endswith(b"cfg_if"):
        trees = [child for tree in trees for child in tree.children if child.type == "token_tree"]
    return [tree for tree in trees if tree.children and _may_hold(file, tree)]


def _may_hold(file: File, tree: Node) -> bool:
    return tree.children[0].type == "{" or _ITEM.search(of(file, tree)) is not None


def statement(file: File, node: Node, scope: Scope, before: Said) -> Inner:
    """A macro's call as an item, which the grammar takes for a statement."""
    inner = node.named_children[0] if node.named_children else None
    if inner is not None and inner.type == "macro_invocation":
        return invocation(file, inner, scope, before)
    return []
