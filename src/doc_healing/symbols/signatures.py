"""How two signatures of one symbol differ, parameter by parameter. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from doc_healing.model import Parameter, ParameterChange, ParameterKind, Symbol, Visibility
from doc_healing.symbols.names import likeness

_SAME_NAME = 0.5  # from here on two names of parameters are one that was renamed
_ORDER = (Visibility.PUBLIC, Visibility.PROTECTED, Visibility.INTERNAL, Visibility.PRIVATE)
_POSITIONED = (ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL)
_OPTIONAL = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)
_TAKEN = re.compile(r"[&*]?\s*(?:'\w+\s+)?(?:mut\s)?")
_WORD = re.compile(r"[\w$]+")
_Item = tuple[int, Parameter]  # with its place among those that a caller gives


@dataclass(frozen=True, slots=True)
class _Paired:
    pairs: tuple[tuple[_Item, _Item], ...]
    removed: tuple[Parameter, ...]
    added: tuple[Parameter, ...]


def differences(old: Symbol, new: Symbol) -> tuple[ParameterChange, ...]:
    """What a caller has to know of: nothing where both are called in the same way.

    Parameters are paired by name, by place where the counts agree, by a similar name, and by the
    same type or default.
    """
    found: list[ParameterChange] = []
    if old.parameters is not None and new.parameters is not None:
        found.extend(_parameters(old.parameters, new.parameters))
        if _squeezed(old.returns) != _squeezed(new.returns):
            found.append(ParameterChange("return_changed", old.returns, new.returns))
        found.extend(_flags(old, new))
    found.extend(_called(old, new))
    if _ORDER.index(new.visibility) > _ORDER.index(old.visibility):
        change = ParameterChange("visibility_lowered", old.visibility.value, new.visibility.value)
        found.append(change)
    return tuple(found)


def _called(old: Symbol, new: Symbol) -> Iterator[ParameterChange]:
    """Whether a property became a method or the other way round: one is called, one is not."""
    changed = (old.parameters is None) != (new.parameters is None)
    if changed and "property" in old.flags | new.flags:
        yield ParameterChange("kind_changed", _kind(old), _kind(new))


def _kind(symbol: Symbol) -> str:
    return "property" if "property" in symbol.flags else symbol.kind.value


def declared(old: Symbol, new: Symbol) -> float:
    """Dice's coefficient of the words of two declarations, their own names left out."""
    left, right = (Counter(_WORD.findall(one.signature)) for one in (old, new))
    left[old.last] = max(left[old.last] - 1, 0)
    right[new.last] = max(right[new.last] - 1, 0)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 1.0


def parameter_likeness(old: Symbol, new: Symbol) -> float:
    """Dice's coefficient of the names of the parameters; the same type alone counts for half."""
    left = [item for _, item in _given(old.parameters or ())]
    right = [item for _, item in _given(new.parameters or ())]
    if not left and not right:
        return 1.0 if (old.parameters is None) == (new.parameters is None) else 0.5
    names = {item.name for item in left} & {item.name for item in right}
    types = [item.type for item in right if item.name not in names and item.type]
    shared = float(len(names))
    for item in left:
        if item.name not in names and item.type in types:
            types.remove(item.type)
            shared += 0.5
    return 2 * shared / (len(left) + len(right))


def _parameters(old: Sequence[Parameter], new: Sequence[Parameter]) -> Iterator[ParameterChange]:
    before, after = _receiver(old), _receiver(new)
    if _squeezed(before) != _squeezed(after):
        yield ParameterChange("receiver_changed", before, after)
    paired = _pair(_given(old), _given(new))
    for (_, left), (_, right) in paired.pairs:
        if left.name != right.name:
            yield ParameterChange("renamed", left.name, right.name)
    for item in paired.removed:
        yield ParameterChange("removed", old=item.name)
    for item in paired.added:
        optional = item.default is not None or item.kind in _OPTIONAL
        yield ParameterChange("added_optional" if optional else "added_required", new=item.name)
    yield from _reordered(paired.pairs)
    for (_, left), (_, right) in paired.pairs:
        yield from _changed(left, right)


def _changed(left: Parameter, right: Parameter) -> Iterator[ParameterChange]:
    if left.kind is not right.kind:
        old, new = f"{left.name}: {left.kind.value}", f"{right.name}: {right.kind.value}"
        yield ParameterChange("kind_changed", old, new)
    if _squeezed(left.type) != _squeezed(right.type):
        old, new = f"{left.name}: {left.type}", f"{right.name}: {right.type}"
        yield ParameterChange("type_changed", old, new)
    if _default(left) != _default(right):
        old, new = _with_default(left), _with_default(right)
        yield ParameterChange("default_changed", old, new)


def _reordered(pairs: Sequence[tuple[_Item, _Item]]) -> Iterator[ParameterChange]:
    """Positions whose order differs; what only keywords reach has none."""
    placed = [
        (left, right)
        for left, right in pairs
        if left[1].kind in _POSITIONED and right[1].kind in _POSITIONED
    ]
    old = [right[1].name for _, right in sorted(placed, key=lambda pair: pair[0][0])]
    new = [right[1].name for _, right in sorted(placed, key=lambda pair: pair[1][0])]
    if old != new:
        shown = [left[1].name for left, _ in sorted(placed, key=lambda pair: pair[0][0])]
        yield ParameterChange("reordered", ", ".join(shown), ", ".join(new))


def _flags(old: Symbol, new: Symbol) -> Iterator[ParameterChange]:
    if ("async" in old.flags) != ("async" in new.flags):
        words = ("async" if "async" in flags else "sync" for flags in (old.flags, new.flags))
        yield ParameterChange("async_changed", *words)
    if ("static" in old.flags) != ("static" in new.flags):
        words = ("static" if "static" in flags else "" for flags in (old.flags, new.flags))
        yield ParameterChange("receiver_changed", *words)


def _pair(old: list[_Item], new: list[_Item]) -> _Paired:
    pairs: list[tuple[_Item, _Item]] = []
    left, right = list(old), list(new)
    for rule in _rules(len(old) == len(new)):
        for item in tuple(left):
            match = next((other for other in right if rule(item, other)), None)
            if match is not None:
                pairs.append((item, match))
                left.remove(item)
                right.remove(match)
    pairs.sort(key=lambda pair: pair[1][0])
    return _Paired(tuple(pairs), tuple(i for _, i in left), tuple(i for _, i in right))


def _rules(as_many: bool) -> Sequence[Callable[[_Item, _Item], bool]]:
    return (
        lambda a, b: a[1].name == b[1].name,
        lambda a, b: as_many and a[0] == b[0] and _may_be(a[1], b[1]),
        lambda a, b: likeness(a[1].name, b[1].name) >= _SAME_NAME and _may_be(a[1], b[1]),
        lambda a, b: a[0] == b[0] and _same_type(a[1], b[1]),
    )


def _may_be(left: Parameter, right: Parameter) -> bool:
    """Whether one may be the other under a new name."""
    if (left.kind in _OPTIONAL or right.kind in _OPTIONAL) and left.kind is not right.kind:
        return False
    return (
        not (left.type and right.type)
        or _same_type(left, right)
        or (likeness(left.name, right.name) >= _SAME_NAME)
    )


def _same_type(left: Parameter, right: Parameter) -> bool:
    if left.type or right.type:
        return _squeezed(left.type) == _squeezed(right.type)
    return left.default is not None and left.default == right.default


def _given(parameters: Sequence[Parameter]) -> list[_Item]:
    given = (item for item in parameters if item.kind is not ParameterKind.RECEIVER)
    return list(enumerate(given))


def _receiver(parameters: Sequence[Parameter]) -> str:
    """How the receiver is taken: by value, reference or pointer; untyped its name tells it.

    The type itself does not count, it is renamed with what it is a receiver of.
    """
    for item in parameters:
        if item.kind is ParameterKind.RECEIVER:
            taken = _TAKEN.match(item.type)
            return (taken.group() or "value").strip() if taken and item.type else item.name
    return ""


def _default(item: Parameter) -> str | None:
    return None if item.default is None else _squeezed(item.default)


def _with_default(item: Parameter) -> str:
    return item.name if item.default is None else f"{item.name} = {item.default}"


def _squeezed(text: str) -> str:
    """Without blanks, and with one kind of quotes: a formatter changes no signature."""
    return "".join(text.split()).replace("'", '"')
