"""What is gathered of one file, and the record of one item."""

from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.bodies import body
from doc_healing.languages.rust.mapping import items
from doc_healing.languages.rust.mapping.attributes import Said
from doc_healing.languages.rust.mapping.trees import one_line
from doc_healing.model import Import, Span, Symbol, SymbolKind, Visibility


@dataclass(frozen=True, slots=True)
class Scope:
    """What an item stands in: the names before its own, and what they mean for it."""

    name: str = ""
    kind: str = "mod"  # mod, trait, impl, trait_impl, enum, struct, extern
    members: Visibility = Visibility.PRIVATE  # of what has no modifier of its own
    flags: frozenset[str] = frozenset()
    discriminator: str = ""
    depth: int = 0

    def inner(self, name: str) -> str:
        """A name within it."""
        return f"{self.name}.{name}" if self.name else name


@dataclass(slots=True)
class File:
    """What is gathered of one file."""

    path: str
    data: bytes
    comments: list[tuple[int, int]]
    symbols: list[Symbol] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    inner: list[list[object]] = field(default_factory=list)  # imports of inline modules
    modules: list[list[object]] = field(default_factory=list)
    bases: dict[str, list[str]] = field(default_factory=dict)  # type -> traits
    blocks: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # type -> impl bodies
    faults: list[str] = field(default_factory=list)
    macros: int = 0


Inner = list[tuple[Node, Scope]]  # what is to be walked next


def made(
    file: File,
    node: Node,
    scope: Scope,
    before: Said,
    kind: SymbolKind,
    block: Node | None,
    end: int,
    after: int = 0,
) -> Symbol | None:
    """The record of an item; None of one without a name.

    `block` is what its digest is of, from `after` on where that is given; its declaration goes up
    to the byte `end`.
    """
    name_node = node.child_by_field_name("name")
    name = one_line(of(file, name_node)).removeprefix("r#") if name_node is not None else ""
    if not name:
        return None
    digest, size = "", 0
    if block is not None:
        start = after or block.start_byte
        digest, size = body(file.data, start, block.end_byte, file.comments, name)
    flags = scope.flags | (before.flags - {"exported"})
    return Symbol(
        file.path,
        scope.inner(name),
        kind,
        node.start_point[0] + 1,
        node.end_point[0] + 1,
        Span(node.start_byte, node.end_byte),
        visibility=items.visibility(node, file.data, scope.members),
        flags=flags,
        deprecated=before.deprecated,
        successor=before.successor,
        doc=before.doc,
        signature=items.signature(node, file.data, end),
        digest=digest,
        size=size,
        discriminator=scope.discriminator + (f"[cfg {before.cfg}]" if before.cfg else ""),
    )


def of(file: File, node: Node) -> bytes:
    """The source of a node."""
    return file.data[node.start_byte : node.end_byte]
