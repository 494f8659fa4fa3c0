"""The names that a block binds for those after it, and those that it takes from outside."""

import re
from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from doc_healing.languages.rust.closed import MACROS
from doc_healing.languages.rust.shape import Kind, shape
from doc_healing.languages.rust.source import code_of, rows
from doc_healing.languages.rust.tree import Facts, bare, facts, plain, use_names, within
from doc_healing.languages.trees import nodes
from doc_healing.model import Names, Snippet

_ITEMS = frozenset(
    "function_item struct_item enum_item union_item trait_item const_item static_item type_item "
    "macro_definition mod_item".split()
)
# The prelude and the libraries that every crate can name.
_LANGUAGE = (
    frozenset(
        "std core alloc Self Some None Ok Err Option Result Vec String Box ToString ToOwned "
        "Clone Copy Send Sync Sized Drop Fn FnMut FnOnce Iterator IntoIterator Extend "
        "DoubleEndedIterator ExactSizeIterator FromIterator Default PartialEq Eq PartialOrd "
        "Ord AsRef AsMut Into From TryFrom TryInto Debug Hash drop self super crate _ todo "
        "unimplemented thread_local env option_env include include_str include_bytes "
        "compile_error cfg addr_of".split()
    )
    | MACROS
)
_MODULE = re.compile(r"(?m)^\s*(?:pub(?:\s*\([^)]*\))?\s+)?mod\s+(\w+)\s*;")
_ROOTS = frozenset({"main", "lib", "mod"})
_MOST = 32  # modules of one block


def names(snippet: Snippet) -> Names:
    """What a block declares at its outermost level, and which names nothing in it binds.

    A program's own `main` is nobody else's, and neither is what stands in it.
    """
    found = _names(code_of(rows(snippet)))
    return Names(found.bound, found.free, frozenset(_files(snippet)))


@lru_cache(maxsize=2048)
def _names(code: str) -> Names:
    found = facts(code)
    if not found.parses or shape(code).kind is Kind.NONE:
        return Names()
    items = {name for node in found.top for name in _items(found, bare(node))}
    bound, free = set(items), set[str]()
    for node in found.top:
        part, local = _parts(found, bare(node))
        free |= part.used - part.bound - bound
        bound |= local
    return Names(frozenset(bound - {"main"}), frozenset(free - _LANGUAGE))


def _items(found: Facts, node: Node) -> Iterator[str]:
    """The names of an item, which hold above it as well."""
    if node.type == "use_declaration":
        yield from (name for name, _ in use_names(found, node) if name != "*")
    elif node.type == "extern_crate_declaration":
        yield _field(found, node, "alias") or _field(found, node, "name")
    elif node.type in _ITEMS:
        yield _field(found, node, "name")


def _field(found: Facts, node: Node, name: str) -> str:
    child = node.child_by_field_name(name)
    return found.text(child) if child is not None else ""


def _parts(found: Facts, node: Node) -> tuple[Facts, set[str]]:
    """The names of a statement; of a `let` those of its value, and the ones that it binds."""
    part = within(found, node)
    part.used |= set(_receivers(found, node))
    if node.type == "extern_crate_declaration":
        part.used.clear()
    if node.type == "use_declaration":
        part.used |= {path.split("::")[0] for _, path in use_names(found, node)}
        part.bound.clear()
    if node.type != "let_declaration":
        return part, set()
    pattern = node.child_by_field_name("pattern")
    local = set(_bound(found, pattern)) if pattern is not None else set()
    others = [child for child in node.named_children if child != pattern]
    rest = within(found, *others)
    # Its pattern names types and variants, which nobody binds here.
    rest.used |= {name for child in others for name in _receivers(found, child)}
    rest.used |= part.used - part.bound
    return rest, local


def _receivers(found: Facts, part: Node) -> Iterator[str]:
    """The values whose fields and methods are used."""
    for node in nodes(part):
        if node.type == "identifier" and node.parent and node.parent.type == "field_expression":
            yield found.text(node)


def _bound(found: Facts, pattern: Node) -> Iterator[str]:
    """The variables of a pattern; a name that begins with a capital is a variant or a constant."""
    for node in nodes(pattern):
        parent = node.parent.type if node.parent is not None else ""
        named = node.type in ("identifier", "shorthand_field_identifier")
        if named and parent != "scoped_identifier" and not found.text(node)[:1].isupper():
            yield found.text(node)


def _files(snippet: Snippet) -> Iterator[str]:
    """The files of the modules that it declares, by the place of the file that it is shown as."""
    shown = snippet.instructions.shown_as.removeprefix("./")
    folder, _, name = shown.removesuffix(".rs").rpartition("/")
    folder = folder.removeprefix("src").strip("/")
    inside = [folder, *([name] if name and name not in _ROOTS else [])]
    for module in list(dict.fromkeys(_MODULE.findall(plain(code_of(rows(snippet))))))[:_MOST]:
        path = "/".join(part for part in (*inside, module) if part)
        yield f"{path}.rs"
        yield f"{path}/mod.rs"
