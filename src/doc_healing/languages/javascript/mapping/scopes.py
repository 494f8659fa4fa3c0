"""The names of a snippet while it is read, and the uses found so far."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.known import is_global
from doc_healing.languages.javascript.mapping.traced import PLAIN, Known, Own, Value
from doc_healing.model import CALL, ELEMENT, Origin, Use, UseKind

MAX_USES = 5000
MAX_DEPTH = 150


@dataclass(frozen=True, slots=True)
class Readers:
    """How what stands within a function, a class or an element is read in its turn."""

    value: "Callable[[Scopes, Node | None], Known]"
    block: "Callable[[Scopes, Node], None]"
    path: "Callable[[Scopes, Node], tuple[Known, Node]]"  # not told yet, and its last name


@dataclass(slots=True)
class Scopes:
    """What is bound, innermost last. `quiet`: the blocks before are followed and not told."""

    scopes: list[dict[str, Known]] = field(default_factory=lambda: [{}])
    found: list[Use] = field(default_factory=list)
    data: bytes = b""
    added: int = 0  # lines before the snippet's first
    quiet: bool = False
    depth: int = 0
    this: list[Own] = field(default_factory=list)
    results: list[list[Known]] = field(default_factory=list)

    def bind(self, name: str, known: Known) -> None:
        """Bind a name in the innermost scope."""
        self.scopes[-1][name] = known

    def assign(self, name: str, known: Known) -> None:
        """Bind a name where it is declared; at the top where it is not."""
        for scope in reversed(self.scopes):
            if name in scope:
                scope[name] = known
                return
        self.scopes[0][name] = known

    def look_up(self, name: str) -> Known:
        """What a name stands for; one that nothing binds comes from nobody knows where."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        if is_global(name):
            return PLAIN
        return Value("", (name,), Origin.BARE)

    def use(
        self,
        known: Known,
        kind: UseKind,
        at: Node,
        arity: int | None = None,
        keywords: tuple[str, ...] = (),
    ) -> None:
        """Tell a use of what came from elsewhere."""
        if self.quiet or not isinstance(known, Value) or len(self.found) >= MAX_USES:
            return
        if not known.names and (not known.module or kind is not UseKind.IMPORT):
            return  # a module in passing: that it is imported is told
        if known.names and known.names[-1] in (CALL, ELEMENT):
            return  # what a call gave, in passing
        row, column = at.start_point
        self.found.append(
            Use(
                module=known.module,
                names=known.names,
                kind=kind,
                line=max(1, row + 1 - self.added),
                column=self._characters(at.start_byte, column) + 1,
                origin=known.origin,
                arity=arity,
                keywords=keywords,
            )
        )

    def _characters(self, start: int, column: int) -> int:
        """A column in characters: tree-sitter counts bytes."""
        return len(self.data[start - column : start].decode("utf-8", "replace"))
