"""What a JavaScript text says of itself, read by tree-sitter: facts, never verdicts.

Tree-sitter forgives errors and is a C parser with a bounded stack, so that it may see untrusted
text; every walk here is iterative and stops at a number of nodes. Offsets are bytes of UTF-8.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from doc_healing.languages.trees import MAX_NODES, first_error, nodes

MAX_BYTES = 400_000
_ENDLESS = re.compile(
    r"while ?\( ?(?:true|1|!0) ?\)|for ?\( ?; ?;|do\b.*\bwhile ?\( ?(?:true|1) ?\);?$"
)

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
        "class_static_block",
        "field_definition",
    }
)
_GENERATORS = frozenset({"generator_function", "generator_function_declaration"})
_JSX = frozenset({"jsx_element", "jsx_self_closing_element", "jsx_fragment"})
_ELEMENTS = frozenset({"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"})
_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


@dataclass(slots=True)
class Facts:
    """What a text holds. `error` is the byte offset of the first place that does not parse."""

    data: bytes
    root: Node | None = None
    error: int | None = None
    imports: list[Node] = field(default_factory=list)
    exports: list[Node] = field(default_factory=list)
    statements: list[Node] = field(default_factory=list)
    comments: list[Node] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    awaits: bool = False  # at the top level
    meta: bool = False  # import.meta
    jsx: bool = False
    returns: bool = False  # at the top level
    yields: bool = False  # outside of a generator
    supers: bool = False  # outside of a class or an object
    breaks: bool = False  # outside of a loop or a switch
    requires: bool = False
    commonjs: set[str] = field(default_factory=set)  # require, module, exports, __filename ...

    @property
    def parses(self) -> bool:
        """Whether tree-sitter found no error."""
        return self.root is not None and self.error is None

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")


@lru_cache(maxsize=256)
def facts(code: str) -> Facts:
    """The facts of a text; without a tree where it is too large to look at."""
    data = code.encode("utf-8", "replace")
    found = Facts(data)
    if len(data) > MAX_BYTES:
        return found
    found.root = _parser().parse(data).root_node
    found.error = first_error(found.root)
    for node, above in _walk(found.root):
        _note(found, node, above)
    return found


def parses(code: str) -> bool:
    """Whether the text parses, as far as tree-sitter can tell."""
    data = code.encode("utf-8", "replace")
    return len(data) <= MAX_BYTES and not _parser().parse(data).root_node.has_error


def endless_loop(code: str) -> tuple[int, int] | None:
    """The row and byte column (0-based) of the only loop, or the only one that has no condition."""
    found = facts(code)
    loops = [node for node in nodes(found.root) if node.type in _LOOPS] if found.root else []
    bare = [node for node in loops if _ENDLESS.match(" ".join(found.text(node).split()))]
    likely = bare or loops
    return (likely[0].start_point[0], likely[0].start_point[1]) if len(likely) == 1 else None


def names_in(found: Facts, pattern: Node) -> list[str]:
    """The names that a binding pattern binds (`{a, b: [c] = 1, ...d}` gives a, c, d)."""
    names = []
    stack = [pattern]
    while stack:
        node = stack.pop()
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            names.append(found.text(node))
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            stack.extend(node.children[:1])
        elif node.type == "pair_pattern":
            stack.extend(node.children[-1:])
        elif node.type in ("object_pattern", "array_pattern", "rest_pattern"):
            stack.extend(node.children)
    return names


@dataclass(frozen=True, slots=True)
class _Above:
    """What surrounds a node."""

    function: bool = False
    generator: bool = False
    owner: bool = False  # a class body or an object: `super` is at home
    loop: bool = False


@lru_cache(maxsize=1)
def _grammar() -> Language:
    return Language(tree_sitter_javascript.language())


def _parser() -> Parser:
    # A parser is not made for two threads at once; a new one costs microseconds.
    return Parser(_grammar())


def _walk(root: Node) -> Iterator[tuple[Node, _Above]]:
    stack = [(root, _Above())]
    for _ in range(MAX_NODES):
        if not stack:
            return
        node, above = stack.pop()
        yield node, above
        inner = _inside(node, above)
        stack.extend((child, inner) for child in reversed(node.children))


def _inside(node: Node, above: _Above) -> _Above:
    kind = node.type
    if kind in FUNCTIONS:
        star = kind in _GENERATORS or any(child.type == "*" for child in node.children)
        return _Above(True, star, above.owner or kind == "method_definition", False)
    if kind in ("class_body", "object"):
        return _Above(above.function, above.generator, True, above.loop)
    if kind in _LOOPS or kind in ("switch_statement", "labeled_statement"):
        return _Above(above.function, above.generator, above.owner, True)
    return above


def _note(found: Facts, node: Node, above: _Above) -> None:
    kind = node.type
    if kind == "identifier":
        _note_identifier(found, node)
    elif kind == "comment":
        found.comments.append(node)
    elif kind == "import_statement":
        found.imports.append(node)
    elif kind == "export_statement":
        found.exports.append(node)
    elif kind == "shorthand_property_identifier":
        found.used.add(found.text(node))
    elif kind in _JSX:
        found.jsx = True
    elif kind == "meta_property" and found.text(node).replace(" ", "") == "import.meta":
        found.meta = True
    else:
        _note_place(found, node, above)
    if kind.endswith(("_statement", "_declaration")):
        found.statements.append(node)
    _note_binding(found, node)


def _note_place(found: Facts, node: Node, above: _Above) -> None:
    kind = node.type
    if kind == "await_expression" or (
        kind == "for_in_statement" and any(child.type == "await" for child in node.children)
    ):
        found.awaits = found.awaits or not above.function
    elif kind == "return_statement":
        found.returns = found.returns or not above.function
    elif kind == "yield_expression":
        found.yields = found.yields or not above.generator
    elif kind == "super":
        found.supers = found.supers or not above.owner
    elif kind in ("break_statement", "continue_statement"):
        found.breaks = found.breaks or not above.loop


def _note_identifier(found: Facts, node: Node) -> None:
    name = found.text(node)
    if name[:1].islower() and node.parent is not None and node.parent.type in _ELEMENTS:
        return  # `<div>` is an element of the page, whatever else has that name
    found.used.add(name)
    if name in ("require", "module", "exports", "__filename", "__dirname"):
        found.commonjs.add(name)
        parent = node.parent
        found.requires = found.requires or (
            name == "require" and parent is not None and parent.type == "call_expression"
        )


def _note_binding(found: Facts, node: Node) -> None:
    kind = node.type
    if kind in ("variable_declarator", "function_declaration", "class_declaration") or (
        kind in ("generator_function_declaration", "class", "function_expression")
    ):
        name = node.child_by_field_name("name")
        if name is not None:
            found.bound.update(names_in(found, name))
    elif kind == "formal_parameters":
        for child in node.named_children:
            found.bound.update(names_in(found, child))
    elif kind == "arrow_function" or kind == "catch_clause":
        single = node.child_by_field_name("parameter")
        if single is not None:
            found.bound.update(names_in(found, single))
    elif kind == "import_statement":
        found.bound.update(name for name, _ in import_names(found, node))
    elif kind == "for_in_statement":
        left = node.child_by_field_name("left")
        if left is not None and node.child_by_field_name("kind") is not None:
            found.bound.update(names_in(found, left))


def import_names(found: Facts, node: Node) -> list[tuple[str, str]]:
    """The names that an import binds with what they stand for (`*`, `default`, an export)."""
    names = []
    for clause in (child for child in node.children if child.type == "import_clause"):
        for part in clause.named_children:
            if part.type == "identifier":
                names.append((found.text(part), "default"))
            elif part.type == "namespace_import":
                names.append((found.text(part.named_children[-1]), "*"))
            elif part.type == "named_imports":
                names.extend(_specifiers(found, part))
    return names


def _specifiers(found: Facts, part: Node) -> list[tuple[str, str]]:
    names = []
    for item in part.named_children:
        name = item.child_by_field_name("name") if item.type == "import_specifier" else None
        if name is None:
            continue
        alias = item.child_by_field_name("alias")
        names.append((found.text(alias or name), found.text(name).strip("\"'")))
    return names


def source_of(found: Facts, node: Node) -> str:
    """The module that an import or export statement names, else an empty text."""
    source = node.child_by_field_name("source")
    return found.text(source)[1:-1] if source is not None else ""
