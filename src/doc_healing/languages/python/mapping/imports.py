"""The names that a Python file takes from other modules."""

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import text_of
from doc_healing.model import Import


def imports(nodes: Iterable[Node]) -> list[Import]:
    """What these statements bind; `import a.b` binds `a`, and loads `a.b` besides."""
    return [one for node in nodes for one in of_statement(node)]


def of_statement(node: Node) -> Iterator[Import]:
    """What one `import` or `from` statement binds."""
    if node.type == "import_statement":
        yield from _plain(node)
    elif node.type == "import_from_statement":
        yield from _from(node)


def _plain(node: Node) -> Iterator[Import]:
    for child in node.named_children:
        line = child.start_point[0] + 1
        if child.type == "aliased_import":
            name = _compact(child.child_by_field_name("name"))
            yield Import(text_of(child.child_by_field_name("alias")), name, "", line)
        elif child.type == "dotted_name":
            whole = _compact(child)
            first = whole.partition(".")[0]
            yield Import(first, first, "", line)
            if first != whole:
                yield Import("", whole, "", line)


def _from(node: Node) -> Iterator[Import]:
    module = _compact(node.child_by_field_name("module_name"))
    for child in node.named_children[1:]:
        line = child.start_point[0] + 1
        if child.type == "wildcard_import":
            yield Import("", module, "*", line, exported=True)
        elif child.type == "aliased_import":
            name = text_of(child.child_by_field_name("name"))
            alias = text_of(child.child_by_field_name("alias"))
            yield Import(alias, module, name, line, exported=name == alias)
        elif child.type == "dotted_name":
            yield Import(text_of(child), module, text_of(child), line)


def _compact(node: Node | None) -> str:
    return "".join(text_of(node).split())
