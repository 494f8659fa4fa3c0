"""A walk over a snippet's tree: binds its names, and notes what it uses of others."""

from collections.abc import Callable

from tree_sitter import Node

from doc_healing.languages.python.mapping.expressions import Expressions
from doc_healing.languages.python.mapping.grammar import text_of
from doc_healing.languages.python.mapping.imports import of_statement
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
from doc_healing.model import STAR, UseKind


class Walk(Expressions):
    """The statements of a snippet, in their order; what is below each is in `expressions`."""

    def block(self, node: Node) -> None:
        """The statements of a module or of a block; an ERROR is read as far as it goes."""
        for child in node.named_children:
            self.statement(child)

    def statement(self, node: Node) -> None:
        """One statement, or the expression that stands for it."""
        if self.deep():
            return
        self.depth += 1
        visit = _STATEMENTS.get(node.type)
        if visit is not None:
            visit(self, node)
        elif node.type in _BLOCKS:
            self.block(node)
        else:
            self.value(node)
        self.depth -= 1

    def imported(self, node: Node) -> None:
        """`import` and `from`: the names that they bind, and a use of what they name."""
        children = [one for one in node.named_children if one.type != "comment"]
        spots = iter(children if node.type == "import_statement" else children[1:])
        found = list(of_statement(node))
        for at, one in enumerate(found):
            known = Known(one.module, (one.member,) if one.member else ())
            if one.name:
                self.scope[one.name] = known
            if one.member == STAR:
                self.stars.append(one.module)
            loads = at + 1 < len(found) and not found[at + 1].name and not found[at + 1].member
            if not loads:  # of `import a.b` the whole is the use
                spot = next(spots, node)
                self.note(known, UseKind.IMPORT, _imported_spot(spot, last=bool(one.member)))

    def assignment(self, node: Node) -> None:
        """`a = b`, `a: T = b`."""
        right, type_ = node.child_by_field_name("right"), node.child_by_field_name("type")
        written = self.annotation(type_) if type_ is not None else None
        given: Worth = PLAIN
        if right is not None:
            if right.type == "assignment":
                self.assignment(right)
                given = self.value_of_target(right.child_by_field_name("left"))
            else:
                given = self.value(right)
        left = node.child_by_field_name("left")
        if left is not None:
            self.bind(left, written if type_ is not None and written is not None else given, right)

    def augmented(self, node: Node) -> None:
        """`a += b`."""
        for name in ("left", "right"):
            child = node.child_by_field_name(name)
            if child is not None:
                self.value(child)

    def loop(self, node: Node) -> None:
        """`for a in b:`."""
        right, left = node.child_by_field_name("right"), node.child_by_field_name("left")
        given = self.value(right) if right is not None else None
        if left is not None:
            self.bind(left, element(given), None)
        for name in ("body", "alternative"):
            child = node.child_by_field_name(name)
            if child is not None:
                self.statement(child)

    def function(self, node: Node) -> None:
        """`def`: its signature here, its body in a scope of its own."""
        name = text_of(node.child_by_field_name("name"))
        returns = node.child_by_field_name("return_type")
        written = self.annotation(returns) if returns is not None else None
        inner = self.inside(node)
        body = node.child_by_field_name("body")
        own = Own(written)
        self.scope[name] = own
        if body is not None:
            inner.statement(body)
        self.scope[name] = Own(written if written is not None else inner.returned)
        self.found.extend(inner.found if inner.found is not self.found else ())

    def inside(self, node: Node) -> "Walk":
        """A walk of a function's body, its parameters bound."""
        inner = Walk(dict(self.scope), self.stars, self.final)
        inner.found, inner.depth, inner.within = self.found, self.depth, self.within
        self.parameters(node.child_by_field_name("parameters"), inner)
        return inner

    def parameters(self, node: Node | None, inner: "Walk") -> None:
        """Binds parameters by their annotation, else their default; the receiver by its class."""
        for at, child in enumerate(node.named_children if node is not None else ()):
            type_ = child.child_by_field_name("type")
            default = child.child_by_field_name("value")
            given = self.value(default) if default is not None else None
            worth: Worth = self.annotation(type_) if type_ is not None else None
            spot = child.child_by_field_name("name")
            if spot is None:
                spot = child.named_children[0] if child.named_children else child
            if spot.type in ("list_splat_pattern", "dictionary_splat_pattern"):
                spot, worth = spot.named_children[0], Many(worth)
            elif at == 0 and type_ is None and self.within is not None:
                worth = Instance(self.within)
            elif worth is None and default is not None and given is not PLAIN:
                worth = given
            inner.scope[text_of(spot)] = worth

    def class_(self, node: Node) -> None:
        """`class`: its bases, and its body in a scope of its own."""
        given = node.child_by_field_name("superclasses")
        bases = []
        for child in given.named_children if given is not None else ():
            if child.type == "keyword_argument":
                value = child.child_by_field_name("value")
                self.value(value) if value is not None else None
            else:
                bases.append(self.value(child, UseKind.SUBCLASS))
        own = OwnClass(tuple(one for one in bases if one is not None))
        name = text_of(node.child_by_field_name("name"))
        self.scope[name] = own
        inner = Walk(dict(self.scope), self.stars, self.final)
        inner.found, inner.depth, inner.within = self.found, self.depth, own
        before = set(inner.scope)
        body = node.child_by_field_name("body")
        if body is not None:
            inner.members(body, own, before)
        self.overrides(node, own)

    def members(self, body: Node, own: OwnClass, before: set[str]) -> None:
        """A class's statements; what each binds is a member from there on."""
        for child in body.named_children:
            self.statement(child)
            for name, worth in self.scope.items():
                if name not in before or child.type in ("function_definition", "assignment"):
                    own.members.setdefault(name, worth)
        for name in _defined(body):
            own.members.setdefault(name, self.scope.get(name))

    def overrides(self, node: Node, own: OwnClass) -> None:
        """A method of the snippet's class may be one of its base's: then it depends on that."""
        body = node.child_by_field_name("body")
        bases = [one for one in own.bases if isinstance(one, Known)]
        for name, spot in (_defined(body) if body is not None else {}).items():
            for base in bases:
                self.note(base.then(name), UseKind.SUBCLASS, spot)

    def decorated(self, node: Node) -> None:
        """A definition, and what its decorators make of it."""
        worths = [
            self.value(child.named_children[0], UseKind.CALL)
            for child in node.named_children
            if child.type == "decorator" and child.named_children
        ]
        inner = node.child_by_field_name("definition")
        if inner is None:
            return
        self.statement(inner)
        name = text_of(inner.child_by_field_name("name"))
        outer = next((one for one in worths if isinstance(one, Known)), None)
        if outer is not None and not self.standard(outer) and name in self.scope:
            if inner.type == "function_definition":
                self.scope[name] = outer.then("()")
        elif worths and _is_property(node) and isinstance(self.scope.get(name), Own):
            self.scope[name] = called(self.scope[name])

    def returning(self, node: Node) -> None:
        """`return x`: what the function gives, as far as this one tells."""
        for child in node.named_children:
            worth = self.value(child)
            self.returned = self.returned if self.returned is not None else worth

    def yielding(self, node: Node) -> None:
        """`yield x`."""
        for child in node.named_children:
            worth = self.value(child)
            self.returned = self.returned if self.returned is not None else Many(worth)

    def catching(self, node: Node) -> None:
        """`except E as e:`."""
        for child in node.named_children:
            if child.type == "as_pattern":
                self.caught(child)
            elif child.type == "block":
                self.block(child)
            else:
                self.value(child)

    def case(self, node: Node) -> None:
        """`case Point(x=0):`."""
        for child in node.named_children:
            if child.type == "case_pattern":
                self.pattern(child)
            else:
                self.statement(child)

    def deleting(self, node: Node) -> None:
        """`del a.b, c[d]`: of a plain name nothing is used."""
        for child in node.named_children:
            for one in child.named_children if child.type == "expression_list" else (child,):
                if one.type != "identifier":
                    self.value(one)

    def forgets(self, node: Node) -> None:
        """`global x`: nothing that is used."""


def _imported_spot(node: Node, *, last: bool) -> Node:
    if node.type == "aliased_import":
        node = node.child_by_field_name("name") or node
    return node.named_children[-1] if last and node.type == "dotted_name" else node


def _defined(body: Node) -> dict[str, Node]:
    """The names of the methods and variables of a class's body, with their places."""
    found: dict[str, Node] = {}
    for child in body.named_children:
        inner = (
            child.child_by_field_name("definition")
            if child.type == "decorated_definition"
            else child
        )
        if inner is not None and inner.type == "expression_statement" and inner.named_children:
            first = inner.named_children[0]
            spot = first.child_by_field_name("left") if first.type == "assignment" else None
        else:
            spot = inner.child_by_field_name("name") if inner is not None else None
        if spot is not None and spot.type == "identifier":
            found.setdefault(text_of(spot), spot)
    return found


def _is_property(node: Node) -> bool:
    return any(
        text_of(one).rstrip("()").endswith("property")
        for one in node.named_children
        if one.type == "decorator"
    )


_BLOCKS = frozenset(
    "block module ERROR expression_statement if_statement elif_clause else_clause try_statement "
    "finally_clause while_statement with_statement with_clause match_statement "
    "assert_statement raise_statement except_group_clause".split()
)
_STATEMENTS: dict[str, Callable[[Walk, Node], None]] = {
    "import_statement": Walk.imported,
    "import_from_statement": Walk.imported,
    "assignment": Walk.assignment,
    "augmented_assignment": Walk.augmented,
    "for_statement": Walk.loop,
    "function_definition": Walk.function,
    "class_definition": Walk.class_,
    "decorated_definition": Walk.decorated,
    "return_statement": Walk.returning,
    "yield": Walk.yielding,
    "except_clause": Walk.catching,
    "case_clause": Walk.case,
    "delete_statement": Walk.deleting,
    "global_statement": Walk.forgets,
    "nonlocal_statement": Walk.forgets,
    "comment": Walk.forgets,
    "future_import_statement": Walk.forgets,
}
