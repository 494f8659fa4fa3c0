"""What a Rust text says of itself, read by tree-sitter: facts, never verdicts.

The text is read as the body of a function, which takes items, statements and a last expression.
Tree-sitter forgives errors and is a C parser with a bounded stack, so that it may see untrusted
text; every walk here is iterative and stops at a number of nodes. Offsets are bytes of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from doc_healing.languages.trees import MAX_NODES, nodes

MAX_BYTES = 400_000
_BEFORE, _AFTER = b"fn main() {\n", b"\n}"

ITEMS = frozenset(
    "function_item function_signature_item struct_item enum_item union_item trait_item impl_item "
    "mod_item foreign_mod_item const_item static_item type_item use_declaration "
    "extern_crate_declaration macro_definition attribute_item inner_attribute_item".split()
)
COMMENTS = frozenset({"line_comment", "block_comment"})
_SILENT = COMMENTS | {"attribute_item", "inner_attribute_item", "empty_statement", "label"}
_TEXTS = COMMENTS | {"string_literal", "raw_string_literal", "char_literal"}
_BODIES = frozenset({"function_item", "closure_expression", "async_block", "const_item",
                     "static_item", "gen_block", "try_block"})  # fmt: skip
_LOOPS = frozenset({"loop_expression", "while_expression", "for_expression"})
_NAMES = frozenset({"identifier", "type_identifier"})
_PATHS = frozenset({"scoped_identifier", "scoped_type_identifier"})
_DECLARED = frozenset(
    "function_item function_signature_item struct_item enum_item union_item trait_item mod_item "
    "const_item static_item type_item macro_definition associated_type type_parameter "
    "const_parameter".split()
)
_PATTERNS = frozenset(
    "tuple_pattern struct_pattern tuple_struct_pattern slice_pattern ref_pattern mut_pattern "
    "captured_pattern reference_pattern remaining_field_pattern match_pattern field_pattern "
    "closure_parameters parameters or_pattern".split()
)


@dataclass(slots=True)
class Facts:
    """What a text holds. `error` is the byte offset of the first place that does not parse."""

    data: bytes
    root: Node | None = None  # the body's block
    error: int | None = None
    top: list[Node] = field(default_factory=list)  # its items and statements, without comments
    uses: list[Node] = field(default_factory=list)  # at the top
    crates: set[str] = field(default_factory=set)  # of `extern crate`
    bound: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)  # as the first part of a path, or alone
    macros: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    tries: bool = False  # a `?` outside of every function
    awaits: bool = False  # an `.await` outside of every function
    returns: list[Node] = field(default_factory=list)  # outside of every function
    selfs: bool = False  # `self` outside of every function
    has_main: bool = False
    has_statements: bool = False
    has_calls: bool = False  # of macros, at the top
    tail: Node | None = None  # the last expression, where no semicolon ends it

    @property
    def parses(self) -> bool:
        """Whether tree-sitter found no error."""
        return self.root is not None and self.error is None

    @property
    def whole(self) -> bool:
        """Whether it is a program with its own `main`, as rustdoc sees it."""
        return self.has_main and not self.has_statements

    @property
    def items_only(self) -> bool:
        """Whether nothing in it has to stand in a function."""
        return bool(self.top) and not (self.has_statements or self.has_calls)

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[self.start(node) : self.end(node)].decode("utf-8", "replace")

    def start(self, node: Node) -> int:
        """The byte offset of a node in the text."""
        return max(node.start_byte - len(_BEFORE), 0)

    def end(self, node: Node) -> int:
        """The byte offset behind a node in the text."""
        return min(max(node.end_byte - len(_BEFORE), 0), len(self.data))

    def at(self, offset: int) -> Node | None:
        """The innermost node at a byte of the text."""
        start = offset + len(_BEFORE)
        return self.root.descendant_for_byte_range(start, start + 1) if self.root else None

    def row(self, node: Node) -> int:
        """The line (0-based) on which a node begins."""
        return max(node.start_point[0] - 1, 0)


@lru_cache(maxsize=256)
def facts(code: str) -> Facts:
    """The facts of a text; without a tree where it is too large to look at."""
    data = code.encode("utf-8", "replace")
    found = Facts(data)
    if len(data) > MAX_BYTES:
        return found
    whole = Parser(_grammar()).parse(_BEFORE + data + _AFTER).root_node
    function = whole.children[0] if whole.children else None
    body = function.child_by_field_name("body") if function is not None else None
    found.root = body or whole
    # A brace too many ends our function early: what follows it is an error of the text.
    if whole.has_error or len(whole.children) != 1:
        found.error = _first_error(found, whole)
    _note_top(found)
    for node, inside in _walk(found.root):
        _note(found, node, inside)
    return found


@lru_cache(maxsize=256)
def plain(code: str) -> str:
    """The text with the insides of strings and comments blanked; its lines and columns stay."""
    data = bytearray(code.encode("utf-8", "replace"))
    found = facts(code)
    if found.root is None:
        return code
    for node in nodes(found.root):
        if node.type in _TEXTS:
            start, end = found.start(node), found.end(node)
            data[start:end] = re.sub(rb"[^\n]", b" ", bytes(data[start:end]))
    return data.decode("utf-8", "replace")


def comments(found: Facts) -> Iterator[tuple[int, str]]:
    """The line (0-based) and the text of each comment."""
    for node in nodes(found.root) if found.root is not None else ():
        if node.type in COMMENTS:
            yield found.row(node), found.text(node)


def endless_loop(code: str) -> tuple[int, int] | None:
    """The row and byte column (0-based) of the only loop, or the only one without a condition."""
    found = facts(code)
    loops = [node for node in nodes(found.root) if node.type in _LOOPS] if found.root else []
    bare = [node for node in loops if node.type == "loop_expression" or _is_true(found, node)]
    likely = bare or loops
    if len(likely) != 1:
        return None
    return found.row(likely[0]), likely[0].start_point[1]


def within(found: Facts, *parts: Node) -> Facts:
    """The names in some nodes of a text alone."""
    names = Facts(found.data)
    for part in parts:
        for node, inside in _walk(part):
            _note(names, node, inside)
    return names


def use_names(found: Facts, node: Node) -> list[tuple[str, str]]:
    """The names that a `use` binds with the paths they stand for; `*` for a glob."""
    names: list[tuple[str, str]] = []
    argument = node.child_by_field_name("argument")
    stack: list[tuple[Node, str]] = [(argument, "")] if argument is not None else []
    while stack and len(names) < 1000:
        part, prefix = stack.pop()
        text = prefix + re.sub(r"\s+", "", found.text(part))
        if part.type == "use_list":
            stack.extend((child, prefix) for child in part.named_children)
        elif part.type == "scoped_use_list":
            path, inner = part.child_by_field_name("path"), part.child_by_field_name("list")
            before = prefix + (re.sub(r"\s+", "", found.text(path)) if path is not None else "")
            stack.extend([(inner, f"{before}::")] if inner is not None else [])
        elif part.type == "use_as_clause":
            path, alias = part.child_by_field_name("path"), part.child_by_field_name("alias")
            if path is not None and alias is not None:
                names.append((found.text(alias), prefix + found.text(path)))
        elif part.type == "use_wildcard":
            names.append(("*", text.removesuffix("::*")))
        elif part.type == "self":
            names.append((prefix.removesuffix("::").rpartition("::")[2], prefix[:-2]))
        elif part.type not in COMMENTS:
            names.append((text.rpartition("::")[2], text))
    return names


@lru_cache(maxsize=1)
def _grammar() -> Language:
    return Language(tree_sitter_rust.language())


def _first_error(found: Facts, whole: Node) -> int:
    for node in nodes(whole):
        if node.is_error or node.is_missing:
            return min(found.start(node), len(found.data))
    return found.end(whole.children[0])


def _is_true(found: Facts, node: Node) -> bool:
    condition = node.child_by_field_name("condition")
    return condition is not None and found.text(condition) == "true"


def _note_top(found: Facts) -> None:
    """What stands at the top, which decides on rustdoc's `main`."""
    children = found.root.named_children if found.root is not None else []
    found.top = [node for node in children if node.type not in _SILENT]
    for node in found.top:
        inner = bare(node)
        if inner.type == "use_declaration":
            found.uses.append(inner)
        elif inner.type == "function_item":
            name = inner.child_by_field_name("name")
            found.has_main = found.has_main or (name is not None and found.text(name) == "main")
        elif inner.type == "extern_crate_declaration":
            name = inner.child_by_field_name("name")
            found.crates.update([found.text(name)] if name is not None else ())
        # rustdoc takes a macro's call for an item, which it may become.
        if inner.type == "macro_invocation":
            found.has_calls = found.has_calls or not _is_item_macro(found, inner)
        elif inner.type not in ITEMS and inner.type != "ERROR":
            found.has_statements = True
    last = found.top[-1] if found.top else None
    if last is not None and last.type.endswith(("expression", "literal", "identifier", "block")):
        found.tail = last
    elif last is not None and last.type in ("expression_statement", "macro_invocation"):
        found.tail = None if found.text(last).rstrip().endswith(";") else last


def bare(node: Node) -> Node:
    """An expression without the statement that holds it."""
    if node.type == "expression_statement" and node.named_children:
        return node.named_children[0]
    return node


def _is_item_macro(found: Facts, node: Node) -> bool:
    """Whether a macro at the top may stand for items: `thread_local!`, `wrapper! { fn main() }`."""
    text = found.text(node)
    if re.search(r"\bfn\s+main\b", text):
        found.has_main = True
        return True
    return (
        re.match(r"(?:std::)?(?:thread_local|macro_rules|lazy_static|bitflags)\b", text) is not None
    )


def _walk(root: Node) -> Iterator[tuple[Node, bool]]:
    """All nodes, with whether each is inside of a function, a closure or an async block."""
    stack = [(root, False)]
    for _ in range(MAX_NODES):
        if not stack:
            return
        node, inside = stack.pop()
        yield node, inside
        deeper = inside or (node.type in _BODIES and node is not root)
        stack.extend((child, deeper) for child in reversed(node.children))


def _note(found: Facts, node: Node, inside: bool) -> None:
    kind = node.type
    if kind in _NAMES:
        _note_name(found, node)
    elif kind == "try_expression":
        found.tries = found.tries or not inside
    elif kind == "await_expression":
        found.awaits = found.awaits or not inside
    elif kind == "return_expression" and not inside:
        found.returns.append(node)
    elif kind == "self":
        inner = node.parent is not None and node.parent.type in ("self_parameter", "use_list")
        path = node.parent is not None and node.parent.type in _PATHS
        found.selfs = found.selfs or not (inside or inner or path)
    elif kind == "macro_invocation":
        name = node.child_by_field_name("macro")
        found.macros.update([found.text(name)] if name is not None else ())
    elif kind == "string_content":
        found.used.update(re.findall(r"(?<!\{)\{([a-z_]\w*)(?::[^{}]*)?\}", found.text(node)))
    elif kind == "use_declaration":
        found.bound.update(name for name, _ in use_names(found, node) if name != "*")


def _note_name(found: Facts, node: Node) -> None:
    name, parent = found.text(node), node.parent
    found.words.add(name)
    kind = parent.type if parent is not None else ""
    if parent is None or kind == "use_declaration" or _is_member(node, kind):
        return
    if kind in _DECLARED and parent.child_by_field_name("name") == node:
        found.bound.add(name)
    elif kind in _PATTERNS or parent.child_by_field_name("pattern") == node:
        is_type = parent.child_by_field_name("type") == node
        (found.used if is_type or name[:1].isupper() else found.bound).add(name)
    elif kind in _PATHS and parent.child_by_field_name("name") == node:
        if parent.child_by_field_name("path") is None:
            found.used.add(name)
    elif kind not in ("field_expression", "label", "lifetime", "use_as_clause", "use_list"):
        found.used.add(name)


def _is_member(node: Node, kind: str) -> bool:
    """Whether it is a field, a method or a variant that is only declared or looked up here."""
    before = node.prev_sibling
    if kind == "token_tree":
        return before is not None and before.type == "."
    return kind == "enum_variant" and before is None
