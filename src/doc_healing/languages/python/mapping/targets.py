"""The names that a snippet binds: by assignment, `as`, `for` and `case`."""

from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.python.mapping.annotations import Annotations
from doc_healing.languages.python.mapping.grammar import text_of
from doc_healing.languages.python.mapping.worth import (
    PLAIN,
    Instance,
    Known,
    Many,
    Worth,
    called,
    element,
    member,
)
from doc_healing.model import UseKind


@dataclass(slots=True)
class Targets(Annotations):
    """What stands on the left."""

    def bind(self, target: Node, worth: Worth, right: Node | None) -> None:
        """Gives a worth to what stands on the left."""
        if target.type == "identifier":
            self.scope[text_of(target)] = worth
        elif target.type in ("attribute", "subscript"):
            self.set_member(target, worth)
        elif target.type in ("list_splat_pattern", "list_splat"):
            for child in target.named_children:
                self.bind(child, Many(element(worth)), None)
        else:
            self.unpack(target, worth, right)

    def unpack(self, target: Node, worth: Worth, right: Node | None) -> None:
        """`a, b = x, y` one by one; of a call's result each is unknown."""
        spots = [one for one in target.named_children if one.type != "comment"]
        given = right.named_children if right is not None else []
        literal = right is not None and right.type in ("expression_list", "tuple", "list")
        paired = literal and len(given) == len(spots)
        for at, spot in enumerate(spots):
            if paired:
                quiet = len(self.found)
                self.bind(spot, self.value(given[at]), given[at])
                del self.found[quiet:]
            else:
                many = isinstance(worth, Many)
                self.bind(spot, element(worth) if many or worth is PLAIN else None, None)

    def set_member(self, target: Node, worth: Worth) -> None:
        """`self.x = y`, `client.timeout = 1`."""
        inner, spot = target.child_by_field_name("object"), target.child_by_field_name("attribute")
        owner = self.value(inner) if inner is not None else None
        if spot is None or inner is None:
            self.children(target)
        elif isinstance(owner, Instance):
            _, found = member(owner, text_of(spot))
            if isinstance(found, Known):
                self.note(found, UseKind.ATTRIBUTE, spot)
            owner.of.members.setdefault(text_of(spot), worth)
        else:
            self.of_member(owner, text_of(spot), spot, UseKind.ATTRIBUTE)

    def value_of_target(self, node: Node | None) -> Worth:
        """What was just bound."""
        return self.scope.get(text_of(node)) if node is not None else None

    def caught(self, node: Node) -> None:
        """`except E as e`: an instance of E."""
        value, alias = node.named_children[0], node.child_by_field_name("alias")
        worth = self.value(value)
        worth = element(worth) if isinstance(worth, Many) else worth
        if alias is not None and alias.named_children:
            self.bind(alias.named_children[0], called(worth), None)

    def pattern(self, node: Node) -> None:
        """A pattern of `case`: classes and constants are used, plain names are bound."""
        if self.deep():
            return
        self.depth += 1
        if node.type == "class_pattern":
            made = called(self.dotted(node.named_children[0]))
            for child in node.named_children[1:]:
                self.asked(made, child)
                self.pattern(child)
        elif node.type == "dotted_name":
            if node.named_child_count == 1:
                self.scope[text_of(node)] = None
            else:
                self.dotted(node)
        else:
            children = node.named_children
            if node.type == "keyword_pattern":
                children = children[1:]
            for child in children:
                if child.type == "identifier":
                    self.scope[text_of(child)] = None
                else:
                    self.pattern(child)
        self.depth -= 1

    def asked(self, owner: Worth, part: Node) -> None:
        """`x=...` of `case Point(x=0)`: a member of what the class makes."""
        inner = part.named_children[0] if part.named_children else part
        if inner.type == "keyword_pattern":
            spot = inner.named_children[0]
            self.of_member(owner, text_of(spot), spot, UseKind.ATTRIBUTE)

    def dotted(self, node: Node) -> Worth:
        """`a.b` where the grammar has a dotted name."""
        worth: Worth = None
        for at, child in enumerate(node.named_children):
            if at == 0:
                worth = self.name(child, UseKind.TYPE)
            else:
                worth = self.of_member(worth, text_of(child), child, UseKind.TYPE)
        return worth

    def as_pattern(self, node: Node) -> Worth:
        """`x as y`."""
        value, alias = node.named_children[0], node.child_by_field_name("alias")
        worth = self.value(value)
        if alias is not None and alias.named_children:
            self.bind(alias.named_children[0], worth, None)
        return worth
