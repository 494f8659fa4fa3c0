"""What a walk over a snippet knows: its names so far, and what it found that is used."""

import builtins
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import text_of
from doc_healing.languages.python.mapping.worth import (
    PLAIN,
    Known,
    OwnClass,
    Scope,
    Scopes,
    Worth,
    member,
)
from doc_healing.model import Origin, Use, UseKind

_DEEPEST = 120
_MOST = 20_000  # uses
_BUILTINS = frozenset(dir(builtins)) | {
    *("__file__", "__path__", "ExceptionGroup", "BaseExceptionGroup", "aiter", "anext"),
    *("reveal_type", "get_ipython", "display", "In", "Out", "exit", "quit"),
}
LITERALS = frozenset("integer float true false none ellipsis comment".split())


@dataclass(slots=True)
class Reader(ABC):
    """Scope, what was found so far, and where the walk stands."""

    scope: Scope
    stars: list[str]
    final: Scopes  # what the whole text binds at its top in the end
    found: list[Use] = field(default_factory=list)
    depth: int = 0
    within: OwnClass | None = None  # the class whose methods these are
    returned: Worth = None

    @abstractmethod
    def value(self, node: Node, kind: UseKind = UseKind.ATTRIBUTE) -> Worth:
        """What an expression is; what it uses is noted."""

    def children(self, node: Node) -> Worth:
        """Everything below a node; what they are together is unknown, unless all are plain."""
        worths = [self.value(child) for child in node.named_children]
        return PLAIN if all(one is PLAIN for one in worths) else None

    def deep(self) -> bool:
        """Whether to go no deeper."""
        return self.depth > _DEEPEST or len(self.found) > _MOST

    def note(
        self,
        known: Known,
        kind: UseKind,
        spot: Node,
        arity: int | None = None,
        keywords: tuple[str, ...] = (),
    ) -> None:
        """A use, at the place of its name."""
        line, column = spot.start_point
        self.found.append(
            Use(
                known.module, known.names, kind, line + 1, column + 1, known.origin, arity, keywords
            )
        )

    def look(self, name: str) -> Worth:
        """What a name is bound to."""
        if name in self.scope:
            return self.scope[name]
        if name in self.final:
            return self.final[name]
        if name in _BUILTINS or not name:
            return PLAIN
        if self.stars:
            return Known(" ".join(dict.fromkeys(self.stars)), (name,), Origin.STAR)
        return Known("", (name,), Origin.BARE)

    def of_member(self, worth: Worth, name: str, spot: Node, kind: UseKind, *call: object) -> Worth:
        """A member of something."""
        own, found = member(worth, name)
        if own:
            return found
        if isinstance(found, Known):
            self.note(found, kind, spot, *call)  # type: ignore[arg-type]
        elif not (name.startswith("__") and name.endswith("__")):
            self.note(Known("", (name,), Origin.RECEIVER), kind, spot, *call)  # type: ignore[arg-type]
        return found

    def standard(self, known: Known) -> bool:
        """Whether it is of the standard library."""
        return known.module.partition(".")[0] in sys.stdlib_module_names

    def name(self, node: Node, kind: UseKind) -> Worth:
        """A bare name."""
        worth = self.look(text_of(node))
        if isinstance(worth, Known) and _is_direct(worth, text_of(node)):
            self.note(worth, kind, node)
        return worth


def _is_direct(known: Known, name: str) -> bool:
    """Whether a bound name is an imported thing itself, and not what some call gave."""
    return known.names[-1:] == (name,) or (
        len(known.names) == 1 and known.origin is Origin.IMPORTED
    )
