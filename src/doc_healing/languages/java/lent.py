"""What a block takes from earlier ones of its page: their imports and their types, no more.

A page imports once and shows ten blocks, and declares `record Point` before it uses it. Neither
does anything by itself, so that no block is blamed for another's effects.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node

from doc_healing.languages.java.shape import Kind, shape
from doc_healing.languages.java.tree import (
    TYPES,
    declared,
    name_of,
    text_of,
    tree,
)
from doc_healing.languages.trees import nodes
from doc_healing.model import Snippet

_MOST = 40


@dataclass(frozen=True, slots=True)
class Lent:
    """Import statements and whole types, each on one or more lines, and both in words."""

    imports: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()  # those of the types that other blocks define differently


@dataclass(frozen=True, slots=True)
class _Offer:
    node: Node
    line: int


def lent(codes: Sequence[str], earlier: Sequence[Snippet], owner: str = "") -> Lent:
    """What the code of `codes` (a block and all that runs with it) lacks and earlier ones have.

    `owner` is the class that stands around it.
    """
    roots = [root for root in map(tree, codes) if root is not None]
    bound: set[str] = {owner}.union(*(_bound(root) for root in roots))
    used: set[str] = set().union(*(_used(root) for root in roots))
    offers = _offers(earlier)
    queue = sorted((used - bound) & offers.keys())
    taken: dict[str, _Offer] = {}
    while queue and len(taken) < _MOST:
        name = queue.pop(0)
        if name in taken:
            continue
        taken[name] = offers[name]
        if taken[name].node.type != "import_declaration":
            own = _bound(taken[name].node)
            queue.extend(sorted((_used(taken[name].node) - own - bound) & offers.keys()))
    imports = [offer for offer in taken.values() if offer.node.type == "import_declaration"]
    types = [offer for offer in taken.values() if offer.node.type != "import_declaration"]
    return Lent(
        imports=tuple(" ".join(text_of(offer.node).split()) for offer in imports),
        types=tuple(_as_outermost(offer.node) for offer in types),
        words=tuple(f"`{name}` from line {offer.line}" for name, offer in taken.items()),
    )


def disputed(loan: Lent, page: Sequence[Snippet]) -> Lent:
    """The loan, with those of its types that the blocks of a page define differently."""
    told: dict[str, set[str]] = {}
    for item in page:
        root = tree(item.code)
        for node in root.children if root is not None else ():
            if node.type in TYPES:
                told.setdefault(name_of(node), set()).add("".join(text_of(node).split()))
    several = [name for name, texts in told.items() if len(texts) > 1]
    lent_ = [name for name in several if any(f"`{name}` from " in word for word in loan.words)]
    return replace(loan, disputed=tuple(sorted(lent_)))


def imported(node: Node) -> str:
    """The simple name that an import binds; empty for a whole package."""
    if any(child.type == "asterisk" for child in node.children):
        return ""
    return text_of(node).rstrip("; \n").rpartition(".")[2].strip()


def _offers(earlier: Sequence[Snippet]) -> dict[str, _Offer]:
    """The nearest earlier block wins."""
    offers: dict[str, _Offer] = {}
    for item in earlier:
        root = tree(item.code)
        if root is None or root.has_error or shape(item.code).kind is Kind.NONE:
            continue
        packaged = any(node.type == "package_declaration" for node in root.children)
        for node in root.children:
            row = node.start_point[0]
            line = item.lines[row].line if row < len(item.lines) else item.line
            if node.type == "import_declaration" and imported(node):
                offers[imported(node)] = _Offer(node, line)
            elif node.type in TYPES and not packaged:
                offers[name_of(node)] = _Offer(node, line)
    return offers


def _as_outermost(node: Node) -> str:
    """A type without the modifiers that only a member may have."""
    text = node.text or b""
    for part in node.children:
        for word in part.children if part.type == "modifiers" else ():
            if text_of(word) in ("private", "protected", "static"):
                start, end = word.start_byte - node.start_byte, word.end_byte - node.start_byte
                text = text[:start] + b" " * (end - start) + text[end:]
    return text.decode("utf-8", "replace")


def _bound(root: Node) -> set[str]:
    names = declared(root)
    return names | {imported(one) for one in root.children if one.type == "import_declaration"}


def _used(root: Node) -> set[str]:
    return {
        text_of(node)
        for node in nodes(root)
        if node.type in ("type_identifier", "identifier") and not _of_import(node)
    }


def _of_import(node: Node) -> bool:
    above = node.parent
    return above is not None and above.type in ("scoped_identifier", "import_declaration")
