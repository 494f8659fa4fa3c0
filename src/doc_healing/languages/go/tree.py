"""What a Go text says of itself, read by tree-sitter: facts, never verdicts.

Tree-sitter forgives errors and is a C parser with a bounded stack, so that it may see untrusted
text; every walk here is iterative and stops at a number of nodes. Offsets are bytes of UTF-8.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import tree_sitter_go
from tree_sitter import Language, Node, Parser

from doc_healing.languages.trees import first_error, nodes

MAX_BYTES = 400_000
_DECLARATIONS = frozenset(
    "import_declaration function_declaration method_declaration type_declaration "
    "var_declaration const_declaration package_clause".split()
)
_NAMING = frozenset(
    "parameter_declaration var_spec variadic_parameter_declaration "
    "type_parameter_declaration".split()
)
_MAJOR = re.compile(r"v\d+")


@dataclass(slots=True)
class Facts:
    """What a text holds. `error` is the byte offset of the first place that does not parse."""

    data: bytes
    root: Node | None = None
    error: int | None = None
    package: str = ""
    top: list[Node] = field(default_factory=list)  # without comments and the package clause
    imports: dict[str, str] = field(default_factory=dict)  # name in the file -> path
    declared: dict[str, Node] = field(default_factory=dict)  # at the top: functions, types, values
    # Names bound anywhere: variables, parameters, type parameters.
    variables: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    @property
    def parses(self) -> bool:
        """Whether tree-sitter found no error."""
        return self.root is not None and self.error is None

    @property
    def statements(self) -> list[Node]:
        """What stands at the top and may only stand in a function."""
        return [node for node in self.top if node.type not in _DECLARATIONS]

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")


@lru_cache(maxsize=512)
def facts(code: str) -> Facts:
    """The facts of a text; without a tree where it is too large to look at."""
    data = code.encode("utf-8", "replace")
    found = Facts(data)
    if len(data) > MAX_BYTES:
        return found
    found.root = _parser().parse(data).root_node
    found.error = first_error(found.root)
    for node in found.root.children:
        if node.type == "package_clause":
            found.package = found.text(node).removeprefix("package").strip()
        elif node.is_named and node.type != "comment":
            found.top.append(node)
            _note_top(found, node)
    for node in nodes(found.root):
        _note(found, node)
    return found


def parses(code: str) -> bool:
    """Whether the text parses, as far as tree-sitter can tell."""
    data = code.encode("utf-8", "replace")
    return len(data) <= MAX_BYTES and not _parser().parse(data).root_node.has_error


def names_of(found: Facts, node: Node) -> list[str]:
    """The names that a declaration at the top declares (a method: none)."""
    if node.type == "function_declaration":
        name = node.child_by_field_name("name")
        return [found.text(name)] if name else []
    if node.type not in ("type_declaration", "var_declaration", "const_declaration"):
        return []
    names = []
    for spec in nodes(node):
        if spec.type in ("type_spec", "type_alias", "var_spec", "const_spec") and _is_own(
            spec, node
        ):
            names += [found.text(one) for one in spec.children_by_field_name("name")]
    return names


def is_member(node: Node) -> bool:
    """Whether it is the second name of a qualified type (`Reader` of `io.Reader`)."""
    above = node.parent
    if above is None or above.type != "qualified_type":
        return False
    return above.child_by_field_name("name") == node


def main_body(found: Facts) -> list[Node]:
    """The statements of `main` where they have lines of their own, else nothing."""
    main = found.declared.get("main")
    body = main.child_by_field_name("body") if main is not None else None
    if body is None or main is None or main.type != "function_declaration":
        return []
    lists = [one for one in body.named_children if one.type == "statement_list"]
    inner = [one for part in lists or [body] for one in part.named_children]
    rows = (main.start_point[0], main.end_point[0])
    apart = all(rows[0] < one.start_point[0] and one.end_point[0] < rows[1] for one in inner)
    return [one for one in inner if one.type != "comment"] if apart else []


def endless_loop(code: str) -> tuple[int, int] | None:
    """The row and byte column (0-based) of the only loop, or the only one that has no condition."""
    found = facts(code)
    loops = (
        [node for node in nodes(found.root) if node.type == "for_statement"] if found.root else []
    )
    bare = [node for node in loops if re.match(r"for\s*(true\s*)?(;\s*;\s*)?\{", found.text(node))]
    likely = bare or loops
    return (likely[0].start_point[0], likely[0].start_point[1]) if len(likely) == 1 else None


def package_name(path: str) -> str:
    """The name that a package of this path most likely has: https://go.dev/ref/mod#major-version-suffixes."""
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and _MAJOR.fullmatch(parts[-1]) else parts[-1]
    return re.sub(r"\.v\d+$", "", last).removeprefix("go-").removesuffix("-go").removesuffix(".go")


@lru_cache(maxsize=1)
def _grammar() -> Language:
    return Language(tree_sitter_go.language())


def _parser() -> Parser:
    # A parser is not made for two threads at once; a new one costs microseconds.
    return Parser(_grammar())


def _is_own(spec: Node, declaration: Node) -> bool:
    above = spec.parent
    while above is not None and above.id != declaration.id:
        if above.type == "block":
            return False
        above = above.parent
    return True


def _note_top(found: Facts, node: Node) -> None:
    if node.type == "import_declaration":
        for spec in nodes(node):
            if spec.type == "import_spec":
                _note_import(found, spec)
    for name in names_of(found, node):
        found.declared[name] = node


def _note_import(found: Facts, spec: Node) -> None:
    path, name = spec.child_by_field_name("path"), spec.child_by_field_name("name")
    if path is None:
        return
    text = found.text(path).strip('"`')
    alias = found.text(name) if name is not None else package_name(text)
    if alias not in ("_", "."):
        found.imports[alias] = text


def _note(found: Facts, node: Node) -> None:
    kind = node.type
    if kind in ("identifier", "type_identifier", "package_identifier") and not is_member(node):
        found.used.add(found.text(node))
    if kind in ("short_var_declaration", "range_clause"):
        left = node.child_by_field_name("left")
        if left is not None:
            found.variables.update(_identifiers(found, left))
    elif kind in _NAMING:
        found.variables.update(found.text(one) for one in node.children_by_field_name("name"))
    elif kind == "method_declaration":
        found.variables.update(_of_receiver(found, node))


def _of_receiver(found: Facts, method: Node) -> list[str]:
    """The type parameters that a method names anew: `T` of `func (s *Stack[T]) Push(value T)`."""
    receiver = method.child_by_field_name("receiver")
    lists = [one for one in nodes(receiver) if one.type == "type_arguments"] if receiver else []
    inner = (node for one in lists for node in nodes(one))
    return [found.text(node) for node in inner if node.type == "type_identifier"]


def _identifiers(found: Facts, node: Node) -> list[str]:
    return [found.text(one) for one in node.children if one.type == "identifier"]
