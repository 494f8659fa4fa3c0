"""The definitions of a file, each with what it is a member of: one pass over what the query found.

A definition within a function is nobody's to use, and no symbol.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import string_of, text_of

_INITS = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__", "setup"})
_LISTS = ("__all__", "__slots__")  # of names, and nothing by themselves
_NAME = re.compile(r"^[^\W\d]\w*$")


@dataclass(slots=True)
class Draft:
    """A definition as it stands in the file: `tag` is class, function, assign, field or type."""

    tag: str
    node: Node
    name: str  # qualified
    holder: "Draft | None"
    body: Node | None = None
    decorators: list[Node] = field(default_factory=list)
    doc: Node | None = None
    conditional: bool = False  # it stands below an `if` or a `try`
    returns: list[Node] = field(default_factory=list)
    assignments: list[Node] = field(default_factory=list)  # of a class
    members: "list[Draft]" = field(default_factory=list)  # of a class

    @property
    def last(self) -> str:
        """Its own name."""
        return self.name.rpartition(".")[2]


@dataclass(slots=True)
class _Level:
    end: int
    draft: Draft | None  # None: nothing within it is a symbol
    column: int


@dataclass(slots=True)
class Drafts:
    """All definitions of a file in their order, and the imports at its top."""

    found: list[Draft] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)
    decorated: dict[int, Node] = field(default_factory=dict)


_ORDER = ("script", "decorated", "class", "function", "assign", "type", "import", "return")


def drafts(captured: Mapping[str, list[Node]]) -> Drafts:
    """What a file defines, by what the query captured of it."""
    entries = [
        (node.start_byte, at, node)
        for at, tag in enumerate(_ORDER)
        for node in captured.get(tag, ())
    ]
    entries.sort(key=lambda entry: entry[:2])
    made = Drafts()
    levels = made.levels
    for start, at, node in entries:
        while levels and levels[-1].end <= start:
            levels.pop()
        _ENTER[_ORDER[at]](made, node)
    return made


def _script(made: Drafts, node: Node) -> None:
    """What stands below `if __name__ == "__main__":` is nobody's to import."""
    said = text_of(node.child_by_field_name("condition"))
    if "__name__" in said and "__main__" in said:
        made.levels.append(_Level(node.end_byte, None, 0))


def _decorated(made: Drafts, node: Node) -> None:
    inner = node.child_by_field_name("definition")
    if inner is not None:
        made.decorated[inner.start_byte] = node


def _definition(made: Drafts, node: Node, tag: str) -> None:
    body = node.child_by_field_name("body")
    top = made.levels[-1] if made.levels else None
    named = text_of(node.child_by_field_name("name"))
    within = top is not None and (top.draft is None or top.draft.tag != "class")
    draft = None
    if not within and _NAME.match(named):
        holder = top.draft if top is not None else None
        draft = _draft(made, tag, node, named, holder)
        draft.body, draft.doc = body, _docstring(body)
    column = body.start_point[1] if body is not None else 0
    made.levels.append(_Level(node.end_byte, draft, column))


def _draft(made: Drafts, tag: str, node: Node, name: str, holder: Draft | None) -> Draft:
    outer = made.decorated.pop(node.start_byte, None)
    draft = Draft(tag, node, f"{holder.name}.{name}" if holder else name, holder)
    column = (outer or node).start_point[1]
    draft.conditional = column > (made.levels[-1].column if made.levels else 0)
    if outer is not None:
        draft.decorators = [one for one in outer.named_children if one.type == "decorator"]
    made.found.append(draft)
    if holder is not None:
        holder.members.append(draft)
    return draft


def _docstring(body: Node | None) -> Node | None:
    for statement in body.named_children if body is not None else ():
        if statement.type == "comment":
            continue
        if statement.type != "expression_statement" or not statement.named_children:
            return None
        value = statement.named_children[0]
        return value if string_of(value) is not None else None
    return None


def _assign(made: Drafts, node: Node) -> None:
    top = made.levels[-1] if made.levels else None
    if top is None or (top.draft is not None and top.draft.tag == "class"):
        holder = top.draft if top is not None else None
        if holder is not None:
            holder.assignments.append(node)
        for name in _targets(node):
            _draft(made, "assign", node, name, holder)
        return
    method = top.draft
    if method is None or method.holder is None or method.last not in _INITS:
        return
    known = {member.last for member in method.holder.members}
    for name in _own_targets(node, method):
        if name not in known:
            known.add(name)
            _draft(made, "field", node, name, method.holder).conditional = False


def _targets(node: Node | None) -> Iterator[str]:
    """`a`, `b` and `c` of `a = b, c = ...`."""
    while node is not None and node.type == "assignment":
        left = node.child_by_field_name("left")
        several = left is not None and left.type in ("pattern_list", "tuple_pattern")
        for one in (left.named_children if several else [left]) if left is not None else []:
            if one.type == "identifier" and text_of(one) not in _LISTS:
                yield text_of(one)
        node = node.child_by_field_name("right")


def _own_targets(node: Node | None, method: Draft) -> Iterator[str]:
    """`x` of `self.x = ...` in a method whose receiver is `self`."""
    own = _receiver(method)
    while node is not None and node.type == "assignment":
        left = node.child_by_field_name("left")
        several = left is not None and left.type in ("pattern_list", "tuple_pattern")
        for one in (left.named_children if several else [left]) if left is not None else []:
            if one.type == "attribute" and text_of(one.child_by_field_name("object")) == own:
                yield text_of(one.child_by_field_name("attribute"))
        node = node.child_by_field_name("right")


def _receiver(method: Draft) -> str:
    taken = method.node.child_by_field_name("parameters")
    first = taken.named_children[0] if taken is not None and taken.named_children else None
    return text_of(first) if first is not None and first.type == "identifier" else "self"


def _type(made: Drafts, node: Node) -> None:
    top = made.levels[-1] if made.levels else None
    if top is not None and (top.draft is None or top.draft.tag != "class"):
        return
    left = node.child_by_field_name("left")
    found = re.match(r"[^\W\d]\w*", text_of(left))
    if found is not None:
        _draft(made, "type", node, found[0], top.draft if top is not None else None)


def _import(made: Drafts, node: Node) -> None:
    if not made.levels:
        made.imports.append(node)


def _return(made: Drafts, node: Node) -> None:
    draft = made.levels[-1].draft if made.levels else None
    if draft is not None and draft.tag == "function":
        draft.returns.append(node)


_ENTER = {
    "script": _script,
    "decorated": _decorated,
    "class": lambda made, node: _definition(made, node, "class"),
    "function": lambda made, node: _definition(made, node, "function"),
    "assign": _assign,
    "type": _type,
    "import": _import,
    "return": _return,
}
