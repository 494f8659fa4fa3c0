"""Variables that a program declares more than once: the earlier ones under names of their own.

Documents show two ways in one block, and blocks that start anew with the same names; `jshell`
takes both (https://openjdk.org/jeps/222). An alias has as many characters as the name, so that
columns stay the document's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.java.tree import TYPES, modifiers, name_of, text_of
from doc_healing.languages.trees import nodes
from doc_healing.model import Snippet

_ALIASES = 0xAC00  # letters that no name of a document is likely to end with
_MOST = 2000
_CLOSED = TYPES | {"method_declaration", "constructor_declaration", "class_body"}
_Parts = Sequence[tuple[Snippet, Sequence[Node]]]
_Use = tuple[int, int, str]  # column and end in characters, and the alias


@dataclass(frozen=True, slots=True)
class Renamed:
    """Where in the snippets which name stands as which alias; `names`: each alias's name."""

    uses: Mapping[tuple[int, int], Sequence[_Use]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def applied(self, text: str, snippet: Snippet, row: int) -> str:
        """A line of a snippet (as long as it stands in the document) with its aliases."""
        for start, end, alias in self.uses.get((id(snippet), row), ()):
            if self.names[alias] == text[start:end]:
                text = text[:start] + alias + text[end:]
        return text

    def name(self, snippet: Snippet, declarator: Node) -> str:
        """The name that a variable's declarator has in the program."""
        return self.within(name_of(declarator), snippet, declarator.start_point[0])

    def within(self, text: str, snippet: Snippet, row: int) -> str:
        """What we write of a line: its names become the aliases."""
        for _, _, alias in self.uses.get((id(snippet), row), ()):
            name = self.names[alias]
            if text == name or text.endswith(f", {name});"):
                head, _, tail = text.rpartition(name)
                text = f"{head}{alias}{tail}"
        return text


def renamed(parts: _Parts, inner: set[str]) -> Renamed:
    """The aliases of all variables that a later statement or snippet declares again.

    Not of those that methods and types use (`inner`): which one these mean cannot be told. Two
    declarations with nothing between them are a slip, and javac says so.
    """
    uses: dict[tuple[int, int], list[_Use]] = {}
    names: dict[str, str] = {}
    for name, spans in _spans(parts, inner).items():
        for number, span in enumerate(spans[:-1]):
            alias = name[:-1] + chr(_ALIASES + number)
            names[alias] = name
            stop = spans[number + 1]
            for snippet, node in _between(parts, span, stop, name):
                column = _characters(snippet, *node.start_point)
                key = (id(snippet), node.start_point[0])
                uses.setdefault(key, []).append((column, column + len(name), alias))
    return Renamed(uses, names)


_Place = tuple[int, int]  # the index of a snippet and of a part within it


def _spans(parts: _Parts, inner: set[str]) -> dict[str, list[_Place]]:
    """Where each variable that is declared apart more than once begins to hold."""
    found: dict[str, list[_Place]] = {}
    slips: set[str] = set()
    for at, (snippet, nodes_of) in enumerate(parts):
        for number, node in enumerate(nodes_of):
            for name in _variables(node):
                places = found.setdefault(name, [])
                if places and places[-1][0] == at:
                    before = nodes_of[places[-1][1]]
                    if not _apart(snippet, before, node):
                        slips.add(name)
                places.append((at, number))
        for name in _within_statements(nodes_of) & found.keys():
            if found[name][-1][0] < at:
                found[name].append((at, 0))
    return {
        name: places
        for name, places in found.items()
        if 1 < len(places) < _MOST and name not in inner | slips
    }


def _variables(node: Node) -> set[str]:
    if node.type != "local_variable_declaration" or modifiers(node) & {"static", "private"}:
        return set()
    return {name_of(one) for one in node.children_by_field_name("declarator")} - {""}


def _within_statements(parts: Sequence[Node]) -> set[str]:
    """What loops, lambdas and inner blocks declare: none may hide a variable around it."""
    found: set[str] = set()
    stack = [node for node in parts if not _variables(node)] + [
        child for node in parts if _variables(node) for child in node.children
        for child in child.children
    ]  # fmt: skip
    while stack:
        node = stack.pop()
        if node.type in _CLOSED:
            continue
        if node.type in ("variable_declarator", "formal_parameter", "enhanced_for_statement",
                         "resource", "catch_formal_parameter"):  # fmt: skip
            found.add(name_of(node))
        elif node.type == "lambda_expression":
            found |= _parameters(node)
        stack.extend(node.children)
    return found - {""}


def _parameters(node: Node) -> set[str]:
    given = node.child_by_field_name("parameters")
    if given is None:
        return set()
    if given.type == "identifier":
        return {text_of(given)}
    return {text_of(one) for one in given.named_children if one.type == "identifier"}


def _apart(snippet: Snippet, before: Node, node: Node) -> bool:
    rows = range(before.start_point[0] + 1, node.start_point[0])
    between = [snippet.lines[row].text.strip() for row in rows if row < len(snippet.lines)]
    return any(not one or one.startswith("//") for one in between)


def _between(
    parts: _Parts, start: _Place, stop: _Place, name: str
) -> Iterator[tuple[Snippet, Node]]:
    """The uses of a name from the part where it begins to hold up to where it no longer does."""
    for at, (snippet, nodes_of) in enumerate(parts):
        for number, part in enumerate(nodes_of):
            if start <= (at, number) < stop and part.type not in _CLOSED:
                for node in nodes(part):
                    if node.type == "identifier" and text_of(node) == name and _is_variable(node):
                        yield snippet, node


def _is_variable(node: Node) -> bool:
    above = node.parent
    if above is None or above.type == "scoped_identifier":
        return False
    names = ("field",) if above.type == "field_access" else ("name",)
    if above.type in ("field_access", "method_invocation"):
        return all(
            one is None or one.id != node.id for one in map(above.child_by_field_name, names)
        )
    if above.type == "method_reference":
        return above.named_children[0].id == node.id
    return above.type not in ("labeled_statement", "break_statement", "continue_statement")


def _characters(snippet: Snippet, row: int, column: int) -> int:
    data = snippet.lines[row].text.encode("utf-8", "replace") if row < len(snippet.lines) else b""
    return len(data[:column].decode("utf-8", "replace"))
