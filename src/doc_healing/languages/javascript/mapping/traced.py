"""What a name of a snippet stands for, as far back as it can be traced."""

from dataclasses import dataclass, field, replace

from doc_healing.model import CALL, ELEMENT, Origin


@dataclass(frozen=True, slots=True)
class Value:
    """Something that came from elsewhere: steps from a module, or from nobody knows where."""

    module: str = ""
    names: tuple[str, ...] = ()
    origin: Origin = Origin.IMPORTED
    whole: bool = False  # what `require` gave: the module, and what it exports as a whole

    def member(self, name: str) -> "Value":
        """The member `name` of it."""
        if self.origin is Origin.RECEIVER:
            return replace(self, names=(name,), whole=False)
        return replace(self, names=(*self.names, name), whole=False)

    def owner(self) -> "Value":
        """What it is a member of."""
        if self.origin is Origin.RECEIVER or not self.names:
            return UNKNOWN
        return replace(self, names=self.names[:-1])

    def called(self) -> "Value":
        """What calling it gives."""
        if self.origin is Origin.RECEIVER:
            return UNKNOWN
        return replace(self, names=(*self.itself().names, CALL), whole=False)

    def element(self) -> "Value":
        """An element of it."""
        if self.origin is Origin.RECEIVER:
            return UNKNOWN
        return replace(self, names=(*self.names, ELEMENT), whole=False)

    def itself(self) -> "Value":
        """It, and not its members: of a whole module what it exports by default."""
        return replace(self, names=("default",), whole=False) if self.whole else self


UNKNOWN = Value(origin=Origin.RECEIVER)


@dataclass(slots=True)
class Own:
    """Something of the snippet itself: a literal, a function, a class, an object.

    `plain` holds nothing that could come from elsewhere. `base` is what a class extends.
    """

    plain: bool = False
    fields: dict[str, "Known"] = field(default_factory=dict)
    base: Value | None = None
    result: "Known | None" = None
    made: bool = False  # an instance of it


Known = Value | Own
PLAIN = Own(plain=True)


def is_plain(known: Known) -> bool:
    """Whether nothing in it can come from elsewhere."""
    return isinstance(known, Own) and known.plain


def member_of(known: Known, name: str) -> Known:
    """The member of anything."""
    if isinstance(known, Value):
        return known.member(name)
    if name in known.fields:
        return known.fields[name]
    if known.base is not None:
        inner = known.base.called() if known.made else known.base
        return inner.member(name)
    return PLAIN if known.plain else UNKNOWN


def called(known: Known) -> Known:
    """What calling or constructing anything gives."""
    if isinstance(known, Value):
        return known.called()
    if known.result is not None:
        return known.result
    if known.base is not None or known.fields:
        return Own(fields=known.fields, base=known.base, made=True)
    return PLAIN if known.plain else UNKNOWN


def element_of(known: Known) -> Known:
    """An element of anything."""
    if isinstance(known, Value):
        return known.element()
    return PLAIN if known.plain else known.fields.get(ELEMENT, UNKNOWN)
