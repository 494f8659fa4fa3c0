"""What a marker does, as data: an effect on the internal model, a scope, and its spelling."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from doc_healing.model import Condition, FailKind, Instructions, Mode, MustFail

PLAIN = Instructions()

MAY_PASS = "may-pass"  # noqa: S105 - no password
"""Flag beside mode FAIL: the author allows the failure but does not promise it (pytest's xfail)."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a marker asks: the fields of `change` that differ from the default, and a skip."""

    change: Instructions = PLAIN
    skip: bool = False
    reason: str = ""  # the author's own words


NOTHING = Effect()


class Scope(StrEnum):
    """To which blocks the effect of a comment applies."""

    NEXT = "next"  # the next block
    START = "start"  # every block up to the matching END
    END = "end"
    FILE = "file"  # every block of the document, the ones above too
    RESET = "reset"  # blocks below share nothing with those above
    OUTPUT = "output"  # the next block is the output of the one before it
    CODE = "code"  # the comment holds code that only a runner reads
    NOTE = "note"  # understood, and of no consequence for a run


@dataclass(frozen=True, slots=True)
class Rule:
    """One spelling of one tool. `pattern` matches a whole comment, or a whole attribute.

    `key` pairs START with END. `languages` limits an attribute to some fences; empty is all.
    """

    dialect: str
    spelling: str
    pattern: re.Pattern[str]
    meaning: str
    effect: Effect | Callable[[re.Match[str]], Effect] = NOTHING
    scope: Scope = Scope.NEXT
    languages: frozenset[str] = frozenset()
    key: str = ""

    def read(self, match: re.Match[str]) -> Effect:
        """The effect of one occurrence."""
        return self.effect if isinstance(self.effect, Effect) else self.effect(match)


def in_block(
    dialect: str,
    spelling: str,
    pattern: str,
    meaning: str,
    effect: Effect | Callable[[re.Match[str]], Effect] = NOTHING,
    languages: frozenset[str] = frozenset(),
    flags: re.RegexFlag = re.IGNORECASE | re.DOTALL,
) -> Rule:
    """A row for what stands in the block itself, its info string or its code."""
    scope = Scope.NOTE if effect == NOTHING else Scope.NEXT
    return Rule(dialect, spelling, re.compile(pattern, flags), meaning, effect, scope, languages)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, as it was spelt and where."""

    rule: Rule
    effect: Effect
    spelling: str
    line: int
    column: int = 1


def merge(first: Instructions, second: Instructions) -> Instructions:
    """Both, the second one winning where both speak; tuples are joined, environments united."""
    if second == PLAIN:
        return first
    changes: dict[str, object] = {}
    for field in dataclasses.fields(Instructions):
        old, new = getattr(first, field.name), getattr(second, field.name)
        if new == getattr(PLAIN, field.name):
            continue
        if isinstance(new, tuple):
            new = old + tuple(item for item in new if item not in old)
        elif field.name == "env":
            new = MappingProxyType({**old, **new})
        changes[field.name] = new
    return dataclasses.replace(first, **changes)  # type: ignore[arg-type]  # fields of its own type


def skip(reason: str = "") -> Effect:
    """Do not run."""
    return Effect(skip=True, reason=reason.strip())


def fails(kind: FailKind = FailKind.ANY, pattern: str = "", code: str = "") -> Effect:
    """Must fail, in this way."""
    return Effect(Instructions(mode=Mode.FAIL, must_fail=MustFail(kind, pattern, code)))


def may_fail(reason: str = "") -> Effect:
    """Its failure is expected, its success no surprise: pytest's xfail, which is not strict."""
    change = Instructions(mode=Mode.FAIL, must_fail=MustFail(), flags=(MAY_PASS,))
    return Effect(change, reason=reason)


def mode(value: Mode) -> Effect:
    """Run in this mode."""
    return Effect(Instructions(mode=value))


def flag(*names: str) -> Effect:
    """A language's own instruction."""
    return Effect(Instructions(flags=names))


def session(name: str) -> Effect:
    """Snippets of one name are one program."""
    return Effect(Instructions(session=name))


def only_if(condition: Condition) -> Effect:
    """Runs only where the condition holds."""
    return Effect(Instructions(conditions=(condition,)))


def python_condition(expression: str, *, reason: str = "") -> Condition:
    """Skipped where a Python expression is true, as pytest's `skipif` and Sybil's `if(...)`."""
    return Condition("expression", "python", expression.strip(), reason, skip_when_true=True)
