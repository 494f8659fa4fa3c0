"""A TypeScript text without its types, byte for byte where it stood: what JavaScript's rules read.

Types become spaces, so that every place in the erased text is the same place in the document. It
is only looked at: what runs is what the compiler makes of the text itself. What has a meaning at
run time and no like in JavaScript (enums, namespaces) keeps its name as a variable.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from doc_healing.languages.trees import first_error, nodes

MAX_BYTES = 400_000

_GONE = frozenset(
    "type_annotation type_parameters type_arguments asserts_annotation type_predicate_annotation "
    "opting_type_annotation omitting_type_annotation adding_type_annotation "
    "implements_clause accessibility_modifier override_modifier abstract_method_signature "
    "method_signature index_signature decorator".split()
)
_STATEMENTS = frozenset(
    "interface_declaration type_alias_declaration ambient_declaration function_signature".split()
)
_TYPED = _STATEMENTS | frozenset({"enum_declaration", "internal_module", "module"})
_JSX = frozenset({"jsx_element", "jsx_self_closing_element", "jsx_fragment"})


@dataclass(frozen=True, slots=True)
class Erased:
    """A text read as TypeScript. `text` has as many bytes as the original in every line."""

    text: str
    error: int | None  # the byte offset of the first place that does not parse
    jsx: bool = False
    only_types: bool = False  # nothing in it does anything when it runs
    emits: bool = True  # False: a signature without a body, which no runtime reads
    types: frozenset[str] = field(default_factory=frozenset)  # names used as types
    declared: frozenset[str] = field(default_factory=frozenset)  # types that it declares
    top: frozenset[str] = field(default_factory=frozenset)  # what it declares at its top level

    @property
    def parses(self) -> bool:
        """Whether it is TypeScript, as far as tree-sitter can tell."""
        return self.error is None


@lru_cache(maxsize=256)
def erased(code: str) -> Erased:
    """The text without its types; as it is where it does not parse or is too large."""
    data = code.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        return Erased(code, 0)
    root = _tree(data, jsx=False)
    if root.has_error:
        other = _tree(data, jsx=True)
        root = root if other.has_error else other
    if root.has_error:
        return Erased(code, first_error(root) or 0)
    found = list(nodes(root))
    return Erased(
        text=_apply(data, (cut for node in found for cut in _cuts(node))),
        error=None,
        jsx=any(node.type in _JSX for node in found),
        only_types=_only_types(root),
        emits=not any(_without_body(node) for node in root.children),
        types=frozenset(_name(data, node) for node in found if node.type == "type_identifier"),
        declared=frozenset(_declared(data, found)),
        top=frozenset(_top(data, root)),
    )


def parses(code: str) -> bool:
    """Whether a text is TypeScript, as far as tree-sitter can tell."""
    data = code.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        return False
    return not (_tree(data, jsx=False).has_error and _tree(data, jsx=True).has_error)


@lru_cache(maxsize=2)
def _grammar(jsx: bool) -> Language:
    made = (
        tree_sitter_typescript.language_tsx if jsx else tree_sitter_typescript.language_typescript
    )
    return Language(made())


def _tree(data: bytes, *, jsx: bool) -> Node:
    return Parser(_grammar(jsx)).parse(data).root_node


# --- What is cut ---------------------------------------------------------------------------

# Bytes `start` to `end` become spaces that begin with `text`, and end with it if `last`.
_Cut = tuple[int, int, bytes]


def _apply(data: bytes, cuts: Iterator[_Cut]) -> str:
    text = bytearray(data)
    for start, end, kept in cuts:
        blank = bytes(10 if byte == 10 else 32 for byte in data[start:end])
        # What an outer cut already took stays gone: the cuts come from the outside in.
        if text[start:end].strip() or not kept:
            text[start:end] = kept + blank[len(kept) :]
    return text.decode("utf-8", "replace")


def _cuts(node: Node) -> list[_Cut]:
    kind = node.type
    if kind in _GONE:
        return [(node.start_byte, node.end_byte, b"")]
    if kind in _STATEMENTS or _is_type_statement(node):
        outer = _statement(node)
        # An empty block, not a semicolon, which the statement above would take for its own.
        return [(outer.start_byte, outer.end_byte, b"{}")]
    rule = _RULES.get(kind)
    return rule(node) if rule is not None else []


def _statement(node: Node) -> Node:
    """The statement with the `export` before it."""
    parent = node.parent
    return parent if parent is not None and parent.type == "export_statement" else node


def _is_type_statement(node: Node) -> bool:
    """`import type`, `export type { }`, `export = x`, `export as namespace X`."""
    if node.type not in ("import_statement", "export_statement"):
        return False
    words = [child.type for child in node.children[:2]]
    return words[1:] in (["type"], ["="], ["as"])


def _named(node: Node) -> list[_Cut]:
    """`enum E { }`, `namespace N { }`: a variable of that name."""
    name = node.child_by_field_name("name")
    if name is None or name.type not in ("identifier", "nested_identifier"):
        return [(node.start_byte, node.end_byte, b"")]
    first = name
    while first.children:
        first = first.children[0]
    outer = _statement(node)
    export = b"export " if outer is not node else b""
    word = export + b"var "
    room = first.start_byte - outer.start_byte
    keep = word if len(word) <= room else b"var "
    return [
        (outer.start_byte, first.start_byte, keep),
        (first.end_byte, node.end_byte, b"" if node.end_byte == first.end_byte else b";"),
    ]


def _import_equals(node: Node) -> list[_Cut]:
    """`import x = require('y')` and `import A = B.C` are declarations."""
    clause = any(child.type == "import_require_clause" for child in node.children)
    if node.type == "import_alias" or clause:
        return [(node.start_byte, node.start_byte + len(b"import"), b"const ")]
    return []


def _specifiers(node: Node) -> list[_Cut]:
    """`{ type A, B }`: without the types and their commas."""
    cuts: list[_Cut] = []
    for child in node.children:
        if child.type in ("import_specifier", "export_specifier") and (
            child.children and child.children[0].type == "type" and len(child.children) > 1
        ):
            end = child.next_sibling
            comma = end is not None and end.type == ","
            cuts.append((child.start_byte, end.end_byte if comma and end else child.end_byte, b""))
    return cuts


def _tail(node: Node) -> list[_Cut]:
    """`x as T`, `x satisfies T`."""
    return [(node.children[0].end_byte, node.end_byte, b"")]


def _not_null(node: Node) -> list[_Cut]:
    return [(node.end_byte - 1, node.end_byte, b"")]


def _parameter(node: Node) -> list[_Cut]:
    """`private a?: T`, and `this: T` with its comma."""
    if any(child.type == "this" for child in node.children):
        after = node.next_sibling
        comma = after is not None and after.type == ","
        return [(node.start_byte, after.end_byte if comma and after else node.end_byte, b"")]
    return _words(node)


def _words(node: Node) -> list[_Cut]:
    """The modifiers and the marks (`readonly`, `declare`, `abstract`, `?`, `!`) of a member."""
    marks = ("readonly", "declare", "abstract", "?", "!", "const")
    return [
        (child.start_byte, child.end_byte, b"")
        for child in node.children
        if child.type in marks and not child.is_named
    ]


def _field(node: Node) -> list[_Cut]:
    if any(child.type == "declare" for child in node.children):
        return [(node.start_byte, node.end_byte, b"")]
    return _words(node)


def _mark(node: Node) -> list[_Cut]:
    """`let x!: T`."""
    return [(c.start_byte, c.end_byte, b"") for c in node.children if c.type == "!"]


def _abstract(node: Node) -> list[_Cut]:
    return [(c.start_byte, c.end_byte, b"") for c in node.children if c.type == "abstract"]


_RULES: dict[str, Callable[[Node], list[_Cut]]] = {
    "enum_declaration": _named,
    "internal_module": _named,
    "module": _named,
    "import_statement": _import_equals,
    "import_alias": _import_equals,
    "named_imports": _specifiers,
    "export_clause": _specifiers,
    "as_expression": _tail,
    "satisfies_expression": _tail,
    "non_null_expression": _not_null,
    "required_parameter": _parameter,
    "optional_parameter": _parameter,
    "public_field_definition": _field,
    "method_definition": _words,
    "variable_declarator": _mark,
    "abstract_class_declaration": _abstract,
}


# --- What it says of itself ----------------------------------------------------------------


def _only_types(root: Node) -> bool:
    """Whether no statement but imports is left when the types are gone."""
    statements = [child for child in root.children if child.type not in ("comment", ";")]
    return bool(statements) and all(_is_type(child) for child in statements)


def _is_type(node: Node) -> bool:
    if node.type in _STATEMENTS or node.type in ("import_statement", "empty_statement"):
        return True
    if node.type == "export_statement":
        inner = node.child_by_field_name("declaration") or (node.children or [node])[-1]
        return _is_type_statement(node) or any(
            c.type in _STATEMENTS for c in (inner, *node.children)
        )
    return False


def _without_body(node: Node) -> bool:
    """`const x: T;` and `export function f(): T` with nothing behind: a signature as notation."""
    if node.type == "export_statement":
        return any(_without_body(child) for child in node.children)
    if node.type == "lexical_declaration" and node.children[0].type == "const":
        parts = [part for part in node.named_children if part.type == "variable_declarator"]
        return any(part.child_by_field_name("value") is None for part in parts)
    return False


def _name(data: bytes, node: Node) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


_AROUND = frozenset(
    "export_statement ambient_declaration expression_statement lexical_declaration "
    "variable_declaration import_statement import_clause named_imports namespace_import".split()
)
_NAMES = _TYPED | frozenset(
    "class_declaration abstract_class_declaration function_declaration function_signature "
    "generator_function_declaration variable_declarator import_specifier".split()
)


def _top(data: bytes, root: Node) -> Iterator[str]:
    """The names declared at the top level, whatever `export` or `declare` stands before them."""
    stack = list(root.named_children)
    while stack:
        node = stack.pop()
        name = None
        if node.type in _AROUND:
            stack.extend(node.named_children)
        if node.type in ("import_clause", "namespace_import"):
            name = next((c for c in node.named_children if c.type == "identifier"), None)
        elif node.type in _NAMES:
            name = node.child_by_field_name("alias") or node.child_by_field_name("name")
        if name is not None and name.type in ("identifier", "type_identifier"):
            yield _name(data, name)


def _declared(data: bytes, found: list[Node]) -> Iterator[str]:
    for node in found:
        if node.type in ("type_parameter", "import_specifier", "namespace_import", "import_clause"):
            yield from (
                _name(data, c) for c in node.children if c.type in ("identifier", "type_identifier")
            )
        elif node.type in _TYPED or node.type in (
            "class_declaration",
            "abstract_class_declaration",
        ):
            name = node.child_by_field_name("name")
            if name is not None:
                yield _name(data, name)
        elif node.type == "infer_type":
            yield from (_name(data, c) for c in node.children if c.type == "type_identifier")
        elif node.type == "mapped_type_clause":
            name = node.child_by_field_name("name")
            if name is not None:
                yield _name(data, name)
