"""What is gathered while a file is read, and how a symbol is made of a node."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from doc_healing.languages.bodies import body as body_digest
from doc_healing.languages.javascript.mapping import signatures
from doc_healing.languages.javascript.mapping.jsdoc import NOTHING, Doc, doc
from doc_healing.model import Import, Parameter, Span, Symbol, SymbolKind, Visibility

MAX_SYMBOLS = 20_000
MAX_DEPTH = 24
FUNCTIONS = frozenset(
    {
        "arrow_function",
        "function_expression",
        "function_declaration",
        "generator_function",
        "generator_function_declaration",
        "function_signature",
        "method_definition",
        "method_signature",
        "abstract_method_signature",
        "function_type",
        "call_signature",
        "construct_signature",
    }
)
CLASSES = frozenset({"class", "class_declaration", "abstract_class_declaration"})
_NAME = re.compile(r"#?~?[\w$-]+\Z")  # `~standard` is a member's name by a specification
_ACCESS = {"private": Visibility.PRIVATE, "protected": Visibility.PROTECTED}


class Place(NamedTuple):
    """Where a definition stands: what it is a member of, and who can reach it."""

    within: str = ""
    kind: str = "module"  # module, namespace, object, type or function
    local: bool = False  # within a function: nobody else can name it
    closed: bool = False  # within a namespace and not exported by it
    opened: frozenset[str] = frozenset()  # what a list of that namespace exports all the same
    this: "Place | None" = None  # where `this.x = ...` makes a member
    result: bool = False  # what it returns is what the file exports
    shut: bool = False  # of a function's block: the function is itself within another
    depth: int = 0

    def inside(self, name: str, kind: str, *, local: bool | None = None) -> "Place":
        """The place of the members of `name`."""
        is_local = self.local if local is None else local
        return Place(
            self.qualified(name),
            kind,
            is_local,
            self.closed,
            shut=self.local,
            depth=self.depth + 1,
        )

    def deeper(self, *, local: bool | None = None, result: bool = False) -> "Place":
        """A block here that has no name of its own."""
        is_local = self.local if local is None else local
        return Place(
            self.within,
            self.kind,
            is_local,
            self.closed,
            self.opened,
            self.this,
            result,
            self.shut,
            self.depth + 1,
        )

    def qualified(self, name: str) -> str:
        """The name of a definition here."""
        return f"{self.within}.{name}" if self.within else name


class Work(NamedTuple):
    """A node that is still to be read, and as what: `block`, `value`, `class` ..."""

    task: str
    node: Node
    place: Place
    name: str = ""
    outer: Node | None = None  # the whole definition: what a comment stands before


@dataclass(slots=True)
class Reader:
    """One file while it is read. Nothing recurses: what is nested waits in `pending`."""

    path: str
    data: bytes
    comments: list[tuple[int, int]]
    pending: list[Work] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    seen: dict[str, list[SymbolKind]] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)
    exported: dict[str, None] = field(default_factory=dict)  # names of this file's own, in order
    facts: dict[str, str] = field(default_factory=dict)
    returned: dict[str, str] = field(default_factory=dict)  # `f.x`, which `f` returns -> `f`
    results: list[tuple[str, int, int]] = field(default_factory=list)  # what `f` returns, where
    given: list[tuple[str, str, str]] = field(default_factory=list)  # `f.x`, its member, its value
    ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ends = [end for _, end in self.comments]

    def later(self, work: Work) -> None:
        """Read a node afterwards."""
        if work.place.depth < MAX_DEPTH:
            self.pending.append(work)

    def offer(self, name: str, module: str, member: str, node: Node) -> None:
        """A name that the file offers: of its own (module "") or of another module."""
        self.imports.append(Import(name, module, member, node.start_point[0] + 1, exported=True))

    def said(self, node: Node) -> Doc:
        """What the comment directly before a node says."""
        at = bisect_right(self.ends, node.start_byte) - 1
        if at < 0:
            return NOTHING
        start, end = self.comments[at]
        gap = self.data[end : node.start_byte]
        if gap and not gap.isspace():
            return NOTHING
        return doc(self.data[start:end].decode("utf-8", "replace"))

    def add(
        self,
        name: str,
        kind: SymbolKind,
        node: Node,
        place: Place,
        *,
        body: Node | None = None,
        function: Node | None = None,
        parameters: tuple[Parameter, ...] | None = None,
        returns: str = "",
        gives: str = "",
        bases: tuple[str, ...] = (),
        flags: frozenset[str] = frozenset(),
        said: Doc | None = None,
        alias: str = "",
    ) -> bool:
        """Add a symbol; False where its name is none or there are too many already."""
        if not _NAME.match(name) or len(self.symbols) >= MAX_SYMBOLS:
            return False
        said = self.said(node) if said is None else said
        start = _start(node)
        if function is not None:
            parameters = signatures.parameters(function, said)
            returns = signatures.returns(function, said)
            gives = signatures.gives(function)
        stop = body.start_byte if body is not None else node.end_byte
        digest, size = "", 0
        if body is not None:
            digest, size = body_digest(
                self.data, body.start_byte, body.end_byte, self.comments, name
            )
        qualified = place.qualified(name)
        self.symbols.append(
            Symbol(
                path=self.path,
                name=qualified,
                kind=kind,
                line=start.start_point[0] + 1,
                end_line=node.end_point[0] + 1,
                span=Span(start.start_byte, node.end_byte),
                visibility=_visibility(name, node, place, said),
                parameters=parameters,
                returns=returns or (said.returns if function is None else ""),
                gives="" if returns else gives,
                bases=bases,
                flags=flags | _more_flags(name, place, said),
                deprecated=said.deprecated,
                successor=said.successor or alias,
                doc=said.text,
                signature=signatures.signature(self.data, start.start_byte, stop),
                digest=digest,
                size=size,
                discriminator=self._discriminator(qualified, kind),
            )
        )
        return True

    def _discriminator(self, name: str, kind: SymbolKind) -> str:
        kinds = self.seen.setdefault(name, [])
        kinds.append(kind)
        if len(kinds) == 1:
            return ""
        same = kinds.count(kind)
        return f"~{kind}" if same == 1 else f"~{same}"


def _start(node: Node) -> Node:
    """Where a definition starts, without its decorators."""
    if node.type in ("export_statement", "method_definition", "public_field_definition") or (
        node.type in CLASSES
    ):
        for child in node.children:
            if child.type not in ("decorator", "comment"):
                return child if child.start_byte > node.start_byte else node
    return node


def _visibility(name: str, node: Node, place: Place, said: Doc) -> Visibility:
    closed = place.closed and name not in place.opened
    if place.local or closed or name.startswith("#") or "private" in said.tags:
        return Visibility.PRIVATE
    if place.kind == "type":
        written = _ACCESS.get(signatures.access(node))
        if written is not None:
            return written
    if "internal" in said.tags:
        return Visibility.INTERNAL
    return Visibility.PROTECTED if "protected" in said.tags else Visibility.PUBLIC


def _more_flags(name: str, place: Place, said: Doc) -> frozenset[str]:
    found = set()
    if name.startswith("_"):
        found.add("underscore")
    if place.local:
        found.add("local")
    if said.tags & {"internal", "hidden", "ignore", "private"}:
        found.add("hidden")
    return frozenset(found)
