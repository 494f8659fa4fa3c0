"""What names stand for in a snippet: imports, its own definitions, values of what they give."""

from dataclasses import dataclass, field

from doc_healing.languages.rust.mapping import known
from doc_healing.model import CALL, STAR, Import, Origin


@dataclass(frozen=True, slots=True)
class Value:
    """Something of a module: a name of it, or what steps from one lead to."""

    module: str
    names: tuple[str, ...]
    origin: Origin = Origin.IMPORTED
    held: bool = False  # in a variable: its name is the snippet's own

    def step(self, *steps: str) -> "Value":
        """What further steps lead to."""
        return Value(self.module, (*self.names, *steps), self.origin)

    def instance(self) -> "Value":
        """A value of this type; of the variant of an enum, of the enum."""
        if self.variant:
            return Value(self.module, (*self.names[:-1], CALL), self.origin)
        return self.step(CALL)

    def field(self, name: str) -> "Value":
        """A field of a struct's instance; of a variant its own."""
        return self.step(name) if self.variant else self.step(CALL, name)

    @property
    def variant(self) -> bool:
        """Whether it reads as the variant of an enum: `Kind::A`."""
        return len(self.names) > 1 and all(name[:1].isupper() for name in self.names[-2:])


@dataclass(frozen=True, slots=True)
class Own:
    """Of the snippet itself, of the standard library, or a literal: no use of a project."""

    value: "Value | None" = None  # what calling it gives, where it says so


Meaning = Value | Own | None  # None: nobody knows
OWN = Own()


@dataclass(slots=True)
class Names:
    """The names in reach, innermost last; and the modules imported whole."""

    scopes: list[dict[str, Meaning]] = field(default_factory=lambda: [{}])
    stars: list[str] = field(default_factory=list)

    def bind(self, name: str, meaning: Meaning) -> None:
        """Let a name stand for something from here on."""
        self.scopes[-1][name] = meaning

    def find(self, name: str) -> Meaning:
        """What a bound name stands for."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def bound(self, name: str) -> bool:
        """Whether the snippet binds a name."""
        return any(name in scope for scope in self.scopes)

    def take(self, bound: Import) -> None:
        """Bind what a `use` binds."""
        crate = bound.module.partition("::")[0]
        if bound.member == STAR:
            if crate not in known.STD | known.SELVES and bound.module not in self.stars:
                self.stars.append(bound.module)
        elif bound.name:
            self.bind(bound.name, self.imported(bound))

    def imported(self, bound: Import) -> Meaning:
        """What an import stands for, where it is of a project."""
        first, *rest = bound.module.split("::")
        if first in known.STD or first in known.SELVES:
            return OWN
        if bound.member and self.bound(first):  # `use krate; use krate::a::B`, `use E::*`
            meaning = self.find(first)
            if isinstance(meaning, Value):
                plain = meaning.module == first and not meaning.names
                return (
                    Value(bound.module, (bound.member,))
                    if plain
                    else meaning.step(*rest, bound.member)
                )
            return OWN
        return Value(bound.module, (bound.member,) if bound.member else ())

    def path(self, parts: list[str]) -> Meaning:
        """What a path stands for: `krate::a::f`, `Client::new`, `Client`, `variable`."""
        first, rest = parts[0], parts[1:]
        if self.bound(first):
            meaning = self.find(first)
            return meaning.step(*rest) if rest and isinstance(meaning, Value) else meaning
        if first in known.SELVES | known.PRIMITIVES or (rest and first in known.STD):
            return OWN
        if first == "_":
            return None
        if rest and not first[:1].isupper():
            return Value(first, tuple(rest))
        usual = first in known.PRELUDE or first in known.USUAL
        if self.stars and (not usual or first == "Result"):
            return Value(" ".join(self.stars), tuple(parts), Origin.STAR)
        return OWN if usual else Value("", tuple(parts), Origin.BARE)
