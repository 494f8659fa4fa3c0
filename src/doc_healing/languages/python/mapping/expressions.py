"""What an expression of a snippet uses, and what its value is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import string_of, text_of
from doc_healing.languages.python.mapping.reader import LITERALS
from doc_healing.languages.python.mapping.targets import Targets
from doc_healing.languages.python.mapping.worth import (
    PLAIN,
    Instance,
    Known,
    Many,
    Own,
    OwnClass,
    Worth,
    called,
    element,
)
from doc_healing.model import Use, UseKind

# What these give is what they are given, or an element of it.
_PASSING = frozenset(
    "list tuple set frozenset sorted reversed iter copy.copy copy.deepcopy".split()
)
_TAKING = frozenset("next max min anext".split())
_UNKNOWN = frozenset("getattr vars super type enumerate zip map filter sum globals locals".split())


@dataclass(slots=True)
class Expressions(Targets):
    """What an expression is, by what it is made of."""

    def value(self, node: Node, kind: UseKind = UseKind.ATTRIBUTE) -> Worth:
        """What an expression is; what it uses is noted."""
        if self.deep():
            return None
        self.depth += 1
        if node.type in _NAMES:
            worth = _NAMES[node.type](self, node, kind)
        elif node.type in _EXPRESSIONS:
            worth = _EXPRESSIONS[node.type](self, node)
        elif node.type in LITERALS:
            worth = PLAIN
        else:
            worth = self.children(node)
        self.depth -= 1
        return worth

    def attribute(self, node: Node, kind: UseKind) -> Worth:
        """`a.b`."""
        inner, spot = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if inner is None or spot is None:
            return self.children(node)
        return self.of_member(self.value(inner), text_of(spot), spot, kind)

    def call(self, node: Node) -> Worth:
        """`f(x, k=1)`."""
        function, given = (
            node.child_by_field_name("function"),
            node.child_by_field_name("arguments"),
        )
        if function is None or given is None:
            return self.children(node)
        before = len(self.found)
        callee = self.value(function, UseKind.CALL)
        mine = self.found[-1] if len(self.found) > before else None
        arity, keywords = _shape(given)
        if mine is not None and mine.kind is UseKind.CALL and mine.arity is None:
            whole = Use(
                mine.module,
                mine.names,
                mine.kind,
                mine.line,
                mine.column,
                mine.origin,
                arity,
                keywords,
            )
            self.found[-1] = whole
        worths = [self.argument(child) for child in given.named_children if child.type != "comment"]
        if isinstance(callee, OwnClass) and "__init__" not in callee.members:
            for base in callee.bases:
                if isinstance(base, Known):
                    self.note(base, UseKind.CALL, function, arity, keywords)
        return self.given(text_of(function), callee, given, worths)

    def argument(self, node: Node) -> Worth:
        """One argument."""
        if node.type == "keyword_argument":
            value = node.child_by_field_name("value")
            return self.value(value) if value is not None else None
        return self.value(node)

    def given(self, name: str, callee: Worth, node: Node, worths: Sequence[Worth]) -> Worth:
        """What a call gives."""
        first = worths[0] if worths else None
        standard = callee is PLAIN or (isinstance(callee, Known) and self.standard(callee))
        if not standard:
            return called(callee)
        if name == "super" and self.within is not None:
            return Instance(OwnClass(self.within.bases))
        if name in _PASSING or (name.rpartition(".")[2] in ("run", "deepcopy") and worths):
            return first
        if name in _TAKING:
            return element(first)
        if name.endswith("import_module") and node.named_children:
            return self.loaded(node.named_children[0])
        if name == "getattr" and len(node.named_children) > 1:
            said = string_of(node.named_children[1])
            if said and said.isidentifier():
                return self.of_member(first, said, node.named_children[1], UseKind.ATTRIBUTE)
        return None if name in _UNKNOWN else called(callee)

    def loaded(self, node: Node) -> Worth:
        """The module that `import_module("a.b")` gives."""
        said = string_of(node)
        if not said or not all(part.isidentifier() for part in said.split(".")):
            return None
        known = Known(said, ())
        self.note(known, UseKind.IMPORT, node)
        return known

    def subscript(self, node: Node, kind: UseKind) -> Worth:
        """`a[0]`, `Model[int]`."""
        value = node.child_by_field_name("value")
        worth = self.value(value, kind) if value is not None else None
        sliced = False
        for child in node.children_by_field_name("subscript"):
            sliced = sliced or child.type == "slice"
            self.value(child)
        return worth if sliced else element(worth)

    def inner(self, node: Node, kind: UseKind) -> Worth:
        """`(a)`, `await a`: what is inside."""
        worths = [self.value(one, kind) for one in node.named_children if one.type != "comment"]
        return worths[0] if len(worths) == 1 else Many(worths[0] if worths else None)

    def several(self, node: Node) -> Worth:
        """`[a, b]`: what its first element is."""
        worths = [self.value(one) for one in node.named_children if one.type != "comment"]
        return Many(next((one for one in worths if one is not PLAIN), PLAIN))

    def either(self, node: Node) -> Worth:
        """`a if b else c`, `a or b`, `a + b`: the first whose owner is known."""
        worths = [self.value(one) for one in node.named_children]
        known = (one for one in worths if one is not None and one is not PLAIN)
        return next(known, PLAIN if worths and all(one is PLAIN for one in worths) else None)

    def compared(self, node: Node) -> Worth:
        """`a == b`."""
        self.children(node)
        return PLAIN

    def string(self, node: Node) -> Worth:
        """A string: of an interpolated one what is in its braces."""
        for child in node.named_children:
            if child.type in ("interpolation", "string"):
                self.value(child)
        return PLAIN

    def named(self, node: Node) -> Worth:
        """`(a := b)`."""
        value, name = node.child_by_field_name("value"), node.child_by_field_name("name")
        worth = self.value(value) if value is not None else None
        self.scope[text_of(name)] = worth
        return worth

    def anonymous(self, node: Node) -> Worth:
        """`lambda a: b`."""
        body = node.child_by_field_name("body")
        taken = node.child_by_field_name("parameters")
        outer, self.scope = self.scope, dict(self.scope)
        for child in taken.named_children if taken is not None else ():
            value = child.child_by_field_name("value")
            worth = self.value(value) if value is not None else None
            spot = child.child_by_field_name("name") or child
            self.scope[text_of(spot).lstrip("*")] = worth
        given = self.value(body) if body is not None else None
        self.scope = outer
        return Own(given)

    def comprehension(self, node: Node) -> Worth:
        """`[a for a in b]`: its names are its own."""
        outer, self.scope = self.scope, dict(self.scope)
        for child in node.named_children:
            if child.type == "for_in_clause":
                self.clause(child)
            elif child.type == "if_clause":
                self.children(child)
        body = node.child_by_field_name("body")
        worth = self.value(body) if body is not None else None
        self.scope = outer
        return Many(worth)

    def clause(self, node: Node) -> None:
        """`for a in b` within a comprehension."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        worth = self.value(right) if right is not None else None
        if left is not None:
            self.bind(left, element(worth), None)


def _shape(node: Node) -> tuple[int | None, tuple[str, ...]]:
    """How many positional arguments, and which keywords."""
    if node.type != "argument_list":
        return 1, ()
    count: int | None = 0
    keywords = []
    for child in node.named_children:
        if child.type == "keyword_argument":
            keywords.append(text_of(child.child_by_field_name("name")))
        elif child.type == "list_splat":
            count = None
        elif child.type not in ("dictionary_splat", "comment") and count is not None:
            count += 1
    return count, tuple(keywords)


_NAMES: dict[str, Callable[[Expressions, Node, UseKind], Worth]] = {
    "identifier": Expressions.name,
    "attribute": Expressions.attribute,
    "subscript": Expressions.subscript,
    "parenthesized_expression": Expressions.inner,
    "await": Expressions.inner,
}
_EXPRESSIONS: dict[str, Callable[[Expressions, Node], Worth]] = {
    "call": Expressions.call,
    "list": Expressions.several,
    "tuple": Expressions.several,
    "set": Expressions.several,
    "expression_list": Expressions.several,
    "conditional_expression": Expressions.either,
    "boolean_operator": Expressions.either,
    "binary_operator": Expressions.either,
    "comparison_operator": Expressions.compared,
    "not_operator": Expressions.compared,
    "string": Expressions.string,
    "concatenated_string": Expressions.string,
    "named_expression": Expressions.named,
    "lambda": Expressions.anonymous,
    "list_comprehension": Expressions.comprehension,
    "set_comprehension": Expressions.comprehension,
    "generator_expression": Expressions.comprehension,
    "dictionary_comprehension": Expressions.comprehension,
    "as_pattern": Expressions.as_pattern,
    "type": Expressions.annotation,
}
